//! What stands of one figure's submissions: each in its place, corrections in the place of what they
//! correct, what was taken back gone.
//!
//! In: a figure's latest submissions in order of revision, from any one on. Out: the total in force,
//! and what it would be with one of them changed. An addition stays an addition: changing the first of
//! three changes the sum, not what came last.

use super::Turn;
use super::effects::{Origin, Submission};
use super::event::{ChatId, MessageId};
use super::snapshot::{Current, InForce};
use crate::message::Kind;
use crate::plan::{IndicatorId, Period, Quantity, UnitId};

/// The standing submissions of one unit and indicator.
#[derive(Debug, Clone, Default)]
pub(crate) struct Ledger<'a> {
    /// What all before the first given row comes to.
    base: Option<InForce>,
    /// The number of the first row given.
    first: u32,
    /// Places in order: what was first said there, and over it the corrections by other messages.
    places: Vec<Stack<'a>>,
}

#[derive(Debug, Clone)]
struct Stack<'a> {
    place: u32,
    rows: Vec<&'a Submission>,
}

impl<'a> Stack<'a> {
    fn top(&self) -> Option<&'a Submission> {
        self.rows.last().copied()
    }
}

impl<'a> Ledger<'a> {
    /// Of a figure's submissions, in order of revision and without a gap.
    pub fn of(rows: impl IntoIterator<Item = &'a Submission>) -> Self {
        let mut rows = rows.into_iter().peekable();
        let first = rows.peek().map_or(0, |row| row.revision);
        let base = rows.peek().and_then(|row| row.before);
        let mut ledger = Self { base, first, places: Vec::new() };
        for row in rows {
            ledger.add(row);
        }
        ledger
    }

    fn add(&mut self, row: &'a Submission) {
        if row.place < self.first {
            return self.rebase(row);
        }
        let at = self.places.partition_point(|stack| stack.place < row.place);
        let there = self.places.get(at).is_some_and(|stack| stack.place == row.place);
        match (row.origin, there) {
            (Origin::Withdrawal, true) => {
                self.places[at].rows.pop();
                if self.places[at].rows.is_empty() {
                    self.places.remove(at);
                }
            }
            (Origin::Withdrawal, false) => {}
            (_, true) => {
                // The same message, changed, says this in place of that; another says it over that.
                let of = |row: &Submission| (row.report.chat, row.report.message);
                let rows = &mut self.places[at].rows;
                rows.pop_if(|top| of(top) == of(row));
                rows.push(row);
            }
            (_, false) => self.places.insert(at, Stack { place: row.place, rows: vec![row] }),
        }
    }

    /// Something before the first row has changed: what it comes to follows from the sum.
    fn rebase(&mut self, row: &Submission) {
        if self.tops(0).any(|top| top.origin == Origin::Total) {
            return;
        }
        let added = self.tops(0).map(|top| top.value.0).fold(0, i64::saturating_add);
        let known = if self.places.is_empty() { None } else { self.base };
        self.base = row.in_force.map(|now| {
            let total = Quantity(now.total.0.saturating_sub(added));
            InForce { total, ..known.unwrap_or(now) }
        });
    }

