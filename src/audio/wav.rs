//! Wave files: bytes of any common kind → mono sound at [`HEARD_RATE`], and sound → bytes.
//!
//! The header is walked (`wav/layout.rs`) before hound reads the samples, because the sizes in it are
//! often wrong: programs that write to a pipe cannot know them, and a cut recording promises more
//! than it holds. What is there counts, not what is promised.

mod layout;

use std::{
    fs::File,
    io::{Cursor, Read},
    path::Path,
    time::Duration,
};

use super::{HEARD_RATE, resample};
use layout::{Layout, header};

/// What a recording may be at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The longest recording, in seconds.
    pub seconds: u32,
    /// The largest file, in bytes.
    pub bytes: u64,
}

impl Default for Limits {
    /// A minute; large enough for a minute of stereo at 96 kHz in 32 bits.
    fn default() -> Self {
        Self { seconds: 60, bytes: 48 << 20 }
    }
}

/// Why a recording is not taken. Each is a sentence for the person who sent it.
#[derive(Debug, thiserror::Error)]
pub enum WavError {
    /// The file cannot be read.
    #[error("the recording {path} cannot be read")]
    Unreadable {
        /// The file's name.
        path: String,
        /// What the system says.
        source: std::io::Error,
    },
    /// No RIFF WAVE header.
    #[error("this is not a WAV file")]
    NotWav,
    /// No samples.
    #[error("the recording is empty: there is no sound in it")]
    Empty,
    /// Longer than [`Limits::seconds`].
    #[error("the recording is {seconds} seconds long; at most {limit} seconds are taken")]
    TooLong {
        /// Its length, rounded up.
        seconds: u64,
        /// The longest.
        limit: u32,
    },
    /// Larger than [`Limits::bytes`].
    #[error("the recording is larger than {limit} bytes")]
    TooLarge {
        /// The largest.
        limit: u64,
    },
    /// A header that makes no sense.
    #[error("the WAV header makes no sense: {0}")]
    Header(String),
    /// A kind of samples that is not read.
    #[error("this kind of WAV is not supported: {0}")]
    Unsupported(String),
    /// Samples that are not numbers.
    #[error("the recording is damaged: some of its samples are not numbers")]
    NotNumbers,
    /// Sound that cannot be written.
    #[error("the sound cannot be written: {0}")]
    Unwritable(String),
}

/// Reads a wave file of up to `limits`; the result is mono at [`HEARD_RATE`], -1 to 1.
///
/// # Errors
/// [`WavError`], each a sentence that names the problem.
pub fn read_file(path: &Path, limits: Limits) -> Result<Vec<f32>, WavError> {
    let unreadable = |source| WavError::Unreadable { path: path.display().to_string(), source };
    let mut file = File::open(path).map_err(unreadable)?;
    let length = file.metadata().map_err(unreadable)?.len();
    let mut bytes = Vec::new();
    file.by_ref().take(limits.bytes.saturating_add(1)).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() as u64 > limits.bytes {
        return Err(too_large(&bytes, length, limits));
    }
    decode(&bytes, limits)
}

/// Reads the bytes of a wave file of up to `limits`; the result is mono at [`HEARD_RATE`].
///
/// # Errors
/// [`WavError`], each a sentence that names the problem.
pub fn decode(bytes: &[u8], limits: Limits) -> Result<Vec<f32>, WavError> {
    let (layout, held) = measure(bytes, limits)?;
    let mono = mix(bytes, &layout, held)?;
    resample::resample(&mono, layout.rate, HEARD_RATE)
        .map_err(|error| WavError::Unsupported(error.to_string()))
}

/// How long the sound in the bytes of a wave file is, by its header and what is there; nothing
/// is decoded.
///
/// # Errors
/// [`WavError`], as [`decode`] would say of the header and of the limits.
pub fn duration(bytes: &[u8], limits: Limits) -> Result<Duration, WavError> {
    let (layout, held) = measure(bytes, limits)?;
    Ok(Duration::from_secs_f64((held / layout.block) as f64 / f64::from(layout.rate)))
}

