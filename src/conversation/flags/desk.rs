//! Setting and lifting flags: by the buttons of a review, by `/flag`, by words that begin with 标注.

use serde_json::json;

use super::{Flag, taken_off, told};
use crate::conversation::dialogue::{self, Dialogue, Subject};
use crate::conversation::effects::{Button, What};
use crate::conversation::event::{MessageId, Place, Pressed, Said};
use crate::conversation::review::book::Cell;
use crate::conversation::review::judge::{lead, may_judge};
use crate::conversation::review::sheet::reviewed_by;
use crate::conversation::snapshot::{Account, InForce};
use crate::conversation::{Turn, choices};
use crate::message::Kind;
use crate::plan::{Flagged, Quantity, UnitCode};
use crate::texts::contexts::{FlagText, FlaggedLine, Named};
use crate::texts::{self, Label};

/// The longest reason, in characters.
const LONGEST_REASON: usize = 200;

/// The longest name that is looked up, in characters.
const LONGEST_NAME: usize = 24;

/// What a text asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wish {
    Set,
    Lift,
}

/// What follows 标注 or 取消标注; `None` for any other text.
fn wish(text: &str) -> Option<(Wish, &str)> {
    let text = text.trim();
    for (word, wish) in [("取消标注", Wish::Lift), ("标注", Wish::Set)] {
        if let Some(rest) = text.strip_prefix(word) {
            return Some((
                wish,
                rest.trim_start_matches(|c: char| c.is_whitespace() || "：:".contains(c)),
            ));
        }
    }
    None
}

/// Whether a text may be about a flag, so that what reviewers look at must be loaded.
pub(in crate::conversation) fn is_word(text: &str) -> bool {
    wish(text).is_some()
}

/// Takes a text that sets or lifts a flag; false if it is none, or its writer reviews nothing.
pub(in crate::conversation) fn said(turn: &mut Turn<'_>, said: &Said, account: &Account) -> bool {
    let Some((wish, rest)) = wish(&said.text).filter(|_| said.place.group.is_none()) else {
        return false;
    };
    if turn.plan.review.flags.is_empty() || reviewed_by(turn.plan, account).is_empty() {
        return false;
    }
    by_words(turn, &said.place, account, (wish, rest));
    true
}

/// `/flag`, `/flag 游埠镇 小升规 注销3家 原因`, `/flag 取消 游埠镇 小升规 注销`.
pub(in crate::conversation) fn command(
    turn: &mut Turn<'_>,
    said: &Said,
    account: &Account,
    rest: &str,
) {
    if reviewed_by(turn.plan, account).is_empty() {
        return turn.not_allowed(said, "reviewer", "/flag");
    }
    let (wish, rest) = match rest.strip_prefix("取消") {
        Some(rest) => (Wish::Lift, rest.trim_start()),
        None => (Wish::Set, rest),
    };
    by_words(turn, &said.place, account, (wish, rest));
}

fn by_words(turn: &mut Turn<'_>, place: &Place, account: &Account, (wish, words): (Wish, &str)) {
    let plan = turn.plan;
    let unit = longest(words, |name| plan.unit_named(name));
    let named = unit.and_then(|(unit, rest)| {
        let (id, rest) = longest(rest, |name| plan.indicator_named(name))?;
        Some(((plan.holder(unit, id), id), rest))
    });
    let Some((cell, rest)) = named.filter(|_| !plan.review.flags.is_empty()) else {
        let text = usage(turn, account);
        return turn.reply(place, None, &text, &[]);
    };
    if !may_judge(plan, turn.snapshot, account, cell) {
        let html = Label::ReviewersOnly.text(turn.language);
        return turn.say((place, MessageId(0)), html, &[], None);
    }
    let labels = plan.review.flags.clone();
    let named = labels.iter().find_map(|label| Some((label, rest.strip_prefix(label.as_str())?)));
    let done = match (wish, named) {
        (Wish::Set, Some((label, rest))) => set(turn, account, cell, (label, rest)),
        (Wish::Set, None) => {
            let text = usage(turn, account);
            return turn.reply(place, None, &text, &[]);
        }
        (Wish::Lift, Some((label, rest))) => lift(turn, account, cell, (label, rest)),
        // Without a label all of them are meant.
        (Wish::Lift, None) => {
            let standing = turn.snapshot.book.flags_of(cell).to_vec();
            let mut done = Err(refused(turn, cell, "not_flagged", ""));
            for flag in standing {
                done = lift(turn, account, cell, (&flag.label, rest));
            }
            done
        }
    };
    match done {
        Ok((text, flag)) => {
            let buttons = after(turn, &flag);
            turn.reply(place, None, &text, &buttons);
        }
        Err(text) => turn.reply(place, None, &*text, &[]),
    }
}

