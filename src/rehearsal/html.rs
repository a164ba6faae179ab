//! The bot's HTML, read as Telegram reads it, and the entities of what people type.
//!
//! In: text with the tags of <https://core.telegram.org/bots/api#html-style>. Out: plain text and
//! entities with UTF-16 offsets, or the error Telegram would give.

use serde_json::{Value, json};

use super::state::Text;

/// An open tag waiting for its end.
struct Open {
    name: String,
    /// The entity without its length, or none for a tag that makes none.
    entity: Option<Value>,
    start: usize,
}

/// Reads HTML. The error is the part after `can't parse entities: `.
pub(super) fn parse(source: &str) -> Result<Text, String> {
    let mut plain = String::new();
    let mut units = 0;
    let mut open: Vec<Open> = Vec::new();
    let mut entities: Vec<(usize, usize, Value)> = Vec::new();
    let mut rest = source;
    while let Some(first) = rest.chars().next() {
        let at = source.len() - rest.len();
        match first {
            '<' => {
                let end = rest.find('>').ok_or_else(|| unclosed(rest, at))?;
                let tag = &rest[1..end];
                rest = &rest[end + 1..];
                if let Some(name) = tag.strip_prefix('/') {
                    let closed = close(&mut open, name.trim(), at)?;
                    if let Some(mut entity) = closed.entity
                        && units > closed.start
                    {
                        entity["offset"] = json!(closed.start);
                        entity["length"] = json!(units - closed.start);
                        entities.push((closed.start, open.len(), entity));
                    }
                } else {
                    let (name, entity) = start_tag(tag, &open, at)?;
                    open.push(Open { name, entity, start: units });
                }
            }
            '&' => {
                let (character, length) = character_reference(rest).unwrap_or(('&', 1));
                plain.push(character);
                units += character.len_utf16();
                rest = &rest[length..];
            }
            character => {
                plain.push(character);
                units += character.len_utf16();
                rest = &rest[character.len_utf8()..];
            }
        }
    }
    if let Some(unfinished) = open.last() {
        return Err(format!(
            "Can't find end tag corresponding to start tag \"{}\"",
            unfinished.name
        ));
    }
    // Links, commands and mentions are found as in typed text, but for code and other links.
    let closed: Vec<(usize, usize)> = entities
        .iter()
        .filter(|(.., entity)| {
            ["code", "pre", "text_link"].iter().any(|kind| entity["type"] == *kind)
        })
        .map(|(_, _, entity)| span(entity))
        .collect();
    for mark in marks(&plain) {
        let (start, end) = span(&mark);
        if closed.iter().all(|(from, to)| end <= *from || start >= *to) {
            entities.push((start, usize::MAX, mark));
        }
    }
    entities.sort_by_key(|(start, depth, _)| (*start, *depth));
    let entities = entities.into_iter().map(|(_, _, entity)| entity).collect();
    Ok(trimmed(Text { sent: source.to_owned(), plain, entities }))
}

/// Where an entity begins and ends, in UTF-16 units.
fn span(entity: &Value) -> (usize, usize) {
    let number = |name: &str| {
        entity[name].as_u64().and_then(|number| usize::try_from(number).ok()).unwrap_or_default()
    };
    (number("offset"), number("offset") + number("length"))
}

/// Text without markup.
pub(super) fn as_is(text: &str) -> Text {
    let plain = text.trim().to_owned();
    Text { sent: text.to_owned(), entities: marks(&plain), plain }
}

fn unclosed(rest: &str, at: usize) -> String {
    let kind = if rest.starts_with("</") { "end" } else { "start" };
    format!("Unclosed {kind} tag at byte offset {at}")
}

fn close(open: &mut Vec<Open>, name: &str, at: usize) -> Result<Open, String> {
    let Some(last) = open.pop() else {
        return Err(format!("Unexpected end tag at byte offset {at}"));
    };
    if name.is_empty() || name.eq_ignore_ascii_case(&last.name) {
        return Ok(last);
    }
    Err(format!(
        "Unmatched end tag at byte offset {at}, expected \"</{}>\", found \"</{name}>\"",
        last.name
    ))
}

