//! Adapters behind commerce's store ports.
//!
//! | module | what it is |
//! |---|---|
//! | [`sqlite`] | the default: one file, durable before an order is spoken of |
//! | [`memory`] | nothing is kept: for tests and trials |

pub mod memory;
pub mod sqlite;

pub use memory::MemoryStore;
pub use sqlite::{SqliteOptions, SqliteStore};
