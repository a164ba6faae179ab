//! `bulletin`: a bulletin (通报) of a file of figures, as text, pictures and workbook, without a
//! database or a token.

use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, bail};
use chrono::{DateTime, NaiveDate, NaiveTime, Utc};

use super::{fonts, rank};
use crate::bulletin::{Besides, Run, weekly};
use crate::conversation::effects::{BulletinRow, Origin};
use crate::conversation::snapshot::{Current, InForce, Snapshot};
use crate::conversation::{Desk, UserId};
use crate::picture::{County, Fonts, HeatMap, Previous};
use crate::plan::period::local_instant;
use crate::plan::{IndicatorId, JobKind, Period, Plan, UnitId};
use crate::progress::{Figures, rank};
use crate::texts::{Language, say};
use crate::workbook::Workbook;

/// What was asked for.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// 数据文件 CSV:unit,indicator,value（基本单位，累计数）/ The figures: running totals, base units
    ///
    /// As for `rank`: a unit by any of its names, an indicator by number or name, a whole number in
    /// the base unit (家, 元, 平方米; 0.01 % for rates). A blank value or no row: not reported (未报).
    /// See docs/demo/figures.csv.
    #[arg(long, value_name = "FILE.csv")]
    pub figures: PathBuf,
    /// 上期数据文件，格式相同，用于名次升降 / The figures of the bulletin before, for the changes of rank
    #[arg(long, value_name = "FILE.csv")]
    pub previous: Option<PathBuf>,
    /// 截止日期 / The day of the figures, YYYY-MM-DD; its period gives the number (第25期)
    #[arg(long, value_parser = super::day)]
    pub at: NaiveDate,
    /// 输出文件夹，没有则新建 / The folder to write to, made if it is not there
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
    /// 在图上标明“演示数据” / Mark the pictures as made up
    #[arg(long)]
    pub made_up: bool,
    /// 备用字体文件，可重复 / A font file for characters the shipped font lacks; may be repeated
    #[arg(long, value_name = "FILE")]
    pub font: Vec<PathBuf>,
}

/// A file to be written.
pub struct Written {
    /// Its name, without a folder.
    pub name: String,
    /// What is in it.
    pub bytes: Vec<u8>,
}

/// What a bulletin is made of.
pub struct Given<'a> {
    /// The plan.
    pub plan: &'a Arc<Plan>,
    /// The figures.
    pub figures: &'a Figures,
    /// Those of the bulletin before.
    pub previous: Option<&'a Figures>,
    /// Their day.
    pub at: NaiveDate,
    /// Whether the pictures are marked as made up.
    pub made_up: bool,
}

/// Writes text, pictures and workbook; the paths in the order written, and the characters that no
/// font has.
///
/// # Errors
/// What is wrong with a file of figures, line by line; a day outside the plan; a folder that cannot
/// be written. Nothing is written before everything is made.
pub fn run(plan: &Arc<Plan>, options: &Options) -> anyhow::Result<(Vec<PathBuf>, Vec<char>)> {
    let figures = read(plan, &options.figures)?;
    let previous = options.previous.as_deref().map(|file| read(plan, file)).transpose()?;
    let (fonts, lacking) = fonts::load(plan, &options.font)?;
    let given = Given {
        plan,
        figures: &figures,
        previous: previous.as_ref(),
        at: options.at,
        made_up: options.made_up,
    };
    let files = make(&given, &fonts)?;
    let out = options.out.display();
    let cannot = || {
        format!(
            "输出文件夹 {out} 无法写入，请用 --out 另选 / cannot write to {out}; choose another with --out"
        )
    };
    std::fs::create_dir_all(&options.out).with_context(cannot)?;
    let mut paths = Vec::new();
    for file in files {
        let path = options.out.join(file.name);
        std::fs::write(&path, file.bytes).with_context(cannot)?;
        paths.push(path);
    }
    Ok((paths, lacking))
}

fn read(plan: &Plan, file: &Path) -> anyhow::Result<Figures> {
    let shown = file.display();
    let text = super::rank::read_table(file)?;
    rank::read_figures(plan, &text).map_err(|problems| {
        let list = problems.join("\n  ");
        anyhow::anyhow!("数据文件 {shown} 有问题 / {shown} has problems:\n  {list}")
    })
}

