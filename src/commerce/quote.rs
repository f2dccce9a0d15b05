//! What a purchase will cost, line by line, as it is read back to the shopper.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{Currency, LineOptions, Money, MoneyError, Quantity, Sku};

/// How a shop charges and delivers; from the `[terms]` of its skill.toml.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    /// The one currency of the shop.
    pub currency: Currency,
    /// Tax on goods and shipping, in basis points: 800 is 8 %.
    pub tax_basis_points: u32,
    /// Shipping of an order, before tax.
    pub shipping: Money,
    /// From this subtotal on, shipping is free.
    pub free_shipping_from: Option<Money>,
    /// Days from the order to the door.
    pub delivery_days: u16,
    /// How long an order can be undone without a question, in seconds.
    pub undo_seconds: u32,
    /// How long after delivery an item can be returned, in days.
    pub return_days: u16,
    /// The most of one product in one order.
    pub max_quantity: Quantity,
}

/// One product of a quote or an order, with the price for one as it was read back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// Which product.
    pub sku: Sku,
    /// Its title when it was quoted.
    pub title: String,
    /// How many.
    pub quantity: Quantity,
    /// The price of one, its options included.
    pub unit_price: Money,
    /// With what. Left out where there is nothing, so that an order without options reads, and is
    /// fingerprinted, as it was before there were any.
    #[serde(default, skip_serializing_if = "LineOptions::is_empty")]
    pub options: LineOptions,
}

/// Lines with everything that is charged for them. Built by [`Quote::new`] only, so the
/// total is always the sum of its parts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quote {
    lines: Vec<Line>,
    subtotal: Money,
    shipping: Money,
    tax: Money,
    total: Money,
    delivery: Date,
}

impl Quote {
    /// Adds the lines up under the shop's terms, for an order made on `today`.
    ///
    /// # Errors
    /// [`MoneyError`] when currencies mix or the sum overflows.
    pub fn new(lines: Vec<Line>, terms: &Terms, today: Date) -> Result<Self, MoneyError> {
        let mut subtotal = Money::zero(terms.currency);
        for line in &lines {
            subtotal = subtotal.plus(line.unit_price.times(line.quantity.get())?)?;
        }
        let free = terms.free_shipping_from.is_some_and(|from| subtotal.minor() >= from.minor());
        let shipping = if free { Money::zero(terms.currency) } else { terms.shipping };
        let tax = subtotal.plus(shipping)?.share(terms.tax_basis_points)?;
        let total = subtotal.plus(shipping)?.plus(tax)?;
        let delivery = today.saturating_add(jiff::Span::new().days(i64::from(terms.delivery_days)));
        Ok(Self { lines, subtotal, shipping, tax, total, delivery })
    }

    /// The lines, in the order in which they are read.
    pub fn lines(&self) -> &[Line] {
        &self.lines
    }

    /// Goods only.
    pub fn subtotal(&self) -> Money {
        self.subtotal
    }

    /// Shipping before tax.
    pub fn shipping(&self) -> Money {
        self.shipping
    }

    /// Tax on goods and shipping.
    pub fn tax(&self) -> Money {
        self.tax
    }

    /// What the shopper pays.
    pub fn total(&self) -> Money {
        self.total
    }

    /// The day on which it should be at the door.
    pub fn delivery(&self) -> Date {
        self.delivery
    }
}
