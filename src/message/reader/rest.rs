//! 其余无变化, 零报告, 1-5项无变化: one statement about many indicators.
//!
//! It is no figure: what the others were is not known here. Strict, since 其他事项无 and 没有问题
//! are talk: every word of the clause must belong to such a statement.

use std::ops::Range;

use super::Reader;
use crate::message::items::{Item, Thing};
use crate::message::reading::{Rest, RestIs, Scope};
use crate::message::segments::{Break, Clause};
use crate::message::tokens::{Kind, Token};
use crate::message::words::{Measure, Word};

impl Reader<'_> {
    /// A clause that names nothing and says one thing of everything, or of the others.
    pub(super) fn rest(&mut self, clause: &Clause, items: &[Item]) {
        let [item] = items else { return };
        let Some(what) = says(item) else { return };
        let tokens = &self.page.tokens[clause.tokens.clone()];
        let others = tokens.iter().any(|token| token.is_word(Word::Others));
        let all = tokens.iter().any(|token| token.is_word(Word::Each));
        if clause.after == Break::Question || !tokens.iter().all(|token| self.belongs(token)) {
            return;
        }
        // 其他情况无, 本周工作无: they name something, and no indicator.
        let before = &self.page.tokens[clause.tokens.start..item.first];
        if (others || what == RestIs::Nothing) && self.names_something(before, others) {
            return;
        }
        let about_another = self.subject.is_some()
            || !self.waiting.is_empty()
            || !self.in_order.is_empty()
            || !self.outside.is_empty();
        let scope = if others {
            Scope::Others
        } else if self.found.facts.is_empty() && !about_another {
            Scope::All
        } else if all && matches!(clause.before, Break::Line | Break::Stop) {
            Scope::Others
        } else {
            return; // 小升规2家,无变化 is about 小升规
        };
        // A bare 0 is a number without a name.
        if others || all || !matches!(item.thing, Thing::Amount(_)) {
            self.say_rest(what, scope, clause.tokens.clone());
        }
    }

    /// 其余无变化 behind a name in the same clause.
    pub(super) fn rest_in(&mut self, item: &Item) {
        let tokens = self.page.tokens;
        let back = |at: &usize| tokens[*at].is_word(Word::Others);
        let Some(first) = (0..item.first).rev().take(6).find(back) else { return };
        let all = tokens[first..item.first].iter().all(|token| self.belongs(token));
        let named = self.names_something(&tokens[first..item.first], true);
        if let Some(what) = says(item).filter(|_| all && !named) {
            self.say_rest(what, Scope::Others, first..item.last + 1);
        }
    }

    /// The first such statement counts.
    pub(super) fn say_rest(&mut self, what: RestIs, scope: Scope, tokens: Range<usize>) {
        if self.found.rest.is_none() {
            let span = self.page.span(tokens);
            self.found.rest = Some(Rest { what, scope, span });
        }
    }

    fn names_something(&self, tokens: &[Token], others: bool) -> bool {
        tokens.iter().any(|token| match token.kind {
            Kind::Word(Word::Heading) => true,
            Kind::Word(Word::Filler) => others && !self.is_particle(token),
            _ => false,
        })
    }

    /// 的, 也: it names nothing.
    fn is_particle(&self, token: &Token) -> bool {
        let said = &self.page.normal.text[token.start..token.end];
        ["的", "了", "也", "还", "就", "则", "仍", "我", "本", "另"].contains(&said)
    }

    fn belongs(&self, token: &Token) -> bool {
        match token.kind {
            Kind::Unit(named) => named.unit == self.page.writer,
            Kind::Word(word) => matches!(
                word,
                Word::Period
                    | Word::Filler
                    | Word::Past
                    | Word::Again
                    | Word::Is
                    | Word::Each
                    | Word::Others
                    | Word::Done
                    | Word::Number
                    | Word::Heading
                    | Word::Compare
                    | Word::Change
                    | Word::New
                    | Word::Increase
                    | Word::Ordinal
                    | Word::Zero
                    | Word::Same
            ),
            Kind::Value(number, measure) => {
                number.is_zero() || measure.is_some_and(Measure::is_time)
            }
            Kind::Measure(measure) => measure == Measure::Count,
            Kind::Mark(mark) => matches!(mark, ':' | '[' | ']' | '-' | '—'),
            Kind::Inert => token.end - token.start >= "2019-6-1".len(),
            Kind::Name(_) | Kind::Text | Kind::Latin => false,
        }
    }
}

/// What an item says if it can be said of many.
pub(super) fn says(item: &Item) -> Option<RestIs> {
    match item.thing {
        Thing::Same => Some(RestIs::Unchanged),
        Thing::Zero => Some(RestIs::Nothing),
        Thing::Amount(amount) if amount.number.is_zero() && !amount.vague => {
            Some(if amount.plus { RestIs::Unchanged } else { RestIs::Nothing })
        }
        _ => None,
    }
}
