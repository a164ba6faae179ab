//! The office and the bulletin: 发布, 暂缓, 补一句话 under a draft, and `/correct` a past one.
//!
//! Nothing is made or sent out here: a draft's row says what is wanted, and the schedule does it, so
//! that one hand alone issues bulletins. What somebody presses counts for what was shown with it.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;

use super::draft::{Draft, DraftState};
use super::effects::{Button, Outgoing, Priority, What};
use super::event::{ChatId, Pressed, Said};
use super::needs::Wanted;
use super::permissions::{Act, may};
use super::snapshot::{Account, Role};
use super::{Turn, archive};
use crate::plan::{Plan, Silence};
use crate::texts::contexts::{Correcting, DraftLine, DraftText, Moment, PeriodWords};
use crate::texts::{self, Label, Language};

/// The most characters of an added line, and the most lines.
const LONGEST_LINE: usize = 120;
const MOST_LINES: usize = 3;

/// The most characters of the reason for a correction.
const LONGEST_REASON: usize = 200;

/// How long the next message of whoever pressed 补一句话 is a line.
const LIVELY: TimeDelta = TimeDelta::minutes(30);

/// What stands under a draft: its words and its buttons. `who` decided, by name.
#[must_use]
pub fn under(
    plan: &Plan,
    language: Language,
    draft: &Draft,
    (who, unanswered): (Option<&str>, bool),
) -> (String, Vec<Vec<Button>>) {
    let text = DraftText {
        period: PeriodWords::of(plan, draft.period),
        correction: Some(draft.edition).filter(|edition| *edition > 0),
        state: match draft.state {
            DraftState::Wanted => "wanted",
            DraftState::Open => "open",
            DraftState::Approved => "approved",
            DraftState::Held if unanswered => "unanswered",
            DraftState::Held => "held",
            DraftState::Issued => "issued",
            DraftState::Dropped => "dropped",
        },
        due: Moment::of(
            plan,
            if draft.state == DraftState::Approved { draft.due } else { draft.silence_from() },
        ),
        silence: match plan.bulletin.silence {
            _ if draft.edition > 0 => "hold",
            Silence::Publish => "publish",
            Silence::Hold => "hold",
        },
        who: who.map(str::to_owned),
        lines: draft.words.lines.clone(),
    };
    let button = |label: Label, verb: &str| Button {
        label: label.text(language).to_owned(),
        data: format!("draft:{verb}:{}:{}:{}", draft.period, draft.edition, draft.shown),
    };
    let publish = || button(Label::DraftPublish, "publish");
    let hold = || match draft.edition {
        0 => button(Label::DraftHold, "hold"),
        _ => button(Label::DraftDrop, "drop"),
    };
    let (line, renew) =
        (|| button(Label::DraftLine, "line"), || button(Label::DraftRenew, "renew"));
    let buttons = match draft.state {
        DraftState::Open => vec![vec![publish(), hold()], vec![line(), renew()]],
        DraftState::Approved => vec![vec![hold(), line()]],
        DraftState::Held => vec![vec![publish()], vec![line(), renew()]],
        DraftState::Wanted | DraftState::Issued | DraftState::Dropped => Vec::new(),
    };
    (texts::render(language, &text), buttons)
}

/// A button under a draft.
pub(super) fn pressed(
    turn: &mut Turn<'_>,
    pressed: &Pressed,
    account: Option<&Account>,
    data: &str,
) {
    let Some(account) = account.filter(|account| may(account.role, Act::IssueBulletin)) else {
        return turn.answer(pressed, Label::OfficeOnly);
    };
    let parts: Vec<&str> = data.split(':').collect();
    let [verb, period, edition, shown] = parts[..] else {
        return turn.answer(pressed, Label::DeadButton);
    };
    let key = period.parse().ok().zip(edition.parse().ok());
    let draft = key.and_then(|key| turn.snapshot.drafts.get(&key)).cloned();
    let Some(draft) = draft else { return turn.answer(pressed, Label::DeadButton) };
    match draft.state {
        DraftState::Issued => return turn.answer(pressed, Label::DraftIssued),
        DraftState::Dropped => return turn.answer(pressed, Label::DraftDropped),
        DraftState::Wanted => return turn.answer(pressed, Label::DraftComing),
        // What somebody lets go is what they have read.
        _ if shown.parse() != Ok(draft.shown) => return turn.answer(pressed, Label::DraftOlder),
        DraftState::Open | DraftState::Approved | DraftState::Held => {}
    }
    let now = turn.moment.now;
    let (mut next, act, label) = match verb {
        "publish" if draft.state == DraftState::Approved => {
            return turn.answer(pressed, Label::DraftApproved);
        }
        "publish" => (draft.changed(DraftState::Approved), "draft-publish", Label::DraftApproved),
        "hold" if draft.edition == 0 => {
            (draft.changed(DraftState::Held), "draft-hold", Label::DraftIsHeld)
        }
        "drop" if draft.edition > 0 => {
            (draft.changed(DraftState::Dropped), "draft-drop", Label::DraftDropped)
        }
        "renew" => (draft.renewed(now), "draft-renew", Label::DraftComing),
        "line" if draft.words.lines.len() >= MOST_LINES => {
            return turn.answer(pressed, Label::DraftFull);
        }
        "line" => (draft.changed(draft.state), "draft-line-asked", Label::DraftWrite),
        _ => return turn.answer(pressed, Label::DeadButton),
    };
    if verb == "line" {
        next.words.writing.retain(|(user, _)| *user != account.user);
        next.words.writing.push((account.user, now));
        turn.reply(&pressed.place, None, &line_text("ask", ""), &[]);
    } else {
        next.words.by = Some(account.user);
        tell_office(turn, &next, &account.name);
    }
    turn.answer(pressed, label);
    keep(turn, account, next, act, json!({}));
}