fn start_tag(tag: &str, open: &[Open], at: usize) -> Result<(String, Option<Value>), String> {
    let (name, attributes) = tag.split_once(char::is_whitespace).unwrap_or((tag, ""));
    let name = name.to_ascii_lowercase();
    let of_type = |kind: &str| Some(json!({ "type": kind, "offset": 0, "length": 0 }));
    let entity = match name.as_str() {
        "b" | "strong" => of_type("bold"),
        "i" | "em" => of_type("italic"),
        "u" | "ins" => of_type("underline"),
        "s" | "strike" | "del" => of_type("strikethrough"),
        "tg-spoiler" => of_type("spoiler"),
        "span" if attribute(attributes, "class").as_deref() == Some("tg-spoiler") => {
            of_type("spoiler")
        }
        "span" => {
            return Err(format!("Tag \"span\" must have class \"tg-spoiler\" at byte offset {at}"));
        }
        "code" if open.last().is_some_and(|outer| outer.name == "pre") => None,
        "code" => of_type("code"),
        "pre" => of_type("pre"),
        "blockquote" if attributes.split_whitespace().any(|word| word == "expandable") => {
            of_type("expandable_blockquote")
        }
        "blockquote" => of_type("blockquote"),
        "tg-emoji" => None,
        "a" => attribute(attributes, "href")
            .filter(|url| is_link(url))
            .map(|url| json!({ "type": "text_link", "offset": 0, "length": 0, "url": url })),
        _ => return Err(format!("Unsupported start tag \"{name}\" at byte offset {at}")),
    };
    Ok((name, entity))
}

/// A link that Telegram keeps; others lose their link and keep their text.
pub(super) fn is_link(url: &str) -> bool {
    ["http://", "https://", "tg://"]
        .iter()
        .any(|scheme| url.len() > scheme.len() && url.to_ascii_lowercase().starts_with(scheme))
}

fn attribute(attributes: &str, wanted: &str) -> Option<String> {
    let (_, after) = attributes.split_once(&format!("{wanted}="))?;
    let quote = after.chars().next()?;
    let raw = match quote {
        '"' | '\'' => after[1..].split(quote).next()?,
        _ => after.split_whitespace().next()?,
    };
    let mut value = String::new();
    let mut rest = raw;
    while let Some(first) = rest.chars().next() {
        let (character, length) = character_reference(rest).unwrap_or((first, first.len_utf8()));
        value.push(character);
        rest = &rest[length..];
    }
    Some(value)
}

/// `&lt;` and its like at the start of `text`: the character and the bytes it takes.
fn character_reference(text: &str) -> Option<(char, usize)> {
    let body = text.strip_prefix('&')?;
    let end = body.find(';').filter(|end| *end <= 10)?;
    let name = &body[..end];
    let character = match name {
        "lt" => '<',
        "gt" => '>',
        "amp" => '&',
        "quot" => '"',
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code).filter(|character| *character != '\0')?
        }
    };
    Some((character, end + 2))
}

/// Telegram drops blank space around a message; entities move and shrink with it.
fn trimmed(text: Text) -> Text {
    let plain = text.plain.trim();
    let before = &text.plain[..text.plain.len() - text.plain.trim_start().len()];
    let skipped = i64::try_from(before.encode_utf16().count()).unwrap_or(0);
    let length = i64::try_from(plain.encode_utf16().count()).unwrap_or(0);
    let entities = text.entities.into_iter().filter_map(|mut entity| {
        let start = (entity["offset"].as_i64()? - skipped).max(0);
        let end = (entity["offset"].as_i64()? + entity["length"].as_i64()? - skipped).min(length);
        (end > start).then(|| {
            entity["offset"] = json!(start);
            entity["length"] = json!(end - start);
            entity
        })
    });
    Text { sent: text.sent, plain: plain.to_owned(), entities: entities.collect() }
}

