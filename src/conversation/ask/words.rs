//! Words that answer a question as one of its buttons would.
//!
//! Whole texts only, from closed lists: a text that says more is a message of its own.

use super::{Answer, circled, face};
use crate::conversation::pending::{Choice, Pending};
use crate::conversation::{Turn, choices};
use crate::plan::Measure;

/// Words for 是累计数, beside the button's face.
const TOTALS: &[&str] =
    &["累计", "是累计", "累计的", "是累计的", "累计数", "都是累计", "都是累计数", "总数", "是总数"];
/// Words for 是本期新增数, beside the button's face.
const ADDITIONS: &[&str] = &[
    "新增",
    "是新增",
    "新增的",
    "是新增的",
    "新增数",
    "是新增数",
    "都是新增",
    "都是新增数",
    "本期新增",
    "是本期新增",
    "本期新增的",
    "本期新增数",
    "都是本期新增",
    "都是本期新增数",
    "本周新增",
    "是本周新增",
    "本周新增的",
    "本周新增数",
    "是本周新增数",
];
/// Words that confirm. 好的 and 收到 are not among them: people also say so when they will look again.
const YES: &[&str] =
    &["是", "是的", "对", "对的", "确认", "确定", "没错", "正确", "无误", "属实", "yes"];
/// Words by which nothing has changed, said to the question whether that is so.
const UNCHANGED: &[&str] = &["没有", "没有变化", "没变化", "无变化", "没变", "不变", "无"];
const NO: &[&str] = &[
    "否", "不", "不是", "不对", "错了", "不报", "不存", "不用", "取消", "算了", "no", "n", "没有",
];

/// The answer that words name: a button's face, ② or 选2, a name, a value, yes or no.
pub(super) fn in_words(turn: &Turn<'_>, pending: &Pending, text: &str) -> Option<Answer> {
    let plain =
        |c: char| c.is_whitespace() || matches!(c, '。' | '.' | '!' | '\u{ff01}' | '，' | ',');
    let words = text.trim_matches(plain).to_lowercase();
    if words.is_empty() || words.chars().count() > 30 {
        return None;
    }
    let choice = |at| Some(Answer::Choice { at, explain: false });
    let choices = &pending.asked.choices;
    for (at, one) in choices.iter().enumerate() {
        let face = face(turn, pending, at, one);
        let picked = words == format!("选{}", at + 1) || words == circled(at).to_string();
        if picked || words == face.to_lowercase() || names(turn, pending, one, &words) {
            return choice(at);
        }
    }
    let is = |list: &[&str]| list.contains(&words.as_str());
    match (choices.len(), pending.asked.reason.as_str()) {
        (_, "doubtful") if is(TOTALS) => choice(0),
        (2, "doubtful") if is(ADDITIONS) => choice(1),
        (1, "rest") if is(UNCHANGED) => choice(0),
        // To a name without a number 是的 says no number, and 没有 says zero.
        (_, "missing_value") if is(YES) || is(choices::NONE) => None,
        (1, _) if is(YES) => choice(0),
        _ if is(NO) => Some(Answer::Drop),
        _ => None,
    }
}

/// Whether words name what makes a choice differ from the others: its indicator, or its value.
fn names(turn: &Turn<'_>, pending: &Pending, choice: &Choice, words: &str) -> bool {
    let [pick] = choice.figures[..] else { return false };
    let plan = turn.plan;
    let Some(id) = plan.indicator_numbered(pick.indicator) else { return false };
    if pending.asked.about.is_none() {
        // A bare number is more likely a value than an annex number.
        return words.parse::<f64>().is_err() && plan.indicator_named(words) == Some(id);
    }
    let measure: &Measure = &plan.indicator(id).measure;
    pending.asked.reason == "conflict"
        && (words == measure.show(pick.value) || words == measure.number(pick.value))
}
