//! One turn for an utterance, as `POST /v1/turns` takes one for a recording.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use tokio::task::JoinHandle;

use super::ear::Said;
use crate::{
    audio::HEARD_RATE,
    channels::{
        http::{HttpState, audio, error::ApiError, metrics, request::Seat, skills::Skill, turns},
        json::TurnView,
    },
    commerce::{HouseholdId, SessionId},
    turn::{Input, Reply, Turn},
};

/// Who said what in which conversation.
pub struct Asked {
    pub session: SessionId,
    pub household: HouseholdId,
    pub said: Said,
    /// What was measured before.
    pub stages: Vec<(&'static str, Duration)>,
}

/// A reply, and the message that tells it.
pub struct Answered {
    pub reply: Reply,
    pub message: Value,
}

/// Begins a turn. Its own task: a client that hangs up in the middle of a confirmation does not tear it.
///
/// # Errors
/// 503 without a free seat.
pub fn begin(
    state: &Arc<HttpState>,
    skill: &Arc<Skill>,
    asked: Asked,
) -> Result<JoinHandle<Result<Answered, ApiError>>, ApiError> {
    let seats = (skill.seat()?, Seat::take(state)?);
    let (shared, skill) = (state.clone(), skill.clone());
    Ok(state.tasks.spawn(async move {
        let _seats = seats;
        take(&shared, &skill, asked).await
    }))
}

async fn take(state: &Arc<HttpState>, skill: &Skill, asked: Asked) -> Result<Answered, ApiError> {
    let Asked { session, household, said, mut stages } = asked;
    let input = match said {
        Said::Silence => Input::Silence,
        Said::TooLong => Input::Unclear,
        Said::Sound(samples) => {
            let (input, heard) = hear(state, skill, samples).await?;
            stages.extend(heard);
            input
        }
    };
    let locale = state.options.locale.clone();
    let shop = skill.shop.clone();
    let turn = Turn { shop, household, session, locale, channel: "stream", input, request: None, stages };
    let reply = state.engine.turn(turn).await;
    metrics::count_reply("stream", &reply);
    let view = serde_json::to_value(TurnView::new(&reply, &state.options.locale));
    let view = view.map_err(|_| ApiError::fault())?;
    let id = skill.replies.keep(view.to_string().into(), Instant::now());
    turns::log(&skill.shop, &reply, &id);
    Ok(Answered { message: json!({ "type": "reply", "id": id, "turn": view }), reply })
}

async fn hear(
    state: &Arc<HttpState>,
    skill: &Skill,
    samples: Vec<f32>,
) -> Result<(Input, Vec<(&'static str, Duration)>), ApiError> {
    let sound = Duration::from_secs_f64(samples.len() as f64 / f64::from(HEARD_RATE));
    match audio::listen_to(state, skill.shop.as_str(), sound, move || Ok(samples)).await {
        Ok(listened) => Ok((listened.input, listened.stages)),
        // More than the model can hear: nothing of it is to be trusted.
        Err(error) if error.code() == "audio_too_long" => Ok((Input::Unclear, Vec::new())),
        Err(error) => Err(error),
    }
}
