//! Judgements of reviewers, and what follows from them.

use std::collections::{BTreeSet, HashMap, HashSet};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::conversation::snapshot::{Current, InForce, ReportKey};
use crate::conversation::{Evidence, Flag, Submission, UserId};
use crate::plan::{IndicatorId, Period, Plan, Quantity, UnitId};

/// A figure: the unit it is kept under, and the indicator.
pub type Cell = (UnitId, IndicatorId);

/// What a reviewer says of a figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// It is right, and counts as reviewed.
    Accepted,
    /// It is right, but another lead has sent it back and must accept it.
    Agreed,
    /// It goes back (退回) to whoever reported it.
    Returned,
}

/// One judgement: a row that is never changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Review {
    /// Under which unit the figure is kept.
    pub unit: UnitId,
    /// Which indicator.
    pub indicator: IndicatorId,
    /// The period the figure was for.
    pub period: Period,
    /// The number of the figure's last submission when it was judged.
    pub revision: u32,
    /// The number of the last submission that the judgement caused: sending back takes back.
    pub through: u32,
    /// What was in force then.
    pub total: Quantity,
    /// What was said.
    pub verdict: Verdict,
    /// Why it was sent back.
    pub reason: String,
    /// Until when it is to be reported again.
    pub deadline: Option<DateTime<Utc>>,
    /// The lead department that speaks; `None` for the office, and for silence.
    pub lead: Option<UnitId>,
    /// Who; `None` for silence.
    pub by: Option<UserId>,
    /// When.
    pub at: DateTime<Utc>,
}

impl Review {
    /// Which figure.
    pub fn cell(&self) -> Cell {
        (self.unit, self.indicator)
    }
}

/// Somebody's next text is the reason for sending this back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReviewAsk {
    /// Whose.
    pub user: UserId,
    /// Which figure.
    pub cell: Cell,
    /// The number of its last submission when it was seen; 0 once nothing is awaited any more.
    pub revision: u32,
    /// When the button was pressed.
    pub at: DateTime<Utc>,
}

/// What is known of reviews. Whole only where a reviewer or a job asks for it; the judgements that sent
/// something back are there for every unit that acts.
#[derive(Debug, Clone, Default)]
pub struct Book {
    /// Judgements of each figure, oldest first.
    pub of: HashMap<Cell, Vec<Review>>,
    /// The latest submission of each figure.
    pub latest: HashMap<Cell, Submission>,
    /// What was in force before the period that each figure is for.
    pub last: HashMap<Cell, InForce>,
    /// Where rankings go by reviewed figures: the last accepted ones.
    pub accepted: HashMap<Cell, InForce>,
    /// Figures to which the same was added twice in one period.
    pub repeated: HashSet<Cell>,
    /// What senders explained of each figure in its period.
    pub notes: HashMap<Cell, Vec<String>>,
    /// What bears each figure out: that of its period, all of it where somebody asks for its history.
    pub evidence: HashMap<Cell, Vec<Evidence>>,
    /// What is flagged in each figure.
    pub flags: HashMap<Cell, Vec<Flag>>,
    /// All flags ever set and lifted, where somebody asks for a figure's history.
    pub all_flags: HashMap<Cell, Vec<Flag>>,
    /// The words of messages that a figure came with, where somebody asks for its history.
    pub sources: HashMap<ReportKey, String>,
    /// Who writes a reason.
    pub asks: HashMap<UserId, ReviewAsk>,
}

impl Book {
    /// Takes a judgement over.
    pub fn add(&mut self, review: &Review) {
        let cell = review.cell();
        self.of.entry(cell).or_default().push(review.clone());
        let latest = self.latest.get(&cell).filter(|_| review.verdict == Verdict::Accepted);
        if let Some(now) = latest.and_then(|row| row.in_force) {
            self.accepted.insert(cell, now);
        }
    }

    fn judgements(&self, cell: Cell) -> &[Review] {
        self.of.get(&cell).map_or(&[], Vec::as_slice)
    }

    /// Whether a figure is accepted as it is after this submission.
    #[must_use]
    pub fn is_accepted(&self, cell: Cell, revision: u32) -> bool {
        let of = self.judgements(cell).iter();
        of.rev().any(|one| one.verdict == Verdict::Accepted && one.revision == revision)
    }

    /// The number of the submission before this one after which a figure was last accepted, and not
    /// sent back all the same; 0 if it never was.
    #[must_use]
    pub fn accepted_before(&self, cell: Cell, revision: u32) -> u32 {
        let of = self.judgements(cell);
        let earlier = of.iter().filter(|one| one.revision < revision);
        let accepted = earlier.filter(|one| one.verdict == Verdict::Accepted);
        let stands = |one: &&Review| {
            let back = |other: &&Review| other.verdict == Verdict::Returned;
            !of.iter().filter(back).any(|other| other.revision == one.revision)
        };
        accepted.filter(stands).map(|one| one.revision).max().unwrap_or(0)
    }

