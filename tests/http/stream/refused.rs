//! What ends a stream, and who opens none.

use super::*;

#[tokio::test]
async fn what_is_no_message_of_the_protocol_is_told_so_and_ends_the_stream() {
    let server = start(options()).await;
    let long = format!(r#"{{"type": "start", "session": "{}"}}"#, "s".repeat(5_000));
    for (text, code, close) in [
        ("", "bad_json", 4_400),
        ("start", "bad_json", 4_400),
        (r#"["start"]"#, "bad_json", 4_400),
        (r#"{"type": "start", "confirm": true}"#, "bad_json", 4_400),
        (r#"{"type": "order"}"#, "unknown_message", 4_400),
        (r#"{"type": "start", "rate": 1}"#, "bad_audio", 4_422),
        (r#"{"type": "start", "codec": "mp3"}"#, "bad_audio", 4_422),
        (r#"{"type": "start", "session": "../etc"}"#, "bad_id", 4_400),
        (r#"{"type": "start", "household": ""}"#, "bad_id", 4_400),
        (long.as_str(), "too_large", 4_413),
    ] {
        let mut talk = open(&server).await;
        talk.text(text).await;
        assert_eq!(talk.refused().await, (code.to_owned(), close), "{text}");
    }
    assert_eq!(server.engine.finished(), 0);
}

#[tokio::test]
async fn sound_is_refused_before_an_utterance_in_parts_of_samples_and_in_pieces_that_are_too_large() {
    let server = start(options()).await;
    let opus = r#"{"type": "start", "codec": "opus"}"#;
    for (first, bytes, code, close) in [
        (None, 320, "out_of_order", 4_409),
        (Some(START), 321, "bad_audio", 4_422),
        (Some(START), 64 * 1024 + 2, "too_large", 4_413),
        (Some(START), 200 * 1024, "too_large", 4_413),
        (Some(opus), 0, "bad_audio", 4_422),
    ] {
        let mut talk = open(&server).await;
        if let Some(first) = first {
            talk.text(first).await;
        }
        talk.binary(vec![0; bytes]).await;
        assert_eq!(talk.refused().await, (code.to_owned(), close), "{first:?} {bytes}");
    }
    let mut talk = open(&server).await;
    talk.text(START).await;
    talk.text(START).await;
    assert_eq!(talk.refused().await, ("out_of_order".to_owned(), 4_409));
}

#[tokio::test]
async fn sound_that_never_stops_after_an_utterance_ends_the_stream() {
    let server = hearing("wait", Arc::new(Tones), options()).await;
    let mut talk = open(&server).await;
    talk.text(START).await;
    talk.sound(&recording("yes.wav", 1)).await;
    server.engine.until_begun().await;
    for _ in 0..17 {
        talk.binary(vec![0; 64 * 1024]).await;
    }
    server.engine.gate.add_permits(1);
    talk.until("reply").await;
    assert_eq!(talk.refused().await, ("too_much_sound".to_owned(), 4_413));
}

#[tokio::test]
async fn who_says_nothing_for_long_or_sends_too_slowly_is_cut_off() {
    let server = start(Options { stream_idle: SHORT, ..options() }).await;
    assert_eq!(open(&server).await.refused().await, ("idle".to_owned(), 4_408));
    let server = start(Options { body_timeout: SHORT, ..options() }).await;
    let mut talk = open(&server).await;
    talk.text(START).await;
    talk.sound(&recording("yes.wav", 0)).await;
    assert_eq!(talk.refused().await, ("slow".to_owned(), 4_408));
}

#[tokio::test]
async fn a_stream_opens_with_the_tokens_that_open_the_turns_of_its_skill() {
    let household = SkillOptions { token: Some(OWN.into()), ..skill("household") };
    let skills = vec![household, skill("coffee-bar")];
    let server = start(Options { token: Some(TOKEN.into()), skills, ..options() }).await;
    let status = async |path: &str, token: &str| {
        let value = format!("Bearer {token}");
        Talk::open(server.address, path, &[("authorization", value.as_str())]).await.err().unwrap_or(101)
    };
    assert_eq!(status("/v1/skills/household/stream", OWN).await, 101);
    assert_eq!(status("/v1/skills/coffee-bar/stream", TOKEN).await, 101);
    assert_eq!(status("/v1/skills/coffee-bar/stream", OWN).await, 401);
    assert_eq!(status("/v1/skills/tea/stream", OWN).await, 401);
    assert_eq!(status("/v1/skills/tea/stream", TOKEN).await, 404);
    assert_eq!(status("/v1/stream", TOKEN).await, 400, "several skills, and none named");
    let unproved = Talk::open(server.address, "/v1/skills/household/stream", &[]).await;
    assert_eq!(unproved.err(), Some(401));
}

#[tokio::test]
async fn a_web_page_of_another_site_opens_no_stream_and_a_plain_request_is_told_what_is_missing() {
    let server = start(options()).await;
    let page = Talk::open(server.address, "/v1/stream", &[("origin", "https://shop.example")]).await;
    assert_eq!(page.err(), Some(403));
    let plain = get("/v1/stream").send(server.address).await;
    assert_eq!((plain.status, plain.error_code()), (400, "not_websocket".into()));
}

#[tokio::test]
async fn a_skill_with_many_streams_leaves_some_to_another() {
    let skills = vec![skill("household"), skill("coffee-bar")];
    let server = start(Options { skills, max_connections: 4, ..options() }).await;
    let open = async |name: &str| {
        let path = format!("/v1/skills/{name}/stream");
        Talk::open(server.address, &path, &[]).await
    };
    let first = [open("household").await, open("household").await];
    assert!(first.iter().all(Result::is_ok));
    assert_eq!(open("household").await.err(), Some(503), "half of all, and its share");
    let others = [open("coffee-bar").await, open("coffee-bar").await];
    assert!(others.iter().all(Result::is_ok));
    assert_eq!(open("coffee-bar").await.err(), Some(503));
}

#[tokio::test]
async fn more_streams_than_connections_are_allowed_are_refused() {
    let server = start(Options { max_connections: 1, ..options() }).await;
    let talk = open(&server).await;
    assert_eq!(Talk::open(server.address, "/v1/stream", &[]).await.err(), Some(503));
    drop(talk);
}