fn line_text(step: &'static str, line: &str) -> DraftLine {
    DraftLine { step, most: LONGEST_LINE, line: line.to_owned() }
}

/// The draft for which somebody's next text is a line.
fn written_to<'a>(turn: &Turn<'a>, account: &Account) -> Option<&'a Draft> {
    let now = turn.moment.now;
    let asked = |draft: &&Draft| {
        let lively = |at: DateTime<Utc>| now - at <= LIVELY;
        let writing = &draft.words.writing;
        !draft.is_over() && writing.iter().any(|(user, at)| *user == account.user && lively(*at))
    };
    turn.snapshot.drafts.values().find(asked)
}

/// Whether somebody's next text is a line of a bulletin.
pub(super) fn awaits_line(turn: &Turn<'_>, account: &Account) -> bool {
    may(account.role, Act::IssueBulletin) && written_to(turn, account).is_some()
}

/// Takes the text of whoever has pressed 补一句话 as a line of the bulletin; false if it is none.
pub(super) fn line(turn: &mut Turn<'_>, said: &Said, account: &Account) -> bool {
    if said.place.group.is_some() || !may(account.role, Act::IssueBulletin) {
        return false;
    }
    let now = turn.moment.now;
    let Some(draft) = written_to(turn, account).cloned() else { return false };
    let text = said.text.split_whitespace().collect::<Vec<_>>().join(" ");
    let text: String = text.chars().filter(|c| !c.is_control()).collect();
    let mut next = draft.renewed(now);
    next.words.writing.retain(|(user, _)| *user != account.user);
    if ["不补", "不补了", "取消"].contains(&text.as_str()) {
        let mut next = Draft { state: draft.state, ..next };
        next.words.read_until = draft.words.read_until;
        turn.reply(&said.place, None, &line_text("kept", ""), &[]);
        keep(turn, account, next, "draft-line-dropped", json!({}));
        return true;
    }
    if text.is_empty() || text.chars().count() > LONGEST_LINE {
        turn.reply(&said.place, None, &line_text("long", ""), &[]);
        return true;
    }
    if draft.words.lines.len() >= MOST_LINES {
        turn.reply(&said.place, None, &line_text("full", ""), &[]);
        return true;
    }
    next.words.lines.push(text.clone());
    next.words.by = Some(account.user);
    turn.reply(&said.place, None, &line_text("added", &text), &[]);
    tell_office(turn, &next, &account.name);
    keep(turn, account, next, "draft-line", json!({ "line": text }));
    true
}

/// Keeps a draft's change and notes who made it.
fn keep(
    turn: &mut Turn<'_>,
    account: &Account,
    draft: Draft,
    act: &'static str,
    detail: serde_json::Value,
) {
    let subject = format!("{} {}", draft.period, draft.edition);
    turn.audit(account.user, act, subject, detail);
    turn.effects.drafts.push(draft);
}

/// Shows everybody of the office, under the draft, what has become of it.
fn tell_office(turn: &mut Turn<'_>, draft: &Draft, who: &str) {
    let office = turn.snapshot.with_role(Role::Office);
    let office: Vec<(ChatId, Language)> = office
        .into_iter()
        .filter(|account| account.blocked_at.is_none())
        .map(|account| (account.user.into(), account.language))
        .collect();
    for (chat, language) in office {
        let (html, buttons) = under(turn.plan, language, draft, (Some(who), false));
        turn.effects.outbox.push(Outgoing {
            key: format!("draft-state:{}:{}", turn.update, chat.0),
            chat,
            what: What::EditSent { of: draft.key(chat), html, buttons },
            priority: Priority::Reply,
            about: None,
        });
    }
}

/// `/correct 24 原因`: has a correction (更正) of a past bulletin made, to be looked at first.
pub(super) fn correct(turn: &mut Turn<'_>, said: &Said, account: &Account, words: &str) {
    if !may(account.role, Act::IssueBulletin) {
        return turn.not_allowed(said, "office", "/correct");
    }
    let (number, reason) = words.split_once(char::is_whitespace).unwrap_or((words, ""));
    let wanted = archive::wanted(number).filter(|_| !number.is_empty());
    let rows = turn.snapshot.bulletins.keys();
    let last = match wanted {
        Some(Wanted::Number { year, number }) => rows
            .filter(|(period, _)| period.number == number)
            .rfind(|(period, _)| year.is_none_or(|year| period.year == year)),
        _ => None,
    };
    let reason = reason.split_whitespace().collect::<Vec<_>>().join(" ");
    let say = |turn: &mut Turn<'_>, step: &'static str, period, correction| {
        let text = Correcting { step, words: words.to_owned(), period, correction };
        turn.reply(&said.place, None, &text, &[]);
    };
    let Some((period, edition)) = last.copied() else {
        return say(turn, "which", None, 0);
    };
    if reason.chars().count() > LONGEST_REASON {
        return say(turn, "long", None, 0);
    }
    let now = turn.moment.now;
    let edition = edition + 1;
    let there = turn.snapshot.drafts.get(&(period, edition)).cloned();
    let there_is_over = there.as_ref().is_some_and(Draft::is_over);
    let mut next = match there {
        Some(there) => there.renewed(now),
        None => Draft::wanted(period, edition, now),
    };
    next.due = now;
    if there_is_over {
        next.words.lines.clear();
    }
    next.words.reason.clone_from(&reason);
    next.words.by = Some(account.user);
    say(turn, "coming", Some(PeriodWords::of(turn.plan, period)), edition);
    keep(turn, account, next, "correct", json!({ "reason": reason }));
}
