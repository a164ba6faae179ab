//! Reporting figures (上报) by message, and by changing a message.
//!
//! What is clear is stored and read back; what is not becomes a question beside it.

use std::collections::BTreeMap;

use super::effects::{Button, Origin, Report, Submission};
use super::event::Said;
use super::permissions::{Act, may};
use super::snapshot::{Account, Current, InForce, ReportKey};
use super::{Turn, withdraw};
use crate::message::{Ask, Kind, ReadFigure, Reason};
use crate::plan::{IndicatorId, Period, Plan, Quantity, UnitId};
use crate::progress::{Ratio, completion};
use crate::texts::Label;
use crate::texts::contexts::{self, FigureLine, Moment, Named, PeriodWords, Question};

/// The most indicators a question names.
const SHOWN_CHOICES: usize = 4;

/// A figure about to be stored.
struct Accepted {
    figure: ReadFigure,
    holder: UnitId,
    current: Option<Current>,
    before: Option<InForce>,
    total: Quantity,
}

/// Takes a new message as a report.
pub(super) fn said(turn: &mut Turn<'_>, said: &Said, account: &Account) {
    take(turn, said, account, 0);
}

/// Takes a changed message: what it reported before is replaced, not added to.
pub(super) fn edited(turn: &mut Turn<'_>, said: &Said, account: Option<&Account>) {
    let Some(account) = account else { return };
    let before = turn.snapshot.reports.contains_key(&(said.place.chat, said.message));
    let command = said.text.trim_start().starts_with('/');
    let bound = said.place.group.is_none() || turn.snapshot.groups.contains_key(&said.place.chat);
    if !bound || command || !(before || said.addressed) {
        return;
    }
    match over(turn, said) {
        Some(period) => {
            let period = PeriodWords::of(turn.plan, period);
            turn.reply(&said.place, Some(said.message), &contexts::EditTooLate { period }, &[]);
        }
        None => take(turn, said, account, turn.update),
    }
}

/// The period of what a message reported, if that one is over: it stays as it was, and a figure meant
/// for then must not be taken for now.
fn over(turn: &Turn<'_>, said: &Said) -> Option<Period> {
    let editions = turn.snapshot.reports.get(&(said.place.chat, said.message))?;
    let report = &editions.last()?.report;
    let now = turn.snapshot.period_for(turn.plan, report.unit, turn.moment.now);
    (now != Some(report.period)).then_some(report.period)
}

fn take(turn: &mut Turn<'_>, said: &Said, account: &Account, edition: i64) {
    let plan = turn.plan;
    let unit = account.unit.filter(|_| may(account.role, Act::Report));
    let Some(unit) = unit else {
        if edition == 0 {
            turn.reply(
                &said.place,
                None,
                &contexts::Talk { reports: false, example: String::new() },
                &[],
            );
        }
        return;
    };
    let reading = turn.desk.lexicon.read(plan, unit, &said.text);
    let period = turn.snapshot.period_for(plan, unit, turn.moment.now);
    let former = former(turn, said, period);
    let silent = reading.figures.is_empty() && reading.asks.is_empty();
    if silent && former.is_empty() {
        if edition == 0 {
            let example = turn.desk.example(unit, plan.expected(unit), turn.snapshot);
            let talk = contexts::Talk { reports: true, example };
            turn.reply(&said.place, Some(said.message), &talk, &[]);
        }
        return;
    }
    let Some(period) = period else {
        let text = outside(plan);
        return turn.reply(&said.place, Some(said.message), &text, &[]);
    };
    let key = ReportKey { chat: said.place.chat, message: said.message, edition };
    let mut questions: Vec<Question> =
        reading.asks.iter().map(|ask| question(turn, unit, ask)).collect();
    let mut accepted = Vec::new();
    for figure in reading.figures {
        match accept(turn, unit, period, account, figure, &former) {
            Ok(one) => accepted.push(one),
            Err(asked) => questions.push(*asked),
        }
    }
    check_parts(turn, unit, &mut accepted, &mut questions);

    let gone: Vec<&Submission> = former
        .iter()
        .filter(|old| {
            let again =
                |one: &Accepted| (one.holder, one.figure.indicator) == (old.unit, old.indicator);
            !accepted.iter().any(again)
        })
        .collect();
    let withdrawn = gone.iter().map(|old| Named::of(plan, old.indicator)).collect();
    for old in gone {
        let row = withdraw::undo(turn, old, account.user, key);
        turn.effects.submissions.push(row);
    }
    let late = turn.moment.now > plan.deadline(period);
    for one in &accepted {
        turn.effects.submissions.push(submission(turn, one, period, key, account, late));
    }
    turn.effects.reports.push(Report {
        key,
        unit,
        period,
        by: account.user,
        text: said.text.clone(),
        at: turn.moment.now,
    });
    let answer = Answer { unit, period, late, key, withdrawn, questions };
    read_back(turn, said, &accepted, answer);
}

