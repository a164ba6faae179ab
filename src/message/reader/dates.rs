//! What is told by date or by the clock, and what changed: numbers that are easily taken for totals.

use std::ops::Range;

use super::{Outside, Reader, Waiting};
use crate::message::items::{Amount, Item, Mods, Thing};
use crate::message::reading::Reason;
use crate::message::tokens::{Kind, Token};
use crate::message::words::{Measure, Word};

/// How many tokens a date may stand in front of what it dates.
const NEAR: usize = 8;

/// Before this hour a message of two numbers is an indicator and its value (2:45).
const FIRST_HOUR: u32 = 8;

impl Reader<'_> {
    /// 受惠面提高0.3个百分点: by how much a rate changed. Rates that are a growth themselves
    /// (年均增长12%) are written so.
    pub(super) fn is_change_of_rate(&self, name: &Waiting, item: &Item, mods: Mods) -> bool {
        let row = self.page.plan.indicator(name.name.indicator);
        let growth = || ["增长", "增速", "增幅", "下降"].iter().any(|word| row.name.contains(word));
        let change = [Word::Increase, Word::Decrease, Word::Compare];
        let plus = matches!(item.thing, Thing::Amount(amount) if amount.plus);
        let changes = mods.has_any(&change) && !mods.has(Word::Total);
        row.measure.is_rate() && !plus && changes && !growth()
    }

    /// 6月10日1家, 6月10日小升规1家, 2018年2家: the date in front of the number or the name, and no 截至.
    pub(super) fn dated(&self, name: &Waiting, item: &Item) -> Option<(Measure, Range<usize>)> {
        let tokens = self.page.tokens;
        let dated = |end: usize| {
            let passed = |token: &Token| {
                let word = [Word::Done, Word::Is, Word::New, Word::Increase, Word::About];
                matches!(token.kind, Kind::Word(said) if word.contains(&said))
                    || token.is_mark(':')
                    || token.is_mark(',')
            };
            let far = end.saturating_sub(NEAR);
            let at = (far..end).rev().find(|at| !passed(&tokens[*at]))?;
            let measure = match tokens[at].kind {
                Kind::Inert | Kind::Value(_, Some(Measure::Day)) => Measure::Time,
                Kind::Value(_, measure) => measure.filter(|measure| measure.is_time())?,
                _ => return None,
            };
            let until = tokens[far..end].iter().any(|token| token.is_word(Word::AsOf));
            (!until).then(|| (measure, self.page.span(at..at + 1)))
        };
        dated(item.first).or_else(|| dated(name.first))
    }

    /// 15:30 from a unit that does not carry 15 is a time.
    pub(super) fn is_clock(&self, number: &Amount, value: Option<&Item>, token: usize) -> bool {
        let mine = self.page.numbered(number).is_some_and(|id| self.page.carries(id));
        !mine && value.is_some_and(|value| self.looks_like_clock(number, value, token))
    }

    /// An hour, a colon and two digits of minutes.
    fn looks_like_clock(&self, number: &Amount, value: &Item, token: usize) -> bool {
        let Thing::Amount(minutes) = value.thing else { return false };
        let colon = self.page.tokens.get(token + 1).is_some_and(|t| t.is_mark(':'));
        let hour = number.number.as_ordinal().is_some_and(|h| h < 24);
        let minute = minutes.number.width == 2
            && minutes.is_bare()
            && minutes.number.in_units(1).is_ok_and(|m| m < 60);
        colon && hour && minute
    }

    /// A message that is nothing but 12:30 is a time as well as an indicator and its value.
    pub(super) fn is_lone_clock(
        &mut self,
        number: &Amount,
        value: Option<&Item>,
        token: usize,
    ) -> bool {
        let Some(value) = value else { return false };
        let mut others = self.page.tokens.iter().filter(|t| !matches!(t.kind, Kind::Mark(_)));
        let two = others.by_ref().take(2).count() == 2 && others.next().is_none();
        let hour = number.number.as_ordinal().is_some_and(|hour| hour >= FIRST_HOUR);
        if !(two && hour && self.looks_like_clock(number, value, token)) {
            return false;
        }
        let span = self.page.span(token..value.last + 1);
        self.found.ask(Reason::Ambiguous, span).indicator = self.page.numbered(number);
        true
    }

    /// 个转企(公司制)8: a name in brackets that waits for a number as the one before it does; whose
    /// number follows is not clear.
    pub(super) fn names_either(&mut self, outside: &Outside) -> Option<Waiting> {
        let (&[inner], Some(outer)) = (&self.waiting[..], outside.waiting.last()) else {
            return None;
        };
        let one = inner.name.indicator == outer.name.indicator;
        if one || !inner.mods.is_empty() || inner.explained {
            return None;
        }
        self.waiting.clear();
        Some(Waiting { either: true, ..inner })
    }
}
