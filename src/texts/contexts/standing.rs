//! Contexts of what people look at: cards, rankings, who is missing.

use serde::Serialize;

use super::{Counted, FlagWords, Moment, Named, PeriodWords};

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
    /// `green`, `yellow`, `red`; `None` for what has no light of its own.
    pub light: Option<&'static str>,
    /// How much a week or month reaches the target, where it is behind.
    pub need: Option<String>,
    /// Whether that is a week.
    pub weekly: bool,
    /// What is flagged in the figure.
    pub flags: Vec<FlagWords>,
    /// What rankings go by, where that is not the figure in force.
    pub counted: Option<Counted>,
    /// Of a figure that is the total of a plan below: how many units there have not reported.
    pub below: Option<usize>,
}

/// A unit's card for leaders.
#[derive(Debug, Serialize)]
pub struct UnitCard {
    /// The unit.
    pub unit: String,
    /// The day.
    pub at: Moment,
    /// Where it stands, if it is ranked.
    pub place: Option<Place>,
    /// Pace.
    pub pace: String,
    /// Percentage points between its mean completion and pace.
    pub gap: Option<String>,
    /// Whether it is ahead.
    pub ahead: bool,
    /// Its indicators.
    pub lines: Vec<MyLine>,
    /// How many are missing for the period.
    pub missing: usize,
    /// The period.
    pub period: Option<PeriodWords>,
    /// Whether periods are weeks.
    pub weekly: bool,
}

/// Under a trend picture.
#[derive(Debug, Serialize)]
pub struct TrendCaption {
    /// The unit.
    pub unit: String,
    /// Of how many bulletins.
    pub of: usize,
}

/// One indicator's part of a score.
#[derive(Debug, Serialize)]
pub struct ScoreLine {
    /// Number and name.
    #[serde(flatten)]
    pub named: Named,
    /// The figure; `None` if not reported.
    pub figure: Option<String>,
    /// The target.
    pub target: String,
    /// Completion, uncapped.
    pub completion: String,
    /// Whether the cap counts instead.
    pub capped: bool,
    /// What counts of it where a part is short of its minimum share.
    pub short: Option<String>,
    /// Its weight.
    pub weight: u32,
    /// What it adds to the score.
    pub points: String,
    /// The figure in force, where that is not what counts.
    pub in_force: Option<String>,
    /// What is flagged in it.
    pub flags: Vec<FlagWords>,
}

/// How a score came about.
#[derive(Debug, Serialize)]
pub struct Why {
    /// The unit.
    pub unit: String,
    /// The day.
    pub at: Moment,
    /// Where it stands, if it is ranked.
    pub place: Option<Place>,
    /// Among how many.
    pub of: usize,
    /// Its indicators.
    pub lines: Vec<ScoreLine>,
    /// Mean completion, uncapped.
    pub mean: String,
    /// Pace.
    pub pace: String,
    /// The most one indicator counts.
    pub cap: String,
    /// Green from this share of pace.
    pub green: String,
    /// Yellow from this share of pace.
    pub yellow: String,
    /// Indicators by which it is not ranked, and why.
    pub excluded: Vec<(Named, String)>,
    /// Whether indicators weigh differently.
    pub weighted: bool,
}

/// A unit among all by one indicator.
#[derive(Debug, Serialize)]
pub struct RankLine {
    /// Its rank.
    pub rank: usize,
    /// The unit.
    pub unit: String,
    /// The figure.
    pub total: Option<String>,
    /// The target.
    pub target: String,
    /// Completion.
    pub completion: String,
    /// Its light.
    pub light: &'static str,
    /// What is flagged in the figure.
    pub flags: Vec<FlagWords>,
    /// Whether that is taken off already.
    pub off: bool,
}

/// Units by one indicator.
#[derive(Debug, Serialize)]
pub struct RankByIndicator {
    /// The day.
    pub at: Moment,
    /// Pace.
    pub pace: String,
    /// The indicator.
    pub indicator: Named,
    /// Units, the furthest first.
    pub lines: Vec<RankLine>,
    /// How many there are.
    pub of: usize,
}

/// Which indicator?
#[derive(Debug, Serialize)]
pub struct RankChoose {}

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
    /// How many units of the plan below have not reported, where that is why.
    pub below: usize,
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
    /// The group, if it is one.
    pub group: Option<String>,
}

/// A year's assessment in a list, or why there is none.
#[derive(Debug, Default, Serialize)]
pub struct Assess {
    /// The year, if one was named.
    pub year: Option<i32>,
    /// The day of the figures; `None` if there is nothing to assess.
    pub at: Option<Moment>,
    /// Whether the year is over.
    pub over: bool,
    /// Groups with their units.
    pub groups: Vec<AssessGroup>,
}

/// A group with its units: rank, name, total.
pub type AssessGroup = (String, Vec<(u32, String, String)>);

/// A line of a unit's assessment.
#[derive(Debug, Serialize)]
pub struct AssessLine {
    /// What it is for.
    pub item: String,
    /// How the points came about.
    pub rule: String,
    /// The points.
    pub points: String,
}

/// A unit's assessment, to be added up.
#[derive(Debug, Serialize)]
pub struct AssessUnit {
    /// The year.
    pub year: i32,
    /// The day of the figures.
    pub at: Moment,
    /// The unit.
    pub unit: String,
    /// Its group.
    pub group: String,
    /// Its rank inside.
    pub rank: u32,
    /// All points; `None` if it is not assessed.
    pub total: Option<String>,
    /// What they are made of.
    pub lines: Vec<AssessLine>,
}
