//! Accepting and sending back.

use chrono::{DateTime, Utc};
use serde_json::json;

use super::book::{Cell, Review, Verdict};
use crate::conversation::effects::{Origin, Submission};
use crate::conversation::snapshot::{Account, Role, Snapshot};
use crate::conversation::{Turn, permissions, withdraw};
use crate::plan::period::local_instant;
use crate::plan::{Period, Plan, UnitId};
use crate::texts::Label;

/// The lead department for which an account speaks as a reviewer; `None` for the office.
pub(in crate::conversation) fn lead(account: &Account) -> Option<UnitId> {
    account.unit.filter(|_| account.role == Role::Liaison)
}

/// Whether an account may judge a figure: its department leads the indicator, and has not reported the
/// figure itself. The office may judge any.
pub(in crate::conversation) fn may_judge(
    plan: &Plan,
    snapshot: &Snapshot,
    account: &Account,
    cell: Cell,
) -> bool {
    // What a plan below has reviewed is not reviewed again.
    if !permissions::reviews(plan, account, cell.1) || snapshot.rolled.contains_key(&cell) {
        return false;
    }
    let Some(own) = lead(account) else { return true };
    let by = snapshot.figures.get(&cell).map(|current| current.by);
    let sender = by.and_then(|by| snapshot.accounts.get(&by)).and_then(|sender| sender.unit);
    let held = snapshot.book.latest.get(&cell).map(|row| row.unit);
    sender.or(held) != Some(own)
}

/// The last instant on which something sent back now is reported again in time.
pub(in crate::conversation) fn again_until(plan: &Plan, now: DateTime<Utc>) -> DateTime<Utc> {
    let day = plan.calendar.add_working_days(plan.local_day(now), plan.review.again);
    local_instant(day.and_time(plan.reporting.deadline_time), plan.zone)
}

/// Accepts a figure as it was seen. Gives the leads that still have to, if it does not count as
/// reviewed by that.
pub(in crate::conversation) fn accept(
    turn: &mut Turn<'_>,
    account: &Account,
    cell: Cell,
    seen: u32,
) -> Result<Vec<UnitId>, Label> {
    let current = turn.current(cell.0, cell.1).ok_or(Label::DeadButton)?;
    let book = &turn.snapshot.book;
    if book.sent_back(cell, Some(current)).is_some() {
        return Err(Label::ReviewSentBack);
    }
    let figure = current.in_force.filter(|_| current.latest == seen).ok_or(Label::FigureChanged)?;
    if book.is_accepted(cell, seen) {
        return Err(Label::ReviewDone);
    }
    let lead = lead(account);
    let mut holding = book.holding(cell, figure.period);
    match lead {
        Some(lead) => drop(holding.remove(&lead)),
        None => holding.clear(),
    }
    let verdict = if holding.is_empty() { Verdict::Accepted } else { Verdict::Agreed };
    let review = Review {
        unit: cell.0,
        indicator: cell.1,
        period: figure.period,
        revision: seen,
        through: seen,
        total: figure.total,
        verdict,
        reason: String::new(),
        deadline: None,
        lead,
        by: Some(account.user),
        at: turn.moment.now,
    };
    turn.effects.reviews.push(review);
    Ok(holding.into_iter().collect())
}

/// Sends a figure back as it was seen: what came for its period since it was last accepted is taken
/// back, and it is to be reported again.
pub(in crate::conversation) fn send_back(
    turn: &mut Turn<'_>,
    account: &Account,
    cell: Cell,
    (seen, reason): (u32, &str),
) -> Result<Review, Label> {
    let (unit, indicator) = cell;
    let current = turn.current(unit, indicator).ok_or(Label::DeadButton)?;
    if turn.snapshot.book.sent_back(cell, Some(current)).is_some() {
        return Err(Label::ReviewSentBack);
    }
    let figure = current.in_force.filter(|_| current.latest == seen).ok_or(Label::FigureChanged)?;
    // What nobody has found right goes, and an acceptance that is itself in question.
    let kept = turn.snapshot.book.accepted_before(cell, seen);
    loop {
        let ledger = turn.ledger(unit, indicator);
        let struck = |row: &&Submission| row.period == figure.period && row.revision > kept;
        let Some(row) = ledger.standing().rev().find(struck).cloned() else { break };
        withdraw::take_back(turn, &row, account.user, row.report);
    }
    restore(turn, account, cell, (kept, figure.period));
    let through = turn.current(unit, indicator).map_or(seen, |current| current.latest);
    let review = Review {
        unit,
        indicator,
        period: figure.period,
        revision: seen,
        through,
        total: figure.total,
        verdict: Verdict::Returned,
        reason: reason.to_owned(),
        deadline: Some(again_until(turn.plan, turn.moment.now)),
        lead: lead(account),
        by: Some(account.user),
        at: turn.moment.now,
    };
    let no = turn.plan.indicator(indicator).no.to_string();
    let subject = format!("{} {no} {}", turn.plan.unit(unit).code, figure.period);
    let detail = json!({ "value": figure.total.0, "reason": reason, "revision": seen });
    turn.audit(account.user, "review-return", subject, detail);
    turn.effects.reviews.push(review.clone());
    Ok(review)
}

/// Sees to it that the accepted figure of the period is in force again where its message was changed
/// after that, and the change took its place.
fn restore(turn: &mut Turn<'_>, account: &Account, cell: Cell, (accepted, period): (u32, Period)) {
    let mut rows = turn.snapshot.history.get(&cell).into_iter().flatten();
    let Some(row) = rows.find(|row| row.revision == accepted).cloned() else { return };
    let now = turn.current(cell.0, cell.1);
    let in_force = now.and_then(|current| current.in_force);
    let Some(then) = row.in_force.filter(|then| then.period == period) else { return };
    let revision = now.map_or(accepted, |current| current.latest) + 1;
    if in_force.is_none_or(|now| now.total != then.total) {
        turn.effects.submissions.push(Submission {
            revision,
            period: then.period,
            origin: Origin::Total,
            value: then.total,
            place: revision,
            in_force: Some(crate::conversation::InForce { revision, ..then }),
            before: in_force,
            late: row.late,
            by: account.user,
            at: turn.moment.now,
            ..row
        });
    }
}
