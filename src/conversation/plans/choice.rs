//! The question which plan is meant, its answer, and `/plan`.
//!
//! What somebody writes meanwhile is kept as it came, and decided in the plan that is chosen, in order.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::route::{Routed, say};
use super::{Desks, Known, PlanNo, name};
use crate::conversation::needs::hex;
use crate::conversation::{
    Account, Blob, Button, ChatId, Contents, Event, FileIn, FileProblem, Incoming, Pressed, Said,
    SentFile, UserId, What, views,
};
use crate::texts::contexts::{ChoosePlan, PlanChosen};
use crate::texts::{self, Label, Language};

/// The most messages that wait in a chat; beyond these, the oldest ones have to be sent again.
const MOST_WAITING: usize = 20;

/// The most files among them; any further one has to be sent again.
const MOST_FILES: usize = 5;

/// A message that waits until its plan is chosen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// The update it came with.
    pub update: i64,
    /// When it came: one of a period that is over would be taken for now.
    pub at: DateTime<Utc>,
    /// What was said; beside a file, its words.
    pub said: Said,
    /// The file that it was said beside.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<KeptFile>,
}

/// A file that waits until its plan is chosen. What is in it stands where files on their way are kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptFile {
    /// Its name.
    pub name: String,
    /// Its size in bytes, as the platform says.
    pub size: u64,
    /// By what its contents are known, or why they are not there.
    pub contents: Result<String, FileProblem>,
}

impl Kept {
    /// What came, with what is in its file as far as that is known here.
    #[must_use]
    pub fn event(&self, contents: &HashMap<String, Contents>) -> Event {
        let Said { person, place, message, text, reply_to, .. } = self.said.clone();
        let Some(file) = self.file.clone() else {
            return Event::Said(Said { addressed: true, ..self.said.clone() });
        };
        let contents = file
            .contents
            .and_then(|hash| contents.get(&hash).cloned().ok_or(FileProblem::Unavailable));
        let file = FileIn { name: file.name, size: file.size, contents };
        Event::SentFile(SentFile { person, place, message, caption: text, reply_to, file })
    }
}

/// What is remembered of a chat whose person is bound in several plans.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chosen {
    /// The chat.
    pub chat: ChatId,
    /// The plan that was chosen; one of those there is to choose from, if none was.
    pub plan: PlanNo,
    /// Whether it was chosen now.
    pub now: bool,
    /// What waits in the chat.
    pub waiting: Vec<Kept>,
    /// What is in a file that waits from now on.
    pub contents: Option<Blob>,
}

impl Known {
    /// Takes over a choice, so that the next event of the batch sees it.
    pub fn choose(&mut self, chosen: &Chosen) {
        if chosen.now {
            self.chosen.insert(chosen.chat, chosen.plan);
        }
        self.waiting.insert(chosen.chat, chosen.waiting.clone());
        let contents = chosen.contents.iter();
        self.contents.extend(contents.map(|blob| (blob.hash.clone(), blob.contents.clone())));
    }
}

/// The language of somebody of several plans.
fn language(known: &Known, user: UserId) -> Language {
    let accounts = known.people.get(&user).into_iter().flatten();
    accounts.map(|(_, account)| account.language).next().unwrap_or_default()
}

/// Asks which plan a message is meant for, and keeps it until that is answered.
pub(super) fn ask(desks: &Desks, known: &Known, mut kept: Kept, contents: Option<Blob>) -> Routed {
    let (user, chat, update) = (kept.said.person.user, kept.said.place.chat, kept.update);
    let is_group = kept.said.place.group.is_some();
    let mut waiting = known.waiting.get(&chat).cloned().unwrap_or_default();
    // The words beside a file may be changed, the file stays.
    let same = waiting.iter().position(|one| one.said.message == kept.said.message);
    kept.file = kept.file.or(same.and_then(|at| waiting.remove(at).file));
    waiting.push(kept);
    if waiting.len() > MOST_WAITING {
        waiting.remove(0);
    }
    let text = ChoosePlan { waiting: waiting.len(), is_group, ..nothing(desks, known, user) };
    let mut routed = question(desks, known, (update, user, chat), &text);
    let plan = known.plans_of(user)[0];
    routed.chosen = Some(super::Chosen { chat, plan, now: false, waiting, contents });
    routed
}

/// Asks which plan a file is meant for, and keeps it until that is answered. Beyond so many, or of a
/// kind that nobody has a use for, it has to be sent again.
pub(super) fn ask_for_file(
    desks: &Desks,
    known: &Known,
    (update, at): (i64, DateTime<Utc>),
    sent: &SentFile,
) -> Routed {
    let (user, chat) = (sent.person.user, sent.place.chat);
    let waiting = known.waiting.get(&chat).into_iter().flatten();
    if waiting.filter(|kept| kept.file.is_some()).count() >= MOST_FILES {
        let text = ChoosePlan { file: true, ..nothing(desks, known, user) };
        return question(desks, known, (update, user, chat), &text);
    }
    let said = Said {
        person: sent.person.clone(),
        place: sent.place.clone(),
        message: sent.message,
        text: sent.caption.clone(),
        reply_to: sent.reply_to,
        addressed: true,
    };
    let blob = sent.file.contents.as_ref().ok().map(|contents| Blob {
        hash: hex(&Sha256::digest(contents.bytes())),
        media_type: "application/octet-stream",
        contents: contents.clone(),
    });
    let contents = sent.file.contents.as_ref().map_err(|problem| *problem);
    let contents = contents.and_then(|_| blob.as_ref().ok_or(FileProblem::Unavailable));
    let file = Some(KeptFile {
        name: sent.file.name.clone(),
        size: sent.file.size,
        contents: contents.map(|blob| blob.hash.clone()),
    });
    ask(desks, known, Kept { update, at, said, file }, blob)
}

