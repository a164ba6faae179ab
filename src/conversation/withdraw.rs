//! Undoing a report (撤回): the former figures are in force again, and the history stays.
//!
//! By the button under a read-back: what that reads back. By reply: what is replied to. By the word
//! alone: the last thing that came, be it a question or a figure. With an indicator (撤回小升规): the
//! unit's figure in force.

use super::effects::{Origin, Submission, What};
use super::event::{MessageId, Pressed, Said, UserId};
use super::pending::Pending;
use super::permissions::{Act, may};
use super::report::behalf;
use super::snapshot::{About, Account, ReportKey, Reported, Role, Snapshot};
use super::{Turn, ask};
use crate::plan::{IndicatorId, UnitId};
use crate::texts::contexts::{self, Named, PeriodWords};
use crate::texts::{self, Label};

/// What people write to undo something, before or behind what they mean.
const VERBS: &[&str] = &["撤回", "撤销", "撤消", "作废"];

/// What they may write beside it and mean the latest.
const LATEST: &[&str] = &["", "数据", "上报", "上一条", "刚才", "这条", "这个", "本条", "一下"];

/// The longest text that is looked at, in characters.
const LONGEST: usize = 30;

/// The most figures that a short answer names.
const SHOWN: usize = 3;

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
    let meant = |row: &Submission| {
        let no = turn.plan.indicator(row.indicator).no.to_string();
        only.as_ref().is_none_or(|only| only.contains(&no.as_str()))
    };
    let rows: Vec<Submission> =
        reported.submissions.iter().filter(|row| meant(row)).cloned().collect();
    match withdraw(turn, reported, &rows, account) {
        Ok(html) => {
            let message = pressed.message;
            turn.send(pressed.place.chat, What::Edit { message, html, buttons: vec![] });
            turn.answer(pressed, Label::WithdrawDone);
        }
        Err(text) => {
            let callback = pressed.callback.clone();
            turn.send(pressed.place.chat, What::Answer { callback, text });
        }
    }
}

/// What is named beside the word that undoes, empty if nothing is; `None` if the text is no such word.
fn named(text: &str) -> Option<&str> {
    let plain = |c: char| c.is_whitespace() || "。.!\u{ff01}，,~".contains(c);
    let words = text.trim_matches(plain);
    if words.chars().count() > LONGEST {
        return None;
    }
    let words = words.strip_suffix('了').unwrap_or(words);
    let cut = |verb: &&str| words.strip_prefix(*verb).or_else(|| words.strip_suffix(*verb));
    let mut rest = VERBS.iter().find_map(cut)?.trim_matches(plain);
    for begins in ["把", "将", "请"] {
        rest = rest.strip_prefix(begins).unwrap_or(rest);
    }
    for ends in ["数据", "数", "的", "了", "吧"] {
        let whole = LATEST.contains(&rest);
        rest = rest.strip_suffix(ends).filter(|_| !whole).unwrap_or(rest);
    }
    let rest = rest.trim();
    Some(if LATEST.contains(&rest) { "" } else { rest })
}

/// Whether a text may ask to undo something.
pub(super) fn is_word(text: &str) -> bool {
    named(text).is_some()
}

/// Somebody wrote 撤回, perhaps in reply to something or with an indicator; false if the text is
/// something else.
pub(super) fn said(turn: &mut Turn<'_>, said: &Said, account: &Account) -> bool {
    let Some(name) = named(&said.text).filter(|_| may(account.role, Act::Withdraw)) else {
        return false;
    };
    let at = (&said.place, said.message);
    let found = if name.is_empty() {
        if let Some(pending) = question(turn, said, account) {
            ask::drop(turn, at, account, &pending);
            return true;
        }
        match said.reply_to {
            Some(to) => replied(turn, said, to),
            None if said.place.group.is_none() => newest(turn, account),
            None => None,
        }
    } else {
        // A bare number is more likely a value than an annex number.
        let id = turn.plan.indicator_named(name).filter(|_| name.parse::<f64>().is_err());
        let (Some(unit), Some(id)) = (account.unit, id) else { return false };
        if !turn.plan.carried(unit).contains(&id) {
            return false;
        }
        in_force(turn, unit, id)
    };
    let done = match found {
        Some((report, rows)) => withdraw(turn, report, &rows, account),
        None => Err(Label::NothingToWithdraw.text(turn.language).to_owned()),
    };
    let (Ok(html) | Err(html)) = done;
    turn.say(at, &html, &[], None);
    true
}

/// The question that 撤回 means: the one it replies to, or the latest if nothing came after it.
fn question(turn: &Turn<'_>, said: &Said, account: &Account) -> Option<Pending> {
    let open = ask::open_to(turn, said, account).into_iter().next()?;
    if let Some(to) = said.reply_to {
        let about = turn.snapshot.replied.get(&(said.place.chat, to));
        return matches!(about, Some(About::Question(_))).then_some(open);
    }
    let asked = (open.at, open.key.report.message);
    let mine = turn.snapshot.reports.values().flatten();
    let mut mine = mine.filter(|one| one.report.by == account.user);
    let later = |one: &Reported| {
        let report = &one.report;
        let came = one.submissions.iter().map(|row| (row.at, row.report.message));
        let other = report.key != open.key.report && (report.at, report.key.message) > asked;
        other || came.max().is_some_and(|came| came >= asked)
    };
    (said.place.group.is_none() && !mine.any(later)).then_some(open)
}

