//! Which figures of a report can be stored, and what must be asked first.

use std::collections::BTreeMap;

use super::Slip;
use crate::conversation::Turn;
use crate::conversation::checks::{Doubt, doubt};
use crate::conversation::pending::{Asked, Choice, Pick};
use crate::conversation::snapshot::{Current, InForce};
use crate::conversation::{ask, choices};
use crate::message::{Ask, Kind, ReadFigure, Reason, Rest};
use crate::plan::{Carried, IndicatorId, Measure, Quantity, UnitId};
use crate::texts::contexts::{Named, PeriodWords, Question};

/// The most indicators a question names in its text.
const SHOWN_CHOICES: usize = 4;

/// The most unknown names that a reply repeats.
const SHOWN_UNKNOWN: usize = 5;

/// The most questions with buttons that one message leads to; more would be a flood.
const MOST_ASKED: usize = 4;

/// A figure about to be stored.
pub(in crate::conversation) struct Accepted {
    pub figure: ReadFigure,
    pub holder: UnitId,
    /// Its number.
    pub revision: u32,
    /// In whose place it stands; its own number if it is new.
    pub place: u32,
    /// What was in force.
    pub before: Option<InForce>,
    /// What is in force with it.
    pub in_force: InForce,
}

/// What becomes of a report's figures.
#[derive(Default)]
pub(in crate::conversation) struct Settled {
    /// To be stored.
    pub accepted: Vec<Accepted>,
    /// To be asked, with answers as buttons.
    pub asked: Vec<Asked>,
    /// To be said beside the figures, since no button can answer it.
    pub remarks: Vec<Question>,
}

/// Why a figure is not stored as it is.
enum Held {
    Ask(Box<Asked>),
    Remark(Box<Question>),
}

/// Decides about each figure.
pub(in crate::conversation) fn settle(
    turn: &Turn<'_>,
    slip: &Slip<'_>,
    figures: Vec<ReadFigure>,
) -> Settled {
    let mut settled = Settled::default();
    if let Some(first) = figures.first().filter(|_| turn.plan.orders.is_locked(slip.period)) {
        let mut question = about(turn, slip, first.indicator, "locked", Vec::new());
        question.period = Some(PeriodWords::of(turn.plan, slip.period));
        settled.remarks.push(question);
        return settled;
    }
    for figure in figures {
        match accept(turn, slip, figure) {
            Ok(one) => settled.accepted.push(one),
            Err(Held::Ask(asked)) => settled.asked.push(*asked),
            Err(Held::Remark(question)) => settled.remarks.push(*question),
        }
    }
    check_parts(turn, slip, &mut settled);
    settled
}

/// Adds what the reader could not make out: with buttons where there is something to choose from.
pub(in crate::conversation) fn ask_reader(
    turn: &Turn<'_>,
    slip: &Slip<'_>,
    text: &str,
    asks: &[Ask],
    settled: &mut Settled,
) {
    let mut unknown: Vec<&Ask> = Vec::new();
    for one in asks {
        match ask::of_reader(turn, slip, text, one) {
            Some(asked) if settled.asked.len() < MOST_ASKED => settled.asked.push(asked),
            _ if one.reason == Reason::UnknownName => unknown.push(one),
            _ => settled.remarks.push(remark(turn, slip.unit, one)),
        }
    }
    // Names that the plan does not know are told in one line, however many.
    if let Some(first) = unknown.first() {
        let mut question = remark(turn, slip.unit, first);
        let names: Vec<&str> = unknown.iter().map(|one| one.said.as_str()).collect();
        question.more = names.len() > SHOWN_UNKNOWN;
        question.said = names[..names.len().min(SHOWN_UNKNOWN)].join("”、“");
        settled.remarks.push(question);
    }
}

/// Adds what the message says of all that it does not name (其余无变化).
pub(in crate::conversation) fn ask_rest(
    turn: &Turn<'_>,
    slip: &Slip<'_>,
    text: &str,
    rest: &Rest,
    named: &[IndicatorId],
    settled: &mut Settled,
) {
    if let Some(asked) = choices::of_rest(turn, slip, text, rest, named) {
        settled.asked.push(asked);
        return;
    }
    // Where something is missing all the same, there is no last figure to go by.
    let missing = turn.snapshot.missing(turn.plan, slip.unit, slip.period);
    if let Some(first) = missing.iter().find(|id| !named.contains(id)) {
        let mut question = about(turn, slip, *first, "no_last", Vec::new());
        text.get(rest.span.clone()).unwrap_or_default().clone_into(&mut question.said);
        settled.remarks.push(question);
    }
}

