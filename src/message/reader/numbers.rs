//! 1、2、3项都是0: several indicators by their numbers, and one value for all of them.
//!
//! Such a list looks like pairs of a number and a value (1、2). It is one only where 都, 均 or 各
//! stands behind the numbers, or 项 and a zero.

use super::Reader;
use crate::message::items::{Amount, Items, Thing};
use crate::message::numbers::Number;
use crate::message::reading::{Reason, Scope};
use crate::message::segments::Clause;
use crate::message::tokens::Kind;
use crate::message::words::{Measure, Word};
use crate::plan::IndicatorId;

/// The numbers at the head of a clause.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each says one thing of how the list was written"
)]
struct List {
    indicators: Vec<IndicatorId>,
    /// A range (1-5) and not single numbers.
    range: bool,
    /// 项 stands behind the numbers or 第 before them.
    marked: bool,
    /// 项 stands behind the last number.
    unit: bool,
    /// Only spaces divide the numbers.
    spaced: bool,
    /// The first token behind it.
    end: usize,
}

/// Longer lists are not looked at.
const MOST: usize = 64;

impl Reader<'_> {
    /// Reads the whole line's clauses of such a list; whether this clause belongs to one.
    pub(super) fn by_numbers(&mut self, clause: &Clause) -> bool {
        let start = clause.ordinal.unwrap_or(clause.tokens.start);
        if start < self.listed_until {
            return true;
        }
        let tokens = self.page.tokens;
        if start < self.no_list_until {
            return false;
        }
        let Some(list) = self.numbers_at(start) else { return false };
        // What is no list is none from its second number on, and is not looked at again.
        self.no_list_until = list.end;
        if list.indicators.len() > MOST {
            return false;
        }
        let ends = |at: usize| {
            tokens.get(at).is_none_or(|token| {
                matches!(token.kind, Kind::Mark('\n' | ',' | ';' | '。' | '!' | '.' | ')' | '、'))
            })
        };
        let mut end = list.end;
        while !ends(end) {
            end += 1;
        }
        let mut items = Items::default();
        items.read(&tokens[list.end..end]);
        let each = items.all.has(Word::Each);
        let [item] = items.list[..] else { return self.no_value(&list, start, end) };
        let zero = super::rest::says(&item);
        let counted = matches!(item.thing, Thing::Amount(amount) if amount.measure.is_some());
        let none = matches!(item.thing, Thing::Zero | Thing::Same);
        let fits = each && (zero.is_some() || matches!(item.thing, Thing::Amount(_)))
            || none && !list.spaced
            || list.marked && (zero.is_some() || counted || list.indicators.len() == 1);
        if !fits || items.text.is_some() || items.all.has_any(&[Word::Question, Word::Talk]) {
            return self.no_value(&list, start, end);
        }
        // 5项无变化 counts five, or names the fifth.
        let single = list.indicators.len() == 1;
        if single && !matches!(item.thing, Thing::Amount(_)) {
            return false;
        }
        self.listed_until = end;
        self.forget_waiting();
        if list.range && matches!(item.thing, Thing::Same) {
            let carried = list.indicators.iter().copied().filter(|id| self.page.carries(*id));
            let scope = Scope::Only(carried.collect());
            if let Some(what) = zero {
                self.say_rest(what, scope, start..end);
            }
            return true;
        }
        let mut item = item;
        item.first += list.end;
        item.last += list.end;
        for id in list.indicators {
            if list.range && !self.page.carries(id) {
                continue;
            }
            let mut name = Self::by_number(id, start);
            name.last = list.end - 1;
            self.take(&name, &item);
        }
        true
    }

    /// 1、2、3都报了: three numbers and words are no pairs, and a value that is not clear is asked for.
    fn no_value(&mut self, list: &List, start: usize, end: usize) -> bool {
        let words = &self.page.tokens[list.end..end];
        let said = words.iter().any(|token| matches!(token.kind, Kind::Word(_) | Kind::Text));
        if list.indicators.len() < 3 || list.spaced || !said {
            return false;
        }
        self.listed_until = end;
        let question = self.page.tokens.get(end).is_some_and(|token| token.is_mark('?'))
            || words.iter().any(|token| token.is_word(Word::Question));
        if !question && words.iter().any(|token| matches!(token.kind, Kind::Value(..))) {
            let span = self.page.span(start..end);
            self.found.ask(Reason::Ambiguous, span).choices.clone_from(&list.indicators);
        }
        true
    }

    /// `1、2、3项`, `1-5项`, `第1、3.1项`, `1和2`: at least two numbers of indicators.
    fn numbers_at(&self, start: usize) -> Option<List> {
        let tokens = self.page.tokens;
        let kind = |at: usize| tokens.get(at).map(|token| token.kind);
        let mut at = start;
        let mut marked = false;
        while let Some(Kind::Word(Word::Ordinal | Word::Number)) = kind(at) {
            marked = true;
            at += 1;
        }
        let mut list = List {
            indicators: Vec::new(),
            range: false,
            marked,
            unit: false,
            spaced: true,
            end: at,
        };
        let mut from: Option<Number> = None;
        loop {
            if kind(at) == Some(Kind::Word(Word::Ordinal)) {
                at += 1;
            }
            let (number, measure, named) = match kind(at)? {
                Kind::Value(number, measure) => (number, measure, None),
                Kind::Name(name) if name.numbered => (Number::ZERO, None, Some(name.indicator)),
                _ => return None,
            };
            let unit = tokens[at].end - tokens[at].start >= '项'.len_utf8()
                && self.page.normal.text[..tokens[at].end].ends_with('项');
            if measure.is_some() && !(unit && measure == Some(Measure::Count)) {
                return None;
            }
            list.unit = unit && named.is_none();
            list.marked |= unit || named.is_some();
            match (from.take(), named) {
                (Some(first), None) => self.between(first, number, &mut list)?,
                (_, Some(id)) => list.indicators.push(id),
                (None, None) => {
                    let amount = Amount {
                        number,
                        measure: None,
                        negative: false,
                        plus: false,
                        vague: false,
                    };
                    list.indicators.push(self.page.numbered(&amount)?);
                }
            }
            at += 1;
            list.end = at;
            let ranges =
                matches!(kind(at), Some(Kind::Mark('-' | '~' | '—') | Kind::Word(Word::To)));
            let separates = ranges
                || matches!(kind(at), Some(Kind::Mark('、' | ',' | '/') | Kind::Word(Word::And)));
            let more = |at| match kind(at) {
                Some(Kind::Value(..) | Kind::Word(Word::Ordinal)) => true,
                Some(Kind::Name(name)) => name.numbered,
                _ => false,
            };
            let spaced = more(at) && tokens[at].gap != crate::message::normalise::Gap::None;
            if !(separates && more(at + 1) || spaced && !unit) {
                break;
            }
            if ranges {
                from = Some(number);
            }
            at += usize::from(separates);
            list.spaced &= !separates;
            if list.indicators.len() > MOST {
                break;
            }
        }
        while let Some(Kind::Word(Word::Number) | Kind::Mark(':')) = kind(list.end) {
            list.marked = true;
            list.end += 1;
        }
        list.indicators.dedup();
        let single = list.indicators.len() == 1 && list.unit && !marked;
        (single || list.indicators.len() > 1).then_some(list)
    }

    /// 1-5: the indicators whose numbers lie between, without their parts.
    fn between(&self, from: Number, to: Number, list: &mut List) -> Option<()> {
        let (from, to) = (from.as_ordinal()?, to.as_ordinal()?);
        let plan = self.page.plan;
        let known = |no| plan.indicators().any(|(_, row)| row.no.is(no, 0));
        if !(known(from) && known(to)) {
            return None; // 6-21 is a day
        }
        let between = (from..=to.min(from + 99)).filter_map(|main| {
            plan.indicators().find_map(|(id, row)| row.no.is(main, 0).then_some(id))
        });
        list.range = true;
        list.indicators.extend(between);
        Some(())
    }
}
