//! Questions with their answers as buttons: asking, and taking the answer by button or by text.

use super::choices::Read;
use super::effects::{Button, What};
use super::event::{MessageId, Pressed, Said};
use super::pending::{Asked, Choice, Note, Pending, PendingKey, PendingState, Pick};
use super::permissions::{Act, may};
use super::report::keep;
use super::report::settle::{Settled, settle};
use super::report::{At, How, Slip};
use super::snapshot::{About, Account, ReportKey};
use super::{Turn, choices};
use crate::message::{Kind, ReadFigure};
use crate::plan::{IndicatorId, IndicatorNo, UnitId};
use crate::texts::contexts::{self, Named, PeriodWords};
use crate::texts::{self, Label};

mod words;

pub(super) use choices::of_reader;
use words::in_words;

/// The word for 不报 in a button's data.
const DROP: &str = "x";

/// What follows the number of an answer that is to be explained.
const WITH_NOTE: char = 'n';

/// How many questions one update may lead to.
const MOST: i64 = 16;

/// The number of the question about a file, behind those that the words beside it lead to.
pub(super) const OF_FILE: i64 = MOST - 1;

/// What somebody answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Answer {
    /// One of the choices; `explain` if words are to follow.
    Choice { at: usize, explain: bool },
    /// Nothing is to be stored.
    Drop,
}

/// Asks, in a message of its own.
pub(super) fn send(turn: &mut Turn<'_>, at: At<'_>, slip: &Slip<'_>, number: i64, asked: Asked) {
    let html = text(turn, slip, &asked);
    ask_as(turn, at, slip, (number, asked), &html);
}

/// Asks in given words.
pub(super) fn ask_as(
    turn: &mut Turn<'_>,
    at: At<'_>,
    slip: &Slip<'_>,
    (number, mut asked): (i64, Asked),
    html: &str,
) {
    asked.corrects = slip.corrects;
    asked.seen = latest(turn, slip.unit, &asked);
    let key = PendingKey { report: slip.key, number: turn.update * MOST + number };
    let pending = Pending {
        key,
        unit: slip.unit,
        period: slip.period,
        by: slip.account.user,
        at: turn.moment.now,
        asked,
        state: PendingState::Open,
    };
    let buttons = buttons(turn, &pending);
    let same = |one: &&Pending| {
        (one.unit, one.period, one.state) == (slip.unit, slip.period, PendingState::Open)
            && one.overtaken_by(&pending.asked)
    };
    let overtaken = turn.snapshot.pending.values().filter(same).cloned();
    let closed: Vec<Pending> =
        overtaken.map(|one| Pending { state: PendingState::Closed, ..one }).collect();
    turn.effects.pending.extend(closed);
    turn.effects.pending.push(pending);
    turn.say(at, html, &buttons, Some(About::Question(key)));
}

/// The number of the latest submission of each figure that a question is about.
fn latest(turn: &Turn<'_>, unit: UnitId, asked: &Asked) -> Vec<(IndicatorNo, u32)> {
    let mut all: Vec<(IndicatorNo, u32)> = Vec::new();
    for no in asked.indicators() {
        let Some(id) = turn.plan.indicator_numbered(no) else { continue };
        let current = turn.current(turn.plan.holder(unit, id), id);
        all.push((no, current.map_or(0, |current| current.latest)));
    }
    all.sort_unstable();
    all.dedup();
    all
}

pub(super) fn text(turn: &Turn<'_>, slip: &Slip<'_>, asked: &Asked) -> String {
    let plan = turn.plan;
    let id = |pick: &Pick| plan.indicator_numbered(pick.indicator);
    let figures = asked.choices.first().map_or(&[][..], |choice| &choice.figures);
    let named: Vec<IndicatorId> = figures.iter().filter_map(id).collect();
    let beside = figures.iter().skip(1).filter(|_| asked.confirms).filter_map(|pick| {
        let row = plan.indicator(id(pick)?);
        Some(format!("{}{}", row.short, row.measure.show(pick.value)))
    });
    let text = contexts::Asking {
        unit: plan.unit(slip.unit).name.clone(),
        period: PeriodWords::of(plan, slip.period),
        reason: asked.reason.clone(),
        said: asked.said.clone(),
        about: asked.about.and_then(|no| plan.indicator_numbered(no)).map(|id| Named::of(plan, id)),
        values: asked.values.clone(),
        several: asked.choices.len() > 1,
        figures: Named::all(plan, &named),
        beside: beside.collect(),
        on_behalf: slip.on_behalf(),
    };
    texts::render(turn.language, &text)
}

