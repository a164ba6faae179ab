//! A bulletin or a correction (更正) on its way: what the office is shown before it goes out.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::event::{ChatId, UserId};
use crate::plan::Period;

/// How long a changed draft is there to be read before silence can let it go.
pub const TIME_TO_READ: TimeDelta = TimeDelta::minutes(10);

/// Where a draft stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DraftState {
    /// It is to be made, or made anew.
    Wanted,
    /// It was shown, and nobody has decided.
    Open,
    /// Somebody has let it go: it goes out at its time.
    Approved,
    /// Somebody holds it back (暂缓), or nobody has decided where silence holds it.
    Held,
    /// It went out.
    Issued,
    /// It will not go out: there was nothing to correct, or the office took it back.
    Dropped,
}

/// A draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// The period; its number is the bulletin's.
    pub period: Period,
    /// 0 for a bulletin, else the number of the correction.
    pub edition: u32,
    /// Where it stands.
    pub state: DraftState,
    /// The bulletin's time: before it, nothing goes out.
    pub due: DateTime<Utc>,
    /// How often it was shown: a button belongs to what was shown with it.
    pub shown: u32,
    /// How often it was changed.
    pub revision: u32,
    /// What people have said about it.
    pub words: DraftWords,
}

/// What people have said about a draft.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct DraftWords {
    /// Lines to be added to the bulletin, oldest first.
    pub lines: Vec<String>,
    /// Why there is a correction.
    pub reason: String,
    /// Who asked for the correction, or decided last.
    pub by: Option<UserId>,
    /// Until when there must be time to read it before silence can let it go.
    pub read_until: Option<DateTime<Utc>>,
    /// Whose next message is a line, and since when.
    pub writing: Vec<(UserId, DateTime<Utc>)>,
}

impl Draft {
    /// A draft that is to be made.
    #[must_use]
    pub fn wanted(period: Period, edition: u32, due: DateTime<Utc>) -> Self {
        let words = DraftWords::default();
        Self { period, edition, state: DraftState::Wanted, due, shown: 0, revision: 0, words }
    }

    /// The same one change further on.
    #[must_use]
    pub fn changed(&self, state: DraftState) -> Self {
        Self { state, revision: self.revision + 1, ..self.clone() }
    }

    /// The same to be made anew, with time to read it.
    #[must_use]
    pub fn renewed(&self, now: DateTime<Utc>) -> Self {
        let mut next = self.changed(DraftState::Wanted);
        next.words.read_until = Some(now + TIME_TO_READ).max(next.words.read_until);
        next
    }

    /// From when on silence decides.
    #[must_use]
    pub fn silence_from(&self) -> DateTime<Utc> {
        self.words.read_until.map_or(self.due, |until| until.max(self.due))
    }

    /// Whether it is over.
    #[must_use]
    pub fn is_over(&self) -> bool {
        matches!(self.state, DraftState::Issued | DraftState::Dropped)
    }

    /// The outbox key of the message with the buttons in a chat.
    #[must_use]
    pub fn key(&self, chat: ChatId) -> String {
        format!("{}:ask", self.key_of(chat))
    }

    /// What the keys of all messages that show it in a chat begin with.
    #[must_use]
    pub fn key_of(&self, chat: ChatId) -> String {
        format!("draft:{}:{}:{}:{}", self.period, self.edition, self.shown, chat.0)
    }
}
