//! What tests and the chat page see of the world.

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::Value;

use super::state::{Author, ChatId, Media, Message, MessageId, State, UserId};
use super::uploads::list;

/// What a button does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ButtonAction {
    /// Sends this `callback_data` to the bot.
    Data(String),
    /// Opens this address.
    Url(String),
    /// Copies this text.
    Copy(String),
}

/// A button under a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Button {
    /// Its face.
    pub text: String,
    /// What it does.
    pub action: ButtonAction,
}

impl Button {
    /// Its `callback_data`, if it has one.
    pub fn data(&self) -> Option<&str> {
        match &self.action {
            ButtonAction::Data(data) => Some(data),
            _ => None,
        }
    }
}

/// Whether a file is shown or only named.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FileKind {
    /// A picture.
    Photo,
    /// Any file.
    Document,
}

/// A file in a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FileView {
    /// Photo or document.
    pub kind: FileKind,
    /// Telegram's `file_id`.
    pub id: String,
    /// The file's name.
    pub name: String,
    /// Bytes.
    pub size: usize,
}

/// A message as people see it.
#[derive(Debug, Clone, PartialEq)]
pub struct MessageView {
    /// Its id in the chat.
    pub id: MessageId,
    /// The person who wrote it; `None`: the bot.
    pub from: Option<UserId>,
    /// The bot wrote it.
    pub from_bot: bool,
    /// The text or caption as sent, with HTML tags.
    pub html: String,
    /// The text or caption as read, without tags.
    pub text: String,
    /// Telegram's message entities of `text`.
    pub entities: Vec<Value>,
    /// The rows of buttons under it.
    pub buttons: Vec<Vec<Button>>,
    /// It was edited.
    pub edited: bool,
    /// Earlier texts as sent, oldest first.
    pub earlier: Vec<String>,
    /// The photo or document.
    pub file: Option<FileView>,
    /// The message it answers.
    pub reply_to: Option<MessageId>,
    /// When it was sent, to the second.
    pub date: DateTime<Utc>,
    /// For a service message, its field (`new_chat_members`, `migrate_to_chat_id`).
    pub service: Option<String>,
}

impl MessageView {
    /// Every button, row by row.
    pub fn all_buttons(&self) -> impl Iterator<Item = &Button> {
        self.buttons.iter().flatten()
    }

    /// The first button whose face contains `face`.
    pub fn button(&self, face: &str) -> Option<&Button> {
        self.all_buttons().find(|button| button.text.contains(face))
    }

    pub(super) fn of(state: &State, message: &Message) -> Self {
        let file = message.media.as_ref().map(|media| {
            let stored = state.files.get(media.file());
            FileView {
                kind: match media {
                    Media::Photo { .. } => FileKind::Photo,
                    Media::Document { .. } => FileKind::Document,
                },
                id: media.file().to_owned(),
                name: stored.map(|stored| stored.name.clone()).unwrap_or_default(),
                size: stored.map_or(0, |stored| stored.size),
            }
        });
        let service = message.service.as_ref().and_then(|fields| fields.keys().next().cloned());
        Self {
            id: message.id,
            from: match message.author {
                Author::Bot => None,
                Author::User(user) => Some(user),
            },
            from_bot: message.author == Author::Bot,
            html: message.text.sent.clone(),
            text: message.text.plain.clone(),
            entities: message.text.entities.clone(),
            buttons: message.keyboard.as_ref().map(buttons).unwrap_or_default(),
            edited: message.edit_date.is_some(),
            earlier: message.earlier.clone(),
            file,
            reply_to: message.reply_to,
            date: DateTime::from_timestamp(message.date, 0).unwrap_or_default(),
            service,
        }
    }
}

fn buttons(keyboard: &Value) -> Vec<Vec<Button>> {
    let button = |button: &Value| {
        let field = |name: &str| button.get(name).and_then(Value::as_str).map(str::to_owned);
        let copy = || button["copy_text"]["text"].as_str().map(str::to_owned);
        let action = field("callback_data")
            .map(ButtonAction::Data)
            .or_else(|| field("url").map(ButtonAction::Url))
            .or_else(|| copy().map(ButtonAction::Copy));
        Some(Button { text: field("text")?, action: action? })
    };
    list(&keyboard["inline_keyboard"])
        .iter()
        .map(|row| list(row).iter().filter_map(button).collect())
        .collect()
}

/// What became of a pressed button.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallbackAnswer {
    /// Where it was pressed.
    pub chat: ChatId,
    /// The message it is under.
    pub message: MessageId,
    /// Its data.
    pub data: String,
    /// The bot answered the press.
    pub answered: bool,
    /// What the answer says; may be empty.
    pub text: String,
    /// The answer is shown as an alert.
    pub alert: bool,
}

/// One API call of the bot.
#[derive(Debug, Clone, PartialEq)]
pub struct ApiCall {
    /// The method, as in the Bot API's pages.
    pub method: String,
    /// The parameters; files by name and size.
    pub params: Value,
    /// The answer; of `getUpdates` only the updates' ids; null where the connection was cut
    /// before anything was done.
    pub answer: Value,
    /// The plan clock's time.
    pub at: DateTime<Utc>,
}

impl ApiCall {
    /// The call's `chat_id`.
    pub fn chat(&self) -> Option<ChatId> {
        let id = &self.params["chat_id"];
        id.as_i64().or_else(|| id.as_str()?.parse().ok()).map(ChatId)
    }

    /// It was carried out and answered `ok`.
    pub fn is_ok(&self) -> bool {
        self.answer["ok"] == Value::Bool(true)
    }
}
