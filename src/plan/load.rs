//! From the five files of a plan folder to a [`Plan`], or to everything that is wrong with them.

mod assessment;
mod bulletin;
mod desk;
mod levels;
mod review;
mod rows;
mod settings;
mod table;

use std::collections::{BTreeMap, HashMap};
use std::fmt;

use chrono::Datelike;

use super::hidden::is_hidden;
use super::{
    Carried, Expected, Group, Indicator, IndicatorId, IndicatorNo, Plan, Quantity, Unit, UnitCode,
    UnitId,
};

/// The texts of a plan folder, read by whoever may touch the disk.
#[derive(Debug, Clone, Default)]
pub struct PlanFolder {
    /// `plan.toml`: names, time, cycle, jobs, rules.
    pub plan_toml: String,
    /// `units.csv`: who reports and who leads.
    pub units_csv: String,
    /// `indicators.csv`: what is counted.
    pub indicators_csv: String,
    /// `targets.csv`: the annex's table.
    pub targets_csv: String,
    /// `holidays.csv`: rest days and working weekends.
    pub holidays_csv: String,
}

impl PlanFolder {
    /// The file names, in the order of the fields.
    pub const FILES: [&'static str; 5] =
        ["plan.toml", "units.csv", "indicators.csv", "targets.csv", "holidays.csv"];

    /// Reads and checks the whole folder.
    ///
    /// # Errors
    /// Every problem found, in the order of files and lines; a file whose form is broken hides
    /// only what depends on it.
    pub fn load(&self) -> Result<Plan, Vec<Problem>> {
        let mut problems = Problems::default();
        self.check_visible(&mut problems);
        let units = rows::units(&self.units_csv, &mut problems);
        let unit_names = unit_names(&units, &mut problems);
        let indicators = rows::indicators(&self.indicators_csv, &unit_names, &mut problems);
        check_indicator_names(&indicators, &unit_names, &mut problems);
        let split =
            table::targets(&self.targets_csv, &units, &unit_names, &indicators, &mut problems);
        let calendar = rows::holidays(&self.holidays_csv, &mut problems);
        let settings = settings::read(&self.plan_toml, &indicators, &unit_names, &mut problems);
        let (Some(settings), true) = (settings, problems.none_so_far()) else {
            return Err(problems.list);
        };
        let indicators: Vec<Indicator> = indicators.into_iter().map(|row| row.value).collect();
        let units: Vec<Unit> = units.into_iter().map(|row| row.value).collect();
        let mut plan = assemble(units, indicators, split, unit_names, calendar, settings);
        check_whole(&plan, &self.plan_toml, &mut problems);
        check_holidays(&mut plan, &self.holidays_csv, &mut problems);
        if problems.none_so_far() { Ok(plan) } else { Err(problems.list) }
    }
}

impl PlanFolder {
    /// Names that only look alike, and texts that are not what they look like, are not let in.
    fn check_visible(&self, problems: &mut Problems) {
        let texts = [
            &self.plan_toml,
            &self.units_csv,
            &self.indicators_csv,
            &self.targets_csv,
            &self.holidays_csv,
        ];
        for (file, text) in Self::FILES.into_iter().zip(texts) {
            let text = text.trim_start_matches('\u{feff}');
            for (line, number) in text.split('\n').zip(1..) {
                let line = line.strip_suffix('\r').unwrap_or(line);
                if let Some(hidden) = line.chars().find(|c| *c != '\t' && is_hidden(*c)) {
                    let code = format!("U+{:04X}", u32::from(hidden));
                    problems.add(
                        file,
                        number,
                        format!("有看不见的字符（{code}），请删除后重新录入该行"),
                        format!("an invisible character ({code}); delete it, type the line anew"),
                    );
                }
            }
        }
    }
}

/// One thing wrong in a plan folder, in both languages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The file's name; empty where the whole folder is meant.
    pub file: &'static str,
    /// The line, counted from 1; 0 where the whole file is meant.
    pub line: u64,
    /// What is wrong and what to do, in Chinese.
    pub zh: String,
    /// The same in English.
    pub en: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.file, self.line) {
            ("", _) => {}
            (file, 0) => write!(f, "{file}: ")?,
            (file, line) => write!(f, "{file}:{line}: ")?,
        }
        write!(f, "{} / {}", self.zh, self.en)
    }
}

