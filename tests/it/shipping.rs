//! What is shipped beside the program: completions, the manual page, and the files under `deploy/`.

use std::path::Path;
use std::process::Command;

use crate::command_line::{answer, errors, run};

#[test]
fn every_shell_completes_every_command() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let output = run(&["completions", shell]);
        assert!(output.status.success(), "{}", errors(&output));
        for word in ["doctor", "import-plan", "backup-keep"] {
            assert!(answer(&output).contains(word), "{shell} does not know {word}");
        }
    }
    // Bash itself must be able to read what it is given.
    let script = answer(&run(&["completions", "bash"]));
    let read = Command::new("bash").args(["-n", "-c", &script]).status().unwrap();
    assert!(read.success());
}

#[test]
fn the_manual_page_tells_of_every_command() {
    let page = answer(&run(&["man"]));
    assert!(page.contains(".TH liaison-bot 1"), "{}", &page[..200.min(page.len())]);
    let help = answer(&run(&["help"]));
    let commands = help.lines().skip_while(|line| !line.starts_with("Commands:")).skip(1);
    let names: Vec<&str> = commands
        .take_while(|line| !line.is_empty())
        .filter_map(|line| line.strip_prefix("  ")?.split_whitespace().next())
        .filter(|name| *name != "help" && name.is_ascii())
        .collect();
    assert!(names.len() > 10, "{names:?}");
    for name in names {
        let heading = format!("LIAISON-BOT {}", name.to_uppercase());
        assert!(page.contains(&heading), "{name} has no section");
    }
}

#[test]
fn the_image_is_built_of_all_that_the_program_is_made_of() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let file = include_str!("../../deploy/Dockerfile");
    let ignore = include_str!("../../deploy/Dockerfile.dockerignore");
    let copied: Vec<&str> = file
        .lines()
        .filter_map(|line| line.strip_prefix("COPY "))
        .filter(|line| !line.starts_with("--from"))
        .flat_map(|line| line.split_whitespace().rev().skip(1))
        .collect();
    for path in &copied {
        assert!(root.join(path).exists(), "{path} is copied and not there");
        assert!(ignore.lines().any(|line| line == format!("!{path}")), "{path} is ignored");
    }
    // Whatever the sources take in from beside them must be there when they are compiled.
    let mut folders = vec![root.join("src")];
    let mut taken = 0;
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap_or_default();
            let included = text.split("include_str!(\"").chain(text.split("include_bytes!(\""));
            for wanted in included.skip(1).filter_map(|rest| rest.split('"').next()) {
                let Ok(wanted) = path.parent().unwrap().join(wanted).canonicalize() else {
                    continue;
                };
                let Ok(wanted) = wanted.strip_prefix(root) else { continue };
                let top = wanted.iter().next().unwrap().to_str().unwrap();
                // Tests take in their own files.
                if top != "tests" {
                    assert!(copied.contains(&top), "{} is not copied", wanted.display());
                    taken += 1;
                }
            }
        }
    }
    assert!(taken > 5, "the sources were read");
    assert!(file.contains("\nUSER nonroot\n"), "it runs as nobody in particular");
}

/// systemd's own check, where it is installed, with the program where it is now.
#[test]
fn systemd_takes_the_unit() {
    let unit = include_str!("../../deploy/liaison-bot.service");
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("liaison-bot.service");
    let here = unit.replace("/usr/local/bin/liaison-bot", env!("CARGO_BIN_EXE_liaison-bot"));
    std::fs::write(&file, here).unwrap();
    let verify = Command::new("systemd-analyze").arg("verify").arg(&file).output();
    let Ok(output) = verify else {
        eprintln!("systemd-analyze is not installed: the unit is not checked");
        return;
    };
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success() && !said.contains("liaison-bot.service:"), "{said}");
    // `serve` must know every flag that the unit gives it.
    let start = unit.lines().find_map(|line| line.strip_prefix("ExecStart=")).unwrap();
    let help = answer(&run(&["serve", "--help"]));
    for flag in start.split_whitespace().filter(|word| word.starts_with("--")) {
        assert!(help.contains(flag), "{flag}");
    }
}
