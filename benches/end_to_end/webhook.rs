//! Calls of a webhook: as many at the same time as the bot asked for, one update each, again if it is
//! not answered with success.

use tokio::task::spawn_local;

use super::http::{Line, find, request};
use super::server::Board;

/// Calls at the same time if nobody says otherwise (Bot API, `setWebhook`).
const CONNECTIONS: usize = 40;

/// Where to call.
#[derive(Clone)]
pub struct Webhook {
    address: String,
    path: String,
    secret: String,
    connections: usize,
}

impl Webhook {
    /// Reads the body of `setWebhook`: JSON, or a form.
    pub fn read(body: &[u8]) -> Option<Self> {
        let text = String::from_utf8_lossy(body).replace("%3A", ":").replace("%2F", "/");
        let value = |name: &str| {
            let rest = &text[text.find(name)? + name.len()..];
            let rest = rest.trim_start_matches(['"', ':', '=', ' ', '\r', '\n']);
            Some(rest.split(['"', '&', ',', '}', '\r', '\n']).next()?.to_owned())
        };
        // `url=` and `"url":` both begin like this; `https` would need more than loopback.
        let rest = &text[text.find("http://")? + 7..];
        let url = rest.split(['"', '&', ',', '\r', '\n']).next()?;
        let (address, path) = url.split_once('/').unwrap_or((url, ""));
        let connections = value("max_connections").and_then(|count| count.parse().ok());
        Some(Self {
            address: address.to_owned(),
            path: format!("/{path}"),
            secret: value("secret_token").unwrap_or_default(),
            connections: connections.unwrap_or(CONNECTIONS),
        })
    }
}

/// Calls from now on.
pub fn call(board: &Board, webhook: &Webhook) {
    for _ in 0..webhook.connections {
        let (board, webhook) = (board.clone(), webhook.clone());
        spawn_local(async move {
            loop {
                // Until the bot listens, and again if it hangs up.
                if let Ok(line) = Line::to(&webhook.address).await {
                    let _ = bring(&board, &webhook, line).await;
                }
                tokio::time::sleep(std::time::Duration::from_millis(50)).await;
            }
        });
    }
}

async fn bring(board: &Board, webhook: &Webhook, mut line: Line) -> std::io::Result<()> {
    let secret = format!("x-telegram-bot-api-secret-token: {}\r\n", webhook.secret);
    loop {
        let Some(update) = board.next() else {
            board.news.notified().await;
            continue;
        };
        let answered = async {
            line.write(&request(&webhook.path, &secret, &update)).await?;
            line.read().await
        };
        match answered.await {
            Ok(Some(answer)) if find(answer.first.as_bytes(), b" 200 ").is_some() => {}
            Ok(Some(_)) => board.again(update),
            other => {
                board.again(update);
                return other.map(|_| ());
            }
        }
    }
}
