//! The ways in and out. A channel turns its wire format into a [`Turn`] and a [`Reply`] back,
//! and knows nothing else.

pub mod alexa;
pub mod console;
pub mod dialogflow;
pub mod http;
pub mod json;
pub mod platform;
pub mod recording;
pub mod speaker;

use async_trait::async_trait;

use crate::turn::{Reply, Turn};

/// The engine as a channel sees it: one door, and the question whether it is open.
#[async_trait]
pub trait Engine: Send + Sync + 'static {
    /// One turn of a conversation. A fault is a reply too: the shopper hears a plain sentence.
    async fn turn(&self, turn: Turn) -> Reply;

    /// Whether the store can be reached.
    async fn ready(&self) -> bool;
}
