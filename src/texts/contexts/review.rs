//! Contexts of reviews (审核).

use serde::Serialize;

use super::{EvidenceLine, FlagWords, Moment, Named, PeriodWords};

/// Why a figure looks wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Suspect {
    /// `fell`, `jumped`, `over_cap`, `share`, `outlier`, `repeated`.
    pub why: &'static str,
    /// `fell`, `jumped`: the last total, if there was one. `over_cap`: the target. `share`: the share and
    /// the least. `outlier`: the growth and the group's, of the target.
    pub values: Vec<String>,
}

/// A unit's figure for a reviewer.
#[derive(Debug, Clone, Serialize)]
pub struct ReviewLine {
    /// The unit.
    pub unit: String,
    /// The total.
    pub total: String,
    /// The total before its period.
    pub last: Option<String>,
    /// How much it has grown, with its sign.
    pub growth: Option<String>,
    /// Its period, where that is not the one under review.
    pub period: Option<PeriodWords>,
    /// Whether it came after the deadline.
    pub late: bool,
    /// What looks wrong.
    pub why: Vec<Suspect>,
    /// What its sender explained.
    pub notes: Vec<String>,
    /// What bears it out.
    pub evidence: Vec<EvidenceLine>,
    /// What is flagged in it.
    pub flags: Vec<FlagWords>,
}

/// What was sent back and has not come again.
#[derive(Debug, Clone, Serialize)]
pub struct ReturnedLine {
    /// The unit.
    pub unit: String,
    /// Why.
    pub reason: String,
    /// Until when it is to come again.
    pub until: Option<Moment>,
}

/// One indicator over all units, for a reviewer.
#[derive(Debug, Serialize)]
pub struct ReviewCard {
    /// The period under review.
    pub period: PeriodWords,
    /// The indicator.
    pub indicator: Named,
    /// To be reviewed, what looks wrong.
    pub suspicious: Vec<ReviewLine>,
    /// To be reviewed, the rest.
    pub others: Vec<ReviewLine>,
    /// How many are reviewed.
    pub accepted: usize,
    /// What was sent back.
    pub returned: Vec<ReturnedLine>,
    /// Who has not reported.
    pub missing: Vec<String>,
}

/// How far an indicator's review is.
#[derive(Debug, Clone, Serialize)]
pub struct ReviewCount {
    /// The indicator.
    pub indicator: Named,
    /// To be reviewed.
    pub open: usize,
    /// Of these, what looks wrong.
    pub suspicious: usize,
    /// Of these, what is for earlier periods.
    pub earlier: usize,
    /// Sent back and not come again.
    pub returned: usize,
    /// Not reported.
    pub missing: usize,
}

/// What there is to review.
#[derive(Debug, Serialize)]
pub struct ReviewList {
    /// The period under review.
    pub period: PeriodWords,
    /// Each indicator, those with something to do.
    pub lines: Vec<ReviewCount>,
    /// How many have nothing to do.
    pub done: usize,
    /// Whether the office is asked because the lead departments report these, or cannot be reached.
    pub instead: bool,
    /// After how many working days silence means accepted.
    pub silence: Option<i32>,
}

/// One figure for a reviewer, or what has become of it.
#[derive(Debug, Serialize)]
pub struct ReviewOne {
    /// `show`; `reason`: why does it go back; `write`: the next text is why; `accepted`, `agreed`,
    /// `returned`.
    pub step: &'static str,
    /// The indicator.
    pub indicator: Named,
    /// The period under review.
    pub period: PeriodWords,
    /// The figure.
    pub line: ReviewLine,
    /// Which one of how many, where they are gone through one by one.
    pub at: Option<(usize, usize)>,
    /// Who still has to accept it.
    pub holding: Vec<String>,
    /// Why it goes back.
    pub reason: String,
    /// Until when it is to come again.
    pub until: Option<Moment>,
}

/// To those who report: a figure comes back.
#[derive(Debug, Serialize)]
pub struct Returned {
    /// The unit.
    pub unit: String,
    /// The indicator.
    pub indicator: Named,
    /// Its period.
    pub period: PeriodWords,
    /// What was reported.
    pub total: String,
    /// What is in force until it comes again.
    pub in_force: Option<String>,
    /// Why.
    pub reason: String,
    /// Who sent it back.
    pub by: String,
    /// Until when it is to come again.
    pub until: Moment,
    /// An answer as one would write it.
    pub example: String,
}

/// To whoever sent it back: it has come again.
#[derive(Debug, Serialize)]
pub struct ReturnedAgain {
    /// The unit.
    pub unit: String,
    /// The indicator.
    pub indicator: Named,
    /// Its period.
    pub period: PeriodWords,
    /// What was sent back.
    pub before: String,
    /// What has come.
    pub total: String,
}

/// What has become of a figure, newest first.
#[derive(Debug, Serialize)]
pub struct Trail {
    /// The unit.
    pub unit: String,
    /// The indicator.
    pub indicator: Named,
    /// What is in force.
    pub in_force: Option<String>,
    /// What is flagged in it.
    pub flags: Vec<FlagWords>,
    /// A page of what happened.
    pub lines: Vec<TrailLine>,
    /// Which page of how many.
    pub page: (usize, usize),
    /// How many entries there are.
    pub of: usize,
}

/// One thing that happened to a figure.
#[derive(Debug, Serialize)]
pub struct TrailLine {
    /// `total`, `increment`, `withdrawal`; `accepted`, `agreed`, `silence`, `returned`; `evidence`;
    /// `flagged`, `unflagged`.
    pub what: &'static str,
    /// The number of the submission, or of the one that was judged.
    pub number: u32,
    /// When.
    pub at: Moment,
    /// Who; empty for the program itself.
    pub who: String,
    /// For which period.
    pub period: PeriodWords,
    /// What was written, or judged.
    pub value: String,
    /// What was in force after it.
    pub in_force: Option<String>,
    /// What was in force before it.
    pub before: Option<String>,
    /// The number of the submission in whose place it stands.
    pub place: Option<u32>,
    /// Whether it came after the deadline.
    pub late: bool,
    /// The number of its message.
    pub message: i64,
    /// The words of its message.
    pub said: Option<String>,
    /// Why it was sent back, or flagged.
    pub reason: String,
    /// What was flagged.
    pub label: String,
    /// The name of a file.
    pub file: Option<String>,
}

/// Changing a target.
#[derive(Debug, Serialize)]
#[serde(tag = "step", rename_all = "snake_case")]
pub enum TargetText {
    /// How to write it.
    Usage {},
    /// The unit has no such target.
    None {
        /// The unit.
        unit: String,
        /// The indicator.
        indicator: Named,
    },
    /// What would change.
    Preview {
        /// The unit.
        unit: String,
        /// The indicator.
        indicator: Named,
        /// The target as it is.
        before: String,
        /// The target as it would be.
        after: String,
        /// The first day.
        from: Moment,
        /// The document.
        basis: String,
        /// The county's target, where the units' are to add up to it.
        county: Option<String>,
        /// What the units' targets would add up to.
        split: String,
        /// Whether the two would differ.
        differs: bool,
        /// By how much, with its sign.
        gap: String,
    },
    /// It is done.
    Done {
        /// The unit.
        unit: String,
        /// The indicator.
        indicator: Named,
        /// The target as it was.
        before: String,
        /// The target as it is.
        after: String,
        /// The county's new target, if that has changed.
        county: Option<String>,
        /// The first day.
        from: Moment,
        /// The document.
        basis: String,
        /// Who did it.
        office: String,
        /// Whether this is for those concerned, and not for the office.
        told: bool,
    },
}
