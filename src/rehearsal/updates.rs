//! `getUpdates` and webhooks: <https://core.telegram.org/bots/api#getting-updates>.
//!
//! An update waits in the queue until a later call's offset confirms it. Only one call may wait: a
//! newer one ends it with 409, as at Telegram.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::{Instant, timeout_at};

use super::api::{Answer, ApiError, Call};
use super::params::Params;
use super::state::{State, Webhook};
use super::world::World;

/// Telegram waits 50 seconds at most.
const LONGEST_WAIT: i64 = 50;

/// Answers `getUpdates`, waiting up to its `timeout` for an update.
pub(super) async fn get(world: &World, params: &Params) -> Answer {
    let limit = params.int("limit").filter(|limit| (1..=100).contains(limit)).unwrap_or(100);
    let limit = usize::try_from(limit).unwrap_or(100);
    let wait = params.int("timeout").unwrap_or(0).clamp(0, LONGEST_WAIT).unsigned_abs();
    let deadline = Instant::now() + Duration::from_secs(wait);
    let allowed = params.json("allowed_updates").map_err(ApiError::bad_request)?;
    let offset = params.int("offset").unwrap_or(0);

    let mut changes = world.changes();
    let mine = world.change(|state, _, _| {
        refuse_beside_webhook(state)?;
        if let Some(Value::Array(kinds)) = allowed {
            state.allowed =
                kinds.iter().filter_map(|kind| kind.as_str().map(str::to_owned)).collect();
        }
        confirm(state, offset);
        state.poll += 1;
        Ok(state.poll)
    })?;
    loop {
        changes.borrow_and_update();
        let batch = world.change_quietly(|state| {
            refuse_beside_webhook(state)?;
            if state.poll != mine {
                return Err(ApiError::conflict(
                    "terminated by other getUpdates request; make sure that only one bot \
                     instance is running",
                ));
            }
            let again = state.again.drain(..).collect::<Vec<_>>();
            let waiting = state.queue.iter().take(limit - again.len().min(limit)).cloned();
            Ok(again.iter().cloned().chain(waiting).map(|update| update.body).collect::<Vec<_>>())
        })?;
        if !batch.is_empty() || world.is_stopping() {
            let mut batch = batch;
            if world.goes_backwards() {
                batch.reverse();
            }
            return Ok(Value::Array(batch));
        }
        if timeout_at(deadline, changes.changed()).await.is_err() {
            return Ok(json!([]));
        }
    }
}

fn refuse_beside_webhook(state: &State) -> Result<(), ApiError> {
    if state.webhook.url.is_empty() {
        return Ok(());
    }
    Err(ApiError::conflict(
        "can't use getUpdates method while webhook is active; use deleteWebhook to delete the \
         webhook first",
    ))
}

/// Drops what `offset` confirms. A negative one keeps only that many of the newest.
fn confirm(state: &mut State, offset: i64) {
    let first_kept = match offset {
        1.. => offset,
        0 => return,
        ..0 => {
            let keep = usize::try_from(offset.unsigned_abs()).unwrap_or(usize::MAX);
            let drop = state.queue.len().saturating_sub(keep);
            state.queue.get(drop).map_or(state.last_update + 1, |update| update.id.0)
        }
    };
    while state.queue.front().is_some_and(|update| update.id.0 < first_kept) {
        state.queue.pop_front();
    }
    state.confirmed = state.confirmed.max((first_kept - 1).min(state.last_update));
}

impl Call<'_> {
    /// `setWebhook`: `hook` calls it from now on; an empty address removes it.
    pub(super) fn set_webhook(&mut self) -> Value {
        self.state.webhook = Webhook {
            url: self.params.text("url").unwrap_or_default(),
            max_connections: self.params.int("max_connections"),
            secret: self.params.text("secret_token").filter(|secret| !secret.is_empty()),
        };
        if let Ok(Some(Value::Array(kinds))) = self.params.json("allowed_updates") {
            self.state.allowed =
                kinds.iter().filter_map(|kind| kind.as_str().map(str::to_owned)).collect();
        }
        self.drop_pending();
        json!(true)
    }

    /// `deleteWebhook`.
    pub(super) fn delete_webhook(&mut self) -> Value {
        self.state.webhook = Webhook::default();
        self.drop_pending();
        json!(true)
    }

    fn drop_pending(&mut self) {
        if self.params.flag("drop_pending_updates") {
            self.state.queue.clear();
            self.state.confirmed = self.state.last_update;
        }
    }

    /// `getWebhookInfo`.
    pub(super) fn webhook_info(&self) -> Value {
        let mut info = json!({
            "url": self.state.webhook.url,
            "has_custom_certificate": false,
            "pending_update_count": self.state.queue.len(),
        });
        if let Some(connections) = self.state.webhook.max_connections {
            info["max_connections"] = json!(connections);
        }
        if !self.state.allowed.is_empty() {
            info["allowed_updates"] = json!(self.state.allowed);
        }
        info
    }
}
