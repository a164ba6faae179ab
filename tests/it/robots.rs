//! Group robots of 钉钉, 企业微信 and 飞书, against local servers that check what the platforms check:
//! the key, the signature and its time, sizes, the MD5 of a picture, 20 messages a minute.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::routing::post;
use axum::{Json, Router};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use liaison_bot::clock::Clock;
use liaison_bot::conversation::GroupKind;
use liaison_bot::robots::{Platform, Robot, Robots, Secret};
use md5::{Digest, Md5};
use serde_json::{Value, json};
use sha2::Sha256;

use crate::databases::{Database, on_both};
use crate::world::World;

const KEY: &str = "0123456789abcdef";
const SECRET: &str = "SEC-of-the-robot";

/// What came through, and what is refused next.
#[derive(Debug, Default)]
struct Desk {
    taken: Vec<(String, Value)>,
    refused: Vec<String>,
    at: Vec<Instant>,
    busy: u32,
}

#[derive(Debug, Clone)]
struct Platforms {
    desk: Arc<Mutex<Desk>>,
    clock: Clock,
}

impl Platforms {
    async fn start(clock: &Clock) -> (Self, SocketAddr) {
        let platforms = Self { desk: Arc::default(), clock: clock.clone() };
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let router = Router::new()
            .route("/robot/send", post(dingtalk))
            .route("/cgi-bin/webhook/send", post(wecom))
            .route("/cgi-bin/webhook/upload_media", post(upload))
            .route("/open-apis/bot/v2/hook/{key}", post(feishu))
            .with_state(platforms.clone());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        (platforms, address)
    }

    /// Takes a message, or says what a platform says to such a one.
    fn take(&self, platform: &str, body: Value, wrong: Option<(i64, &str)>) -> Value {
        let mut desk = self.desk.lock().unwrap();
        if let Some((code, words)) = wrong {
            desk.refused.push(format!("{platform}: {words}"));
            return json!({ "errcode": code, "errmsg": words });
        }
        if desk.busy > 0 {
            desk.busy -= 1;
            return json!({ "errcode": -1, "errmsg": "system busy" });
        }
        desk.at.push(Instant::now());
        desk.taken.push((platform.to_owned(), body));
        json!({ "errcode": 0, "errmsg": "ok" })
    }

    fn taken(&self, platform: &str) -> Vec<Value> {
        let desk = self.desk.lock().unwrap();
        assert_eq!(desk.refused, Vec::<String>::new());
        desk.taken.iter().filter(|(of, _)| of == platform).map(|(_, body)| body.clone()).collect()
    }

    fn robots(address: SocketAddr) -> Robots {
        let robot = |name: &str, platform, kind, url: String, secret: Option<&str>| Robot {
            name: name.to_owned(),
            platform,
            kind,
            url: Secret::new(url),
            secret: secret.map(|secret| Secret::new(secret.to_owned())),
        };
        let leadership = GroupKind::Leadership;
        Robots::new(vec![
            robot(
                "领导小组（钉钉）",
                Platform::DingTalk,
                leadership,
                format!("http://{address}/robot/send?access_token={KEY}"),
                Some(SECRET),
            ),
            robot(
                "领导小组（企业微信）",
                Platform::WeCom,
                leadership,
                format!("http://{address}/cgi-bin/webhook/send?key={KEY}"),
                None,
            ),
            robot(
                "联络员群（飞书）",
                Platform::Feishu,
                GroupKind::Work,
                format!("http://{address}/open-apis/bot/v2/hook/{KEY}"),
                Some(SECRET),
            ),
        ])
    }
}

fn signature(key: &str, text: &str) -> String {
    let mac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).unwrap();
    STANDARD.encode(mac.chain_update(text.as_bytes()).finalize().into_bytes())
}

type Asked = Query<std::collections::HashMap<String, String>>;

