//! What the dialogue wants said: the key of a reply and typed values for its places. The
//! words are the skill's (`skills/<brand>/replies/<locale>.ftl`).

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::commerce::{Money, OrderNumber};

/// One reply to be put into words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Prompt {
    /// The message in the skill's replies, in kebab-case.
    pub key: String,
    /// Values for its `{ $places }`.
    pub args: Vec<(String, Arg)>,
}

/// A value in a reply.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Arg {
    /// A count, on which plural forms depend.
    Count(u32),
    /// An amount.
    Money(Money),
    /// A day.
    Date(Date),
    /// Read digit by digit.
    Digits(String),
    /// A product, brand or person.
    Name(String),
    /// A word on which the message selects a variant: `paid`, `shipped`.
    Kind(String),
    /// Several replies in one place, joined as the language joins a list.
    List(Vec<Prompt>),
}

impl Arg {
    /// An order's number, which is read digit by digit.
    pub fn order(number: OrderNumber) -> Self {
        Self::Digits(number.to_string())
    }
}

impl Prompt {
    /// A reply without places.
    pub fn new(key: &str) -> Self {
        Self { key: key.to_owned(), args: Vec::new() }
    }

    /// The same with a value for a place.
    #[must_use]
    pub fn with(mut self, place: &str, value: Arg) -> Self {
        self.args.push((place.to_owned(), value));
        self
    }
}
