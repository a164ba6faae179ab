//! What the machine allows: round trips over loopback to the server of this bench, and durable
//! transactions of SQLite, one message each and a hundred at a time.

use std::time::{Duration, Instant};

use serde_json::json;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqliteSynchronous};
use sqlx::{Connection, QueryBuilder};
use tokio::task::{JoinSet, LocalSet};

use super::http::{Line, request};
use super::server::{Board, PAIRS, chat};

/// Lines open at the same time.
const LINES: usize = 32;

/// Messages in one transaction, as many as one call of `getUpdates` gives.
const BATCH: u32 = 100;

pub async fn measure(span: Duration) {
    let span = span / 2;
    let trips = round_trips(span).await;
    let single = transactions(span, 1).await;
    let grouped = transactions(span, BATCH).await;
    let messages = grouped * f64::from(BATCH);
    println!(
        "{}",
        json!({
            "bench": "floor",
            "round_trips_per_second": trips.round(),
            "single_transactions_per_second": single.round(),
            "grouped_transactions_per_second": grouped.round(),
            "grouped_messages_per_second": messages.round(),
            // One after the other: a message stored, a message sent.
            "replies_per_second": (1.0 / (1.0 / trips + 1.0 / messages)).round(),
            "load": load(),
        })
    );
}

/// Calls a second from a thread of its own, each like a reply of the bot.
async fn round_trips(span: Duration) -> f64 {
    let (_board, address) = Board::serve(LINES).await;
    let client = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        runtime.expect("a runtime is made").block_on(LocalSet::new().run_until(async {
            let begun = Instant::now();
            let mut lines = JoinSet::new();
            for number in 0..LINES {
                let address = address.clone();
                lines.spawn_local(async move {
                    let text = "已登记，谢谢。".repeat(12);
                    let body = format!("{{\"chat_id\":{},\"text\":\"{text}\"}}", chat(number));
                    let call = request("/bot1:x/SendMessage", "", &body);
                    let mut line = Line::to(&address).await.expect("the server listens");
                    let mut count = 0_u32;
                    while begun.elapsed() < span {
                        line.write(&call).await.expect("the server reads");
                        line.read().await.expect("the server answers");
                        count += 1;
                    }
                    count
                });
            }
            let counts = lines.join_all().await;
            f64::from(counts.into_iter().sum::<u32>()) / begun.elapsed().as_secs_f64()
        }))
    });
    while !client.is_finished() {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    client.join().expect("the client ends")
}

/// Durable transactions a second, each with the figures of so many messages.
async fn transactions(span: Duration, messages: u32) -> f64 {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let options = SqliteConnectOptions::new()
        .filename(folder.path().join("floor.db"))
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full);
    let mut database = SqliteConnection::connect_with(&options).await.expect("it opens");
    sqlx::query("create table figure (chat integer, message integer, name text, value integer)")
        .execute(&mut database)
        .await
        .expect("a table is made");
    let figures = messages * u32::from(PAIRS);
    let (begun, mut count) = (Instant::now(), 0_u32);
    while begun.elapsed() < span {
        let mut query = QueryBuilder::new("insert into figure ");
        query.push_values(0..figures, |mut row, number| {
            row.push_bind(number).push_bind(count).push_bind("小微企业").push_bind(2000);
        });
        query.build().execute(&mut database).await.expect("rows are stored");
        count += 1;
    }
    f64::from(count) / begun.elapsed().as_secs_f64()
}

/// What else the machine does: processes that want to run, on average over a minute.
pub fn load() -> f64 {
    let text = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split(' ').next().and_then(|one| one.parse().ok()).unwrap_or(f64::NAN)
}
