//! Attempts at names that nobody knows, and the words beside a number that may be one.

use super::{Reader, Waiting};
use crate::message::items::{Amount, Item, Items, Thing};
use crate::message::reading::Reason;
use crate::message::segments::{Break, Clause};
use crate::message::tokens::{Kind, Token};
use crate::message::words::{Measure, Word};

impl<'a> Reader<'a> {
    /// A number beside words that are no name: an attempt at one, or ordinary talk.
    pub(super) fn attempt(&mut self, clause: &Clause, items: &Items) {
        for item in &items.list {
            let text = items.text.unwrap_or((clause.tokens.start, item.last));
            if self.attempt_at(clause, item, text) {
                return;
            }
        }
    }

    /// The same for one number and the first and last token of the words beside it.
    pub(super) fn attempt_at(
        &mut self,
        clause: &Clause,
        item: &Item,
        text: (usize, usize),
    ) -> bool {
        let page = &self.page;
        // A share beside words is a remark; beside G12 it is an attempt at a goal.
        let latin = page.tokens[text.0].kind == Kind::Latin;
        // 经发办 88901234: where to call.
        let telephone = |amount: &Amount| {
            amount.is_bare() && amount.number.plain && (7..=8).contains(&amount.number.width)
        };
        let figure = matches!(item.thing, Thing::Amount(amount)
            if latin || amount.measure != Some(Measure::Percent) && !telephone(&amount));
        // (6.21 兰江街道 13800000000) dates and signs the message.
        let signed = || {
            let mut tokens = page.tokens[clause.tokens.clone()].iter();
            tokens.any(|token| matches!(token.kind, Kind::Inert | Kind::Unit(_)))
        };
        if !figure || self.is_no_figure(item, item.mods) || self.is_date(item, true) && signed() {
            return false;
        }
        let (first, last) = (text.0.min(item.first), text.1.max(item.last));
        let said = page.span(first..last + 1);
        let piece = self.piece(clause, item);
        let choices = page.lexicon.with_piece(piece);
        let beside = |subject: &Waiting| {
            subject.last >= clause.tokens.start
                || matches!(clause.before, Break::Comma | Break::List)
        };
        let subject = self.waiting.last().copied().or(self.subject);
        if let Some(subject) = subject.filter(|subject| !piece.is_empty() && beside(subject))
            && self.turns(&subject, piece)
        {
            // 低散乱关停15家、整治5家: another value of the same.
            if self.waiting.is_empty() {
                self.take(&subject, &Item { text: false, ..*item });
            } else {
                self.value_behind(&Item { text: false, ..*item });
            }
            return true;
        }
        let reason = if piece.is_empty() || choices.len() < 2 {
            Reason::UnknownName
        } else {
            Reason::Ambiguous
        };
        self.found.ask(reason, said).choices = choices;
        true
    }

    /// The words beside a number that stand where a name should.
    pub(super) fn piece(&self, clause: &Clause, item: &Item) -> &'a str {
        let tokens = self.page.tokens;
        let part = |token: &Token| {
            matches!(token.kind, Kind::Text | Kind::Latin | Kind::Measure(_))
                || matches!(token.kind, Kind::Word(Word::Firm | Word::Plain))
        };
        // 企业新增3家, 企业+3: what says how the number counts stands between.
        let counts = |token: &Token| {
            token.is_mark('+') || matches!(token.kind, Kind::Word(Word::New | Word::Increase))
        };
        let mut end = item.first;
        while end > clause.tokens.start && counts(&tokens[end - 1]) {
            end -= 1;
        }
        let mut first = end;
        while first > clause.tokens.start && part(&tokens[first - 1]) {
            first -= 1;
        }
        // 高新企业: short words inside unknown text belong to it.
        let mut run = first;
        while first < end && run > clause.tokens.start && tokens[run].close() {
            run -= 1;
            match tokens[run].kind {
                Kind::Text | Kind::Latin => first = run,
                Kind::Word(_) => {}
                _ => break,
            }
        }
        let range = if first < end {
            first..end
        } else {
            let behind = tokens[item.last + 1..clause.tokens.end].iter();
            item.last + 1..item.last + 1 + behind.take_while(|token| part(token)).count()
        };
        if range.is_empty() {
            return "";
        }
        &self.page.normal.text[tokens[range.start].start..tokens[range.end - 1].end]
    }
}
