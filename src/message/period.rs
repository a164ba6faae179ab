//! Which period a message says it is for: 上周 or 第24周 in front of what it reports.
//!
//! In: tokens. Out: the label, if there is one. What is only compared with (比上周, 同上周) is no
//! label, and where 本周 stands too, 上周 is history.

use super::reader::Page;
use super::reading::{Labelled, PeriodWord};
use super::tokens::{Kind, Token};
use super::words::{Measure, Word};
use crate::plan::Cycle;

/// The period that the message is labelled with, and the first other one.
pub(super) fn periods(page: &Page<'_>) -> (Option<Labelled>, Option<Labelled>) {
    let tokens = page.tokens;
    if tokens.iter().any(|token| token.is_word(Word::Period)) {
        return (None, None);
    }
    let mut heads = true;
    let mut labelled: Option<Labelled> = None;
    for (at, token) in tokens.iter().enumerate() {
        if let Some((period, end)) = period_at(page, at)
            && (heads || before_figures(tokens, end))
            && !compared(tokens, at, end)
        {
            let next = Labelled { period, span: page.span(at..end) };
            match &labelled {
                None => labelled = Some(next),
                Some(first) if first.period != period => return (labelled, Some(next)),
                Some(_) => {}
            }
        }
        heads = token.is_mark('\n') || heads && introduces(token);
    }
    (labelled, None)
}

/// 上周, 第24周, 24周, 第24期: what it is and where it ends.
fn period_at(page: &Page<'_>, at: usize) -> Option<(PeriodWord, usize)> {
    let tokens = page.tokens;
    let text = |token: &Token| &page.normal.text[token.start..token.end];
    let token = &tokens[at];
    if token.is_word(Word::Past) {
        // 上上周 is no last week, and of weekly reports 上月 is history.
        let twice = token.close() && at > 0 && text(&tokens[at - 1]).ends_with('上');
        let last: &[&str] = match page.plan.reporting.cycle {
            Cycle::Weekly => {
                &["上周", "上一周", "上星期", "上个星期", "上礼拜", "上个礼拜", "上期", "上一期"]
            }
            Cycle::Monthly => &["上月", "上个月", "上一月", "上期", "上一期"],
        };
        let said = text(token).trim_start_matches('报').trim_end_matches(['数', '据', '的']);
        return (last.contains(&said) && !twice).then_some((PeriodWord::Last, at + 1));
    }
    // W24, wk24
    if token.kind == Kind::Latin
        && let Some(number) = text(token).strip_prefix("wk").or(text(token).strip_prefix('w'))
        && let Ok(number) = number.parse()
    {
        return (1..=53).contains(&number).then_some((PeriodWord::Number(number), at + 1));
    }
    let ordinal = token.is_word(Word::Ordinal);
    let value = at + usize::from(ordinal);
    let Kind::Value(number, measure) = tokens.get(value)?.kind else { return None };
    let (written, end) = match (measure, tokens.get(value + 1)) {
        (Some(Measure::Time | Measure::Other), _) => (text(&tokens[value]), value + 1),
        // 第25周报
        (None, Some(next)) if next.is_word(Word::Heading) => {
            (text(next).trim_end_matches('报'), value + 2)
        }
        _ => return None,
    };
    let week = written.ends_with('周');
    if ordinal && at > 0 && matches!(tokens[at - 1].kind, Kind::Value(_, Some(Measure::Month))) {
        return None; // 6月第3周
    }
    let new = match tokens.get(value + 1).map(|next| next.kind) {
        Some(Kind::Word(word)) => matches!(word, Word::New | Word::Increase),
        Some(Kind::Name(name)) => name.new,
        _ => false,
    };
    let begins = at == 0 || introduces(&tokens[at - 1]) || tokens[at - 1].is_mark('\n');
    if !ordinal && (number.han || new || !begins) {
        return None; // 一周, 3周新增, 连续3周: how long it took
    }
    let number = number.as_ordinal().filter(|number| (1..=53).contains(number))?;
    // 3周 alone may be how long something took; 第3期 is always a number.
    (week || ordinal && written.ends_with('期')).then_some((PeriodWord::Number(number), end))
}

/// What may stand before a label: whose report it is, of when, and greetings.
fn introduces(token: &Token) -> bool {
    match token.kind {
        Kind::Unit(_) | Kind::Inert | Kind::Measure(_) => true,
        Kind::Value(_, measure) => measure.is_some_and(Measure::is_time),
        Kind::Word(word) => {
            matches!(
                word,
                Word::Filler | Word::Heading | Word::Talk | Word::Courtesy | Word::Is | Word::Plain
            )
        }
        Kind::Mark(mark) => matches!(mark, ',' | ':' | '(' | ')' | '。' | '!' | '.' | '-' | '—'),
        _ => false,
    }
}

/// 上周小升规2, 第24周:小升规2: nothing but a colon or a word like 数据 stands between.
fn before_figures(tokens: &[Token], end: usize) -> bool {
    let between = |token: &&Token| match token.kind {
        Kind::Word(word) => {
            matches!(word, Word::Filler | Word::Heading | Word::Is | Word::Done | Word::Total)
        }
        Kind::Mark(mark) => matches!(mark, ':' | ')' | ','),
        _ => false,
    };
    let next = tokens[end..].iter().take(6).find(|token| !between(token));
    next.is_some_and(|next| matches!(next.kind, Kind::Name(_)))
}

/// 与上周数据相比, 上周一样: a comparison.
fn compared(tokens: &[Token], at: usize, end: usize) -> bool {
    let with = at.checked_sub(1).is_some_and(|before| {
        matches!(
            tokens[before].kind,
            Kind::Word(Word::And | Word::Mention | Word::From | Word::Compare | Word::Old)
        )
    });
    let line = tokens[end..].iter().take(4);
    with || line
        .take_while(|token| !token.is_mark('\n'))
        .any(|token| matches!(token.kind, Kind::Word(Word::Compare | Word::Same | Word::Question)))
}
