//! Tables pasted from a spreadsheet.
//!
//! In: the tokens of a message and the start of a line. Out: facts from the table that starts
//! there. A table has a header: either titles of columns (指标 目标 本周新增 累计完成 完成率) with
//! an indicator a row, or indicators with their values in the rows below. Without a header, lines
//! are read as ordinary text.

mod across;
mod column;

use std::ops::Range;

use across::numbered;
use column::{column, turned};

use super::items::{Item, Items, Mods, Thing};
use super::lexicon::Name;
use super::normalise::Gap;
use super::reader::{Page, quantity, scale_named};
use super::reading::Reason;
use super::settle::{Fact, Found, Said};
use super::tokens::{Kind, Token};
use super::words::{Measure, Word};

/// What divides the cells of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Divider {
    Tab,
    Bar,
    Comma,
    Space,
}

/// What a column or a row holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// An indicator.
    Name(Name, Option<i64>),
    /// Names of indicators.
    Names,
    Total,
    Increment,
    /// 新增 or 本周完成: what the period brought if a total stands beside it, else the total.
    New,
    /// Targets, rates, list numbers, remarks.
    Ignored,
    /// Nothing.
    Blank,
    /// Something else: this is no header.
    Other,
}

/// Reads the table that starts at a line, and says where it ends; `None` if none does.
pub(super) fn table_at(page: &Page<'_>, from: usize, found: &mut Found) -> Option<usize> {
    let line = line_at(page.tokens, from);
    if line.end >= page.tokens.len() || line.len() < 2 && line.is_empty() {
        return None;
    }
    let header = &page.tokens[line.clone()];
    let dated = |kind: Kind| matches!(kind, Kind::Value(_, Some(measure)) if measure.is_time() || measure == Measure::Percent);
    let numbers = header.iter().any(|t| matches!(t.kind, Kind::Value(..)) && !dated(t.kind));
    if let Some(end) = turned(page, from, found) {
        return Some(end);
    }
    let divider = divider_of(header);
    let ruled = matches!(divider, Divider::Tab | Divider::Bar);
    if numbers && !(ruled && header.iter().all(|t| !matches!(t.kind, Kind::Name(_)))) {
        return None;
    }
    let heads = cells(page.tokens, line.clone(), divider);
    if numbers {
        return numbered(page, divider, heads)?.values_below(line.end + 1, found);
    }
    let mut roles: Vec<Role> = heads.iter().map(|cell| role(page, cell)).collect();
    whole_total(page, &heads, &mut roles);
    let cells = heads.len();
    let table = Table { page, divider, roles, heads };
    let names = table.roles.iter().filter(|role| matches!(role, Role::Name(..))).count();
    if names == 0 && cells > 1 {
        return table.rows_below(line.end + 1, found);
    }
    if names > 1 && names + 1 >= cells || names > 0 && names < cells && ruled {
        return table.values_below(line.end + 1, found);
    }
    if names == 1 && cells == 1 { column(page, from, found) } else { None }
}

/// 2018年完成 2019年累计完成 总累计: beside columns of single years the total is the one of none.
fn whole_total(page: &Page<'_>, heads: &[Range<usize>], roles: &mut [Role]) {
    let of_a_year = |cell: &Range<usize>| {
        let year = |token: &Token| matches!(token.kind, Kind::Value(_, Some(Measure::Year)));
        page.tokens[cell.clone()].iter().any(year)
    };
    let totals = || heads.iter().zip(&*roles).filter(|(_, role)| **role == Role::Total);
    if totals().filter(|(cell, _)| !of_a_year(cell)).count() == 1 {
        for (cell, role) in heads.iter().zip(roles) {
            if *role == Role::Total && of_a_year(cell) {
                *role = Role::Ignored;
            }
        }
    }
}

fn line_at(tokens: &[Token], from: usize) -> Range<usize> {
    let length = tokens[from..].iter().take_while(|token| !token.is_mark('\n')).count();
    from..from + length
}

fn divider_of(line: &[Token]) -> Divider {
    let has = |mark: char| line.iter().any(|token| token.is_mark(mark));
    if has('\t') {
        Divider::Tab
    } else if has('|') {
        Divider::Bar
    } else if has(',') || has('、') {
        Divider::Comma
    } else {
        Divider::Space
    }
}

