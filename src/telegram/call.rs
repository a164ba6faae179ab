//! A call whose trouble is told at once.
//!
//! In: a request as teloxide builds it. Out: the answer, or teloxide's error. Its own sending sleeps
//! ten seconds before it tells of a 5xx, and people would wait as long for nothing: when to try
//! again is for [`intake`](super::intake) and [`delivery`](super::delivery) to decide.

use std::io;
use std::sync::Arc;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use teloxide_core::requests::Payload;
use teloxide_core::types::ResponseParameters;
use teloxide_core::{ApiError, Bot, RequestError};

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
    let body = serde_json::to_vec(payload)
        .map_err(|error| RequestError::Io(Arc::new(io::Error::other(error))))?;
    post(bot, P::NAME, "application/json", body).await
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
    let server = bot.api_url();
    let url = format!("{}/bot{}/{}", server.as_str().trim_end_matches('/'), bot.token(), method);
    // The address holds the token: no error may show it.
    let network = |error| RequestError::Network(Arc::new(error));
    let request = bot.client().post(url).header("content-type", content_type).body(body);
    let answer = request.send().await.map_err(|error| network(error.without_url()))?;
    read(&answer.text().await.map_err(|error| network(error.without_url()))?)
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
}
