//! What a household bought before: the ground that "the usual" stands on.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{Money, OrderNumber, Quantity, Sku};

/// One product of one past order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Purchase {
    /// Which product.
    pub sku: Sku,
    /// Its title then.
    pub title: String,
    /// How many.
    pub quantity: Quantity,
    /// The price of one then.
    pub unit_price: Money,
    /// The day of the order.
    pub date: Date,
    /// The order it was part of.
    pub order: OrderNumber,
}
