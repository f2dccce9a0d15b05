//! A voice without an engine: one tone for each word. Tests and machines without a voice use it.

use async_trait::async_trait;
use tokio::sync::mpsc;

use super::{Sound, SoundStream, SpeechError, Synthesizer, Utterance};

/// A 100 ms tone and a 50 ms pause for each word; the pitch follows the word's letters, so that
/// two sentences sound different and the same sentence always sounds the same.
#[derive(Debug, Clone, Copy, Default)]
pub struct Tones;

const RATE: u32 = 16_000;
const TONE: usize = 1_600;
const PAUSE: usize = 800;

/// More words than any answer has; the rest is not spoken.
const MOST_WORDS: usize = 400;

fn tone(word: &str) -> Sound {
    let letters: u32 = word.bytes().map(u32::from).sum();
    let pitch = 200.0 + (letters % 400) as f32;
    let samples = (0..TONE + PAUSE).map(|at| {
        let phase = std::f32::consts::TAU * pitch * at as f32 / RATE as f32;
        // A sine's half wave as the envelope: no click at either end.
        let envelope = (std::f32::consts::PI * at as f32 / TONE as f32).sin();
        if at < TONE { 0.3 * envelope * phase.sin() } else { 0.0 }
    });
    Sound { rate: RATE, samples: samples.collect() }
}

#[async_trait]
impl Synthesizer for Tones {
    fn name(&self) -> String {
        "tones".into()
    }

    async fn speak(&self, utterance: &Utterance) -> Result<SoundStream, SpeechError> {
        let words: Vec<String> =
            utterance.plain.split_whitespace().take(MOST_WORDS).map(str::to_owned).collect();
        let (send, stream) = mpsc::channel(4);
        tokio::spawn(async move {
            for word in words {
                if send.send(Ok(tone(&word))).await.is_err() {
                    return;
                }
            }
        });
        Ok(stream)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::speech::synth::{collect, utterance};

    #[tokio::test]
    async fn the_same_words_sound_the_same_and_others_do_not() {
        let mut sounds = Vec::new();
        for words in ["yes please", "yes please", "no thanks"] {
            let stream = Tones.speak(&utterance(words, "en")).await.expect("starts");
            sounds.push(collect(stream).await.expect("speaks"));
        }
        assert_eq!(sounds[0], sounds[1]);
        assert_ne!(sounds[0], sounds[2]);
        assert_eq!(sounds[0].samples.len(), 2 * (TONE + PAUSE));
    }
}
