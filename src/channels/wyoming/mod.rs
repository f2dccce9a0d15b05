//! The Wyoming protocol over TCP, so that Home Assistant and its satellites can use Sayso for
//! hearing, speaking and shopping (<https://github.com/OHF-Voice/wyoming>).
//!
//! | a client sends | and gets |
//! |---|---|
//! | `describe` | `info`: what is there at this moment |
//! | `ping` | `pong` |
//! | `transcribe`, `audio-start`, `audio-chunk`…, `audio-stop` | `transcript`; its text is empty where no words are to be trusted |
//! | `synthesize` | `audio-start`, `audio-chunk`…, `audio-stop` |
//! | `synthesize-start`, `synthesize-chunk`…, `synthesize-stop` | the same for each sentence, then `synthesize-stopped` |
//! | `recognize` | `intent` or `not-recognized`; nothing is done |
//! | `transcript` | a turn: `handled-start`, `handled-chunk`…, `handled`, `handled-stop`, or `not-handled` |
//!
//! Invariants: the protocol proves nobody, so whatever comes over it is words of a stranger in the
//! one household of the settings, and what they may do is for the engine to decide. Every part of
//! an event has a bound in bytes, every event and every connection one in time. A refusal is the
//! event `error`, and the last one of its connection: many clients wait for ever for what they
//! asked for. What is no event of ours is ignored, as the protocol wants it.

mod events;
pub mod framing;
mod info;
mod serve;
mod session;
mod speak;
mod turns;
mod utterance;

use std::{
    sync::{Arc, OnceLock},
    time::Duration,
};

use metrics::counter;
use tokio::sync::{Semaphore, watch};
use tokio_util::task::TaskTracker;

pub use self::{
    events::{Context, Event, Refusal, Voice},
    serve::serve,
    utterance::{Format, MAX_SECONDS, Utterance},
};
use super::{Engine, http};
use crate::{
    commerce::{HouseholdId, ShopId},
    speech::{SharedSynthesizer, pool::Pool},
};

/// How to serve; the app fills it from the settings.
#[derive(Debug, Clone)]
pub struct Options {
    /// The shop that is spoken to.
    pub shop: ShopId,
    /// The household for which everybody speaks.
    pub household: HouseholdId,
    /// The shop's name in writing.
    pub title: String,
    /// What the shop understands and says, as BCP 47.
    pub languages: Vec<String>,
    /// The language of the voice, and of those who do not say theirs, as BCP 47.
    pub locale: String,
    /// From the end of an utterance to its words; who would wait longer is told so at once.
    pub hearing: Duration,
    /// For a turn.
    pub turn: Duration,
    /// For one event, from its first byte to its last, in and out.
    pub event: Duration,
    /// Between two events.
    pub idle: Duration,
    /// Open connections; more are refused.
    pub max_connections: usize,
    /// For what is at work at a shutdown.
    pub drain: Duration,
}

/// What every connection shares.
pub struct WyomingState {
    options: Options,
    engine: Arc<dyn Engine>,
    /// Filled once the model is loaded; until then no hearing is offered.
    recognizer: Arc<OnceLock<Arc<Pool>>>,
    synthesizer: SharedSynthesizer,
    /// Whether the voice spoke when it was tried; nothing before that.
    speaks: watch::Sender<Option<bool>>,
    /// Turns at work. They go on when their caller hangs up, and a shutdown waits for them.
    tasks: TaskTracker,
    /// As many as there may be connections: whoever comes again and again cannot pile up turns that take too long.
    turns: Arc<Semaphore>,
}

impl WyomingState {
    /// The parts that the app has chosen.
    pub fn new(
        options: Options,
        engine: Arc<dyn Engine>,
        recognizer: Arc<OnceLock<Arc<Pool>>>,
        synthesizer: SharedSynthesizer,
    ) -> Arc<Self> {
        http::metrics::install();
        let (speaks, _) = watch::channel(None);
        let (tasks, turns) = (TaskTracker::new(), Arc::new(Semaphore::new(options.max_connections)));
        Arc::new(Self { options, engine, recognizer, synthesizer, speaks, tasks, turns })
    }

    /// The pool of recognisers, once the model is loaded.
    fn pool(&self) -> Result<&Arc<Pool>, Refusal> {
        let absent = "the recogniser is not loaded; `sayso doctor` tells why";
        self.recognizer.get().ok_or_else(|| Refusal::new("no_recognizer", absent))
    }
}

/// A language without its region: `en-US` → `en`.
fn base(language: &str) -> String {
    language.split(['-', '_']).next().unwrap_or(language).to_ascii_lowercase()
}

/// Languages with what they are without a region, each once: clients compare them as text.
fn with_bases<'a>(languages: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for language in languages {
        for one in [language.to_owned(), base(language)] {
            if !all.contains(&one) {
                all.push(one);
            }
        }
    }
    all
}

fn count_event(event: &Event) {
    counter!("sayso_wyoming_events_total", "event" => event.name()).increment(1);
}

fn count_refusal(refusal: &Refusal) {
    counter!("sayso_wyoming_refused_total", "reason" => refusal.code).increment(1);
}
