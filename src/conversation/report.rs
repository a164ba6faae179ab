//! Reporting figures (上报): by message, by changing a message, by a reply to a read-back, and by
//! the office on a unit's behalf (代报).
//!
//! What is clear is stored and read back; what is not becomes a question beside it. A change takes back
//! only what the message does not speak of any more; what it makes doubtful stands until that is
//! answered.
//!
//! - [`settle`]: which figures can be stored, and what must be asked first
//! - [`keep`]: storing them, and the read-back
//! - [`behalf`]: what the office reports for a unit

pub(super) mod behalf;
pub(super) mod keep;
pub(super) mod settle;

use super::effects::{Source, Submission};
use super::event::{Place, Said};
use super::pending::PendingState;
use super::permissions::{Act, may};
use super::snapshot::{About, Account, ReportKey, Reported};
use super::{Turn, ask, choices, flags, guide, materials, note, review, withdraw};
use crate::message::{Labelled, PeriodWord, ReadFigure};
use crate::plan::{IndicatorId, Period, Plan, UnitId};
use crate::texts::contexts::{self, Moment, PeriodWords};

/// What a report is for, and who sends it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Slip<'a> {
    /// The message it comes with.
    pub key: ReportKey,
    /// For which unit.
    pub unit: UnitId,
    /// For which period.
    pub period: Period,
    /// Who sends it.
    pub account: &'a Account,
    /// Whether somebody has confirmed the figures, so that no check asks again.
    pub confirmed: bool,
    /// How it comes.
    pub how: How,
    /// The report whose figures it corrects, if it is a reply to a read-back.
    pub corrects: Option<ReportKey>,
}

/// How figures come to the desk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum How {
    /// By a new message, a file, a form, or an answer.
    Sent,
    /// By changing a message.
    Edited,
    /// By a reply to a read-back.
    Corrected,
}

impl Slip<'_> {
    /// Whether the office reports for the unit (代报).
    pub fn on_behalf(&self) -> bool {
        self.account.unit != Some(self.unit)
    }
}

/// What a message takes the place of.
#[derive(Debug, Clone, Default)]
struct Former {
    /// The unit and period that an earlier edition was for.
    of: Option<(UnitId, Period)>,
    /// What of its figures stands.
    rows: Vec<Submission>,
}

/// Takes a new message: as an answer, as a note, as a correction, or as a report.
pub(super) fn said(turn: &mut Turn<'_>, said: &Said, account: &Account) {
    if guide::answered(turn, said, account) {
        return;
    }
    if withdraw::said(turn, said, account) {
        return;
    }
    if ask::answered(turn, said, account) || note::taken(turn, said, account) {
        return;
    }
    if let Some((unit, text)) = behalf::named(turn, said, account) {
        return match unit {
            Some(unit) => take(turn, said, (account, unit), &text, How::Sent, Former::default()),
            None => turn.no_such_unit(said, "代报", &text),
        };
    }
    if flags::told::answered(turn, said, account) {
        return;
    }
    if let Some((unit, period, text)) = review::again::answers(turn, said, account) {
        return again(turn, said, (account, unit), (period, &text));
    }
    if let Some(report) = replied_report(turn, said).and_then(|key| theirs(turn, account, key)) {
        return correct(turn, said, account, report);
    }
    if let Some(unit) = account.unit.filter(|_| may(account.role, Act::Report)) {
        return take(turn, said, (account, unit), &said.text, How::Sent, Former::default());
    }
    let text = contexts::Talk { reports: false, example: String::new() };
    turn.reply(&said.place, None, &text, &[]);
}

