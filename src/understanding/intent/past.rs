//! What points back: to an order, to days, to what was bought.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// Which order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OrderRef {
    /// "my order", "my last order".
    Last,
    /// "order four two one seven".
    Number(u32),
    /// "my coffee": the newest order with it.
    Product(String),
    /// "my order from last Tuesday".
    On(Period),
    /// "it": the order that was spoken of last.
    It,
    /// "the one before that": the order before the one that was spoken of last.
    Before,
    /// "my orders": the newest of them.
    All,
}

/// Days from `from` to `to`, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Period {
    /// The first day.
    pub from: Date,
    /// The last day.
    pub to: Date,
}

/// A point in the household's own past to buy from again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Past {
    /// "the usual": what is bought most regularly.
    Usual,
    /// "same as last time", "reorder my last order".
    LastOrder,
    /// "what I bought in March".
    During(Period),
}
