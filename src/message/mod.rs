//! The message reader: from what a liaison wrote to figures and questions.
//!
//! In: a [`Plan`], the writer's unit, a text. Out: a [`Reading`]: figures that are certain, and
//! questions about everything that is not. Pure: it knows no clock, no stored figure, no chat;
//! the same text always reads the same. Names come only from the plan.
//!
//! A message goes through these, in order:
//!
//! - [`normalise`]: one way of writing (half-width, simplified, no decoration), places kept
//! - [`tokens`]: names, units, [`numbers`] with what they count, [`words`] that change a meaning,
//!   [`inert`] digits (dates, telephones); the [`lexicon`] finds all known words in one pass
//! - [`mend`]: [`slips`] of one character in a name
//! - [`paired`]: lists of numbers beside lists of names, and which side of a slash is meant
//! - [`tables`]: pasted tables, read by their header
//! - [`segments`] and [`items`]: clauses, and what each says
//! - [`period`]: which period the message says it is for
//! - [`reader`]: which number belongs to which name; [`units`]: whether another unit is meant
//! - [`settle`]: one figure an indicator, or one question
//!
//! Beside messages, [`cells`] answers for single cells of a file's table, and [`plain`] for the words
//! of a question.
//!
//! Where the rules leave room, the reader asks rather than guesses:
//!
//! - A bare number for money or area (贷款36, 厂房12.5) may be 元, 万元 or 亿元: ambiguous. For a
//!   rate, a bare number above 1 can only be percent.
//! - 本周新增 in front of a list holds for the whole sentence, as a heading for all lines below;
//!   新增 alone is a total unless a total stands beside it. 本周 without 新增 is a total.
//! - An outright total (累计) beats a plain value only where the name or the value says 新增;
//!   otherwise two values are a conflict.
//! - A bare number that is the name's own (6 小升规) is a list number and never its value, unless the
//!   message puts its numbers in front of the names (20小升规,3个转企).
//! - By how much a rate changed, or a count since another time than the last period (比上月), is asked
//!   about; so are the values of two dates in one line. From eight o'clock on, 12:30 alone may be a time.
//! - A dash or a slash in a value's place is no zero: the value is missing.
//! - A department at the head of a message is another unit only directly before figures; with a
//!   colon or a verb it is whom the message is for. A township is another unit unless it is only
//!   mentioned (与, 请, 感谢, @).
//! - A number beside an unknown noun is an attempt at a name; beside a verb of talk it is talk.
//! - What is under way (申报, 待批, 在建), called off (取消, 作废, 报错了), left out (不含), or was brought by
//!   another stretch of time (5月份新增, 今年, 去年) is asked about, unless a plain value of the same
//!   indicator stands beside it. 今年完成 and 5月份 without 新增 are totals, with a [`Doubt`].
//! - 1、2、3项都是0 is three figures; 1-5项无变化 and 其余无变化 are none, but a [`Rest`].
//! - 上周 and 第24周 in front of the figures are told as [`Labelled`]; what they mean for the figures
//!   is not decided here.

mod cells;
mod inert;
mod items;
mod lexicon;
mod mend;
mod mods;
mod normalise;
mod numbers;
mod paired;
mod period;
mod plain;
mod reader;
mod reading;
mod segments;
mod settle;
mod slips;
mod tables;
mod tokens;
mod units;
mod words;

pub use cells::{Heading, scale_of};
pub use lexicon::{Clash, Lexicon, Mentions};
pub use reading::{
    Ask, Doubt, Doubtful, Kind, Labelled, PeriodWord, ReadFigure, Reading, Reason, Rest, RestIs,
    Scope,
};

use crate::plan::{Plan, UnitId};

impl Lexicon {
    /// Reads one message of a unit's liaison.
    #[must_use]
    pub fn read(&self, plan: &Plan, writer: UnitId, text: &str) -> Reading {
        let normal = normalise::Normal::of(text);
        let mut tokens = tokens::tokens(self, plan, &normal);
        mend::mend(self, &normal, &mut tokens);
        paired::pair(&mut tokens);
        paired::number_names(plan, &mut tokens);
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
        (found.period, found.other_period) = period::periods(&page);
        settle::settle(plan, writer, text, found)
    }
}

#[cfg(test)]
mod tests;
