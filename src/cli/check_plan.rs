//! `check-plan`: reads a plan folder and says what is in it, or everything that is wrong with it.
//!
//! [`read_folder`] is the one place that reads a plan folder from the disk; [`report`] is pure.

mod report;
#[cfg(test)]
mod tests;

use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use crate::clock::Clock;
use crate::plan::{Plan, PlanFolder, Problem};

pub use report::report;

/// Loads a plan, or fails with every problem in it.
///
/// # Errors
/// What is wrong with the folder, a line each.
pub fn load(dir: &Path) -> anyhow::Result<Plan> {
    let problems = match read_plan(dir) {
        Ok(plan) => return Ok(plan),
        Err(problems) => problems,
    };
    if let [Problem { file: "", zh, en, .. }] = &problems[..] {
        anyhow::bail!("{zh} / {en}");
    }
    let list: Vec<String> = problems.iter().map(ToString::to_string).collect();
    let list = list.join("\n  ");
    let dir = dir.display();
    anyhow::bail!("计划文件夹 {dir} 有问题 / the plan folder {dir} has problems:\n  {list}")
}

/// Checks folders, one after the other.
pub(super) fn run_all(dirs: &[PathBuf], out: &mut impl Write) -> std::io::Result<ExitCode> {
    let mut code = ExitCode::SUCCESS;
    for dir in dirs {
        let checked = run(dir, out)?;
        code = if checked == ExitCode::SUCCESS { code } else { checked };
    }
    Ok(code)
}

/// Checks a folder and writes its summary, or every problem.
pub(super) fn run(dir: &Path, out: &mut impl Write) -> std::io::Result<ExitCode> {
    match read_plan(dir) {
        Ok(plan) => {
            let lexicon = crate::message::Lexicon::new(&plan);
            for clash in lexicon.clashes() {
                let numbers: Vec<String> =
                    clash.indicators.iter().map(|id| plan.indicator(*id).no.to_string()).collect();
                let (name, of) = (&clash.name, numbers.join("、"));
                writeln!(
                    out,
                    "indicators.csv：“{name}”去掉引号和空格后同时指{of} / means several indicators"
                )?;
            }
            if !lexicon.clashes().is_empty() {
                return Ok(ExitCode::FAILURE);
            }
            writeln!(out, "{}", report(&plan, Clock::system().now()).trim_end())?;
            Ok(ExitCode::SUCCESS)
        }
        Err(problems) => {
            for problem in problems {
                writeln!(out, "{problem}")?;
            }
            Ok(ExitCode::FAILURE)
        }
    }
}

/// Reads a plan, and the plans below it.
///
/// # Errors
/// Everything that is wrong with the folder; or that one of a plan below has problems of its own.
pub fn read_plan(dir: &Path) -> Result<Plan, Vec<Problem>> {
    read_below(dir, &mut Vec::new())
}

/// `above` are the folders on the way here: none of them may come again.
fn read_below(dir: &Path, above: &mut Vec<PathBuf>) -> Result<Plan, Vec<Problem>> {
    let plan = read_folder(dir)?.load()?;
    if plan.below.is_empty() {
        return Ok(plan);
    }
    above.push(dir.canonicalize().unwrap_or_else(|_| dir.to_owned()));
    let mut below = Vec::new();
    let mut problems = Vec::new();
    for one in &plan.below {
        let folder = dir.join(&one.folder);
        let known = folder.canonicalize().unwrap_or_else(|_| folder.clone());
        let mut wrong = |zh: String, en: String| {
            problems.push(Problem { file: "plan.toml", line: one.line(), zh, en });
        };
        if above.contains(&known) {
            let folder = &one.folder;
            wrong(
                format!("下级计划“{folder}”又以上级为下级，上下级不能循环"),
                format!("the plan {folder} comes again below itself"),
            );
            continue;
        }
        match read_below(&folder, above) {
            Ok(plan) => below.push(Arc::new(plan)),
            Err(list) => {
                let (count, folder) = (list.len(), &one.folder);
                let first = list.first().map(|one| (one.zh.clone(), one.en.clone()));
                let (zh, en) = first.unwrap_or_default();
                wrong(
                    format!("下级计划“{folder}”有{count}处问题，请先用 check-plan 检查：{zh}"),
                    format!("the plan {folder} has {count} problems; see check-plan: {en}"),
                );
            }
        }
    }
    above.pop();
    if problems.is_empty() { plan.with_levels(&below) } else { Err(problems) }
}

/// Reads the files of a plan folder; what they say is [`PlanFolder::load`]'s to check.
///
/// # Errors
/// Every file that is not there or cannot be read, and what to do about it.
pub fn read_folder(dir: &Path) -> Result<PlanFolder, Vec<Problem>> {
    let shown = dir.display();
    if !dir.is_dir() {
        return Err(vec![Problem {
            file: "",
            line: 0,
            zh: format!("没有计划文件夹“{shown}”，请用 --plan 指明"),
            en: format!("there is no plan folder {shown}; name it with --plan"),
        }]);
    }
    let mut problems = Vec::new();
    let texts = PlanFolder::FILES.map(|file| {
        std::fs::read(dir.join(file)).map_err(|error| unreadable(file, &error)).and_then(text(file))
    });
    let [plan_toml, units_csv, indicators_csv, targets_csv, holidays_csv] =
        texts.map(|text| text.map_err(|problem| problems.push(problem)).unwrap_or_default());
    if problems.is_empty() {
        Ok(PlanFolder { plan_toml, units_csv, indicators_csv, targets_csv, holidays_csv })
    } else {
        Err(problems)
    }
}

fn unreadable(file: &'static str, error: &std::io::Error) -> Problem {
    let (zh, en) = match error.kind() {
        ErrorKind::NotFound => ("文件夹中缺少此文件".to_owned(), "is not in the folder".to_owned()),
        _ => (format!("无法读取（{error}）"), format!("cannot be read: {error}")),
    };
    Problem { file, line: 0, zh, en }
}

/// Bytes as text; spreadsheets like to save Chinese as GBK, which is told apart here.
fn text(file: &'static str) -> impl Fn(Vec<u8>) -> Result<String, Problem> {
    move |bytes| {
        utf8(bytes).map_err(|line| Problem {
            file,
            line,
            zh: NOT_UTF8.0.to_owned(),
            en: NOT_UTF8.1.to_owned(),
        })
    }
}

/// What to do about a file in another encoding, in Chinese and English.
pub(super) const NOT_UTF8: (&str, &str) =
    ("不是UTF-8编码，请在表格软件中另存为“CSV UTF-8”", "is not UTF-8: save it as \"CSV UTF-8\"");

/// Bytes as text; the error is the first line that is none.
pub(super) fn utf8(bytes: Vec<u8>) -> Result<String, u64> {
    String::from_utf8(bytes).map_err(|error| {
        let good = error.as_bytes().utf8_chunks().next().map_or("", |chunk| chunk.valid());
        good.matches('\n').count() as u64 + 1
    })
}
