//! A clock that stands still until a test moves it, and identifiers that count.

use std::sync::{
    Mutex,
    atomic::{AtomicU64, Ordering},
};

use jiff::{SignedDuration, Timestamp};
use sayso::commerce::ports::{Clock, IdSource};

/// A clock that stands still until it is moved.
pub struct TravellingClock(Mutex<Timestamp>);

impl TravellingClock {
    /// A clock at a moment such as `2026-03-02T09:00:00Z`.
    pub fn at(moment: &str) -> Self {
        Self(Mutex::new(moment.parse().expect("a moment")))
    }

    /// Moves the clock on.
    pub fn travel(&self, by: SignedDuration) {
        *self.0.lock().expect("no test panics while it holds the clock") += by;
    }
}

impl Clock for TravellingClock {
    fn now(&self) -> Timestamp {
        *self.0.lock().expect("no test panics while it holds the clock")
    }
}

/// Identifiers that count up: `id-1`, `id-2`.
#[derive(Default)]
pub struct CountingIds(AtomicU64);

impl IdSource for CountingIds {
    fn fresh(&self) -> String {
        format!("id-{}", self.0.fetch_add(1, Ordering::Relaxed) + 1)
    }
}
