//! What a household bought before: the ground that "the usual" stands on.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{LineOptions, Money, OrderNumber, Quantity, Sku};

/// One product of one past order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Purchase {
    /// Which product.
    pub sku: Sku,
    /// Its title then.
    pub title: String,
    /// How many.
    pub quantity: Quantity,
    /// The price of one then, its options included.
    pub unit_price: Money,
    /// With what.
    #[serde(default, skip_serializing_if = "LineOptions::is_empty")]
    pub options: LineOptions,
    /// The day of the order.
    pub date: Date,
    /// The order it was part of.
    pub order: OrderNumber,
}

impl Purchase {
    /// The price of one then, without its options.
    pub fn bare_price(&self) -> Money {
        self.options.taken_from(self.unit_price).unwrap_or(self.unit_price)
    }
}