fn buttons(turn: &Turn<'_>, pending: &Pending) -> Vec<Vec<Button>> {
    let ReportKey { message, edition, .. } = pending.key.report;
    let start = format!("ask:{}:{edition}:{}:", message.0, pending.key.number);
    let button = |label: String, answer: String| Button { label, data: format!("{start}{answer}") };
    let choices = pending.asked.choices.iter().enumerate();
    let faces: Vec<Button> = choices
        .map(|(at, choice)| button(face(turn, pending, at, choice), at.to_string()))
        .collect();
    let mut rows: Vec<Vec<Button>> = faces.chunks(2).map(<[Button]>::to_vec).collect();
    if pending.asked.confirms {
        let label = Label::ConfirmAndExplain.text(turn.language).to_owned();
        rows.push(vec![button(label, format!("0{WITH_NOTE}"))]);
    }
    let several = pending.asked.choices.iter().any(|choice| choice.figures.len() > 1);
    let drop = match (pending.asked.confirms, several) {
        (true, _) => Label::NotThis,
        (false, false) => Label::ReportNothing,
        (false, true) => Label::NotNow,
    };
    rows.push(vec![button(drop.text(turn.language).to_owned(), DROP.to_owned())]);
    rows
}

/// What a choice's button says.
fn face(turn: &Turn<'_>, pending: &Pending, at: usize, choice: &Choice) -> String {
    let plan = turn.plan;
    let one = |pick: &Pick| {
        let row = plan.indicator(plan.indicator_numbered(pick.indicator)?);
        Some((row.no.to_string(), row.short.clone(), row.measure.show(pick.value)))
    };
    let (no, short, value) = choice.figures.first().and_then(one).unwrap_or_default();
    let count = choice.figures.len().to_string();
    let asked = &pending.asked;
    let label = |label: Label, values: &[&str]| label.with(turn.language, values);
    match asked.reason.as_str() {
        _ if asked.names() => format!("{} {no} {short}", circled(at)),
        "part_exceeds_whole" => {
            let figures = choice.figures.iter().filter_map(one);
            let figures = figures.map(|(_, short, value)| format!("{short}{value}"));
            figures.collect::<Vec<_>>().join("、")
        }
        "no_total" => label(Label::AsTotal, &[&value]),
        "missing_value" if at > 0 => label(Label::SameAsLast, &[&value]),
        "doubtful" if at == 0 => label(Label::AreTotals, &[]),
        "doubtful" => label(Label::AreAdditions, &[]),
        "other_unit" if asked.choices.len() > 1 => {
            let kind = if at == 0 { Label::OwnTotals } else { Label::OwnAdditions };
            label(kind, &[&plan.unit(pending.unit).name, &count])
        }
        "other_unit" => label(Label::ForOwnUnit, &[&plan.unit(pending.unit).name, &count]),
        "rest" => label(Label::RestUnchanged, &[&count]),
        "file" => label(Label::StoreAll, &[&count]),
        _ if asked.confirms => confirm(turn, asked, choice).unwrap_or(value),
        _ => value,
    }
}

/// What the button says that confirms a figure in doubt: the total, or the addition and what it comes
/// to.
pub(super) fn confirm(turn: &Turn<'_>, asked: &Asked, choice: &Choice) -> Option<String> {
    let pick = choice.figures.first()?;
    let row = turn.plan.indicator(turn.plan.indicator_numbered(pick.indicator)?);
    let value = row.measure.show(pick.value);
    let sum = |at: usize| asked.values.get(at).map_or("", String::as_str);
    Some(match (pick.kind, asked.reason.as_str()) {
        (Kind::Total, _) => Label::Confirm.with(turn.language, &[&value]),
        (_, "repeated") => Label::OnceMore.with(turn.language, &[&value, sum(1)]),
        _ => Label::ConfirmAddition.with(turn.language, &[&value, sum(0)]),
    })
}

/// ① … ⑳ for a place counted from 0.
fn circled(at: usize) -> char {
    u32::try_from(at).ok().and_then(|at| char::from_u32(0x2460 + at)).unwrap_or('·')
}

/// Somebody pressed an answer.
pub(super) fn pressed(
    turn: &mut Turn<'_>,
    pressed: &Pressed,
    account: Option<&Account>,
    data: &str,
) {
    let mut parts = data.split(':');
    let mut number = || parts.next()?.parse::<i64>().ok();
    let key = (|| {
        let (message, edition) = (MessageId(number()?), number()?);
        let report = ReportKey { chat: pressed.place.chat, message, edition };
        Some(PendingKey { report, number: number()? })
    })();
    let answer = parts.next().and_then(answer_of);
    let pending = key.and_then(|key| turn.snapshot.pending.get(&key)).cloned();
    let (Some(pending), Some(answer), Some(account)) = (pending, answer, account) else {
        return turn.answer(pressed, Label::AlreadyAnswered);
    };
    if !may_answer(account, &pending) {
        return turn.answer(pressed, Label::NotYourButton);
    }
    if expired(turn, &pending) {
        return turn.answer(pressed, Label::QuestionExpired);
    }
    let place = (&pressed.place, pressed.message);
    if take(turn, place, account, &pending, answer, Some(pressed.message)) {
        turn.answer(pressed, Label::Done);
    } else {
        turn.answer(pressed, Label::DeadButton);
    }
}

