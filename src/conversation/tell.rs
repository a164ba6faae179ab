//! What is said: replies where something happened, and messages to others that nobody waits for, held in
//! the quiet hours; the desk's journal and the audit log.

use super::Turn;
use super::effects::{Audit, Button, FileOut, Outgoing, Priority, What};
use super::event::{ChatId, MessageId, Place, Pressed, UserId};
use super::journal::{Deed, Entry};
use super::snapshot::{About, Account};
use crate::texts::contexts::PeriodWords;
use crate::texts::{self, Label, Text};

impl Turn<'_> {
    /// Says something where the event happened. In a group it answers the message in question.
    pub(crate) fn reply<T: Text>(
        &mut self,
        place: &Place,
        to: Option<MessageId>,
        text: &T,
        buttons: &[Vec<Button>],
    ) {
        let html = texts::render(self.language, text);
        self.say((place, to.unwrap_or(MessageId(0))), &html, buttons, None);
    }

    /// Says a text that is rendered already. In a group it answers the message `at` names; a
    /// message without a number answers none. `about` says what a reply to it will mean.
    pub(crate) fn say(
        &mut self,
        (place, to): (&Place, MessageId),
        html: &str,
        buttons: &[Vec<Button>],
        about: Option<About>,
    ) {
        let to = Some(to).filter(|to| to.0 > 0);
        let pieces = texts::split(html);
        let last = pieces.len().saturating_sub(1);
        for (at, html) in pieces.into_iter().enumerate() {
            let buttons = if at == last { buttons.to_vec() } else { Vec::new() };
            let reply_to = to.filter(|_| place.group.is_some() && at == 0);
            self.send(place.chat, What::Send { html, buttons, reply_to });
            if let Some(sent) = self.effects.outbox.last_mut() {
                sent.about = about;
            }
        }
    }

    /// The key under which the next message to a chat is queued.
    pub(crate) fn next_key(&self, chat: ChatId) -> String {
        format!("reply:{}:{}:{}", self.update, chat.0, self.replies)
    }

    /// Queues something for a chat under the next key of this update.
    pub(crate) fn send(&mut self, chat: ChatId, what: What) {
        let key = self.next_key(chat);
        self.replies += 1;
        self.effects.outbox.push(Outgoing {
            key,
            chat,
            what,
            priority: Priority::Reply,
            about: None,
        });
    }

    /// Answers the press of a button.
    pub(crate) fn answer(&mut self, pressed: &Pressed, label: Label) {
        let text = label.text(self.language).to_owned();
        let callback = pressed.callback.clone();
        self.send(pressed.place.chat, What::Answer { callback, text });
    }

    /// Notes an act for the audit log.
    pub(crate) fn audit(
        &mut self,
        actor: UserId,
        act: &'static str,
        subject: impl Into<String>,
        detail: serde_json::Value,
    ) {
        let (at, subject) = (self.moment.now, subject.into());
        self.effects.audit.push(Audit { at, actor: Some(actor), act, subject, detail });
    }

    /// The period that is due, with the deadline that holds for an account.
    pub(crate) fn period_words(&self, account: &Account) -> Option<PeriodWords> {
        let (plan, now) = (self.plan, self.moment.now);
        match account.unit {
            Some(unit) => {
                let period = self.snapshot.period_shown(plan, unit, now)?;
                Some(PeriodWords::due_from(plan, unit, period))
            }
            None => plan.period_at(now).map(|period| PeriodWords::of(plan, period)),
        }
    }

    /// Writes a deed into the desk's journal.
    pub(crate) fn enter(&mut self, by: UserId, deed: Deed) {
        self.effects.journal.push(Entry { at: self.moment.now, by: Some(by), deed });
    }

    /// Tells a person something by the way: held in the quiet hours. `what` and the person make the key.
    pub(crate) fn tell<T: Text>(
        &mut self,
        to: &Account,
        what: &str,
        text: &T,
        buttons: &[Vec<Button>],
        about: Option<About>,
    ) {
        if to.blocked_at.is_some() {
            return;
        }
        let html = texts::render(to.language, text);
        self.tell_html((to.user.into(), what), &html, buttons, about);
    }

    /// The same for a text that is rendered, and for groups.
    pub(crate) fn tell_html(
        &mut self,
        (chat, what): (ChatId, &str),
        html: &str,
        buttons: &[Vec<Button>],
        about: Option<About>,
    ) {
        let pieces = texts::split(html);
        let last = pieces.len().saturating_sub(1);
        for (at, html) in pieces.into_iter().enumerate() {
            let buttons = if at == last { buttons.to_vec() } else { Vec::new() };
            self.effects.outbox.push(Outgoing {
                key: format!("{what}:{}:{}:{at}", self.update, chat.0),
                chat,
                what: What::Send { html, buttons, reply_to: None },
                priority: Priority::Broadcast,
                about,
            });
        }
    }

    /// Sends a person a file by the way.
    pub(crate) fn tell_file(&mut self, chat: ChatId, what: &str, file: &FileOut) {
        self.effects.outbox.push(Outgoing {
            key: format!("{what}:file:{}:{}", self.update, chat.0),
            chat,
            what: What::Document { file: file.clone(), html: String::new(), buttons: Vec::new() },
            priority: Priority::Broadcast,
            about: None,
        });
    }
}
