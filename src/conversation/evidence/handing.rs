//! Evidence as it is shown, and its files as they are handed out.

use super::{Evidence, Target};
use crate::conversation::Turn;
use crate::conversation::effects::{Button, FileOut, What};
use crate::conversation::event::Pressed;
use crate::conversation::review::book::Cell;
use crate::conversation::snapshot::Account;
use crate::conversation::trail;
use crate::plan::UnitCode;
use crate::texts::contexts::{EvidenceLine, EvidenceText, Moment, Named, PeriodWords};
use crate::texts::{self, Label, Language};

/// The most files that one press hands out.
const MOST_FILES: usize = 10;

/// So much of a file's hash names it in a button.
const NAMED_BY: usize = 12;

/// One piece in words.
pub(in crate::conversation) fn line(one: &Evidence) -> EvidenceLine {
    EvidenceLine {
        name: one.file.as_ref().map(|file| file.name.clone()),
        text: Some(one.text.clone()).filter(|text| !text.is_empty()),
    }
}

/// The button that hands out the files of a figure, all of its period or the one; `None` without any.
pub(in crate::conversation) fn button(
    turn: &Turn<'_>,
    cell: Cell,
    files: &[&FileOut],
    one: bool,
) -> Option<Button> {
    let first = files.first()?;
    let (no, code) = (turn.plan.indicator(cell.1).no, &turn.plan.unit(cell.0).code);
    let (label, which) = if one {
        (
            Label::EvidenceFile.with(turn.language, &[&first.name]),
            first.hash.get(..NAMED_BY).unwrap_or(&first.hash),
        )
    } else {
        (Label::EvidenceAll.with(turn.language, &[&files.len().to_string()]), "all")
    };
    Some(Button { label, data: format!("evidence:{no}:{code}:{which}") })
}

/// Hands files out.
pub(in crate::conversation) fn pressed(
    turn: &mut Turn<'_>,
    pressed: &Pressed,
    account: Option<&Account>,
    data: &str,
) {
    let parts: Vec<&str> = data.split(':').collect();
    let [no, unit, which] = parts[..] else { return turn.answer(pressed, Label::DeadButton) };
    let unit = turn.plan.unit_coded(&UnitCode::new(unit));
    let indicator = no.parse().ok().and_then(|no| turn.plan.indicator_numbered(no));
    let (Some(cell), Some(account)) = (unit.zip(indicator), account) else {
        return turn.answer(pressed, Label::DeadButton);
    };
    if !trail::may_see(turn, account, cell.0, cell) {
        return turn.answer(pressed, Label::NotForYou);
    }
    let period = turn.snapshot.in_force(cell.0, cell.1).map(|now| now.period);
    let meant = |one: &&Evidence| match which {
        "all" => Some(one.period) == period,
        hash => one.file.as_ref().is_some_and(|file| file.hash.starts_with(hash)),
    };
    let all = turn.snapshot.book.evidence.get(&cell).into_iter().flatten().filter(meant);
    let with_file = all.filter_map(|one| Some((one, one.file.clone()?)));
    let mut files: Vec<(&Evidence, FileOut)> = with_file.take(MOST_FILES).collect();
    if which != "all" {
        files.truncate(1);
    }
    if files.is_empty() {
        return turn.answer(pressed, Label::EvidenceGone);
    }
    for (one, file) in files {
        let text = EvidenceText::Shown {
            unit: turn.plan.unit(cell.0).name.clone(),
            indicator: Named::of(turn.plan, cell.1),
            period: PeriodWords::of(turn.plan, one.period),
            who: trail::who(turn, Some(one.by)),
            at: Moment::of(turn.plan, one.at),
            words: one.text.clone(),
        };
        let html = texts::render(turn.language, &text);
        turn.send(pressed.place.chat, What::Document { file, html, buttons: Vec::new() });
    }
    turn.answer(pressed, Label::Done);
}

/// Tells whoever sent a figure back or flagged it that its unit has sent something.
pub(super) fn tell(
    turn: &mut Turn<'_>,
    account: &Account,
    target: &Target,
    (file, words): (Option<&FileOut>, &str),
) {
    let Some(cell) = target.cell.filter(|_| target.awaited) else { return };
    let book = &turn.snapshot.book;
    let returned = book.of.get(&cell).and_then(|all| all.last()).map(|last| (last.at, last.by));
    let flagged = book.flags_of(cell).iter().map(|flag| (flag.at, Some(flag.by)));
    let Some((_, Some(by))) = returned.into_iter().chain(flagged).max() else { return };
    let language = turn.snapshot.accounts.get(&by).map_or(Language::default(), |one| one.language);
    let text = EvidenceText::Came {
        unit: turn.plan.unit(target.unit).name.clone(),
        indicator: Named::of(turn.plan, cell.1),
        period: PeriodWords::of(turn.plan, target.period),
        who: account.name.clone(),
        name: file.map(|file| file.name.clone()),
        words: words.to_owned(),
    };
    let mut row: Vec<Button> = Vec::new();
    if let Some(file) = file {
        row.extend(button(turn, cell, &[file], true));
    }
    let buttons = if row.is_empty() { Vec::new() } else { vec![row] };
    let what = format!("evidence:{}:{}", cell.0.0, cell.1.0);
    let html = texts::render(language, &text);
    turn.tell_html((by.into(), &what), &html, &buttons, None);
}
