//! From plain text to tokens: names, units, numbers with what they are counted in, words that
//! change a meaning, marks, and text that nobody knows.
//!
//! In: a [`Normal`] text. Out: tokens in the order written, each with its place. Nothing here
//! decides what a number is for.

mod days;
mod latin;

use super::inert::inert_at;
use super::lexicon::{Entry, Found, Lexicon, Name, NamedUnit};
use super::normalise::{Gap, Normal};
use super::numbers::{Number, han_digit, number_at};
use super::words::{Measure, Word};
use crate::plan::Plan;
use days::is_csv;

/// A piece of the text and what it is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Token {
    pub kind: Kind,
    /// Bytes of the plain text.
    pub start: usize,
    pub end: usize,
    /// What stood directly before it.
    pub gap: Gap,
    /// Unknown text that makes a name behind it something else: 非, 未, 准, 批零.
    pub denies: bool,
}

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Kind {
    /// An indicator by name.
    Name(Name),
    /// A unit by name.
    Unit(NamedUnit),
    /// A number and what it is counted in.
    Value(Number, Option<Measure>),
    /// A date, a clock time, a telephone number.
    Inert,
    /// A word that changes a meaning.
    Word(Word),
    /// What something is counted in, without a number.
    Measure(Measure),
    /// Punctuation.
    Mark(char),
    /// Chinese text that is not known.
    Text,
    /// Letters, or letters and digits, that are not known.
    Latin,
}

impl Token {
    /// Whether nothing stands between this token and the one before it.
    pub fn close(&self) -> bool {
        self.gap == Gap::None
    }

    pub fn is_mark(&self, mark: char) -> bool {
        matches!(self.kind, Kind::Mark(own) if own == mark)
    }

    pub fn is_word(&self, word: Word) -> bool {
        matches!(self.kind, Kind::Word(own) if own == word)
    }
}

/// Text that turns the name behind it into what it is not.
const DENYING: [&str; 18] = [
    "非", "未", "准", "批零", "异常", "吊销", "倒闭", "失信", "僵尸", "亏损", "停业", "停产",
    "歇业", "破产", "拆除", "不良", "逾期", "拖欠",
];

/// Divides a text into tokens.
pub(super) fn tokens(lexicon: &Lexicon, plan: &Plan, normal: &Normal) -> Vec<Token> {
    let mut lexer = Lexer {
        lexicon,
        plan,
        normal,
        csv: is_csv(&normal.text),
        next: lexicon.next(normal, 0),
        tokens: Vec::with_capacity(normal.text.len() / 4 + 4),
    };
    lexer.run();
    settle_han_numbers(normal, &mut lexer.tokens);
    lexer.tokens
}

struct Lexer<'a> {
    lexicon: &'a Lexicon,
    plan: &'a Plan,
    normal: &'a Normal,
    /// Its commas divide columns, not thousands.
    csv: bool,
    /// The next known word, at or after the place reached.
    next: Option<Found>,
    tokens: Vec<Token>,
}

