//! A transcription in each of the forms that can be asked for.

use std::time::Duration;

use axum::{
    Json,
    http::header,
    response::{IntoResponse, Response},
};
use serde::Serialize;
use utoipa::ToSchema;

use super::bad_field;
use crate::channels::http::error::ApiError;

/// The form of the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    Json,
    Text,
    Verbose,
    Srt,
    Vtt,
}

/// `json` has only the text and the usage; `verbose_json` has all.
#[derive(Debug, Serialize, ToSchema)]
pub struct Transcription {
    /// `transcribe`.
    #[serde(skip_serializing_if = "Option::is_none")]
    task: Option<&'static str>,
    /// The language in English, as Whisper calls it.
    #[serde(skip_serializing_if = "Option::is_none")]
    language: Option<String>,
    /// Seconds of sound.
    #[serde(skip_serializing_if = "Option::is_none")]
    duration: Option<f64>,
    /// The words; empty where there were none, or none to be trusted.
    text: String,
    /// One, from beginning to end, where there are words.
    #[serde(skip_serializing_if = "Option::is_none")]
    segments: Option<Vec<Segment>>,
    /// How much was heard.
    usage: Usage,
}

/// How much was heard.
#[derive(Debug, Serialize, ToSchema)]
pub struct Usage {
    /// `duration`.
    #[serde(rename = "type")]
    #[schema(rename = "type")]
    kind: &'static str,
    /// Seconds, rounded up.
    seconds: u64,
}

/// A piece of a transcription.
#[derive(Debug, Serialize, ToSchema)]
pub struct Segment {
    /// 0.
    id: u32,
    /// 0.
    seek: u32,
    /// Seconds.
    start: f64,
    /// Seconds.
    end: f64,
    /// The words.
    text: String,
    /// Empty: the tokens are not told.
    tokens: Vec<u32>,
    /// 0: the most probable words are written.
    temperature: f32,
    /// The logarithm of the recogniser's confidence in the whole text.
    avg_logprob: f32,
    /// 1: it is not measured.
    compression_ratio: f32,
    /// 0: what is no speech has no segment.
    no_speech_prob: f32,
}

/// What was heard in a recording.
pub struct Written {
    pub text: String,
    /// 0 to 1.
    pub confidence: f32,
    pub duration: Duration,
    /// ISO 639-1.
    pub language: String,
}

impl Format {
    pub fn parse(name: Option<&str>) -> Result<Self, ApiError> {
        match name.unwrap_or("json") {
            "json" => Ok(Self::Json),
            "text" => Ok(Self::Text),
            "verbose_json" => Ok(Self::Verbose),
            "srt" => Ok(Self::Srt),
            "vtt" => Ok(Self::Vtt),
            _ => {
                let message = "supported values are json, text, verbose_json, srt and vtt";
                Err(bad_field("response_format", message))
            }
        }
    }

    pub fn answer(self, written: Written) -> Response {
        let plain =
            |text: String| ([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], text).into_response();
        match self {
            Self::Json | Self::Verbose => Json(transcription(written, self == Self::Verbose)).into_response(),
            Self::Text => plain(format!("{}\n", written.text)),
            Self::Srt => plain(cue("1\n", ',', &written)),
            Self::Vtt => plain(format!("WEBVTT\n\n{}", cue("", '.', &written))),
        }
    }
}

fn transcription(written: Written, verbose: bool) -> Transcription {
    let seconds = written.duration.as_secs_f64();
    let segment = Segment {
        id: 0,
        seek: 0,
        start: 0.0,
        end: seconds,
        text: written.text.clone(),
        tokens: Vec::new(),
        temperature: 0.0,
        avg_logprob: written.confidence.max(f32::MIN_POSITIVE).ln(),
        compression_ratio: 1.0,
        no_speech_prob: 0.0,
    };
    let segments = if written.text.is_empty() { Vec::new() } else { vec![segment] };
    Transcription {
        task: verbose.then_some("transcribe"),
        language: verbose.then(|| language_name(&written.language)),
        duration: verbose.then_some(seconds),
        text: written.text,
        segments: verbose.then_some(segments),
        usage: Usage { kind: "duration", seconds: seconds.ceil() as u64 },
    }
}

/// OpenAI tells the language by its English name; where we have none, the code is better than nothing.
fn language_name(code: &str) -> String {
    match code {
        "en" => "english",
        other => other,
    }
    .to_owned()
}

/// One subtitle from beginning to end; none where nothing was said.
fn cue(number: &str, point: char, written: &Written) -> String {
    if written.text.is_empty() {
        return String::new();
    }
    let (from, to) = (clock(Duration::ZERO, point), clock(written.duration, point));
    format!("{number}{from} --> {to}\n{}\n\n", written.text)
}

/// `00:00:01,900`.
fn clock(time: Duration, point: char) -> String {
    let (seconds, ms) = (time.as_secs(), time.subsec_millis());
    format!("{:02}:{:02}:{:02}{point}{ms:03}", seconds / 3600, seconds / 60 % 60, seconds % 60)
}
