//! `targets.csv`: the annex's table, held against its own county totals.

use std::collections::{BTreeMap, HashMap};

use super::{Problems, Row, rows};
use crate::plan::{Carried, Indicator, IndicatorId, IndicatorNo, Quantity, Unit, UnitId};

const FILE: &str = "targets.csv";

/// Reads the split: one row an indicator, one column a unit, the last column remarks.
pub(super) fn targets(
    text: &str,
    units: &[Row<Unit>],
    unit_names: &HashMap<String, UnitId>,
    indicators: &[Row<Indicator>],
    problems: &mut Problems,
) -> BTreeMap<(UnitId, IndicatorId), Quantity> {
    let mut targets = BTreeMap::new();
    let mut reader = rows::reader(text);
    let columns = match reader.headers() {
        Ok(headers) => columns(headers, unit_names, problems),
        Err(error) => {
            problems.add(FILE, 1, "表头无法读取", format!("no header line: {error}"));
            return targets;
        }
    };
    let mut lines = BTreeMap::new();
    for record in reader.records() {
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                let line = error.position().map_or(0, csv::Position::line);
                problems.add(FILE, line, "此行列数不符", format!("row does not fit: {error}"));
                continue;
            }
        };
        let line = record.position().map_or(0, csv::Position::line);
        let label = record.get(0).unwrap_or_default();
        let Some(id) = numbered(label, indicators) else {
            problems.add(
                FILE,
                line,
                format!("“{label}”不以指标编号开头（如 1. 或 11.1.）"),
                format!("{label:?} does not start with the number of an indicator"),
            );
            continue;
        };
        if lines.insert(id, line).is_some() {
            problems.add(FILE, line, "此指标已有一行", "this indicator has a row already");
        }
        let indicator = &indicators[id.index()].value;
        for (column, unit) in &columns {
            let cell = record.get(*column).unwrap_or_default();
            if cell.is_empty() {
                continue;
            }
            match indicator.measure.parse(cell).filter(|quantity| quantity.0 > 0) {
                Some(quantity) => drop(targets.insert((*unit, id), quantity)),
                None => problems.add(
                    FILE,
                    line,
                    format!("{}的目标“{cell}”不是正数", units[unit.index()].value.name),
                    format!("{cell:?} is no positive target"),
                ),
            }
        }
        check_row(indicator, id, line, &targets, problems);
    }
    check_parts(indicators, &lines, &targets, units, problems);
    for (id, row) in (0..).map(IndicatorId).zip(indicators) {
        if row.value.ranked && !lines.contains_key(&id) {
            problems.add(
                FILE,
                0,
                format!("缺少指标{}的行", row.value.no),
                format!("no row for indicator {}", row.value.no),
            );
        }
    }
    targets
}

fn columns(
    headers: &csv::StringRecord,
    units: &HashMap<String, UnitId>,
    problems: &mut Problems,
) -> Vec<(usize, UnitId)> {
    let mut columns: Vec<(usize, UnitId)> = Vec::new();
    let last = headers.len().saturating_sub(1);
    for (column, head) in headers.iter().enumerate().take(last).skip(1) {
        match units.get(head) {
            Some(unit) if columns.iter().any(|(_, other)| other == unit) => {
                problems.add(
                    FILE,
                    1,
                    format!("“{head}”一列重复"),
                    format!("{head:?} is there twice"),
                );
            }
            Some(unit) => columns.push((column, *unit)),
            None => problems.add(
                FILE,
                1,
                format!("表头“{head}”不是 units.csv 中的单位"),
                format!("column {head:?} is no unit"),
            ),
        }
    }
    columns
}

/// The indicator whose number a row's label starts with: `11.新增…`, `11.1.其中…`.
fn numbered(label: &str, indicators: &[Row<Indicator>]) -> Option<IndicatorId> {
    let end =
        label.find(|c: char| !c.is_ascii_digit() && c != '.' && c != 'G').unwrap_or(label.len());
    let no: IndicatorNo = label[..end].trim_end_matches('.').parse().ok()?;
    let at = indicators.iter().position(|row| row.value.no == no)?;
    u16::try_from(at).ok().map(IndicatorId)
}

fn check_row(
    indicator: &Indicator,
    id: IndicatorId,
    line: u64,
    targets: &BTreeMap<(UnitId, IndicatorId), Quantity>,
    problems: &mut Problems,
) {
    let split: Vec<i64> =
        targets.iter().filter(|((_, row), _)| *row == id).map(|(_, quantity)| quantity.0).collect();
    match indicator.carried {
        Carried::ByLeads if !split.is_empty() => problems.add(
            FILE,
            line,
            "由牵头部门承担的指标不应分解到单位",
            "carried by leads, so no unit has a target",
        ),
        Carried::ByUnits if !indicator.measure.is_rate() => {
            let sum = Quantity(split.iter().sum());
            if Some(sum) != indicator.target {
                let total = indicator.target.unwrap_or_default();
                let (sum, total) = (indicator.measure.show(sum), indicator.measure.show(total));
                problems.add(
                    FILE,
                    line,
                    format!("指标{}各单位合计{sum}，与全市目标{total}不符", indicator.no),
                    format!("indicator {} adds up to {sum}, not {total}", indicator.no),
                );
            }
        }
        _ => {}
    }
}

/// A unit's part may not be more than its whole.
fn check_parts(
    indicators: &[Row<Indicator>],
    lines: &BTreeMap<IndicatorId, u64>,
    targets: &BTreeMap<(UnitId, IndicatorId), Quantity>,
    units: &[Row<Unit>],
    problems: &mut Problems,
) {
    for ((unit, part), target) in targets {
        let row = &indicators[part.index()].value;
        let Some(whole) = row.whole else { continue };
        if targets.get(&(*unit, whole)).is_none_or(|of| of < target) {
            let name = &units[unit.index()].value.name;
            problems.add(
                FILE,
                lines.get(part).copied().unwrap_or(0),
                format!("{name}的其中项{}大于所属指标", row.no),
                format!("{name}: part {} is more than its whole", row.no),
            );
        }
    }
}
