//! The plan clock: the one place that knows what time it is.
//!
//! Pure rooms are given `now`; the rim asks this clock. For a live bot it is the system's time; a
//! rehearsal shifts it (June 2019 runs on from there, and can be moved ahead); a test sets it.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use tokio::sync::watch;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    /// The system's time plus a shift.
    Running(TimeDelta),
    /// A time that only [`Clock::set`] moves.
    Stopped(DateTime<Utc>),
}

/// A clock that can be shared, asked, waited on and, outside a live bot, moved.
#[derive(Debug, Clone)]
pub struct Clock {
    mode: watch::Sender<Mode>,
}

impl Clock {
    /// The system's time.
    pub fn system() -> Self {
        Self { mode: watch::Sender::new(Mode::Running(TimeDelta::zero())) }
    }

    /// A clock that shows `start` now and runs on from there.
    pub fn running_from(start: DateTime<Utc>) -> Self {
        Self { mode: watch::Sender::new(Mode::Running(start - Utc::now())) }
    }

    /// A clock that stands at `at` until it is set.
    pub fn stopped_at(at: DateTime<Utc>) -> Self {
        Self { mode: watch::Sender::new(Mode::Stopped(at)) }
    }

    /// The time it shows, to the microsecond (the finest that every database keeps).
    pub fn now(&self) -> DateTime<Utc> {
        let now = match *self.mode.borrow() {
            Mode::Running(shift) => Utc::now() + shift,
            Mode::Stopped(at) => at,
        };
        chrono::DurationRound::duration_trunc(now, TimeDelta::microseconds(1)).unwrap_or(now)
    }

    /// Moves it: a running clock runs on from `to`, a stopped one stands there.
    pub fn set(&self, to: DateTime<Utc>) {
        self.mode.send_modify(|mode| {
            *mode = match *mode {
                Mode::Running(_) => Mode::Running(to - Utc::now()),
                Mode::Stopped(_) => Mode::Stopped(to),
            };
        });
    }

    /// Tells of every move from now on, none forgotten.
    pub fn moves(&self) -> Moves {
        Moves(self.mode.subscribe())
    }

    /// Waits until it shows `at` or later, however it gets there.
    pub async fn sleep_until(&self, at: DateTime<Utc>) {
        let mut changes = self.mode.subscribe();
        loop {
            let mode = *changes.borrow_and_update();
            let left = (at - self.now()).to_std().unwrap_or_default();
            if left.is_zero() {
                return;
            }
            match mode {
                // An hour at most, so that a system clock that is put right is noticed.
                Mode::Running(_) => {
                    let nap = left.min(Duration::from_hours(1));
                    let _ = tokio::time::timeout(nap, changes.changed()).await;
                }
                Mode::Stopped(_) => drop(changes.changed().await),
            }
        }
    }
}

/// Pauses between tries of what failed, each twice as long as the one before. In real time,
/// whatever a clock shows: what failed is the network or the disk.
#[derive(Debug)]
pub struct Pause {
    first: Duration,
    next: Duration,
    longest: Duration,
}

impl Pause {
    /// Pauses from `first` to `longest`.
    pub fn doubling(first: Duration, longest: Duration) -> Self {
        Self { first, next: first, longest }
    }

    /// Begins again: a try went well.
    pub fn reset(&mut self) {
        self.next = self.first;
    }

    /// Waits, and makes the next pause longer.
    pub async fn wait(&mut self) {
        tokio::time::sleep(self.next).await;
        self.next = (self.next * 2).min(self.longest);
    }
}

/// The moves of a clock, as seen by one who waits.
#[derive(Debug)]
pub struct Moves(watch::Receiver<Mode>);

impl Moves {
    /// Waits for the next move; at once if there was one since the last call.
    pub async fn next(&mut self) {
        if self.0.changed().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_sleeper_wakes_when_the_clock_is_moved_past_its_time() {
        let start: DateTime<Utc> = "2019-06-17T01:00:00Z".parse().unwrap();
        for clock in [Clock::stopped_at(start), Clock::running_from(start)] {
            let sleeper = tokio::spawn({
                let clock = clock.clone();
                async move { clock.sleep_until(start + TimeDelta::days(3)).await }
            });
            clock.set(start + TimeDelta::days(1));
            assert!(!sleeper.is_finished());
            clock.set(start + TimeDelta::days(4));
            sleeper.await.unwrap();
            assert!(clock.now() >= start + TimeDelta::days(4));
        }
    }
}
