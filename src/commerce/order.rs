//! One order: commands become events, events become state.
//!
//! `decide` is pure and may refuse; `apply` cannot fail. Payment happens outside and its
//! outcome comes back as a command.

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

use super::{HouseholdId, OrderId, OrderNumber, Quote, SessionId, ShopId, Sku};

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
}
