//! Messages: `sendMessage`, the edits, `deleteMessage`, `answerCallbackQuery`.
//!
//! Limits and descriptions of errors are Telegram's:
//! <https://core.telegram.org/bots/api#available-methods>.

use serde_json::{Value, json};

use super::api::{Answer, ApiError, Call};
use super::html;
use super::state::{Author, BotStatus, ChatId, ChatKind, Draft, Message, MessageId, Text, UserId};

/// Characters in a text.
const LONGEST_TEXT: usize = 4096;
/// Characters in a caption.
const LONGEST_CAPTION: usize = 1024;
/// Characters in the answer to a button.
const LONGEST_ANSWER: usize = 200;
/// Bytes in a button's data.
const LONGEST_DATA: usize = 64;

impl Call<'_> {
    /// The chat of `chat_id`, whatever the bot may do there.
    pub(super) fn chat(&mut self) -> Result<ChatId, ApiError> {
        let Some(id) = self.params.int("chat_id") else {
            return Err(ApiError::bad_request(match self.params.text("chat_id") {
                Some(_) => "chat not found",
                None => "chat_id is empty",
            }));
        };
        if self.state.users.contains_key(&UserId(id)) {
            self.state.private_chat(UserId(id));
        }
        if self.state.chats.contains_key(&ChatId(id)) {
            return Ok(ChatId(id));
        }
        Err(ApiError::bad_request("chat not found"))
    }

    /// The chat of `chat_id`, if the bot may write there.
    pub(super) fn chat_to_write_to(&mut self) -> Result<ChatId, ApiError> {
        let id = self.chat()?;
        if let Some(user) = self.state.users.get(&UserId(id.0)) {
            if user.blocked {
                return Err(ApiError::forbidden("bot was blocked by the user"));
            }
            if !user.started {
                return Err(ApiError::forbidden("bot can't initiate conversation with a user"));
            }
            return Ok(id);
        }
        let Some(chat) = self.state.chats.get(&id) else {
            return Err(ApiError::bad_request("chat not found"));
        };
        if let Some(new) = chat.migrated_to {
            let mut error = ApiError::bad_request("group chat was upgraded to a supergroup chat");
            error.parameters = Some(json!({ "migrate_to_chat_id": new }));
            return Err(error);
        }
        let kind = if chat.kind == ChatKind::Group { "group" } else { "supergroup" };
        match chat.bot {
            BotStatus::Member | BotStatus::Administrator => Ok(id),
            BotStatus::Kicked => {
                Err(ApiError::forbidden(&format!("bot was kicked from the {kind} chat")))
            }
            BotStatus::Left => {
                Err(ApiError::forbidden(&format!("bot is not a member of the {kind} chat")))
            }
        }
    }

    /// Reads `text` or `caption` in the call's parse mode.
    fn marked_up(&self, name: &str) -> Result<Text, ApiError> {
        let given = self.params.text(name).unwrap_or_default();
        let mode = self.params.text("parse_mode").unwrap_or_default();
        match mode.to_ascii_lowercase().as_str() {
            "" => Ok(html::as_is(&given)),
            "html" => html::parse(&given)
                .map_err(|error| ApiError::bad_request(format!("can't parse entities: {error}"))),
            _ => Err(ApiError::bad_request("unsupported parse_mode")),
        }
    }

    fn message_text(&self, too_long: &str) -> Result<Text, ApiError> {
        let text = self.marked_up("text")?;
        if text.plain.is_empty() {
            return Err(ApiError::bad_request("message text is empty"));
        }
        if text.plain.chars().count() > LONGEST_TEXT {
            return Err(ApiError::bad_request(too_long));
        }
        Ok(text)
    }

    /// The caption of a photo or document.
    pub(super) fn caption(&self) -> Result<Text, ApiError> {
        let text = self.marked_up("caption")?;
        if text.plain.chars().count() > LONGEST_CAPTION {
            return Err(ApiError::bad_request("message caption is too long"));
        }
        Ok(text)
    }

    /// The inline keyboard of `reply_markup`; other markups are taken and not shown.
    pub(super) fn keyboard(&self) -> Result<Option<Value>, ApiError> {
        let markup = self.params.json("reply_markup").map_err(ApiError::bad_request)?;
        let Some(rows) = markup.as_ref().and_then(|markup| markup.get("inline_keyboard")) else {
            return Ok(None);
        };
        let wrong = || ApiError::bad_request("can't parse inline keyboard");
        let mut buttons = 0;
        for row in rows.as_array().ok_or_else(wrong)? {
            for button in row.as_array().ok_or_else(wrong)? {
                check_button(button)?;
                buttons += 1;
            }
        }
        if buttons > 100 {
            return Err(ApiError::bad_request("REPLY_MARKUP_TOO_LONG"));
        }
        Ok((buttons > 0).then(|| json!({ "inline_keyboard": rows })))
    }

    /// The message to answer, from `reply_parameters` or the older field.
    pub(super) fn reply_to(&self, chat: ChatId) -> Result<Option<MessageId>, ApiError> {
        let reply = self.params.json("reply_parameters").map_err(ApiError::bad_request)?;
        let (wanted, lenient) = match &reply {
            Some(reply) => (
                reply.get("message_id").and_then(Value::as_i64),
                reply.get("allow_sending_without_reply").and_then(Value::as_bool) == Some(true),
            ),
            None => (
                self.params.int("reply_to_message_id"),
                self.params.flag("allow_sending_without_reply"),
            ),
        };
        let Some(wanted) = wanted else { return Ok(None) };
        let id = MessageId(i32::try_from(wanted).unwrap_or(0));
        let known = self.state.chats.get(&chat).is_some_and(|chat| chat.messages.contains_key(&id));
        match (known, lenient) {
            (true, _) => Ok(Some(id)),
            (false, true) => Ok(None),
            (false, false) => Err(ApiError::bad_request("message to be replied not found")),
        }
    }

    /// Posts what the bot wrote and gives the message.
    pub(super) fn post(&mut self, chat: ChatId, draft: Draft) -> Answer {
        let id = self.state.post(chat, draft, self.now);
        self.written(chat, id)
    }

    fn written(&self, chat: ChatId, id: MessageId) -> Answer {
        self.state
            .message_json(self.bot, chat, id)
            .ok_or_else(|| ApiError::bad_request("message not found"))
    }

    /// `sendMessage`.
    pub(super) fn send_message(&mut self) -> Answer {
        let chat = self.chat_to_write_to()?;
        let mut draft = Draft::new(Author::Bot, self.message_text("message is too long")?);
        draft.reply_to = self.reply_to(chat)?;
        draft.keyboard = self.keyboard()?;
        self.post(chat, draft)
    }

    /// The bot's own message that an edit means.
    fn own_message(&mut self) -> Result<(ChatId, MessageId), ApiError> {
        let chat = self.chat_to_write_to()?;
        let wanted = self.params.int("message_id");
        let wanted =
            wanted.ok_or_else(|| ApiError::bad_request("message identifier is not specified"))?;
        let id = MessageId(i32::try_from(wanted).unwrap_or(0));
        let message = self.state.chats.get(&chat).and_then(|chat| chat.messages.get(&id));
        match message {
            None => Err(ApiError::bad_request("message to edit not found")),
            Some(message) if message.author != Author::Bot => {
                Err(ApiError::bad_request("message can't be edited"))
            }
            Some(_) => Ok((chat, id)),
        }
    }

    fn edit(
        &mut self,
        (chat, id): (ChatId, MessageId),
        text: Option<Text>,
        keyboard: Option<Value>,
    ) -> Answer {
        let now = self.now.timestamp();
        let message = self.state.chats.get_mut(&chat).and_then(|chat| chat.messages.get_mut(&id));
        if let Some(message) = message {
            let same_text = text.as_ref().is_none_or(|text| same(text, message));
            if same_text && keyboard == message.keyboard {
                return Err(ApiError::bad_request(
                    "message is not modified: specified new message content and reply markup \
                     are exactly the same as a current content and reply markup of the message",
                ));
            }
            message.keyboard = keyboard;
            if let Some(text) = text {
                let earlier = std::mem::replace(&mut message.text, text);
                message.earlier.push(earlier.sent);
                message.edit_date = Some(now);
            }
        }
        self.written(chat, id)
    }

    /// `editMessageText`.
    pub(super) fn edit_text(&mut self) -> Answer {
        let message = self.own_message()?;
        let text = self.message_text("MESSAGE_TOO_LONG")?;
        let has_media = self
            .state
            .chats
            .get(&message.0)
            .and_then(|chat| chat.messages.get(&message.1))
            .is_some_and(|message| message.media.is_some());
        if has_media {
            return Err(ApiError::bad_request("there is no text in the message to edit"));
        }
        let keyboard = self.keyboard()?;
        self.edit(message, Some(text), keyboard)
    }

    /// `editMessageCaption`.
    pub(super) fn edit_caption(&mut self) -> Answer {
        let message = self.own_message()?;
        let (text, keyboard) = (self.caption()?, self.keyboard()?);
        self.edit(message, Some(text), keyboard)
    }

    /// `editMessageReplyMarkup`.
    pub(super) fn edit_keyboard(&mut self) -> Answer {
        let message = self.own_message()?;
        let keyboard = self.keyboard()?;
        self.edit(message, None, keyboard)
    }

    /// `deleteMessage`.
    pub(super) fn delete_message(&mut self) -> Answer {
        let chat = self.chat_to_write_to()?;
        let wanted = self.params.int("message_id").unwrap_or(0);
        let id = MessageId(i32::try_from(wanted).unwrap_or(0));
        let missing = || ApiError::bad_request("message to delete not found");
        let chat = self.state.chats.get_mut(&chat).ok_or_else(missing)?;
        let message = chat.messages.get(&id).ok_or_else(missing)?;
        let may = message.author == Author::Bot
            || chat.kind == ChatKind::Private
            || chat.bot == BotStatus::Administrator;
        if !may {
            return Err(ApiError::bad_request("message can't be deleted"));
        }
        chat.messages.remove(&id);
        Ok(json!(true))
    }

    /// `answerCallbackQuery`; a query is answered once.
    pub(super) fn answer_query(&mut self) -> Answer {
        let text = self.params.text("text").unwrap_or_default();
        if text.chars().count() > LONGEST_ANSWER {
            return Err(ApiError::bad_request("MESSAGE_TOO_LONG"));
        }
        let alert = self.params.flag("show_alert");
        let id = self.params.text("callback_query_id").and_then(|id| id.parse().ok());
        let query = id.and_then(|id: u64| self.state.queries.get_mut(&id));
        match query {
            Some(query) if query.answer.is_none() => {
                query.answer = Some((text, alert));
                Ok(json!(true))
            }
            _ => Err(ApiError::bad_request(
                "query is too old and response timeout expired or query ID is invalid",
            )),
        }
    }
}

fn same(text: &Text, message: &Message) -> bool {
    text.plain == message.text.plain && text.entities == message.text.entities
}

fn check_button(button: &Value) -> Result<(), ApiError> {
    let field = |name: &str| button.get(name).and_then(Value::as_str);
    if field("text").is_none_or(str::is_empty) {
        return Err(ApiError::bad_request(
            "can't parse inline keyboard button: Field \"text\" must be of type String",
        ));
    }
    if let Some(data) = field("callback_data") {
        if data.is_empty() || data.len() > LONGEST_DATA {
            return Err(ApiError::bad_request("BUTTON_DATA_INVALID"));
        }
    } else if let Some(url) = field("url") {
        if !html::is_link(url) {
            return Err(ApiError::bad_request(format!(
                "inline keyboard button URL '{url}' is invalid: Wrong HTTP URL"
            )));
        }
    } else if button.get("copy_text").is_none() {
        return Err(ApiError::bad_request(
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
        ));
    }
    Ok(())
}
