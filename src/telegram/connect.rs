//! The bot from its token: who it is, and its command menus.

use std::fmt;
use std::time::Duration;

use teloxide_core::Bot;
use teloxide_core::payloads::{SetMyCommandsSetters, SetWebhookSetters};
use teloxide_core::prelude::Requester;
use teloxide_core::requests::HasPayload;
use teloxide_core::types::{BotCommand, BotCommandScope};
use teloxide_core::{ApiError, RequestError};

use super::intake::ALLOWED;
use super::{call, webhook};
use crate::conversation::{Role, views};
use crate::texts::Language;

/// A bot token. `Debug` shows only the bot's number, which is public.
#[derive(Clone)]
pub struct Token(String);

impl Token {
    /// Takes a token as @BotFather gives it: `123456:ABC…`.
    ///
    /// # Errors
    /// A text that does not have that shape; the text itself is not repeated.
    pub fn new(text: &str) -> Result<Self, ConnectError> {
        let text = text.trim();
        let shaped = text.split_once(':').is_some_and(|(number, secret)| {
            let plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
            number.parse::<u64>().is_ok() && secret.len() >= 30 && secret.chars().all(plain)
        });
        if shaped { Ok(Self(text.to_owned())) } else { Err(ConnectError::Malformed) }
    }

    /// The token itself, for the one file it is meant to stand in.
    pub(crate) fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Token({}:…)", self.0.split(':').next().unwrap_or_default())
    }
}

/// Why Telegram cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// The text has not the shape of a token.
    #[error(
        "机器人令牌格式不对，应形如 123456:ABC…（由 @BotFather 提供），请检查 TELOXIDE_TOKEN / the token in TELOXIDE_TOKEN does not have the shape 123456:ABC… that @BotFather gives"
    )]
    Malformed,
    /// Telegram does not know the token.
    #[error(
        "Telegram 不认可这个令牌，请向 @BotFather 核对后更新 TELOXIDE_TOKEN / Telegram does not accept the token; check it with @BotFather and set TELOXIDE_TOKEN again"
    )]
    Refused,
    /// The address in `TELOXIDE_API_URL` is none.
    #[error("TELOXIDE_API_URL 不是网址 / TELOXIDE_API_URL is no address: {0}")]
    Address(String),
    /// Telegram does not take the address that it is to call.
    #[error(
        "Telegram 不接受回调地址 {0}（{1}），请检查 --webhook-url（须为公网 https 地址）/ Telegram does not take {0} ({1}); check --webhook-url, a public https address"
    )]
    Webhook(String, String),
    /// Telegram cannot be reached.
    #[error(
        "连不上 Telegram（{0}），请检查网络或代理 / Telegram cannot be reached ({0}); check the network or proxy"
    )]
    Unreachable(String),
}

/// A bot for a token; `api_url` for a self-hosted Bot API server or the rehearsal.
///
/// # Errors
/// If the address is none or the HTTP client cannot be made.
pub fn bot(token: &Token, api_url: Option<&str>) -> Result<Bot, ConnectError> {
    let client = teloxide_core::net::default_reqwest_settings()
        .connect_timeout(Duration::from_secs(5))
        .timeout(Duration::from_secs(17))
        .build()
        .map_err(|error| ConnectError::Unreachable(error.without_url().to_string()))?;
    let bot = Bot::with_client(token.0.clone(), client);
    match api_url {
        None => Ok(bot),
        Some(url) => {
            let parsed = url.parse().map_err(|e| ConnectError::Address(format!("{url}: {e}")))?;
            Ok(bot.set_api_url(parsed))
        }
    }
}

/// Asks Telegram who the bot is.
///
/// # Errors
/// A refused token, or no answer.
pub async fn user_name(bot: &Bot) -> Result<String, ConnectError> {
    match call::call(bot, bot.get_me().payload_ref()).await {
        Ok(me) => Ok(me.username().to_owned()),
        Err(RequestError::Api(ApiError::InvalidToken)) => Err(ConnectError::Refused),
        Err(error) => Err(ConnectError::Unreachable(brief(&error))),
    }
}

/// Has Telegram call this address, so many calls at the same time.
///
/// # Errors
/// An address that Telegram does not take, or no answer.
pub async fn set_webhook(bot: &Bot, address: &str, calls: u8) -> Result<(), ConnectError> {
    let refused = |why: String| ConnectError::Webhook(address.to_owned(), why);
    let url = address.parse().map_err(|_| refused("not an address".to_owned()))?;
    let request = bot
        .set_webhook(url)
        .secret_token(webhook::secret(bot))
        .allowed_updates(ALLOWED)
        .max_connections(calls);
    match call::call(bot, request.payload_ref()).await {
        Ok(_) => Ok(()),
        Err(RequestError::Api(ApiError::InvalidToken)) => Err(ConnectError::Refused),
        Err(RequestError::Api(error)) if error.to_string().contains("Bad Request") => {
            Err(refused(error.to_string()))
        }
        Err(error) => Err(ConnectError::Unreachable(brief(&error))),
    }
}

/// A request error in one line, without the address that would show the token.
pub(crate) fn brief(error: &RequestError) -> String {
    match error {
        RequestError::Network(error) if error.is_timeout() => "timed out".to_owned(),
        RequestError::Network(error) if error.is_connect() => "no connection".to_owned(),
        RequestError::Network(_) => "network error".to_owned(),
        RequestError::InvalidJson { source, .. } => format!("unreadable answer: {source}"),
        other => other.to_string(),
    }
}

/// Registers the command menus that need no account: for strangers, and for groups. An account's
/// own menu is sent when it is bound.
///
/// # Errors
/// The first request that fails; menus are a convenience, so callers log it and go on.
pub async fn set_menus(bot: &Bot) -> Result<(), RequestError> {
    let commands = |names: &[&str]| {
        let all = views::commands(Role::Office, false, Language::default());
        let named = all.into_iter().filter(|(name, _)| names.contains(name));
        named.map(|(name, what)| BotCommand::new(name, what)).collect::<Vec<_>>()
    };
    let people = BotCommandScope::AllPrivateChats;
    let request = bot.set_my_commands(commands(&["help"])).scope(people);
    call::call(bot, request.payload_ref()).await?;
    let groups = BotCommandScope::AllGroupChats;
    let request = bot.set_my_commands(commands(views::IN_GROUPS)).scope(groups);
    call::call(bot, request.payload_ref()).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_never_shows() {
        let token = Token::new("123456:AAEhBOweik6ad9r_QXMENQjcrGbqCr4K-bc").unwrap();
        assert_eq!(format!("{token:?}"), "Token(123456:…)");
        let error = Token::new("123456:short-but-secret").unwrap_err();
        assert!(!format!("{error} {error:?}").contains("secret"));
    }
}
