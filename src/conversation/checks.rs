//! Checks that ask before storing: is this total what was meant?
//!
//! A figure in question is not stored until somebody confirms it. The rules are the plan's
//! (`[checks]` in `plan.toml`).

use crate::conversation::snapshot::InForce;
use crate::plan::{IndicatorId, Period, Plan, Quantity, UnitId};

/// Why a total looks wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Doubt {
    /// Less than the last total, though running totals do not fall.
    Fell {
        /// The last total.
        from: Quantity,
    },
    /// More of the target at once than the time since the last total accounts for.
    Jumped {
        /// The last total; nothing before the first report.
        from: Option<Quantity>,
    },
    /// Beyond the most that counts.
    OverCap {
        /// The target.
        target: Quantity,
    },
}

impl Doubt {
    /// The reason's word in templates.
    pub fn word(self) -> &'static str {
        match self {
            Self::Fell { .. } => "fell",
            Self::Jumped { .. } => "jumped",
            Self::OverCap { .. } => "over_cap",
        }
    }
}

/// What is doubtful about a new total of a unit, if anything.
pub(super) fn doubt(
    plan: &Plan,
    unit: UnitId,
    indicator: IndicatorId,
    before: Option<InForce>,
    total: Quantity,
    period: Period,
) -> Option<Doubt> {
    let rules = &plan.checks;
    let measure = &plan.indicator(indicator).measure;
    let last = before.map(|before| before.total);
    if let Some(from) = last.filter(|from| rules.fall && total < *from && !measure.is_rate()) {
        return Some(Doubt::Fell { from });
    }
    // A part without a target of its own is measured by that of its whole.
    let whole = plan.indicator(indicator).whole;
    let target = plan.target(unit, indicator).or_else(|| plan.target(unit, whole?));
    let target = target.filter(|target| target.0 > 0)?;
    let over = |value: Quantity| times(value.0, 10_000) > times(target.0, plan.ranking.cap.0);
    if rules.over_cap && over(total) && !last.is_some_and(over) {
        return Some(Doubt::OverCap { target });
    }
    if measure.is_rate() {
        return None;
    }
    let from = before.map_or(plan.start, |before| before.period.first_day());
    let to = if before.is_some() { period.first_day() } else { period.last_day().min(plan.end) };
    let shortest = (period.last_day() - period.first_day()).num_days() + 1;
    let days = (to - from).num_days().max(shortest);
    let grown = total.0.saturating_sub(last.map_or(0, |last| last.0));
    let due = times(target.0, days) * i128::from(rules.jump_times);
    let whole = i128::from((plan.end - plan.start).num_days() + 1);
    let jumped = times(grown, 1) * whole > due
        && times(grown, 10_000) > times(target.0, rules.jump_share.0)
        && times(grown, 1) >= times(rules.jump_least, measure.scale);
    jumped.then_some(Doubt::Jumped { from: last })
}

fn times(a: i64, b: i64) -> i128 {
    i128::from(a) * i128::from(b)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(unit: &str, indicator: &str, before: Option<(i64, &str)>, total: i64) -> String {
        let plan = crate::plan::load::lanxi();
        let id = plan.indicator_numbered(indicator.parse().unwrap()).unwrap();
        let before = before.map(|(total, period)| InForce {
            total: Quantity(total),
            period: period.parse().unwrap(),
            revision: 1,
        });
        let unit = plan.unit_named(unit).unwrap();
        let doubt = doubt(&plan, unit, id, before, Quantity(total), "2019-W25".parse().unwrap());
        doubt.map_or("", Doubt::word).to_owned()
    }

    #[test]
    fn what_is_plausible_is_not_asked() {
        assert_eq!(check("兰江街道", "1", None, 800), "", "pace would be 801 of 1,647");
        assert_eq!(check("兰江街道", "1", Some((800, "2019-W24")), 812), "");
        assert_eq!(check("兰江街道", "6", Some((2, "2019-W24")), 3), "");
        assert_eq!(check("兰江街道", "6", Some((2, "2019-W24")), 4), "", "two at once happens");
        assert_eq!(check("兰江街道", "6", Some((0, "2018-W20")), 3), "", "after a year");
        assert_eq!(check("水亭畲族乡", "14", None, 1), "", "one park is the whole target");
        assert_eq!(check("兰江街道", "1", Some((2100, "2019-W24")), 2101), "", "confirmed before");
        assert_eq!(
            check("市税务局", "18", Some((9_900, "2019-W24")), 9_850),
            "",
            "a rate may fall"
        );
    }

    #[test]
    fn what_is_not_is_asked() {
        assert_eq!(check("兰江街道", "1", None, 1_200_000), "over_cap", "万 by mistake");
        assert_eq!(check("兰江街道", "6", None, 1_000), "over_cap");
        assert_eq!(check("市税务局", "18", None, 12_100), "over_cap", "121 %");
        assert_eq!(check("兰江街道", "1", Some((800, "2019-W24")), 799), "fell");
        assert_eq!(check("兰江街道", "1", Some((800, "2019-W24")), 1_012), "jumped");
        assert_eq!(check("兰江街道", "6", Some((2, "2019-W24")), 5), "jumped");
        assert_eq!(check("兰江街道", "1", Some((1_647, "2019-W24")), 2_100), "over_cap");
    }
}
