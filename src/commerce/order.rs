//! One order: commands become events, events become state.
//!
//! [`decide`] is pure and may refuse; [`apply`] cannot fail. Payment happens outside and its
//! outcome comes back as a command. What is still owed to the payment provider can be read
//! off the state at any time with [`Order::due`], so a crash between two steps loses nothing.

mod decide;
mod event;

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

pub use decide::{Command, Draft, Refusal, decide};
pub use event::{Event, StockMove, apply, replay};

use super::{HouseholdId, Money, OrderId, OrderNumber, Quote, SessionId, ShopId, Sku};

/// Where an order stands. The allowed steps are in [`OrderState::may_become`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OrderState {
    /// Confirmed and durable; the payment is not settled yet.
    Placed,
    /// The payment is authorised.
    Paid,
    /// Packed at the shop.
    Packed,
    /// On its way.
    Shipped,
    /// At the door.
    Delivered,
    /// Cancelled or declined; stock and money are given back.
    Cancelled,
    /// Every item came back.
    Returned,
}

impl OrderState {
    /// Every state, in the order of an order's life.
    pub const ALL: [Self; 7] = [
        Self::Placed,
        Self::Paid,
        Self::Packed,
        Self::Shipped,
        Self::Delivered,
        Self::Cancelled,
        Self::Returned,
    ];

    /// Whether an order may step from this state to `next`. Exactly these steps exist:
    ///
    /// | from | to |
    /// |---|---|
    /// | placed | paid, cancelled |
    /// | paid | packed, cancelled |
    /// | packed | shipped, cancelled |
    /// | shipped | delivered |
    /// | delivered | returned |
    /// | cancelled, returned | – |
    pub const fn may_become(self, next: Self) -> bool {
        use OrderState::{Cancelled, Delivered, Packed, Paid, Placed, Returned, Shipped};
        matches!(
            (self, next),
            (Placed, Paid | Cancelled)
                | (Paid, Packed | Cancelled)
                | (Packed, Shipped | Cancelled)
                | (Shipped, Delivered)
                | (Delivered, Returned)
        )
    }

    /// The name that the store, the command line and JSON use: `placed`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Placed => "placed",
            Self::Paid => "paid",
            Self::Packed => "packed",
            Self::Shipped => "shipped",
            Self::Delivered => "delivered",
            Self::Cancelled => "cancelled",
            Self::Returned => "returned",
        }
    }

    /// The state with that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }
}

impl std::fmt::Display for OrderState {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

/// An order as it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    /// For machines.
    pub id: OrderId,
    /// For people.
    pub number: OrderNumber,
    /// Whose shop.
    pub shop: ShopId,
    /// Who bought.
    pub household: HouseholdId,
    /// In which conversation.
    pub session: SessionId,
    /// Where it stands.
    pub state: OrderState,
    /// What was confirmed, to the cent.
    pub quote: Quote,
    /// Products of it that were sent back.
    pub returned: Vec<Sku>,
    /// When it was confirmed.
    pub placed_at: Timestamp,
    /// When its state last changed.
    pub changed_at: Timestamp,
    /// When it is, or was, delivered.
    pub delivery: Date,
    /// The moment of the delivery, once it happened; the time to return an item counts from it.
    pub delivered_at: Option<Timestamp>,
    /// What happened to the money.
    pub funds: Funds,
    /// How many events made this state. Two changes of one state collide on it.
    pub version: u32,
}

/// What happened to the money of an order.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Funds {
    /// Whether the amount is set aside for the shop.
    pub hold: Hold,
    /// Whether the amount was taken.
    pub capture: Capture,
    /// Whether the money set aside for a cancelled order was given free again.
    pub release: Step,
    /// What was promised back, in the order of the returns.
    pub refunds: Vec<Refund>,
}

/// Whether the total is set aside for the shop.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Hold {
    /// Not known yet: never asked, or asked and no answer came.
    #[default]
    Unknown,
    /// Set aside.
    Authorised {
        /// The provider's name for it.
        reference: String,
    },
    /// Refused.
    Declined {
        /// The provider's word for why.
        reason: String,
    },
    /// Paid by other means before this shop's provider was in use: nothing is owed to it.
    Elsewhere,
}

