//! What may have been meant where what was written cannot be: an unknown name, a number below zero or
//! between two whole ones, a part above its whole. None of these is likely enough to be taken; each is
//! offered.

use super::{Slip, by_name, number_at, one, reread};
use crate::conversation::Turn;
use crate::conversation::pending::{Choice, Pick};
use crate::message::{Ask, Kind, ReadFigure};
use crate::plan::{IndicatorId, Plan, Quantity, UnitId};

/// The most names that an unknown one is compared to in a question.
const MOST_NAMES: usize = 4;

/// How many characters an unknown name must share with a known one: that many, and two of three.
const ALIKE: usize = 2;

/// Characters that say nothing of which name is meant: nearly all have them.
const COMMON: &str = "新增业家户个数";

/// Words before a number that take it away.
const TAKES_AWAY: &[&str] = &[
    "-",
    "\u{2212}",
    "\u{ff0d}",
    "负",
    "减少了",
    "减少",
    "减",
    "下降",
    "降低",
    "注销",
    "退出",
    "少",
];

/// 规升小3家, xwqy 120: the unit's indicators whose names have most in common with what was written;
/// for letters, all.
pub(super) fn named_alike(
    turn: &Turn<'_>,
    slip: &Slip<'_>,
    ids: &[IndicatorId],
    said: &str,
) -> Vec<Choice> {
    let Some(number) = letters_end(said).or_else(|| number_at(said)) else { return Vec::new() };
    let (name, value) = said.split_at(number);
    let name = name.trim();
    if name.chars().all(|c| c.is_ascii_alphabetic()) {
        return if name.is_empty() { Vec::new() } else { by_name(turn, slip, ids, value) };
    }
    let own = name.chars().filter(|c| !COMMON.contains(*c)).count();
    let mut alike: Vec<(usize, IndicatorId)> = ids
        .iter()
        .map(|id| (in_common(turn.plan, *id, name), *id))
        .filter(|(shared, _)| *shared >= ALIKE && shared * 3 >= own * 2)
        .collect();
    alike.sort_by_key(|(shared, _)| std::cmp::Reverse(*shared));
    let most = alike.first().map_or(0, |(shared, _)| *shared);
    let best = alike.iter().filter(|(shared, _)| *shared == most).map(|(_, id)| *id);
    by_name(turn, slip, &best.take(MOST_NAMES).collect::<Vec<_>>(), value)
}

/// Where the letters at the head of a text end, if it has any.
fn letters_end(said: &str) -> Option<usize> {
    let letters = said.bytes().take_while(|c| c.is_ascii_alphabetic() || *c == b' ').count();
    (letters > 0 && said.as_bytes()[0].is_ascii_alphabetic()).then_some(letters)
}

/// How many characters a name shares with the indicator's name that is most like it.
fn in_common(plan: &Plan, id: IndicatorId, name: &str) -> usize {
    let row = plan.indicator(id);
    let shared = |known: &String| {
        let mut left: Vec<char> = known.chars().filter(|c| !COMMON.contains(*c)).collect();
        let found = name.chars().filter(|c| {
            let at = left.iter().position(|known| known == c);
            at.map(|at| left.swap_remove(at)).is_some()
        });
        found.count()
    };
    row.aliases.iter().chain([&row.name, &row.short]).map(shared).max().unwrap_or(0)
}

/// 小升规-3, 小升规减少3家: so much less than the last total, or the dash only divided.
pub(super) fn below_zero(
    turn: &Turn<'_>,
    unit: UnitId,
    id: IndicatorId,
    said: &str,
) -> Option<(Vec<Choice>, Vec<String>)> {
    let (plan, row) = (turn.plan, turn.plan.indicator(id));
    let behind = |word: &&str| said.rfind(*word).map(|at| at + word.len());
    let number = said.get(TAKES_AWAY.iter().filter_map(behind).max()?..)?;
    let taken = reread(turn, unit, id, number)?.value;
    let last = turn.snapshot.in_force(plan.holder(unit, id), id).map(|last| last.total);
    let left = last.and_then(|last| last.0.checked_sub(taken.0)).filter(|left| *left >= 0);
    let mut choices: Vec<Choice> =
        left.into_iter().map(|left| one(plan, id, Quantity(left), Kind::Total)).collect();
    if left != Some(taken.0) {
        choices.push(one(plan, id, taken, Kind::Total));
    }
    let told = last.filter(|_| left.is_some()).into_iter().chain([taken]);
    Some((choices, told.map(|value| row.measure.show(value)).collect()))
}

/// 2.5家: the whole numbers on both sides.
pub(super) fn around(turn: &Turn<'_>, unit: UnitId, id: IndicatorId, said: &str) -> Vec<Choice> {
    let plan = turn.plan;
    let written = |place: std::ops::Range<usize>| {
        let digits = said.get(place)?.trim_end_matches(|c: char| !c.is_ascii_digit());
        let whole: i64 = digits.split_once('.')?.0.parse().ok()?;
        Some([whole, whole.checked_add(1)?])
    };
    let numbers = turn.desk.lexicon.clean_numbers(plan, said);
    let values = numbers.into_iter().find_map(written).unwrap_or_default();
    let read = |value: i64| reread(turn, unit, id, &value.to_string());
    let figures: Vec<ReadFigure> =
        values.into_iter().filter(|value| *value > 0).filter_map(read).collect();
    figures.iter().map(|figure| one(plan, id, figure.value, Kind::Total)).collect()
}

/// 限上3家,住餐5家: the other way round, or the whole alone. Only of totals: what an addition makes of
/// its whole is not known here.
pub(super) fn of_part(plan: &Plan, part: IndicatorId, ask: &Ask) -> Vec<Choice> {
    let (Some(whole), [of_whole, of_part]) = (plan.indicator(part).whole, &ask.values[..]) else {
        return Vec::new();
    };
    if ask.said.contains(['+', '\u{ff0b}', '增', '加']) {
        return Vec::new();
    }
    let pick = |id: IndicatorId, value: Quantity| Pick::new(plan, id, value, Kind::Total);
    let turned = vec![pick(whole, *of_part), pick(part, *of_whole)];
    vec![Choice { figures: turned }, Choice { figures: vec![pick(whole, *of_whole)] }]
}