/// The longest name that a text begins with (游埠镇小升规: 游埠 is a name, 游埠镇 too), and what follows.
fn longest<T>(text: &str, named: impl Fn(&str) -> Option<T>) -> Option<(T, &str)> {
    let apart = |c: char| c.is_whitespace() || "，,、：:的".contains(c);
    let text = text.trim_start_matches(apart);
    let ends = text.char_indices().map(|(at, c)| at + c.len_utf8()).take(LONGEST_NAME);
    let (found, end) = ends.filter_map(|end| Some((named(&text[..end])?, end))).last()?;
    Some((found, text[end..].trim_start_matches(apart)))
}

/// How to write a flag, and what stands of those that the account may lift.
fn usage(turn: &Turn<'_>, account: &Account) -> FlagText {
    let plan = turn.plan;
    let mut cells: Vec<Cell> = turn.snapshot.book.flags.keys().copied().collect();
    cells.retain(|cell| !turn.snapshot.book.flags_of(*cell).is_empty());
    cells.retain(|cell| may_judge(plan, turn.snapshot, account, *cell));
    cells.sort_unstable_by_key(|cell| (cell.1, cell.0));
    let lines = cells.into_iter().map(|cell| line(turn, cell)).collect();
    FlagText::Usage { labels: plan.review.flags.clone(), lines }
}

/// A figure with its flags as they are after this turn.
pub(super) fn line(turn: &Turn<'_>, cell: Cell) -> FlaggedLine {
    let plan = turn.plan;
    let measure = &plan.indicator(cell.1).measure;
    let now = turn.current(cell.0, cell.1).and_then(|current| current.in_force);
    let flags = turn.standing_flags(cell);
    FlaggedLine {
        unit: plan.unit(cell.0).name.clone(),
        indicator: Named::of(plan, cell.1),
        total: now.map_or_else(String::new, |now| measure.show(now.total)),
        flags: flags.iter().map(|flag| flag.words(measure)).collect(),
    }
}

fn refused(turn: &Turn<'_>, cell: Cell, why: &'static str, label: &str) -> Box<FlagText> {
    let now = turn.current(cell.0, cell.1).and_then(|current| current.in_force);
    Box::new(FlagText::Refused {
        why,
        unit: turn.plan.unit(cell.0).name.clone(),
        indicator: Named::of(turn.plan, cell.1),
        total: now.map(|now| turn.plan.indicator(cell.1).measure.show(now.total)),
        label: label.to_owned(),
    })
}

/// Reads a number with the reason behind it: `3家，营业执照已注销`.
fn number(turn: &Turn<'_>, cell: Cell, words: &str) -> Option<(Quantity, String)> {
    let words = words.trim().trim_start_matches(['：', ':']).trim_start();
    let ends = |c: char| c.is_whitespace() || "，,。；;（(：:".contains(c);
    let end = words.find(ends).unwrap_or(words.len());
    let figure = choices::reread(turn, cell.0, cell.1, &words[..end])?;
    let value = Some(figure.value).filter(|value| value.0 > 0 && figure.kind == Kind::Total)?;
    let around = |c: char| c.is_whitespace() || "，,。；;（）()：:".contains(c);
    let reason: String = words[end..].trim_matches(around).chars().take(LONGEST_REASON).collect();
    Some((value, reason))
}

/// Sets a flag by its label and what follows it.
fn set(
    turn: &mut Turn<'_>,
    account: &Account,
    cell: Cell,
    (label, words): (&str, &str),
) -> Result<(FlagText, Flag), Box<FlagText>> {
    if turn.plan.indicator(cell.1).measure.is_rate() {
        return Err(refused(turn, cell, "rate", label));
    }
    let current = turn.current(cell.0, cell.1);
    let Some((latest, now)) = current.and_then(|one| Some((one.latest, one.in_force?))) else {
        return Err(refused(turn, cell, "none", label));
    };
    let Some((value, reason)) = number(turn, cell, words) else {
        return Err(refused(turn, cell, "number", label));
    };
    let standing = turn.snapshot.book.flags_of(cell);
    if standing.iter().any(|flag| flag.label == label && flag.number == value) {
        return Err(refused(turn, cell, "same", label));
    }
    let others = standing.iter().filter(|flag| flag.label != label).map(|flag| flag.number.0);
    if others.fold(value.0, i64::saturating_add) > now.total.0 {
        return Err(refused(turn, cell, "too_many", label));
    }
    Ok(entered(turn, account, (cell, now, latest), (label, value, reason)))
}

