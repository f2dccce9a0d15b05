//! Sound as data: files, rates, voice activity, the ends of utterances.
//!
//! Everything that is heard is mono at [`HEARD_RATE`] with samples from -1 to 1 before it
//! leaves this room; wave files and sound cards are converted on the way in.

#[cfg(feature = "device")]
pub mod capture;
#[cfg(feature = "device")]
pub mod device;
pub mod endpoint;
pub mod opus;
pub mod playback;
pub mod resample;
#[cfg(feature = "device")]
mod ring;
pub mod spectrum;
pub mod vad;
pub mod wav;

/// Frames a second of everything that is heard.
pub const HEARD_RATE: u32 = 16_000;
