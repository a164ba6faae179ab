//! Which figures look wrong to a reviewer, and why: what was let through by a confirmation, and what
//! only shows beside the others of the group.

use crate::conversation::checks::{Doubt, doubt};
use crate::conversation::snapshot::InForce;
use crate::plan::{IndicatorId, Measure, Plan, Quantity, UnitId};
use crate::progress::Ratio;
use crate::texts::contexts::Suspect;

/// A group says something of its members from so many on.
const LEAST_GROUP: usize = 3;

/// A figure with what was in force before its period.
#[derive(Debug, Clone, Copy)]
pub struct Seen {
    /// The unit.
    pub unit: UnitId,
    /// What is in force.
    pub now: InForce,
    /// What was before.
    pub last: Option<InForce>,
    /// Its whole, where it is a part (其中) with a minimum share.
    pub whole: Option<Quantity>,
    /// Whether the same was added twice.
    pub repeated: bool,
}

impl Seen {
    /// What came in the period.
    fn growth(&self) -> i64 {
        self.now.total.0.saturating_sub(self.last.map_or(0, |last| last.total.0))
    }

    /// What came in the period, in 0.01 % of the target.
    fn share(&self, plan: &Plan, indicator: IndicatorId) -> Option<i64> {
        let target = plan.target(self.unit, indicator).filter(|target| target.0 > 0)?;
        let share = i128::from(self.growth()) * 10_000 / i128::from(target.0);
        i64::try_from(share).ok()
    }
}

/// Why a figure looks wrong; `all` are the figures of the same indicator.
#[must_use]
pub fn suspect(plan: &Plan, indicator: IndicatorId, seen: &Seen, all: &[Seen]) -> Vec<Suspect> {
    let measure = &plan.indicator(indicator).measure;
    let show = |value| measure.show(value);
    let mut why = Vec::new();
    let Seen { unit, now, last, .. } = *seen;
    let says = |why: &'static str, values: Vec<String>| Suspect { why, values };
    let doubted = doubt(plan, unit, indicator, last, now.total, now.period);
    why.extend(doubted.map(|doubt| match doubt {
        Doubt::Fell { from } => says("fell", vec![show(from)]),
        Doubt::Jumped { from: Some(from) } => says("jumped", vec![show(from)]),
        Doubt::Jumped { from: None } => says("jumped", Vec::new()),
        Doubt::OverCap { target } => says("over_cap", vec![show(target)]),
    }));
    let least = plan.indicator(indicator).min_share;
    if let Some((least, whole)) = least.zip(seen.whole.filter(|whole| whole.0 > 0)) {
        let (part, whole) = (now.total.0, whole.0);
        if i128::from(part) * 10_000 < i128::from(least.0) * i128::from(whole) {
            let least = Measure::named("%").show(least);
            why.push(says("share", vec![Ratio::of(part, whole).percent(), least]));
        }
    }
    if let Some(median) = out_of_group(plan, indicator, seen, all) {
        let share = |share| Measure::named("%").show(Quantity(share));
        let own = seen.share(plan, indicator).unwrap_or(0);
        why.push(says("outlier", vec![share(own), share(median)]));
    }
    if seen.repeated {
        why.push(says("repeated", Vec::new()));
    }
    why
}

/// The median growth of the group, in 0.01 % of targets, if this one's is out of all proportion to it.
/// How far that is the plan's checks say (`jump_times`, `jump_share`, `jump_least`).
fn out_of_group(plan: &Plan, indicator: IndicatorId, seen: &Seen, all: &[Seen]) -> Option<i64> {
    let rules = &plan.checks;
    let measure = &plan.indicator(indicator).measure;
    let group = plan.group_of(seen.unit)?;
    let others = all.iter().filter(|one| plan.group_of(one.unit) == Some(group));
    let mut shares: Vec<i64> = others.filter_map(|one| one.share(plan, indicator)).collect();
    if measure.is_rate() || shares.len() < LEAST_GROUP {
        return None;
    }
    shares.sort_unstable();
    let median = shares[shares.len() / 2].max(0);
    let own = seen.share(plan, indicator)?;
    let far = i128::from(own) > i128::from(median) * i128::from(rules.jump_times)
        && own > rules.jump_share.0
        && i128::from(seen.growth()) >= i128::from(rules.jump_least) * i128::from(measure.scale);
    far.then_some(median)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::load::lanxi;

    fn seen(plan: &Plan, unit: &str, total: i64, last: Option<i64>) -> Seen {
        let at = |period: &str, total| InForce {
            total: Quantity(total),
            period: period.parse().unwrap(),
            revision: 1,
        };
        Seen {
            unit: plan.unit_named(unit).unwrap(),
            now: at("2019-W25", total),
            last: last.map(|last| at("2019-W24", last)),
            whole: None,
            repeated: false,
        }
    }

    fn why(plan: &Plan, no: &str, one: &Seen, all: &[Seen]) -> Vec<&'static str> {
        let id = plan.indicator_named(no).unwrap();
        suspect(plan, id, one, all).into_iter().map(|suspect| suspect.why).collect()
    }

    #[test]
    fn each_reason_is_found_and_an_ordinary_week_gives_none() {
        let plan = lanxi();
        let streets = [("兰江街道", 805), ("云山街道", 410), ("上华街道", 190)];
        let all: Vec<Seen> = streets
            .iter()
            .map(|(unit, total)| seen(&plan, unit, *total, Some(total - 4)))
            .collect();
        for one in &all {
            assert_eq!(why(&plan, "1", one, &all), [] as [&str; 0]);
        }
        let fell = seen(&plan, "兰江街道", 800, Some(801));
        assert_eq!(why(&plan, "1", &fell, &all), ["fell"]);
        let over = seen(&plan, "上华街道", 600, Some(190));
        assert_eq!(why(&plan, "1", &over, &all), ["over_cap", "outlier"]);
        let jumped = seen(&plan, "上华街道", 270, Some(190));
        assert_eq!(why(&plan, "1", &jumped, &[]), ["jumped"]);
        let twice = Seen { repeated: true, ..seen(&plan, "上华街道", 190, Some(186)) };
        assert_eq!(why(&plan, "1", &twice, &all), ["repeated"]);
        let part = Seen { whole: Some(Quantity(10)), ..seen(&plan, "上华街道", 7, Some(7)) };
        assert_eq!(why(&plan, "3.1", &part, &[]), ["share"]);
    }

    #[test]
    fn small_groups_have_no_outlier() {
        let plan = lanxi();
        let two =
            [seen(&plan, "兰江街道", 801, Some(801)), seen(&plan, "上华街道", 240, Some(190))];
        assert!(!why(&plan, "1", &two[1], &two).contains(&"outlier"));
    }
}