/// Lifts a flag.
fn lift(
    turn: &mut Turn<'_>,
    account: &Account,
    cell: Cell,
    (label, reason): (&str, &str),
) -> Result<(FlagText, Flag), Box<FlagText>> {
    let standing = turn.snapshot.book.flags_of(cell).iter().find(|flag| flag.label == label);
    let current = turn.current(cell.0, cell.1);
    let Some(flag) = standing.cloned() else {
        return Err(refused(turn, cell, "not_flagged", label));
    };
    // A figure that is not there any more has nothing to be flagged: that is lifted all the same.
    let now = current.and_then(|one| one.in_force);
    let now =
        now.unwrap_or(InForce { total: Quantity(0), period: flag.period, revision: flag.revision });
    let latest = current.map_or(flag.revision, |one| one.latest);
    let reason: String = reason.trim().chars().take(LONGEST_REASON).collect();
    let (text, _) = entered(turn, account, (cell, now, latest), (label, Quantity(0), reason));
    let text = match text {
        FlagText::Done { line, lifted, reason, counts, .. } => {
            let measure = &turn.plan.indicator(cell.1).measure;
            FlagText::Done { line, flag: flag.words(measure), lifted, reason, counts }
        }
        other => other,
    };
    Ok((text, Flag { number: Quantity(0), ..flag }))
}

/// Writes the row, tells the unit, and says so.
fn entered(
    turn: &mut Turn<'_>,
    account: &Account,
    (cell, now, latest): (Cell, InForce, u32),
    (label, value, reason): (&str, Quantity, String),
) -> (FlagText, Flag) {
    let plan = turn.plan;
    let flag = Flag {
        unit: cell.0,
        indicator: cell.1,
        period: now.period,
        revision: latest,
        label: label.to_owned(),
        number: value,
        reason,
        lead: lead(account),
        by: account.user,
        at: turn.moment.now,
    };
    let no = plan.indicator(cell.1).no;
    let subject = format!("{} {no} {}", plan.unit(cell.0).code, now.period);
    let detail = json!({ "flag": label, "number": value.0, "reason": flag.reason });
    turn.audit(account.user, if value.0 > 0 { "flag" } else { "flag-lift" }, subject, detail);
    turn.effects.flags.push(flag.clone());
    told::tell(turn, account, &flag);
    let measure = &plan.indicator(cell.1).measure;
    let text = FlagText::Done {
        line: line(turn, cell),
        flag: flag.words(measure),
        lifted: value.0 == 0,
        reason: flag.reason.clone(),
        counts: counts(turn, cell),
    };
    (text, flag)
}

/// What rankings go by after this turn, where flags are taken off.
pub(super) fn counts(turn: &Turn<'_>, cell: Cell) -> Option<String> {
    if turn.plan.review.flagged == Flagged::Shown {
        return None;
    }
    let now = turn.current(cell.0, cell.1)?.in_force?;
    let counts = taken_off(now.total, &turn.standing_flags(cell));
    Some(turn.plan.indicator(cell.1).measure.show(counts))
}

/// The buttons under what was set: to lift it, and back to the indicator.
fn after(turn: &Turn<'_>, flag: &Flag) -> Vec<Vec<Button>> {
    let no = turn.plan.indicator(flag.indicator).no;
    let mut row = Vec::new();
    if flag.number.0 > 0 {
        row.extend(unflag(turn, flag, flag.revision));
    }
    let back = Label::ReviewBack.text(turn.language).to_owned();
    row.push(Button { label: back, data: format!("review:see:{no}") });
    vec![row]
}

/// The button that lifts a flag; `None` if the plan has its label no more.
pub(super) fn unflag(turn: &Turn<'_>, flag: &Flag, seen: u32) -> Option<Button> {
    let plan = turn.plan;
    let at = plan.review.flags.iter().position(|label| *label == flag.label)?;
    let words = flag.words(&plan.indicator(flag.indicator).measure);
    let label = Label::FlagLift.with(turn.language, &[&words.label, &words.number]);
    let (no, code) = (plan.indicator(flag.indicator).no, &plan.unit(flag.unit).code);
    Some(Button { label, data: format!("review:unflag:{no}:{code}:{seen}:{at}") })
}

