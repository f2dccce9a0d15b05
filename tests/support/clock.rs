//! A clock that stands still until a test moves it, and identifiers that count.

use std::sync::atomic::{AtomicU64, Ordering};

pub use sayso::app::rehearsal::TravellingClock;
use sayso::commerce::ports::IdSource;

/// Identifiers that count up: `id-1`, `id-2`.
#[derive(Default)]
pub struct CountingIds(AtomicU64);

impl IdSource for CountingIds {
    fn fresh(&self) -> String {
        format!("id-{}", self.0.fetch_add(1, Ordering::Relaxed) + 1)
    }
}
