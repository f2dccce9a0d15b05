//! Any rate to any other, for whole recordings and for a stream that comes in pieces.
//!
//! Both use rubato's FFT resampler: the ratio between two rates is fixed here, and clocks
//! that drift apart by some parts in a million do not matter for an utterance of seconds.

use rubato::{
    Fft, FixedSync, Indexing, Resampler as _, ResamplerConstructionError,
    audioadapter_buffers::direct::InterleavedSlice,
};

/// The lowest and the highest rate that are converted, in frames a second.
pub const RATES: std::ops::RangeInclusive<u32> = 8_000..=96_000;

/// How much a stream is converted at once, in milliseconds: it is heard that much later.
const CHUNK_MS: u32 = 16;

/// A rate that cannot be converted.
#[derive(Debug, thiserror::Error)]
pub enum ResampleError {
    /// Outside [`RATES`].
    #[error("a rate of {0} Hz is not supported; it must be from 8,000 to 96,000")]
    Rate(u32),
    /// The library refused; the rates are checked, so this is a fault of ours.
    #[error("the rate could not be converted: {0}")]
    Library(String),
}

impl From<ResamplerConstructionError> for ResampleError {
    fn from(error: ResamplerConstructionError) -> Self {
        Self::Library(error.to_string())
    }
}

impl From<rubato::ResampleError> for ResampleError {
    fn from(error: rubato::ResampleError) -> Self {
        Self::Library(error.to_string())
    }
}

fn check(rate: u32) -> Result<usize, ResampleError> {
    if RATES.contains(&rate) { Ok(rate as usize) } else { Err(ResampleError::Rate(rate)) }
}

/// Converts a whole mono recording from rate `from` to rate `to` (frames a second). The
/// result begins where the recording begins: the filter's delay is cut off. Where the filter
/// rings above full scale, as it does in a loud recording, the result is clipped.
///
/// # Errors
/// [`ResampleError::Rate`] for a rate outside [`RATES`].
pub fn resample(samples: &[f32], from: u32, to: u32) -> Result<Vec<f32>, ResampleError> {
    let (input, output) = (check(from)?, check(to)?);
    if from == to || samples.is_empty() {
        return Ok(samples.to_vec());
    }
    let mut fft = Fft::<f32>::new(input, output, 1024, 1, FixedSync::Both)?;
    let adapter = InterleavedSlice::new(samples, 1, samples.len())
        .map_err(|error| ResampleError::Library(error.to_string()))?;
    let mut made = fft.process_all(&adapter, samples.len(), None)?.take_data();
    made.iter_mut().for_each(|sample| *sample = sample.clamp(-1.0, 1.0));
    Ok(made)
}

/// Converts a mono stream that is pushed in pieces of any size.
pub struct Resampler {
    /// Nothing to do when the rates are equal.
    fft: Option<Fft<f32>>,
    pending: Vec<f32>,
    chunk: Vec<f32>,
    /// Output frames that are the filter's delay and not sound.
    delay: usize,
    from: usize,
    to: usize,
    taken: usize,
    given: usize,
}

impl Resampler {
    /// A stream from rate `from` to rate `to`, in frames a second.
    ///
    /// # Errors
    /// [`ResampleError::Rate`] for a rate outside [`RATES`].
    pub fn new(from: u32, to: u32) -> Result<Self, ResampleError> {
        let (input, output) = (check(from)?, check(to)?);
        let fft = match from == to {
            true => None,
            false => {
                Some(Fft::<f32>::new(input, output, (from * CHUNK_MS / 1000) as usize, 1, FixedSync::Both)?)
            }
        };
        let chunk = vec![0.0; fft.as_ref().map_or(0, |fft| fft.output_frames_max())];
        let delay = fft.as_ref().map_or(0, |fft| fft.output_delay());
        Ok(Self { fft, pending: Vec::new(), chunk, delay, from: input, to: output, taken: 0, given: 0 })
    }

    /// Adds sound and appends what is ready to `out`.
    ///
    /// # Errors
    /// [`ResampleError::Library`] should the library refuse.
    pub fn push(&mut self, samples: &[f32], out: &mut Vec<f32>) -> Result<(), ResampleError> {
        self.taken += samples.len();
        let Some(need) = self.fft.as_ref().map(|fft| fft.input_frames_next()) else {
            self.given += samples.len();
            out.extend_from_slice(samples);
            return Ok(());
        };
        self.pending.extend_from_slice(samples);
        let mut used = 0;
        while self.pending.len() - used >= need {
            let made = self.convert(used, None)?;
            used += need;
            self.give(made, out);
        }
        self.pending.drain(..used);
        Ok(())
    }

    /// The end of the stream: appends what the filter still holds, so that the whole output is
    /// as long as the input was.
    ///
    /// # Errors
    /// [`ResampleError::Library`] should the library refuse.
    pub fn finish(mut self, out: &mut Vec<f32>) -> Result<(), ResampleError> {
        if self.fft.is_none() {
            return Ok(());
        }
        let whole = self.taken * self.to / self.from;
        let mut rest = self.pending.len();
        while self.given < whole {
            let made = self.convert(0, Some(rest))?;
            self.pending.clear();
            rest = 0;
            let missing = whole - self.given + self.delay;
            self.give(made.min(missing), out);
        }
        Ok(())
    }

