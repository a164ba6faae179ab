//! The chat page's own API: what it shows, what it does, whom it refuses; moving the clock.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use chrono::{DateTime, Utc};
use reqwest::Client;
use serde_json::{Value, json};
use teloxide_core::requests::Requester;
use teloxide_core::types::{CallbackQueryId, InputFile};

use super::Room;
use crate::rehearsal::{Answer, Host, HostEvent, Persona, Stage, Wording, World, clock_moves};

impl Room {
    async fn page(&self, query: &str) -> Value {
        let url = format!("{}/rehearsal/state?{query}", self.server.api_url());
        reqwest::get(url).await.unwrap().json().await.unwrap()
    }

    async fn does(&self, deed: &str, body: Value) -> (u16, Value) {
        let url = format!("{}/rehearsal/{deed}", self.server.api_url());
        let answer = Client::new().post(url).json(&body).send().await.unwrap();
        (answer.status().as_u16(), answer.json().await.unwrap())
    }
}

#[tokio::test]
async fn the_page_brings_its_own_script_and_allows_no_other() {
    let room = Room::open().await;
    for (path, kind) in [
        ("/", "text/html; charset=utf-8"),
        ("/app.css", "text/css; charset=utf-8"),
        ("/app.js", "text/javascript; charset=utf-8"),
        ("/message.js", "text/javascript; charset=utf-8"),
        ("/words.js", "text/javascript; charset=utf-8"),
        ("/keys.js", "text/javascript; charset=utf-8"),
        ("/icon.svg", "image/svg+xml"),
    ] {
        let answer = reqwest::get(format!("{}{path}", room.server.api_url())).await.unwrap();
        assert_eq!(answer.headers()["content-type"], kind);
        let policy = answer.headers()["content-security-policy"].to_str().unwrap().to_owned();
        assert!(policy.starts_with("default-src 'none'; script-src 'self';"), "{policy}");
        let text = answer.text().await.unwrap();
        let foreign = ["innerHTML", "style=\"", " onclick=", "//cdn", "eval("];
        assert_eq!(foreign.iter().find(|word| text.contains(**word)), None, "{path}");
    }
}

#[test]
fn every_word_of_the_page_is_there_in_both_languages_and_none_is_idle() {
    let table = include_str!("../page/words.js");
    let table = table.split_once("const WORDS = {").unwrap().1.split_once("\n};").unwrap().0;
    let mut words = BTreeSet::new();
    for line in table.lines().filter(|line| !line.trim().is_empty()) {
        let (key, both) = line.trim().split_once(": [\"").unwrap();
        let (zh, en) = both.strip_suffix("\"],").unwrap().split_once("\", \"").unwrap();
        assert!(!zh.is_empty() && en.is_ascii() || en.contains(['↓', '↑', '·', '…']), "{line}");
        words.insert(key);
    }
    let page = [
        include_str!("../page/index.html"),
        include_str!("../page/app.js"),
        include_str!("../page/message.js"),
    ]
    .concat();
    let mut used = BTreeSet::new();
    for mark in ["data-word=\"", "data-label=\"", "data-hint=\"", "word(\"", "tool(\""] {
        used.extend(page.split(mark).skip(1).filter_map(|rest| Some(rest.split_once('"')?.0)));
    }
    // Chosen by a condition.
    used.extend(["restart", "start", "unblock", "block"]);
    assert_eq!(words, used);
    let chinese = |c: char| ('\u{4e00}'..='\u{9fff}').contains(&c);
    for (name, source) in [("app.js", include_str!("../page/app.js")), ("index.html", &page)] {
        let line = source.lines().find(|line| line.contains(chinese) && !line.contains("<title>"));
        assert_eq!(line, None, "{name} has words of its own");
    }
}

