//! One row of the outbox becomes one call, and what Telegram says to it becomes [`Ended`].

use std::time::Duration;

use teloxide_core::payloads::{
    AnswerCallbackQuerySetters, EditMessageTextSetters, SendMessageSetters, SetMyCommandsSetters,
};
use teloxide_core::prelude::Requester;
use teloxide_core::requests::HasPayload;
use teloxide_core::types::{
    BotCommand, BotCommandScope, CallbackQueryId, ChatId as TgChatId, InlineKeyboardButton,
    InlineKeyboardMarkup, LinkPreviewOptions, MessageId as TgMessageId, ParseMode, Recipient,
    ReplyParameters,
};
use teloxide_core::{ApiError, Bot, RequestError};

use super::connect::brief;
use super::{call, files};
use crate::conversation::{Button, ChatId, What};
use crate::plan::Plan;
use crate::store::{OutboxRow, Store};

/// How long one call may take.
const CALL_TIMEOUT: Duration = Duration::from_secs(9);

/// Why a message goes later when the platform says so itself (429).
pub(super) const ASKED_TO_WAIT: &str = "asked to wait";

/// How a call ended.
pub(super) enum Ended {
    /// Telegram took it, and gave it this number if it is a message.
    Sent(Option<i64>),
    /// To be tried again, not before.
    Later(Duration, String),
    /// The chat has a new number.
    Moved(ChatId),
    /// It can never be sent; true if the person cannot be reached at all.
    Never(String, bool),
}

/// Makes the call of a row.
pub(super) async fn carry_out(bot: &Bot, store: &Store, plan: &Plan, row: &OutboxRow) -> Ended {
    let (limit, file) = match row.what.file() {
        None => (CALL_TIMEOUT, Vec::new()),
        Some(file) => match store.blob(plan, &file.hash).await {
            Ok(Some(bytes)) => (files::TIMEOUT, bytes),
            Ok(None) => return Ended::Never("the file is not there any more".to_owned(), false),
            Err(error) => return Ended::Later(Duration::ZERO, error.to_string()),
        },
    };
    let found;
    let what = match &row.what {
        What::EditSent { of, html, buttons } => {
            let (html, buttons) = (html.clone(), buttons.clone());
            found = match store.sent_as(plan, of).await {
                Ok(Some(message)) => What::Edit { message, html, buttons },
                // It never arrived: what it would have said is said anew.
                Ok(None) => What::Send { html, buttons, reply_to: None },
                Err(error) => return Ended::Later(Duration::ZERO, error.to_string()),
            };
            &found
        }
        what => what,
    };
    match tokio::time::timeout(limit, send(bot, row.chat, what, file)).await {
        Ok(Ok(message)) => Ended::Sent(message),
        Ok(Err(error)) => judge(&error, what),
        Err(_) => Ended::Later(Duration::ZERO, "no answer in time".to_owned()),
    }
}

async fn send(
    bot: &Bot,
    chat: ChatId,
    what: &What,
    file: Vec<u8>,
) -> Result<Option<i64>, RequestError> {
    let to = TgChatId(chat.0);
    let no_preview = LinkPreviewOptions {
        is_disabled: true,
        url: None,
        prefer_small_media: false,
        prefer_large_media: false,
        show_above_text: false,
    };
    match what {
        What::Send { html, buttons, reply_to } => {
            let mut request = bot
                .send_message(to, html)
                .parse_mode(ParseMode::Html)
                .link_preview_options(no_preview);
            if !buttons.is_empty() {
                request = request.reply_markup(keyboard(buttons));
            }
            if let Some(message) = reply_to.and_then(|message| i32::try_from(message.0).ok()) {
                let reply = ReplyParameters::new(TgMessageId(message));
                request = request.reply_parameters(reply.allow_sending_without_reply());
            }
            call::number(bot, request.payload_ref()).await.map(Some)
        }
        // The number of the message was looked up before.
        What::EditSent { .. } => Ok(None),
        What::Photo { .. } | What::Document { .. } => files::send(bot, to, what, &file).await,
        What::Edit { message, html, buttons } => {
            let number = TgMessageId(i32::try_from(message.0).unwrap_or_default());
            let mut request = bot
                .edit_message_text(to, number, html)
                .parse_mode(ParseMode::Html)
                .link_preview_options(no_preview);
            if !buttons.is_empty() {
                request = request.reply_markup(keyboard(buttons));
            }
            match call::call(bot, request.payload_ref()).await {
                Ok(_) | Err(RequestError::Api(ApiError::MessageNotModified)) => Ok(None),
                // The message is gone: what it would have said is said anew.
                Err(RequestError::Api(
                    ApiError::MessageToEditNotFound | ApiError::MessageIdInvalid,
                )) => {
                    let anew =
                        What::Send { html: html.clone(), buttons: buttons.clone(), reply_to: None };
                    Box::pin(send(bot, chat, &anew, file)).await
                }
                Err(error) => Err(error),
            }
        }
        What::Menu { commands } => {
            let scope = BotCommandScope::Chat { chat_id: Recipient::Id(to) };
            let commands = commands.iter().map(|(name, what)| BotCommand::new(name, what));
            let request = bot.set_my_commands(commands).scope(scope);
            call::call(bot, request.payload_ref()).await.map(|_| None)
        }
        What::Answer { callback, text } => {
            let id = CallbackQueryId(callback.clone());
            let request = bot.answer_callback_query(id).text(text);
            call::call(bot, request.payload_ref()).await.map(|_| None)
        }
    }
}

pub(super) fn keyboard(rows: &[Vec<Button>]) -> InlineKeyboardMarkup {
    InlineKeyboardMarkup::new(rows.iter().map(|row| {
        row.iter().map(|button| InlineKeyboardButton::callback(&button.label, &button.data))
    }))
}

fn judge(error: &RequestError, what: &What) -> Ended {
    match error {
        RequestError::RetryAfter(seconds) => {
            Ended::Later(seconds.duration(), ASKED_TO_WAIT.to_owned())
        }
        RequestError::MigrateToChatId(to) => Ended::Moved(ChatId(to.0)),
        // A press answered too late shows nothing; that is all that is lost.
        RequestError::Api(ApiError::InvalidQueryId) => Ended::Never(error.to_string(), false),
        RequestError::Api(ApiError::InvalidToken) => {
            Ended::Later(Duration::from_secs(30), "the token is refused".to_owned())
        }
        RequestError::Api(
            ApiError::BotBlocked
            | ApiError::UserDeactivated
            | ApiError::CantInitiateConversation
            | ApiError::ChatNotFound,
        ) => Ended::Never(error.to_string(), true),
        // "Internal Server Error" and its like arrive as unknown API errors.
        RequestError::Api(ApiError::Unknown(text)) if !is_verdict(text) => {
            Ended::Later(Duration::ZERO, text.clone())
        }
        RequestError::Api(error) => {
            let is_answer = matches!(what, What::Answer { .. });
            Ended::Never(error.to_string(), !is_answer && error.to_string().contains("Forbidden"))
        }
        error => Ended::Later(Duration::ZERO, brief(error)),
    }
}

/// Whether Telegram's words are its verdict on the request, so that trying again changes nothing.
fn is_verdict(text: &str) -> bool {
    ["Bad Request", "Forbidden", "Unauthorized"].iter().any(|verdict| text.starts_with(verdict))
}
