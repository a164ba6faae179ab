//! A call whose trouble is told at once.
//!
//! In: a request as teloxide builds it. Out: the answer, or teloxide's error. Its own sending sleeps
//! ten seconds before it tells of a 5xx, and people would wait as long for nothing: when to try
//! again is for [`intake`](super::intake) and [`delivery`](super::delivery) to decide.

use std::io;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use teloxide_core::requests::Payload;
use teloxide_core::types::{Message, ResponseParameters};
use teloxide_core::{ApiError, Bot, RequestError};

/// The most bytes of an answer that are taken. A hundred updates, each as long as Telegram lets them
/// be and written in escapes, are about a third of it.
const MOST_BYTES: usize = 32 * 1024 * 1024;

/// An answer: <https://core.telegram.org/bots/api#making-requests>.
#[derive(Deserialize)]
struct Answer<T> {
    result: Option<T>,
    description: Option<ApiError>,
    parameters: Option<ResponseParameters>,
}

/// Sends a request as JSON.
///
/// # Errors
/// As teloxide's.
pub(super) async fn call<P>(bot: &Bot, payload: &P) -> Result<P::Output, RequestError>
where
    P: Payload + Serialize,
    P::Output: DeserializeOwned,
{
    post(bot, P::NAME, "application/json", written(payload)?).await
}

/// Sends a message as JSON; its number. The answer repeats the whole message, which nobody needs.
///
/// # Errors
/// As teloxide's.
pub(super) async fn number<P>(bot: &Bot, payload: &P) -> Result<i64, RequestError>
where
    P: Payload<Output = Message> + Serialize,
{
    #[derive(Deserialize)]
    struct Sent {
        message_id: i64,
    }
    let sent: Sent = post(bot, P::NAME, "application/json", written(payload)?).await?;
    Ok(sent.message_id)
}

/// Sends a request as JSON; the result comes back as it was written.
///
/// # Errors
/// As teloxide's.
pub(super) async fn raw<P>(bot: &Bot, payload: &P) -> Result<Box<RawValue>, RequestError>
where
    P: Payload + Serialize,
{
    post(bot, P::NAME, "application/json", written(payload)?).await
}

fn written(payload: &impl Serialize) -> Result<Vec<u8>, RequestError> {
    let broken = |error| RequestError::Io(Arc::new(io::Error::other(error)));
    serde_json::to_vec(payload).map_err(broken)
}

/// The same, with what the server's clock shows, if it says so.
///
/// # Errors
/// As teloxide's.
pub(super) async fn dated<P>(
    bot: &Bot,
    payload: &P,
) -> Result<(P::Output, Option<DateTime<Utc>>), RequestError>
where
    P: Payload + Serialize,
    P::Output: DeserializeOwned,
{
    let answer = send(bot, P::NAME, "application/json", written(payload)?).await?;
    let date = answer.headers().get("date").and_then(|date| date.to_str().ok());
    let date = date.and_then(|date| DateTime::parse_from_rfc2822(date).ok());
    Ok((read(&text(answer).await?)?, date.map(|date| date.to_utc())))
}

/// Sends a body that is written already.
///
/// # Errors
/// As teloxide's.
pub(super) async fn post<T: DeserializeOwned>(
    bot: &Bot,
    method: &str,
    content_type: &str,
    body: Vec<u8>,
) -> Result<T, RequestError> {
    let answer = send(bot, method, content_type, body).await?;
    read(&text(answer).await?)
}

async fn send(
    bot: &Bot,
    method: &str,
    content_type: &str,
    body: Vec<u8>,
) -> Result<reqwest::Response, RequestError> {
    let server = bot.api_url();
    let url = format!("{}/bot{}/{}", server.as_str().trim_end_matches('/'), bot.token(), method);
    let request = bot.client().post(url).header("content-type", content_type).body(body);
    request.send().await.map_err(network)
}

