//! What each template is given. Numbers arrive as people read them (`1647家`, `7.3%`).

use chrono::{DateTime, Datelike, Utc};
use serde::Serialize;

use super::Text;
use crate::plan::{Cycle, IndicatorId, Period, Plan};

macro_rules! text {
    ($($context:ident = $name:literal),* $(,)?) => {
        $(impl Text for $context { const NAME: &'static str = $name; })*
    };
}

text! {
    Apology = "apology",
    Bulletin = "bulletin",
    GroupAsk = "group-ask",
    GroupBound = "group-bound",
    GroupUnbound = "group-unbound",
    Help = "help",
    InviteProblem = "invite-problem",
    InviteUsage = "invite-usage",
    Invited = "invited",
    Mine = "mine",
    Missing = "missing",
    NoGroup = "no-group",
    NotAllowed = "not-allowed",
    NotText = "not-text",
    OutsidePlan = "outside-plan",
    OverdueNotice = "overdue-notice",
    Rank = "rank",
    Reminder = "reminder",
    Reported = "reported",
    Stranger = "stranger",
    Talk = "talk",
    UnknownCommand = "unknown-command",
    Unreachable = "unreachable",
    Welcome = "welcome",
    WhyReminded = "why-reminded",
    Withdrawn = "withdrawn",
}

/// A period, with its deadline, for the word macros.
#[derive(Debug, Clone, Serialize)]
pub struct PeriodWords {
    year: i32,
    number: u32,
    weekly: bool,
    deadline: Moment,
}

impl PeriodWords {
    /// The words' values for a period of a plan.
    #[must_use]
    pub fn of(plan: &Plan, period: Period) -> Self {
        let weekly = period.cycle == Cycle::Weekly;
        let deadline = Moment::of(plan, plan.deadline(period));
        Self { year: period.year, number: period.number, weekly, deadline }
    }
}

/// A local day and time.
#[derive(Debug, Clone, Serialize)]
pub struct Moment {
    year: i32,
    month: u32,
    day: u32,
    time: String,
    weekday: u32,
}

impl Moment {
    /// The plan's local reckoning of an instant; `weekday` counts from Monday = 1.
    #[must_use]
    pub fn of(plan: &Plan, at: DateTime<Utc>) -> Self {
        let local = at.with_timezone(&plan.zone);
        Self {
            year: local.year(),
            month: local.month(),
            day: local.day(),
            time: local.format("%H:%M").to_string(),
            weekday: local.weekday().number_from_monday(),
        }
    }
}

/// An indicator by number and short name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Named {
    /// `3.1`.
    pub no: String,
    /// `公司制`.
    pub name: String,
}

impl Named {
    /// Number and short name of an indicator.
    #[must_use]
    pub fn of(plan: &Plan, id: IndicatorId) -> Self {
        let indicator = plan.indicator(id);
        Self { no: indicator.no.to_string(), name: indicator.short.clone() }
    }

    /// The same for a list.
    #[must_use]
    pub fn all(plan: &Plan, ids: &[IndicatorId]) -> Vec<Self> {
        ids.iter().map(|id| Self::of(plan, *id)).collect()
    }
}

/// Something went wrong with one message; the rest of the batch went on.
#[derive(Debug, Serialize)]
pub struct Apology {}

/// To somebody who is not bound.
#[derive(Debug, Serialize)]
pub struct Stranger {
    /// The office that gives out invitations.
    pub office: String,
    /// The plan's short name.
    pub plan: String,
}

/// To somebody who has just been bound.
#[derive(Debug, Serialize)]
pub struct Welcome {
    /// `leader`, `office` or `liaison`.
    pub role: &'static str,
    /// For whom, if a liaison.
    pub unit: Option<String>,
    /// The plan's name.
    pub plan: String,
    /// What is asked every period.
    pub expected: Vec<Named>,
    /// The period that is due.
    pub period: Option<PeriodWords>,
    /// A message as one would write it.
    pub example: String,
}

/// An invitation that does not hold.
#[derive(Debug, Serialize)]
pub struct InviteProblem {
    /// `unknown`, `used`, `expired` or `missing`.
    pub why: &'static str,
    /// Who gives out new ones.
    pub office: String,
}

/// The office asked for an invitation without saying for whom, or for nobody known.
#[derive(Debug, Serialize)]
pub struct InviteUsage {
    /// The name that is no unit.
    pub unknown: Option<String>,
    /// Names that are.
    pub units: Vec<String>,
}

/// An invitation, to be passed on.
#[derive(Debug, Serialize)]
pub struct Invited {
    /// `leader`, `office` or `liaison`.
    pub role: &'static str,
    /// For which unit.
    pub unit: Option<String>,
    /// The link.
    pub link: String,
    /// Until when it holds.
    pub expires: Moment,
    /// How many liaisons the unit has already.
    pub bound: usize,
}

/// One figure as stored.
#[derive(Debug, Clone, Serialize)]
pub struct FigureLine {
    /// Number and name.
    #[serde(flatten)]
    pub named: Named,
    /// The total now in force.
    pub total: String,
    /// What was added, if an increment was sent.
    pub increment: Option<String>,
    /// The target.
    pub target: Option<String>,
    /// Completion.
    pub completion: Option<String>,
    /// The name as written, where it was read as something close to it.
    pub written: Option<String>,
    /// By how much the total fell, if it did.
    pub fell: Option<String>,
    /// The share of its whole, if it is under the least it should be, and that least.
    pub short_share: Option<(String, String)>,
}

/// Something the reader is not sure of.
#[derive(Debug, Clone, Serialize)]
pub struct Question {
    /// The reason's name, as the reader gives it, or `no_total`, `repeated`.
    pub reason: &'static str,
    /// The words in question.
    pub said: String,
    /// The indicator, where it is clear.
    pub indicator: Option<Named>,
    /// What it may mean.
    pub choices: Vec<Named>,
    /// The values that contradict each other.
    pub values: Vec<String>,
    /// The other unit.
    pub unit: Option<String>,
    /// An answer as one would write it.
    pub example: String,
}

/// What was stored, what was not, and what is still missing.
#[derive(Debug, Serialize)]
pub struct Reported {
    /// For which unit.
    pub unit: String,
    /// For which period.
    pub period: PeriodWords,
    /// Whether it came after the deadline.
    pub late: bool,
    /// Whether it came by changing a message.
    pub edited: bool,
    /// What was stored.
    pub figures: Vec<FigureLine>,
    /// What was not.
    pub questions: Vec<Question>,
    /// What is still missing.
    pub missing: Vec<Named>,
}

/// A message in which there is nothing to report.
#[derive(Debug, Serialize)]
pub struct Talk {
    /// Whether this account may report at all.
    pub reports: bool,
    /// A message as one would write it.
    pub example: String,
}

/// What was undone.
#[derive(Debug, Serialize)]
pub struct Withdrawn {
    /// For which unit.
    pub unit: String,
    /// For which period.
    pub period: PeriodWords,
    /// Each figure and what is in force again.
    pub figures: Vec<(Named, Option<String>)>,
    /// What is missing now.
    pub missing: Vec<Named>,
}

/// One row of a unit's card.
#[derive(Debug, Serialize)]
pub struct MyLine {
    /// Number and name.
    #[serde(flatten)]
    pub named: Named,
    /// The figure in force.
    pub total: Option<String>,
    /// The target.
    pub target: Option<String>,
    /// Completion.
    pub completion: Option<String>,
    /// Whether it is in for this period.
    pub reported: bool,
    /// Whether it is asked for.
    pub expected: bool,
}

/// Where a unit stands among others.
#[derive(Debug, Clone, Serialize)]
pub struct Place {
    /// The unit.
    pub unit: String,
    /// Its group.
    pub group: String,
    /// Among all.
    pub rank: u32,
    /// Inside its group.
    pub group_rank: u32,
    /// Score, 0–120.
    pub score: String,
    /// Uncapped mean completion against pace: `green`, `yellow`, `red`.
    pub light: &'static str,
    /// Ranks gained (+) or lost (−) since the last bulletin; `None` without one.
    pub change: Option<i64>,
    /// Indicators never reported or not reported for the period.
    pub missing: usize,
    /// Whether another unit has the same rank.
    pub tied: bool,
}

/// A unit's card.
#[derive(Debug, Serialize)]
pub struct Mine {
    /// The unit.
    pub unit: String,
    /// The period that is due.
    pub period: PeriodWords,
    /// Its indicators.
    pub lines: Vec<MyLine>,
    /// What is missing.
    pub missing: Vec<Named>,
    /// Where it stands, if it is ranked.
    pub place: Option<Place>,
    /// Pace today.
    pub pace: String,
}

/// A unit with something missing.
#[derive(Debug, Clone, Serialize)]
pub struct MissingUnit {
    /// The unit.
    pub unit: String,
    /// How many.
    pub count: usize,
    /// Whether it has reported nothing at all.
    pub nothing: bool,
    /// How many liaisons can be reached.
    pub liaisons: usize,
}

/// Who has not reported.
#[derive(Debug, Serialize)]
pub struct Missing {
    /// The period.
    pub period: PeriodWords,
    /// Whether the deadline has passed.
    pub passed: bool,
    /// Units that report at all.
    pub of: usize,
    /// Units with something missing.
    pub units: Vec<MissingUnit>,
}

/// The ranking, on demand.
#[derive(Debug, Serialize)]
pub struct Rank {
    /// The day.
    pub at: Moment,
    /// Pace.
    pub pace: String,
    /// Units in rank order.
    pub places: Vec<Place>,
    /// Whether only one's own place is shown.
    pub own: bool,
    /// How many units are ranked.
    pub of: usize,
}

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
    /// `ahead`, `behind`, `done` or `none`, against pace.
    pub against: &'static str,
}

