//! The mouth: words → synthesizer → loudspeaker, chunk by chunk.

use std::time::{Duration, Instant};

use crate::{
    audio::{
        playback::{Sink, SinkError},
        resample::Resampler,
    },
    speech::{SharedSynthesizer, Sound, SpeechError, Utterance},
};

/// How often a full sink is looked at again. Its ring holds two seconds.
const AGAIN: Duration = Duration::from_millis(10);

/// Why something was not said to its end.
#[derive(Debug, thiserror::Error)]
pub enum MouthError {
    /// The voice failed: the answer can still be read.
    #[error(transparent)]
    Voice(#[from] SpeechError),
    /// The loudspeaker failed.
    #[error(transparent)]
    Sink(#[from] SinkError),
}

/// What it took to say something.
#[derive(Debug, Clone, Copy, Default)]
pub struct Spoken {
    /// From the words to the first sound that was given to the loudspeaker.
    pub first_sound: Duration,
    /// From the words to the last sound that was given to the loudspeaker.
    pub whole: Duration,
}

/// A voice and what it is heard through.
pub struct Mouth {
    voice: SharedSynthesizer,
    sink: Box<dyn Sink>,
}

impl Mouth {
    /// Joins the two.
    pub fn new(voice: SharedSynthesizer, sink: Box<dyn Sink>) -> Self {
        Self { voice, sink }
    }

    /// Says it, and returns when the last of it was given to the loudspeaker; [`Mouth::wait`]
    /// waits until it was heard. Dropping the future stops the voice; [`Mouth::stop`] then stops
    /// the sound.
    ///
    /// # Errors
    /// [`MouthError`]; what was said before has been heard.
    pub async fn say(&mut self, utterance: &Utterance) -> Result<Spoken, MouthError> {
        let start = Instant::now();
        let mut stream = self.voice.speak(utterance).await?;
        let (mut first_sound, mut player) = (None, None);
        let mut failed = Ok(());
        while let Some(chunk) = stream.recv().await {
            let chunk = match chunk {
                Ok(chunk) => chunk,
                Err(error) => {
                    failed = Err(error);
                    break;
                }
            };
            self.play(&chunk, &mut player).await?;
            first_sound.get_or_insert_with(|| start.elapsed());
        }
        self.finish(player).await?;
        failed?;
        Ok(Spoken { first_sound: first_sound.unwrap_or_default(), whole: start.elapsed() })
    }

    /// Plays a sound after what waits to be heard, and does not wait for it.
    ///
    /// # Errors
    /// [`MouthError::Sink`].
    pub async fn chime(&mut self, sound: &Sound) -> Result<(), MouthError> {
        let mut player = None;
        self.play(sound, &mut player).await?;
        self.finish(player).await
    }

    /// Returns when everything was heard.
    ///
    /// # Errors
    /// [`MouthError::Sink`].
    pub async fn wait(&mut self) -> Result<(), MouthError> {
        loop {
            // Also asks whether the loudspeaker still works.
            self.sink.write(&[])?;
            match self.sink.left() {
                Duration::ZERO => return Ok(()),
                left => tokio::time::sleep(left.min(Duration::from_millis(100))).await,
            }
        }
    }

    /// Falls silent at once.
    pub fn stop(&mut self) {
        self.sink.stop();
    }

    /// One chunk, at the sink's rate; the converter is made with the first.
    async fn play(&mut self, chunk: &Sound, player: &mut Option<Resampler>) -> Result<(), MouthError> {
        let converter = match player {
            Some(converter) => converter,
            None => player.insert(Resampler::new(chunk.rate, self.sink.rate()).map_err(cannot)?),
        };
        let mut ready = Vec::new();
        converter.push(&chunk.samples, &mut ready).map_err(cannot)?;
        self.write(&ready).await
    }

    /// The converter's rest.
    async fn finish(&mut self, player: Option<Resampler>) -> Result<(), MouthError> {
        if let Some(converter) = player {
            let mut rest = Vec::new();
            converter.finish(&mut rest).map_err(cannot)?;
            self.write(&rest).await?;
        }
        Ok(())
    }

    async fn write(&mut self, mut samples: &[f32]) -> Result<(), MouthError> {
        while !samples.is_empty() {
            let taken = self.sink.write(samples)?;
            samples = &samples[taken.min(samples.len())..];
            if !samples.is_empty() {
                tokio::time::sleep(AGAIN).await;
            }
        }
        Ok(())
    }
}

fn cannot(error: crate::audio::resample::ResampleError) -> MouthError {
    SpeechError::Synthesis(error.to_string()).into()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::{
        audio::playback::Memory,
        speech::synth::{self, Espeak, SynthSettings, Tones},
    };

    fn utterance(plain: &str) -> Utterance {
        Utterance { plain: plain.into(), ssml: String::new(), locale: "en".into() }
    }

    #[tokio::test]
    async fn what_is_heard_is_as_long_as_what_was_made_at_another_rate() {
        let espeak = Espeak::new(&SynthSettings::default()).expect("sound settings");
        let words = utterance("Two packs of paper towels.");
        let made = synth::collect(crate::speech::Synthesizer::speak(&espeak, &words).await.expect("starts"));
        let made = made.await.expect("speaks").duration().as_secs_f64();
        let memory = Memory::default();
        let mut mouth = Mouth::new(Arc::new(espeak), Box::new(memory.clone()));
        let spoken = mouth.say(&words).await.expect("says it");
        let heard = memory.heard().len() as f64 / 16_000.0;
        assert!((made - heard).abs() < 0.01, "{made} s were made and {heard} s heard");
        assert!(spoken.first_sound <= spoken.whole);
    }

    #[tokio::test]
    async fn a_stop_reaches_the_loudspeaker() {
        let memory = Memory::default();
        let mut mouth = Mouth::new(Arc::new(Tones), Box::new(memory.clone()));
        mouth.stop();
        assert_eq!(memory.stops(), 1);
    }

    #[tokio::test]
    async fn an_answer_without_a_voice_is_an_error_and_no_sound() {
        let settings = SynthSettings { espeak: "/nowhere/espeak-ng".into(), ..SynthSettings::default() };
        let voice = Espeak::new(&settings).expect("found out when it speaks");
        let memory = Memory::default();
        let mut mouth = Mouth::new(Arc::new(voice), Box::new(memory.clone()));
        assert!(matches!(mouth.say(&utterance("hello")).await, Err(MouthError::Voice(_))));
        assert!(memory.heard().is_empty());
    }
}