fn accept(turn: &Turn<'_>, slip: &Slip<'_>, figure: ReadFigure) -> Result<Accepted, Held> {
    let plan = turn.plan;
    let (unit, id) = (slip.unit, figure.indicator);
    let holder = plan.holder(unit, id);
    let row = plan.indicator(id);
    let show = |value| row.measure.show(value);
    if let Some(level) = plan.level_of(holder, id) {
        let from = crate::conversation::plans::name(&level.plan.titles);
        let question = about(turn, slip, id, "rolled_up", vec![from]);
        return Err(Held::Remark(Box::new(question)));
    }
    let current = turn.current(holder, id);
    let in_force = current.and_then(|current| current.in_force);
    let revision = current.map_or(0, |current| current.latest) + 1;
    // What this message, or the report it corrects, has said of it before is replaced.
    let ledger = turn.ledger(holder, id);
    let corrected = || ledger.of_message(slip.corrects?.chat, slip.corrects?.message);
    let place = ledger.of_message(slip.key.chat, slip.key.message).or_else(corrected);
    let same_period = |place: &u32| ledger.top(*place).is_some_and(|top| top.period == slip.period);
    let place = place.filter(same_period);
    if let Some(later) = place.and_then(|place| ledger.covered(place)) {
        let question = about(turn, slip, id, "overtaken", vec![show(later.value)]);
        return Err(Held::Remark(Box::new(question)));
    }
    let before = place.map_or(in_force, |place| ledger.before(place));
    if let Some(newer) = before.filter(|before| before.period > slip.period) {
        let mut question = about(turn, slip, id, "newer", vec![show(newer.total)]);
        question.period = Some(PeriodWords::of(plan, newer.period));
        return Err(Held::Remark(Box::new(question)));
    }
    let own = match figure.kind {
        Kind::Total => figure.value,
        Kind::Increment => {
            let Some(last) = before else {
                let (value, kind) = (figure.value, Kind::Total);
                return Err(ask_about(turn, id, "no_total", vec![show(value)], (kind, value)));
            };
            let sum = Quantity(last.total.0.saturating_add(figure.value.0));
            let repeated = place.is_none()
                && figure.value.0 != 0
                && ledger.is_added(slip.period, figure.value);
            if repeated && !slip.confirmed {
                let values = vec![show(figure.value), show(sum)];
                let pick = (figure.kind, figure.value);
                return Err(ask_about(turn, id, "repeated", values, pick));
            }
            sum
        }
    };
    let said = (figure.kind, figure.value);
    let fits = figure.kind == Kind::Total
        || before.is_some_and(|last| last.total.0.checked_add(figure.value.0).is_some());
    let new = InForce { total: own, period: slip.period, revision };
    let now = match place {
        Some(place) => ledger.with(place, said, revision),
        None => Some(new).filter(|_| fits),
    };
    let Some(now) = now else {
        let question = about(turn, slip, id, "too_large", vec![show(figure.value)]);
        return Err(Held::Remark(Box::new(question)));
    };
    if !slip.confirmed
        && let Some(held) = in_doubt(turn, slip, (id, said), (before, current), now.total)
    {
        return Err(held);
    }
    let place = place.unwrap_or(revision);
    Ok(Accepted { figure, holder, revision, place, before: in_force, in_force: now })
}

/// A question about one figure, whose one answer stores it.
fn ask_about(
    turn: &Turn<'_>,
    id: IndicatorId,
    reason: &str,
    values: Vec<String>,
    (kind, value): (Kind, Quantity),
) -> Held {
    let row = turn.plan.indicator(id);
    Held::Ask(Box::new(Asked {
        reason: reason.to_owned(),
        said: row.short.clone(),
        about: Some(row.no),
        values,
        choices: vec![Choice { figures: vec![Pick::new(turn.plan, id, value, kind)] }],
        confirms: reason != "no_total",
        ..Asked::default()
    }))
}

/// The question that must be answered before a total is stored, if there is one. `before` is what was
/// in force, and what came last.
fn in_doubt(
    turn: &Turn<'_>,
    slip: &Slip<'_>,
    (id, pick): (IndicatorId, (Kind, Quantity)),
    (before, current): (Option<InForce>, Option<Current>),
    total: Quantity,
) -> Option<Held> {
    let (plan, row) = (turn.plan, turn.plan.indicator(id));
    let show = |value| row.measure.show(value);
    let joint = row.carried == Carried::ByLeads && row.leads.len() > 1;
    let by_another = current.is_some_and(|current| current.by != slip.account.user);
    let other = before.filter(|before| before.period == slip.period && before.total != total);
    if let Some(other) = other.filter(|_| joint && by_another) {
        let values = vec![show(total), show(other.total)];
        return Some(ask_about(turn, id, "other_lead", values, pick));
    }
    let doubt = doubt(plan, slip.unit, id, before, total, slip.period)?;
    let less = |a: Quantity, b: Quantity| show(Quantity(a.0.saturating_sub(b.0)));
    let values = match doubt {
        Doubt::Fell { from } => vec![show(total), show(from), less(from, total)],
        Doubt::Jumped { from: Some(from) } => vec![show(total), show(from), less(total, from)],
        Doubt::Jumped { from: None } => vec![show(total)],
        Doubt::OverCap { target } => {
            let cap = Measure::named("%").show(plan.ranking.cap);
            vec![show(total), show(target), cap]
        }
    };
    Some(ask_about(turn, id, doubt.word(), values, pick))
}

