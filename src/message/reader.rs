//! From tokens to facts: which number belongs to which name, and what was meant by it.
//!
//! In: the tokens of one message. Out: facts and questions for [`settle`](super::settle). Reads
//! clause by clause; what it remembers from one to the next is the names that still wait for a
//! number, and the indicator spoken of last.

use std::ops::Range;

use super::items::{Amount, Item, Items, Mods, Thing};
use super::lexicon::{Lexicon, Name};
use super::normalise::{Gap, Normal};
use super::numbers::Unfit;
use super::reading::Reason;
use super::segments::{Break, Clause, next_clause};
use super::settle::{Fact, Found, Said};
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
}

/// A name that waits for its number.
#[derive(Debug, Clone, Copy)]
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
    /// 更正: as a heading; until the message ends.
    correcting: bool,
    /// 电话: until the line ends.
    contact: bool,
    /// Names with a number in this sentence, for 共.
    summed: u32,
    /// 分别: the names in their order.
    in_order: Vec<Waiting>,
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
            correcting: false,
            contact: false,
            summed: 0,
            in_order: Vec::new(),
        }
    }

    /// Reads the whole message.
    pub fn read(mut self) -> Found {
        let (mut at, mut before) = (0, Break::Line);
        while at < self.page.tokens.len() {
            if before == Break::Line {
                if let Some(end) = tables::table_at(&self.page, at, &mut self.found) {
                    self.forget_waiting();
                    self.subject = None;
                    at = end;
                    continue;
                }
            }
            let Some((clause, next)) = next_clause(self.page.tokens, at, before) else { break };
            self.turn(&clause);
            self.clause(&clause);
            before = clause.after;
            at = next;
        }
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
                    self.forget_waiting();
                    self.subject = outside.subject.or(self.subject);
                    self.waiting = outside.waiting;
                    self.waiting.extend(back);
                }
            }
            Break::Open | Break::Comma | Break::List => {}
        }
    }

    fn end_sentence(&mut self) {
        let left = std::mem::take(&mut self.in_order);
        self.waiting.extend(left);
        self.carried = false;
        self.summed = 0;
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
            self.found.ask(reason, span).indicator = Some(name.name.indicator);
        }
        self.waiting = waiting;
        self.waiting.clear();
    }

    fn clause(&mut self, clause: &Clause) {
        let tokens = self.page.tokens;
        let mut items = std::mem::take(&mut self.items);
        items.read(&tokens[clause.tokens.clone()]);
        for item in &mut items.list {
            item.first += clause.tokens.start;
            item.last += clause.tokens.start;
        }
        if let Some((first, last)) = &mut items.text {
            *first += clause.tokens.start;
            *last += clause.tokens.start;
        }
        self.contact |= items.all.has(Word::Contact);
        if self.is_file_name(clause) {
            self.waiting.clear();
        } else if clause.after == Break::Question || items.all.has(Word::Question) {
            self.question(clause, &items);
        } else if items.has_name() {
            self.named(clause, &mut items);
        } else {
            self.nameless(clause, &mut items);
        }
        self.items = items;
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
        {
            if items.text.is_none() && items.tail.is_empty() {
                let waiting = waiting(*name, items.list[0].mods, *first, *last);
                self.take(&waiting, &Item { thing: Thing::Pending, ..items.list[0] });
            }
        }
        self.waiting.clear();
    }

    // ---- clauses with a name ----

    fn named(&mut self, clause: &Clause, items: &mut Items) {
        if matches!(clause.before, Break::Line | Break::Stop | Break::Question) {
            self.forget_waiting();
        }
        self.drop_list_numbers(items);
        let plain_names = self.plain_names(items);
        if plain_names && items.all.has(Word::Correct) {
            self.correcting = true;
        }
        let list = std::mem::take(&mut items.list);
        let mut at = 0;
        while at < list.len() {
            let item = list[at];
            match item.thing {
                Thing::Name(name) => {
                    let mut next = waiting(name, item.mods, item.first, item.last);
                    next.joined = item.mods.has(Word::And) && !self.waiting.is_empty();
                    if name.rate && !self.page.carries(name.indicator) {
                        next.explained = true;
                    }
                    if item.mods.has(Word::Part) {
                        if let Some(whole) = self.waiting.last_mut() {
                            whole.explained = true;
                        }
                    }
                    self.waiting.push(next);
                }
                Thing::Same | Thing::Zero if item.mods.has(Word::Others) => {}
                _ if self.is_for_next(&list, at) => {
                    let Thing::Name(name) = list[at + 1].thing else { break };
                    let name_item = list[at + 1];
                    let mut ahead = waiting(name, item.mods, item.first, name_item.last);
                    ahead.mods |= name_item.mods;
                    let text = name_item.text;
                    self.value(ahead, &Item { mods: Mods::default(), text, ..item }, false);
                    at += 1;
                }
                _ => self.value_behind(&item),
            }
            at += 1;
        }
        items.list = list;
        self.finish_named(items);
    }

    /// What is left of a clause when its items have been read.
    fn finish_named(&mut self, items: &Items) {
        let last_is_name = matches!(items.list.last(), Some(Item { thing: Thing::Name(_), .. }));
        if last_is_name {
            if let Some(&waiting) = self.waiting.last() {
                let talk = items.all.has(Word::Talk);
                let garbage = items.latin_tail || items.colon_tail && items.text_tail;
                if garbage && !talk && self.page.carries(waiting.name.indicator) {
                    self.waiting.pop();
                    let last = items.text.map_or(waiting.last, |(_, last)| last);
                    let item = Item {
                        thing: Thing::Pending,
                        mods: Mods::default(),
                        first: waiting.first,
                        last: last.max(waiting.last),
                        text: false,
                    };
                    self.take(&waiting, &item);
                    return;
                }
            }
        }
        let told = items.text.is_some()
            || items.foreign
            || items.all.has_any(&[Word::Heading, Word::Talk, Word::Contact, Word::Rate])
            || items.tail.has_any(&[Word::Target, Word::Correct]);
        for waiting in &mut self.waiting {
            waiting.explained |= told;
            waiting.mods |= items.tail;
        }
        if items.all.has(Word::Respectively) && !self.waiting.is_empty() {
            self.in_order = std::mem::take(&mut self.waiting);
            self.in_order.reverse();
        }
    }

    fn plain_names(&self, items: &Items) -> bool {
        !items.list.iter().any(|item| matches!(item.thing, Thing::Amount(_) | Thing::Zero))
    }

    /// Numbers in front of a name that has its own number behind it: 1 小升规 2, 6.21 小升规 2.
    fn drop_list_numbers(&self, items: &mut Items) {
        let list = &mut items.list;
        let mut at = 0;
        while at + 1 < list.len() {
            let bare = match list[at].thing {
                Thing::Amount(amount) => {
                    let small = amount.number.as_ordinal().is_some_and(|n| n < 100)
                        || amount.number.as_part().is_some()
                        || amount.number.has_fraction()
                        || amount.vague;
                    amount.measure.is_none() && !amount.plus && !amount.negative && small
                }
                _ => false,
            };
            let named = matches!(list[at + 1].thing, Thing::Name(_));
            let own = |index: usize| {
                list.get(index).is_some_and(|item| !matches!(item.thing, Thing::Name(_)))
            };
            // The name has a number of its own that is not the next one's list number.
            let full = own(at + 2)
                && (at + 3 >= list.len() || own(at + 3) || !Self::is_small(&list[at + 2]));
            let first = at == 0 || !matches!(list[at - 1].thing, Thing::Name(_));
            if bare && named && full && first && list[at].mods.is_empty() {
                list.remove(at);
                // 15:30 小升规2
                let hour = |item: &Item| matches!(item.thing, Thing::Amount(a) if a.is_bare() && a.number.as_ordinal().is_some_and(|h| h < 24));
                if at == 1 && hour(&list[0]) && self.page.tokens[list[0].last + 1].is_mark(':') {
                    list.remove(0);
                    at = 0;
                }
            } else {
                at += 1;
            }
        }
    }

    fn is_small(item: &Item) -> bool {
        matches!(item.thing, Thing::Amount(amount) if amount.measure.is_some())
    }

    /// Whether the number at `at` is for the name behind it: 20家小升规.
    fn is_for_next(&self, list: &[Item], at: usize) -> bool {
        let is_name =
            |index: usize| matches!(list.get(index), Some(Item { thing: Thing::Name(_), .. }));
        if !is_name(at + 1) || list[at + 1].mods.has_any(&[Word::And, Word::Part]) {
            return false;
        }
        let waits = match at.checked_sub(1) {
            None => !self.waiting.is_empty(),
            Some(before) => {
                is_name(before) && self.waiting.last().is_some_and(|w| w.last == list[before].last)
            }
        };
        let has_own = at + 2 < list.len() && !is_name(at + 2);
        !waits && (!has_own || is_name(list.len() - 1))
    }

    /// A value behind a name: it goes to the name that waits, or to the one spoken of last.
    fn value_behind(&mut self, item: &Item) {
        if item.mods.has(Word::Respectively) && self.in_order.is_empty() {
            self.in_order = std::mem::take(&mut self.waiting);
            self.in_order.reverse();
        }
        if !self.in_order.is_empty() {
            if let Some(next) = self.in_order.pop() {
                self.value(next, item, true);
                return;
            }
        }
        if self.waiting.is_empty() {
            // 小升规(2家)
            if let Some(outside) = self.outside.last_mut() {
                self.waiting = std::mem::take(&mut outside.waiting);
            }
        }
        if let Some(next) = self.waiting.pop() {
            self.value(next, item, true);
            if self.waiting.last().is_none_or(|left| left.first != next.first) {
                // The names before it got nothing, and what follows is not for them.
                self.forget_waiting();
            }
        } else if let Some(subject) = self.subject {
            self.value(subject, item, false);
        } else {
            self.nobody(item);
        }
    }

    /// A number that belongs to nobody.
    fn nobody(&mut self, item: &Item) {
        let times = matches!(item.thing, Thing::Amount(amount)
            if matches!(amount.measure, Some(Measure::Times | Measure::Land)));
        if times
            || !matches!(item.thing, Thing::Amount(_) | Thing::Vague)
            || self.is_no_figure(item, item.mods)
        {
            return;
        }
        let span = self.page.span(item.first..item.last + 1);
        self.found.ask(Reason::MissingName, span);
    }

    /// Plans, rates, dates, history: numbers that are no figures.
    fn is_no_figure(&self, item: &Item, mods: Mods) -> bool {
        let county =
            mods.has(Word::County) && !self.page.plan.unit(self.page.writer).is_department();
        let old = mods.has(Word::Old) && !mods.has(Word::Correct);
        county || old || mods.has_any(&[Word::Target, Word::Past]) || item.mods.has(Word::Rate)
    }

    /// Gives a value to a name, and to those that share it.
    fn value(&mut self, mut name: Waiting, item: &Item, waited: bool) {
        let mods = name.mods | item.mods;
        let rate = self.page.plan.indicator(name.name.indicator).measure.is_rate();
        let percent = matches!(item.thing, Thing::Amount(amount) if amount.measure == Some(Measure::Percent)
            || amount.measure == Some(Measure::Tenth));
        let remark = name.name.rate && !self.page.carries(name.name.indicator);
        let base = &self.page.plan.indicator(name.name.indicator).measure.base;
        let often = matches!(item.thing, Thing::Amount(amount) if amount.measure == Some(Measure::Times))
            && !base.ends_with('次');
        let growth = [Word::Rate, Word::Increase, Word::Decrease, Word::Compare];
        if self.is_no_figure(item, mods) && !(rate && item.mods.has(Word::Rate))
            || percent && !rate
            || remark
            || often
        {
            if waited {
                name.explained |= !percent || mods.has_any(&growth);
                name.percent |= percent;
                for word in [Word::Target, Word::Past, Word::Old, Word::County] {
                    name.mods = name.mods.without(word);
                }
                self.waiting.push(name);
            }
            return;
        }
        let zero = match item.thing {
            Thing::Zero | Thing::Same => true,
            Thing::Amount(amount) => amount.number.is_zero(),
            _ => false,
        };
        let all = mods.has(Word::Each) || zero;
        if waited && !self.waiting.is_empty() && (all || name.joined) {
            let others = std::mem::take(&mut self.waiting);
            if all {
                for other in &others {
                    let both = Item { mods: item.mods, ..*item };
                    self.take(&Waiting { mods: other.mods | name.mods, ..*other }, &both);
                }
            } else {
                self.shared(&others, &name, item);
                return;
            }
        }
        if mods.has(Word::Sum) && !waited && self.summed > 1 {
            return; // 共12家 behind several names is their sum
        }
        self.take(&name, item);
        self.subject = Some(Waiting { mods: Mods::default(), ..name });
        self.summed += 1;
    }

    /// A line 6.21 above or below other lines is a date.
    fn is_date(&self, item: &Item) -> bool {
        let Thing::Amount(amount) = item.thing else { return false };
        let tokens = self.page.tokens;
        let lines = tokens.iter().any(|token| token.is_mark('\n'));
        let text = &self.page.normal.text[tokens[item.first].start..tokens[item.last].end];
        let day = text
            .split_once('.')
            .and_then(|(month, day)| Some((month.parse::<u32>().ok()?, day.parse::<u32>().ok()?)));
        lines && amount.is_bare() && day.is_some_and(|(month, day)| month <= 12 && day <= 31)
    }

    /// Numbers below several names, and not one for each.
    fn whose(&mut self, items: &[Item]) {
        let waiting = std::mem::take(&mut self.waiting);
        let (Some(first), Some(last)) = (items.first(), items.last()) else { return };
        let span = self.page.span(first.first..last.last + 1);
        let ask = self.found.ask(Reason::Ambiguous, span);
        ask.choices = waiting.iter().map(|name| name.name.indicator).collect();
    }

    /// 小升规和个转企共5家: whose five?
    fn shared(&mut self, others: &[Waiting], name: &Waiting, item: &Item) {
        let first = others.first().map_or(name.first, |other| other.first);
        let span = self.page.span(first.min(item.first)..item.last.max(name.last) + 1);
        let ask = self.found.ask(Reason::Ambiguous, span);
        ask.choices = others.iter().chain([name]).map(|name| name.name.indicator).collect();
    }

    /// Writes down what was said of an indicator.
    fn take(&mut self, name: &Waiting, item: &Item) {
        let mods = name.mods | item.mods;
        let page = &self.page;
        let said = self.said(name, item, mods);
        if item.text && self.is_longer_name(name) {
            let span = page.span(name.first.min(item.first)..item.last.max(name.last) + 1);
            self.found.ask(Reason::UnknownName, span).choices = vec![name.name.indicator];
            return;
        }
        let decrease = mods.has(Word::Decrease) && !mods.has(Word::Total);
        let value = match item.thing {
            Thing::Name(_) | Thing::Vague => Err(Reason::Ambiguous),
            Thing::Pending => Err(Reason::UnknownValue),
            Thing::Zero | Thing::Same => Ok(0),
            Thing::Amount(amount) if item.text => {
                let _ = amount;
                Err(Reason::Ambiguous)
            }
            Thing::Amount(amount) => {
                let measure = &page.plan.indicator(name.name.indicator).measure;
                let value = quantity(&amount, measure, name.scale);
                match value {
                    Ok(0) => Ok(0),
                    Ok(_) | Err(Reason::NotWhole) if amount.negative || decrease => {
                        Err(Reason::Negative)
                    }
                    Ok(_) if mods.has(Word::About) => Err(Reason::Ambiguous),
                    value => value,
                }
            }
        };
        let first = name.first.min(item.first);
        let last = item.last.max(name.last);
        let span = page.span(first..last + 1);
        let written = if name.name.slip {
            let token = page.tokens[name.first..=name.last]
                .iter()
                .position(|token| matches!(token.kind, Kind::Name(_)))
                .unwrap_or(0)
                + name.first;
            page.message.get(page.span(token..token + 1)).unwrap_or_default().to_owned()
        } else {
            String::new()
        };
        self.carried |= said == Said::Increment
            && name.mods.has(Word::Period)
            && (name.name.new || mods.has(Word::New));
        self.carried &= said != Said::Total;
        self.found.facts.push(Fact {
            indicator: name.name.indicator,
            value,
            said,
            corrects: mods.has(Word::Correct) || self.correcting,
            remark: name.name.rate,
            span,
            written,
        });
    }

    /// 规上服务业3家: unknown text touches the name; together they name something else.
    fn is_longer_name(&self, name: &Waiting) -> bool {
        let next = self.page.tokens.get(name.last + 1);
        next.is_some_and(|next| next.close() && matches!(next.kind, Kind::Text | Kind::Latin))
    }

    fn said(&self, name: &Waiting, item: &Item, mods: Mods) -> Said {
        let plus = matches!(item.thing, Thing::Amount(amount) if amount.plus);
        let new = mods.has(Word::New) || name.name.new;
        let firm = mods.has(Word::Total);
        let change = mods.has(Word::Period) && new
            || mods.has_any(&[Word::Compare, Word::Increase, Word::Decrease]);
        let quiet = !mods.has_any(&[Word::Sum, Word::Done]);
        match item.thing {
            Thing::Same => Said::Increment,
            Thing::Zero if mods.has(Word::Period) && !firm => Said::Increment,
            _ if plus => Said::Increment,
            _ if firm => Said::Total,
            _ if change => Said::Increment,
            _ if (self.heading || self.carried) && quiet => Said::Increment,
            _ if mods.has(Word::Sum) => Said::Total,
            _ if mods.has(Word::New) => Said::New,
            _ if name.name.new => Said::Named,
            _ => Said::Plain,
        }
    }

    // ---- clauses without a name ----

    fn nameless(&mut self, clause: &Clause, items: &mut Items) {
        if items.list.is_empty() {
            self.no_items(clause, items);
            return;
        }
        let numbers =
            items.list.iter().any(|item| matches!(item.thing, Thing::Amount(_) | Thing::Vague));
        let measured = items
            .list
            .iter()
            .any(|item| matches!(item.thing, Thing::Amount(amount) if amount.measure.is_some()));
        let skip =
            items.all.has_any(&[Word::Talk, Word::Others]) || self.contact && numbers && !measured;
        if skip {
            return;
        }
        if self.pairs(clause, items) {
            return;
        }
        if items.all.has(Word::Part) && self.part(clause, items) {
            return;
        }
        if items.text.is_some()
            || items.all.has(Word::Firm) && self.subject.is_none() && self.waiting.is_empty()
        {
            if numbers && !items.foreign {
                self.attempt(clause, items);
            }
            return;
        }
        let fresh = matches!(clause.before, Break::Line | Break::Stop);
        let unchanged = items.list.iter().any(|item| matches!(item.thing, Thing::Same));
        let range = |item: &Item| matches!(item.thing, Thing::Amount(amount) if amount.vague);
        if unchanged && items.list.iter().any(range) {
            return; // 1-18项无变化
        }
        for at in 0..items.list.len() {
            let item = items.list[at];
            let qualified =
                !item.mods.is_empty() || matches!(item.thing, Thing::Amount(amount) if amount.plus);
            if clause.before == Break::Line && self.waiting.len() > 1 && self.in_order.is_empty() {
                let zero = matches!(item.thing, Thing::Zero | Thing::Same);
                if !zero && !item.mods.has(Word::Each) {
                    self.whose(&items.list);
                    return;
                }
            }
            let lone = items.list.len() == 1 && clause.after == Break::Line;
            if lone && fresh && self.waiting.is_empty() && self.is_date(&item) {
                return;
            }
            if !self.in_order.is_empty() || !self.waiting.is_empty() || !fresh || qualified {
                let zero = matches!(item.thing, Thing::Zero | Thing::Same);
                if zero && self.waiting.is_empty() && self.in_order.is_empty() && fresh {
                    continue;
                }
                self.value_behind(&item);
            } else {
                self.nobody(&item);
            }
        }
    }

    /// 其中公司8户: in a part, a piece of the part's name will do. 其中8户 is a number without one.
    fn part(&mut self, clause: &Clause, items: &Items) -> bool {
        let Some(subject) = self.subject else { return false };
        let page = self.page;
        let item = items.list[0];
        let piece = self.piece(clause, &item);
        if piece.is_empty() {
            items.list.iter().for_each(|item| self.nobody(item));
            return true;
        }
        let holds = |id: &IndicatorId| {
            let mut names = page.lexicon.names.iter().filter(|(_, owner, _)| owner == id);
            names.any(|(name, ..)| name.contains(&piece))
        };
        let Some(id) = page.plan.parts(subject.name.indicator).find(holds) else { return false };
        let part = self.by_number(id, item.first);
        self.value(part, &Item { text: false, ..item }, false);
        true
    }

    /// A heading, a bracket with a unit, or ordinary words.
    fn no_items(&mut self, clause: &Clause, items: &Items) {
        if clause.before == Break::Open && clause.after == Break::Close {
            self.unit_in_brackets(clause);
        }
        if clause.tokens.is_empty() {
            return;
        }
        let heads =
            matches!(clause.after, Break::Line) || items.colon_tail || items.all.has(Word::Heading);
        if items.all.has(Word::Correct) {
            self.correcting = true;
            if clause.before == Break::Open {
                self.correcting = false;
                if let Some(fact) = self.found.facts.last_mut() {
                    fact.corrects = true;
                }
            }
        } else if heads
            && items.all.has(Word::Period)
            && items.all.has_any(&[Word::New, Word::Increase])
        {
            self.heading = true;
        } else if heads && items.all.has_any(&[Word::Total, Word::Sum, Word::Done]) {
            self.heading = false;
        }
    }

    /// (亿元) behind a name says what its bare number counts.
    fn unit_in_brackets(&mut self, clause: &Clause) {
        let name = self.outside.last_mut().and_then(|outside| outside.waiting.last_mut());
        let (Some(waiting), false) = (name, clause.tokens.is_empty()) else { return };
        let tokens = &self.page.tokens[clause.tokens.clone()];
        let text = &self.page.normal.text[tokens[0].start..tokens[tokens.len() - 1].end];
        waiting.scale =
            scale_named(text, &self.page.plan.indicator(waiting.name.indicator).measure);
    }

    /// 1:120, 1 120, 1、120, 6 无: an indicator by number and its value.
    fn pairs(&mut self, clause: &Clause, items: &Items) -> bool {
        if items.text.is_some() || !self.waiting.is_empty() && clause.before != Break::Line {
            return false;
        }
        let list = &items.list;
        let by_list_number = clause.ordinal.and_then(|token| match self.page.tokens[token].kind {
            Kind::Value(number, measure) => {
                let amount = Amount { number, measure, negative: false, plus: false, vague: false };
                Some((amount, token))
            }
            _ => None,
        });
        let mut at = 0;
        let (number, token) = match (by_list_number, list.first()) {
            (Some(pair), _) => pair,
            (None, Some(Item { thing: Thing::Amount(amount), mods, first, .. }))
                if amount.is_bare()
                    && list.len() > 1
                    && list[0].first == list[0].last
                    && (mods.is_empty() || *mods == Mods::of(Word::Number)) =>
            {
                at = 1;
                (*amount, *first)
            }
            _ => return false,
        };
        if self.is_clock(&number, list.get(at), token) {
            return true;
        }
        let Some(indicator) = self.page.numbered(&number) else {
            return self.no_such_number(&number, token, list, at);
        };
        self.forget_waiting();
        let mut current = self.by_number(indicator, token);
        let mut fresh = true;
        while at < list.len() {
            let item = list[at];
            let next = match item.thing {
                Thing::Amount(amount)
                    if !fresh
                        && amount.is_bare()
                        && (item.mods.is_empty() || item.mods == Mods::of(Word::Number))
                        && at + 1 < list.len() =>
                {
                    self.page.numbered(&amount)
                }
                _ => None,
            };
            if let Some(indicator) = next {
                current = self.by_number(indicator, item.first);
                fresh = true;
            } else {
                self.value(current, &item, false);
                fresh = false;
            }
            at += 1;
        }
        true
    }

    fn by_number(&self, indicator: IndicatorId, token: usize) -> Waiting {
        let name = Name { indicator, new: false, rate: false, numbered: true, slip: false };
        waiting(name, Mods::default(), token, token)
    }

    /// 19:120 names an indicator that is not there; 120 45 names none.
    fn no_such_number(&mut self, number: &Amount, token: usize, list: &[Item], at: usize) -> bool {
        let small = number.number.as_ordinal().is_some_and(|n| n < 100);
        let marked =
            self.page.tokens.get(token + 1).is_some_and(|t| matches!(t.kind, Kind::Mark(_)));
        let valued = matches!(list.get(at), Some(Item { thing: Thing::Amount(_), .. }));
        if !(small && valued && (marked || list.len() == at + 1)) {
            return false;
        }
        let span = self.page.span(token..list[at].last + 1);
        self.found.ask(Reason::UnknownName, span);
        true
    }

    /// 15:30 from a unit that does not carry 15 is a time.
    fn is_clock(&self, number: &Amount, value: Option<&Item>, token: usize) -> bool {
        let Some(Item { thing: Thing::Amount(minutes), .. }) = value else { return false };
        let colon = self.page.tokens.get(token + 1).is_some_and(|t| t.is_mark(':'));
        let hour = number.number.as_ordinal().is_some_and(|h| h < 24);
        let minute = minutes.number.width == 2
            && minutes.is_bare()
            && minutes.number.in_units(1).is_ok_and(|m| m < 60);
        let mine = self.page.numbered(number).is_some_and(|id| self.page.carries(id));
        colon && hour && minute && !mine
    }

    /// A number beside words that are no name: an attempt at one, or ordinary talk.
    fn attempt(&mut self, clause: &Clause, items: &Items) {
        let page = &self.page;
        for item in &items.list {
            let figure = matches!(item.thing, Thing::Amount(amount) if amount.measure != Some(Measure::Percent));
            if !figure || self.is_no_figure(item, item.mods) {
                continue;
            }
            let text = items.text.unwrap_or((item.first, item.last));
            let (first, last) = (text.0.min(item.first), text.1.max(item.last));
            let said = page.span(first..last + 1);
            let piece = self.piece(clause, item);
            let choices = page.lexicon.with_piece(&piece);
            let reason = if piece.is_empty() || choices.len() < 2 {
                Reason::UnknownName
            } else {
                Reason::Ambiguous
            };
            self.found.ask(reason, said).choices = choices;
            return;
        }
    }

    /// The words beside a number that stand where a name should.
    fn piece(&self, clause: &Clause, item: &Item) -> String {
        let tokens = self.page.tokens;
        let part = |token: &Token| {
            matches!(token.kind, Kind::Text | Kind::Latin | Kind::Measure(_))
                || matches!(token.kind, Kind::Word(Word::Firm | Word::Plain))
        };
        let mut first = item.first;
        while first > clause.tokens.start && part(&tokens[first - 1]) {
            first -= 1;
        }
        // 高新企业: short words inside unknown text belong to it.
        let mut run = first;
        while first < item.first && run > clause.tokens.start && tokens[run].close() {
            run -= 1;
            match tokens[run].kind {
                Kind::Text | Kind::Latin => first = run,
                Kind::Word(_) => {}
                _ => break,
            }
        }
        let range = if first < item.first {
            first..item.first
        } else {
            let behind = tokens[item.last + 1..clause.tokens.end].iter();
            item.last + 1..item.last + 1 + behind.take_while(|token| part(token)).count()
        };
        if range.is_empty() {
            return String::new();
        }
        self.page.normal.text[tokens[range.start].start..tokens[range.end - 1].end].to_owned()
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
        scale: None,
    }
}

