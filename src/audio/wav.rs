//! Wave files: bytes of any common kind → mono sound at [`HEARD_RATE`], and sound → bytes.
//!
//! The header is walked here before hound reads the samples, because the sizes in it are often
//! wrong: programs that write to a pipe cannot know them, and a cut recording promises more
//! than it holds. What is there counts, not what is promised.

use std::{
    fs::File,
    io::{Cursor, Read},
    path::Path,
    time::Duration,
};

use super::{HEARD_RATE, resample};

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

/// The most channels of a recording.
const CHANNELS: u16 = 8;

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

/// Where the parts of a wave file lie.
struct Layout<'a> {
    /// The format chunk, without its head.
    format: &'a [u8],
    channels: u16,
    rate: u32,
    /// Bytes of one frame.
    block: usize,
    /// The first byte of the samples.
    start: usize,
    /// The bytes of samples that the header promises.
    promised: u64,
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
    let layout = layout(bytes)?;
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
    match layout(head) {
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

/// Walks the chunks up to the samples.
fn layout(bytes: &[u8]) -> Result<Layout<'_>, WavError> {
    if bytes.len() < 12 || &bytes[..4] != b"RIFF" || &bytes[8..12] != b"WAVE" {
        return Err(WavError::NotWav);
    }
    let riff = u32_at(bytes, 4).unwrap_or(0);
    let mut format: Option<&[u8]> = None;
    let mut at = 12_usize;
    loop {
        let (Some(kind), Some(size)) = (bytes.get(at..at + 4), u32_at(bytes, at + 4)) else {
            return Err(if format.is_some() { WavError::Empty } else { header("it has no format chunk") });
        };
        let body = at + 8;
        let end = body.saturating_add(size as usize).min(bytes.len());
        match kind {
            b"fmt " => format = Some(&bytes[body..end]),
            b"data" => {
                let format = format.ok_or_else(|| header("the samples come before their format"))?;
                let (channels, rate, block) = parse_format(format)?;
                // A program that writes to a pipe may leave zero in both sizes.
                let streamed = size == 0 && riff == 0;
                let promised = if streamed { u64::MAX } else { u64::from(size) };
                return Ok(Layout { format, channels, rate, block, start: body, promised });
            }
            _ => {}
        }
        // A chunk of odd size is followed by a padding byte, which some programs forget.
        let unpadded = matches!(bytes.get(end..end.saturating_add(4)), Some(b"fmt " | b"data"));
        at = end + usize::from(size % 2 == 1 && !unpadded);
    }
}

/// Channels, frames a second and bytes of a frame.
fn parse_format(format: &[u8]) -> Result<(u16, u32, usize), WavError> {
    let cut = || header("its format chunk is cut");
    let channels = u16_at(format, 2).ok_or_else(cut)?;
    let rate = u32_at(format, 4).ok_or_else(cut)?;
    let block = u16_at(format, 12).ok_or_else(cut)?;
    if channels == 0 {
        return Err(header("it says that there are no channels"));
    }
    if block == 0 {
        return Err(header("it says that a sample takes no bytes"));
    }
    if channels > CHANNELS {
        return Err(WavError::Unsupported(format!("{channels} channels; at most {CHANNELS} are taken")));
    }
    if rate == 0 {
        return Err(header("it says 0 samples a second"));
    }
    if !resample::RATES.contains(&rate) {
        return Err(WavError::Unsupported(resample::ResampleError::Rate(rate).to_string()));
    }
    Ok((channels, rate, usize::from(block)))
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

fn header(problem: &str) -> WavError {
    WavError::Header(problem.to_owned())
}

fn refused(error: hound::Error) -> WavError {
    match error {
        hound::Error::FormatError(problem) => header(problem),
        hound::Error::IoError(_) => header("it is cut"),
        other => WavError::Unsupported(other.to_string()),
    }
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..at.checked_add(2)?)?.try_into().ok().map(u16::from_le_bytes)
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..at.checked_add(4)?)?.try_into().ok().map(u32::from_le_bytes)
}
