//! What a caller over HTTP may rely on, and what one who means harm cannot do.

pub mod client;
mod enveloped;
mod lifetimes;
pub mod parts;
mod refused;
mod seats;
mod skills;
mod stream;
pub mod talk;

use std::{collections::BTreeSet, sync::OnceLock, time::Duration};

use client::{get, post, read_answer, typed};
use parts::{options, start, start_with, tone};
use sayso::{channels::http::Options, turn::Input};
use tokio::{io::AsyncWriteExt, net::TcpStream};

const SHORT: Duration = Duration::from_millis(200);

#[tokio::test]
async fn a_typed_turn_is_answered_with_one_object_of_the_agreed_shape() {
    let server = start(options()).await;
    let answer = typed("help").send(server.address).await;
    assert_eq!(answer.status, 200);
    let json = answer.json();
    let keys: BTreeSet<_> = json.as_object().unwrap().keys().map(String::as_str).collect();
    let agreed =
        ["session", "heard", "confidence", "intent", "speech", "ssml", "listening", "order", "timings_ms"];
    assert_eq!(keys, BTreeSet::from(agreed));
    assert_eq!(json["session"], "s");
    assert_eq!(json["intent"], serde_json::json!({"name": "help", "slots": {}}));
    assert_eq!(json["listening"], true);
    assert!(json["order"].is_null() && json["timings_ms"].is_object());
}

