//! `POST /v1/skills/{skill}/platforms/{platform}`: a platform's envelope with the utterance as sound, for clients of
//! our own.
//!
//! Invariants:
//! - Who asks is proved by our token, as for turns: the platforms' own routes stay closed to it. Of the envelope
//!   only its form counts: no signature, time or account in it proves anything here, and what it says of an
//!   intent is not looked at. The words are those of the recording.
//! - A conversation here is another one than that of the same name on the platform's own route.

use std::{convert::Infallible, sync::Arc};

use axum::{
    Json,
    body::{Body, Bytes},
    extract::{Path, State, rejection::PathRejection},
    http::{HeaderMap, header},
};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use futures_util::stream;
use multer::{Field, Multipart};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::{
    HttpState, audio,
    body::{MAX_AUDIO, read_recording},
    error::{ApiError, ErrorBody},
    metrics, not_found,
    request::Seat,
    skills::Skill,
    sound::{Container, unsupported},
};
use crate::{
    channels::{
        alexa::{self, AlexaSkill, Envelope},
        dialogflow::{Back, Format},
        platform,
    },
    commerce::{HouseholdId, SessionId},
    turn::{Reply, Turn},
};

/// The largest envelope, in bytes: as on the platforms' own routes.
const MAX_ENVELOPE: usize = 128 * 1024;
/// What stands between the two parts.
const MAX_REST: usize = 16 * 1024;

/// The form: two parts, each with its own media type.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "it is read by hand, with bounds; this is its description")]
pub struct SpokenForm {
    /// The platform's request envelope, as JSON: at most 128 KiB.
    #[schema(value_type = Object)]
    envelope: Value,
    /// What was said: `audio/wav`, `audio/ogg; codecs=opus` or `audio/L16; rate=…`, at most 4 MiB and 60 s.
    #[schema(value_type = String, format = Binary)]
    audio: Vec<u8>,
}

/// The platform's response, and the answer to be heard.
#[derive(Debug, Serialize, ToSchema)]
pub struct SpokenAnswer {
    /// The platform's response envelope.
    #[schema(value_type = Object)]
    pub envelope: Value,
    /// What was heard; a PIN is masked. `null` when there were no words.
    pub heard: Option<String>,
    /// The answer as sound.
    pub audio: SpokenSound,
}

/// Sound inside JSON.
#[derive(Debug, Serialize, ToSchema)]
pub struct SpokenSound {
    /// `audio/wav`.
    pub content_type: &'static str,
    /// The file, in base64 (RFC 4648, section 4).
    pub base64: String,
}

/// A platform's envelope with the utterance as sound; the platform's response with the answer as sound.
///
/// For clients of your own that speak a platform's format: `alexa`, `dialogflow-cx` or `dialogflow-es`. Who asks is
/// proved by this server's token, not by the platform.
#[utoipa::path(post, path = "/v1/skills/{skill}/platforms/{platform}", tag = "platforms", security(("token" = []), ()),
    params(("skill" = String, Path, description = "the identifier of the skill's skill.toml"),
           ("platform" = String, Path, description = "alexa, dialogflow-cx or dialogflow-es")),
    request_body(content = SpokenForm, content_type = "multipart/form-data"),
    responses(
        (status = 200, description = "the platform's response, and the answer as sound", body = SpokenAnswer),
        (status = 400, description = "the form or the envelope is wrong; nothing was run", body = ErrorBody),
        (status = 401, description = "the token is missing or wrong", body = ErrorBody),
        (status = 403, description = "not asked from this machine, and no token is configured", body = ErrorBody),
        (status = 404, description = "there is no such skill, or it is not set up for that platform", body = ErrorBody),
        (status = 408, description = "the body came too slowly", body = ErrorBody),
        (status = 413, description = "the body or the recording is too large", body = ErrorBody),
        (status = 415, description = "no form, or sound of a kind that is not heard", body = ErrorBody),
        (status = 422, description = "the recording cannot be read", body = ErrorBody),
        (status = 500, description = "something failed here", body = ErrorBody),
        (status = 503, description = "too much to do, or no recogniser yet; see Retry-After", body = ErrorBody),
        (status = 504, description = "the turn took too long", body = ErrorBody),
    ))]
