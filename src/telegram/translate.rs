//! An update becomes an event.
//!
//! Whether a text in a group is meant for the bot is decided here, since only Telegram knows
//! mentions and replies: a command, a mention of the bot's name, or a reply to one of its messages.
//! What people wrote comes out without characters that nobody sees, names on one line.

use teloxide_core::types::{
    Chat, ChatMemberUpdated, MaybeInaccessibleMessage, Message, Update, UpdateKind, User,
};

use crate::conversation::{
    ChatId, Event, FileIn, FileProblem, Incoming, MessageId, Person, Place, Pressed, Said,
    SentFile, UserId,
};
use crate::plan::hidden::{visible, visible_name};

/// The longest file name, person's name and title that are kept, in characters.
const LONGEST_NAME: usize = 120;

/// The longest text of a message, in characters (Bot API, `Message.text`: 4096 after entities are
/// read). A longer one is none of Telegram's.
const LONGEST_TEXT: usize = 4096;

/// An update as the bot understands it.
#[must_use]
pub fn incoming(update: Update, bot_name: &str) -> Incoming {
    let number = i64::from(update.id.0);
    let event = match update.kind {
        UpdateKind::Message(message) => spoken(&message, bot_name, false),
        UpdateKind::EditedMessage(message) => spoken(&message, bot_name, true),
        UpdateKind::CallbackQuery(query) => {
            let person = person(&query.from);
            let place = match &query.message {
                Some(MaybeInaccessibleMessage::Regular(message)) => Some(place(&message.chat)),
                Some(MaybeInaccessibleMessage::Inaccessible(message)) => Some(place(&message.chat)),
                None => None,
            };
            match (place, &query.message, query.data) {
                (Some(place), Some(message), Some(data)) => Event::Pressed(Pressed {
                    person,
                    place,
                    message: MessageId(i64::from(message.id().0)),
                    callback: query.id.0,
                    data,
                }),
                _ => Event::Nothing,
            }
        }
        UpdateKind::MyChatMember(change) => membership(&change),
        _ => Event::Nothing,
    };
    Incoming { update: number, event }
}

fn spoken(message: &Message, bot_name: &str, edited: bool) -> Event {
    if let Some(to) = message.migrate_to_chat_id() {
        return Event::Migrated { from: ChatId(message.chat.id.0), to: ChatId(to.0) };
    }
    if let Some(left) = message.left_chat_member().filter(|left| !left.is_bot && !edited) {
        return Event::Left { person: person(left), place: place(&message.chat) };
    }
    let Some(from) = message.from.as_ref().filter(|from| !from.is_bot) else {
        return Event::Nothing;
    };
    let (person, place) = (person(from), place(&message.chat));
    let number = MessageId(i64::from(message.id.0));
    let by_bot = |to: &&Message| {
        let author = to.from.as_ref().and_then(|author| author.username.as_deref());
        author.is_some_and(|author| author.eq_ignore_ascii_case(bot_name))
    };
    let answered = message.reply_to_message().filter(by_bot);
    let reply_to = answered.map(|to| MessageId(i64::from(to.id.0)));
    // A file may go with one's own message too: it bears out what that reported.
    let own = |to: &&Message| to.from.as_ref().is_some_and(|author| author.id == from.id);
    let own = message.reply_to_message().filter(own).map(|to| MessageId(i64::from(to.id.0)));
    let file = document(message).or_else(|| photo(message));
    if let Some((name, size, _)) = file.filter(|_| place.group.is_none() && !edited) {
        let file = FileIn { name, size, contents: Err(FileProblem::NotFetched) };
        let caption = visible(message.caption().unwrap_or_default());
        return Event::SentFile(SentFile {
            person,
            place,
            message: number,
            caption,
            reply_to: reply_to.or(own),
            file,
        });
    }
    let text = message.text().or_else(|| message.caption());
    let Some(text) = text.filter(|text| text.chars().count() <= LONGEST_TEXT) else {
        let service = message.new_chat_members().is_some()
            || message.left_chat_member().is_some()
            || message.new_chat_title().is_some()
            || message.group_chat_created().is_some()
            || message.pinned_message().is_some();
        return if edited || service {
            Event::Nothing
        } else {
            Event::SentOther { person, place, message: number }
        };
    };
    let (text, named) = without_mention(&visible(text), bot_name);
    let private = place.group.is_none();
    let addressed = private || named || reply_to.is_some() || command_for(&text, bot_name);
    let said = Said { person, place, message: number, text, reply_to, addressed };
    if edited { Event::Edited(said) } else { Event::Said(said) }
}

/// The number by which Telegram hands over the file that an update brings.
#[must_use]
pub fn file_id(update: &Update) -> Option<String> {
    let UpdateKind::Message(message) = &update.kind else { return None };
    document(message).or_else(|| photo(message)).map(|(.., id)| id)
}

