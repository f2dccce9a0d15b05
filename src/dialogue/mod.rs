//! One pure step of a conversation: state + intent + facts → what to say and what to do.

pub mod facts;
pub mod prompt;

pub use prompt::{Arg, Prompt};