/// Makes the files of a bulletin: the text, the heat map, the county picture, the workbook.
///
/// # Errors
/// If the day is outside the plan, the plan has no bulletin, or a picture or the workbook cannot be
/// made.
pub fn make(given: &Given<'_>, fonts: &Fonts) -> anyhow::Result<Vec<Written>> {
    let (plan, figures, at) = (given.plan, given.figures, given.at);
    let period = Period::containing(at, plan.reporting.cycle);
    if at < plan.start || at > plan.end {
        let (start, end) = (plan.start, plan.end);
        bail!("{at} 不在计划期 {start} 至 {end} 内 / {at} is outside the plan, {start} to {end}");
    }
    let ranking = rank(plan, figures, at);
    let earlier = given.previous.map(|previous| rank(plan, previous, at));
    let previous: Option<Previous> =
        earlier.map(|earlier| earlier.standings.iter().map(|s| (s.unit, s.rank)).collect());
    let missing = missing(plan, figures);
    let language = Language::default();
    let heat = HeatMap {
        plan,
        period,
        edition: 0,
        ranking: &ranking,
        figures,
        previous: previous.as_ref(),
        missing: &missing,
        made_up: given.made_up,
        language,
    };
    let county = County { plan, period, figures, at, made_up: given.made_up, language };
    let workbook = Workbook {
        plan,
        period,
        edition: 0,
        ranking: &ranking,
        figures,
        previous: previous.as_ref(),
        sent: &[],
        flagged: &[],
        missing: &missing,
        made_up: given.made_up,
        language,
    };
    let text = text(given, period)?;
    let files = [
        (".txt", (text + "\n").into_bytes()),
        ("-heat.png", heat.draw()?.photo(fonts)?),
        ("-county.png", county.draw()?.photo(fonts)?),
        (".xlsx", workbook.write()?),
    ];
    let named = |(ending, bytes): (&str, Vec<u8>)| Written {
        name: format!("bulletin-{period}{ending}"),
        bytes,
    };
    Ok(files.into_iter().map(named).collect())
}

/// What is asked for and not in the file. A figure that several leads carry is asked of each.
fn missing(plan: &Plan, figures: &Figures) -> BTreeSet<(UnitId, IndicatorId)> {
    let cells = plan
        .units()
        .flat_map(|(unit, _)| plan.expected(unit).iter().map(move |indicator| (unit, *indicator)));
    let there = |unit, indicator| figures.get(plan.holder(unit, indicator), indicator).is_some();
    cells.filter(|(unit, indicator)| !there(*unit, *indicator)).collect()
}

/// The weekly bulletin's text, as the bot would send it, without its markup.
fn text(given: &Given<'_>, period: Period) -> anyhow::Result<String> {
    let desk = Desk::new(given.plan.clone(), String::new());
    let before = given.previous.and_then(|figures| {
        let period = period.previous();
        issue(&desk, figures, period, period.last_day().max(given.plan.start), None)
    });
    let row = issue(&desk, given.figures, period, given.at, before.as_ref())
        .context("计划中没有通报任务 / the plan has no job of the kind bulletin")?;
    let text = plain(&row.text);
    Ok(if given.made_up {
        format!("{}\n{text}", say(Language::default(), "made-up", &[]))
    } else {
        text
    })
}

/// A bulletin as if all figures had come for the period; `None` if the plan has none.
fn issue(
    desk: &Desk,
    figures: &Figures,
    period: Period,
    at: NaiveDate,
    last: Option<&BulletinRow>,
) -> Option<BulletinRow> {
    let plan = &desk.plan;
    let job = plan.jobs.iter().find(|job| job.kind == JobKind::Bulletin)?;
    let now: DateTime<Utc> = local_instant(at.and_time(NaiveTime::MIN), plan.zone);
    let snapshot = Snapshot { figures: current(plan, figures, period), ..Snapshot::default() };
    let besides = Besides::default();
    let run = Run { desk, plan, snapshot: &snapshot, job, due: now, period, now, besides };
    weekly::make(&run, last).effects.bulletins.pop()
}

fn current(
    plan: &Plan,
    figures: &Figures,
    period: Period,
) -> HashMap<(UnitId, IndicatorId), Current> {
    let cells = plan.units().flat_map(|(unit, _)| {
        plan.carried(unit).iter().filter_map(move |indicator| {
            let total = figures.get(unit, *indicator)?;
            let in_force = Some(InForce { total, period, revision: 1 });
            let by = UserId(0);
            let current = Current { in_force, latest: 1, by, origin: Origin::Total, value: total };
            Some(((unit, *indicator), current))
        })
    });
    cells.collect()
}

/// Telegram HTML without its tags.
fn plain(html: &str) -> String {
    let mut text = String::with_capacity(html.len());
    let mut inside = false;
    for c in html.chars() {
        match c {
            '<' => inside = true,
            '>' if inside => inside = false,
            _ if inside => {}
            _ => text.push(c),
        }
    }
    // The ampersand last, so that nothing is read twice.
    [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#x27;", "'"),
        ("&#x2f;", "/"),
        ("&amp;", "&"),
    ]
    .into_iter()
    .fold(text, |text, (entity, character)| text.replace(entity, character))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_is_taken_out_and_text_left() {
        assert_eq!(plain("<b>第25期</b> &lt;b&gt; &amp;lt; 1&#x2f;2"), "第25期 <b> &lt; 1/2");
    }
}
