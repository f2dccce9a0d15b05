//! A client of the Wyoming protocol that can misbehave.

use std::{net::SocketAddr, time::Duration};

use serde_json::{Value, json};
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::TcpStream,
    time::timeout,
};

/// An event that came back.
#[derive(Debug)]
pub struct Event {
    pub kind: String,
    pub data: Value,
    pub payload: Vec<u8>,
}

impl Event {
    pub fn text(&self) -> &str {
        self.data["text"].as_str().unwrap_or_else(|| panic!("no text: {self:?}"))
    }
}

/// A connection.
pub struct Client(BufReader<TcpStream>);

impl Client {
    pub async fn new(address: SocketAddr) -> Self {
        Self(BufReader::new(TcpStream::connect(address).await.expect("somebody listens")))
    }

    /// Bytes as they are. What a server that has hung up already does not take is no fault.
    pub async fn raw(&mut self, bytes: &[u8]) {
        let _ = self.0.write_all(bytes).await;
    }

    pub async fn send(&mut self, kind: &str, data: Value, payload: &[u8]) {
        let header = json!({ "type": kind, "data": data, "payload_length": payload.len() });
        self.raw(&[format!("{header}\n").as_bytes(), payload].concat()).await;
    }

    /// The next event; `None` at the end of the connection.
    pub async fn read(&mut self) -> Option<Event> {
        timeout(Duration::from_secs(60), self.next()).await.expect("an event or the end in time")
    }

    async fn next(&mut self) -> Option<Event> {
        let mut line = String::new();
        self.0.read_line(&mut line).await.ok().filter(|length| *length > 0)?;
        let header: Value = serde_json::from_str(&line).expect("a header");
        let mut part = async |field: &str| {
            let mut bytes = vec![0; header[field].as_u64().unwrap_or(0) as usize];
            self.0.read_exact(&mut bytes).await.expect("as many bytes as were promised");
            bytes
        };
        let (data, payload) = (part("data_length").await, part("payload_length").await);
        let data = if data.is_empty() { Value::Null } else { serde_json::from_slice(&data).expect("JSON") };
        Some(Event { kind: header["type"].as_str().expect("a type").to_owned(), data, payload })
    }

    /// The next event, of the kind that is expected.
    pub async fn expect(&mut self, kind: &str) -> Event {
        let event = self.read().await.unwrap_or_else(|| panic!("the end instead of {kind}"));
        assert_eq!(event.kind, kind, "{event:?}");
        event
    }

    /// The code of an error, after which the connection ends.
    pub async fn refusal(&mut self) -> String {
        let error = self.expect("error").await;
        assert!(error.text().len() > 5, "{error:?}");
        assert!(self.read().await.is_none(), "an error is the last event");
        error.data["code"].as_str().expect("a code").to_owned()
    }

    /// One turn: the last event of the reply.
    pub async fn say(&mut self, text: &str, context: Value) -> Event {
        self.send("transcript", json!({ "text": text, "language": "en", "context": context }), &[]).await;
        loop {
            let event = self.read().await.expect("a reply");
            match event.kind.as_str() {
                "handled" => {
                    self.expect("handled-stop").await;
                    return event;
                }
                "not-handled" => return event,
                "handled-start" | "handled-chunk" => {}
                _ => panic!("no reply: {event:?}"),
            }
        }
    }

    /// Sound in pieces, with everything around it.
    pub async fn sound(&mut self, rate: u32, width: u32, channels: u32, bytes: &[u8]) {
        let format = json!({ "rate": rate, "width": width, "channels": channels });
        self.send("transcribe", json!({ "language": "en-US" }), &[]).await;
        self.send("audio-start", format.clone(), &[]).await;
        for piece in bytes.chunks(1_024 * (width * channels) as usize) {
            self.send("audio-chunk", format.clone(), piece).await;
        }
        self.send("audio-stop", json!({}), &[]).await;
    }

    /// Sound from `audio-start` to `audio-stop`: its rate and its samples.
    pub async fn spoken(&mut self) -> (u64, Vec<i16>) {
        let start = self.expect("audio-start").await.data;
        assert_eq!((&start["width"], &start["channels"]), (&json!(2), &json!(1)));
        let mut samples = Vec::new();
        loop {
            let event = self.read().await.expect("sound or its end");
            match event.kind.as_str() {
                "audio-chunk" => {
                    assert_eq!(event.data["rate"], start["rate"]);
                    samples.extend(event.payload.chunks(2).map(|two| i16::from_le_bytes([two[0], two[1]])));
                }
                "audio-stop" => return (start["rate"].as_u64().unwrap(), samples),
                _ => panic!("no sound: {event:?}"),
            }
        }
    }
}

/// One turn on a connection of its own, as Home Assistant takes it.
pub async fn say(address: SocketAddr, conversation: &str, text: &str) -> Event {
    Client::new(address).await.say(text, json!({ "conversation_id": conversation })).await
}