fn cells(tokens: &[Token], line: Range<usize>, divider: Divider) -> Vec<Range<usize>> {
    let mut cells = Vec::new();
    let mut start = line.start;
    for at in line.clone() {
        let token = &tokens[at];
        let (ends, skip) = match divider {
            Divider::Tab => (token.is_mark('\t'), 1),
            Divider::Bar => (token.is_mark('|'), 1),
            Divider::Comma => (token.is_mark(',') || token.is_mark('、'), 1),
            Divider::Space => (at > line.start && token.gap == Gap::Space, 0),
        };
        if ends {
            cells.push(start..at);
            start = at + skip;
        }
    }
    cells.push(start..line.end);
    if divider == Divider::Bar {
        if cells.first().is_some_and(Range::is_empty) {
            cells.remove(0);
        }
        if cells.last().is_some_and(Range::is_empty) {
            cells.pop();
        }
    }
    cells
}

pub(super) fn role(page: &Page<'_>, cell: &Range<usize>) -> Role {
    let tokens = &page.tokens[cell.clone()];
    let mut words = Mods::default();
    let (mut other, mut bracket) = (false, false);
    for token in tokens {
        match token.kind {
            Kind::Name(name) => {
                let first = page.normal.text[token.end..tokens[tokens.len() - 1].end]
                    .trim_matches(|c| matches!(c, '(' | ')' | ':'));
                let measure = &page.plan.indicator(name.indicator).measure;
                return Role::Name(name, scale_named(first, measure));
            }
            Kind::Word(word) => words |= Mods::of(word),
            Kind::Mark('(') => bracket = true, // 完成(万元)
            Kind::Text | Kind::Latin => other |= !bracket,
            Kind::Value(..) | Kind::Inert | Kind::Unit(_) | Kind::Measure(_) | Kind::Mark(_) => {}
        }
    }
    if let [Token { start, end, .. }] = tokens
        && page.normal.text[*start..*end] == *"问题"
    {
        return Role::Ignored;
    }
    let prose = |token: &Token| match token.kind {
        Kind::Mark(mark) => !"()%:/-".contains(mark),
        Kind::Word(word) => {
            matches!(word, Word::Talk | Word::Courtesy | Word::Contact | Word::Question)
        }
        _ => false,
    };
    if tokens.len() > 6 || tokens.iter().any(prose) {
        return Role::Other;
    }
    let any = |list: &[Word]| words.has_any(list);
    let period = any(&[Word::Period]);
    if tokens.is_empty() {
        Role::Blank
    } else if any(&[Word::Rate, Word::Of, Word::Past, Word::LastYear, Word::Future, Word::Column]) {
        Role::Ignored
    } else if other && !any(&[Word::Target, Word::NameColumn]) {
        Role::Other
    } else if any(&[Word::NameColumn, Word::Number]) && !any(&[Word::Total, Word::Done]) {
        Role::Names
    } else if any(&[Word::Total, Word::Sum]) {
        Role::Total
    } else if any(&[Word::Compare, Word::Increase]) || period && any(&[Word::New]) {
        Role::Increment
    } else if any(&[Word::Target]) && !any(&[Word::Done]) {
        Role::Ignored
    } else if any(&[Word::New]) || period {
        Role::New
    } else if any(&[Word::Done, Word::Is]) {
        Role::Total
    } else if any(&[Word::Filler]) && !other {
        Role::Ignored
    } else {
        Role::Other
    }
}

struct Table<'a> {
    page: &'a Page<'a>,
    divider: Divider,
    roles: Vec<Role>,
    /// The cells of the header.
    heads: Vec<Range<usize>>,
}

