//! The world's data: people, chats, messages, files and the queue of updates.
//!
//! Plain values behind one lock; no HTTP here. All of it is saved as JSON when a state file is
//! wanted, except the bytes of files, which are kept beside it.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use tokio::sync::mpsc::UnboundedSender;

use super::json::{chat_json, message_json};

/// A person's id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct UserId(pub i64);

/// A chat's id: a private chat has its person's id, a group a negative one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ChatId(pub i64);

/// A message's id, unique in its chat.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct MessageId(pub i32);

/// An update's id; they grow by one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct UpdateId(pub i64);

/// The private chat of this person with the bot.
impl From<UserId> for ChatId {
    fn from(user: UserId) -> Self {
        Self(user.0)
    }
}

/// The id of the bot in every rehearsal.
pub(super) const BOT_ID: i64 = 5_000_000_001;

/// How many updates are kept after they were confirmed, for [`super::World::deliver_again`].
const REMEMBERED_UPDATES: usize = 10_000;

/// A person.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct User {
    pub id: UserId,
    pub first_name: String,
    pub username: Option<String>,
    /// They wrote to the bot at least once, so that it may write to them.
    pub started: bool,
    /// They blocked the bot.
    pub blocked: bool,
}

/// What kind of chat it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum ChatKind {
    Private,
    Group,
    Supergroup,
}

/// The bot's standing in a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum BotStatus {
    /// An ordinary member, bound by privacy mode.
    Member,
    /// An administrator, who reads every message.
    Administrator,
    /// It left by itself, or was never there.
    Left,
    /// It was removed by somebody.
    Kicked,
}

impl BotStatus {
    /// It is in the group.
    pub fn is_present(self) -> bool {
        matches!(self, Self::Member | Self::Administrator)
    }
}

/// A chat and its messages.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Chat {
    pub id: ChatId,
    pub kind: ChatKind,
    /// A group's title; a private chat has none.
    pub title: String,
    /// People of a group.
    pub members: BTreeSet<UserId>,
    /// Administrators of a group; the first is its owner.
    pub admins: Vec<UserId>,
    pub bot: BotStatus,
    /// The supergroup that a group became.
    pub migrated_to: Option<ChatId>,
    pub messages: BTreeMap<MessageId, Message>,
    pub last_message: i32,
    /// The last message each person has seen on the chat page.
    pub read: BTreeMap<UserId, MessageId>,
}

/// Who wrote a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Author {
    Bot,
    User(UserId),
}

/// A photo or a document in a message.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) enum Media {
    Photo { file: String, width: u32, height: u32 },
    Document { file: String },
}

impl Media {
    pub fn file(&self) -> &str {
        match self {
            Self::Photo { file, .. } | Self::Document { file } => file,
        }
    }
}

/// Text as it was sent and as it reads.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Text {
    /// With HTML tags, where the bot used them.
    pub sent: String,
    /// Without.
    pub plain: String,
    /// Telegram's message entities; offsets and lengths in UTF-16 units.
    pub entities: Vec<Value>,
}

/// A message in a chat.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Message {
    pub id: MessageId,
    pub author: Author,
    /// Unix seconds, as all of Telegram's dates.
    pub date: i64,
    pub edit_date: Option<i64>,
    /// The text, or the caption of a photo or document.
    pub text: Text,
    pub media: Option<Media>,
    pub reply_to: Option<MessageId>,
    /// The inline keyboard, as sent.
    pub keyboard: Option<Value>,
    /// Fields of a service message (`new_chat_members` and the like).
    pub service: Option<Map<String, Value>>,
    /// Earlier texts as sent, oldest first.
    pub earlier: Vec<String>,
}

/// A message that has no id yet.
#[derive(Debug, Clone)]
pub(super) struct Draft {
    pub author: Author,
    pub text: Text,
    pub media: Option<Media>,
    pub reply_to: Option<MessageId>,
    pub keyboard: Option<Value>,
    pub service: Option<Map<String, Value>>,
}

impl Draft {
    pub fn new(author: Author, text: Text) -> Self {
        Self { author, text, media: None, reply_to: None, keyboard: None, service: None }
    }

    pub fn service(author: Author, field: &str, value: Value) -> Self {
        let mut draft = Self::new(author, Text::default());
        draft.service = Some(Map::from_iter([(field.to_owned(), value)]));
        draft
    }
}

/// A file that was uploaded.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct StoredFile {
    pub id: String,
    /// What a download asks for, below `/file/bot<token>/`.
    pub path: String,
    pub name: String,
    pub mime: String,
    pub size: usize,
    /// The contents; saved beside the state file, not in it.
    #[serde(skip)]
    pub bytes: bytes_of_file::Bytes,
}

/// The bytes of a file, cheap to clone.
pub(super) mod bytes_of_file {
    pub use axum::body::Bytes;
}

/// An update waiting in the queue, or remembered.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Update {
    pub id: UpdateId,
    /// The whole object, with `update_id`.
    pub body: Value,
}

/// A button that was pressed.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Query {
    pub user: UserId,
    pub chat: ChatId,
    pub message: MessageId,
    pub data: String,
    /// What `answerCallbackQuery` said: text and whether as an alert.
    pub answer: Option<(String, bool)>,
}

/// The webhook that was set, if any.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Webhook {
    pub url: String,
    pub max_connections: Option<i64>,
    #[serde(default)]
    pub secret: Option<String>,
}

