//! Whatever comes over the port: an error and the end of the connection, in time, and no more.

use std::time::{Duration, Instant};

use sayso::channels::wyoming::{
    MAX_SECONDS, Options,
    framing::{MAX_DATA, MAX_HEADER, MAX_PAYLOAD},
};
use serde_json::json;

use super::{
    client::Client,
    parts::{options, scripted},
};

#[tokio::test]
async fn bytes_that_are_no_event_are_told_so_and_the_connection_ends() {
    let (server, engine) = scripted(options()).await;
    let deep = format!("{{\"type\": \"describe\", \"data\": {}1{}}}\n", "[".repeat(500), "]".repeat(500));
    let huge = format!("{{\"type\": \"x\", \"payload_length\": {}}}\n", MAX_PAYLOAD + 1);
    let much = format!("{{\"type\": \"x\", \"data_length\": {}}}\n", MAX_DATA + 1);
    let cases: [(&[u8], &str); 18] = [
        (b"GET / HTTP/1.1\r\n", "bad_json"),
        (b"\n", "bad_json"),
        (b"[1]\n", "bad_json"),
        (b"{\"type\": \"describe\"\n", "bad_json"),
        (b"{\"type\": \"\xff\xfe\"}\n", "bad_json"),
        (b"{\"type\": \"describe\", \"x\": \"\xff\"}\n", "bad_json"),
        (deep.as_bytes(), "bad_json"),
        (b"{}\n", "bad_header"),
        (b"{\"type\": 1}\n", "bad_header"),
        (b"{\"type\": \"describe\", \"data\": [1]}\n", "bad_header"),
        (b"{\"type\": \"x\", \"payload_length\": -1}\n", "bad_header"),
        (b"{\"type\": \"x\", \"data_length\": -1}\n", "bad_header"),
        (b"{\"type\": \"x\", \"data_length\": 1.5}\n", "bad_header"),
        (b"{\"type\": \"x\", \"payload_length\": \"7\"}\n", "bad_header"),
        (b"{\"type\": \"x\", \"payload_length\": 99999999999999999999999}\n", "bad_header"),
        (huge.as_bytes(), "too_large"),
        (much.as_bytes(), "too_large"),
        (b"{\"type\": \"x\", \"data_length\": 3}\n{\"a\": 1}\n", "bad_json"),
    ];
    for (bytes, code) in cases {
        let mut client = Client::new(server.address).await;
        client.raw(bytes).await;
        assert_eq!(client.refusal().await, code, "{}", String::from_utf8_lossy(bytes));
    }
    assert_eq!(engine.finished(), 0);
}

#[tokio::test]
async fn a_web_page_that_posts_events_to_the_port_cannot_shop() {
    let (server, engine) = scripted(options()).await;
    let event = "{\"type\": \"transcript\", \"data\": {\"text\": \"help\"}}\n";
    let mut client = Client::new(server.address).await;
    let length = event.len();
    let head = format!("POST / HTTP/1.1\r\nHost: {}\r\nContent-Length: {length}\r\n\r\n", server.address);
    client.raw(format!("{head}{event}").as_bytes()).await;
    assert_eq!(client.refusal().await, "bad_json");
    assert_eq!(engine.finished(), 0);
}

#[tokio::test]
async fn a_line_that_never_ends_is_cut_at_its_bound() {
    let (server, _) = scripted(options()).await;
    let mut client = Client::new(server.address).await;
    client.raw(&vec![b'{'; MAX_HEADER + 10_000]).await;
    assert_eq!(client.refusal().await, "too_large");
}

