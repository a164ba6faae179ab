//! `assess`: the assessment (目标责任考核) of a year, from the database or from a file of figures.

use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

use super::{app, rank};
use crate::clock::Clock;
use crate::conversation::assess::YearBook;
use crate::plan::{Plan, Points};
use crate::progress::assessment::{Assessment, assess, last_day};
use crate::texts::Language;
use crate::workbook::{AssessmentBook, explain};

/// What was asked for.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// 年度 / The year
    #[arg(long)]
    pub year: i32,
    /// 年末数据文件 CSV:unit,indicator,value（基本单位，累计数）；不计迟报、未报扣分 / The figures as of
    /// the year's end, in base units; nothing is taken off for reports
    #[arg(long, value_name = "FILE.csv")]
    pub figures: Option<PathBuf>,
    /// 数据库 / The database: sqlite:PATH, or `postgres://USER@HOST/NAME`
    #[arg(
        long,
        env = "DATABASE_URL",
        hide_env_values = true,
        default_value = "sqlite:liaison-data/liaison.db"
    )]
    pub database: String,
    /// 只列一个单位的明细 / Only this unit, every line of it
    #[arg(long)]
    pub unit: Option<String>,
    /// 考核表输出文件 / Writes the workbook, with every point explained
    #[arg(long, value_name = "FILE.xlsx")]
    pub out: Option<PathBuf>,
}

/// Prints an assessment and writes its workbook.
///
/// # Errors
/// A plan without rules, a year outside it, a file or database that cannot be read, a unit that the
/// plan does not have, a workbook that cannot be written.
pub async fn run(plan: &Plan, options: &Options, out: &mut impl Write) -> anyhow::Result<()> {
    let (made, rehearsed) = match &options.figures {
        Some(file) => (of_file(plan, options.year, file)?, false),
        None => of_database(plan, options.year, &options.database).await?,
    };
    let mut plan = plan.clone();
    if rehearsed {
        plan.titles.short.push_str("（演练）");
    }
    let plan = &plan;
    match &options.unit {
        Some(name) => write!(out, "{}", of_unit(plan, &made, name)?)?,
        None => write!(out, "{}", totals(plan, &made))?,
    }
    if let Some(path) = &options.out {
        let book = AssessmentBook { plan, assessment: &made, language: Language::default() };
        std::fs::write(path, book.write()?).with_context(|| {
            format!(
                "{} 无法写入，请用 --out 另选 / cannot write it; choose another with --out",
                path.display()
            )
        })?;
    }
    Ok(())
}

fn of_file(plan: &Plan, year: i32, file: &Path) -> anyhow::Result<Assessment> {
    let text = super::rank::read_table(file)?;
    let figures = rank::read_figures(plan, &text).map_err(|problems| {
        let list = problems.join("\n  ");
        anyhow::anyhow!("数据文件 {} 有问题 / has problems:\n  {list}", file.display())
    })?;
    let rules = plan.assessment.as_ref().context(NO_RULES)?;
    let at = last_day(plan, year).with_context(|| outside(plan, year))?;
    Ok(assess(plan, rules, &figures, &std::collections::BTreeMap::new(), (year, at)))
}

/// The assessment, and whether it is of a rehearsal's figures.
async fn of_database(plan: &Plan, year: i32, database: &str) -> anyhow::Result<(Assessment, bool)> {
    if plan.assessment.is_none() {
        bail!(NO_RULES);
    }
    let store = app::open_beside(database).await?;
    let read = async { store.begin().await?.year(plan, year).await };
    let book: Option<YearBook> = read.await?;
    let rehearsed = store.rehearsal_origin().await?.is_some();
    app::close(&store).await;
    let now = Clock::system().now();
    let made = book.and_then(|book| book.assess(plan, year, now));
    Ok((made.with_context(|| outside(plan, year))?, rehearsed))
}

const NO_RULES: &str =
    "plan.toml 没有 [assessment]，请补上考核规则 / plan.toml has no [assessment]; add its rules";

fn outside(plan: &Plan, year: i32) -> String {
    let (start, end) = (plan.start, plan.end);
    format!("{year}年不在计划期 {start} 至 {end} 内 / {year} is outside the plan, {start} to {end}")
}

/// The totals, tab-separated: group, rank, unit, points for figures, bonus, minus, total.
#[must_use]
pub fn totals(plan: &Plan, made: &Assessment) -> String {
    let mut text = String::from("组\t名次\t单位\t指标得分\t加分\t扣分\t总分\n");
    for one in &made.units {
        let unit = plan.unit(one.unit);
        let group = one.group.map_or(&unit.kind, |at| &plan.groups[at].name);
        let minus = Points::default() - one.minus;
        let row = [
            group.clone(),
            one.rank.to_string(),
            unit.name.clone(),
            one.base.to_string(),
            one.bonus.to_string(),
            minus.to_string(),
            one.total.to_string(),
        ];
        text.push_str(&row.join("\t"));
        text.push('\n');
    }
    text
}

