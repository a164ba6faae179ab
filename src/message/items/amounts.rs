//! A number where it stands in a clause: its sign, the range or the sum it is part of, and what
//! behind it makes it an estimate; and the numbers that are dates or count something else.

use super::{Amount, Clause, Kind, Mods, Thing, Word};
use crate::message::normalise::Gap;
use crate::message::numbers::Number;
use crate::message::words::Measure;

impl Clause<'_> {
    pub(super) fn value(&mut self, number: Number, measure: Option<Measure>) {
        let first = self.at;
        let mut amount =
            Amount { number, measure, negative: false, plus: false, vague: number.vague };
        self.sign(&mut amount);
        self.spaced_thousands(&mut amount);
        let ordinal = self.before(1).is_some_and(|t| t.is_word(Word::Ordinal));
        self.range(&mut amount);
        self.sum(&mut amount);
        self.behind(&mut amount);
        match amount.measure {
            Some(measure) if measure.is_time() => {
                self.stretch(first, measure);
                return;
            }
            // 小升规3人: nothing else is said of it; 小升规3人参会 says what the people did.
            Some(Measure::Other) if self.is_all_of_a_name(first) => {
                amount.vague = true;
            }
            Some(Measure::Other) => {
                self.items.foreign = true;
                return;
            }
            Some(Measure::Count) if self.counts_something_else() => {
                self.items.foreign = true;
                return;
            }
            _ if ordinal => return,
            None if self.mods.has(Word::AsOf) => return,
            None if self.month_and_day(first) => return,
            _ => {}
        }
        if self.mods.has(Word::About) {
            amount.vague = true;
        }
        if self.is_no_change(&amount) {
            self.push(Thing::Same, first, self.at + 1);
            self.at += 1;
            return;
        }
        self.push(Thing::Amount(amount), first, self.at);
        if self.tokens.get(self.at + 1).is_some_and(|t| t.is_mark('/'))
            && self.number_at(self.at + 2)
        {
            self.at += 2; // 2/5: the second is the target
            let Some(item) = self.items.list.last_mut() else { return };
            item.last = self.at;
        }
    }

    /// Whether a number touches the name before it, and nothing follows.
    fn is_all_of_a_name(&self, first: usize) -> bool {
        let named =
            first.checked_sub(1).is_some_and(|at| matches!(self.kind(at), Some(Kind::Name(_))));
        named && self.tokens[first].close() && self.at + 1 == self.tokens.len()
    }

    /// 0增长, 0家新增: like 零增长, unless the word belongs to what follows.
    fn is_no_change(&self, amount: &Amount) -> bool {
        let counted = matches!(amount.measure, None | Some(Measure::Count));
        let change = self.tokens.get(self.at + 1).filter(|next| next.close());
        let change = matches!(
            change.map(|change| change.kind),
            Some(Kind::Word(Word::Change | Word::New | Word::Increase))
        );
        let more = matches!(self.kind(self.at + 2), Some(Kind::Name(_) | Kind::Value(..)));
        amount.number.is_zero() && !amount.vague && counted && change && !more
    }

    /// 5月份, 第二季度, 2018年: a stretch of time, unless it is part of a date or says until when.
    fn stretch(&mut self, first: usize, measure: Measure) {
        let next = self.tokens.get(self.at + 1);
        let dated = next.is_some_and(|next| match next.kind {
            Kind::Value(_, None) => next.close(),
            Kind::Value(_, Some(measure)) => measure.is_time(),
            Kind::Word(Word::Ordinal) => true,
            _ => false,
        });
        let until = self.mods.has(Word::AsOf) || self.items.all.has(Word::AsOf);
        if dated || until || first > 0 && self.tokens[first - 1].is_mark('/') {
            return;
        }
        match (measure, self.kind(first)) {
            (Measure::Month, _) => self.mods |= Mods::of(Word::Stretch),
            (Measure::Year, Some(Kind::Value(number, _))) if number.width == 4 => {
                // 小升规2019年2家 dates the number; 2019年小升规2家 is what the year brought.
                let named = matches!(self.items.list.last(), Some(item) if matches!(item.thing, Thing::Name(_)));
                self.mods |= Mods::of(if named { Word::Stretch } else { Word::Year });
            }
            _ => {}
        }
    }

    /// 120+10, 100+20=120: a sum is its result if that stands there and is right, else unclear.
    fn sum(&mut self, amount: &mut Amount) {
        if self.items.list.is_empty() {
            return; // 6+1: the sixth indicator, one more
        }
        let first = amount.number.in_units(1);
        let (mut sum, mut at) = (first.ok(), self.at);
        let tokens = self.tokens;
        let number = |at: usize| match tokens.get(at)?.kind {
            Kind::Value(number, measure) => Some((number, measure)),
            _ => None,
        };
        let even = |at: usize| {
            let gap = |at: usize| tokens.get(at).map(|token| token.gap);
            gap(at) == gap(at + 1)
        };
        let operator = |at: usize| match tokens.get(at) {
            Some(token) if token.is_mark('+') => even(at),
            Some(token) if token.is_word(Word::Add) => true,
            // 120减5
            Some(token) => {
                token.is_word(Word::Decrease) && token.end - token.start == 3 && token.close()
            }
            None => false,
        };
        while operator(at + 1)
            && let Some((next, measure)) = number(at + 2)
        {
            let next = next.in_units(1).ok().filter(|_| !tokens[at + 1].is_word(Word::Decrease));
            sum = sum.zip(next).and_then(|(a, b)| a.checked_add(b));
            amount.measure = measure.or(amount.measure);
            at += 2;
        }
        if at == self.at {
            return;
        }
        self.at = at;
        amount.vague = true;
        if let Some(Kind::Mark('=')) = self.kind(at + 1)
            && let Some((result, measure)) = number(at + 2)
        {
            self.at = at + 2;
            amount.vague = sum.is_none() || result.in_units(1).ok() != sum;
            (amount.number, amount.measure) = (result, measure.or(amount.measure));
            amount.plus = false;
        }
    }

    /// 17个村
    fn counts_something_else(&self) -> bool {
        let next = self.tokens.get(self.at + 1).filter(|next| next.close());
        next.is_some_and(|n| matches!(n.kind, Kind::Measure(measure) if measure.is_time() || measure == Measure::Other))
    }

    /// 1 647 behind a name.
    fn spaced_thousands(&mut self, amount: &mut Amount) {
        let named = self.items.list.last().is_some_and(|item| matches!(item.thing, Thing::Name(_)));
        // 1,647 812: who writes commas divides two numbers by a space.
        let short = amount.number.width <= 3 && amount.number.halves.is_none();
        let head = amount.number.as_ordinal().filter(|_| short && named);
        let next = self.tokens.get(self.at + 1).filter(|next| next.gap == Gap::Space);
        let (Some(head), Some(Kind::Value(tail, measure))) = (head, next.map(|next| next.kind))
        else {
            return;
        };
        let signed = amount.plus || amount.negative;
        let three = !signed && tail.width == 3 && tail.plain && !tail.has_fraction();
        let alone = !matches!(self.kind(self.at + 2), Some(Kind::Value(..) | Kind::Name(_)));
        if let (true, true, Ok(tail)) = (three && amount.measure.is_none(), alone, tail.in_units(1))
        {
            let tail = u32::try_from(tail).unwrap_or(0);
            amount.number = Number::small(head * 1000 + tail);
            amount.measure = measure;
            self.at += 1;
        }
    }

    /// 6月21: the day has no 日.
    fn month_and_day(&self, at: usize) -> bool {
        let before = at.checked_sub(1).and_then(|before| self.kind(before));
        self.tokens[at].close()
            && matches!(before, Some(Kind::Value(_, Some(measure))) if measure.is_time() || measure == Measure::Other)
            // 1号126: the first of a month, or the first indicator?
            && !matches!(before, Some(Kind::Value(_, Some(Measure::Day))))
    }

    fn sign(&mut self, amount: &mut Amount) {
        let close = self.tokens[self.at].close();
        match self.before(1).map(|token| token.kind) {
            Some(Kind::Mark('+')) => amount.plus = true,
            Some(Kind::Word(Word::Minus)) => amount.negative = true,
            Some(Kind::Mark('-')) if close => {
                let double = self.before(2).is_some_and(|t| t.is_mark('-'));
                amount.negative = !double;
            }
            _ => {}
        }
    }

    /// 2-3家, 2至3家, 2、3家.
    fn range(&mut self, amount: &mut Amount) {
        let joins = match self.kind(self.at + 1) {
            Some(Kind::Mark('-' | '~' | '—' | '、') | Kind::Word(Word::To)) => true,
            Some(Kind::Word(Word::OrSo)) => self.number_at(self.at + 2),
            _ => false,
        };
        let mut second = self.at + 2;
        if self.kind(second) == Some(Kind::Mark('-'))
            && self.kind(self.at + 1) == Some(Kind::Mark('-'))
        {
            second += 1;
        }
        let arrow = self.kind(second - 1) == Some(Kind::Mark('>'));
        let Some(Kind::Value(to, measure)) = self.kind(second).filter(|_| joins && !arrow) else {
            return;
        };
        if self.mods.has(Word::Old) && self.kind(self.at + 1) == Some(Kind::Word(Word::To)) {
            // 从820到832 tells a change, not a range.
            self.mods = self.mods.without(Word::Old) | Mods::of(Word::Total);
            (amount.number, amount.vague) = (to, to.vague);
            amount.measure = measure.or(amount.measure);
            self.at = second;
            return;
        }
        amount.vague = true;
        amount.measure = measure.or(amount.measure);
        self.at = second;
    }

    /// 左右, 多, + behind a number.
    fn behind(&mut self, amount: &mut Amount) {
        let next = self.kind(self.at + 1);
        let more_is_change = self.number_at(self.at + 2);
        let estimate = match next {
            Some(Kind::Word(Word::OrSo)) => true,
            Some(Kind::Word(Word::More)) => !more_is_change,
            Some(Kind::Mark('+')) if matches!(self.kind(self.at + 2), Some(Kind::Name(_))) => false,
            Some(Kind::Mark('+')) => !more_is_change && self.tokens[self.at + 1].gap == Gap::None,
            _ => false,
        };
        if estimate {
            amount.vague = true;
            self.at += 1;
            if let Some(Kind::Measure(measure)) = self.kind(self.at + 1) {
                amount.measure = amount.measure.or(Some(measure));
                self.at += 1;
            }
        }
    }
}