#[tokio::test]
async fn fields_of_the_wrong_kind_and_events_out_of_order_are_refused() {
    let (server, engine) = scripted(options()).await;
    let format = json!({ "rate": 16_000, "width": 2, "channels": 1 });
    let long = "x".repeat(300);
    for (kind, data, payload, code) in [
        ("transcript", json!({ "text": 7 }), 0, "bad_field"),
        ("transcript", json!({}), 0, "bad_field"),
        ("transcript", json!({ "text": "help", "context": "kitchen" }), 0, "bad_field"),
        ("transcript", json!({ "text": "help", "context": { "conversation_id": 1 } }), 0, "bad_field"),
        ("transcript", json!({ "text": "help", "context": { "device_id": long } }), 0, "bad_field"),
        ("recognize", json!({ "text": ["help"] }), 0, "bad_field"),
        ("audio-start", json!({ "rate": 16_000, "width": 2 }), 0, "bad_field"),
        ("audio-start", json!({ "rate": -1, "width": 2, "channels": 1 }), 0, "bad_field"),
        ("audio-start", json!({ "rate": 16_000, "width": 2, "channels": 1.5 }), 0, "bad_field"),
        ("audio-start", json!({ "rate": 1, "width": 2, "channels": 1 }), 0, "bad_audio"),
        ("audio-start", json!({ "rate": 16_000, "width": 1, "channels": 1 }), 0, "bad_audio"),
        ("audio-start", json!({ "rate": 16_000, "width": 2, "channels": 1000 }), 0, "bad_audio"),
        ("audio-chunk", format.clone(), 2, "out_of_order"),
        ("audio-stop", json!({}), 0, "out_of_order"),
        ("synthesize-chunk", json!({ "text": "Hi." }), 0, "out_of_order"),
        ("synthesize-stop", json!({}), 0, "out_of_order"),
    ] {
        let mut client = Client::new(server.address).await;
        client.send(kind, data.clone(), &vec![0; payload]).await;
        assert_eq!(client.refusal().await, code, "{kind} {data}");
    }
    for (data, bytes) in [(format.clone(), 3), (json!({ "rate": 8_000, "width": 2, "channels": 1 }), 2)] {
        let mut client = Client::new(server.address).await;
        client.send("audio-start", format.clone(), &[]).await;
        client.send("audio-chunk", data.clone(), &vec![0; bytes]).await;
        assert_eq!(client.refusal().await, "bad_audio", "{data}, {bytes}");
    }
    assert_eq!(engine.finished(), 0);
}

#[tokio::test]
async fn sound_without_end_is_refused_at_its_bound() {
    let (server, _) = scripted(options()).await;
    let mut client = Client::new(server.address).await;
    let format = json!({ "rate": 16_000, "width": 2, "channels": 1 });
    client.send("audio-start", format.clone(), &[]).await;
    for _ in 0..=MAX_SECONDS {
        client.send("audio-chunk", format.clone(), &[0; 32_000]).await;
    }
    assert_eq!(client.refusal().await, "audio_too_long");
}

#[tokio::test]
async fn a_text_in_pieces_without_end_is_refused_at_its_bound() {
    let (server, _) = scripted(options()).await;
    let mut client = Client::new(server.address).await;
    client.send("synthesize-start", json!({}), &[]).await;
    client.send("synthesize-chunk", json!({ "text": "\u{200b}".repeat(6_000) }), &[]).await;
    assert_eq!(client.refusal().await, "too_large");
}

#[tokio::test]
async fn a_client_that_sends_byte_by_byte_is_cut_off() {
    let (server, _) = scripted(Options { event: Duration::from_millis(300), ..options() }).await;
    let mut client = Client::new(server.address).await;
    let begun = Instant::now();
    for byte in b"{\"type\": \"describe\"" {
        client.raw(&[*byte]).await;
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(client.refusal().await, "slow");
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
}

#[tokio::test]
async fn a_client_that_says_nothing_is_hung_up_on() {
    let (server, _) = scripted(Options { idle: Duration::from_millis(100), ..options() }).await;
    let mut client = Client::new(server.address).await;
    assert_eq!(client.refusal().await, "idle");
}

#[tokio::test]
async fn a_client_that_takes_no_answer_loses_its_seat() {
    let few = Options { max_connections: 1, event: Duration::from_millis(300), ..options() };
    let (server, _) = scripted(few).await;
    let mut deaf = Client::new(server.address).await;
    for _ in 0..10 {
        deaf.send("synthesize", json!({ "text": "word ".repeat(700) }), &[]).await;
    }
    let begun = Instant::now();
    loop {
        let mut client = Client::new(server.address).await;
        client.send("ping", json!({}), &[]).await;
        match client.read().await {
            Some(event) if event.kind == "pong" => break,
            _ => assert!(begun.elapsed() < Duration::from_secs(30), "the seat is still taken"),
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test]
async fn more_connections_than_are_allowed_are_told_so() {
    let (server, _) = scripted(Options { max_connections: 2, ..options() }).await;
    let mut seated = Vec::new();
    for _ in 0..2 {
        let mut client = Client::new(server.address).await;
        client.send("ping", json!({}), &[]).await;
        client.expect("pong").await;
        seated.push(client);
    }
    let mut third = Client::new(server.address).await;
    third.send("describe", json!({}), &[]).await;
    assert_eq!(third.refusal().await, "busy");
    let mut first = seated.remove(0);
    first.send("ping", json!({}), &[]).await;
    first.expect("pong").await;
}
