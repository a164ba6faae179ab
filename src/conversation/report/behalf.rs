//! What the office reports on a unit's behalf (代报): whose figures a message is about, and telling
//! the unit's liaisons.

use std::collections::BTreeSet;

use super::super::effects::{Outgoing, Priority, Submission, What};
use super::super::event::Said;
use super::super::permissions::{Act, may};
use super::super::snapshot::Account;
use super::Slip;
use super::keep::figure_line;
use super::settle::Accepted;
use crate::conversation::Turn;
use crate::plan::UnitId;
use crate::texts;
use crate::texts::contexts::{self, Named, PeriodWords};

/// The longest word that is repeated as a unit's name, in characters.
const LONGEST_NAME: usize = 24;

/// The unit and the rest of a message that begins with 代报, if this account may do that. The unit
/// is `None` where there is none of that name; the rest is then the name.
pub(in crate::conversation) fn named(
    turn: &Turn<'_>,
    said: &Said,
    account: &Account,
) -> Option<(Option<UnitId>, String)> {
    let rest = said.text.trim().strip_prefix("代报")?;
    if !may(account.role, Act::ReportFor) {
        return None;
    }
    let gap = |c: char| c.is_whitespace() || matches!(c, ':' | '\u{ff1a}' | ',' | '\u{ff0c}');
    let rest = rest.trim_start_matches(gap);
    if let Some((unit, rest)) = turn.plan.unit_before(rest) {
        return Some((Some(unit), rest.trim_start_matches(gap).to_owned()));
    }
    let word = rest.split(gap).next().unwrap_or_default();
    Some((None, word.chars().take(LONGEST_NAME).collect()))
}

/// Tells a unit's liaisons what the office reported for it.
pub(super) fn tell(turn: &mut Turn<'_>, slip: &Slip<'_>, accepted: &[Accepted]) {
    let text = contexts::ReportedFor {
        unit: turn.plan.unit(slip.unit).name.clone(),
        period: PeriodWords::of(turn.plan, slip.period),
        office: turn.plan.titles.office.clone(),
        figures: accepted.iter().map(|one| figure_line(turn, slip, one)).collect(),
    };
    let bearers =
        accepted.iter().flat_map(|one| turn.plan.bearers(slip.unit, one.figure.indicator));
    let concerned: BTreeSet<UnitId> = bearers.chain([slip.unit]).collect();
    tell_liaisons(turn, &concerned, "on-behalf", |language| texts::render(language, &text));
}

/// Tells a unit's liaisons what the office has taken back of their figures.
pub(in crate::conversation) fn tell_of_withdrawals(
    turn: &mut Turn<'_>,
    account: &Account,
    unit: UnitId,
    rows: &[Submission],
) {
    let Some(first) = rows.first().filter(|_| may(account.role, Act::ReportFor)) else { return };
    let figures = rows.iter().map(|row| {
        let measure = &turn.plan.indicator(row.indicator).measure;
        let now = turn.current(row.unit, row.indicator).and_then(|current| current.in_force);
        (Named::of(turn.plan, row.indicator), now.map(|now| measure.show(now.total)))
    });
    let text = contexts::WithdrawnFor {
        unit: turn.plan.unit(unit).name.clone(),
        period: PeriodWords::of(turn.plan, first.period),
        office: turn.plan.titles.office.clone(),
        figures: figures.collect(),
    };
    let bearers = rows.iter().flat_map(|row| turn.plan.bearers(unit, row.indicator));
    let concerned: BTreeSet<UnitId> = bearers.chain([unit]).collect();
    tell_liaisons(turn, &concerned, "withdrawn-for", |language| texts::render(language, &text));
}

fn tell_liaisons(
    turn: &mut Turn<'_>,
    units: &BTreeSet<UnitId>,
    what: &str,
    words: impl Fn(texts::Language) -> String,
) {
    for liaison in units.iter().flat_map(|unit| turn.snapshot.liaisons(*unit)) {
        let key = format!("{what}:{}:{}", turn.update, liaison.user.0);
        let html = words(liaison.language);
        turn.effects.outbox.push(Outgoing {
            key,
            chat: liaison.user.into(),
            what: What::Send { html, buttons: Vec::new(), reply_to: None },
            priority: Priority::Broadcast,
            about: None,
        });
    }
}
