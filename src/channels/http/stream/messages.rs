//! What the two sides say to each other in text messages: one JSON object each, with its `type`.

use axum::{extract::ws::close_code, http::StatusCode};
use serde::{Deserialize, de::IgnoredAny};
use serde_json::{Value, json};

use crate::{audio::resample::RATES, channels::http::error::ApiError};

/// A message of the client.
#[derive(Debug)]
pub enum Message {
    /// An utterance begins.
    Start(Start),
    /// The shopper has ended; without it the server finds out.
    End,
    /// The utterance does not count, or the answer need not be heard.
    Cancel,
}

/// An utterance that begins.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Start {
    #[serde(rename = "type")]
    _kind: Option<IgnoredAny>,
    /// The conversation; without it that of the connection.
    pub session: Option<String>,
    /// Who speaks; without it the skill's own of the settings.
    pub household: Option<String>,
    /// How the sound is written: `pcm_s16le` unless it says `opus`.
    codec: Option<String>,
    /// Frames a second of PCM; 16,000 unless it says another.
    rate: Option<u32>,
    /// Whether guesses are wanted while somebody speaks.
    #[serde(default)]
    pub partials: bool,
    /// Whether the answer is wanted as sound.
    pub audio: Option<bool>,
}

/// How sound is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Codec {
    /// 16 bits, signed, the low byte first, mono, at so many frames a second.
    Pcm(u32),
    /// One Opus packet a message.
    Opus,
}

/// What goes wrong on a stream.
#[derive(Debug)]
pub struct Problem {
    code: &'static str,
    message: String,
    /// In seconds.
    retry_after: Option<u64>,
    /// The code that the connection is closed with; `None`: it goes on.
    pub close: Option<u16>,
}

#[derive(Deserialize)]
struct Kind {
    #[serde(rename = "type")]
    kind: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Bare {
    #[serde(rename = "type")]
    _kind: IgnoredAny,
}

impl Message {
    /// Reads a text message.
    ///
    /// # Errors
    /// [`Problem`] for what is none.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        // serde_json's sentence can quote the caller's own words, and goes to the caller only.
        let bad = |error: serde_json::Error| Problem::fatal("bad_json", error.to_string(), 400);
        // serde would also take an array of the values in the order of our fields.
        if !text.trim_ascii_start().starts_with('{') {
            return Err(Problem::fatal("bad_json", "a message is a JSON object with a `type`", 400));
        }
        let Kind { kind } = serde_json::from_str(text).map_err(bad)?;
        match kind.as_str() {
            "start" => serde_json::from_str(text).map(Self::Start).map_err(bad),
            "end" => serde_json::from_str::<Bare>(text).map(|_| Self::End).map_err(bad),
            "cancel" => serde_json::from_str::<Bare>(text).map(|_| Self::Cancel).map_err(bad),
            _ => Err(Problem::fatal("unknown_message", "a message is `start`, `end` or `cancel`", 400)),
        }
    }
}

impl Start {
    /// How its sound is written.
    ///
    /// # Errors
    /// [`Problem`] for a way that is not read.
    pub fn codec(&self) -> Result<Codec, Problem> {
        let bad = |message: String| Err(Problem::fatal("bad_audio", message, 422));
        match (self.codec.as_deref().unwrap_or("pcm_s16le"), self.rate) {
            ("pcm_s16le", rate) if RATES.contains(&rate.unwrap_or(16_000)) => {
                Ok(Codec::Pcm(rate.unwrap_or(16_000)))
            }
            ("pcm_s16le", _) => bad(format!("`rate` is to be from {} to {}", RATES.start(), RATES.end())),
            ("opus", None) => Ok(Codec::Opus),
            ("opus", Some(_)) => bad("Opus has no `rate`".into()),
            _ => bad("`codec` is to be pcm_s16le or opus".into()),
        }
    }
}

impl Problem {
    /// One that ends the connection, with the code 4000 and the status that HTTP has for it.
    pub fn fatal(code: &'static str, message: impl Into<String>, status: u16) -> Self {
        Self { code, message: message.into(), retry_after: None, close: Some(4_000 + status) }
    }

    /// One that ends only what was being done.
    pub fn passing(code: &'static str, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), retry_after: None, close: None }
    }

    /// The server stops.
    pub fn stopping() -> Self {
        let message = "the server stops; connect again when it is back";
        Self::passing("stopping", message).closing(close_code::AWAY)
    }

    /// The same, as the end of the connection.
    pub fn closing(self, code: u16) -> Self {
        Self { close: Some(code), ..self }
    }

    /// What the client is told first.
    pub fn message(&self) -> Value {
        let fatal = self.close.is_some();
        let mut message =
            json!({ "type": "error", "code": self.code, "message": self.message, "fatal": fatal });
        if let Some(seconds) = self.retry_after {
            message["retry_after"] = seconds.into();
        }
        message
    }

    /// For programs.
    pub fn code(&self) -> &'static str {
        self.code
    }
}

/// What HTTP would answer. What is no fault of the client's does not end the connection.
impl From<ApiError> for Problem {
    fn from(error: ApiError) -> Self {
        let retry_after = error.retry_after();
        let ours = error.status().is_server_error() || error.status() == StatusCode::PAYLOAD_TOO_LARGE;
        let close = (!ours).then(|| 4_000 + error.status().as_u16());
        Self { code: error.code(), message: error.message().to_owned(), retry_after, close }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_an_object_of_a_known_type_with_known_fields() {
        for (text, code) in [
            ("", "bad_json"),
            ("[\"start\"]", "bad_json"),
            ("{}", "bad_json"),
            ("{\"type\": 1}", "bad_json"),
            ("{\"type\": \"start\"", "bad_json"),
            ("{\"type\": \"start\", \"type\": \"end\"}", "bad_json"),
            ("{\"type\": \"start\", \"yes\": true}", "bad_json"),
            ("{\"type\": \"start\", \"rate\": -1}", "bad_json"),
            ("{\"type\": \"end\", \"session\": \"s\"}", "bad_json"),
            ("{\"type\": \"order\"}", "unknown_message"),
        ] {
            assert_eq!(Message::parse(text).expect_err(text).code(), code, "{text}");
        }
        let Ok(Message::Start(start)) = Message::parse(" {\"type\": \"start\", \"session\": \"s\"}") else {
            panic!("no start")
        };
        assert_eq!((start.session.as_deref(), start.codec().unwrap()), (Some("s"), Codec::Pcm(16_000)));
        assert!(matches!(Message::parse("{\"type\":\"cancel\"}"), Ok(Message::Cancel)));
    }

    #[test]
    fn sound_is_pcm_at_a_rate_that_is_converted_or_opus() {
        let codec = |rest: &str| {
            let Ok(Message::Start(start)) = Message::parse(&format!("{{\"type\":\"start\"{rest}}}")) else {
                panic!("{rest}")
            };
            start.codec().map_err(|problem| problem.code())
        };
        assert_eq!(codec(",\"rate\":48000"), Ok(Codec::Pcm(48_000)));
        assert_eq!(codec(",\"codec\":\"opus\""), Ok(Codec::Opus));
        for wrong in
            [",\"rate\":0", ",\"rate\":192000", ",\"codec\":\"mp3\"", ",\"codec\":\"opus\",\"rate\":16000"]
        {
            assert_eq!(codec(wrong), Err("bad_audio"), "{wrong}");
        }
    }
}
