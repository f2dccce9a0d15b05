//! The rules of ordering.

mod deciding;
mod placing;
