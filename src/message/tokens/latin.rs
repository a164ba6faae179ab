//! Letters and digits that are no words of a report: `g5`, file names, web addresses, `@张三`, document
//! numbers.

use super::{Kind, Lexer};
use crate::message::lexicon::{Entry, Name};
use crate::message::normalise::Gap;
use crate::message::words::Word;
use crate::plan::IndicatorNo;

impl Lexer<'_> {
    /// Letters, perhaps with digits behind: `g5` is a goal's number, `xwqy120` a name and a number.
    pub(super) fn letters(&mut self, at: usize, bytes: &[u8]) -> usize {
        let letters = bytes[at..].iter().take_while(|b| b.is_ascii_alphabetic()).count();
        let end = at + letters;
        let word = &self.normal.text[at..end];
        if matches!(word, "http" | "https" | "www") {
            return self.address(at);
        }
        let digit = |at: &usize| {
            bytes.get(*at).is_some_and(u8::is_ascii_digit) && self.normal.gap(*at) == Gap::None
        };
        let digits = (end..end + 4).take_while(digit).count();
        let numbered = digits > 0;
        if word == "g" && digits > 0 {
            let no: Option<IndicatorNo> = self.normal.text[at..end + digits].parse().ok();
            if let Some(id) = no.and_then(|no| self.plan.indicator_numbered(no)) {
                let name =
                    Name { indicator: id, new: false, rate: false, numbered: true, slip: false };
                self.push(Kind::Name(name), at, end + digits);
                return end + digits;
            }
        }
        if let Some(Entry { word: Some(word), .. }) = self.lexicon.latin(word) {
            self.push(Kind::Word(word), at, end);
            return end;
        }
        let end = if numbered && letters == 1 { self.alphanumeric(at) } else { end };
        self.push(Kind::Latin, at, end);
        end
    }

    /// Where letters and digits that stand together end.
    pub(super) fn alphanumeric(&self, at: usize) -> usize {
        let bytes = self.normal.text.as_bytes();
        let ends = |end: &usize| {
            *end > at && self.normal.gap(*end) != Gap::None || !bytes[*end].is_ascii_alphanumeric()
        };
        (at..bytes.len()).find(ends).unwrap_or(bytes.len())
    }

    /// `@张三` or a web address: up to the next gap or mark, and no part of the report.
    pub(super) fn address(&mut self, at: usize) -> usize {
        let web = !self.normal.text[at..].starts_with('@');
        let ends = |place: usize, c: char| {
            let divided =
                self.normal.gap(place) != Gap::None || matches!(c, '\n' | '\t' | '、' | '。');
            divided || if web { !c.is_ascii() } else { matches!(c, ',' | ':' | ';' | '!' | '?') }
        };
        let rest = self.normal.text[at..].char_indices().skip(1);
        let end = rest.map(|(i, c)| (at + i, c)).find(|(place, c)| ends(*place, *c));
        let end = end.map_or(self.normal.text.len(), |(place, _)| place);
        // Whom a report is addressed to says nothing of its numbers: @王芳 6:1 7:3.
        let word = if web { Word::Talk } else { Word::Courtesy };
        self.push(Kind::Word(word), at, end);
        end
    }
}

/// 〔2018〕12号
pub(super) fn document_number(text: &str, at: usize) -> Option<usize> {
    let year = text.get(at + 1..at + 5)?;
    let behind = text.get(at + 5..)?.strip_prefix(']')?;
    let digits = behind.bytes().take_while(u8::is_ascii_digit).count();
    let fits = year.bytes().all(|c| c.is_ascii_digit()) && (1..=5).contains(&digits);
    (fits && behind[digits..].starts_with('号')).then_some(at + 6 + digits + '号'.len_utf8())
}
