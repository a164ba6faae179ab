//! Where people, groups, invitations and messages belong, over all plans of the bot.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::{Kept, PlanNo};
use crate::conversation::needs::hash;
use crate::conversation::{
    Account, ChatId, Contents, Effects, Event, Incoming, MessageId, Role, UserId, command,
};

/// What must be known before a batch can be given to its plans.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Seeking {
    /// People who act.
    pub users: BTreeSet<UserId>,
    /// Chats in which something happens.
    pub chats: BTreeSet<ChatId>,
    /// Invitations that are shown.
    pub invites: BTreeSet<String>,
    /// Messages that are changed, replied to, or whose buttons are pressed.
    pub messages: BTreeSet<(ChatId, MessageId)>,
    /// Chats in which a plan is chosen: what waits there is decided.
    pub choosing: BTreeSet<ChatId>,
    /// What the pressed buttons carry.
    pub pressed: BTreeSet<(ChatId, String)>,
}

/// What is known.
#[derive(Debug, Clone, Default)]
pub struct Known {
    /// In which plans somebody is bound, and as what; former accounts are none.
    pub people: HashMap<UserId, BTreeMap<PlanNo, Account>>,
    /// Which plan a group is bound to.
    pub groups: HashMap<ChatId, PlanNo>,
    /// Which plan an invitation is for.
    pub invites: HashMap<String, PlanNo>,
    /// Which plan sent a message, or took it as a report.
    pub messages: HashMap<(ChatId, MessageId), PlanNo>,
    /// Which plan alone is about to send a button with this in it, to this chat.
    pub sending: HashMap<(ChatId, String), PlanNo>,
    /// In which plan somebody is putting something together in a chat.
    pub open: HashMap<ChatId, PlanNo>,
    /// Which plan was chosen last in a chat.
    pub chosen: HashMap<ChatId, PlanNo>,
    /// Messages that wait in a chat until a plan is chosen, oldest first.
    pub waiting: HashMap<ChatId, Vec<Kept>>,
    /// What is in the files among them, by its hash, where a plan is being chosen.
    pub contents: HashMap<String, Contents>,
    /// Everybody who is bound in several plans.
    pub shared: HashSet<UserId>,
}

impl Seeking {
    /// What these events ask for.
    #[must_use]
    pub fn of<'a>(batch: impl IntoIterator<Item = &'a Incoming>) -> Self {
        let mut seeking = Self::default();
        for incoming in batch {
            seeking.add(&incoming.event);
        }
        seeking
    }

    fn add(&mut self, event: &Event) {
        let (user, chat) = actor(event);
        self.users.extend(user);
        self.chats.extend(chat);
        let reply = |to: Option<MessageId>, chat| to.map(|to| (chat, to));
        match event {
            Event::Said(said) => {
                self.messages.extend(reply(said.reply_to, said.place.chat));
                self.invites.extend(invitation(&said.text));
                let chooses = command(&said.text).is_some_and(|(name, _)| name == "plan");
                self.choosing.extend(chooses.then_some(said.place.chat));
            }
            Event::Edited(said) => {
                self.messages.extend(reply(said.reply_to, said.place.chat));
                self.messages.insert((said.place.chat, said.message));
            }
            Event::SentFile(sent) => self.messages.extend(reply(sent.reply_to, sent.place.chat)),
            Event::Pressed(pressed) => {
                self.messages.insert((pressed.place.chat, pressed.message));
                self.pressed.insert((pressed.place.chat, pressed.data.clone()));
                let chooses = pressed.data.starts_with("plan:");
                self.choosing.extend(chooses.then_some(pressed.place.chat));
            }
            Event::Refused { chat } => {
                self.users.insert(UserId(chat.0));
            }
            Event::Migrated { to, .. } => {
                self.chats.insert(*to);
            }
            _ => {}
        }
    }
}

/// Who acts, and where.
pub(super) fn actor(event: &Event) -> (Option<UserId>, Option<ChatId>) {
    match event {
        Event::Said(said) | Event::Edited(said) => (Some(said.person.user), Some(said.place.chat)),
        Event::SentOther { person, place, .. }
        | Event::Left { person, place }
        | Event::Group { person, place, .. } => (Some(person.user), Some(place.chat)),
        Event::SentFile(sent) => (Some(sent.person.user), Some(sent.place.chat)),
        Event::Pressed(pressed) => (Some(pressed.person.user), Some(pressed.place.chat)),
        Event::Blocked { person, .. } => (Some(person.user), None),
        Event::Refused { chat } => (None, Some(*chat)),
        Event::Migrated { from, .. } => (None, Some(*from)),
        Event::Nothing => (None, None),
    }
}

