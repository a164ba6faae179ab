//! Time against completion: pace (序时进度), lights (红黄绿灯), what is needed a week (补欠).

use chrono::NaiveDate;
use serde::Serialize;

use super::Ratio;
use crate::plan::{Cycle, IndicatorId, Plan, Quantity, UnitId};

/// A light (亮灯): completion against pace, by the bounds in `[ranking]` of `plan.toml`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Light {
    /// At or above the green share of pace.
    Green,
    /// Below green, at or above the yellow share of pace.
    Yellow,
    /// Below yellow.
    Red,
}

impl Light {
    /// The light as one character.
    #[must_use]
    pub fn emoji(self) -> &'static str {
        match self {
            Self::Green => "🟢",
            Self::Yellow => "🟡",
            Self::Red => "🔴",
        }
    }

    /// The light's key in JSON, texts and style sheets: `green`.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Green => "green",
            Self::Yellow => "yellow",
            Self::Red => "red",
        }
    }
}

/// The share of the plan's days that has passed, the first day and `day` both counted; 0 before the
/// plan's time and 1 after it.
#[must_use]
pub fn pace(plan: &Plan, day: NaiveDate) -> Ratio {
    Ratio::of(days_passed(plan, day), days_in_all(plan))
}

/// The light that a completion has on a day.
#[must_use]
pub fn light(plan: &Plan, completion: Ratio, day: NaiveDate) -> Light {
    Bounds::on(plan, day).light(completion)
}

/// The completion from which the light is green on a day, and from which it is yellow.
#[must_use]
pub fn light_bounds(plan: &Plan, day: NaiveDate) -> (Ratio, Ratio) {
    let bounds = Bounds::on(plan, day);
    (bounds.green, bounds.yellow)
}

/// What completion must reach on one day to be green, or yellow.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bounds {
    green: Ratio,
    yellow: Ratio,
}

impl Bounds {
    pub(super) fn on(plan: &Plan, day: NaiveDate) -> Self {
        const WHOLE: i64 = 10_000; // the rules' shares are in 0.01 %
        let share_of_pace = |share: Quantity| {
            // One division, so that a unit exactly on the bound meets it.
            let part = days_passed(plan, day).saturating_mul(share.0);
            Ratio::of(part, days_in_all(plan).saturating_mul(WHOLE))
        };
        Self {
            green: share_of_pace(plan.ranking.green),
            yellow: share_of_pace(plan.ranking.yellow),
        }
    }

    pub(super) fn light(self, completion: Ratio) -> Light {
        match completion {
            share if share >= self.green => Light::Green,
            share if share >= self.yellow => Light::Yellow,
            _ => Light::Red,
        }
    }
}

/// What a unit must still add a week or a month of 30 days, from the day after `day`, to reach its target by the plan's
/// end; rounded up to the base unit, and never more than all that is lacking. Zero once the target
/// is reached. A figure that was not reported counts as zero.
///
/// `None` where there is no target, for a rate (which does not add up), and once the plan's time is
/// over.
#[must_use]
pub fn need(
    plan: &Plan,
    unit: UnitId,
    indicator: IndicatorId,
    figure: Option<Quantity>,
    day: NaiveDate,
    every: Cycle,
) -> Option<Quantity> {
    let target = plan.target(unit, indicator)?;
    if plan.indicator(indicator).measure.is_rate() || day > plan.end {
        return None;
    }
    let lacking = i128::from(target.0) - i128::from(figure.unwrap_or_default().0);
    let days_left = i128::from(days_in_all(plan) - days_passed(plan, day));
    let cycle = match every {
        Cycle::Weekly => 7,
        Cycle::Monthly => 30,
    };
    let each = match days_left {
        days if days <= cycle => lacking,
        days => (lacking * cycle + days - 1).div_euclid(days),
    };
    Some(Quantity(i64::try_from(each.max(0)).unwrap_or(i64::MAX)))
}

/// Days of the plan that have passed on a day, and all of them.
pub(super) fn days(plan: &Plan, day: NaiveDate) -> (i64, i64) {
    (days_passed(plan, day), days_in_all(plan))
}

/// All days of the plan, the first and the last both counted.
fn days_in_all(plan: &Plan) -> i64 {
    (plan.end - plan.start).num_days() + 1
}

fn days_passed(plan: &Plan, day: NaiveDate) -> i64 {
    ((day - plan.start).num_days() + 1).clamp(0, days_in_all(plan))
}
