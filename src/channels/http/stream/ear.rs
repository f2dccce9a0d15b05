//! The sound of an utterance while it comes: any rate, or Opus, becomes what recognisers hear, and its end is found.

use std::time::Duration;

use super::messages::{Codec, Problem};
use crate::audio::{
    HEARD_RATE,
    endpoint::{EndpointSettings, Endpointer, Event},
    opus::Packets,
    resample::Resampler,
};

/// What came of listening.
#[derive(Debug)]
pub enum Said {
    /// An utterance, mono at [`HEARD_RATE`].
    Sound(Vec<f32>),
    /// Nobody spoke.
    Silence,
    /// It became too long: half a sentence may mean the opposite of the whole one.
    TooLong,
}

/// What was found in a message of sound.
#[derive(Debug, Default)]
pub struct Found {
    /// Somebody began to speak.
    pub started: bool,
    /// They ended.
    pub ended: Option<Said>,
}

/// One utterance.
pub struct Ear {
    decoder: Decoder,
    endpointer: Endpointer,
    piece: Vec<f32>,
}

enum Decoder {
    Pcm(Box<Resampler>),
    Opus(Box<Packets>),
}

impl Ear {
    /// Waits for one.
    ///
    /// # Errors
    /// [`Problem`] for sound that cannot be converted.
    pub fn new(codec: Codec) -> Result<Self, Problem> {
        let decoder = match codec {
            Codec::Pcm(rate) => Decoder::Pcm(Box::new(Resampler::new(rate, HEARD_RATE).map_err(bad)?)),
            Codec::Opus => Decoder::Opus(Box::new(Packets::new().map_err(bad)?)),
        };
        let endpointer = Endpointer::new(EndpointSettings::default());
        Ok(Self { decoder, endpointer, piece: Vec::new() })
    }

    /// The longest that an utterance can be waited for and take, in the time of its sound.
    pub fn longest() -> Duration {
        let settings = EndpointSettings::default();
        Duration::from_millis(u64::from(settings.no_speech.unwrap_or_default() + settings.longest))
    }

    /// Takes a message of sound. Computes for some milliseconds a second of sound.
    ///
    /// # Errors
    /// [`Problem`] when it is none.
    pub fn push(&mut self, bytes: &[u8]) -> Result<Found, Problem> {
        self.piece.clear();
        match &mut self.decoder {
            Decoder::Pcm(resampler) => {
                if !bytes.len().is_multiple_of(2) {
                    return Err(bad("a message of PCM holds whole samples of two bytes"));
                }
                let samples: Vec<f32> = bytes.as_chunks().0.iter().map(|two| sample(*two)).collect();
                resampler.push(&samples, &mut self.piece).map_err(bad)?;
            }
            Decoder::Opus(packets) => packets.push(bytes, &mut self.piece).map_err(bad)?,
        }
        let mut found = Found::default();
        self.endpointer.push(&self.piece, |event| match event {
            // What comes after the end belongs to no utterance.
            _ if found.ended.is_some() => {}
            Event::Started => found.started = true,
            Event::Ended(sound) => found.ended = Some(Said::Sound(sound)),
            Event::Bounded(_) => found.ended = Some(Said::TooLong),
            Event::TimedOut => found.ended = Some(Said::Silence),
        });
        Ok(found)
    }

    /// The client says that it has ended.
    pub fn end(mut self) -> Said {
        self.piece.clear();
        if let Decoder::Pcm(resampler) = self.decoder {
            // What it still holds is the last 20 ms or so. The rates were checked, so it does not refuse.
            let _ = resampler.finish(&mut self.piece);
        }
        let mut ended = None;
        self.endpointer.push(&self.piece, |event| {
            if let Event::Ended(sound) = event {
                ended = Some(sound);
            }
        });
        ended.or_else(|| self.endpointer.end()).map_or(Said::Silence, Said::Sound)
    }

    /// The utterance as far as it came, when one has begun.
    pub fn so_far(&self) -> Option<Vec<f32>> {
        self.endpointer.so_far()
    }
}

fn sample(bytes: [u8; 2]) -> f32 {
    f32::from(i16::from_le_bytes(bytes)) / 32_768.0
}

fn bad(error: impl std::fmt::Display) -> Problem {
    Problem::fatal("bad_audio", error.to_string(), 422)
}
