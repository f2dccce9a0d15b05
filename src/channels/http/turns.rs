//! `POST /v1/turns` and `GET /v1/turns/{id}`.

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
    request::{Asked, Said, Speaker, TypedTurn, wants_audio},
};
use crate::{
    channels::json::TurnView,
    turn::{Input, Reply, Turn},
};

/// The identifier of the turn, for `GET /v1/turns/{id}`.
const TURN_HEADER: HeaderName = HeaderName::from_static("sayso-turn");

/// One turn of a conversation, typed or spoken.
///
/// With `Accept: audio/wav` the answer is the spoken reply; its JSON is then at `Location`.
#[utoipa::path(post, path = "/v1/turns", tag = "turns", params(Speaker), security(("token" = []), ()),
    request_body(content((TypedTurn = "application/json"), (Vec<u8> = "audio/wav")),
        description = "a typed sentence (at most 16 KiB of JSON), or a recording (at most 4 MiB of WAV) \
                       with `session` and `household` in the query"),
    responses(
        (status = 200, description = "the reply", content((TurnView = "application/json"), (Vec<u8> = "audio/wav")),
            headers(("sayso-turn" = String, description = "the turn's identifier"),
                    ("location" = String, description = "where the JSON is for ten minutes"))),
        (status = 400, description = "the JSON, the query or an identifier is wrong", body = ErrorBody),
        (status = 401, description = "the token is missing or wrong", body = ErrorBody),
        (status = 403, description = "not asked from this machine, and no token is configured", body = ErrorBody),
        (status = 408, description = "the body came too slowly", body = ErrorBody),
        (status = 413, description = "the body or the recording is too large", body = ErrorBody),
        (status = 415, description = "neither JSON nor WAV", body = ErrorBody),
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
    let Ok(permit) = state.turns.clone().try_acquire_owned() else {
        metrics::count_shed();
        return Err(ApiError::busy("too many turns are at work; ask again in a second"));
    };
    let asked = Asked::read(&state, &headers, &query.unwrap_or_default(), body).await?;
    let spoken = wants_audio(&headers);
    let shared = state.clone();
    // Its own task: a caller that hangs up in the middle of a confirmation does not tear it.
    let work = state.tasks.spawn(async move {
        let _permit = permit;
        run(&shared, asked, spoken).await
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
        (status = 401, description = "the token is missing or wrong", body = ErrorBody),
        (status = 403, description = "not asked from this machine, and no token is configured", body = ErrorBody),
        (status = 404, description = "no such turn, or it was too long ago", body = ErrorBody),
    ))]
pub async fn again(
    State(state): State<Arc<HttpState>>,
    id: Result<Path<String>, PathRejection>,
) -> Result<Response, ApiError> {
    let id = id.ok().and_then(|Path(id)| Uuid::try_parse(&id).ok());
    let kept = id.and_then(|id| state.replies.find(&id, Instant::now()));
    match kept {
        Some(json) => Ok(json_response(json)),
        None => {
            let message = "no such turn, or it was more than ten minutes ago";
            Err(ApiError::new(StatusCode::NOT_FOUND, "not_found", message))
        }
    }
}

async fn run(state: &Arc<HttpState>, asked: Asked, spoken: bool) -> Result<Response, ApiError> {
    let (input, stages) = match asked.said {
        Said::Text(text) => (Input::Text(text), Vec::new()),
        Said::Recording(wav) => audio::hear(state, wav).await?,
    };
    let turn = Turn {
        shop: state.options.shop.clone(),
        household: asked.household,
        session: asked.session,
        locale: state.options.locale.clone(),
        channel: "http",
        input,
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
    let id = state.replies.keep(json.clone(), Instant::now());
    log(&reply, &id);
    let response = match sound {
        Some(wav) => ([(header::CONTENT_TYPE, "audio/wav")], wav).into_response(),
        None => json_response(json),
    };
    Ok(with_id(response, &id))
}

fn json_response(json: Bytes) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], json).into_response()
}

fn with_id(mut response: Response, id: &Uuid) -> Response {
    let headers = response.headers_mut();
    let mut set = |name, text: String| {
        if let Ok(value) = HeaderValue::try_from(text) {
            headers.insert(name, value);
        }
    };
    set(TURN_HEADER, id.to_string());
    set(header::LOCATION, format!("/v1/turns/{id}"));
    response
}

/// Identifiers and figures; not a word of what was said.
fn log(reply: &Reply, id: &Uuid) {
    let ms = |name| {
        let stage = reply.stages.iter().find(|(stage, _)| *stage == name);
        stage.map_or(0.0, |(_, time)| time.as_secs_f64() * 1000.0)
    };
    let (heard, decided) = (ms("transcribe"), ms("turn"));
    tracing::info!(turn = %reply.turn, %id, decision = reply.decision, heard, decided, "turn");
}