/// Collects problems while loading goes on.
#[derive(Debug, Default)]
pub(super) struct Problems {
    pub list: Vec<Problem>,
}

impl Problems {
    pub fn add(
        &mut self,
        file: &'static str,
        line: u64,
        zh: impl Into<String>,
        en: impl Into<String>,
    ) {
        self.list.push(Problem { file, line, zh: zh.into(), en: en.into() });
    }

    pub fn none_so_far(&self) -> bool {
        self.list.is_empty()
    }
}

/// A value with the line it came from.
#[derive(Debug)]
struct Row<T> {
    line: u64,
    value: T,
}

/// The line of a text in a file, to point at; 0 if it is not there.
fn line_of(text: &str, needle: &str) -> u64 {
    text.lines().zip(1..).find(|(line, _)| line.contains(needle)).map_or(0, |(_, number)| number)
}

fn unit_names(units: &[Row<Unit>], problems: &mut Problems) -> HashMap<String, UnitId> {
    let mut names: HashMap<String, UnitId> = HashMap::new();
    for (id, row) in (0..).map(UnitId).zip(units) {
        for name in row.value.names().chain([row.value.code.as_str()]) {
            let owner = *names.entry(name.to_owned()).or_insert(id);
            if owner != id {
                let first = &units[owner.index()].value.name;
                problems.add(
                    "units.csv",
                    row.line,
                    format!("“{name}”已是{first}的名称，一个名称只能指一个单位"),
                    format!("{name:?} already names {first}"),
                );
            }
        }
    }
    names
}

fn check_indicator_names(
    indicators: &[Row<Indicator>],
    units: &HashMap<String, UnitId>,
    problems: &mut Problems,
) {
    let mut names: HashMap<&str, IndicatorNo> = HashMap::new();
    for row in indicators {
        for name in row.value.names() {
            let taken = names.insert(name, row.value.no).filter(|no| *no != row.value.no);
            if let Some(other) = taken {
                problems.add(
                    "indicators.csv",
                    row.line,
                    format!("“{name}”已是指标{other}的名称"),
                    format!("{name:?} already names indicator {other}"),
                );
            }
            if units.contains_key(name) {
                problems.add(
                    "indicators.csv",
                    row.line,
                    format!("“{name}”已是单位名称"),
                    format!("{name:?} already names a unit"),
                );
            }
        }
    }
}

fn assemble(
    units: Vec<Unit>,
    indicators: Vec<Indicator>,
    split: BTreeMap<(UnitId, IndicatorId), Quantity>,
    unit_names: HashMap<String, UnitId>,
    calendar: super::Calendar,
    settings: settings::Settings,
) -> Plan {
    let mut targets = split;
    let mut carried = vec![Vec::new(); units.len()];
    for (id, indicator) in (0..).map(IndicatorId).zip(&indicators) {
        let carriers = carriers(&units, &indicators, id, &targets);
        for unit in carriers {
            carried[unit.index()].push(id);
            let by_units_goal = indicator.no.is_goal() && indicator.carried == Carried::ByUnits;
            if indicator.carried == Carried::ByLeads || by_units_goal {
                targets.extend(indicator.target.map(|target| ((unit, id), target)));
            }
        }
    }
    let select = |keep: &dyn Fn(UnitId, IndicatorId) -> bool| -> Vec<Vec<IndicatorId>> {
        let rows = (0..).map(UnitId).zip(&carried);
        rows.map(|(unit, ids)| ids.iter().copied().filter(|id| keep(unit, *id)).collect()).collect()
    };
    let expected = select(&|unit, id| match indicators[id.index()].expected {
        Expected::Yes => true,
        Expected::OwnTarget => targets.contains_key(&(unit, id)),
        Expected::No => false,
    });
    let ranked = select(&|unit, id| {
        let counts = indicators[id.index()].ranked && !units[unit.index()].is_department();
        let excluded = settings.ranking.excluded.contains_key(&(unit, id));
        counts && !excluded && targets.get(&(unit, id)).is_some_and(|target| target.0 > 0)
    });
    let group_of = units.iter().map(|unit| group_of(&settings.groups, unit)).collect();
    let unit_codes = (0..).map(UnitId).zip(&units).map(|(id, u)| (u.code.clone(), id)).collect();
    let numbers = (0..).map(IndicatorId).zip(&indicators).map(|(id, i)| (i.no, id)).collect();
    Plan {
        id: settings.id,
        titles: settings.titles,
        start: settings.start,
        end: settings.end,
        zone: settings.zone,
        reporting: settings.reporting,
        jobs: settings.jobs,
        bulletin: settings.bulletin,
        review: settings.review,
        ranking: settings.ranking,
        assessment: settings.assessment,
        checks: settings.checks,
        groups: settings.groups,
        quiet: settings.quiet,
        escalation: settings.escalation,
        materials: settings.materials,
        orders: super::Orders::default(),
        rehearsal_start: settings.rehearsal_start,
        below: settings.below,
        levels: Vec::new(),
        calendar,
        units,
        indicators,
        targets,
        carried,
        expected,
        ranked,
        group_of,
        unit_names,
        unit_codes,
        indicator_numbers: numbers,
        notes: Vec::new(),
    }
}