fn answer_of(data: &str) -> Option<Answer> {
    if data == DROP {
        return Some(Answer::Drop);
    }
    let digits = data.strip_suffix(WITH_NOTE);
    let at = digits.unwrap_or(data).parse().ok()?;
    Some(Answer::Choice { at, explain: digits.is_some() })
}

fn may_answer(account: &Account, pending: &Pending) -> bool {
    let own = account.unit == Some(pending.unit) && may(account.role, Act::Report);
    own || account.user == pending.by && may(account.role, Act::ReportFor)
}

/// Whether a question has gone with its period.
pub(super) fn expired(turn: &Turn<'_>, pending: &Pending) -> bool {
    pending.state != PendingState::Open || !turn.plan.still_open(pending.at, turn.moment.now)
}

/// Carries out an answer; false if there is no such choice. `edit` is the question's own message,
/// where it is known.
fn take(
    turn: &mut Turn<'_>,
    at: At<'_>,
    account: &Account,
    pending: &Pending,
    answer: Answer,
    edit: Option<MessageId>,
) -> bool {
    let (choice, explain) = match answer {
        Answer::Drop => (None, false),
        Answer::Choice { at, explain } => match pending.asked.choices.get(at) {
            Some(choice) => (Some(choice.clone()), explain),
            None => return false,
        },
    };
    // A confirmation is of what was seen: where a newer figure has come since, checks ask again.
    let seen = latest(turn, pending.unit, &pending.asked) == pending.asked.seen;
    // Who is told the last total, and how much less, has seen that it falls.
    let confirms = pending.asked.confirms || pending.asked.reason == "negative";
    let slip = slip_of(pending, account, confirms && seen);
    let picks = choice.map_or_else(Vec::new, |choice| choice.figures);
    let (doubtful, clear): (Vec<Pick>, Vec<Pick>) = picks.iter().partition(|pick| pick.doubt);
    let figures = |picks: &[Pick]| -> Vec<ReadFigure> {
        picks.iter().filter_map(|pick| choices::figure(turn.plan, *pick)).collect()
    };
    let (doubtful, clear) = (figures(&doubtful), figures(&clear));
    let dropped = picks.is_empty();
    let settled = settled(turn, &slip, pending, (clear, doubtful));
    answered_with(turn, at, &slip, pending, settled, (edit, dropped, explain));
    true
}

/// What becomes of an answer's figures. Those in doubt lead to the next question: 本周3家 now has its name,
/// but is it a total?
fn settled(
    turn: &Turn<'_>,
    slip: &Slip<'_>,
    pending: &Pending,
    (clear, mut doubtful): (Vec<ReadFigure>, Vec<ReadFigure>),
) -> Settled {
    let said = &pending.asked.said;
    for figure in &mut doubtful {
        figure.span = 0..said.len();
    }
    let mut settled = settle(turn, slip, clear);
    settled.asked.extend(choices::of_doubts(turn, said, &doubtful));
    settled
}

/// The slip of an answer.
fn slip_of<'a>(pending: &Pending, account: &'a Account, confirmed: bool) -> Slip<'a> {
    let corrects = pending.asked.corrects;
    let how = if corrects.is_some() { How::Corrected } else { How::Sent };
    let (key, unit, period) = (pending.key.report, pending.unit, pending.period);
    Slip { key, unit, period, account, confirmed, how, corrects }
}

