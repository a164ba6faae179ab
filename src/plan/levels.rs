//! Levels (上下级): a unit of this plan whose figures are the county totals of a plan below it.
//!
//! In: what `plan.toml` says of such units, and the plans below, loaded by whoever may touch the disk.
//! Out: the plan with them, or what does not fit. Which figures those are is worked out where figures
//! are known; nothing here is stored.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::load::Problems;
use super::{Carried, IndicatorId, IndicatorNo, Plan, Problem, UnitId};

/// A unit of this plan that another plan stands for, as `plan.toml` names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Below {
    /// The unit.
    pub unit: UnitId,
    /// The other plan's folder, seen from this one's.
    pub folder: String,
    /// This plan's indicators, and the numbers they have in the other plan.
    pub indicators: Vec<(IndicatorId, IndicatorNo)>,
    /// The line of `plan.toml`.
    pub(super) line: u64,
}

impl Below {
    /// The line of `plan.toml` where it stands.
    #[must_use]
    pub fn line(&self) -> u64 {
        self.line
    }
}

/// The same with the other plan in hand.
#[derive(Debug, Clone)]
pub struct Level {
    /// The unit of this plan.
    pub unit: UnitId,
    /// The plan whose totals are its figures.
    pub plan: Arc<Plan>,
    /// This plan's indicators, and which of the other plan's each one is.
    pub indicators: BTreeMap<IndicatorId, IndicatorId>,
}

impl Plan {
    /// The plans below this one, in the order of `plan.toml`.
    #[must_use]
    pub fn levels(&self) -> &[Level] {
        &self.levels
    }

    /// The plan below that a unit's figure comes from; `None` if it is reported.
    #[must_use]
    pub fn level_of(&self, unit: UnitId, indicator: IndicatorId) -> Option<&Level> {
        let of = |level: &&Level| level.unit == unit && level.indicators.contains_key(&indicator);
        self.levels.iter().find(of)
    }

    /// The indicators a unit is asked for every period and reports itself.
    #[must_use]
    pub fn to_report(&self, unit: UnitId) -> Vec<IndicatorId> {
        let own = |id: &IndicatorId| self.level_of(self.holder(unit, *id), *id).is_none();
        self.expected(unit).iter().copied().filter(own).collect()
    }

    /// Takes in the plans below, in the order they are named in.
    ///
    /// # Errors
    /// What does not fit: cycles of plans, indicators that are not there or are counted otherwise.
    pub fn with_levels(mut self, below: &[Arc<Plan>]) -> Result<Self, Vec<Problem>> {
        let mut problems = Problems::default();
        let specs = std::mem::take(&mut self.below);
        for (at, (spec, plan)) in specs.iter().zip(below).enumerate() {
            let mut wrong = |zh: String, en: String| problems.add("plan.toml", spec.line, zh, en);
            if plan.has_below(&self.id) || plan.id == self.id {
                let id = &self.id;
                wrong(
                    format!(
                        "下级计划“{0}”又以本计划“{id}”为下级（或 id 相同），上下级不能循环",
                        plan.id
                    ),
                    format!(
                        "the plan {0} has this plan {id} below itself, or the same id",
                        plan.id
                    ),
                );
                continue;
            }
            if below[..at].iter().any(|other| other.id == plan.id) {
                wrong(
                    format!("计划“{}”已由另一个单位汇总，不能重复计数", plan.id),
                    format!("the plan {} already stands for another unit", plan.id),
                );
            }
            if plan.reporting.cycle != self.reporting.cycle {
                wrong(
                    format!("下级计划“{}”的报送周期与本计划不同", plan.id),
                    format!("the plan {} has another reporting cycle", plan.id),
                );
            }
            let mut indicators = BTreeMap::new();
            for (own, no) in &spec.indicators {
                match self.counts_alike(spec.unit, *own, plan, *no) {
                    Ok(theirs) => {
                        indicators.insert(*own, theirs);
                    }
                    Err((zh, en)) => wrong(zh, en),
                }
            }
            self.levels.push(Level { unit: spec.unit, plan: plan.clone(), indicators });
        }
        self.below = specs;
        if problems.none_so_far() { Ok(self) } else { Err(problems.list) }
    }

    /// Whether a plan with this id is below this one, at whatever depth.
    fn has_below(&self, id: &str) -> bool {
        self.levels.iter().any(|level| level.plan.id == id || level.plan.has_below(id))
    }

    /// The other plan's indicator, if its total can be this unit's figure.
    fn counts_alike(
        &self,
        unit: UnitId,
        own: IndicatorId,
        other: &Plan,
        no: IndicatorNo,
    ) -> Result<IndicatorId, (String, String)> {
        let row = self.indicator(own);
        let (name, id) = (&self.unit(unit).name, &other.id);
        let mine = row.no;
        let Some(theirs) = other.indicator_numbered(no) else {
            return Err((
                format!("{name}的指标{mine}对应下级计划“{id}”的指标{no}，而它没有这个编号"),
                format!("indicator {mine} of {name} is {no} in {id}, which has no such number"),
            ));
        };
        if row.carried != Carried::ByUnits || !self.carried(unit).contains(&own) {
            return Err((
                format!("{name}不承担指标{mine}，不能汇总"),
                format!("{name} does not carry indicator {mine}, so that nothing can be rolled up"),
            ));
        }
        let measure = &other.indicator(theirs).measure;
        if measure.base != row.measure.base {
            return Err((
                format!(
                    "指标{mine}以“{}”计，下级计划“{id}”的指标{no}以“{}”计，不能汇总",
                    row.measure.base, measure.base
                ),
                format!(
                    "indicator {mine} is counted in {}, {no} of {id} in {}",
                    row.measure.base, measure.base
                ),
            ));
        }
        if measure.is_rate() && other.indicator(theirs).carried == Carried::ByUnits {
            return Err((
                format!("下级计划“{id}”的指标{no}是比率，各单位的比率不能相加"),
                format!("{no} of {id} is a rate of its units, and rates do not add up"),
            ));
        }
        Ok(theirs)
    }
}