    /// The judgement that sent a figure back, as long as nothing has come since.
    #[must_use]
    pub fn sent_back(&self, cell: Cell, current: Option<Current>) -> Option<&Review> {
        let last = self.judgements(cell).last()?;
        let since = current.is_some_and(|current| current.latest > last.through);
        (last.verdict == Verdict::Returned && !since).then_some(last)
    }

    /// The leads whose sending back of a period's figure stands: only they can accept it.
    #[must_use]
    pub fn holding(&self, cell: Cell, period: Period) -> BTreeSet<UnitId> {
        let mut holding = BTreeSet::new();
        for one in self.judgements(cell).iter().filter(|one| one.period == period) {
            match (one.verdict, one.lead) {
                (Verdict::Returned, Some(lead)) => drop(holding.insert(lead)),
                (Verdict::Returned, None) => {}
                (_, Some(lead)) => drop(holding.remove(&lead)),
                (_, None) => holding.clear(),
            }
        }
        holding
    }

    /// Whether a figure of a period was sent back and may still be reported again in time.
    #[must_use]
    pub fn excused(&self, cell: Cell, period: Period, now: DateTime<Utc>) -> bool {
        self.again_until(cell, period).is_some_and(|deadline| now <= deadline)
    }

    /// Until when a figure of a period that was sent back is to be reported again.
    #[must_use]
    pub fn again_until(&self, cell: Cell, period: Period) -> Option<DateTime<Utc>> {
        let last = self.judgements(cell).iter().rev().find(|one| one.period == period)?;
        last.deadline.filter(|_| last.verdict == Verdict::Returned)
    }

    /// All units and indicators that are missing for a period only because they were sent back: each
    /// unit that may report the figure.
    #[must_use]
    pub fn excused_units(&self, plan: &Plan, period: Period, now: DateTime<Utc>) -> BTreeSet<Cell> {
        let asked = plan.units().flat_map(|(unit, _)| {
            plan.expected(unit).iter().map(move |indicator| (unit, *indicator))
        });
        let holder = |(unit, indicator): &Cell| (plan.holder(*unit, *indicator), *indicator);
        asked.filter(|cell| self.excused(holder(cell), period, now)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn review(verdict: Verdict, lead: Option<u32>, revision: u32) -> Review {
        Review {
            unit: UnitId(0),
            indicator: IndicatorId(0),
            period: "2019-W25".parse().unwrap(),
            revision,
            through: revision,
            total: Quantity(1),
            verdict,
            reason: String::new(),
            deadline: Some("2019-06-24T09:00:00Z".parse().unwrap()),
            lead: lead.map(UnitId),
            by: Some(UserId(1)),
            at: DateTime::UNIX_EPOCH,
        }
    }

    #[test]
    fn what_one_lead_sent_back_only_that_one_or_the_office_lets_through() {
        let cell = (UnitId(0), IndicatorId(0));
        let period = "2019-W25".parse().unwrap();
        let mut book = Book::default();
        book.add(&review(Verdict::Returned, Some(1), 1));
        assert_eq!(book.holding(cell, period), BTreeSet::from([UnitId(1)]));
        book.add(&review(Verdict::Agreed, Some(2), 3));
        assert_eq!(book.holding(cell, period), BTreeSet::from([UnitId(1)]));
        let mut by_the_office = book.clone();
        by_the_office.add(&review(Verdict::Accepted, None, 3));
        assert!(by_the_office.holding(cell, period).is_empty());
        book.add(&review(Verdict::Accepted, Some(1), 3));
        assert!(book.holding(cell, period).is_empty());
        assert!(book.is_accepted(cell, 3) && !book.is_accepted(cell, 4));
    }

    #[test]
    fn what_was_sent_back_is_excused_until_its_new_deadline() {
        let cell = (UnitId(0), IndicatorId(0));
        let mut book = Book::default();
        book.add(&review(Verdict::Returned, Some(1), 1));
        let at = |text: &str| text.parse().unwrap();
        let period = "2019-W25".parse().unwrap();
        assert!(book.excused(cell, period, at("2019-06-24T09:00:00Z")));
        assert!(!book.excused(cell, period, at("2019-06-24T09:00:01Z")));
        assert!(!book.excused(cell, "2019-W26".parse().unwrap(), at("2019-06-24T08:00:00Z")));
    }
}
