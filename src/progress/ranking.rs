//! The ranking (排名): every unit that carries ranked indicators, by its score.

use std::cmp::Reverse;

use chrono::NaiveDate;

use super::ratio::{Mean, Quotient};
use super::time::Bounds;
use super::{Figures, Light, Ratio, pace};
use crate::plan::{IndicatorId, Plan, Quantity, ShortShare, UnitId};

/// Where all units stand on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ranking {
    /// The day.
    pub at: NaiveDate,
    /// The share of the plan's time that has passed on that day.
    pub pace: Ratio,
    /// In rank order; units that share a rank in the annex's order.
    pub standings: Vec<Standing>,
}

/// Where one unit stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// The unit.
    pub unit: UnitId,
    /// The place of its group in [`Plan::groups`].
    pub group: usize,
    /// The weighted mean of its completions, each capped (得分).
    pub score: Ratio,
    /// The same, uncapped: what the light goes by.
    pub mean: Ratio,
    /// Its rank; equal scores share one, and the next is as many places further on (1, 2, 2, 4).
    pub rank: u32,
    /// Its rank inside its group.
    pub group_rank: u32,
    /// Its mean completion against pace.
    pub light: Light,
    /// Ranked indicators without a figure (未报), in the annex's order.
    pub missing: Vec<IndicatorId>,
    /// Every ranked indicator of the unit, in the annex's order.
    pub completion: Vec<Completion>,
}

/// How far a unit is with one indicator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Completion {
    /// The indicator.
    pub indicator: IndicatorId,
    /// Its figure; `None` if it was not reported.
    pub figure: Option<Quantity>,
    /// Figure ÷ target, uncapped; zero if it was not reported.
    pub ratio: Ratio,
    /// What of it counts in the score: at most the cap, and less where a part is short of its share.
    pub counts: Ratio,
    /// Whether a part below its minimum share makes it count less.
    pub short: bool,
}

/// Ranks the units of a plan by the figures known on a day.
///
/// Only units with ranked indicators are in it, so no departments. The rules are the plan's
/// (`[ranking]`, `[[groups]]`); `docs/ranking.md` explains them.
#[must_use]
pub fn rank(plan: &Plan, figures: &Figures, at: NaiveDate) -> Ranking {
    let bounds = Bounds::on(plan, at);
    let mut standings: Vec<Standing> =
        plan.units().filter_map(|(unit, _)| standing(plan, figures, unit, bounds)).collect();
    standings.sort_by_key(|standing| Reverse(standing.score)); // stable: ties stay as in the annex
    let mut all = Places::default();
    let mut inside = vec![Places::default(); plan.groups.len()];
    for standing in &mut standings {
        standing.rank = all.next(standing.score);
        standing.group_rank = inside[standing.group].next(standing.score);
    }
    Ranking { at, pace: pace(plan, at), standings }
}

/// A unit's standing but for its ranks; `None` for a unit that is not ranked.
fn standing(plan: &Plan, figures: &Figures, unit: UnitId, bounds: Bounds) -> Option<Standing> {
    let ranked = plan.ranked(unit);
    let group = plan.group_of(unit).filter(|_| !ranked.is_empty())?;
    let cap = Quotient::of(plan.ranking.cap.0, 10_000);
    let (mut score, mut mean) = (Mean::default(), Mean::default());
    let mut completion = Vec::with_capacity(ranked.len());
    let mut missing = Vec::new();
    for indicator in ranked.iter().copied() {
        let figure = figures.get(unit, indicator);
        if figure.is_none() {
            missing.push(indicator);
        }
        let target = plan.target(unit, indicator).unwrap_or_default();
        let quotient = Quotient::of(figure.unwrap_or_default().0, target.0);
        let borne = borne_out(plan, figures, unit, indicator).filter(|borne| *borne < quotient);
        let counts = borne.unwrap_or(quotient);
        let weight = plan.ranking.weight(indicator);
        score.add(counts.min(cap), weight);
        mean.add(counts, weight);
        completion.push(Completion {
            indicator,
            figure,
            ratio: quotient.settled(),
            counts: counts.min(cap).settled(),
            short: borne.is_some(),
        });
    }
    let (score, mean) = (score.settled(), mean.settled());
    let light = bounds.light(mean);
    Some(Standing { unit, group, score, mean, rank: 0, group_rank: 0, light, missing, completion })
}

/// How much of a whole its parts bear out, where the plan's rules ask for it: each part ÷ its minimum
/// share ÷ the whole's target. A part that was not reported takes nothing away.
fn borne_out(plan: &Plan, figures: &Figures, unit: UnitId, whole: IndicatorId) -> Option<Quotient> {
    if plan.ranking.short_share == ShortShare::Note {
        return None;
    }
    let target = plan.target(unit, whole)?;
    let parts = plan.parts(whole).filter_map(|part| {
        let share = plan.indicator(part).min_share?;
        let figure = figures.get(unit, part)?;
        // Shares are in 0.01 %.
        Some(Quotient::of(figure.0.checked_mul(10_000)?, target.0.checked_mul(share.0)?))
    });
    parts.min()
}

/// Gives out places in the order of falling scores.
#[derive(Debug, Clone, Copy, Default)]
struct Places {
    given: u32,
    last: Option<(Ratio, u32)>,
}

impl Places {
    fn next(&mut self, score: Ratio) -> u32 {
        self.given += 1;
        let place = match self.last {
            Some((same, place)) if same == score => place,
            _ => self.given,
        };
        self.last = Some((score, place));
        place
    }
}
