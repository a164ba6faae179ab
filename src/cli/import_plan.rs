//! `import-plan`: a 任务分解表 becomes a plan folder, which `check-plan` then reads. What the table does
//! not say is asked, or answered by flags.

mod annex;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use chrono::NaiveDate;
use chrono_tz::Tz;

use super::ask::Asker;
use super::plan_folder::{DEPARTMENT, Draft, Frame, IndicatorDraft, UnitDraft};
use super::{check_plan, values};
use crate::sheet;

pub use annex::{Annex, read};

/// Endings that tell what a unit is.
const KINDS: [&str; 8] = ["开发区", "街道", "镇", "乡", "园区", "新区", "管委会", "区"];

/// What can be answered beforehand.
#[derive(Debug, Clone, clap::Args)]
pub struct FrameArgs {
    /// 计划全称 / The plan's full name
    #[arg(long)]
    pub name: Option<String>,
    /// 县（市、区）名 / The county
    #[arg(long)]
    pub county: Option<String>,
    /// 起始日 / The first day, YYYY-MM-DD
    #[arg(long, value_parser = values::day)]
    pub start: Option<NaiveDate>,
    /// 截止日 / The last day, YYYY-MM-DD
    #[arg(long, value_parser = values::day)]
    pub end: Option<NaiveDate>,
    /// 文号 / The document that announces it
    #[arg(long)]
    pub document: Option<String>,
    /// 不提问，全部采用缺省答案 / Ask nothing; take every default
    #[arg(long, short)]
    pub yes: bool,
}

/// `import-plan`'s own.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// 任务分解表（xlsx、xls、ods、csv）/ The table
    file: PathBuf,
    /// 新的计划文件夹 / The new folder
    dir: PathBuf,
    /// 表头简称对应的全称，如 兰江=兰江街道，可重复 / A column head's full name, as often as needed
    #[arg(long = "unit", value_name = "HEAD=NAME", value_parser = pair)]
    units: Vec<(String, String)>,
    #[command(flatten)]
    frame: FrameArgs,
}

fn pair(text: &str) -> Result<(String, String), String> {
    let pair = text.split_once('=').filter(|(head, name)| !head.is_empty() && !name.is_empty());
    pair.map(|(head, name)| (head.to_owned(), name.to_owned()))
        .ok_or_else(|| "应写成 兰江=兰江街道 / written HEAD=FULL-NAME".to_owned())
}

/// Reads the table, asks, writes the folder, and checks it.
///
/// # Errors
/// A file without such a table, cells that cannot be read, a folder that is not empty.
pub fn run(options: &Options, zone: Option<Tz>, out: &mut impl Write) -> anyhow::Result<ExitCode> {
    let annex = table(&options.file)?;
    let mut asker = Asker::new(options.frame.yes);
    let frame = frame(&mut asker, &options.frame, &annex.title, zone)?;
    let mut units = units(&mut asker, &annex.units, &options.units)?;
    let mut indicators = annex.indicators;
    complete(&mut asker, &mut indicators)?;
    let mut departments: Vec<&String> = Vec::new();
    for (name, _) in indicators.iter().flat_map(|row| &row.leads) {
        if !departments.contains(&name) && !units.iter().any(|unit| unit.names.0 == *name) {
            departments.push(name);
        }
    }
    let drafted: Vec<UnitDraft> = departments
        .into_iter()
        .zip(1..)
        .map(|(name, number)| UnitDraft {
            code: format!("d{number:02}"),
            names: (name.clone(), name.clone()),
            kind: DEPARTMENT.to_owned(),
        })
        .collect();
    units.extend(drafted);
    let draft = Draft { frame, units, indicators };
    draft.write(&options.dir)?;
    finish(&options.dir, out)
}

/// Checks what was written, and says what is still to be looked at.
///
/// # Errors
/// If it cannot be told.
pub(super) fn finish(dir: &Path, out: &mut impl Write) -> anyhow::Result<ExitCode> {
    let shown = dir.display();
    writeln!(out, "已写入 {shown} / written\n")?;
    let code = check_plan::run(dir, out)?;
    writeln!(
        out,
        "\n请再看一遍 / look at these again:\n\
         - indicators.csv 的 short、aliases：写上联络员常用的说法 / the words people use\n\
         - holidays.csv：补上春节等假日和调休 / add the holidays that move\n\
         - plan.toml：报送周期、截止时间、任务 / cycle, deadline, jobs\n\
         然后 / then: liaison-bot check-plan {shown}"
    )?;
    Ok(code)
}

fn table(file: &Path) -> anyhow::Result<Annex> {
    let shown = file.display();
    let bytes = std::fs::read(file).with_context(|| {
        format!("读不了 {shown}，请检查文件名 / cannot read {shown}; check its name")
    })?;
    let grids = sheet::grids(&bytes).with_context(|| {
        format!("{shown} 不是能读的表格 / {shown} is no workbook that can be read")
    })?;
    let annex = grids.iter().find_map(|grid| read(&grid.rows)).with_context(|| {
        format!("{shown} 里没有任务分解表：需要一行表头，左边是目标任务，右边是各单位 / {shown} has no such table: a head line with the tasks at the left and the units across")
    })?;
    anyhow::ensure!(annex.problems.is_empty(), "{shown}：\n  {}", annex.problems.join("\n  "));
    anyhow::ensure!(
        !annex.indicators.is_empty(),
        "{shown}：表头下面没有指标 / no rows below the head"
    );
    Ok(annex)
}

