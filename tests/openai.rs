//! What a program that was written for OpenAI's audio API may rely on.

use std::sync::{Arc, OnceLock};

use crate::{
    http::{
        client::{Answer, Request, get, post},
        parts::{LoudIsHelp, Server, options, start, start_with, tone},
    },
    support::sound::espeak,
};
use sayso::{
    audio::wav,
    channels::http::Options,
    speech::{open_recognizer, pool::Pool},
};
use serde_json::{Value, json};

/// A form as a client sends it: fields, then the recording.
fn form(fields: &[(&str, &str)], file: Option<&[u8]>) -> Request {
    let mut body = Vec::new();
    for (name, value) in fields {
        let part = format!("--edge\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
        body.extend_from_slice(part.as_bytes());
    }
    if let Some(file) = file {
        let head = "--edge\r\nContent-Disposition: form-data; name=\"file\"; filename=\"yes.wav\"\r\n\
                    Content-Type: audio/wav\r\n\r\n";
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(file);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(b"--edge--\r\n");
    post("/v1/audio/transcriptions", "multipart/form-data; boundary=edge", body)
}

async fn transcribe(server: &Server, fields: &[(&str, &str)]) -> Answer {
    form(fields, Some(&tone())).send(server.address).await
}

async fn speak(server: &Server, body: Value) -> Answer {
    post("/v1/audio/speech", "application/json", body.to_string()).send(server.address).await
}

/// The code of an error, after a look at OpenAI's form of it.
fn refused(answer: &Answer) -> (u16, String, Value) {
    let json = answer.json();
    let error = json["error"].as_object().unwrap_or_else(|| panic!("{json}"));
    let keys: Vec<_> = error.keys().map(String::as_str).collect();
    assert_eq!(keys, ["code", "message", "param", "type"]);
    assert!(error["message"].as_str().unwrap().len() > 5);
    let kind = if answer.status >= 500 { "server_error" } else { "invalid_request_error" };
    assert_eq!(error["type"], kind);
    (answer.status, error["code"].as_str().unwrap().to_owned(), error["param"].clone())
}

fn spoken(fields: Value) -> Value {
    let mut all = json!({ "model": "tts-1", "voice": "alloy", "input": "Your order is on its way." });
    all.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    all
}

#[tokio::test]
async fn a_recording_becomes_its_words_in_each_form_that_can_be_asked_for() {
    let server = start(options()).await;
    let plain = transcribe(&server, &[("model", "whisper-1")]).await;
    let usage = json!({"type": "duration", "seconds": 1});
    assert_eq!((plain.status, plain.json()), (200, json!({"text": "help", "usage": usage})));
    let text = transcribe(&server, &[("model", "whisper-1"), ("response_format", "text")]).await;
    assert_eq!(text.text(), "help\n");
    assert!(text.headers["content-type"].starts_with("text/plain"));
    let srt = transcribe(&server, &[("model", "whisper-1"), ("response_format", "srt")]).await;
    assert_eq!(srt.text(), "1\n00:00:00,000 --> 00:00:01,000\nhelp\n\n");
    let vtt = transcribe(&server, &[("model", "loud-is-help"), ("response_format", "vtt")]).await;
    assert_eq!(vtt.text(), "WEBVTT\n\n00:00:00.000 --> 00:00:01.000\nhelp\n\n");
    let all =
        transcribe(&server, &[("model", "whisper-1"), ("response_format", "verbose_json")]).await.json();
    assert_eq!(
        (&all["task"], &all["language"], &all["duration"]),
        (&"transcribe".into(), &"english".into(), &1.0.into())
    );
    let segment = &all["segments"][0];
    assert_eq!(
        (&segment["text"], &segment["start"], &segment["end"]),
        (&"help".into(), &0.0.into(), &1.0.into())
    );
    let confidence = segment["avg_logprob"].as_f64().unwrap().exp();
    assert!((confidence - 0.9).abs() < 1e-6, "{confidence}");
}

#[tokio::test]
async fn silence_is_an_empty_text_and_no_subtitle() {
    let server = start(options()).await;
    let silence = wav::encode(16_000, &[0.0; 16_000]).unwrap();
    for (format, wanted) in [("text", "\n"), ("srt", ""), ("vtt", "WEBVTT\n\n")] {
        let answer = form(&[("model", "whisper-1"), ("response_format", format)], Some(&silence));
        assert_eq!(answer.send(server.address).await.text(), wanted, "{format}");
    }
}

#[tokio::test]
async fn fields_that_whisper_does_not_know_do_no_harm() {
    let server = start(options()).await;
    let fields = [
        ("model", "whisper-1"),
        ("language", "en"),
        ("prompt", "shopping"),
        ("temperature", "0.2"),
        ("stream", "true"),
        ("timestamp_granularities[]", "segment"),
        ("include[]", "logprobs"),
    ];
    assert_eq!(transcribe(&server, &fields).await.json()["text"], "help");
}

#[tokio::test]
async fn a_form_with_a_wrong_field_is_refused_and_the_field_named() {
    let server = start(options()).await;
    let long = "x".repeat(300);
    let cases: [(&[(&str, &str)], &str); 8] = [
        (&[], "model"),
        (&[("model", "")], "model"),
        (&[("model", "whisper-1"), ("model", "whisper-1")], "model"),
        (&[("model", "whisper-1"), ("response_format", "xml")], "response_format"),
        (&[("model", "whisper-1"), ("temperature", "hot")], "temperature"),
        (&[("model", "whisper-1"), ("temperature", "NaN")], "temperature"),
        (&[("model", "whisper-1"), ("timestamp_granularities[]", "word")], "timestamp_granularities"),
        (&[("model", "whisper-1"), ("language", &long)], "language"),
    ];
    for (fields, param) in cases {
        let answer = transcribe(&server, fields).await;
        assert_eq!(refused(&answer), (400, "invalid_value".into(), param.into()), "{fields:?}");
    }
    let absent = form(&[("model", "whisper-1")], None).send(server.address).await;
    assert_eq!(refused(&absent), (400, "invalid_value".into(), "file".into()));
    let noise = form(&[("model", "whisper-1")], Some(b"this is not sound")).send(server.address).await;
    assert_eq!(refused(&noise), (400, "invalid_value".into(), "file".into()));
    let other = transcribe(&server, &[("model", "gpt-9")]).await;
    assert_eq!(refused(&other), (404, "model_not_found".into(), "model".into()));
}

#[tokio::test]
async fn a_language_that_the_model_does_not_hear_is_refused() {
    let data = tempfile::tempdir().unwrap();
    let opened = open_recognizer(data.path(), None).unwrap();
    let server = start_with(options(), OnceLock::from(Pool::new(opened.recognizer, 8))).await;
    for (language, status) in
        [("en", 200), ("en-US", 200), ("EN", 200), ("de", 400), ("english", 400), ("*", 400)]
    {
        let answer = transcribe(&server, &[("model", "whisper-1"), ("language", language)]).await;
        assert_eq!(answer.status, status, "{language}: {}", answer.text());
    }
}

#[tokio::test]
async fn what_is_said_is_heard_word_for_word_by_the_real_model() {
    let Some(sound) = espeak("Reorder paper towels.", &["-v", "en-us", "-s", "160"]) else { return };
    let data = tempfile::tempdir().unwrap();
    let opened = open_recognizer(data.path(), None).unwrap();
    let server = start_with(options(), OnceLock::from(Pool::new(opened.recognizer, 8))).await;
    let file = wav::encode(16_000, &sound).unwrap();
    let answer = form(&[("model", "whisper-1")], Some(&file)).send(server.address).await;
    assert_eq!(answer.json()["text"], "Reorder paper towels.");
}

#[tokio::test]
async fn a_form_that_is_none_or_too_large_is_refused() {
    let server = start(options()).await;
    let send = async |kind: &str, body: Vec<u8>| {
        let answer = post("/v1/audio/transcriptions", kind, body).send(server.address).await;
        let (status, code, _) = refused(&answer);
        (status, code)
    };
    let unsupported = || (415, "unsupported_media_type".to_owned());
    assert_eq!(send("application/json", b"{}".to_vec()).await, unsupported());
    assert_eq!(send("multipart/form-data", b"--edge--".to_vec()).await, unsupported());
    let kind = "multipart/form-data; boundary=edge";
    assert_eq!(send(kind, b"no edge at all".to_vec()).await, (400, "bad_form".into()));
    assert_eq!(send(kind, vec![b'x'; 5 << 20]).await, (413, "too_large".into()));
    let many: Vec<_> = (0..100).map(|_| ("user", "x")).collect();
    let answer = transcribe(&server, &many).await;
    assert_eq!(refused(&answer).1, "bad_form");
    let long = form(&[("model", "whisper-1")], Some(&vec![0; (4 << 20) + 1])).send(server.address).await;
    assert_eq!(refused(&long), (413, "too_large".into(), "file".into()));
}

#[tokio::test]
async fn a_text_is_spoken_as_wav_or_as_raw_samples_at_24_khz() {
    let server = start(options()).await;
    let wave = speak(&server, spoken(json!({"response_format": "wav"}))).await;
    assert_eq!((wave.status, wave.headers["content-type"].as_str()), (200, "audio/wav"));
    let seconds = wav::duration(&wave.body, Default::default()).unwrap().as_secs_f64();
    assert_eq!(speak(&server, spoken(json!({}))).await.body, wave.body);
    let raw = speak(&server, spoken(json!({"response_format": "pcm", "voice": {"id": "v"}}))).await;
    assert_eq!(raw.headers["content-type"], "audio/pcm");
    assert!((raw.body.len() as f64 / 48_000.0 - seconds).abs() < 0.001);
    assert!(raw.body.iter().any(|byte| *byte != 0));
}

#[tokio::test]
async fn a_text_that_cannot_be_spoken_as_asked_is_refused_and_the_field_named() {
    let server = start(options()).await;
    let long = "word ".repeat(1_000);
    for (fields, code, param) in [
        (json!({"response_format": "mp3"}), "invalid_value", "response_format"),
        (json!({"response_format": "opus"}), "invalid_value", "response_format"),
        (json!({"speed": 2.0}), "invalid_value", "speed"),
        (json!({"stream_format": "sse"}), "invalid_value", "stream_format"),
        (json!({"voice": 7}), "invalid_value", "voice"),
        (json!({"input": "  "}), "invalid_value", "input"),
        (json!({"input": "a\u{0}b"}), "invalid_value", "input"),
        (json!({"input": long}), "string_above_max_length", "input"),
        (json!({"input": "7 ".repeat(1_500)}), "invalid_value", "input"),
    ] {
        let answer = speak(&server, spoken(fields.clone())).await;
        assert_eq!(refused(&answer), (400, code.into(), param.into()), "{fields}");
    }
    let unknown = speak(&server, spoken(json!({"model": "gpt-9"}))).await;
    assert_eq!(refused(&unknown), (404, "model_not_found".into(), "model".into()));
    for body in ["", "[]", "{", "\"text\"", "{\"model\": \"tts-1\"}", "{\"model\": 1}"] {
        let answer = post("/v1/audio/speech", "application/json", body).send(server.address).await;
        assert_eq!(refused(&answer), (400, "bad_json".into(), Value::Null), "{body}");
    }
}

#[tokio::test]
async fn the_models_that_can_be_asked_for_are_listed() {
    let server = start(options()).await;
    let list = get("/v1/models").send(server.address).await.json();
    let names: Vec<_> = list["data"].as_array().unwrap().iter().map(|m| m["id"].as_str().unwrap()).collect();
    assert_eq!(names, ["loud-is-help", "whisper-1", "tts-1", "tts-1-hd"]);
    let one = get("/v1/models/whisper-1").send(server.address).await.json();
    let wanted = json!({"id": "whisper-1", "object": "model", "created": 0, "owned_by": "sayso"});
    assert_eq!((one, &list["object"]), (wanted, &"list".into()));
    let other = get("/v1/models/gpt-9").send(server.address).await;
    assert_eq!(refused(&other), (404, "model_not_found".into(), "model".into()));
    let loading = start_with(options(), OnceLock::new()).await;
    let list = get("/v1/models").send(loading.address).await.json();
    assert_eq!(list["data"].as_array().unwrap().len(), 2);
    let early = transcribe(&loading, &[("model", "whisper-1")]).await;
    assert_eq!(refused(&early), (503, "busy".into(), Value::Null));
}

#[tokio::test]
async fn the_token_is_the_key_and_who_lacks_it_is_told_in_openais_form() {
    let token = "0123456789abcdef";
    let recognizer = || OnceLock::from(Pool::new(Arc::new(LoudIsHelp), 8));
    let server = start_with(Options { token: Some(token.into()), ..options() }, recognizer()).await;
    for request in [get("/v1/models"), form(&[("model", "whisper-1")], Some(&tone()))] {
        let answer = request.send(server.address).await;
        assert_eq!(refused(&answer), (401, "invalid_api_key".into(), Value::Null));
    }
    let answer =
        get("/v1/models").header("Authorization", &format!("Bearer {token}")).send(server.address).await;
    assert_eq!(answer.status, 200);
    let turn = get("/v1/turns/x").send(server.address).await;
    assert_eq!(turn.error_code(), "unauthorized");
}
