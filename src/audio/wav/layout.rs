//! The head of a wave file: where its parts lie.

use super::{WavError, resample};

/// The most channels of a recording.
const CHANNELS: u16 = 8;

/// The most chunks before the samples. Programs write a handful; half a million empty ones fit into a recording.
const CHUNKS: usize = 256;

/// Where the parts of a wave file lie.
pub struct Layout<'a> {
    /// The format chunk, without its head.
    pub format: &'a [u8],
    /// 1 to [`CHANNELS`].
    pub channels: u16,
    /// Frames a second.
    pub rate: u32,
    /// Bytes of one frame.
    pub block: usize,
    /// The first byte of the samples.
    pub start: usize,
    /// The bytes of samples that the header promises.
    pub promised: u64,
}

impl Layout<'_> {
    /// Walks the chunks up to the samples.
    ///
    /// # Errors
    /// [`WavError`] for what has no samples of a kind that is read.
    pub fn of(bytes: &[u8]) -> Result<Layout<'_>, WavError> {
        if bytes.len() < 12 || &bytes[..4] != b"RIFF" || &bytes[8..12] != b"WAVE" {
            return Err(WavError::NotWav);
        }
        let riff = u32_at(bytes, 4).unwrap_or(0);
        let mut format: Option<&[u8]> = None;
        let mut at = 12_usize;
        for _ in 0..CHUNKS {
            let (Some(kind), Some(size)) = (bytes.get(at..at + 4), u32_at(bytes, at + 4)) else {
                return Err(if format.is_some() {
                    WavError::Empty
                } else {
                    header("it has no format chunk")
                });
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
        Err(header("there are more chunks before the samples than any program writes"))
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

/// A header that makes no sense, and why.
pub fn header(problem: &str) -> WavError {
    WavError::Header(problem.to_owned())
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..at.checked_add(2)?)?.try_into().ok().map(u16::from_le_bytes)
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..at.checked_add(4)?)?.try_into().ok().map(u32::from_le_bytes)
}
