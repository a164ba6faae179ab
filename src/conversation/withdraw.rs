//! Undoing a report (撤回): the former figures are in force again, and the history stays.

use super::Turn;
use super::effects::{Origin, Submission, What};
use super::event::{MessageId, Pressed, UserId};
use super::permissions::{Act, may};
use super::snapshot::{Account, ReportKey, Role, Snapshot};
use crate::texts::contexts::{self, Named, PeriodWords};
use crate::texts::{self, Label};

/// Whether a submission is what is in force now.
pub(super) fn stands(snapshot: &Snapshot, row: &Submission) -> bool {
    row.origin != Origin::Withdrawal
        && snapshot
            .in_force(row.unit, row.indicator)
            .is_some_and(|figure| figure.revision == row.revision)
}

/// The row that undoes a submission: what was in force before it is in force again.
pub(super) fn undo(turn: &Turn<'_>, row: &Submission, by: UserId, report: ReportKey) -> Submission {
    let current = turn.snapshot.figures.get(&(row.unit, row.indicator));
    Submission {
        revision: current.map_or(row.revision, |current| current.latest) + 1,
        origin: Origin::Withdrawal,
        in_force: row.before,
        before: current.and_then(|current| current.in_force),
        late: false,
        report,
        by,
        at: turn.moment.now,
        ..row.clone()
    }
}

/// Somebody pressed 撤回 under a read-back.
pub(super) fn pressed(
    turn: &mut Turn<'_>,
    pressed: &Pressed,
    account: Option<&Account>,
    data: &str,
) {
    let mut parts = data.split(':');
    let mut number = || parts.next()?.parse::<i64>().ok();
    let key = number().zip(number()).map(|(message, edition)| ReportKey {
        chat: pressed.place.chat,
        message: MessageId(message),
        edition,
    });
    // A read-back of some of a report's figures undoes those only.
    let only: Option<Vec<&str>> = parts.next().map(|numbers| numbers.split(',').collect());
    let meant = |row: &&Submission| {
        let no = turn.plan.indicator(row.indicator).no.to_string();
        only.as_ref().is_none_or(|only| only.contains(&no.as_str()))
    };
    let reported = key.and_then(|key| {
        let editions = turn.snapshot.reports.get(&(key.chat, key.message))?;
        editions.iter().find(|edition| edition.report.key == key)
    });
    let (Some(reported), Some(account)) = (reported, account) else {
        return turn.answer(pressed, Label::DeadButton);
    };
    let report = &reported.report;
    let own = account.role == Role::Office || account.unit == Some(report.unit);
    if !own || !may(account.role, Act::Withdraw) {
        return turn.answer(pressed, Label::NotYourButton);
    }
    if !turn.plan.still_open(report.at, turn.moment.now) {
        return turn.answer(pressed, Label::PeriodOver);
    }
    let standing: Vec<&Submission> = reported
        .submissions
        .iter()
        .filter(meant)
        .filter(|row| stands(turn.snapshot, row))
        .collect();
    if standing.is_empty() {
        let undone = reported.submissions.iter().any(|row| row.origin == Origin::Withdrawal);
        let label = if undone { Label::AlreadyWithdrawn } else { Label::Superseded };
        return turn.answer(pressed, label);
    }
    let rows: Vec<Submission> =
        standing.iter().map(|row| undo(turn, row, account.user, report.key)).collect();
    let figures = rows.iter().map(|row| {
        let measure = &turn.plan.indicator(row.indicator).measure;
        let restored = row.in_force.map(|figure| measure.show(figure.total));
        (Named::of(turn.plan, row.indicator), restored)
    });
    let figures = figures.collect();
    turn.effects.submissions.extend(rows);
    let recent = &turn.effects.submissions;
    let missing = turn.snapshot.missing_after(recent, turn.plan, report.unit, report.period);
    let text = contexts::Withdrawn {
        unit: turn.plan.unit(report.unit).name.clone(),
        period: PeriodWords::of(turn.plan, report.period),
        figures,
        missing: Named::all(turn.plan, &missing),
    };
    let html = texts::render(turn.language, &text);
    let subject = format!("{}:{}", report.key.chat.0, report.key.message.0);
    let unit = turn.plan.unit(report.unit).code.to_string();
    turn.audit(account.user, "withdraw", subject, serde_json::json!({ "unit": unit }));
    let message = pressed.message;
    turn.send(pressed.place.chat, What::Edit { message, html, buttons: vec![] });
    turn.answer(pressed, Label::WithdrawDone);
}