/// The text of an answer, if it is no larger than any that Telegram gives.
async fn text(mut answer: reqwest::Response) -> Result<String, RequestError> {
    let mut body = Vec::new();
    while let Some(more) = answer.chunk().await.map_err(network)? {
        if body.len() + more.len() > MOST_BYTES {
            let why = io::Error::other("the answer is larger than any that Telegram gives");
            return Err(RequestError::Io(Arc::new(why)));
        }
        body.extend_from_slice(&more);
    }
    Ok(String::from_utf8_lossy(&body).into_owned())
}

/// The address holds the token: no error may show it.
fn network(error: reqwest::Error) -> RequestError {
    RequestError::Network(Arc::new(error.without_url()))
}

fn read<T: DeserializeOwned>(text: &str) -> Result<T, RequestError> {
    let answer: Answer<T> = serde_json::from_str(text)
        .map_err(|source| RequestError::InvalidJson { source: source.into(), raw: text.into() })?;
    match answer {
        Answer { result: Some(result), .. } => Ok(result),
        Answer { parameters: Some(ResponseParameters::RetryAfter(wait)), .. } => {
            Err(RequestError::RetryAfter(wait))
        }
        Answer { parameters: Some(ResponseParameters::MigrateToChatId(to)), .. } => {
            Err(RequestError::MigrateToChatId(to))
        }
        Answer { description, .. } => {
            let unknown = || ApiError::Unknown("no description".to_owned());
            Err(RequestError::Api(description.unwrap_or_else(unknown)))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_read_as_telegram_writes_them() {
        assert!(read::<bool>(r#"{"ok":true,"result":true}"#).unwrap());
        let error = |text: &str| read::<bool>(text).unwrap_err();
        let wait = r#"{"ok":false,"error_code":429,"description":"Too Many Requests: retry after 7",
            "parameters":{"retry_after":7}}"#;
        assert!(matches!(error(wait), RequestError::RetryAfter(wait) if wait.seconds() == 7));
        let moved = r#"{"ok":false,"error_code":400,"description":"Bad Request: group chat was upgraded",
            "parameters":{"migrate_to_chat_id":-1001}}"#;
        assert!(matches!(error(moved), RequestError::MigrateToChatId(to) if to.0 == -1001));
        let blocked = r#"{"ok":false,"error_code":403,
            "description":"Forbidden: bot was blocked by the user"}"#;
        assert!(matches!(error(blocked), RequestError::Api(ApiError::BotBlocked)));
        let broken = r#"{"ok":false,"error_code":500,"description":"Internal Server Error"}"#;
        assert!(matches!(error(broken), RequestError::Api(ApiError::Unknown(_))));
        assert!(matches!(error("<html>502"), RequestError::InvalidJson { .. }));
    }

    #[tokio::test]
    async fn an_answer_without_end_is_cut_off() {
        use tokio::io::{AsyncReadExt, AsyncWriteExt};
        let server = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", server.local_addr().unwrap());
        let flood = tokio::spawn(async move {
            let (mut line, _) = server.accept().await.unwrap();
            let _ = line.read(&mut [0; 4096]).await.unwrap();
            let head = "HTTP/1.1 200 OK\r\ncontent-length: 104857600\r\n\r\n";
            line.write_all(head.as_bytes()).await.unwrap();
            let (piece, mut sent) = (vec![b' '; 64 * 1024], 0);
            while sent < 100 * 1024 * 1024 && line.write_all(&piece).await.is_ok() {
                sent += piece.len();
            }
            sent
        });
        let bot = Bot::new("1:rehearsal").set_api_url(url.parse().unwrap());
        let answer = post::<bool>(&bot, "GetMe", "application/json", Vec::new()).await;
        assert!(matches!(answer, Err(RequestError::Io(_))), "{answer:?}");
        let sent = flood.await.unwrap();
        assert!(sent < 64 * 1024 * 1024, "the line was cut after {sent} bytes");
    }
}
