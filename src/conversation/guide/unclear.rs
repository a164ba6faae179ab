//! What the form says of an entry that it cannot take.

use super::Guide;
use crate::conversation::Turn;
use crate::conversation::report::settle;
use crate::message::{Ask, Reason};
use crate::plan::IndicatorId;
use crate::texts;
use crate::texts::contexts::{self, Question};

/// 大概100, 2.5: a number and no name, which is not clear as what the form asks for either: why, in words.
pub(super) fn unclear(
    turn: &Turn<'_>,
    guide: &Guide,
    id: IndicatorId,
    text: &str,
) -> Option<String> {
    let read = |text: &str| turn.desk.lexicon.read(turn.plan, guide.unit, text);
    let nameless = |ask: &Ask| matches!(ask.reason, Reason::MissingName | Reason::NotWhole);
    let bare = read(text);
    let said_alone = bare.rest.is_none() && bare.period.is_none() && bare.figures.is_empty();
    if !said_alone || bare.asks.is_empty() || !bare.asks.iter().all(nameless) {
        return None;
    }
    let named = read(&format!("{} {text}", turn.plan.indicator(id).short));
    let [ask] = &named.asks[..] else { return None };
    let about = named.figures.is_empty() && ask.indicator == Some(id);
    let remark = settle::remark(turn, guide.unit, ask);
    about.then(|| put(turn, guide, &remark))
}

/// A remark in words.
pub(super) fn put(turn: &Turn<'_>, guide: &Guide, remark: &Question) -> String {
    let unit = turn.plan.unit(guide.unit).name.clone();
    texts::render(turn.language, &contexts::Remark { question: remark.clone(), unit })
}
