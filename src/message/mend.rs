//! Names with a slip of one character become names, before anything else is decided.
//!
//! In: tokens. Out: the same tokens, with unknown text (and what of a name was still recognised
//! beside it) replaced by the one name it can mean. Only lines that hold a value are mended, and
//! only so many places of one message, so that no text can make reading slow.

use super::lexicon::{Lexicon, Name};
use super::normalise::Normal;
use super::slips::Slip;
use super::tokens::{Kind, Token};
use super::words::Word;

/// How much of one message is looked at.
struct Budget {
    /// Texts that are compared with names.
    lookups: u32,
    /// Texts that are looked at to see whether they are worth comparing.
    windows: u32,
}

/// How many tokens around unknown text can belong to one name.
const REACH: usize = 5;

pub(super) fn mend(lexicon: &Lexicon, normal: &Normal, tokens: &mut Vec<Token>) {
    if !tokens.iter().any(is_strange) {
        return;
    }
    let mut budget = Budget { lookups: 64, windows: 2000 };
    let mut at = 0;
    let mut line_end = 0;
    let mut has_value = false;
    while at < tokens.len() && budget.lookups > 0 && budget.windows > 0 {
        if at >= line_end {
            let rest = tokens[at..].iter();
            line_end = at + rest.take_while(|token| !token.is_mark('\n')).count() + 1;
            has_value = tokens[at..line_end.min(tokens.len())].iter().any(is_value);
        }
        if has_value && is_strange(&tokens[at]) {
            let before = tokens.len();
            mend_at(lexicon, normal, tokens, at, &mut budget);
            line_end = line_end + tokens.len() - before;
        }
        at += 1;
    }
}

/// What can be left of a name with a slip.
fn is_strange(token: &Token) -> bool {
    matches!(
        token.kind,
        Kind::Text | Kind::Latin | Kind::Measure(_) | Kind::Word(Word::Mention | Word::Than)
    )
}

fn is_value(token: &Token) -> bool {
    matches!(token.kind, Kind::Value(..) | Kind::Word(Word::Zero | Word::Same | Word::Vague))
}

fn can_belong(token: &Token) -> bool {
    match token.kind {
        Kind::Text | Kind::Latin | Kind::Name(_) | Kind::Measure(_) => true,
        Kind::Word(word) => !matches!(word, Word::Zero | Word::Same | Word::Vague | Word::Total),
        Kind::Value(number, None) => number.han,
        _ => false,
    }
}

fn mend_at(
    lexicon: &Lexicon,
    normal: &Normal,
    tokens: &mut Vec<Token>,
    at: usize,
    budget: &mut Budget,
) {
    let mut first = at;
    while first > 0 && at - first < REACH && tokens[first].close() && can_belong(&tokens[first - 1])
    {
        first -= 1;
    }
    let mut last = at;
    while last + 1 < tokens.len()
        && last - at < REACH
        && tokens[last + 1].close()
        && can_belong(&tokens[last + 1])
    {
        last += 1;
    }
    let longest = lexicon.slips.longest() * 3;
    let first_start = tokens[first].start;
    for from in first..=at {
        let token = tokens[from];
        for start in starts(normal, &token) {
            for to in (at..=last).rev() {
                let end = tokens[to].end;
                let own = tokens[from..=to].iter().filter_map(|token| match token.kind {
                    Kind::Name(name) => Some(name.indicator),
                    _ => None,
                });
                if end - start > longest || end - start < 9 {
                    continue;
                }
                if budget.windows == 0 || budget.lookups == 0 {
                    return;
                }
                budget.windows -= 1;
                if !lexicon.slips.is_likely(&normal.text[start..end]) {
                    continue;
                }
                budget.lookups -= 1;
                let Some(Slip::One { indicator, new, alike }) =
                    lexicon.slips.meaning(&normal.text[start..end], start > first_start)
                else {
                    continue;
                };
                // 小微企业退回3家: beside an exact name, another is read only where it sounds alike;
                // and two names are a slip of one only where the first is a piece of it.
                let (first_own, count) = (own.clone().next(), own.clone().count());
                let denied = tokens[from..=to].iter().any(|token| token.denies);
                let piece = first_own == Some(indicator) && !denied;
                if count > 0 && !alike && !(piece && count == 1) || count > 1 && !piece {
                    continue;
                }
                let name = Name { indicator, new, rate: false, numbered: false, slip: true };
                let mended = Token {
                    kind: Kind::Name(name),
                    start,
                    end,
                    gap: tokens[from].gap,
                    denies: false,
                };
                let head = Token { end: start, ..tokens[from] };
                let keep = (start > tokens[from].start).then_some(head);
                tokens.splice(from..=to, keep.into_iter().chain([mended]));
                return;
            }
        }
    }
}

/// Where a name can start in a token: anywhere in unknown text, else only at its start.
fn starts<'a>(normal: &'a Normal, token: &Token) -> impl Iterator<Item = usize> + use<'a> {
    let text = &normal.text[token.start..token.end];
    let all = token.kind == Kind::Text;
    let start = token.start;
    text.char_indices().map(move |(i, _)| start + i).take(if all { 24 } else { 1 })
}
