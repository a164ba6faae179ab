//! A unit is told what was flagged in its figure, and answers; the reviewer hears when the figure falls.

use super::Flag;
use super::desk::{counts, line, unflag};
use crate::conversation::effects::Submission;
use crate::conversation::event::Said;
use crate::conversation::review::judge::lead;
use crate::conversation::snapshot::{About, Account};
use crate::conversation::{Turn, evidence};
use crate::plan::UnitId;
use crate::texts::contexts::{FlagText, PeriodWords};
use crate::texts::{self, Language};

/// Tells those who report the figure.
pub(super) fn tell(turn: &mut Turn<'_>, account: &Account, flag: &Flag) {
    let (plan, snapshot) = (turn.plan, turn.snapshot);
    let cell = flag.cell();
    let measure = &plan.indicator(cell.1).measure;
    let lifted = flag.number.0 == 0;
    let before = snapshot.book.flags_of(cell).iter().find(|one| one.label == flag.label);
    let words = if lifted { before.unwrap_or(flag).words(measure) } else { flag.words(measure) };
    let by = lead(account).map_or(&plan.titles.office, |lead| &plan.unit(lead).name);
    let text = FlagText::Told {
        line: line(turn, cell),
        period: PeriodWords::of(plan, flag.period),
        flag: words,
        lifted,
        reason: flag.reason.clone(),
        counts: counts(turn, cell),
        by: by.clone(),
    };
    let sent = snapshot.book.latest.get(&cell);
    let about = sent.filter(|_| !lifted).map(|row| About::Flagged {
        unit: cell.0,
        indicator: cell.1,
        period: flag.period,
        report: row.report,
    });
    let sender = sent.and_then(|row| snapshot.accounts.get(&row.by)).and_then(|one| one.unit);
    let carries = |unit: &UnitId| plan.holder(*unit, cell.1) == cell.0;
    let unit = sender.filter(carries).unwrap_or(cell.0);
    // The label is in the key: several may be lifted at once.
    let what = format!("flag:{}", flag.label);
    for liaison in snapshot.liaisons(unit) {
        turn.tell(liaison, &what, &text, &[], about);
    }
}

/// Takes words in reply to what a unit was told: kept as evidence, and the reviewer is told. False if it
/// is no such reply, or reports a figure.
pub(in crate::conversation) fn answered(
    turn: &mut Turn<'_>,
    said: &Said,
    account: &Account,
) -> bool {
    let about = said.reply_to.and_then(|to| turn.snapshot.replied.get(&(said.place.chat, to)));
    let Some(About::Flagged { .. }) = about else { return false };
    evidence::explained(turn, said, account)
}

/// Tells whoever flagged a figure that it has become less: the unit may have taken off itself what was
/// flagged, and it must not be taken off twice.
pub(in crate::conversation) fn fell(turn: &mut Turn<'_>, row: &Submission) {
    let cell = (row.unit, row.indicator);
    let flags = turn.snapshot.book.flags_of(cell).to_vec();
    let (Some(before), Some(now)) = (row.before, row.in_force) else { return };
    let Some(last) = flags.last().filter(|_| now.total < before.total) else { return };
    let measure = &turn.plan.indicator(cell.1).measure;
    let mut figure = line(turn, cell);
    figure.total = measure.show(now.total);
    let text = FlagText::Fell { line: figure, before: measure.show(before.total) };
    let by = turn.snapshot.accounts.get(&last.by);
    let language = by.map_or(Language::default(), |account| account.language);
    let html = texts::render(language, &text);
    let buttons = flags.iter().filter_map(|flag| Some(vec![unflag(turn, flag, row.revision)?]));
    let buttons: Vec<_> = buttons.collect();
    let what = format!("flag-fell:{}:{}", cell.0.0, cell.1.0);
    turn.tell_html((last.by.into(), &what), &html, &buttons, None);
}
