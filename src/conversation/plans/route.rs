//! Which plan an event belongs to.
//!
//! A group is bound to one plan. A person of one plan is always in it; of several plans, by the message
//! replied to or pressed, by what is being put together there, by the words where they fit one plan
//! only, by the last choice; else the bot asks, and keeps the message until it is answered.

use chrono::{DateTime, Utc};

use super::choice::{self, Kept};
use super::known::invitation;
use super::{Chosen, Desks, Known, PlanNo};
use crate::conversation::{
    Account, ChatId, Desk, Effects, Event, Incoming, MessageId, Outgoing, Pressed, Priority, Role,
    Said, UserId, What, command,
};

/// What the keys of messages begin with that are about plans, and no plan's own.
pub(super) const ABOUT_PLANS: &str = "plan:";

/// What becomes of an event.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Routed {
    /// The event, and what has waited for it, each with the plan that decides it.
    pub decide: Vec<(PlanNo, Incoming)>,
    /// What is said about plans, in the name of this one.
    pub said: Option<(PlanNo, Effects)>,
    /// What is to be remembered of the chat.
    pub chosen: Option<Chosen>,
}

/// Where something belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    To(PlanNo),
    /// There, as somebody has just shown: texts that follow belong there too.
    Shown(PlanNo),
    Unclear,
}

impl Desks {
    /// What becomes of an event.
    #[must_use]
    pub fn route(&self, known: &Known, incoming: &Incoming, now: DateTime<Utc>) -> Routed {
        let to = |plans: Vec<PlanNo>| {
            let plans = if plans.is_empty() { vec![PlanNo(0)] } else { plans };
            let decide = plans.into_iter().map(|no| (no, incoming.clone())).collect();
            Routed { decide, ..Routed::default() }
        };
        if !self.are_several() {
            return to(Vec::new());
        }
        let group = |chat: &ChatId| known.groups.get(chat).copied().into_iter().collect();
        match &incoming.event {
            Event::Said(said) | Event::Edited(said) => self.said(known, (incoming, now), said),
            Event::Pressed(pressed) => self.pressed(known, (incoming, now), pressed),
            Event::SentOther { person, place, .. } => {
                match Self::place(known, person.user, place.chat) {
                    Way::To(no) | Way::Shown(no) => to(vec![no]),
                    Way::Unclear => to(known.plans_of(person.user).into_iter().take(1).collect()),
                }
            }
            Event::SentFile(sent) => {
                let (user, chat) = (sent.person.user, sent.place.chat);
                match self.meant(known, (user, chat), sent.reply_to, &sent.caption) {
                    Way::Unclear => choice::ask_for_file(self, known, (incoming.update, now), sent),
                    way => arrive(known, chat, way, incoming),
                }
            }
            Event::Group { place, inside: false, .. } | Event::Left { place, .. } => {
                to(group(&place.chat))
            }
            Event::Group { person, place, inside: true } => {
                let office = |no: &PlanNo| {
                    known.account(person.user, *no).is_some_and(|one| one.role == Role::Office)
                };
                let plans: Vec<PlanNo> =
                    known.plans_of(person.user).into_iter().filter(office).collect();
                if known.groups.contains_key(&place.chat) || plans.len() < 2 {
                    return to([group(&place.chat), plans].concat().into_iter().take(1).collect());
                }
                // Which plan the group is for must be said before what it is for there.
                let text = "/bind".to_owned();
                let (person, place) = (person.clone(), place.clone());
                let (message, reply_to) = (MessageId(0), None);
                let said = Said { person, place, message, text, reply_to, addressed: true };
                let kept = Kept { update: incoming.update, at: now, said, file: None };
                choice::ask(self, known, kept, None)
            }
            Event::Blocked { person, .. } => to(known.plans_of(person.user)),
            Event::Refused { chat } => to([group(chat), known.plans_of(UserId(chat.0))].concat()),
            Event::Migrated { from, .. } => to(group(from)),
            Event::Nothing => to(Vec::new()),
        }
    }

    fn said(
        &self,
        known: &Known,
        (incoming, now): (&Incoming, DateTime<Utc>),
        said: &Said,
    ) -> Routed {
        let (user, chat) = (said.person.user, said.place.chat);
        let edited = matches!(incoming.event, Event::Edited(_));
        let to = |no| arrive(known, chat, Way::To(no), incoming);
        if let Some(no) = known.groups.get(&chat) {
            return to(*no);
        }
        if !said.addressed && !edited {
            return to(PlanNo(0));
        }
        let plans = known.plans_of(user);
        if let Some(hash) = invitation(&said.text).filter(|_| !edited && said.place.group.is_none())
        {
            // Whose it is, says the invitation; one that is none is held against its sender.
            let first = plans.first().copied().unwrap_or(PlanNo(0));
            return to(known.invites.get(&hash).copied().unwrap_or(first));
        }
        let own = command(&said.text).filter(|(name, _)| name == "plan" && !plans.is_empty());
        if let Some((_, rest)) = own.filter(|_| !edited && said.place.group.is_none()) {
            return choice::command(self, known, (incoming.update, said), (rest, now));
        }
        let of = known.messages.get(&(chat, said.message)).filter(|_| edited);
        if let Some(no) = of.filter(|no| plans.contains(no)) {
            return to(*no);
        }
        let kept = Kept { update: incoming.update, at: now, said: said.clone(), file: None };
        match self.meant(known, (user, chat), said.reply_to, &said.text) {
            // A changed message that waits is what it is now.
            Way::Unclear => choice::ask(self, known, kept, None),
            way => arrive(known, chat, way, incoming),
        }
    }

