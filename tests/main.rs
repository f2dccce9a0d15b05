//! The rules of the shop, on real parts: one binary for all integration tests.

mod support;
mod wav;
