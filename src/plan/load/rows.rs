//! `units.csv`, `indicators.csv`, `holidays.csv`: one struct a row, every bad row named.

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::NaiveDate;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::{Problems, Row, valid_code};
use crate::plan::{
    Calendar, Carried, DayKind, Expected, Indicator, IndicatorId, IndicatorNo, Lead, Measure,
    Quantity, Unit, UnitId,
};

/// A CSV of the plan folder: a header line, `#` comments, spaces around cells of no meaning.
pub(super) fn reader(text: &str) -> csv::Reader<&[u8]> {
    csv::ReaderBuilder::new()
        .comment(Some(b'#'))
        .trim(csv::Trim::All)
        .from_reader(text.trim_start_matches('\u{feff}').as_bytes())
}

/// Reads a CSV with a header line and `#` comments; a row that does not fit is a problem, not the end.
fn read<T: DeserializeOwned>(
    file: &'static str,
    text: &str,
    problems: &mut Problems,
) -> Vec<Row<T>> {
    let mut reader = reader(text);
    let headers = match reader.headers() {
        Ok(headers) => headers.clone(),
        Err(error) => {
            problems.add(file, 1, "表头无法读取", format!("no header line: {error}"));
            return Vec::new();
        }
    };
    let mut rows = Vec::new();
    for record in reader.records() {
        let parsed = record.and_then(|record| {
            let line = record.position().map_or(0, csv::Position::line);
            record.deserialize(Some(&headers)).map(|value| Row { line, value })
        });
        match parsed {
            Ok(row) => rows.push(row),
            Err(error) => {
                let line = error.position().map_or(0, csv::Position::line);
                problems.add(file, line, "此行格式不符", format!("row does not fit: {error}"));
            }
        }
    }
    if rows.is_empty() {
        problems.add(file, 0, "文件中没有数据行", "no rows");
    }
    rows
}

fn names(list: &str) -> Vec<String> {
    list.split(';').map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned).collect()
}

#[derive(Deserialize)]
struct UnitRow {
    code: String,
    name: String,
    short: String,
    kind: String,
    aliases: String,
}

pub(super) fn units(text: &str, problems: &mut Problems) -> Vec<Row<Unit>> {
    const FILE: &str = "units.csv";
    let mut units = Vec::new();
    let mut codes = HashSet::new();
    for Row { line, value: row } in read::<UnitRow>(FILE, text, problems) {
        let Some(code) = valid_code(&row.code).filter(|code| codes.insert(code.clone())) else {
            problems.add(
                FILE,
                line,
                format!("代码“{}”重复或不合格式（小写字母、数字、连字符，至多24个）", row.code),
                format!("code {:?} is taken, or not a-z 0-9 - (24 at most)", row.code),
            );
            continue;
        };
        if row.name.is_empty() || row.short.is_empty() || row.kind.is_empty() {
            problems.add(
                FILE,
                line,
                "名称、简称、类别不能为空",
                "name, short and kind are required",
            );
        }
        let aliases = names(&row.aliases);
        let value = Unit { code, name: row.name, short: row.short, kind: row.kind, aliases };
        units.push(Row { line, value });
    }
    units
}

#[derive(Deserialize)]
struct IndicatorRow {
    no: String,
    name: String,
    short: String,
    aliases: String,
    measure: String,
    target: String,
    carried: String,
    leads: String,
    ranked: String,
    expected: String,
    whole: String,
    min_share: String,
    source: String,
}

pub(super) fn indicators(
    text: &str,
    units: &HashMap<String, UnitId>,
    problems: &mut Problems,
) -> Vec<Row<Indicator>> {
    let mut indicators: Vec<Row<Indicator>> = Vec::new();
    for Row { line, value: row } in read::<IndicatorRow>("indicators.csv", text, problems) {
        match indicator(&row, units, &indicators) {
            Ok(value) => indicators.push(Row { line, value }),
            Err((zh, en)) => problems.add("indicators.csv", line, zh, en),
        }
    }
    indicators
}

