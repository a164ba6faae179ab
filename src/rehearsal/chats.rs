//! Chats and their members: `getChat`, `getChatMember`, `getChatAdministrators`, `leaveChat`.

use serde_json::{Value, json};

use super::api::{Answer, ApiError, Call};
use super::json::{bot_json, bot_member_json, chat_full_json, member_json};
use super::state::{BOT_ID, BotStatus, Chat, ChatId, ChatKind, UserId};

impl Call<'_> {
    /// The chat, if the bot may look at it.
    fn chat_to_read(&mut self) -> Result<ChatId, ApiError> {
        let id = self.chat()?;
        match self.state.chats.get(&id) {
            Some(chat) if chat.kind != ChatKind::Private => self.chat_to_write_to(),
            _ => Ok(id),
        }
    }

    fn found(&self, id: ChatId) -> Result<&Chat, ApiError> {
        self.state.chats.get(&id).ok_or_else(|| ApiError::bad_request("chat not found"))
    }

    /// `getChat`.
    pub(super) fn get_chat(&mut self) -> Answer {
        let id = self.chat_to_read()?;
        Ok(chat_full_json(self.state, self.found(id)?))
    }

    /// `getChatMember`.
    pub(super) fn get_chat_member(&mut self) -> Answer {
        let id = self.chat_to_read()?;
        let wanted = self.params.int("user_id").unwrap_or(0);
        let chat = self.found(id)?;
        if wanted == BOT_ID {
            return Ok(bot_member_json(self.bot, chat.bot));
        }
        match self.state.users.get(&UserId(wanted)) {
            Some(user) => Ok(member_json(chat, user)),
            None => Err(ApiError::bad_request("user not found")),
        }
    }

    /// `getChatMemberCount`, the bot included.
    pub(super) fn get_chat_member_count(&mut self) -> Answer {
        let id = self.chat_to_read()?;
        Ok(json!(self.found(id)?.members.len() + 1))
    }

    /// `getChatAdministrators`.
    pub(super) fn get_chat_administrators(&mut self) -> Answer {
        let id = self.chat_to_read()?;
        let chat = self.found(id)?;
        if chat.kind == ChatKind::Private {
            return Err(ApiError::bad_request("there are no administrators in the private chat"));
        }
        let mut admins: Vec<Value> = chat
            .admins
            .iter()
            .filter_map(|admin| self.state.users.get(admin))
            .map(|user| member_json(chat, user))
            .collect();
        if chat.bot == BotStatus::Administrator {
            admins.push(bot_member_json(self.bot, chat.bot));
        }
        Ok(Value::Array(admins))
    }

    /// `leaveChat`.
    pub(super) fn leave_chat(&mut self) -> Answer {
        let id = self.chat_to_write_to()?;
        let old = self.found(id)?.bot;
        if self.found(id)?.kind == ChatKind::Private {
            return Err(ApiError::bad_request(
                "chat member status can't be changed in private chats",
            ));
        }
        if let Some(chat) = self.state.chats.get_mut(&id) {
            chat.bot = BotStatus::Left;
        }
        let update = json!({
            "chat": self.state.chat_json(id),
            "from": bot_json(self.bot),
            "date": self.now.timestamp(),
            "old_chat_member": bot_member_json(self.bot, old),
            "new_chat_member": bot_member_json(self.bot, BotStatus::Left),
        });
        self.state.push_update("my_chat_member", update);
        Ok(json!(true))
    }
}