impl Table<'_> {
    /// Titles in the header, an indicator in every row.
    fn rows_below(&self, from: usize, found: &mut Found) -> Option<usize> {
        let values =
            self.roles.iter().filter(|r| matches!(r, Role::Total | Role::Increment | Role::New));
        let strange = self.roles.iter().any(|role| matches!(role, Role::Other));
        if strange || values.count() == 0 {
            return None;
        }
        let tokens = self.page.tokens;
        let mut items = Items::default();
        let (mut at, mut rows) = (from, 0);
        while at < tokens.len() {
            let line = line_at(tokens, at);
            let cells = cells(tokens, line.clone(), self.divider);
            let rule = tokens[line.clone()]
                .iter()
                .all(|t| matches!(t.kind, Kind::Mark('-' | '|' | ':' | '—' | '\t')));
            if !rule {
                let indicator = self.row_name(&cells);
                if indicator.is_none() && !self.is_unknown_row(&cells) {
                    break;
                }
                rows += 1;
                self.row(indicator, &line, &cells, &mut items, found);
            }
            at = (line.end + 1).min(tokens.len());
        }
        (rows > 0).then_some(at)
    }

    /// The indicator of a row, its tokens, and the cell that names it.
    fn row_name(&self, cells: &[Range<usize>]) -> Option<(Name, Range<usize>, usize)> {
        let tokens = self.page.tokens;
        for (index, cell) in cells.iter().enumerate() {
            let name = cell.clone().find_map(|at| match tokens[at].kind {
                Kind::Name(name) => Some((name, at)),
                _ => None,
            });
            if let Some((name, at)) = name {
                return Some((name, at..at + 1, index));
            }
        }
        let first = cells.first().filter(|cell| cell.len() == 1)?.start;
        let Kind::Value(number, None) = tokens[first].kind else { return None };
        let amount = super::items::Amount {
            number,
            measure: None,
            negative: false,
            plus: false,
            vague: false,
        };
        let indicator = self.page.numbered(&amount)?;
        let text = cells.iter().skip(1).any(|cell| {
            tokens[cell.clone()].iter().any(|t| matches!(t.kind, Kind::Text | Kind::Latin))
        });
        let name = Name { indicator, new: false, rate: false, numbered: true, slip: false };
        (!text).then_some((name, first..first + 1, 0))
    }

    fn is_unknown_row(&self, cells: &[Range<usize>]) -> bool {
        let tokens = self.page.tokens;
        let all = || cells.iter().flat_map(Clone::clone);
        let text = all().any(|at| matches!(tokens[at].kind, Kind::Text | Kind::Latin));
        let sum = all().any(|at| tokens[at].is_word(Word::Sum));
        let number = all().any(|at| matches!(tokens[at].kind, Kind::Value(..)));
        let signs = all().any(|at| tokens[at].is_word(Word::Contact));
        cells.len() == self.roles.len() && number && (text || sum) && !signs
    }

    fn row(
        &self,
        indicator: Option<(Name, Range<usize>, usize)>,
        line: &Range<usize>,
        cells: &[Range<usize>],
        items: &mut Items,
        found: &mut Found,
    ) {
        let page = self.page;
        let Some((name, tokens, index)) = indicator else {
            if !page.tokens[line.clone()].iter().any(|t| t.is_word(Word::Sum)) {
                found.ask(Reason::UnknownName, page.span(line.clone()));
            }
            return;
        };
        let fits = cells.len() == self.roles.len()
            || cells.len() < self.roles.len()
                && matches!(self.divider, Divider::Tab | Divider::Bar);
        if !fits {
            let ask = found.ask(Reason::Ambiguous, page.span(line.clone()));
            ask.indicator = Some(name.indicator);
            return;
        }
        let mut taken = false;
        let scale = cells.iter().find_map(|cell| self.scale(name, cell));
        for (said, wanted) in [
            (Said::Total, Role::Total),
            (Said::Increment, Role::Increment),
            (Said::Plain, Role::New),
        ] {
            for (column, cell) in cells.iter().enumerate() {
                if column == index || self.roles[column] != wanted || taken && said != Said::Total {
                    continue;
                }
                let (cell, _) = self.before_part(name, cell);
                let Some(item) = self.cell(&cell, items) else { continue };
                let head = || self.heads.get(column).and_then(|head| self.scale(name, head));
                taken |= self.fact(name, &tokens, &item, said, scale.or_else(head), found);
            }
        }
        for (_, cell) in cells.iter().enumerate().filter(|(column, _)| *column != index) {
            let (_, Some((part, rest))) = self.before_part(name, cell) else { continue };
            let Some(item) = self.cell(&rest, items) else { continue };
            self.fact(part, &(rest.start - 1..rest.start), &item, Said::Plain, None, found);
        }
        if !taken && page.carries(name.indicator) {
            found.ask(Reason::MissingValue, page.span(tokens)).indicator = Some(name.indicator);
        }
    }

    /// 6家,其中住餐3家: what stands in front of a part in a cell; the part, and what stands behind it.
    fn before_part(
        &self,
        name: Name,
        cell: &Range<usize>,
    ) -> (Range<usize>, Option<(Name, Range<usize>)>) {
        let tokens = self.page.tokens;
        let part = cell.clone().find_map(|at| match tokens[at].kind {
            Kind::Name(part) => {
                let whole = self.page.plan.indicator(part.indicator).whole;
                (whole == Some(name.indicator)).then_some((part, at))
            }
            _ => None,
        });
        let Some((part, at)) = part else { return (cell.clone(), None) };
        let divides = |at: &usize| matches!(tokens[*at].kind, Kind::Mark(',' | '(' | ';'));
        let end = (cell.start..at).find(divides).unwrap_or(cell.start);
        (cell.start..end, Some((part, at + 1..cell.end)))
    }

    /// What a unit in a cell says of a row's bare numbers: 改扩建标准厂房(万平方米), or a column 单位.
    fn scale(&self, name: Name, cell: &Range<usize>) -> Option<i64> {
        let tokens = &self.page.tokens[cell.clone()];
        let (first, last) = (tokens.first()?, tokens.last()?);
        let text = &self.page.normal.text[first.start..last.end];
        let unit = text.split_once('(').map_or(text, |(_, unit)| unit.trim_end_matches(')'));
        scale_named(unit, &self.page.plan.indicator(name.indicator).measure)
    }

    /// The one value of a cell.
    fn cell(&self, cell: &Range<usize>, items: &mut Items) -> Option<Item> {
        if cell.is_empty() {
            return None;
        }
        items.read(&self.page.tokens[cell.clone()]);
        let mut item = items.list.first().copied().or_else(|| {
            let last = items.text?.1;
            let thing = Thing::Pending;
            Some(Item { thing, mods: Mods::default(), first: 0, last, text: false })
        })?;
        item.first += cell.start;
        item.last += cell.start;
        if items.list.len() > 1 {
            item.thing = Thing::Vague;
        }
        Some(item)
    }

    /// Writes down a cell's value; whether there was one.
    fn fact(
        &self,
        name: Name,
        tokens: &Range<usize>,
        item: &Item,
        said: Said,
        scale: Option<i64>,
        found: &mut Found,
    ) -> bool {
        let page = self.page;
        let measure = &page.plan.indicator(name.indicator).measure;
        let mut said = said;
        let value = match item.thing {
            Thing::Name(_) => return false,
            Thing::Zero => Ok(0),
            Thing::Same => {
                said = Said::Increment;
                Ok(0)
            }
            Thing::Vague => Err(Reason::Ambiguous),
            Thing::Pending => Err(Reason::UnknownValue),
            Thing::Amount(amount) => {
                if amount.measure == Some(Measure::Percent) && !measure.is_rate() {
                    return false;
                }
                if amount.plus {
                    said = Said::Increment;
                }
                if item.mods.has_any(&[Word::Underway, Word::Void]) {
                    said = Said::Unsure;
                }
                match quantity(&amount, measure, scale) {
                    Ok(value) if amount.negative && value != 0 => Err(Reason::Negative),
                    value => value,
                }
            }
        };
        let (first, last) = (tokens.start.min(item.first), tokens.end.max(item.last + 1));
        let beside = page.tokens[first..last].iter().all(|token| !token.is_mark('\n'));
        let span =
            if beside { page.span(first..last) } else { page.span(item.first..item.last + 1) };
        let written = page.message.get(page.span(tokens.clone())).unwrap_or_default();
        found.facts.push(Fact {
            indicator: name.indicator,
            value,
            said,
            corrects: false,
            remark: name.rate,
            doubt: None,
            dated: None,
            stock: false,
            span,
            written: if name.slip { written.to_owned() } else { String::new() },
        });
        true
    }
}
