//! How long a reminder to everybody takes, as fast as the bot can: from its due time to the last message.

use std::time::{Duration, Instant};

use chrono::{SubsecRound, TimeDelta, Utc};
use serde_json::json;

use super::server::Board;
use super::subject::{Subject, Way};
use super::{PATIENCE, county, print, ready, round, subject};

pub async fn measure(liaisons: usize) {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let folder = folder.path();
    // Time enough to write the plan, bind everybody and start.
    let due = (Utc::now()
        + TimeDelta::milliseconds(6_000 + i64::try_from(liaisons).expect("few") / 2))
    .trunc_subsecs(0);
    let plan = county::plan(folder, liaisons, Some(due));
    let url = format!("sqlite:{}", subject::database(folder));
    county::database(&url, &plan).await.close().await;
    let (board, address) = Board::serve(liaisons).await;
    let running = Subject::Bot.start(folder, &address, Way::Polling);
    let started = ready(&board, running.begun).await;
    assert!(Utc::now() < due, "the bot is there before the reminder is due");
    let wait = (due - Utc::now()).to_std().unwrap_or_default();
    let due = Instant::now() + wait;
    let count = u64::try_from(liaisons).expect("few");
    while board.with(|state| state.extra) < count && running.begun.elapsed() < PATIENCE {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    let took = Instant::now().duration_since(due).as_secs_f64();
    let (sent, first) = board.with(|state| (state.extra, state.first_extra));
    let first = first.map(|at| round(at.duration_since(due).as_secs_f64() * 1e3));
    print(
        "fanout",
        json!({
            "liaisons": liaisons,
            "sent": sent,
            "first_message_after_ms": first,
            "all_sent_after_s": round(took),
            "messages_per_second": (f64::from(u32::try_from(sent).unwrap_or(u32::MAX)) / took).round(),
            "cold_start_ms": round(started),
            "peak_memory_mb": round(running.peak_memory()),
        }),
    );
}
