//! Whisper, through whisper-rs: one model in memory, a few states that utterances take turns in.

mod decode;
mod filters;
mod states;

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use whisper_rs::{WhisperContext, WhisperContextParameters};

use super::{
    Heard, Hearing, Recognizer, SpeechError,
    models::{Chosen, Context, Model, ModelError, Weights},
};
use crate::audio::{
    HEARD_RATE,
    vad::{Summary, Vad},
};
use decode::Decoded;
use filters::Judgement;
use states::States;

/// The most threads that one utterance is computed on.
const THREADS: usize = 4;

/// A model of fewer bytes than this is computed on one thread. ggml's threads wait for each
/// other without sleeping, hundreds of times an utterance: with the bundled model on two
/// threads of a two-core machine that others kept busy, the slowest utterances took 1.5 s
/// instead of 46 ms, and minutes under a heavier load; on one thread 200 ms.
const SMALL: u64 = 32 << 20;

/// The most utterances that are computed at once; each holds some 40 MB even for the bundled
/// model, most of it the scores of its vocabulary. Others wait.
const STATES: usize = 4;

/// Sound that is kept before the first and after the last voice, in samples: 250 and 300 ms, so
/// that no soft consonant is lost.
const BEFORE: usize = HEARD_RATE as usize / 4;
const AFTER: usize = HEARD_RATE as usize * 3 / 10;

/// A Whisper model in memory. It is shared by all utterances.
pub struct Whisper {
    engine: Arc<Engine>,
}

/// What utterances share.
struct Engine {
    context: WhisperContext,
    states: States,
    model: Model,
    threads: usize,
}

impl Whisper {
    /// Loads a model: for the bundled one some tens of milliseconds.
    ///
    /// # Errors
    /// [`ModelError::Load`].
    pub fn load(chosen: Chosen) -> Result<Self, ModelError> {
        // Without a logging backend this sends whisper.cpp's and ggml's lines nowhere.
        whisper_rs::install_logging_hooks();
        let Chosen { model, weights } = chosen;
        let parameters = WhisperContextParameters::default();
        let context = match weights {
            Weights::Memory(bytes) => WhisperContext::new_from_buffer_with_params(&bytes, parameters),
            Weights::File(path) => WhisperContext::new_with_params(path, parameters),
        };
        let context = context
            .map_err(|error| ModelError::Load { name: model.name.clone(), problem: error.to_string() })?;
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let threads = if model.size < SMALL { 1 } else { cores.min(THREADS) };
        let states = States::new(cores.div_ceil(threads).clamp(2, STATES));
        Ok(Self { engine: Arc::new(Engine { context, states, model, threads }) })
    }
}

impl Recognizer for Whisper {
    fn model(&self) -> &str {
        &self.engine.model.name
    }

    fn open(&self) -> Result<Box<dyn Hearing>, SpeechError> {
        Ok(Box::new(Utterance {
            engine: Arc::clone(&self.engine),
            samples: Vec::new(),
            vad: Vad::new(),
            voice: Summary::default(),
        }))
    }
}

/// One utterance while it is heard.
struct Utterance {
    engine: Arc<Engine>,
    samples: Vec<f32>,
    /// Follows the sound as it comes, so that little is left to do at its end.
    vad: Vad,
    /// What it says of the whole utterance.
    voice: Summary,
}

impl Hearing for Utterance {
    fn push(&mut self, samples: &[f32]) -> Result<(), SpeechError> {
        let limit_seconds = self.engine.model.longest_seconds;
        if self.samples.len() + samples.len() > limit_seconds as usize * HEARD_RATE as usize {
            return Err(SpeechError::TooLong { limit_seconds });
        }
        let clean = |sample: &f32| if sample.is_finite() { sample.clamp(-1.0, 1.0) } else { 0.0 };
        let from = self.samples.len();
        self.samples.extend(samples.iter().map(clean));
        let voice = &mut self.voice;
        self.vad.push(&self.samples[from..], |frame| voice.add(frame));
        Ok(())
    }

