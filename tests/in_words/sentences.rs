//! The patterns of `sentences.toml`.

use std::sync::LazyLock;

use rand::{rngs::StdRng, seq::IndexedRandom as _};
use serde::Deserialize;

/// Patterns of one meaning.
pub type Patterns = &'static [String];

/// All of them, by what they mean.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sentences {
    pub open: Vec<String>,
    pub to_cart: Vec<String>,
    pub check_out: Vec<String>,
    pub yes: Vec<String>,
    pub no: Vec<String>,
    pub undo: Vec<String>,
    pub pin: Vec<String>,
    pub aside: Vec<String>,
    pub read_again: Vec<String>,
    pub not_yet: Vec<String>,
    pub price: Prices,
    pub yes_cancel: Vec<String>,
    pub no_cancel: Vec<String>,
    pub cancel: Cancelling,
    pub read_back: Changes,
    pub placed: Changes,
    pub cart: Changes,
}

/// Those that change something.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Changes {
    pub add: Vec<String>,
    pub remove: Vec<String>,
    pub count: Vec<String>,
    pub count_it: Vec<String>,
    pub swap: Vec<String>,
    pub size: Vec<String>,
    pub with: Vec<String>,
    pub decaf: Vec<String>,
    pub part: Vec<String>,
    pub only: Vec<String>,
}

/// Questions for the price of a change, and what is answered to whether to make it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Prices {
    pub size: Vec<String>,
    pub with: Vec<String>,
    pub yes: Vec<String>,
    pub no: Vec<String>,
    pub yes_and: Vec<String>,
}

/// Those with which orders are cancelled.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cancelling {
    pub with: Vec<String>,
    pub numbered: Vec<String>,
    pub last: Vec<String>,
    pub all: Vec<String>,
    pub no: Vec<String>,
    pub rest: Vec<String>,
}

/// The file.
pub static SENTENCES: LazyLock<Sentences> =
    LazyLock::new(|| toml::from_str(include_str!("sentences.toml")).expect("sentences"));

/// One of some patterns.
pub fn pick(random: &mut StdRng, patterns: Patterns) -> &'static str {
    patterns.choose(random).map(String::as_str).unwrap_or_default()
}

/// Whether it is one of these.
pub fn is(patterns: Patterns, pattern: &str) -> bool {
    patterns.iter().any(|one| one == pattern)
}
