//! The assessment (目标责任考核) of a year: points for figures, bonus, and what is taken off, each
//! with the line that explains it.
//!
//! In: the figures as of the year's end, and how punctual each unit was. Out: [`Assessment`].
//! Points are whole hundredths, so a unit can add up its lines by hand to the last digit.
//! `docs/assessment.md` states the rules for readers and works an example.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};

use super::time::days;
use super::{Figures, Ratio};
use crate::plan::{
    AssessmentRules, Carried, FullPoints, IndicatorId, Period, Plan, Points, Quantity, UnitId,
};

/// How a unit reported in the year. What is nobody's fault is not in it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Conduct {
    /// Periods with something late, and nothing missing.
    pub late: Vec<Period>,
    /// Periods with something not reported at all.
    pub missing: Vec<Period>,
    /// How many figures a reviewer has sent back.
    pub returned: usize,
}

/// All units of a year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assessment {
    /// The year.
    pub year: i32,
    /// The day whose pace the figures are held against: the year's last, or today before it.
    pub at: NaiveDate,
    /// Days of the plan that have passed on that day, and all its days.
    pub days: (i64, i64),
    /// Group by group in the plan's order, departments last; inside a group in rank order.
    pub units: Vec<Assessed>,
}

/// One unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assessed {
    /// The unit.
    pub unit: UnitId,
    /// The place of its group in [`Plan::groups`]; `None` for departments.
    pub group: Option<usize>,
    /// Its rank inside the group; equal totals share one.
    pub rank: u32,
    /// Points for figures.
    pub base: Points,
    /// Points beyond.
    pub bonus: Points,
    /// Points taken off, not negative.
    pub minus: Points,
    /// All of it, at least nothing.
    pub total: Points,
    /// What it is made of, in the order to be added up.
    pub lines: Vec<Line>,
}

/// One line of the sum.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// What it is for.
    pub item: Item,
    /// What it adds; negative where it takes off.
    pub points: Points,
}

/// What a line is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Item {
    /// A figure against what is due: full points at that, in proportion below.
    Figure(Held),
    /// Whole percents beyond what is due.
    Bonus {
        /// The indicator.
        indicator: IndicatorId,
        /// How many.
        percents: i64,
        /// Whether the cap counts instead.
        capped: bool,
    },
    /// A part (其中) below its minimum share.
    Short {
        /// The part.
        part: IndicatorId,
        /// Its share.
        share: Ratio,
        /// What it should be at least, in 0.01 %.
        least: Quantity,
    },
    /// Periods with something late.
    Late(Vec<Period>),
    /// Periods with something missing.
    Missing(Vec<Period>),
    /// Figures that were sent back.
    Returned(usize),
    /// What the most that is taken off gives back.
    MinusCap,
    /// What is given back because nobody has less than nothing.
    Floor,
}

/// A figure held against what is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Held {
    /// The indicator.
    pub indicator: IndicatorId,
    /// Its figure; `None` if not reported, which counts as zero.
    pub figure: Option<Quantity>,
    /// The target.
    pub target: Quantity,
    /// What is due is this share of the target: days passed, all days; 1, 1 for the whole.
    pub share: (i64, i64),
    /// Its full points.
    pub full: Points,
}

impl Held {
    /// Full points if what is due is reached, else in proportion, rounded half up to hundredths.
    fn points(&self) -> Points {
        let (reached, due) = self.sides();
        if reached >= due {
            return self.full;
        }
        let share = (i128::from(self.full.0) * reached * 2 + due) / (due * 2);
        Points(i64::try_from(share).unwrap_or_default())
    }

    /// Whole percents beyond what is due.
    fn beyond(&self) -> i64 {
        let (reached, due) = self.sides();
        i64::try_from((reached * 100 / due - 100).max(0)).unwrap_or(i64::MAX)
    }

    /// Figure and what is due, over the same denominator.
    fn sides(&self) -> (i128, i128) {
        let (passed, all) = self.share;
        let figure = self.figure.unwrap_or_default().0.max(0);
        let due = i128::from(self.target.0) * i128::from(passed);
        (i128::from(figure) * i128::from(all), due.max(1))
    }

    /// What is due, in hundredths of the base unit, rounded half up: for readers, nothing is
    /// reckoned with it.
    #[must_use]
    pub fn due_hundredths(&self) -> i64 {
        let (passed, all) = (i128::from(self.share.0), i128::from(self.share.1.max(1)));
        let due = (i128::from(self.target.0) * passed * 200 + all) / (all * 2);
        i64::try_from(due).unwrap_or(i64::MAX)
    }
}

/// The last day of a year inside the plan; `None` if the plan has no day in it.
#[must_use]
pub fn last_day(plan: &Plan, year: i32) -> Option<NaiveDate> {
    let day = NaiveDate::from_ymd_opt(year, 12, 31)?.min(plan.end);
    (day >= plan.start && day.year() == year).then_some(day)
}

/// The last period of a year: figures reported for a later one do not count in it.
#[must_use]
pub fn last_period(plan: &Plan, year: i32) -> Option<Period> {
    let mut period = Period::containing(last_day(plan, year)?, plan.reporting.cycle);
    // The last days of December may lie in the first week of the next year.
    while period.year > year {
        period = period.previous();
    }
    Some(period)
}

