//! The rehearsal as a program: driven through its page's own HTTP, killed, and started again.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use liaison_bot::store::Store;
use reqwest::Client;
use serde_json::{Value, json};

use crate::world::plan;

/// How long something that must happen may take.
const PATIENCE: Duration = Duration::from_mins(1);

/// The first liaison's.
const LIAISON: i64 = 2005;

/// A running rehearsal.
pub struct Rehearsal {
    child: Child,
    url: String,
    client: Client,
}

fn spawn(data: &Path, more: &[&str]) -> Child {
    Command::new(env!("CARGO_BIN_EXE_liaison-bot"))
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .env_remove("TELOXIDE_TOKEN")
        .args(["rehearse", "--port", "0", "--data"])
        .arg(data)
        .args(more)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

impl Rehearsal {
    pub fn start(data: &Path) -> Self {
        Self::start_with(data, &[])
    }

    /// With more arguments.
    pub fn start_with(data: &Path, more: &[&str]) -> Self {
        let mut child = spawn(data, more);
        let line = BufReader::new(child.stdout.take().unwrap()).lines().next().unwrap().unwrap();
        let url = line.split_whitespace().find(|word| word.starts_with("http://")).unwrap();
        Self { child, url: url.to_owned(), client: Client::new() }
    }

    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    pub async fn does(&self, deed: &str, body: Value) {
        let url = format!("{}/rehearsal/{deed}", self.url);
        let answer = self.client.post(url).json(&body).send().await.unwrap();
        let status = answer.status();
        let said = answer.text().await.unwrap();
        assert!(status.is_success(), "{deed}: {status} {said}");
    }

    pub async fn page(&self, user: i64, chat: i64) -> Value {
        let url = format!("{}/rehearsal/state?user={user}&chat={chat}", self.url);
        self.client.get(url).send().await.unwrap().json().await.unwrap()
    }

    pub async fn messages(&self, user: i64, chat: i64) -> Vec<Value> {
        self.page(user, chat).await["messages"].as_array().unwrap().clone()
    }

    /// Says something in the private chat and gives what the bot says next.
    pub async fn asks(&self, user: i64, text: &str) -> String {
        self.does("say", json!({ "user": user, "text": text })).await;
        let begun = Instant::now();
        loop {
            let all = self.messages(user, user).await;
            let own = all.iter().rposition(|one| one["mine"] == true).unwrap();
            if let Some(answer) = all.get(own + 1) {
                return answer["text"].as_str().unwrap().to_owned();
            }
            assert!(begun.elapsed() < PATIENCE, "nobody answers {text}");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// Waits until the bot has said something in a private chat that holds these words.
    pub async fn hears(&self, user: i64, words: &str) {
        let begun = Instant::now();
        loop {
            let all = self.messages(user, user).await;
            let says = |one: &Value| {
                one["from_bot"] == true && one["text"].as_str().unwrap().contains(words)
            };
            if all.iter().any(says) {
                return;
            }
            assert!(begun.elapsed() < PATIENCE, "nobody said {words}: {all:#?}");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
}

/// A test that fails leaves nothing running.
impl Drop for Rehearsal {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_kill_the_talk_goes_on_where_it_was() {
    let data = tempfile::tempdir().unwrap();
    let mut seen: Vec<i64> = Vec::new();
    for round in 1..=4 {
        let room = Rehearsal::start(data.path());
        // What was on the page before the kill is there: no number is given a second time.
        let ids = |all: &[Value]| -> Vec<i64> {
            all.iter().map(|one| one["id"].as_i64().unwrap()).collect()
        };
        let all = ids(&room.messages(LIAISON, LIAISON).await);
        assert!(all.starts_with(&seen), "{all:?} begins with {seen:?}");
        room.does("say", json!({ "user": LIAISON, "text": format!("小升规{round}") })).await;
        room.hears(LIAISON, &format!("小升规\u{ff1a}{round}家")).await;
        // Killed at once, and with a message that the bot may not have seen yet.
        room.does("say", json!({ "user": LIAISON, "text": format!("科技型企业{round}") })).await;
        seen = ids(&room.messages(LIAISON, LIAISON).await);
        room.kill();
        let room = Rehearsal::start(data.path());
        room.hears(LIAISON, &format!("科技型企业\u{ff1a}{round}家")).await;
        let all = room.messages(LIAISON, LIAISON).await;
        assert!(ids(&all).starts_with(&seen), "all that was seen is there still");
        let apology = |one: &&Value| one["text"].as_str().unwrap().contains("抱歉");
        assert_eq!(all.iter().find(apology), None);
        seen = ids(&all);
        room.kill();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_message_bears_the_day_of_its_job() {
    let data = tempfile::tempdir().unwrap();
    let room = Rehearsal::start(data.path());
    // The first reminder is due on the 18th, on the way to the 19th; so are the next week's.
    let reminders = async |day: &str| {
        let mut count = 0;
        for user in LIAISON..LIAISON + 17 {
            let all = room.messages(user, user).await;
            let on_time = |one: &&Value| {
                one["text"].as_str().unwrap().contains("报送提醒")
                    && one["day"]["zh"].as_str().unwrap().starts_with(day)
            };
            count += all.iter().filter(on_time).count();
        }
        count
    };
    for _ in 0..9 {
        room.does("clock", json!({ "to": "day" })).await;
    }
    let fired = async |room: &Rehearsal| room.page(LIAISON, LIAISON).await["events"].clone();
    // The list follows the jobs; the last of these days' is the desk's.
    let begun = Instant::now();
    let last = "2019年第26周 每日催办：24个单位已升级催办";
    while fired(&room).await[0]["at"]["zh"] != "6月25日 周二 09:30"
        || fired(&room).await[0]["text"]["zh"] != last
    {
        assert!(begun.elapsed() < PATIENCE, "{}", fired(&room).await[0]);
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let before = fired(&room).await;
    // What fired and why is told, and told again after a restart.
    let told = |one: &&Value| one["text"]["zh"].as_str().unwrap().contains("截止前两个工作日");
    let reminded = before.as_array().unwrap().iter().find(told).unwrap()["text"].clone();
    assert_eq!(reminded["zh"], "2019年第26周 催报（截止前两个工作日）：24个单位已催报");
    assert_eq!(reminded["en"], "Week 26 of 2019 early-reminder: 24 units reminded");
    assert_eq!(reminders("2019年6月18日").await, 17);
    assert_eq!(reminders("2019年6月25日").await, 17);
    room.kill();
    let room = Rehearsal::start(data.path());
    let begun = Instant::now();
    while fired(&room).await != before {
        assert!(begun.elapsed() < PATIENCE, "{} is not {before}", fired(&room).await);
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    room.kill();
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_clean_stop_the_database_file_alone_is_whole() {
    let data = tempfile::tempdir().unwrap();
    let mut room = Rehearsal::start(data.path());
    for value in 1..=5 {
        room.does("say", json!({ "user": LIAISON, "text": format!("小升规{value}") })).await;
        room.hears(LIAISON, &format!("小升规\u{ff1a}{value}家")).await;
    }
    let begun = Instant::now();
    let told = Command::new("kill").arg(room.child.id().to_string()).status().unwrap();
    assert!(told.success() && room.child.wait().unwrap().success());
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());

    let copy = tempfile::tempdir().unwrap();
    let file = copy.path().join("copy.db");
    std::fs::copy(data.path().join("rehearsal.db"), &file).unwrap();
    let store = Store::open_beside(&format!("sqlite:{}", file.display())).await.unwrap();
    let stored = store.all_submissions(&plan()).await.unwrap();
    let values: Vec<i64> = stored.iter().map(|row| row.value).collect();
    assert_eq!(values, (1..=5).collect::<Vec<_>>());
    assert_eq!(store.queued_count(&plan()).await.unwrap(), 0, "what was sent is marked");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kill_at_the_first_start_leaves_nobody_unbound() {
    for told in [1, 12, 24] {
        let data = tempfile::tempdir().unwrap();
        let mut child = spawn(data.path(), &[]);
        // Killed when so many have pressed their links, and before all are bound or after.
        let begun = Instant::now();
        let file = data.path().join("chats.json");
        while std::fs::read_to_string(&file).unwrap_or_default().matches("/start ").count() < told {
            assert!(begun.elapsed() < PATIENCE, "nobody pressed a link");
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        child.kill().unwrap();
        child.wait().unwrap();
        let room = Rehearsal::start(data.path());
        let page = room.page(LIAISON, LIAISON).await;
        for persona in page["personas"].as_array().unwrap() {
            if persona["role"]["zh"] != "其他" {
                room.hears(persona["user"].as_i64().unwrap(), "绑定成功").await;
            }
        }
        room.does("clock", json!({ "to": "day" })).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_next_job_is_one_that_says_something() {
    let data = tempfile::tempdir().unwrap();
    let room = Rehearsal::start(data.path());
    let told = async || {
        let clock = room.page(LIAISON, LIAISON).await["clock"].clone();
        format!("{} {}", clock["day"]["zh"].as_str().unwrap(), clock["time"].as_str().unwrap())
    };
    let mut all = Vec::new();
    for _ in 0..5 {
        room.does("clock", json!({ "to": "next_job" })).await;
        all.push(told().await);
    }
    insta::assert_snapshot!(all.join("\n"), @"
    2019年6月18日 周二 09:00
    2019年6月20日 周四 09:00
    2019年6月21日 周五 09:00
    2019年6月21日 周五 16:00
    2019年6月24日 周一 09:30
    ");
}
