//! The clean numbers of a few words that were asked about: what an answer to the question can be.
//!
//! In: the words of a question. Out: where each number stands that is a quantity, by the same
//! grammar that reads messages: 约1万家 is one number, 2019年 and 12: are none.

use std::ops::Range;

use super::lexicon::Lexicon;
use super::normalise::Normal;
use super::tokens::{Kind, Token, tokens};
use super::words::{Measure, Word};
use crate::plan::Plan;

impl Lexicon {
    /// Where the clean numbers of a few words stand, each with what it counts: bytes of `text`.
    ///
    /// None where a change is spoken of (提高0.3个百分点): its number is no total.
    #[must_use]
    pub fn clean_numbers(&self, plan: &Plan, text: &str) -> Vec<Range<usize>> {
        let normal = Normal::of(text);
        let tokens = tokens(self, plan, &normal);
        let changes = |token: &Token| {
            matches!(
                token.kind,
                Kind::Word(Word::Increase | Word::Decrease | Word::Compare | Word::LastYear)
            )
        };
        if tokens.iter().any(changes) {
            return Vec::new();
        }
        let clean = |at: &usize| is_clean(&tokens, *at);
        let place = |at: usize| normal.span(text, tokens[at].start..tokens[at].end);
        (0..tokens.len()).filter(clean).map(place).collect()
    }
}

/// A number that is no date, no list number and no estimate in itself (两三家).
fn is_clean(tokens: &[Token], at: usize) -> bool {
    let Kind::Value(number, measure) = tokens[at].kind else { return false };
    let time = |measure: Option<Measure>| measure.is_some_and(Measure::is_time);
    let day = at > 0
        && measure.is_none()
        && tokens[at].close()
        && matches!(tokens[at - 1].kind, Kind::Value(_, before) if time(before));
    let label = measure.is_none() && tokens.get(at + 1).is_some_and(|next| next.is_mark(':'));
    !(number.vague || time(measure) || measure == Some(Measure::Other) || day || label)
}
