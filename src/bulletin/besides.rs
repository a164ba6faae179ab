//! What a bulletin takes into account besides figures: what makes nobody late, and tasks past their
//! day.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

use crate::conversation::Snapshot;
use crate::conversation::tasks::state::tasks;
use crate::conversation::views::missing_units;
use crate::plan::{IndicatorId, Period, Plan, UnitId};
use crate::texts::contexts::MissingUnit;

/// So much of a task's text stands in a bulletin, in characters.
const SHOWN_OF_TASK: usize = 20;

/// What else is known for a period.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Besides {
    /// Figures that came and that a reviewer has sent back: their units are not late with them.
    pub returned: BTreeSet<(UnitId, IndicatorId)>,
    /// Tasks past their day, as people read them.
    pub overdue_tasks: Vec<String>,
}

/// Who has not reported.
pub(super) struct Late {
    /// Units that lack something by their own fault; only that is counted.
    pub missing: Vec<MissingUnit>,
    /// Units that lack only what was sent back.
    pub returned: Vec<MissingUnit>,
    /// How many units report at all.
    pub of: usize,
}

impl Besides {
    /// What the desk's journal and the reviewers add.
    pub fn known(plan: &Plan, snapshot: &Snapshot, period: Period, now: DateTime<Utc>) -> Self {
        let overdue = tasks(plan, &snapshot.journal).into_iter().filter_map(|task| {
            let units = task.overdue(now);
            let names: Vec<&str> =
                units.iter().map(|unit| plan.unit(*unit).name.as_str()).collect();
            let text: String = task.text.chars().take(SHOWN_OF_TASK).collect();
            (!units.is_empty()).then(|| format!("{} {text}", names.join("、")))
        });
        let returned = snapshot.book.excused_units(plan, period, now);
        Self { returned, overdue_tasks: overdue.collect() }
    }

    /// Who has not reported for a period, and who only lacks what was sent back.
    pub(super) fn late(&self, plan: &Plan, snapshot: &Snapshot, period: Period) -> Late {
        let (all, of) = missing_units(plan, snapshot, period);
        let (mut missing, mut returned) = (Vec::new(), Vec::new());
        for row in all {
            let unit = plan.unit_named(&row.unit);
            let back = unit.map_or(0, |unit| {
                let lacking = snapshot.missing(plan, unit, period);
                lacking.iter().filter(|id| self.returned.contains(&(unit, **id))).count()
            });
            let own = row.count - back;
            let list = if own == 0 { &mut returned } else { &mut missing };
            let count = if own == 0 { back } else { own };
            list.push(MissingUnit { count, nothing: row.nothing && back == 0, ..row });
        }
        Late { missing, returned, of }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::load::lanxi;

    #[test]
    fn what_was_sent_back_makes_nobody_late() {
        let plan = lanxi();
        let snapshot = Snapshot::default();
        let period = "2019-W25".parse().unwrap();
        let [tax, yunshan] = ["市税务局", "云山街道"].map(|name| plan.unit_named(name).unwrap());
        let none = Besides::default().late(&plan, &snapshot, period);
        assert!(none.returned.is_empty() && none.missing.len() == none.of);
        let returned = [
            (tax, plan.indicator_named("18").unwrap()),
            (yunshan, plan.indicator_named("6").unwrap()),
        ];
        let besides = Besides { returned: returned.into(), ..Besides::default() };
        let late = besides.late(&plan, &snapshot, period);
        // The tax office lacks nothing else; 云山 is late with all but that one figure.
        let names: Vec<&str> = late.returned.iter().map(|row| row.unit.as_str()).collect();
        assert_eq!(names, ["市税务局"]);
        assert!(late.missing.iter().all(|row| row.unit != "市税务局"));
        let of = |late: &Late| late.missing.iter().find(|row| row.unit == "云山街道").cloned();
        let (before, after) = (of(&none).unwrap(), of(&late).unwrap());
        assert_eq!((before.count, before.nothing), (after.count + 1, true));
        assert!(!after.nothing, "something came");
    }
}
