//! 钉钉: <https://open.dingtalk.com/document/robots/custom-robot-access>. 20 messages a minute; Markdown;
//! pictures only by public address, so they are left out.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::{markdown, sign};

/// The address of a call, signed (加签) where the robot wants that.
pub fn address(url: &str, secret: Option<&str>, now: DateTime<Utc>) -> String {
    let Some(secret) = secret else { return url.to_owned() };
    let timestamp = now.timestamp_millis();
    let sign = sign(secret, &format!("{timestamp}\n{secret}"));
    let sign = sign.replace('+', "%2B").replace('/', "%2F").replace('=', "%3D");
    let mark = if url.contains('?') { '&' } else { '?' };
    format!("{url}{mark}timestamp={timestamp}&sign={sign}")
}

/// A text. Two spaces end a line.
pub fn text(html: &str) -> Value {
    let text = markdown(html).replace('\n', "  \n");
    json!({ "msgtype": "markdown", "markdown": { "title": markdown::title(html), "text": text } })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_is_signed_as_the_documentation_says() {
        let now = DateTime::from_timestamp_millis(1_577_808_000_000).unwrap();
        let signed = address("https://x/robot/send?access_token=t", Some("this is secret"), now);
        // By: printf '1577808000000\nthis is secret' | openssl dgst -sha256 -hmac 'this is secret' -binary | base64
        assert_eq!(
            signed,
            "https://x/robot/send?access_token=t&timestamp=1577808000000&sign=ijHEivi6YiCNPZOq4hZstmvZ3sPfbioAiMhP30ae7W0%3D"
        );
        assert_eq!(address("https://x", None, now), "https://x");
    }
}