/// Whether the total was taken.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Capture {
    /// Not yet.
    #[default]
    Not,
    /// This much was taken.
    Taken(Money),
    /// The provider would not; a person has to look at it.
    Refused,
}

/// How far a single call to the provider is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// Not done yet; whether it has to be done is said by [`Order::due`].
    #[default]
    Open,
    /// Done.
    Done,
    /// The provider would not; a person has to look at it.
    Refused,
}

/// Money promised back for a returned product.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refund {
    /// The product that came back.
    pub sku: Sku,
    /// How much.
    pub amount: Money,
    /// How far it is.
    pub step: Step,
}

/// A call that is owed to the payment provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Due {
    /// Ask for the total, or ask again under the same key for an answer that never came.
    Authorise,
    /// Take the money: the goods are on their way.
    Capture,
    /// Set the money free: the order is cancelled.
    Release,
    /// Give money back: the refund with this index in [`Funds::refunds`].
    Refund(usize),
}

impl Order {
    /// What has to be settled with the payment provider next, if anything.
    ///
    /// Money is set aside when the order is placed, taken when it ships, set free when it is
    /// cancelled before that. An order that was cancelled while the provider's answer was
    /// unknown asks once more under the same key, to learn what there is to set free.
    pub fn due(&self) -> Option<Due> {
        let sent = matches!(self.state, OrderState::Shipped | OrderState::Delivered | OrderState::Returned);
        match (&self.funds.hold, &self.funds.capture) {
            (Hold::Unknown, _) => Some(Due::Authorise),
            (Hold::Declined { .. } | Hold::Elsewhere, _) => None,
            (Hold::Authorised { .. }, Capture::Not) if sent => Some(Due::Capture),
            (Hold::Authorised { .. }, Capture::Not) => {
                let owed = self.state == OrderState::Cancelled && self.funds.release == Step::Open;
                owed.then_some(Due::Release)
            }
            (Hold::Authorised { .. }, Capture::Taken(_)) => {
                self.funds.refunds.iter().position(|refund| refund.step == Step::Open).map(Due::Refund)
            }
            (Hold::Authorised { .. }, Capture::Refused) => None,
        }
    }

    /// What comes back for one product: its lines plus their share of the tax. Shipping, and
    /// the tax on it, stays with the shop. `None` when the order has no such product.
    ///
    /// The tax was rounded once, on the whole order. It is dealt out to the lines by running
    /// sums, so the shares of all lines and of shipping are together exactly the tax, whatever
    /// comes back and in whatever order.
    pub fn refund_for(&self, sku: &Sku) -> Option<Money> {
        let quote = &self.quote;
        let (tax, base) = (i128::from(quote.tax().minor()), base(quote));
        let dealt = |sum: i128| if base == 0 { 0 } else { (2 * tax * sum + base).div_euclid(2 * base) };
        let (mut sum, mut back, mut found) = (0_i128, 0_i128, false);
        for line in quote.lines() {
            let amount = i128::from(line.unit_price.minor()) * i128::from(line.quantity.get());
            if &line.sku == sku {
                back += amount + dealt(sum + amount) - dealt(sum);
                found = true;
            }
            sum += amount;
        }
        // A part of a total that fits 64 bits fits 64 bits.
        found.then(|| Money::new(i64::try_from(back).unwrap_or(0), quote.total().currency()))
    }

    /// Each product of the order with its count; a product on two lines is counted once.
    pub fn counts(&self) -> Vec<(Sku, u32)> {
        counts(&self.quote)
    }

    /// Whether a product is in the order and was not sent back.
    pub fn keeps(&self, sku: &Sku) -> bool {
        self.quote.lines().iter().any(|line| &line.sku == sku) && !self.returned.contains(sku)
    }
}

/// What the tax of a quote was taken on.
fn base(quote: &Quote) -> i128 {
    i128::from(quote.subtotal().minor()) + i128::from(quote.shipping().minor())
}

/// Each product of a quote with its count; a product on two lines is counted once.
pub fn counts(quote: &Quote) -> Vec<(Sku, u32)> {
    let mut counts: Vec<(Sku, u32)> = Vec::new();
    for line in quote.lines() {
        match counts.iter_mut().find(|(sku, _)| sku == &line.sku) {
            Some((_, count)) => *count += line.quantity.get(),
            None => counts.push((line.sku.clone(), line.quantity.get())),
        }
    }
    counts
}