/// Takes a changed message: what it reported before is replaced, not added to.
pub(super) fn edited(turn: &mut Turn<'_>, said: &Said, account: Option<&Account>) {
    let Some(account) = account else { return };
    let before = turn.snapshot.reports.get(&(said.place.chat, said.message));
    if before.is_none() && guide::changed(turn, said, account) {
        return;
    }
    // A material that was sent as a text is sent again by changing it.
    if before.is_none() && materials::said(turn, said, account) {
        return;
    }
    let command = said.text.trim_start().starts_with('/');
    let bound = said.place.group.is_none() || turn.snapshot.groups.contains_key(&said.place.chat);
    if !bound || command || !(before.is_some() || said.addressed) {
        return;
    }
    // What came in a file beside the words is not changed by changing the words.
    let words = |one: &&Reported| one.report.source != Source::File;
    let editions: Vec<&Reported> = before.into_iter().flatten().filter(words).collect();
    let last = editions.last().map(|edition| &edition.report);
    if let Some(report) = last.filter(|report| over(turn, report)) {
        return too_late(turn, said, report.period);
    }
    let (mut text, mut unit) =
        (said.text.clone(), account.unit.filter(|_| may(account.role, Act::Report)));
    if let Some((named, rest)) = behalf::named(turn, said, account) {
        let Some(named) = named else { return turn.no_such_unit(said, "代报", &rest) };
        (text, unit) = (rest, Some(named));
    }
    let Some(unit) = unit else { return };
    let rows: Vec<Submission> = editions
        .iter()
        .flat_map(|edition| &edition.submissions)
        .filter(|row| turn.stands(row))
        .cloned()
        .collect();
    // An answer to the guided form is a bare number: the form knew what it was about.
    if let (Some(Source::Form), [row]) = (last.map(|report| report.source), &rows[..])
        && choices::reread(turn, unit, row.indicator, &text).is_some()
    {
        text = format!("{} {text}", turn.plan.indicator(row.indicator).short);
    }
    let of = last.map(|report| (report.unit, report.period));
    if let Some(report) = last {
        close_all(turn, report.key);
    }
    // A reply that is changed corrects what it replied to, also where it had stored nothing yet.
    let corrected = replied_report(turn, said).and_then(|key| theirs(turn, account, key));
    let corrected = corrected.map(|one| &one.report).filter(|report| report.unit == unit);
    let of = of.or(corrected.map(|report| (report.unit, report.period)));
    let how = (How::Edited, corrected.map(|report| report.key));
    take_as(turn, said, (account, unit), &text, how, Former { of, rows });
}

/// The report whose read-back a message replies to.
pub(super) fn replied_report(turn: &Turn<'_>, said: &Said) -> Option<ReportKey> {
    match turn.snapshot.replied.get(&(said.place.chat, said.reply_to?))? {
        About::Report(key) => Some(*key),
        About::Question(_) | About::Task(_) | About::Returned { .. } | About::Flagged { .. } => {
            None
        }
    }
}

/// A report, if this account may correct it: one of its own unit, or what the office reported.
fn theirs<'a>(turn: &Turn<'a>, account: &Account, key: ReportKey) -> Option<&'a Reported> {
    let editions = turn.snapshot.reports.get(&(key.chat, key.message))?;
    let found = editions.iter().find(|one| one.report.key == key)?;
    let own = account.unit == Some(found.report.unit) && may(account.role, Act::Report);
    (own || may(account.role, Act::ReportFor)).then_some(found)
}

/// Takes a reply to what was sent back: its figures are for that period; words alone explain it.
fn again(turn: &mut Turn<'_>, said: &Said, at: (&Account, UnitId), (period, text): (Period, &str)) {
    let reading = turn.desk.lexicon.read(turn.plan, at.1, text);
    let about = said.reply_to.and_then(|to| turn.snapshot.replied.get(&(said.place.chat, to)));
    if let (Some(About::Returned { report, .. }), []) = (about, &reading.figures[..])
        && reading.asks.is_empty()
        && reading.rest.is_none()
    {
        return note::keep(turn, said, at.0, *report);
    }
    let former = Former { of: Some((at.1, period)), rows: Vec::new() };
    take_as(turn, said, at, text, (How::Corrected, None), former);
}

/// Takes a reply to a read-back: its figures correct those of that report, the others stand.
fn correct(turn: &mut Turn<'_>, said: &Said, account: &Account, corrected: &Reported) {
    let report = &corrected.report;
    let reading = turn.desk.lexicon.read(turn.plan, report.unit, &said.text);
    if reading.figures.is_empty() && reading.asks.is_empty() && reading.rest.is_none() {
        if !note::is_complaint(&said.text) {
            return note::keep(turn, said, account, report.key);
        }
        // 错了 explains nothing: which figure, and what is right?
        let rows = corrected.submissions.iter().filter(|row| turn.stands(row));
        let named: Vec<IndicatorId> = rows.map(|row| row.indicator).collect();
        let text = contexts::WhatIsRight {
            figures: contexts::Named::all(turn.plan, &named),
            example: turn.desk.example(report.unit, named.get(..1).unwrap_or(&[]), turn.snapshot),
        };
        return turn.reply(&said.place, Some(said.message), &text, &[]);
    }
    if over(turn, report) {
        return too_late(turn, said, report.period);
    }
    let former = Former { of: Some((report.unit, report.period)), rows: Vec::new() };
    let how = How::Corrected;
    let at = (account, report.unit);
    let named = choices::for_corrected(turn, corrected, &reading, &said.text);
    let text = named.as_deref().unwrap_or(&said.text);
    take_as(turn, said, at, text, (how, Some(report.key)), former);
}

