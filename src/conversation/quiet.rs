//! Quiet hours (免打扰): what the bot would write to a person by itself waits for the morning.
//!
//! Whoever writes is answered at any hour, and groups are no bedrooms: only broadcasts to private chats
//! are held. In the morning each person gets one message with all of it.

use chrono::{DateTime, Utc};

use super::effects::{Effects, Outgoing, Priority, What};
use super::event::{ChatId, UserId};
use super::snapshot::Snapshot;
use crate::plan::Plan;
use crate::texts::contexts::Morning;
use crate::texts::{self, Language};

/// Moves what must wait out of the outbox.
pub fn hold(plan: &Plan, effects: &mut Effects, now: DateTime<Utc>) {
    if !plan.is_quiet(now) {
        return;
    }
    let waits = |row: &Outgoing| row.priority == Priority::Broadcast && is_private(row.chat);
    let (held, now): (Vec<_>, Vec<_>) = effects.outbox.drain(..).partition(waits);
    effects.outbox = now;
    effects.held.extend(held);
}

/// A person's own chat has a positive number, a group a negative one (Bot API, `Chat.id`).
fn is_private(chat: ChatId) -> bool {
    chat.0 > 0
}

/// What was held, as each person gets it: one message with all texts, then the files.
#[must_use]
pub fn merge(snapshot: &Snapshot, held: Vec<Outgoing>) -> Vec<Outgoing> {
    let mut chats: Vec<(ChatId, Vec<Outgoing>)> = Vec::new();
    for row in held {
        match chats.iter_mut().find(|(chat, _)| *chat == row.chat) {
            Some((_, rows)) => rows.push(row),
            None => chats.push((row.chat, vec![row])),
        }
    }
    chats.into_iter().flat_map(|(chat, rows)| one(snapshot, chat, rows)).collect()
}

fn one(snapshot: &Snapshot, chat: ChatId, rows: Vec<Outgoing>) -> Vec<Outgoing> {
    // What a reply means something to stays a message of its own.
    let is_text = |row: &Outgoing| matches!(row.what, What::Send { .. }) && row.about.is_none();
    let (texts, files): (Vec<_>, Vec<_>) = rows.into_iter().partition(is_text);
    if texts.len() < 2 {
        return [texts, files].concat();
    }
    let account = snapshot.accounts.get(&UserId(chat.0));
    let language = account.map_or(Language::default(), |account| account.language);
    let mut html = texts::render(language, &Morning { count: texts.len() });
    let mut all_buttons = Vec::new();
    for row in &texts {
        if let What::Send { html: text, buttons, .. } = &row.what {
            html.push_str("\n\n");
            html.push_str(text);
            all_buttons.extend(buttons.clone());
        }
    }
    let first = texts[0].key.clone();
    let pieces = texts::split(&html);
    let last = pieces.len().saturating_sub(1);
    let merged = pieces.into_iter().enumerate().map(|(at, html)| {
        let buttons = if at == last { all_buttons.clone() } else { Vec::new() };
        Outgoing {
            key: format!("morning:{first}:{at}"),
            chat,
            what: What::Send { html, buttons, reply_to: None },
            priority: Priority::Broadcast,
            about: None,
        }
    });
    merged.chain(files).collect()
}
