//! A clock that stands still until a test moves it, and identifiers that count, and
//! chance that is the same in every run.

use std::sync::{
    Mutex,
    atomic::{AtomicU64, Ordering},
};

use rand::{Rng as _, SeedableRng as _, rngs::StdRng};
pub use sayso::app::rehearsal::TravellingClock;
use sayso::commerce::ports::{Entropy, IdSource};

/// Identifiers that count up: `id-1`, `id-2`.
#[derive(Default)]
pub struct CountingIds(AtomicU64);

impl IdSource for CountingIds {
    fn fresh(&self) -> String {
        format!("id-{}", self.0.fetch_add(1, Ordering::Relaxed) + 1)
    }
}

/// Random bytes that are the same in every run.
pub struct SeededEntropy(Mutex<StdRng>);

impl SeededEntropy {
    /// From that seed on.
    pub fn new(seed: u64) -> Self {
        Self(Mutex::new(StdRng::seed_from_u64(seed)))
    }
}

impl Entropy for SeededEntropy {
    fn fill(&self, bytes: &mut [u8]) {
        self.0.lock().expect("no test panics while it holds chance").fill_bytes(bytes);
    }
}
