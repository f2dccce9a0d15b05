//! `POST /v1/turns` and `GET /v1/turns/{id}`, for the only skill of a server or, under
//! `/v1/skills/{skill}`, for one of several.

use std::{sync::Arc, time::Instant};

use axum::{
    body::{Body, Bytes},
    extract::{Path, RawQuery, State, rejection::PathRejection},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use uuid::Uuid;

use super::{
    HttpState, audio,
    error::{ApiError, ErrorBody},
    metrics,
    request::{Asked, Said, Seat, Speaker, TypedTurn, wants_audio},
    skills::Skill,
};
use crate::{
    channels::json::TurnView,
    commerce::ShopId,
    turn::{Input, Reply, Turn},
};

/// The identifier of the turn, for `GET /v1/turns/{id}`.
const TURN_HEADER: HeaderName = HeaderName::from_static("sayso-turn");

/// One turn of a conversation, typed or spoken.
///
/// With `Accept: audio/wav` the answer is the spoken reply; its JSON is then at `Location`.
#[utoipa::path(post, path = "/v1/turns", tag = "turns", params(Speaker), security(("token" = []), ()),
    request_body(content((TypedTurn = "application/json"), (Vec<u8> = "audio/wav"), (Vec<u8> = "audio/ogg"), (Vec<u8> = "audio/L16")),
        description = "a typed sentence (at most 16 KiB of JSON), or a recording (at most 4 MiB of WAV, of Opus in \
                       Ogg, or of `audio/L16; rate=16000`) \
                       with `session` and `household` in the query"),
    responses(
        (status = 200, description = "the reply", content((TurnView = "application/json"), (Vec<u8> = "audio/wav")),
            headers(("sayso-turn" = String, description = "the turn's identifier"),
                    ("location" = String, description = "where the JSON is for ten minutes"))),
        (status = 400, description = "the JSON, the query or an identifier is wrong, or several skills are served", body = ErrorBody),
        (status = 401, description = "the token is missing or wrong", body = ErrorBody),
        (status = 403, description = "not asked from this machine, and no token is configured", body = ErrorBody),
        (status = 408, description = "the body came too slowly", body = ErrorBody),
        (status = 413, description = "the body or the recording is too large", body = ErrorBody),
        (status = 415, description = "neither JSON nor sound of a kind that is heard", body = ErrorBody),
        (status = 422, description = "the recording cannot be read, or the text is too long", body = ErrorBody),
        (status = 500, description = "something failed here", body = ErrorBody),
        (status = 503, description = "too much to do, or no recogniser yet; see Retry-After", body = ErrorBody),
        (status = 504, description = "the turn took too long", body = ErrorBody),
    ))]
pub async fn take(
    State(state): State<Arc<HttpState>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, ApiError> {
    let skill = state.skills.asked(None)?;
    taken(state, skill, Route::Only, query, headers, body).await
}

/// One turn of a conversation with one of several skills, typed or spoken.
///
/// As `/v1/turns`, for the skill that the address names. Nothing of one skill is known to another:
/// the same session or household there is another one.
#[utoipa::path(post, path = "/v1/skills/{skill}/turns", tag = "turns", security(("token" = []), ()),
    params(("skill" = String, Path, description = "the identifier of the skill's skill.toml"), Speaker),
    request_body(content((TypedTurn = "application/json"), (Vec<u8> = "audio/wav"), (Vec<u8> = "audio/ogg"), (Vec<u8> = "audio/L16")),
        description = "a typed sentence (at most 16 KiB of JSON), or a recording (at most 4 MiB of WAV, of Opus in \
                       Ogg, or of `audio/L16; rate=16000`) \
                       with `session` and `household` in the query"),
    responses(
        (status = 200, description = "the reply", content((TurnView = "application/json"), (Vec<u8> = "audio/wav")),
            headers(("sayso-turn" = String, description = "the turn's identifier"),
                    ("location" = String, description = "where the JSON is for ten minutes"))),
        (status = 400, description = "the JSON, the query or an identifier is wrong", body = ErrorBody),
        (status = 401, description = "the token is missing or wrong", body = ErrorBody),
        (status = 403, description = "not asked from this machine, and no token is configured", body = ErrorBody),
        (status = 404, description = "there is no such skill", body = ErrorBody),
        (status = 408, description = "the body came too slowly", body = ErrorBody),
        (status = 413, description = "the body or the recording is too large", body = ErrorBody),
        (status = 415, description = "neither JSON nor sound of a kind that is heard", body = ErrorBody),
        (status = 422, description = "the recording cannot be read, or the text is too long", body = ErrorBody),
        (status = 500, description = "something failed here", body = ErrorBody),
        (status = 503, description = "too much to do, or no recogniser yet; see Retry-After", body = ErrorBody),
        (status = 504, description = "the turn took too long", body = ErrorBody),
    ))]
