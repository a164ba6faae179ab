//! The message reader: from what a liaison wrote to figures and questions.

mod inert;
mod items;
mod lexicon;
mod mend;
mod normalise;
mod numbers;
mod reader;
mod reading;
mod segments;
mod settle;
mod slips;
mod tables;
mod tokens;
mod units;
mod words;

pub use lexicon::{Clash, Lexicon};
pub use reading::{Ask, Kind, ReadFigure, Reading, Reason};

use crate::plan::{Plan, UnitId};

impl Lexicon {
    /// Reads one message of a unit's liaison.
    #[must_use]
    pub fn read(&self, plan: &Plan, writer: UnitId, text: &str) -> Reading {
        let normal = normalise::Normal::of(text);
        let mut tokens = tokens::tokens(self, plan, &normal);
        mend::mend(self, &normal, &mut tokens);
        let page = reader::Page {
            lexicon: self,
            plan,
            writer,
            message: text,
            normal: &normal,
            tokens: &tokens,
        };
        let mut found = reader::Reader::new(page).read();
        found.other_unit = units::other_unit(&page).map(|(unit, at)| (unit, page.span(at..at + 1)));
        settle::settle(plan, writer, text, found)
    }
}

#[cfg(test)]
mod tests;
