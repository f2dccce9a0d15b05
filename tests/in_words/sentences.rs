//! The patterns of `sentences.toml`.

use std::sync::LazyLock;

use serde::Deserialize;

/// Patterns of one meaning.
pub type Patterns = &'static [String];

/// All of them, by what they mean.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sentences {
    pub open: Vec<String>,
    pub add: Vec<String>,
    pub remove: Vec<String>,
    pub count: Vec<String>,
    pub count_it: Vec<String>,
    pub swap: Vec<String>,
    pub size: Vec<String>,
    pub oat: Vec<String>,
    pub only: Vec<String>,
    pub aside: Vec<String>,
    pub not_yet: Vec<String>,
    pub yes: Vec<String>,
    pub no: Vec<String>,
    pub undo: Vec<String>,
}

/// The file.
pub static SENTENCES: LazyLock<Sentences> =
    LazyLock::new(|| toml::from_str(include_str!("sentences.toml")).expect("sentences"));
