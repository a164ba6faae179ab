//! `[[levels]]` of `plan.toml`: units that a plan below stands for.

use std::collections::{BTreeMap, HashMap, HashSet};

use serde::Deserialize;

use super::{Problems, Row, line_of};
use crate::plan::levels::Below;
use crate::plan::{Indicator, IndicatorId, IndicatorNo, UnitId};

/// One `[[levels]]`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LevelToml {
    unit: String,
    plan: String,
    indicators: BTreeMap<String, String>,
}

/// Reads them; what the other plans are is not known here.
pub(super) fn read(
    levels: Vec<LevelToml>,
    text: &str,
    indicators: &[Row<Indicator>],
    units: &HashMap<String, UnitId>,
    problems: &mut Problems,
) -> Vec<Below> {
    const FILE: &str = "plan.toml";
    let mut read = Vec::new();
    let mut seen = HashSet::new();
    for level in levels {
        let line = line_of(text, &format!("\"{}\"", level.plan));
        let Some(unit) = units.get(&level.unit).copied() else {
            problems.add(
                FILE,
                line,
                format!("levels：“{}”不在 units.csv 中", level.unit),
                format!("levels: {:?} is no unit", level.unit),
            );
            continue;
        };
        if !seen.insert(unit) {
            problems.add(
                FILE,
                line,
                format!("levels：{}写了两次", level.unit),
                format!("levels: {} is there twice", level.unit),
            );
        }
        let place = |no: IndicatorNo| {
            let at = indicators.iter().position(|row| row.value.no == no)?;
            u16::try_from(at).ok().map(IndicatorId)
        };
        let mut pairs = Vec::new();
        for (own, theirs) in &level.indicators {
            let known = own.parse().ok().and_then(place);
            match (known, theirs.parse()) {
                (Some(own), Ok(theirs)) => pairs.push((own, theirs)),
                (None, _) => problems.add(
                    FILE,
                    line,
                    format!("levels：本计划没有指标“{own}”"),
                    format!("levels: this plan has no indicator {own:?}"),
                ),
                (_, Err(_)) => problems.add(
                    FILE,
                    line,
                    format!("levels：指标编号“{theirs}”不合格式"),
                    format!("levels: {theirs:?} is no indicator's number"),
                ),
            }
        }
        if level.indicators.is_empty() {
            problems.add(
                FILE,
                line,
                format!("levels：{}没有写明汇总哪些指标", level.unit),
                format!("levels: {} names no indicators", level.unit),
            );
        }
        read.push(Below { unit, folder: level.plan, indicators: pairs, line });
    }
    read
}
