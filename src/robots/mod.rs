//! Group robots (群机器人) of 钉钉, 企业微信 and 飞书: what goes to the bound groups goes there too.
//!
//! A robot only speaks: an address with a secret that takes messages for one group. To the rest of the
//! house it is a bound group whose number Telegram cannot have ([`ChatId::of_robot`]), so bulletins and
//! late lists reach it through the same outbox, with the same order, retries and marks, and nothing
//! else does. In: a robot, a row's [`What`], its file. Out: [`Ended`].
//!
//! - [`dingtalk`], [`wecom`], [`feishu`]: a platform each, as its public documentation has it
//! - [`markdown`]: Telegram's HTML as the Markdown that all three read

mod dingtalk;
mod feishu;
mod markdown;
mod wecom;

use std::collections::HashMap;
use std::fmt;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};
use hmac::{Hmac, KeyInit, Mac};
use serde::Deserialize;
use serde_json::Value;
use sha2::Sha256;

use crate::conversation::{BoundGroup, ChatId, GroupKind, What};

pub use markdown::markdown;

/// How long one call may take.
const CALL_TIMEOUT: Duration = Duration::from_secs(9);

/// How long a robot is left alone that was called too often: the platforms count by the minute.
const LET_ALONE: Duration = Duration::from_mins(1);

/// Whose robot it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Platform {
    /// 钉钉.
    DingTalk,
    /// 企业微信.
    WeCom,
    /// 飞书.
    Feishu,
}

/// A text that no log and no error shows.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Keeps a text to itself.
    #[must_use]
    pub fn new(text: String) -> Self {
        Self(text)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}

/// One robot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Robot {
    /// What the office calls its group; names are told apart by it.
    pub name: String,
    /// Whose it is.
    pub platform: Platform,
    /// What its group is for.
    pub kind: GroupKind,
    /// Its address, which holds its key.
    pub url: Secret,
    /// What calls are signed with, where the platform wants that.
    pub secret: Option<Secret>,
}

/// All robots, by the number of their group.
#[derive(Debug, Default)]
pub struct Robots {
    client: reqwest::Client,
    robots: HashMap<ChatId, Robot>,
}

/// How a call ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ended {
    /// It is in the group.
    Sent,
    /// The platform's robots cannot show such a thing: it is left out.
    LeftOut,
    /// The robot was called too often: to be tried again, not before.
    Throttled(Duration),
    /// To be tried again.
    Later(String),
    /// It can never be sent, and why.
    Never(String),
}

/// What every platform answers, under its own names.
#[derive(Debug, Deserialize)]
struct Answer {
    #[serde(alias = "errcode", alias = "StatusCode")]
    code: i64,
    #[serde(default, alias = "errmsg", alias = "StatusMessage")]
    msg: String,
    #[serde(default)]
    media_id: Option<String>,
}

impl Robot {
    /// The group it stands for.
    #[must_use]
    pub fn group(&self) -> BoundGroup {
        let (chat, title) = (ChatId::of_robot(&self.name), self.name.clone());
        BoundGroup { chat, title, kind: self.kind }
    }
}

impl Robots {
    /// These robots.
    #[must_use]
    pub fn new(robots: Vec<Robot>) -> Self {
        let numbered = robots.into_iter().map(|one| (ChatId::of_robot(&one.name), one));
        Self { client: reqwest::Client::default(), robots: numbered.collect() }
    }

    /// The groups they stand for.
    #[must_use]
    pub fn groups(&self) -> Vec<BoundGroup> {
        let mut groups: Vec<BoundGroup> = self.robots.values().map(Robot::group).collect();
        groups.sort_by_key(|group| group.chat);
        groups
    }

