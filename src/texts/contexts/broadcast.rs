//! Contexts of texts to many: reminders, late lists, bulletins.

use serde::Serialize;

use super::{Correction, MissingUnit, Moment, Named, PeriodWords, Place};

/// A county total.
#[derive(Debug, Serialize)]
pub struct TotalLine {
    /// Number and name.
    #[serde(flatten)]
    pub named: Named,
    /// The county's figure; `None` if nobody has reported.
    pub figure: Option<String>,
    /// The target.
    pub target: Option<String>,
    /// Completion.
    pub completion: Option<String>,
    /// `ahead`, `behind` or `done` against pace, `missing` if not reported, `none` if not measured.
    pub against: &'static str,
}

/// Who leads a group and who lags.
#[derive(Debug, Clone, Serialize)]
pub struct GroupEnds {
    /// The group.
    pub group: String,
    /// The first units.
    pub first: Vec<String>,
    /// The last ones, the last first.
    pub last: Vec<String>,
}

/// Names, as far as there is room.
#[derive(Debug, Serialize)]
pub struct Names {
    /// How many there are.
    pub count: usize,
    /// The first of them.
    pub names: Vec<String>,
}

/// There is no such bulletin.
#[derive(Debug, Serialize)]
pub struct NoBulletin {
    /// Whether one was named.
    pub asked: bool,
    /// The words that named it.
    pub words: String,
}

/// The weekly bulletin.
#[derive(Debug, Serialize)]
pub struct Bulletin {
    /// What it corrects, if it is a correction.
    pub correction: Option<Correction>,
    /// The day it is issued.
    pub issued: Moment,
    /// Lines that the office has added.
    pub added: Vec<String>,
    /// Units that lack only what a reviewer has sent back: not late by a fault of their own.
    pub returned: Vec<MissingUnit>,
    /// Tasks past their day.
    pub overdue_tasks: Vec<String>,
    /// The ends of each group.
    pub groups: Vec<GroupEnds>,
    /// Who has gained most places, and how many.
    pub improved: Option<(Vec<String>, i64)>,
    /// The period: its number is the bulletin's.
    pub period: PeriodWords,
    /// The plan's short name.
    pub plan: String,
    /// Who issues it.
    pub office: String,
    /// Whom it is for.
    pub leadership: String,
    /// The county as a row.
    pub whole: String,
    /// The day of the figures.
    pub at: Moment,
    /// Pace.
    pub pace: String,
    /// The mean score of all units.
    pub mean: String,
    /// Percentage points that mean completion lies ahead of pace, with sign.
    pub gap: String,
    /// Whether that is ahead.
    pub ahead: bool,
    /// County totals.
    pub totals: Vec<TotalLine>,
    /// How many county indicators are at pace, and of how many with a target.
    pub at_pace: (usize, usize),
    /// Units in rank order.
    pub places: Vec<Place>,
    /// Names of red units.
    pub red: Vec<String>,
    /// Units with something missing for the period.
    pub missing: Vec<MissingUnit>,
    /// When the next figures are due.
    pub next: Option<PeriodWords>,
    /// The most one indicator counts.
    pub cap: String,
    /// The share of pace from which a unit is yellow.
    pub yellow: String,
    /// Units whose figures are the totals of plans below.
    pub rolled: Vec<String>,
}

/// The few lines under the bulletin's picture.
#[derive(Debug, Serialize)]
pub struct BulletinCaption {
    /// The number of the correction, if it is one.
    pub correction: Option<u32>,
    /// How many tasks are past their day.
    pub overdue_tasks: usize,
    /// The period.
    pub period: PeriodWords,
    /// The day of the figures.
    pub at: Moment,
    /// Pace.
    pub pace: String,
    /// Mean completion.
    pub mean: String,
    /// Percentage points between them.
    pub gap: String,
    /// Whether completion is ahead.
    pub ahead: bool,
    /// The ends of each group.
    pub groups: Vec<GroupEnds>,
    /// Who has gained most places, and how many.
    pub improved: Option<(Vec<String>, i64)>,
    /// The red units.
    pub red: Names,
    /// The units with something missing.
    pub missing: Names,
}

/// To the groups, after the deadline.
#[derive(Debug, Serialize)]
pub struct OverdueNotice {
    /// Units that have everything in by now, but something of it only after the deadline.
    pub late: Vec<String>,
    /// Units that lack only what a reviewer has sent back.
    pub returned: Vec<MissingUnit>,
    /// The period.
    pub period: PeriodWords,
    /// The day.
    pub at: Moment,
    /// Units that report at all.
    pub of: usize,
    /// Units with something missing.
    pub units: Vec<MissingUnit>,
    /// Units that were given longer, and until when.
    pub longer: Vec<(String, Moment)>,
}

/// To one liaison: everything that is missing, in one message.
#[derive(Debug, Serialize)]
pub struct Reminder {
    /// `early`, `day` or `overdue`.
    pub stage: &'static str,
    /// The unit.
    pub unit: String,
    /// The day of the reminder.
    pub at: Moment,
    /// The period.
    pub period: PeriodWords,
    /// What is missing.
    pub missing: Vec<Named>,
    /// How many are asked for.
    pub of: usize,
    /// The words of questions that wait for this person's answer.
    pub questions: Vec<String>,
    /// The words of those asked in another chat.
    pub elsewhere: Vec<String>,
    /// A message as one would write it; empty if nothing of it is to be reported here.
    pub example: String,
    /// What of it is the total of a plan below.
    pub rolled: Vec<Named>,
    /// How many units have not reported there.
    pub below: usize,
}

/// To the office: units with something missing that no reminder can reach.
#[derive(Debug, Serialize)]
pub struct Unreachable {
    /// The period.
    pub period: PeriodWords,
    /// The day.
    pub at: Moment,
    /// Units for which nobody is bound.
    pub unbound: Vec<String>,
    /// Units all of whose liaisons have blocked the bot.
    pub blocked: Vec<String>,
}

/// To the office: somebody or some group that the bot cannot write to any more.
#[derive(Debug, Serialize)]
#[serde(tag = "what", rename_all = "lowercase")]
pub enum OutOfReach {
    /// A bound group the bot was removed from.
    Group {
        /// `leadership` or `work`.
        kind: &'static str,
        /// The group's title.
        title: String,
    },
    /// A person who left a bound group.
    Member {
        /// `leadership` or `work`.
        kind: &'static str,
        /// The group's title.
        title: String,
        /// The role's word.
        role: &'static str,
        /// A liaison's unit.
        unit: Option<String>,
        /// The person's name.
        name: String,
    },
    /// A person who blocked the bot.
    Person {
        /// The role's word.
        role: &'static str,
        /// A liaison's unit.
        unit: Option<String>,
        /// The person's name.
        name: String,
    },
}

/// To the office: there is no leadership group to send the bulletin to.
#[derive(Debug, Serialize)]
pub struct NoGroup {
    /// The bulletin's period.
    pub period: PeriodWords,
}
