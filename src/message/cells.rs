//! Single cells of a table, for readers of files: what a name names, what a heading says.

use super::lexicon::Lexicon;
use super::normalise::Normal;
use super::reader::{self, Page};
use super::tables::{Role, role};
use super::tokens::{Kind, tokens};
use crate::plan::{IndicatorId, Measure, Plan, UnitId};

/// Bytes of a cell that can still be a name.
const LONGEST_NAME: usize = 400;

/// What a column of a table holds, by its heading.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Heading {
    /// Totals (累计, 完成数).
    Totals,
    /// What the period brought (本周新增).
    Increments,
    /// Something that is no figure in force: targets, rates, earlier totals, remarks.
    Aside,
    /// Nothing a heading would say.
    Other,
}

impl Lexicon {
    /// What a heading says its column holds. Words in brackets count if those outside say nothing.
    #[must_use]
    pub fn heading(&self, plan: &Plan, text: &str) -> Heading {
        let outside = text.split(['(', '\u{ff08}', '[', '\u{3010}', '\n']).next().unwrap_or(text);
        match self.whole_heading(plan, outside) {
            Heading::Other => self.whole_heading(plan, text),
            found => found,
        }
    }

    fn whole_heading(&self, plan: &Plan, text: &str) -> Heading {
        let normal = Normal::of(text);
        let tokens = tokens(self, plan, &normal);
        if tokens.is_empty() {
            return Heading::Other;
        }
        let page = self.page(plan, text, &normal, &tokens);
        match role(&page, &(0..tokens.len())) {
            Role::Total => Heading::Totals,
            Role::New | Role::Increment => Heading::Increments,
            Role::Names | Role::Ignored => Heading::Aside,
            Role::Name(..) | Role::Blank | Role::Other => Heading::Other,
        }
    }

    /// The one indicator that a cell names: `新增小微企业(家)`, `其中:新转公司制企业`, also with its
    /// target in the middle of the name, as an annex prints it (`引导和支持400户个体工商户转型…`).
    #[must_use]
    pub fn named(&self, plan: &Plan, text: &str) -> Option<IndicatorId> {
        if text.len() > LONGEST_NAME {
            return None;
        }
        let normal = Normal::of(text);
        let found = tokens(self, plan, &normal);
        let names: Vec<IndicatorId> = found
            .iter()
            .filter_map(|token| match token.kind {
                Kind::Name(name) => Some(name.indicator),
                _ => None,
            })
            .collect();
        if let Some(first) = names.first() {
            return names.iter().all(|name| name == first).then_some(*first);
        }
        let value = found.iter().find(|token| {
            token.start > 0 && matches!(token.kind, Kind::Value(number, _) if number.as_ordinal().is_none_or(|n| n > 1))
        })?;
        let without = [&normal.text[..value.start], &normal.text[value.end..]].concat();
        (without.len() < normal.text.len()).then(|| self.named(plan, &without))?
    }

    fn page<'a>(
        &'a self,
        plan: &'a Plan,
        message: &'a str,
        normal: &'a Normal,
        tokens: &'a [super::tokens::Token],
    ) -> Page<'a> {
        Page { lexicon: self, plan, writer: UnitId(0), message, normal, tokens }
    }
}

/// Base units in one of a unit that is written beside a measure's figures: `亿元`, `(万平方米)`.
#[must_use]
pub fn scale_of(unit: &str, measure: &Measure) -> Option<i64> {
    let normal = Normal::of(unit);
    let unit = normal.text.trim_matches(|c| matches!(c, '(' | ')' | ':'));
    if unit == measure.shown || unit == measure.base && !measure.is_rate() {
        return Some(if unit == measure.shown { measure.scale } else { 1 });
    }
    reader::scale_named(unit, measure)
}
