//! From tokens to facts: which number belongs to which name, and what was meant by it.
//!
//! In: the tokens of one message. Out: facts and questions for [`settle`](super::settle). Reads
//! clause by clause; what it remembers from one to the next is the names that still wait for a
//! number, and the indicator spoken of last.

mod attempt;
mod dates;
mod listing;
mod named;
mod nameless;
mod numbers;
mod quantity;
mod rest;
mod said;
mod values;

use std::ops::Range;

pub(super) use quantity::{quantity, scale_named};

use super::items::{Amount, Item, Items, Mods, Thing};
use super::lexicon::{Lexicon, Name};
use super::normalise::Normal;
use super::reading::Reason;
use super::segments::{Break, Clause, next_clause};
use super::settle::{Found, Said};
use super::tables;
use super::tokens::{Kind, Token};
use super::words::{Measure, Word};
use crate::plan::{IndicatorId, Plan, UnitId};

/// What one message was written in, by whom, and for which plan.
#[derive(Clone, Copy)]
pub(super) struct Page<'a> {
    pub lexicon: &'a Lexicon,
    pub plan: &'a Plan,
    pub writer: UnitId,
    pub message: &'a str,
    pub normal: &'a Normal,
    pub tokens: &'a [Token],
}

impl Page<'_> {
    /// Where tokens stand in the message.
    pub fn span(&self, tokens: Range<usize>) -> Range<usize> {
        let start = self.tokens[tokens.start].start;
        let end = self.tokens[tokens.end - 1].end;
        self.normal.span(self.message, start..end.max(start))
    }

    pub fn carries(&self, id: IndicatorId) -> bool {
        self.plan.carried(self.writer).contains(&id)
    }

    /// The indicator with a number, `3` or `3.1`.
    pub fn numbered(&self, amount: &Amount) -> Option<IndicatorId> {
        let at = |main: u32, part: u32| {
            self.plan.indicators().find_map(|(id, row)| (row.no.is(main, part)).then_some(id))
        };
        if !amount.is_bare() || amount.number.halves.is_some() {
            return None;
        }
        match amount.number.as_ordinal() {
            Some(main) => at(main, 0),
            None => amount.number.as_part().and_then(|(main, part)| at(main, part)),
        }
    }

    /// The indicator whose number stands at a token.
    pub fn number_at(&self, token: usize) -> Option<IndicatorId> {
        let Kind::Value(number, measure) = self.tokens[token].kind else { return None };
        self.numbered(&Amount { number, measure, negative: false, plus: false, vague: false })
    }
}

/// A name that waits for its number.
#[derive(Debug, Clone, Copy)]
#[expect(clippy::struct_excessive_bools, reason = "each says one thing of where the name stands")]
struct Waiting {
    name: Name,
    mods: Mods,
    first: usize,
    last: usize,
    /// It stands in a sentence or a heading, or has a target or a rate: nothing is missing.
    explained: bool,
    /// It has a share and nothing else.
    percent: bool,
    /// 和 stands between it and the name before.
    joined: bool,
    /// It stands in brackets behind another name that waits.
    either: bool,
    /// Base units in the unit that stands in brackets behind it: (亿元).
    scale: Option<i64>,
}

/// Brackets inside brackets beyond this are read as commas.
const DEEPEST: usize = 8;

/// What is set aside while a bracket is read.
struct Outside {
    subject: Option<Waiting>,
    waiting: Vec<Waiting>,
    /// The first token inside.
    bracket: usize,
}

