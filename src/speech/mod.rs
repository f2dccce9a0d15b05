//! Hearing and speaking: sound → words (Whisper), words → sound (synthesizers).
//!
//! Both are incremental, so that later work on latency is an addition: a recogniser is
//! opened, pushed frames and finished; a synthesizer gives chunks as it makes them.

mod confidence;
pub mod models;
pub mod pool;
mod recognition;
pub mod synth;
mod whisper;

pub use confidence::{Calibration, Features};
pub use recognition::{OpenedRecognizer, RecognizerInfo, open_chosen, open_recognizer};
pub use whisper::{Transcript, Whisper};

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;

/// What came of listening to one utterance.
#[derive(Debug, Clone, PartialEq)]
pub enum Heard {
    /// Words, and how sure the recogniser is of them (0 to 1).
    Words {
        /// The text as the recogniser writes it.
        text: String,
        /// The probability that it is right where the model is calibrated, else the mean
        /// probability of its tokens.
        confidence: f32,
    },
    /// Silence or noise: no speech in it.
    Nothing,
    /// Speech, but no words to be trusted: other talk, or a confidence below the model's floor.
    Unclear,
}

/// A loaded recogniser: one model, shared by all who listen.
pub trait Recognizer: Send + Sync {
    /// The model's name in `models/manifest.toml`.
    fn model(&self) -> &str;

    /// The languages that it hears: ISO 639-1, `*` for many; empty when that is not known.
    fn languages(&self) -> Vec<String> {
        Vec::new()
    }

    /// Who made the model's weights.
    fn maker(&self) -> &'static str {
        "Sayso"
    }

    /// How many utterances it computes at once; more wait for each other.
    fn at_once(&self) -> usize {
        1
    }

    /// Starts an utterance.
    ///
    /// # Errors
    /// [`SpeechError`] when no state can be made.
    fn open(&self) -> Result<Box<dyn Hearing>, SpeechError>;
}

/// One utterance while it is heard. Sound is mono, 16 kHz, samples from -1 to 1.
pub trait Hearing: Send {
    /// Adds sound. What is beyond the model's longest utterance is refused.
    ///
    /// # Errors
    /// [`SpeechError::TooLong`].
    fn push(&mut self, samples: &[f32]) -> Result<(), SpeechError>;

    /// What it sounds like so far, when the recogniser can say so cheaply.
    fn partial(&mut self) -> Option<String>;

    /// The end of the utterance: computes for tens to hundreds of milliseconds; call it on a
    /// blocking thread.
    ///
    /// # Errors
    /// [`SpeechError`] when the recogniser fails; silence is no error.
    fn finish(self: Box<Self>) -> Result<Heard, SpeechError>;
}

/// Something to be spoken, in both of the forms that engines take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Utterance {
    /// Plain words, everything written out as it is to be read.
    pub plain: String,
    /// The same as SSML, with its `<speak>` element.
    pub ssml: String,
    /// BCP 47.
    pub locale: String,
}

/// Sound of a synthesizer: mono samples from -1 to 1 at a fixed rate.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Sound {
    /// Frames a second.
    pub rate: u32,
    /// The samples.
    pub samples: Vec<f32>,
}

impl Sound {
    /// How long it lasts; nothing when it has no rate.
    pub fn duration(&self) -> Duration {
        match self.rate {
            0 => Duration::ZERO,
            rate => Duration::from_secs_f64(self.samples.len() as f64 / f64::from(rate)),
        }
    }

    /// The largest distance of a sample from zero: 0 is silence, 1 is full scale.
    pub fn loudest(&self) -> f32 {
        self.samples.iter().fold(0.0, |most, sample| most.max(sample.abs()))
    }
}

/// Chunks of sound, each at the same rate, as they are made.
pub type SoundStream = tokio::sync::mpsc::Receiver<Result<Sound, SpeechError>>;

/// A voice.
#[async_trait]
pub trait Synthesizer: Send + Sync {
    /// Its name for `doctor`: `espeak-ng en-us`.
    fn name(&self) -> String;

    /// Starts to speak.
    ///
    /// # Errors
    /// [`SpeechError`] when the engine is missing or refuses the text.
    async fn speak(&self, utterance: &Utterance) -> Result<SoundStream, SpeechError>;
}

/// A fault of hearing or speaking.
#[derive(Debug, thiserror::Error)]
pub enum SpeechError {
    /// The utterance is longer than the model can hear.
    #[error("the utterance is longer than {limit_seconds} seconds")]
    TooLong {
        /// The longest utterance.
        limit_seconds: u32,
    },
    /// The recogniser failed.
    #[error("recognition failed: {0}")]
    Recognition(String),
    /// The synthesizer is missing, failed or took too long.
    #[error("speech synthesis failed: {0}")]
    Synthesis(String),
}

/// The recogniser that the app was built with.
pub type SharedRecognizer = Arc<dyn Recognizer>;

/// The voice that the app was built with.
pub type SharedSynthesizer = Arc<dyn Synthesizer>;