/// The weekly bulletin.
#[derive(Debug, Serialize)]
pub struct Bulletin {
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
}

/// Help by role.
#[derive(Debug, Serialize)]
pub struct Help {
    /// `leader`, `office`, `liaison` or `group`.
    pub role: &'static str,
    /// For whom, if a liaison.
    pub unit: Option<String>,
    /// A message as one would write it.
    pub example: String,
    /// The period that is due.
    pub period: Option<PeriodWords>,
    /// Commands and what they do.
    pub commands: Vec<(String, &'static str)>,
}

/// The group is bound.
#[derive(Debug, Serialize)]
pub struct GroupBound {
    /// `leadership` or `work`.
    pub kind: &'static str,
    /// The group.
    pub title: String,
}

/// What is this group for?
#[derive(Debug, Serialize)]
pub struct GroupAsk {
    /// The group.
    pub title: String,
}

/// A group nobody has bound.
#[derive(Debug, Serialize)]
pub struct GroupUnbound {}

/// This account may not do that.
#[derive(Debug, Serialize)]
pub struct NotAllowed {
    /// `office`: only the office; `liaison`: only liaisons; `group`: only in a group; `private`.
    pub who: &'static str,
    /// The command.
    pub command: String,
}

/// A picture, a voice message, a sticker.
#[derive(Debug, Serialize)]
pub struct NotText {
    /// A message as one would write it.
    pub example: String,
}

/// There is no period to report for.
#[derive(Debug, Serialize)]
pub struct OutsidePlan {
    /// The plan's short name.
    pub plan: String,
    /// The plan's first day.
    pub start: Moment,
    /// The plan's last day.
    pub end: Moment,
}

/// To the groups, after the deadline.
#[derive(Debug, Serialize)]
pub struct OverdueNotice {
    /// The period.
    pub period: PeriodWords,
    /// The day.
    pub at: Moment,
    /// Units that report at all.
    pub of: usize,
    /// Units with something missing.
    pub units: Vec<MissingUnit>,
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
    /// A message as one would write it.
    pub example: String,
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

/// To the office: there is no leadership group to send the bulletin to.
#[derive(Debug, Serialize)]
pub struct NoGroup {
    /// The bulletin's period.
    pub period: PeriodWords,
}

/// A command nobody knows.
#[derive(Debug, Serialize)]
pub struct UnknownCommand {
    /// As written.
    pub command: String,
}

/// Why a reminder went out, or did not.
#[derive(Debug, Serialize)]
pub struct WhyReminded {
    /// The unit.
    pub unit: String,
    /// Job, when, and what it did; newest first.
    pub runs: Vec<(String, Moment, serde_json::Value)>,
}