/// Writes mono sound as the bytes of a 16-bit wave file at `rate` frames a second.
///
/// # Errors
/// [`WavError::Unwritable`] for more than four gigabytes.
pub fn encode(rate: u32, samples: &[f32]) -> Result<Vec<u8>, WavError> {
    let unwritable = |error: hound::Error| WavError::Unwritable(error.to_string());
    let spec = hound::WavSpec {
        channels: 1,
        sample_rate: rate,
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    };
    let mut bytes = Cursor::new(Vec::with_capacity(44 + samples.len() * 2));
    let mut writer = hound::WavWriter::new(&mut bytes, spec).map_err(unwritable)?;
    for sample in samples {
        writer.write_sample(sample16(*sample)).map_err(unwritable)?;
    }
    writer.finalize().map_err(unwritable)?;
    Ok(bytes.into_inner())
}

/// A sample of -1 to 1 in 16 bits. The cast saturates, and makes a NaN zero.
pub fn sample16(sample: f32) -> i16 {
    (sample * 32_767.0).round() as i16
}

/// Where the samples lie, and how many bytes of them are there: whole frames, at least one.
fn measure(bytes: &[u8], limits: Limits) -> Result<(Layout<'_>, usize), WavError> {
    if bytes.is_empty() {
        return Err(WavError::Empty);
    }
    if bytes.len() as u64 > limits.bytes {
        return Err(too_large(bytes, bytes.len() as u64, limits));
    }
    let layout = Layout::of(bytes)?;
    let held = ((bytes.len() - layout.start) as u64).min(layout.promised) as usize;
    let held = held - held % layout.block;
    check_length(held as u64, &layout, limits)?;
    if held == 0 {
        return Err(WavError::Empty);
    }
    Ok((layout, held))
}

/// The sentence for too large a file: its length in seconds where its header can be read.
fn too_large(head: &[u8], length: u64, limits: Limits) -> WavError {
    let too_large = WavError::TooLarge { limit: limits.bytes };
    match Layout::of(head) {
        Ok(layout) => {
            let held = length.saturating_sub(layout.start as u64).min(layout.promised);
            check_length(held, &layout, limits).err().unwrap_or(too_large)
        }
        Err(WavError::NotWav) => WavError::NotWav,
        Err(_) => too_large,
    }
}

fn check_length(held: u64, layout: &Layout<'_>, limits: Limits) -> Result<(), WavError> {
    let frames = held / layout.block as u64;
    if frames > u64::from(limits.seconds) * u64::from(layout.rate) {
        return Err(WavError::TooLong {
            seconds: frames.div_ceil(u64::from(layout.rate)),
            limit: limits.seconds,
        });
    }
    Ok(())
}

/// The samples as the mean of the channels.
fn mix(bytes: &[u8], layout: &Layout<'_>, held: usize) -> Result<Vec<f32>, WavError> {
    // hound believes what a header says, so it gets one with only the format and the true size.
    let mut head = b"RIFF\0\0\0\0WAVEfmt ".to_vec();
    head.extend_from_slice(&(layout.format.len() as u32).to_le_bytes());
    head.extend_from_slice(layout.format);
    head.extend_from_slice(b"data");
    head.extend_from_slice(&(held as u32).to_le_bytes());
    let data = &bytes[layout.start..layout.start + held];
    let reader = hound::WavReader::new(Cursor::new(head).chain(data)).map_err(refused)?;
    let spec = reader.spec();
    let frames = held / layout.block;
    match spec.sample_format {
        hound::SampleFormat::Float => {
            let samples = reader.into_samples::<f32>();
            average(samples.map(|sample| sample.map_err(refused)), layout.channels, frames)
        }
        hound::SampleFormat::Int => {
            let full = 2_f32.powi(i32::from(spec.bits_per_sample) - 1);
            let samples = reader.into_samples::<i32>();
            average(samples.map(|sample| Ok(sample.map_err(refused)? as f32 / full)), layout.channels, frames)
        }
    }
}

fn average(
    mut samples: impl Iterator<Item = Result<f32, WavError>>,
    channels: u16,
    frames: usize,
) -> Result<Vec<f32>, WavError> {
    let mut mono = Vec::with_capacity(frames);
    for _ in 0..frames {
        let mut sum = 0.0;
        for _ in 0..channels {
            let sample = samples.next().unwrap_or(Ok(0.0))?;
            if !sample.is_finite() {
                return Err(WavError::NotNumbers);
            }
            sum += sample.clamp(-1.0, 1.0);
        }
        mono.push(sum / f32::from(channels));
    }
    Ok(mono)
}

fn refused(error: hound::Error) -> WavError {
    match error {
        hound::Error::FormatError(problem) => header(problem),
        hound::Error::IoError(_) => header("it is cut"),
        other => WavError::Unsupported(other.to_string()),
    }
}
