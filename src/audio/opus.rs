//! Opus (RFC 6716): single packets of a stream, and whole recordings in an Ogg file (RFC 7845). Both become mono
//! sound at [`HEARD_RATE`]; the decoder makes that rate itself.

use std::{
    io::Cursor,
    panic::{AssertUnwindSafe, catch_unwind},
    time::Duration,
};

use ogg::reading::PacketReader;
use opus_decoder::OpusDecoder;

use super::{HEARD_RATE, wav::Limits};

/// The longest packet, in samples at [`HEARD_RATE`]: 120 ms.
const LONGEST: usize = HEARD_RATE as usize * 12 / 100;
/// Samples that Ogg counts for one of ours: it counts at 48 kHz.
const COUNTED: usize = 48_000 / HEARD_RATE as usize;

/// Why Opus is not taken. Each is a sentence for the person who sent it.
#[derive(Debug, thiserror::Error)]
pub enum OpusError {
    /// No Ogg file with Opus in it.
    #[error("this is not an Ogg file with Opus in it: {0}")]
    NotOpus(String),
    /// A packet that cannot be decoded.
    #[error("an Opus packet is damaged: {0}")]
    Packet(String),
    /// Neither mono nor stereo.
    #[error("only mono and stereo are taken")]
    Channels,
    /// No sound.
    #[error("the recording is empty: there is no sound in it")]
    Empty,
    /// Longer than [`Limits::seconds`].
    #[error("the recording is longer than {limit} seconds")]
    TooLong {
        /// The longest.
        limit: u32,
    },
    /// Larger than [`Limits::bytes`].
    #[error("the recording is larger than {limit} bytes")]
    TooLarge {
        /// The largest.
        limit: u64,
    },
}

/// The packets of one stream, in their order.
///
/// Invariant: what the decoder falls over on is a damaged packet, and nothing else ends. The library has no unsafe
/// code, but panics on some packets that no encoder makes; a decoder that did is not used again.
pub struct Packets {
    decoder: Option<OpusDecoder>,
}

impl Packets {
    /// A new stream.
    ///
    /// # Errors
    /// [`OpusError::Packet`] should the library refuse.
    pub fn new() -> Result<Self, OpusError> {
        // One channel: stereo is mixed by the decoder.
        OpusDecoder::new(HEARD_RATE, 1).map(|decoder| Self { decoder: Some(decoder) }).map_err(damaged)
    }

    /// Decodes one packet and appends its sound to `out`.
    ///
    /// # Errors
    /// [`OpusError::Packet`] for what is none.
    pub fn push(&mut self, packet: &[u8], out: &mut Vec<f32>) -> Result<(), OpusError> {
        if packet.is_empty() {
            // To the library this would be a lost packet, whose sound it would make up.
            return Err(OpusError::Packet("it has no bytes".into()));
        }
        let mut decoder = self.decoder.take().ok_or_else(|| damaged("an earlier one was"))?;
        let mut sound = [0; LONGEST];
        let decode = AssertUnwindSafe(|| decoder.decode(packet, &mut sound, false));
        let made = catch_unwind(decode).map_err(|_| damaged("the decoder cannot make sense of it"))?;
        self.decoder = Some(decoder);
        let made = made.map_err(damaged)?;
        out.extend(sound[..made.min(LONGEST)].iter().map(|sample| f32::from(*sample) / 32_768.0));
        Ok(())
    }
}

fn damaged(error: impl std::fmt::Display) -> OpusError {
    OpusError::Packet(error.to_string())
}

/// Reads the bytes of an Ogg file of up to `limits`; the result is mono at [`HEARD_RATE`], -1 to 1. What follows
/// the first stream of the file is passed over.
///
/// # Errors
/// [`OpusError`], each a sentence that names the problem.
pub fn decode(bytes: &[u8], limits: Limits) -> Result<Vec<f32>, OpusError> {
    if bytes.len() as u64 > limits.bytes {
        return Err(OpusError::TooLarge { limit: limits.bytes });
    }
    let mut reader = PacketReader::new(Cursor::new(bytes));
    let not = |problem: String| OpusError::NotOpus(problem);
    let head = reader.read_packet().map_err(|error| not(error.to_string()))?;
    let head = head.ok_or_else(|| not("it is empty".into()))?;
    let (stream, skip, gain) = (head.stream_serial(), skip(&head.data)?, gain(&head.data));
    let most = limits.seconds as usize * HEARD_RATE as usize;
    let (mut packets, mut sound, mut tags) = (Packets::new()?, Vec::new(), false);
    while let Some(packet) = reader.read_packet().map_err(|error| not(error.to_string()))? {
        if packet.stream_serial() != stream {
            continue;
        }
        if !std::mem::replace(&mut tags, true) {
            continue;
        }
        packets.push(&packet.data, &mut sound)?;
        if sound.len() > most + skip + LONGEST {
            return Err(OpusError::TooLong { limit: limits.seconds });
        }
        if packet.last_in_stream() {
            // The last page counts the samples that are meant; the last packet may hold more.
            let counted = usize::try_from(packet.absgp_page()).unwrap_or(usize::MAX) / COUNTED;
            sound.truncate(counted.max(skip));
            break;
        }
    }
    sound.drain(..skip.min(sound.len()));
    match sound.len() {
        0 => Err(OpusError::Empty),
        long if long > most => Err(OpusError::TooLong { limit: limits.seconds }),
        _ => {
            sound.iter_mut().for_each(|sample| *sample = (*sample * gain).clamp(-1.0, 1.0));
            Ok(sound)
        }
    }
}

/// How long mono sound at [`HEARD_RATE`] is.
pub fn length(samples: &[f32]) -> Duration {
    Duration::from_secs_f64(samples.len() as f64 / f64::from(HEARD_RATE))
}

/// Checks the head (RFC 7845, section 5.1); the samples at its beginning that are not meant to be heard.
fn skip(head: &[u8]) -> Result<usize, OpusError> {
    let not = |problem: &str| OpusError::NotOpus(problem.into());
    if !head.starts_with(b"OpusHead") || head.len() < 19 {
        return Err(not("its first packet is no OpusHead"));
    }
    if head[8] >> 4 != 0 {
        return Err(not("its version is not known"));
    }
    // Family 0 is mono or stereo; others map several streams to loudspeakers.
    if !(1..=2).contains(&head[9]) || head[18] != 0 {
        return Err(OpusError::Channels);
    }
    Ok(usize::from(u16::from_le_bytes([head[10], head[11]])) / COUNTED)
}

/// The gain that the head asks for, as a factor; it is there in 256ths of a decibel.
fn gain(head: &[u8]) -> f32 {
    let decibels = f32::from(i16::from_le_bytes([head[16], head[17]])) / 256.0;
    10_f32.powf(decibels / 20.0)
}
