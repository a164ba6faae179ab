//! Telegram: updates in, messages out. The only room that knows teloxide.
//!
//! Another chat platform is another room like this one: it turns its payloads into
//! [`Event`](crate::conversation::Event)s and carries out [`What`](crate::conversation::What)s.
//!
//! - [`connect`]: the bot from its token; who it is; its command menus
//! - [`inspect`]: what Telegram says of the bot and of its place in groups
//! - [`translate`]: an update becomes an event
//! - [`reading`]: what was sent becomes updates, each by itself
//! - [`intake`]: long polling; an update is confirmed only after its effects are committed
//! - [`webhook`]: the same without polling: Telegram calls, and is answered after the commit
//! - [`pace`]: how fast Telegram may be called
//! - [`files`]: files out of the outbox, files in from Telegram
//! - `batch`: one batch, one transaction
//! - `call`: a call whose trouble is told at once
//! - `robot`: a row that is for a group robot of another platform
//! - [`delivery`]: the outbox is sent, retried, and marked
//! - `waiting`: which row of it goes next; `send`: one row, one call

mod batch;
mod call;
pub mod connect;
pub mod delivery;
pub mod files;
pub mod inspect;
pub mod intake;
pub mod pace;
pub mod reading;
mod robot;
mod send;
pub mod translate;
mod waiting;
pub mod webhook;

use tokio::sync::watch;

/// Waits until the parts of the bot are told to stop, or nobody is left to tell them.
pub(crate) async fn told_to_stop(stop: &mut watch::Receiver<bool>) {
    let _ = stop.wait_for(|stop| *stop).await;
}
