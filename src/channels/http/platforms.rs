//! What the routes of all platforms share: one turn for what a shopper said once, whoever hangs up meanwhile.

use std::{pin::Pin, sync::Arc, time::Instant};

use axum::{body::Bytes, http::header, response::IntoResponse, response::Response};
use serde_json::Value;

use super::{
    HttpState,
    error::ApiError,
    metrics,
    repeats::{First, Place},
    request::Seat,
    skills::Skill,
};
use crate::turn::{Reply, Turn, decision};

/// What runs beside a turn, and is given up when the turn is done.
pub type Beside = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Runs a turn and answers it. The same request again, of the same household in the same conversation, gets the same
/// answer, and no turn is run for it while that answer is kept. Nothing waits for what runs `beside` the turn.
///
/// # Errors
/// 503 without a free seat, 500 when the turn fell over.
pub async fn turn(
    state: &Arc<HttpState>,
    skill: &Skill,
    turn: Turn,
    beside: Option<Beside>,
    answer: impl FnOnce(&Reply) -> Value + Send + 'static,
) -> Result<Response, ApiError> {
    let platform = turn.channel;
    let first = match turn.request.as_deref().filter(|id| !id.is_empty()) {
        None => None,
        Some(id) => match state.repeats.place(&turn, id, Instant::now()) {
            Place::First(first) => Some(first),
            Place::Again(again) => {
                metrics::count_repeat(platform);
                return again.answer().await.map(json).ok_or_else(ApiError::fault);
            }
        },
    };
    let permits = (skill.seat()?, Seat::take(state)?);
    let shared = state.clone();
    // Its own task: a caller that hangs up in the middle of a confirmation does not tear it.
    let work = state.tasks.spawn(async move {
        let _permits = permits;
        let shop = turn.shop.clone();
        let reply = with(shared.engine.turn(turn), beside).await;
        metrics::count_reply(platform, &reply);
        tracing::info!(%shop, turn = %reply.turn, decision = reply.decision, "turn");
        told(first, &reply, answer(&reply))
    });
    work.await.map(json).map_err(|_| {
        metrics::count_fault("turn");
        ApiError::fault()
    })
}

/// The turn's reply. What runs beside it begins when the turn has to wait for something.
async fn with(turn: impl Future<Output = Reply>, beside: Option<Beside>) -> Reply {
    let Some(beside) = beside else { return turn.await };
    tokio::pin!(turn);
    tokio::select! {
        biased;
        reply = &mut turn => reply,
        () = beside => turn.await,
    }
}

/// The answer, kept for those who ask again. What a fault came to, or work that is not done yet, is not kept: another try
/// may do better.
fn told(first: Option<First>, reply: &Reply, answer: Value) -> Bytes {
    let answer = Bytes::from(answer.to_string());
    if let Some(first) = first.filter(|_| !decision::PASSING.contains(&reply.decision)) {
        first.answer(answer.clone());
    }
    answer
}

/// An answer of 200.
pub fn json(body: Bytes) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], body).into_response()
}