async fn dingtalk(
    State(platforms): State<Platforms>,
    Query(asked): Asked,
    Json(body): Json<Value>,
) -> Json<Value> {
    let get = |name: &str| asked.get(name).cloned().unwrap_or_default();
    let timestamp: i64 = get("timestamp").parse().unwrap_or_default();
    let off = (platforms.clock.now().timestamp_millis() - timestamp).abs();
    let expected = signature(SECRET, &format!("{timestamp}\n{SECRET}"));
    let wrong = if get("access_token") != KEY {
        Some((300_001, "token is not exist"))
    } else if off > 3_600_000 || get("sign") != expected {
        Some((310_000, "sign not match"))
    } else if body["markdown"]["title"].as_str().is_none_or(str::is_empty) {
        Some((400_102, "title is empty"))
    } else {
        None
    };
    Json(platforms.take("dingtalk", body, wrong))
}

async fn wecom(
    State(platforms): State<Platforms>,
    Query(asked): Asked,
    Json(body): Json<Value>,
) -> Json<Value> {
    let kind = body["msgtype"].as_str().unwrap_or_default().to_owned();
    let right = asked.get("key").is_some_and(|key| key == KEY);
    let picture = || {
        let bytes = STANDARD.decode(body["image"]["base64"].as_str()?).ok()?;
        let md5 = liaison_bot::conversation::needs::hex(&Md5::digest(&bytes));
        let png = bytes.starts_with(b"\x89PNG") && bytes.len() <= 2 * 1024 * 1024;
        (png && body["image"]["md5"] == md5).then_some(())
    };
    let long = body["markdown"]["content"].as_str().is_some_and(|text| text.len() > 4096);
    let wrong = match kind.as_str() {
        _ if !right => Some((93_000, "invalid webhook url")),
        "markdown" if long => Some((40_058, "markdown.content exceed max length 4096")),
        "image" if picture().is_none() => Some((40_008, "invalid image")),
        "file" if body["file"]["media_id"] != "media-1" => Some((40_007, "invalid media_id")),
        "markdown" | "image" | "file" => None,
        _ => Some((40_008, "invalid message type")),
    };
    Json(platforms.take("wecom", body, wrong))
}

async fn upload(Query(asked): Asked, body: Bytes) -> Json<Value> {
    let right = asked.get("key").is_some_and(|key| key == KEY) && asked["type"] == "file";
    let holds = |part: &[u8]| body.windows(part.len()).any(|window| window == part);
    if right && holds(b"filename=") && holds(b"PK\x03\x04") {
        Json(json!({ "errcode": 0, "errmsg": "ok", "type": "file", "media_id": "media-1" }))
    } else {
        Json(json!({ "errcode": 40_004, "errmsg": "invalid media" }))
    }
}

async fn feishu(
    State(platforms): State<Platforms>,
    Path(key): Path<String>,
    Json(body): Json<Value>,
) -> Json<Value> {
    let timestamp = body["timestamp"].as_str().unwrap_or_default().to_owned();
    let off = platforms.clock.now().timestamp() - timestamp.parse::<i64>().unwrap_or_default();
    let expected = signature(&format!("{timestamp}\n{SECRET}"), "");
    let wrong = if key != KEY {
        Some((19_001, "param invalid: incoming webhook access token invalid"))
    } else if off.abs() > 3600 || body["sign"] != expected {
        Some((19_021, "sign match fail or timestamp is not within one hour from current time"))
    } else {
        None
    };
    let answer = platforms.take("feishu", body, wrong);
    Json(json!({ "code": answer["errcode"], "msg": answer["errmsg"] }))
}

