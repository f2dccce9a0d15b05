//! A recording becomes the input of a turn, and a reply becomes a recording: the one way that
//! files, requests and the demo share.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use crate::{
    audio::wav::{self, WavError},
    speech::{
        Heard, Recognizer, SpeechError, Synthesizer, Utterance,
        pool::{Pace, Pool, Refused},
        synth,
    },
    turn::{Input, Speech},
};

/// Why a recording was not heard.
#[derive(Debug, thiserror::Error)]
pub enum RecordingError {
    /// The file is the matter; the sentence is for the person who sent it.
    #[error(transparent)]
    Wav(#[from] WavError),
    /// The recogniser or the synthesizer is the matter.
    #[error(transparent)]
    Speech(#[from] SpeechError),
    /// Its turn would have come too late.
    #[error(transparent)]
    Refused(#[from] Refused),
}

/// What a recording says, and what finding out took.
#[derive(Debug)]
pub struct Listened {
    /// Words, silence, or sound whose words are not to be trusted.
    pub input: Input,
    /// How long the sound is.
    pub duration: Duration,
    /// `read` and `transcribe`.
    pub stages: Vec<(&'static str, Duration)>,
}

/// WAV → 16 kHz mono (by `read`) → words. Computes; call it on a blocking thread.
///
/// # Errors
/// [`RecordingError::Wav`] when it is no recording within its limits, [`RecordingError::Speech`]
/// when the recogniser fails.
pub fn hear(
    recognizer: &dyn Recognizer,
    read: impl FnOnce() -> Result<Vec<f32>, WavError>,
) -> Result<Listened, RecordingError> {
    let start = Instant::now();
    let samples = read()?;
    let read = start.elapsed();
    let mut hearing = recognizer.open()?;
    hearing.push(&samples)?;
    let input = match hearing.finish()? {
        Heard::Words { text, confidence } => Input::Heard { text, confidence },
        Heard::Nothing => Input::Silence,
        Heard::Unclear => Input::Unclear,
    };
    let stages = vec![("read", read), ("transcribe", start.elapsed().saturating_sub(read))];
    let duration = Duration::from_secs_f64(samples.len() as f64 / f64::from(crate::audio::HEARD_RATE));
    Ok(Listened { input, duration, stages })
}

/// The same in the pool, when it is `owner`'s turn, for sound of a known length; an answer comes
/// before the deadline.
///
/// # Errors
/// As [`hear`]; [`RecordingError::Refused`] when it could not be in time.
pub async fn hear_in_turn(
    pool: &Arc<Pool>,
    owner: &str,
    sound: Duration,
    deadline: Instant,
    read: impl FnOnce() -> Result<Vec<f32>, WavError> + Send + 'static,
) -> Result<Listened, RecordingError> {
    let work = move |recognizer: &dyn Recognizer| {
        let listened = hear(recognizer, read);
        let computed = listened.as_ref().is_ok_and(|listened| !matches!(listened.input, Input::Silence));
        (listened, if computed { Pace::Computed } else { Pace::Skipped })
    };
    pool.run(owner, sound, deadline, work).await?
}

/// Words → the bytes of a WAV file, and the stage `synthesize`.
///
/// # Errors
/// [`RecordingError::Speech`] when there is no synthesizer or it fails.
pub async fn speak(
    synthesizer: &dyn Synthesizer,
    speech: &Speech,
    locale: &str,
) -> Result<(Vec<u8>, (&'static str, Duration)), RecordingError> {
    let start = Instant::now();
    let sound = synth::collect(synthesizer.speak(&utterance(speech, locale)).await?).await?;
    let bytes = wav::encode(sound.rate, &sound.samples)?;
    Ok((bytes, ("synthesize", start.elapsed())))
}

/// A reply in both of the forms that synthesizers take.
pub fn utterance(speech: &Speech, locale: &str) -> Utterance {
    Utterance { plain: speech.to_words(locale), ssml: speech.to_ssml(locale), locale: locale.to_owned() }
}
