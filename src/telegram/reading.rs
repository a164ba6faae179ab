//! What Telegram sent becomes updates, each read by itself.
//!
//! In: the list that answers `getUpdates`, as text. Out: [`Fetched`]. An update that cannot be read
//! (of a kind nobody knew, nested without end) is kept as it came and holds up no other.

use serde::Deserialize;
use serde_json::value::RawValue;
use teloxide_core::types::{Update, UpdateKind};

use super::translate;
use crate::conversation::{Event, Incoming};

/// The most bytes that are kept of an update that cannot be read.
const MOST_KEPT: usize = 64 * 1024;

/// How deep an update may be nested. Telegram's own have about ten levels; a message inside a message
/// costs up to a tenth of a megabyte of stack.
const DEEPEST: usize = 16;

/// The stack of a thread that reads updates: several times what the deepest one needs.
pub const STACK: usize = 8 * 1024 * 1024;

/// What was fetched: an update, or the raw text of what could not be read.
#[derive(Debug)]
pub struct Fetched {
    /// What it means.
    pub incoming: Incoming,
    /// The update as it came, if it could not be read.
    pub raw: Option<String>,
    /// The file it brings, by Telegram's number.
    pub file: Option<String>,
}

/// Reads a list of updates; `None` if it is no list.
#[must_use]
pub fn updates(list: &str, bot_name: &str) -> Option<Vec<Fetched>> {
    // Raw parts are found without recursion, so depth cannot end the program here.
    let list: Vec<&RawValue> = serde_json::from_str(list).ok()?;
    Some(list.into_iter().filter_map(|raw| update(raw.get(), bot_name)).collect())
}

/// Reads one update; `None` if it has not even a number.
#[must_use]
pub fn update(raw: &str, bot_name: &str) -> Option<Fetched> {
    #[derive(Deserialize)]
    struct Number {
        update_id: i64,
    }
    let known = (depth(raw) <= DEEPEST).then(|| serde_json::from_str::<Update>(raw));
    if let Some(Ok(update)) = known {
        let unknown = matches!(update.kind, UpdateKind::Error(_));
        let file = translate::file_id(&update);
        let incoming = translate::incoming(update, bot_name);
        return Some(Fetched { incoming, raw: unknown.then(|| kept(raw)), file });
    }
    let Number { update_id } = serde_json::from_str(raw).ok()?;
    let incoming = Incoming { update: update_id, event: Event::Nothing };
    Some(Fetched { incoming, raw: Some(kept(raw)), file: None })
}

/// How deep objects and lists are nested in a JSON text.
fn depth(raw: &str) -> usize {
    let (mut depth, mut deepest, mut quoted, mut escaped) = (0_usize, 0, false, false);
    for byte in raw.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b'{' | b'[' if !quoted => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b'}' | b']' if !quoted => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

fn kept(raw: &str) -> String {
    raw[..raw.floor_char_boundary(MOST_KEPT)].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_read_holds_up_no_other() {
        let deep = format!("{}1{}", "[".repeat(200_000), "]".repeat(200_000));
        let good = r#"{"update_id":3,"message":{"message_id":7,"date":1560000000,"text":"小升规2",
            "from":{"id":42,"is_bot":false,"first_name":"王芳"},
            "chat":{"id":42,"type":"private","first_name":"王芳"}}}"#;
        let list = format!(
            r#"[{{"update_id":1,"message":{deep}}},{{"update_id":2,"novelty":{{}}}},{good},7]"#
        );
        let read = updates(&list, "lanxi_bot").unwrap();
        let told: Vec<_> =
            read.iter().map(|one| (one.incoming.update, one.raw.is_some())).collect();
        assert_eq!(told, [(1, true), (2, true), (3, false)]);
        assert!(read[0].raw.as_ref().unwrap().len() <= MOST_KEPT);
        assert!(matches!(&read[2].incoming.event, Event::Said(said) if said.text == "小升规2"));
        assert!(updates("{}", "lanxi_bot").is_none() && updates("[", "lanxi_bot").is_none());
    }

    /// A message that answers one that answers one …: on half the stack there is.
    #[test]
    fn a_long_chain_of_replies_needs_no_more_stack_than_there_is() {
        let message = |inner: &str| {
            format!(
                r#"{{"message_id":7,"date":1560000000,"text":"小升规2",
                "from":{{"id":42,"is_bot":false,"first_name":"王芳"}},
                "chat":{{"id":42,"type":"private","first_name":"王芳"}}{inner}}}"#
            )
        };
        let read = |depth: usize| {
            let chain = (0..depth)
                .fold(message(""), |chain, _| message(&format!(r#","reply_to_message":{chain}"#)));
            let list = format!(r#"[{{"update_id":1,"message":{chain}}}]"#);
            let worker = std::thread::Builder::new().stack_size(STACK / 2);
            let read = worker.spawn(move || updates(&list, "lanxi_bot").unwrap());
            read.unwrap().join().unwrap().remove(0)
        };
        assert!(read(1).raw.is_none());
        // The chain's other levels are the list, the update, and a sender inside.
        assert!(read(DEEPEST - 4).raw.is_none());
        for depth in [DEEPEST, 100, 1000] {
            assert!(read(depth).raw.is_some(), "{depth}");
        }
        let quoted = format!(r#"[{{"update_id":1,"x":"\"{}"}}]"#, "[".repeat(500));
        assert!(updates(&quoted, "lanxi_bot").unwrap()[0].raw.is_some(), "of unknown kind");
        assert_eq!(depth(&quoted), 2);
    }
}
