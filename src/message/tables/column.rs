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

/// 1220家 above 小微企业, and so on: a message of lines by turns, each number in front of its name.
pub(super) fn turned(page: &Page<'_>, from: usize, found: &mut Found) -> Option<usize> {
    let tokens = page.tokens;
    if from > 0 || !matches!(tokens.first()?.kind, Kind::Value(..)) {
        return None;
    }
    let mut items = Items::default();
    let table = Table { page, divider: Divider::Tab, roles: Vec::new(), heads: Vec::new() };
    let (mut at, mut pairs) = (from, Vec::new());
    while at < tokens.len() {
        let number = line_at(tokens, at);
        let name = line_at(tokens, (number.end + 1).min(tokens.len()));
        let [Token { kind: Kind::Value(..), .. }] = tokens[number.clone()] else { return None };
        let Kind::Name(named) = tokens.get(name.start)?.kind else { return None };
        let filler = tokens[name.start + 1..name.end].iter().all(|t| t.is_word(Word::Filler));
        if !filler {
            return None;
        }
        pairs.push((named, name.start..name.start + 1, table.cell(&number, &mut items)?));
        at = name.end + 1;
    }
    for (name, line, item) in &pairs {
        table.fact(*name, line, item, Said::Plain, None, found);
    }
    Some(tokens.len())
}