fn indicator(
    row: &IndicatorRow,
    units: &HashMap<String, UnitId>,
    before: &[Row<Indicator>],
) -> Result<Indicator, (String, String)> {
    let known = |number: &str| {
        let no: IndicatorNo = number.parse().ok()?;
        let at = before.iter().position(|row| row.value.no == no)?;
        u16::try_from(at).ok().map(IndicatorId)
    };
    let no: IndicatorNo =
        row.no.parse().map_err(|e| (format!("指标编号“{}”不合格式", row.no), format!("{e}")))?;
    if known(&row.no).is_some() {
        return Err((format!("指标编号{no}重复"), format!("indicator {no} is there twice")));
    }
    let choose = |field: &str, value: &str, of: &[&str]| {
        of.iter().position(|choice| *choice == value).ok_or_else(|| {
            let of = of.join(" | ");
            (format!("{field} 应为 {of}，现为“{value}”"), format!("{field} is {value:?}, not {of}"))
        })
    };
    let carried =
        [Carried::ByUnits, Carried::ByLeads][choose("carried", &row.carried, &["units", "leads"])?];
    let ranked = choose("ranked", &row.ranked, &["no", "yes"])? == 1;
    let expected = [Expected::Yes, Expected::OwnTarget, Expected::No]
        [choose("expected", &row.expected, &["yes", "own", "no"])?];
    if row.name.is_empty() || row.short.is_empty() || row.measure.is_empty() {
        return Err((
            "名称、简称、单位不能为空".into(),
            "name, short, measure are required".into(),
        ));
    }
    let measure = Measure::named(&row.measure);
    let target = optional(&row.target, &measure, "target")?;
    let whole = match row.whole.as_str() {
        "" => None,
        number => Some(known(number).ok_or_else(|| {
            (
                format!("其中项所属指标{number}须列在前面"),
                format!("its whole {number} must stand above it"),
            )
        })?),
    };
    if no.is_part() != whole.is_some() {
        return Err((
            "编号带小数点的指标须写明 whole，其余不写".into(),
            "a part (3.1) names its whole, others do not".into(),
        ));
    }
    let min_share =
        optional(row.min_share.trim_end_matches('%'), &Measure::named("%"), "min_share")?;
    Ok(Indicator {
        no,
        name: row.name.clone(),
        short: row.short.clone(),
        aliases: names(&row.aliases),
        target,
        carried,
        leads: leads(&row.leads, units, &measure, target, carried)?,
        measure,
        ranked,
        expected,
        whole,
        min_share,
        source: row.source.clone(),
    })
}

fn optional(
    text: &str,
    measure: &Measure,
    field: &str,
) -> Result<Option<Quantity>, (String, String)> {
    if text.is_empty() {
        return Ok(None);
    }
    let value = measure.parse(text).filter(|quantity| quantity.0 >= 0);
    value.map(Some).ok_or_else(|| {
        (format!("{field} 的数值“{text}”无法读取"), format!("{field}: {text:?} is no quantity"))
    })
}

fn leads(
    text: &str,
    units: &HashMap<String, UnitId>,
    measure: &Measure,
    target: Option<Quantity>,
    carried: Carried,
) -> Result<Vec<Lead>, (String, String)> {
    let mut leads = Vec::new();
    for name in names(text) {
        let (name, share) = match name.split_once('=') {
            Some((name, share)) => (name, optional(share, measure, "leads")?),
            None => (name.as_str(), None),
        };
        let unit = *units.get(name).ok_or_else(|| {
            (format!("牵头部门“{name}”不在 units.csv 中"), format!("lead {name:?} is no unit"))
        })?;
        leads.push(Lead { unit, share });
    }
    let shares: Vec<i64> = leads.iter().filter_map(|lead| lead.share).map(|q| q.0).collect();
    if !shares.is_empty() && Some(Quantity(shares.iter().sum())) != target {
        return Err((
            "各牵头部门分摊数之和不等于总目标".into(),
            "the leads' shares do not add up to the target".into(),
        ));
    }
    if leads.is_empty() && carried == Carried::ByLeads {
        return Err((
            "由牵头部门承担的指标须写明 leads".into(),
            "carried by leads, but none named".into(),
        ));
    }
    Ok(leads)
}

#[derive(Deserialize)]
struct HolidayRow {
    date: NaiveDate,
    kind: String,
    name: String,
}

pub(super) fn holidays(text: &str, problems: &mut Problems) -> Calendar {
    const FILE: &str = "holidays.csv";
    let mut days = BTreeMap::new();
    for Row { line, value: row } in read::<HolidayRow>(FILE, text, problems) {
        let kind = match row.kind.as_str() {
            "off" => DayKind::Off,
            "work" => DayKind::Work,
            other => {
                problems.add(
                    FILE,
                    line,
                    format!("kind 应为 off 或 work，现为“{other}”"),
                    format!("kind is {other:?}, not off or work"),
                );
                continue;
            }
        };
        if days.insert(row.date, kind).is_some() {
            problems.add(
                FILE,
                line,
                format!("{}({})重复", row.date, row.name),
                format!("{} is there twice", row.date),
            );
        }
    }
    Calendar::new(days)
}
