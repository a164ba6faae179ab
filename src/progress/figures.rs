//! Figures (当前数): the latest accepted running total of each unit and indicator.

use crate::plan::{IndicatorId, Plan, Quantity, UnitId};

/// A dense table unit × indicator of running totals since the plan's start.
///
/// A cell that nobody reported (未报) is `None`, which is never the same as a reported zero.
/// Where several leads carry one figure together it stands under
/// [`Plan::holder`](crate::plan::Plan::holder). Only good beside the plan it was made for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Figures {
    cells: Vec<Option<Quantity>>,
    indicators: usize,
}

impl Figures {
    /// An empty table for a plan: nothing is reported yet.
    #[must_use]
    pub fn new(plan: &Plan) -> Self {
        let indicators = plan.indicators().count();
        Self { cells: vec![None; plan.units().count() * indicators], indicators }
    }

    /// The figure of a unit for an indicator; `None` if it was not reported.
    ///
    /// # Panics
    /// If an id is another plan's.
    #[must_use]
    pub fn get(&self, unit: UnitId, indicator: IndicatorId) -> Option<Quantity> {
        self.cells[self.at(unit, indicator)]
    }

    /// Writes a figure in place of the one before it; `None` takes it back (撤回).
    ///
    /// # Panics
    /// If an id is another plan's.
    pub fn set(&mut self, unit: UnitId, indicator: IndicatorId, figure: Option<Quantity>) {
        let at = self.at(unit, indicator);
        self.cells[at] = figure;
    }

    fn at(&self, unit: UnitId, indicator: IndicatorId) -> usize {
        assert!(indicator.index() < self.indicators, "an indicator of another plan");
        unit.index() * self.indicators + indicator.index()
    }
}