/// Reads the clauses of a message.
#[expect(clippy::struct_excessive_bools, reason = "each remembers one thing that was said")]
pub(super) struct Reader<'a> {
    page: Page<'a>,
    found: Found,
    items: Items,
    waiting: Vec<Waiting>,
    subject: Option<Waiting>,
    /// Subjects outside the brackets that are open.
    outside: Vec<Outside>,
    /// 本周新增: as a heading; until another heading.
    heading: bool,
    /// 本周新增 in front of the first of several names; until the sentence ends.
    carried: bool,
    /// 5月份, 今年 in front of the first of several names, with 新增 if that was said; until the
    /// sentence ends.
    stretch: Mods,
    /// 累计完成: or 本周完成: in front of several names; until the sentence ends.
    listed: Option<Said>,
    /// 本周新增5家,累计120家 was said of one name: of the next two values the total counts too.
    paired: bool,
    /// 本周 in front of several names; until the sentence ends.
    this_period: bool,
    /// 更正: as a heading; until the message ends.
    correcting: bool,
    /// 电话: until the line ends.
    contact: bool,
    /// Names with a number in this sentence, for 共.
    summed: u32,
    /// Tokens before this one were read as a list of numbers.
    listed_until: usize,
    /// Tokens before this one are no list of numbers.
    no_list_until: usize,
    /// Names before this token stand in a list of what is missing.
    lacking_until: usize,
    /// A number was taken for the name behind it; until the message ends.
    ahead: bool,
    /// Names that shared one value, for 分别.
    sharing: Vec<Waiting>,
    /// Names that got a value in this sentence, for 分别.
    told: Vec<Waiting>,
    /// 分别: the names in their order.
    in_order: Vec<Waiting>,
    /// The message has more than one line.
    several_lines: bool,
    /// 本周新增: in front of the names of a line; until the line ends.
    heading_line: bool,
    /// 目标, 下周计划, 全市 in front of the first of several names; until the sentence ends.
    over: Mods,
    /// The first name behind them.
    over_from: usize,
    /// The same with a colon; until the line ends.
    over_line: Mods,
    /// 三、下步打算 as a heading; until another heading.
    planned: bool,
    /// 与上周比, in front of what was added since; until the sentence ends.
    compared: bool,
    /// 无变化: in front of a list of names; until the sentence ends.
    unchanged: Option<Item>,
    /// What stands beside 分别 and holds for each of its numbers.
    order_mods: Mods,
    /// 单位:亿元 as a line of its own: where it stands in the plain text; until the message ends.
    measured_in: Option<Range<usize>>,
}

impl<'a> Reader<'a> {
    pub fn new(page: Page<'a>) -> Self {
        Self {
            page,
            found: Found::default(),
            items: Items::default(),
            waiting: Vec::new(),
            subject: None,
            outside: Vec::new(),
            heading: false,
            carried: false,
            stretch: Mods::default(),
            listed: None,
            paired: false,
            this_period: false,
            correcting: false,
            contact: false,
            summed: 0,
            listed_until: 0,
            no_list_until: 0,
            lacking_until: 0,
            ahead: false,
            sharing: Vec::new(),
            told: Vec::new(),
            in_order: Vec::new(),
            several_lines: page.tokens.iter().any(|token| token.is_mark('\n')),
            measured_in: None,
            heading_line: false,
            over: Mods::default(),
            over_from: 0,
            over_line: Mods::default(),
            planned: false,
            compared: false,
            unchanged: None,
            order_mods: Mods::default(),
        }
    }

    /// Reads the whole message.
    pub fn read(mut self) -> Found {
        let (mut at, mut before) = (0, Break::Line);
        while at < self.page.tokens.len() {
            if self.is_example(at) {
                let line = self.page.tokens[at..].iter().take_while(|token| !token.is_mark('\n'));
                at += line.count() + 1;
                continue;
            }
            if before == Break::Line
                && let Some(end) = tables::table_at(&self.page, at, &mut self.found)
            {
                self.forget_waiting();
                self.subject = None;
                at = end;
                continue;
            }
            let Some((clause, next)) = next_clause(self.page.tokens, at, before) else { break };
            self.turn(&clause);
            self.clause(&clause);
            before = clause.after;
            at = next;
        }
        self.end_sentence();
        self.forget_waiting();
        self.found
    }

