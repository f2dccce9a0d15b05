//! Things and options as they were asked for.

use serde::{Deserialize, Serialize};

use crate::commerce::{GroupId, Quantity, ValueId};

/// A thing as it was asked for, not yet a product.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ItemPhrase {
    /// The words for the thing, in lower case, without quantity and unit: `dark roast coffee`.
    pub words: String,
    /// How many, when said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quantity: Option<Quantity>,
    /// The unit that was counted, singular: `pack`, `bottle`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// How many are in one of them: "packs of twelve" → 12.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pack_of: Option<u32>,
    /// Whether "my", "the usual" or "again" points at the household's own purchases.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub own: bool,
    /// "it", "that", "them": what was spoken of last.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub it: bool,
    /// What was asked for with it: "with oat milk".
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<OptionPhrase>,
}

/// An option as it was asked for, not yet one of a product.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OptionPhrase {
    /// Its words, in lower case, without count: `oat milk`.
    pub words: String,
    /// What they can mean. Of several the one that the product has is meant.
    pub meant: Vec<(GroupId, ValueId)>,
    /// How many, when said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count: Option<u32>,
    /// "No sugar": it is not wanted.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub no: bool,
    /// "Another shot", "one less sugar": so many more or fewer than there are, one where no count is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub step: Option<Step>,
    /// "Less sugar": less of it than there is. What a shop itself calls so ("less ice", a value of its own) is not.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub less: bool,
}

/// The words before an option of which there shall be less.
pub(in crate::understanding) const LESS: &[&str] = &["less", "fewer"];

/// Which way a count goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// "Another", "one more".
    More,
    /// "One less".
    Fewer,
}

impl OptionPhrase {
    /// "Less sugar": there must be some to have less of.
    pub fn lessens(&self) -> bool {
        self.less && !self.no
    }

    /// Its words without the "less" before them.
    pub fn of_what(&self) -> &str {
        match self.words.split_once(' ') {
            Some((first, rest)) if self.less && LESS.contains(&first) => rest,
            _ => &self.words,
        }
    }

    /// Whether it is to be had less of, or not at all.
    pub fn takes_away(&self) -> bool {
        self.no || self.step == Some(Step::Fewer)
    }
}
