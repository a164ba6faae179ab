//! `/review`, its buttons, and the reason for sending back as the reviewer's next text.

use chrono::TimeDelta;
use serde_json::json;

use super::again;
use super::book::{Cell, ReviewAsk};
use super::judge::{accept, lead, may_judge, send_back};
use super::sheet::{Row, Sheet, list, reviewed_by, span};
use crate::conversation::effects::{Button, FileOut, What};
use crate::conversation::event::{Place, Pressed, Said};
use crate::conversation::report::outside;
use crate::conversation::snapshot::Account;
use crate::conversation::{MessageId, Turn, evidence, flags, permissions};
use crate::plan::{IndicatorId, UnitCode};
use crate::texts::contexts::{Moment, Named, PeriodWords, ReviewOne};
use crate::texts::{self, Label};

/// The most characters of a reason.
const LONGEST_REASON: usize = 200;

/// How long the next text of whoever is asked for a reason is one.
const LIVELY: TimeDelta = TimeDelta::minutes(30);

/// `/review`: all there is to review; `/review 小升规`: one indicator; `/review 小升规 游埠镇`: one figure.
pub(in crate::conversation) fn review(
    turn: &mut Turn<'_>,
    said: &Said,
    account: &Account,
    words: &str,
) {
    if reviewed_by(turn.plan, account).is_empty() {
        return turn.not_allowed(said, "reviewer", "/review");
    }
    let Some(span) = span(turn.plan, turn.snapshot, account, turn.moment.now) else {
        return turn.reply(&said.place, None, &outside(turn.plan), &[]);
    };
    let mut words = words.split_whitespace();
    let indicator = words.next().and_then(|name| turn.plan.indicator_named(name));
    let unit = words.next().and_then(|name| turn.plan.unit_named(name));
    let mine = |id: &IndicatorId| permissions::reviews(turn.plan, account, *id);
    let (html, buttons) = if let Some(id) = indicator.filter(mine) {
        let sheet = Sheet::of(turn.plan, turn.snapshot, account, (id, span));
        match unit.and_then(|unit| sheet.row(unit)) {
            Some(row) => one(turn, &sheet, row, None),
            None => sheet.card(turn.language),
        }
    } else {
        let all = |_| true;
        let (html, buttons, _) = list(turn.plan, turn.snapshot, (account, span), (&all, false));
        (html, buttons)
    };
    turn.say((&said.place, said.message), &html, &buttons, None);
}

/// What a button carries of a figure.
struct Meant {
    cell: Cell,
    seen: u32,
    rest: Option<usize>,
}

impl Meant {
    fn of(turn: &Turn<'_>, id: IndicatorId, mut parts: std::str::Split<'_, char>) -> Option<Self> {
        let unit = turn.plan.unit_coded(&UnitCode::new(parts.next()?))?;
        let seen = parts.next()?.parse().ok()?;
        let rest = parts.next().and_then(|rest| rest.parse().ok());
        Some(Self { cell: (unit, id), seen, rest })
    }
}