pub async fn take(
    State(state): State<Arc<HttpState>>,
    names: Result<Path<(String, String)>, PathRejection>,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<SpokenAnswer>, ApiError> {
    let (name, platform) = names.map_or_else(|_| Default::default(), |Path(names)| names);
    let skill = state.skills.asked(Some(&name))?;
    let platform = Platform::of(&platform, &skill).ok_or_else(not_found)?;
    let form = Form::read(&state, &skill, &headers, body).await?;
    let asked = platform.read(&form.envelope)?;
    let seats = (skill.seat()?, Seat::take(&state)?);
    let shared = state.clone();
    // Its own task: a caller that hangs up in the middle of a confirmation does not tear it.
    let work = state.tasks.spawn(async move {
        let _seats = seats;
        run(&shared, &skill, asked, form.container, form.audio).await
    });
    work.await.unwrap_or_else(|_| {
        metrics::count_fault("turn");
        Err(ApiError::fault())
    })
}

async fn run(
    state: &Arc<HttpState>,
    skill: &Skill,
    asked: Asked,
    container: Container,
    sound: Bytes,
) -> Result<Json<SpokenAnswer>, ApiError> {
    let listened = container.hear(state, skill, sound).await?;
    let locale = asked.locale.unwrap_or_else(|| state.options.locale.clone());
    let turn = Turn {
        shop: skill.shop.clone(),
        household: asked.household,
        session: asked.session,
        locale: locale.clone(),
        channel: asked.channel,
        input: listened.input,
        request: None,
        stages: listened.stages,
    };
    let mut reply = state.engine.turn(turn).await;
    let wav = audio::speak(state, &mut reply).await?;
    metrics::count_reply(asked.channel, &reply);
    tracing::info!(shop = %skill.shop, turn = %reply.turn, decision = reply.decision, "turn");
    let audio = SpokenSound { content_type: "audio/wav", base64: BASE64_STANDARD.encode(wav) };
    Ok(Json(SpokenAnswer { envelope: asked.answer.of(&reply, &locale), heard: reply.heard, audio }))
}

/// A platform, as a skill is set up for it.
enum Platform {
    Alexa(Arc<AlexaSkill>),
    Dialogflow(Format, Option<HouseholdId>),
}

/// What an envelope says beside the words.
struct Asked {
    channel: &'static str,
    session: SessionId,
    household: HouseholdId,
    locale: Option<String>,
    answer: Answer,
}

/// What it takes to answer in the platform's format.
enum Answer {
    Alexa { skill: Arc<AlexaSkill>, screen: bool },
    Dialogflow(Back),
}

impl Platform {
    fn of(name: &str, skill: &Skill) -> Option<Self> {
        let household = || skill.dialogflow.as_ref().map(|agent| agent.household.clone());
        match name {
            "alexa" => skill.alexa.clone().map(Self::Alexa),
            "dialogflow-cx" => household().map(|household| Self::Dialogflow(Format::Cx, household)),
            "dialogflow-es" => household().map(|household| Self::Dialogflow(Format::Es, household)),
            _ => None,
        }
    }

    fn read(self, envelope: &[u8]) -> Result<Asked, ApiError> {
        let bad = || {
            ApiError::bad(
                "bad_envelope",
                "`envelope` is no request of that platform in which something is said",
            )
        };
        match self {
            Self::Alexa(skill) => {
                let envelope = Envelope::parse(envelope).ok_or_else(bad)?;
                let said = ["LaunchRequest", "IntentRequest"].contains(&envelope.request.kind.as_str());
                let theirs = envelope.session.as_ref().filter(|_| said).ok_or_else(bad)?;
                let session = platform::session("alexa-sound", &theirs.session_id).map_err(|_| bad())?;
                let screen = envelope.has_screen();
                let locale = platform::locale(envelope.request.locale);
                let household = skill.household.clone().ok_or_else(linked_accounts)?;
                let answer = Answer::Alexa { skill, screen };
                Ok(Asked { channel: "alexa-sound", session, household, locale, answer })
            }
            Self::Dialogflow(format, household) => {
                let asked = format.read(envelope).ok_or_else(bad)?;
                let channel =
                    if format == Format::Cx { "dialogflow-cx-sound" } else { "dialogflow-es-sound" };
                let session = platform::session(channel, asked.session.as_str()).map_err(|_| bad())?;
                let locale = asked.locale.clone();
                let household = household.ok_or_else(linked_accounts)?;
                // What the platform made of the words is left out: here are the words.
                let (_, back) = asked.into_parts();
                Ok(Asked { channel, session, household, locale, answer: Answer::Dialogflow(back) })
            }
        }
    }
}

/// A token of an account stands in the envelope of whoever sends it; only the platform's own proof would say whose.
fn linked_accounts() -> ApiError {
    ApiError::bad(
        "linked_accounts",
        "this skill's shoppers are known by their accounts; ask /v1/turns instead",
    )
}

impl Answer {
    fn of(self, reply: &Reply, locale: &str) -> Value {
        match self {
            Self::Alexa { skill, screen } => alexa::answer(reply, &skill, locale, screen, None),
            Self::Dialogflow(back) => back.answer(reply, locale),
        }
    }
}

/// The two parts.
struct Form {
    envelope: Bytes,
    container: Container,
    audio: Bytes,
}

impl Form {
    async fn read(
        state: &HttpState,
        skill: &Skill,
        headers: &HeaderMap,
        body: Body,
    ) -> Result<Self, ApiError> {
        let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("");
        let boundary = multer::parse_boundary(kind).map_err(|_| {
            unsupported("multipart/form-data with the parts `envelope` and `audio`, which is ")
        })?;
        let most = MAX_AUDIO + MAX_ENVELOPE + MAX_REST;
        let bytes = read_recording(state, Some(skill), headers, body, most).await?;
        let mut parts = Multipart::new(stream::iter([Ok::<_, Infallible>(bytes)]), boundary);
        let (mut envelope, mut audio) = (None, None);
        while let Some(part) = parts.next_field().await.map_err(|_| broken())? {
            match part.name() {
                Some("envelope") if envelope.is_none() => {
                    envelope = Some(part.bytes().await.map_err(|_| broken())?)
                }
                Some("audio") if audio.is_none() => audio = Some(recording(part).await?),
                _ => return Err(broken()),
            }
        }
        let (envelope, (container, audio)) = envelope.zip(audio).ok_or_else(broken)?;
        let too_large = envelope.len() > MAX_ENVELOPE || audio.len() > MAX_AUDIO;
        match too_large {
            true => Err(ApiError::new(
                axum::http::StatusCode::PAYLOAD_TOO_LARGE,
                "too_large",
                "a part is too large",
            )),
            false => Ok(Self { envelope, container, audio }),
        }
    }
}

async fn recording(part: Field<'_>) -> Result<(Container, Bytes), ApiError> {
    let kind = part.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let container = kind.and_then(Container::of).ok_or_else(|| unsupported("in the part `audio` "))?;
    Ok((container, part.bytes().await.map_err(|_| broken())?))
}

fn broken() -> ApiError {
    ApiError::bad(
        "bad_form",
        "the form is to have the parts `envelope` and `audio`, each once, and nothing else",
    )
}