    /// What a break ends and begins.
    fn turn(&mut self, clause: &Clause) {
        match clause.before {
            Break::Line => {
                while let Some(outside) = self.outside.pop() {
                    self.waiting.splice(0..0, outside.waiting);
                }
                self.contact = false;
                (self.heading_line, self.over_line) = (false, Mods::default());
                self.end_sentence();
            }
            Break::Stop | Break::Question => self.end_sentence(),
            Break::Open if self.outside.len() < DEEPEST => {
                let waiting = std::mem::take(&mut self.waiting);
                let (subject, bracket) = (self.subject, clause.tokens.start);
                self.outside.push(Outside { subject, waiting, bracket });
            }
            Break::Close => {
                if let Some(outside) = self.outside.pop() {
                    let from_outside = |name: &Waiting| name.last < outside.bracket;
                    let back: Vec<Waiting> =
                        self.waiting.iter().copied().filter(from_outside).collect();
                    self.waiting.retain(|name| !from_outside(name));
                    let either = self.names_either(&outside);
                    self.forget_waiting();
                    self.subject = outside.subject.or(self.subject);
                    self.waiting = outside.waiting;
                    self.waiting.extend(back);
                    self.waiting.extend(either);
                }
            }
            Break::Open | Break::Comma | Break::List => {}
        }
    }

    fn end_sentence(&mut self) {
        let left = std::mem::take(&mut self.in_order);
        self.waiting.extend(left);
        self.carried = false;
        self.over = Mods::default();
        self.sharing.clear();
        self.told.clear();
        self.stretch = Mods::default();
        (self.listed, self.this_period, self.compared) = (None, false, false);
        (self.summed, self.unchanged) = (0, None);
    }

    /// Asks for the numbers of names that got none.
    fn forget_waiting(&mut self) {
        let waiting = std::mem::take(&mut self.waiting);
        for name in &waiting {
            let remark = name.name.rate || !self.page.carries(name.name.indicator);
            if name.explained || remark {
                continue;
            }
            let reason = if name.percent { Reason::Ambiguous } else { Reason::MissingValue };
            let span = self.page.span(name.first..name.last + 1);
            self.found.ask_once(reason, span, name.name.indicator);
        }
        self.waiting = waiting;
        self.waiting.clear();
    }

    fn clause(&mut self, clause: &Clause) {
        let tokens = self.page.tokens;
        let mut items = std::mem::take(&mut self.items);
        let clause = &self.without_courtesy(clause);
        items.read(&tokens[clause.tokens.clone()]);
        for item in &mut items.list {
            item.first += clause.tokens.start;
            item.last += clause.tokens.start;
        }
        if let Some((first, last)) = &mut items.text {
            *first += clause.tokens.start;
            *last += clause.tokens.start;
        }
        if clause.before == Break::Open {
            self.sum_in_brackets(&mut items);
        }
        let done = items.all.has_any(&[Word::Done, Word::Total, Word::Sum]);
        if done && !items.all.has_any(&[Word::Target, Word::Future]) {
            (self.over, self.over_line) = (Mods::default(), Mods::default());
        }
        self.growth_in_brackets(clause);
        self.heads_anew(clause);
        self.contact |= items.all.has(Word::Contact);
        self.lists_missing(clause);
        self.target_behind_slash(clause, &mut items);
        if self.is_file_name(clause) {
            self.waiting.clear();
        } else if self.by_numbers(clause) || self.dates_figure(clause, &items) {
        } else if clause.after == Break::Question || items.all.has(Word::Question) {
            self.question(clause, &items);
        } else if items.has_name() {
            self.named(clause, &mut items);
        } else {
            self.nameless(clause, &mut items);
        }
        if clause.before == Break::Open {
            self.total_in_brackets();
        }
        self.items = items;
    }

    /// 八大产业6家(累计307家): beside its total in brackets a plain number is what was added.
    fn total_in_brackets(&mut self) {
        let [.., before, total] = &mut self.found.facts[..] else { return };
        let same = before.indicator == total.indicator && total.said == Said::Total;
        if same && matches!(before.said, Said::Plain | Said::Period) {
            before.said = Said::New;
        }
    }