/// Commands, mentions, tags and addresses in what somebody types.
fn marks(text: &str) -> Vec<Value> {
    let mut found = Vec::new();
    let mut units = 0;
    let mut before = ' ';
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let boundary = !(before.is_alphanumeric() || before == '_' || before == '/');
        if boundary && let Some((kind, length)) = mark(rest) {
            let size = rest[..length].encode_utf16().count();
            found.push(json!({ "type": kind, "offset": units, "length": size }));
            units += size;
            before = rest[..length].chars().next_back().unwrap_or(' ');
            rest = &rest[length..];
        } else {
            units += first.len_utf16();
            before = first;
            rest = &rest[first.len_utf8()..];
        }
    }
    found
}

fn mark(text: &str) -> Option<(&'static str, usize)> {
    let word = |from: usize| {
        text[from..]
            .find(|character: char| !(character.is_ascii_alphanumeric() || character == '_'))
            .map_or(text.len(), |end| from + end)
    };
    match text.chars().next()? {
        '/' => {
            let end = word(1);
            let whole = if text[end..].starts_with('@') && word(end + 1) > end + 1 {
                word(end + 1)
            } else {
                end
            };
            (end > 1 && end <= 65).then_some(("bot_command", whole))
        }
        '@' => (word(1) >= 4).then(|| ("mention", word(1))),
        '#' => {
            let end = text[1..]
                .find(|character: char| !(character.is_alphanumeric() || character == '_'))
                .map_or(text.len(), |end| 1 + end);
            (end > 1).then_some(("hashtag", end))
        }
        'h' if text.starts_with("http://") || text.starts_with("https://") => {
            let end = text
                .find(|character: char| character.is_whitespace() || !character.is_ascii())
                .unwrap_or(text.len());
            Some(("url", end))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn html_becomes_text_and_entities() {
        let text = parse("  <b>兰江街道</b> &lt;45 <a href=\"https://a.cn/?x=1&amp;y=2\">家</a>&nbsp;😀<i>x</i> ")
            .unwrap();
        assert_eq!(text.plain, "兰江街道 <45 家&nbsp;😀x");
        assert_eq!(
            Value::Array(text.entities),
            json!([
                { "type": "bold", "offset": 0, "length": 4 },
                { "type": "text_link", "offset": 9, "length": 1, "url": "https://a.cn/?x=1&y=2" },
                { "type": "italic", "offset": 18, "length": 1 },
            ])
        );
    }

    #[test]
    fn wrong_html_is_refused_in_telegrams_words() {
        for (source, error) in [
            ("<div>x</div>", "Unsupported start tag \"div\" at byte offset 0"),
            ("a<b>x", "Can't find end tag corresponding to start tag \"b\""),
            (
                "<b><i>x</b></i>",
                "Unmatched end tag at byte offset 7, expected \"</i>\", found \"</b>\"",
            ),
            ("x</b>", "Unexpected end tag at byte offset 1"),
            ("45 < 60", "Unclosed start tag at byte offset 3"),
        ] {
            assert_eq!(parse(source).unwrap_err(), error);
        }
    }

    #[test]
    fn a_bots_text_has_marks_but_not_in_code_and_links() {
        let sent = "<b>见 https://a.cn</b> <code>/my</code> <a href=\"https://b.cn\">https://c.cn</a> /help";
        let kinds: Vec<Value> =
            parse(sent).unwrap().entities.iter().map(|one| one["type"].clone()).collect();
        assert_eq!(kinds, ["bold", "url", "code", "text_link", "bot_command"]);
    }

    #[test]
    fn typed_text_has_its_marks() {
        let text = as_is("/start@liaison_bot 你好 @wang_li https://a.cn/x");
        assert_eq!(
            Value::Array(text.entities),
            json!([
                { "type": "bot_command", "offset": 0, "length": 18 },
                { "type": "mention", "offset": 22, "length": 8 },
                { "type": "url", "offset": 31, "length": 14 },
            ])
        );
    }
}
