//! `/audit 兰江 小升规`: every revision of a figure: who, when, with which message, what it replaced, and
//! what reviewers said of it. Read off the append-only rows, newest first, a page at a time.

use chrono::{DateTime, Utc};

use super::Turn;
use super::effects::{Button, Origin, Submission, What};
use super::event::{MessageId, Pressed, Said, UserId};
use super::evidence::{self, Evidence};
use super::flags::Flag;
use super::permissions::{Act, may, reviews};
use super::review::book::Cell;
use super::review::{Review, Verdict};
use super::snapshot::{Account, Role};
use crate::plan::{Period, Quantity, UnitId};
use crate::texts::contexts::{Moment, Named, PeriodWords, Trail, TrailLine};
use crate::texts::{self, Label};

/// The most entries a page shows.
const PAGE: usize = 6;

/// So much of a message is quoted, in characters.
const QUOTED: usize = 60;

/// `/audit 兰江 小升规`.
pub(super) fn audit(turn: &mut Turn<'_>, said: &Said, account: &Account, words: &str) {
    let mut words = words.split_whitespace();
    let (first, second) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let Some(unit) = turn.plan.unit_named(first) else {
        return turn.no_such_unit(said, "audit", first);
    };
    let Some(indicator) = turn.plan.indicator_named(second) else {
        let html = Label::TrailUsage.text(turn.language);
        return turn.say((&said.place, said.message), html, &[], None);
    };
    let cell = (turn.plan.holder(unit, indicator), indicator);
    if !may_see(turn, account, unit, cell) {
        return turn.not_allowed(said, "history", "/audit");
    }
    if turn.plan.level_of(cell.0, cell.1).is_some() {
        return turn.not_allowed(said, "rolled_up_history", "/audit");
    }
    let (html, buttons) = page(turn, cell, 0);
    turn.say((&said.place, MessageId(0)), &html, &buttons, None);
}

/// The office sees any figure's history, a liaison that of its own unit and of what it reviews.
pub(super) fn may_see(turn: &Turn<'_>, account: &Account, unit: UnitId, cell: Cell) -> bool {
    let own = account.role != Role::Liaison || account.unit == Some(unit);
    may(account.role, Act::SeeHistory) && own || reviews(turn.plan, account, cell.1)
}

/// Another page.
pub(super) fn pressed(
    turn: &mut Turn<'_>,
    pressed: &Pressed,
    account: Option<&Account>,
    data: &str,
) {
    let parts: Vec<&str> = data.split(':').collect();
    let [no, unit, at] = parts[..] else { return turn.answer(pressed, Label::DeadButton) };
    let cell = turn.plan.unit_named(unit).zip(turn.plan.indicator_named(no));
    let (Some(cell), Some(account), Ok(at)) = (cell, account, at.parse::<u16>()) else {
        return turn.answer(pressed, Label::DeadButton);
    };
    if !may_see(turn, account, cell.0, cell) {
        return turn.answer(pressed, Label::NotForYou);
    }
    let (html, buttons) = page(turn, cell, at.into());
    turn.send(pressed.place.chat, What::Edit { message: pressed.message, html, buttons });
    turn.answer(pressed, Label::Done);
}

/// One thing that happened to a figure.
enum Entry<'a> {
    Sent(&'a Submission),
    Judged(&'a Review),
    Borne(&'a Evidence),
    Flagged(&'a Flag),
}

impl Entry<'_> {
    fn at(&self) -> DateTime<Utc> {
        match self {
            Self::Sent(row) => row.at,
            Self::Judged(review) => review.at,
            Self::Borne(evidence) => evidence.at,
            Self::Flagged(flag) => flag.at,
        }
    }
}

/// Everything that happened to a figure, newest first. What sending back took back is one entry.
fn entries<'a>(turn: &Turn<'a>, cell: Cell) -> Vec<Entry<'a>> {
    let judged = turn.snapshot.book.of.get(&cell).map_or(&[][..], Vec::as_slice);
    let of_return = |row: &Submission| {
        judged.iter().any(|one| one.revision < row.revision && row.revision <= one.through)
    };
    let mut all = Vec::new();
    for row in turn.snapshot.history.get(&cell).into_iter().flatten() {
        if !of_return(row) {
            all.push(Entry::Sent(row));
        }
        all.extend(judged.iter().filter(|one| one.revision == row.revision).map(Entry::Judged));
    }
    // What goes with a figure stands behind what had happened by then.
    let borne = turn.snapshot.book.evidence.get(&cell).into_iter().flatten().map(Entry::Borne);
    let flagged = turn.snapshot.book.all_flags.get(&cell).into_iter().flatten();
    for one in borne.chain(flagged.map(Entry::Flagged)) {
        let behind = all.iter().rposition(|other| other.at() <= one.at());
        all.insert(behind.map_or(0, |at| at + 1), one);
    }
    all.reverse();
    all
}

