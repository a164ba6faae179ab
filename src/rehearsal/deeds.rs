//! What people do: start, say, edit, press, hand in a document, block, found and change groups.
//!
//! In: calls of a test or of the chat page. Out: messages in the world and updates in the queue,
//! as Telegram would make them, privacy mode included
//! (<https://core.telegram.org/bots/features#privacy-mode>).

use std::collections::{BTreeMap, BTreeSet};

use axum::body::Bytes;
use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::html;
use super::json::{bot_json, bot_member_json, user_json};
use super::params::Upload;
use super::state::{
    Author, Bot, BotStatus, Chat, ChatId, ChatKind, Draft, Media, Message, MessageId, Query, State,
    Text, UpdateId, User, UserId,
};
use super::uploads::{dimensions, mime_of, store_file};
use super::world::{Pressed, Refused, Said, World};

/// Characters in a message.
const LONGEST_TEXT: usize = 4096;

/// A file as somebody hands it in.
#[derive(Debug, Clone, Default)]
pub struct HandIn {
    /// Its name.
    pub name: String,
    /// What is in it.
    pub bytes: Bytes,
    /// The words beside it.
    pub caption: String,
    /// Whether it is sent as a photo.
    pub photo: bool,
    /// The message it replies to.
    pub reply_to: Option<MessageId>,
}

/// People and groups.
impl World {
    /// A new person, who has not written to the bot yet.
    pub fn add_user(&self, name: &str) -> UserId {
        self.change(|state, _, _| {
            let id = UserId(i64::try_from(state.next_serial()).unwrap_or(i64::MAX));
            insert_user(state, id, name, None);
            id
        })
    }

    /// The person with this id (positive, not the bot's): made, or renamed if there already.
    pub fn ensure_user(&self, id: UserId, name: &str, username: Option<&str>) {
        self.change(|state, _, _| insert_user(state, id, name, username));
    }

    /// A new group with the bot in it, added by the first administrator (or member): a
    /// `my_chat_member` update and the service message.
    pub fn add_group(&self, title: &str, members: &[UserId], admins: &[UserId]) -> ChatId {
        self.change(|state, bot, now| {
            let id = ChatId(-i64::try_from(state.next_serial()).unwrap_or(i64::MAX));
            found_group(state, bot, now, id, title, members, admins);
            id
        })
    }

    /// The group with this id (negative): made as by [`World::add_group`] if it is not there yet;
    /// otherwise it gets this title and these people, and no update is made.
    pub fn ensure_group(&self, id: ChatId, title: &str, members: &[UserId], admins: &[UserId]) {
        self.change(|state, bot, now| match state.chats.get_mut(&id) {
            Some(chat) => {
                title.clone_into(&mut chat.title);
                chat.members.extend(members.iter().chain(admins));
                chat.admins = admins.to_vec();
            }
            None => found_group(state, bot, now, id, title, members, admins),
        });
    }

    /// Changes the bot's standing in a group (added, promoted, removed by `by`): a
    /// `my_chat_member` update.
    pub fn sets_bot(
        &self,
        by: UserId,
        chat: ChatId,
        status: BotStatus,
    ) -> Result<Option<UpdateId>, Refused> {
        self.change(|state, bot, now| {
            let (user, _) = person_in(state, by, chat)?;
            let from = user_json(user);
            let group = state.chats.get_mut(&chat).ok_or(Refused::NoSuchChat)?;
            let old = std::mem::replace(&mut group.bot, status);
            Ok(push_standing(state, bot, now, chat, &from, (old, status)))
        })
    }

