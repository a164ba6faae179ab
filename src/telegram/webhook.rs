//! Updates in by webhook: Telegram calls, and is told 200 only after the commit.
//!
//! Telegram keeps an update until it has its 200, and brings it again otherwise; so its queue stays
//! the durable inbox, as with polling. Calls that are there together are one batch and one
//! transaction. Any number of programs may stand behind one address: Telegram brings a chat's next
//! update only after the one before, and the store has the programs decide one after the other.
//!
//! TLS is the reverse proxy's. Whoever knows the address can call it, so each call must bring the
//! secret, which is made of the token: the same in every program, and new with a new token.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, Request, StatusCode};
use axum::routing::post;
use sha2::{Digest, Sha256};
use teloxide_core::Bot;
use tokio::net::TcpListener;
use tokio::sync::{mpsc, oneshot, watch};

use super::intake::Intake;
use super::reading::{self, Fetched};
use super::told_to_stop;
use crate::conversation::needs::hex;

/// The header that brings the secret (Bot API, `setWebhook`).
pub const SECRET_HEADER: &str = "x-telegram-bot-api-secret-token";

/// The largest update that is read; Telegram's own have some kilobytes.
const MOST_BYTES: usize = 1024 * 1024;

/// Updates in one batch, and how many may wait for it.
const BATCH: usize = 100;
const MOST_WAITING: usize = 1000;

/// How long a call waits for its commit. Telegram brings what was not answered again.
const ANSWER_WITHIN: Duration = Duration::from_secs(25);

/// Where Telegram calls.
#[derive(Debug)]
pub struct Door {
    /// Where this program listens.
    pub listener: TcpListener,
    /// The path of the address that Telegram was given.
    pub path: String,
}

/// What Telegram must bring with each call to this bot.
#[must_use]
pub fn secret(bot: &Bot) -> String {
    hex(&Sha256::digest(format!("webhook of {}", bot.token())))
}

/// An update that waits to be committed, and who waits for it.
struct Arrival {
    fetched: Fetched,
    committed: oneshot::Sender<()>,
}

struct Desk {
    secret: [u8; 32],
    bot_name: String,
    arrivals: mpsc::Sender<Arrival>,
}

impl Intake {
    /// Takes calls until `stop` turns true; then those that are there are finished first.
    pub async fn listen(self, door: Door, mut stop: watch::Receiver<bool>) {
        let (arrivals, mut arrived) = mpsc::channel(MOST_WAITING);
        let desk = Desk {
            secret: Sha256::digest(secret(&self.bot)).into(),
            bot_name: self.desks.first().bot_name.clone(),
            arrivals,
        };
        let router = Router::new().route(&door.path, post(take)).with_state(Arc::new(desk));
        let mut stopping = stop.clone();
        let stopped = async move { told_to_stop(&mut stopping).await };
        let serving = async {
            let serving = axum::serve(door.listener, router).with_graceful_shutdown(stopped);
            self.watch.webhook(true);
            if let Err(error) = serving.await {
                tracing::error!(%error, "the webhook ended");
            }
            self.watch.webhook(false);
        };
        // The last call gone, nobody can send any more, and the batches end too.
        let batches = async {
            let mut waiting = Vec::new();
            while arrived.recv_many(&mut waiting, BATCH).await > 0 {
                self.settle_arrivals(std::mem::take(&mut waiting), &mut stop).await;
            }
        };
        tokio::join!(serving, batches);
    }

    /// One batch; whoever is not told of its commit answers that it did not happen.
    async fn settle_arrivals(&self, arrivals: Vec<Arrival>, stop: &mut watch::Receiver<bool>) {
        let mut waiting: HashMap<i64, Vec<oneshot::Sender<()>>> = HashMap::new();
        let mut batch = Vec::new();
        for Arrival { fetched, committed } in arrivals {
            let same = waiting.entry(fetched.incoming.update).or_default();
            // One that Telegram brings again while it waits is the same one.
            if same.is_empty() {
                batch.push(fetched);
            }
            same.push(committed);
        }
        batch.sort_by_key(|one| one.incoming.update);
        let came = Instant::now();
        if self.fetch_files(&mut batch, stop).await && self.settle(&batch, stop).await {
            self.watch.took_in(batch.len(), came.elapsed());
            for committed in waiting.into_values().flatten() {
                // Telegram may have hung up; it will bring the update again, and nothing happens.
                let _ = committed.send(());
            }
        }
    }
}

/// One call.
async fn take(State(desk): State<Arc<Desk>>, request: Request<Body>) -> StatusCode {
    let (head, body) = request.into_parts();
    if !is_telegram(&head.headers, &desk.secret) {
        tracing::warn!("a call of the webhook without its secret is refused");
        return StatusCode::UNAUTHORIZED;
    }
    let Ok(body) = to_bytes(body, MOST_BYTES).await else {
        tracing::error!("an update larger than any of Telegram's is refused");
        return StatusCode::PAYLOAD_TOO_LARGE;
    };
    let text = std::str::from_utf8(&body).ok();
    let Some(fetched) = text.and_then(|text| reading::update(text, &desk.bot_name)) else {
        tracing::error!("a call of the webhook is no update");
        return StatusCode::BAD_REQUEST;
    };
    let (committed, done) = oneshot::channel();
    let settled = async {
        desk.arrivals.send(Arrival { fetched, committed }).await.ok()?;
        done.await.ok()
    };
    match tokio::time::timeout(ANSWER_WITHIN, settled).await {
        Ok(Some(())) => StatusCode::OK,
        _ => StatusCode::SERVICE_UNAVAILABLE,
    }
}

/// Whether a call brings the secret. Digests are compared, all of their bytes, so that the time it
/// takes tells nothing about the secret.
fn is_telegram(headers: &HeaderMap, secret: &[u8; 32]) -> bool {
    let brought = headers.get(SECRET_HEADER).map_or(&[][..], HeaderValue::as_bytes);
    let brought: [u8; 32] = Sha256::digest(brought).into();
    let differences = brought.iter().zip(secret).fold(0, |all, (a, b)| all | (a ^ b));
    std::hint::black_box(differences) == 0
}
