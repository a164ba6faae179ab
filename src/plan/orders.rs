//! What the office has ordered about deadlines (调整): moved, extended for one unit, locked.
//!
//! The plan folder says when figures are due as a rule; an order says it for one period. Whoever asks
//! [`Plan::deadline`](super::Plan::deadline) is answered by both.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, Utc};

use super::{IndicatorId, Period, Quantity, UnitId};

/// All orders in force, by period.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Orders {
    moved: BTreeMap<Period, DateTime<Utc>>,
    extended: BTreeMap<(Period, UnitId), DateTime<Utc>>,
    locked: BTreeSet<Period>,
    unlocked: BTreeSet<Period>,
    targets: Vec<TargetOrder>,
}

/// A target that was changed (目标调整).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TargetOrder {
    /// Whose.
    pub unit: UnitId,
    /// Of which indicator.
    pub indicator: IndicatorId,
    /// The new target.
    pub target: Quantity,
    /// The county's new target, if that changes with it.
    pub county: Option<Quantity>,
    /// The first day on which it is in force.
    pub from: NaiveDate,
}

impl Orders {
    /// Whether everything is as the plan folder says.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Moves a period's deadline. What one unit was given longer stands only if it is still longer.
    pub fn move_deadline(&mut self, period: Period, to: DateTime<Utc>) {
        self.moved.insert(period, to);
        self.extended.retain(|(other, _), until| *other != period || *until > to);
    }

    /// Gives one unit longer.
    pub fn extend(&mut self, period: Period, unit: UnitId, to: DateTime<Utc>) {
        self.extended.insert((period, unit), to);
    }

    /// Closes a period for good, until it is opened again.
    pub fn lock(&mut self, period: Period) {
        self.unlocked.remove(&period);
        self.locked.insert(period);
    }

    /// Opens a period again, however long ago it was.
    pub fn unlock(&mut self, period: Period) {
        self.locked.remove(&period);
        self.unlocked.insert(period);
    }

    /// Changes a target.
    pub fn set_target(&mut self, order: TargetOrder) {
        self.targets.push(order);
    }

    /// The changes in force on a day, in the order in which they came into force.
    #[must_use]
    pub fn targets_on(&self, day: NaiveDate) -> Vec<TargetOrder> {
        let mut targets: Vec<TargetOrder> =
            self.targets.iter().copied().filter(|order| order.from <= day).collect();
        targets.sort_by_key(|order| order.from); // stable: of one day the last word counts
        targets
    }

    /// When a period is due, if that was ordered.
    #[must_use]
    pub fn deadline(&self, period: Period) -> Option<DateTime<Utc>> {
        self.moved.get(&period).copied()
    }

    /// Until when one unit has longer.
    #[must_use]
    pub fn extension(&self, period: Period, unit: UnitId) -> Option<DateTime<Utc>> {
        self.extended.get(&(period, unit)).copied()
    }

    /// Whether a period takes no more figures.
    #[must_use]
    pub fn is_locked(&self, period: Period) -> bool {
        self.locked.contains(&period)
    }

    /// The periods that were opened again.
    pub fn unlocked(&self) -> impl Iterator<Item = Period> {
        self.unlocked.iter().copied()
    }
}

/// When the bot writes to nobody by itself: the `[quiet]` table of `plan.toml`, in local time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QuietHours {
    /// From this time on.
    pub from: chrono::NaiveTime,
    /// Until this time, of the next day if it is earlier.
    pub until: chrono::NaiveTime,
}

impl QuietHours {
    /// Whether a local time lies in them.
    #[must_use]
    pub fn contain(&self, time: chrono::NaiveTime) -> bool {
        if self.from <= self.until {
            (self.from..self.until).contains(&time)
        } else {
            time >= self.from || time < self.until
        }
    }
}