    /// Converts one chunk that starts at `offset` of what is pending; `partial` is the number of
    /// frames that are there when the stream has ended. Gives the number of frames made.
    fn convert(&mut self, offset: usize, partial: Option<usize>) -> Result<usize, ResampleError> {
        let Some(fft) = self.fft.as_mut() else { return Ok(0) };
        let library =
            |error: rubato::audioadapter_buffers::SizeError| ResampleError::Library(error.to_string());
        let input = InterleavedSlice::new(&self.pending[..], 1, self.pending.len()).map_err(library)?;
        let frames = self.chunk.len();
        let mut output = InterleavedSlice::new_mut(&mut self.chunk[..], 1, frames).map_err(library)?;
        let indexing = Indexing { input_offset: offset, partial_len: partial, ..Indexing::default() };
        Ok(fft.process_into_buffer(&input, &mut output, Some(&indexing))?.1)
    }

    fn give(&mut self, made: usize, out: &mut Vec<f32>) {
        let skipped = self.delay.min(made);
        self.delay -= skipped;
        self.given += made - skipped;
        out.extend(self.chunk[skipped..made].iter().map(|sample| sample.clamp(-1.0, 1.0)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tone(rate: u32, hertz: f32, seconds: f32) -> Vec<f32> {
        let step = std::f32::consts::TAU * hertz / rate as f32;
        (0..(rate as f32 * seconds) as usize).map(|n| 0.5 * (step * n as f32).sin()).collect()
    }

    /// What a shift by one frame at 16 kHz changes at most in a tone: the delay of the filter need
    /// not be a whole number of frames.
    fn one_frame(hertz: f32) -> f32 {
        0.5 * std::f32::consts::TAU * hertz / 16_000.0
    }

    /// The greatest difference between two sounds away from their edges.
    fn difference(a: &[f32], b: &[f32]) -> f32 {
        let edge = 800;
        a.iter().zip(b).skip(edge).take(a.len() - 2 * edge).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max)
    }

    #[test]
    fn a_tone_stays_the_same_tone_from_every_common_rate() {
        let wanted = tone(16_000, 440.0, 1.0);
        for rate in [8_000, 11_025, 16_000, 22_050, 32_000, 44_100, 48_000, 96_000] {
            let made = resample(&tone(rate, 440.0, 1.0), rate, 16_000).unwrap();
            assert!(made.len().abs_diff(wanted.len()) <= 1, "{rate}: {} samples", made.len());
            assert!(difference(&wanted, &made) < one_frame(440.0), "{rate}: {}", difference(&wanted, &made));
        }
    }

    #[test]
    fn a_stream_gives_what_the_whole_recording_gives_whatever_the_pieces() {
        for (rate, piece) in
            [(48_000, 1), (48_000, 480), (44_100, 441), (44_100, 1000), (8_000, 77), (16_000, 5)]
        {
            let sound = tone(rate, 300.0, 0.5);
            let whole = resample(&sound, rate, 16_000).unwrap();
            let mut stream = Resampler::new(rate, 16_000).unwrap();
            let mut made = Vec::new();
            for piece in sound.chunks(piece) {
                stream.push(piece, &mut made).unwrap();
            }
            stream.finish(&mut made).unwrap();
            assert!(made.len().abs_diff(whole.len()) <= 1, "{rate}: {} and {}", made.len(), whole.len());
            assert!(
                difference(&whole, &made) < one_frame(300.0),
                "{rate} in {piece}: {}",
                difference(&whole, &made)
            );
        }
    }

    #[test]
    fn a_recording_at_full_scale_stays_within_it() {
        let square: Vec<f32> = (0..44_100).map(|n| if n / 50 % 2 == 0 { 1.0 } else { -1.0 }).collect();
        let whole = resample(&square, 44_100, 16_000).unwrap();
        let (mut stream, mut made) = (Resampler::new(44_100, 16_000).unwrap(), Vec::new());
        stream.push(&square, &mut made).unwrap();
        assert!(whole.iter().chain(&made).all(|sample| sample.abs() <= 1.0));
    }

    #[test]
    fn an_absurd_rate_is_refused() {
        for rate in [0, 1, 7_999, 96_001, u32::MAX] {
            assert!(matches!(resample(&[0.0], rate, 16_000), Err(ResampleError::Rate(r)) if r == rate));
            assert!(matches!(Resampler::new(rate, 16_000), Err(ResampleError::Rate(r)) if r == rate));
        }
    }

    #[test]
    fn an_empty_stream_gives_nothing() {
        let mut out = Vec::new();
        Resampler::new(44_100, 16_000).unwrap().finish(&mut out).unwrap();
        assert!(out.is_empty());
        assert!(resample(&[], 44_100, 16_000).unwrap().is_empty());
    }
}
