//! The ear: microphone → the ends of utterances → recogniser.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use async_trait::async_trait;

use crate::{
    audio::endpoint::{EndpointSettings, Endpointer, Event},
    speech::{Heard, Recognizer, SharedRecognizer, SpeechError},
};

/// The microphone failed; the reason is a sentence for a person.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct MicrophoneError(pub String);

/// Where sound comes from: mono, 16 kHz, samples from -1 to 1.
#[async_trait]
pub trait Microphone: Send {
    /// Waits until something was heard, and appends it to `out`. A dropped future loses nothing.
    ///
    /// # Errors
    /// [`MicrophoneError`] when no more will come.
    async fn hear(&mut self, out: &mut Vec<f32>) -> Result<(), MicrophoneError>;
}

/// Why the ear heard nothing more.
#[derive(Debug, thiserror::Error)]
pub enum EarError {
    /// The microphone failed.
    #[error(transparent)]
    Microphone(#[from] MicrophoneError),
    /// The recogniser failed.
    #[error(transparent)]
    Recognizer(#[from] SpeechError),
}

/// What listening came to.
#[derive(Debug)]
pub enum Outcome {
    /// Nobody spoke for as long as it was waited for.
    Quiet,
    /// Somebody spoke, or something sounded so.
    Utterance {
        /// What the recogniser made of it.
        heard: Heard,
        /// `endpoint`, the quiet after the last word, and `transcribe`.
        stages: Vec<(&'static str, Duration)>,
    },
}

/// A microphone with a recogniser behind it.
pub struct Ear {
    microphone: Box<dyn Microphone>,
    recognizer: SharedRecognizer,
    settings: EndpointSettings,
    endpointer: Endpointer,
    piece: Vec<f32>,
}

impl Ear {
    /// Joins the two. `settings.no_speech` is how long an awaited answer is waited for.
    pub fn new(
        microphone: Box<dyn Microphone>,
        recognizer: SharedRecognizer,
        settings: EndpointSettings,
    ) -> Self {
        let endpointer = Endpointer::new(settings);
        Self { microphone, recognizer, settings, endpointer, piece: Vec::new() }
    }

    /// Listens for one utterance. When it is `awaited`, silence is an outcome too; else it waits
    /// for ever.
    ///
    /// # Errors
    /// [`EarError`] when the microphone or the recogniser fails.
    pub async fn listen(&mut self, awaited: bool) -> Result<Outcome, EarError> {
        self.endpointer.reset();
        loop {
            self.piece.clear();
            self.microphone.hear(&mut self.piece).await?;
            let mut came = None;
            self.endpointer.push(&self.piece, |event| match event {
                // Pieces are short; should a second utterance end in one, the first is taken.
                Event::Started => {}
                event => drop(came.get_or_insert(event)),
            });
            match came {
                Some(Event::Ended(sound)) => return self.transcribe(sound).await,
                // Half a sentence may mean the opposite of the whole one.
                Some(Event::Bounded(_)) => {
                    return Ok(Outcome::Utterance { heard: Heard::Unclear, stages: Vec::new() });
                }
                Some(Event::TimedOut) if awaited => return Ok(Outcome::Quiet),
                _ => {}
            }
        }
    }

    /// Hears without listening, so that the loudspeaker's sound is not taken for a shopper's.
    /// It only ends when the microphone fails. Telling the two apart belongs here.
    pub async fn overhear(&mut self) -> EarError {
        loop {
            self.piece.clear();
            if let Err(error) = self.microphone.hear(&mut self.piece).await {
                return error.into();
            }
        }
    }

    /// Begins anew, as if nothing had been heard.
    pub fn forget(&mut self) {
        self.endpointer = Endpointer::new(self.settings);
    }

    async fn transcribe(&mut self, sound: Vec<f32>) -> Result<Outcome, EarError> {
        let start = Instant::now();
        let recognizer = Arc::clone(&self.recognizer);
        let finished = tokio::task::spawn_blocking(move || hear(&*recognizer, &sound)).await;
        let heard = finished.map_err(|error| SpeechError::Recognition(error.to_string()))??;
        let pause = Duration::from_millis(u64::from(self.settings.hang));
        Ok(Outcome::Utterance { heard, stages: vec![("endpoint", pause), ("transcribe", start.elapsed())] })
    }
}

fn hear(recognizer: &dyn Recognizer, sound: &[f32]) -> Result<Heard, SpeechError> {
    let mut hearing = recognizer.open()?;
    match hearing.push(sound) {
        Err(SpeechError::TooLong { .. }) => return Ok(Heard::Unclear),
        other => other?,
    }
    hearing.finish()
}

#[cfg(feature = "device")]
mod device {
    use super::*;
    use crate::audio::capture::Capture;

    /// A card gives sound every 20 ms or so.
    const AGAIN: Duration = Duration::from_millis(10);

    #[async_trait]
    impl Microphone for Capture {
        async fn hear(&mut self, out: &mut Vec<f32>) -> Result<(), MicrophoneError> {
            let before = out.len();
            loop {
                self.read(out).map_err(|error| MicrophoneError(error.to_string()))?;
                if out.len() > before {
                    return Ok(());
                }
                tokio::time::sleep(AGAIN).await;
            }
        }
    }
}
