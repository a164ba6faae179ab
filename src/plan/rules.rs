//! Rules of a plan: jobs, ranking, groups.

use std::collections::BTreeMap;
use std::str::FromStr;

use chrono::{DateTime, Duration, Utc};
use chrono_tz::Tz;

use super::{IndicatorId, Quantity, UnitId};

/// What a job does when it is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum JobKind {
    /// Remind liaisons of what is missing, before the deadline (催报).
    Reminder,
    /// Remind again after the deadline, and name the late units in the groups (未报通报).
    Overdue,
    /// Send the ranking to the leadership group (通报).
    Bulletin,
    /// Show the office what the bulletin will be, ahead of it (草稿送审). Not written in `plan.toml`:
    /// every bulletin has one where `[bulletin]` asks for approval.
    #[serde(skip_deserializing)]
    Draft,
    /// Look, every working day, after what waits at the office's desk: escalation, tasks, materials,
    /// notices, substitutes.
    Desk,
    /// Show the lead departments what is to be reviewed (审核).
    Review,
    /// Take for reviewed what no reviewer has said a word about. Not written in `plan.toml`: every
    /// review has one where `[review]` gives silence a meaning.
    #[serde(skip_deserializing)]
    Silence,
}

/// A job: when to look (cron), on which day of the cycle to act, and how late it may be made up.
#[derive(Debug, Clone)]
pub struct Job {
    /// The lasting key.
    pub name: String,
    /// What people call it.
    pub title: String,
    /// What it does.
    pub kind: JobKind,
    /// The cron expression as written.
    pub cron: String,
    /// Working days from the deadline's day to the day of acting.
    pub working_days_from_deadline: i32,
    /// A firing missed by less than this is made up once.
    pub grace: Duration,
    /// How long ahead of what the cron expression says it acts.
    pub ahead: Duration,
    schedule: cron::Schedule,
}

impl Job {
    /// A job with its cron expression read.
    ///
    /// # Errors
    /// What the `cron` crate says of an expression it cannot read.
    pub fn new(
        name: String,
        title: String,
        kind: JobKind,
        cron: String,
        working_days_from_deadline: i32,
        grace: Duration,
    ) -> Result<Self, String> {
        let schedule = cron::Schedule::from_str(&cron).map_err(|e| e.to_string())?;
        let ahead = Duration::zero();
        Ok(Self { name, title, kind, cron, working_days_from_deadline, grace, ahead, schedule })
    }

    /// The job that shows the office what this one will send, so long ahead of it.
    #[must_use]
    pub fn draft(&self, title: String, ahead: Duration) -> Self {
        let name = format!("{}-draft", self.name);
        Self { name, title, kind: JobKind::Draft, ahead, ..self.clone() }
    }

    /// The job that takes silence for a word, on that working day after the deadline.
    #[must_use]
    pub fn silence(&self, title: String, working_days: i32) -> Self {
        let name = format!("{}-silence", self.name);
        let kind = JobKind::Silence;
        Self { name, title, kind, working_days_from_deadline: working_days, ..self.clone() }
    }

    /// The firings of the cron expression after an instant, in the plan's zone, without end.
    pub fn firings_after(
        &self,
        instant: DateTime<Utc>,
        zone: Tz,
    ) -> impl Iterator<Item = DateTime<Utc>> {
        let ahead = self.ahead;
        self.schedule
            .after_owned((instant + ahead).with_timezone(&zone))
            .map(move |local| local.with_timezone(&Utc) - ahead)
    }
}

/// Who lets a bulletin go: the `[bulletin]` table of `plan.toml`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BulletinRules {
    /// Whether somebody must see it first.
    pub approval: Approval,
    /// How long before its time the draft goes to the office.
    pub draft_before: Duration,
    /// What it means when nobody has decided by then.
    pub silence: Silence,
}

/// Who lets a bulletin go.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Approval {
    /// Nobody: it goes out at its time.
    #[default]
    Auto,
    /// The office sees a draft first.
    Office,
}

/// What it means when nobody of the office has decided on a draft by its time.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Silence {
    /// It goes out as shown.
    #[default]
    Publish,
    /// It waits until somebody decides.
    Hold,
}

/// How figures are reviewed (审核): the `[review]` table of `plan.toml`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReviewRules {
    /// Which figures rankings go by.
    pub counts: Counts,
    /// So many working days without a reviewer's word mean accepted; `None`: they mean nothing.
    pub silence: Option<i32>,
    /// So many working days a unit has to report again what was sent back.
    pub again: i32,
    /// Reasons for sending back that a button gives.
    pub reasons: Vec<String>,
    /// What a reviewer may flag (标注) a number of in a figure: 注销, 异常. Without any there are no flags.
    pub flags: Vec<String>,
    /// What flags do.
    pub flagged: Flagged,
}

/// What a flag (标注) on a figure does.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Flagged {
    /// It is shown beside the figure, and counts for nothing.
    #[default]
    Shown,
    /// Its number is taken off before units are ranked and assessed.
    TakenOff,
}

/// Which figures rankings and totals go by.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Counts {
    /// What was reported and not sent back.
    #[default]
    Reported,
    /// What a reviewer has accepted.
    Reviewed,
}

/// How units are ranked: the `[ranking]` table of `plan.toml`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RankingRules {
    /// The most that one indicator counts, in 0.01 % of its target (12 000 = 120 %).
    pub cap: Quantity,
    /// Green from this share of pace on, in 0.01 %.
    pub green: Quantity,
    /// Yellow from this share of pace on, in 0.01 %; red below.
    pub yellow: Quantity,
    /// The weight of each indicator, by its place in the plan.
    pub weights: Vec<u32>,
    /// What a part below its minimum share does to its whole.
    pub short_share: ShortShare,
    /// Indicators by which a unit is not ranked, and why.
    pub excluded: BTreeMap<(UnitId, IndicatorId), String>,
}

/// What a part (其中) below its minimum share does to the completion of its whole.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Deserialize, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ShortShare {
    /// It is noted, and the score stays as it is.
    #[default]
    Note,
    /// The whole counts only as far as the part bears it out: part ÷ minimum share.
    Reduce,
}

impl RankingRules {
    /// The weight of an indicator.
    #[must_use]
    pub fn weight(&self, indicator: IndicatorId) -> u32 {
        self.weights.get(indicator.index()).copied().unwrap_or(1)
    }
}

/// Which totals are asked about before they are stored: the `[checks]` table of `plan.toml`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckRules {
    /// Ask when a running total is less than the last one.
    pub fall: bool,
    /// Ask when a total goes beyond the cap of the ranking.
    pub over_cap: bool,
    /// Ask when the growth since the last total is more than this many times what the target asks
    /// for in that time …
    pub jump_times: u32,
    /// … and more than this share of the target, in 0.01 % …
    pub jump_share: Quantity,
    /// … and at least this much, in shown units.
    pub jump_least: i64,
}

/// Whom a step of the escalation tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Deserialize, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Escalate {
    /// All liaisons of the unit, those too whom a substitute stands in for.
    Liaisons,
    /// The unit's own leader (单位负责人).
    Head,
    /// The leadership group, by one line.
    Leadership,
}

/// A step of the escalation: one `[[escalation]]` of `plan.toml`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Escalation {
    /// So many working days after the unit's deadline.
    pub after: u32,
    /// Whom it tells.
    pub to: Escalate,
}

/// A group (组) inside which units are also ranked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// Its name: 街道.
    pub name: String,
    /// The kinds of unit in it.
    pub kinds: Vec<String>,
}
