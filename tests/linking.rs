//! An account elsewhere becomes a household of the shop, and nobody else's does.

mod alexa;
mod asking;
mod browser;
mod google;
pub mod shop;
mod store_suite;
mod tokens;
