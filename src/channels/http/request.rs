//! A request for a turn, read once and checked: what it says, in which session, from which household.

use axum::{
    body::{Body, Bytes},
    http::{HeaderMap, StatusCode, header},
};
use serde::Deserialize;
use tokio::sync::OwnedSemaphorePermit;
use utoipa::{IntoParams, ToSchema};

use super::{
    HttpState,
    body::{MAX_AUDIO, MAX_JSON, read_body, read_recording},
    error::ApiError,
    metrics,
    skills::Skill,
    sound::{Container, unsupported},
};
use crate::{
    assistant::MAX_TEXT,
    commerce::{HouseholdId, SessionId},
};

/// A typed turn.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TypedTurn {
    /// The conversation; without it a new one begins.
    #[schema(example = "kitchen", pattern = "^[A-Za-z0-9._:-]{1,64}$")]
    session: Option<String>,
    /// Who speaks; without it the skill's own of the settings.
    #[schema(pattern = "^[A-Za-z0-9._:-]{1,64}$")]
    household: Option<String>,
    /// What was typed: at most 500 bytes.
    #[schema(example = "reorder paper towels", min_length = 1, max_length = 500)]
    text: String,
}

/// Who speaks, for a recording.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Speaker {
    /// The conversation; without it a new one begins.
    session: Option<String>,
    /// Who speaks; without it the skill's own of the settings.
    household: Option<String>,
}

