//! A unit's side of what was sent back: the notice, the answer to it, and word to the reviewer.

use super::book::{Cell, Review};
use super::judge::lead;
use crate::conversation::effects::{Button, Submission};
use crate::conversation::snapshot::{About, Account};
use crate::conversation::{Said, Turn, choices, flags};
use crate::plan::{Period, UnitId};
use crate::texts::contexts::{Moment, Named, PeriodWords, Returned, ReturnedAgain};
use crate::texts::{self, Label, Language};

/// Tells those who report a figure that it comes back.
pub(super) fn notice(turn: &mut Turn<'_>, account: &Account, review: &Review) {
    let (plan, snapshot) = (turn.plan, turn.snapshot);
    let cell = review.cell();
    let sent = snapshot.book.latest.get(&cell);
    let sender = sent.and_then(|row| snapshot.accounts.get(&row.by)).and_then(|one| one.unit);
    let carries = |unit: &UnitId| plan.holder(*unit, cell.1) == cell.0;
    let unit = sender.filter(carries).unwrap_or(cell.0);
    let measure = &plan.indicator(cell.1).measure;
    let by = lead(account).map_or(&plan.titles.office, |lead| &plan.unit(lead).name);
    let text = Returned {
        unit: plan.unit(unit).name.clone(),
        indicator: Named::of(plan, cell.1),
        period: PeriodWords::of(plan, review.period),
        total: measure.show(review.total),
        in_force: turn
            .current(cell.0, cell.1)
            .and_then(|current| current.in_force)
            .map(|now| measure.show(now.total)),
        reason: review.reason.clone(),
        by: by.clone(),
        until: Moment::of(plan, review.deadline.unwrap_or(turn.moment.now)),
        example: {
            let shown = if measure.scale == 1 {
                measure.number(review.total)
            } else {
                measure.show(review.total)
            };
            format!("{} {shown}", plan.indicator(cell.1).short)
        },
    };
    let about = sent.map(|row| About::Returned {
        unit: cell.0,
        indicator: cell.1,
        period: review.period,
        report: row.report,
    });
    for liaison in snapshot.liaisons(unit) {
        turn.tell(liaison, "returned", &text, &[], about);
    }
}

/// What a message answers that was sent back or flagged, if it replies to the notice and its writer may report it:
/// for which of the writer's units, for which period, and its text with the indicator's name.
pub(in crate::conversation) fn answers(
    turn: &Turn<'_>,
    said: &Said,
    account: &Account,
) -> Option<(UnitId, Period, String)> {
    let about = turn.snapshot.replied.get(&(said.place.chat, said.reply_to?))?;
    let (unit, indicator, period) = match *about {
        About::Returned { unit, indicator, period, .. } => (unit, indicator, Some(period)),
        About::Flagged { unit, indicator, .. } => (unit, indicator, None),
        About::Report(_) | About::Question(_) | About::Task(_) => return None,
    };
    let own = account.unit.filter(|own| turn.plan.holder(*own, indicator) == unit)?;
    // What was flagged may have been for a period long past: the total is one of now.
    let now = || turn.snapshot.period_for(turn.plan, own, turn.moment.now);
    let period = period.or_else(now)?;
    let named = turn.desk.lexicon.read(turn.plan, own, &said.text);
    let bare = !named.figures.iter().any(|figure| figure.indicator == indicator);
    let text = match choices::reread(turn, own, indicator, &said.text).filter(|_| bare) {
        Some(_) => format!("{} {}", turn.plan.indicator(indicator).short, said.text),
        None => said.text.clone(),
    };
    Some((own, period, text))
}

impl Turn<'_> {
    /// Whether a figure that comes now from a unit for a period is late (逾期): what was sent back is not, as long as
    /// its new deadline has not passed.
    pub(in crate::conversation) fn is_late(
        &self,
        cell: Cell,
        unit: UnitId,
        period: Period,
    ) -> bool {
        let now = self.moment.now;
        now > self.plan.deadline_of(unit, period) && !self.snapshot.book.excused(cell, period, now)
    }
}

/// Tells whoever sent a figure back that it has come again, with buttons to judge it.
pub(in crate::conversation) fn tell_reviewer(turn: &mut Turn<'_>, row: &Submission) {
    flags::told::fell(turn, row);
    let cell = (row.unit, row.indicator);
    let before = turn.snapshot.figures.get(&cell).copied();
    let Some(review) = turn.snapshot.book.sent_back(cell, before).cloned() else { return };
    let (Some(by), Some(now)) = (review.by, row.in_force) else { return };
    if now.period < review.period {
        return;
    }
    let plan = turn.plan;
    let account = turn.snapshot.accounts.get(&by);
    let language = account.map_or(Language::default(), |account| account.language);
    let measure = &plan.indicator(row.indicator).measure;
    let text = ReturnedAgain {
        unit: plan.unit(row.unit).name.clone(),
        indicator: Named::of(plan, row.indicator),
        period: PeriodWords::of(plan, row.period),
        before: measure.show(review.total),
        total: measure.show(now.total),
    };
    let html = texts::render(language, &text);
    let tail = format!(
        "{}:{}:{}",
        plan.indicator(row.indicator).no,
        plan.unit(row.unit).code,
        row.revision
    );
    let button = |label: Label, verb: &str| Button {
        label: label.text(language).to_owned(),
        data: format!("review:{verb}:{tail}"),
    };
    let buttons =
        vec![vec![button(Label::ReviewAccept, "ok"), button(Label::ReviewReturn, "back")]];
    let what = format!("returned-again:{}:{}", row.unit.0, row.indicator.0);
    turn.tell_html((by.into(), &what), &html, &buttons, None);
}
