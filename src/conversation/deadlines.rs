//! Deadlines that the office moves: `/deadline` for all, `/extend` for one unit, `/lock`, `/unlock`.

use chrono::{DateTime, Utc};
use serde_json::json;

use super::dialogue::{self, Dialogue, Subject};
use super::effects::{Button, What};
use super::event::{MessageId, Pressed, Said};
use super::journal::{CalendarDeed, Deed};
use super::permissions::{Act, may};
use super::snapshot::{Account, GroupKind};
use super::views::missing_units;
use super::{Turn, when};
use crate::plan::period::local_instant;
use crate::plan::{Period, UnitId};
use crate::texts::contexts::{DeadlineText, ExtensionText, LockText, Moment, PeriodWords};
use crate::texts::{self, Label, Language};

/// The longest reason, in characters.
const LONGEST_REASON: usize = 200;

/// `/deadline 第26周 周四18:00 原因`: shows what would change, with a button that does it.
pub(super) fn deadline(turn: &mut Turn<'_>, said: &Said, account: &Account, rest: &str) {
    if !may(account.role, Act::SetDeadlines) {
        return turn.not_allowed(said, "office", "/deadline");
    }
    let (plan, now) = (turn.plan, turn.moment.now);
    let usage = |turn: &mut Turn<'_>| {
        let number = plan.current_period(now).map_or(1, |period| period.number);
        turn.reply(&said.place, None, &DeadlineText::Usage { number }, &[]);
    };
    let Some((period, rest)) = when::period(plan, now, rest) else { return usage(turn) };
    let from = plan.deadline(period);
    let base = plan.local_day(from).min(period.last_day());
    let Some((to, reason)) = when::moment(plan, now, base, rest) else { return usage(turn) };
    let reason: String = reason.trim().chars().take(LONGEST_REASON).collect();
    if reason.is_empty() || !plan.has_period(period) {
        return usage(turn);
    }
    let (from, words) = (Moment::of(plan, from), PeriodWords::of(plan, period));
    // A deadline that has passed when it is set would make everybody late at once.
    let sense = to > now && plan.local_day(to) >= period.first_day();
    if !sense || plan.orders.is_locked(period) {
        let locked = plan.orders.is_locked(period);
        let text = DeadlineText::Refused { period: words, to: Moment::of(plan, to), locked };
        return turn.reply(&said.place, None, &text, &[]);
    }
    let text = DeadlineText::Preview {
        period: words,
        from,
        to: Moment::of(plan, to),
        works: plan.calendar.is_working_day(plan.local_day(to)),
        reason: reason.clone(),
        people: concerned(turn).len(),
    };
    let buttons = vec![dialogue::yes_or_drop(turn, Label::DeadlineMove)];
    let drafted = Subject::Deadline { period, to, reason };
    dialogue::begin(turn, said.place.chat, drafted, &text, buttons);
}

/// The liaisons of all units that are asked for figures.
fn concerned<'a>(turn: &Turn<'a>) -> Vec<&'a Account> {
    let (plan, snapshot) = (turn.plan, turn.snapshot);
    let units = plan.units().filter(|(id, _)| !plan.expected(*id).is_empty());
    let of = units.flat_map(|(id, _)| snapshot.liaisons(id));
    of.filter(|account| account.blocked_at.is_none()).collect()
}

/// The deadline is moved, and everybody concerned is told.
pub(super) fn moved(
    turn: &mut Turn<'_>,
    account: &Account,
    (period, to, reason): (Period, DateTime<Utc>, String),
    dialogue: &Dialogue,
    at: Option<MessageId>,
) {
    let plan = turn.plan;
    if to <= turn.moment.now || plan.orders.is_locked(period) {
        let locked = plan.orders.is_locked(period);
        let (period, to) = (PeriodWords::of(plan, period), Moment::of(plan, to));
        return dialogue::finish(turn, dialogue, &DeadlineText::Refused { period, to, locked }, at);
    }
    let from = plan.deadline(period);
    let deed = CalendarDeed::Moved { period, to, reason: reason.clone() };
    turn.enter(account.user, Deed::Calendar(deed));
    let detail = json!({ "from": from, "to": to, "reason": reason });
    turn.audit(account.user, "deadline", period.to_string(), detail);
    let told = DeadlineText::Told {
        period: PeriodWords::of(plan, period),
        from: Moment::of(plan, from),
        to: Moment::of(plan, to),
        reason,
        office: plan.titles.office.clone(),
    };
    let people = concerned(turn);
    for liaison in &people {
        turn.tell(liaison, "deadline", &told, &[], None);
    }
    let mut groups = turn.snapshot.groups_of(GroupKind::Work);
    groups.extend(turn.snapshot.groups_of(GroupKind::Leadership));
    let html = texts::render(Language::default(), &told);
    for group in &groups {
        turn.tell_html((group.chat, "deadline"), &html, &[], None);
    }
    let done = DeadlineText::Done {
        period: PeriodWords::of(plan, period),
        to: Moment::of(plan, to),
        people: people.len(),
        groups: groups.len(),
    };
    dialogue::finish(turn, dialogue, &done, at);
}

