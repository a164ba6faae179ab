//! The question which plan is meant, its answer, and `/plan`.
//!
//! What somebody writes meanwhile is kept as it came, and decided in the plan that is chosen, in order.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::route::{Routed, say};
use super::{Desks, Known, PlanNo, name};
use crate::conversation::{
    Account, Button, ChatId, Event, Incoming, Pressed, Said, UserId, What, views,
};
use crate::texts::contexts::{ChoosePlan, PlanChosen};
use crate::texts::{self, Label, Language};

/// The most messages that wait in a chat; beyond these, the oldest ones have to be sent again.
const MOST_WAITING: usize = 20;

/// A message that waits until its plan is chosen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// The update it came with.
    pub update: i64,
    /// When it came: one of a period that is over would be taken for now.
    pub at: DateTime<Utc>,
    /// What was said.
    pub said: Said,
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
}

impl Known {
    /// Takes over a choice, so that the next event of the batch sees it.
    pub fn choose(&mut self, chosen: &Chosen) {
        if chosen.now {
            self.chosen.insert(chosen.chat, chosen.plan);
        }
        self.waiting.insert(chosen.chat, chosen.waiting.clone());
    }
}

/// The language of somebody of several plans.
fn language(known: &Known, user: UserId) -> Language {
    let accounts = known.people.get(&user).into_iter().flatten();
    accounts.map(|(_, account)| account.language).next().unwrap_or_default()
}

/// Asks which plan a message is meant for, and keeps it until that is answered.
pub(super) fn ask(desks: &Desks, known: &Known, kept: Kept) -> Routed {
    let (user, chat, update) = (kept.said.person.user, kept.said.place.chat, kept.update);
    let is_group = kept.said.place.group.is_some();
    let mut waiting = known.waiting.get(&chat).cloned().unwrap_or_default();
    waiting.retain(|one| one.said.message != kept.said.message);
    waiting.push(kept);
    if waiting.len() > MOST_WAITING {
        waiting.remove(0);
    }
    let text = ChoosePlan { waiting: waiting.len(), is_group, ..nothing(desks, known, user) };
    let mut routed = question(desks, known, (update, user, chat), &text);
    let plan = known.plans_of(user)[0];
    routed.chosen = Some(super::Chosen { chat, plan, now: false, waiting });
    routed
}

/// Asks which plan a file is meant for: it has to be sent again, since no file is kept that nobody
/// has a use for.
pub(super) fn ask_for_file(desks: &Desks, known: &Known, update: i64, user: UserId) -> Routed {
    let chat = user.into();
    let text = ChoosePlan { file: true, ..nothing(desks, known, user) };
    question(desks, known, (update, user, chat), &text)
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
    let decide = |kept: Kept| {
        let event = Event::Said(Said { addressed: true, ..kept.said });
        (no, Incoming { update: kept.update, event })
    };
    let decide = waiting.into_iter().map(decide).collect();
    let chosen = Some(Chosen { chat, plan: no, now: true, waiting: Vec::new() });
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