fn take(
    turn: &mut Turn<'_>,
    said: &Said,
    at: (&Account, UnitId),
    text: &str,
    how: How,
    former: Former,
) {
    take_as(turn, said, at, text, (how, None), former);
}

/// Reads a text and stores what can be stored.
fn take_as(
    turn: &mut Turn<'_>,
    said: &Said,
    (account, unit): (&Account, UnitId),
    text: &str,
    (how, corrects): (How, Option<ReportKey>),
    former: Former,
) {
    let plan = turn.plan;
    let mut reading = turn.desk.lexicon.read(plan, unit, text);
    let unlabelled = reading.unlabelled(text);
    let label = reading.period.take();
    if label.as_ref().is_some_and(|label| label.period == PeriodWord::Last) {
        reading = turn.desk.lexicon.read(plan, unit, &unlabelled);
    }
    let silent = reading.figures.is_empty() && reading.asks.is_empty() && reading.rest.is_none();
    if silent && former.rows.is_empty() {
        // What was only asked about is taken back without a word of figures: 发错了.
        let closed = |one: &&super::Pending| {
            let report = one.key.report;
            (report.chat, report.message) == (said.place.chat, said.message)
        };
        if let Some(asked) = turn.effects.pending.iter().find(closed).filter(|_| how == How::Edited)
        {
            let (unit, period) = (asked.unit, asked.period);
            let text = contexts::Answered {
                unit: plan.unit(unit).name.clone(),
                period: PeriodWords::of(plan, period),
                said: asked.asked.said.clone(),
                dropped: true,
            };
            return turn.reply(&said.place, Some(said.message), &text, &[]);
        }
        if how == How::Sent {
            let example = turn.desk.example(unit, plan.expected(unit), turn.snapshot);
            let talk = contexts::Talk { reports: true, example };
            turn.reply(&said.place, Some(said.message), &talk, &[]);
        }
        return;
    }
    let now = || turn.snapshot.period_for(plan, unit, turn.moment.now);
    let Some(mut period) = former.of.map(|(_, period)| period).or_else(now) else {
        let text = outside(plan);
        return turn.reply(&said.place, Some(said.message), &text, &[]);
    };
    if let Some(label) = label {
        let other = reading.other_period.take();
        match named_period(turn, &label) {
            Ok(named) if other.as_ref().is_some_and(|other| differs(turn, other, named)) => {
                let labels = [Some(label), other].into_iter().flatten();
                let labels = labels.filter_map(|label| text.get(label.span)).map(str::to_owned);
                let text = contexts::SeveralPeriods { labels: labels.collect() };
                return turn.reply(&said.place, Some(said.message), &text, &[]);
            }
            Ok(named) => period = named,
            Err(problem) => return turn.reply(&said.place, Some(said.message), &problem, &[]),
        }
    }
    let edition = if how == How::Edited { turn.update } else { 0 };
    let key = ReportKey { chat: said.place.chat, message: said.message, edition };
    let slip = Slip { key, unit, period, account, confirmed: false, how, corrects };
    // What the message does not speak of any more is taken back. Where it is not clear what it speaks
    // of, nothing is.
    let moved = former.of.is_some_and(|of| of != (unit, period));
    let vague = reading.asks.iter().any(|ask| ask.indicator.is_none());
    let spoken: Vec<IndicatorId> = reading
        .figures
        .iter()
        .map(|figure| figure.indicator)
        .chain(reading.asks.iter().filter_map(|ask| ask.indicator))
        .collect();
    let dropped = |row: &Submission| moved || !vague && !spoken.contains(&row.indicator);
    let (gone, rest): (Vec<_>, Vec<_>) = former.rows.into_iter().partition(dropped);
    for row in &gone {
        withdraw::take_back(turn, row, account.user, key);
    }
    let doubted = |figure: &ReadFigure| {
        reading.doubts.iter().any(|doubt| doubt.indicator == figure.indicator)
    };
    let (doubtful, clear): (Vec<_>, Vec<_>) = reading.figures.into_iter().partition(doubted);
    let mut settled = settle::settle(turn, &slip, clear);
    settled.asked.extend(choices::of_doubts(turn, &unlabelled, &doubtful));
    settle::ask_reader(turn, &slip, &unlabelled, &reading.asks, &mut settled);
    if let Some(rest) = &reading.rest {
        // 其余 is neither what the message speaks of, however unclearly, nor what is still asked about.
        let open = turn.snapshot.open_questions(unit, period);
        let asked = open.iter().filter_map(|one| plan.indicator_numbered(one.asked.about?));
        let named: Vec<IndicatorId> = spoken.iter().copied().chain(asked).collect();
        settle::ask_rest(turn, &slip, &unlabelled, rest, &named, &mut settled);
    }
    let again = |id| settled.accepted.iter().any(|one| one.figure.indicator == id);
    let kept = rest.iter().filter(|row| !again(row.indicator) && withdraw::counts(turn, row));
    let kept = kept.map(|row| row.indicator);
    let changes = keep::Changes { kept: kept.collect() };
    if let Some((unit, _)) = former.of {
        behalf::tell_of_withdrawals(turn, account, unit, &gone);
    }
    keep::store(turn, &slip, &said.text, &settled);
    let stored: Vec<_> = settled.accepted.iter().map(|one| one.figure.indicator).collect();
    keep::answer(turn, (&said.place, said.message), &slip, settled, &changes);
    guide::keep_pace(turn, said.place.chat, account, (unit, period), &stored);
}