    fn pressed(
        &self,
        known: &Known,
        (incoming, now): (&Incoming, DateTime<Utc>),
        pressed: &Pressed,
    ) -> Routed {
        let (user, chat) = (pressed.person.user, pressed.place.chat);
        if let Some(id) = pressed.data.strip_prefix("plan:") {
            return choice::pressed(self, known, (incoming.update, pressed), (id, now));
        }
        let plans = known.plans_of(user);
        let way = if let Some(no) = known.groups.get(&chat) {
            Way::To(*no)
        } else {
            let of = known.messages.get(&(chat, pressed.message));
            // A press may come before it is written down which message its button was sent with.
            let of = of.or_else(|| known.sending.get(&(chat, pressed.data.clone())));
            match (of.filter(|no| plans.contains(no)), &plans[..]) {
                (_, []) => Way::To(PlanNo(0)),
                (_, [only]) => Way::To(*only),
                (Some(no), _) => Way::Shown(*no),
                (None, _) => Way::Unclear,
            }
        };
        if way == Way::Unclear {
            // A button must never act in another plan than the one that showed it.
            return choice::dead(known, incoming.update, pressed);
        }
        arrive(known, chat, way, incoming)
    }

    /// The plan of somebody in a chat, whatever is said there.
    fn place(known: &Known, user: UserId, chat: ChatId) -> Way {
        if let Some(no) = known.groups.get(&chat) {
            return Way::To(*no);
        }
        let plans = known.plans_of(user);
        let chosen = known.chosen.get(&chat).filter(|no| plans.contains(no));
        match (&plans[..], chosen) {
            ([], _) => Way::To(PlanNo(0)),
            ([only], _) => Way::To(*only),
            (_, Some(no)) => Way::To(*no),
            _ => Way::Unclear,
        }
    }

    /// The plan that words in a chat are meant for.
    fn meant(
        &self,
        known: &Known,
        (user, chat): (UserId, ChatId),
        reply_to: Option<MessageId>,
        text: &str,
    ) -> Way {
        let accounts = known.people.get(&user).filter(|accounts| accounts.len() > 1);
        let Some(accounts) = accounts else { return Self::place(known, user, chat) };
        let replied = reply_to.and_then(|to| known.messages.get(&(chat, to)));
        if let Some(no) = replied.filter(|no| accounts.contains_key(no)) {
            return Way::Shown(*no);
        }
        let is_command = command(text).is_some();
        let open = known.open.get(&chat).filter(|no| accounts.contains_key(no));
        if let Some(no) = open.filter(|_| !is_command) {
            return Way::To(*no);
        }
        let fits: Vec<(PlanNo, Fit)> = accounts
            .iter()
            .map(|(no, account)| (*no, fit(self.of(*no), account, text, is_command)))
            .collect();
        let best = fits.iter().map(|(_, fit)| *fit).max().unwrap_or(Fit::Nothing);
        let mut of_best = fits.iter().filter(|(_, fit)| *fit == best && best > Fit::Nothing);
        match (of_best.next(), of_best.next()) {
            (Some((no, _)), None) => Way::To(*no),
            _ => Self::place(known, user, chat),
        }
    }
}

/// How well words fit a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    Nothing,
    /// They name an indicator, and the account may report or asks for something.
    Indicator,
    /// They name a unit.
    Unit,
}

fn fit(desk: &Desk, account: &Account, text: &str, is_command: bool) -> Fit {
    let named = desk.lexicon.mentions(text);
    if named.units > 0 {
        Fit::Unit
    } else if named.indicators > 0 && (is_command || account.role == Role::Liaison) {
        Fit::Indicator
    } else {
        Fit::Nothing
    }
}

/// The event goes its way; a plan that somebody has shown is the chat's from now on.
fn arrive(known: &Known, chat: ChatId, way: Way, incoming: &Incoming) -> Routed {
    let (no, shown) = match way {
        Way::To(no) => (no, false),
        Way::Shown(no) => (no, true),
        Way::Unclear => (PlanNo(0), false),
    };
    let new = shown && known.chosen.get(&chat) != Some(&no);
    let waiting = || known.waiting.get(&chat).cloned().unwrap_or_default();
    let chosen =
        new.then(|| Chosen { chat, plan: no, now: true, waiting: waiting(), contents: None });
    Routed { decide: vec![(no, incoming.clone())], said: None, chosen }
}

/// Something said about plans, in the name of one.
pub(super) fn say(no: PlanNo, update: i64, chat: ChatId, what: Vec<What>) -> Routed {
    let row = |(at, what): (usize, What)| Outgoing {
        key: format!("{ABOUT_PLANS}{update}:{}:{at}", chat.0),
        chat,
        what,
        priority: Priority::Reply,
        about: None,
    };
    let outbox = what.into_iter().enumerate().map(row).collect();
    let effects = Effects { outbox, ..Effects::default() };
    Routed { said: Some((no, effects)), ..Routed::default() }
}
