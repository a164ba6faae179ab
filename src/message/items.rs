//! What one clause says: names, amounts, zeros, and the words that change what they mean.
//!
//! In: the tokens of a clause. Out: items in the order written; each carries the words that stood
//! between it and the item before.

use super::lexicon::Name;
pub(super) use super::mods::Mods;
use super::normalise::Gap;
use super::numbers::Number;
use super::tokens::{Kind, Token};
use super::words::{Measure, Word};

/// A number in its place.
#[derive(Debug, Clone, Copy)]
pub(super) struct Amount {
    pub number: Number,
    pub measure: Option<Measure>,
    pub negative: bool,
    pub plus: bool,
    /// An estimate or a range.
    pub vague: bool,
}

impl Amount {
    /// Nothing but the number: it can be a list number or an indicator's.
    pub fn is_bare(&self) -> bool {
        self.measure.is_none() && !self.negative && !self.plus && !self.vague
    }
}

/// What an item is.
#[derive(Debug, Clone, Copy)]
pub(super) enum Thing {
    /// An indicator.
    Name(Name),
    /// A number.
    Amount(Amount),
    /// 无
    Zero,
    /// 无变化
    Same,
    /// 几家
    Vague,
    /// 待定
    Pending,
}

/// One item of a clause.
#[derive(Debug, Clone, Copy)]
pub(super) struct Item {
    pub thing: Thing,
    /// The words between the item before and this one.
    pub mods: Mods,
    /// Its tokens.
    pub first: usize,
    pub last: usize,
    /// Unknown text stands between the item before and this one.
    pub text: bool,
}

/// Everything one clause says.
#[derive(Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each says one thing of the clause")]
pub(super) struct Items {
    pub list: Vec<Item>,
    /// All words of the clause.
    pub all: Mods,
    /// The words behind the last item.
    pub tail: Mods,
    /// The first and last token of unknown text.
    pub text: Option<(usize, usize)>,
    /// Letters stand behind the last item.
    pub latin_tail: bool,
    /// Unknown text stands behind the last item.
    pub text_tail: bool,
    /// A colon stands behind the last item.
    pub colon_tail: bool,
    /// A percentage or a count of something else was left out.
    pub foreign: bool,
}

impl Items {
    /// Reads a clause; what was there before is forgotten.
    pub fn read(&mut self, tokens: &[Token]) {
        self.list.clear();
        (self.all, self.tail, self.text) = (Mods::default(), Mods::default(), None);
        (self.latin_tail, self.text_tail, self.colon_tail) = (false, false, false);
        self.foreign = false;
        let last_number = tokens.iter().rposition(|t| matches!(t.kind, Kind::Value(..)));
        Clause { tokens, at: 0, mods: Mods::default(), text: false, last_number, items: self }
            .run();
    }

    pub fn has_name(&self) -> bool {
        self.list.iter().any(|item| matches!(item.thing, Thing::Name(_)))
    }
}

struct Clause<'a> {
    tokens: &'a [Token],
    at: usize,
    mods: Mods,
    text: bool,
    last_number: Option<usize>,
    items: &'a mut Items,
}

