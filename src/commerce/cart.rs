//! The cart of one conversation: what the shopper means to buy, before any price is promised.

use serde::{Deserialize, Serialize};

use super::{Chosen, Quantity, Sku};

/// One product in the cart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CartLine {
    /// Which product.
    pub sku: Sku,
    /// How many of it.
    pub quantity: Quantity,
    /// With what: the same product with other options is another line.
    #[serde(default, skip_serializing_if = "Chosen::is_empty")]
    pub options: Chosen,
}

impl CartLine {
    fn is(&self, sku: &Sku, options: &Chosen) -> bool {
        &self.sku == sku && &self.options == options
    }
}

/// The lines of a cart, in the order in which they were added; at most [`Cart::MAX_LINES`].
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cart {
    lines: Vec<CartLine>,
}

impl Cart {
    /// More lines than a person can keep in mind from hearing.
    pub const MAX_LINES: usize = 20;

    /// The lines, oldest first.
    pub fn lines(&self) -> &[CartLine] {
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
    pub fn add(&mut self, sku: Sku, options: Chosen, quantity: Quantity) -> bool {
        if let Some(line) = self.lines.iter_mut().find(|l| l.is(&sku, &options)) {
            let Some(sum) = Quantity::new(line.quantity.get() + quantity.get()) else { return false };
            line.quantity = sum;
            return true;
        }
        if self.lines.len() >= Self::MAX_LINES {
            return false;
        }
        self.lines.push(CartLine { sku, quantity, options });
        true
    }

    /// Sets the quantity of a line; `false` when there is none such in the cart.
    pub fn set(&mut self, sku: &Sku, options: &Chosen, quantity: Quantity) -> bool {
        match self.lines.iter_mut().find(|l| l.is(sku, options)) {
            Some(line) => {
                line.quantity = quantity;
                true
            }
            None => false,
        }
    }

    /// Takes a line out; `false` when it was not in.
    pub fn remove(&mut self, sku: &Sku, options: &Chosen) -> bool {
        let before = self.lines.len();
        self.lines.retain(|l| !l.is(sku, options));
        self.lines.len() < before
    }

    /// Takes everything out.
    pub fn clear(&mut self) {
        self.lines.clear();
    }
}
