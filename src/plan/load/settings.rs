//! `plan.toml`: names, time, cycle, jobs, rules.

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::{Duration, NaiveDate, NaiveDateTime, NaiveTime};
use chrono_tz::Tz;
use serde::Deserialize;

use super::assessment::AssessmentToml;
use super::bulletin::BulletinToml;
use super::desk::{self, EscalationToml, MaterialToml, QuietToml};
use super::levels::{self, LevelToml};
use super::review::ReviewToml;
use super::{Problems, Row, line_of};
use crate::plan::Titles;
use crate::plan::{
    AssessmentRules, Below, BulletinRules, CheckRules, Cycle, Escalation, Group, Indicator,
    IndicatorId, IndicatorNo, Job, JobKind, Material, Measure, Quantity, QuietHours, RankingRules,
    Reporting, ReviewRules, ShortShare, UnitId,
};

const FILE: &str = "plan.toml";

/// What `plan.toml` says, checked.
pub(super) struct Settings {
    pub id: String,
    pub titles: Titles,
    pub start: NaiveDate,
    pub end: NaiveDate,
    pub zone: Tz,
    pub reporting: Reporting,
    pub jobs: Vec<Job>,
    pub bulletin: BulletinRules,
    pub review: ReviewRules,
    pub ranking: RankingRules,
    pub assessment: Option<AssessmentRules>,
    pub checks: CheckRules,
    pub groups: Vec<Group>,
    pub quiet: Option<QuietHours>,
    pub escalation: Vec<Escalation>,
    pub materials: Vec<Material>,
    pub rehearsal_start: Option<NaiveDateTime>,
    pub below: Vec<Below>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PlanToml {
    id: String,
    name: String,
    name_en: String,
    short: String,
    document: String,
    county: String,
    whole: String,
    office: String,
    leadership: String,
    start: toml::value::Datetime,
    end: toml::value::Datetime,
    time_zone: String,
    rehearsal_start: Option<toml::value::Datetime>,
    reporting: ReportingToml,
    jobs: Vec<JobToml>,
    #[serde(default)]
    bulletin: BulletinToml,
    #[serde(default)]
    review: ReviewToml,
    ranking: RankingToml,
    assessment: Option<AssessmentToml>,
    checks: ChecksToml,
    groups: Vec<GroupToml>,
    quiet: Option<QuietToml>,
    #[serde(default)]
    escalation: Vec<EscalationToml>,
    #[serde(default)]
    materials: Vec<MaterialToml>,
    #[serde(default)]
    levels: Vec<LevelToml>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ReportingToml {
    cycle: Cycle,
    deadline_day: toml::Value,
    deadline_time: String,
    on_rest_day: OnRestDay,
    #[serde(default)]
    late_periods: u32,
}

#[derive(Deserialize, PartialEq)]
#[serde(rename_all = "lowercase")]
enum OnRestDay {
    Next,
    Previous,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct JobToml {
    name: String,
    title: String,
    kind: JobKind,
    cron: String,
    #[serde(default)]
    working_days_from_deadline: i32,
    grace: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RankingToml {
    cap: String,
    default_weight: u32,
    green: String,
    yellow: String,
    #[serde(default)]
    weights: BTreeMap<String, u32>,
    #[serde(default)]
    short_share: ShortShare,
    #[serde(default)]
    excluded: Vec<ExcludedToml>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ExcludedToml {
    unit: String,
    indicator: String,
    reason: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ChecksToml {
    fall: bool,
    over_cap: bool,
    jump_times: u32,
    jump_share: String,
    jump_least: u32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct GroupToml {
    pub(super) name: String,
    kinds: Vec<String>,
}

/// Reads the file; `None` only if its form is broken.
pub(super) fn read(
    text: &str,
    indicators: &[Row<Indicator>],
    unit_names: &HashMap<String, UnitId>,
    problems: &mut Problems,
) -> Option<Settings> {
    let file: PlanToml = match toml::from_str(text) {
        Ok(file) => file,
        Err(error) => {
            let start = error.span().map_or(0, |span| span.start.min(text.len()));
            let line =
                text.get(..start).map_or(0, |before| before.matches('\n').count() as u64 + 1);
            problems.add(FILE, line, "无法读取", error.message().trim().to_owned());
            return None;
        }
    };
    let mut wrong = |needle: &str, zh: &str, en: String| {
        problems.add(FILE, line_of(text, needle), zh, en);
    };
    let start = date(&file.start);
    let end = date(&file.end);
    let (Some(start), Some(end)) = (start, end) else {
        wrong("start", "start、end 应为日期，如 2018-01-01", "start and end are dates".into());
        return None;
    };
    if end <= start {
        wrong("end", "end 须晚于 start", "end must lie after start".into());
    }
    let id_fits = (1..=40).contains(&file.id.len())
        && file.id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    if !id_fits {
        wrong("id", "id 只用小写字母、数字、连字符", "id: a-z 0-9 - only, 40 at most".into());
    }
    let zone = file.time_zone.parse::<Tz>().unwrap_or_else(|_| {
        wrong(
            "time_zone",
            "time_zone 应为时区名，如 Asia/Shanghai",
            format!("{:?} is no time zone", file.time_zone),
        );
        Tz::UTC
    });
    let reporting = reporting(&file.reporting, &mut wrong);
    let mut jobs = jobs(file.jobs, &mut wrong);
    let bulletin = file.bulletin.read(&mut jobs, &mut wrong);
    let review = file.review.read(&mut jobs, &mut wrong);
    let assessment = file.assessment.as_ref().map(|rules| rules.read(indicators, &mut wrong));
    let ranking = ranking(&file.ranking, indicators, unit_names, &mut wrong);
    let checks = CheckRules {
        fall: file.checks.fall,
        over_cap: file.checks.over_cap,
        jump_times: file.checks.jump_times,
        jump_share: percentage("jump_share", &file.checks.jump_share, &mut wrong),
        jump_least: file.checks.jump_least.into(),
    };
    let quiet = file.quiet.and_then(|file| desk::quiet(&file, &mut wrong));
    let escalation = desk::escalation(file.escalation, &mut wrong);
    let materials = desk::materials(file.materials, &file.groups, unit_names, &mut wrong);
    let below = levels::read(file.levels, text, indicators, unit_names, problems);
    let groups = file.groups.into_iter().map(|g| Group { name: g.name, kinds: g.kinds }).collect();
    Some(Settings {
        id: file.id,
        titles: Titles {
            name: file.name,
            name_en: file.name_en,
            short: file.short,
            document: file.document,
            county: file.county,
            whole: file.whole,
            office: file.office,
            leadership: file.leadership,
        },
        start,
        end,
        zone,
        reporting,
        jobs,
        bulletin,
        review,
        ranking,
        assessment,
        checks,
        groups,
        quiet,
        escalation,
        materials,
        rehearsal_start: file.rehearsal_start.as_ref().and_then(date_time),
        below,
    })
}

fn date(value: &toml::value::Datetime) -> Option<NaiveDate> {
    let date = value.date?;
    NaiveDate::from_ymd_opt(i32::from(date.year), u32::from(date.month), u32::from(date.day))
}

fn date_time(value: &toml::value::Datetime) -> Option<NaiveDateTime> {
    let time = value.time?;
    date(value)?.and_hms_opt(
        time.hour.into(),
        time.minute.into(),
        u32::from(time.second.unwrap_or(0)),
    )
}

fn reporting(file: &ReportingToml, wrong: &mut impl FnMut(&str, &str, String)) -> Reporting {
    const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
    let deadline_offset = match (file.cycle, &file.deadline_day) {
        (Cycle::Weekly, toml::Value::String(day)) => DAYS.iter().position(|name| name == day),
        (Cycle::Monthly, toml::Value::Integer(day @ 1..=28)) => usize::try_from(day - 1).ok(),
        _ => None,
    };
    if deadline_offset.is_none() {
        wrong(
            "deadline_day",
            "deadline_day：按周为 \"mon\"…\"sun\"，按月为 1…28",
            format!("deadline_day {:?} does not fit the cycle", file.deadline_day),
        );
    }
    let deadline_time =
        NaiveTime::parse_from_str(&file.deadline_time, "%H:%M").unwrap_or_else(|_| {
            wrong(
                "deadline_time",
                "deadline_time 应如 \"17:00\"",
                format!("{:?} is no time", file.deadline_time),
            );
            NaiveTime::MIN
        });
    Reporting {
        cycle: file.cycle,
        deadline_offset: deadline_offset.unwrap_or(0) as u64,
        deadline_time,
        late_periods: file.late_periods.min(12),
        moves_forward: file.on_rest_day == OnRestDay::Next,
    }
}

fn jobs(files: Vec<JobToml>, wrong: &mut impl FnMut(&str, &str, String)) -> Vec<Job> {
    let mut names = HashSet::new();
    let mut jobs = Vec::new();
    for file in files {
        let at = format!("\"{}\"", file.name);
        if !names.insert(file.name.clone()) {
            wrong(&at, "任务名重复", format!("job {:?} is there twice", file.name));
        }
        let Some(grace) = duration(&file.grace) else {
            wrong(
                &at,
                "grace 应如 \"90m\"、\"8h\"、\"2d\"",
                format!("job {:?}: grace {:?} is no duration", file.name, file.grace),
            );
            continue;
        };
        let cron = file.cron.clone();
        match Job::new(
            file.name,
            file.title,
            file.kind,
            file.cron,
            file.working_days_from_deadline,
            grace,
        ) {
            Ok(job) => jobs.push(job),
            Err(error) => {
                wrong(
                    &cron,
                    "cron 表达式无法读取（六段，秒在最前）",
                    format!(
                        "cron {cron:?}: {}",
                        error.split_whitespace().collect::<Vec<_>>().join(" ")
                    ),
                );
            }
        }
    }
    jobs
}

/// `90m`, `8h`, `2d`.
pub(super) fn duration(text: &str) -> Option<Duration> {
    let unit = text.chars().last()?;
    let count: u32 = text.strip_suffix(unit)?.parse().ok()?;
    match unit {
        'm' => Some(Duration::minutes(count.into())),
        'h' => Some(Duration::hours(count.into())),
        'd' => Some(Duration::days(count.into())),
        _ => None,
    }
}

/// `80%`, in 0.01 %.
fn percentage(key: &str, text: &str, wrong: &mut impl FnMut(&str, &str, String)) -> Quantity {
    let value = text.strip_suffix('%').and_then(|number| Measure::named("%").parse(number));
    value.filter(|share| share.0 > 0).unwrap_or_else(|| {
        wrong(key, "应为百分数，如 \"80%\"", format!("{key} {text:?} is no percentage"));
        Quantity(10_000)
    })
}

fn ranking(
    file: &RankingToml,
    indicators: &[Row<Indicator>],
    unit_names: &HashMap<String, UnitId>,
    wrong: &mut impl FnMut(&str, &str, String),
) -> RankingRules {
    let mut share = |key: &str, text: &str| percentage(key, text, wrong);
    let (cap, green, yellow) =
        (share("cap", &file.cap), share("green", &file.green), share("yellow", &file.yellow));
    if yellow > green {
        wrong("yellow", "yellow 不得高于 green", "yellow must not be above green".into());
    }
    let mut weights = vec![file.default_weight; indicators.len()];
    for (number, weight) in &file.weights {
        let no = number.parse::<IndicatorNo>().ok();
        match indicators.iter().position(|row| Some(row.value.no) == no) {
            Some(at) => weights[at] = *weight,
            None => wrong(
                "[ranking.weights]",
                "权重所指的指标不存在",
                format!("weight for {number:?}, which is no indicator"),
            ),
        }
    }
    let mut excluded = BTreeMap::new();
    for row in &file.excluded {
        let no = row.indicator.parse::<IndicatorNo>().ok();
        let mut numbered = (0..).map(IndicatorId).zip(indicators);
        let indicator = numbered.find(|(_, row)| Some(row.value.no) == no).map(|(id, _)| id);
        match (unit_names.get(&row.unit), indicator) {
            (Some(unit), Some(id)) => drop(excluded.insert((*unit, id), row.reason.clone())),
            _ => wrong(
                "[[ranking.excluded]]",
                "不参评的单位或指标不存在",
                format!("excluded {:?} {:?}: no such unit or indicator", row.unit, row.indicator),
            ),
        }
    }
    let short_share = file.short_share;
    RankingRules { cap, green, yellow, weights, short_share, excluded }
}
