//! Sound of a request and of its answer. Both are computed off the threads that serve.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use axum::{body::Bytes, http::StatusCode};

use super::{HttpState, body::MAX_AUDIO, error::ApiError, metrics};
use crate::{
    audio::wav::{self, Limits, WavError},
    channels::recording::{self, Listened, RecordingError},
    speech::{
        SpeechError,
        pool::{Pool, Refused},
    },
    turn::Reply,
};

/// The longest recording of a request, in seconds.
pub const MAX_SECONDS: u32 = 60;

/// The pool of recognisers, once the model is loaded.
pub fn pool(state: &HttpState) -> Result<&Arc<Pool>, ApiError> {
    let absent = "the recogniser is not loaded; see /readyz and `sayso doctor`";
    state.recognizer.get().ok_or_else(|| ApiError::busy(absent))
}

/// What a recording of `owner` says. Who cannot be answered in time is told so at once.
pub async fn listen(state: &Arc<HttpState>, owner: &str, bytes: Bytes) -> Result<Listened, ApiError> {
    let limits = Limits { seconds: MAX_SECONDS, bytes: MAX_AUDIO as u64 };
    let sound = wav::duration(&bytes, limits).map_err(|error| refusal(&error))?;
    listen_to(state, owner, sound, move || wav::decode(&bytes, limits)).await
}

/// What sound of a known length says, which `read` gives mono at 16 kHz.
pub async fn listen_to(
    state: &Arc<HttpState>,
    owner: &str,
    sound: Duration,
    read: impl FnOnce() -> Result<Vec<f32>, WavError> + Send + 'static,
) -> Result<Listened, ApiError> {
    let pool = pool(state)?;
    let deadline = Instant::now() + state.options.hearing;
    recording::hear_in_turn(pool, owner, sound, deadline, read).await.map_err(|error| match error {
        RecordingError::Wav(error) => refusal(&error),
        RecordingError::Speech(error @ SpeechError::TooLong { .. }) => {
            ApiError::new(StatusCode::PAYLOAD_TOO_LARGE, "audio_too_long", error.to_string())
        }
        RecordingError::Refused(Refused::Busy { after }) => {
            let message = "too many are being heard to answer in time; see Retry-After";
            ApiError::busy_for(after, message)
        }
        error => {
            tracing::error!(%error, "a recording could not be heard");
            metrics::count_fault("recognizer");
            ApiError::fault()
        }
    })
}

/// The answer as a WAV file.
pub async fn speak(state: &Arc<HttpState>, reply: &mut Reply) -> Result<Vec<u8>, ApiError> {
    match recording::speak(state.synthesizer.as_ref(), &reply.speech, &state.options.locale).await {
        Ok((wav, stage)) => {
            reply.stages.push(stage);
            Ok(wav)
        }
        Err(error) => {
            tracing::error!(%error, "a reply could not be spoken");
            metrics::count_fault("synthesizer");
            let message = "the turn was taken, but its answer could not be spoken; \
                           ask in the same session with Accept: application/json";
            Err(ApiError::new(StatusCode::INTERNAL_SERVER_ERROR, "no_voice", message))
        }
    }
}

fn refusal(error: &WavError) -> ApiError {
    match error {
        WavError::TooLong { .. } | WavError::TooLarge { .. } => {
            ApiError::new(StatusCode::PAYLOAD_TOO_LARGE, "audio_too_long", error.to_string())
        }
        _ => ApiError::new(StatusCode::UNPROCESSABLE_ENTITY, "bad_audio", error.to_string()),
    }
}