    fn partial(&mut self) -> Option<String> {
        None
    }

    fn finish(self: Box<Self>) -> Result<Heard, SpeechError> {
        let spoken = self.voice.extent().filter(|_| filters::enough_voice(self.voice.voice_ms()));
        let Some(spoken) = spoken else { return Ok(Heard::Nothing) };
        // Long silence around the words costs time and misleads the model.
        let from = spoken.start.saturating_sub(BEFORE);
        let to = (spoken.end + AFTER).min(self.samples.len());
        self.engine.hear(&self.samples[from..to])
    }
}

impl Engine {
    fn hear(&self, samples: &[f32]) -> Result<Heard, SpeechError> {
        let seconds = samples.len() as f32 / HEARD_RATE as f32;
        let deadline = Instant::now() + time_for(seconds);
        let mut state = self.states.take(&self.context, deadline)?;
        let context = self.model.context.map(|context| context.frames(samples.len()));
        let decoded = self.decode(&mut state, samples, context, deadline)?;
        match filters::judge(&decoded, seconds, self.model.confidence_floor) {
            Judgement::Is(heard) => Ok(heard),
            // Only a cut context makes a model repeat itself; the whole one tells whether the
            // shopper did.
            Judgement::Repeats => {
                let whole = self.model.context.map(|Context { most, .. }| most);
                let again = self.decode(&mut state, samples, whole, deadline)?;
                Ok(filters::settle(&decoded, &again, seconds, self.model.confidence_floor))
            }
        }
    }

    fn decode(
        &self,
        state: &mut whisper_rs::WhisperState,
        samples: &[f32],
        context: Option<u32>,
        deadline: Instant,
    ) -> Result<Decoded, SpeechError> {
        decode::run(state, self.context.token_eot(), samples, context, self.threads, deadline)
    }
}

/// How long an utterance may be computed: so long that a slow computer comes to its end, and a
/// decoder that runs away does not.
fn time_for(seconds: f32) -> Duration {
    Duration::from_secs(10) + Duration::from_secs_f32(seconds * 2.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::speech::models::ModelStore;

    fn engine(data: &std::path::Path) -> Arc<Engine> {
        let chosen = ModelStore::open(data).unwrap().choose(Some("household-demo")).unwrap();
        Whisper::load(chosen).unwrap().engine
    }

    /// Two seconds that are no silence, always the same.
    fn sound() -> Vec<f32> {
        (0..32_000_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 16) as f32 / 65_536.0 - 0.5).collect()
    }

    #[test]
    fn a_decoder_beyond_its_deadline_is_stopped_and_its_state_still_works() {
        let data = tempfile::tempdir().unwrap();
        let engine = engine(data.path());
        let late = Instant::now() + Duration::from_secs(60);
        let mut state = engine.states.take(&engine.context, late).unwrap();
        let whole = engine.decode(&mut state, &sound(), Some(108), late).unwrap();
        let stopped = engine.decode(&mut state, &sound(), Some(108), Instant::now()).unwrap();
        assert!(stopped.stopped && stopped.text.is_empty());
        assert_eq!(engine.decode(&mut state, &sound(), Some(108), late).unwrap(), whole);
    }

    #[test]
    fn there_are_never_more_states_than_the_bound() {
        let data = tempfile::tempdir().unwrap();
        let engine = engine(data.path());
        let states = States::new(2);
        let now = Instant::now();
        let (one, two) =
            (states.take(&engine.context, now).unwrap(), states.take(&engine.context, now).unwrap());
        let Err(error) = states.take(&engine.context, now) else { panic!("a third state was made") };
        assert_eq!(error.to_string(), "recognition failed: too many utterances at once");
        drop(one);
        drop(states.take(&engine.context, now).unwrap());
        drop(two);
    }
}