    /// 收到 1:120 2:45 谢谢: around indicators by number, courtesy is no reason to take all for talk.
    fn without_courtesy(&self, clause: &Clause) -> Clause {
        let tokens = self.page.tokens;
        let polite = |at: &usize| tokens[*at].is_word(Word::Courtesy);
        let (mut start, mut end) = (clause.tokens.start, clause.tokens.end);
        while start < end && polite(&start) {
            start += 1;
        }
        while start < end && polite(&(end - 1)) {
            end -= 1;
        }
        if end - start == clause.tokens.len() {
            return clause.clone();
        }
        let inner = &tokens[start..end];
        let plain = |token: &Token| match token.kind {
            Kind::Value(_, measure) => matches!(measure, None | Some(Measure::Count)),
            Kind::Mark(_) | Kind::Measure(_) => true,
            Kind::Word(word) => matches!(word, Word::Zero | Word::Same | Word::Is | Word::Others),
            _ => false,
        };
        let values = || inner.iter().filter(|token| matches!(token.kind, Kind::Value(..)));
        let long = values().any(|token| token.end - token.start > 2);
        let colon = inner.iter().any(|token| token.is_mark(':') || token.is_mark('='));
        let several = values().count() > 3;
        let pairs = (long || colon && several) && (colon || several) && inner.iter().all(plain);
        let mut clause = clause.clone();
        if pairs {
            clause.tokens = start..end;
        }
        clause
    }

    /// 小微企业(115+5): a sum is unclear, unless it only explains the value before it.
    fn sum_in_brackets(&self, items: &mut Items) {
        let [Item { thing: Thing::Amount(first), .. }, Item { thing: Thing::Amount(second), .. }] =
            &mut items.list[..]
        else {
            return;
        };
        if !second.plus || first.plus {
            return;
        }
        let sum = first.number.in_units(1).ok().zip(second.number.in_units(1).ok());
        let sum = sum.and_then(|(a, b)| a.checked_add(b));
        let explains = self.found.facts.last().is_some_and(|fact| sum == fact.value.ok());
        first.vague = true;
        items.list.truncate(usize::from(!explains));
    }

    /// 例:小升规1: how to write, not what to report.
    fn is_example(&self, at: usize) -> bool {
        let [first, colon, ..] = &self.page.tokens[at..] else { return false };
        let example = ["例", "如", "例如", "示例", "样例", "范例", "格式", "模板", "比如", "举例"];
        colon.is_mark(':') && example.contains(&&self.page.normal.text[first.start..first.end])
    }

    /// 小微企业报表6.21.xlsx
    fn is_file_name(&self, clause: &Clause) -> bool {
        let tokens = self.page.tokens;
        let dot = tokens.get(clause.tokens.end).is_some_and(|token| token.is_mark('.'));
        let end = tokens.get(clause.tokens.end + 1).filter(|end| dot && end.kind == Kind::Latin);
        end.is_some_and(|end| {
            let end = &self.page.normal.text[end.start..end.end];
            ["xls", "xlsx", "doc", "docx", "pdf", "jpg", "png", "wps", "et", "zip"].contains(&end)
        })
    }

    /// A question takes nothing and asks nothing; 小升规?? stands where a number should.
    fn question(&mut self, clause: &Clause, items: &Items) {
        let again = self.page.tokens.get(clause.tokens.end + 1).is_some_and(|t| t.is_mark('?'));
        if let ([Item { thing: Thing::Name(name), first, last, .. }], true) =
            (&items.list[..], again)
            && items.text.is_none()
            && items.tail.is_empty()
        {
            let waiting = waiting(*name, items.list[0].mods, *first, *last);
            self.take(&waiting, &Item { thing: Thing::Pending, ..items.list[0] });
        }
        self.waiting.clear();
    }
}

fn waiting(name: Name, mods: Mods, first: usize, last: usize) -> Waiting {
    Waiting {
        name,
        mods,
        first,
        last,
        explained: false,
        percent: false,
        joined: false,
        either: false,
        scale: None,
    }
}