    /// Sends what a row of the outbox says; `file` is what its file holds.
    pub async fn send(&self, chat: ChatId, what: &What, file: &[u8], now: DateTime<Utc>) -> Ended {
        let Some(robot) = self.robots.get(&chat) else {
            return Ended::Never("the robot is not in the settings any more".to_owned());
        };
        let url = robot.url.0.as_str();
        let secret = robot.secret.as_ref().map(|secret| secret.0.as_str());
        let call = async {
            match (robot.platform, what) {
                (Platform::DingTalk, What::Send { html, .. }) => {
                    let url = dingtalk::address(url, secret, now);
                    self.post(&url, &dingtalk::text(html)).await
                }
                (Platform::WeCom, What::Send { html, .. }) => {
                    self.post(url, &wecom::text(html)).await
                }
                (Platform::WeCom, What::Photo { .. }) => {
                    self.post(url, &wecom::picture(file)).await
                }
                (Platform::WeCom, What::Document { file: named, .. }) => {
                    wecom::document(&self.client, url, &named.name, file).await
                }
                (Platform::Feishu, What::Send { html, .. }) => {
                    self.post(url, &feishu::card(html, secret, now)).await
                }
                _ => Ok(Ended::LeftOut),
            }
        };
        match tokio::time::timeout(CALL_TIMEOUT, call).await {
            Ok(Ok(ended)) => ended,
            // The address holds the key: no error may show it.
            Ok(Err(error)) => Ended::Later(error.without_url().to_string()),
            Err(_) => Ended::Later("no answer in time".to_owned()),
        }
    }

    async fn post(&self, url: &str, body: &Value) -> Result<Ended, reqwest::Error> {
        judged(self.client.post(url).json(body).send().await?).await.map(|(ended, _)| ended)
    }
}

/// What an answer means, and the number of what was uploaded.
async fn judged(answer: reqwest::Response) -> Result<(Ended, Option<String>), reqwest::Error> {
    let status = answer.status();
    if status.as_u16() == 429 {
        return Ok((Ended::Throttled(LET_ALONE), None));
    }
    if status.is_server_error() {
        return Ok((Ended::Later(format!("HTTP {status}")), None));
    }
    let text = answer.text().await?;
    Ok(match serde_json::from_str::<Answer>(&text) {
        Ok(answer) => (judge(answer.code, &answer.msg), answer.media_id),
        Err(_) => (Ended::Later(format!("HTTP {status}, and no answer that can be read")), None),
    })
}

/// What a code means. Called too often: 130101 (钉钉), 45009 (企业微信), 11232 and 9499 (飞书);
/// busy: -1. Anything else is a verdict.
fn judge(code: i64, words: &str) -> Ended {
    match code {
        0 => Ended::Sent,
        130_101 | 45_009 | 11_232 => Ended::Throttled(LET_ALONE),
        9499 if words.contains("frequen") => Ended::Throttled(LET_ALONE),
        -1 => Ended::Later(words.to_owned()),
        code => Ended::Never(format!("{code} {words}")),
    }
}

/// HMAC-SHA256 in Base64.
fn sign(key: &str, text: &str) -> String {
    // A key of any length will do, so this cannot fail.
    let mac = Hmac::<Sha256>::new_from_slice(key.as_bytes());
    let signed = mac.map(|mac| mac.chain_update(text.as_bytes()).finalize().into_bytes());
    signed.map(|bytes| STANDARD.encode(bytes)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_robots_number_is_its_own_and_no_chats() {
        let robot = ChatId::of_robot("领导小组钉钉群");
        assert_eq!(robot, ChatId::of_robot("领导小组钉钉群"));
        assert_ne!(robot, ChatId::of_robot("工作群"));
        assert!(robot.is_robot());
        // Telegram's numbers have at most 52 significant bits.
        for chat in [1, -1, -1_001_234_567_890, (1_i64 << 52) - 1, -(1_i64 << 52)] {
            assert!(!ChatId(chat).is_robot(), "{chat}");
        }
    }

    #[test]
    fn nothing_shows_an_address() {
        let robot = Robot {
            name: "群".to_owned(),
            platform: Platform::WeCom,
            kind: GroupKind::Work,
            url: Secret::new("https://x?key=s3cret".to_owned()),
            secret: Some(Secret::new("SECs3cret".to_owned())),
        };
        assert!(!format!("{:?}", Robots::new(vec![robot])).contains("s3cret"));
    }

    #[test]
    fn a_code_says_whether_to_try_again() {
        assert_eq!(judge(0, "ok"), Ended::Sent);
        assert_eq!(judge(45_009, "api freq out of limit"), Ended::Throttled(LET_ALONE));
        assert_eq!(judge(9499, "too frequent"), Ended::Throttled(LET_ALONE));
        assert_eq!(judge(-1, "system busy"), Ended::Later("system busy".to_owned()));
        assert_eq!(
            judge(310_000, "sign not match"),
            Ended::Never("310000 sign not match".to_owned())
        );
    }
}
