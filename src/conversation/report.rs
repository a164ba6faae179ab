//! Reporting figures (上报): by message, by changing a message, by a reply to a read-back, and by
//! the office on a unit's behalf (代报).
//!
//! What is clear is stored and read back; what is not becomes a question beside it.
//!
//! - [`settle`]: which figures can be stored, and what must be asked first
//! - [`keep`]: storing them, and the read-back

pub(super) mod keep;
pub(super) mod settle;

use super::effects::Submission;
use super::event::{Place, Said};
use super::pending::PendingState;
use super::permissions::{Act, may};
use super::snapshot::{About, Account, ReportKey};
use super::{Turn, ask, choices, guide, note, withdraw};
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
}

impl Slip<'_> {
    /// Whether the office reports for the unit (代报).
    pub fn on_behalf(&self) -> bool {
        self.account.unit != Some(self.unit)
    }
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
    if let Some((unit, text)) = on_behalf(turn, said, account) {
        return match unit {
            Some(unit) => take(turn, said, account, (unit, &text), 0, None),
            None => turn.no_such_unit(said, "代报", &text),
        };
    }
    let unit = account.unit.filter(|_| may(account.role, Act::Report));
    match (unit, replied_report(turn, said)) {
        (Some(unit), Some(report)) => correct(turn, said, account, unit, report),
        (Some(unit), None) => take(turn, said, account, (unit, &said.text), 0, None),
        (None, _) => {
            let text = contexts::Talk { reports: false, example: String::new() };
            turn.reply(&said.place, None, &text, &[]);
        }
    }
}

/// Takes a changed message: what it reported before is replaced, not added to.
pub(super) fn edited(turn: &mut Turn<'_>, said: &Said, account: Option<&Account>) {
    let Some(account) = account else { return };
    let before = turn.snapshot.reports.get(&(said.place.chat, said.message));
    let command = said.text.trim_start().starts_with('/');
    let bound = said.place.group.is_none() || turn.snapshot.groups.contains_key(&said.place.chat);
    if !bound || command || !(before.is_some() || said.addressed) {
        return;
    }
    let report = before.and_then(|editions| editions.last()).map(|edition| &edition.report);
    if let Some(report) = report.filter(|report| over(turn, report)) {
        return too_late(turn, said, report.period);
    }
    let edition = turn.update;
    let former = report.map(|report| {
        close_all(turn, report.key);
        (report.period, former(turn, said, report.period))
    });
    if let Some((unit, text)) = on_behalf(turn, said, account) {
        if let Some(unit) = unit {
            take(turn, said, account, (unit, &text), edition, former);
        }
        return;
    }
    let unit = account.unit.filter(|_| may(account.role, Act::Report));
    if let Some(unit) = unit {
        take(turn, said, account, (unit, &said.text), edition, former);
    }
}

/// The unit and the rest of a message that begins with 代报, if this account may do that. The unit
/// is `None` where there is none of that name; the rest is then the name.
fn on_behalf(turn: &Turn<'_>, said: &Said, account: &Account) -> Option<(Option<UnitId>, String)> {
    let rest = said.text.trim().strip_prefix("代报")?;
    if !may(account.role, Act::ReportFor) {
        return None;
    }
    let gap = |c: char| c.is_whitespace() || matches!(c, ':' | '\u{ff1a}' | ',' | '\u{ff0c}');
    let rest = rest.trim_start_matches(gap);
    // The longest name that the rest begins with: 兰江 is a name, 兰江街道 too.
    let ends = rest.char_indices().map(|(at, c)| at + c.len_utf8());
    let mut named = ends.filter_map(|end| Some((end, turn.plan.unit_named(&rest[..end])?)));
    Some(match named.next_back() {
        Some((end, unit)) => (Some(unit), rest[end..].trim_start_matches(gap).to_owned()),
        None => (None, rest.split(gap).next().unwrap_or_default().to_owned()),
    })
}

/// The report whose read-back a message replies to.
pub(super) fn replied_report(turn: &Turn<'_>, said: &Said) -> Option<ReportKey> {
    match turn.snapshot.replied.get(&(said.place.chat, said.reply_to?))? {
        About::Report(key) => Some(*key),
        About::Question(_) => None,
    }
}

