//! `--templates DIR`: an office's own texts, read, checked, and installed before anything is said.

use std::path::Path;

use crate::texts::{Fault, Overrides, OwnFile};

/// The most bytes in one text; ours have a few thousand.
const LONGEST: u64 = 64 * 1024;

/// Reads and checks a folder of texts: `zh-CN/….html`, `en/labels.toml` and the like, as many as
/// the office wants of its own. Files that begin with a dot are left alone.
///
/// # Errors
/// Everything that is wrong, by file and line.
pub fn check_folder(dir: &Path) -> Result<Overrides, Vec<Fault>> {
    let mut files = Vec::new();
    let mut faults = Vec::new();
    read_folder(dir, "", &mut files, &mut faults);
    if faults.is_empty() { Overrides::check(&files) } else { Err(faults) }
}

/// Checks a folder and puts its texts in place of ours.
///
/// # Errors
/// Everything that is wrong with it, a line each.
pub fn install(dir: Option<&Path>) -> anyhow::Result<()> {
    let Some(dir) = dir else { return Ok(()) };
    let shown = dir.display();
    let own = check_folder(dir).map_err(|faults| {
        let list: Vec<String> = faults.iter().map(ToString::to_string).collect();
        let list = list.join("\n  ");
        anyhow::anyhow!("自定义文字 {shown} 有问题，没有启动 / the texts in {shown} have problems; not started:\n  {list}")
    })?;
    let count = own.count();
    anyhow::ensure!(own.install(), "自定义文字只能设置一次 / texts can be installed only once");
    tracing::info!(folder = %shown, files = count, "texts of the office's own are in use");
    Ok(())
}

fn read_folder(dir: &Path, within: &str, files: &mut Vec<OwnFile>, faults: &mut Vec<Fault>) {
    let fault = |file: &str, zh: &str, en: &str| Fault {
        file: file.to_owned(),
        line: None,
        zh: zh.to_owned(),
        en: en.to_owned(),
    };
    let entries = std::fs::read_dir(dir).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    let mut entries = match entries {
        Ok(entries) => entries,
        Err(error) => {
            let shown =
                if within.is_empty() { dir.display().to_string() } else { within.to_owned() };
            faults.push(fault(
                &shown,
                &format!("文件夹读不了（{error}），请检查 --templates"),
                &format!("the folder cannot be read ({error}); check --templates"),
            ));
            return;
        }
    };
    entries.sort_by_key(std::fs::DirEntry::file_name);
    for entry in entries {
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.starts_with('.') {
            continue;
        }
        let path = entry.path();
        let inside = if within.is_empty() { name } else { format!("{within}/{name}") };
        if path.is_dir() && within.is_empty() {
            read_folder(&path, &inside, files, faults);
            continue;
        }
        let is_short = path.metadata().is_ok_and(|about| about.len() <= LONGEST);
        let text = std::fs::read(&path).ok().filter(|_| is_short);
        match text.map(String::from_utf8) {
            Some(Ok(text)) => {
                let text = text.trim_start_matches('\u{feff}').to_owned();
                files.push(OwnFile { path: inside, text });
            }
            Some(Err(_)) => faults.push(fault(
                &inside,
                "不是 UTF-8 编码，请另存为 UTF-8",
                "it is not UTF-8; save it as UTF-8",
            )),
            None => faults.push(fault(
                &inside,
                "文件读不了，或超过64KB",
                "it cannot be read, or has more than 64 KB",
            )),
        }
    }
}
