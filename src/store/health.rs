//! Whether the database works, for whoever is asked how the bot is.

use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, Utc};

/// Read and written without waiting, also while the database does not answer.
#[derive(Debug, Default)]
pub struct Health {
    /// Milliseconds; 0 while it works.
    failing_since: AtomicI64,
}

impl Health {
    /// Notes that work failed, at this time.
    pub fn fails(&self, now: DateTime<Utc>) {
        let (new, since) = (now.timestamp_millis(), &self.failing_since);
        // The first failure is the one that counts.
        let _ = since.compare_exchange(0, new, Ordering::Relaxed, Ordering::Relaxed);
    }

    /// Notes that work was committed.
    pub fn works(&self) {
        self.failing_since.store(0, Ordering::Relaxed);
    }

    /// Since when work fails, if the last of it did.
    pub fn failing_since(&self) -> Option<DateTime<Utc>> {
        match self.failing_since.load(Ordering::Relaxed) {
            0 => None,
            since => DateTime::from_timestamp_millis(since),
        }
    }
}
