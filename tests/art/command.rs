//! `liaison-bot bulletin`, as an office runs it.

use std::path::Path;
use std::process::{Command, Output};

use resvg::tiny_skia::Pixmap;

fn run(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_liaison-bot"));
    command.current_dir(env!("CARGO_MANIFEST_DIR")).arg("bulletin").args(arguments);
    for name in ["TELOXIDE_TOKEN", "DATABASE_URL", "LIAISON_PLAN", "RUST_LOG"] {
        command.env_remove(name);
    }
    command.output().unwrap()
}

fn bulletin(figures: &str, at: &str, out: &Path, more: &[&str]) -> Output {
    let out = out.to_str().unwrap();
    run(&[&["--figures", figures, "--at", at, "--out", out], more].concat())
}

fn errors(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

const FIGURES: &str = "docs/demo/figures.csv";
const BEFORE: &str = "docs/demo/figures-before.csv";

#[test]
fn writes_text_pictures_and_workbook_without_a_token() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("new/folder");
    let output = bulletin(FIGURES, "2019-06-21", &out, &["--previous", BEFORE]);
    assert!(output.status.success(), "{}", errors(&output));
    let file = |ending: &str| out.join(format!("bulletin-2019-W25{ending}"));
    let told = String::from_utf8(output.stdout).unwrap();
    let paths = [".txt", "-heat.png", "-county.png", ".xlsx"].map(file);
    assert_eq!(told.lines().map(Path::new).collect::<Vec<_>>(), paths);
    let text = std::fs::read_to_string(&paths[0]).unwrap();
    for part in ["2019年第25期", "马涧镇", "↑", "灵洞乡"] {
        assert!(text.contains(part), "{part} is in {text}");
    }
    assert!(!text.contains('<') && !text.contains('&'), "{text}");
    for path in &paths[1..3] {
        let picture = Pixmap::decode_png(&std::fs::read(path).unwrap()).unwrap();
        assert!(picture.width() > 1000, "made for phones: {}", path.display());
    }
    let book: calamine::Xlsx<_> = calamine::open_workbook(&paths[3]).unwrap();
    assert_eq!(calamine::Reader::sheet_names(&book).len(), 5);
    // The pictures are the same without the former figures, but for the changes.
    let again = bulletin(FIGURES, "2019-06-21", &folder.path().join("again"), &[]);
    assert!(again.status.success());
    let text = std::fs::read_to_string(folder.path().join("again/bulletin-2019-W25.txt")).unwrap();
    assert!(!text.contains('↑'), "{text}");
}

#[test]
fn says_what_is_wrong_and_writes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let (out, bad) = (folder.path().join("out"), folder.path().join("bad.csv"));
    std::fs::write(&bad, "unit,indicator,value\n火星镇,1,120\n兰江,1,十\n").unwrap();
    let bad = bad.to_str().unwrap();
    for (output, said) in [
        (bulletin(bad, "2019-06-21", &out, &[]), vec!["bad.csv", "火星镇", "line 3"]),
        (bulletin(FIGURES, "2019-06-21", &out, &["--previous", bad]), vec!["bad.csv", "line 2"]),
        (bulletin("none.csv", "2019-06-21", &out, &[]), vec!["none.csv"]),
        (bulletin(FIGURES, "2025-06-21", &out, &[]), vec!["2025-06-21", "2020-12-31"]),
        (bulletin(FIGURES, "2019-06-21", &out, &["--font", "none.ttf"]), vec!["none.ttf"]),
    ] {
        assert_eq!(output.status.code(), Some(1));
        for part in said {
            assert!(errors(&output).contains(part), "{part} is in {}", errors(&output));
        }
        assert!(!out.exists());
    }
    // A file where the folder should be.
    let output = bulletin(FIGURES, "2019-06-21", Path::new(bad), &[]);
    assert!(errors(&output).contains("--out"), "{}", errors(&output));
}
