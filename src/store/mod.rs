//! Adapters behind commerce's store ports.
//!
//! | module | what it is |
//! |---|---|
//! | [`sqlite`] | the default: one file, durable before an order is spoken of |

pub mod sqlite;

pub use sqlite::{SqliteOptions, SqliteStore};
