//! `POST /alexa/{skill}`: Alexa's custom skill requests.

use std::sync::Arc;

use axum::{
    Json,
    body::Body,
    extract::{Path, State, rejection::PathRejection},
    http::HeaderMap,
    response::{IntoResponse, Response},
};
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::{
    HttpState,
    error::{ApiError, ErrorBody},
    metrics,
    request::{Seat, read_body},
    skills::Skill,
};
use crate::{
    channels::alexa::{self, AlexaSkill, Asked, Envelope, MAX_BODY, Refused},
    commerce::SessionId,
    turn::{Input, Turn},
};

/// One request of Alexa for a skill.
///
/// The request is proved by its signature (`SignatureCertChainUrl`, `Signature-256`), not by a token.
#[utoipa::path(post, path = "/alexa/{skill}", tag = "platforms",
    params(("skill" = String, Path, description = "the identifier of the skill's skill.toml")),
    request_body(content = Object, description = "Amazon's request envelope, at most 128 KiB"),
    responses(
        (status = 200, description = "Amazon's response envelope", body = Object),
        (status = 400, description = "not a request of Alexa for this skill; nothing was run", body = ErrorBody),
        (status = 408, description = "the body came too slowly", body = ErrorBody),
        (status = 413, description = "the body is too large", body = ErrorBody),
        (status = 500, description = "something failed here", body = ErrorBody),
        (status = 503, description = "too much to do; see Retry-After", body = ErrorBody),
        (status = 504, description = "the turn took too long", body = ErrorBody),
    ))]
pub async fn take(
    State(state): State<Arc<HttpState>>,
    name: Result<Path<String>, PathRejection>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, ApiError> {
    let body = read_body(&state, &headers, body, MAX_BODY).await?;
    let proved = prove(&state, name.ok().map(|Path(name)| name), &headers, &body).await;
    let (skill, on_alexa, envelope) = proved.map_err(refuse)?;
    match alexa::asked(&envelope) {
        Asked::Turn(input) => turn(&state, skill, on_alexa, envelope, input).await,
        Asked::CanFulfill { known, slots } => Ok(json(alexa::can_fulfill(known, slots))),
        Asked::Ended | Asked::Event => Ok(json(alexa::nothing())),
        Asked::Exception => {
            tracing::warn!(shop = %skill.shop, "Alexa could not use an answer");
            metrics::count_fault("alexa");
            Ok(json(alexa::nothing()))
        }
        Asked::Unknown => Err(refuse(Refused::Kind)),
    }
}

type Proved = (Arc<Skill>, AlexaSkill, Envelope);

async fn prove(
    state: &HttpState,
    name: Option<String>,
    headers: &HeaderMap,
    body: &[u8],
) -> Result<Proved, Refused> {
    let skill = name.and_then(|name| state.skills.find(&name)).cloned().ok_or(Refused::Skill)?;
    let on_alexa = skill.alexa.clone().ok_or(Refused::Skill)?;
    let verifier = state.options.alexa.as_ref().ok_or(Refused::Skill)?;
    let envelope = Envelope::parse(body).ok_or(Refused::Envelope)?;
    verifier.verify(headers, body, &envelope, &on_alexa.application_id).await?;
    Ok((skill, on_alexa, envelope))
}

/// One answer for all: a sender who is not Amazon learns nothing of what was wrong.
fn refuse(why: Refused) -> ApiError {
    metrics::count_refused("alexa", why.name());
    ApiError::bad("refused", "this is no request of Alexa for a skill of this server")
}

async fn turn(
    state: &Arc<HttpState>,
    skill: Arc<Skill>,
    on_alexa: AlexaSkill,
    envelope: Envelope,
    input: Input,
) -> Result<Response, ApiError> {
    let Some(session) = envelope.session.as_ref().map(|session| session_id(&session.session_id)) else {
        return Err(refuse(Refused::Envelope));
    };
    let seat = skill.seat()?;
    let permit = Seat::take(state)?;
    let asked = envelope.request.locale.filter(|l| l.parse::<unic_langid::LanguageIdentifier>().is_ok());
    let locale = asked.unwrap_or_else(|| state.options.locale.clone());
    let turn = Turn {
        shop: skill.shop.clone(),
        household: on_alexa.household.clone(),
        session: session?,
        locale: locale.clone(),
        channel: "alexa",
        input,
        stages: Vec::new(),
    };
    let (shared, screen) = (state.clone(), envelope.has_screen());
    // Its own task: a caller that hangs up in the middle of a confirmation does not tear it.
    let work = state.tasks.spawn(async move {
        let _permits = (seat, permit);
        let reply = shared.engine.turn(turn).await;
        metrics::count_reply("alexa", &reply);
        tracing::info!(shop = %skill.shop, turn = %reply.turn, decision = reply.decision, "turn");
        json(alexa::answer(&reply, &on_alexa, &locale, screen))
    });
    work.await.map_err(|_| {
        metrics::count_fault("turn");
        ApiError::fault()
    })
}

/// Amazon's identifiers have signs that ours have not, and no bound; their hash stands for them.
fn session_id(platform: &str) -> Result<SessionId, ApiError> {
    let hash = Sha256::digest(platform.as_bytes());
    let hex: String = hash.iter().take(20).map(|byte| format!("{byte:02x}")).collect();
    SessionId::new(format!("alexa-{hex}")).map_err(|_| ApiError::fault())
}

fn json(value: Value) -> Response {
    Json(value).into_response()
}