/// What earlier editions of this message put in force in this period and nothing has replaced since.
fn former(turn: &Turn<'_>, said: &Said, period: Option<Period>) -> Vec<Submission> {
    let editions = turn.snapshot.reports.get(&(said.place.chat, said.message));
    let all = editions.into_iter().flatten().flat_map(|edition| &edition.submissions);
    all.filter(|row| Some(row.period) == period && withdraw::stands(turn.snapshot, row))
        .cloned()
        .collect()
}

fn accept(
    turn: &Turn<'_>,
    unit: UnitId,
    period: Period,
    account: &Account,
    figure: ReadFigure,
    former: &[Submission],
) -> Result<Accepted, Box<Question>> {
    let holder = turn.plan.holder(unit, figure.indicator);
    let current = turn.snapshot.figures.get(&(holder, figure.indicator)).copied();
    let replaced =
        former.iter().find(|old| (old.unit, old.indicator) == (holder, figure.indicator));
    let before = match replaced {
        Some(old) => old.before,
        None => current.and_then(|current| current.in_force),
    };
    let asked = |reason: &'static str| {
        let named = Named::of(turn.plan, figure.indicator);
        let measure = &turn.plan.indicator(figure.indicator).measure;
        Box::new(Question {
            reason,
            said: named.name.clone(),
            indicator: Some(named),
            choices: Vec::new(),
            more: false,
            values: vec![measure.show(figure.value)],
            unit: None,
            example: turn.desk.example(unit, &[figure.indicator], turn.snapshot),
        })
    };
    let total = match figure.kind {
        Kind::Total => figure.value,
        Kind::Increment => {
            let last = before.ok_or_else(|| asked("no_total"))?;
            let repeated = replaced.is_none()
                && figure.value.0 != 0
                && last.period == period
                && current.is_some_and(|current| {
                    current.origin == Origin::Increment
                        && current.by == account.user
                        && current.value == figure.value
                });
            if repeated {
                return Err(asked("repeated"));
            }
            let sum = last.total.0.checked_add(figure.value.0);
            Quantity(sum.ok_or_else(|| asked("too_large"))?)
        }
    };
    Ok(Accepted { figure, holder, current, before, total })
}

/// A part may not be more than its whole, whether both stand in this message or one was stored.
fn check_parts(
    turn: &Turn<'_>,
    unit: UnitId,
    accepted: &mut Vec<Accepted>,
    questions: &mut Vec<Question>,
) {
    let plan = turn.plan;
    let mut totals: BTreeMap<IndicatorId, Quantity> =
        accepted.iter().map(|one| (one.figure.indicator, one.total)).collect();
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
        questions.push(Question {
            reason: Reason::PartExceedsWhole.as_str(),
            said: format!("{}，{}", show(whole, of_whole), show(part, of_part)),
            indicator: Some(Named::of(plan, part)),
            choices: Vec::new(),
            more: false,
            values: Vec::new(),
            unit: None,
            example: turn.desk.example(unit, &[whole], turn.snapshot),
        });
        accepted.retain(|one| one.figure.indicator != part && one.figure.indicator != whole);
        totals.retain(|id, _| *id != part && *id != whole);
    }
}

