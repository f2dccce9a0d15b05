//! Synthesizers: words → sound, in chunks as they are made.
//!
//! | member | what it is |
//! |---|---|
//! | [`Espeak`] | eSpeak NG as a child process, the default: 100 languages, a few milliseconds |
//! | [`Piper`] | a neural voice as a child process, when a program and a voice file are configured |
//! | [`Tones`] | a tone for each word, in memory: for tests and for machines without a voice |
//!
//! Invariant: the text of an utterance goes through a pipe to the engine, never into its
//! arguments and never past a shell.

mod child;
mod decode;
mod espeak;
mod piper;
mod tones;

use std::{path::PathBuf, sync::Arc, time::Duration};

pub use self::{espeak::Espeak, piper::Piper, tones::Tones};
use super::{SharedSynthesizer, Sound, SoundStream, SpeechError, Synthesizer, Utterance};

/// Which engine speaks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Engine {
    /// Piper when a voice of it is configured, else eSpeak NG.
    #[default]
    Auto,
    /// eSpeak NG.
    Espeak,
    /// Piper.
    Piper,
    /// A tone for each word.
    Tones,
}

/// Where a Piper voice is.
#[derive(Debug, Clone)]
pub struct PiperVoice {
    /// The program: a path, or a name that is looked up in `PATH`.
    pub program: PathBuf,
    /// The voice's `.onnx` file; its settings are beside it in `.onnx.json`.
    pub model: PathBuf,
}

/// How an engine is chosen and what it may use.
#[derive(Debug, Clone)]
pub struct SynthSettings {
    /// Which engine speaks.
    pub engine: Engine,
    /// eSpeak NG's program: a path, or a name that is looked up in `PATH`.
    pub espeak: PathBuf,
    /// An eSpeak NG voice for every locale, such as `en-gb-scotland+f2`; `None` follows the locale.
    pub voice: Option<String>,
    /// Words a minute, 80 to 450; `None` is the engine's own pace.
    pub pace: Option<u16>,
    /// A Piper voice.
    pub piper: Option<PiperVoice>,
    /// What every utterance is held to.
    pub bounds: Bounds,
}

impl Default for SynthSettings {
    fn default() -> Self {
        Self {
            engine: Engine::Auto,
            espeak: PathBuf::from("espeak-ng"),
            voice: None,
            pace: None,
            piper: None,
            bounds: Bounds::default(),
        }
    }
}

/// What every utterance of an engine is held to.
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    /// The longest text, in bytes. A longer one is refused.
    pub text: usize,
    /// The longest sound. An engine that makes more is stopped.
    pub sound: Duration,
    /// How long an engine may compute for one utterance, and how long a text waits for its turn.
    pub deadline: Duration,
    /// Utterances that are made at the same time; more wait.
    pub at_once: usize,
}

impl Default for Bounds {
    fn default() -> Self {
        Self { text: 4_000, sound: Duration::from_secs(120), deadline: Duration::from_secs(10), at_once: 4 }
    }
}

/// The voice that the settings ask for. An engine that is not installed is found out when it is
/// first asked to speak, so that everything else works without one; `doctor` asks it early.
///
/// # Errors
/// [`SpeechError::Synthesis`] when the settings contradict themselves or name an impossible voice.
pub fn choose(settings: &SynthSettings) -> Result<SharedSynthesizer, SpeechError> {
    let piper = || match &settings.piper {
        Some(voice) => Piper::new(voice, settings.bounds),
        None => Err(SpeechError::Synthesis("piper needs a program and a voice file in the settings".into())),
    };
    Ok(match settings.engine {
        Engine::Auto if settings.piper.is_some() => Arc::new(piper()?),
        Engine::Auto | Engine::Espeak => Arc::new(Espeak::new(settings)?),
        Engine::Piper => Arc::new(piper()?),
        Engine::Tones => Arc::new(Tones),
    })
}

/// The rate of a sound that has no samples.
const EMPTY_RATE: u32 = 16_000;

/// All chunks of a stream as one sound; without any, an empty sound.
///
/// # Errors
/// The first error of the stream, or [`SpeechError::Synthesis`] when its rate changes.
pub async fn collect(mut stream: SoundStream) -> Result<Sound, SpeechError> {
    let mut all = Sound { rate: EMPTY_RATE, samples: Vec::new() };
    while let Some(chunk) = stream.recv().await {
        let chunk = chunk?;
        if all.samples.is_empty() {
            all.rate = chunk.rate;
        }
        if all.rate != chunk.rate {
            return Err(SpeechError::Synthesis("the engine changed its sample rate".into()));
        }
        all.samples.extend_from_slice(&chunk.samples);
    }
    Ok(all)
}

/// What `doctor` learns of a voice by letting it speak.
#[derive(Debug, Clone, Copy)]
pub struct Trial {
    /// From the request to the first chunk of sound.
    pub first_chunk: Duration,
    /// From the request to the last chunk.
    pub whole: Duration,
    /// How long the sound is.
    pub sound: Duration,
}

/// Lets a voice speak a short sentence and throws the sound away.
///
/// # Errors
/// What the engine says: it is not installed, fails or takes too long.
pub async fn try_out(voice: &dyn Synthesizer, locale: &str) -> Result<Trial, SpeechError> {
    let words = "Hello. I am ready.";
    let utterance = Utterance {
        plain: words.to_owned(),
        ssml: format!("<speak>{words}</speak>"),
        locale: locale.to_owned(),
    };
    let start = std::time::Instant::now();
    let mut stream = voice.speak(&utterance).await?;
    let mut trial = Trial { first_chunk: Duration::ZERO, whole: Duration::ZERO, sound: Duration::ZERO };
    while let Some(chunk) = stream.recv().await {
        let chunk = chunk?;
        if trial.sound.is_zero() {
            trial.first_chunk = start.elapsed();
        }
        trial.sound += chunk.duration();
    }
    if trial.sound.is_zero() {
        return Err(SpeechError::Synthesis(format!("{} made no sound", voice.name())));
    }
    trial.whole = start.elapsed();
    Ok(trial)
}

#[cfg(test)]
pub(crate) fn utterance(plain: &str, locale: &str) -> Utterance {
    Utterance { plain: plain.into(), ssml: format!("<speak>{plain}</speak>"), locale: locale.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn piper_without_a_voice_is_refused_by_name() {
        let settings = SynthSettings { engine: Engine::Piper, ..SynthSettings::default() };
        let Err(error) = choose(&settings) else { panic!("it was accepted") };
        assert!(error.to_string().contains("voice file"), "{error}");
    }

    #[test]
    fn espeak_is_the_voice_of_plain_settings() {
        let voice = choose(&SynthSettings::default()).expect("the defaults are sound");
        assert!(voice.name().starts_with("espeak-ng"), "{}", voice.name());
    }

    #[tokio::test]
    async fn a_trial_measures_the_first_chunk_before_the_last() {
        let trial = try_out(&Tones, "en").await.expect("tones always speak");
        assert!(trial.first_chunk <= trial.whole);
        assert!(trial.sound > Duration::from_millis(500));
    }

    #[tokio::test]
    async fn a_stream_that_changes_its_rate_is_an_error() {
        let (send, stream) = tokio::sync::mpsc::channel(2);
        for rate in [16_000, 22_050] {
            send.send(Ok(Sound { rate, samples: vec![0.0; 10] })).await.expect("there is room");
        }
        drop(send);
        assert!(collect(stream).await.is_err());
    }
}
