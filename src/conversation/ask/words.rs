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
    "本次新增",
    "这周新增",
    "增量",
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
    let words = words.trim_end_matches(choices::SOFT);
    if words.is_empty() || words.chars().count() > 30 {
        return None;
    }
    let choice = |at| Some(Answer::Choice { at, explain: false });
    let choices = &pending.asked.choices;
    let names_of = pending.asked.names();
    for (at, one) in choices.iter().enumerate() {
        let face = face(turn, pending, at, one).to_lowercase();
        let unnumbered = face.trim_start_matches(circled(at)).trim_start();
        if words == face
            || names_of && words == unnumbered
            || words == circled(at).to_string()
            || names(turn, pending, one, words)
        {
            return choice(at);
        }
    }
    if let Some(at) = place(words, choices.len()).or_else(|| numbered(pending, words)) {
        return choice(at);
    }
    // 确定21: yes, and what was meant.
    let confirmed = YES
        .iter()
        .find_map(|yes| words.strip_prefix(yes))
        .map(|rest| rest.trim_start_matches(|c: char| plain(c) || c == '就' || c == '是'));
    if let ([only], Some(value)) = (&choices[..], confirmed)
        && pending.asked.about.is_some()
        && is_value(turn, only, value)
    {
        return choice(0);
    }
    let counted = words.trim_start_matches(['按', '算', '都', '是']);
    let counted = counted.trim_end_matches(['报', '算', '的', '数']);
    let is = |list: &[&str]| list.contains(&words);
    let counts = |list: &[&str]| is(list) || !counted.is_empty() && list.contains(&counted);
    match (choices.len(), pending.asked.reason.as_str()) {
        (_, "doubtful") if counts(TOTALS) => choice(0),
        (2, "doubtful") if counts(ADDITIONS) => choice(1),
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
    if pending.asked.about.is_none() {
        let Some(id) = plan.indicator_numbered(pick.indicator) else { return false };
        // A bare number is more likely a value than an annex number.
        return words.parse::<f64>().is_err() && plan.indicator_named(words) == Some(id);
    }
    pending.asked.reason == "conflict" && is_value(turn, choice, words)
}

/// Whether words are the value of a choice of one figure.
fn is_value(turn: &Turn<'_>, choice: &Choice, words: &str) -> bool {
    let [pick] = choice.figures[..] else { return false };
    let Some(id) = turn.plan.indicator_numbered(pick.indicator) else { return false };
    let measure: &Measure = &turn.plan.indicator(id).measure;
    words == measure.show(pick.value) || words == measure.number(pick.value)
}

/// 选2, 第二个, 前者: the place of a choice among so many.
fn place(words: &str, count: usize) -> Option<usize> {
    match (words, count) {
        ("前者" | "前一个" | "前面的" | "前面那个", 2) => return Some(0),
        ("后者" | "后一个" | "后面的" | "后面那个", 2) => return Some(1),
        _ => {}
    }
    let chosen = words.strip_prefix('选').unwrap_or(words);
    let ordinal = chosen.strip_prefix('第').unwrap_or(chosen);
    if ordinal == words {
        return None; // 2 alone may be a number
    }
    let ordinal = ordinal.trim_end_matches(['个', '项', '种', '是', '的']);
    let number = match ordinal.chars().collect::<Vec<_>>()[..] {
        [c] => "一二三四五六七八九十".chars().position(|digit| digit == c).map(|at| at + 1),
        _ => None,
    };
    let number = number.or_else(|| ordinal.parse().ok())?;
    (1..=count).contains(&number).then(|| number - 1)
}

/// A bare number to a question which of several indicators is meant: ② or the indicator's own number,
/// where the two do not contradict each other.
fn numbered(pending: &Pending, words: &str) -> Option<usize> {
    let number: usize = words.parse().ok().filter(|_| pending.asked.names())?;
    let choices = &pending.asked.choices;
    let of = |choice: &Choice| choice.figures.first().map(|pick| pick.indicator.to_string());
    let own = choices.iter().position(|choice| of(choice).as_deref() == Some(words));
    let place = (1..=choices.len()).contains(&number).then(|| number - 1);
    match (own, place) {
        (Some(own), Some(place)) if own != place => None,
        (own, place) => own.or(place),
    }
}
