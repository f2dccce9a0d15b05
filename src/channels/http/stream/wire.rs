//! The socket of a stream: messages in and out, each within its bounds of size and time.

use std::time::{Duration, Instant};

use axum::{
    body::Bytes,
    extract::ws::{CloseFrame, Message as Frame, WebSocket, close_code},
};
use serde_json::Value;
use tokio::time::{timeout, timeout_at};
use tokio_util::sync::CancellationToken;

use super::{
    MAX_SOUND, MAX_TEXT,
    messages::{Message, Problem},
};
use crate::channels::http::{HttpState, error::ApiError};

/// The longest that a stream is open.
const OLDEST: Duration = Duration::from_secs(30 * 60);
/// After the last message the rest of what a client sends is read for as long as this and thrown away: a
/// connection that is closed before would take the message with it.
const LINGER: Duration = Duration::from_secs(1);

/// Why a stream ends.
pub enum End {
    /// The client is told why.
    Problem(Problem),
    /// It is gone, or takes nothing.
    Gone,
    /// The server stops.
    Stopping,
}

impl From<Problem> for End {
    fn from(problem: Problem) -> Self {
        Self::Problem(problem)
    }
}

impl From<ApiError> for End {
    fn from(error: ApiError) -> Self {
        Self::Problem(error.into())
    }
}

/// What comes from the client.
pub enum Incoming {
    /// Text.
    Message(Message),
    /// Sound, not yet looked at.
    Sound(Bytes),
}

/// The socket.
pub struct Wire {
    socket: WebSocket,
    /// The server stops.
    closing: CancellationToken,
    /// For a message that the client is to take.
    patience: Duration,
    oldest: Instant,
}

impl Wire {
    /// A socket that was opened.
    pub fn new(state: &HttpState, socket: WebSocket) -> Self {
        let (closing, patience) = (state.closing.clone(), state.options.body_timeout);
        Self { socket, closing, patience, oldest: Instant::now() + OLDEST }
    }

    /// The next message, when it comes in time.
    pub async fn next_by(&mut self, until: Instant, late: impl FnOnce() -> Problem) -> Result<Incoming, End> {
        timeout_at(until.into(), self.next()).await.unwrap_or_else(|_| Err(late().into()))
    }

    /// The next message, within its bounds. A dropped future loses nothing.
    pub async fn next(&mut self) -> Result<Incoming, End> {
        loop {
            let received = tokio::select! {
                () = self.closing.cancelled() => return Err(End::Stopping),
                received = timeout_at(self.oldest.into(), self.socket.recv()) => received,
            };
            return match received {
                Err(_) => {
                    let message = "the stream is open for too long; open another, with the same `session`";
                    Err(Problem::passing("too_old", message).closing(close_code::AWAY).into())
                }
                Ok(Some(Ok(Frame::Text(text)))) if text.len() > MAX_TEXT => Err(too_large(MAX_TEXT).into()),
                Ok(Some(Ok(Frame::Text(text)))) => Ok(Incoming::Message(Message::parse(text.as_str())?)),
                Ok(Some(Ok(Frame::Binary(bytes)))) if bytes.len() > MAX_SOUND => {
                    Err(too_large(MAX_SOUND).into())
                }
                Ok(Some(Ok(Frame::Binary(bytes)))) => Ok(Incoming::Sound(bytes)),
                Ok(Some(Ok(Frame::Ping(_) | Frame::Pong(_)))) => continue,
                Ok(Some(Ok(Frame::Close(_))) | None) => Err(End::Gone),
                // Not the protocol, too large by far, or gone; who is still there is told what it is.
                Ok(Some(Err(_))) => {
                    Err(Problem::fatal("bad_frame", "this is no WebSocket message, or far too large", 400)
                        .into())
                }
            };
        }
    }

    /// Tells something.
    pub async fn tell(&mut self, message: &Value) -> Result<(), End> {
        self.send(Frame::text(message.to_string())).await
    }

    /// Sends a message to a client that takes it in time.
    pub async fn send(&mut self, frame: Frame) -> Result<(), End> {
        match timeout(self.patience, self.socket.send(frame)).await {
            Ok(Ok(())) => Ok(()),
            _ => Err(End::Gone),
        }
    }

    /// The last message, and the end.
    pub async fn refuse(&mut self, problem: &Problem) {
        let code = problem.close.unwrap_or(close_code::ERROR);
        let frame = CloseFrame { code, reason: problem.code().into() };
        if self.tell(&problem.message()).await.is_ok() && self.send(Frame::Close(Some(frame))).await.is_ok() {
            let drain = async { while let Some(Ok(_)) = self.socket.recv().await {} };
            let _ = timeout(LINGER, drain).await;
        }
    }
}

fn too_large(limit: usize) -> Problem {
    Problem::fatal("too_large", format!("the message is larger than {} KiB", limit / 1024), 413)
}
