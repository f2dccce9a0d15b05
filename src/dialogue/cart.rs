//! The cart of one conversation: what the shopper means to buy, before any price is promised.

use serde::{Deserialize, Serialize};

use super::DraftLine;
use crate::commerce::{Chosen, Quantity, Sku};

/// The lines of a cart, in the order in which they were added; at most [`Cart::MAX_LINES`]. They are those of a
/// read-back, so that nothing of a wish is lost on the way to the check-out.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cart {
    lines: Vec<DraftLine>,
}

impl Cart {
    /// More lines than a person can keep in mind from hearing.
    pub const MAX_LINES: usize = 20;

    /// The lines, oldest first.
    pub fn lines(&self) -> &[DraftLine] {
        &self.lines
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// How many of a product are in it, on all its lines.
    pub fn count(&self, sku: &Sku) -> u32 {
        self.lines.iter().filter(|l| &l.sku == sku).map(|l| l.quantity.get()).sum()
    }

    /// Adds to the line of that product with those options, or a new line. `false`, and no change,
    /// when the cart is full or the quantity would pass [`Quantity::MAX`].
    pub fn add(&mut self, line: DraftLine) -> bool {
        self.put(line, self.lines.len())
    }

    /// Adds to the line of that product with those options, or a new line at a place; `false` as for [`Cart::add`].
    pub fn put(&mut self, line: DraftLine, place: usize) -> bool {
        if let Some(old) = self.lines.iter_mut().find(|l| l.is(&line.sku, &line.options)) {
            return old.take_in(&line);
        }
        if self.lines.len() >= Self::MAX_LINES {
            return false;
        }
        self.lines.insert(place.min(self.lines.len()), line);
        true
    }

    /// Sets how many packs a line has, and how many pieces were meant by that; `false` when there is none such in the
    /// cart.
    pub fn set(&mut self, sku: &Sku, options: &Chosen, quantity: Quantity, pieces: Option<u32>) -> bool {
        match self.lines.iter_mut().find(|l| l.is(sku, options)) {
            Some(line) => {
                (line.quantity, line.pieces) = (quantity, pieces);
                true
            }
            None => false,
        }
    }

    /// Takes a line out, and tells where it stood; `None` when it was not in.
    pub fn remove(&mut self, sku: &Sku, options: &Chosen) -> Option<usize> {
        let at = self.lines.iter().position(|l| l.is(sku, options))?;
        self.lines.remove(at);
        Some(at)
    }

    /// Has these lines in the place of all there were. `false`, and no change, for more than it holds.
    pub fn hold(&mut self, lines: Vec<DraftLine>) -> bool {
        let fits = lines.len() <= Self::MAX_LINES;
        if fits {
            self.lines = lines;
        }
        fits
    }

    /// Takes everything out.
    pub fn clear(&mut self) {
        self.lines.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cart_that_was_kept_before_its_lines_knew_pieces_and_limits_is_read() {
        let old = r#"{"lines":[{"sku":"latte-small","quantity":2}]}"#;
        let cart: Cart = serde_json::from_str(old).unwrap();
        let latte =
            DraftLine::new(Sku::new("latte-small").unwrap(), Quantity::new(2).unwrap(), Chosen::default());
        assert_eq!(cart.lines(), [latte]);
    }

    #[test]
    fn what_is_added_to_a_line_with_other_limits_is_held_to_neither() {
        let sku = Sku::new("brightleaf-sponges-six-pack").unwrap();
        let six =
            DraftLine { pieces: Some(6), ..DraftLine::new(sku.clone(), Quantity::ONE, Chosen::default()) };
        let mut cart = Cart::default();
        assert!(cart.add(six.clone()) && cart.add(six));
        assert_eq!((cart.lines()[0].quantity.get(), cart.lines()[0].pieces), (2, Some(12)));
        assert!(cart.add(DraftLine::new(sku.clone(), Quantity::ONE, Chosen::default())));
        assert_eq!(
            (cart.count(&sku), cart.lines()[0].pieces),
            (3, None),
            "a pack was counted, and no pieces"
        );
    }
}
