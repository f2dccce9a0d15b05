//! `POST /v1/audio/speech`.

use std::sync::Arc;

use axum::{
    body::Body,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::{OpenAiError, SPEAKS, bad_field, no_model};
use crate::{
    audio::{resample, wav},
    channels::{
        http::{HttpState, body::read_body, error::ApiError, metrics, request::Seat},
        recording,
    },
    speech::{Sound, SpeechError, synth},
    turn::Speech,
};

/// The largest body, in bytes: OpenAI's longest text with every character escaped.
const MAX_BODY: usize = 64 * 1024;
/// OpenAI's raw samples: 24 kHz, mono, 16 bits, the low byte first.
const PCM_RATE: u32 = 24_000;

/// A text to be spoken. Other fields are ignored, as OpenAI's are that a voice does not know.
#[derive(Debug, Deserialize, ToSchema)]
pub struct SpeechRequest {
    /// `tts-1` or `tts-1-hd`; both mean the voice of the settings.
    #[schema(example = "tts-1", pattern = "^tts-1(-hd)?$")]
    model: String,
    /// The text: at most 4,096 characters, and no more than the voice takes.
    #[schema(example = "Your order is on its way.", min_length = 1, max_length = 4096)]
    input: String,
    /// Any name (or an object with an `id`): there is one voice, that of the settings.
    #[schema(value_type = String, example = "alloy")]
    voice: Value,
    /// `wav` (also when it is missing) or `pcm`.
    #[schema(pattern = "^(wav|pcm)$")]
    response_format: Option<String>,
    /// 1; the pace is in the settings.
    #[schema(minimum = 1, maximum = 1)]
    speed: Option<f64>,
    /// `audio`.
    #[schema(pattern = "^audio$")]
    stream_format: Option<String>,
}

/// A text, spoken by the voice of the settings.
#[utoipa::path(post, path = "/v1/audio/speech", tag = "openai", security(("token" = []), ()),
    request_body(content = SpeechRequest),
    responses(
        (status = 200, description = "the sound; `audio/pcm` is 24 kHz, mono, 16 bits",
         content((Vec<u8> = "audio/wav"), (Vec<u8> = "audio/pcm"))),
        (status = 400, description = "the JSON or a field is wrong", body = OpenAiError),
        (status = 401, description = "the token is missing or wrong", body = OpenAiError),
        (status = 403, description = "not asked from this machine, and no token is configured", body = OpenAiError),
        (status = 404, description = "there is no such model", body = OpenAiError),
        (status = 408, description = "the body came too slowly", body = OpenAiError),
        (status = 413, description = "the body is too large", body = OpenAiError),
        (status = 500, description = "the voice failed", body = OpenAiError),
        (status = 503, description = "too much to do; see Retry-After", body = OpenAiError),
        (status = 504, description = "it took too long", body = OpenAiError),
    ))]
pub async fn create(
    State(state): State<Arc<HttpState>>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, ApiError> {
    let request = parse(&read_body(&state, &headers, body, MAX_BODY).await?)?;
    let raw = request.check()?;
    let _seat = Seat::take(&state)?;
    let words = recording::utterance(&Speech::plain(&request.input), &state.options.locale);
    let most = synth::Bounds::default().text;
    if words.plain.len().max(words.ssml.len()) > most {
        let message = format!("`input` is longer than the voice takes: {most} bytes, written out");
        return Err(ApiError::bad("string_above_max_length", message).about("input"));
    }
    // What would be longer than any reply is not rendered at all.
    if words.plain.trim().is_empty() {
        return Err(bad_field("input", "nothing of `input` can be spoken, or it is too long, written out"));
    }
    let start = std::time::Instant::now();
    let sound = match state.synthesizer.speak(&words).await {
        Ok(stream) => synth::collect(stream).await,
        Err(error) => Err(error),
    };
    let sound = sound.map_err(|error| no_voice(&error))?;
    metrics::record_stage("synthesize", start.elapsed());
    if raw { pcm(&sound) } else { wave(&sound) }
}

fn parse(bytes: &[u8]) -> Result<SpeechRequest, ApiError> {
    let wrong = |problem: String| ApiError::bad("bad_json", problem);
    let text = std::str::from_utf8(bytes).map_err(|_| wrong("the JSON is not UTF-8".into()))?;
    // serde would also take an array of the values in the order of our fields.
    if !text.trim_ascii_start().starts_with('{') {
        return Err(wrong("the body is to be a JSON object".into()));
    }
    serde_json::from_str(text).map_err(|error| wrong(error.to_string()))
}

impl SpeechRequest {
    /// Whether raw samples are wanted.
    fn check(&self) -> Result<bool, ApiError> {
        if !SPEAKS.contains(&self.model.as_str()) {
            return Err(no_model());
        }
        if self.input.trim().is_empty() {
            return Err(bad_field("input", "`input` is empty"));
        }
        if self.input.chars().count() > 4_096 {
            let message = "`input` is longer than 4,096 characters";
            return Err(ApiError::bad("string_above_max_length", message).about("input"));
        }
        if self.input.chars().any(|c| c.is_control() && !c.is_whitespace()) {
            return Err(bad_field("input", "`input` has control characters"));
        }
        if !(self.voice.is_string() || self.voice["id"].is_string()) {
            return Err(bad_field("voice", "`voice` is a name, or an object with an `id`"));
        }
        if self.speed.is_some_and(|speed| speed != 1.0) {
            return Err(bad_field("speed", "only 1 is supported; the pace is `speech.pace` of the settings"));
        }
        if self.stream_format.as_deref().is_some_and(|format| format != "audio") {
            return Err(bad_field("stream_format", "only `audio` is supported"));
        }
        match self.response_format.as_deref() {
            None | Some("wav") => Ok(false),
            Some("pcm") => Ok(true),
            Some(_) => Err(bad_field("response_format", "supported values are wav and pcm")),
        }
    }
}

fn wave(sound: &Sound) -> Result<Response, ApiError> {
    let bytes = wav::encode(sound.rate, &sound.samples).map_err(|_| ApiError::fault())?;
    Ok(([(header::CONTENT_TYPE, "audio/wav")], bytes).into_response())
}

fn pcm(sound: &Sound) -> Result<Response, ApiError> {
    let samples = resample::resample(&sound.samples, sound.rate, PCM_RATE).map_err(|_| ApiError::fault())?;
    let bytes: Vec<u8> = samples.iter().flat_map(|sample| wav::sample16(*sample).to_le_bytes()).collect();
    Ok(([(header::CONTENT_TYPE, "audio/pcm")], bytes).into_response())
}

fn no_voice(error: &SpeechError) -> ApiError {
    tracing::error!(%error, "a text could not be spoken");
    metrics::count_fault("synthesizer");
    let message = "the voice failed; `sayso doctor` tells why";
    ApiError::new(StatusCode::INTERNAL_SERVER_ERROR, "no_voice", message)
}
