//! What follows from an event: rows to keep and messages to send, as plain values.
//!
//! Nothing here has happened yet; the store makes it so, all in one transaction.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use sha2::{Digest, Sha256};

use super::dialogue::Dialogue;
use super::draft::Draft;
use super::event::{ChatId, Contents, MessageId, UserId};
use super::evidence::Evidence;
use super::flags::Flag;
use super::guide::Guide;
use super::journal::Entry;
use super::needs::hex;
use super::pending::{Note, Pending};
use super::review::{Review, ReviewAsk};
use super::snapshot::{About, Account, BoundGroup, Current, InForce, Invite, ReportKey};
use crate::plan::{IndicatorId, Period, Quantity, UnitId};

/// What follows from one event or job.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Effects {
    /// Accounts that are new or changed.
    pub accounts: Vec<Account>,
    /// Groups that are bound, or bound otherwise.
    pub groups: Vec<BoundGroup>,
    /// Groups the bot is no longer in.
    pub groups_left: Vec<ChatId>,
    /// Groups that have a new number: old, new.
    pub groups_moved: Vec<(ChatId, ChatId)>,
    /// New invitations.
    pub invites: Vec<Invite>,
    /// Invitations that were used.
    pub invites_used: Vec<Invite>,
    /// Reports received.
    pub reports: Vec<Report>,
    /// Figures submitted or withdrawn.
    pub submissions: Vec<Submission>,
    /// Questions asked, answered or closed.
    pub pending: Vec<Pending>,
    /// Forms begun, filled in, or done.
    pub guides: Vec<Guide>,
    /// Words that explain reports.
    pub notes: Vec<Note>,
    /// What reviewers have said.
    pub reviews: Vec<Review>,
    /// Reviewers whose next text is a reason, or is none any more.
    pub review_asks: Vec<ReviewAsk>,
    /// What bears figures out.
    pub evidence: Vec<Evidence>,
    /// Flags set and lifted.
    pub flags: Vec<Flag>,
    /// Bulletins on their way, begun or changed.
    pub drafts: Vec<Draft>,
    /// Bulletins issued.
    pub bulletins: Vec<BulletinRow>,
    /// Files that messages to send refer to.
    pub blobs: Vec<Blob>,
    /// What was done at the desk.
    pub journal: Vec<Entry>,
    /// Dialogues begun, worked on, or done.
    pub dialogues: Vec<Dialogue>,
    /// Files to keep for good.
    pub kept: Vec<Blob>,
    /// Messages to send.
    pub outbox: Vec<Outgoing>,
    /// Messages that wait until the quiet hours are over.
    pub held: Vec<Outgoing>,
    /// What must be shown to have been done, by whom.
    pub audit: Vec<Audit>,
}

impl Effects {
    /// Puts another event's effects behind these.
    pub fn append(&mut self, mut other: Effects) {
        self.accounts.append(&mut other.accounts);
        self.groups.append(&mut other.groups);
        self.groups_left.append(&mut other.groups_left);
        self.groups_moved.append(&mut other.groups_moved);
        self.invites.append(&mut other.invites);
        self.invites_used.append(&mut other.invites_used);
        self.reports.append(&mut other.reports);
        self.submissions.append(&mut other.submissions);
        self.pending.append(&mut other.pending);
        self.guides.append(&mut other.guides);
        self.notes.append(&mut other.notes);
        self.reviews.append(&mut other.reviews);
        self.review_asks.append(&mut other.review_asks);
        self.evidence.append(&mut other.evidence);
        self.flags.append(&mut other.flags);
        self.drafts.append(&mut other.drafts);
        self.bulletins.append(&mut other.bulletins);
        self.blobs.append(&mut other.blobs);
        self.journal.append(&mut other.journal);
        self.dialogues.append(&mut other.dialogues);
        self.kept.append(&mut other.kept);
        self.outbox.append(&mut other.outbox);
        self.held.append(&mut other.held);
        self.audit.append(&mut other.audit);
    }
}

/// One message taken as a report (上报).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The message it was made by.
    pub key: ReportKey,
    /// For which unit.
    pub unit: UnitId,
    /// For which period.
    pub period: Period,
    /// Who sent it.
    pub by: UserId,
    /// How it came.
    pub source: Source,
    /// The text as written.
    pub text: String,
    /// When.
    pub at: DateTime<Utc>,
}

/// How a report came: what a change of the message's words can change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Source {
    /// In the words of a message.
    Words,
    /// In a file; the words beside it are a report of their own.
    File,
    /// As an answer to the guided form: a bare number, or a button.
    Form,
}

/// How a submission came about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Origin {
    /// A running total (累计).
    Total,
    /// An addition (本期新增).
    Increment,
    /// The undoing (撤回) of an earlier submission.
    Withdrawal,
}

/// One reported figure: a row that is never changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Submission {
    /// Under which unit the figure is kept.
    pub unit: UnitId,
    /// Which indicator.
    pub indicator: IndicatorId,
    /// Its number among the submissions of this unit and indicator, from 1.
    pub revision: u32,
    /// For which period it was sent.
    pub period: Period,
    /// How it came about.
    pub origin: Origin,
    /// What was written, in base units.
    pub value: Quantity,
    /// In whose place it stands: the number of the submission that first stood there, its own if it
    /// is new. A withdrawal takes the last word of its place back.
    pub place: u32,
    /// What is in force after it.
    pub in_force: Option<InForce>,
    /// What was in force before it.
    pub before: Option<InForce>,
    /// Whether it came after the deadline (逾期).
    pub late: bool,
    /// The message it came with; of a withdrawal, the message withdrawn.
    pub report: ReportKey,
    /// Who sent it.
    pub by: UserId,
    /// When.
    pub at: DateTime<Utc>,
}

