//! Command lists by scope: <https://core.telegram.org/bots/api#botcommandscope>.

use serde_json::{Value, json};

use super::api::{Answer, ApiError, Call};
use super::state::{ChatId, ChatKind, State, UserId};
use super::uploads::list;

/// Commands in one list.
const MOST_COMMANDS: usize = 100;

impl Call<'_> {
    /// The key of the call's scope and language.
    fn scope(&mut self) -> Result<String, ApiError> {
        let scope = self.params.json("scope").map_err(ApiError::bad_request)?;
        let language = self.params.text("language_code").unwrap_or_default();
        let scope = scope.unwrap_or_else(|| json!({ "type": "default" }));
        let number = |name: &str| {
            let value = scope.get(name);
            value.and_then(|value| value.as_i64().or_else(|| value.as_str()?.parse().ok()))
        };
        let chat = || {
            number("chat_id")
                .filter(|id| {
                    self.state.chats.contains_key(&ChatId(*id))
                        || self.state.users.contains_key(&UserId(*id))
                })
                .ok_or_else(|| ApiError::bad_request("chat not found"))
        };
        let key = match scope.get("type").and_then(Value::as_str).unwrap_or("default") {
            "default" => "default".to_owned(),
            "all_private_chats" => "private".to_owned(),
            "all_group_chats" => "groups".to_owned(),
            "all_chat_administrators" => "admins".to_owned(),
            "chat" => format!("chat:{}", chat()?),
            "chat_administrators" => format!("admins:{}", chat()?),
            "chat_member" => {
                let user = number("user_id")
                    .ok_or_else(|| ApiError::bad_request("user_id is not specified"))?;
                format!("member:{}:{user}", chat()?)
            }
            _ => return Err(ApiError::bad_request("unsupported type of the scope")),
        };
        Ok(if language.is_empty() { key } else { format!("{key}/{language}") })
    }

    /// `setMyCommands`.
    pub(super) fn set_commands(&mut self) -> Answer {
        let key = self.scope()?;
        let given = self.params.json("commands").map_err(ApiError::bad_request)?;
        let given = given.unwrap_or_default();
        let commands = list(&given);
        if commands.len() > MOST_COMMANDS {
            return Err(ApiError::bad_request("BOT_COMMANDS_TOO_MUCH"));
        }
        let mut checked = Vec::new();
        for command in commands {
            let field = |name: &str| command.get(name).and_then(Value::as_str).unwrap_or("");
            let name = field("command").trim_start_matches('/');
            let fits = (1..=32).contains(&name.len())
                && name.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_'));
            if !fits {
                return Err(ApiError::bad_request("BOT_COMMAND_INVALID"));
            }
            if !(1..=256).contains(&field("description").chars().count()) {
                return Err(ApiError::bad_request("BOT_COMMAND_DESCRIPTION_INVALID"));
            }
            checked.push(json!({ "command": name, "description": field("description") }));
        }
        if checked.is_empty() {
            self.state.commands.remove(&key);
        } else {
            self.state.commands.insert(key, checked);
        }
        Ok(json!(true))
    }

    /// `getMyCommands`.
    pub(super) fn get_commands(&mut self) -> Answer {
        let key = self.scope()?;
        Ok(json!(self.state.commands.get(&key).cloned().unwrap_or_default()))
    }

    /// `deleteMyCommands`.
    pub(super) fn delete_commands(&mut self) -> Answer {
        let key = self.scope()?;
        self.state.commands.remove(&key);
        Ok(json!(true))
    }
}

/// The menu this person sees in this chat: the first list found in Telegram's order.
pub(super) fn menu(state: &State, user: UserId, chat: ChatId) -> Vec<(String, String)> {
    let mut keys = Vec::new();
    if let Some(group) = state.chats.get(&chat).filter(|chat| chat.kind != ChatKind::Private) {
        let is_admin = group.admins.contains(&user);
        keys.push(format!("member:{}:{}", chat.0, user.0));
        if is_admin {
            keys.push(format!("admins:{}", chat.0));
        }
        keys.push(format!("chat:{}", chat.0));
        if is_admin {
            keys.push("admins".to_owned());
        }
        keys.push("groups".to_owned());
    } else {
        keys.push(format!("chat:{}", chat.0));
        keys.push("private".to_owned());
    }
    keys.push("default".to_owned());
    let mut lists = keys.iter().flat_map(|key| [format!("{key}/zh"), key.clone()]);
    let commands = lists.find_map(|key| state.commands.get(&key));
    let field = |command: &Value, name: &str| command[name].as_str().unwrap_or("").to_owned();
    commands
        .into_iter()
        .flatten()
        .map(|command| (field(command, "command"), field(command, "description")))
        .collect()
}
