//! What Telegram says of the bot: who it is, what it may do, and where it stands in a group.

use chrono::{DateTime, Utc};
use teloxide_core::prelude::Requester;
use teloxide_core::requests::HasPayload;
use teloxide_core::types::{ChatId as TgChatId, ChatMemberKind, UserId as TgUserId};
use teloxide_core::{ApiError, Bot, RequestError};

use super::call;
use super::connect::{ConnectError, brief};
use crate::conversation::ChatId;

/// The bot as `getMe` and `getWebhookInfo` describe it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Me {
    /// Its number.
    id: u64,
    /// Its user name.
    pub name: String,
    /// Whether people can put it into groups.
    pub can_join_groups: bool,
    /// Whether it sees everything that is said in groups (privacy mode is off).
    pub sees_everything: bool,
    /// Where Telegram sends updates instead of keeping them to be fetched, if anywhere.
    pub webhook: Option<String>,
    /// What Telegram's clock shows.
    pub server_time: Option<DateTime<Utc>>,
}

/// Where the bot stands in a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// It may send texts, pictures and files.
    Able,
    /// It is there, and may not send everything it has to.
    Muted,
    /// It is not there: it left, was removed, or the group is gone.
    Outside(String),
}

/// Asks who the bot is.
///
/// # Errors
/// A refused token, or no answer.
pub async fn me(bot: &Bot) -> Result<Me, ConnectError> {
    let failed = |error: RequestError| match error {
        RequestError::Api(ApiError::InvalidToken) => ConnectError::Refused,
        error => ConnectError::Unreachable(brief(&error)),
    };
    let (me, server_time) = call::dated(bot, bot.get_me().payload_ref()).await.map_err(failed)?;
    let webhook = call::call(bot, bot.get_webhook_info().payload_ref()).await.map_err(failed)?;
    Ok(Me {
        id: me.id.0,
        name: me.username().to_owned(),
        can_join_groups: me.can_join_groups,
        sees_everything: me.can_read_all_group_messages,
        webhook: webhook.url.map(|url| url.host_str().unwrap_or_default().to_owned()),
        server_time,
    })
}

/// Asks where the bot stands in a group.
///
/// # Errors
/// If there is no answer.
pub async fn standing(bot: &Bot, me: &Me, group: ChatId) -> Result<Standing, ConnectError> {
    let request = bot.get_chat_member(TgChatId(group.0), TgUserId(me.id));
    match call::call(bot, request.payload_ref()).await {
        Ok(member) => Ok(match member.kind {
            ChatMemberKind::Owner(_)
            | ChatMemberKind::Administrator(_)
            | ChatMemberKind::Member(_) => Standing::Able,
            ChatMemberKind::Restricted(may) if may.is_member => {
                let all = may.can_send_messages && may.can_send_photos && may.can_send_documents;
                if all { Standing::Able } else { Standing::Muted }
            }
            _ => Standing::Outside("left".to_owned()),
        }),
        Err(RequestError::Api(error)) => Ok(Standing::Outside(error.to_string())),
        Err(error) => Err(ConnectError::Unreachable(brief(&error))),
    }
}