/// Stores what an answer came to, and shows it in place of the question.
fn answered_with(
    turn: &mut Turn<'_>,
    at: At<'_>,
    slip: &Slip<'_>,
    pending: &Pending,
    settled: Settled,
    (edit, dropped, explain): (Option<MessageId>, bool, bool),
) {
    keep::figures(turn, slip, &settled.accepted);
    let noting = explain && !settled.accepted.is_empty();
    if let Some(note) = pending.asked.note.clone().filter(|_| !settled.accepted.is_empty()) {
        let (report, by, at) = (slip.key, slip.account.user, turn.moment.now);
        turn.effects.notes.push(Note { report, by, at, text: note });
    }
    let state = if noting { PendingState::Noting } else { PendingState::Closed };
    turn.effects.pending.retain(|other| other.key != pending.key);
    // Whoever answered is asked to explain, also where somebody else was asked.
    let (by, now) = (slip.account.user, turn.moment.now);
    turn.effects.pending.push(Pending { state, by, at: now, ..pending.clone() });
    let Settled { accepted, asked, remarks } = settled;
    // An answer that only leads to the next question is shown by that question.
    let html = if dropped || accepted.is_empty() && remarks.is_empty() {
        let asked_text = contexts::Answered {
            unit: turn.plan.unit(slip.unit).name.clone(),
            period: PeriodWords::of(turn.plan, slip.period),
            said: pending.asked.said.clone(),
            dropped,
        };
        texts::render(turn.language, &asked_text)
    } else {
        keep::read_back(turn, slip, &accepted, &keep::Changes::default(), remarks, noting)
    };
    let confirmed = Slip { confirmed: true, ..*slip };
    let buttons = keep::undo_button(turn, &confirmed, &accepted);
    let about = Some(About::Report(slip.key));
    match edit {
        Some(message) => turn.send(at.0.chat, What::Edit { message, html, buttons }),
        None => turn.say(at, &html, &buttons, about),
    }
    for (number, one) in (0..).zip(asked) {
        send(turn, at, slip, number, one);
    }
}

/// The open questions that a text may be the answer to, the latest first: of its chat, and where it
/// replies to something, only what was asked there, or about the report that is read back there.
pub(super) fn open_to(turn: &Turn<'_>, said: &Said, account: &Account) -> Vec<Pending> {
    let chat = said.place.chat;
    let meant = |one: &Pending| {
        let Some(to) = said.reply_to else { return true };
        match turn.snapshot.replied.get(&(chat, to)) {
            Some(About::Question(key)) => *key == one.key,
            Some(About::Report(key)) => one.key.report == *key || one.asked.corrects == Some(*key),
            Some(About::Task(_) | About::Returned { .. } | About::Flagged { .. }) | None => false,
        }
    };
    let mut open: Vec<Pending> = turn
        .snapshot
        .pending
        .values()
        .filter(|one| one.key.report.chat == chat && may_answer(account, one))
        .filter(|one| !expired(turn, one) && meant(one))
        .cloned()
        .collect();
    open.sort_by_key(|one| std::cmp::Reverse((one.at, one.key.number)));
    open
}

/// Drops what was asked, as 不报 does.
pub(super) fn drop(turn: &mut Turn<'_>, at: At<'_>, account: &Account, pending: &Pending) {
    take(turn, at, account, pending, Answer::Drop, None);
}

/// Takes a text as the answer to an open question of this chat, the one it replies to or the latest;
/// false if it answers none.
pub(super) fn answered(turn: &mut Turn<'_>, said: &Said, account: &Account) -> bool {
    let at = (&said.place, said.message);
    let mut open: Vec<(Pending, Option<Read>)> = open_to(turn, said, account)
        .into_iter()
        .map(|one| {
            let read = choices::completed(turn, &one, &said.text);
            (one, read)
        })
        .collect();
    // A bare number may be for each of several questions: only one that offers it can be meant.
    let number = choices::starts_with_number(said.text.trim());
    let fits = |one: &Pending, read: &Read| -> bool {
        let offered = (read.figure.indicator, read.figure.value);
        let picks = one.asked.choices.iter().flat_map(|choice| &choice.figures);
        picks
            .filter_map(|pick| Some((turn.plan.indicator_numbered(pick.indicator)?, pick.value)))
            .any(|pick| pick == offered)
    };
    let takes =
        |(one, read): &&(Pending, Option<Read>)| one.asked.about.is_some() && read.is_some();
    let several = number && open.iter().filter(takes).count() > 1;
    if several {
        let fitting = |(one, read): &(Pending, Option<Read>)| {
            one.asked.about.is_some() && read.as_ref().is_some_and(|read| fits(one, read))
        };
        open.retain(fitting);
        if open.len() > 1 {
            open.clear();
        }
    }
    for (pending, read) in open {
        if let Some(answer) = in_words(turn, &pending, &said.text) {
            return take(turn, at, account, &pending, answer, None);
        }
        if let Some(read) = read {
            let slip = slip_of(&pending, account, false);
            let (figure, none) = (vec![read.figure], Vec::new());
            let figures = if read.doubt { (none, figure) } else { (figure, none) };
            let settled = settled(turn, &slip, &pending, figures);
            answered_with(turn, at, &slip, &pending, settled, (None, false, false));
            return true;
        }
    }
    false
}
