//! The ways in and out. A channel turns its wire format into a [`Turn`] and a [`Reply`] back,
//! and knows nothing else.

pub mod alexa;
pub mod console;
pub mod dialogflow;
mod drain;
pub mod http;
pub mod json;
pub mod link;
pub mod platform;
pub mod recording;
pub mod speaker;
pub mod wyoming;

use async_trait::async_trait;

use crate::{
    commerce::ShopId,
    turn::{Reply, Turn},
    understanding::Understood,
};

/// The engine as a channel sees it: one door, and the question whether it is open.
#[async_trait]
pub trait Engine: Send + Sync + 'static {
    /// One turn of a conversation. A fault is a reply too: the shopper hears a plain sentence.
    async fn turn(&self, turn: Turn) -> Reply;

    /// What words that were heard mean to a shop, outside any conversation; nothing is done. `None`
    /// for a shop that is not served.
    async fn understand(&self, shop: &ShopId, text: &str) -> Option<Understood>;

    /// Whether the store can be reached.
    async fn ready(&self) -> bool;
}
