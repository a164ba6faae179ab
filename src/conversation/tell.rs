//! Telling others: messages that nobody waits for, held in the quiet hours; and the desk's journal.

use super::Turn;
use super::effects::{Button, FileOut, Outgoing, Priority, What};
use super::event::{ChatId, UserId};
use super::journal::{Deed, Entry};
use super::snapshot::{About, Account};
use crate::texts::{self, Text};

impl Turn<'_> {
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
