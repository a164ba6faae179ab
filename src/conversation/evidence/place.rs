//! Which report evidence goes with.

use super::spoken;
use crate::conversation::Turn;
use crate::conversation::event::{ChatId, MessageId};
use crate::conversation::permissions::{Act, may};
use crate::conversation::review::book::Cell;
use crate::conversation::snapshot::{About, Account, ReportKey};
use crate::conversation::{plans, withdraw};
use crate::plan::{IndicatorId, Period, UnitId};

/// A report that evidence goes with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::conversation) struct Target {
    /// The message that reported.
    pub message: (ChatId, MessageId),
    /// For which unit.
    pub unit: UnitId,
    /// For which period.
    pub period: Period,
    /// The one figure it is for; `None` for all.
    pub cell: Option<Cell>,
    /// The figures, as far as they are stored.
    pub figures: Vec<IndicatorId>,
    /// Whether somebody waits for it: the figure was sent back or flagged.
    pub awaited: bool,
}

/// Whether an account may say something of a unit's reports.
fn may_add(account: &Account, unit: UnitId) -> bool {
    account.unit == Some(unit) && may(account.role, Act::Report)
        || may(account.role, Act::ReportFor)
}

/// What a reply means: the report that is read back there or asked about, one's own message, or what
/// was sent back or flagged.
pub(super) fn replied(
    turn: &Turn<'_>,
    (chat, to): (ChatId, Option<MessageId>),
    account: &Account,
) -> Option<Vec<Target>> {
    let to = to?;
    let target = match turn.snapshot.replied.get(&(chat, to)) {
        Some(About::Report(key)) => of_message(turn, (key.chat, key.message), account),
        Some(About::Question(key)) => {
            of_message(turn, (key.report.chat, key.report.message), account)
        }
        Some(
            About::Returned { unit, indicator, period, report }
            | About::Flagged { unit, indicator, period, report },
        ) => {
            let own = account.unit.filter(|own| turn.plan.holder(*own, *indicator) == *unit);
            let own = own.filter(|_| may(account.role, Act::Report));
            own.map(|own| Target {
                message: (report.chat, report.message),
                unit: own,
                period: *period,
                cell: Some((*unit, *indicator)),
                figures: vec![*indicator],
                awaited: true,
            })
        }
        Some(About::Task(_)) => None,
        None => of_message(turn, (chat, to), account),
    };
    target.map(|target| vec![target])
}

/// All that a message has reported, with what this turn has stored of it.
pub(super) fn of_message(
    turn: &Turn<'_>,
    message: (ChatId, MessageId),
    account: &Account,
) -> Option<Target> {
    let new = turn.effects.reports.iter().rfind(|one| (one.key.chat, one.key.message) == message);
    let before = turn.snapshot.reports.get(&message).into_iter().flatten();
    let report = new.or(before.clone().last().map(|one| &one.report))?;
    if !may_add(account, report.unit) {
        return None;
    }
    let rows = before.flat_map(|one| &one.submissions).chain(&turn.effects.submissions);
    let rows = rows.filter(|row| (row.report.chat, row.report.message) == message);
    let mut figures: Vec<IndicatorId> =
        rows.filter(|row| turn.stands(row)).map(|row| row.indicator).collect();
    figures.sort_unstable();
    figures.dedup();
    let (unit, period) = (report.unit, report.period);
    Some(Target { message, unit, period, cell: None, figures, awaited: false })
}

/// Whose figures words are about, whether they say so, and what they say of them: the own unit's; for the office, those
/// of the unit that they begin with, or that it reported for last.
pub(super) fn about<'w>(
    turn: &Turn<'_>,
    account: &Account,
    words: &'w str,
) -> Option<(UnitId, bool, &'w str)> {
    let own = account.unit.filter(|_| may(account.role, Act::Report));
    if own.is_none() && !may(account.role, Act::ReportFor) {
        return None;
    }
    let spoken = turn.plan.unit_before(spoken(words));
    let mine = |unit: UnitId| own.is_none_or(|own| own == unit);
    // Another unit's figure is none of one's own; a unit in a sentence (云山街道的证明) is.
    if let Some((unit, rest)) = spoken.filter(|(unit, _)| !mine(*unit)) {
        let next = rest.split(is_apart).find(|word| !word.is_empty());
        if rest.starts_with(is_apart) && next.is_some_and(|word| is_figure(turn, unit, word)) {
            return None;
        }
    }
    if let Some((unit, rest)) = spoken.filter(|(unit, _)| mine(*unit)) {
        return Some((unit, true, rest.trim_start_matches(is_apart)));
    }
    let last = || newest(turn, account, None);
    let last = || of_message(turn, last().map(|key| (key.chat, key.message))?, account);
    Some((own.or_else(|| Some(last()?.unit))?, false, words))
}

