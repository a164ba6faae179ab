//! What Telegram sends, or whoever speaks for it: updates become events.

use liaison_bot::conversation::{Event, Incoming, Needs};
use liaison_bot::telegram::reading;

/// The bytes are the list that answers `getUpdates`, or one update.
pub fn entry(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let list = reading::updates(&text, "lanxi_bot");
    let one = reading::update(&text, "lanxi_bot");
    let events: Vec<Incoming> =
        list.into_iter().flatten().chain(one).map(|read| read.incoming).collect();
    for incoming in &events {
        sound(&incoming.event);
    }
    let _ = Needs::of(&events);
}

/// Names are clean, wherever they come from.
fn sound(event: &Event) {
    let (person, place) = match event {
        Event::Said(said) | Event::Edited(said) => {
            assert!(!said.text.contains('\0'), "{:?}", said.text);
            (&said.person, Some(&said.place))
        }
        Event::SentOther { person, place, .. }
        | Event::Group { person, place, .. }
        | Event::Left { person, place } => (person, Some(place)),
        Event::SentFile(sent) => {
            let name = &sent.file.name;
            assert!(!name.contains(['/', '\\']) && name.chars().all(visible), "{name:?}");
            assert!(!sent.caption.contains('\0'), "{:?}", sent.caption);
            (&sent.person, Some(&sent.place))
        }
        Event::Pressed(pressed) => (&pressed.person, Some(&pressed.place)),
        Event::Blocked { person, .. } => (person, None),
        Event::Refused { .. } | Event::Migrated { .. } | Event::Nothing => return,
    };
    let title = place.and_then(|place| place.group.as_deref()).unwrap_or("-");
    for name in [&person.name, title] {
        assert!(name.chars().all(visible), "{name:?}");
        assert!(!name.is_empty() && name.chars().count() <= 120, "{name:?}");
    }
}

fn visible(c: char) -> bool {
    !c.is_control()
        && !matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// An update of each kind that the bot asks for, and one that nobody knows.
pub fn seeds() -> Vec<Vec<u8>> {
    let from = r#""from":{"id":42,"is_bot":false,"first_name":"王\u202e芳","last_name":"李","username":"wang"}"#;
    let own = r#""chat":{"id":42,"type":"private","first_name":"王芳"}"#;
    let group = r#""chat":{"id":-1001,"type":"supergroup","title":"工作\n群"}"#;
    let bot = r#"{"id":1,"is_bot":true,"first_name":"助手","username":"lanxi_bot"}"#;
    let message = |more: &str, chat: &str| {
        format!(r#"{{"message_id":7,"date":1560000000,{from},{chat},{more}}}"#)
    };
    let text = r#""text":"/rank@lanxi_bot 小升规","entities":[{"type":"bot_command","offset":0,"length":15}]"#;
    let bots = format!(
        r#"{{"message_id":6,"date":1560000000,"from":{bot},{own},"text":"已收到","reply_markup":{{"inline_keyboard":[[{{"text":"撤回","callback_data":"undo:7:0"}}]]}}}}"#
    );
    let file = r#""caption":"第25周","document":{"file_id":"abc","file_unique_id":"a","file_size":9,"mime_type":"text/csv","file_name":"../表\u202e.xlsx"}"#;
    let member = |status: &str| format!(r#"{{"user":{bot},"status":"{status}"}}"#);
    let updates = [
        format!(r#""message":{}"#, message(text, group)),
        format!(r#""message":{}"#, message(r#""text":"小升规2""#, own)),
        format!(
            r#""edited_message":{}"#,
            message(r#""edit_date":1560000001,"text":"小升规3""#, own)
        ),
        format!(
            r#""message":{}"#,
            message(&format!(r#""text":"3","reply_to_message":{bots}"#), own)
        ),
        format!(r#""message":{}"#, message(file, own)),
        format!(r#""message":{}"#, message(r#""migrate_to_chat_id":-1001234"#, group)),
        format!(
            r#""callback_query":{{"id":"9",{from},"message":{bots},"chat_instance":"1","data":"undo:7:0"}}"#
        ),
        format!(
            r#""my_chat_member":{{{group},{from},"date":1560000000,"old_chat_member":{},"new_chat_member":{}}}"#,
            member("left"),
            member("member")
        ),
        r#""novelty":{"a":[1,{"b":null}]}"#.to_owned(),
    ];
    let one = |update: &String| format!(r#"{{"update_id":5,{update}}}"#);
    let list = format!("[{}]", updates.iter().map(one).collect::<Vec<_>>().join(","));
    updates.iter().map(one).chain([list]).map(String::into_bytes).collect()
}
