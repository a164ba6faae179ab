//! The store: SQLite in one file, or PostgreSQL when one machine is not enough.
//!
//! In: what to load ([`Needs`](crate::conversation::Needs)) and what to keep
//! ([`Effects`](crate::conversation::Effects)). Out: a [`Snapshot`](crate::conversation::Snapshot), rows
//! of the outbox, runs of jobs. One SQL text serves both databases; `$1` placeholders, `on conflict`,
//! `returning` and `values` lists are the same in both. It decides nothing.
//!
//! - [`backend`]: the two pools, and the macro that runs the same expression on either
//! - [`load`]: a batch's snapshot, a query a table
//! - [`save`]: a batch's effects, a statement a table
//! - [`outbox`]: what is to be sent, and what became of it
//! - `taken`: what was sent and is not marked yet, beside an SQLite file
//! - `undoing`: the messages that somebody may want to undo
//! - `desk`: the desk's journal, dialogues, kept files, and what waits for the morning
//! - [`audit`]: the log of acts, as a chain
//! - `archive`: bulletins as they were issued
//! - `levels`: figures that are the totals of plans below
//! - `plans`: several plans in one bot, and where what happens belongs
//! - `drafts`: bulletins that wait for the office
//! - [`jobs`]: which firings are done
//! - [`replicas`]: several programs on one database
//! - `review`: what reviewers have said
//! - [`rebuild`]: figures made anew of their history
//! - `history`: figures of the past
//! - [`export`]: everything, for people
//! - [`health`]: whether the database works
//! - [`copy`]: an SQLite database moves to PostgreSQL
//! - [`backup`]: copies of everything, and one put back
//! - [`rehearsal`]: databases that are only played with
//! - [`inspect`]: whether it is whole and as this program wants it
//! - [`error`]: what went wrong, and what to do about it

mod archive;
pub mod audit;
pub mod backend;
pub mod backup;
pub mod copy;
mod desk;
mod drafts;
pub mod error;
pub mod export;
pub mod health;
mod history;
pub mod inspect;
pub mod jobs;
mod ledger;
mod levels;
pub mod load;
pub mod outbox;
mod plans;
mod quality;
mod questions;
pub mod rebuild;
pub mod rehearsal;
pub mod replicas;
mod review;
mod rows;
pub mod save;
mod taken;
mod undoing;

pub use backend::Store;
pub use backup::{BackupError, password};
pub use copy::CopyError;
pub use error::StoreError;
pub use jobs::JobRun;
pub use outbox::{OutboxRow, Queued};
pub use save::SetAside;

use std::collections::BTreeSet;
use std::sync::Arc;

use backend::Tx;
pub use health::Health;
use tokio::sync::OwnedMutexGuard;

/// Work in one transaction: loaded, decided by others, saved, committed. Dropped, it never was.
pub struct Work {
    tx: Tx,
    /// The plans whose turn it has: what it loads of them, nobody else changes until it ends.
    turns: BTreeSet<String>,
    health: Arc<Health>,
    /// The turn to write to an SQLite file; given up last.
    _writing: Option<OwnedMutexGuard<()>>,
}