/// A document's name, size and number.
fn document(message: &Message) -> Option<(String, u64, String)> {
    let document = message.document()?;
    let name = file_name(document.file_name.as_deref().unwrap_or_default());
    Some((name, u64::from(document.file.size), document.file.id.0.clone()))
}

/// The same of a photo, which has no name of its own: of the sizes Telegram made, the largest.
fn photo(message: &Message) -> Option<(String, u64, String)> {
    let largest = message.photo()?.iter().max_by_key(|size| size.width * size.height)?;
    let file = &largest.file;
    Some((format!("{}.jpg", message.id.0), u64::from(file.size), file.id.0.clone()))
}

/// A file's name without folders.
fn file_name(given: &str) -> String {
    let last = given.rsplit(['/', '\\']).next().unwrap_or_default();
    visible_name(last, LONGEST_NAME)
}

/// Whether a text is a command that is not another bot's (`/rank`, `/rank@this_bot`).
fn command_for(text: &str, bot_name: &str) -> bool {
    let Some(rest) = text.trim_start().strip_prefix('/') else { return false };
    let word = rest.split_whitespace().next().unwrap_or_default();
    match word.split_once('@') {
        Some((_, bot)) => bot.eq_ignore_ascii_case(bot_name),
        None => word.starts_with(|c: char| c.is_ascii_alphabetic()),
    }
}

/// The text without `@bot`, and whether it was there. A command keeps its `@bot`.
fn without_mention(text: &str, bot_name: &str) -> (String, bool) {
    let mut kept = String::with_capacity(text.len());
    let (mut rest, mut named) = (text, false);
    while let Some(at) = rest.find('@') {
        let (before, name) = (&rest[..at], &rest[at + 1..]);
        let end = name.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(name.len());
        let mine = name[..end].eq_ignore_ascii_case(bot_name);
        let command = before.trim_start().starts_with('/') && kept.is_empty();
        kept.push_str(before);
        if mine && !command {
            named = true;
        } else {
            kept.push_str(&rest[at..=at + end]);
        }
        rest = &name[end..];
    }
    kept.push_str(rest);
    (kept, named)
}

fn membership(change: &ChatMemberUpdated) -> Event {
    let person = person(&change.from);
    let inside = change.new_chat_member.is_present();
    if change.chat.is_private() {
        return Event::Blocked { person, blocked: !inside };
    }
    let was = change.old_chat_member.is_present();
    if was == inside {
        return Event::Nothing;
    }
    Event::Group { person, place: place(&change.chat), inside }
}

fn person(user: &User) -> Person {
    // Telegram's user numbers have at most 52 significant bits (Bot API, `User.id`).
    let number = i64::try_from(user.id.0).unwrap_or(i64::MAX);
    Person { user: UserId(number), name: shown_name(&user.full_name(), number) }
}

fn place(chat: &Chat) -> Place {
    let title = || shown_name(chat.title().unwrap_or_default(), chat.id.0);
    let group = (!chat.is_private()).then(title);
    Place { chat: ChatId(chat.id.0), group }
}

