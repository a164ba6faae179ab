//! `rank`: the ranking (排名) of a file of figures on a day, as a table or as JSON.
//!
//! `docs/ranking.md` explains the rules and both formats.

mod read;
mod show;
#[cfg(test)]
mod tests;

use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

use anyhow::Context;
use chrono::NaiveDate;

use super::RankFormat;
use crate::plan::Plan;

pub use read::read_figures;
pub use show::{to_json, to_table};

/// Reads a file of figures as text.
pub(super) fn read_table(path: &Path) -> anyhow::Result<String> {
    let file = path.display();
    let bytes = std::fs::read(path).with_context(|| {
        format!("读不了数据文件 {file}，请检查文件名 / cannot read {file}; check its name")
    })?;
    super::check_plan::utf8(bytes).map_err(|line| {
        let (zh, en) = super::check_plan::NOT_UTF8;
        anyhow::anyhow!("{file} 第{line}行：{zh} / {file}, line {line}: {en}")
    })
}

/// Ranks the units by a file of figures.
///
/// # Errors
/// A file that cannot be read; what is wrong in it is told a line each.
pub(super) fn run(
    plan: &Plan,
    figures: &Path,
    at: NaiveDate,
    format: RankFormat,
    out: &mut impl Write,
) -> anyhow::Result<ExitCode> {
    let text = read_table(figures)?;
    let figures = match read_figures(plan, &text) {
        Ok(figures) => figures,
        Err(problems) => {
            for problem in problems {
                eprintln!("{problem}");
            }
            return Ok(ExitCode::FAILURE);
        }
    };
    let ranking = crate::progress::rank(plan, &figures, at);
    match format {
        RankFormat::Table => write!(out, "{}", to_table(plan, &ranking))?,
        RankFormat::Json => writeln!(out, "{}", to_json(plan, &ranking))?,
    }
    Ok(ExitCode::SUCCESS)
}