on_both! {
    async fn bulletins_and_late_lists_go_to_other_platforms_too(db: Database) {
        let mut world = World::open(&db.url).await;
        let (platforms, address) = Platforms::start(&world.clock).await;
        world.with_robots(Platforms::robots(address)).await;
        let office = world.office().await;
        let group = world.group("领导小组", "领导小组", &office).await;
        let liaison = world.liaison("兰江街道").await;
        liaison.says("小升规2").await;
        // One platform is busy at the first try: the message comes all the same, and once.
        platforms.desk.lock().unwrap().busy = 1;
        world.at("2019-06-21 09:00").await;
        let late = |text: &str| text.contains("未报") || text.contains("未按时");
        for (platform, at) in [("dingtalk", "text"), ("wecom", "content")] {
            let bodies = platforms.taken(platform);
            assert_eq!(bodies.len(), 1, "{platform}: {bodies:?}");
            let text = bodies[0]["markdown"][at].as_str().unwrap();
            assert!(late(text) && text.contains("云山街道"), "{text}");
        }
        let card = &platforms.taken("feishu")[0]["card"];
        assert!(late(card["elements"][0]["content"].as_str().unwrap()), "{card}");

        world.at("2019-06-21 16:00").await;
        let bulletin: Vec<Value> = platforms.taken("dingtalk").split_off(1);
        let text: String = bulletin
            .iter()
            .map(|body| body["markdown"]["text"].as_str().unwrap().replace("  \n", "\n") + "\n")
            .collect();
        assert!(text.contains("**2019年第25期**"), "{text}");
        assert!(text.contains("\n1．"), "a rank is no list that is numbered anew: {text}");
        // Not a figure and not a name beyond what the group got.
        let seen: String = world.chats.messages(group).iter().map(|one| one.text.clone()).collect();
        for number in text.split(|c: char| !c.is_ascii_digit()).filter(|word| !word.is_empty()) {
            assert!(seen.contains(number), "{number} is in no message of the group");
        }
        assert!(!text.contains("兰江街道联络员"));
        let kinds: Vec<String> = platforms.taken("wecom")[1..]
            .iter()
            .map(|body| body["msgtype"].as_str().unwrap().to_owned())
            .collect();
        let pieces = kinds.iter().filter(|kind| *kind == "markdown").count();
        assert!(pieces >= 1, "{kinds:?}");
        assert_eq!(kinds[pieces..], ["image", "file"], "the picture and the workbook follow");
        assert_eq!(platforms.taken("feishu").len(), 1, "a work group gets no bulletin");
        // The office sees them among the groups; without their settings they are gone.
        assert!(office.says("/who").await.contains("领导小组（钉钉）"));
        let user = office.user;
        world.with_robots(Robots::default()).await;
        let office = world.person(user);
        assert!(!office.says("/who").await.contains("领导小组（钉钉）"));
        world.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_robot_whose_secret_is_wrong_is_given_up_and_nobody_else_waits() {
    let db = crate::databases::sqlite();
    let mut world = World::open(&db.url).await;
    let (platforms, address) = Platforms::start(&world.clock).await;
    let url = format!("http://{address}/robot/send?access_token={KEY}");
    world
        .with_robots(Robots::new(vec![Robot {
            name: "错的".to_owned(),
            platform: Platform::DingTalk,
            kind: GroupKind::Work,
            url: Secret::new(url),
            secret: Some(Secret::new("wrong".to_owned())),
        }]))
        .await;
    let office = world.office().await;
    world.group("工作群", "工作群", &office).await;
    world.at("2019-06-21 09:00").await;
    assert_eq!(platforms.desk.lock().unwrap().refused, ["dingtalk: sign not match"]);
    let backlog = world.store.backlog(&world.plan).await.unwrap();
    assert_eq!((backlog.waiting, backlog.dead), (0, 1));
    world.close().await;
}

/// The platforms count by the minute: no more than 20 in any, however fast Telegram may be called.
#[test]
fn no_robot_is_called_more_than_twenty_times_a_minute() {
    use liaison_bot::conversation::ChatId;
    use liaison_bot::telegram::pace::{Limits, Pace};
    let robot = ChatId::of_robot("群");
    let mut pace = Pace::new(Limits::rates(1000, 1000, 60_000));
    let start = tokio::time::Instant::now();
    let mut now = start;
    let mut at: Vec<Duration> = Vec::new();
    for _ in 0..60 {
        now = pace.chat_ready(robot, now);
        pace.sent(robot, now);
        at.push(now - start);
    }
    for (first, from) in at.iter().enumerate() {
        let minute = *from + Duration::from_mins(1);
        assert!(at[first..].iter().filter(|one| **one < minute).count() <= 20, "from {from:?}");
    }
    assert!(at[59] < Duration::from_secs(190), "and all that may be: {:?}", at[59]);
}
