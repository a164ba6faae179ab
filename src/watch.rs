//! What is going on, for those who watch: counters that the working parts add to, and whether each
//! part works. Plain numbers in memory; `/metrics` and `/healthz` show them.
//!
//! - [`Watch`]: what the parts tell
//! - [`Health`]: whether intake and delivery work
//! - [`Page`]: numbers as Prometheus reads them

mod page;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

pub use page::{FAMILIES, Page};

/// How long nothing may be heard of Telegram: a poll ends after ten seconds, whatever happens.
const SILENCE: Duration = Duration::from_mins(1);

/// How long sending may fail, whatever is tried.
const FAILING: Duration = Duration::from_mins(1);

/// The upper ends of the buckets: updates in a batch.
const BATCH: [f64; 7] = [1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0];

/// The upper ends of the buckets: seconds from a batch's arrival to its commit.
const SECONDS: [f64; 9] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0, 30.0];

/// What the working parts tell. Shared by all of them.
#[derive(Debug)]
pub struct Watch {
    began: Instant,
    /// When Telegram last answered a poll, and since when nothing can be sent: milliseconds since
    /// `began` and one more; 0 for never.
    heard: AtomicU64,
    failing: AtomicU64,
    /// Whether Telegram brings the updates, and the door is open.
    open: AtomicBool,
    batch: Histogram<7>,
    handling: Histogram<9>,
    sent: AtomicU64,
    failed: AtomicU64,
    dead: AtomicU64,
    throttled: AtomicU64,
    firings: Mutex<BTreeMap<(String, String, bool), u64>>,
}

/// Whether the parts work that can be told without asking anybody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Health {
    /// Updates can come in: Telegram answers polls, or the webhook is open.
    pub intake: bool,
    /// What was tried could be sent.
    pub delivery: bool,
}

/// Counts by size, in buckets that Prometheus adds up.
#[derive(Debug)]
struct Histogram<const N: usize> {
    ends: [f64; N],
    counts: [AtomicU64; N],
    /// The sum in millionths, so that it is a whole number.
    micros: AtomicU64,
    count: AtomicU64,
}

impl<const N: usize> Histogram<N> {
    fn new(ends: [f64; N]) -> Self {
        let counts = std::array::from_fn(|_| AtomicU64::new(0));
        Self { ends, counts, micros: AtomicU64::new(0), count: AtomicU64::new(0) }
    }

    fn add(&self, value: f64, micros: u64) {
        if let Some(bucket) = self.ends.iter().position(|end| value <= *end) {
            add(&self.counts[bucket]);
        }
        self.micros.fetch_add(micros, Ordering::Relaxed);
        add(&self.count);
    }
}

fn add(count: &AtomicU64) {
    count.fetch_add(1, Ordering::Relaxed);
}

impl Default for Watch {
    fn default() -> Self {
        Self {
            began: Instant::now(),
            heard: AtomicU64::new(0),
            failing: AtomicU64::new(0),
            open: AtomicBool::new(false),
            batch: Histogram::new(BATCH),
            handling: Histogram::new(SECONDS),
            sent: AtomicU64::new(0),
            failed: AtomicU64::new(0),
            dead: AtomicU64::new(0),
            throttled: AtomicU64::new(0),
            firings: Mutex::default(),
        }
    }
}

impl Watch {
    /// Telegram answered a poll, with or without updates.
    pub fn heard(&self) {
        self.heard.store(self.stamp(Instant::now()), Ordering::Relaxed);
    }

    /// Telegram brings the updates, and the door is open, or not any more.
    pub fn webhook(&self, open: bool) {
        self.open.store(open, Ordering::Relaxed);
    }

    /// A batch is committed, so long after it came.
    pub fn took_in(&self, updates: usize, took: Duration) {
        let updates = u32::try_from(updates).unwrap_or(u32::MAX);
        self.batch.add(updates.into(), u64::from(updates) * 1_000_000);
        let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        self.handling.add(took.as_secs_f64(), micros);
    }

    /// A message was sent.
    pub fn sent(&self) {
        add(&self.sent);
        self.failing.store(0, Ordering::Relaxed);
    }

    /// A message could not be sent and is tried again; `throttled`: the other side asked to wait
    /// (429), which is an answer, so the way there is open.
    pub fn not_sent(&self, throttled: bool) {
        add(&self.failed);
        if throttled {
            add(&self.throttled);
            self.failing.store(0, Ordering::Relaxed);
        } else {
            let now = self.stamp(Instant::now());
            let _ = self.failing.compare_exchange(0, now, Ordering::Relaxed, Ordering::Relaxed);
        }
    }

    /// A message was given up: its chat refuses it.
    pub fn given_up(&self) {
        add(&self.dead);
        self.failing.store(0, Ordering::Relaxed);
    }

    /// A plan's job fired; `made`: it was carried out, and not skipped as too late.
    pub fn fired(&self, plan: &str, job: &str, made: bool) {
        let mut firings = self.firings.lock().unwrap_or_else(PoisonError::into_inner);
        *firings.entry((plan.to_owned(), job.to_owned(), made)).or_default() += 1;
    }

    /// Whether the parts work.
    #[must_use]
    pub fn health(&self, now: Instant) -> Health {
        let since = |mark: &AtomicU64| {
            let mark = mark.load(Ordering::Relaxed);
            let at = mark.checked_sub(1).map(|ms| self.began + Duration::from_millis(ms));
            at.map(|at| now.saturating_duration_since(at))
        };
        Health {
            intake: self.open.load(Ordering::Relaxed)
                || since(&self.heard).is_some_and(|silence| silence <= SILENCE),
            delivery: since(&self.failing).is_none_or(|failing| failing <= FAILING),
        }
    }

