//! What is refused, and with which sentence.

use super::*;

#[tokio::test]
async fn wrong_json_is_refused_with_a_sentence_and_never_reaches_the_engine() {
    let server = start(options()).await;
    let deep = format!("{}1{}", "[".repeat(5000), "]".repeat(5000));
    let deep_text = format!(r#"{{"text": {deep}}}"#);
    let cases: &[(&[u8], &str)] = &[
        (b"", "bad_json"),
        (b"{", "bad_json"),
        (b"null", "bad_json"),
        (b"[]", "bad_json"),
        (br#" ["s", "oak-street", "hello"]"#, "bad_json"),
        (b"{}", "bad_json"),
        (br#"{"text": 7}"#, "bad_json"),
        (br#"{"text": "a", "text": "b"}"#, "bad_json"),
        (br#"{"text": "a", "admin": true}"#, "bad_json"),
        (br#"{"text": "a"} trailing"#, "bad_json"),
        (b"{\"text\": \"\xff\xfe\"}", "not_utf8"),
        (deep.as_bytes(), "bad_json"),
        (deep_text.as_bytes(), "bad_json"),
        (br#"{"text": "\ud800"}"#, "bad_json"),
        (br#"{"text": ""}"#, "text_missing"),
        (br#"{"text": " \t\n"}"#, "text_missing"),
        (br#"{"text": "a\u0000b"}"#, "bad_text"),
        (br#"{"text": "a", "session": ""}"#, "bad_id"),
        (br#"{"text": "a", "session": "../../etc"}"#, "bad_id"),
        (br#"{"text": "a", "household": "x' or 1=1"}"#, "bad_id"),
    ];
    for (body, code) in cases {
        let answer = post("/v1/turns", "application/json", *body).send(server.address).await;
        let shown = String::from_utf8_lossy(&body[..body.len().min(60)]);
        assert_eq!((answer.status, answer.error_code().as_str()), (400, *code), "{shown}");
    }
    assert_eq!(server.engine.finished(), 0);
}

#[tokio::test]
async fn text_that_the_engine_would_not_look_at_is_refused_at_the_door() {
    let server = start(options()).await;
    let most = sayso::assistant::MAX_TEXT;
    let answer = typed(&"a".repeat(most + 1)).send(server.address).await;
    assert_eq!((answer.status, answer.error_code()), (422, "text_too_long".into()));
    assert_eq!(server.engine.finished(), 0);
    assert_eq!(typed(&"a".repeat(most)).send(server.address).await.status, 200);
}

#[tokio::test]
async fn a_wrong_query_is_refused() {
    let server = start(options()).await;
    for query in ["session=a&session=b", "sesion=a", "session=%ff", "household=a%20b"] {
        let answer = post(&format!("/v1/turns?{query}"), "audio/wav", tone()).send(server.address).await;
        assert_eq!(answer.status, 400, "{query}");
        answer.error_code();
    }
    let mixed = post("/v1/turns?household=oak-street", "application/json", r#"{"text": "a"}"#);
    assert_eq!(mixed.send(server.address).await.error_code(), "bad_query");
    assert_eq!(server.engine.finished(), 0);
}

#[tokio::test]
async fn a_body_beyond_its_bound_is_refused_whether_it_says_so_or_not() {
    let server = start(options()).await;
    let large = format!(r#"{{"text": "{}"}}"#, "a".repeat(17 * 1024));
    let answer = post("/v1/turns", "application/json", large).send(server.address).await;
    assert_eq!((answer.status, answer.error_code()), (413, "too_large".into()));
    let answer = post("/v1/turns", "audio/wav", vec![0; (4 << 20) + 1]).send(server.address).await;
    assert_eq!((answer.status, answer.error_code()), (413, "too_large".into()));

    let mut stream = TcpStream::connect(server.address).await.unwrap();
    let head = "POST /v1/turns HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n\
                Transfer-Encoding: chunked\r\n\r\n";
    stream.write_all(head.as_bytes()).await.unwrap();
    for _ in 0..20 {
        let chunk = format!("400\r\n{}\r\n", "a".repeat(0x400));
        let _ = stream.write_all(chunk.as_bytes()).await;
    }
    let answer = read_answer(&mut stream).await.expect("an answer");
    assert_eq!((answer.status, answer.error_code()), (413, "too_large".into()));
}

#[tokio::test]
async fn what_is_neither_json_nor_wav_is_not_taken() {
    let server = start(options()).await;
    for kind in ["text/plain", "application/xml", "audio/mpeg", "multipart/form-data", "json", ""] {
        let answer = post("/v1/turns", kind, r#"{"text": "a"}"#).send(server.address).await;
        assert_eq!((answer.status, answer.error_code()), (415, "unsupported_media_type".into()), "{kind}");
    }
}

#[tokio::test]
async fn a_body_that_is_no_recording_is_refused_with_a_sentence_that_names_the_problem() {
    let server = start(options()).await;
    let mut header_only = tone();
    header_only.truncate(44);
    let minutes = sayso::audio::wav::encode(8_000, &vec![0.1; 8_000 * 70]).unwrap();
    let cases: [(&str, Vec<u8>, u16); 5] = [
        ("nothing", Vec::new(), 422),
        ("text", b"this is not sound".to_vec(), 422),
        ("half a header", tone()[..20].to_vec(), 422),
        ("a header without sound", header_only, 422),
        ("more than a minute", minutes, 413),
    ];
    for (name, body, status) in cases {
        let answer = post("/v1/turns", "audio/wav", body).send(server.address).await;
        assert_eq!(answer.status, status, "{name}");
        answer.error_code();
    }
    assert_eq!(server.engine.finished(), 0);
}

#[tokio::test]
async fn an_unknown_address_or_method_is_answered_in_json() {
    let server = start(options()).await;
    assert_eq!(get("/").send(server.address).await.error_code(), "not_found");
    assert_eq!(get("/v1/turns/../../etc/passwd").send(server.address).await.error_code(), "not_found");
    let answer = get("/v1/turns").send(server.address).await;
    assert_eq!((answer.status, answer.error_code()), (405, "method_not_allowed".into()));
}
