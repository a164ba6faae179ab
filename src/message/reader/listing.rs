//! Lists as the bot itself writes them, pasted or forwarded: `6 小升规、7 科技型企业` with each
//! indicator's own number in front of it, 未报: with what is missing behind it, 120家 / 600家 with
//! the target behind the slash. None of these numbers is reported.

use super::{Page, Reader, Waiting};
use crate::message::items::{Item, Items, Thing};
use crate::message::segments::{Break, Clause};
use crate::message::tokens::{Kind, Token};
use crate::message::words::Word;

/// Says that what stands in the list behind it, or the name before it, was not reported.
const LACKING: [&str; 12] = [
    "未报",
    "没报",
    "还没报",
    "未上报",
    "未填报",
    "未报送",
    "缺报",
    "还缺",
    "尚缺",
    "缺",
    "漏报",
    "补报",
];

/// How far in front of a list's colon the words stand that say what it lists.
const FAR: usize = 12;

impl Reader<'_> {
    /// 6 小升规: a bare number that is the name's own is its list number and never its value.
    ///
    /// Behind another name it is that one's value (小升规7科技型企业9), unless that one has its own
    /// number in front too (6 小升规 7 科技型企业).
    pub(super) fn drop_own_numbers(&self, clause: &Clause, items: &mut Items) {
        if self.ahead && clause.tokens.start >= self.lacking_until {
            return; // 20小升规,3个转企: numbers stand in front of their names
        }
        let list = &mut items.list;
        let mut listed = match (clause.ordinal, list.first().map(|item| item.thing)) {
            (Some(token), Some(Thing::Name(name))) => {
                self.page.number_at(token) == Some(name.indicator)
            }
            _ => false,
        };
        let mut own: Vec<usize> = Vec::new();
        for at in 1..list.len() {
            let (before, behind) = list.split_at_mut(at);
            let (Some(number), Some(name)) = (before.last(), behind.first_mut()) else { continue };
            let behind_name = at > 1 && matches!(before[at - 2].thing, Thing::Name(_));
            // 小升规由2增加到3 个转企10户: the 3 has words of its own.
            let belongs = at > 1 && !number.mods.is_empty();
            let alone = !belongs && (listed || !behind_name);
            if alone && is_own_number(&self.page, number, name) {
                // 再3.1 公司制8: what is said of the number is said of the name, but that it is added.
                let added = number.mods.has(Word::Add);
                let mods = number.mods.without(Word::Add);
                name.mods |= if added { mods.without(Word::Increase) } else { mods };
                own.push(at - 1);
                listed = true;
            }
        }
        let (mut own, mut at) = (own.into_iter().peekable(), 0..);
        list.retain(|_| at.next().is_none_or(|at| own.next_if_eq(&at).is_none()));
    }

    /// Whether a name has its own number in front of it.
    pub(super) fn is_listed(&self, name: &Waiting) -> bool {
        let before = name.first.checked_sub(1);
        before.is_some_and(|at| self.page.number_at(at) == Some(name.name.indicator))
    }

    /// 未报:, 本期还缺3项:, in front of a list: its names wait for no numbers.
    pub(super) fn lists_missing(&mut self, clause: &Clause) {
        let tokens = self.page.tokens;
        let start = clause.tokens.start;
        if start < self.lacking_until {
            return;
        }
        let head = &tokens[clause.tokens.clone()];
        let head = &head[..head.len().min(FAR)];
        let Some(colon) = head.iter().position(|token| token.is_mark(':')) else { return };
        let named = |at: &usize| matches!(head[*at].kind, Kind::Name(_));
        if (0..colon).any(|at| named(&at)) || !(0..colon).any(|at| self.is_lacking(start + at)) {
            return;
        }
        // With nothing behind the colon, the list stands on the lines below.
        let list = tokens.get(start + colon + 1..).unwrap_or_default();
        let line = list.iter().take_while(|token| !token.is_mark('\n')).count();
        self.lacking_until = if line == 0 { tokens.len() } else { start + colon + 1 + line };
    }

    /// 未报 / 15家, 120家(本期新增5家) / 600家: behind the slash stands the target.
    pub(super) fn target_behind_slash(&self, clause: &Clause, items: &mut Items) {
        let Some(slash) = clause.tokens.start.checked_sub(1).filter(|slash| *slash > 0) else {
            return;
        };
        let tokens = self.page.tokens;
        let told = tokens[slash - 1].is_mark(')') && self.waiting.is_empty();
        if clause.before == Break::List
            && tokens[slash].is_mark('/')
            && (told && self.subject.is_some() || self.is_lacking(slash - 1))
            && let Some(Item { thing: Thing::Amount(_), mods, first, .. }) = items.list.first_mut()
            && *first == clause.tokens.start
        {
            *mods |= super::Mods::of(Word::Target);
        }
    }

    /// +3, 本周新增3家, 减少2家, 约3家: where the words begin that say how a number counts. Whoever
    /// reads a question's words again behind a name needs them.
    pub(super) fn counted_from(&self, item: &Item) -> usize {
        let counts = |token: &Token| match token.kind {
            Kind::Mark(mark) => matches!(mark, '+' | '-'),
            Kind::Word(word) => matches!(
                word,
                Word::New
                    | Word::Increase
                    | Word::Again
                    | Word::Add
                    | Word::More
                    | Word::Decrease
                    | Word::Minus
                    | Word::About
            ),
            _ => false,
        };
        // 本周3家 may be a total; 本周新增3家 is none.
        let when = |token: &Token| token.is_word(Word::Period) || token.is_word(Word::Compare);
        let before = |at: usize, fits: &dyn Fn(&Token) -> bool| {
            self.page.tokens[..at].iter().rev().take_while(|token| fits(token)).count()
        };
        let first = item.first - before(item.first, &counts);
        first - before(first, &when)
    }

    /// 3项:6 小升规: how many are listed, and no value of the first.
    pub(super) fn counts_list(&self, item: &Item) -> bool {
        let tokens = self.page.tokens;
        self.page.normal.text[..tokens[item.last].end].ends_with(['项', '个'])
            && tokens.get(item.last + 1).is_some_and(|next| next.is_mark(':'))
    }

    fn is_lacking(&self, at: usize) -> bool {
        let token = &self.page.tokens[at];
        matches!(token.kind, Kind::Word(_))
            && LACKING.contains(&&self.page.normal.text[token.start..token.end])
    }
}

/// 6 小升规, 6:小升规: a bare number in front of the name whose own it is.
fn is_own_number(page: &Page<'_>, number: &Item, name: &Item) -> bool {
    match (number.thing, name.thing) {
        (Thing::Amount(amount), Thing::Name(named)) => {
            let between = page.tokens.get(number.last + 1..name.first).unwrap_or_default();
            !named.numbered
                && between.iter().all(|token| matches!(token.kind, Kind::Mark(_)))
                && page.numbered(&amount) == Some(named.indicator)
        }
        _ => false,
    }
}