/// Leave to work on one request; more than the settings allow are turned away.
pub struct Seat(#[expect(dead_code, reason = "dropping it gives it back")] OwnedSemaphorePermit);

impl Seat {
    /// A seat, if one is free.
    ///
    /// # Errors
    /// 503.
    pub fn take(state: &HttpState) -> Result<Self, ApiError> {
        state.turns.clone().try_acquire_owned().map(Self).map_err(|_| {
            metrics::count_shed();
            ApiError::busy("too many turns are at work; ask again in a second")
        })
    }
}

/// What a request says.
#[derive(Debug)]
pub enum Said {
    /// A typed sentence.
    Text(String),
    /// A recording, not yet looked at.
    Recording(Container, Bytes),
}

/// A checked request.
#[derive(Debug)]
pub struct Asked {
    /// In which conversation.
    pub session: SessionId,
    /// By whom.
    pub household: HouseholdId,
    /// What.
    pub said: Said,
}

enum Kind {
    Json,
    Sound(Container),
}

impl Asked {
    /// Reads the body within its bounds of size and time, and checks everything.
    ///
    /// # Errors
    /// [`ApiError`] with the status and the sentence for the caller.
    pub async fn read(
        state: &HttpState,
        skill: &Skill,
        headers: &HeaderMap,
        query: &str,
        body: Body,
    ) -> Result<Self, ApiError> {
        let kind = content_kind(headers)?;
        let speaker = parse_query(query)?;
        match kind {
            Kind::Sound(container) => {
                let bytes = read_recording(state, Some(skill), headers, body, MAX_AUDIO).await?;
                Self::check(skill, speaker, Said::Recording(container, bytes))
            }
            Kind::Json if !query.is_empty() => {
                Err(ApiError::bad("bad_query", "with a JSON body, session and household belong into it"))
            }
            Kind::Json => {
                let typed = parse_json(&read_body(state, headers, body, MAX_JSON).await?)?;
                let speaker = Speaker { session: typed.session, household: typed.household };
                Self::check(skill, speaker, Said::Text(check_text(typed.text)?))
            }
        }
    }

    fn check(skill: &Skill, speaker: Speaker, said: Said) -> Result<Self, ApiError> {
        let fresh = || format!("http-{}", uuid::Uuid::new_v4());
        let (session, household) = who(skill, speaker.session.unwrap_or_else(fresh), speaker.household)?;
        Ok(Self { session, household, said })
    }
}

/// Who speaks in which conversation.
///
/// # Errors
/// 400 when a name is no identifier.
pub fn who(
    skill: &Skill,
    session: String,
    household: Option<String>,
) -> Result<(SessionId, HouseholdId), ApiError> {
    let bad = |error: crate::commerce::ids::BadId| ApiError::bad("bad_id", error.to_string());
    let session = SessionId::new(session).map_err(bad)?;
    let household = match household {
        Some(name) => HouseholdId::new(name).map_err(bad)?,
        None => skill.household.clone(),
    };
    Ok((session, household))
}

fn content_kind(headers: &HeaderMap) -> Result<Kind, ApiError> {
    let value = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("");
    let media = value.split(';').next().unwrap_or("").trim();
    if media.eq_ignore_ascii_case("application/json") {
        return Ok(Kind::Json);
    }
    Container::of(value).map(Kind::Sound).ok_or_else(|| unsupported("application/json, "))
}

fn parse_query(query: &str) -> Result<Speaker, ApiError> {
    let uri =
        format!("/?{query}").parse().map_err(|_| ApiError::bad("bad_query", "the query is no query"))?;
    let speaker = axum::extract::Query::<Speaker>::try_from_uri(&uri);
    speaker.map(|query| query.0).map_err(|_| {
        ApiError::bad(
            "bad_query",
            "the query can have `session` and `household`, each once, and nothing else",
        )
    })
}

/// serde_json itself refuses what is nested deeper than 128.
fn parse_json(bytes: &[u8]) -> Result<TypedTurn, ApiError> {
    let text = std::str::from_utf8(bytes).map_err(|_| ApiError::bad("not_utf8", "the JSON is not UTF-8"))?;
    let hint = r#"{"session": "kitchen", "household": "…", "text": "reorder paper towels"}"#;
    // serde would also take an array of the values in the order of our fields.
    if text.trim_ascii_start().starts_with('[') {
        return Err(ApiError::bad("bad_json", format!("a turn is an object, not a list; wanted is {hint}")));
    }
    serde_json::from_str(text).map_err(|error| {
        // serde_json's sentence can quote the caller's own words, and goes to the caller only.
        ApiError::bad("bad_json", format!("{error}; wanted is {hint}"))
    })
}

fn check_text(text: String) -> Result<String, ApiError> {
    if text.len() > MAX_TEXT {
        let message = format!("`text` is longer than {MAX_TEXT} bytes");
        return Err(ApiError::new(StatusCode::UNPROCESSABLE_ENTITY, "text_too_long", message));
    }
    if text.chars().any(|c| c.is_control() && !c.is_whitespace()) {
        return Err(ApiError::bad("bad_text", "`text` has control characters"));
    }
    if text.trim().is_empty() {
        return Err(ApiError::bad("text_missing", "`text` is empty"));
    }
    Ok(text)
}

/// Whether the caller would rather hear than read: `audio/wav` with a weight at least that of JSON.
pub fn wants_audio(headers: &HeaderMap) -> bool {
    let (mut audio, mut json) = (0.0_f32, 0.0_f32);
    let values = headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok());
    for range in values.flat_map(|value| value.split(',')) {
        let mut parts = range.split(';').map(str::trim);
        let media = parts.next().unwrap_or("").to_ascii_lowercase();
        let weight = parts.find_map(|p| p.strip_prefix("q=")?.parse().ok()).unwrap_or(1.0);
        match media.as_str() {
            "audio/wav" | "audio/x-wav" | "audio/wave" | "audio/vnd.wave" | "audio/*" => {
                audio = audio.max(weight);
            }
            "application/json" | "application/*" => json = json.max(weight),
            _ => {}
        }
    }
    audio > 0.0 && audio >= json
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accept(value: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(header::ACCEPT, header::HeaderValue::from_static(value))])
    }

    #[test]
    fn sound_is_sent_only_to_those_who_prefer_it() {
        assert!(wants_audio(&accept("audio/wav")));
        assert!(wants_audio(&accept("application/json;q=0.5, audio/*")));
        assert!(!wants_audio(&accept("*/*")));
        assert!(!wants_audio(&accept("application/json, audio/wav;q=0.1")));
        assert!(!wants_audio(&accept("audio/wav;q=0")));
        assert!(!wants_audio(&HeaderMap::new()));
    }
}
