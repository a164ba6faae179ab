//! The bot's webhook is called, as Telegram does it.
//!
//! Each update is one call with the secret; what is not answered with 2xx is brought again. A chat's
//! next update goes only after the one before; different chats are called for at the same time, up
//! to `max_connections`.

use std::collections::{BTreeSet, HashMap};
use std::time::Duration;

use serde_json::Value;
use tokio::task::JoinSet;
use tokio::time::Instant;

use super::state::{State, Update, Webhook};
use super::world::World;

/// How long a call may take.
const CALL_WITHIN: Duration = Duration::from_secs(30);

/// The first and the longest pause before an update is brought again; Telegram's are longer.
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// The header that brings the secret.
const SECRET_HEADER: &str = "X-Telegram-Bot-Api-Secret-Token";

/// Calls at the same time where the bot did not say.
const CONNECTIONS: i64 = 40;

/// Calls until the server stops.
pub(super) async fn run(world: World) {
    let client = reqwest::Client::new();
    let mut changes = world.changes();
    let mut calls: JoinSet<(i64, Update, bool)> = JoinSet::new();
    let mut busy: BTreeSet<i64> = BTreeSet::new();
    let mut pauses: HashMap<i64, (Duration, Instant)> = HashMap::new();
    while !world.is_stopping() {
        changes.borrow_and_update();
        let now = Instant::now();
        let due = |chat: &i64| pauses.get(chat).is_none_or(|(_, due)| *due <= now);
        let (hook, next) = world.look(|state| {
            let hook = state.webhook.clone();
            let most = usize::try_from(hook.max_connections.unwrap_or(CONNECTIONS)).unwrap_or(1);
            (hook, next_of_each(state, &busy, due, most - calls.len().min(most)))
        });
        for (chat, update) in next {
            busy.insert(chat);
            let call = post(client.clone(), hook.clone(), update.body.clone());
            calls.spawn(async move { (chat, update, call.await) });
        }
        let wake = pauses.values().map(|(_, due)| *due).filter(|due| *due > now).min();
        let woken = async {
            match wake {
                Some(at) => tokio::time::sleep_until(at).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            Some(Ok((chat, update, taken))) = calls.join_next() => {
                busy.remove(&chat);
                if taken {
                    pauses.remove(&chat);
                    world.change(|state, _, _| forget(state, &update));
                } else {
                    let last = pauses.get(&chat).map(|(pause, _)| *pause * 2);
                    let pause = last.unwrap_or(FIRST_PAUSE).min(LONGEST_PAUSE);
                    pauses.insert(chat, (pause, Instant::now() + pause));
                }
            }
            ended = changes.changed() => if ended.is_err() { return },
            () = woken => {}
        }
    }
}

/// The first update that waits for each chat, oldest first, without chats that are called for, and so
/// many at most; none where there is no webhook.
fn next_of_each(
    state: &State,
    busy: &BTreeSet<i64>,
    due: impl Fn(&i64) -> bool,
    most: usize,
) -> Vec<(i64, Update)> {
    let mut chats = busy.clone();
    let waiting = state.again.iter().chain(&state.queue).filter(|_| !state.webhook.url.is_empty());
    let first = waiting.map(|update| (chat_of(&update.body), update));
    let first = first.filter(|(chat, _)| chats.insert(*chat) && due(chat));
    first.take(most).map(|(chat, update)| (chat, update.clone())).collect()
}

/// The chat an update is about; 0 if about none.
fn chat_of(body: &Value) -> i64 {
    let inner = body.as_object().into_iter().flatten().find(|(name, _)| *name != "update_id");
    let Some((_, inner)) = inner else { return 0 };
    let chat = inner.get("chat").or_else(|| inner.get("message")?.get("chat"));
    chat.and_then(|chat| chat.get("id")?.as_i64()).unwrap_or(0)
}

/// The bot has an update.
fn forget(state: &mut State, taken: &Update) {
    if let Some(at) = state.again.iter().position(|update| update.id == taken.id) {
        state.again.remove(at);
        return;
    }
    state.queue.retain(|update| update.id != taken.id);
    let through = state.queue.front().map_or(state.last_update, |first| first.id.0 - 1);
    state.confirmed = state.confirmed.max(through);
}

async fn post(client: reqwest::Client, hook: Webhook, body: Value) -> bool {
    let mut request = client.post(&hook.url).timeout(CALL_WITHIN);
    if let Some(secret) = &hook.secret {
        request = request.header(SECRET_HEADER, secret);
    }
    let request = request.header("content-type", "application/json").body(body.to_string());
    request.send().await.is_ok_and(|answer| answer.status().is_success())
}
