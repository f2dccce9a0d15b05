//! Products as a shop offers them, and the catalogue that holds them.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Money, Sku};

/// How many of something: at least one, at most [`Quantity::MAX`], so that none can run away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u32", into = "u32")]
pub struct Quantity(u32);

impl Quantity {
    /// One of it.
    pub const ONE: Self = Self(1);
    /// The largest quantity that can be spoken of at all. It is above every shop's own limit ([`Quantity::MOST`]), so
    /// that what is too many is heard as too many, and "144 batteries" as twelve packs; and below any PIN.
    pub const MAX: u32 = 999;
    /// The most of one product that any shop sells in one order.
    pub const MOST: u32 = 99;

    /// `None` for zero and for more than [`Quantity::MAX`].
    pub const fn new(count: u32) -> Option<Self> {
        if count >= 1 && count <= Self::MAX { Some(Self(count)) } else { None }
    }

    /// The count, 1 to [`Quantity::MAX`].
    pub const fn get(self) -> u32 {
        self.0
    }
}

impl TryFrom<u32> for Quantity {
    type Error = String;
    fn try_from(count: u32) -> Result<Self, String> {
        Self::new(count).ok_or_else(|| format!("a quantity is 1 to {}", Self::MAX))
    }
}

impl From<Quantity> for u32 {
    fn from(quantity: Quantity) -> u32 {
        quantity.0
    }
}

impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A product, with the fields of Google's product data specification that speech needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Product {
    /// `id`.
    pub sku: Sku,
    /// `title`: brand, what it is, size; for example `Northwind Paper Towels, Twelve Pack`.
    pub title: String,
    /// `description`.
    pub description: String,
    /// `brand`.
    pub brand: String,
    /// The last part of `product_type`, in lower case: `paper towels`.
    pub kind: String,
    /// `size`, as it is spoken: `twelve pack`, `sixteen ounce`.
    pub size: Option<String>,
    /// `color`, `material`, `pattern` and `product_highlight` in lower case: `organic`, `dark roast`.
    pub attributes: Vec<String>,
    /// `price`, for one.
    pub list_price: Money,
    /// `sale_price`, when it is lower now.
    pub sale_price: Option<Money>,
    /// `quantity` of the local inventory feed: the stock when the catalogue was loaded.
    pub opening_stock: u32,
    /// `item_group_id`: variants of one product share it.
    pub group: Option<String>,
}

impl Product {
    /// What one costs today.
    pub fn price(&self) -> Money {
        self.sale_price.unwrap_or(self.list_price)
    }
}
