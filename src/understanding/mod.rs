//! Text → [`Intent`]. Pure: no clock, no store, no network.
//!
//! Invariant: `yes` comes from a template that matches the whole utterance, never from the
//! classifier.

pub mod intent;

pub use intent::{
    Choice, Constraints, Digits, Expect, Intent, IntentName, ItemPhrase, OrderRef, Past, Period, Slots,
    Understood,
};