/// A part that fits only the total in doubt of its whole waits with it: one answer stores both.
fn hold_parts(turn: &Turn<'_>, unit: UnitId, settled: &mut Settled) {
    let plan = turn.plan;
    let mut at = 0;
    while let Some(asked) = settled.asked.get(at) {
        at += 1;
        let whole = asked.about.and_then(|no| plan.indicator_numbered(no));
        let Some(whole) = whole.filter(|_| asked.confirms) else { continue };
        let now = turn.current(plan.holder(unit, whole), whole);
        let Some(now) = now.and_then(|current| current.in_force) else { continue };
        let part = |id: IndicatorId| plan.indicator(id).whole == Some(whole);
        let mut held: Vec<Pick> = Vec::new();
        settled.accepted.retain(|one| {
            let (id, value, kind) = (one.figure.indicator, one.figure.value, one.figure.kind);
            let waits = part(id) && one.in_force.total > now.total;
            if waits {
                held.push(Pick::new(plan, id, value, kind));
            }
            !waits
        });
        settled.asked.retain(|other| {
            let [Choice { figures }] = &other.choices[..] else { return true };
            let id = other.about.and_then(|no| plan.indicator_numbered(no));
            let waits = other.confirms && id.is_some_and(part);
            if waits {
                held.extend(figures);
            }
            !waits
        });
        let of_whole = |one: &&mut Asked| one.about == Some(plan.indicator(whole).no);
        let choice =
            settled.asked.iter_mut().find(of_whole).and_then(|one| one.choices.first_mut());
        if let Some(choice) = choice {
            choice.figures.extend(held);
        }
    }
}

/// A part may not be more than its whole, whether both stand in this report or one was stored.
fn check_parts(turn: &Turn<'_>, slip: &Slip<'_>, settled: &mut Settled) {
    let (plan, unit) = (turn.plan, slip.unit);
    hold_parts(turn, unit, settled);
    let mut totals: BTreeMap<IndicatorId, Quantity> =
        settled.accepted.iter().map(|one| (one.figure.indicator, one.in_force.total)).collect();
    for (part, indicator) in plan.indicators() {
        let Some(whole) = indicator.whole else { continue };
        let value = |id: IndicatorId| {
            let now = || turn.current(plan.holder(unit, id), id)?.in_force;
            let stored = || now().map(|now| now.total);
            totals.get(&id).copied().or_else(stored)
        };
        let new = totals.contains_key(&part) || totals.contains_key(&whole);
        let (Some(of_part), Some(of_whole)) = (value(part), value(whole)) else { continue };
        if !new || of_part <= of_whole {
            continue;
        }
        let show = |id: IndicatorId, total| {
            let row = plan.indicator(id);
            format!("{}{}", row.short, row.measure.show(total))
        };
        let mut question = about(turn, slip, part, Reason::PartExceedsWhole.as_str(), Vec::new());
        question.said = format!("{}，{}", show(whole, of_whole), show(part, of_part));
        question.example = turn.desk.example(unit, &[whole], turn.snapshot);
        settled.remarks.push(question);
        let beside = |one: &Accepted| ![part, whole].contains(&one.figure.indicator);
        settled.accepted.retain(beside);
        totals.retain(|id, _| *id != part && *id != whole);
    }
}

/// A remark about an indicator.
fn about(
    turn: &Turn<'_>,
    slip: &Slip<'_>,
    id: IndicatorId,
    reason: &'static str,
    values: Vec<String>,
) -> Question {
    let named = Named::of(turn.plan, id);
    Question {
        reason,
        said: named.name.clone(),
        indicator: Some(named),
        choices: Vec::new(),
        more: false,
        values,
        unit: None,
        period: None,
        example: turn.desk.example(slip.unit, &[id], turn.snapshot),
    }
}

/// What the reader could not make out, in words.
pub(in crate::conversation) fn remark(turn: &Turn<'_>, unit: UnitId, ask: &Ask) -> Question {
    let plan = turn.plan;
    let mine = |id: &IndicatorId| plan.carried(unit).contains(id);
    let choices: Vec<IndicatorId> = ask.choices.iter().copied().filter(mine).collect();
    let about = match (ask.indicator, choices.first()) {
        (Some(id), _) if mine(&id) => vec![id],
        (_, Some(id)) => vec![*id],
        _ => plan.expected(unit).to_vec(),
    };
    let measure = ask.indicator.map(|id| &plan.indicator(id).measure);
    let values = ask.values.iter().map(|value| match measure {
        Some(measure) => measure.show(*value),
        None => value.0.to_string(),
    });
    let example = turn.desk.example(unit, about.get(..1).unwrap_or_default(), turn.snapshot);
    // 餐饮1住宿1 names one indicator twice; nobody says whether it is one or two.
    let twice = ask.reason == Reason::Conflict
        && ask.values.windows(2).all(|pair| pair.first() == pair.last());
    Question {
        reason: if twice { "twice" } else { ask.reason.as_str() },
        said: ask.said.clone(),
        indicator: ask.indicator.map(|id| Named::of(plan, id)),
        more: choices.len() > SHOWN_CHOICES,
        choices: Named::all(plan, choices.get(..SHOWN_CHOICES).unwrap_or(&choices)),
        values: values.collect(),
        unit: ask.unit.map(|id| plan.unit(id).name.clone()),
        period: None,
        example,
    }
}
