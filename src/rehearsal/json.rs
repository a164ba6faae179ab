//! The world as Telegram writes it: <https://core.telegram.org/bots/api#available-types>.

use serde_json::{Value, json};

use super::state::{Author, BOT_ID, Bot, BotStatus, Chat, ChatKind, Media, Message, State, User};

/// A `User` for the bot.
pub(super) fn bot_json(bot: &Bot) -> Value {
    json!({ "id": BOT_ID, "is_bot": true, "first_name": bot.name, "username": bot.username })
}

/// A `User` for a person.
pub(super) fn user_json(user: &User) -> Value {
    let mut json = json!({
        "id": user.id,
        "is_bot": false,
        "first_name": user.first_name,
        "language_code": "zh-hans",
    });
    if let Some(username) = &user.username {
        json["username"] = json!(username);
    }
    json
}

/// A `Chat`.
pub(super) fn chat_json(state: &State, chat: &Chat) -> Value {
    match chat.kind {
        ChatKind::Private => {
            let mut json = json!({ "id": chat.id, "type": "private" });
            if let Some(user) = chat.members.first().and_then(|user| state.users.get(user)) {
                json["first_name"] = json!(user.first_name);
                if let Some(username) = &user.username {
                    json["username"] = json!(username);
                }
            }
            json
        }
        ChatKind::Group => json!({
            "id": chat.id,
            "type": "group",
            "title": chat.title,
            "all_members_are_administrators": false,
        }),
        ChatKind::Supergroup => json!({
            "id": chat.id,
            "type": "supergroup",
            "title": chat.title,
        }),
    }
}

/// A `ChatFullInfo`, with the fields that Telegram always sends.
pub(super) fn chat_full_json(state: &State, chat: &Chat) -> Value {
    let mut json = chat_json(state, chat);
    json["accent_color_id"] = json!(0);
    json["max_reaction_count"] = json!(11);
    json["accepted_gift_types"] = json!({
        "unlimited_gifts": false,
        "limited_gifts": false,
        "unique_gifts": false,
        "premium_subscription": false,
        "gifts_from_channels": false,
    });
    if chat.kind != ChatKind::Private {
        json["permissions"] = json!({
            "can_send_messages": true,
            "can_send_documents": true,
            "can_send_photos": true,
            "can_change_info": false,
            "can_invite_users": true,
            "can_pin_messages": false,
        });
    }
    json
}

fn author_json(state: &State, bot: &Bot, author: Author) -> Value {
    match author {
        Author::Bot => bot_json(bot),
        Author::User(user) => state.users.get(&user).map_or(Value::Null, user_json),
    }
}

/// A `Message`; the message it answers is nested one level deep, when `with_reply`.
pub(super) fn message_json(
    state: &State,
    bot: &Bot,
    chat: &Chat,
    message: &Message,
    with_reply: bool,
) -> Value {
    let mut json = json!({
        "message_id": message.id,
        "from": author_json(state, bot, message.author),
        "chat": chat_json(state, chat),
        "date": message.date,
    });
    if let Some(date) = message.edit_date {
        json["edit_date"] = json!(date);
    }
    let answered = message.reply_to.filter(|_| with_reply).and_then(|id| chat.messages.get(&id));
    if let Some(answered) = answered {
        json["reply_to_message"] = message_json(state, bot, chat, answered, false);
    }
    if let Some(service) = &message.service {
        for (field, value) in service {
            json[field] = value.clone();
        }
        return json;
    }
    let (text, entities) = match &message.media {
        None => ("text", "entities"),
        Some(_) => ("caption", "caption_entities"),
    };
    if message.media.is_none() || !message.text.plain.is_empty() {
        json[text] = json!(message.text.plain);
        if !message.text.entities.is_empty() {
            json[entities] = json!(message.text.entities);
        }
    }
    match &message.media {
        Some(Media::Photo { file, width, height }) => {
            let mut photo = file_json(state, file);
            photo["width"] = json!(width);
            photo["height"] = json!(height);
            json["photo"] = json!([photo]);
        }
        Some(Media::Document { file }) => {
            let mut document = file_json(state, file);
            if let Some(stored) = state.files.get(file) {
                document["file_name"] = json!(stored.name);
                document["mime_type"] = json!(stored.mime);
            }
            json["document"] = document;
        }
        None => {}
    }
    if let Some(keyboard) = &message.keyboard {
        json["reply_markup"] = keyboard.clone();
    }
    json
}

/// The common fields of `PhotoSize`, `Document` and `File`.
pub(super) fn file_json(state: &State, file: &str) -> Value {
    json!({
        "file_id": file,
        "file_unique_id": format!("u{file}"),
        "file_size": state.files.get(file).map_or(0, |stored| stored.size),
    })
}

/// A `ChatMember` for the bot with this standing.
pub(super) fn bot_member_json(bot: &Bot, status: BotStatus) -> Value {
    let mut json = match status {
        BotStatus::Member => json!({ "status": "member" }),
        BotStatus::Administrator => administrator(),
        BotStatus::Left => json!({ "status": "left" }),
        BotStatus::Kicked => json!({ "status": "kicked", "until_date": 0 }),
    };
    json["user"] = bot_json(bot);
    json
}

/// A `ChatMember` for a person in a group.
pub(super) fn member_json(chat: &Chat, user: &User) -> Value {
    let mut json = match chat.admins.iter().position(|admin| *admin == user.id) {
        Some(0) => json!({ "status": "creator", "is_anonymous": false }),
        Some(_) => administrator(),
        None if chat.members.contains(&user.id) => json!({ "status": "member" }),
        None => json!({ "status": "left" }),
    };
    json["user"] = user_json(user);
    json
}

fn administrator() -> Value {
    json!({
        "status": "administrator",
        "can_be_edited": false,
        "is_anonymous": false,
        "can_manage_chat": true,
        "can_change_info": true,
        "can_delete_messages": true,
        "can_manage_video_chats": true,
        "can_restrict_members": true,
        "can_promote_members": false,
        "can_invite_users": true,
        "can_pin_messages": true,
        "can_post_stories": false,
        "can_edit_stories": false,
        "can_delete_stories": false,
    })
}
