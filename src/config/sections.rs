//! The sections of the settings: speech, devices, HTTP.

use std::{net::SocketAddr, path::PathBuf, time::Duration};

use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};

use super::{FILE, SettingsError, keys::Blame, linking};

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawSpeech {
    model: Option<String>,
    synthesizer: Option<String>,
    voice: Option<String>,
    pace: Option<u32>,
    piper_program: Option<String>,
    piper_voice: Option<String>,
    max_waiting: Option<u32>,
    answer_seconds: Option<u32>,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawListen {
    input: Option<String>,
    output: Option<String>,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawHttp {
    listen: Option<String>,
    public_url: Option<String>,
    token: Option<String>,
    max_in_flight: Option<u32>,
    max_connections: Option<u32>,
    header_seconds: Option<u32>,
    body_seconds: Option<u32>,
    request_seconds: Option<u32>,
    stream_idle_seconds: Option<u32>,
    drain_seconds: Option<u32>,
}

/// How to hear and speak.
#[derive(Debug, Clone)]
pub struct Speech {
    /// A model's name; without it the best installed one.
    pub model: Option<String>,
    /// What speaks.
    pub synthesizer: Synthesizer,
    /// An eSpeak NG voice; without it the locale decides.
    pub voice: Option<String>,
    /// Words a minute; without it the synthesizer's own pace.
    pub pace: Option<u16>,
    /// The Piper program.
    pub piper_program: PathBuf,
    /// A Piper voice's file.
    pub piper_voice: Option<PathBuf>,
    /// Utterances that wait for a recogniser of `sayso serve`.
    pub max_waiting: usize,
    /// From the end of an utterance to its words, in `sayso serve`.
    pub answer: Duration,
}

/// Which engine speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Synthesizer {
    /// Piper when a voice of it is configured, else eSpeak NG.
    Auto,
    /// eSpeak NG.
    Espeak,
    /// Piper.
    Piper,
    /// A tone for each word, for tests.
    Tones,
}

/// Which devices `sayso listen` uses.
#[derive(Debug, Clone)]
pub struct Listen {
    /// A microphone's name, or a part of it; without it the system's default.
    pub input: Option<String>,
    /// A loudspeaker's name, or a part of it.
    pub output: Option<String>,
}

/// How `sayso serve` serves.
#[derive(Debug, Clone)]
pub struct Http {
    /// The address to listen on.
    pub listen: SocketAddr,
    /// Its address as browsers reach it, `https://host`, without a slash at the end.
    pub public_url: Option<String>,
    /// The bearer token. Always there when `listen` is not a loopback address.
    pub token: Option<SecretString>,
    /// Turns at work at the same time; more are answered 503.
    pub max_in_flight: usize,
    /// Open connections at the same time; more wait.
    pub max_connections: usize,
    /// For a request's head, and between two requests of a connection.
    pub header_timeout: Duration,
    /// For a request's body.
    pub body_timeout: Duration,
    /// For a request altogether.
    pub request_timeout: Duration,
    /// How long a stream may be open with nothing said on it.
    pub stream_idle: Duration,
    /// How long a shutdown waits for turns in flight.
    pub drain: Duration,
}

impl Listen {
    pub(super) fn unchecked(raw: RawListen) -> Self {
        Self { input: raw.input, output: raw.output }
    }
}

impl Speech {
    pub(super) fn check(raw: RawSpeech, blame: &Blame<'_>) -> Result<Self, SettingsError> {
        let synthesizer = match raw.synthesizer.as_deref().unwrap_or("auto") {
            "auto" => Synthesizer::Auto,
            "espeak" => Synthesizer::Espeak,
            "piper" => Synthesizer::Piper,
            "tones" => Synthesizer::Tones,
            _ => return Err(blame.bad("speech.synthesizer", "one of auto, espeak, piper, tones is needed")),
        };
        if synthesizer == Synthesizer::Piper && raw.piper_voice.is_none() {
            return Err(blame.bad("speech.synthesizer", "piper needs a voice's file in `speech.piper_voice`"));
        }
        let pace = match raw.pace {
            None => None,
            Some(pace) => match u16::try_from(pace) {
                Ok(pace) if (80..=450).contains(&pace) => Some(pace),
                _ => return Err(blame.bad("speech.pace", "a number from 80 to 450 is needed")),
            },
        };
        Ok(Self {
            model: raw.model,
            synthesizer,
            voice: raw.voice,
            pace,
            piper_program: raw.piper_program.unwrap_or_else(|| "piper".into()).into(),
            piper_voice: raw.piper_voice.map(PathBuf::from),
            max_waiting: number(blame, "speech.max_waiting", raw.max_waiting, 64, 10_000)? as usize,
            answer: Duration::from_secs(u64::from(number(
                blame,
                "speech.answer_seconds",
                raw.answer_seconds,
                8,
                600,
            )?)),
        })
    }
}

impl Http {
    pub(super) fn check(raw: RawHttp, blame: &Blame<'_>) -> Result<Self, SettingsError> {
        let listen = raw.listen.as_deref().unwrap_or("127.0.0.1:7390");
        let Ok(listen) = listen.parse::<SocketAddr>() else {
            return Err(blame.bad("http.listen", "an address and a port are needed, such as 127.0.0.1:7390"));
        };
        let token = raw.token.map(SecretString::from);
        if let Some(token) = &token {
            check_token("http.token", token, blame)?;
        }
        if !listen.ip().is_loopback() && token.is_none() {
            let problem = format!(
                "{listen} can be reached from other machines, so a bearer token is needed: \
                 set `http.token` in {FILE} or SAYSO_HTTP_TOKEN, or listen on 127.0.0.1"
            );
            return Err(blame.bad("http.listen", &problem));
        }
        let number = |key, value, default, most| number(blame, key, value, default, most);
        let seconds =
            |key, value, default| number(key, value, default, 600).map(|n| Duration::from_secs(u64::from(n)));
        let public_url = raw.public_url.map(|url| linking::check_public_url(&url, blame)).transpose()?;
        Ok(Self {
            listen,
            public_url,
            token,
            max_in_flight: number("http.max_in_flight", raw.max_in_flight, 32, 10_000)? as usize,
            max_connections: number("http.max_connections", raw.max_connections, 256, 100_000)? as usize,
            header_timeout: seconds("http.header_seconds", raw.header_seconds, 10)?,
            body_timeout: seconds("http.body_seconds", raw.body_seconds, 20)?,
            request_timeout: seconds("http.request_seconds", raw.request_seconds, 60)?,
            stream_idle: seconds("http.stream_idle_seconds", raw.stream_idle_seconds, 120)?,
            drain: seconds("http.drain_seconds", raw.drain_seconds, 15)?,
        })
    }
}

/// From 1 to `most`.
pub(super) fn number(
    blame: &Blame<'_>,
    key: &str,
    value: Option<u32>,
    default: u32,
    most: u32,
) -> Result<u32, SettingsError> {
    match value.unwrap_or(default) {
        n if (1..=most).contains(&n) => Ok(n),
        _ => Err(blame.bad(key, &format!("a number from 1 to {most} is needed"))),
    }
}

/// A token that cannot be guessed by trying short ones, and that fits into a header.
pub(super) fn check_token(key: &str, token: &SecretString, blame: &Blame<'_>) -> Result<(), SettingsError> {
    let text = token.expose_secret();
    if (16..=256).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic()) {
        return Ok(());
    }
    Err(blame.bad(key, "16 to 256 letters, digits and signs without spaces"))
}