/// A name as it is shown; the number of whoever shows none.
fn shown_name(given: &str, number: i64) -> String {
    let name = visible_name(given, LONGEST_NAME);
    if name.is_empty() { format!("#{number}") } else { name }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn event(update: &Value) -> Event {
        // From text, as it arrives: teloxide reads an update from a `Value` as an error.
        incoming(serde_json::from_str(&update.to_string()).unwrap(), "lanxi_bot").event
    }

    fn in_group(text: &str) -> Value {
        json!({ "update_id": 1, "message": {
            "message_id": 7, "date": 1_560_000_000, "text": text,
            "from": { "id": 42, "is_bot": false, "first_name": "王芳" },
            "chat": { "id": -100, "type": "group", "title": "工作群" },
        }})
    }

    #[test]
    fn in_a_group_only_what_is_meant_for_the_bot_is_addressed() {
        let said = |text: &str| match event(&in_group(text)) {
            Event::Said(said) => (said.addressed, said.text),
            other => panic!("{other:?}"),
        };
        assert_eq!(said("小升规 2"), (false, "小升规 2".into()));
        assert_eq!(said("@Lanxi_Bot 小升规 2"), (true, " 小升规 2".into()));
        assert_eq!(said("@other_bot 小升规 2"), (false, "@other_bot 小升规 2".into()));
        assert_eq!(said("/rank"), (true, "/rank".into()));
        assert_eq!(said("/rank@lanxi_bot"), (true, "/rank@lanxi_bot".into()));
        assert!(!said("/rank@other_bot").0);
        assert!(!said("1/2 完成").0);
    }

    #[test]
    fn a_reply_to_the_bot_is_addressed() {
        let mut update = in_group("小升规 3");
        update["message"]["reply_to_message"] = json!({
            "message_id": 6, "date": 1_560_000_000, "text": "已收到",
            "from": { "id": 1, "is_bot": true, "first_name": "助手", "username": "lanxi_bot" },
            "chat": { "id": -100, "type": "group", "title": "工作群" },
        });
        assert!(matches!(event(&update), Event::Said(said) if said.addressed));
    }

    #[test]
    fn a_document_in_private_is_a_file_with_a_plain_name() {
        let sent = |chat: &Value, name: &str| {
            let update = json!({ "update_id": 1, "message": {
                "message_id": 7, "date": 1_560_000_000, "caption": "第25周",
                "from": { "id": 42, "is_bot": false, "first_name": "王芳" }, "chat": chat,
                "document": { "file_id": "abc", "file_unique_id": "a", "file_size": 9, "file_name": name },
            }});
            let read: Update = serde_json::from_str(&update.to_string()).unwrap();
            assert_eq!(file_id(&read).as_deref(), Some("abc"));
            event(&update)
        };
        let private = json!({ "id": 42, "type": "private", "first_name": "王芳" });
        for (given, name) in [
            ("报送表.xlsx", "报送表.xlsx"),
            ("../../etc/passwd", "passwd"),
            ("C:\\表\\a.xls", "a.xls"),
            ("a\n\u{202e}xslx.exe", "a xslx.exe"),
            ("", ""),
        ] {
            let Event::SentFile(sent) = sent(&private, given) else { panic!("{given}") };
            assert_eq!((sent.file.name.as_str(), sent.file.size), (name, 9));
            assert_eq!(sent.caption, "第25周");
            assert_eq!(sent.file.contents, Err(FileProblem::NotFetched));
        }
        let group = json!({ "id": -100, "type": "group", "title": "工作群" });
        assert!(matches!(sent(&group, "a.xlsx"), Event::Said(said) if !said.addressed));
    }

    #[test]
    fn names_and_texts_have_nothing_that_nobody_sees() {
        let mut update = in_group("@lanxi_bot 小\u{200b}升规\u{202e} 2\0");
        update["message"]["from"]["first_name"] = json!("王\u{202e}\n芳");
        update["message"]["from"]["last_name"] = json!("\u{3164}");
        update["message"]["chat"]["title"] = json!("\u{200f}\u{2800}");
        let Event::Said(said) = event(&update) else { panic!("said") };
        assert_eq!(said.text, " 小升规 2");
        assert_eq!(said.person.name, "王 芳");
        assert_eq!(said.place.group.as_deref(), Some("#-100"));
        let long = in_group(&format!("@lanxi_bot {}", "1".repeat(4096)));
        assert!(matches!(event(&long), Event::SentOther { .. }));
    }

    #[test]
    fn who_writes_as_a_group_or_a_bot_is_nobody() {
        let mut update = in_group("/bind 领导小组");
        update["message"]["from"] =
            json!({ "id": 1_087_968_824, "is_bot": true, "first_name": "Group" });
        update["message"]["sender_chat"] =
            json!({ "id": -100, "type": "group", "title": "工作群" });
        assert_eq!(event(&update), Event::Nothing);
    }

    #[test]
    fn what_does_not_concern_the_bot_is_nothing() {
        let mut joined = in_group("x");
        joined["message"].as_object_mut().unwrap().remove("text");
        joined["message"]["new_chat_members"] =
            json!([{ "id": 43, "is_bot": false, "first_name": "李" }]);
        assert_eq!(event(&joined), Event::Nothing);
        joined["message"].as_object_mut().unwrap().remove("new_chat_members");
        joined["message"]["left_chat_member"] =
            json!({ "id": 43, "is_bot": true, "first_name": "机器人" });
        assert_eq!(event(&joined), Event::Nothing);
        joined["message"]["left_chat_member"] =
            json!({ "id": 43, "is_bot": false, "first_name": "李" });
        assert!(matches!(event(&joined), Event::Left { person, .. } if person.user == UserId(43)));
        assert_eq!(event(&json!({ "update_id": 1, "something_new": { "a": 1 } })), Event::Nothing);
    }

    #[test]
    fn a_group_that_becomes_a_supergroup_keeps_its_binding() {
        let mut moved = in_group("x");
        moved["message"].as_object_mut().unwrap().remove("text");
        moved["message"]["migrate_to_chat_id"] = json!(-1_001_234);
        assert_eq!(event(&moved), Event::Migrated { from: ChatId(-100), to: ChatId(-1_001_234) });
    }
}
