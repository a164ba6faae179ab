//! Words that explain a report (说明): kept beside it, and shown to whoever reviews it.

use chrono::TimeDelta;

use super::Turn;
use super::event::Said;
use super::pending::{Note, Pending, PendingState};
use super::snapshot::{Account, ReportKey};
use crate::texts::contexts;

/// How long after the answer its explanation is awaited; what comes later is read as usual.
const PATIENCE: TimeDelta = TimeDelta::minutes(30);

/// The longest note, in characters.
const LONGEST: usize = 500;

/// Takes a text as the explanation that an answer announced; false if none is awaited, or if the
/// text reports figures and says nothing of explaining.
pub(super) fn taken(turn: &mut Turn<'_>, said: &Said, account: &Account) -> bool {
    let awaited = |one: &&Pending| {
        one.state == PendingState::Noting
            && one.key.report.chat == said.place.chat
            && one.by == account.user
            && turn.moment.now - one.at <= PATIENCE
    };
    let latest = turn.snapshot.pending.values().filter(awaited).max_by_key(|one| one.at);
    let Some(pending) = latest.cloned() else { return false };
    let reading = turn.desk.lexicon.read(turn.plan, pending.unit, &said.text);
    let explains =
        ["说明", "因", "由于", "原因"].iter().any(|word| said.text.trim().starts_with(word));
    if !reading.figures.is_empty() && !explains {
        return false;
    }
    let report = pending.key.report;
    turn.effects.pending.push(Pending { state: PendingState::Closed, ..pending });
    keep(turn, said, account, report);
    true
}

/// Keeps a note beside a report.
pub(super) fn keep(turn: &mut Turn<'_>, said: &Said, account: &Account, report: ReportKey) {
    let words = said.text.trim();
    let words = words.strip_prefix("说明").unwrap_or(words);
    let words = words.trim_start_matches([':', '\u{ff1a}', ' ', '，']).trim();
    let text: String = words.chars().take(LONGEST).collect();
    turn.effects.notes.push(Note {
        report,
        by: account.user,
        at: turn.moment.now,
        text: text.clone(),
    });
    turn.reply(&said.place, Some(said.message), &contexts::Noted { text }, &[]);
}
