//! What the tests share: a clock that travels, temporary shops, helpers for conversations.

pub mod amazon;
pub mod bundled;
pub mod clock;
pub mod google;
pub mod hub;
pub mod process;
pub mod sample;
pub mod shelf;
pub mod shop;
#[allow(dead_code)]
pub mod sound;
pub mod unreliable;
pub mod victim;

pub use sample::Sample;
#[allow(dead_code)]
pub mod sound_card;
