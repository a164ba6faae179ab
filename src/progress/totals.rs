//! County totals (全市合计): the annex's rows for the whole county.

use super::{Figures, Ratio};
use crate::plan::{Carried, IndicatorId, Plan, Quantity};

/// How far the whole county is with one row of the annex.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CountyTotal {
    /// The indicator: a row of the annex, or a part (其中) of one.
    pub indicator: IndicatorId,
    /// The sum of what the units reported, or the leads' one figure. `None` if nobody reported, and
    /// for a rate that is split over units, since rates do not add up.
    pub figure: Option<Quantity>,
    /// How many have reported it.
    pub reported: usize,
    /// Of how many: those who are asked for it, and those who reported it unasked. 1 for leads, who
    /// carry one figure together.
    pub carriers: usize,
    /// Figure ÷ the county's target; `None` without a figure or a target.
    pub completion: Option<Ratio>,
    /// For a part: its share of the figure of its whole, to be held against
    /// [`Indicator::min_share`](crate::plan::Indicator::min_share).
    pub share: Option<Ratio>,
}

/// The totals of all rows of the annex, parts included, goals of the text not; in the annex's order.
#[must_use]
pub fn county_totals(plan: &Plan, figures: &Figures) -> Vec<CountyTotal> {
    let mut totals: Vec<CountyTotal> =
        plan.indicators().map(|(indicator, _)| CountyTotal::empty(indicator)).collect();
    for (unit, _) in plan.units() {
        for id in plan.carried(unit).iter().copied() {
            let figure = figures.get(unit, id);
            let concerned = figure.is_some() || plan.expected(unit).contains(&id);
            if concerned && plan.holder(unit, id) == unit {
                totals[id.index()].count(figure);
            }
        }
    }
    for (id, indicator) in plan.indicators() {
        let total = &mut totals[id.index()];
        if indicator.carried == Carried::ByUnits && indicator.measure.is_rate() {
            total.figure = None;
        }
        let against = |figure: Quantity| Some(Ratio::of(figure.0, indicator.target?.0));
        total.completion = total.figure.and_then(against);
    }
    for (id, indicator) in plan.indicators() {
        let whole = indicator.whole.and_then(|whole| totals[whole.index()].figure);
        let of_whole = whole.filter(|whole| whole.0 > 0).zip(totals[id.index()].figure);
        totals[id.index()].share = of_whole.map(|(whole, part)| Ratio::of(part.0, whole.0));
    }
    totals.retain(|total| !plan.indicator(total.indicator).no.is_goal());
    totals
}

impl CountyTotal {
    fn empty(indicator: IndicatorId) -> Self {
        Self { indicator, figure: None, reported: 0, carriers: 0, completion: None, share: None }
    }

    fn count(&mut self, figure: Option<Quantity>) {
        self.carriers += 1;
        if let Some(figure) = figure {
            self.reported += 1;
            let before = self.figure.unwrap_or_default();
            self.figure = Some(Quantity(before.0.saturating_add(figure.0)));
        }
    }
}