fn page(turn: &Turn<'_>, cell: Cell, at: usize) -> (String, Vec<Vec<Button>>) {
    let plan = turn.plan;
    let all = entries(turn, cell);
    let pages = all.len().div_ceil(PAGE).max(1);
    let at = at.min(pages - 1);
    let lines = all.iter().skip(at * PAGE).take(PAGE).map(|entry| match entry {
        Entry::Sent(row) => sent(turn, row),
        Entry::Judged(review) => judged(turn, review),
        Entry::Borne(evidence) => borne(turn, evidence),
        Entry::Flagged(flag) => flagged(turn, flag),
    });
    let measure = &plan.indicator(cell.1).measure;
    let text = Trail {
        unit: plan.unit(cell.0).name.clone(),
        indicator: Named::of(plan, cell.1),
        in_force: turn.snapshot.total(cell.0, cell.1).map(|total| measure.show(total)),
        flags: turn.snapshot.book.flag_words(plan, cell),
        lines: lines.collect(),
        page: (at + 1, pages),
        of: all.len(),
    };
    let (no, code) = (plan.indicator(cell.1).no, &plan.unit(cell.0).code);
    let button = |label: Label, page: usize| Button {
        label: label.text(turn.language).to_owned(),
        data: format!("audit:{no}:{code}:{page}"),
    };
    let mut row = Vec::new();
    if at > 0 {
        row.push(button(Label::PageBack, at - 1));
    }
    if at + 1 < pages {
        row.push(button(Label::PageOn, at + 1));
    }
    let shown = all.iter().skip(at * PAGE).take(PAGE);
    let files = shown.filter_map(|entry| match entry {
        Entry::Borne(one) => one.file.as_ref(),
        _ => None,
    });
    let mut buttons: Vec<Vec<Button>> = files
        .filter_map(|file| Some(vec![evidence::handing::button(turn, cell, &[file], true)?]))
        .collect();
    buttons.dedup();
    if !row.is_empty() {
        buttons.push(row);
    }
    (texts::render(turn.language, &text), buttons)
}

/// Who somebody is: the name, and for whom they speak.
pub(super) fn who(turn: &Turn<'_>, user: Option<UserId>) -> String {
    let Some(user) = user else { return String::new() };
    let Some(account) = turn.snapshot.accounts.get(&user) else { return format!("#{}", user.0) };
    let of = account.unit.map(|unit| turn.plan.unit(unit).name.as_str());
    match of {
        Some(of) if of != account.name => format!("{}（{of}）", account.name),
        _ => account.name.clone(),
    }
}

fn sent(turn: &Turn<'_>, row: &Submission) -> TrailLine {
    let show = |value: Quantity| turn.plan.indicator(row.indicator).measure.show(value);
    let said = turn.snapshot.book.sources.get(&row.report);
    let quoted = said.filter(|_| row.origin != Origin::Withdrawal).map(|text| {
        let plain: Vec<&str> = text.split_whitespace().collect();
        let plain = plain.join(" ");
        let cut: String = plain.chars().take(QUOTED).collect();
        if cut.len() < plain.len() { format!("{cut}…") } else { cut }
    });
    let what = match row.origin {
        Origin::Total => "total",
        Origin::Increment => "increment",
        Origin::Withdrawal => "withdrawal",
    };
    TrailLine {
        number: row.revision,
        value: show(row.value),
        in_force: row.in_force.map(|figure| show(figure.total)),
        before: row.before.map(|figure| show(figure.total)),
        place: Some(row.place).filter(|place| *place != row.revision),
        late: row.late,
        message: row.report.message.0,
        said: quoted,
        ..bare(what, turn, (row.at, Some(row.by), row.period))
    }
}

fn judged(turn: &Turn<'_>, review: &Review) -> TrailLine {
    let show = |value: Quantity| turn.plan.indicator(review.indicator).measure.show(value);
    let history = turn.snapshot.history.get(&review.cell());
    let after = history.into_iter().flatten().find(|row| row.revision == review.through);
    let what = match (review.verdict, review.by) {
        (Verdict::Returned, _) => "returned",
        (Verdict::Accepted, None) => "silence",
        (Verdict::Accepted, Some(_)) => "accepted",
        (Verdict::Agreed, _) => "agreed",
    };
    TrailLine {
        number: review.revision,
        value: show(review.total),
        in_force: after.and_then(|row| row.in_force).map(|figure| show(figure.total)),
        reason: review.reason.clone(),
        ..bare(what, turn, (review.at, review.by, review.period))
    }
}

/// Evidence as an entry of its own.
fn borne(turn: &Turn<'_>, one: &Evidence) -> TrailLine {
    TrailLine {
        said: Some(one.text.clone()).filter(|text| !text.is_empty()),
        message: one.report.1.0,
        file: one.file.as_ref().map(|file| file.name.clone()),
        ..bare("evidence", turn, (one.at, Some(one.by), one.period))
    }
}

/// A flag that was set or lifted.
fn flagged(turn: &Turn<'_>, flag: &Flag) -> TrailLine {
    let measure = &turn.plan.indicator(flag.indicator).measure;
    let what = if flag.number.0 > 0 { "flagged" } else { "unflagged" };
    TrailLine {
        number: flag.revision,
        value: measure.show(flag.number),
        label: flag.label.clone(),
        reason: flag.reason.clone(),
        ..bare(what, turn, (flag.at, Some(flag.by), flag.period))
    }
}

/// An entry with nothing but what, when, who and for which period.
fn bare(
    what: &'static str,
    turn: &Turn<'_>,
    (at, by, period): (DateTime<Utc>, Option<UserId>, Period),
) -> TrailLine {
    TrailLine {
        what,
        number: 0,
        at: Moment::of(turn.plan, at),
        who: who(turn, by),
        period: PeriodWords::of(turn.plan, period),
        value: String::new(),
        in_force: None,
        before: None,
        place: None,
        late: false,
        message: 0,
        said: None,
        reason: String::new(),
        label: String::new(),
        file: None,
    }
}
