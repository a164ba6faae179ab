//! Which figures of a report can be stored, and what must be asked first.

use std::collections::BTreeMap;

use super::Slip;
use crate::conversation::Turn;
use crate::conversation::checks::{Doubt, doubt};
use crate::conversation::effects::{Origin, Submission};
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
    pub current: Option<Current>,
    pub before: Option<InForce>,
    pub total: Quantity,
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

/// Decides about each figure. `former` is what the report takes the place of.
pub(in crate::conversation) fn settle(
    turn: &Turn<'_>,
    slip: &Slip<'_>,
    figures: Vec<ReadFigure>,
    former: &[Submission],
) -> Settled {
    let mut settled = Settled::default();
    for figure in figures {
        match accept(turn, slip, figure, former) {
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

fn accept(
    turn: &Turn<'_>,
    slip: &Slip<'_>,
    figure: ReadFigure,
    former: &[Submission],
) -> Result<Accepted, Held> {
    let plan = turn.plan;
    let (unit, id) = (slip.unit, figure.indicator);
    let holder = plan.holder(unit, id);
    let row = plan.indicator(id);
    let show = |value| row.measure.show(value);
    let current = turn.snapshot.figures.get(&(holder, id)).copied();
    let replaced = former.iter().find(|old| (old.unit, old.indicator) == (holder, id));
    let before = match replaced {
        Some(old) => old.before,
        None => current.and_then(|current| current.in_force),
    };
    if let Some(newer) = before.filter(|before| before.period > slip.period) {
        let mut question = about(turn, slip, id, "newer", vec![show(newer.total)]);
        question.period = Some(PeriodWords::of(plan, newer.period));
        return Err(Held::Remark(Box::new(question)));
    }
    let pick =
        |value, kind| vec![Choice { figures: vec![Pick { indicator: row.no, value, kind }] }];
    let asked = |reason: &str, values: Vec<String>, choices, confirms| {
        let said = row.short.clone();
        let reason = reason.to_owned();
        Held::Ask(Box::new(Asked {
            reason,
            said,
            about: Some(row.no),
            values,
            choices,
            confirms,
            note: None,
        }))
    };
    let total = match figure.kind {
        Kind::Total => figure.value,
        Kind::Increment => {
            let Some(last) = before else {
                let choices = pick(figure.value, Kind::Total);
                return Err(asked("no_total", vec![show(figure.value)], choices, false));
            };
            let Some(sum) = last.total.0.checked_add(figure.value.0).map(Quantity) else {
                let question = about(turn, slip, id, "too_large", vec![show(figure.value)]);
                return Err(Held::Remark(Box::new(question)));
            };
            let repeated = replaced.is_none()
                && figure.value.0 != 0
                && last.period == slip.period
                && current.is_some_and(|current| {
                    current.origin == Origin::Increment
                        && current.by == slip.account.user
                        && current.value == figure.value
                });
            if repeated && !slip.confirmed {
                let choices = pick(figure.value, Kind::Increment);
                return Err(asked("repeated", vec![show(figure.value), show(sum)], choices, true));
            }
            sum
        }
    };
    if !slip.confirmed {
        let joint = row.carried == Carried::ByLeads && row.leads.len() > 1;
        let other = before.filter(|before| {
            let by_another = current.is_some_and(|current| current.by != slip.account.user);
            joint && by_another && before.period == slip.period && before.total != total
        });
        if let Some(other) = other {
            let values = vec![show(total), show(other.total)];
            return Err(asked("other_lead", values, pick(total, Kind::Total), true));
        }
        if let Some(doubt) = doubt(plan, unit, id, before, total, slip.period) {
            let less = |a: Quantity, b: Quantity| show(Quantity(a.0.saturating_sub(b.0)));
            let values = match doubt {
                Doubt::Fell { from } => vec![show(total), show(from), less(from, total)],
                Doubt::Jumped { from: Some(from) } => {
                    vec![show(total), show(from), less(total, from)]
                }
                Doubt::Jumped { from: None } => vec![show(total)],
                Doubt::OverCap { target } => {
                    let cap = Measure::named("%").show(plan.ranking.cap);
                    vec![show(total), show(target), cap]
                }
            };
            return Err(asked(doubt.word(), values, pick(total, Kind::Total), true));
        }
    }
    Ok(Accepted { figure, holder, current, before, total })
}

/// A part may not be more than its whole, whether both stand in this report or one was stored.
fn check_parts(turn: &Turn<'_>, slip: &Slip<'_>, settled: &mut Settled) {
    let (plan, unit) = (turn.plan, slip.unit);
    let mut totals: BTreeMap<IndicatorId, Quantity> =
        settled.accepted.iter().map(|one| (one.figure.indicator, one.total)).collect();
    for (part, indicator) in plan.indicators() {
        let Some(whole) = indicator.whole else { continue };
        let value = |id: IndicatorId| {
            let stored = || turn.snapshot.total(plan.holder(unit, id), id);
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
fn remark(turn: &Turn<'_>, unit: UnitId, ask: &Ask) -> Question {
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
    Question {
        reason: ask.reason.as_str(),
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