fn submission(
    turn: &Turn<'_>,
    one: &Accepted,
    period: Period,
    key: ReportKey,
    account: &Account,
    late: bool,
) -> Submission {
    let indicator = one.figure.indicator;
    let revision = one.current.map_or(0, |current| current.latest) + 1;
    Submission {
        unit: one.holder,
        indicator,
        revision,
        period,
        origin: match one.figure.kind {
            Kind::Total => Origin::Total,
            Kind::Increment => Origin::Increment,
        },
        value: one.figure.value,
        in_force: Some(InForce { total: one.total, period, revision }),
        before: one.before,
        late,
        report: key,
        by: account.user,
        at: turn.moment.now,
    }
}

/// What the read-back says beside the figures.
struct Answer {
    unit: UnitId,
    period: Period,
    late: bool,
    key: ReportKey,
    withdrawn: Vec<Named>,
    questions: Vec<Question>,
}

fn read_back(turn: &mut Turn<'_>, said: &Said, accepted: &[Accepted], answer: Answer) {
    let Answer { unit, period, late, key, withdrawn, questions } = answer;
    let plan = turn.plan;
    let recent = &turn.effects.submissions;
    let figures = accepted.iter().map(|one| figure_line(turn, unit, one)).collect();
    let missing = turn.snapshot.missing_after(recent, plan, unit, period);
    let text = contexts::Reported {
        unit: plan.unit(unit).name.clone(),
        period: PeriodWords::of(plan, period),
        late,
        edited: key.edition != 0,
        figures,
        withdrawn,
        questions,
        missing: Named::all(plan, &missing),
    };
    let undo = Button {
        label: Label::Withdraw.text(turn.language).to_owned(),
        data: format!("undo:{}:{}", key.message.0, key.edition),
    };
    let buttons = if accepted.is_empty() { vec![] } else { vec![vec![undo]] };
    turn.reply(&said.place, Some(said.message), &text, &buttons);
}

fn figure_line(turn: &Turn<'_>, unit: UnitId, one: &Accepted) -> FigureLine {
    let plan = turn.plan;
    let id = one.figure.indicator;
    let row = plan.indicator(id);
    let target = plan.target(unit, id);
    let fell = one.before.map_or(0, |before| before.total.0.saturating_sub(one.total.0));
    let increment = one.figure.kind == Kind::Increment;
    let short_share = row.whole.zip(row.min_share).and_then(|(whole, least)| {
        let recent = &turn.effects.submissions;
        let holder = plan.holder(unit, whole);
        let of = turn.snapshot.in_force_after(recent, holder, whole)?.total;
        let of = Some(of).filter(|of| of.0 > 0)?;
        let share = Ratio::of(one.total.0, of.0);
        let enough = i128::from(one.total.0) * 10_000 >= i128::from(least.0) * i128::from(of.0);
        let rate = crate::plan::Measure::named("%");
        (!enough).then(|| (share.percent(), rate.show(least)))
    });
    FigureLine {
        named: Named::of(plan, id),
        total: row.measure.show(one.total),
        increment: increment.then(|| row.measure.show(one.figure.value)),
        target: target.map(|target| row.measure.show(target)),
        completion: completion(one.total, target).map(Ratio::percent),
        written: Some(one.figure.written.clone()).filter(|written| !written.is_empty()),
        fell: (fell > 0).then(|| row.measure.show(Quantity(fell))),
        short_share,
    }
}

fn question(turn: &Turn<'_>, unit: UnitId, ask: &Ask) -> Question {
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
        example,
    }
}

/// The plan's time, for when there is no period to report for.
pub(super) fn outside(plan: &Plan) -> contexts::OutsidePlan {
    let at = |day: chrono::NaiveDate| {
        let noon = day.and_hms_opt(12, 0, 0).unwrap_or_default();
        Moment::of(plan, crate::plan::period::local_instant(noon, plan.zone))
    };
    contexts::OutsidePlan {
        plan: plan.titles.short.clone(),
        start: at(plan.start),
        end: at(plan.end),
    }
}
