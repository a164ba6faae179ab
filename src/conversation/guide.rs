//! `/report`: figures one by one (逐项报送), in one message that is edited in place.
//!
//! Where it stands is kept, so it goes on after a restart; each answer is a report of its own, with
//! the same checks as a message.

mod deed;
mod unclear;

use chrono::{DateTime, TimeDelta, Utc};

use serde::{Deserialize, Serialize};

use deed::Deed;
use unclear::{put, unclear};

use super::effects::{Button, Report, Source, What};
use super::event::{ChatId, MessageId, Pressed, Said};
use super::pending::{Asked, Pick};
use super::permissions::{Act, may};
use super::report::settle::{Settled, settle};
use super::report::{How, Slip, keep, outside};
use super::snapshot::{Account, ReportKey};
use super::{Turn, ask, choices};
use crate::message::{Kind, ReadFigure};
use crate::plan::{IndicatorId, IndicatorNo, Period, Quantity, UnitId};
use crate::texts::contexts::{self, Named, PeriodWords};
use crate::texts::{self, Label};

/// How long after its last answer a form takes a text as the next one.
const LIVELY: TimeDelta = TimeDelta::minutes(30);

/// A form that is being filled in: one a chat.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Guide {
    /// The private chat.
    pub chat: ChatId,
    /// For which unit.
    pub unit: UnitId,
    /// For which period.
    pub period: Period,
    /// The indicator that is asked for.
    pub asks: IndicatorNo,
    /// The figure that waits to be confirmed.
    pub confirming: Option<Confirming>,
    /// The outbox key of its message.
    pub message: String,
    /// When it was last filled in.
    pub at: DateTime<Utc>,
    /// Whether it is over.
    pub done: bool,
}

/// A figure that waits to be confirmed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Confirming {
    /// What was entered.
    pub pick: Pick,
    /// What the button says: the total, or the addition and what it comes to.
    pub face: String,
    /// The number of the figure's latest submission when it was asked.
    pub seen: u32,
    /// The message it was entered by, if it was not by a button.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<MessageId>,
}

/// Where a form goes next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Forward,
    Back,
    Stay,
}

/// `/report`: begins with the first indicator that is missing.
pub(super) fn begin(turn: &mut Turn<'_>, said: &Said, account: &Account) {
    let unit = account.unit.filter(|_| may(account.role, Act::Report));
    let Some(unit) = unit else { return turn.not_allowed(said, "liaison", "/report") };
    let plan = turn.plan;
    let Some(period) = turn.snapshot.period_for(plan, unit, turn.moment.now) else {
        return turn.reply(&said.place, None, &outside(plan), &[]);
    };
    let missing = turn.snapshot.missing(plan, unit, period);
    let own = plan.to_report(unit);
    let Some(first) = own.iter().find(|id| missing.contains(id)).or(own.first()).copied() else {
        return turn.not_allowed(said, "rolled_up", "/report");
    };
    let guide = Guide {
        chat: said.place.chat,
        unit,
        period,
        asks: plan.indicator(first).no,
        confirming: None,
        message: turn.next_key(said.place.chat),
        at: turn.moment.now,
        done: false,
    };
    let (html, buttons) = show(turn, &guide, String::new());
    turn.send(said.place.chat, What::Send { html, buttons, reply_to: None });
    turn.effects.guides.push(guide);
}

/// Takes a text as an answer to the chat's form; false if there is none, or if it answers nothing.
pub(super) fn answered(turn: &mut Turn<'_>, said: &Said, account: &Account) -> bool {
    if said.reply_to.is_some_and(|to| turn.snapshot.replied.contains_key(&(said.place.chat, to))) {
        return false;
    }
    let Some(guide) = open(turn, said.place.chat, account) else { return false };
    // A form left alone does not claim a bare number that may answer something else.
    let idle = turn.moment.now - guide.at;
    let asked_since = turn.snapshot.pending.values().any(|one| {
        one.key.report.chat == guide.chat && one.at >= guide.at && !ask::expired(turn, one)
    });
    if idle > LIVELY {
        return false;
    }
    let words = said.text.trim().trim_end_matches(['。', '.']).to_lowercase();
    let typed = |deed: &Deed| deed.typed().contains(&words.as_str());
    // Beside a question that came since, only what leads through the form is said to the form.
    let confirming = |deed: &Deed| match deed {
        Deed::Skip | Deed::Back | Deed::End => true,
        Deed::Confirm | Deed::Again => guide.confirming.is_some() && !asked_since,
        _ => !asked_since,
    };
    let key = ReportKey { chat: said.place.chat, message: said.message, edition: 0 };
    if let Some(deed) = Deed::ALL.into_iter().filter(confirming).find(typed) {
        carry_out(turn, (&guide, account), deed, (key, &said.text), None);
        return true;
    }
    if asked_since {
        return false;
    }
    let asked = turn.plan.indicator_numbered(guide.asks);
    // Only a bare number is meant for the form; a name makes it an ordinary report.
    let bare = turn.desk.lexicon.read(turn.plan, guide.unit, &said.text).figures.is_empty();
    let figure =
        asked.filter(|_| bare).and_then(|id| choices::reread(turn, guide.unit, id, &said.text));
    let Some(figure) = figure else {
        let words = asked.and_then(|id| unclear(turn, &guide, id, &said.text));
        let Some(words) = words else { return false };
        go(turn, &guide, Step::Stay, words, None);
        return true;
    };
    store(turn, (&guide, account), figure, (key, &said.text), false, None);
    true
}