#[tokio::test]
async fn a_turn_without_a_session_begins_one_and_names_it() {
    let server = start(options()).await;
    let ask = || post("/v1/turns", "application/json", r#"{"text": "help"}"#);
    let first = ask().send(server.address).await.json()["session"].clone();
    let second = ask().send(server.address).await.json()["session"].clone();
    assert!(first.as_str().unwrap().len() > 30 && first != second);
}

#[tokio::test]
async fn session_and_household_reach_the_engine_as_they_were_sent() {
    let server = start(options()).await;
    let body = r#"{"session": "kitchen", "household": "oak-street", "text": "hello"}"#;
    post("/v1/turns", "application/json; charset=utf-8", body).send(server.address).await;
    post("/v1/turns?session=hall&household=river-house", "audio/wav", tone()).send(server.address).await;
    let seen = server.engine.finished.lock().unwrap();
    let who: Vec<_> = seen.iter().map(|t| (t.session.as_str(), t.household.as_str())).collect();
    assert_eq!(who, [("kitchen", "oak-street"), ("hall", "river-house")]);
}

#[tokio::test]
async fn a_recording_is_heard_and_its_stages_are_told() {
    let server = start(options()).await;
    let answer = post("/v1/turns?session=a", "audio/wav", tone()).send(server.address).await;
    assert_eq!((answer.status, &answer.json()["heard"]), (200, &"help".into()));
    assert!(answer.json()["timings_ms"]["transcribe"].is_number());
}

#[tokio::test]
async fn a_silent_recording_reaches_the_engine_as_silence_and_not_as_words() {
    let server = start(options()).await;
    let silence = sayso::audio::wav::encode(16_000, &[0.0; 16_000]).unwrap();
    let answer = post("/v1/turns", "audio/wav", silence).send(server.address).await;
    assert!(answer.json()["heard"].is_null());
    assert!(matches!(server.engine.finished.lock().unwrap()[0].input, Input::Silence));
}

#[tokio::test]
async fn who_asks_for_sound_gets_a_wav_and_finds_the_object_at_its_location() {
    let server = start(options()).await;
    let spoken = typed("help").header("Accept", "audio/wav").send(server.address).await;
    assert_eq!((spoken.status, spoken.headers["content-type"].as_str()), (200, "audio/wav"));
    assert!(!sayso::audio::wav::decode(&spoken.body, Default::default()).unwrap().is_empty());
    let location = &spoken.headers["location"];
    assert_eq!(location, &format!("/v1/turns/{}", spoken.headers["sayso-turn"]));
    let object = get(location).send(server.address).await;
    assert_eq!(object.json()["heard"], "help");
    assert!(object.json()["timings_ms"]["synthesize"].is_number());
}

#[tokio::test]
async fn a_turn_that_nobody_took_is_not_found() {
    let server = start(options()).await;
    for id in ["x", "t1", "1", "00000000-0000-4000-8000-000000000000", "%2e%2e", "%ff", "%"] {
        let answer = get(&format!("/v1/turns/{id}")).send(server.address).await;
        assert_eq!((answer.status, answer.error_code()), (404, "not_found".into()), "{id}");
    }
}

#[tokio::test]
async fn with_a_token_everything_but_the_health_probe_wants_it() {
    let token = "0123456789abcdef";
    let server = start(Options { token: Some(token.into()), ..options() }).await;
    let longer = format!("Bearer {token}0");
    let shorter = format!("Bearer {}", &token[..15]);
    let wrong = ["", "Bearer", "Bearer ", "Basic 0123456789abcdef", &longer, &shorter, token];
    for path in ["/readyz", "/metrics", "/openapi.json", "/v1/turns/x", "/nowhere"] {
        let answer = get(path).send(server.address).await;
        assert_eq!((answer.status, answer.error_code()), (401, "unauthorized".into()), "{path}");
        assert_eq!(answer.headers["www-authenticate"], "Bearer");
    }
    for value in wrong {
        let answer = typed("help").header("Authorization", value).send(server.address).await;
        assert_eq!(answer.status, 401, "{value}");
    }
    assert_eq!(server.engine.finished(), 0);
    let right = typed("help").header("Authorization", &format!("Bearer {token}"));
    assert_eq!(right.send(server.address).await.status, 200);
    assert_eq!(get("/healthz").send(server.address).await.status, 200);
}

#[tokio::test]
async fn without_a_token_a_web_page_cannot_shop_through_the_loopback() {
    let server = start(options()).await;
    let rebound = typed("help").header("Host", "shop.example:7390");
    let scripted = typed("help").header("Origin", "https://shop.example");
    let opaque = typed("help").header("Origin", "null");
    for request in [rebound, scripted, opaque] {
        let answer = request.send(server.address).await;
        assert_eq!((answer.status, answer.error_code()), (403, "not_local".into()));
    }
    let absolute = get("http://shop.example/v1/turns/x").send(server.address).await;
    assert_eq!((absolute.status, absolute.error_code()), (403, "not_local".into()));
    let absolute = get("http://localhost/readyz").send(server.address).await;
    assert_eq!(absolute.status, 200);
    let local = typed("help").header("Origin", "http://localhost:3000");
    assert_eq!(local.send(server.address).await.status, 200);
}

#[tokio::test]
async fn a_caller_who_never_finishes_the_head_is_cut_off() {
    let server = start(Options { header_timeout: SHORT, ..options() }).await;
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    stream.write_all(b"POST /v1/tur").await.unwrap();
    let answer = read_answer(&mut stream).await;
    assert!(answer.is_none_or(|a| a.status == 408), "the connection was closed");
}

#[tokio::test]
async fn a_caller_who_sends_the_body_byte_by_byte_is_cut_off() {
    let server = start(Options { body_timeout: SHORT, ..options() }).await;
    let stream = TcpStream::connect(server.address).await.unwrap();
    let (mut read, mut write) = stream.into_split();
    let dribble = tokio::spawn(async move {
        let head = "POST /v1/turns HTTP/1.1\r\nHost: localhost\r\nContent-Type: audio/wav\r\n\
                    Content-Length: 100000\r\n\r\n";
        write.write_all(head.as_bytes()).await.unwrap();
        while write.write_all(b"R").await.is_ok() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    });
    let mut bytes = Vec::new();
    let _ = tokio::io::AsyncReadExt::read_to_end(&mut read, &mut bytes).await;
    let text = String::from_utf8_lossy(&bytes);
    assert!(text.starts_with("HTTP/1.1 408") && text.contains("slow_body"), "{text}");
    dribble.await.unwrap();
}

#[tokio::test]
async fn bytes_that_are_no_http_end_their_connection_and_nothing_else() {
    let server = start(options()).await;
    for garbage in [b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03".as_slice(), b"GET\r\n\r\n", &[0; 9000]] {
        let mut stream = TcpStream::connect(server.address).await.unwrap();
        let _ = stream.write_all(garbage).await;
        stream.shutdown().await.unwrap();
        let answer = read_answer(&mut stream).await;
        assert!(answer.is_none_or(|a| (400..500).contains(&a.status)));
    }
    let huge = typed("help").header("X-Long", &"a".repeat(100_000)).send(server.address).await;
    assert_eq!(huge.status, 431);
    assert_eq!(typed("help").send(server.address).await.status, 200);
}

#[tokio::test]
async fn readiness_names_the_part_that_is_missing() {
    let server = start_with(options(), OnceLock::new()).await;
    let answer = get("/readyz").send(server.address).await;
    assert_eq!((answer.status, &answer.json()["parts"]["recognizer"]), (503, &"not loaded".into()));
    let spoken = post("/v1/turns", "audio/wav", tone()).send(server.address).await;
    assert_eq!((spoken.status, spoken.error_code()), (503, "busy".into()));
    assert_eq!(typed("help").send(server.address).await.status, 200);

    let server = start(options()).await;
    assert_eq!(get("/readyz").send(server.address).await.status, 200);
    *server.engine.store.lock().unwrap() = false;
    let answer = get("/readyz").send(server.address).await;
    assert_eq!((answer.status, &answer.json()["parts"]["store"]), (503, &"cannot be reached".into()));
}

#[tokio::test]
async fn the_figures_count_turns_and_stages_and_hold_no_words() {
    let server = start(options()).await;
    typed("my secret wish").send(server.address).await;
    post("/v1/turns", "audio/wav", tone()).send(server.address).await;
    get("/secret-path").send(server.address).await;
    let figures = get("/metrics").send(server.address).await;
    assert!(figures.headers["content-type"].starts_with("text/plain"));
    let text = figures.text();
    assert!(text.contains(r#"sayso_turns_total{channel="http",intent="help"}"#), "{text}");
    assert!(text.contains(r#"sayso_stage_seconds_bucket{stage="transcribe",le=""#), "{text}");
    assert!(text.contains(r#"sayso_http_requests_total{route="/v1/turns",status="200"}"#), "{text}");
    assert!(!text.contains("secret"), "{text}");
}

#[tokio::test]
async fn every_route_is_described_with_its_errors() {
    let server = start(options()).await;
    let document = get("/openapi.json").send(server.address).await.json();
    let paths = document["paths"].as_object().unwrap();
    let names: BTreeSet<_> = paths.keys().map(String::as_str).collect();
    let turns = ["/v1/turns", "/v1/turns/{id}", "/v1/skills/{skill}/turns", "/v1/skills/{skill}/turns/{id}"];
    let audio = ["/v1/audio/transcriptions", "/v1/audio/speech", "/v1/models", "/v1/models/{model}"];
    let platforms =
        ["/alexa/{skill}", "/dialogflow/cx/{skill}", "/dialogflow/es/{skill}", "/actions/{skill}"];
    let linking = [
        "/link/{skill}/authorize",
        "/link/{skill}/token",
        "/link/{skill}/revoke",
        "/.well-known/oauth-authorization-server/link/{skill}",
    ];
    let probes = ["/healthz", "/readyz", "/metrics", "/openapi.json"];
    let speech = ["/v1/stream", "/v1/skills/{skill}/stream", "/v1/skills/{skill}/platforms/{platform}"];
    let described = [&turns[..], &audio, &platforms, &linking, &speech, &probes].concat();
    assert_eq!(names, BTreeSet::from_iter(described));
    for (path, methods) in paths {
        for (method, operation) in methods.as_object().unwrap() {
            let answers = operation["responses"].as_object().unwrap();
            let good = if path.ends_with("/stream") { "101" } else { "200" };
            assert!(answers.contains_key(good), "{method} {path}");
            assert_eq!(
                answers.contains_key("401"),
                !["/healthz", "/alexa/{skill}", "/actions/{skill}", linking[0], linking[3]]
                    .contains(&path.as_str()),
                "{method} {path}"
            );
        }
    }
    let turn = document["paths"]["/v1/turns"]["post"]["responses"].as_object().unwrap();
    for status in ["400", "401", "403", "408", "413", "415", "422", "500", "503", "504"] {
        let schema = &turn[status]["content"]["application/json"]["schema"]["$ref"];
        assert_eq!(schema, "#/components/schemas/ErrorBody", "{status}");
    }
    assert!(turn["200"]["content"]["audio/wav"].is_object());
}