/// What is undone of a report.
pub(super) type Undone<'a> = (&'a Reported, Vec<Submission>);

/// What 撤回 in reply to a message means: the report that is read back there; of a question that is
/// answered by now, its answer.
fn replied<'a>(turn: &Turn<'a>, said: &Said, to: MessageId) -> Option<Undone<'a>> {
    let chat = said.place.chat;
    match turn.snapshot.replied.get(&(chat, to)) {
        Some(About::Report(key)) => {
            let report = of(turn.snapshot, *key)?;
            Some((report, report.submissions.clone()))
        }
        Some(About::Question(key)) => {
            let report = of(turn.snapshot, key.report)?;
            latest_of(turn, report, report.submissions.iter())
        }
        Some(About::Task(_) | About::Returned { .. } | About::Flagged { .. }) | None => None,
    }
}

fn of(snapshot: &Snapshot, key: ReportKey) -> Option<&Reported> {
    let editions = snapshot.reports.get(&(key.chat, key.message))?;
    editions.iter().find(|edition| edition.report.key == key)
}

/// What somebody sent last that can still be undone: by when it was stored, which for an answer is
/// later than its report.
fn newest<'a>(turn: &Turn<'a>, account: &Account) -> Option<Undone<'a>> {
    let all = turn.snapshot.reports.values().flatten();
    let mine = all.filter_map(|one| {
        let rows = one.submissions.iter().filter(|row| row.by == account.user);
        latest_of(turn, one, rows)
    });
    mine.max_by_key(|(one, rows)| {
        let key = one.report.key;
        (rows.first().map(|row| row.at), key.message, key.edition)
    })
}

/// Of a report's rows that can still be undone, those that were stored last.
fn latest_of<'a>(
    turn: &Turn<'a>,
    report: &'a Reported,
    rows: impl Iterator<Item = &'a Submission>,
) -> Option<Undone<'a>> {
    let standing: Vec<&Submission> = rows.filter(|row| counts(turn, row)).collect();
    let last = standing.iter().map(|row| row.at).max()?;
    let rows = standing.into_iter().filter(|row| row.at == last).cloned().collect();
    Some((report, rows))
}

/// The submission that a unit's figure in force comes from.
pub(super) fn in_force<'a>(turn: &Turn<'a>, unit: UnitId, id: IndicatorId) -> Option<Undone<'a>> {
    let holder = turn.plan.holder(unit, id);
    let revision = turn.current(holder, id)?.in_force?.revision;
    let same =
        |row: &&Submission| (row.unit, row.indicator, row.revision) == (holder, id, revision);
    turn.snapshot.reports.values().flatten().find_map(|one| {
        let row = one.submissions.iter().find(same)?;
        Some((one, vec![row.clone()]))
    })
}

/// Undoes what stands of these rows of a report; says so, or why not.
fn withdraw(
    turn: &mut Turn<'_>,
    reported: &Reported,
    rows: &[Submission],
    account: &Account,
) -> Result<String, String> {
    let refused = |label: Label| Err(label.text(account.language).to_owned());
    let report = &reported.report;
    let own = account.role == Role::Office || account.unit == Some(report.unit);
    if !own || !may(account.role, Act::Withdraw) {
        return refused(Label::NotYourButton);
    }
    let locked = turn.plan.orders.is_locked(report.period);
    if locked || !turn.plan.still_open(report.at, turn.moment.now) {
        return refused(Label::PeriodOver);
    }
    let standing: Vec<Submission> = rows.iter().filter(|row| counts(turn, row)).cloned().collect();
    if standing.is_empty() {
        return Err(why_not(turn, rows));
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

/// Why nothing of these rows can be undone: they were changed since, taken back, or covered.
fn why_not(turn: &Turn<'_>, rows: &[Submission]) -> String {
    let said = rows.iter().filter(|row| row.origin != Origin::Withdrawal);
    let gone: Vec<&Submission> = said.filter(|row| !turn.stands(row)).collect();
    let changed =
        |row: &&&Submission| turn.ledger(row.unit, row.indicator).top(row.place).is_some();
    let mut now: Vec<String> = gone
        .iter()
        .filter(changed)
        .filter_map(|row| {
            let of = turn.plan.indicator(row.indicator);
            let total = turn.current(row.unit, row.indicator)?.in_force?.total;
            Some(format!("{} {}", of.short, of.measure.show(total)))
        })
        .collect();
    now.dedup();
    if !now.is_empty() {
        now.truncate(SHOWN);
        return Label::ChangedSince.with(turn.language, &[&now.join("，")]);
    }
    let all = rows.iter().all(|row| !turn.stands(row));
    let label = if all { Label::AlreadyWithdrawn } else { Label::Superseded };
    label.text(turn.language).to_owned()
}
