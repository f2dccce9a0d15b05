//! The rules of ordering.

mod after;
mod deciding;
mod limits;
mod placing;