/// Names and time, guessed from the line above the table.
///
/// # Errors
/// What has no answer and nobody to ask.
pub(super) fn frame(
    asker: &mut Asker,
    args: &FrameArgs,
    title: &str,
    zone: Option<Tz>,
) -> anyhow::Result<Frame> {
    let cut = ["目标任务", "任务分解", "分解表", "附件"];
    let guess = cut.iter().fold(title, |title, word| title.split(word).next().unwrap_or(title));
    let name = match &args.name {
        Some(name) => name.clone(),
        None => asker.ask("计划全称 / the plan's full name", "--name", Some(guess), filled)?,
    };
    let end = name.find(['市', '县', '区']).map(|at| at + '市'.len_utf8());
    let county = if let Some(county) = &args.county {
        county.clone()
    } else {
        let guess = end.map(|end| &name[..end]);
        asker.ask("县（市、区）名 / the county", "--county", guess, filled)?
    };
    let years = years(title).or_else(|| years(&name));
    let first = years.map(|(first, _)| format!("{first}-01-01"));
    let start = match args.start {
        Some(day) => day,
        None => asker.ask("起始日 / first day", "--start", first.as_deref(), values::day)?,
    };
    let last = years.map(|(_, last)| format!("{last}-12-31"));
    let end = match args.end {
        Some(day) => day,
        None => asker.ask("截止日 / last day", "--end", last.as_deref(), values::day)?,
    };
    let document = match &args.document {
        Some(document) => document.clone(),
        None => asker.answer("文号（可留空）/ document, may be empty", "--document", Some(""))?,
    };
    let span = format!("{}-{}", start.format("%Y"), end.format("%Y"));
    Ok(Frame {
        id: format!("plan-{span}"),
        name,
        name_en: format!("Growth plan {span}"),
        county,
        document,
        time: (start, end),
        zone: zone.unwrap_or(Tz::Asia__Shanghai),
    })
}

fn filled(text: &str) -> Result<String, &'static str> {
    let text = text.trim();
    if text.is_empty() { Err("不能为空 / cannot be empty") } else { Ok(text.to_owned()) }
}

/// The first and the last year that a text names.
fn years(text: &str) -> Option<(u32, u32)> {
    let digits = text.split(|c: char| !c.is_ascii_digit());
    let years: Vec<u32> = digits
        .filter(|word| word.len() == 4)
        .filter_map(|word| word.parse().ok())
        .filter(|year| (2000..2100).contains(year))
        .collect();
    Some((*years.iter().min()?, *years.iter().max()?))
}

/// The full names of the columns: a head that ends as a kind does is one already.
fn units(
    asker: &mut Asker,
    heads: &[String],
    given: &[(String, String)],
) -> anyhow::Result<Vec<UnitDraft>> {
    let kind = |name: &str| KINDS.iter().find(|kind| name.ends_with(*kind)).copied();
    let known = |head: &String| {
        let named = given.iter().find(|(of, _)| of == head).map(|(_, name)| name.clone());
        named.or_else(|| kind(head).map(|_| head.clone()))
    };
    if asker.is_silent() {
        let unknown = heads.iter().filter(|head| known(head).is_none());
        let flags: Vec<String> = unknown.map(|head| format!("--unit {head}=…")).collect();
        anyhow::ensure!(
            flags.is_empty(),
            "这些单位看不出全称和类别，请写明（如 --unit 兰江=兰江街道）/ these units' full names are needed: {}",
            flags.join(" ")
        );
    }
    let mut units = Vec::new();
    for (head, number) in heads.iter().zip(1..) {
        let name = match known(head) {
            Some(name) => name,
            None => asker.ask(
                &format!("“{head}”的全称（如 {head}街道、{head}镇）/ its full name"),
                "--unit",
                None,
                filled,
            )?,
        };
        let kind = kind(&name).unwrap_or("单位");
        let bare = name.strip_suffix(kind).filter(|bare| bare.chars().count() >= 2);
        let short = if *head == name { bare.unwrap_or(head) } else { head };
        units.push(UnitDraft {
            code: format!("u{number:02}"),
            names: (name.clone(), short.to_owned()),
            kind: kind.to_owned(),
        });
    }
    Ok(units)
}

/// Asks what the labels did not say.
fn complete(asker: &mut Asker, indicators: &mut [IndicatorDraft]) -> anyhow::Result<()> {
    for row in indicators.iter_mut().filter(|row| row.whole.is_none()) {
        let (no, name) = (&row.no, &row.names.0);
        if row.measure.is_empty() {
            let question = format!("指标{no}“{name}”的计量单位 / its measure");
            row.measure = asker.ask(&question, "表中写明 / the table", Some("家"), filled)?;
        }
        if row.leads.is_empty() && !row.by_units {
            let question = format!("指标{no}“{name}”的牵头部门 / who leads it");
            let lead = asker.ask(&question, "表中写明 / the table", None, filled)?;
            row.leads.push((lead, None));
        }
    }
    Ok(())
}