impl Submission {
    /// The figure in force once this is the latest submission.
    pub fn current(&self) -> Current {
        Current {
            in_force: self.in_force,
            latest: self.revision,
            by: self.by,
            origin: self.origin,
            value: self.value,
        }
    }
}

/// A bulletin (通报) as issued, with the numbers it was made of.
#[derive(Debug, Clone, PartialEq)]
pub struct BulletinRow {
    /// The period it is about; its number gives the bulletin its number (第25期).
    pub period: Period,
    /// 0 as first issued, then the number of the correction (更正).
    pub edition: u32,
    /// When it was made.
    pub at: DateTime<Utc>,
    /// Rank and score by unit code, and what else the next one compares with.
    pub numbers: serde_json::Value,
    /// The text as sent.
    pub text: String,
    /// Everything that was sent, in order, so that it can be sent again as it was.
    pub messages: Vec<What>,
}

impl BulletinRow {
    /// The instant whose figures it was made of.
    #[must_use]
    pub fn figures_of(&self) -> Option<DateTime<Utc>> {
        serde_json::from_value(self.numbers.get("as_of")?.clone()).ok()
    }
}

/// A button under a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Button {
    /// What it says.
    pub label: String,
    /// What a press carries, 64 bytes at most (Bot API, `callback_data`).
    pub data: String,
}

/// A file to keep until it is sent, known by what is in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Blob {
    /// SHA-256 of its contents, in hex.
    pub hash: String,
    /// Its media type: `image/png`.
    pub media_type: &'static str,
    /// What is in it.
    pub contents: Contents,
}

/// A file on its way out: its name, and where its contents are kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileOut {
    /// The name people see.
    pub name: String,
    /// The hash of the [`Blob`] that holds its contents.
    pub hash: String,
}

impl FileOut {
    /// A file by a name, and the blob that must be saved with it.
    pub fn new(name: String, media_type: &'static str, bytes: Vec<u8>) -> (Self, Blob) {
        let hash = hex(&Sha256::digest(&bytes));
        let blob = Blob { hash: hash.clone(), media_type, contents: Contents::new(bytes) };
        (Self { name, hash }, blob)
    }
}

/// Who waits for it: replies go before broadcasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Priority {
    /// Somebody is looking at the chat.
    Reply,
    /// Sent to many by a job.
    Broadcast,
}

/// A message on its way out: one row of the outbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outgoing {
    /// What it is, in words; the same key is never queued twice.
    pub key: String,
    /// Where it goes.
    pub chat: ChatId,
    /// What it does there.
    pub what: What,
    /// Who waits for it.
    pub priority: Priority,
    /// What it is about, where a reply to it means something.
    pub about: Option<About>,
}

/// What a row of the outbox does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "do")]
pub enum What {
    /// Sends a message.
    Send {
        /// The text, as Telegram HTML.
        html: String,
        /// Rows of buttons.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        buttons: Vec<Vec<Button>>,
        /// The message it answers, where that helps to see what it answers.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reply_to: Option<MessageId>,
    },
    /// Sends a picture.
    Photo {
        /// The picture, PNG or JPEG.
        file: FileOut,
        /// The words under it, as Telegram HTML; at most 1,024 characters (Bot API, `sendPhoto`).
        html: String,
        /// Rows of buttons.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        buttons: Vec<Vec<Button>>,
    },
    /// Sends any other file.
    Document {
        /// The file.
        file: FileOut,
        /// The words under it, as Telegram HTML; at most 1,024 characters.
        html: String,
        /// Rows of buttons.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        buttons: Vec<Vec<Button>>,
    },
    /// Changes a message sent before.
    Edit {
        /// Which.
        message: MessageId,
        /// The new text.
        html: String,
        /// The new buttons.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        buttons: Vec<Vec<Button>>,
    },
    /// Changes a message sent under a key, where its number is not known yet.
    EditSent {
        /// The key.
        of: String,
        /// The new text.
        html: String,
        /// The new buttons.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        buttons: Vec<Vec<Button>>,
    },
    /// Answers the press of a button.
    Answer {
        /// What the platform wants to be answered.
        callback: String,
        /// The words shown, plain text.
        text: String,
    },
    /// Sets the command menu of a private chat.
    Menu {
        /// Commands without the slash, and what they do.
        commands: Vec<(String, String)>,
    },
}

impl What {
    /// The rows of buttons under it.
    pub fn buttons(&self) -> &[Vec<Button>] {
        match self {
            Self::Send { buttons, .. }
            | Self::Photo { buttons, .. }
            | Self::Document { buttons, .. }
            | Self::Edit { buttons, .. }
            | Self::EditSent { buttons, .. } => buttons,
            Self::Answer { .. } | Self::Menu { .. } => &[],
        }
    }

    /// The file it sends, if it sends one.
    pub fn file(&self) -> Option<&FileOut> {
        match self {
            Self::Photo { file, .. } | Self::Document { file, .. } => Some(file),
            Self::Send { .. }
            | Self::Edit { .. }
            | Self::EditSent { .. }
            | Self::Answer { .. }
            | Self::Menu { .. } => None,
        }
    }
}

/// An act that must be shown to have been done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Audit {
    /// When.
    pub at: DateTime<Utc>,
    /// Who; `None` for the program itself.
    pub actor: Option<UserId>,
    /// What, in one word: `bind`, `invite`, `withdraw` …
    pub act: &'static str,
    /// On whom or what.
    pub subject: String,
    /// The rest.
    pub detail: serde_json::Value,
}