/// One unit's lines, tab-separated: what for, figure, target, rule, points; the total last.
///
/// # Errors
/// If the plan has no such unit, or it is not assessed.
pub fn of_unit(plan: &Plan, made: &Assessment, name: &str) -> anyhow::Result<String> {
    let unit = plan.unit_named(name).with_context(|| {
        format!("没有“{name}”这个单位，请核对名称 / the plan has no unit {name:?}; check its name")
    })?;
    let one = made
        .units
        .iter()
        .find(|one| one.unit == unit)
        .with_context(|| format!("{name}不参加考核 / {name} is not assessed"))?;
    let mut text = String::from("项目\t数值\t目标\t计分依据\t得分\n");
    for line in &one.lines {
        let told = explain(plan, Language::default(), made, line);
        let row = [told.item, told.figure, told.target, told.rule, line.points.to_string()];
        text.push_str(&row.join("\t"));
        text.push('\n');
    }
    text.push_str(&["合计", "", "", "", &one.total.to_string()].join("\t"));
    text.push('\n');
    Ok(text)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::plan::Period;
    use crate::plan::load::lanxi;
    use crate::progress::{Conduct, Figures};

    /// The rows of the table in a Markdown text whose head starts with `head`, tab-separated.
    fn table(text: &str, head: &str) -> String {
        let lines = text.lines().skip_while(|line| !line.starts_with(head)).skip(2);
        let rows = lines.take_while(|line| line.starts_with('|')).map(|line| {
            let cells = line.trim_matches('|').split('|').map(str::trim);
            cells.collect::<Vec<_>>().join("\t") + "\n"
        });
        rows.collect()
    }

    fn rows(text: &str) -> String {
        text.split_inclusive('\n').skip(1).collect()
    }

    /// The figures of the page, and how punctual it says 云山 was.
    fn page() -> (Plan, &'static str, Assessment) {
        let page = include_str!("../../docs/assessment.md");
        let plan = lanxi();
        let csv = page.split_once("```csv\n").unwrap().1.split_once("```").unwrap().0;
        let figures = rank::read_figures(&plan, csv).unwrap();
        let period = |text: &str| -> Period { text.parse().unwrap() };
        let conduct = Conduct {
            late: vec![period("2019-W08"), period("2019-W31")],
            missing: vec![period("2019-W40")],
            returned: 1,
        };
        let conduct = BTreeMap::from([(plan.unit_named("云山").unwrap(), conduct)]);
        let rules = plan.assessment.clone().unwrap();
        let at = last_day(&plan, 2019).unwrap();
        let made = assess(&plan, &rules, &figures, &conduct, (2019, at));
        (plan, page, made)
    }

    #[test]
    fn the_page_on_assessment_tells_the_truth() {
        let (plan, page, made) = page();
        assert_eq!(table(page, "| 项目"), rows(&of_unit(&plan, &made, "云山").unwrap()));
        let streets = rows(&totals(&plan, &made));
        let streets: String =
            streets.split_inclusive('\n').filter(|row| row.starts_with("街道")).collect();
        assert_eq!(table(page, "| 组"), streets);
        let (passed, all) = made.days;
        assert!(page.contains(&format!("第 {passed} 天")) && page.contains(&format!("{all} 天")));
    }

    #[test]
    fn lines_add_up_to_the_last_hundredth() {
        let (plan, _, made) = page();
        let rules = plan.assessment.as_ref().unwrap();
        for one in &made.units {
            let sum: Points = one.lines.iter().map(|line| line.points).sum();
            assert_eq!(sum, one.total, "{}", plan.unit(one.unit).name);
            let full: i64 = one
                .lines
                .iter()
                .map(|line| match &line.item {
                    crate::progress::assessment::Item::Figure(held) => held.full.0,
                    _ => 0,
                })
                .sum();
            assert_eq!(full, rules.points.0, "full points add up");
            assert_eq!(one.total, one.base + one.bonus - one.minus);
        }
    }

    #[test]
    fn exactly_what_is_due_has_full_points_and_one_less_has_not() {
        let plan = lanxi();
        let rules = plan.assessment.clone().unwrap();
        let (unit, id) = (plan.unit_named("云山").unwrap(), plan.indicator_named("1").unwrap());
        let at = last_day(&plan, 2019).unwrap();
        let line = |value| {
            let mut figures = Figures::new(&plan);
            figures.set(unit, id, Some(crate::plan::Quantity(value)));
            let made = assess(&plan, &rules, &figures, &BTreeMap::new(), (2019, at));
            let one = made.units.into_iter().find(|one| one.unit == unit).unwrap();
            (one.base, one.bonus)
        };
        // 832 × 730 ÷ 1096 = 554.16: 554 is not all of it, 555 is.
        assert_eq!(line(554), (Points(909), Points(0)), "rounded to the hundredth");
        assert_eq!(line(500).0, Points(820));
        assert_eq!(line(555), (Points(909), Points(0)));
        assert_eq!(line(560), (Points(909), Points(10)));
        assert_eq!(line(832), (Points(909), Points(200)), "the cap of the bonus");
    }

    #[test]
    fn a_year_outside_the_plan_is_named() {
        let plan = lanxi();
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/demo/figures.csv");
        let error = of_file(&plan, 2024, &file).unwrap_err().to_string();
        assert!(error.contains("2020-12-31"), "{error}");
        assert!(of_unit(&plan, &of_file(&plan, 2019, &file).unwrap(), "火星").is_err());
    }
}
