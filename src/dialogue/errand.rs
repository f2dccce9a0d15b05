//! What was asked for, on its way to becoming lines of a purchase.

use serde::{Deserialize, Serialize};

use super::{
    Instead,
    draft::{DraftLine, collect_lines},
};
use crate::{
    commerce::{Chosen, Quantity, Sku},
    understanding::{Constraints, OptionPhrase},
};

/// What a product is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// To buy it now.
    Buy,
    /// To buy it again.
    Reorder,
    /// To put it into the cart.
    AddToCart,
    /// To put it into the cart that is being checked out, which is read back again then.
    CheckOut,
    /// To put it into the cart, of which a line is changed while nothing is read back.
    ChangeCart,
}

impl Purpose {
    /// Whether what is in the cart is changed, and not only added to.
    pub(super) fn changes_the_cart(self) -> bool {
        matches!(self, Self::CheckOut | Self::ChangeCart)
    }
}

/// What an order is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OrderErrand {
    /// To tell where it is.
    Status,
    /// To cancel it.
    Cancel,
    /// To send something of it back.
    Return,
}

/// Things on their way to becoming lines: some settled, some still to be asked about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Errand {
    /// What they are for.
    pub purpose: Purpose,
    /// Settled.
    pub lines: Vec<DraftLine>,
    /// Not settled; the first is asked about.
    pub wanted: Vec<Wanted>,
}

/// A thing that was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wanted {
    /// In the shopper's words.
    pub words: String,
    /// How many, when said.
    pub quantity: Option<Quantity>,
    /// What it could be, best first.
    pub offers: Vec<Sku>,
    /// How many of the first fit equally well.
    pub tied: usize,
    /// What is asked for with it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<OptionPhrase>,
    /// What was chosen for it before that: in the read-back that is changed, or when it was bought.
    /// `None`: nothing yet, and what is bought again has what it had last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chosen: Option<Chosen>,
    /// How many single things were asked for, which may come several in a pack: "a dozen bagels".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pieces: Option<u32>,
    /// Whether it was called "it": then it has what it was spoken of with.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub it: bool,
    /// Whether it is the other one of "both": what was picked as the one is none of its offers.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub other: bool,
    /// Within which limits it is wanted: they hold until it is a line, whatever is asked in between.
    #[serde(default, skip_serializing_if = "is_default")]
    pub limits: Constraints,
    /// Where the line stood of which it is another number: what changes stays where it was heard.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<usize>,
    /// The line that it takes the place of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instead: Option<Instead>,
}

pub(super) fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

impl Wanted {
    /// Any of these, which all fit equally well.
    pub fn any(words: String, quantity: Option<Quantity>, offers: Vec<Sku>) -> Self {
        let tied = offers.len();
        Self {
            words,
            quantity,
            offers,
            tied,
            options: Vec::new(),
            chosen: None,
            pieces: None,
            it: false,
            other: false,
            limits: Constraints::default(),
            place: None,
            instead: None,
        }
    }

    /// As many as there are of a line, where no count was said.
    pub(super) fn as_many_as(&mut self, line: &DraftLine) {
        if self.quantity.is_none() {
            (self.quantity, self.pieces) = (Some(line.quantity), line.pieces);
        }
    }

    /// So many of one product, with what is asked for with it.
    pub fn one(words: String, quantity: Quantity, sku: Sku, options: Vec<OptionPhrase>) -> Self {
        let one = Self::any(words, Some(quantity), vec![sku]);
        Self { options, ..one }
    }
}

impl Errand {
    /// An errand for these things.
    pub fn new(purpose: Purpose, wanted: Vec<Wanted>) -> Self {
        Self { purpose, lines: Vec::new(), wanted }
    }

    pub(super) fn collect_skus(&self, into: &mut Vec<Sku>) {
        collect_lines(&self.lines, into);
        for wanted in &self.wanted {
            into.extend(wanted.offers.iter().cloned());
        }
    }
}
