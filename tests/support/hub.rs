//! A hub of models on a real socket that misbehaves as it is told.

use std::sync::{Arc, Mutex};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

/// What the hub does with one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// What was asked for: all of it, or the part.
    Honest,
    /// So many bytes of what was asked for, then the end of the connection.
    Cut(usize),
    /// So many bytes of what was asked for, then nothing, with the connection open.
    Stall(usize),
    /// All of it, whatever part was asked for.
    Whole,
    /// All of it with one byte changed.
    Wrong,
    /// More bytes than the file has, without saying how many.
    Endless,
    /// Says that the file is of another size.
    OtherSize,
    /// Another part than was asked for.
    OtherPart,
    /// Only a status.
    Status(u16),
    /// The same file is elsewhere at this hub.
    Redirect,
}

/// A running hub.
pub struct Hub {
    /// Its address, for `PullOptions::endpoint`.
    pub endpoint: String,
    requests: Arc<Mutex<Vec<String>>>,
    task: JoinHandle<()>,
}

impl Hub {
    /// Serves `file` under every path, answering request after request from the list and
    /// honestly after its end.
    pub async fn serve(file: Vec<u8>, answers: &[Answer]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        let requests = Arc::new(Mutex::new(Vec::new()));
        let (seen, answers, file) = (Arc::clone(&requests), answers.to_vec(), Arc::new(file));
        let task = tokio::spawn(async move {
            let mut answers = answers.into_iter();
            while let Ok((stream, _)) = listener.accept().await {
                let answer = answers.next().unwrap_or(Answer::Honest);
                tokio::spawn(answer_one(stream, Arc::clone(&file), answer, Arc::clone(&seen)));
            }
        });
        Self { endpoint, requests, task }
    }

    /// The heads of the requests that came, in lower case.
    pub fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }
}

impl Drop for Hub {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn answer_one(
    mut stream: TcpStream,
    file: Arc<Vec<u8>>,
    answer: Answer,
    seen: Arc<Mutex<Vec<String>>>,
) {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        match stream.read_u8().await {
            Ok(byte) => head.push(byte),
            Err(_) => return,
        }
    }
    let head = String::from_utf8_lossy(&head).to_lowercase();
    let asked =
        head.split("range: bytes=").nth(1).and_then(|rest| rest.split('-').next()?.parse::<usize>().ok());
    let tagged = head.contains("if-range: \"tag-1\"");
    seen.lock().unwrap().push(head);
    let part = asked.filter(|_| tagged);
    // The shopper's side may have gone; that is what some tests are about.
    let _ = send(&mut stream, &file, answer, part).await;
}

async fn send(
    stream: &mut TcpStream,
    file: &[u8],
    answer: Answer,
    part: Option<usize>,
) -> std::io::Result<()> {
    let (size, from) = (file.len(), part.unwrap_or(0));
    let ranged = match part {
        Some(from) => format!("206 Partial Content\r\ncontent-range: bytes {from}-{}/{size}", size - 1),
        None => "200 OK".to_owned(),
    };
    let (status, length, body, hold) = match answer {
        Answer::Honest => (ranged, Some(size - from), file[from..].to_vec(), false),
        Answer::Cut(bytes) => {
            (ranged, Some(size - from), file[from..(from + bytes).min(size)].to_vec(), false)
        }
        Answer::Stall(bytes) => {
            (ranged, Some(size - from), file[from..(from + bytes).min(size)].to_vec(), true)
        }
        Answer::Whole => ("200 OK".to_owned(), Some(size), file.to_vec(), false),
        Answer::Wrong => {
            let mut wrong = file[from..].to_vec();
            wrong[0] ^= 1;
            (ranged, Some(size - from), wrong, false)
        }
        Answer::Endless => ("200 OK".to_owned(), None, file.repeat(3), true),
        Answer::OtherSize => ("200 OK".to_owned(), Some(size + 1), Vec::new(), false),
        Answer::OtherPart => {
            let range = format!("206 Partial Content\r\ncontent-range: bytes 1-{}/{size}", size - 1);
            (range, Some(size - 1), file[1..].to_vec(), false)
        }
        Answer::Status(status) => (format!("{status} Status"), Some(0), Vec::new(), false),
        Answer::Redirect => ("302 Found\r\nlocation: /elsewhere".to_owned(), Some(0), Vec::new(), false),
    };
    let length = length.map(|length| format!("content-length: {length}\r\n")).unwrap_or_default();
    let head = format!("HTTP/1.1 {status}\r\netag: \"tag-1\"\r\nconnection: close\r\n{length}\r\n");
    stream.write_all(head.as_bytes()).await?;
    stream.write_all(&body).await?;
    stream.flush().await?;
    if hold {
        // Until the other side gives up.
        let _ = stream.read_u8().await;
    }
    stream.shutdown().await
}
