//! What a value is for, whether it is a figure at all, and how much it is.

use super::said::stands;
use super::{Reader, Waiting, quantity, scale_named};
use crate::message::items::{Item, Items, Mods, Thing};
use crate::message::reading::Reason;
use crate::message::segments::{Break, Clause};
use crate::message::settle::{Fact, Said};
use crate::message::tokens::{Kind, Token};
use crate::message::words::{Measure, Word};

/// 6.20, 6/20.
fn is_day(text: &str) -> bool {
    let day = text.split_once(['.', '/']);
    let within = |text: &str, most| text.parse().is_ok_and(|n: u32| (1..=most).contains(&n));
    day.is_some_and(|(month, day)| within(month, 12) && within(day, 31))
}

impl Reader<'_> {
    /// A value behind a name: it goes to the name that waits, or to the one spoken of last.
    pub(super) fn value_behind(&mut self, item: &Item) {
        if item.mods.has(Word::Respectively) {
            // 小微、八大本周新增分别为12、3: each of them was added.
            self.order_mods = item.mods.only(&[
                Word::Period,
                Word::New,
                Word::Increase,
                Word::Decrease,
                Word::Compare,
                Word::Total,
                Word::Target,
                Word::Future,
                Word::Past,
            ]);
        }
        if item.mods.has(Word::Respectively) && self.in_order.is_empty() {
            self.in_order = std::mem::take(&mut self.waiting);
            if self.in_order.is_empty() {
                // 小升规、限上无新增,累计分别为2家和6家
                self.in_order = std::mem::take(&mut self.sharing);
            }
            if self.in_order.is_empty() && self.told.len() > 1 {
                // 本周小微新增5、八大新增2,累计分别为120、45
                self.in_order = std::mem::take(&mut self.told);
            }
            self.in_order.reverse();
        }
        if !self.in_order.is_empty()
            && let Some(next) = self.in_order.pop()
        {
            self.value(next, &Item { mods: item.mods | self.order_mods, ..*item }, true);
            return;
        }
        if self.waiting.is_empty() {
            // 小升规(2家)
            if let Some(outside) = self.outside.last_mut() {
                self.waiting = std::mem::take(&mut outside.waiting);
            }
        }
        if let Some(next) = self.waiting.pop() {
            if self.told.iter().all(|told| told.name.indicator != next.name.indicator) {
                self.told.push(next);
            }
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
    pub(super) fn nobody(&mut self, item: &Item) {
        let times = matches!(item.thing, Thing::Amount(amount)
            if matches!(amount.measure, Some(Measure::Times | Measure::Land)))
            || self.counts_list(item);
        // 共3项: counts what is reported, and is none of it.
        let items = self.page.normal.text[..self.page.tokens[item.last].end].ends_with('项');
        if times
            || items
            || !matches!(item.thing, Thing::Amount(_) | Thing::Vague)
            || item.mods.has_any(&[Word::Underway, Word::Void, Word::Exclude])
            || self.is_no_figure(item, item.mods)
        {
            return;
        }
        let span = self.page.span(self.counted_from(item)..item.last + 1);
        self.found.ask(Reason::MissingName, span);
    }

    /// Plans, rates, dates, history: numbers that are no figures.
    pub(super) fn is_no_figure(&self, item: &Item, mods: Mods) -> bool {
        let measure = match item.thing {
            Thing::Amount(amount) => amount.measure,
            _ => None,
        };
        let department = self.page.plan.unit(self.page.writer).is_department();
        let county = mods.has(Word::County) && !department;
        let contact = item.mods.has(Word::Contact) && measure.is_none();
        let old = mods.has(Word::Old) && !mods.has_any(&[Word::Correct, Word::Void]);
        let share = item.mods.has(Word::Of) && measure != Some(Measure::Count);
        let rate = item.mods.has(Word::Rate) || share;
        county || contact || old || rate || mods.has_any(&[Word::Target, Word::Future, Word::Past])
    }

    /// Gives a value to a name, and to those that share it.
    pub(super) fn value(&mut self, mut name: Waiting, item: &Item, waited: bool) {
        // 全市新增小微企业5600家,我街道120家: the first name has its own words.
        let held = name.first > self.over_from;
        let lifted = [Word::Done, Word::Total, Word::Sum, Word::Period];
        let over = if (name.mods | item.mods).has_any(&lifted) {
            Mods::default()
        } else {
            let planned = Mods::of(Word::Target);
            let over = self.over | self.over_line;
            let over = if held { over } else { Mods::default() };
            if self.planned { over | planned } else { over }
        };
        name.mods |= over;
        // 实验室目标3200批次,已服务1033批次: what was done, and behind a name the figure.
        let deed = item.mods.has(Word::Done) && item.first > name.last;
        let own = if deed { item.mods.without(Word::Visit) } else { item.mods };
        let item = &Item { mods: own | self.rate_over(over, item), ..*item };
        let mods = name.mods | item.mods;
        let rate = self.page.plan.indicator(name.name.indicator).measure.is_rate();
        let percent = matches!(item.thing, Thing::Amount(amount) if amount.measure == Some(Measure::Percent)
            || amount.measure == Some(Measure::Tenth));
        let remark = name.name.rate && !self.page.carries(name.name.indicator);
        let base = &self.page.plan.indicator(name.name.indicator).measure.base;
        let often = matches!(item.thing, Thing::Amount(amount) if amount.measure == Some(Measure::Times))
            && !base.ends_with('次');
        let growth = [Word::Rate, Word::Of, Word::Increase, Word::Decrease, Word::Compare];
        let unsure = [Word::Underway, Word::Exclude];
        if !waited && item.mods.has_any(&unsure) && !matches!(item.thing, Thing::Zero) {
            return; // 小升规2家(正在培育1家)
        }
        if !waited && self.counts_otherwise(&name, item) {
            return; // 小微企业园1个,面积5万平方米
        }
        if self.is_no_figure(item, mods) && !(rate && waited && item.mods.has(Word::Rate))
            || percent && !rate
            || remark
            || often
        {
            if waited {
                let target = mods.has(Word::Target) && !mods.has_any(&[Word::Done, Word::Total]);
                name.explained |= !percent || mods.has_any(&growth) || target;
                name.percent |= percent;
                if mods.has(Word::Target) {
                    // 今年任务5家,完成2家: the year is the target's.
                    self.stretch = Mods::default();
                    name.mods = name.mods.without_any(&[Word::Stretch, Word::Year]);
                }
                for word in [Word::Target, Word::Future, Word::Past, Word::Old, Word::County] {
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
        if waited && name.either && !self.waiting.is_empty() {
            let others = std::mem::take(&mut self.waiting);
            self.shared(&others, &name, item);
            return;
        }
        // 小升规、限上共8家
        let sum = item.mods.has(Word::Sum) && !item.mods.has(Word::Each);
        if waited && !self.waiting.is_empty() && (all || name.joined || sum) {
            let others = std::mem::take(&mut self.waiting);
            if all {
                self.sharing.clone_from(&others);
                self.sharing.push(name);
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
        // 小升规2018年1家,2019年2家,合计3家 sums up what is one indicator's.
        let same = self.subject.is_some_and(|last| last.name.indicator == name.name.indicator);
        self.summed += u32::from(!same);
        self.subject = Some(Waiting { mods: Mods::default(), ..name });
    }

    /// 完成率:小升规60%;个转企18户: a heading makes a share of what may be one.
    fn rate_over(&self, over: Mods, item: &Item) -> Mods {
        let measure = match item.thing {
            Thing::Amount(amount) => amount.measure,
            _ => None,
        };
        let line = self.over_line.has(Word::Rate) && measure.is_none();
        if line || measure == Some(Measure::Percent) {
            over.only(&[Word::Rate])
        } else {
            Mods::default()
        }
    }

    /// 个转企本周新增3户,其中公司制2户: a part of what was added. Where the whole has its total too, the
    /// part is one of that (then nothing is said of it here), or it is not clear of which.
    fn part_of_growth(
        &self,
        whole: &dyn Fn(&Fact) -> bool,
        mods: Mods,
        value: Result<i64, Reason>,
    ) -> Result<Option<Said>, Reason> {
        let facts = &self.found.facts;
        let added =
            facts.last().filter(|last| mods.has(Word::Part) && last.said == Said::Increment);
        let Some(added) = added else { return Ok(None) };
        let mut beside =
            facts.iter().rev().skip(1).take_while(|fact| fact.indicator == added.indicator);
        if !whole(added) || beside.all(|fact| fact.said == Said::Increment) {
            return Ok(Some(Said::Increment));
        }
        // More than what was added, the part is none of it.
        let more = value.ok().zip(added.value.ok()).is_some_and(|(part, added)| part > added);
        if more { Ok(None) } else { Err(Reason::Ambiguous) }
    }

    /// Money or an area beside an indicator that counts, and has its figure.
    fn counts_otherwise(&self, name: &Waiting, item: &Item) -> bool {
        let Thing::Amount(amount) = item.thing else { return false };
        if amount.measure == Some(Measure::Land) {
            return true; // 厂房42万平方米(约630亩)
        }
        let other = [Measure::Money, Measure::HundredMillion, Measure::Area, Measure::Land];
        let measure = &self.page.plan.indicator(name.name.indicator).measure;
        // 贷款36亿元,1200户
        let heads =
            measure.scale > 1 && !measure.is_rate() && amount.measure == Some(Measure::Count);
        let counted = measure.scale == 1;
        heads || counted && amount.measure.is_some_and(|measure| other.contains(&measure))
    }

    /// A line 6.21 above or below other lines is a date.
    pub(super) fn is_date(&self, item: &Item, bracket: bool) -> bool {
        let Thing::Amount(amount) = item.thing else { return false };
        let tokens = self.page.tokens;
        let text = &self.page.normal.text[tokens[item.first].start..tokens[item.last].end];
        (self.several_lines || bracket) && amount.is_bare() && is_day(text)
    }

    /// 小升规3家(6.20), 小升规3家(6/20数据): behind a count, a bracket says of which day it is.
    pub(super) fn dates_figure(&self, clause: &Clause, items: &Items) -> bool {
        let &[Item { thing: Thing::Amount(amount), first, last, .. }] = &items.list[..] else {
            return false;
        };
        let tokens = self.page.tokens;
        let start = clause.tokens.start;
        let value = |at: usize| matches!(tokens[at].kind, Kind::Value(..));
        let behind = clause.before == Break::Open && start > 1 && value(start - 2);
        let counts = |fact: &Fact| self.page.plan.indicator(fact.indicator).measure.scale == 1;
        let day = &self.page.normal.text[tokens[first].start..tokens[last].end];
        let told = self.found.facts.last().is_some_and(counts);
        behind && told && first == start && amount.is_bare() && is_day(day)
    }

    /// Numbers below several names, and not one for each.
    pub(super) fn whose(&mut self, items: &[Item]) {
        let waiting = std::mem::take(&mut self.waiting);
        let (Some(first), Some(last)) = (items.first(), items.last()) else { return };
        let span = self.page.span(first.first..last.last + 1);
        let ask = self.found.ask(Reason::Ambiguous, span);
        ask.choices = waiting.iter().map(|name| name.name.indicator).collect();
    }

    /// 小升规和个转企共5家: whose five?
    pub(super) fn shared(&mut self, others: &[Waiting], name: &Waiting, item: &Item) {
        let first = others.first().map_or(name.first, |other| other.first);
        let span = self.page.span(first.min(item.first)..item.last.max(name.last) + 1);
        let ask = self.found.ask(Reason::Ambiguous, span);
        ask.choices = others.iter().chain([name]).map(|name| name.name.indicator).collect();
    }

    /// Writes down what was said of an indicator.
    pub(super) fn take(&mut self, name: &Waiting, item: &Item) {
        let mods = name.mods | item.mods;
        let page = &self.page;
        let said = self.said(name, item, mods);
        let text = item.text && !self.is_turned_name(name, item);
        if text && self.is_longer_name(name) || self.is_inside(name) {
            let span = page.span(name.first.min(item.first)..item.last.max(name.last) + 1);
            self.found.ask(Reason::UnknownName, span).choices = vec![name.name.indicator];
            return;
        }
        let rate = page.plan.indicator(name.name.indicator).measure.is_rate();
        // 规下工业增加值下降2%: a growth below zero.
        let growing = || {
            let own = &page.plan.indicator(name.name.indicator).name;
            ["增长", "增速", "增幅"].iter().any(|word| own.contains(word))
        };
        let decrease = stands(name, item, Word::Decrease, &[Word::Correct])
            && !mods.has(Word::Total)
            && (!rate || growing());
        let value = match item.thing {
            Thing::Name(_) | Thing::Vague => Err(Reason::Ambiguous),
            Thing::Pending => Err(Reason::UnknownValue),
            Thing::Zero | Thing::Same => Ok(0),
            Thing::Amount(_) if text => Err(Reason::Ambiguous),
            Thing::Amount(amount) => {
                let measure = &page.plan.indicator(name.name.indicator).measure;
                let heading = || {
                    let text = self.measured_in.clone()?;
                    scale_named(&page.normal.text[text], measure)
                };
                let value = quantity(&amount, measure, name.scale.or_else(heading));
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
        let growth = [Word::New, Word::Increase];
        self.carried |= said == Said::Increment
            && (name.mods.has(Word::Period) && (name.name.new || mods.has_any(&growth))
                || name.mods.has(Word::Compare) && name.mods.has_any(&growth));
        self.carried &= said != Said::Total;
        if said == Said::Total && !name.mods.has(Word::Total) {
            self.stretch = Mods::default();
        }
        let of = |fact: &Fact| fact.indicator == name.name.indicator;
        let whole = page.plan.indicator(name.name.indicator).whole;
        let of_whole = |fact: &Fact| Some(fact.indicator) == whole;
        let last = self.found.facts.last().filter(|fact| of(fact));
        self.paired |= said == Said::Total && last.is_some_and(|fact| fact.said == Said::Increment);
        // 小升规2家,再加1家: two or three?
        let told = mods.has_any(&[Word::Period, Word::Compare]); // 累计52家,本周加1家
        let (value, said) = if mods.has(Word::Add) && last.is_some() && !told {
            (Err(Reason::Ambiguous), Said::Plain)
        } else {
            (value, said)
        };
        let open = matches!(said, Said::Plain | Said::Named | Said::New);
        let (value, said) = match self.part_of_growth(&of_whole, mods, value) {
            Ok(Some(part)) if open => (value, part),
            Err(reason) if open => (Err(reason), said),
            _ => (value, said),
        };
        let said = match said {
            Said::Plain | Said::Named => {
                self.listed.or(self.paired.then_some(Said::Period)).unwrap_or(said)
            }
            said => said,
        };
        // 小升规3家,取消1家: what is left was not said.
        let called_off =
            mods.has(Word::Void) && self.subject.is_some_and(|s| s.first == name.first);
        let (dated, stock) = (self.dated(name, item), mods.has(Word::Stock));
        // 更正:个转企62户,持平: what changed is told beside the total, and does not take its place.
        let beside = said == Said::Increment
            && self.found.facts.last().is_some_and(|last| of(last) && last.said != Said::Increment);
        self.found.facts.push(Fact {
            indicator: name.name.indicator,
            value,
            said,
            corrects: mods.has(Word::Correct) || self.correcting && !beside || called_off,
            remark: name.name.rate,
            doubt: self.doubt(name, item, said),
            dated,
            stock,
            span,
            written,
        });
    }

    /// 低散乱关停20家: what stands behind the name makes, in front of it, another name of the same.
    fn is_turned_name(&self, name: &Waiting, item: &Item) -> bool {
        let page = &self.page;
        if name.name.numbered || item.first <= name.last {
            return false;
        }
        let mut between = page.tokens[name.last + 1..item.first]
            .iter()
            .filter(|token| matches!(token.kind, Kind::Text | Kind::Latin));
        let (Some(text), None) = (between.next(), between.next()) else { return false };
        self.turns(name, &page.normal.text[text.start..text.end])
    }

    /// Whether a text makes, in front of a name as written, another name of the same indicator.
    pub(super) fn turns(&self, name: &Waiting, text: &str) -> bool {
        let page = &self.page;
        let written = page.tokens[name.first..=name.last]
            .iter()
            .find(|token| matches!(token.kind, Kind::Name(_)));
        let Some(written) = written else { return false };
        let written = &page.normal.text[written.start..written.end];
        let fits = |other: &str| {
            let rest = other.strip_prefix(text).filter(|rest| !rest.is_empty());
            rest.is_some_and(|rest| written.starts_with(rest) || written == other)
        };
        page.lexicon.names_of(name.name.indicator).any(fits)
    }

    /// 规上服务业3家: unknown text touches the name; together they name something else.
    pub(super) fn is_longer_name(&self, name: &Waiting) -> bool {
        let next = self.page.tokens.get(name.last + 1);
        next.is_some_and(|next| next.close() && matches!(next.kind, Kind::Text | Kind::Latin))
    }

    /// 园区企业30家, 园区内企业30家: those in it, where it is not firms that are counted.
    fn is_inside(&self, name: &Waiting) -> bool {
        let row = self.page.plan.indicator(name.name.indicator);
        let mut behind = self.page.tokens.get(name.last + 1..).unwrap_or_default().iter().take(2);
        let within = |token: &Token| {
            let text = &self.page.normal.text[token.start..token.end];
            token.close() && (token.is_word(Word::Firm) || text == "内")
        };
        !name.name.numbered
            && row.name.ends_with(['园', '区'])
            && behind.by_ref().take_while(|token| within(token)).any(|t| t.is_word(Word::Firm))
    }
}
