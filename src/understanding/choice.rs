//! Which of several that were offered or spoken of.

use serde::{Deserialize, Serialize};

use crate::commerce::Quantity;

/// Which of several.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Choice {
    /// "the second one", "number two": from 1.
    Ordinal(u32),
    /// "the last one" of those offered.
    Last,
    /// "the cheapest".
    Cheapest,
    /// "the most expensive", "the best one".
    Dearest,
    /// "the smaller one".
    Smaller,
    /// "the larger one".
    Larger,
    /// "the smallest".
    Smallest,
    /// "the largest".
    Largest,
    /// "the one I had last time".
    HadLast,
    /// "the usual one".
    HadMost,
    /// "the other one".
    Other,
    /// "the others", "the rest".
    Others,
    /// "both of them".
    Both,
    /// "all of them".
    All,
    /// "all three": so many were offered, says the shopper.
    AllOf(u32),
    /// "the first two".
    FirstOnes(u32),
    /// "the last two".
    LastOnes(u32),
    /// "the first and the third", "the second one and two of the third".
    Several(Vec<Picked>),
    /// "the large one", "the Northwind one": words to match against the offers.
    Described(String),
    /// "none of them".
    None,
    /// "what else is there": the next offers.
    More,
}

/// One of several that were picked at once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Picked {
    /// Which.
    pub choice: Choice,
    /// How many of it, when said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quantity: Option<Quantity>,
}

impl Choice {
    /// Whether it is more than one.
    pub fn is_of_several(&self) -> bool {
        matches!(
            self,
            Self::Both
                | Self::All
                | Self::AllOf(_)
                | Self::FirstOnes(_)
                | Self::LastOnes(_)
                | Self::Several(_)
        )
    }
}
