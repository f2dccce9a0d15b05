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
use crate::audio::{HEARD_RATE, vad::Vad};
use decode::Decoded;
use filters::Judgement;
use states::States;

/// The most threads that one utterance is computed on: more do not help a model of this size.
const THREADS: usize = 4;

/// What is shorter than this holds no word, in samples.
const SHORTEST: usize = HEARD_RATE as usize / 10;

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
        let states = States::new(cores.div_ceil(THREADS).max(2));
        Ok(Self { engine: Arc::new(Engine { context, states, model, threads: cores.min(THREADS) }) })
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
            voiced: 0,
        }))
    }
}

/// One utterance while it is heard.
struct Utterance {
    engine: Arc<Engine>,
    samples: Vec<f32>,
    /// Follows the sound as it comes, so that little is left to do at its end.
    vad: Vad,
    /// Frames of [`Vad`] that hold a voice.
    voiced: usize,
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
        let voiced = &mut self.voiced;
        self.vad.push(&self.samples[from..], |frame| *voiced += usize::from(frame.voice));
        Ok(())
    }

    fn partial(&mut self) -> Option<String> {
        None
    }

    fn finish(self: Box<Self>) -> Result<Heard, SpeechError> {
        if self.samples.len() < SHORTEST || !filters::enough_voice(self.voiced) {
            return Ok(Heard::Nothing);
        }
        self.engine.hear(&self.samples)
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
