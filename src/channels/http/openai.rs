//! Hearing and speaking for programs that were written for OpenAI's audio API
//! (<https://platform.openai.com/docs/api-reference/audio>): the same routes, fields, formats and
//! errors, as far as this machine can do them. No shop is asked.

mod form;
mod formats;
mod speech;
mod transcriptions;

use std::sync::Arc;

use axum::{
    Json,
    extract::{Path, Request, State, rejection::PathRejection},
    http::StatusCode,
    middleware::Next,
    response::{IntoResponse, Response},
};
use serde::Serialize;
use utoipa::ToSchema;

use super::{HttpState, error::ApiError};

pub use self::{
    form::TranscriptionForm,
    formats::{Segment, Transcription, Usage},
    speech::{__path_create as __path_speak, SpeechRequest, create as speak},
    transcriptions::{__path_create as __path_transcribe, create as transcribe},
};

/// The name under which OpenAI's clients ask for Whisper; it means the model that is loaded.
const HEARS: &str = "whisper-1";
/// The names under which they ask for a voice; they mean the one of the settings.
const SPEAKS: [&str; 2] = ["tts-1", "tts-1-hd"];

/// An error in OpenAI's form.
#[derive(Debug, Serialize, ToSchema)]
pub struct OpenAiError {
    /// The error.
    pub error: OpenAiErrorDetail,
}

/// What went wrong.
#[derive(Debug, Serialize, ToSchema)]
pub struct OpenAiErrorDetail {
    /// For people.
    pub message: String,
    /// `invalid_request_error` or `server_error`.
    #[serde(rename = "type")]
    #[schema(rename = "type")]
    pub kind: &'static str,
    /// The field that is wrong, where it is one.
    pub param: Option<&'static str>,
    /// For programs.
    pub code: String,
}

/// The models that can be asked for.
#[derive(Debug, Serialize, ToSchema)]
pub struct ModelList {
    /// `list`.
    pub object: &'static str,
    /// The models.
    pub data: Vec<ModelView>,
}

/// A model.
#[derive(Debug, Serialize, ToSchema)]
pub struct ModelView {
    /// Its name.
    pub id: String,
    /// `model`.
    pub object: &'static str,
    /// Seconds since 1970; it is not known, so 0.
    pub created: u64,
    /// `sayso`.
    pub owned_by: &'static str,
}

impl ModelView {
    fn new(id: String) -> Self {
        Self { id, object: "model", created: 0, owned_by: "sayso" }
    }
}

/// Puts the errors of these routes into OpenAI's form, whoever refused.
pub async fn errors(request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let ours = ["/v1/audio/", "/v1/models"].iter().any(|start| path.starts_with(start));
    let response = next.run(request).await;
    let Some(error) = response.extensions().get::<ApiError>().filter(|_| ours).cloned() else {
        return response;
    };
    let status = response.status();
    let kind = if status.is_server_error() { "server_error" } else { "invalid_request_error" };
    let code = match error.code() {
        "unauthorized" => "invalid_api_key".to_owned(),
        other => other.to_owned(),
    };
    let (message, param) = (error.message().to_owned(), error.param());
    let body = Json(OpenAiError { error: OpenAiErrorDetail { message, kind, param, code } }).into_response();
    let (mut parts, _) = response.into_parts();
    parts.headers.remove(axum::http::header::CONTENT_LENGTH);
    Response::from_parts(parts, body.into_body())
}

/// The models that can be asked for: the one that is loaded and OpenAI's names for it and for the voice.
#[utoipa::path(get, path = "/v1/models", tag = "openai", security(("token" = []), ()),
    responses(
        (status = 200, description = "the models", body = ModelList),
        (status = 401, description = "the token is missing or wrong", body = OpenAiError),
        (status = 403, description = "not asked from this machine, and no token is configured", body = OpenAiError),
    ))]
pub async fn models(State(state): State<Arc<HttpState>>) -> Json<ModelList> {
    let data = names(&state).into_iter().map(ModelView::new).collect();
    Json(ModelList { object: "list", data })
}

/// One model.
#[utoipa::path(get, path = "/v1/models/{model}", tag = "openai", security(("token" = []), ()),
    params(("model" = String, Path, description = "its name")),
    responses(
        (status = 200, description = "the model", body = ModelView),
        (status = 401, description = "the token is missing or wrong", body = OpenAiError),
        (status = 403, description = "not asked from this machine, and no token is configured", body = OpenAiError),
        (status = 404, description = "there is no such model", body = OpenAiError),
    ))]
pub async fn model(
    State(state): State<Arc<HttpState>>,
    name: Result<Path<String>, PathRejection>,
) -> Result<Json<ModelView>, ApiError> {
    let name = name.ok().map(|Path(name)| name);
    match name.filter(|name| names(&state).contains(name)) {
        Some(name) => Ok(Json(ModelView::new(name))),
        None => Err(no_model()),
    }
}

fn names(state: &HttpState) -> Vec<String> {
    let heard = state.recognizer.get().map(|pool| pool.model().to_owned());
    let mut names: Vec<_> = heard
        .into_iter()
        .flat_map(|loaded| [loaded, HEARS.to_owned()])
        .chain(SPEAKS.map(str::to_owned))
        .collect();
    names.dedup();
    names
}

fn no_model() -> ApiError {
    let message = "there is no such model; GET /v1/models lists those there are";
    ApiError::new(StatusCode::NOT_FOUND, "model_not_found", message).about("model")
}

/// A field that is missing or wrong.
fn bad_field(param: &'static str, message: impl Into<String>) -> ApiError {
    ApiError::bad("invalid_value", message).about(param)
}
