//! What a product must satisfy to be meant.

use serde::{Deserialize, Serialize};

use crate::commerce::Money;

/// What a product must satisfy.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Constraints {
    /// "at most ten dollars": no more than this for one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub price_max: Option<Money>,
    /// "under ten dollars": ten is too much.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub max_excluded: bool,
    /// "at least ten dollars".
    #[serde(skip_serializing_if = "Option::is_none")]
    pub price_min: Option<Money>,
    /// "over ten dollars": ten is too little.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub min_excluded: bool,
    /// A brand of the catalogue, as the catalogue writes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub brand: Option<String>,
    /// A size, as it was said: `twelve pack`, `large`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub size: Option<String>,
    /// Other words of the catalogue's attributes: `organic`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub attributes: Vec<String>,
    /// "the cheapest": lowest price first.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub cheapest: bool,
    /// "the most expensive": highest price first.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub dearest: bool,
}

impl Constraints {
    /// Whether the cheapest or the most expensive is meant.
    pub fn by_price(&self) -> bool {
        self.cheapest || self.dearest
    }

    /// Whether only a lower limit was said, to which what costs most is the nearest.
    pub fn only_at_least(&self) -> bool {
        self.price_max.is_none() && self.price_min.is_some()
    }

    /// Whether there is any limit of the price.
    pub fn limit_the_price(&self) -> bool {
        self.price_max.is_some() || self.price_min.is_some()
    }

    /// Whether a price is not above the upper limit.
    pub fn allows_at_most(&self, price: Money) -> bool {
        self.price_max.is_none_or(|max| {
            let below =
                if self.max_excluded { price.minor() < max.minor() } else { price.minor() <= max.minor() };
            max.currency() == price.currency() && below
        })
    }

    /// Whether a price is within both limits.
    pub fn allow(&self, price: Money) -> bool {
        let above = self.price_min.is_none_or(|min| {
            let above =
                if self.min_excluded { price.minor() > min.minor() } else { price.minor() >= min.minor() };
            min.currency() == price.currency() && above
        });
        above && self.allows_at_most(price)
    }
}