/// Takes the change of an answer that waits to be confirmed as another answer; false if it is none.
pub(super) fn changed(turn: &mut Turn<'_>, said: &Said, account: &Account) -> bool {
    let Some(guide) = open(turn, said.place.chat, account) else { return false };
    let waits = guide.confirming.as_ref().is_some_and(|one| one.message == Some(said.message));
    waits && answered(turn, said, account)
}

/// Goes on where a report beside the form has just answered what it asks, so that the next bare number
/// is not taken for the same again.
pub(super) fn keep_pace(
    turn: &mut Turn<'_>,
    chat: ChatId,
    account: &Account,
    (unit, period): (UnitId, Period),
    stored: &[IndicatorId],
) {
    let Some(guide) = open(turn, chat, account) else { return };
    let asked = turn.plan.indicator_numbered(guide.asks);
    let same = (guide.unit, guide.period) == (unit, period);
    if same && asked.is_some_and(|asked| stored.contains(&asked)) {
        go(turn, &guide, Step::Forward, String::new(), None);
    }
}

/// Somebody pressed a button of a form.
pub(super) fn pressed(
    turn: &mut Turn<'_>,
    pressed: &Pressed,
    account: Option<&Account>,
    data: &str,
) {
    let found =
        account.and_then(|account| Some((account, open(turn, pressed.place.chat, account)?)));
    let Some((account, guide)) = found else {
        return turn.answer(pressed, Label::GuideOver);
    };
    let mut parts = data.split(':');
    let mut next = || parts.next().unwrap_or_default();
    let (no, word, period, seen) = (next(), next(), next(), next());
    let deed = Deed::ALL.into_iter().find(|deed| deed.word() == word);
    // A form of last week stores nothing for this one.
    if period.parse() != Ok(guide.period) {
        return turn.answer(pressed, Label::GuideOver);
    }
    // Nor does a button store what it did not show.
    let id = turn.plan.indicator_numbered(guide.asks);
    let now = id.map_or(0, |id| latest(turn, guide.unit, id));
    let stale =
        matches!(deed, Some(Deed::Same | Deed::Zero | Deed::Confirm)) && seen.parse() != Ok(now);
    let current = no.parse() == Ok(guide.asks);
    match deed.filter(|_| current) {
        Some(_) if stale => {
            go(turn, &guide, Step::Stay, String::new(), Some(pressed.message));
            turn.answer(pressed, Label::FigureChanged);
        }
        Some(deed) => {
            let key = ReportKey {
                chat: pressed.place.chat,
                message: pressed.message,
                edition: turn.update,
            };
            let face = word.to_owned();
            carry_out(turn, (&guide, account), deed, (key, &face), Some(pressed.message));
            turn.answer(pressed, Label::Done);
        }
        // A second press of a button that has moved on changes nothing.
        None => turn.answer(pressed, Label::AlreadyAnswered),
    }
}

/// The form of a chat, if its period is not over.
fn open(turn: &Turn<'_>, chat: ChatId, account: &Account) -> Option<Guide> {
    let guide = turn.snapshot.guides.get(&chat).filter(|guide| !guide.done)?;
    let own = account.unit == Some(guide.unit) && may(account.role, Act::Report);
    (own && turn.plan.still_open(guide.at, turn.moment.now)).then(|| guide.clone())
}

type Filling<'a> = (&'a Guide, &'a Account);