/// The indicators a unit is assessed by: those it is ranked by; for a department, what it leads.
#[must_use]
pub fn assessed_by(plan: &Plan, rules: &AssessmentRules, unit: UnitId) -> Vec<IndicatorId> {
    let led = |id: &IndicatorId| {
        let row = plan.indicator(*id);
        let own = row.carried == Carried::ByLeads && !row.no.is_part() && !row.no.is_goal();
        own && plan.target(unit, *id).is_some_and(|target| target.0 > 0)
    };
    let all = if plan.unit(unit).is_department() {
        plan.carried(unit).iter().copied().filter(led).collect()
    } else {
        plan.ranked(unit).to_vec()
    };
    all.into_iter().filter(|id| rules.weight(*id) > 0).collect()
}

/// Assesses a year by the figures as of its end. `at` is the year's last day, or an earlier one for
/// where things stand. Without `conduct` nothing is taken off for reports.
#[must_use]
pub fn assess(
    plan: &Plan,
    rules: &AssessmentRules,
    figures: &Figures,
    conduct: &BTreeMap<UnitId, Conduct>,
    (year, at): (i32, NaiveDate),
) -> Assessment {
    let days = days(plan, at);
    let none = Conduct::default();
    let mut units: Vec<Assessed> = plan
        .units()
        .filter_map(|(unit, _)| {
            let conduct = conduct.get(&unit).unwrap_or(&none);
            assessed(plan, rules, figures, (unit, conduct), days)
        })
        .collect();
    // Stable: equal totals stay as in the annex.
    units.sort_by_key(|one| (one.group.unwrap_or(usize::MAX), Reverse(one.total)));
    for at in 0..units.len() {
        let group = units[at].group;
        let better = |one: &&Assessed| one.group == group && one.total > units[at].total;
        let better = units.iter().filter(better).count();
        units[at].rank = u32::try_from(better + 1).unwrap_or(u32::MAX);
    }
    Assessment { year, at, days, units }
}

fn assessed(
    plan: &Plan,
    rules: &AssessmentRules,
    figures: &Figures,
    (unit, conduct): (UnitId, &Conduct),
    days: (i64, i64),
) -> Option<Assessed> {
    let indicators = assessed_by(plan, rules, unit);
    if indicators.is_empty() {
        return None;
    }
    let mut lines = Vec::new();
    let (mut base, mut bonus) = (Points::default(), Points::default());
    let all: i64 = indicators.iter().map(|id| i64::from(rules.weight(*id))).sum();
    let mut passed = 0;
    for id in indicators.iter().copied() {
        let before = rules.points.0 * passed / all;
        passed += i64::from(rules.weight(id));
        // Split by weight so that the parts add up to the whole.
        let full = Points(rules.points.0 * passed / all - before);
        let row = plan.indicator(id);
        let in_full = rules.full == FullPoints::Target || row.measure.is_rate();
        let held = Held {
            indicator: id,
            figure: figures.get(plan.holder(unit, id), id),
            target: plan.target(unit, id).unwrap_or_default(),
            share: if in_full { (1, 1) } else { days },
            full,
        };
        base = base + held.points();
        lines.push(Line { item: Item::Figure(held), points: held.points() });
        let percents = held.beyond();
        let whole = Points(rules.bonus.0.saturating_mul(percents));
        let more = whole.min(rules.bonus_cap);
        if more > Points::default() {
            bonus = bonus + more;
            let capped = more < whole;
            let item = Item::Bonus { indicator: id, percents, capped };
            lines.push(Line { item, points: more });
        }
    }
    let mut slips = short_parts(plan, rules, figures, unit, &indicators);
    let mut slip = |item: Item, each: Points, times: usize| {
        if times > 0 && each > Points::default() {
            slips.push(Line { item, points: Points::default() - each.times(times) });
        }
    };
    slip(Item::Late(conduct.late.clone()), rules.late, conduct.late.len());
    slip(Item::Missing(conduct.missing.clone()), rules.missing, conduct.missing.len());
    slip(Item::Returned(conduct.returned), rules.returned, conduct.returned);
    let off = Points::default() - slips.iter().map(|line| line.points).sum();
    let minus = off.min(rules.minus_cap);
    lines.append(&mut slips);
    let mut give_back = |item, points: Points| {
        if points > Points::default() {
            lines.push(Line { item, points });
        }
    };
    give_back(Item::MinusCap, off - minus);
    let sum = base + bonus - minus;
    let total = sum.max(Points::default());
    give_back(Item::Floor, total - sum);
    Some(Assessed { unit, group: plan.group_of(unit), rank: 0, base, bonus, minus, total, lines })
}

/// The parts of a unit's indicators that are below their minimum share. What was not reported is
/// not judged.
fn short_parts(
    plan: &Plan,
    rules: &AssessmentRules,
    figures: &Figures,
    unit: UnitId,
    indicators: &[IndicatorId],
) -> Vec<Line> {
    let parts = indicators.iter().flat_map(|whole| plan.parts(*whole).map(|part| (*whole, part)));
    let short = parts.filter_map(|(whole, part)| {
        let least = plan.indicator(part).min_share?;
        let of = |id| figures.get(plan.holder(unit, id), id);
        let (part_figure, whole_figure) = (of(part)?.0, of(whole)?.0);
        let below =
            i128::from(part_figure) * 10_000 < i128::from(whole_figure) * i128::from(least.0);
        let share = Ratio::of(part_figure, whole_figure);
        below.then_some(Item::Short { part, share, least })
    });
    let line = |item| Line { item, points: Points::default() - rules.short };
    short.filter(|_| rules.short > Points::default()).map(line).collect()
}
