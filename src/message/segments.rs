//! Lines and clauses: where one statement ends and the next begins.
//!
//! In: tokens. Out: clauses with what stood before and behind them, and the list number they
//! began with. Commas, semicolons, full stops, brackets, tabs and line breaks divide; a colon does not.

use std::ops::Range;

use super::normalise::Gap;
use super::numbers::Number;
use super::tokens::{Kind, Token};
use super::words::Word;

/// What divides two clauses, the weakest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Break {
    /// 、 and /: a list goes on.
    List,
    /// A comma, a tab, a table bar.
    Comma,
    /// An opening bracket.
    Open,
    /// A closing bracket.
    Close,
    /// ; 。 !
    Stop,
    /// ?
    Question,
    /// A line break, or the message's end.
    Line,
}

/// A statement between two breaks.
#[derive(Debug, Clone)]
pub(super) struct Clause {
    /// Its tokens, without the list number.
    pub tokens: Range<usize>,
    pub before: Break,
    pub after: Break,
    /// The token of the list number it began with.
    pub ordinal: Option<usize>,
}

/// The first clause at or after a token; `None` at the end.
pub(super) fn next_clause(tokens: &[Token], from: usize, before: Break) -> Option<(Clause, usize)> {
    if from >= tokens.len() {
        return None;
    }
    let (ordinal, start) = list_number(tokens, from, before);
    let mut at = start;
    let mut named = false;
    while let Some(token) = tokens.get(at) {
        named |= matches!(token.kind, Kind::Name(_));
        if at > start
            && (list_number_inside(tokens, at, ordinal.is_some(), named)
                || next_firm(tokens, at, ordinal))
        {
            let after = Break::Comma;
            return Some((Clause { tokens: start..at, before, after, ordinal }, at));
        }
        if let Some(after) = break_at(tokens, start, at, named) {
            return Some((Clause { tokens: start..at, before, after, ordinal }, at + 1));
        }
        at += 1;
    }
    Some((Clause { tokens: start..at, before, after: Break::Line, ordinal }, at))
}

fn break_at(tokens: &[Token], start: usize, at: usize, named: bool) -> Option<Break> {
    let Kind::Mark(mark) = tokens[at].kind else { return None };
    Some(match mark {
        '\n' => Break::Line,
        '?' => Break::Question,
        ';' | '。' | '!' | '.' => Break::Stop,
        ',' | '\t' | '|' => Break::Comma,
        '(' => Break::Open,
        ')' => Break::Close,
        '、' if named && alternatives(tokens, start, at) => return None,
        '/' if between_numbers(tokens, at) && !pair_follows(tokens, at) => return None,
        '、' | '/' => Break::List,
        _ => return None,
    })
}

/// How many tokens of a firm's name are looked at.
const FIRM: usize = 12;

/// A list number behind a value: 120 2.八大产业45, 120 (2)45.
fn list_number_inside(tokens: &[Token], at: usize, listed: bool, named: bool) -> bool {
    let after_value =
        matches!(tokens[at - 1].kind, Kind::Value(..) | Kind::Word(Word::Zero | Word::Same));
    let after_heading = tokens[at - 1].is_mark(':') && !named;
    let starts = |at: usize| match tokens.get(at).map(|token| token.kind) {
        Some(Kind::Name(_)) => true,
        Some(Kind::Value(..)) => listed,
        _ => false,
    };
    let small = |at: usize| match tokens.get(at).map(|token| token.kind) {
        Some(Kind::Value(number, None)) => numbered(&number),
        _ => false,
    };
    let mark = |at: usize, marks: &str| match tokens.get(at).map(|token| token.kind) {
        Some(Kind::Mark(mark)) => marks.contains(mark),
        _ => false,
    };
    // 6.小升规4家7.科技型7家
    let counted = matches!(tokens[at - 1].kind, Kind::Value(_, Some(_)));
    let apart = tokens[at].gap != Gap::None || after_heading || counted;
    let plain = apart && small(at) && mark(at + 1, ".、)") && starts(at + 2);
    let bracketed = mark(at, "(") && small(at + 1) && mark(at + 2, ")") && starts(at + 3);
    // 小升规2家:1.兰溪市纺织厂;2.铝业公司 lists what was counted.
    let told = tokens[at - 1].is_mark(':')
        && at > 1
        && matches!(tokens[at - 2].kind, Kind::Value(..) | Kind::Word(Word::Respectively))
        && small(at)
        && mark(at + 1, ".、")
        && matches!(
            tokens.get(at + 2).map(|token| token.kind),
            Some(Kind::Text | Kind::Latin | Kind::Unit(_) | Kind::Word(_))
        );
    (after_value || after_heading) && (plain || bracketed) || told || firms_follow(tokens, at)
}