impl Lexer<'_> {
    fn run(&mut self) {
        let mut at = 0;
        while at < self.normal.text.len() {
            at = self.step(at);
            if self.next.is_some_and(|next| next.start < at) {
                self.next = self.lexicon.next(self.normal, at);
            }
        }
    }

    /// Reads one token; where it ends.
    fn step(&mut self, at: usize) -> usize {
        let text = &self.normal.text;
        let bytes = text.as_bytes();
        let Some(c) = text[at..].chars().next() else { return text.len() };
        if c.is_ascii_digit() {
            return self.digits(at);
        }
        let known = self.next.filter(|next| next.start == at);
        if han_digit(c).is_some() || matches!(c, '十' | '拾' | '廿' | '卅') {
            let longer = |end: usize| known.is_none_or(|known| known.end < end);
            if let Some((number, end)) = number_at(self.normal, at).filter(|(_, end)| longer(*end))
            {
                return self.value(at, number, end);
            }
        }
        if let Some(found) = known.filter(|found| found.end - found.start > 0) {
            return self.known(found, c);
        }
        if c.is_ascii_alphabetic() {
            return self.letters(at, bytes);
        }
        let end = at + c.len_utf8();
        if let Some((word, end)) = self.in_place(c, end) {
            self.push(Kind::Word(word), at, end);
            return end;
        }
        let mark = c.is_ascii_punctuation()
            || matches!(c, '\n' | '\t' | '、' | '。' | '—' | '→' | '≥' | '≤');
        if c == '@' {
            return self.address(at);
        }
        if c == '['
            && let Some(end) = latin::document_number(&self.normal.text, at)
        {
            self.push(Kind::Inert, at, end);
            return end;
        }
        if mark {
            self.push(Kind::Mark(c), at, end);
        } else {
            self.text(at, end);
        }
        end
    }

    fn push(&mut self, kind: Kind, start: usize, end: usize) {
        let denies = kind == Kind::Text && self.denies(end);
        self.tokens.push(Token { kind, start, end, gap: self.normal.gap(start), denies });
    }

    /// Unknown text grows by one character.
    fn text(&mut self, start: usize, end: usize) {
        let denies = self.denies(end);
        if let Some(last) = self.tokens.last_mut()
            && last.kind == Kind::Text
            && last.end == start
            && self.normal.gap(start) == Gap::None
        {
            last.end = end;
            last.denies = denies;
            return;
        }
        self.push(Kind::Text, start, end);
    }

    fn denies(&self, end: usize) -> bool {
        let text = &self.normal.text[..end];
        DENYING.iter().any(|word| text.ends_with(word))
    }

    fn known(&mut self, found: Found, c: char) -> usize {
        let Entry { name, unit, word, measure } = found.entry;
        if let Some(Word::Share) = word {
            let permille = c == '千';
            let measure = if permille { Measure::Permille } else { Measure::Percent };
            if let Some(end) = self.share(found, measure) {
                return end;
            }
        }
        if word == Some(Word::Term) && name.is_none() {
            self.text(found.start, found.end);
            return found.end;
        }
        let word = word.map(|word| self.stands_for(word, found));
        // 小升规实绩3家: what is done, though another indicator is called so too.
        let behind_name = self.tokens.last().is_some_and(|last| matches!(last.kind, Kind::Name(_)))
            && self.normal.gap(found.start) == Gap::None;
        let name = name.filter(|_| !(behind_name && word == Some(Word::Done)));
        let kind = match (name, unit, word, measure) {
            (Some(name), ..) => Kind::Name(name),
            (_, Some(unit), ..) => Kind::Unit(unit),
            (_, _, Some(word), _) => Kind::Word(word),
            (.., Some(measure)) => Kind::Measure(measure),
            _ => Kind::Mark(c),
        };
        self.push(kind, found.start, found.end);
        found.end
    }

    fn digits(&mut self, at: usize) -> usize {
        let inert = self.reference(at).or_else(|| inert_at(self.normal, at));
        let inert = inert.or_else(|| self.clock(at));
        if let Some(end) = inert.or_else(|| self.day(at)) {
            self.push(Kind::Inert, at, end);
            return end;
        }
        if let Some((number, end)) = self.spoken(at).or_else(|| number_at(self.normal, at)) {
            self.value(at, number, end)
        } else {
            self.text(at, at + 1);
            at + 1
        }
    }

    /// A number, with what follows it: 多 and 几 that make it an estimate, and its measure.
    fn value(&mut self, at: usize, mut number: Number, mut end: usize) -> usize {
        let text = &self.normal.text;
        if let Some((shorter, to)) = self.shorter(at, end) {
            (number, end) = (shorter, to);
        }
        let mut rest = text[end..].chars();
        let (first, second) = (rest.next(), rest.next());
        let ends = first == Some('几') && second.is_none_or(|c| !c.is_alphanumeric());
        if first.is_some_and(|c| "多余来几".contains(c))
            && (ends || second.is_some_and(follows_estimate))
        {
            number.vague = true;
            end += first.map_or(0, char::len_utf8);
        }
        // 小升规等3项指标; 备案、园区两项: how many are listed.
        let listed = self.normal.text[..at].ends_with('等') || self.ends_list();
        if listed && self.normal.text[end..].starts_with('项') {
            let end = end + '项'.len_utf8();
            self.push(Kind::Word(Word::Heading), at, end);
            return end;
        }
        if let Some(end) = self.ordinal(&number, end) {
            return end;
        }
        if first == Some('成')
            && let Some(digit) = second.and_then(han_digit).filter(|digit| *digit > 0)
        {
            let tenths = number.with_finer(digit);
            let end = end + '成'.len_utf8() + second.map_or(0, char::len_utf8);
            self.push(Kind::Value(tenths, Some(Measure::Tenth)), at, end);
            return end;
        }
        let letters = text[end..].bytes().take(16).take_while(u8::is_ascii_alphabetic).count();
        if letters > 0 && self.normal.gap(end) == Gap::None {
            if text[end..].starts_with("m2") {
                self.push(Kind::Value(number, Some(Measure::Area)), at, end + 2);
                return end + 2;
            }
            let end = self.alphanumeric(end);
            self.push(Kind::Latin, at, end);
            return end;
        }
        let behind = self.lexicon.at(self.normal, end).filter(|behind| {
            let only = behind.entry.name.is_none() && behind.entry.unit.is_none();
            only && self.normal.gap(end) != Gap::Mark
        });
        let measure = behind.and_then(|behind| Some((behind.entry.measure?, behind.end)));
        // 三家半, 两亿半
        let half = measure.map_or(end, |(_, end)| end);
        if text[half..].starts_with('半') && !text[half..].starts_with("半年") {
            match measure {
                Some((Measure::Count, _)) => number = number.with_finer(5),
                _ => number.vague = true,
            }
        }
        let (measure, end) = measure.map_or((None, end), |(measure, end)| (Some(measure), end));
        self.push(Kind::Value(number, measure), at, end);
        end
    }

    /// 第3项 is an indicator's number; the `第` is already a token.
    fn ordinal(&mut self, number: &Number, end: usize) -> Option<usize> {
        let last = self.tokens.last().filter(|last| last.is_word(Word::Ordinal))?;
        if !self.normal.text[end..].starts_with('项') {
            return None;
        }
        let number = number.as_ordinal()?;
        let (indicator, _) = self.plan.indicators().find(|(_, row)| row.no.is(number, 0))?;
        let start = last.start;
        let name = Name { indicator, new: false, rate: false, numbered: true, slip: false };
        let end = end + '项'.len_utf8();
        self.tokens.pop();
        self.push(Kind::Name(name), start, end);
        Some(end)
    }

    /// 百分之九十八点五
    fn share(&mut self, found: Found, measure: Measure) -> Option<usize> {
        if self.normal.text[found.start..found.end].ends_with("百分百") {
            let all = Kind::Value(Number::small(100), Some(measure));
            self.push(all, found.start, found.end);
            return Some(found.end);
        }
        let all = self.normal.text[found.end..].starts_with('百');
        let hundred = (Number::small(100), found.end + '百'.len_utf8());
        let number = self
            .spoken(found.end)
            .or_else(|| number_at(self.normal, found.end))
            .or_else(|| all.then_some(hundred));
        let (number, end) = number?;
        self.push(Kind::Value(number, Some(measure)), found.start, end);
        Some(end)
    }
}