fn carry_out(
    turn: &mut Turn<'_>,
    (guide, account): Filling<'_>,
    deed: Deed,
    source: (ReportKey, &str),
    pressed: Option<MessageId>,
) {
    let Some(id) = turn.plan.indicator_numbered(guide.asks) else { return };
    let figure = |value: Quantity, kind| ReadFigure {
        indicator: id,
        value,
        kind,
        span: 0..0,
        written: String::new(),
    };
    let filling = (guide, account);
    match deed {
        Deed::Same if last(turn, guide, id).is_some() => {
            let unchanged = figure(Quantity(0), Kind::Increment);
            store(turn, filling, unchanged, source, false, pressed);
        }
        Deed::Zero => {
            store(turn, filling, figure(Quantity(0), Kind::Total), source, false, pressed);
        }
        Deed::Confirm if guide.confirming.is_some() => {
            let Some(Confirming { pick, seen, .. }) = &guide.confirming else { return };
            let unchanged = *seen == latest(turn, guide.unit, id);
            store(turn, filling, figure(pick.value, pick.kind), source, unchanged, pressed);
        }
        Deed::Same => {
            let words = Label::NoLast.text(turn.language).to_owned();
            go(turn, guide, Step::Stay, words, pressed);
        }
        Deed::Confirm | Deed::Again => {
            go(turn, guide, Step::Stay, String::new(), pressed);
        }
        Deed::Skip => go(turn, guide, Step::Forward, String::new(), pressed),
        Deed::Back => go(turn, guide, Step::Back, String::new(), pressed),
        Deed::End => end(turn, guide, pressed),
    }
}

/// Stores an answer as a report, or shows what must be confirmed first.
fn store(
    turn: &mut Turn<'_>,
    (guide, account): Filling<'_>,
    figure: ReadFigure,
    (key, text): (ReportKey, &str),
    confirmed: bool,
    pressed: Option<MessageId>,
) {
    let (unit, period) = (guide.unit, guide.period);
    let (how, corrects) = (How::Sent, None);
    let slip = Slip { key, unit, period, account, confirmed, how, corrects };
    let settled = settle(turn, &slip, vec![figure]);
    let Settled { accepted, asked, remarks } = settled;
    if let Some(asked) = asked.into_iter().next() {
        let words = ask::text(turn, &slip, &asked);
        let guide = Guide { confirming: confirming(turn, (guide, &key), &asked), ..guide.clone() };
        return update(turn, guide, words, pressed);
    }
    if accepted.is_empty() {
        let words = remarks.first().map(|remark| put(turn, guide, remark)).unwrap_or_default();
        return go(turn, guide, Step::Stay, words, pressed);
    }
    turn.effects.reports.push(Report {
        key,
        unit: guide.unit,
        period: guide.period,
        by: account.user,
        source: Source::Form,
        text: text.to_owned(),
        at: turn.moment.now,
    });
    keep::figures(turn, &slip, &accepted);
    let stored = accepted.first().map(|one| {
        let id = one.figure.indicator;
        let total = turn.plan.indicator(id).measure.show(one.in_force.total);
        contexts::GuideStored { named: Named::of(turn.plan, id), total }
    });
    let words = stored.map(|stored| texts::render(turn.language, &stored)).unwrap_or_default();
    go(turn, guide, Step::Forward, words, pressed);
}

/// What a question would store if it is confirmed.
fn confirming(
    turn: &Turn<'_>,
    (guide, key): (&Guide, &ReportKey),
    asked: &Asked,
) -> Option<Confirming> {
    let choice = asked.choices.first()?;
    let pick = *choice.figures.first()?;
    let id = turn.plan.indicator_numbered(pick.indicator)?;
    let face = ask::confirm(turn, asked, choice)?;
    let message = Some(key.message).filter(|_| key.edition == 0);
    Some(Confirming { pick, face, seen: latest(turn, guide.unit, id), message })
}

/// The number of a figure's latest submission.
fn latest(turn: &Turn<'_>, unit: UnitId, id: IndicatorId) -> u32 {
    turn.current(turn.plan.holder(unit, id), id).map_or(0, |current| current.latest)
}

/// Goes to the next indicator that is missing, to the one before, or nowhere.
fn go(turn: &mut Turn<'_>, guide: &Guide, step: Step, words: String, pressed: Option<MessageId>) {
    let plan = turn.plan;
    let expected = plan.to_report(guide.unit);
    let at = expected.iter().position(|id| plan.indicator(*id).no == guide.asks).unwrap_or(0);
    let recent = &turn.effects.submissions;
    let missing = turn.snapshot.missing_after(recent, plan, guide.unit, guide.period);
    let next = match step {
        Step::Forward => expected.iter().skip(at + 1).find(|id| missing.contains(id)),
        Step::Back => expected.get(at.saturating_sub(1)),
        Step::Stay => expected.get(at),
    };
    let Some(next) = next else { return end(turn, guide, pressed) };
    let guide = Guide { asks: plan.indicator(*next).no, confirming: None, ..guide.clone() };
    update(turn, guide, words, pressed);
}

