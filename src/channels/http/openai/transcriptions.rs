//! `POST /v1/audio/transcriptions`.

use std::sync::Arc;

use axum::{body::Body, extract::State, http::HeaderMap, response::Response};

use super::{HEARS, OpenAiError, bad_field, form, formats::Written, no_model};
use crate::{
    channels::http::{HttpState, audio, error::ApiError, metrics, request::Seat},
    turn::Input,
};

/// In the recognisers' pool transcriptions take turns with the skills under this name, which no skill
/// can have.
const OWNER: &str = "/v1/audio";

/// The words of a recording, by the recogniser of the shop: what it is not sure of is not written.
#[utoipa::path(post, path = "/v1/audio/transcriptions", tag = "openai", security(("token" = []), ()),
    request_body(content = super::TranscriptionForm, content_type = "multipart/form-data"),
    responses(
        (status = 200, description = "the words, in the form that was asked for",
         content((super::Transcription = "application/json"), (String = "text/plain"))),
        (status = 400, description = "a field is missing or wrong, or the recording is no WAV", body = OpenAiError),
        (status = 401, description = "the token is missing or wrong", body = OpenAiError),
        (status = 403, description = "not asked from this machine, and no token is configured", body = OpenAiError),
        (status = 404, description = "there is no such model", body = OpenAiError),
        (status = 408, description = "the body came too slowly", body = OpenAiError),
        (status = 413, description = "the body or the recording is too large", body = OpenAiError),
        (status = 415, description = "no multipart form", body = OpenAiError),
        (status = 500, description = "something failed here", body = OpenAiError),
        (status = 503, description = "too much to do, or no recogniser yet; see Retry-After", body = OpenAiError),
        (status = 504, description = "it took too long", body = OpenAiError),
    ))]
pub async fn create(
    State(state): State<Arc<HttpState>>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, ApiError> {
    let asked = form::read(&state, &headers, body).await?;
    let _seat = Seat::take(&state)?;
    let pool = audio::pool(&state)?;
    if asked.model != HEARS && asked.model != pool.model() {
        return Err(no_model());
    }
    let language = language(&pool.languages(), asked.language.as_deref())?;
    let listened = audio::listen(&state, OWNER, asked.file).await.map_err(|error| match error.code() {
        // OpenAI calls a file that cannot be read a bad request.
        "bad_audio" => bad_field("file", format!("{}; only WAV is taken", error.message())),
        _ => error,
    })?;
    let (text, confidence) = match listened.input {
        Input::Heard { text, confidence } => (text, confidence),
        _ => (String::new(), 0.0),
    };
    for (stage, time) in &listened.stages {
        metrics::record_stage(stage, *time);
    }
    Ok(asked.format.answer(Written { text, confidence, duration: listened.duration, language }))
}

/// The language that was asked for, or the model's own. A model without a list is not asked.
fn language(known: &[String], asked: Option<&str>) -> Result<String, ApiError> {
    let Some(asked) = asked else { return Ok(known.first().cloned().unwrap_or_else(|| "en".into())) };
    let base = asked.split(['-', '_']).next().unwrap_or(asked).to_ascii_lowercase();
    let fits = known.is_empty() || known.iter().any(|language| *language == base || language == "*");
    if fits && (2..=3).contains(&base.len()) && base.bytes().all(|b| b.is_ascii_lowercase()) {
        return Ok(base);
    }
    Err(bad_field("language", format!("the loaded model hears {} only", known.join(", "))))
}
