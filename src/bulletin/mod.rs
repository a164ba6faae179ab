//! What is said to many: reminders (催报), late lists (未报), the weekly bulletin (通报).
//!
//! In: a whole [`Snapshot`], a job, the period it acts on, when it was due. Out: a [`Made`]:
//! effects for the store and, unit by unit, what was done and why. Pure, like the conversation.
//!
//! - [`remind`]: one message a liaison with all that is missing; the late list for the groups
//! - [`attachments`]: the picture and the workbook that go with it
//! - [`desk`]: every working day: escalation, tasks, materials, notices, substitutes
//! - [`highlights`]: who leads, who lags, who has gained
//! - [`weekly`]: the numbered ranking for the leadership group
//! - [`besides`]: what makes nobody late, and tasks past their day
//! - [`review`]: what lead departments are to look through, and what their silence means
//! - [`changes`]: what a correction (更正) changes
//! - [`drafts`]: what the office is shown before a bulletin goes out

pub mod attachments;
pub mod besides;
pub mod changes;
pub mod desk;
pub mod drafts;
pub mod highlights;
pub mod remind;
pub mod review;
pub mod weekly;

use chrono::{DateTime, Utc};

pub use besides::Besides;

use crate::conversation::snapshot::Outcome;
use crate::conversation::{
    BoundGroup, ChatId, Desk, Effects, GroupKind, Outgoing, Priority, Role, Snapshot, What,
};
use crate::plan::{Job, Period, Plan, UnitId};
use crate::texts::{self, Language, Text};

/// A job being carried out.
pub struct Run<'a> {
    /// Reader and fonts.
    pub desk: &'a Desk,
    /// The plan as it stands under the office's orders.
    pub plan: &'a Plan,
    /// Everything that is known.
    pub snapshot: &'a Snapshot,
    /// The job.
    pub job: &'a Job,
    /// When it was due.
    pub due: DateTime<Utc>,
    /// The period it acts on.
    pub period: Period,
    /// The time now, later than `due` if it is made up; of a correction, that of its figures.
    pub now: DateTime<Utc>,
    /// What else is taken into account.
    pub besides: Besides,
}

/// What a job came to.
#[derive(Debug, Default, PartialEq)]
pub struct Made {
    /// Rows and messages.
    pub effects: Effects,
    /// What was done for each unit, and why.
    pub outcomes: Vec<(UnitId, Outcome)>,
    /// What could not be made, for the operator.
    pub faults: Vec<String>,
}

impl Run<'_> {
    /// Queues a text for a chat, split if it is long. `what` and `to` make the key.
    fn queue<T: Text>(&self, made: &mut Made, to: (&str, ChatId, Language), text: &T) {
        let (what, chat, language) = to;
        let html = texts::render(language, text);
        self.queue_html(made, (what, chat), &html);
    }

    fn queue_html(&self, made: &mut Made, to: (&str, ChatId), html: &str) {
        let send = |html| What::Send { html, buttons: vec![], reply_to: None };
        let pieces: Vec<What> = texts::split(html).into_iter().map(send).collect();
        self.queue_all(made, to, &pieces);
    }

    /// Queues messages for a chat, in order.
    fn queue_all(&self, made: &mut Made, (what, chat): (&str, ChatId), messages: &[What]) {
        let due = self.due.format("%Y%m%dT%H%M%SZ");
        queue_as(made, (&format!("{what}:{}:{due}", self.job.name), chat), messages);
    }

    /// The groups that get late lists: work groups and the leadership group.
    fn groups(&self) -> Vec<&BoundGroup> {
        let mut groups = self.snapshot.groups_of(GroupKind::Leadership);
        groups.extend(self.snapshot.groups_of(GroupKind::Work));
        groups
    }

    /// The office's private chats.
    fn office(&self) -> Vec<(ChatId, Language)> {
        office(self.snapshot)
    }
}

/// Queues messages for a chat, in order. `what` begins their keys.
fn queue_as(made: &mut Made, (what, chat): (&str, ChatId), messages: &[What]) {
    let pieces = messages.iter().flat_map(|message| match message {
        What::Send { html, .. } if chat.is_robot() => shorter(html),
        message => vec![message.clone()],
    });
    for (piece, message) in pieces.enumerate() {
        made.effects.outbox.push(Outgoing {
            key: format!("{what}:{}:{piece}", chat.0),
            chat,
            what: message,
            priority: Priority::Broadcast,
            about: None,
        });
    }
}

/// The office's private chats, as far as they can be reached.
fn office(snapshot: &Snapshot) -> Vec<(ChatId, Language)> {
    let office = snapshot.with_role(Role::Office);
    let reachable = office.into_iter().filter(|account| account.blocked_at.is_none());
    reachable.map(|account| (account.user.into(), account.language)).collect()
}

/// The most characters of a message to a group robot: 企业微信 takes 4,096 bytes, three a Chinese character.
const LONGEST_OF_ROBOTS: usize = 1200;

/// A text in pieces that every robot takes: each is a row of its own, so that none is sent twice.
fn shorter(html: &str) -> Vec<What> {
    let send = |html| What::Send { html, buttons: vec![], reply_to: None };
    texts::split_within(html, LONGEST_OF_ROBOTS).into_iter().map(send).collect()
}