#[tokio::test]
async fn a_persona_starts_writes_edits_and_is_told_what_is_wrong() {
    let room = Room::open().await;
    let wang = room.wang;
    room.world.set_stage(Stage {
        personas: vec![Persona {
            user: wang,
            label: Wording::same("兰江街道联络员 王芳"),
            role: Wording::new("联络员", "Liaisons"),
            start_code: Some("LJ01".to_owned()),
        }],
    });
    assert_eq!(room.does("start", json!({ "user": wang })).await.0, 200);
    assert_eq!(room.does("say", json!({ "user": wang, "text": "1:45" })).await.0, 200);
    let edit = json!({ "user": wang, "message": 2, "text": "1:46" });
    assert_eq!(room.does("edit", edit).await.0, 200);
    let reply = json!({ "user": wang, "text": "是", "reply_to": 2 });
    assert_eq!(room.does("say", reply).await.0, 200);
    let (status, answer) = room.does("say", json!({ "user": wang, "text": " " })).await;
    assert_eq!(
        (status, answer),
        (409, json!({ "error": { "zh": "消息是空的", "en": "The message is empty" } }))
    );

    room.bot.send_message(room.chat(), "收到").await.unwrap();
    let page = room.page("").await;
    let texts: Vec<_> = page["messages"].as_array().unwrap().iter().collect();
    let text = |index: usize| texts[index]["text"].as_str().unwrap();
    assert_eq!([text(0), text(1), text(2), text(3)], ["/start LJ01", "1:46", "是", "收到"]);
    assert_eq!(texts[2]["reply"]["text"], json!({ "zh": "1:46", "en": "1:46" }));
    assert_eq!(page["personas"][0]["role"]["en"], "Liaisons");
    assert_eq!(page["personas"][0]["unread"], 1);
    room.does("read", json!({ "user": wang, "message": 4 })).await;
    assert_eq!(room.page("").await["personas"][0]["unread"], 0);

    room.does("block", json!({ "user": wang, "blocked": true })).await;
    let (_, answer) = room.does("say", json!({ "user": wang, "text": "x" })).await;
    assert_eq!(answer["error"]["zh"], "已屏蔽机器人，请先解除屏蔽");
}

#[tokio::test]
async fn an_invitation_link_opens_the_bot_with_its_code() {
    let room = Room::open().await;
    let start = json!({ "user": room.wang, "code": "LJ02" });
    assert_eq!(room.does("start", start).await.0, 200);
    let page = room.page("").await;
    assert_eq!(page["messages"][0]["text"], "/start LJ02");
    // Seen by somebody, it is a link of this bot: the page tells it by name and start.
    let link = "https://t.me/liaison_bot?start=LJ02";
    room.does("say", json!({ "user": room.wang, "text": link })).await;
    let page = room.page("").await;
    assert_eq!(page["bot"]["username"], "liaison_bot");
    assert_eq!(page["messages"][1]["entities"][0]["type"], "url");
}

#[tokio::test]
async fn news_wait_until_there_are_some() {
    let room = Room::started().await;
    let page = room.page("").await;
    let seen = page["mark"].as_str().unwrap();
    let query = format!("user={}&seen={seen}", room.wang.0);
    let (page, _) = tokio::join!(room.page(&query), async {
        tokio::task::yield_now().await;
        room.bot.send_message(room.chat(), "收到").await.unwrap()
    });
    assert_eq!(page["messages"][1]["text"], "收到");
}

