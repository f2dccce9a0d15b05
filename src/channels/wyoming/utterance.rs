//! Sound of a client while it comes: any common kind of PCM becomes what recognisers hear.

use std::time::{Duration, Instant};

use super::events::Refusal;
use crate::audio::{
    HEARD_RATE,
    resample::{RATES, Resampler},
};

/// The longest utterance, in seconds: no model hears more.
pub const MAX_SECONDS: usize = 30;
/// How long an utterance may take to come.
const PATIENCE: Duration = Duration::from_secs(120);

/// How sound is written: signed whole numbers, the low byte first, channels side by side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Format {
    /// Frames a second.
    rate: u32,
    /// Bytes of a sample: 2, 3 or 4.
    width: usize,
    /// 1 to 8.
    channels: usize,
}

impl Format {
    /// A kind of sound that can be converted.
    ///
    /// # Errors
    /// [`Refusal`] that names the bounds.
    pub fn new(rate: u32, width: u32, channels: u32) -> Result<Self, Refusal> {
        let refuse = |text: String| Err(Refusal::new("bad_audio", text));
        if !RATES.contains(&rate) {
            return refuse(format!("`rate` is to be from {} to {}", RATES.start(), RATES.end()));
        }
        match (width, channels) {
            (2..=4, 1..=8) => Ok(Self { rate, width: width as usize, channels: channels as usize }),
            (2..=4, _) => refuse("`channels` is to be from 1 to 8".into()),
            _ => refuse("`width` is to be 2, 3 or 4 bytes".into()),
        }
    }
}

/// An utterance while it comes.
pub struct Utterance {
    format: Format,
    resampler: Resampler,
    frames: usize,
    samples: Vec<f32>,
    began: Instant,
}

impl Utterance {
    /// The beginning of one.
    ///
    /// # Errors
    /// [`Refusal`] when its rate cannot be converted.
    pub fn begin(format: Format) -> Result<Self, Refusal> {
        let resampler = Resampler::new(format.rate, HEARD_RATE).map_err(bad)?;
        Ok(Self { format, resampler, frames: 0, samples: Vec::new(), began: Instant::now() })
    }

    /// A piece of it.
    ///
    /// # Errors
    /// [`Refusal`] for another format, a part of a frame, or too much in length or time.
    pub fn push(&mut self, format: Format, bytes: &[u8]) -> Result<(), Refusal> {
        if format != self.format {
            let text = "the format of the sound changed; it is one from `audio-start` to `audio-stop`";
            return Err(Refusal::new("bad_audio", text));
        }
        let block = format.width * format.channels;
        if !bytes.len().is_multiple_of(block) {
            let text = format!("the payload is to be a multiple of {block} bytes, a frame");
            return Err(Refusal::new("bad_audio", text));
        }
        self.frames += bytes.len() / block;
        if self.frames > MAX_SECONDS * format.rate as usize {
            let text = format!("the sound is longer than {MAX_SECONDS} seconds");
            return Err(Refusal::new("audio_too_long", text));
        }
        if self.began.elapsed() > PATIENCE {
            let text = format!("the sound took more than {} seconds to come", PATIENCE.as_secs());
            return Err(Refusal::new("slow", text));
        }
        let mono: Vec<f32> = bytes.chunks_exact(block).map(|frame| mix(frame, format)).collect();
        self.resampler.push(&mono, &mut self.samples).map_err(bad)
    }

    /// All of it, mono at [`HEARD_RATE`].
    ///
    /// # Errors
    /// [`Refusal`] should the rate not be converted.
    pub fn finish(mut self) -> Result<Vec<f32>, Refusal> {
        self.resampler.finish(&mut self.samples).map_err(bad)?;
        Ok(self.samples)
    }
}

fn bad(error: impl std::fmt::Display) -> Refusal {
    Refusal::new("bad_audio", error.to_string())
}

/// The mean of the samples of a frame, from -1 to 1.
fn mix(frame: &[u8], format: Format) -> f32 {
    let sum: f64 = frame.chunks_exact(format.width).map(sample).sum();
    (sum / format.channels as f64) as f32
}

/// A sample of two to four bytes, from -1 to 1.
fn sample(bytes: &[u8]) -> f64 {
    let mut all = [0; 4];
    all[4 - bytes.len()..].copy_from_slice(bytes);
    f64::from(i32::from_le_bytes(all)) / 2_147_483_648.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_of_every_width_are_the_same_sound() {
        for (bytes, wanted) in [
            (&[0x00, 0x40][..], 0.5),
            (&[0x00, 0x00, 0x40], 0.5),
            (&[0x00, 0x00, 0x00, 0x40], 0.5),
            (&[0x00, 0x80], -1.0),
        ] {
            assert_eq!(sample(bytes), wanted, "{bytes:?}");
        }
    }

    #[test]
    fn the_channels_are_averaged_and_the_length_stays() {
        let format = Format::new(48_000, 2, 2).unwrap();
        let mut utterance = Utterance::begin(format).unwrap();
        let frame = [0x00, 0x40, 0x00, 0x20];
        utterance.push(format, &frame.repeat(48_000)).unwrap();
        let samples = utterance.finish().unwrap();
        assert_eq!(samples.len(), 16_000);
        assert!((samples[8_000] - 0.375).abs() < 0.01, "{}", samples[8_000]);
    }

    #[test]
    fn what_is_no_common_sound_is_refused() {
        for (rate, width, channels) in
            [(0, 2, 1), (16_000, 0, 1), (16_000, 1, 1), (16_000, 5, 1), (16_000, 2, 0), (16_000, 2, 9)]
        {
            assert_eq!(Format::new(rate, width, channels).unwrap_err().code, "bad_audio");
        }
        let format = Format::new(16_000, 2, 1).unwrap();
        let mut utterance = Utterance::begin(format).unwrap();
        assert_eq!(utterance.push(format, &[0; 3]).unwrap_err().code, "bad_audio");
        let other = Format::new(8_000, 2, 1).unwrap();
        assert_eq!(utterance.push(other, &[0; 2]).unwrap_err().code, "bad_audio");
    }
}
