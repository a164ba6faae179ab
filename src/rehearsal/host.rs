//! What the product tells the chat page: who plays, what the plan is, what fires next.
//!
//! The rehearsal room knows no plan; whoever runs it (the command line) implements [`Host`].

use std::pin::Pin;

use chrono::{DateTime, Utc};

use serde::Serialize;

use super::state::UserId;

/// The same in both languages; the page shows one of them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Wording {
    /// Simplified Chinese.
    pub zh: String,
    /// English.
    pub en: String,
}

impl Wording {
    /// Both.
    pub fn new(zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self { zh: zh.into(), en: en.into() }
    }

    /// A name, which is the same in both.
    pub fn same(text: impl Into<String>) -> Self {
        let text = text.into();
        Self { zh: text.clone(), en: text }
    }
}

/// One role that the chat page can play.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Persona {
    /// The person.
    pub user: UserId,
    /// As shown in the list, such as 兰江街道联络员 王芳.
    pub label: Wording,
    /// The heading it stands under, such as 联络员 or 领导小组办公室.
    pub role: Wording,
    /// The code of its `/start CODE` link; the page's start button sends it. `None`: plain `/start`.
    pub start_code: Option<String>,
}

/// Everyone the chat page can play, in the order shown.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Stage {
    /// The roles.
    pub personas: Vec<Persona>,
}

/// Something that happened, for the page's list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostEvent {
    /// Grows from event to event.
    pub id: u64,
    /// The plan clock's time.
    pub at: DateTime<Utc>,
    /// What happened and why, in one line.
    pub text: Wording,
    /// For whom and why, a line each.
    pub details: Vec<Wording>,
}

/// What a host has to look up first.
pub type Answer<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// The product's side of the chat page. Calls come about every second while a page is open: each is
/// short and does not wait. They may look at the [`World`](super::World).
pub trait Host: Send + Sync {
    /// The plan's name, the page's title.
    fn title(&self) -> Wording;

    /// The plan's time zone.
    fn zone(&self) -> chrono_tz::Tz;

    /// The next job that has not run: when, and what it is in a few words. A job that is due but
    /// not yet done is still the next one; moving the clock waits for it.
    fn next_job(&self) -> Option<(DateTime<Utc>, Wording)>;

    /// Whether going to the next job goes on past those that say nothing.
    fn passes_idle_jobs(&self) -> bool {
        false
    }

    /// The next deadline after the clock's time.
    fn next_deadline(&self) -> Option<DateTime<Utc>>;

    /// Events with an id above `after`, oldest first.
    fn events(&self, after: u64) -> Vec<HostEvent>;

    /// Whether everything that was said is taken in, and everything that was made is delivered;
    /// moving the clock waits for it, so that each message bears its own date.
    fn at_rest(&self) -> Answer<'_, bool> {
        Box::pin(std::future::ready(true))
    }

    /// A line to be shown above everything, such as that figures are made up.
    fn warning(&self) -> Option<Wording> {
        None
    }
}
