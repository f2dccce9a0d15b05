//! A purchase that is read back, line by line.

use serde::{Deserialize, Serialize};

use crate::commerce::{Chosen, GroupId, IdempotencyKey, Quantity, Quote, Sku, ValueId};

/// A product and how many of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DraftLine {
    /// Which product.
    pub sku: Sku,
    /// How many.
    pub quantity: Quantity,
    /// What else the words could have meant: "the large one" looks here.
    pub others: Vec<Sku>,
    /// With what: the same product with other options is another line.
    #[serde(default, skip_serializing_if = "Chosen::is_empty")]
    pub options: Chosen,
}

/// A purchase that was, or is about to be, read back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    /// What is in it.
    pub lines: Vec<DraftLine>,
    /// What it costs, as read back.
    pub quote: Quote,
    /// The key of this read-back. Another quantity, product, option or price is another draft with
    /// another key.
    pub key: IdempotencyKey,
    /// Whether it is the cart, which is emptied when the order is placed.
    pub from_cart: bool,
    /// What its things came with without being asked for, when it was read back.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub defaults: Vec<(GroupId, ValueId)>,
}

/// Adds a line, to the one of the same product with the same options where there is one.
pub(super) fn add_line(lines: &mut Vec<DraftLine>, line: DraftLine) {
    match lines.iter_mut().find(|l| l.sku == line.sku && l.options == line.options) {
        Some(old) => {
            if let Some(sum) = Quantity::new(old.quantity.get() + line.quantity.get()) {
                old.quantity = sum;
            }
        }
        None => lines.push(line),
    }
}

/// Every product of some lines, and what else their words could have meant.
pub(super) fn collect_lines(lines: &[DraftLine], into: &mut Vec<Sku>) {
    for line in lines {
        into.push(line.sku.clone());
        into.extend(line.others.iter().cloned());
    }
}