    /// A group becomes a supergroup with a new id: a service message in each.
    pub fn migrates(&self, chat: ChatId) -> Result<ChatId, Refused> {
        self.change(|state, bot, now| {
            let new = ChatId(-1_000_000_000_000 - i64::try_from(state.next_serial()).unwrap_or(0));
            let old = state.chats.get_mut(&chat).ok_or(Refused::NoSuchChat)?;
            if old.kind != ChatKind::Group || old.migrated_to.is_some() {
                return Err(Refused::Migrated);
            }
            let mut group = old.clone();
            old.migrated_to = Some(new);
            let by = old.admins.first().or(old.members.first()).copied();
            let by = by.map_or(Author::Bot, Author::User);
            group.id = new;
            group.kind = ChatKind::Supergroup;
            group.messages.clear();
            group.last_message = 0;
            group.read.clear();
            state.chats.insert(new, group);
            for (chat, field, other) in
                [(chat, "migrate_to_chat_id", new), (new, "migrate_from_chat_id", chat)]
            {
                let id = state.post(chat, Draft::service(by, field, json!(other)), now);
                push_message(state, bot, chat, id, "message");
            }
            Ok(new)
        })
    }
}

/// What one person does.
impl World {
    /// Presses start, perhaps by a `t.me/bot?start=CODE` link. Unblocks the bot if need be.
    pub fn starts(&self, user: UserId, code: Option<&str>) -> Result<Said, Refused> {
        if self.look(|state| state.users.get(&user).is_some_and(|user| user.blocked)) {
            self.unblocks(user)?;
        }
        let text = code.map_or("/start".to_owned(), |code| format!("/start {code}"));
        self.says(user, user, &text)
    }

    /// Writes a text.
    pub fn says(&self, user: UserId, chat: impl Into<ChatId>, text: &str) -> Result<Said, Refused> {
        let draft = Draft::new(Author::User(user), typed(text)?);
        self.posts(user, chat.into(), draft)
    }

    /// Answers a message.
    pub fn replies(
        &self,
        user: UserId,
        chat: impl Into<ChatId>,
        to: MessageId,
        text: &str,
    ) -> Result<Said, Refused> {
        let mut draft = Draft::new(Author::User(user), typed(text)?);
        draft.reply_to = Some(to);
        self.posts(user, chat.into(), draft)
    }

    /// Hands in a document, with a caption that may be empty.
    pub fn sends_document(
        &self,
        user: UserId,
        chat: impl Into<ChatId>,
        name: &str,
        bytes: impl Into<Bytes>,
        caption: &str,
    ) -> Result<Said, Refused> {
        let (name, bytes) = (name.to_owned(), bytes.into());
        let file = HandIn { name, bytes, caption: caption.to_owned(), ..HandIn::default() };
        self.hands_in(user, chat, file)
    }

    /// Hands in a file as a document or as a photo, which loses its name.
    pub fn hands_in(
        &self,
        user: UserId,
        chat: impl Into<ChatId>,
        given: HandIn,
    ) -> Result<Said, Refused> {
        let chat = chat.into();
        let HandIn { name, bytes, caption, photo, reply_to } = given;
        let (width, height) = dimensions(&bytes).unwrap_or((1280, 960));
        let mime = mime_of(&name).to_owned();
        let mut draft = Draft::new(Author::User(user), html::as_is(&caption));
        let file = self.change(|state, _, _| {
            person_in(state, user, chat)?;
            let kind = if photo { "photo" } else { "document" };
            Ok(store_file(state, kind, Upload { name, mime, bytes }))
        })?;
        let media =
            if photo { Media::Photo { file, width, height } } else { Media::Document { file } };
        (draft.media, draft.reply_to) = (Some(media), reply_to);
        self.posts(user, chat, draft)
    }

    fn posts(&self, user: UserId, chat: ChatId, draft: Draft) -> Result<Said, Refused> {
        self.change(|state, bot, now| {
            let (person, is_private) = person_in(state, user, chat)?;
            if is_private && person.blocked {
                return Err(Refused::Blocked);
            }
            if is_private {
                if let Some(person) = state.users.get_mut(&user) {
                    person.started = true;
                }
                state.private_chat(user);
            }
            let known =
                |to| state.chats.get(&chat).is_some_and(|chat| chat.messages.contains_key(to));
            if draft.reply_to.as_ref().is_some_and(|to| !known(to)) {
                return Err(Refused::NoSuchMessage);
            }
            let message = state.post(chat, draft, now);
            Ok(Said { message, update: push_message(state, bot, chat, message, "message") })
        })
    }

