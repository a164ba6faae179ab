//! Flags (标注): a reviewer says how much of a figure was found to be 注销 or 异常. What can be flagged, and
//! whether it is taken off before ranking, are the plan's rules.
//!
//! A flag is a row that is never changed; the last one of a figure and label holds, until it is lifted. It stays
//! beside the running total over all periods, since what was flagged stays in the total.
//!
//! - `desk`: buttons, `/flag` and words
//! - `told`: what the unit is told, and its answer

pub(super) mod desk;
pub(super) mod told;

use chrono::{DateTime, Utc};

use super::Turn;
use super::event::UserId;
use super::review::Book;
use super::review::book::Cell;
use super::snapshot::InForce;
use crate::plan::{Flagged, IndicatorId, Measure, Period, Plan, Quantity, UnitId};
use crate::texts::contexts::{Counted, FlagWords};

/// One flag: a row that is never changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flag {
    /// Under which unit the figure is kept.
    pub unit: UnitId,
    /// Which indicator.
    pub indicator: IndicatorId,
    /// The period of the figure that was looked at.
    pub period: Period,
    /// The number of its last submission then.
    pub revision: u32,
    /// What was found: 注销, 异常.
    pub label: String,
    /// How much of it; 0 lifts it.
    pub number: Quantity,
    /// Why.
    pub reason: String,
    /// The lead department that speaks; `None` for the office.
    pub lead: Option<UnitId>,
    /// Who.
    pub by: UserId,
    /// When.
    pub at: DateTime<Utc>,
}

impl Flag {
    /// Which figure.
    pub fn cell(&self) -> Cell {
        (self.unit, self.indicator)
    }

    /// In words.
    pub(super) fn words(&self, measure: &Measure) -> FlagWords {
        FlagWords { label: self.label.clone(), number: measure.show(self.number) }
    }
}

impl Book {
    /// Takes a flag over.
    pub fn flag(&mut self, flag: &Flag) {
        let of = self.flags.entry(flag.cell()).or_default();
        of.retain(|one| one.label != flag.label);
        if flag.number.0 > 0 {
            of.push(flag.clone());
        }
    }

    /// The flags of a figure that stand, in the order they were set.
    #[must_use]
    pub fn flags_of(&self, cell: Cell) -> &[Flag] {
        self.flags.get(&cell).map_or(&[], Vec::as_slice)
    }

    /// The same in words.
    #[must_use]
    pub fn flag_words(&self, plan: &Plan, cell: Cell) -> Vec<FlagWords> {
        let measure = &plan.indicator(cell.1).measure;
        self.flags_of(cell).iter().map(|flag| flag.words(measure)).collect()
    }

    /// What counts of a total: without what was flagged, where the plan takes that off.
    #[must_use]
    pub fn counts_of(&self, plan: &Plan, cell: Cell, total: Quantity) -> Quantity {
        if plan.review.flagged == Flagged::Shown {
            return total;
        }
        taken_off(total, self.flags_of(cell))
    }
}

impl Turn<'_> {
    /// The flags of a figure that stand after what this turn has done.
    pub(super) fn standing_flags(&self, cell: Cell) -> Vec<Flag> {
        let mut flags = self.snapshot.book.flags_of(cell).to_vec();
        for flag in self.effects.flags.iter().filter(|flag| flag.cell() == cell) {
            flags.retain(|one| one.label != flag.label);
            flags.extend(Some(flag).filter(|flag| flag.number.0 > 0).cloned());
        }
        flags
    }
}

/// A total without what was flagged in it; what is less than nothing is nothing.
fn taken_off(total: Quantity, flags: &[Flag]) -> Quantity {
    let off = flags.iter().fold(0, |sum: i64, flag| sum.saturating_add(flag.number.0));
    let least = total.0.min(0);
    Quantity(total.0.saturating_sub(off).max(least))
}

/// What rankings go by, where that is not the figure in force.
pub(super) fn counted(
    measure: &Measure,
    in_force: Option<InForce>,
    counts: Option<Quantity>,
) -> Option<Counted> {
    let differs = in_force.map(|now| now.total) != counts;
    differs.then(|| Counted { total: counts.map(|total| measure.show(total)) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flag(label: &str, number: i64) -> Flag {
        Flag {
            unit: UnitId(0),
            indicator: IndicatorId(0),
            period: "2019-W25".parse().unwrap(),
            revision: 1,
            label: label.to_owned(),
            number: Quantity(number),
            reason: String::new(),
            lead: None,
            by: UserId(1),
            at: DateTime::UNIX_EPOCH,
        }
    }

    #[test]
    fn the_last_flag_of_a_label_holds_and_nothing_lifts_it() {
        let cell = (UnitId(0), IndicatorId(0));
        let mut plan = crate::plan::load::lanxi();
        plan.review.flagged = Flagged::TakenOff;
        let mut book = Book::default();
        let counts =
            |plan: &Plan, book: &Book, total| book.counts_of(plan, cell, Quantity(total)).0;
        assert_eq!(counts(&plan, &book, 9), 9);
        book.flag(&flag("注销", 3));
        book.flag(&flag("异常", 1));
        book.flag(&flag("注销", 2));
        assert_eq!(counts(&plan, &book, 9), 6);
        assert_eq!(counts(&plan, &book, 1), 0, "no figure counts less than nothing");
        assert_eq!(counts(&plan, &book, -2), -2, "what was below nothing stays as it is");
        book.flag(&flag("注销", 0));
        assert_eq!(counts(&plan, &book, 9), 8);
        plan.review.flagged = Flagged::Shown;
        assert_eq!(book.counts_of(&plan, cell, Quantity(9)), Quantity(9));
    }
}
