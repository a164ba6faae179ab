//! Evidence (佐证): a photo, a file or words that bear a figure out, kept beside the message that reported it.
//!
//! It comes as a reply to a read-back, a question or one's own report, beside words that report
//! figures, or with 佐证 in front. A file is kept as it came, named by its hash, and never opened.
//!
//! - `handing`: what is shown of it, and the files handed out
//! - `place`: which report it goes with

pub(super) mod handing;
mod place;

use chrono::{DateTime, Utc};
use serde_json::json;

use super::dialogue::{self, Dialogue, Subject, button};
use super::effects::{Blob, Button, FileOut};
use super::event::{ChatId, FileProblem, MessageId, Place, Said, SentFile, UserId};
use super::materials::{Kind as FileKind, MEGABYTE, MOST_BYTES, kept, kind};
use super::permissions::{Act, may};
use super::review::book::Cell;
use super::snapshot::{Account, ReportKey};
use super::{Turn, note};
use crate::message::{Kind, ReadFigure};
use crate::plan::{Period, UnitId};
use crate::sheet::read;
use crate::texts::Label;
use crate::texts::contexts::{EvidenceText, Named, PeriodWords};
pub(super) use place::Target;

/// Words with which people hand evidence in.
const WORDS: [&str; 5] = ["佐证材料", "佐证", "证明材料", "附件", "evidence"];

/// The longest words kept, in characters.
const LONGEST: usize = 500;

/// Something that bears a figure out: a row that is never changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// The message that reported what it is for.
    pub report: (ChatId, MessageId),
    /// The period that was for.
    pub period: Period,
    /// The one figure it is for; `None` for all that the message reported.
    pub cell: Option<Cell>,
    /// The file; `None` for words alone.
    pub file: Option<FileOut>,
    /// The words with it.
    pub text: String,
    /// Who handed it in.
    pub by: UserId,
    /// When.
    pub at: DateTime<Utc>,
}

/// What follows the word by which a text is evidence; `None` if it is none.
pub(super) fn announced(text: &str) -> Option<&str> {
    let text = text.trim();
    let rest = WORDS.iter().find_map(|word| text.strip_prefix(word))?;
    Some(rest.trim_start_matches(|c: char| c.is_whitespace() || "：:，,、-—".contains(c)))
}

/// Such words from where a unit may be named on.
pub(super) fn spoken(words: &str) -> &str {
    let apart = |c: char| c.is_whitespace() || "、，,；;：:".contains(c);
    let words = words.trim_start_matches(apart);
    words.strip_prefix("代报").unwrap_or(words).trim_start_matches(apart)
}

/// Whether a text that is announced like evidence is a report all the same: 附件 heads many a one.
fn heads_report(turn: &Turn<'_>, account: &Account, text: &str) -> bool {
    let words = text.trim().strip_prefix("附件").zip(account.unit);
    words.is_some_and(|(words, unit)| !figures_in(turn, unit, words).is_empty())
}

/// The figures that words report without a doubt.
fn figures_in(turn: &Turn<'_>, unit: UnitId, words: &str) -> Vec<ReadFigure> {
    turn.desk.lexicon.read(turn.plan, unit, words).figures
}

/// Whether words name a figure of a unit that is not in force as they say it.
pub(super) fn speaks_of_others(
    turn: &Turn<'_>,
    account: &Account,
    unit: UnitId,
    words: &str,
) -> bool {
    let words = place::about(turn, account, words).map_or(words, |(_, _, words)| words);
    figures_in(turn, unit, words).into_iter().any(|figure| {
        let holder = turn.plan.holder(unit, figure.indicator);
        let total = turn.snapshot.total(holder, figure.indicator);
        figure.kind != Kind::Total || total != Some(figure.value)
    })
}

/// Takes a text with 佐证 in front; false if it is none.
pub(super) fn said(turn: &mut Turn<'_>, said: &Said, account: &Account) -> bool {
    let Some(words) = announced(&said.text).filter(|_| said.place.group.is_none()) else {
        return false;
    };
    if heads_report(turn, account, &said.text) {
        return false;
    }
    let place = (said.place.chat, said.reply_to);
    let replied = place::replied(turn, place, account).map(|targets| (targets, words));
    match replied.or_else(|| place::named(turn, account, words)) {
        Some((targets, rest)) if !words.is_empty() => {
            let rest = place::unnamed(turn, rest);
            keep(turn, &said.place, account, &targets, (None, rest, words));
        }
        None if reports(turn, account, words) => return false,
        _ => turn.reply(&said.place, None, &usage(turn, account, words), &[]),
    }
    true
}