/// Everything.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct State {
    pub users: BTreeMap<UserId, User>,
    pub chats: BTreeMap<ChatId, Chat>,
    #[serde(default)]
    pub files: BTreeMap<String, StoredFile>,
    pub queue: VecDeque<Update>,
    /// To be delivered once more, whatever was confirmed.
    #[serde(default)]
    pub again: VecDeque<Update>,
    #[serde(skip)]
    pub remembered: VecDeque<Update>,
    pub last_update: i64,
    pub confirmed: i64,
    /// Update types wanted; empty: all but `chat_member` and reactions.
    pub allowed: Vec<String>,
    /// In the order they were pressed.
    pub queries: BTreeMap<u64, Query>,
    pub webhook: Webhook,
    /// Command lists by scope and language.
    pub commands: BTreeMap<String, Vec<Value>>,
    /// What `setMyDescription` and its like recorded, by method name without `set`.
    pub recorded: BTreeMap<String, Value>,
    /// Grows with every new group, file and button press.
    pub serial: u64,
    /// Numbers of messages begin after this one in every chat.
    #[serde(default)]
    pub first_message: i32,
    /// The number of the `getUpdates` call that may wait; a later one ends an earlier.
    #[serde(skip)]
    pub poll: u64,
    /// Who is told of each new message of the bot.
    #[serde(skip)]
    pub followers: Vec<UnboundedSender<(ChatId, MessageId)>>,
}

impl Default for State {
    fn default() -> Self {
        Self {
            users: BTreeMap::new(),
            chats: BTreeMap::new(),
            files: BTreeMap::new(),
            queue: VecDeque::new(),
            again: VecDeque::new(),
            remembered: VecDeque::new(),
            last_update: 100_000,
            confirmed: 100_000,
            allowed: Vec::new(),
            queries: BTreeMap::new(),
            webhook: Webhook::default(),
            commands: BTreeMap::new(),
            recorded: BTreeMap::new(),
            serial: 1_000,
            first_message: 0,
            poll: 0,
            followers: Vec::new(),
        }
    }
}

impl State {
    /// The next number of the common series.
    pub fn next_serial(&mut self) -> u64 {
        self.serial += 1;
        self.serial
    }

    /// The person's private chat, made when it is first needed.
    pub fn private_chat(&mut self, user: UserId) -> &mut Chat {
        let id = ChatId::from(user);
        let last_message = self.first_message;
        self.chats.entry(id).or_insert_with(|| Chat {
            id,
            kind: ChatKind::Private,
            title: String::new(),
            members: BTreeSet::from([user]),
            admins: Vec::new(),
            bot: BotStatus::Member,
            migrated_to: None,
            messages: BTreeMap::new(),
            last_message,
            read: BTreeMap::new(),
        })
    }

    /// Puts a message into a chat that exists and returns its id.
    pub fn post(&mut self, chat: ChatId, draft: Draft, now: DateTime<Utc>) -> MessageId {
        let Some(chat) = self.chats.get_mut(&chat) else { return MessageId(0) };
        chat.last_message += 1;
        let id = MessageId(chat.last_message);
        if draft.author == Author::Bot {
            self.followers.retain(|follower| follower.send((chat.id, id)).is_ok());
        }
        if let Author::User(user) = draft.author {
            chat.read.insert(user, id);
        }
        let Draft { author, text, media, reply_to, keyboard, service } = draft;
        chat.messages.insert(
            id,
            Message {
                id,
                author,
                date: now.timestamp(),
                edit_date: None,
                text,
                media,
                reply_to,
                keyboard,
                service,
                earlier: Vec::new(),
            },
        );
        id
    }

    /// The message as Telegram writes it, if it exists.
    pub fn message_json(&self, bot: &Bot, chat: ChatId, id: MessageId) -> Option<Value> {
        let chat = self.chats.get(&chat)?;
        Some(message_json(self, bot, chat, chat.messages.get(&id)?, true))
    }

    /// The chat as Telegram writes it inside other objects.
    pub fn chat_json(&self, chat: ChatId) -> Value {
        self.chats.get(&chat).map_or(Value::Null, |chat| chat_json(self, chat))
    }

    /// Queues an update, unless the bot did not ask for its type.
    pub fn push_update(&mut self, kind: &str, body: Value) -> Option<UpdateId> {
        if !self.allowed.is_empty() && !self.allowed.iter().any(|allowed| allowed == kind) {
            return None;
        }
        Some(self.push_raw(Value::Object(Map::from_iter([(kind.to_owned(), body)]))))
    }

    /// Queues an object as an update; its `update_id` is given here.
    pub fn push_raw(&mut self, body: Value) -> UpdateId {
        self.last_update += 1;
        let id = UpdateId(self.last_update);
        let mut object = Map::from_iter([("update_id".to_owned(), json!(id.0))]);
        if let Value::Object(fields) = body {
            object.extend(fields.into_iter().filter(|(name, _)| name != "update_id"));
        }
        let update = Update { id, body: Value::Object(object) };
        if self.remembered.len() == REMEMBERED_UPDATES {
            self.remembered.pop_front();
        }
        self.remembered.push_back(update.clone());
        self.queue.push_back(update);
        id
    }
}

/// Who the bot is.
#[derive(Debug, Clone)]
pub(super) struct Bot {
    pub username: String,
    pub name: String,
}