fn update(turn: &mut Turn<'_>, guide: Guide, words: String, pressed: Option<MessageId>) {
    let (html, buttons) = show(turn, &guide, words);
    edit(turn, &guide, html, buttons, pressed);
    turn.effects.guides.push(Guide { at: turn.moment.now, ..guide });
}

fn end(turn: &mut Turn<'_>, guide: &Guide, pressed: Option<MessageId>) {
    let plan = turn.plan;
    let recent = &turn.effects.submissions;
    let missing = turn.snapshot.missing_after(recent, plan, guide.unit, guide.period);
    let text = contexts::GuideDone {
        unit: plan.unit(guide.unit).name.clone(),
        period: PeriodWords::of(plan, guide.period),
        of: plan.to_report(guide.unit).len(),
        missing: Named::all(plan, &missing),
    };
    let html = texts::render(turn.language, &text);
    edit(turn, guide, html, Vec::new(), pressed);
    turn.effects.guides.push(Guide { done: true, ..guide.clone() });
}

/// Changes the form's message: the one whose button was pressed, else the one sent under its key.
fn edit(
    turn: &mut Turn<'_>,
    guide: &Guide,
    html: String,
    buttons: Vec<Vec<Button>>,
    pressed: Option<MessageId>,
) {
    let what = match pressed {
        Some(message) => What::Edit { message, html, buttons },
        None => What::EditSent { of: guide.message.clone(), html, buttons },
    };
    turn.send(guide.chat, what);
}

/// The last total from before the period.
fn last(turn: &Turn<'_>, guide: &Guide, id: IndicatorId) -> Option<Quantity> {
    turn.snapshot.total(turn.plan.holder(guide.unit, id), id)
}

fn show(turn: &Turn<'_>, guide: &Guide, words: String) -> (String, Vec<Vec<Button>>) {
    let plan = turn.plan;
    let id = plan.indicator_numbered(guide.asks).unwrap_or(IndicatorId(0));
    let row = plan.indicator(id);
    let expected = plan.to_report(guide.unit);
    let recent = &turn.effects.submissions;
    let missing = turn.snapshot.missing_after(recent, plan, guide.unit, guide.period);
    let in_force = turn.snapshot.in_force_after(recent, plan.holder(guide.unit, id), id);
    let show = |quantity| row.measure.show(quantity);
    let text = contexts::GuideStep {
        unit: plan.unit(guide.unit).name.clone(),
        period: PeriodWords::of(plan, guide.period),
        named: Named::of(plan, id),
        full: row.name.clone(),
        measure: row.measure.shown.clone(),
        at: expected.iter().position(|one| *one == id).map_or(0, |at| at + 1),
        of: expected.len(),
        in_already: expected.len() - missing.len(),
        target: plan.target(guide.unit, id).map(show),
        last: in_force.filter(|now| now.period < guide.period).map(|now| show(now.total)),
        now: in_force.filter(|now| now.period >= guide.period).map(|now| show(now.total)),
        words,
    };
    let html = texts::render(turn.language, &text);
    let seen = latest(turn, guide.unit, id);
    let button = |deed: Deed, label: String| Button {
        label,
        data: format!("guide:{}:{}:{}:{seen}", guide.asks, deed.word(), guide.period),
    };
    let labelled = |deed, label: Label| button(deed, label.text(turn.language).to_owned());
    if let Some(confirming) = &guide.confirming {
        let confirm = confirming.face.clone();
        let first = vec![button(Deed::Confirm, confirm), labelled(Deed::Again, Label::FillAgain)];
        return (html, vec![first, vec![labelled(Deed::Skip, Label::Skip)]]);
    }
    let mut first = Vec::new();
    if let Some(now) = in_force.filter(|now| now.period < guide.period) {
        let same = Label::SameAsLast.with(turn.language, &[&show(now.total)]);
        first.push(button(Deed::Same, same));
    }
    if in_force.is_none_or(|now| now.total == Quantity(0)) {
        first.push(labelled(Deed::Zero, Label::Zero));
    }
    let mut second = vec![labelled(Deed::Skip, Label::Skip)];
    if expected.first() != Some(&id) {
        second.insert(0, labelled(Deed::Back, Label::Back));
    }
    second.push(labelled(Deed::End, Label::End));
    let rows = [first, second].into_iter().filter(|row| !row.is_empty());
    (html, rows.collect())
}