impl Clause<'_> {
    fn run(mut self) {
        while let Some(token) = self.tokens.get(self.at).copied() {
            match token.kind {
                Kind::Name(name) => self.push(Thing::Name(name), self.at, self.at),
                Kind::Value(number, measure) => self.value(number, measure),
                Kind::Word(word) => self.word(word, &token),
                Kind::Text => self.unknown(),
                Kind::Latin => {
                    self.unknown();
                    self.items.latin_tail = true;
                }
                Kind::Mark(mark) => self.mark(mark),
                Kind::Inert | Kind::Unit(_) | Kind::Measure(_) => {}
            }
            self.at += 1;
        }
        self.items.tail = self.mods;
    }

    fn kind(&self, at: usize) -> Option<Kind> {
        self.tokens.get(at).map(|token| token.kind)
    }

    fn before(&self, back: usize) -> Option<&Token> {
        self.tokens.get(self.at.checked_sub(back)?)
    }

    fn push(&mut self, thing: Thing, first: usize, last: usize) {
        self.items.list.push(Item { thing, mods: self.mods, first, last, text: self.text });
        self.mods = Mods::default();
        self.text = false;
        (self.items.latin_tail, self.items.text_tail, self.items.colon_tail) =
            (false, false, false);
    }

    fn unknown(&mut self) {
        self.text = true;
        self.items.text_tail = true;
        let first = self.items.text.map_or(self.at, |(first, _)| first);
        self.items.text = Some((first, self.at));
    }

    fn mark(&mut self, mark: char) {
        match mark {
            ':' | '=' => {
                self.items.colon_tail = true;
                if !self.mods.has(Word::New) {
                    self.mods = self.mods.without(Word::Period);
                }
            }
            '>' if self.before(1).is_some_and(|t| t.is_mark('-')) => self.arrow(),
            '≥' | '≤' | '<' | '>' if self.number_at(self.at + 1) => {
                self.mods |= Mods::of(Word::About);
            }
            '~' if self.number_at(self.at + 1) => self.mods |= Mods::of(Word::About),
            '→' if self.number_at(self.at + 1) => self.arrow(),
            '[' => {
                let close = self.tokens[self.at..].iter().take(6).position(|t| t.is_mark(']'));
                self.at += close.unwrap_or(0);
            }
            _ => {}
        }
    }

    /// 2→3: the first was wrong, the second is right.
    fn arrow(&mut self) {
        if let Some(item) = self.items.list.last_mut()
            && matches!(item.thing, Thing::Amount(_))
        {
            item.mods |= Mods::of(Word::Old);
            self.mods |= Mods::of(Word::Correct);
        }
    }

    fn number_at(&self, at: usize) -> bool {
        matches!(self.kind(at), Some(Kind::Value(..)))
    }

    fn word(&mut self, word: Word, token: &Token) {
        self.items.all |= Mods::of(word);
        let next_is_number = match self.kind(self.at + 1) {
            Some(Kind::Value(..)) => true,
            Some(Kind::Mark('+' | '-')) => self.number_at(self.at + 2),
            _ => false,
        };
        let short = token.end - token.start == 3;
        match word {
            Word::Zero | Word::Same | Word::Vague | Word::Pending => self.special(word),
            Word::Done => {
                self.mods = self.mods.without(Word::Target) | Mods::of(word);
            }
            Word::Target if self.names_target() => {
                if let Some(item) = self.items.list.last_mut() {
                    item.mods |= Mods::of(word);
                }
            }
            Word::Total => self.mods = self.mods.without(Word::Target) | Mods::of(word),
            Word::Left if next_is_number => self.mods |= Mods::of(Word::Target),
            Word::More | Word::About | Word::Decrease | Word::From | Word::Increase
                if short && !next_is_number => {}
            Word::More => self.mods |= Mods::of(Word::Increase),
            Word::From => self.mods |= Mods::of(Word::Old),
            Word::Correct if !self.number_follows() => {
                let last = self.items.list.last_mut();
                match last.filter(|item| matches!(item.thing, Thing::Amount(_))) {
                    Some(item) => item.mods |= Mods::of(word),
                    None => self.mods |= Mods::of(word),
                }
            }
            Word::Heading | Word::AsOf => {
                self.mods = self.mods.without(Word::Period) | Mods::of(word);
            }
            Word::Plain | Word::Talk => {
                self.mods |= Mods::of(word);
                self.unknown();
            }
            Word::Left
            | Word::Filler
            | Word::Change
            | Word::Firm
            | Word::To
            | Word::Minus
            | Word::OrSo => {}
            _ => self.mods |= Mods::of(word),
        }
    }

    /// 5家目标已完成2家: the number before was the target.
    fn names_target(&self) -> bool {
        let amount =
            self.items.list.last().is_some_and(|item| {
                matches!(item.thing, Thing::Amount(_)) && item.last + 1 == self.at
            });
        let done =
            matches!(self.kind(self.at + 1), None | Some(Kind::Word(Word::Done | Word::Total)));
        amount && done && self.tokens[self.at].close()
    }

    fn number_follows(&self) -> bool {
        self.last_number.is_some_and(|last| last > self.at)
    }

    fn special(&mut self, word: Word) {
        // 无 and 没 inside other words are not this word.
        let next = self.tokens.get(self.at + 1);
        let inside = next.is_some_and(|next| next.close() && next.kind == Kind::Text);
        if inside && word == Word::Zero {
            self.unknown();
            return;
        }
        let after_amount = self.items.list.last().is_some_and(|item| {
            let counted = matches!(item.thing, Thing::Amount(amount) if !amount.is_bare());
            counted && item.last + 1 == self.at
        });
        if word == Word::Zero && after_amount && self.tokens[self.at].close() {
            // 一家也没有
            if let Some(item) = self.items.list.last_mut() {
                item.thing = Thing::Zero;
                item.last = self.at;
            }
            return;
        }
        let change = |kind| {
            matches!(kind, Kind::Word(Word::Change | Word::New | Word::Increase | Word::Compare))
        };
        if word == Word::Zero && self.kind(self.at + 1).is_some_and(change) {
            self.push(Thing::Same, self.at, self.at + 1);
            self.at += 1;
            return;
        }
        let thing = match word {
            Word::Zero => Thing::Zero,
            Word::Same => Thing::Same,
            Word::Vague => Thing::Vague,
            _ => Thing::Pending,
        };
        self.push(thing, self.at, self.at);
    }

    fn value(&mut self, number: Number, measure: Option<Measure>) {
        let first = self.at;
        let mut amount =
            Amount { number, measure, negative: false, plus: false, vague: number.vague };
        self.sign(&mut amount);
        self.spaced_thousands(&mut amount);
        let ordinal = self.before(1).is_some_and(|t| t.is_word(Word::Ordinal));
        self.range(&mut amount);
        self.behind(&mut amount);
        match amount.measure {
            Some(Measure::Time | Measure::Other) => {
                self.items.foreign |= amount.measure == Some(Measure::Other);
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
        self.push(Thing::Amount(amount), first, self.at);
        if self.tokens.get(self.at + 1).is_some_and(|t| t.is_mark('/'))
            && self.number_at(self.at + 2)
        {
            self.at += 2; // 2/5: the second is the target
            let Some(item) = self.items.list.last_mut() else { return };
            item.last = self.at;
        }
    }

    /// 17个村
    fn counts_something_else(&self) -> bool {
        let next = self.tokens.get(self.at + 1).filter(|next| next.close());
        next.is_some_and(|n| matches!(n.kind, Kind::Measure(Measure::Other | Measure::Time)))
    }

    /// 1 647 behind a name.
    fn spaced_thousands(&mut self, amount: &mut Amount) {
        let named = self.items.list.last().is_some_and(|item| matches!(item.thing, Thing::Name(_)));
        let head = amount.number.as_ordinal().filter(|_| amount.number.width <= 3 && named);
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
            && matches!(before, Some(Kind::Value(_, Some(Measure::Time | Measure::Other))))
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
        let Some(Kind::Value(_, measure)) = self.kind(second).filter(|_| joins && !arrow) else {
            return;
        };
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
