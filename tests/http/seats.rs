//! Connections and turns have a bounded number of seats, which nobody keeps from others.

use sayso::channels::http::Options;
use tokio::{io::AsyncWriteExt, net::TcpStream};

use super::{
    client::{Request, get, post, read_answer, typed},
    parts::{Server, options, start, tone},
};

/// Asks on a connection that is kept; `None` when the server ends it with its answer.
async fn kept(address: std::net::SocketAddr) -> Option<TcpStream> {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n").await.unwrap();
    let answer = read_answer(&mut stream).await.expect("an answer");
    assert_eq!(answer.status, 200);
    (answer.headers.get("connection").is_none_or(|value| value != "close")).then_some(stream)
}

#[tokio::test]
async fn whoever_keeps_connections_does_not_keep_others_out() {
    let server = start(Options { max_connections: 16, ..options() }).await;
    let mut held = Vec::new();
    for _ in 0..40 {
        held.extend(kept(server.address).await);
    }
    assert!((8..16).contains(&held.len()), "{} are kept", held.len());
    assert_eq!(get("/healthz").send(server.address).await.status, 200);
}

#[tokio::test]
async fn a_request_with_two_hosts_is_not_from_this_machine() {
    let server = start(options()).await;
    let both = typed("help").header("host", "localhost").header("Host", "shop.example");
    assert_eq!(both.send(server.address).await.error_code(), "not_local");
    assert_eq!(server.engine.finished(), 0);
}

/// Begins to send a request, without the last byte of its body. The server reads on whenever it answers another: one
/// thread serves all, each in turn.
async fn begin(server: &Server, request: &Request) -> TcpStream {
    let mut bytes = request.bytes(server.address);
    bytes.pop();
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    stream.write_all(&bytes).await.unwrap();
    for _ in 0..64 {
        assert_eq!(get("/healthz").send(server.address).await.status, 200);
    }
    stream
}

#[tokio::test]
async fn bodies_that_come_slowly_take_no_turn_from_others() {
    let server = start(Options { max_in_flight: 1, ..options() }).await;
    let text = "{\"session\": \"slow\", \"text\": \"help\"}\n";
    let mut slow = Vec::new();
    for request in [
        post("/v1/turns", "application/json", text),
        post("/v1/turns", "audio/wav", tone()),
        post("/v1/audio/speech", "application/json", "{}\n"),
        post("/v1/audio/transcriptions", "multipart/form-data; boundary=x", "--x\r\n"),
    ] {
        slow.push(begin(&server, &request).await);
    }
    assert_eq!(typed("help").send(server.address).await.status, 200);
    let sound = post("/v1/turns", "audio/wav", tone()).send(server.address).await;
    assert_eq!(sound.status, 200, "{}", sound.text());
    slow[0].write_all(b"\n").await.unwrap();
    let late = read_answer(&mut slow[0]).await.expect("an answer");
    assert_eq!(late.status, 200, "whoever comes to the end is answered too: {}", late.text());
}

#[tokio::test]
async fn recordings_on_their_way_have_a_bound_and_typed_turns_need_no_room() {
    let server = start(Options { max_in_flight: 1, ..options() }).await;
    let large = || post("/v1/turns", "audio/wav", vec![0; 4 * 1024 * 1024]);
    let held = begin(&server, &large()).await;
    let busy = large().send(server.address).await;
    assert_eq!((busy.status, busy.error_code()), (503, "busy".into()));
    assert_eq!(busy.headers["retry-after"], "1");
    assert_eq!(typed("help").send(server.address).await.status, 200);
    drop(held);
    let mut answer = large().send(server.address).await;
    while answer.status == 503 {
        answer = large().send(server.address).await;
    }
    assert_eq!((answer.status, answer.error_code()), (422, "bad_audio".into()), "the room is free again");
}