#[tokio::test]
async fn a_press_brings_back_the_bots_answer_and_a_file_can_be_fetched() {
    let room = Room::started().await;
    let sent = room.bot.send_document(room.chat(), InputFile::memory("<script>")).await.unwrap();
    let press = json!({ "user": room.wang, "message": sent.id.0, "text": "ok" });
    let ((_, answer), ()) = tokio::join!(room.does("press", press), async {
        let found = |world: &World| world.look(|state| state.queries.keys().next().copied());
        let query = room.world.wait_for(found, super::PATIENCE).await.unwrap();
        let query = CallbackQueryId(query.to_string());
        room.bot.answer_callback_query(query).await.unwrap();
    });
    assert_eq!(answer, json!({ "text": "", "alert": false }));

    let file = room.world.messages(room.wang)[1].file.clone().unwrap();
    let url = format!("{}/rehearsal/file/{}", room.server.api_url(), file.id);
    let answer = reqwest::get(url).await.unwrap();
    assert_eq!(answer.headers()["content-disposition"], "attachment");
    assert_eq!(answer.headers()["content-type"], "application/octet-stream");

    let url = format!("{}/rehearsal/document", room.server.api_url());
    let id = room.wang.0.to_string();
    let query = [("user", id.as_str()), ("chat", &id), ("name", "总结.docx"), ("caption", "材料")];
    let sent = Client::new().post(url).query(&query).body("上半年").send().await.unwrap();
    assert_eq!(sent.status(), 200);
    let handed_in = room.world.messages(room.wang).pop().unwrap();
    assert_eq!((handed_in.text.as_str(), handed_in.file.unwrap().size), ("材料", 9));
}

/// Two jobs; each is done when somebody calls `next_job` for the third time while it is due.
struct TwoJobs {
    world: World,
    asked: Mutex<(usize, u32)>,
}

const DUE: [&str; 2] = ["2019-06-17T04:00:00Z", "2019-06-17T09:00:00Z"];

impl Host for TwoJobs {
    fn title(&self) -> Wording {
        Wording::same("计划")
    }

    fn zone(&self) -> chrono_tz::Tz {
        chrono_tz::Asia::Shanghai
    }

    fn next_job(&self) -> Option<(DateTime<Utc>, Wording)> {
        let mut asked = self.asked.lock().unwrap();
        let due: DateTime<Utc> = DUE.get(asked.0)?.parse().unwrap();
        if self.world.now() >= due {
            assert_eq!(self.world.now(), due, "the clock has passed a job that was not done");
            asked.1 += 1;
            if asked.1 == 3 {
                *asked = (asked.0 + 1, 0);
                drop(asked);
                return self.next_job();
            }
        }
        let number = asked.0;
        Some((due, Wording::new(format!("催报{number}"), format!("Reminder {number}"))))
    }

    fn next_deadline(&self) -> Option<DateTime<Utc>> {
        None
    }

    fn events(&self, after: u64) -> Vec<HostEvent> {
        let text = Wording::new("发出", "Sent");
        let details = vec![Wording::new("甲：缺1项", "A: 1 missing")];
        let event = HostEvent { id: 1, at: self.world.now(), text, details };
        (after < 1).then_some(event).into_iter().collect()
    }
}

#[tokio::test]
async fn the_clock_stops_at_every_job_on_its_way() {
    let room = Room::open().await;
    let host = TwoJobs { world: room.world.clone(), asked: Mutex::default() };
    room.world.set_host(Arc::new(host));
    let page = room.page("").await;
    let next = &page["clock"]["next_job"];
    assert_eq!(next["at"], json!({ "zh": "6月17日 周一 12:00", "en": "Mon 17 Jun 12:00" }));
    assert_eq!(next["what"], json!({ "zh": "催报0", "en": "Reminder 0" }));
    assert_eq!(page["events"][0]["text"]["zh"], "发出");
    assert_eq!(page["events"][0]["details"][0]["en"], "A: 1 missing");

    assert_eq!(room.does("clock", json!({ "to": "next_job" })).await.0, 200);
    assert_eq!(room.world.now(), DUE[0].parse::<DateTime<Utc>>().unwrap());
    assert_eq!(room.does("clock", json!({ "to": "day" })).await.0, 200);
    assert_eq!(room.world.now(), "2019-06-18T04:00:00Z".parse::<DateTime<Utc>>().unwrap());
    let (status, answer) = room.does("clock", json!({ "to": "next_job" })).await;
    assert_eq!((status, answer["error"]["zh"].as_str()), (409, Some("后面没有安排了")));
}