    fn stamp(&self, now: Instant) -> u64 {
        let since = now.saturating_duration_since(self.began);
        u64::try_from(since.as_millis()).map_or(u64::MAX, |ms| ms + 1)
    }

    /// Writes down what was counted.
    pub fn write(&self, page: &mut Page) {
        page.histogram("liaison_batch_updates", &self.batch);
        page.histogram("liaison_handling_seconds", &self.handling);
        for (result, count) in
            [("sent", &self.sent), ("failed", &self.failed), ("dead", &self.dead)]
        {
            page.value("liaison_sends_total", &[("result", result)], get(count));
        }
        page.value("liaison_too_many_requests_total", &[], get(&self.throttled));
        let firings = self.firings.lock().unwrap_or_else(PoisonError::into_inner);
        for ((plan, job, made), count) in firings.iter() {
            let result = if *made { "made" } else { "skipped" };
            let labels = [("plan", plan.as_str()), ("job", job), ("result", result)];
            page.value("liaison_job_firings_total", &labels, *count);
        }
    }
}

fn get(count: &AtomicU64) -> u64 {
    count.load(Ordering::Relaxed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn polling_is_well_while_telegram_answers() {
        let watch = Watch::default();
        let now = Instant::now();
        assert!(!watch.health(now).intake, "nothing was heard yet");
        watch.heard();
        assert!(watch.health(now + Duration::from_secs(50)).intake);
        assert!(!watch.health(now + Duration::from_secs(65)).intake);
        watch.webhook(true);
        assert!(watch.health(now + Duration::from_secs(65)).intake, "Telegram calls when it likes");
        watch.webhook(false);
        assert!(!watch.health(now + Duration::from_secs(65)).intake);
    }

    #[test]
    fn delivery_is_well_unless_nothing_gets_through_for_long() {
        let watch = Watch::default();
        let later = || Instant::now() + Duration::from_secs(65);
        assert!(watch.health(later()).delivery, "there was nothing to send");
        watch.not_sent(false);
        watch.not_sent(false);
        assert!(watch.health(Instant::now()).delivery, "it may pass");
        assert!(!watch.health(later()).delivery);
        watch.not_sent(true);
        assert!(watch.health(later()).delivery, "being asked to wait is an answer");
        watch.not_sent(false);
        watch.sent();
        assert!(watch.health(later()).delivery);
        watch.not_sent(false);
        watch.given_up();
        assert!(watch.health(later()).delivery, "one chat's refusal is that chat's");
    }

    #[test]
    fn numbers_are_written_as_prometheus_reads_them() {
        let watch = Watch::default();
        watch.took_in(3, Duration::from_millis(20));
        watch.took_in(120, Duration::from_secs(40));
        watch.sent();
        watch.not_sent(true);
        watch.fired("lanxi", "a \"job\"", true);
        watch.fired("lanxi", "a \"job\"", true);
        watch.fired("lanxi", "late", false);
        let mut page = Page::default();
        watch.write(&mut page);
        insta::assert_snapshot!(page.text(), @r#"
        # HELP liaison_batch_updates Updates in a batch that was committed.
        # TYPE liaison_batch_updates histogram
        liaison_batch_updates_bucket{le="1"} 0
        liaison_batch_updates_bucket{le="2"} 0
        liaison_batch_updates_bucket{le="5"} 1
        liaison_batch_updates_bucket{le="10"} 1
        liaison_batch_updates_bucket{le="20"} 1
        liaison_batch_updates_bucket{le="50"} 1
        liaison_batch_updates_bucket{le="100"} 1
        liaison_batch_updates_bucket{le="+Inf"} 2
        liaison_batch_updates_sum 123.000000
        liaison_batch_updates_count 2
        # HELP liaison_handling_seconds From a batch's arrival to its commit.
        # TYPE liaison_handling_seconds histogram
        liaison_handling_seconds_bucket{le="0.005"} 0
        liaison_handling_seconds_bucket{le="0.01"} 0
        liaison_handling_seconds_bucket{le="0.025"} 1
        liaison_handling_seconds_bucket{le="0.05"} 1
        liaison_handling_seconds_bucket{le="0.1"} 1
        liaison_handling_seconds_bucket{le="0.25"} 1
        liaison_handling_seconds_bucket{le="1"} 1
        liaison_handling_seconds_bucket{le="5"} 1
        liaison_handling_seconds_bucket{le="30"} 1
        liaison_handling_seconds_bucket{le="+Inf"} 2
        liaison_handling_seconds_sum 40.020000
        liaison_handling_seconds_count 2
        # HELP liaison_sends_total Tries to send, by result: sent, failed (tried again), dead (given up).
        # TYPE liaison_sends_total counter
        liaison_sends_total{result="sent"} 1
        liaison_sends_total{result="failed"} 1
        liaison_sends_total{result="dead"} 0
        # HELP liaison_too_many_requests_total Times that a platform asked to wait (429).
        # TYPE liaison_too_many_requests_total counter
        liaison_too_many_requests_total 1
        # HELP liaison_job_firings_total Jobs that fired, by plan, job and result: made, skipped (missed by too long).
        # TYPE liaison_job_firings_total counter
        liaison_job_firings_total{plan="lanxi",job="a \"job\"",result="made"} 2
        liaison_job_firings_total{plan="lanxi",job="late",result="skipped"} 1
        "#);
    }
}
