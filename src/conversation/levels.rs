//! Figures that are the totals of a plan below (由下级汇总): derived whenever they are read, never typed
//! and never stored; the plan below has their history.
//!
//! The figure is the sum of what is in force there. It is complete (报齐) for a period once every unit
//! that is asked for it there has reported it; until then it counts with what there is, and how many
//! units are missing is said beside it.

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, Utc};

use super::effects::Origin;
use super::event::UserId;
use super::snapshot::{Current, InForce};
use crate::plan::{IndicatorId, Period, Plan, Quantity, UnitId};

/// Figures by unit and indicator.
pub type Currents = HashMap<(UnitId, IndicatorId), Current>;

/// When each unit first reported an indicator for a period.
pub type Firsts = HashMap<(UnitId, IndicatorId), DateTime<Utc>>;

/// One unit's figure, made of a plan below.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rolled {
    /// The name of the plan below.
    pub from: String,
    /// The sum of what is in force there; `None` if nobody has reported.
    pub total: Option<Quantity>,
    /// For which period each unit there has reported last, by its place in that plan.
    pub reported: Vec<(UnitId, Option<Period>)>,
}

impl Rolled {
    /// The units that have not reported for a period.
    pub fn lacking(&self, period: Period) -> impl Iterator<Item = UnitId> {
        let lacks = move |(_, last): &&(UnitId, Option<Period>)| last.is_none_or(|at| at < period);
        self.reported.iter().filter(lacks).map(|(unit, _)| *unit)
    }

    /// Whether every unit has reported for a period.
    #[must_use]
    pub fn is_complete(&self, period: Period) -> bool {
        !self.reported.is_empty() && self.lacking(period).next().is_none()
    }

    /// Whether any unit has reported for a period.
    #[must_use]
    pub fn has_begun(&self, period: Period) -> bool {
        self.reported.iter().any(|(_, last)| last.is_some_and(|at| at >= period))
    }

    /// The figure as if it had been reported: for the latest period that anybody there has reported for.
    #[must_use]
    pub fn current(&self) -> Current {
        let period = self.reported.iter().filter_map(|(_, last)| *last).max();
        let in_force = self.total.zip(period);
        let in_force = in_force.map(|(total, period)| InForce { total, period, revision: 0 });
        Current {
            in_force,
            latest: 0,
            by: UserId(0),
            origin: Origin::Total,
            value: self.total.unwrap_or_default(),
        }
    }
}

/// Who carries an indicator in a plan and is asked for it, or has reported it unasked; leads that carry
/// one figure together count once.
fn carriers<'a>(
    plan: &'a Plan,
    id: IndicatorId,
    figures: &'a Currents,
) -> impl Iterator<Item = UnitId> + 'a {
    let carries = move |unit: &UnitId| {
        let there = figures.get(&(*unit, id)).is_some_and(|one| one.in_force.is_some());
        plan.carried(*unit).contains(&id)
            && plan.holder(*unit, id) == *unit
            && (there || plan.expected(*unit).contains(&id))
    };
    plan.units().map(|(unit, _)| unit).filter(carries)
}

/// The figures of the units that plans below stand for. `below` has the figures of each of those, in
/// the order of [`Plan::levels`]; `counted` what of them counts there, where that is not what is in force.
#[must_use]
pub fn roll_up(
    plan: &Plan,
    below: &[(Currents, Option<Currents>)],
) -> BTreeMap<(UnitId, IndicatorId), Rolled> {
    let mut rolled = BTreeMap::new();
    for (level, (figures, counted)) in plan.levels().iter().zip(below) {
        for (own, theirs) in &level.indicators {
            let units: Vec<UnitId> = carriers(&level.plan, *theirs, figures).collect();
            let counts = counted.as_ref().unwrap_or(figures);
            let in_force =
                |figures: &Currents, unit: &UnitId| figures.get(&(*unit, *theirs))?.in_force;
            let totals = units.iter().filter_map(|unit| in_force(counts, unit));
            let total = totals.map(|one| one.total.0).reduce(i64::saturating_add).map(Quantity);
            let last = |unit: &UnitId| (*unit, in_force(figures, unit).map(|one| one.period));
            let reported = units.iter().map(last).collect();
            let from = super::plans::name(&level.plan.titles);
            rolled.insert((level.unit, *own), Rolled { from, total, reported });
        }
    }
    rolled
}

/// When a plan below was complete in a period for each of this plan's figures; nothing where it was not.
#[must_use]
pub fn completed(plan: &Plan, below: &[Firsts]) -> HashMap<(UnitId, IndicatorId), DateTime<Utc>> {
    let none = Currents::new();
    let mut completed = HashMap::new();
    for (level, firsts) in plan.levels().iter().zip(below) {
        for (own, theirs) in &level.indicators {
            let units = carriers(&level.plan, *theirs, &none);
            let at: Option<Vec<DateTime<Utc>>> =
                units.map(|unit| firsts.get(&(unit, *theirs)).copied()).collect();
            if let Some(last) = at.and_then(|at| at.into_iter().max()) {
                completed.insert((level.unit, *own), last);
            }
        }
    }
    completed
}