/// Which flag? A button a label, and one for each that stands.
pub(in crate::conversation) fn choose(
    turn: &Turn<'_>,
    (cell, seen): (Cell, u32),
) -> (String, Vec<Vec<Button>>) {
    let plan = turn.plan;
    let (no, code) = (plan.indicator(cell.1).no, &plan.unit(cell.0).code);
    let labels = plan.review.flags.iter().enumerate().map(|(at, label)| Button {
        label: Label::FlagSet.with(turn.language, &[label]),
        data: format!("review:mark:{no}:{code}:{seen}:{at}"),
    });
    let mut buttons = vec![labels.collect::<Vec<_>>()];
    let standing = turn.snapshot.book.flags_of(cell);
    buttons.extend(standing.iter().filter_map(|flag| Some(vec![unflag(turn, flag, seen)?])));
    let back = Label::ReviewBack.text(turn.language).to_owned();
    buttons.push(vec![Button { label: back, data: format!("review:see:{no}") }]);
    (texts::render(turn.language, &FlagText::Choose { line: line(turn, cell) }), buttons)
}

/// A label was pressed: asks how much.
pub(in crate::conversation) fn ask(
    turn: &mut Turn<'_>,
    pressed: &Pressed,
    (cell, at): (Cell, usize),
) {
    let Some(label) = turn.plan.review.flags.get(at).cloned() else {
        return turn.answer(pressed, Label::DeadButton);
    };
    let indicator = turn.plan.indicator(cell.1);
    if indicator.measure.is_rate() {
        return turn.answer(pressed, Label::FlagNoRates);
    }
    let example = indicator.measure.show(Quantity(2 * indicator.measure.scale));
    let text = FlagText::Ask { line: line(turn, cell), label: label.clone(), example };
    let drop = Label::DialogueDrop.text(turn.language).to_owned();
    let about = Subject::Flag {
        unit: turn.plan.unit(cell.0).code.clone(),
        indicator: indicator.no.to_string(),
        label,
    };
    let buttons = vec![vec![dialogue::button(drop, "drop")]];
    dialogue::begin(turn, pressed.place.chat, about, &text, buttons);
    turn.answer(pressed, Label::Done);
}

/// How much: the text that follows; false if it says no number.
pub(in crate::conversation) fn answered(
    turn: &mut Turn<'_>,
    (said, account): (&Said, &Account),
    dialogue: &Dialogue,
    (unit, no, label): (&UnitCode, &str, &str),
) -> bool {
    let plan = turn.plan;
    let id = no.parse().ok().and_then(|no| plan.indicator_numbered(no));
    let Some(cell) = plan.unit_coded(unit).zip(id) else { return false };
    if number(turn, cell, &said.text).is_none() {
        return false;
    }
    if !may_judge(plan, turn.snapshot, account, cell) {
        dialogue::close(turn, dialogue);
        let html = Label::ReviewersOnly.text(turn.language);
        turn.say((&said.place, MessageId(0)), html, &[], None);
        return true;
    }
    match set(turn, account, cell, (label, &said.text)) {
        Ok((text, flag)) => {
            dialogue::close(turn, dialogue);
            let buttons = after(turn, &flag);
            turn.reply(&said.place, None, &text, &buttons);
        }
        Err(text) => turn.reply(&said.place, None, &*text, &[]),
    }
    true
}

/// A button that lifts a flag.
pub(in crate::conversation) fn lifted(
    turn: &mut Turn<'_>,
    pressed: &Pressed,
    account: &Account,
    (cell, at): (Cell, usize),
) {
    let Some(label) = turn.plan.review.flags.get(at).cloned() else {
        return turn.answer(pressed, Label::DeadButton);
    };
    match lift(turn, account, cell, (&label, "")) {
        Ok((text, flag)) => {
            let html = texts::render(turn.language, &text);
            let buttons = after(turn, &flag);
            turn.send(pressed.place.chat, What::Edit { message: pressed.message, html, buttons });
            turn.answer(pressed, Label::Done);
        }
        Err(_) => turn.answer(pressed, Label::FlagGone),
    }
}
