//! Guesses at what is being said, for the client to show. They decide nothing.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use tokio::task::JoinHandle;

use crate::{
    audio::HEARD_RATE,
    speech::{
        Heard, Recognizer,
        pool::{Pace, Pool},
    },
    understanding::holds_pin,
};

/// The least time between two guesses.
const EVERY: Duration = Duration::from_millis(500);
/// A guess that is expected to take longer is not made.
const MOST: Duration = Duration::from_millis(400);

/// The guesses of one utterance.
pub struct Guesses {
    pool: Arc<Pool>,
    owner: String,
    at_work: Option<JoinHandle<Option<String>>>,
    last: Instant,
    told: String,
}

impl Guesses {
    /// For an utterance that begins.
    pub fn new(pool: &Arc<Pool>, owner: &str) -> Self {
        let (pool, owner) = (pool.clone(), owner.to_owned());
        Self { pool, owner, at_work: None, last: Instant::now(), told: String::new() }
    }

    /// Whether it is time for the next.
    pub fn due(&self) -> bool {
        self.at_work.is_none() && self.last.elapsed() >= EVERY
    }

    /// Begins one, if a recogniser has nothing else to do.
    pub fn begin(&mut self, samples: Vec<f32>) {
        self.last = Instant::now();
        let (pool, owner) = (self.pool.clone(), self.owner.clone());
        let sound = Duration::from_secs_f64(samples.len() as f64 / f64::from(HEARD_RATE));
        self.at_work = Some(tokio::spawn(async move {
            let work = move |recognizer: &dyn Recognizer| guess(recognizer, &samples);
            pool.run_if_idle(&owner, sound, MOST, work).await?
        }));
    }

    /// The next guess that differs from the one before. A dropped future loses nothing; while none is at work it
    /// waits for ever.
    pub async fn next(&mut self) -> String {
        loop {
            let Some(work) = &mut self.at_work else { return std::future::pending().await };
            let guess = work.await.ok().flatten();
            self.at_work = None;
            // A PIN is not shown while it is being said.
            if let Some(text) = guess.filter(|text| *text != self.told && !holds_pin(text)) {
                self.told.clone_from(&text);
                return text;
            }
        }
    }
}

/// What it sounds like so far; `None` when that cannot be told.
fn guess(recognizer: &dyn Recognizer, samples: &[f32]) -> (Option<String>, Pace) {
    let heard = recognizer.open().and_then(|mut hearing| {
        hearing.push(samples)?;
        hearing.finish()
    });
    match heard {
        Ok(Heard::Words { text, .. }) => (Some(text), Pace::Computed),
        Ok(Heard::Unclear) => (None, Pace::Computed),
        Ok(Heard::Nothing) | Err(_) => (None, Pace::Skipped),
    }
}