/// A button of a review.
pub(in crate::conversation) fn pressed(
    turn: &mut Turn<'_>,
    pressed: &Pressed,
    account: Option<&Account>,
    data: &str,
) {
    let Some(account) = account.filter(|account| !reviewed_by(turn.plan, account).is_empty())
    else {
        return turn.answer(pressed, Label::ReviewersOnly);
    };
    let Some(span) = span(turn.plan, turn.snapshot, account, turn.moment.now) else {
        return turn.answer(pressed, Label::DeadButton);
    };
    let mut parts = data.split(':');
    let verb = parts.next().unwrap_or_default();
    if verb == "list" {
        let all = |_| true;
        let (html, buttons, _) = list(turn.plan, turn.snapshot, (account, span), (&all, false));
        return show(turn, pressed, (html, buttons), Label::Done);
    }
    let no = parts.next().and_then(|no| no.parse().ok());
    let id = no.and_then(|no| turn.plan.indicator_numbered(no));
    let Some(id) = id.filter(|id| permissions::reviews(turn.plan, account, *id)) else {
        return turn.answer(pressed, Label::ReviewersOnly);
    };
    let sheet = Sheet::of(turn.plan, turn.snapshot, account, (id, span));
    match verb {
        "see" => return show(turn, pressed, sheet.card(turn.language), Label::Done),
        "one" => {
            let from = parts.next().and_then(|at| at.parse().ok()).unwrap_or(0);
            return step(turn, pressed, &sheet, from);
        }
        "all" => return all(turn, pressed, account, (&sheet, parts.next().unwrap_or_default())),
        _ => {}
    }
    let Some(meant) = Meant::of(turn, id, parts) else {
        return turn.answer(pressed, Label::DeadButton);
    };
    if !may_judge(turn.plan, turn.snapshot, account, meant.cell) {
        return turn.answer(pressed, Label::ReviewersOnly);
    }
    if let (true, Some(at)) = (verb == "unflag", meant.rest) {
        return flags::desk::lifted(turn, pressed, account, (meant.cell, at));
    }
    let Some(row) = sheet.row(meant.cell.0).filter(|row| row.latest == meant.seen) else {
        let current = turn.current(meant.cell.0, meant.cell.1);
        let back = turn.snapshot.book.sent_back(meant.cell, current).is_some();
        return turn
            .answer(pressed, if back { Label::ReviewSentBack } else { Label::FigureChanged });
    };
    match verb {
        "ok" => accept_one(turn, pressed, account, (&sheet, row)),
        "back" => {
            let shown = reasons(turn, &sheet, row);
            show(turn, pressed, shown, Label::Done);
        }
        "why" => {
            let reason = meant.rest.and_then(|at| turn.plan.review.reasons.get(at)).cloned();
            let Some(reason) = reason else { return turn.answer(pressed, Label::DeadButton) };
            match return_one(turn, account, (&sheet, row), &reason) {
                Ok(shown) => show(turn, pressed, shown, Label::ReviewReturned),
                Err(label) => turn.answer(pressed, label),
            }
        }
        "flag" => {
            let shown = flags::desk::choose(turn, (row.cell, row.latest));
            show(turn, pressed, shown, Label::Done);
        }
        "mark" => {
            let at = meant.rest.unwrap_or(usize::MAX);
            flags::desk::ask(turn, pressed, (row.cell, at));
        }
        "write" => {
            let ask = ReviewAsk {
                user: account.user,
                cell: meant.cell,
                revision: meant.seen,
                at: turn.moment.now,
            };
            turn.effects.review_asks.push(ask);
            let text = one_text(turn, &sheet, row, "write");
            let html = texts::render(turn.language, &text);
            turn.say((&pressed.place, MessageId(0)), &html, &[], None);
            turn.answer(pressed, Label::DraftWrite);
        }
        _ => turn.answer(pressed, Label::DeadButton),
    }
}

fn show(
    turn: &mut Turn<'_>,
    pressed: &Pressed,
    (html, buttons): (String, Vec<Vec<Button>>),
    label: Label,
) {
    // A list that is longer than a message is cut at a line; its buttons stay.
    let html = texts::split(&html).into_iter().next().unwrap_or_default();
    turn.send(pressed.place.chat, What::Edit { message: pressed.message, html, buttons });
    turn.answer(pressed, label);
}

/// Goes through what is open one by one.
fn step(turn: &mut Turn<'_>, pressed: &Pressed, sheet: &Sheet<'_>, from: usize) {
    let at = from.min(sheet.open.len().saturating_sub(1));
    match sheet.open.get(at) {
        Some(row) => {
            let shown = one(turn, sheet, row, Some((at, sheet.open.len())));
            show(turn, pressed, shown, Label::Done);
        }
        None => show(turn, pressed, sheet.card(turn.language), Label::ReviewNothingOpen),
    }
}

