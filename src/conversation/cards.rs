//! A unit's own figures: `/my`, and `/why` it stands where it stands.

use super::Turn;
use super::event::{MessageId, Said};
use super::flags::counted;
use super::permissions::{Act, may};
use super::report::outside;
use super::snapshot::Account;
use super::standing::{places, unit_meant};
use crate::plan::{Measure, UnitId};
use crate::progress::{Completion, Light, Ratio, completion, light, need, rank};
use crate::texts;
use crate::texts::contexts::{Mine, Moment, MyLine, Named, PeriodWords, ScoreLine, Why};

/// `/my`: the unit's card.
pub(super) fn mine(turn: &mut Turn<'_>, said: &Said, account: &Account) {
    let unit = account.unit.filter(|_| may(account.role, Act::SeeOwnUnit));
    let Some(unit) = unit else { return turn.not_allowed(said, "liaison", "/my") };
    let plan = turn.plan;
    let Some(period) = turn.snapshot.period_shown(plan, unit, turn.moment.now) else {
        let text = outside(plan);
        return turn.reply(&said.place, None, &text, &[]);
    };
    let snapshot = turn.snapshot;
    let today = plan.local_day(turn.moment.now);
    let ranking = rank(plan, &snapshot.all_figures(plan), today);
    let places = places(plan, &ranking, snapshot, Some(period), &|_| None);
    let name = &plan.unit(unit).name;
    let text = Mine {
        unit: name.clone(),
        period: PeriodWords::due_from(plan, unit, period),
        lines: unit_lines(turn, unit),
        missing: Named::all(plan, &snapshot.missing(plan, unit, period)),
        place: places.into_iter().find(|place| place.unit == *name),
        pace: ranking.pace.percent(),
    };
    turn.reply(&said.place, None, &text, &[]);
}

/// Everything a unit carries: figure, target, completion, and what it takes where it is behind.
pub(super) fn unit_lines(turn: &Turn<'_>, unit: UnitId) -> Vec<MyLine> {
    let (plan, snapshot) = (turn.plan, turn.snapshot);
    let today = plan.local_day(turn.moment.now);
    let period = plan.period_at(turn.moment.now);
    let every = plan.reporting.cycle;
    let figures = snapshot.all_figures(plan);
    let below = |unit, id| {
        let rolled = snapshot.rolled.get(&(unit, id))?;
        Some(period.map_or(0, |period| rolled.lacking(period).count()))
    };
    let lines = plan.carried(unit).iter().map(|id| {
        let row = plan.indicator(*id);
        let holder = plan.holder(unit, *id);
        let in_force = snapshot.in_force(holder, *id);
        let total = in_force.map(|figure| figure.total);
        let counts = figures.get(holder, *id);
        let target = plan.target(unit, *id);
        let done = completion(total.unwrap_or_default(), target);
        // Lights and what it takes go by what counts, as the ranking does.
        let counting = completion(counts.unwrap_or_default(), target);
        // A part's target, and a goal's, is not what the lights go by.
        let lit = counting.filter(|_| row.whole.is_none() && !row.no.is_goal());
        let lit = lit.map(|done| light(plan, done, today));
        let behind = lit.is_some_and(|light| light != Light::Green);
        let need = need(plan, unit, *id, counts, today, every).filter(|need| behind && need.0 > 0);
        MyLine {
            named: Named::of(plan, *id),
            total: total.map(|total| row.measure.show(total)),
            target: target.map(|target| row.measure.show(target)),
            completion: total.and(done).map(Ratio::percent),
            reported: period.is_some_and(|period| snapshot.reported(holder, *id, period)),
            expected: plan.expected(unit).contains(id),
            light: lit.map(Light::key),
            need: need.map(|need| row.measure.show(need)),
            weekly: every == crate::plan::Cycle::Weekly,
            flags: snapshot.book.flag_words(plan, (holder, *id)),
            counted: counted(&row.measure, in_force, counts),
            below: below(holder, *id),
        }
    });
    lines.collect()
}

/// `/why`: how a unit's score came about, so that it can be reckoned by hand.
pub(super) fn why(turn: &mut Turn<'_>, said: &Said, account: &Account, name: &str) {
    let Some(unit) = unit_meant(turn, said, account, ("why", name)) else { return };
    let plan = turn.plan;
    let today = plan.local_day(turn.moment.now);
    let ranking = rank(plan, &turn.snapshot.all_figures(plan), today);
    let standing = ranking.standings.iter().find(|standing| standing.unit == unit);
    let places = places(plan, &ranking, turn.snapshot, None, &|_| None);
    let cells = standing.map_or(&[][..], |standing| &standing.completion);
    let share = |share| Measure::named("%").show(share);
    let text = Why {
        unit: plan.unit(unit).name.clone(),
        at: Moment::of(plan, turn.moment.now),
        place: places.into_iter().find(|place| place.unit == plan.unit(unit).name),
        of: ranking.standings.len(),
        lines: score_lines(turn, unit, cells),
        mean: standing.map(|standing| standing.mean.percent()).unwrap_or_default(),
        pace: ranking.pace.percent(),
        cap: share(plan.ranking.cap),
        green: share(plan.ranking.green),
        yellow: share(plan.ranking.yellow),
        excluded: excluded(turn, unit),
        weighted: cells.iter().any(|cell| plan.ranking.weight(cell.indicator) != 1),
    };
    let html = texts::render(turn.language, &text);
    turn.say((&said.place, MessageId(0)), &html, &[], None);
}

/// What each indicator adds to the score: its completion, capped, by its share of all weights.
fn score_lines(turn: &Turn<'_>, unit: UnitId, cells: &[Completion]) -> Vec<ScoreLine> {
    let plan = turn.plan;
    let weight = |cell: &Completion| plan.ranking.weight(cell.indicator);
    let all: u32 = cells.iter().map(weight).sum();
    let lines = cells.iter().map(|cell| {
        let row = plan.indicator(cell.indicator);
        let target = plan.target(unit, cell.indicator).unwrap_or_default();
        let of = (plan.holder(unit, cell.indicator), cell.indicator);
        let in_force = turn.snapshot.total(of.0, of.1).filter(|total| Some(*total) != cell.figure);
        ScoreLine {
            named: Named::of(plan, cell.indicator),
            figure: cell.figure.map(|figure| row.measure.show(figure)),
            target: row.measure.show(target),
            completion: cell.ratio.percent(),
            capped: !cell.short && cell.counts < cell.ratio,
            short: cell.short.then(|| cell.counts.percent()),
            weight: weight(cell),
            points: cell.counts.part(weight(cell), all).fine_points(),
            in_force: in_force.map(|total| row.measure.show(total)),
            flags: turn.snapshot.book.flag_words(plan, of),
        }
    });
    lines.collect()
}

/// The indicators by which a unit is not ranked, and why.
fn excluded(turn: &Turn<'_>, unit: UnitId) -> Vec<(Named, String)> {
    let all = turn.plan.ranking.excluded.iter().filter(|((of, _), _)| *of == unit);
    all.map(|((_, id), why)| (Named::of(turn.plan, *id), why.clone())).collect()
}
