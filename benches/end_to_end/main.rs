//! End to end: the real program against a Bot API server on loopback, and beside it the same job
//! written with other libraries.
//!
//! - `floor`: what the machine allows
//! - `peers`: 17 and 1,000 liaisons in a closed loop, by polling and by webhook; each message brings three
//!   figures, each answer must read them back, and afterwards every figure must be in the database
//! - `growth`: 1,000 liaisons, with 10 thousand, 1 million and 10 million submissions stored before
//! - `fanout`: a reminder to 17, 1,360 and 38,000 liaisons
//!
//! Prints one line of JSON each. `benches/peers/install` installs the other libraries; those that
//! are not there are left out. `cargo bench --bench end_to_end` does all of it, or those that are
//! named: `cargo bench --bench end_to_end -- peers polling 1000 liaison-bot`. `BENCH_SECONDS` says how
//! long each is measured.

mod county;
mod fanout;
mod floor;
mod growth;
mod http;
mod server;
mod subject;
mod webhook;

use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::task::LocalSet;

use server::{Board, PAIRS};
use subject::{Subject, Way};

/// How long nothing is counted yet: caches fill, compilers of peers compile.
const WARM_UP: Duration = Duration::from_secs(3);

/// Starts of which the median is told.
const STARTS: usize = 5;

/// How long a program may take to its first call; it looks through a large database first.
const PATIENCE: Duration = Duration::from_mins(5);

fn main() {
    // `cargo bench` itself passes --bench.
    let words: Vec<String> =
        std::env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.expect("a runtime is made");
    runtime.block_on(LocalSet::new().run_until(all(&words)));
}

async fn all(words: &[String]) {
    let parts = ["floor", "peers", "growth", "fanout"];
    let names = Subject::ALL.map(Subject::name);
    if chosen(words, &parts, "floor") {
        floor::measure(seconds()).await;
    }
    for liaisons in [17, 1000] {
        for way in [Way::Polling, Way::Webhook] {
            for subject in Subject::ALL {
                if chosen(words, &parts, "peers")
                    && chosen(words, &["17", "1000"], &liaisons.to_string())
                    && chosen(words, &["polling", "webhook"], way.name())
                    && chosen(words, &names, subject.name())
                {
                    peers(subject, liaisons, way).await;
                }
            }
        }
    }
    if chosen(words, &parts, "growth") {
        grown().await;
    }
    if chosen(words, &parts, "fanout") {
        for liaisons in [17, 1_360, 38_000] {
            fanout::measure(liaisons).await;
        }
    }
}

/// Whether it was asked for, or nothing of its kind was.
fn chosen(words: &[String], kind: &[&str], one: &str) -> bool {
    let asked = |word: &String| kind.contains(&word.as_str());
    !words.iter().any(asked) || words.iter().any(|word| word == one)
}

fn seconds() -> Duration {
    let seconds = std::env::var("BENCH_SECONDS").ok().and_then(|text| text.parse().ok());
    Duration::from_secs(seconds.unwrap_or(8))
}

async fn peers(subject: Subject, liaisons: usize, way: Way) {
    if !subject.is_installed() {
        println!("{}", json!({"bench": "peers", "subject": subject.name(), "installed": false}));
        return;
    }
    let folder = tempfile::tempdir().expect("a folder can be made");
    subject.prepare(folder.path(), liaisons).await;
    let said = measure(subject, folder.path(), (liaisons, way, STARTS)).await;
    print("peers", said);
}

/// The same, with years of reports stored before.
async fn grown() {
    let mut first = None;
    for submissions in [10_000, 1_000_000, 10_000_000] {
        let folder = tempfile::tempdir().expect("a folder can be made");
        let folder = folder.path();
        Subject::Bot.prepare(folder, 1000).await;
        let database = subject::database(folder);
        growth::fill(Path::new(&database), 1000, submissions).await;
        let size = std::fs::metadata(&database).map_or(0, |file| file.len() / 1_000_000);
        let mut said = measure(Subject::Bot, folder, (1000, Way::Polling, 1)).await;
        let rate = said["replies_per_second"].as_f64().unwrap_or(f64::NAN);
        said["submissions"] = json!(submissions);
        said["database_mb"] = json!(size);
        said["ratio_to_first"] = json!(round(rate / *first.get_or_insert(rate)));
        print("growth", said);
    }
}

fn print(bench: &str, mut said: Value) {
    said["bench"] = json!(bench);
    said["load"] = json!(floor::load());
    println!("{said}");
}

async fn measure(
    subject: Subject,
    folder: &Path,
    (liaisons, way, count): (usize, Way, usize),
) -> Value {
    let (board, address) = Board::serve(liaisons).await;
    let mut running = subject.start(folder, &address, way);
    let mut starts = vec![ready(&board, running.begun).await];
    if way == Way::Polling {
        for _ in 1..count {
            drop(running);
            board.forget();
            running = subject.start(folder, &address, way);
            starts.push(ready(&board, running.begun).await);
        }
    }
    starts.sort_by(f64::total_cmp);

    let before_stored = subject.stored(folder).await;
    board.begin();
    tokio::time::sleep(WARM_UP).await;
    board.times();
    let (begun, before) = (Instant::now(), running.processor());
    tokio::time::sleep(seconds()).await;
    let (mut times, took) = (board.times(), begun.elapsed());
    let processor = running.processor().saturating_sub(before);
    let lost = board.end().await;
    let memory = running.peak_memory();
    drop(running);
    times.sort_unstable();
    let (replies, wrong, extra) = board.with(|state| (state.replies, state.wrong, state.extra));
    let stored = subject.stored(folder).await;
    let count = f64::from(u32::try_from(times.len()).unwrap_or(u32::MAX));
    let part = |share: usize| {
        let at = (times.len() * share / 1000).min(times.len().saturating_sub(1));
        times.get(at).map(|micros| round(f64::from(*micros) / 1e3))
    };
    if wrong + extra > 0 || lost > 0 {
        let example = board.with(|state| String::from_utf8_lossy(&state.example).into_owned());
        let log = std::fs::read_to_string(folder.join("log")).unwrap_or_default();
        eprintln!("{example}\n{}", log.chars().take(2000).collect::<String>());
    }
    json!({
        "subject": subject.name(),
        "way": way.name(),
        "liaisons": liaisons,
        "replies_per_second": (count / took.as_secs_f64()).round(),
        "p50_ms": part(500),
        "p99_ms": part(990),
        "processor_us_per_reply": round(processor.as_secs_f64() * 1e6 / count),
        "peak_memory_mb": round(memory),
        "cold_start_ms": round(starts[starts.len() / 2]),
        "unanswered": lost,
        "misread": wrong,
        "surplus": extra,
        "all_stored": stored - before_stored == i64::try_from(replies).unwrap_or(i64::MAX) * i64::from(PAIRS),
    })
}

/// Waits for the first call; milliseconds since the start.
async fn ready(board: &Board, begun: Instant) -> f64 {
    loop {
        if let Some(at) = board.with(|state| state.ready) {
            return at.duration_since(begun).as_secs_f64() * 1e3;
        }
        assert!(begun.elapsed() < PATIENCE, "the program asks for updates");
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

fn round(value: f64) -> f64 {
    (value * 100.0).round() / 100.0
}