/// 八大产业:1、甲公司;2、乙公司: names behind a first number, and no value, are what was counted.
fn firms_follow(tokens: &[Token], at: usize) -> bool {
    let first =
        matches!(tokens[at].kind, Kind::Value(number, None) if number.as_ordinal() == Some(1));
    let marked = |at: usize, marks: &str| {
        tokens.get(at).is_some_and(|t| matches!(t.kind, Kind::Mark(mark) if marks.contains(mark)))
    };
    let named =
        at > 1 && tokens[at - 1].is_mark(':') && matches!(tokens[at - 2].kind, Kind::Name(_));
    let text = matches!(
        tokens.get(at + 2).map(|token| token.kind),
        Some(Kind::Text | Kind::Latin | Kind::Unit(_))
    );
    if !(first && named && text && marked(at + 1, ".、")) {
        return false;
    }
    let rest = tokens[at + 2..].iter().take(FIRM);
    rest.take_while(|token| !matches!(token.kind, Kind::Mark('\n' | ';' | ',' | '。')))
        .zip(at + 2..)
        .all(|(token, at)| !matches!(token.kind, Kind::Value(..)) || marked(at + 1, ".、"))
}

/// 1.甲公司2.乙公司: the next number of a list of firms that nothing divides.
fn next_firm(tokens: &[Token], at: usize, ordinal: Option<usize>) -> bool {
    let number = |at: usize| match tokens.get(at)?.kind {
        Kind::Value(number, None) => number.as_ordinal(),
        _ => None,
    };
    let text = |at: usize| {
        let firm = Kind::Word(Word::Firm);
        tokens.get(at).is_some_and(|token| {
            matches!(token.kind, Kind::Text | Kind::Latin) || token.kind == firm
        })
    };
    let mark = tokens.get(at + 1).is_some_and(|token| token.is_mark('.') || token.is_mark('、'));
    let next = ordinal.and_then(number).is_some_and(|before| number(at) == Some(before + 1));
    next && mark && tokens[at].gap != Gap::Mark && text(at - 1) && text(at + 2)
}

/// Whether a number stands on each side of a token.
pub(super) fn between_numbers(tokens: &[Token], at: usize) -> bool {
    let number = |token: Option<&Token>| token.is_some_and(|t| matches!(t.kind, Kind::Value(..)));
    at > 0 && number(tokens.get(at - 1)) && number(tokens.get(at + 1))
}

/// 6:2/7:4: behind the slash stands the next number and its value, not the target.
fn pair_follows(tokens: &[Token], at: usize) -> bool {
    tokens.get(at + 2).is_some_and(|next| next.is_mark(':') || next.is_mark('='))
}

/// 2、3家: two or three, if both stand behind one name and nothing else follows.
fn alternatives(tokens: &[Token], start: usize, at: usize) -> bool {
    let bare = |index: usize| matches!(tokens[index].kind, Kind::Value(_, None));
    let more = tokens.get(at + 2).is_some_and(|next| {
        next.is_mark('、') || next.is_mark('.') || matches!(next.kind, Kind::Name(_))
    });
    let in_order = tokens[start..at].iter().any(|token| token.is_word(Word::Respectively));
    between_numbers(tokens, at) && bare(at - 1) && !more && !in_order
}

/// `1、`, `1.`, `(1)`, `一、`, `一是` in front of a clause.
fn list_number(tokens: &[Token], from: usize, before: Break) -> (Option<usize>, usize) {
    let number = |at: usize| match tokens.get(at)?.kind {
        Kind::Value(number, None) => numbered(&number).then_some(at),
        _ => None,
    };
    let mark = |at: usize, marks: &str| match tokens.get(at).map(|token| token.kind) {
        Some(Kind::Mark(mark)) => marks.contains(mark),
        _ => false,
    };
    let goes_on = |at: usize| tokens.get(at).is_some_and(|token| !token.is_mark('\n'));
    if before != Break::Open
        && mark(from, "(")
        && mark(from + 2, ")")
        && goes_on(from + 3)
        && let Some(at) = number(from + 1)
    {
        let more = mark(from + 3, "、.") && goes_on(from + 4);
        return (Some(at), from + 3 + usize::from(more));
    }
    let Some(at) = number(from) else { return (None, from) };
    // 分别为2、10、20 lists numbers, not list numbers.
    let in_list =
        before == Break::List && from > 1 && matches!(tokens[from - 2].kind, Kind::Value(_, None));
    if in_list {
        return (None, from);
    }
    let han = matches!(tokens[at].kind, Kind::Value(number, _) if number.han);
    let cell = before == Break::Line && mark(from + 1, "\t|,");
    let filled = tokens.get(from + 2).is_some_and(|next| match next.kind {
        Kind::Name(_) => true,
        Kind::Value(..) => !mark(from + 1, ","),
        _ => false,
    });
    if cell && filled {
        return (Some(at), from + 2);
    }
    let close_bracket = before != Break::Open && mark(from + 1, ")");
    if (mark(from + 1, "、.") || close_bracket) && goes_on(from + 2) {
        let and_dot = mark(from + 2, "、.") && goes_on(from + 3);
        return (Some(at), from + 2 + usize::from(and_dot));
    }
    let is = han && tokens.get(from + 1).is_some_and(|next| next.is_word(Word::Is) && next.close());
    if is { (Some(at), from + 2) } else { (None, from) }
}

fn numbered(number: &Number) -> bool {
    number.as_ordinal().is_some_and(|n| n < 100) || number.as_part().is_some()
}