/// Accepts all that is open, if it is what was shown.
fn all(
    turn: &mut Turn<'_>,
    pressed: &Pressed,
    account: &Account,
    (sheet, seal): (&Sheet<'_>, &str),
) {
    if sheet.open.is_empty() {
        return show(turn, pressed, sheet.card(turn.language), Label::ReviewNothingOpen);
    }
    if sheet.seal() != seal {
        return show(turn, pressed, sheet.card(turn.language), Label::FigureChanged);
    }
    let mut left = Vec::new();
    for row in &sheet.open {
        match accept(turn, account, row.cell, row.latest) {
            Ok(holding) => left.extend(holding),
            Err(label) => return turn.answer(pressed, label),
        }
    }
    let units: Vec<String> =
        sheet.open.iter().map(|row| turn.plan.unit(row.cell.0).code.to_string()).collect();
    noted(turn, account, sheet, &units);
    let label = if left.is_empty() { Label::ReviewAllDone } else { Label::ReviewAgreed };
    // The card as it is now, with what this press has done.
    let mut after = turn.snapshot.clone();
    after.apply(&turn.effects);
    let next = Sheet::of(turn.plan, &after, account, (sheet.indicator, sheet.span));
    let shown = next.card(turn.language);
    show(turn, pressed, shown, label);
}

fn noted(turn: &mut Turn<'_>, account: &Account, sheet: &Sheet<'_>, units: &[String]) {
    let subject = format!("{} {}", turn.plan.indicator(sheet.indicator).no, sheet.period);
    turn.audit(account.user, "review-accept", subject, json!({ "units": units }));
}

fn accept_one(
    turn: &mut Turn<'_>,
    pressed: &Pressed,
    account: &Account,
    (sheet, row): (&Sheet<'_>, &Row),
) {
    let holding = match accept(turn, account, row.cell, row.latest) {
        Ok(holding) => holding,
        Err(label) => return turn.answer(pressed, label),
    };
    noted(turn, account, sheet, &[turn.plan.unit(row.cell.0).code.to_string()]);
    let label = if holding.is_empty() { Label::ReviewAccepted } else { Label::ReviewAgreed };
    let stepping = sheet.open.iter().position(|one| one.cell == row.cell);
    let text = ReviewOne {
        holding: holding.iter().map(|unit| turn.plan.unit(*unit).name.clone()).collect(),
        ..one_text(turn, sheet, row, if holding.is_empty() { "accepted" } else { "agreed" })
    };
    let html = texts::render(turn.language, &text);
    let buttons = onward(turn, sheet, stepping);
    show(turn, pressed, (html, buttons), label);
}

/// Leads on after one figure is judged: to the next one open, and back to the indicator.
fn onward(turn: &Turn<'_>, sheet: &Sheet<'_>, judged: Option<usize>) -> Vec<Vec<Button>> {
    let no = turn.plan.indicator(sheet.indicator).no;
    let button = |label: Label, data: String| Button {
        label: label.text(turn.language).to_owned(),
        data: format!("review:{data}"),
    };
    let mut row = Vec::new();
    // What is judged is not open any more, so the next one has its place.
    if let Some(at) = judged.filter(|_| sheet.open.len() > 1) {
        row.push(button(Label::ReviewNext, format!("one:{no}:{at}")));
    }
    row.push(button(Label::ReviewBack, format!("see:{no}")));
    vec![row]
}

fn one_text(turn: &Turn<'_>, sheet: &Sheet<'_>, row: &Row, step: &'static str) -> ReviewOne {
    ReviewOne {
        step,
        indicator: Named::of(turn.plan, sheet.indicator),
        period: PeriodWords::of(turn.plan, sheet.period),
        line: sheet.line(row),
        at: None,
        holding: Vec::new(),
        reason: String::new(),
        until: None,
    }
}

/// One figure with its buttons. `at` is its place among the open ones.
fn one(
    turn: &Turn<'_>,
    sheet: &Sheet<'_>,
    row: &Row,
    at: Option<(usize, usize)>,
) -> (String, Vec<Vec<Button>>) {
    let text =
        ReviewOne { at: at.map(|(at, of)| (at + 1, of)), ..one_text(turn, sheet, row, "show") };
    let no = turn.plan.indicator(sheet.indicator).no;
    let tail = format!("{no}:{}:{}", turn.plan.unit(row.cell.0).code, row.latest);
    let button = |label: Label, data: String| Button {
        label: label.text(turn.language).to_owned(),
        data: format!("review:{data}"),
    };
    let mut judge = Vec::new();
    if !turn.snapshot.book.is_accepted(row.cell, row.latest) {
        judge.push(button(Label::ReviewAccept, format!("ok:{tail}")));
    }
    judge.push(button(Label::ReviewReturn, format!("back:{tail}")));
    if !turn.plan.review.flags.is_empty() && !turn.plan.indicator(row.cell.1).measure.is_rate() {
        judge.push(button(Label::ReviewFlag, format!("flag:{tail}")));
    }
    let files: Vec<&FileOut> = sheet.evidence(row).filter_map(|one| one.file.as_ref()).collect();
    let files = evidence::handing::button(turn, row.cell, &files, false);
    let mut onward = Vec::new();
    if let Some((at, _)) = at.filter(|(at, of)| at + 1 < *of) {
        onward.push(button(Label::ReviewNext, format!("one:{no}:{}", at + 1)));
    }
    onward.push(button(Label::ReviewBack, format!("see:{no}")));
    let rows = [Some(judge), files.map(|button| vec![button]), Some(onward)];
    (texts::render(turn.language, &text), rows.into_iter().flatten().collect())
}

/// Why does it go back? A button a reason, and one for other words.
fn reasons(turn: &Turn<'_>, sheet: &Sheet<'_>, row: &Row) -> (String, Vec<Vec<Button>>) {
    let html = texts::render(turn.language, &one_text(turn, sheet, row, "reason"));
    let no = turn.plan.indicator(sheet.indicator).no;
    let tail = format!("{no}:{}:{}", turn.plan.unit(row.cell.0).code, row.latest);
    let ready = turn.plan.review.reasons.iter().enumerate();
    let mut buttons: Vec<Vec<Button>> = ready
        .map(|(at, reason)| {
            vec![Button { label: reason.clone(), data: format!("review:why:{tail}:{at}") }]
        })
        .collect();
    let button = |label: Label, data: String| Button {
        label: label.text(turn.language).to_owned(),
        data: format!("review:{data}"),
    };
    buttons.push(vec![
        button(Label::ReviewWrite, format!("write:{tail}")),
        button(Label::ReviewNotBack, format!("see:{no}")),
    ]);
    (html, buttons)
}

/// Sends a figure back, tells its unit, and says so.
fn return_one(
    turn: &mut Turn<'_>,
    account: &Account,
    (sheet, row): (&Sheet<'_>, &Row),
    reason: &str,
) -> Result<(String, Vec<Vec<Button>>), Label> {
    let review = send_back(turn, account, row.cell, (row.latest, reason))?;
    again::notice(turn, account, &review);
    let text = ReviewOne {
        reason: reason.to_owned(),
        until: review.deadline.map(|deadline| Moment::of(turn.plan, deadline)),
        ..one_text(turn, sheet, row, "returned")
    };
    let html = texts::render(turn.language, &text);
    let at = sheet.open.iter().position(|one| one.cell == row.cell);
    Ok((html, onward(turn, sheet, at)))
}

/// Takes a text as the reason that a reviewer was asked for; false if none is awaited.
pub(in crate::conversation) fn reason(turn: &mut Turn<'_>, said: &Said, account: &Account) -> bool {
    let asked = turn.snapshot.book.asks.get(&account.user).copied();
    let lively = |ask: &ReviewAsk| ask.revision > 0 && turn.moment.now - ask.at <= LIVELY;
    let Some(ask) = asked.filter(|ask| said.place.group.is_none() && lively(ask)) else {
        return false;
    };
    let text = said.text.split_whitespace().collect::<Vec<_>>().join(" ");
    let own = lead(account).is_some_and(|own| {
        // A lead reports figures too: a message that is nothing but those is a report.
        !turn.desk.lexicon.read(turn.plan, own, &said.text).figures.is_empty()
    });
    if own || text.is_empty() {
        return false;
    }
    turn.effects.review_asks.push(ReviewAsk { revision: 0, ..ask });
    let place: &Place = &said.place;
    if ["取消", "不退回", "不退了"].contains(&text.as_str()) {
        let html = Label::ReviewKept.text(turn.language);
        turn.say((place, MessageId(0)), html, &[], None);
        return true;
    }
    let reason: String = text.chars().take(LONGEST_REASON).collect();
    let Some(span) = span(turn.plan, turn.snapshot, account, turn.moment.now) else { return false };
    let sheet = Sheet::of(turn.plan, turn.snapshot, account, (ask.cell.1, span));
    let row = sheet.row(ask.cell.0).filter(|row| row.latest == ask.revision).cloned();
    let may = may_judge(turn.plan, turn.snapshot, account, ask.cell);
    let done = row
        .filter(|_| may)
        .ok_or(Label::FigureChanged)
        .and_then(|row| return_one(turn, account, (&sheet, &row), &reason));
    match done {
        Ok((html, buttons)) => turn.say((place, MessageId(0)), &html, &buttons, None),
        Err(label) => turn.say((place, MessageId(0)), label.text(turn.language), &[], None),
    }
    true
}