    /// Changes the text of an own message: an `edited_message` update, if the bot sees it.
    pub fn edits(
        &self,
        user: UserId,
        chat: impl Into<ChatId>,
        message: MessageId,
        text: &str,
    ) -> Result<Option<UpdateId>, Refused> {
        let (chat, text) = (chat.into(), typed(text)?);
        self.change(|state, bot, now| {
            person_in(state, user, chat)?;
            let found = state.chats.get_mut(&chat).and_then(|chat| chat.messages.get_mut(&message));
            let found = found
                .filter(|found| found.author == Author::User(user) && found.service.is_none())
                .ok_or(Refused::NoSuchMessage)?;
            let earlier = std::mem::replace(&mut found.text, text);
            found.earlier.push(earlier.sent);
            found.edit_date = Some(now.timestamp());
            Ok(push_message(state, bot, chat, message, "edited_message"))
        })
    }

    /// Presses a button with this data under one of the bot's messages. The data need not be there
    /// any more: a client may show an older keyboard.
    pub fn presses(
        &self,
        user: UserId,
        chat: impl Into<ChatId>,
        message: MessageId,
        data: &str,
    ) -> Result<Pressed, Refused> {
        let chat = chat.into();
        self.change(|state, bot, _| {
            let (person, _) = person_in(state, user, chat)?;
            let from = user_json(person);
            let found = state.chats.get(&chat).and_then(|chat| chat.messages.get(&message));
            if found.is_none_or(|found| found.author != Author::Bot) {
                return Err(Refused::NoSuchMessage);
            }
            let query = state.next_serial();
            let data = data.to_owned();
            let body = json!({
                "id": query.to_string(),
                "from": from,
                "message": state.message_json(bot, chat, message),
                "chat_instance": format!("rehearsal{}", chat.0),
                "data": data,
            });
            state.queries.insert(query, Query { user, chat, message, data, answer: None });
            Ok(Pressed { query, update: state.push_update("callback_query", body) })
        })
    }

    /// Blocks the bot: a `my_chat_member` update.
    pub fn blocks(&self, user: UserId) -> Result<Option<UpdateId>, Refused> {
        self.set_blocked(user, true)
    }

    /// Takes the block back: a `my_chat_member` update.
    pub fn unblocks(&self, user: UserId) -> Result<Option<UpdateId>, Refused> {
        self.set_blocked(user, false)
    }

    fn set_blocked(&self, user: UserId, blocked: bool) -> Result<Option<UpdateId>, Refused> {
        self.change(|state, bot, now| {
            let person = state.users.get_mut(&user).ok_or(Refused::NoSuchUser)?;
            if std::mem::replace(&mut person.blocked, blocked) == blocked {
                return Ok(None);
            }
            let from = user_json(person);
            state.private_chat(user);
            let (member, kicked) = (BotStatus::Member, BotStatus::Kicked);
            let change = if blocked { (member, kicked) } else { (kicked, member) };
            Ok(push_standing(state, bot, now, user.into(), &from, change))
        })
    }
}

fn insert_user(state: &mut State, id: UserId, name: &str, username: Option<&str>) {
    let username = username.map(str::to_owned);
    let user = state.users.entry(id).or_insert_with(|| User {
        id,
        first_name: String::new(),
        username: None,
        started: false,
        blocked: false,
    });
    name.clone_into(&mut user.first_name);
    user.username = username;
}

fn found_group(
    state: &mut State,
    bot: &Bot,
    now: DateTime<Utc>,
    id: ChatId,
    title: &str,
    members: &[UserId],
    admins: &[UserId],
) {
    insert_group(state, id, title, members, admins);
    let by = admins.first().or(members.first()).copied();
    let author = by.map_or(Author::Bot, Author::User);
    let from = by.and_then(|by| state.users.get(&by)).map_or_else(|| bot_json(bot), user_json);
    push_standing(state, bot, now, id, &from, (BotStatus::Left, BotStatus::Member));
    let joined = Draft::service(author, "new_chat_members", json!([bot_json(bot)]));
    let message = state.post(id, joined, now);
    push_message(state, bot, id, message, "message");
}

