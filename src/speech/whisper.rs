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
    confidence::{Features, Trust},
    models::{Chosen, Context, Kind, Model, ModelError, Weights},
};
use crate::audio::{
    HEARD_RATE,
    vad::{Summary, Vad},
};
use decode::{Decoded, Run, Tokens};
use filters::Judgement;
use states::States;

/// The most threads that one utterance is computed on.
const THREADS: usize = 4;

/// A model of fewer bytes than this is computed on one thread. ggml's threads wait for each
/// other without sleeping, hundreds of times an utterance: with the bundled model on two
/// threads of a two-core machine that others kept busy, the slowest utterances took 1.5 s
/// instead of 46 ms, and minutes under a heavier load; on one thread 200 ms.
const SMALL: u64 = 32 << 20;

/// The most utterances that are computed at once; each holds some 16 MB even for the bundled
/// model (see [`states`]). Others wait.
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
    tokens: Tokens,
    states: States,
    model: Model,
    trust: Trust,
    threads: usize,
}

/// All that came of one utterance, for those who judge a recogniser.
#[derive(Debug, Clone, PartialEq)]
pub struct Transcript {
    /// What the model wrote, also where it is not to be trusted; empty where it was not asked.
    pub text: String,
    /// What the product makes of it.
    pub heard: Heard,
    /// How sure one may be of the text, 0 to 1.
    pub confidence: f32,
    /// What that was computed from; `None` where the model was not asked for lack of voice.
    pub features: Option<Features>,
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
        let (tokens, trust) = (Tokens::of(&context), model.trust());
        Ok(Self { engine: Arc::new(Engine { context, tokens, states, model, trust, threads }) })
    }

    /// A whole utterance, exactly as [`Hearing`] takes it, with everything about it, and the
    /// time from its end to the result. Mono, 16 kHz. Computes: call it on a blocking thread.
    ///
    /// # Errors
    /// [`SpeechError`]; silence is no error.
    pub fn transcribe(&self, samples: &[f32]) -> Result<(Transcript, Duration), SpeechError> {
        let mut utterance = self.utterance();
        utterance.push(samples)?;
        let end = Instant::now();
        let transcript = utterance.transcribe()?;
        Ok((transcript, end.elapsed()))
    }

    fn utterance(&self) -> Utterance {
        Utterance {
            engine: Arc::clone(&self.engine),
            samples: Vec::new(),
            vad: Vad::new(),
            voice: Summary::default(),
        }
    }
}

impl Recognizer for Whisper {
    fn model(&self) -> &str {
        &self.engine.model.name
    }

    fn languages(&self) -> Vec<String> {
        self.engine.model.languages.clone()
    }

    fn maker(&self) -> &'static str {
        match self.engine.model.kind {
            Kind::Openai => "OpenAI",
            Kind::Bundled | Kind::Trained => "Sayso",
        }
    }

    fn at_once(&self) -> usize {
        self.engine.states.most()
    }

    fn open(&self) -> Result<Box<dyn Hearing>, SpeechError> {
        Ok(Box::new(self.utterance()))
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
        Ok(self.transcribe()?.heard)
    }
}

impl Utterance {
    fn transcribe(&self) -> Result<Transcript, SpeechError> {
        let spoken = self.voice.extent().filter(|_| filters::enough_voice(self.voice.voice_ms()));
        let Some(spoken) = spoken else {
            let (text, heard) = (String::new(), Heard::Nothing);
            return Ok(Transcript { text, heard, confidence: 0.0, features: None });
        };
        // Long silence around the words costs time and misleads the model.
        let from = spoken.start.saturating_sub(BEFORE);
        let to = (spoken.end + AFTER).min(self.samples.len());
        self.engine.hear(&self.samples[from..to])
    }
}

impl Engine {
    fn hear(&self, samples: &[f32]) -> Result<Transcript, SpeechError> {
        let seconds = samples.len() as f32 / HEARD_RATE as f32;
        let deadline = Instant::now() + time_for(seconds);
        let mut state = self.states.take(&self.context, deadline)?;
        let context = self.model.context.map(|context| context.frames(samples.len()));
        let decoded = self.decode(&mut state, samples, context, deadline)?;
        match filters::judge(&decoded, seconds, &self.trust) {
            Judgement::Is(heard) => Ok(self.transcript(decoded, heard)),
            // Only a cut context makes a model repeat itself; the whole one tells whether the
            // shopper did.
            Judgement::Repeats => {
                let whole = self.model.context.map(|Context { most, .. }| most);
                let again = self.decode(&mut state, samples, whole, deadline)?;
                let heard = filters::settle(&decoded, &again, seconds, &self.trust);
                Ok(self.transcript(again, heard))
            }
        }
    }

    fn transcript(&self, decoded: Decoded, heard: Heard) -> Transcript {
        let confidence = self.trust.confidence(&decoded.features);
        Transcript { text: decoded.text, heard, confidence, features: Some(decoded.features) }
    }

    fn decode(
        &self,
        state: &mut whisper_rs::WhisperState,
        samples: &[f32],
        context: Option<u32>,
        deadline: Instant,
    ) -> Result<Decoded, SpeechError> {
        let no_speech = self.model.no_speech_ceiling.is_some();
        let run = Run { tokens: self.tokens, context, no_speech, threads: self.threads, deadline };
        decode::run(state, samples, run)
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
        let chosen = ModelStore::open(data).unwrap().choose(Some("shop-en")).unwrap();
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
    fn asking_whether_somebody_speaks_changes_neither_this_utterance_nor_the_next() {
        let data = tempfile::tempdir().unwrap();
        let asks = |ceiling| {
            let mut chosen = ModelStore::open(data.path()).unwrap().choose(Some("shop-en")).unwrap();
            chosen.model.no_speech_ceiling = ceiling;
            // Its weights count this measure too, so that it is compared by the mean probability.
            chosen.model.confidence = None;
            Whisper::load(chosen).unwrap()
        };
        let (silent, asking) = (asks(None), asks(Some(1.0)));
        let hear = |whisper: &Whisper, from: usize| whisper.engine.hear(&sound()[from..]).unwrap();
        for from in [0, 8_000, 0] {
            let (plain, asked) = (hear(&silent, from), hear(&asking, from));
            assert_eq!((&plain.text, plain.confidence), (&asked.text, asked.confidence));
            let features = asked.features.unwrap();
            assert!(features.no_speech.is_some_and(|p| (0.0..=1.0).contains(&p)), "{features:?}");
            assert_eq!(Features { no_speech: None, ..features }, plain.features.unwrap());
            assert_eq!(hear(&asking, from), asked);
        }
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