/// Base units in one of the unit that was written: 亿元, 万平方米, 单位:家.
pub(super) fn scale_named(text: &str, measure: &crate::plan::Measure) -> Option<i64> {
    let text = text.rsplit(':').next().unwrap_or(text);
    let text = text.strip_prefix("单位").unwrap_or(text);
    let (scale, base) = match text.chars().next() {
        Some('万') => (10_000, &text[3..]),
        Some('亿') => (100_000_000, &text[3..]),
        _ => (1, text),
    };
    let same = measure.is_rate() && base == "%"
        || measure.base == base
        || measure.base == "平方米" && matches!(base, "平" | "平米" | "平方" | "m2")
        || scale > 1 && base.is_empty();
    let scale = if measure.is_rate() { measure.scale } else { scale };
    (same && measure.scale > 1).then_some(scale)
}

/// A number in the base unit of its indicator.
pub(super) fn quantity(
    amount: &Amount,
    measure: &crate::plan::Measure,
    scale: Option<i64>,
) -> Result<i64, Reason> {
    if amount.vague {
        return Err(Reason::Ambiguous);
    }
    let number = &amount.number;
    let area = measure.base == "平方米";
    let money = measure.base == "元";
    let units = match amount.measure {
        _ if number.is_zero() => 1,
        Some(Measure::Percent) if measure.is_rate() => 100,
        Some(Measure::Permille) if measure.is_rate() => 10,
        Some(Measure::Tenth) if measure.is_rate() => 1000,
        None if measure.is_rate() && number.above_one() => 100,
        Some(Measure::Money) if money => 1,
        Some(Measure::HundredMillion) if money => 100_000_000,
        Some(Measure::Area) if area => 1,
        None if number.scaled && !measure.is_rate() => 1,
        None if scale.is_some() => scale.and_then(|scale| scale.try_into().ok()).unwrap_or(1),
        None | Some(Measure::Count) if measure.scale == 1 => 1,
        Some(Measure::Times) if measure.base.ends_with('次') => 1,
        _ if number.huge => return Err(Reason::TooLarge),
        _ => return Err(Reason::Ambiguous),
    };
    number.in_units(units).map_err(|unfit| match unfit {
        Unfit::TooLarge => Reason::TooLarge,
        Unfit::NotWhole => Reason::NotWhole,
    })
}

/// Whether nothing but spaces stands before a token.
#[expect(dead_code, reason = "used by tables")]
pub(super) fn spaced(token: &Token) -> bool {
    token.gap == Gap::Space
}
