//! This interface, described for programs.

use axum::Json;
use utoipa::{
    Modify, OpenApi,
    openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme},
};

use super::{alexa, dialogflow, enveloped, error, link, openai, probes, request, stream, turns};
use crate::channels::json;

/// The document that `/openapi.json` answers.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Sayso",
        description = "A voice commerce assistant. A turn goes in as text or as a recording; the reply \
                       comes out as JSON or as sound. Nothing is bought without an explicit yes."
    ),
    paths(
        turns::take, turns::take_of, turns::again, turns::again_of,
        stream::open, stream::open_of, enveloped::take,
        openai::transcribe, openai::speak, openai::models, openai::model, alexa::take,
        dialogflow::cx, dialogflow::es, dialogflow::actions,
        link::show, link::decide, link::exchange, link::revoke, link::metadata,
        probes::health, probes::ready, probes::metrics, serve
    ),
    components(schemas(
        enveloped::SpokenForm, enveloped::SpokenAnswer, enveloped::SpokenSound,
        request::TypedTurn, json::TurnView, json::IntentView, json::OrderView, json::LineView, json::OptionView,
        openai::TranscriptionForm, openai::Transcription, openai::Segment, openai::Usage, openai::SpeechRequest,
        openai::ModelList, openai::ModelView, openai::OpenAiError, openai::OpenAiErrorDetail,
        link::TokenForm, link::RevocationForm, link::DecisionForm, link::TokenAnswer, link::OauthError, link::Metadata,
        probes::Readiness, error::ErrorBody, error::ErrorDetail
    )),
    modifiers(&Token)
)]
struct Document;

struct Token;

impl Modify for Token {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let scheme = SecurityScheme::Http(HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build());
        document.components.get_or_insert_with(Default::default).add_security_scheme("token", scheme);
    }
}

/// The OpenAPI document.
pub fn document() -> utoipa::openapi::OpenApi {
    Document::openapi()
}

/// The OpenAPI document.
#[utoipa::path(get, path = "/openapi.json", tag = "probes", security(("token" = []), ()),
    responses(
        (status = 200, description = "this document", body = Object),
        (status = 401, description = "the token is missing or wrong", body = error::ErrorBody),
        (status = 403, description = "not asked from this machine, and no token is configured",
         body = error::ErrorBody),
    ))]
pub async fn serve() -> Json<utoipa::openapi::OpenApi> {
    Json(document())
}