/// How to hand evidence in, and where it is if a plan below has the report.
fn usage(turn: &Turn<'_>, account: &Account, words: &str) -> EvidenceText {
    let below = place::rolled_up(turn, account, words);
    EvidenceText::Usage { on_behalf: may(account.role, Act::ReportFor), below }
}

/// Keeps words in reply to what was flagged as evidence; false if they report a figure.
pub(super) fn explained(turn: &mut Turn<'_>, said: &Said, account: &Account) -> bool {
    let place = (said.place.chat, said.reply_to);
    let Some(targets) = place::replied(turn, place, account) else { return false };
    // A number alone is the figure put right; one in a sentence (一家已迁移) explains.
    if is_number(&said.text) || reports(turn, account, &said.text) {
        return false;
    }
    if note::is_courtesy(&said.text) {
        let html = Label::YouAreWelcome.text(turn.language);
        turn.say((&said.place, said.message), html, &[], None);
        return true;
    }
    keep(turn, &said.place, account, &targets, (None, &said.text, &said.text));
    true
}

/// Whether a text is a number and nothing else: 6, 6家, 应为六家.
fn is_number(text: &str) -> bool {
    const BEFORE: [&str; 9] = ["应为", "改为", "更正为", "实为", "实际", "累计", "共", "为", "是"];
    let plain = |c: char| c.is_whitespace() || "。.!\u{ff01}，,：:".contains(c);
    let words = text.trim_matches(plain);
    let words = BEFORE.iter().find_map(|word| words.strip_prefix(word)).unwrap_or(words);
    let digit = |c: char| {
        c.is_ascii_digit() || "０１２３４５６７８９零一二两三四五六七八九十百千万亿.".contains(c)
    };
    let end = words.find(|c| !digit(c) && !plain(c)).unwrap_or(words.len());
    // What follows is a unit of measure: two or three characters, no sentence.
    end > 0 && words[end..].chars().count() <= 3
}

/// Whether words report figures.
fn reports(turn: &Turn<'_>, account: &Account, words: &str) -> bool {
    let Some(unit) = account.unit else { return false };
    let reading = turn.desk.lexicon.read(turn.plan, unit, words);
    !reading.figures.is_empty()
        || reading.rest.is_some()
        || reading.asks.iter().any(|ask| ask.indicator.is_some())
}

/// Takes a file that replies to a report, or to what was sent back or flagged; false if it does not,
/// or if the words beside it are a report of their own.
pub(super) fn replied(turn: &mut Turn<'_>, sent: &SentFile, account: &Account) -> bool {
    let Some(targets) = place::replied(turn, (sent.place.chat, sent.reply_to), account) else {
        return false;
    };
    let words = announced(&sent.caption);
    if words.is_none() && reports(turn, account, &sent.caption) || is_form(turn, sent, account) {
        return false;
    }
    let words = words.unwrap_or(&sent.caption);
    take(turn, sent, account, &targets, words);
    true
}

/// Takes a file with 佐证 beside it; false if it has not, or reports what it bears out itself.
pub(super) fn worded(turn: &mut Turn<'_>, sent: &SentFile, account: &Account) -> bool {
    let Some(words) = announced(&sent.caption) else { return false };
    if heads_report(turn, account, &sent.caption) {
        return false;
    }
    match place::named(turn, account, words) {
        Some((targets, rest)) => {
            take(turn, sent, account, &targets, place::unnamed(turn, rest));
        }
        None if reports(turn, account, words) => return false,
        None => turn.reply(&sent.place, None, &usage(turn, account, words), &[]),
    }
    true
}

/// Whether a file is a table with figures, so that a reply to a read-back corrects by it.
fn is_form(turn: &Turn<'_>, sent: &SentFile, account: &Account) -> bool {
    let (FileKind::Table, Ok(contents), Some(unit)) =
        (kind(&sent.file.name), &sent.file.contents, account.unit)
    else {
        return false;
    };
    let reading = read(&turn.desk.lexicon, turn.plan, unit, None, contents.bytes());
    reading.is_ok_and(|reading| !reading.figures.is_empty())
}