/// The hash of the invitation that a text shows.
pub(super) fn invitation(text: &str) -> Option<String> {
    let (name, code) = command(text)?;
    (name == "start" && !code.is_empty()).then(|| hash(code))
}

impl Known {
    /// The plans somebody is bound in.
    #[must_use]
    pub fn plans_of(&self, user: UserId) -> Vec<PlanNo> {
        self.people.get(&user).into_iter().flat_map(BTreeMap::keys).copied().collect()
    }

    /// Somebody's account in a plan.
    #[must_use]
    pub fn account(&self, user: UserId, no: PlanNo) -> Option<&Account> {
        self.people.get(&user)?.get(&no)
    }

    /// Every plan that an event of this batch may be given to, whatever its other events change.
    #[must_use]
    pub fn may_decide(&self, batch: &[&Incoming]) -> Vec<BTreeSet<PlanNo>> {
        let mut by_user: HashMap<UserId, BTreeSet<PlanNo>> = HashMap::new();
        let mut by_chat: HashMap<ChatId, BTreeSet<PlanNo>> = HashMap::new();
        for incoming in batch {
            let (user, chat) = actor(&incoming.event);
            let mut plans = BTreeSet::new();
            if let Some(user) = user {
                plans.extend(self.plans_of(user));
                if let Event::Said(said) = &incoming.event {
                    let shown = invitation(&said.text);
                    plans.extend(shown.and_then(|hash| self.invites.get(&hash)));
                }
                by_user.entry(user).or_default().extend(&plans);
            }
            if let Some(chat) = chat {
                plans.extend(self.groups.get(&chat));
                by_chat.entry(chat).or_default().extend(&plans);
            }
        }
        let of = |incoming: &&Incoming| {
            let (user, chat) = actor(&incoming.event);
            let mut plans = BTreeSet::new();
            plans.extend(user.iter().filter_map(|user| by_user.get(user)).flatten());
            plans.extend(chat.iter().filter_map(|chat| by_chat.get(chat)).flatten());
            if let Event::Refused { chat } = incoming.event {
                plans.extend(self.plans_of(UserId(chat.0)));
            }
            // What belongs to nobody is the first plan's.
            if plans.is_empty() || user.is_none_or(|user| self.plans_of(user).is_empty()) {
                plans.insert(PlanNo(0));
            }
            plans
        };
        batch.iter().map(of).collect()
    }

    /// Takes over what was decided in a plan, so that the next event of the batch sees it.
    pub fn apply(&mut self, no: PlanNo, effects: &Effects) {
        for account in &effects.accounts {
            let plans = self.people.entry(account.user).or_default();
            if account.role == Role::Former {
                plans.remove(&no);
            } else {
                plans.insert(no, account.clone());
            }
            let several = plans.len() > 1;
            if several {
                self.shared.insert(account.user);
            } else {
                self.shared.remove(&account.user);
            }
        }
        self.groups.extend(effects.groups.iter().map(|group| (group.chat, no)));
        for chat in &effects.groups_left {
            self.groups.remove(chat);
        }
        for (from, to) in &effects.groups_moved {
            if let Some(plan) = self.groups.remove(from) {
                self.groups.insert(*to, plan);
            }
        }
        self.invites.extend(effects.invites.iter().map(|invite| (invite.hash.clone(), no)));
        for report in &effects.reports {
            self.messages.insert((report.key.chat, report.key.message), no);
        }
        let dialogues = effects.dialogues.iter().map(|one| (one.chat, one.done));
        let guides = effects.guides.iter().map(|one| (one.chat, one.done));
        let reasons = effects.review_asks.iter().map(|ask| (ask.user.into(), ask.revision == 0));
        for (chat, done) in dialogues.chain(guides).chain(reasons) {
            if !done {
                self.open.insert(chat, no);
            } else if self.open.get(&chat) == Some(&no) {
                self.open.remove(&chat);
            }
        }
    }
}
