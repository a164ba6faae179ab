//! Whoever watches the bot: `/healthz`, `/metrics`, the log as JSON.

use std::io::{BufRead, BufReader};
use std::process::Stdio;
use std::time::Duration;

use liaison_bot::rehearsal::{Fault, Faults, World as Chats};
use serde_json::Value;

use crate::command_line::program;
use crate::databases::{self, Database, on_both};
use crate::world::World;

/// The lines of a page that say something of one family, without its help.
fn told(page: &str, family: &str) -> String {
    let lines: Vec<&str> = page.lines().filter(|line| line.starts_with(family)).collect();
    lines.join("\n")
}

on_both! {
    async fn a_week_is_counted(db: Database) {
        let world = World::open(&db.url).await;
        let office = world.office().await;
        world.group("领导小组", "领导小组", &office).await;
        let liaison = world.liaison("兰江街道").await;
        liaison.says("小升规2").await;
        let asked_to_wait = Faults::next(2, "sendMessage", Fault::TooManyRequests(1));
        world.chats.set_faults(asked_to_wait);
        liaison.says("小升规3").await;
        world.at("2019-06-18 09:00").await;
        let page = world.watched.metrics().await;
        insta::assert_snapshot!(
            [
                told(&page, "liaison_ready"),
                told(&page, "liaison_job_firings_total"),
                told(&page, "liaison_too_many_requests_total"),
                told(&page, "liaison_outbox"),
                told(&page, "liaison_missing"),
                told(&page, "liaison_sends_total{result=\"failed\"}"),
                told(&page, "liaison_sends_total{result=\"dead\"}"),
            ]
            .join("\n"),
            @r#"
        liaison_ready{part="intake"} 1
        liaison_ready{part="database"} 1
        liaison_ready{part="delivery"} 1
        liaison_job_firings_total{plan="lanxi-2018-2020",job="desk",result="skipped"} 1
        liaison_job_firings_total{plan="lanxi-2018-2020",job="early-reminder",result="made"} 1
        liaison_too_many_requests_total 2
        liaison_outbox_waiting 0
        liaison_outbox_oldest_seconds 0
        liaison_missing_reports{plan="lanxi-2018-2020"} 215
        liaison_missing_units{plan="lanxi-2018-2020"} 24
        liaison_sends_total{result="failed"} 2
        liaison_sends_total{result="dead"} 0
        "#
        );
        // However the updates were batched, each is counted once.
        let sum = told(&page, "liaison_batch_updates_sum");
        let updates: f64 = sum.split(' ').nth(1).unwrap().parse().unwrap();
        assert!((6.0..=9.0).contains(&updates), "{sum}");
        let sent = told(&page, "liaison_sends_total{result=\"sent\"}");
        let sent: usize = sent.split(' ').nth(1).unwrap().parse().unwrap();
        assert!(sent >= 5, "{sent}");
        assert!(!page.contains("兰江") && !page.contains("小升规"), "counts and no content: {page}");
        world.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bot_that_serves_is_ready_and_logs_json() {
    let db = databases::sqlite();
    let mut world = World::open(&db.url).await;
    world.halt().await;
    let mut serve = program(&["serve", "--database", "sqlite:bot.db", "--backup-keep", "0"]);
    let folder = tempfile::tempdir().unwrap();
    serve.args(["--watch", "127.0.0.1:0", "--log-format", "json"]).current_dir(folder.path());
    serve.args(["--plan", concat!(env!("CARGO_MANIFEST_DIR"), "/seeds/lanxi-2018-2020")]);
    serve.envs(world.telegram()).stdout(Stdio::null()).stderr(Stdio::piped());
    let mut child = serve.spawn().unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let address = loop {
        let line = lines.next().expect("it says where it listens").unwrap();
        let line: Value = serde_json::from_str(&line).unwrap_or_else(|_| panic!("{line}"));
        assert!(line["timestamp"].is_string() && line["level"].is_string(), "{line}");
        if line["message"].as_str().is_some_and(|message| message.contains("/healthz")) {
            break line["address"].as_str().unwrap().to_owned();
        }
    };
    let rest = std::thread::spawn(move || lines.map_while(Result::ok).collect::<Vec<_>>());
    let health = || async {
        let answer = reqwest::get(format!("http://{address}/healthz")).await.unwrap();
        (answer.status().as_u16(), answer.json::<Value>().await.unwrap())
    };
    let polled = |chats: &Chats| chats.count("getUpdates") > 1;
    assert!(world.chats.wait_until(polled, Duration::from_secs(30)).await);
    let mut ready = health().await;
    for _ in 0..500 {
        if ready.0 == 200 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
        ready = health().await;
    }
    assert_eq!(ready.0, 200, "{}", ready.1);
    assert_eq!(
        ready.1.to_string(),
        r#"{"ready":true,"intake":true,"database":true,"delivery":true}"#
    );
    let page = reqwest::get(format!("http://{address}/metrics")).await.unwrap();
    assert!(page.headers()["content-type"].to_str().unwrap().starts_with("text/plain"));
    let page = page.text().await.unwrap();
    assert!(page.contains("liaison_build_info{version="), "{page}");
    child.kill().unwrap();
    child.wait().unwrap();
    for line in rest.join().unwrap() {
        let line: Value = serde_json::from_str(&line).unwrap_or_else(|_| panic!("{line}"));
        assert!(!line.to_string().contains(&world.telegram()[0].1), "no token in the log");
    }
    world.close().await;
}

#[test]
fn an_address_that_is_taken_is_named() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let db = databases::sqlite();
    let mut serve = program(&["serve", "--database", &db.url, "--watch", &address]);
    serve.args(["--backup-keep", "0", "--log-format", "json"]);
    serve.env("TELOXIDE_TOKEN", crate::command_line::SECRET);
    let output = serve.env("TELOXIDE_API_URL", crate::command_line::NOWHERE).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let said = crate::command_line::errors(&output);
    let last: Value = serde_json::from_str(said.trim().lines().last().unwrap()).unwrap();
    assert!(last["message"].as_str().unwrap().contains("--watch"), "{last}");
}
