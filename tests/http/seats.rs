//! Connections have a bounded number of seats, which nobody keeps from others.

use sayso::channels::http::Options;
use tokio::{io::AsyncWriteExt, net::TcpStream};

use super::{
    client::{get, read_answer, typed},
    parts::{options, start},
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
