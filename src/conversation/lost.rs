//! Somebody, or a group, that the bot cannot write to any more: noted, and told to the office once.
//!
//! Telegram says so by an update (blocked, removed), or by refusing a message. Whichever comes
//! first does both; the other finds it done.

use serde_json::json;

use super::event::{ChatId, Place, UserId};
use super::snapshot::{Account, BoundGroup, Role};
use super::{Outgoing, Priority, Turn, What};
use crate::texts::{self, contexts::OutOfReach};

/// A message to this chat was refused for good.
pub(super) fn refused(turn: &mut Turn<'_>, chat: ChatId) {
    if let Some(group) = turn.snapshot.groups.get(&chat) {
        return group_lost(turn, group, None);
    }
    if let Some(account) = turn.snapshot.accounts.get(&UserId(chat.0)) {
        person_lost(turn, account);
    }
}

/// A bound group the bot is no longer in: its binding ends.
pub(super) fn group_lost(turn: &mut Turn<'_>, group: &BoundGroup, by: Option<UserId>) {
    turn.effects.groups_left.push(group.chat);
    turn.note("group-left", by, group.chat.0);
    let text = OutOfReach::Group { kind: group.kind.word(), title: group.title.clone() };
    turn.tell_office(group.chat, &text);
}

/// A bound person who is no longer in a bound group: late lists and bulletins there do not reach them.
pub(super) fn left(turn: &mut Turn<'_>, user: UserId, place: &Place) {
    let snapshot = turn.snapshot;
    let bound = snapshot.accounts.get(&user).filter(|account| account.role != Role::Former);
    let (Some(account), Some(group)) = (bound, snapshot.groups.get(&place.chat)) else { return };
    turn.note("left-group", Some(user), group.chat.0);
    let text = OutOfReach::Member {
        kind: group.kind.word(),
        title: group.title.clone(),
        role: account.role.word(),
        unit: account.unit.map(|unit| turn.plan.unit(unit).name.clone()),
        name: account.name.clone(),
    };
    turn.tell_office(group.chat, &text);
}

/// A person who has blocked the bot, or left Telegram.
pub(super) fn person_lost(turn: &mut Turn<'_>, account: &Account) {
    if account.blocked_at.is_some() {
        return;
    }
    let blocked_at = Some(turn.moment.now);
    turn.effects.accounts.push(Account { blocked_at, ..account.clone() });
    turn.note("blocked", Some(account.user), account.user.0);
    let unit = account.unit.map(|unit| turn.plan.unit(unit).name.clone());
    let text = OutOfReach::Person { role: account.role.word(), unit, name: account.name.clone() };
    turn.tell_office(account.user.into(), &text);
}

impl Turn<'_> {
    fn note(&mut self, act: &'static str, actor: Option<UserId>, subject: i64) {
        let (at, subject) = (self.moment.now, subject.to_string());
        self.effects.audit.push(super::Audit { at, actor, act, subject, detail: json!({}) });
    }

    /// Tells all of the office that can be reached, each in their language.
    fn tell_office(&mut self, lost: ChatId, text: &OutOfReach) {
        let at = self.moment.now.format("%Y%m%dT%H%M%SZ");
        for account in self.snapshot.with_role(Role::Office) {
            let chat: ChatId = account.user.into();
            if account.blocked_at.is_some() || chat == lost {
                continue;
            }
            let html = texts::render(account.language, text);
            self.effects.outbox.push(Outgoing {
                key: format!("lost:{}:{at}:{}", lost.0, chat.0),
                chat,
                what: What::Send { html, buttons: Vec::new(), reply_to: None },
                priority: Priority::Broadcast,
                about: None,
            });
        }
    }
}
