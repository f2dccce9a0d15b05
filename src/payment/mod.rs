//! Adapters behind commerce's payment port.
//!
//! | module | what it is |
//! |---|---|
//! | [`ledger`] | the built-in test ledger: no money moves, everything is remembered |

pub mod ledger;

pub use ledger::{Decline, Ledger, LedgerEntry};