/// Takes a reply to a read-back: its figures correct those of that report, the others stand.
fn correct(turn: &mut Turn<'_>, said: &Said, account: &Account, unit: UnitId, key: ReportKey) {
    let editions = turn.snapshot.reports.get(&(key.chat, key.message));
    let report = editions.and_then(|all| all.iter().find(|one| one.report.key == key));
    let Some(report) = report.filter(|report| report.report.unit == unit) else {
        return take(turn, said, account, (unit, &said.text), 0, None);
    };
    let reading = turn.desk.lexicon.read(turn.plan, unit, &said.text);
    if reading.figures.is_empty() && reading.asks.is_empty() && reading.rest.is_none() {
        return note::keep(turn, said, account, key);
    }
    if over(turn, &report.report) {
        return too_late(turn, said, report.report.period);
    }
    let about = |row: &&Submission| {
        let named = reading.figures.iter().any(|figure| figure.indicator == row.indicator);
        named && withdraw::stands(turn.snapshot, row)
    };
    let former: Vec<Submission> = report.submissions.iter().filter(about).cloned().collect();
    take(turn, said, account, (unit, &said.text), 0, Some((report.report.period, former)));
}

/// Reads a text and stores what can be stored. `former` is what the text takes the place of, and the
/// period that was for.
fn take(
    turn: &mut Turn<'_>,
    said: &Said,
    account: &Account,
    (unit, text): (UnitId, &str),
    edition: i64,
    former: Option<(Period, Vec<Submission>)>,
) {
    let plan = turn.plan;
    let mut reading = turn.desk.lexicon.read(plan, unit, text);
    let unlabelled = reading.unlabelled(text);
    let label = reading.period.take();
    if label.as_ref().is_some_and(|label| label.period == PeriodWord::Last) {
        reading = turn.desk.lexicon.read(plan, unit, &unlabelled);
    }
    let before = former.as_ref().map(|(period, _)| *period);
    let former = former.map_or_else(Vec::new, |(_, rows)| rows);
    let silent = reading.figures.is_empty() && reading.asks.is_empty() && reading.rest.is_none();
    if silent && former.is_empty() {
        if edition == 0 {
            let example = turn.desk.example(unit, plan.expected(unit), turn.snapshot);
            let talk = contexts::Talk { reports: true, example };
            turn.reply(&said.place, Some(said.message), &talk, &[]);
        }
        return;
    }
    let now = || turn.snapshot.period_for(plan, unit, turn.moment.now);
    let Some(mut period) = before.or_else(now) else {
        let text = outside(plan);
        return turn.reply(&said.place, Some(said.message), &text, &[]);
    };
    if let Some(label) = label {
        match named_period(turn, &label) {
            Ok(named) => period = named,
            Err(problem) => return turn.reply(&said.place, Some(said.message), &problem, &[]),
        }
    }
    let key = ReportKey { chat: said.place.chat, message: said.message, edition };
    let slip = Slip { key, unit, period, account, confirmed: false };
    let doubted = |figure: &ReadFigure| {
        reading.doubts.iter().any(|doubt| doubt.indicator == figure.indicator)
    };
    let (doubtful, clear): (Vec<_>, Vec<_>) = reading.figures.into_iter().partition(doubted);
    let named: Vec<IndicatorId> =
        clear.iter().chain(&doubtful).map(|figure| figure.indicator).collect();
    let mut settled = settle::settle(turn, &slip, clear, &former);
    settled.asked.extend(choices::of_doubts(turn, &slip, &unlabelled, &doubtful));
    settle::ask_reader(turn, &slip, &unlabelled, &reading.asks, &mut settled);
    if let Some(rest) = &reading.rest {
        settle::ask_rest(turn, &slip, &unlabelled, rest, &named, &mut settled);
    }
    keep::store(turn, &slip, &said.text, &settled, &former);
    keep::answer(turn, (&said.place, said.message), &slip, settled, &former);
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
    named.ok_or_else(|| contexts::PeriodClosed {
        number: match label.period {
            PeriodWord::Last => None,
            PeriodWord::Number(number) => Some(number),
        },
        open: open.iter().map(|period| PeriodWords::of(plan, *period)).collect(),
    })
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

/// What earlier editions of this message put in force and nothing has replaced since.
fn former(turn: &Turn<'_>, said: &Said, period: Period) -> Vec<Submission> {
    let editions = turn.snapshot.reports.get(&(said.place.chat, said.message));
    let all = editions.into_iter().flatten().flat_map(|edition| &edition.submissions);
    all.filter(|row| row.period == period && withdraw::stands(turn.snapshot, row))
        .cloned()
        .collect()
}

/// Closes what was asked about a message that has been changed since.
fn close_all(turn: &mut Turn<'_>, key: ReportKey) {
    let same = |report: ReportKey| (report.chat, report.message) == (key.chat, key.message);
    let open = turn.snapshot.pending.values().filter(|one| same(one.key.report)).cloned();
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
