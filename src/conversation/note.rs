//! Words that explain a report (说明): kept beside it, and shown to whoever reviews it.

use chrono::TimeDelta;

use super::Turn;
use super::event::Said;
use super::pending::{Note, Pending, PendingState};
use super::snapshot::{Account, ReportKey};
use crate::message::{Ask, Reason};
use crate::plan::UnitId;
use crate::texts::{Label, contexts};

/// How long after the answer its explanation is awaited; what comes later is read as usual.
const PATIENCE: TimeDelta = TimeDelta::minutes(30);

/// The longest note, in characters.
const LONGEST: usize = 500;

/// Takes a text as the explanation that an answer announced; false if none is awaited, or if the
/// text reports figures and says nothing of explaining.
pub(super) fn taken(turn: &mut Turn<'_>, said: &Said, account: &Account) -> bool {
    let awaited = |one: &&Pending| {
        one.state == PendingState::Noting
            && one.key.report.chat == said.place.chat
            && one.by == account.user
            && turn.moment.now - one.at <= PATIENCE
    };
    let latest = turn.snapshot.pending.values().filter(awaited).max_by_key(|one| one.at);
    let Some(pending) = latest.cloned() else { return false };
    let explains =
        ["说明", "因", "由于", "原因"].iter().any(|word| said.text.trim().starts_with(word));
    if !explains && (is_courtesy(&said.text) || reports(turn, pending.unit, &said.text)) {
        return false;
    }
    let report = pending.key.report;
    turn.effects.pending.push(Pending { state: PendingState::Closed, ..pending });
    keep(turn, said, account, report);
    true
}

/// Whether a text speaks of figures: clear ones, or such as must be asked about. A number that only
/// stands in a sentence (一家已注销) is part of an explanation.
fn reports(turn: &Turn<'_>, unit: UnitId, text: &str) -> bool {
    let read = |text: &str| turn.desk.lexicon.read(turn.plan, unit, text);
    let mut reading = read(text);
    if reading.period.is_some() {
        // 上周多算了一家 explains; 上周小升规2 reports.
        reading = read(&reading.unlabelled(text));
    }
    let alone = |ask: &Ask| ask.said.trim() == text.trim();
    let speaks = |ask: &Ask| match ask.reason {
        Reason::MissingName | Reason::MissingValue => alone(ask),
        Reason::UnknownName | Reason::UnknownValue => false,
        _ => true,
    };
    !reading.figures.is_empty() || reading.rest.is_some() || reading.asks.iter().any(speaks)
}

/// Words by which something is wrong, without a word of what.
const COMPLAINTS: &[&str] = &[
    "错了",
    "错的",
    "报错了",
    "写错了",
    "填错了",
    "弄错了",
    "搞错了",
    "不对",
    "不对啊",
    "有误",
    "数据有误",
    "数字错了",
    "这个错了",
    "这个不对",
    "更正",
    "需要更正",
    "要改",
    "改一下",
];

/// Whether a text only says that something is wrong.
pub(super) fn is_complaint(text: &str) -> bool {
    let plain = |c: char| c.is_whitespace() || "。.!\u{ff01}，,".contains(c);
    COMPLAINTS.contains(&text.trim_matches(plain))
}

/// Words that are said out of courtesy and explain nothing.
const COURTESIES: &[&str] = &[
    "谢谢",
    "谢谢您",
    "谢谢你",
    "感谢",
    "多谢",
    "谢了",
    "辛苦了",
    "您辛苦了",
    "收到",
    "收到了",
    "收到谢谢",
    "好",
    "好的",
    "好的谢谢",
    "好滴",
    "好嘞",
    "行",
    "可以",
    "嗯",
    "嗯嗯",
    "哦",
    "噢",
    "对",
    "对的",
    "是",
    "是的",
    "没错",
    "正确",
    "无误",
    "确认",
    "知道了",
    "明白",
    "明白了",
    "了解",
    "没问题",
    "ok",
    "okay",
    "thanks",
    "thank you",
    "yes",
    "\u{1f44c}",
    "\u{1f44d}",
    "\u{1f64f}",
];

pub(super) fn is_courtesy(text: &str) -> bool {
    let kept = |c: &char| !"。.!！，,~～、".contains(*c);
    let words: String = text.trim().to_lowercase().chars().filter(kept).collect();
    COURTESIES.contains(&words.trim())
}

/// Keeps a note beside a report. Thanks are answered and not kept.
pub(super) fn keep(turn: &mut Turn<'_>, said: &Said, account: &Account, report: ReportKey) {
    if is_courtesy(&said.text) {
        let html = Label::YouAreWelcome.text(turn.language);
        return turn.say((&said.place, said.message), html, &[], None);
    }
    let words = said.text.trim();
    let words = words.strip_prefix("说明").unwrap_or(words);
    let words = words.trim_start_matches([':', '\u{ff1a}', ' ', '，']).trim();
    let text: String = words.chars().take(LONGEST).collect();
    turn.effects.notes.push(Note {
        report,
        by: account.user,
        at: turn.moment.now,
        text: text.clone(),
    });
    turn.reply(&said.place, Some(said.message), &contexts::Noted { text }, &[]);
}
