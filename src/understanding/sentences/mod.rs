//! The sentences of a skill: templates, lists, synonyms and examples, read from one TOML file for
//! each locale.
//!
//! ```toml
//! [lists]
//! basket = ["[my|the] (cart|basket)"]
//!
//! [[intents.add_to_cart]]
//! templates = ["(add|put) {product} (to|in) <basket>"]
//! examples = [{ say = "add two packs of batteries to my cart", item = "batteries", quantity = 2 }]
//! ```
//!
//! `[…]` is optional, `(a|b)` one of several, `{slot}` a typed place, `<list>` a reusable part.
//! A table can add to every match of its templates: `order = "last"`, `choice = "cheapest"`,
//! `past = "usual"`, `own`, `it`, `cheapest`, `dearest`, `refused`, `only`, `says`; `by_ear = false` where the words are too
//! short to be trusted from a recogniser; and `expect = "yes_no"` keeps its templates to the
//! moments in which that answer is awaited. An unknown intent name is a custom intent.

mod check;
mod clash;
mod compiled;
mod error;
mod expand;
mod file;
mod matcher;
mod sights;
mod slot;
mod template;

pub use check::{Example, Problem, ProblemKind, check};
pub use clash::clashes;
pub use compiled::Sentences;
pub use error::SentencesError;
pub use expand::Piece;
pub use file::{Fillers, Means, Synonyms, Table};
pub(super) use matcher::{Capture, Found, best};
pub(super) use sights::{Sights, Value};
pub use slot::SlotKind;
