//! The rules of ordering.

mod placing;
