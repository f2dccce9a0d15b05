//! `POST /dialogflow/cx/{skill}`, `/dialogflow/es/{skill}` and `/actions/{skill}`: Google's platforms.

use std::sync::Arc;

use axum::{
    body::Body,
    extract::{Path, State, rejection::PathRejection},
    http::{HeaderMap, StatusCode},
    response::Response,
};

use super::{
    HttpState,
    body::read_body,
    error::{ApiError, ErrorBody},
    link, metrics, not_found, platforms,
    skills::Skill,
};
use crate::{
    channels::{
        dialogflow::{Agent, Asked, Format, MAX_BODY, Refused},
        platform,
    },
    commerce::HouseholdId,
    turn::{Reply, Turn},
};

type Name = Result<Path<String>, PathRejection>;

/// One webhook request of Dialogflow CX for a skill.
///
/// Who asks is proved by a token that Google signed or by a secret of the agent, not by this server's token.
#[utoipa::path(post, path = "/dialogflow/cx/{skill}", tag = "platforms",
    params(("skill" = String, Path, description = "the identifier of the skill's skill.toml")),
    request_body(content = Object, description = "a WebhookRequest of google.cloud.dialogflow.cx.v3, at most 128 KiB"),
    responses(
        (status = 200, description = "a WebhookResponse", body = Object),
        (status = 400, description = "not a WebhookRequest; nothing was run", body = ErrorBody),
        (status = 401, description = "who asks is not proved; nothing was run", body = ErrorBody),
        (status = 404, description = "no such skill is there for Dialogflow", body = ErrorBody),
        (status = 408, description = "the body came too slowly", body = ErrorBody),
        (status = 413, description = "the body is too large", body = ErrorBody),
        (status = 500, description = "something failed here", body = ErrorBody),
        (status = 503, description = "too much to do; see Retry-After", body = ErrorBody),
        (status = 504, description = "the turn took too long", body = ErrorBody),
    ))]
pub async fn cx(
    State(state): State<Arc<HttpState>>,
    name: Name,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, ApiError> {
    take(&state, Format::Cx, name, &headers, body).await
}

/// One webhook request of Dialogflow ES for a skill.
///
/// Who asks is proved by a token that Google signed or by a secret of the agent, not by this server's token.
#[utoipa::path(post, path = "/dialogflow/es/{skill}", tag = "platforms",
    params(("skill" = String, Path, description = "the identifier of the skill's skill.toml")),
    request_body(content = Object, description = "a WebhookRequest of google.cloud.dialogflow.v2, at most 128 KiB"),
    responses(
        (status = 200, description = "a WebhookResponse", body = Object),
        (status = 400, description = "not a WebhookRequest; nothing was run", body = ErrorBody),
        (status = 401, description = "who asks is not proved; nothing was run", body = ErrorBody),
        (status = 404, description = "no such skill is there for Dialogflow", body = ErrorBody),
        (status = 408, description = "the body came too slowly", body = ErrorBody),
        (status = 413, description = "the body is too large", body = ErrorBody),
        (status = 500, description = "something failed here", body = ErrorBody),
        (status = 503, description = "too much to do; see Retry-After", body = ErrorBody),
        (status = 504, description = "the turn took too long", body = ErrorBody),
    ))]
pub async fn es(
    State(state): State<Arc<HttpState>>,
    name: Name,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, ApiError> {
    take(&state, Format::Es, name, &headers, body).await
}

/// One handler request of Actions Builder for a skill.
///
/// Who asks is proved by the token in `google-assistant-signature` or by a secret of the project.
#[utoipa::path(post, path = "/actions/{skill}", tag = "platforms",
    params(("skill" = String, Path, description = "the identifier of the skill's skill.toml")),
    request_body(content = Object, description = "a HandlerRequest, at most 128 KiB"),
    responses(
        (status = 200, description = "a HandlerResponse", body = Object),
        (status = 400, description = "not a HandlerRequest; nothing was run", body = ErrorBody),
        (status = 403, description = "who asks is not proved; nothing was run", body = ErrorBody),
        (status = 404, description = "no such skill is there for Actions Builder", body = ErrorBody),
        (status = 408, description = "the body came too slowly", body = ErrorBody),
        (status = 413, description = "the body is too large", body = ErrorBody),
        (status = 500, description = "something failed here", body = ErrorBody),
        (status = 503, description = "too much to do; see Retry-After", body = ErrorBody),
        (status = 504, description = "the turn took too long", body = ErrorBody),
    ))]
