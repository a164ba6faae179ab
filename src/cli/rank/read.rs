//! Figures from a CSV file `unit,indicator,value`.

use std::collections::HashMap;

use crate::plan::{IndicatorId, Plan, Quantity, UnitId};
use crate::progress::Figures;

/// Reads a CSV with the header `unit,indicator,value`.
///
/// A unit goes by any name the plan knows, or its code; an indicator by number or name; a value is
/// a whole number in the indicator's base unit (家, 元, 平方米; 0.01 % for rates), and a blank one
/// says that nothing was reported. Lines that start with `#` are comments.
///
/// # Errors
/// Every problem in the file, with its line, in Chinese and English.
pub fn read_figures(plan: &Plan, csv_text: &str) -> Result<Figures, Vec<String>> {
    let mut reader = csv::ReaderBuilder::new()
        .comment(Some(b'#'))
        .trim(csv::Trim::All)
        .flexible(true)
        .from_reader(csv_text.trim_start_matches('\u{feff}').as_bytes());
    let header = reader.headers().cloned().unwrap_or_default();
    if header.iter().ne(["unit", "indicator", "value"]) {
        return Err(vec![problem(
            1,
            "表头应为 unit,indicator,value",
            "the header must be unit,indicator,value",
        )]);
    }
    let mut sheet = Sheet { plan, figures: Figures::new(plan), lines: HashMap::new() };
    let mut problems = Vec::new();
    for record in reader.records() {
        match record {
            Ok(record) => {
                let line = record.position().map_or(0, csv::Position::line);
                let found = sheet.take(line, &record);
                problems.extend(found.into_iter().map(|(zh, en)| problem(line, &zh, &en)));
            }
            Err(error) => {
                let line = error.position().map_or(0, csv::Position::line);
                problems.push(problem(line, "此行无法读取", &format!("cannot be read: {error}")));
            }
        }
    }
    if problems.is_empty() { Ok(sheet.figures) } else { Err(problems) }
}

fn problem(line: u64, zh: &str, en: &str) -> String {
    format!("第{line}行：{zh} / line {line}: {en}")
}

/// What is wrong with a row, in both languages.
type Problem = (String, String);

/// Figures in the making, and the line each came from.
struct Sheet<'a> {
    plan: &'a Plan,
    figures: Figures,
    lines: HashMap<(UnitId, IndicatorId), u64>,
}

impl Sheet<'_> {
    /// Takes one row; the problems of all its cells.
    fn take(&mut self, line: u64, record: &csv::StringRecord) -> Vec<Problem> {
        let [unit, indicator, value] = record.iter().collect::<Vec<_>>()[..] else {
            let count = record.len();
            return vec![(
                format!("应有3列，现有{count}列"),
                format!("3 columns are wanted, {count} are there"),
            )];
        };
        let mut problems = Vec::new();
        let unit = self.unit(unit).map_err(|p| problems.push(p)).ok();
        let indicator = self.indicator(indicator).map_err(|p| problems.push(p)).ok();
        let value = whole_number(value).map_err(|p| problems.push(p)).ok();
        if let Some((unit, indicator)) = unit.zip(indicator) {
            let placed = self.place(line, unit, indicator).map_err(|p| problems.push(p)).ok();
            if let Some((holder, value)) = placed.zip(value) {
                self.figures.set(holder, indicator, value);
            }
        }
        problems
    }

    fn unit(&self, text: &str) -> Result<UnitId, Problem> {
        self.plan.unit_named(text).ok_or_else(|| {
            (format!("没有“{text}”这个单位"), format!("the plan has no unit {text:?}"))
        })
    }

    fn indicator(&self, text: &str) -> Result<IndicatorId, Problem> {
        self.plan.indicator_named(text).ok_or_else(|| {
            (format!("没有“{text}”这项指标"), format!("the plan has no indicator {text:?}"))
        })
    }

    /// The unit under which a figure is kept, if the row's unit carries the indicator and no row
    /// before has given it.
    fn place(
        &mut self,
        line: u64,
        unit: UnitId,
        indicator: IndicatorId,
    ) -> Result<UnitId, Problem> {
        let row = self.plan.indicator(indicator);
        let name = &self.plan.unit(unit).name;
        if !self.plan.carried(unit).contains(&indicator) {
            return Err((
                format!("{name}不承担指标{}“{}”", row.no, row.short),
                format!("{name} does not carry indicator {}", row.no),
            ));
        }
        let holder = self.plan.holder(unit, indicator);
        match self.lines.insert((holder, indicator), line) {
            None => Ok(holder),
            Some(first) => Err((
                format!("{name}的指标{}“{}”与第{first}行重复", row.no, row.short),
                format!("indicator {} of {name} is already on line {first}", row.no),
            )),
        }
    }
}

/// A whole number in base units; `None` if nothing is written.
fn whole_number(text: &str) -> Result<Option<Quantity>, Problem> {
    if text.is_empty() {
        return Ok(None);
    }
    if text.strip_prefix('-').is_some_and(|rest| rest.parse::<u64>().is_ok()) {
        return Err((format!("数值“{text}”为负数"), format!("{text:?} is negative")));
    }
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    let value = text.parse().ok().filter(|_| digits);
    value.map(|value| Some(Quantity(value))).ok_or_else(|| {
        (
            format!("数值“{text}”应为整数，按最小单位填写，不带逗号、单位"),
            format!("{text:?} is no whole number in base units"),
        )
    })
}