pub async fn take_of(
    State(state): State<Arc<HttpState>>,
    name: Result<Path<String>, PathRejection>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, ApiError> {
    // A name that cannot be read is one that no skill has.
    let skill = state.skills.asked(Some(&name.map_or_else(|_| String::new(), |Path(name)| name)))?;
    taken(state, skill, Route::Named, query, headers, body).await
}

/// By which address a turn came; its reply is kept at the same.
#[derive(Debug, Clone, Copy)]
enum Route {
    Only,
    Named,
}

async fn taken(
    state: Arc<HttpState>,
    skill: Arc<Skill>,
    route: Route,
    query: Option<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, ApiError> {
    let asked = Asked::read(&state, &skill, &headers, &query.unwrap_or_default(), body).await?;
    let seats = (skill.seat()?, Seat::take(&state)?);
    let spoken = wants_audio(&headers);
    let shared = state.clone();
    // Its own task: a caller that hangs up in the middle of a confirmation does not tear it.
    let work = state.tasks.spawn(async move {
        let _seats = seats;
        run(&shared, &skill, route, asked, spoken).await
    });
    work.await.unwrap_or_else(|_| {
        metrics::count_fault("turn");
        Err(ApiError::fault())
    })
}

/// A reply of the last ten minutes again, as JSON.
#[utoipa::path(get, path = "/v1/turns/{id}", tag = "turns", security(("token" = []), ()),
    params(("id" = String, Path, description = "the header `sayso-turn` of the reply")),
    responses(
        (status = 200, description = "the reply", body = TurnView),
        (status = 400, description = "several skills are served and none is named", body = ErrorBody),
        (status = 401, description = "the token is missing or wrong", body = ErrorBody),
        (status = 403, description = "not asked from this machine, and no token is configured", body = ErrorBody),
        (status = 404, description = "no such turn, or it was too long ago", body = ErrorBody),
    ))]
pub async fn again(
    State(state): State<Arc<HttpState>>,
    id: Result<Path<String>, PathRejection>,
) -> Result<Response, ApiError> {
    let skill = state.skills.asked(None)?;
    found(&skill, id.ok().map(|Path(id)| id))
}

/// A reply of one of several skills again, as JSON.
#[utoipa::path(get, path = "/v1/skills/{skill}/turns/{id}", tag = "turns", security(("token" = []), ()),
    params(("skill" = String, Path, description = "the skill that gave the reply"),
           ("id" = String, Path, description = "the header `sayso-turn` of the reply")),
    responses(
        (status = 200, description = "the reply", body = TurnView),
        (status = 401, description = "the token is missing or wrong", body = ErrorBody),
        (status = 403, description = "not asked from this machine, and no token is configured", body = ErrorBody),
        (status = 404, description = "no such skill or turn, or it was too long ago", body = ErrorBody),
    ))]
pub async fn again_of(
    State(state): State<Arc<HttpState>>,
    names: Result<Path<(String, String)>, PathRejection>,
) -> Result<Response, ApiError> {
    let (name, id) = names.map_or_else(|_| Default::default(), |Path(names)| names);
    found(&*state.skills.asked(Some(&name))?, Some(id))
}

fn found(skill: &Skill, id: Option<String>) -> Result<Response, ApiError> {
    let id = id.and_then(|id| Uuid::try_parse(&id).ok());
    match id.and_then(|id| skill.replies.find(&id, Instant::now())) {
        Some(json) => Ok(json_response(json)),
        None => {
            let message = "no such turn, or it was more than ten minutes ago";
            Err(ApiError::new(StatusCode::NOT_FOUND, "not_found", message))
        }
    }
}

async fn run(
    state: &Arc<HttpState>,
    skill: &Skill,
    route: Route,
    asked: Asked,
    spoken: bool,
) -> Result<Response, ApiError> {
    let (input, stages) = match asked.said {
        Said::Text(text) => (Input::Text(text), Vec::new()),
        Said::Recording(container, bytes) => {
            let listened = container.hear(state, skill, bytes).await?;
            (listened.input, listened.stages)
        }
    };
    let turn = Turn {
        shop: skill.shop.clone(),
        household: asked.household,
        session: asked.session,
        locale: state.options.locale.clone(),
        channel: "http",
        input,
        request: None,
        stages,
    };
    let mut reply = state.engine.turn(turn).await;
    let sound = match spoken {
        true => Some(audio::speak(state, &mut reply).await?),
        false => None,
    };
    metrics::count_reply("http", &reply);
    let json = serde_json::to_vec(&TurnView::new(&reply, &state.options.locale));
    let json = Bytes::from(json.map_err(|_| ApiError::fault())?);
    let id = skill.replies.keep(json.clone(), Instant::now());
    log(&skill.shop, &reply, &id);
    let response = match sound {
        Some(wav) => ([(header::CONTENT_TYPE, "audio/wav")], wav).into_response(),
        None => json_response(json),
    };
    let location = match route {
        Route::Only => format!("/v1/turns/{id}"),
        Route::Named => format!("/v1/skills/{}/turns/{id}", skill.shop),
    };
    Ok(with_id(response, &id, location))
}

fn json_response(json: Bytes) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], json).into_response()
}

fn with_id(mut response: Response, id: &Uuid, location: String) -> Response {
    let headers = response.headers_mut();
    let mut set = |name, text: String| {
        if let Ok(value) = HeaderValue::try_from(text) {
            headers.insert(name, value);
        }
    };
    set(TURN_HEADER, id.to_string());
    set(header::LOCATION, location);
    response
}

/// Identifiers and figures; not a word of what was said.
pub fn log(shop: &ShopId, reply: &Reply, id: &Uuid) {
    let ms = |name| {
        let stage = reply.stages.iter().find(|(stage, _)| *stage == name);
        stage.map_or(0.0, |(_, time)| time.as_secs_f64() * 1000.0)
    };
    let (heard, decided) = (ms("transcribe"), ms("turn"));
    tracing::info!(%shop, turn = %reply.turn, %id, decision = reply.decision, heard, decided, "turn");
}
