//! Clauses that name an indicator.

use super::{Reader, waiting};
use crate::message::items::{Amount, Item, Items, Mods, Thing};
use crate::message::lexicon::Name;
use crate::message::numbers::Number;
use crate::message::segments::{Break, Clause};
use crate::message::settle::Said;
use crate::message::tokens::Kind;
use crate::message::words::Word;

impl Reader<'_> {
    pub(super) fn named(&mut self, clause: &Clause, items: &mut Items) {
        if matches!(clause.before, Break::Line | Break::Stop | Break::Question) {
            self.forget_waiting();
        }
        self.drop_own_numbers(clause, items);
        self.drop_list_numbers(items);
        let plain_names = Self::plain_names(items);
        if plain_names && items.all.has_any(&[Word::Correct, Word::Wrong]) {
            self.correcting = true;
        }
        self.in_front(clause, items);
        let list = std::mem::take(&mut items.list);
        let mut at = 0;
        while at < list.len() {
            let item = list[at];
            match item.thing {
                Thing::Name(name) => self.wait(name, &list, at),
                Thing::Same | Thing::Zero if item.mods.has(Word::Others) => self.rest_in(&item),
                Thing::Amount(amount) if item.mods.has(Word::Others) && amount.number.is_zero() => {
                    self.rest_in(&item);
                }
                _ if self.is_for_next(&list, at) => {
                    let Thing::Name(name) = list[at + 1].thing else { break };
                    let name_item = list[at + 1];
                    let mut ahead = waiting(name, item.mods, item.first, name_item.last);
                    ahead.mods |= name_item.mods;
                    if at + 2 == list.len() {
                        ahead.mods |= Self::behind_name(items);
                    }
                    let text = name_item.text;
                    self.ahead =
                        name_item.first == item.last + 1 && !self.is_no_figure(&item, ahead.mods);
                    self.value(ahead, &Item { mods: Mods::default(), text, ..item }, false);
                    at += 1;
                    at += self.joined_zeros(&list[at + 1..], &item);
                    let colon = self.page.tokens.get(item.last + 1).is_some_and(|t| t.is_mark(':'));
                    let none = matches!(item.thing, Thing::Zero | Thing::Same);
                    self.unchanged = self.unchanged.or(Some(item).filter(|_| colon && none));
                }
                Thing::Amount(amount) if self.is_two(&list, at) => {
                    let (head, tail) = amount.number.halves.unwrap_or_default();
                    let (first, second) = (Number::small(head), Number::small(tail));
                    let part = |number| Thing::Amount(Amount { number, ..amount });
                    self.value_behind(&Item { thing: part(first), ..item });
                    if let Some(&Item { thing: Thing::Name(name), mods, last, .. }) =
                        list.get(at + 1)
                    {
                        let ahead = waiting(name, mods, item.first, last);
                        self.value(
                            ahead,
                            &Item { thing: part(second), mods: Mods::default(), ..item },
                            false,
                        );
                    }
                    at += 1;
                }
                // 限上6家,其中批零4家住餐2家; 科技4限上5
                Thing::Amount(_)
                    if at == 0
                        && self.waiting.is_empty()
                        && (item.text && item.mods.has(Word::Part)
                            || list.len() > 2 && self.touches_words(&item)) =>
                {
                    self.attempt_at(clause, &item, (clause.tokens.start, item.last));
                }
                // 小升规2 招商引资3: words of their own in front of a number, behind one that is taken.
                Thing::Amount(_)
                    if at > 0
                        && self.waiting.is_empty()
                        && item
                            .mods
                            .without_any(&[Word::Firm, Word::Part, Word::Plain])
                            .is_empty()
                        && (item.text || self.has_firm(list[at - 1].last + 1..item.first)) =>
                {
                    let words = (list[at - 1].last + 1, item.last);
                    self.attempt_at(clause, &item, words);
                }
                _ => self.value_behind(&item),
            }
            at += 1;
        }
        items.list = list;
        if let Some(item) = self.unchanged {
            // 无变化:备案、淘汰
            for name in std::mem::take(&mut self.waiting) {
                self.value(name, &Item { mods: Mods::default(), ..item }, false);
            }
        }
        self.finish_named(items);
    }

    /// A name waits for its number.
    fn wait(&mut self, name: Name, list: &[Item], at: usize) {
        let item = list[at];
        let mut next = waiting(name, item.mods, item.first, item.last);
        if at > 0
            && at + 1 == list.len()
            && matches!(list[at - 1].thing, Thing::Amount(_))
            && list[at - 1].mods.has(Word::Correct)
            && let Some(fact) = self.found.facts.last_mut()
        {
            fact.said = Said::Unsure; // 小微企业120改成八大产业
        }
        next.joined = item.mods.has(Word::And) && !self.waiting.is_empty();
        next.explained = name.rate && !self.page.carries(name.indicator)
            || item.first < self.lacking_until
            || self.over_line.has(Word::Rate);
        if item.mods.has(Word::Part)
            && let Some(whole) = self.waiting.last_mut()
        {
            whole.explained = true;
        }
        self.waiting.push(next);
    }

    /// 没有小升规和限上: the zero in front is that of each name joined to the first; how many those are.
    fn joined_zeros(&mut self, behind: &[Item], zero: &Item) -> usize {
        let joined =
            |item: &&Item| matches!(item.thing, Thing::Name(_)) && item.mods.has(Word::And);
        let count = behind.iter().take_while(joined).count();
        if !matches!(zero.thing, Thing::Zero) || count < behind.len() {
            return 0;
        }
        for item in behind {
            let Thing::Name(name) = item.thing else { continue };
            let next = waiting(name, zero.mods, item.first, item.last);
            self.value(next, &Item { mods: Mods::default(), ..*zero }, false);
        }
        count
    }

    /// 任务:小升规5家;进度:小升规3家: behind a semicolon a heading of its own ends the one before.
    pub(in crate::message) fn heads_anew(&mut self, clause: &Clause) {
        let tokens = &self.page.tokens[clause.tokens.clone()];
        let head = |token: &&crate::message::tokens::Token| {
            !matches!(token.kind, Kind::Name(_) | Kind::Value(..))
        };
        let head = &tokens[..tokens.iter().take_while(head).count()];
        if !head.iter().any(|token| token.is_mark(':')) {
            return;
        }
        if clause.before == Break::Stop {
            (self.over_line, self.heading_line) = (Mods::default(), false);
        }
        // 排名:小升规第3,个转企第5
        if head.iter().any(|token| token.is_word(Word::Rate)) {
            (self.over_line, self.over_from) = (self.over_line | Mods::of(Word::Rate), 0);
        }
    }

    /// What stands behind a name that has its number in front, and makes it no figure: 2家小升规待审批;
    /// 为12家小微企业解决问题 is what was done for them, and not what came of it.
    fn behind_name(items: &Items) -> Mods {
        let deed = items.tail.has_any(&[Word::Talk, Word::Visit, Word::Decrease]);
        let deed = deed && !items.all.has(Word::Courtesy);
        let exclude = if deed { Mods::of(Word::Exclude) } else { Mods::default() };
        exclude | items.tail.only(&[Word::Underway, Word::Void])
    }

    /// Words in front of the first name that hold for all names of the sentence: 今年, 5月份新增,
    /// 本周:, 累计完成:.
    fn in_front(&mut self, clause: &Clause, items: &Items) {
        let Some(Item { thing: Thing::Name(name), mods, first, .. }) = items.list.first() else {
            return;
        };
        // 本周小微企业成长计划情况如下:新增小微企业120家 has a heading in front.
        let value = items.list.iter().find(|item| !matches!(item.thing, Thing::Name(_)));
        let before = value.map(|value| &self.page.tokens[clause.tokens.start..value.first]);
        if before.is_none_or(|before| before.iter().any(|token| token.is_word(Word::Heading))) {
            return;
        }
        let when = mods.only(&[Word::Stretch, Word::Year, Word::LastYear]);
        if !when.is_empty() && !mods.has_any(&[Word::Total, Word::Sum]) {
            self.stretch = when;
            if name.new || mods.has(Word::New) {
                self.stretch |= Mods::of(Word::New);
            }
        }
        let tokens = &self.page.tokens[clause.tokens.start..*first];
        let colon = tokens.last().is_some_and(|token| token.is_mark(':'));
        let new = mods.has_any(&[Word::New, Word::Increase]);
        let heading = |words: &[Word]| {
            let heads = |token: &crate::message::tokens::Token| matches!(token.kind, Kind::Word(word) if words.contains(&word));
            colon && tokens.iter().any(heads)
        };
        self.holds_for_all((*first, *mods), colon, &heading);
        if heading(&[Word::Total]) {
            self.listed = Some(Said::Total);
        } else if heading(&[Word::Period]) && !new {
            let alone = tokens.len() == 2 || heading(&[Word::Done]);
            self.listed = Some(Said::Period).filter(|_| heading(&[Word::Done]));
            self.this_period = alone;
        }
        self.this_period |= mods.has(Word::Period) && !new;
    }

    /// 目标:小微1647,八大571; 下周计划小微20,八大5; 本周新增:小微12;八大3: what stands in front of the first name
    /// and makes all that follow no figures, estimates, corrections or additions.
    fn holds_for_all(
        &mut self,
        (first, mods): (usize, Mods),
        colon: bool,
        heading: &dyn Fn(&[Word]) -> bool,
    ) {
        let mut over = mods.only(&[Word::Future, Word::County]);
        if !mods.has(Word::Done) {
            over |= mods.only(&[Word::Target]);
        }
        if mods.has_any(&[Word::Total, Word::Sum]) {
            over = Mods::default();
        }
        over |= mods.only(&[Word::Rate]); // 完成率个转企100%,八大产业100%
        if !over.is_empty() {
            self.over_from = first;
        }
        self.over |= over;
        if !colon {
            return;
        }
        self.over_line |= over;
        for word in [Word::Rate, Word::About] {
            if heading(&[word]) {
                self.over_line |= Mods::of(word);
                self.over_from = 0; // of the first name too: its own colon took the word away
            }
        }
        if heading(&[Word::Left]) {
            self.over_line |= Mods::of(Word::Target);
            self.over_from = 0;
        }
        self.correcting |= heading(&[Word::Correct]);
        let growth = heading(&[Word::New, Word::Increase]);
        self.heading_line |= growth && heading(&[Word::Period, Word::Compare]);
    }

    /// 本周新增(家):实绩2 备案3
    pub(in crate::message) fn growth_in_brackets(&mut self, clause: &Clause) {
        let tokens = self.page.tokens;
        let start = clause.tokens.start;
        if clause.before != Break::Close || !tokens.get(start).is_some_and(|t| t.is_mark(':')) {
            return;
        }
        let open = tokens[..start].iter().rev().take(5).position(|token| token.is_mark('('));
        let Some(open) = open.map(|back| start - 1 - back) else { return };
        let word = |back: usize, words: &[Word]| {
            let token = open.checked_sub(back).map(|at| tokens[at].kind);
            matches!(token, Some(Kind::Word(word)) if words.contains(&word))
        };
        let growth = word(1, &[Word::New, Word::Increase]);
        self.heading_line |= growth && word(2, &[Word::Period, Word::Compare]);
    }

    /// What is left of a clause when its items have been read.
    pub(super) fn finish_named(&mut self, items: &Items) {
        let last_is_name = matches!(items.list.last(), Some(Item { thing: Thing::Name(_), .. }));
        if last_is_name && let Some(&waiting) = self.waiting.last() {
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
        let told = items.text.is_some()
            || items.foreign
            || items.all.has_any(&[
                Word::Heading,
                Word::Talk,
                Word::Contact,
                Word::Rate,
                Word::Of,
                Word::Underway,
            ])
            || items.tail.has_any(&[Word::Target, Word::Correct]);
        // 小升规在全市排名第2位,累计6家: whose rank it is, and not whose figure.
        let ranked = items.all.has_any(&[Word::Rate, Word::Ordinal]);
        let tail = if ranked { items.tail.without(Word::County) } else { items.tail };
        // Names may wait over many clauses: nothing to tell them, nothing to do.
        if told || !tail.is_empty() {
            for waiting in &mut self.waiting {
                waiting.explained |= told;
                waiting.mods |= tail;
            }
        }
        if items.all.has(Word::Respectively) && !self.waiting.is_empty() {
            self.in_order = std::mem::take(&mut self.waiting);
            self.in_order.reverse();
        }
    }

    /// Whether 企业 stands alone among these tokens.
    fn has_firm(&self, tokens: std::ops::Range<usize>) -> bool {
        let tokens = self.page.tokens.get(tokens).unwrap_or_default();
        tokens.iter().any(|token| token.kind == Kind::Word(Word::Firm))
    }

    fn plain_names(items: &Items) -> bool {
        !items.list.iter().any(|item| matches!(item.thing, Thing::Amount(_) | Thing::Zero))
    }

    /// Numbers in front of a name that has its own number behind it: 1 小升规 2, 6.21 小升规 2.
    pub(super) fn drop_list_numbers(&self, items: &mut Items) {
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
            // 小升规 2 科技 9 限上 6: the 9 has words of its own.
            // 小升规2企业4限上2, 科技4限上5
            let own_words = match at.checked_sub(1) {
                Some(before) => {
                    list[at].text || self.has_firm(list[before].last + 1..list[at].first)
                }
                None => self.touches_words(&list[0]),
            };
            // 各位领导好 6.21 小升规2
            let mods = list[at].mods.without_any(if at == 0 { &[Word::Talk] } else { &[] });
            if bare && named && full && first && !own_words && mods.is_empty() {
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

    /// 科技4限上5, 科技3 规上2: a number that touches unknown words in front of it.
    fn touches_words(&self, number: &Item) -> bool {
        let tokens = self.page.tokens;
        let behind_text = number.first.checked_sub(1).is_some_and(|at| {
            matches!(tokens[at].kind, Kind::Text) || tokens[at].is_word(Word::Firm)
        });
        behind_text && tokens[number.first].close()
    }

    pub(super) fn is_small(item: &Item) -> bool {
        matches!(item.thing, Thing::Amount(amount) if amount.measure.is_some())
    }

    /// 八大产业45,120家小微企业: a comma between names divides a list, not thousands.
    fn is_two(&self, list: &[Item], at: usize) -> bool {
        let halves =
            matches!(list[at].thing, Thing::Amount(amount) if amount.number.halves.is_some());
        let name =
            |index: usize| matches!(list.get(index).map(|item| item.thing), Some(Thing::Name(_)));
        halves && !self.waiting.is_empty() && name(at + 1) && (at + 2 == list.len() || name(at + 2))
    }

    /// Whether the number at `at` is for the name behind it: 20家小升规.
    pub(super) fn is_for_next(&self, list: &[Item], at: usize) -> bool {
        let is_name =
            |index: usize| matches!(list.get(index), Some(Item { thing: Thing::Name(_), .. }));
        if !is_name(at + 1) || list[at + 1].mods.has_any(&[Word::And, Word::Part]) {
            return false;
        }
        let apart = !self.page.tokens[list[at + 1].first].close();
        if self.counts_list(&list[at]) || apart && at == 0 && self.touches_words(&list[at]) {
            return false;
        }
        let waits = match at.checked_sub(1) {
            // 3 个转企、20小升规: a name with its own number in front waits for no other's.
            None => self.waiting.last().is_some_and(|name| !self.is_listed(name)),
            Some(before) => {
                is_name(before) && self.waiting.last().is_some_and(|w| w.last == list[before].last)
            }
        };
        let has_own = at + 2 < list.len() && !is_name(at + 2);
        !waits && (!has_own || is_name(list.len() - 1))
    }
}