/// The period that a message names (上周, 第24周), if it still takes reports.
pub(super) fn named_period(
    turn: &Turn<'_>,
    label: &Labelled,
) -> Result<Period, contexts::PeriodClosed> {
    let plan = turn.plan;
    let now = plan.current_period(turn.moment.now).or(plan.period_at(turn.moment.now));
    let mut open = Vec::new();
    let mut period = now;
    for _ in 0..=plan.reporting.late_periods {
        open.extend(period.filter(|period| plan.has_period(*period)));
        period = period.map(Period::previous);
    }
    let named = match label.period {
        PeriodWord::Last => open.get(1).copied(),
        PeriodWord::Number(number) => open.iter().copied().find(|one| one.number == number),
    };
    // What the office has opened again takes reports however long ago it was.
    let opened = || {
        let PeriodWord::Number(number) = label.period else { return None };
        plan.orders.unlocked().filter(|one| one.number == number).max()
    };
    named.or_else(opened).ok_or_else(|| contexts::PeriodClosed {
        number: match label.period {
            PeriodWord::Last => None,
            PeriodWord::Number(number) => Some(number),
        },
        open: open.iter().map(|period| PeriodWords::of(plan, *period)).collect(),
    })
}

/// Whether a label means another period than this one.
fn differs(turn: &Turn<'_>, label: &Labelled, period: Period) -> bool {
    named_period(turn, label).ok() != Some(period)
}

/// Whether a report's time is over: it stays as it was, and a figure meant for then must not be
/// taken for now.
fn over(turn: &Turn<'_>, report: &super::Report) -> bool {
    !turn.plan.still_open(report.at, turn.moment.now)
}

fn too_late(turn: &mut Turn<'_>, said: &Said, period: Period) {
    let period = PeriodWords::of(turn.plan, period);
    turn.reply(&said.place, Some(said.message), &contexts::EditTooLate { period }, &[]);
}

/// Closes what was asked about a message that has been changed since.
fn close_all(turn: &mut Turn<'_>, key: ReportKey) {
    let same = |report: ReportKey| (report.chat, report.message) == (key.chat, key.message);
    let words = |one: &&super::Pending| same(one.key.report) && one.asked.reason != "file";
    let open = turn.snapshot.pending.values().filter(words).cloned();
    let closed = open.map(|one| super::Pending { state: PendingState::Closed, ..one });
    turn.effects.pending.extend(closed.collect::<Vec<_>>());
}

/// The plan's time, for when there is no period to report for.
pub(super) fn outside(plan: &Plan) -> contexts::OutsidePlan {
    let at = |day: chrono::NaiveDate| {
        let noon = day.and_hms_opt(12, 0, 0).unwrap_or_default();
        Moment::of(plan, crate::plan::period::local_instant(noon, plan.zone))
    };
    contexts::OutsidePlan {
        plan: plan.titles.short.clone(),
        start: at(plan.start),
        end: at(plan.end),
    }
}

/// A chat and the message that is answered there.
pub(super) type At<'a> = (&'a Place, super::event::MessageId);

#[cfg(test)]
mod tests;
