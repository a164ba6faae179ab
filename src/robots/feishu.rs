//! 飞书: <https://open.feishu.cn/document/client-docs/bot-v3/add-custom-bot>. A card with Markdown;
//! pictures only by a key that an app uploads, so they are left out.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::{markdown, sign};

/// A text as a card, signed (签名校验) where the robot wants that: the key is the time and the secret,
/// and nothing is what is signed.
pub fn card(html: &str, secret: Option<&str>, now: DateTime<Utc>) -> Value {
    let mut body = json!({
        "msg_type": "interactive",
        "card": {
            "config": { "wide_screen_mode": true },
            "header": { "title": { "tag": "plain_text", "content": markdown::title(html) } },
            "elements": [{ "tag": "markdown", "content": markdown(html) }],
        },
    });
    if let Some(secret) = secret {
        let timestamp = now.timestamp().to_string();
        body["sign"] = sign(&format!("{timestamp}\n{secret}"), "").into();
        body["timestamp"] = timestamp.into();
    }
    body
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_card_is_signed_as_the_documentation_says() {
        let now = DateTime::from_timestamp(1_577_808_000, 0).unwrap();
        let body = card("<b>通报</b>", Some("this is secret"), now);
        // By: printf '' | openssl dgst -sha256 -hmac "$(printf '1577808000\nthis is secret')" -binary | base64
        assert_eq!(body["sign"], "auEpGaeER5bQKROzNWMLY+1CepR1G6J5G+wGCBnAxDM=");
        assert_eq!(body["timestamp"], "1577808000");
        assert!(card("x", None, now).get("sign").is_none());
    }
}