/// What may stand behind 多 in 120多家.
fn follows_estimate(c: char) -> bool {
    "家户个台批件笔元万亿平人项次".contains(c)
}

/// 统一, 一是, 三农: a Chinese digit inside a word is no number unless something is counted.
fn settle_han_numbers(normal: &Normal, tokens: &mut [Token]) {
    for at in 0..tokens.len() {
        let Kind::Value(number, None) = tokens[at].kind else { continue };
        if !number.han {
            continue;
        }
        let before = at.checked_sub(1).map(|before| tokens[before]);
        let left = tokens[at].close()
            && before.is_some_and(|before| matches!(before.kind, Kind::Text | Kind::Measure(_)));
        let behind = tokens.get(at + 1).filter(|behind| behind.close());
        // 小微企业三百整, 小升规两谢谢
        let named = before.is_some_and(|before| matches!(before.kind, Kind::Name(_)));
        let polite = behind
            .is_some_and(|behind| matches!(behind.kind, Kind::Word(Word::Courtesy | Word::Filler)));
        let text = &normal.text[tokens[at].start..tokens[at].end];
        let several = text.chars().count() > 1 && text.contains(['十', '百', '千', '万', '亿']);
        if named && (polite || several) {
            continue;
        }
        let right = behind.is_some_and(|behind| {
            matches!(
                behind.kind,
                Kind::Text
                    | Kind::Measure(_)
                    | Kind::Word(Word::Plain | Word::Talk | Word::Courtesy)
            )
        });
        if left || right {
            tokens[at].kind = Kind::Text;
        }
    }
}