/// A group with the bot in it, and no word about it.
pub(super) fn insert_group(
    state: &mut State,
    id: ChatId,
    title: &str,
    members: &[UserId],
    admins: &[UserId],
) {
    let members: BTreeSet<UserId> = members.iter().chain(admins).copied().collect();
    let group = Chat {
        id,
        kind: ChatKind::Group,
        title: title.to_owned(),
        members,
        admins: admins.to_vec(),
        bot: BotStatus::Member,
        migrated_to: None,
        messages: BTreeMap::new(),
        last_message: state.first_message,
        read: BTreeMap::new(),
    };
    state.chats.insert(id, group);
}

/// The person, and whether the chat is their private one; an error where they may not act there.
fn person_in(state: &State, user: UserId, chat: ChatId) -> Result<(&User, bool), Refused> {
    let person = state.users.get(&user).ok_or(Refused::NoSuchUser)?;
    if ChatId::from(user) == chat {
        return Ok((person, true));
    }
    let group = state.chats.get(&chat).ok_or(Refused::NoSuchChat)?;
    if !group.members.contains(&user) {
        return Err(Refused::NotAMember);
    }
    if group.migrated_to.is_some() {
        return Err(Refused::Migrated);
    }
    Ok((person, false))
}

fn typed(text: &str) -> Result<Text, Refused> {
    let text = html::as_is(text);
    match text.plain.chars().count() {
        0 => Err(Refused::Empty),
        length if length > LONGEST_TEXT => Err(Refused::TooLong),
        _ => Ok(text),
    }
}

fn push_standing(
    state: &mut State,
    bot: &Bot,
    now: DateTime<Utc>,
    chat: ChatId,
    from: &Value,
    (old, new): (BotStatus, BotStatus),
) -> Option<UpdateId> {
    let body = json!({
        "chat": state.chat_json(chat),
        "from": from,
        "date": now.timestamp(),
        "old_chat_member": bot_member_json(bot, old),
        "new_chat_member": bot_member_json(bot, new),
    });
    state.push_update("my_chat_member", body)
}

/// Tells the bot of a message, if it may see it.
fn push_message(
    state: &mut State,
    bot: &Bot,
    chat: ChatId,
    message: MessageId,
    kind: &str,
) -> Option<UpdateId> {
    let group = state.chats.get(&chat)?;
    if !bot_sees(group, group.messages.get(&message)?, bot) {
        return None;
    }
    let body = state.message_json(bot, chat, message)?;
    state.push_update(kind, body)
}

/// Privacy mode: in a group an ordinary bot sees service messages, commands, mentions of itself and
/// answers to its own messages.
fn bot_sees(chat: &Chat, message: &Message, bot: &Bot) -> bool {
    match (chat.kind, chat.bot) {
        (ChatKind::Private, _) | (_, BotStatus::Administrator) => return true,
        (_, BotStatus::Left | BotStatus::Kicked) => return false,
        (_, BotStatus::Member) => {}
    }
    if message.service.is_some() {
        return true;
    }
    let answered = message.reply_to.and_then(|id| chat.messages.get(&id));
    if answered.is_some_and(|answered| answered.author == Author::Bot) {
        return true;
    }
    let text: Vec<u16> = message.text.plain.encode_utf16().collect();
    let own = format!("@{}", bot.username).to_lowercase();
    message.text.entities.iter().any(|entity| {
        let place = |name: &str| entity[name].as_u64().and_then(|n| usize::try_from(n).ok());
        let start = place("offset").unwrap_or(0);
        let end = start + place("length").unwrap_or(0);
        let marked = String::from_utf16_lossy(text.get(start..end).unwrap_or_default());
        let marked = marked.to_lowercase();
        match entity["type"].as_str() {
            Some("bot_command") => !marked.contains('@') || marked.ends_with(&own),
            Some("mention") => marked == own,
            _ => false,
        }
    })
}
