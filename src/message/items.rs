//! What one clause says: names, amounts, zeros, and the words that change what they mean.
//!
//! In: the tokens of a clause. Out: items in the order written; each carries the words that stood
//! between it and the item before.

mod amounts;

use super::lexicon::Name;
pub(super) use super::mods::Mods;
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
                Kind::Name(name) => {
                    if self.is_denied() {
                        self.mods |= Mods::of(Word::Exclude);
                    }
                    self.push(Thing::Name(name), self.at, self.at);
                }
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

    /// 非小升规, 未升规: what touches the name says that it is not that.
    fn is_denied(&self) -> bool {
        let token = self.tokens[self.at];
        let touching = self.before(1).filter(|before| token.close() && before.kind == Kind::Text);
        touching.is_some_and(|before| before.denies)
    }

    /// 自2018年以来, 再6月21日: a time and no value.
    fn dates_follow(&self) -> bool {
        match self.kind(self.at + 1) {
            Some(Kind::Value(_, Some(measure))) => measure.is_time(),
            Some(Kind::Inert) => true,
            _ => false,
        }
    }

    /// 本期新增情况: the word before says that something was added.
    fn behind_growth(&self) -> bool {
        self.before(1)
            .is_some_and(|token| matches!(token.kind, Kind::Word(Word::New | Word::Increase)))
    }

    /// Whether a name is the last that was said.
    fn behind_name(&self) -> bool {
        self.items.list.last().is_some_and(|item| matches!(item.thing, Thing::Name(_)))
    }

    /// 培育120家, 培育了120家
    fn number_near(&self) -> bool {
        self.number_at(self.at + 1) || self.number_at(self.at + 2)
    }

    /// 转了3户: behind a word, what was done, and how many.
    fn deed_and_number(&self) -> bool {
        let deed = |token: &&Token| {
            let word = matches!(token.kind, Kind::Word(Word::Filler | Word::Mention));
            let measure = matches!(token.kind, Kind::Measure(_)); // 又批了1家
            token.close() && (word || measure || token.kind == Kind::Text)
        };
        let behind = self.tokens.get(self.at + 1..).unwrap_or_default();
        let words = behind.iter().take(2).take_while(deed).count();
        words > 0 && self.number_at(self.at + 1 + words)
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
                if !self.mods.has_any(&[Word::New, Word::Increase]) {
                    self.mods = self.mods.without(Word::Period);
                }
            }
            '>' if self.before(1).is_some_and(|t| t.is_mark('-')) => self.arrow(),
            '≥' | '≤' | '<' | '>'
                if self.number_at(self.at + 1)
                    || self.kind(self.at + 1) == Some(Kind::Mark('='))
                        && self.number_at(self.at + 2) =>
            {
                self.mods |= Mods::of(Word::About);
            }
            '~' if self.number_at(self.at + 1) => self.mods |= Mods::of(Word::About),
            '→' if self.number_at(self.at + 1) => self.arrow(),
            '[' => {
                // [微笑] is a picture in words; [2] is a number.
                let inside = self.tokens[self.at..].iter().take(6);
                let close = inside.clone().position(|token| token.is_mark(']')).unwrap_or(0);
                let number = |token: &Token| {
                    matches!(token.kind, Kind::Value(..) | Kind::Word(Word::Zero | Word::Same))
                };
                if !inside.take(close).any(number) {
                    self.at += close;
                }
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
            Word::Again | Word::Add if next_is_number && !self.dates_follow() => {
                self.mods |= Mods::of(Word::Increase) | Mods::of(Word::Add);
            }
            // 又转了3户
            Word::Again if token.start + 3 == token.end && self.deed_and_number() => {
                self.mods |= Mods::of(Word::Increase) | Mods::of(Word::Add);
            }
            Word::Add => self.mods |= Mods::of(Word::And),
            // 比2018年底, 较5月底
            Word::Than if self.dates_follow() => self.mods |= Mods::of(Word::LastYear),
            Word::Than => self.unknown(),
            // 小微企业余120家, 小微企业培育120家
            Word::OrSo if next_is_number && self.behind_name() => {
                self.mods |= Mods::of(Word::About);
            }
            Word::Foster if self.behind_name() && self.number_near() => {
                self.mods |= Mods::of(Word::Underway);
            }
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
            // 本周增小升规1, 本周增:小升规1
            Word::Increase
                if self.mods.has(Word::Period)
                    && matches!(self.kind(self.at + 1), Some(Kind::Name(_) | Kind::Mark(':'))) =>
            {
                self.mods |= Mods::of(word);
            }
            Word::More | Word::About | Word::Decrease | Word::From | Word::Increase
                if short && !next_is_number => {}
            Word::From if self.dates_follow() => {}
            Word::About if !short && !self.number_follows() => self.is_estimate(),
            Word::More => self.mods |= Mods::of(Word::Increase),
            Word::From => self.mods |= Mods::of(Word::Old),
            Word::Correct if !self.number_follows() => {
                let last = self.items.list.last_mut();
                match last.filter(|item| matches!(item.thing, Thing::Amount(_))) {
                    Some(item) => item.mods |= Mods::of(word),
                    None => self.mods |= Mods::of(word),
                }
            }
            // 本期新增情况: what follows was added.
            Word::Heading if self.mods.has(Word::Period) && self.behind_growth() => {}
            Word::Heading | Word::AsOf => {
                let label = [Word::Period, Word::Stretch, Word::Year];
                self.mods = self.mods.without_any(&label) | Mods::of(word);
            }
            Word::Wrong if self.number_follows() => self.mods |= Mods::of(Word::Correct),
            Word::Wrong => match self.items.list.last() {
                // 3(原报2有误): that the old one is wrong is no news.
                Some(Item { thing: Thing::Amount(_), mods, .. }) if mods.has(Word::Old) => {}
                Some(Item { thing: Thing::Amount(_), .. }) => self.mark_amount(Word::Void),
                _ => self.mods |= Mods::of(Word::Correct),
            },
            Word::Void | Word::Underway | Word::Exclude if !self.number_follows() => {
                self.mark_amount(word);
            }
            Word::Courtesy => {
                self.items.all |= Mods::of(Word::Talk);
                self.mods |= Mods::of(Word::Talk);
                self.unknown();
            }
            Word::Particle => self.particle(),
            Word::Plain | Word::Talk => {
                self.mods |= Mods::of(word);
                self.unknown();
            }
            Word::Visit => {
                self.items.all |= Mods::of(Word::Talk);
                self.mods |= Mods::of(Word::Talk) | Mods::of(word);
                self.unknown();
            }
            Word::Left
            | Word::Filler
            | Word::Change
            | Word::Firm
            | Word::To
            | Word::Minus
            | Word::Again
            | Word::Foster
            | Word::OrSo => {}
            _ => self.mods |= Mods::of(word),
        }
    }

    /// 小升规呢 asks; 个转企呢6户 and 3家呢 tell.
    fn particle(&mut self) {
        let told = matches!(
            self.items.list.last(),
            Some(Item { thing: Thing::Amount(_) | Thing::Zero | Thing::Same, .. })
        );
        if self.behind_name() && !self.number_follows() && !told {
            self.items.all |= Mods::of(Word::Question);
        }
    }

    /// 120暂定: what stands behind the last number makes it an estimate.
    fn is_estimate(&mut self) {
        match self.items.list.last_mut() {
            Some(Item { thing: Thing::Amount(amount), .. }) => amount.vague = true,
            _ => self.mods |= Mods::of(Word::About),
        }
    }

    /// 2家待审批, 100作废: a word behind the last number says what that number is worth.
    fn mark_amount(&mut self, word: Word) {
        match self.items.list.last_mut() {
            Some(item) if matches!(item.thing, Thing::Amount(_)) => item.mods |= Mods::of(word),
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

    /// 14户没完成
    fn undone(&self) -> bool {
        let next = self.tokens.get(self.at + 1);
        next.is_some_and(|next| next.close() && next.is_word(Word::Done))
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
        // 14户没有完成: what is not done yet, and no zero.
        if word == Word::Zero
            && after_amount
            && self.tokens[self.at].end - self.tokens[self.at].start > "也没有".len()
        {
            self.mark_amount(Word::Underway);
            return;
        }
        if word == Word::Zero && after_amount && self.undone() {
            self.mark_amount(Word::Underway);
            return;
        }
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
}
