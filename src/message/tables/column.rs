//! A column of names, and below it a column of as many numbers.

use super::{Divider, Table, line_at};
use crate::message::items::Items;
use crate::message::reader::Page;
use crate::message::settle::{Found, Said};
use crate::message::tokens::{Kind, Token};
use crate::message::words::Word;

/// A column of names and below it a column of as many numbers.
pub(super) fn column(page: &Page<'_>, from: usize, found: &mut Found) -> Option<usize> {
    let tokens = page.tokens;
    let mut at = from;
    let mut names = Vec::new();
    // No column has more names than the plan has indicators; longer ones are no columns.
    let most = page.plan.indicators().count();
    while at < tokens.len() && names.len() <= most {
        let line = line_at(tokens, at);
        let [Token { kind: Kind::Name(name), .. }] = tokens[line.clone()] else { break };
        names.push((name, line.clone()));
        at = (line.end + 1).min(tokens.len());
    }
    if names.len() < 2 || names.len() > most {
        return None;
    }
    let mut items = Items::default();
    let mut values = Vec::new();
    let table = Table { page, divider: Divider::Tab, roles: Vec::new(), heads: Vec::new() };
    while at < tokens.len() && values.len() <= names.len() {
        let line = line_at(tokens, at);
        let only = tokens[line.clone()].iter().all(|t| {
            matches!(
                t.kind,
                Kind::Value(..) | Kind::Word(Word::Zero | Word::Same) | Kind::Mark('+' | '-')
            )
        });
        let Some(item) = table.cell(&line, &mut items).filter(|_| only) else { break };
        values.push(item);
        at = (line.end + 1).min(tokens.len());
    }
    if values.len() != names.len() {
        return None;
    }
    for ((name, line), item) in names.iter().zip(&values) {
        table.fact(*name, line, item, Said::Plain, None, found);
    }
    Some(at)
}
