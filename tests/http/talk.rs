//! A client of a stream that says exactly what a test wants.

use std::{net::SocketAddr, path::Path};

use futures_util::{SinkExt, StreamExt};
use sayso::audio::wav::{self, Limits};
use serde_json::Value;
use tokio::net::TcpStream;
use tokio_tungstenite::{
    WebSocketStream, client_async,
    tungstenite::{Error, Message, client::IntoClientRequest, http::HeaderValue},
};

/// An open stream.
pub struct Talk(WebSocketStream<TcpStream>);

/// What came until a message of a kind.
#[derive(Debug, Default)]
pub struct Told {
    /// Kinds of messages in their order, that one included.
    pub kinds: Vec<String>,
    /// The last of them.
    pub last: Value,
    /// Bytes of sound.
    pub sound: usize,
}

impl Talk {
    /// Opens a stream, and takes its first message; the status, when it is refused.
    pub async fn open(
        address: SocketAddr,
        path: &str,
        headers: &[(&'static str, &str)],
    ) -> Result<Self, u16> {
        let mut request = format!("ws://{address}{path}").into_client_request().unwrap();
        for (name, value) in headers {
            request.headers_mut().insert(*name, HeaderValue::from_str(value).unwrap());
        }
        let stream = TcpStream::connect(address).await.unwrap();
        match client_async(request, stream).await {
            Ok((socket, _)) => {
                let mut talk = Self(socket);
                assert_eq!(talk.until("ready").await.last["protocol"], "sayso.stream.v1");
                Ok(talk)
            }
            Err(Error::Http(response)) => Err(response.status().as_u16()),
            Err(error) => panic!("no answer: {error}"),
        }
    }

    pub async fn text(&mut self, text: &str) {
        self.0.send(Message::text(text)).await.unwrap();
    }

    pub async fn binary(&mut self, bytes: Vec<u8>) {
        self.0.send(Message::binary(bytes)).await.unwrap();
    }

    /// Sound at 16 kHz, a tenth of a second a message.
    pub async fn sound(&mut self, samples: &[f32]) {
        for piece in samples.chunks(1_600) {
            self.binary(pcm(piece)).await;
        }
    }

    /// The next messages, up to one of that kind.
    pub async fn until(&mut self, kind: &str) -> Told {
        let mut told = Told::default();
        loop {
            match self.0.next().await {
                Some(Ok(Message::Text(text))) => {
                    told.last = serde_json::from_str(text.as_str()).unwrap();
                    told.kinds.push(told.last["type"].as_str().unwrap().to_owned());
                    if told.kinds.last().is_some_and(|last| last == kind) {
                        return told;
                    }
                }
                Some(Ok(Message::Binary(bytes))) => told.sound += bytes.len(),
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                other => panic!("no {kind} came, but {other:?} after {told:?}"),
            }
        }
    }

    /// The code of the last error, and that with which the server closes.
    pub async fn refused(&mut self) -> (String, u16) {
        let error = self.until("error").await.last;
        assert!(error["message"].as_str().unwrap().len() > 5 && error["fatal"] == true, "{error}");
        loop {
            match self.0.next().await {
                Some(Ok(Message::Close(Some(frame)))) => {
                    return (error["code"].as_str().unwrap().to_owned(), frame.code.into());
                }
                Some(Ok(_)) => {}
                other => panic!("not closed: {other:?}"),
            }
        }
    }
}

/// 16 bits, the low byte first.
pub fn pcm(samples: &[f32]) -> Vec<u8> {
    samples.iter().flat_map(|one| wav::sample16(*one).to_le_bytes()).collect()
}

/// One of the recordings that come along, with quiet after it.
pub fn recording(name: &str, quiet: usize) -> Vec<f32> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("audio/samples").join(name);
    let mut samples = wav::read_file(&path, Limits::default()).unwrap();
    samples.resize(samples.len() + quiet * 16_000, 0.0);
    samples
}
