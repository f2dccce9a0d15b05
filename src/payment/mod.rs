//! Adapters behind commerce's payment port.
//!
//! | module | what it is |
//! |---|---|
//! | [`ledger`] | the built-in test ledger: no money moves, everything is remembered |

mod decline;
pub mod ledger;

pub use decline::Decline;
pub use ledger::{Ledger, LedgerEntry};