/// Keeps a file beside what its own words have just reported or explained. Says so, or why it is not kept.
pub(super) fn beside(turn: &mut Turn<'_>, sent: &SentFile, account: &Account) -> bool {
    let own = (sent.place.chat, sent.message);
    let noted = turn.effects.notes.last().map(|note| (note.report.chat, note.report.message));
    let Some(message) = Some(own).filter(|own| reported_now(turn, *own)).or(noted) else {
        return false;
    };
    let Some(target) = place::of_message(turn, message, account) else { return false };
    take(turn, sent, account, &[target], "");
    true
}

/// Asks whether a file goes with the last report, whose words say nothing of it; false if there is none,
/// or if the file may be something else.
pub(super) fn offered(turn: &mut Turn<'_>, sent: &SentFile, account: &Account) -> bool {
    let picture = matches!(kind(&sent.file.name), FileKind::Picture | FileKind::Document);
    let Some(report) = last_report(turn, account).filter(|_| picture) else { return false };
    let said = sent.caption.trim();
    let other =
        reports(turn, account, said) || ["/", "代报"].iter().any(|start| said.starts_with(start));
    let Some((file, blob)) = kept(sent).filter(|_| !other) else { return false };
    turn.effects.kept.push(blob);
    // Several photos come one by one: one question is for all of them.
    let open = dialogue::open(turn, sent.place.chat, account);
    let (mut files, mut words) = match open.as_ref().map(|dialogue| &dialogue.about) {
        Some(Subject::Evidence { files, report: same, words }) if *same == report => {
            (files.clone(), words.clone())
        }
        _ => (Vec::new(), String::new()),
    };
    files.push(file);
    if !said.is_empty() {
        words = if words.is_empty() { said.to_owned() } else { format!("{words}；{said}") };
        words = words.chars().take(LONGEST).collect();
    }
    let text = EvidenceText::Ask {
        names: files.iter().map(|file| file.name.clone()).collect(),
        of: words_of(turn, account, report),
    };
    let buttons = vec![vec![is_evidence(turn), is_none(turn)]];
    let about = Subject::Evidence { files, report, words };
    match open.filter(|dialogue| matches!(dialogue.about, Subject::Evidence { .. })) {
        Some(dialogue) => dialogue::update(turn, &dialogue, about, (&text, buttons), None),
        None => dialogue::begin(turn, sent.place.chat, about, &text, buttons),
    }
    true
}

/// The button that takes a file as evidence for the last report.
pub(super) fn is_evidence(turn: &Turn<'_>) -> Button {
    button(Label::EvidenceIs.text(turn.language).to_owned(), "evidence")
}

fn is_none(turn: &Turn<'_>) -> Button {
    button(Label::EvidenceIsNot.text(turn.language).to_owned(), "drop")
}

/// The last report of one's own that a file may bear out.
pub(super) fn last_report(turn: &Turn<'_>, account: &Account) -> Option<ReportKey> {
    place::newest(turn, account, None)
}

/// The report in a few words.
fn words_of(turn: &Turn<'_>, account: &Account, key: ReportKey) -> Vec<String> {
    let target = place::of_message(turn, (key.chat, key.message), account);
    let ids = target.iter().flat_map(|target| &target.figures);
    ids.map(|id| turn.plan.indicator(*id).short.clone()).collect()
}

/// The answer that files are evidence; false if the report is not there any more.
pub(super) fn chosen(
    turn: &mut Turn<'_>,
    account: &Account,
    dialogue: &Dialogue,
    (files, report, words): (&[FileOut], ReportKey, &str),
    at: Option<MessageId>,
) -> bool {
    let Some(target) = place::of_message(turn, (report.chat, report.message), account) else {
        return false;
    };
    for file in files {
        enter(turn, account, &target, Some(file.clone()), words);
    }
    let names = files.iter().map(|file| file.name.clone()).collect();
    let text = taken(turn, &[target], names, words);
    dialogue::finish(turn, dialogue, &text, at);
    true
}

/// Keeps a file that has come, or says why it cannot be.
fn take(turn: &mut Turn<'_>, sent: &SentFile, account: &Account, targets: &[Target], words: &str) {
    if let Some(file) = kept(sent) {
        let said = announced(&sent.caption).unwrap_or_default();
        return keep(turn, &sent.place, account, targets, (Some(file), words, said));
    }
    refuse(turn, sent);
}