/// `/extend 黄店镇 2天`: gives one unit so many working days more.
pub(super) fn extend(turn: &mut Turn<'_>, said: &Said, account: &Account, rest: &str) {
    if !may(account.role, Act::SetDeadlines) {
        return turn.not_allowed(said, "office", "/extend");
    }
    let (plan, now) = (turn.plan, turn.moment.now);
    let (name, rest) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
    let usage = |turn: &mut Turn<'_>| {
        turn.reply(&said.place, None, &ExtensionText::Usage {}, &[]);
    };
    let Some(unit) = plan.unit_named(name) else {
        return turn.no_such_unit(said, "extend", name);
    };
    let named =
        when::period(plan, now, rest).filter(|(_, rest)| when::working_days(rest).is_some());
    let (period, rest) = match named {
        Some((period, rest)) => (Some(period), rest),
        None => (turn.snapshot.period_for(plan, unit, now), rest),
    };
    let (Some(period), Some((days, reason))) = (period, when::working_days(rest)) else {
        return usage(turn);
    };
    if !plan.has_period(period) || plan.orders.is_locked(period) || plan.expected(unit).is_empty() {
        return usage(turn);
    }
    let from = plan.deadline_of(unit, period);
    let to = later(turn, from, days);
    let code = plan.unit(unit).code.clone();
    turn.enter(
        account.user,
        Deed::Calendar(CalendarDeed::Extended { period, unit: code.clone(), to }),
    );
    let detail = json!({ "period": period, "from": from, "to": to, "reason": reason });
    turn.audit(account.user, "extend", code.to_string(), detail);
    let name = plan.unit(unit).name.clone();
    let words = PeriodWords::of(plan, period);
    let told = ExtensionText::Told {
        unit: name.clone(),
        period: words.clone(),
        to: Moment::of(plan, to),
        office: plan.titles.office.clone(),
    };
    let people = tell_unit(turn, unit, &told);
    let text =
        ExtensionText::Done { unit: name, period: words, to: Moment::of(plan, to), days, people };
    turn.reply(&said.place, None, &text, &[]);
}

/// So many working days after a deadline, or after now where it has passed.
fn later(turn: &Turn<'_>, from: DateTime<Utc>, days: u32) -> DateTime<Utc> {
    let plan = turn.plan;
    let time = from.with_timezone(&plan.zone).time();
    let start = plan.local_day(from.max(turn.moment.now));
    let day = plan.calendar.add_working_days(start, i32::try_from(days).unwrap_or(1));
    local_instant(day.and_time(time), plan.zone)
}

fn tell_unit(turn: &mut Turn<'_>, unit: UnitId, text: &ExtensionText) -> usize {
    let people = turn.snapshot.liaisons(unit);
    for liaison in &people {
        turn.tell(liaison, "extend", text, &[], None);
    }
    people.iter().filter(|one| one.blocked_at.is_none()).count()
}

/// `/lock 第25周`: asks whether to close a period; without a name, the last one that was due.
pub(super) fn lock(turn: &mut Turn<'_>, said: &Said, account: &Account, rest: &str) {
    if !may(account.role, Act::SetDeadlines) {
        return turn.not_allowed(said, "office", "/lock");
    }
    let Some(period) = named_or_last(turn, rest) else {
        return turn.reply(&said.place, None, &LockText::Usage {}, &[]);
    };
    let plan = turn.plan;
    let words = PeriodWords::of(plan, period);
    if plan.orders.is_locked(period) {
        return turn.reply(&said.place, None, &LockText::Already { period: words }, &[]);
    }
    let (units, of) = missing_units(plan, turn.snapshot, period);
    let early = plan.deadline(period) > turn.moment.now;
    let text = LockText::Ask { period: words, of, units, early };
    let label = |label: Label| label.text(turn.language).to_owned();
    let yes = Button { label: label(Label::LockYes), data: format!("lock:{period}") };
    let no = Button { label: label(Label::DialogueDrop), data: "lock:no".to_owned() };
    turn.reply(&said.place, None, &text, &[vec![yes, no]]);
}

fn named_or_last(turn: &Turn<'_>, rest: &str) -> Option<Period> {
    let (plan, now) = (turn.plan, turn.moment.now);
    let period = match rest {
        "" => plan.last_closed(now),
        rest => when::period(plan, now, rest).map(|(period, _)| period),
    };
    period.filter(|period| plan.has_period(*period))
}

/// The answer whether to lock.
pub(super) fn locked(
    turn: &mut Turn<'_>,
    pressed: &Pressed,
    account: Option<&Account>,
    data: &str,
) {
    let Some(account) = account.filter(|one| may(one.role, Act::SetDeadlines)) else {
        return turn.answer(pressed, Label::OfficeOnly);
    };
    let plan = turn.plan;
    let text = match data.parse::<Period>() {
        Ok(period) if plan.orders.is_locked(period) => {
            LockText::Already { period: PeriodWords::of(plan, period) }
        }
        Ok(period) if plan.has_period(period) => {
            turn.enter(account.user, Deed::Calendar(CalendarDeed::Locked { period }));
            turn.audit(account.user, "lock", period.to_string(), json!({}));
            LockText::Done { period: PeriodWords::of(plan, period) }
        }
        _ => LockText::Left {},
    };
    let html = texts::render(turn.language, &text);
    turn.send(pressed.place.chat, What::Edit { message: pressed.message, html, buttons: vec![] });
    turn.answer(pressed, Label::Done);
}

/// `/unlock 第25周`: opens a period again, however long ago it was.
pub(super) fn unlock(turn: &mut Turn<'_>, said: &Said, account: &Account, rest: &str) {
    if !may(account.role, Act::SetDeadlines) {
        return turn.not_allowed(said, "office", "/unlock");
    }
    let Some(period) = named_or_last(turn, rest) else {
        return turn.reply(&said.place, None, &LockText::Usage {}, &[]);
    };
    turn.enter(account.user, Deed::Calendar(CalendarDeed::Unlocked { period }));
    turn.audit(account.user, "unlock", period.to_string(), json!({}));
    let text = LockText::Opened { period: PeriodWords::of(turn.plan, period) };
    turn.reply(&said.place, None, &text, &[]);
}
