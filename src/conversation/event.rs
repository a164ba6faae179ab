//! What can happen in a chat, free of any chat platform.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// A person's lasting number on the chat platform.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct UserId(pub i64);

/// A chat's number: a person's own (private) or a group's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ChatId(pub i64);

/// Above this there are no robots. Telegram's numbers have at most 52 significant bits (Bot API, `Chat.id`).
const ROBOTS_BELOW: i64 = -(1 << 60);

impl ChatId {
    /// The number of a group robot (群机器人) of another platform, made of its name: one that no chat of
    /// Telegram can have.
    #[must_use]
    pub fn of_robot(name: &str) -> Self {
        let bytes = Sha256::digest(name.as_bytes());
        let number = bytes.iter().take(6).fold(0, |sum, byte| (sum << 8) | i64::from(*byte));
        Self(ROBOTS_BELOW - number)
    }

    /// Whether this is a robot's.
    #[must_use]
    pub fn is_robot(self) -> bool {
        self.0 <= ROBOTS_BELOW
    }
}

impl From<UserId> for ChatId {
    /// The private chat with a person has that person's number (Bot API, `Chat.id`).
    fn from(user: UserId) -> Self {
        Self(user.0)
    }
}

/// A message's number inside its chat.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct MessageId(pub i64);

/// Who acted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// The person's number.
    pub user: UserId,
    /// The name the person shows; data, never trusted.
    pub name: String,
}

/// Where it happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// The chat.
    pub chat: ChatId,
    /// The group's title; `None` in a private chat.
    pub group: Option<String>,
}

/// One update, as the intake hands it over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Incoming {
    /// The platform's number of the update; the same number is the same update.
    pub update: i64,
    /// What happened.
    pub event: Event,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// Somebody wrote a text.
    Said(Said),
    /// Somebody changed a text written before.
    Edited(Said),
    /// Somebody sent what is no text (a picture, a voice message, a sticker).
    SentOther {
        /// Who.
        person: Person,
        /// Where.
        place: Place,
        /// The message.
        message: MessageId,
    },
    /// Somebody sent a file in private.
    SentFile(SentFile),
    /// Somebody pressed a button.
    Pressed(Pressed),
    /// A person blocked the bot, or started it again.
    Blocked {
        /// Who.
        person: Person,
        /// Whether the bot is now blocked.
        blocked: bool,
    },
    /// The bot was put into a group, or taken out of one.
    Group {
        /// Who did it.
        person: Person,
        /// The group.
        place: Place,
        /// Whether the bot is now in it.
        inside: bool,
    },
    /// A person left a group, or was taken out of it.
    Left {
        /// Who.
        person: Person,
        /// The group.
        place: Place,
    },
    /// Telegram refuses messages to this chat: the person has blocked the bot, or it is not in the
    /// group any more.
    Refused {
        /// The chat.
        chat: ChatId,
    },
    /// A group became a supergroup and has a new number.
    Migrated {
        /// The old number.
        from: ChatId,
        /// The new number.
        to: ChatId,
    },
    /// Nothing that concerns the bot.
    Nothing,
}

/// A text and where it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    /// Who wrote it.
    pub person: Person,
    /// Where.
    pub place: Place,
    /// The message.
    pub message: MessageId,
    /// The text, without a mention of the bot.
    pub text: String,
    /// The message of the bot it replies to.
    pub reply_to: Option<MessageId>,
    /// Whether it is meant for the bot: private, a command, a mention, or a reply to the bot.
    pub addressed: bool,
}

/// A press of a button under one of the bot's messages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pressed {
    /// Who pressed; anybody who sees the message can.
    pub person: Person,
    /// Where.
    pub place: Place,
    /// The message under which the button stands.
    pub message: MessageId,
    /// What the platform wants to be answered.
    pub callback: String,
    /// What the button carries; data, never trusted.
    pub data: String,
}

/// A file and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SentFile {
    /// Who sent it.
    pub person: Person,
    /// Where; always a private chat.
    pub place: Place,
    /// The message.
    pub message: MessageId,
    /// The words beside it; empty if there are none.
    pub caption: String,
    /// The message of the bot, or of one's own, that it replies to.
    pub reply_to: Option<MessageId>,
    /// The file.
    pub file: FileIn,
}

/// A file that came in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileIn {
    /// The name its sender gave it, without folders and control characters; data, never trusted.
    pub name: String,
    /// Its size in bytes, as the platform says.
    pub size: u64,
    /// What is in it, or why that is not known.
    pub contents: Result<Contents, FileProblem>,
}

/// Why a file's contents are not there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FileProblem {
    /// It is larger than what is read.
    TooBig,
    /// The platform did not hand it over. Sending it again may help.
    Unavailable,
    /// It was not asked for, since its sender was nobody the bot knew when it came.
    NotFetched,
}

/// The bytes of a file. `Debug` says only how many; a clone shares them.
#[derive(Clone, PartialEq, Eq)]
pub struct Contents(Arc<[u8]>);

impl Contents {
    /// Takes bytes.
    pub fn new(bytes: Vec<u8>) -> Self {
        Self(bytes.into())
    }

    /// The bytes.
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Contents {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Contents({} bytes)", self.0.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_never_shows_what_is_in_it() {
        let contents = Contents::new(b"s3cret figures".to_vec());
        assert_eq!(format!("{contents:?}"), "Contents(14 bytes)");
        let file = FileIn { name: "a.xlsx".into(), size: 14, contents: Ok(contents) };
        assert!(!format!("{file:?}").contains("115, 51"));
    }
}
