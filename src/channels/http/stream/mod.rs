//! `GET /v1/stream`: a WebSocket on which a shopper speaks and is answered while the connection stays open. The
//! messages are those of docs/stream.md.
//!
//! Invariants:
//! - One turn at a time on a stream. What is said counts when the utterance has ended, never before: a partial
//!   transcript is shown to the client and goes nowhere else.
//! - A cancel stops sound. A turn that has begun comes to its end, and its reply is told.
//! - Every message has a bound in bytes, every utterance in length, every wait in time.

mod answer;
mod ear;
mod guess;
mod messages;
mod session;
mod voice;
mod wire;

use std::sync::Arc;

use axum::{
    extract::{
        Path, State, WebSocketUpgrade, rejection::PathRejection, ws::rejection::WebSocketUpgradeRejection,
    },
    response::Response,
};
use tokio::sync::OwnedSemaphorePermit;

use super::{
    HttpState,
    error::{ApiError, ErrorBody},
    metrics,
    skills::Skill,
};

/// The subprotocol, for clients that name one.
const PROTOCOL: &str = "sayso.stream.v1";
/// The largest message of JSON, in bytes.
const MAX_TEXT: usize = 4 * 1024;
/// What is read of a socket at once, in bytes.
const READ_AT_ONCE: usize = 4 * 1024;
/// The largest message of sound, in bytes: two seconds of PCM at 16 kHz.
const MAX_SOUND: usize = 64 * 1024;
/// What is larger is not even read to its end.
const MAX_MESSAGE: usize = 4 * MAX_SOUND;

type Upgrade = Result<WebSocketUpgrade, WebSocketUpgradeRejection>;

/// A WebSocket for speech: sound in while somebody speaks, the reply and its sound out.
///
/// The messages are described in docs/stream.md.
#[utoipa::path(get, path = "/v1/stream", tag = "turns", security(("token" = []), ()),
    responses(
        (status = 101, description = "the WebSocket is open; its subprotocol is `sayso.stream.v1`"),
        (status = 400, description = "not a WebSocket's request, or several skills are served", body = ErrorBody),
        (status = 401, description = "the token is missing or wrong", body = ErrorBody),
        (status = 403, description = "not asked from this machine, and no token is configured", body = ErrorBody),
        (status = 503, description = "too many streams are open, or no recogniser yet; see Retry-After", body = ErrorBody),
    ))]
pub async fn open(State(state): State<Arc<HttpState>>, upgrade: Upgrade) -> Result<Response, ApiError> {
    let skill = state.skills.asked(None)?;
    opened(state, skill, upgrade)
}

/// A WebSocket for speech with one of several skills.
///
/// As `/v1/stream`, for the skill that the address names.
#[utoipa::path(get, path = "/v1/skills/{skill}/stream", tag = "turns", security(("token" = []), ()),
    params(("skill" = String, Path, description = "the identifier of the skill's skill.toml")),
    responses(
        (status = 101, description = "the WebSocket is open; its subprotocol is `sayso.stream.v1`"),
        (status = 400, description = "not a WebSocket's request", body = ErrorBody),
        (status = 401, description = "the token is missing or wrong", body = ErrorBody),
        (status = 403, description = "not asked from this machine, and no token is configured", body = ErrorBody),
        (status = 404, description = "there is no such skill", body = ErrorBody),
        (status = 503, description = "too many streams are open, or no recogniser yet; see Retry-After", body = ErrorBody),
    ))]
pub async fn open_of(
    State(state): State<Arc<HttpState>>,
    name: Result<Path<String>, PathRejection>,
    upgrade: Upgrade,
) -> Result<Response, ApiError> {
    let skill = state.skills.asked(Some(&name.map_or_else(|_| String::new(), |Path(name)| name)))?;
    opened(state, skill, upgrade)
}

/// A place for one more stream. Beyond its share a skill gets one while half of all are free, so that none keeps the
/// others out.
fn seat(state: &HttpState, skill: &Skill) -> Result<Vec<OwnedSemaphorePermit>, ApiError> {
    let busy = || {
        metrics::count_shed();
        ApiError::busy("too many streams are open; ask again in a second")
    };
    let of_share = skill.streams.clone().try_acquire_owned().ok();
    if of_share.is_none() && state.streams.available_permits() <= state.options.max_connections / 2 {
        return Err(busy());
    }
    let of_all = state.streams.clone().try_acquire_owned().map_err(|_| busy())?;
    Ok(of_share.into_iter().chain([of_all]).collect())
}

fn opened(state: Arc<HttpState>, skill: Arc<Skill>, upgrade: Upgrade) -> Result<Response, ApiError> {
    let upgrade = upgrade.map_err(|_| {
        ApiError::bad("not_websocket", "this address speaks WebSocket (RFC 6455, version 13) over HTTP/1.1")
    })?;
    super::audio::pool(&state)?;
    let seat = seat(&state, &skill)?;
    // A shutdown waits for it from here on.
    let task = state.tasks.token();
    let upgrade = upgrade.protocols([PROTOCOL]).max_message_size(MAX_MESSAGE).max_frame_size(MAX_MESSAGE);
    // What is read at once is worked off without a pause for others, and a fragment may be six bytes.
    let upgrade = upgrade.read_buffer_size(READ_AT_ONCE);
    Ok(upgrade.on_upgrade(move |socket| async move {
        session::run(state, skill, socket).await;
        drop((seat, task));
    }))
}
