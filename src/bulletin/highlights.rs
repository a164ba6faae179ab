//! What a ranking says at a glance: who leads each group, who lags, who has gained most.

use crate::plan::{Plan, UnitId};
use crate::progress::{Ranking, Ratio, Standing};
use crate::texts::contexts::GroupEnds;

/// The most units named from either end of a group.
const MOST_NAMED: usize = 3;

/// What stands out.
pub(super) struct Highlights {
    /// The ends of each group, where it has any.
    pub groups: Vec<GroupEnds>,
    /// Who has gained most places, and how many.
    pub improved: Option<(Vec<String>, i64)>,
}

impl Highlights {
    /// What stands out of a ranking. `last` gives a unit's rank in the bulletin before.
    pub fn of(plan: &Plan, ranking: &Ranking, last: &dyn Fn(UnitId) -> Option<i64>) -> Self {
        let groups = (0..plan.groups.len()).filter_map(|group| {
            let inside: Vec<&Standing> =
                ranking.standings.iter().filter(|one| one.group == group).collect();
            ends(plan, &inside).map(|(first, last)| GroupEnds {
                group: plan.groups[group].name.clone(),
                first,
                last,
            })
        });
        let gained = |one: &Standing| {
            let places = last(one.unit)? - i64::from(one.rank);
            Some((one.unit, places)).filter(|(_, places)| *places > 0)
        };
        let gained: Vec<(UnitId, i64)> = ranking.standings.iter().filter_map(gained).collect();
        let most = gained.iter().map(|(_, places)| *places).max();
        let improved = most.map(|most| {
            let best = gained.iter().filter(|(_, places)| *places == most);
            (best.map(|(unit, _)| plan.unit(*unit).name.clone()).collect(), most)
        });
        Self { groups: groups.collect(), improved }
    }
}

/// The first and the last of a group. Nobody is named where all stand alike, and nobody at both ends.
fn ends(plan: &Plan, inside: &[&Standing]) -> Option<(Vec<String>, Vec<String>)> {
    let (best, worst) = (inside.first()?.score, inside.last()?.score);
    if best == worst {
        return None;
    }
    let named = MOST_NAMED.min(inside.len() / 2);
    let name = |one: &&Standing| plan.unit(one.unit).name.clone();
    // Who has nothing leads nobody, and who shares the best score is not behind.
    let first = inside.iter().take(named).filter(|one| one.score > Ratio::ZERO);
    let last = inside.iter().rev().take(named).filter(|one| one.score < best);
    Some((first.map(name).collect(), last.map(name).collect()))
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;

    use super::*;
    use crate::plan::Quantity;
    use crate::progress::{Figures, rank};

    fn told(figures: &[(&str, i64)]) -> String {
        let plan = crate::plan::load::lanxi();
        let mut all = Figures::new(&plan);
        for (unit, value) in figures {
            let id = plan.indicator_numbered("6".parse().unwrap()).unwrap();
            all.set(plan.unit_named(unit).unwrap(), id, Some(Quantity(*value)));
        }
        let ranking = rank(&plan, &all, NaiveDate::from_ymd_opt(2019, 6, 21).unwrap());
        let before = |unit: UnitId| (plan.unit(unit).name == "云山街道").then_some(9);
        let told = Highlights::of(&plan, &ranking, &before);
        let groups = told.groups.iter().map(|group| {
            format!("{}: {} | {}\n", group.group, group.first.join(" "), group.last.join(" "))
        });
        groups.collect::<String>() + &format!("{:?}", told.improved)
    }

    #[test]
    fn nobody_stands_out_where_nothing_is_reported() {
        assert_eq!(told(&[]), "Some(([\"云山街道\"], 8))");
    }

    #[test]
    fn each_group_has_its_ends() {
        insta::assert_snapshot!(told(&[("兰江", 5), ("云山", 2), ("游埠", 4), ("诸葛", 3)]), @r#"
        街道: 兰江街道 云山街道 | 女埠街道 赤溪街道 永昌街道
        乡镇: 诸葛镇 游埠镇 | 柏社乡 水亭畲族乡 灵洞乡
        Some((["云山街道"], 6))
        "#);
    }
}