/// One job, done at once; what it made is delivered when somebody says so.
struct SlowPost {
    world: World,
    delivered: AtomicBool,
}

impl Host for SlowPost {
    fn title(&self) -> Wording {
        Wording::same("")
    }

    fn zone(&self) -> chrono_tz::Tz {
        chrono_tz::Asia::Shanghai
    }

    fn next_job(&self) -> Option<(DateTime<Utc>, Wording)> {
        let due: DateTime<Utc> = DUE[0].parse().unwrap();
        (self.world.now() < due).then(|| (due, Wording::same("催报")))
    }

    fn next_deadline(&self) -> Option<DateTime<Utc>> {
        None
    }

    fn events(&self, _: u64) -> Vec<HostEvent> {
        Vec::new()
    }

    fn at_rest(&self) -> Answer<'_, bool> {
        let due: DateTime<Utc> = DUE[0].parse().unwrap();
        let rest = self.world.now() < due || self.delivered.load(Ordering::Relaxed);
        Box::pin(std::future::ready(rest))
    }
}

#[tokio::test]
async fn the_clock_waits_at_a_job_until_its_messages_are_delivered() {
    let room = Room::started().await;
    let due: DateTime<Utc> = DUE[0].parse().unwrap();
    let host = Arc::new(SlowPost { world: room.world.clone(), delivered: AtomicBool::new(false) });
    room.world.set_host(host.clone());
    let ((status, _), ()) = tokio::join!(room.does("clock", json!({ "to": "day" })), async {
        assert!(room.world.wait_until(|world| world.now() >= due, super::PATIENCE).await);
        for text in ["催报一", "催报二"] {
            room.bot.send_message(room.chat(), text).await.unwrap();
        }
        host.delivered.store(true, Ordering::Relaxed);
    });
    assert_eq!(status, 200);
    let dates: Vec<_> = room.world.messages(room.wang).iter().skip(1).map(|one| one.date).collect();
    assert_eq!(dates, [due, due]);
    assert_eq!(room.world.now(), "2019-06-18T01:00:00Z".parse::<DateTime<Utc>>().unwrap());
}

#[tokio::test]
async fn a_clock_that_waits_in_vain_says_why() {
    let room = Room::open().await;
    room.world.clock().set(DUE[0].parse().unwrap());
    let host = SlowPost { world: room.world.clone(), delivered: AtomicBool::new(false) };
    let patience = Duration::from_millis(50);
    let waited = clock_moves::come_to_rest(&room.world, &host, patience).await;
    assert_eq!(waited.unwrap_err().zh, "消息还没有全部送达，时钟停在这里，请稍后再试");
    host.delivered.store(true, Ordering::Relaxed);
    assert_eq!(clock_moves::come_to_rest(&room.world, &host, patience).await, Ok(()));
}

#[tokio::test]
async fn another_sites_page_may_neither_look_nor_act() {
    let room = Room::started().await;
    let state = format!("{}/rehearsal/state", room.server.api_url());
    let rebound = Client::new().get(&state).header("host", "rebound.example:80").send().await;
    assert_eq!(rebound.unwrap().status(), 403);
    let say = format!("{}/rehearsal/say", room.server.api_url());
    let body = json!({ "user": room.wang, "text": "x" }).to_string();
    let forged = Client::new().post(&say).header("origin", "https://evil.example");
    let forged = forged.header("content-type", "text/plain").body(body.clone()).send().await;
    assert_eq!(forged.unwrap().status(), 403);
    let simple = Client::new().post(&say).header("content-type", "text/plain").body(body);
    assert_eq!(simple.send().await.unwrap().status(), 415);
    let long = json!({ "user": room.wang, "text": "x".repeat(70_000) });
    let long = Client::new().post(&say).json(&long).send().await.unwrap();
    assert_eq!(long.status(), 413);
    assert_eq!(room.world.messages(room.wang).len(), 1);
}
