//! Indicators in the header, their values in the rows below.

use std::ops::Range;

use super::{Divider, Role, Table, cells, divider_of, line_at, role};
use crate::message::items::Items;
use crate::message::lexicon::Name;
use crate::message::reader::Page;
use crate::message::settle::{Found, Said};
use crate::message::tokens::Kind;
use crate::message::words::Word;

/// 单位 1 2 3: indicators by their numbers in the header.
pub(super) fn numbered<'a>(
    page: &'a Page<'a>,
    divider: Divider,
    heads: Vec<Range<usize>>,
) -> Option<Table<'a>> {
    let (first, others) = heads.split_first()?;
    if !matches!(role(page, first), Role::Names | Role::Ignored | Role::Blank) || others.len() < 2 {
        return None;
    }
    let name = |cell: &Range<usize>| {
        let indicator = page.number_at(cell.start).filter(|_| cell.len() == 1)?;
        let name = Name { indicator, new: false, rate: false, numbered: true, slip: false };
        Some(Role::Name(name, None))
    };
    let named: Vec<Role> = others.iter().map_while(name).collect();
    let roles = [vec![Role::Blank], named].concat();
    (roles.len() == heads.len()).then_some(Table { page, divider, roles, heads })
}

impl Table<'_> {
    /// Indicators in the header, their values below.
    pub(super) fn values_below(&self, from: usize, found: &mut Found) -> Option<usize> {
        let tokens = self.page.tokens;
        let mut items = Items::default();
        let (mut at, mut rows) = (from, 0);
        while at < tokens.len() {
            let line = line_at(tokens, at);
            let divider = divider_of(&tokens[line.clone()]);
            let cells = cells(tokens, line.clone(), divider);
            let named = tokens[line.clone()].iter().any(|t| matches!(t.kind, Kind::Name(_)));
            let value = |cell: &Range<usize>| {
                tokens[cell.clone()].iter().any(|t| {
                    matches!(t.kind, Kind::Value(..) | Kind::Word(Word::Zero | Word::Same))
                })
            };
            let rule = tokens[line.clone()].iter().all(|t| {
                matches!(t.kind, Kind::Mark('-' | '|' | ':' | '—' | '\t') | Kind::Measure(_))
            });
            let labelled = cells.len() == self.roles.len() + 1 && !cells.first().is_some_and(value);
            if !rule || line.is_empty() {
                if named
                    || !cells.iter().any(value)
                    || !(labelled || cells.len() == self.roles.len())
                {
                    break;
                }
                let shift = usize::from(labelled);
                let label = cells
                    .first()
                    .filter(|_| labelled || !matches!(self.roles[0], Role::Name(..)))
                    .map_or(Role::Total, |cell| role(self.page, cell));
                rows += 1;
                let said = match label {
                    Role::Ignored => None,
                    Role::Increment => Some(Said::Increment),
                    Role::New => Some(Said::New),
                    Role::Total => Some(Said::Total),
                    _ => Some(Said::Plain),
                };
                for (column, role) in self.roles.iter().enumerate() {
                    let (Role::Name(name, scale), Some(said)) = (*role, said) else { continue };
                    let cell = &cells[column + shift];
                    let Some(item) = self.cell(cell, &mut items) else { continue };
                    self.fact(name, &cell.clone(), &item, said, scale, found);
                }
            }
            at = (line.end + 1).min(tokens.len());
        }
        (rows > 0).then_some(at)
    }
}