    /// The last words of the places from one on.
    fn tops(&self, from: usize) -> impl DoubleEndedIterator<Item = &'a Submission> {
        self.places.get(from..).unwrap_or_default().iter().filter_map(Stack::top)
    }

    /// What stands: the last word of each place, in their order.
    pub fn standing(&self) -> impl DoubleEndedIterator<Item = &'a Submission> {
        self.tops(0)
    }

    /// What is in force.
    pub fn in_force(&self) -> Option<InForce> {
        self.sum(self.places.len())
    }

    fn sum(&self, end: usize) -> Option<InForce> {
        let tops = self.places[..end].iter().filter_map(Stack::top);
        tops.fold(self.base, |now, top| {
            let total = match top.origin {
                Origin::Total => top.value,
                _ => Quantity(now?.total.0.saturating_add(top.value.0)),
            };
            Some(InForce { total, period: top.period, revision: top.revision })
        })
    }

    /// The index of a place, which is given only by this ledger.
    fn at(&self, place: u32) -> usize {
        self.places.partition_point(|stack| stack.place < place)
    }

    /// What was in force when only what stands before a place had been said.
    pub fn before(&self, place: u32) -> Option<InForce> {
        self.sum(self.at(place))
    }

    /// What is in force once a value stands in a place, under the number `revision`; `None` if that is
    /// more than a number holds, or if there is nothing to add to.
    pub fn with(
        &self,
        place: u32,
        (kind, value): (Kind, Quantity),
        revision: u32,
    ) -> Option<InForce> {
        let mut total = match kind {
            Kind::Total => value.0,
            Kind::Increment => self.before(place)?.total.0.checked_add(value.0)?,
        };
        let period = self.top(place)?.period;
        let mut last = InForce { total: Quantity(total), period, revision };
        for top in self.tops(self.at(place) + 1) {
            total = match top.origin {
                Origin::Total => top.value.0,
                _ => total.checked_add(top.value.0)?,
            };
            last = InForce { total: Quantity(total), period: top.period, revision: top.revision };
        }
        Some(last)
    }

    /// What is in force once the last word of a place is taken back: what it corrected stands again.
    pub fn without(&self, place: u32) -> Option<InForce> {
        let mut left = self.clone();
        if let Some(stack) = left.places.get_mut(self.at(place)) {
            stack.rows.pop();
        }
        left.in_force()
    }

    /// The last word of a place.
    pub fn top(&self, place: u32) -> Option<&'a Submission> {
        self.places.get(self.at(place)).filter(|stack| stack.place == place)?.top()
    }

    /// The place where a message has its say: the last word if it has that anywhere.
    pub fn of_message(&self, chat: ChatId, message: MessageId) -> Option<u32> {
        let said = |one: &Submission| (one.report.chat, one.report.message) == (chat, message);
        let last = self.places.iter().rfind(|stack| stack.top().is_some_and(said));
        let any = || self.places.iter().rfind(|stack| stack.rows.iter().any(|one| said(one)));
        last.or_else(any).map(|stack| stack.place)
    }

    /// The place where a submission has the last word.
    pub fn place_of(&self, revision: u32) -> Option<u32> {
        let here = |stack: &&Stack<'_>| stack.top().is_some_and(|top| top.revision == revision);
        self.places.iter().find(here).map(|stack| stack.place)
    }

    /// Whether so much was added for a period already, and counts: by whomever, since colleagues tell the
    /// same news too.
    pub fn is_added(&self, period: Period, value: Quantity) -> bool {
        let counted = self.standing().rev().take_while(|top| top.origin != Origin::Total);
        counted.into_iter().any(|top| (top.period, top.value) == (period, value))
    }

    /// The later running total that makes a place count for nothing.
    pub fn covered(&self, place: u32) -> Option<&'a Submission> {
        self.tops(self.at(place) + 1).rfind(|top| top.origin == Origin::Total)
    }
}

impl Turn<'_> {
    /// What is in force of a figure, and what came last, with what this turn has done already.
    pub(crate) fn current(&self, unit: UnitId, indicator: IndicatorId) -> Option<Current> {
        let done = self.effects.submissions.iter().rev();
        let row = done.into_iter().find(|row| (row.unit, row.indicator) == (unit, indicator));
        let before = || self.snapshot.figures.get(&(unit, indicator)).copied();
        row.map(Submission::current).or_else(before)
    }

    /// What stands of a figure's submissions, as far as they were loaded: from the first on that a
    /// message of this batch may change, or say once more.
    pub(crate) fn ledger(&self, unit: UnitId, indicator: IndicatorId) -> Ledger<'_> {
        let loaded = self.snapshot.history.get(&(unit, indicator)).into_iter().flatten();
        let done = self.effects.submissions.iter();
        let same = |row: &&Submission| (row.unit, row.indicator) == (unit, indicator);
        Ledger::of(loaded.chain(done.filter(same)))
    }

    /// Whether a submission has the last word in its place.
    pub(crate) fn stands(&self, row: &Submission) -> bool {
        row.origin != Origin::Withdrawal
            && self.ledger(row.unit, row.indicator).place_of(row.revision).is_some()
    }
}

#[cfg(test)]
mod tests;
