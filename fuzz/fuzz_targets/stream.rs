//! A WebSocket of `/v1/stream`: messages of text and of sound, each behind a byte that says which and two with its
//! length; or bytes that are no message at all.

#![no_main]

use std::sync::LazyLock;

use hyper_util::{rt::TokioIo, service::TowerToHyperService};
use libfuzzer_sys::fuzz_target;
use sayso_fuzz::{Routes, forgive_the_opus_decoder};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _, duplex},
    time::{Duration, timeout},
};

static ROUTES: LazyLock<Routes> = LazyLock::new(Routes::new);

const OPENING: &str = "GET /v1/stream HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
                       Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

fuzz_target!(
    init: forgive_the_opus_decoder(),
    |bytes: &[u8]| {
        let router = ROUTES.router();
        let sent = frames(bytes);
        ROUTES.runtime.block_on(async {
            let (mut client, server) = duplex(1 << 20);
            let service = TowerToHyperService::new(router);
            let connection = hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(server), service);
            let served = tokio::spawn(connection.with_upgrades());
            client.write_all(OPENING.as_bytes()).await.expect("a server");
            let mut head = Vec::new();
            while !head.ends_with(b"\r\n\r\n") {
                head.push(client.read_u8().await.expect("an answer"));
            }
            assert!(head.starts_with(b"HTTP/1.1 101 "), "{}", String::from_utf8_lossy(&head));
            let (mut told, mut client) = tokio::io::split(client);
            let say = async {
                let _ = client.write_all(&sent).await;
                let _ = client.shutdown().await;
            };
            let mut all = Vec::new();
            let hear = timeout(Duration::from_secs(30), told.read_to_end(&mut all));
            let (_, heard) = tokio::join!(say, hear);
            assert!(heard.is_ok(), "a connection that its client has closed is closed");
            let _ = served.await.expect("no panic");
        });
    }
);

/// The frames of a client (RFC 6455, section 5.2), with a mask of zeros.
fn frames(mut rest: &[u8]) -> Vec<u8> {
    let mut frames = Vec::new();
    while let [kind, low, high, after @ ..] = rest {
        let length = usize::from(u16::from_le_bytes([*low, *high])).min(after.len());
        let (payload, after) = after.split_at(length);
        rest = after;
        let opcode = match kind {
            b't' => 1,
            b's' => 2,
            b'c' => 8,
            b'p' => 9,
            _ => {
                frames.extend_from_slice(payload);
                continue;
            }
        };
        frames.push(0x80 | opcode);
        match length {
            0..126 => frames.push(0x80 | length as u8),
            _ => {
                frames.push(0x80 | 126);
                frames.extend((length as u16).to_be_bytes());
            }
        }
        frames.extend([0; 4]);
        frames.extend_from_slice(payload);
    }
    frames
}