/// What words name: figures in force of the unit they are about; its last report if they name none.
/// Gives the words without the unit's name too.
pub(super) fn named<'w>(
    turn: &Turn<'_>,
    account: &Account,
    words: &'w str,
) -> Option<(Vec<Target>, &'w str)> {
    let (unit, spoken, words) = about(turn, account, words)?;
    let ids = indicators(turn, unit, words);
    if ids.is_empty() {
        let key = newest(turn, account, spoken.then_some(unit))?;
        return Some((vec![of_message(turn, (key.chat, key.message), account)?], words));
    }
    let target = |id: &IndicatorId| {
        let (_, rows) = withdraw::in_force(turn, unit, *id)?;
        let row = rows.into_iter().next()?;
        Some(Target {
            message: (row.report.chat, row.report.message),
            unit,
            period: row.period,
            cell: Some((row.unit, row.indicator)),
            figures: vec![*id],
            awaited: false,
        })
    };
    let targets: Vec<Target> = ids.iter().filter_map(target).collect();
    (!targets.is_empty()).then_some((targets, words))
}

/// The plan below that has the reports of a figure that words name.
pub(super) fn rolled_up(turn: &Turn<'_>, account: &Account, words: &str) -> Option<String> {
    let (unit, _, words) = about(turn, account, words)?;
    let mut ids = indicators(turn, unit, words).into_iter();
    let level = ids.find_map(|id| turn.plan.level_of(turn.plan.holder(unit, id), id))?;
    Some(plans::name(&level.plan.titles))
}

/// Whether a word names an indicator of a unit.
fn is_figure(turn: &Turn<'_>, unit: UnitId, word: &str) -> bool {
    turn.plan.indicator_named(word).is_some_and(|id| turn.plan.carried(unit).contains(&id))
}

/// What stands between names.
fn is_apart(c: char) -> bool {
    c.is_whitespace() || "、，,；;：:".contains(c)
}

/// The indicators of a unit that words name.
fn indicators(turn: &Turn<'_>, unit: UnitId, words: &str) -> Vec<IndicatorId> {
    let plan = turn.plan;
    let reading = turn.desk.lexicon.read(plan, unit, words);
    let read = reading.figures.iter().map(|figure| figure.indicator);
    let asked = reading.asks.iter().filter_map(|ask| ask.indicator);
    // A bare number is more likely a document's than an annex number.
    let spoken = words.split(is_apart).filter(|word| word.parse::<f64>().is_err());
    let spoken = spoken.filter_map(|word| plan.indicator_named(word));
    let mut ids: Vec<IndicatorId> = read.chain(asked).chain(spoken).collect();
    ids.retain(|id| plan.carried(unit).contains(id));
    ids.sort_unstable();
    ids.dedup();
    ids
}

/// Words without the names of indicators that they begin with.
pub(super) fn unnamed<'w>(turn: &Turn<'_>, words: &'w str) -> &'w str {
    let mut rest = words.trim();
    loop {
        let end = rest.find(is_apart).unwrap_or(rest.len());
        let name = turn.plan.indicator_named(&rest[..end]);
        if rest.is_empty() || name.is_none() || rest[..end].parse::<f64>().is_ok() {
            return rest;
        }
        rest = rest[end..].trim_start_matches(is_apart);
    }
}

/// The last report of one's own that still takes changes; for a unit, where one is meant.
pub(super) fn newest(
    turn: &Turn<'_>,
    account: &Account,
    unit: Option<UnitId>,
) -> Option<ReportKey> {
    let all = turn.snapshot.reports.values().flatten().map(|one| &one.report);
    let open = |at| turn.plan.still_open(at, turn.moment.now);
    let mine = all.filter(|report| report.by == account.user && open(report.at));
    let mine = mine.filter(|report| unit.is_none_or(|unit| unit == report.unit));
    mine.max_by_key(|report| (report.at, report.key.message, report.key.edition))
        .map(|report| report.key)
}
