//! A caller that can misbehave: raw bytes over TCP, and a reader for what comes back.

use std::{collections::HashMap, net::SocketAddr, time::Duration};

use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// An answer, taken apart.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HashMap<String, String>,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|e| panic!("no JSON ({e}): {:?}", String::from_utf8_lossy(&self.body)))
    }

    pub fn text(&self) -> String {
        String::from_utf8(self.body.clone()).unwrap()
    }

    /// The code of an error, after a look at its shape.
    pub fn error_code(&self) -> String {
        assert!(self.status >= 400, "{self:?}");
        assert_eq!(self.headers["content-type"], "application/json");
        let json = self.json();
        let error = json["error"].as_object().expect("an error object");
        assert!(error["message"].as_str().expect("a sentence").len() > 5);
        error["code"].as_str().expect("a code").to_owned()
    }
}

/// A request whose head and body are written in one go.
pub struct Request {
    head: String,
    host: Option<String>,
    body: Vec<u8>,
}

pub fn get(path: &str) -> Request {
    Request { head: format!("GET {path} HTTP/1.1\r\n"), host: None, body: Vec::new() }
}

pub fn post(path: &str, kind: &str, body: impl Into<Vec<u8>>) -> Request {
    let body = body.into();
    let length = body.len();
    let head = format!("POST {path} HTTP/1.1\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\n");
    Request { head, host: None, body }
}

/// A typed turn.
pub fn typed(text: &str) -> Request {
    post("/v1/turns", "application/json", serde_json::json!({ "session": "s", "text": text }).to_string())
}

impl Request {
    pub fn header(mut self, name: &str, value: &str) -> Self {
        if name == "Host" {
            self.host = Some(value.to_owned());
        } else {
            self.head.push_str(&format!("{name}: {value}\r\n"));
        }
        self
    }

    pub fn bytes(&self, address: SocketAddr) -> Vec<u8> {
        let host = self.host.clone().unwrap_or_else(|| address.to_string());
        let mut bytes = format!("{}Host: {host}\r\nConnection: close\r\n\r\n", self.head).into_bytes();
        bytes.extend_from_slice(&self.body);
        bytes
    }

    pub async fn send(&self, address: SocketAddr) -> Answer {
        let mut stream = TcpStream::connect(address).await.unwrap();
        // A server that refuses early closes before all is written; what it answers counts.
        let _ = stream.write_all(&self.bytes(address)).await;
        read_answer(&mut stream).await.expect("an answer")
    }
}

/// Waits until a server with a recogniser answers that it is ready.
pub async fn until_ready(address: SocketAddr) {
    for _ in 0..1_500 {
        if get("/readyz").send(address).await.status == 200 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("the recogniser is not loaded");
}

/// Everything until the server closes; `None` when it closes without a word.
pub async fn read_answer(stream: &mut (impl AsyncRead + Unpin)) -> Option<Answer> {
    let mut bytes = Vec::new();
    let mut chunk = [0; 4096];
    while !complete(&bytes) {
        match stream.read(&mut chunk).await {
            Ok(0) | Err(_) => break,
            Ok(n) => bytes.extend_from_slice(&chunk[..n]),
        }
    }
    parse(&bytes)
}

fn complete(bytes: &[u8]) -> bool {
    parse(bytes).is_some_and(|answer| {
        answer.headers.get("content-length").is_some_and(|n| n.parse() == Ok(answer.body.len()))
    })
}

fn parse(bytes: &[u8]) -> Option<Answer> {
    let end = bytes.windows(4).position(|w| w == b"\r\n\r\n")?;
    let head = std::str::from_utf8(&bytes[..end]).ok()?;
    let mut lines = head.split("\r\n");
    let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
    let headers = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_lowercase(), value.trim().to_owned()))
        .collect();
    Some(Answer { status, headers, body: bytes[end + 4..].to_vec() })
}
