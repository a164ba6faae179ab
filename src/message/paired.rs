//! Lists beside lists: 任务/完成 above 67/30, 小升规/个转企 in front of 2/5; and a list in which names
//! and numbers take turns: 小升规、3、个转企、12.
//!
//! In: tokens. Out: the same tokens, those that only say which of two numbers is meant turned into
//! filler, so that one number stands behind its name; and 分别 put where the numbers of a list follow
//! the names of a list. Nothing is added or taken away: every place stays where it was.

use super::lexicon::Name;
use super::normalise::Gap;
use super::numbers::Number;
use super::segments::between_numbers;
use super::tokens::{Kind, Token};
use super::words::Word;
use crate::plan::{IndicatorId, Plan};

/// What one side of a slash holds.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Target,
    Added,
    Total,
}

/// Marks what the sides of slashes are, and which numbers go to which names.
pub(super) fn pair(tokens: &mut [Token]) {
    let mut second = false;
    for at in 0..tokens.len() {
        if let Some(behind) = heading(tokens, at) {
            second = behind;
            drop_heading(tokens, at);
        } else if second && tokens[at].is_mark('/') && between_numbers(tokens, at) {
            tokens[at - 1].kind = Kind::Word(Word::Filler);
            tokens[at].kind = Kind::Word(Word::Filler);
        } else if tokens[at].is_mark(':') {
            in_order(tokens, at);
        } else if at == 0 || tokens[at - 1].is_mark('\n') || tokens[at - 1].is_mark(':') {
            take_turns(tokens, at);
        }
    }
}

/// 1:350 2:130 小升规3: beside names, an indicator's number and its value.
pub(super) fn number_names(plan: &Plan, tokens: &mut [Token]) {
    let mut from = 0;
    while from < tokens.len() {
        let rest = tokens[from..].iter();
        let end = from + rest.take_while(|token| !token.is_mark('\n')).count();
        let line = &mut tokens[from..end];
        if line.iter().any(|token| matches!(token.kind, Kind::Name(name) if !name.numbered)) {
            let found: Vec<_> = (0..line.len()).filter_map(|at| numbered(plan, line, at)).collect();
            // One pair may be a ratio.
            if found.len() > 1 {
                for (at, indicator) in found {
                    let name =
                        Name { indicator, new: false, rate: false, numbered: true, slip: false };
                    line[at].kind = Kind::Name(name);
                }
            }
        }
        from = end + 1;
    }
}

/// The indicator whose number stands at a token, with a colon and a value behind it.
fn numbered(plan: &Plan, line: &[Token], at: usize) -> Option<(usize, IndicatorId)> {
    let [number, colon, value, ..] = line.get(at..)? else { return None };
    let Kind::Value(no, None) = number.kind else { return None };
    let begins = match at.checked_sub(1) {
        None => true,
        Some(before) => {
            number.gap != Gap::None
                || matches!(line[before].kind, Kind::Mark(',' | ';' | '、' | '。'))
        }
    };
    let pair = matches!(colon.kind, Kind::Mark(':' | '=')) && matches!(value.kind, Kind::Value(..));
    // 12:30 小升规3 is a time.
    let minutes = |n: &Number| n.width == 2 && n.in_units(1).is_ok_and(|n| n < 60);
    let clock = matches!(value.kind, Kind::Value(number, None) if minutes(&number));
    if !(begins && pair && no.plain) || clock {
        return None;
    }
    let (main, part) = match no.as_ordinal() {
        Some(main) => (main, 0),
        None => no.as_part()?,
    };
    let indicator = plan.indicators().find_map(|(id, row)| row.no.is(main, part).then_some(id));
    indicator.map(|id| (at, id))
}

/// 小升规、3、个转企、12: a line of names and numbers by turns; each number is that of the name before it.
fn take_turns(tokens: &mut [Token], from: usize) {
    let fits = |place: usize, token: &Token| match place % 4 {
        0 => matches!(token.kind, Kind::Name(_)),
        2 => matches!(token.kind, Kind::Value(..)),
        _ => token.is_mark('、'),
    };
    // As far as it fits, and no further: a line is not counted for each of its colons.
    let behind = tokens[from..].iter().enumerate();
    let count = behind.take_while(|(place, token)| fits(*place, token)).count();
    let ends = tokens.get(from + count).is_none_or(|token| token.is_mark('\n'));
    if count < 7 || count % 4 != 3 || !ends {
        return;
    }
    let line = &mut tokens[from..from + count];
    for token in line.iter_mut().skip(1).step_by(4) {
        token.kind = Kind::Mark(':');
    }
}

/// Whether a heading like 任务/完成 has its slash here, and whether the total stands behind it.
fn heading(tokens: &[Token], at: usize) -> Option<bool> {
    if at == 0 || !tokens[at].is_mark('/') {
        return None;
    }
    match (side(tokens.get(at - 1)?)?, side(tokens.get(at + 1)?)?) {
        (Side::Target | Side::Added, Side::Total) => Some(true),
        (Side::Total, Side::Target | Side::Added) => Some(false),
        _ => None,
    }
}

fn side(token: &Token) -> Option<Side> {
    match token.kind {
        Kind::Word(Word::Target) => Some(Side::Target),
        Kind::Word(Word::Period | Word::New | Word::Increase) => Some(Side::Added),
        Kind::Word(Word::Total | Word::Sum | Word::Done) => Some(Side::Total),
        _ => None,
    }
}

fn drop_heading(tokens: &mut [Token], slash: usize) {
    let before = tokens[..slash].iter().rev().take_while(|token| side(token).is_some()).count();
    let behind = tokens[slash + 1..].iter().take_while(|token| side(token).is_some()).count();
    for token in &mut tokens[slash - before..=slash + behind] {
        token.kind = Kind::Word(Word::Filler);
    }
}

/// 小升规、个转企:2、5: as many numbers behind the colon as names in front of it.
fn in_order(tokens: &mut [Token], colon: usize) {
    let divides = |token: &Token| token.is_mark('、') || token.is_mark('/');
    let name = |token: &Token| matches!(token.kind, Kind::Name(_));
    let value = |token: &Token| matches!(token.kind, Kind::Value(..));
    let in_turn = |place: usize, token: &Token, is: &dyn Fn(&Token) -> bool| {
        if place.is_multiple_of(2) { is(token) } else { divides(token) }
    };
    let names = tokens[..colon].iter().rev().enumerate();
    let names = names.take_while(|(place, token)| in_turn(*place, token, &name)).count();
    let values = tokens[colon + 1..].iter().enumerate();
    let values = values.take_while(|(place, token)| in_turn(*place, token, &value)).count();
    if names < 3 || names != values || names.is_multiple_of(2) {
        return;
    }
    tokens[colon].kind = Kind::Word(Word::Respectively);
    for token in tokens[colon + 1..=colon + values].iter_mut().filter(|token| divides(token)) {
        token.kind = Kind::Mark('、');
    }
}