/// `/plan`: which plans there are; `/plan 兰溪`: that one.
pub(super) fn command(
    desks: &Desks,
    known: &Known,
    (update, said): (i64, &Said),
    (wanted, now): (&str, DateTime<Utc>),
) -> Routed {
    let (user, chat) = (said.person.user, said.place.chat);
    let plans = known.plans_of(user);
    let named = |no: &&PlanNo| {
        let plan = &desks.of(**no).plan;
        !wanted.is_empty() && (plan.id == wanted || name(&plan.titles).contains(wanted))
    };
    let mut found = plans.iter().filter(named);
    match (found.next(), found.next()) {
        (Some(no), None) if plans.len() > 1 => {
            choose(desks, known, (update, user, chat), (*no, now), None)
        }
        _ => {
            let current = known.chosen.get(&chat).filter(|no| plans.contains(no));
            let current = current.map(|no| name(&desks.of(*no).plan.titles));
            let waiting = known.waiting.get(&chat).map_or(0, Vec::len);
            let text = ChoosePlan { current, waiting, ..nothing(desks, known, user) };
            question(desks, known, (update, user, chat), &text)
        }
    }
}

/// A button of the question.
pub(super) fn pressed(
    desks: &Desks,
    known: &Known,
    (update, pressed): (i64, &Pressed),
    (id, now): (&str, DateTime<Utc>),
) -> Routed {
    let (user, chat) = (pressed.person.user, pressed.place.chat);
    let plans = known.plans_of(user);
    let waiting = known.waiting.get(&chat).into_iter().flatten();
    let mine = pressed.place.group.is_none()
        || waiting.into_iter().any(|kept| kept.said.person.user == user);
    let bound = known.groups.contains_key(&chat);
    if let Some(no) = desks.with_id(id).filter(|no| mine && !bound && plans.contains(no)) {
        return choose(desks, known, (update, user, chat), (no, now), Some(pressed));
    }
    dead(known, update, pressed)
}

/// The answer to a press that nothing can be done about.
pub(super) fn dead(known: &Known, update: i64, pressed: &Pressed) -> Routed {
    let (user, chat) = (pressed.person.user, pressed.place.chat);
    let text = Label::DeadButton.text(language(known, user)).to_owned();
    let what = What::Answer { callback: pressed.callback.clone(), text };
    say(known.plans_of(user).first().copied().unwrap_or(PlanNo(0)), update, chat, vec![what])
}

/// The plan of a chat from now on; what has waited for it is decided there.
fn choose(
    desks: &Desks,
    known: &Known,
    (update, user, chat): (i64, UserId, ChatId),
    (no, now): (PlanNo, DateTime<Utc>),
    pressed: Option<&Pressed>,
) -> Routed {
    let desk = desks.of(no);
    let waiting = known.waiting.get(&chat).cloned().unwrap_or_default();
    let open = |kept: &Kept| desk.plan.still_open(kept.at, now);
    let (waiting, expired): (Vec<_>, Vec<_>) = waiting.into_iter().partition(open);
    let language = known.account(user, no).map_or(Language::default(), |one| one.language);
    let is_group = pressed.is_some_and(|pressed| pressed.place.group.is_some());
    let (plan, expired) = (name(&desk.plan.titles), expired.len());
    let text = PlanChosen { plan, waiting: waiting.len(), expired, is_group };
    let html = texts::render(language, &text);
    let mut what = Vec::new();
    match pressed {
        Some(Pressed { message, callback, .. }) => {
            what.push(What::Edit { message: *message, html, buttons: Vec::new() });
            let text = Label::Done.text(language).to_owned();
            what.push(What::Answer { callback: callback.clone(), text });
        }
        None => what.push(What::Send { html, buttons: Vec::new(), reply_to: None }),
    }
    if let (Some(account), false) = (known.account(user, no), is_group) {
        what.push(menu(desks, no, account));
    }
    let decide =
        |kept: &Kept| (no, Incoming { update: kept.update, event: kept.event(&known.contents) });
    let decide = waiting.iter().map(decide).collect();
    let chosen = Some(Chosen { chat, plan: no, now: true, waiting: Vec::new(), contents: None });
    Routed { decide, chosen, ..say(no, update, chat, what) }
}

fn menu(desks: &Desks, no: PlanNo, account: &Account) -> What {
    let menu = views::menu(&desks.of(no).plan, account, true);
    let commands = menu.into_iter().map(|(name, what)| (name.to_owned(), what.to_owned()));
    What::Menu { commands: commands.collect() }
}

fn nothing(desks: &Desks, known: &Known, user: UserId) -> ChoosePlan {
    let plans = known.plans_of(user);
    let plans = plans.iter().map(|no| name(&desks.of(*no).plan.titles)).collect();
    ChoosePlan { plans, current: None, waiting: 0, file: false, is_group: false }
}

fn question(
    desks: &Desks,
    known: &Known,
    (update, user, chat): (i64, UserId, ChatId),
    text: &ChoosePlan,
) -> Routed {
    let plans = known.plans_of(user);
    let button = |no: &PlanNo| {
        let plan = &desks.of(*no).plan;
        vec![Button { label: name(&plan.titles), data: format!("plan:{}", plan.id) }]
    };
    let buttons = if plans.len() > 1 { plans.iter().map(button).collect() } else { Vec::new() };
    let html = texts::render(language(known, user), text);
    let what = What::Send { html, buttons, reply_to: None };
    say(plans.first().copied().unwrap_or(PlanNo(0)), update, chat, vec![what])
}
