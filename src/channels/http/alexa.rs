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

use super::{
    HttpState,
    body::read_body,
    error::{ApiError, ErrorBody},
    link, metrics, platforms,
    skills::Skill,
};
use crate::{
    channels::{
        alexa::{self, AlexaSkill, Asked, Dialog, Envelope, MAX_BODY, Refused},
        platform,
    },
    turn::{Input, Reply, Turn},
    understanding::IntentName,
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

type Proved = (Arc<Skill>, Arc<AlexaSkill>, Envelope);

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
    on_alexa: Arc<AlexaSkill>,
    envelope: Envelope,
    input: Input,
) -> Result<Response, ApiError> {
    let Some(session) =
        envelope.session.as_ref().map(|session| platform::session("alexa", &session.session_id))
    else {
        return Err(refuse(Refused::Envelope));
    };
    let speaker = match &on_alexa.household {
        Some(household) => Some(household.clone()),
        None => link::household_of(state, &skill, envelope.access_token()).await?,
    };
    let (screen, dialog) = (envelope.has_screen(), Dialog::of(&envelope));
    let locale =
        platform::locale(envelope.request.locale.clone()).unwrap_or_else(|| state.options.locale.clone());
    let Some(household) = speaker else { return Ok(json(unlinked(&skill, &input, &locale))) };
    let turn = Turn {
        shop: skill.shop.clone(),
        household,
        session: session.map_err(|_| ApiError::fault())?,
        locale: locale.clone(),
        channel: "alexa",
        input,
        request: envelope.request.request_id.clone(),
        stages: Vec::new(),
    };
    let beside = meanwhile(state, on_alexa.clone(), envelope, locale.clone());
    let answer = move |reply: &Reply| alexa::answer(reply, &on_alexa, &locale, screen, dialog.as_ref());
    platforms::turn(state, &skill, turn, beside, answer).await
}

/// A sentence for somebody whose turn takes long. Few do: nothing is made ready for it before.
fn meanwhile(
    state: &HttpState,
    skill: Arc<AlexaSkill>,
    envelope: Envelope,
    locale: String,
) -> Option<platforms::Beside> {
    let progress = state.options.progress.clone()?;
    Some(Box::pin(async move {
        progress.long().await;
        let words = platform::worded(&skill.meanwhile, &locale).to_text(&locale);
        let Some(sentence) = progress.meanwhile(&envelope, &words) else { return };
        let said = sentence.say().await;
        metrics::count_progress(if said.is_ok() { "sent" } else { "failed" });
        if let Err(why) = said {
            tracing::warn!(why, "Alexa was not told that a turn takes long");
        }
    }))
}

/// Nothing is run for somebody whose account is linked to no household. Who wants to stop may stop.
fn unlinked(skill: &Skill, input: &Input, locale: &str) -> Value {
    metrics::count_link("unlinked");
    match input {
        Input::Intent(intent) if matches!(intent.name, IntentName::Stop | IntentName::Cancel) => {
            alexa::goodbye()
        }
        _ => {
            let words = skill.linking.as_ref().map(|linked| linked.unlinked(locale)).unwrap_or_default();
            alexa::link_account(&words, locale)
        }
    }
}

fn json(value: Value) -> Response {
    Json(value).into_response()
}
