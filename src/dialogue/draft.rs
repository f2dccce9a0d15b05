//! A purchase that is read back, line by line.

use serde::{Deserialize, Serialize};

use super::{Wanted, errand::is_default};
use crate::{
    commerce::{Chosen, GroupId, IdempotencyKey, Quantity, Quote, Sku, ValueId},
    understanding::Constraints,
};

/// A product and how many of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DraftLine {
    /// Which product.
    pub sku: Sku,
    /// How many.
    pub quantity: Quantity,
    /// What else the words could have meant: "the large one" looks here.
    #[serde(default)]
    pub others: Vec<Sku>,
    /// With what: the same product with other options is another line.
    #[serde(default, skip_serializing_if = "Chosen::is_empty")]
    pub options: Chosen,
    /// How many single things were asked for, which these packs hold. `None` where packs were counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pieces: Option<u32>,
    /// Within which limits it was wanted: what takes its place is looked for within these first.
    #[serde(default, skip_serializing_if = "is_default")]
    pub limits: Constraints,
}

impl DraftLine {
    /// So many packs of a product, of which nothing else was said.
    pub fn new(sku: Sku, quantity: Quantity, options: Chosen) -> Self {
        Self { sku, quantity, others: Vec::new(), options, pieces: None, limits: Constraints::default() }
    }

    /// Whether it is this product with these options: there is one such line of a cart, or of a read-back.
    pub(super) fn is(&self, sku: &Sku, options: &Chosen) -> bool {
        &self.sku == sku && &self.options == options
    }

    /// So many more of the same. `false`, and no change, where they would pass [`Quantity::MAX`].
    pub(super) fn take_in(&mut self, more: &Self) -> bool {
        let Some(sum) = Quantity::new(self.quantity.get() + more.quantity.get()) else { return false };
        self.quantity = sum;
        self.pieces = self.pieces.zip(more.pieces).and_then(|(one, other)| one.checked_add(other));
        if self.limits != more.limits {
            // Half of it was wanted within other limits.
            self.limits = Constraints::default();
        }
        true
    }

    /// What it is, without what it could have been.
    pub(super) fn bare(&self) -> Self {
        Self::new(self.sku.clone(), self.quantity, self.options.clone())
    }

    /// Sets how many there are; from then on packs are counted.
    pub(super) fn count(&mut self, packs: Quantity) {
        (self.quantity, self.pieces) = (packs, None);
    }

    /// The same as it would be wanted anew: this product, or else what its words meant too.
    pub(super) fn wanted(&self, words: String) -> Wanted {
        let offers = std::iter::once(&self.sku).chain(&self.others).cloned().collect();
        Wanted {
            tied: 1,
            chosen: Some(self.options.clone()),
            pieces: self.pieces,
            limits: self.limits.clone(),
            ..Wanted::any(words, Some(self.quantity), offers)
        }
    }
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

/// Adds a line at a place, or else as the last; to the one of the same product with the same options where there is one.
pub(super) fn add_line(lines: &mut Vec<DraftLine>, line: DraftLine, place: Option<usize>) {
    match lines.iter_mut().find(|l| l.is(&line.sku, &line.options)) {
        Some(old) => _ = old.take_in(&line),
        None => lines.insert(place.unwrap_or(lines.len()).min(lines.len()), line),
    }
}

/// Every product of some lines, and what else their words could have meant.
pub(super) fn collect_lines(lines: &[DraftLine], into: &mut Vec<Sku>) {
    for line in lines {
        into.push(line.sku.clone());
        into.extend(line.others.iter().cloned());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_that_was_kept_before_lines_knew_pieces_and_limits_is_read() {
        let old = r#"{"sku":"latte-small","quantity":2,"others":["latte-large"]}"#;
        let line: DraftLine = serde_json::from_str(old).unwrap();
        assert_eq!((line.quantity.get(), line.pieces), (2, None));
        assert_eq!(serde_json::to_string(&line).unwrap(), old, "an older release reads what is written");
        let offering = r#"{"offering":{"sku":"latte-small","quantity":1}}"#;
        let focus: crate::dialogue::Focus = serde_json::from_str(offering).unwrap();
        assert_eq!(
            focus,
            crate::dialogue::Focus::Offering(DraftLine::new(
                Sku::new("latte-small").unwrap(),
                Quantity::ONE,
                Chosen::default(),
            ))
        );
    }
}
