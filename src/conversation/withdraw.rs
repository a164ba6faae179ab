//! Undoing a report (撤回): the former figures are in force again, and the history stays.

use super::Turn;
use super::effects::{Origin, Submission, What};
use super::event::{MessageId, Pressed, Said, UserId};
use super::permissions::{Act, may};
use super::report::{behalf, replied_report};
use super::snapshot::{Account, ReportKey, Reported, Role, Snapshot};
use crate::texts::contexts::{self, Named, PeriodWords};
use crate::texts::{self, Label};

/// What people write to undo their latest report.
const WORDS: &[&str] =
    &["撤回", "撤销", "撤消", "撤回数据", "撤回上报", "撤回上一条", "撤回刚才的"];

/// Takes a submission back: what stood in its place before stands there again.
pub(super) fn take_back(turn: &mut Turn<'_>, row: &Submission, by: UserId, report: ReportKey) {
    let current = turn.current(row.unit, row.indicator);
    let ledger = turn.ledger(row.unit, row.indicator);
    let Some(place) = ledger.place_of(row.revision) else { return };
    let undone = Submission {
        revision: current.map_or(row.revision, |current| current.latest) + 1,
        origin: Origin::Withdrawal,
        place,
        in_force: ledger.without(place),
        before: current.and_then(|current| current.in_force),
        late: false,
        report,
        by,
        at: turn.moment.now,
        ..row.clone()
    };
    turn.effects.submissions.push(undone);
}

/// Whether a submission makes a difference: it stands, and no later total covers it.
pub(super) fn counts(turn: &Turn<'_>, row: &Submission) -> bool {
    let ledger = turn.ledger(row.unit, row.indicator);
    let place = ledger.place_of(row.revision);
    row.origin != Origin::Withdrawal && place.is_some_and(|place| ledger.covered(place).is_none())
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
    let (Some(reported), Some(account)) = (key.and_then(|key| of(turn.snapshot, key)), account)
    else {
        return turn.answer(pressed, Label::DeadButton);
    };
    match withdraw(turn, reported, only.as_deref(), account) {
        Ok(html) => {
            let message = pressed.message;
            turn.send(pressed.place.chat, What::Edit { message, html, buttons: vec![] });
            turn.answer(pressed, Label::WithdrawDone);
        }
        Err(label) => turn.answer(pressed, label),
    }
}

/// Whether a text is the word that undoes, and nothing else.
pub(super) fn is_word(text: &str) -> bool {
    let plain = |c: char| c.is_whitespace() || "。.!\u{ff01}~".contains(c);
    WORDS.contains(&text.trim_matches(plain))
}

/// Somebody wrote 撤回, perhaps in reply to a read-back; false if the text is something else.
pub(super) fn said(turn: &mut Turn<'_>, said: &Said, account: &Account) -> bool {
    let private = said.place.group.is_none();
    if !is_word(&said.text) || !may(account.role, Act::Withdraw) {
        return false;
    }
    let snapshot = turn.snapshot;
    let reported = match replied_report(turn, said) {
        Some(key) => of(snapshot, key),
        None if private => latest(turn, account),
        None => None,
    };
    match reported.map_or(Err(Label::NothingToWithdraw), |one| withdraw(turn, one, None, account)) {
        Ok(html) => turn.say((&said.place, said.message), &html, &[], None),
        Err(label) => {
            turn.say((&said.place, said.message), label.text(turn.language), &[], None);
        }
    }
    true
}

fn of(snapshot: &Snapshot, key: ReportKey) -> Option<&Reported> {
    let editions = snapshot.reports.get(&(key.chat, key.message))?;
    editions.iter().find(|edition| edition.report.key == key)
}

/// Somebody's latest report that can still be undone.
fn latest<'a>(turn: &Turn<'a>, account: &Account) -> Option<&'a Reported> {
    let snapshot = turn.snapshot;
    let all = snapshot.reports.values().flatten().filter(|one| {
        one.report.by == account.user && one.submissions.iter().any(|row| counts(turn, row))
    });
    all.max_by_key(|one| (one.report.at, one.report.key.message.0, one.report.key.edition))
}

/// Undoes what stands of a report, or of the indicators named; says so, or why not.
fn withdraw(
    turn: &mut Turn<'_>,
    reported: &Reported,
    only: Option<&[&str]>,
    account: &Account,
) -> Result<String, Label> {
    let meant = |row: &&Submission| {
        let no = turn.plan.indicator(row.indicator).no.to_string();
        only.is_none_or(|only| only.contains(&no.as_str()))
    };
    let report = &reported.report;
    let own = account.role == Role::Office || account.unit == Some(report.unit);
    if !own || !may(account.role, Act::Withdraw) {
        return Err(Label::NotYourButton);
    }
    let locked = turn.plan.orders.is_locked(report.period);
    if locked || !turn.plan.still_open(report.at, turn.moment.now) {
        return Err(Label::PeriodOver);
    }
    let rows = reported.submissions.iter();
    let standing: Vec<Submission> =
        rows.filter(meant).filter(|row| counts(turn, row)).cloned().collect();
    if standing.is_empty() {
        let undone = reported.submissions.iter().filter(meant).all(|row| !turn.stands(row));
        return Err(if undone { Label::AlreadyWithdrawn } else { Label::Superseded });
    }
    for row in &standing {
        take_back(turn, row, account.user, report.key);
    }
    let figures = standing.iter().map(|row| {
        let measure = &turn.plan.indicator(row.indicator).measure;
        let now = turn.current(row.unit, row.indicator).and_then(|current| current.in_force);
        (Named::of(turn.plan, row.indicator), now.map(|now| measure.show(now.total)))
    });
    let figures = figures.collect();
    behalf::tell_of_withdrawals(turn, account, report.unit, &standing);
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
    Ok(html)
}