/// Says why a file is not kept.
pub(super) fn refuse(turn: &mut Turn<'_>, sent: &SentFile) {
    let why = match &sent.file.contents {
        Err(FileProblem::TooBig) => "too_big",
        Err(FileProblem::Unavailable | FileProblem::NotFetched) => "unavailable",
        Ok(_) => "kind",
    };
    let (name, most) = (sent.file.name.clone(), MOST_BYTES / MEGABYTE);
    let text = EvidenceText::Refused { name, why, most };
    turn.reply(&sent.place, Some(sent.message), &text, &[]);
}

/// Keeps it beside the reports it is for, and says so; whoever sent back or flagged the figure is told.
fn keep(
    turn: &mut Turn<'_>,
    place: &Place,
    account: &Account,
    targets: &[Target],
    (file, words, said): (Option<(FileOut, Blob)>, &str, &str),
) {
    let words: String = words.trim().chars().take(LONGEST).collect();
    let (file, blob) = file.unzip();
    turn.effects.kept.extend(blob);
    for target in targets {
        enter(turn, account, target, file.clone(), &words);
        handing::tell(turn, account, target, (file.as_ref(), &words));
    }
    let names = file.iter().map(|file| file.name.clone()).collect();
    let text = taken(turn, targets, names, &words);
    turn.reply(place, None, &text, &[]);
    // The figures of a sentence are no report, and that must not go unsaid.
    let unit = targets.first().map(|target| target.unit);
    if unit.is_some_and(|unit| speaks_of_others(turn, account, unit, said)) {
        let html = Label::EvidenceIsNoReport.text(turn.language);
        turn.say((place, MessageId(0)), html, &[], None);
    }
}

/// Whether a message reports in this turn.
fn reported_now(turn: &Turn<'_>, message: (ChatId, MessageId)) -> bool {
    turn.effects.reports.iter().any(|report| (report.key.chat, report.key.message) == message)
}

/// Writes the row.
fn enter(
    turn: &mut Turn<'_>,
    account: &Account,
    target: &Target,
    file: Option<FileOut>,
    words: &str,
) {
    let hash = file.as_ref().map(|file| file.hash[..8].to_owned());
    let unit = turn.plan.unit(target.unit).code.to_string();
    let subject = format!("{}:{}", target.message.0.0, target.message.1.0);
    turn.audit(account.user, "evidence", subject, json!({ "unit": unit, "file": hash }));
    turn.effects.evidence.push(Evidence {
        report: target.message,
        period: target.period,
        cell: target.cell,
        file,
        text: words.to_owned(),
        by: account.user,
        at: turn.moment.now,
    });
}

fn taken(turn: &Turn<'_>, targets: &[Target], names: Vec<String>, words: &str) -> EvidenceText {
    let mut figures: Vec<Named> = Vec::new();
    for id in targets.iter().flat_map(|target| &target.figures) {
        let figure = Named::of(turn.plan, *id);
        if !figures.contains(&figure) {
            figures.push(figure);
        }
    }
    let first = targets.first();
    EvidenceText::Taken {
        unit: first.map(|one| turn.plan.unit(one.unit).name.clone()).unwrap_or_default(),
        period: first.map(|one| PeriodWords::of(turn.plan, one.period)),
        figures,
        names,
        words: words.to_owned(),
        beside: targets.iter().all(|target| reported_now(turn, target.message)),
    }
}

#[cfg(test)]
mod tests {
    use super::{announced, is_number};

    #[test]
    fn a_number_alone_is_told_from_a_sentence_with_one() {
        for text in ["6", " 6家。", "应为六家", "改为3.5亿元", "共12户"] {
            assert!(is_number(text), "{text}");
        }
        for text in ["其中一家为迁移，不是注销", "一家已迁移走了", "见照片", "", "家"]
        {
            assert!(!is_number(text), "{text}");
        }
    }

    #[test]
    fn evidence_is_announced_by_its_first_word() {
        assert_eq!(announced("佐证：小升规 见批复"), Some("小升规 见批复"));
        assert_eq!(announced("附件"), Some(""));
        assert_eq!(announced("小升规2，佐证见附件"), None);
    }
}