pub async fn actions(
    State(state): State<Arc<HttpState>>,
    name: Name,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, ApiError> {
    take(&state, Format::Actions, name, &headers, body).await
}

/// Of strangers not even the body is read.
async fn take(
    state: &Arc<HttpState>,
    format: Format,
    name: Name,
    headers: &HeaderMap,
    body: Body,
) -> Result<Response, ApiError> {
    let skill = name.ok().and_then(|Path(name)| state.skills.find(&name)).cloned();
    let (skill, agent) =
        skill.and_then(|skill| Some((skill.clone(), agent(&skill, format)?))).ok_or_else(not_found)?;
    let tokens = state.options.google.as_deref();
    agent.proof.check(headers, format, tokens).await.map_err(|why| refuse(format, why))?;
    let body = read_body(state, headers, body, MAX_BODY).await?;
    let asked = format.read(&body).ok_or_else(|| refuse(format, Refused::Envelope))?;
    let locale = asked.locale.clone().unwrap_or_else(|| state.options.locale.clone());
    let household = household(state, &skill, &agent, &asked, format.account(headers)).await?;
    let (session, request) = (asked.session.clone(), asked.request.clone());
    let (input, back) = asked.into_parts();
    let Some(household) = household else {
        metrics::count_link("unlinked");
        let words = skill.linking.as_ref().map(|linked| linked.unlinked(&locale)).unwrap_or_default();
        let reply = platform::unlinked(session, words);
        let answer = back.unlinked(&reply, agent.link_scene.as_deref(), &locale);
        return Ok(platforms::json(answer.to_string().into()));
    };
    let turn = Turn {
        shop: skill.shop.clone(),
        household,
        session,
        locale: locale.clone(),
        channel: format.name(),
        input,
        request,
        stages: Vec::new(),
    };
    let answer = move |reply: &Reply| back.answer(reply, &locale);
    platforms::turn(state, &skill, turn, None, answer).await
}

/// Who speaks. A token of a linked account says it, and one that opens nothing says that nobody does; where none came
/// it is the household of the settings, if there is one.
async fn household(
    state: &HttpState,
    skill: &Skill,
    agent: &Agent,
    asked: &Asked,
    beside: Option<&str>,
) -> Result<Option<HouseholdId>, ApiError> {
    match asked.account.as_deref().or(beside).filter(|_| skill.linking.is_some()) {
        Some(token) => link::household_of(state, skill, Some(token)).await,
        None => Ok(agent.household.clone()),
    }
}

fn agent(skill: &Skill, format: Format) -> Option<Agent> {
    match format {
        Format::Cx | Format::Es => skill.dialogflow.clone(),
        Format::Actions => skill.actions.clone(),
    }
}

/// One answer for all that is wrong with a proof: who is not Google learns nothing. Who is may know that what it sent
/// is no request.
fn refuse(format: Format, why: Refused) -> ApiError {
    metrics::count_refused(format.name(), why.name());
    if why == Refused::Envelope {
        return ApiError::bad("bad_request", "this is no request of that platform; nothing was run");
    }
    let message = "this request is not proved to come from an agent of this skill";
    match format {
        Format::Cx | Format::Es => ApiError::new(StatusCode::UNAUTHORIZED, "unauthorized", message),
        Format::Actions => ApiError::new(StatusCode::FORBIDDEN, "forbidden", message),
    }
}
