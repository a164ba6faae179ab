//! The `[assessment]` table: what a year's figures and slips are worth.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::Row;
use crate::plan::{AssessmentRules, FullPoints, Indicator, IndicatorNo, Points};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AssessmentToml {
    full: FullPoints,
    points: String,
    default_weight: u32,
    bonus: String,
    bonus_cap: String,
    late: String,
    missing: String,
    returned: String,
    short: String,
    minus_cap: String,
    #[serde(default)]
    weights: BTreeMap<String, u32>,
}

impl AssessmentToml {
    pub(super) fn read(
        &self,
        indicators: &[Row<Indicator>],
        wrong: &mut impl FnMut(&str, &str, String),
    ) -> AssessmentRules {
        let mut weights = vec![self.default_weight; indicators.len()];
        for (number, weight) in &self.weights {
            let no = number.parse::<IndicatorNo>().ok();
            match indicators.iter().position(|row| Some(row.value.no) == no) {
                Some(at) => weights[at] = *weight,
                None => wrong(
                    "[assessment.weights]",
                    "考核权重所指的指标不存在",
                    format!("assessment weight for {number:?}, which is no indicator"),
                ),
            }
        }
        let mut points = |key: &str, text: &str| {
            Points::parse(text).unwrap_or_else(|| {
                wrong(
                    &format!("{key} = \"{text}\""),
                    "分值应如 \"100\"、\"0.5\"，最多两位小数",
                    format!("{key} {text:?} is no number of points"),
                );
                Points::default()
            })
        };
        AssessmentRules {
            full: self.full,
            points: points("points", &self.points),
            weights,
            bonus: points("bonus", &self.bonus),
            bonus_cap: points("bonus_cap", &self.bonus_cap),
            late: points("late", &self.late),
            missing: points("missing", &self.missing),
            returned: points("returned", &self.returned),
            short: points("short", &self.short),
            minus_cap: points("minus_cap", &self.minus_cap),
        }
    }
}
