//! Clauses without a name: values of what was named before, indicators by number, headings, and
//! attempts at names that nobody knows.

use super::{Reader, Waiting, quantity, scale_named, waiting};
use crate::message::items::{Amount, Item, Items, Mods, Thing};
use crate::message::lexicon::Name;
use crate::message::reading::{Doubtful, Reason};
use crate::message::segments::{Break, Clause};
use crate::message::settle::Said;
use crate::message::tokens::Kind;
use crate::message::words::Word;
use crate::plan::IndicatorId;

/// What may stand in front of an indicator's number: 更正1:120, 指标1:120, 再1:120.
const PLAIN: [Word; 2] = [Word::Correct, Word::Number];
const ADDED: [Word; 4] = [Word::Correct, Word::Number, Word::Add, Word::Increase];

fn in_front(mods: Mods) -> &'static [Word] {
    if mods.has(Word::Add) { &ADDED } else { &PLAIN }
}

impl Reader<'_> {
    pub(super) fn nameless(&mut self, clause: &Clause, items: &mut Items) {
        if items.list.is_empty() {
            self.no_items(clause, items);
            return;
        }
        self.rest(clause, &items.list);
        let numbers =
            items.list.iter().any(|item| matches!(item.thing, Thing::Amount(_) | Thing::Vague));
        let measured = items
            .list
            .iter()
            .any(|item| matches!(item.thing, Thing::Amount(amount) if amount.measure.is_some()));
        if let Some(others) = items.list.iter().position(|item| item.mods.has(Word::Others)) {
            // 1:120 2:45 其他都是0
            if others > 0 {
                self.rest_in(&items.list[others]);
            }
            items.list.truncate(others);
            items.all = items.list.iter().fold(Mods::default(), |all, item| all | item.mods);
            if items.list.is_empty() {
                return;
            }
        }
        // 昨天报的小升规3家,今天更正为4家
        if let [one] = items.list[..]
            && one.mods.has(Word::Correct)
            && items.all.has(Word::Talk)
            && !items.all.has(Word::Contact)
            && self.subject.is_some()
            && numbers
        {
            return self.value_behind(&Item { text: false, ..one });
        }
        let skip =
            items.all.has_any(&[Word::Talk, Word::Others]) || self.contact && numbers && !measured;
        if skip {
            return;
        }
        if items.all.has(Word::Each) && self.waiting.is_empty() && self.outside.is_empty() {
            return; // 全部为0 names nothing
        }
        if self.pairs(clause, items) {
            return;
        }
        // A row 合计 below rows of several indicators is none of the last one's.
        let sums = items.list[0].mods.has(Word::Sum) && clause.before == Break::Line;
        let first = self.found.facts.first().map(|fact| fact.indicator);
        if sums
            && self.waiting.is_empty()
            && self.found.facts.iter().any(|f| Some(f.indicator) != first)
        {
            return;
        }
        if items.all.has(Word::Part) && self.part(clause, items) {
            return;
        }
        let plain = |item: &Item| item.mods.without(Word::Firm).is_empty();
        let firms = items.all.has(Word::Firm)
            && self.waiting.is_empty()
            && (self.subject.is_none() || items.list.iter().all(plain));
        if items.text.is_some() || firms {
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
            let line = fresh && clause.after == Break::Line;
            let bracket = clause.before == Break::Open && self.subject.is_none();
            if items.list.len() == 1
                && (line || bracket)
                && self.waiting.is_empty()
                && self.is_date(&item, bracket)
            {
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
    pub(super) fn part(&mut self, clause: &Clause, items: &Items) -> bool {
        let Some(subject) = self.subject else { return false };
        let page = self.page;
        let item = items.list[0];
        let piece = self.piece(clause, &item);
        let change = [
            Word::Period,
            Word::New,
            Word::Increase,
            Word::Compare,
            Word::Stretch,
            Word::Year,
            Word::LastYear,
        ];
        if piece.is_empty() && items.tail.has_any(&change) {
            return true; // 小升规2家(含1家新增)
        }
        if piece.is_empty() && item.mods.has_any(&change) {
            return false;
        }
        if piece.is_empty() {
            items.list.iter().for_each(|item| self.nobody(item));
            return true;
        }
        let holds = |id: &IndicatorId| page.lexicon.names_of(*id).any(|name| name.contains(piece));
        let Some(id) = page.plan.parts(subject.name.indicator).find(holds) else { return false };
        let part = Self::by_number(id, item.first);
        self.value(part, &Item { text: false, ..item }, false);
        true
    }

    /// A heading, a bracket with a unit, or ordinary words.
    pub(super) fn no_items(&mut self, clause: &Clause, items: &Items) {
        if clause.before == Break::Open && clause.after == Break::Close {
            self.unit_in_brackets(clause);
        }
        if clause.tokens.is_empty() {
            return;
        }
        let tokens = &self.page.tokens[clause.tokens.clone()];
        let text = tokens[0].start..tokens[tokens.len() - 1].end;
        if self.page.normal.text[text.clone()].starts_with("单位:") {
            self.measured_in = Some(text.clone());
        }
        let heads =
            matches!(clause.after, Break::Line) || items.colon_tail || items.all.has(Word::Heading);
        let when = items.tail.only(&[Word::Stretch, Word::Year, Word::LastYear]);
        if !when.is_empty() && clause.after == Break::Comma && !items.all.has(Word::Heading) {
            self.stretch = when; // 5月份,新增小微企业30家
        }
        if clause.before == Break::Open
            && items.all.has(Word::About)
            && let Some(name) =
                self.outside.last_mut().and_then(|outside| outside.waiting.last_mut())
        {
            name.mods |= Mods::of(Word::About); // 个转企(预估)9户
        }
        let compares = items.tail.has(Word::Compare) && items.text.is_none();
        self.compared |= compares && clause.after == Break::Comma;
        if self.withdraws(clause, items) || self.says_how(clause, items) {
            return;
        }
        let plan = [Word::Target, Word::Future, Word::Left];
        let done = items.all.has_any(&[Word::Done, Word::Total, Word::Sum, Word::Period]);
        if heads && (clause.before == Break::Line || items.colon_tail) {
            self.planned = items.all.has_any(&plan) && !done;
        }
        let unfinished = clause.before == Break::Comma
            && clause.after == Break::Line
            && clause.tokens.len() == 1
            && self.page.normal.text[..text.end].ends_with(['为', '成', '是']);
        if items.all.has(Word::Correct) && unfinished {
            // 小升规3家,应为
            if let Some(fact) = self.found.facts.last_mut() {
                fact.value = Err(Reason::MissingValue);
            }
        }
        if items.all.has_any(&[Word::Correct, Word::Wrong]) {
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

    /// 小升规1家(本周新增), 以上均为本周新增: what was said before is an addition.
    ///
    /// Behind a comma it is not said of which figures; those are totals that may be additions.
    fn says_how(&mut self, clause: &Clause, items: &Items) -> bool {
        let new = items.all.has_any(&[Word::New, Word::Increase]);
        let addition = new && items.all.has(Word::Period);
        let others = [Word::Talk, Word::Others, Word::Heading, Word::Correct, Word::Target];
        let plain = items.text.is_none() && !items.all.has_any(&others);
        let heads = items.colon_tail || clause.after == Break::Line && clause.before == Break::Line;
        let all = items.all.has_any(&[Word::Each, Word::Plain]);
        if !new || !plain || self.found.facts.is_empty() || heads && !all {
            return false;
        }
        let last = clause.before == Break::Open && !all;
        for fact in self.found.facts.iter_mut().rev().take(if last { 1 } else { usize::MAX }) {
            let open = matches!(fact.said, Said::Plain | Said::Named | Said::New | Said::Period);
            if !open || fact.value == Ok(0) {
                continue;
            }
            if addition && (last || all) {
                fact.said = Said::Increment;
            } else {
                fact.doubt = Some(if addition { Doubtful::Period } else { Doubtful::New });
            }
        }
        true
    }

    /// 小微企业100,作废: what was said last is not so, or not yet.
    fn withdraws(&mut self, clause: &Clause, items: &Items) -> bool {
        let mut words = vec![Word::Void, Word::Wrong, Word::Underway, Word::Pending];
        if clause.before == Break::Open {
            words.extend([Word::Future, Word::Target, Word::About]); // 小升规2家(预计)
        }
        let beside = matches!(clause.before, Break::Comma | Break::Open) && items.text.is_none();
        let quiet = !items.all.has_any(&[Word::Talk, Word::Others, Word::Heading, Word::Correct]);
        if !(beside && quiet && items.all.has_any(&words)) {
            return false;
        }
        self.correcting |= items.all.has(Word::Wrong);
        let all = items.all.has_any(&[Word::Each, Word::Plain, Word::Void]);
        let facts = self.found.facts.iter_mut().rev();
        for fact in facts.take(if all { usize::MAX } else { 1 }) {
            fact.said = Said::Unsure;
        }
        true
    }

    /// (亿元) behind a name says what its bare number counts.
    pub(super) fn unit_in_brackets(&mut self, clause: &Clause) {
        if clause.tokens.is_empty() {
            return;
        }
        let name = self.outside.last_mut().and_then(|outside| outside.waiting.last_mut());
        let tokens = &self.page.tokens[clause.tokens.clone()];
        let text = &self.page.normal.text[tokens[0].start..tokens[tokens.len() - 1].end];
        let Some(waiting) = name else { return self.unit_of_the_last(clause, text) };
        waiting.scale =
            scale_named(text, &self.page.plan.indicator(waiting.name.indicator).measure);
    }

    /// 厂房:42(万平方米): the same behind the number.
    fn unit_of_the_last(&mut self, clause: &Clause, text: &str) {
        let Some(at) = clause.tokens.start.checked_sub(2) else { return };
        let place = self.page.span(at..at + 1).start;
        let fact = self.found.facts.last_mut().filter(|fact| fact.span.contains(&place));
        let (Kind::Value(number, None), Some(fact)) = (self.page.tokens[at].kind, fact) else {
            return;
        };
        let measure = &self.page.plan.indicator(fact.indicator).measure;
        let amount =
            Amount { number, measure: None, negative: false, plus: false, vague: number.vague };
        if let Some(scale) = scale_named(text, measure).filter(|_| fact.value.is_err()) {
            fact.value = quantity(&amount, measure, Some(scale));
        }
    }

    /// 1:120, 1 120, 1、120, 6 无: an indicator by number and its value.
    pub(super) fn pairs(&mut self, clause: &Clause, items: &Items) -> bool {
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
                    && (mods.without_any(in_front(*mods)).is_empty()
                        || self.is_arrow(clause, list)) =>
            {
                at = 1;
                (*amount, *first)
            }
            _ => return false,
        };
        if self.is_clock(&number, list.get(at), token) {
            return true;
        }
        if self.is_lone_clock(&number, list.get(at), token) {
            return true;
        }
        let Some(indicator) = self.page.numbered(&number) else {
            return self.no_such_number(&number, token, list, at);
        };
        self.correcting |= items.all.has(Word::Correct);
        self.forget_waiting();
        let mut current = Self::by_number(indicator, token);
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
            let colon = self.page.tokens.get(item.last + 1).is_some_and(|token| token.is_mark(':'));
            if let Some(indicator) = next {
                current = Self::by_number(indicator, item.first);
                fresh = true;
            } else if colon && !fresh && at + 1 < list.len() {
                // 1:150 19:5: a number that no indicator has.
                let span = self.page.span(item.first..list[at + 1].last + 1);
                self.found.ask(Reason::UnknownName, span);
                at += 1;
            } else {
                self.value(current, &item, false);
                fresh = false;
            }
            at += 1;
        }
        true
    }

    /// 1->126 where nothing was named that could have been 1: an indicator's number and its value.
    fn is_arrow(&self, clause: &Clause, list: &[Item]) -> bool {
        let of = |item: &Item, word| item.mods == Mods::of(word);
        let apart = clause.before == Break::Line || self.subject.is_none();
        apart && matches!(list, [a, b] if of(a, Word::Old) && of(b, Word::Correct))
    }

    pub(super) fn by_number(indicator: IndicatorId, token: usize) -> Waiting {
        let name = Name { indicator, new: false, rate: false, numbered: true, slip: false };
        waiting(name, Mods::default(), token, token)
    }

    /// 19:120 names an indicator that is not there; 120 45 names none.
    pub(super) fn no_such_number(
        &mut self,
        number: &Amount,
        token: usize,
        list: &[Item],
        at: usize,
    ) -> bool {
        let small = number.number.as_ordinal().is_some_and(|n| n < 100)
            || number.number.as_part().is_some();
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
}
