//! How firmly a value was said: as a total, as an addition, or of something else.

use super::{Reader, Waiting};
use crate::message::items::{Item, Mods, Thing};
use crate::message::reading::Doubtful;
use crate::message::settle::Said;
use crate::message::words::Word;

impl Reader<'_> {
    /// Under way, called off, or what another stretch of time brought.
    fn is_unsure(&self, name: &Waiting, item: &Item, mods: Mods, new: bool) -> bool {
        if matches!(item.thing, Thing::Same) {
            return false;
        }
        let when = [Word::Stretch, Word::Year, Word::LastYear];
        let own = mods.has_any(&when);
        let now = item.mods.has_any(&[Word::Done, Word::Total, Word::Sum]);
        let mods = if own || now { mods } else { mods | self.stretch };
        if self.is_change_of_rate(name, item, mods) {
            return true;
        }
        let new = new || mods.has_any(&[Word::New, Word::Increase]);
        let outright = mods.has_any(&[Word::Total, Word::Sum]);
        // 小升规指标5家,完成2家: 指标 between a name and a number may as well be the target.
        let target = item.mods.has(Word::Number) && !item.mods.has_any(&[Word::Done, Word::Total]);
        let stretch = mods.has(Word::Stretch) && new
            || mods.has(Word::Year) && (new || !mods.has(Word::Done));
        // 小升规报多了,应该是2家; 小升规多报了,实际2家
        let right = [Word::Correct, Word::Done, Word::Total];
        let void = stands(name, item, Word::Void, &right);
        void || mods.has_any(&[Word::Exclude, Word::Visit])
            || mods.has(Word::Underway) && !matches!(item.thing, Thing::Zero)
            || mods.has(Word::LastYear)
            || stretch && !outright
            || target
    }

    /// Whether a total may have been meant as what one stretch of time brought.
    pub(super) fn doubt(&self, name: &Waiting, item: &Item, said: Said) -> Option<Doubtful> {
        let mods = name.mods | item.mods;
        let outright = [Word::Total, Word::Sum, Word::Correct, Word::AsOf];
        if mods.has_any(&outright)
            || self.page.plan.indicator(name.name.indicator).measure.is_rate()
        {
            return None;
        }
        match said {
            Said::Total | Said::Increment | Said::Unsure => None,
            _ if (mods | self.stretch).has_any(&[Word::Stretch, Word::Year]) => {
                Some(Doubtful::Stretch)
            }
            _ if self.this_period
                || item.mods.has(Word::Period)
                || name.mods.has(Word::Period) && !mods.has(Word::Heading) =>
            {
                Some(Doubtful::Period)
            }
            _ if item.mods.has(Word::New) => Some(Doubtful::New),
            _ => None,
        }
    }

    pub(super) fn said(&self, name: &Waiting, item: &Item, mods: Mods) -> Said {
        let plus = matches!(item.thing, Thing::Amount(amount) if amount.plus);
        let new = mods.has(Word::New) || name.name.new;
        let firm = mods.has(Word::Total);
        let rate = self.page.plan.indicator(name.name.indicator).measure.is_rate();
        let changes = |word| stands(name, item, word, &[Word::Correct]);
        let grows = (changes(Word::Increase) || changes(Word::Decrease)) && !rate;
        // 本周新增小微企业5; but 新增小微企业: 上周115, 本周120 are two totals.
        let period = name.mods.has(Word::Period) && new
            || item.mods.has(Word::Period) && mods.has(Word::New);
        let change = period || grows || mods.has(Word::Compare) || self.compared && new;
        let quiet = !mods.has_any(&[Word::Sum, Word::Done]);
        if self.is_unsure(name, item, mods, new) {
            return Said::Unsure;
        }
        match item.thing {
            Thing::Same => Said::Increment,
            Thing::Zero if mods.has(Word::Period) && !firm => Said::Increment,
            _ if plus => Said::Increment,
            // 本周:小升规新增1、限上新增2
            _ if self.this_period && item.mods.has(Word::New) && !firm => Said::Increment,
            _ if firm => Said::Total,
            _ if change => Said::Increment,
            _ if (self.heading || self.heading_line || self.carried) && quiet => Said::Increment,
            _ if mods.has(Word::Sum) => Said::Total,
            _ if mods.has(Word::New) || item.mods.has(Word::Period) => Said::New,
            _ if name.mods.has(Word::Period) => Said::Period,
            _ if name.name.new => Said::Named,
            _ => Said::Plain,
        }
    }
}

/// 小升规增加2家; but 小升规多了,应为2家 says how much there is: whether a word still stands where one
/// beside the number may lift what was said of the name.
pub(super) fn stands(name: &Waiting, item: &Item, word: Word, lifted_by: &[Word]) -> bool {
    item.mods.has(word) || name.mods.has(word) && !item.mods.has_any(lifted_by)
}