/// Who may report an indicator: leads; or units with a target for it, for the whole it is part of,
/// or, where the annex has no row (a goal), every unit that is no department.
fn carriers(
    units: &[Unit],
    indicators: &[Indicator],
    id: IndicatorId,
    targets: &BTreeMap<(UnitId, IndicatorId), Quantity>,
) -> Vec<UnitId> {
    let indicator = &indicators[id.index()];
    if indicator.carried == Carried::ByLeads {
        return indicator.leads.iter().map(|lead| lead.unit).collect();
    }
    let carries = |unit: UnitId| {
        targets.contains_key(&(unit, id))
            || indicator.whole.is_some_and(|whole| targets.contains_key(&(unit, whole)))
            || indicator.no.is_goal()
    };
    let ids = (0..).map(UnitId).zip(units);
    ids.filter(|(unit, row)| !row.is_department() && carries(*unit)).map(|(unit, _)| unit).collect()
}

fn group_of(groups: &[Group], unit: &Unit) -> Option<usize> {
    groups.iter().position(|group| group.kinds.contains(&unit.kind))
}

/// What can only be seen with everything in hand.
fn check_whole(plan: &Plan, plan_toml: &str, problems: &mut Problems) {
    for (id, unit) in plan.units() {
        if !unit.is_department() && plan.group_of(id).is_none() {
            problems.add(
                "plan.toml",
                line_of(plan_toml, "[[groups]]"),
                format!("{}的类别“{}”不属于任何分组", unit.name, unit.kind),
                format!("{} has kind {:?}, which no group has", unit.name, unit.kind),
            );
        }
    }
    let before = super::period::local_instant(
        plan.start.and_hms_opt(0, 0, 0).unwrap_or_default(),
        plan.zone,
    );
    for job in &plan.jobs {
        if plan.next_firing(job, before).is_none() {
            problems.add(
                "plan.toml",
                line_of(plan_toml, &format!("\"{}\"", job.name)),
                format!("任务“{}”在计划期内从不触发，请检查 cron 与工作日偏移", job.title),
                format!("job {:?} never fires inside the plan's time", job.name),
            );
        }
    }
}

/// A year's holidays are published late in the year before: the plan's first year must be there, a
/// later one is noted until it is.
fn check_holidays(plan: &mut Plan, holidays_csv: &str, problems: &mut Problems) {
    for year in plan.start.year()..=plan.end.year() {
        if holidays_csv.lines().any(|line| line.starts_with(&format!("{year}-"))) {
            continue;
        }
        let mut found = Problems::default();
        found.add(
            "holidays.csv",
            0,
            format!("没有{year}年的节假日安排，暂按周末休息计算，公布后请补上"),
            format!("no holidays for {year}: only weekends rest until they are added"),
        );
        let list = if year == plan.start.year() { &mut problems.list } else { &mut plan.notes };
        list.append(&mut found.list);
    }
}

/// A code is lower-case ASCII letters, digits and hyphens: it stands in keys and callback data.
fn valid_code(code: &str) -> Option<UnitCode> {
    let fits = (1..=24).contains(&code.len())
        && code.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    fits.then(|| UnitCode::new(code))
}

/// The real plan, for tests of other rooms.
#[cfg(test)]
pub(crate) fn lanxi() -> Plan {
    tests::real().load().unwrap_or_else(|problems| panic!("{problems:#?}"))
}

#[cfg(test)]
mod tests;
