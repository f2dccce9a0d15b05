//! How a recording of a request is written, by its `Content-Type`.

use std::sync::Arc;

use axum::{body::Bytes, http::StatusCode};

use super::{
    HttpState,
    audio::{self, MAX_SECONDS},
    body::MAX_AUDIO,
    error::ApiError,
    skills::Skill,
};
use crate::{
    audio::{
        HEARD_RATE, opus,
        resample::{RATES, resample},
        wav::Limits,
    },
    channels::recording::Listened,
};

/// How sound is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Container {
    /// WAV.
    Wav,
    /// Opus in Ogg (RFC 7845).
    Ogg,
    /// 16 bits, signed, the high byte first, mono, at so many frames a second (RFC 2586).
    L16(u32),
}

impl Container {
    /// The one of a media type; `None` for one that is not heard.
    pub fn of(media_type: &str) -> Option<Self> {
        let media = media_type.split(';').next()?.trim().to_ascii_lowercase();
        let parameter = |name: &str| {
            let mut values = media_type.split(';').skip(1).filter_map(|part| part.split_once('='));
            let found = values.find(|(key, _)| key.trim().eq_ignore_ascii_case(name));
            found.map(|(_, value)| value.trim().trim_matches('"').to_ascii_lowercase())
        };
        match media.as_str() {
            "audio/wav" | "audio/x-wav" | "audio/wave" | "audio/vnd.wave" => Some(Self::Wav),
            "audio/ogg" => parameter("codecs").is_none_or(|codec| codec == "opus").then_some(Self::Ogg),
            "audio/l16" => {
                let mono = parameter("channels").is_none_or(|channels| channels == "1");
                let rate = parameter("rate")?.parse().ok().filter(|rate| mono && RATES.contains(rate))?;
                Some(Self::L16(rate))
            }
            _ => None,
        }
    }

    /// What was said in a recording of at most [`MAX_AUDIO`] bytes.
    pub async fn hear(
        self,
        state: &Arc<HttpState>,
        skill: &Skill,
        bytes: Bytes,
    ) -> Result<Listened, ApiError> {
        let owner = skill.shop.as_str();
        if self == Self::Wav {
            return audio::listen(state, owner, bytes).await;
        }
        audio::pool(state)?;
        // Only when it is decoded it is known how long it is. A decoder that falls over was given no sound.
        let decoded = tokio::task::spawn_blocking(move || self.decode(&bytes)).await;
        let samples = decoded.unwrap_or_else(|_| Err(bad("the sound could not be decoded")))?;
        audio::listen_to(state, owner, opus::length(&samples), move || Ok(samples)).await
    }

    /// Mono at [`HEARD_RATE`].
    fn decode(self, bytes: &[u8]) -> Result<Vec<f32>, ApiError> {
        let rate = match self {
            Self::L16(rate) => rate,
            Self::Wav | Self::Ogg => {
                let limits = Limits { seconds: MAX_SECONDS, bytes: MAX_AUDIO as u64 };
                return opus::decode(bytes, limits).map_err(|error| match error {
                    opus::OpusError::TooLong { .. } | opus::OpusError::TooLarge { .. } => too_long(&error),
                    error => bad(error),
                });
            }
        };
        let (samples, rest) = bytes.as_chunks();
        if samples.is_empty() || !rest.is_empty() {
            return Err(bad("a recording of L16 holds whole samples of two bytes, at least one"));
        }
        if samples.len() > MAX_SECONDS as usize * rate as usize {
            return Err(too_long(format!("the recording is longer than {MAX_SECONDS} seconds")));
        }
        let mono: Vec<f32> =
            samples.iter().map(|two| f32::from(i16::from_be_bytes(*two)) / 32_768.0).collect();
        resample(&mono, rate, HEARD_RATE).map_err(bad)
    }
}

/// 415, with what is heard.
pub fn unsupported(what: &str) -> ApiError {
    let message =
        format!("send {what}audio/wav, audio/ogg; codecs=opus or audio/L16; rate=16000, and say which");
    ApiError::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type", message)
}

fn bad(error: impl std::fmt::Display) -> ApiError {
    ApiError::new(StatusCode::UNPROCESSABLE_ENTITY, "bad_audio", error.to_string())
}

fn too_long(error: impl std::fmt::Display) -> ApiError {
    ApiError::new(StatusCode::PAYLOAD_TOO_LARGE, "audio_too_long", error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sound_is_known_by_its_media_type() {
        for (text, container) in [
            ("audio/wav", Some(Container::Wav)),
            ("Audio/X-Wav; codecs=1", Some(Container::Wav)),
            ("audio/ogg; codecs=opus", Some(Container::Ogg)),
            ("audio/ogg;codecs=\"Opus\"", Some(Container::Ogg)),
            ("audio/ogg; codecs=vorbis", None),
            ("audio/L16; rate=16000", Some(Container::L16(16_000))),
            ("audio/L16;rate=8000;channels=1", Some(Container::L16(8_000))),
            ("audio/L16;rate=8000;channels=2", None),
            ("audio/L16", None),
            ("audio/L16;rate=1", None),
            ("audio/mpeg", None),
            ("", None),
        ] {
            assert_eq!(Container::of(text), container, "{text}");
        }
    }
}
