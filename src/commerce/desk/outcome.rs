//! What the desk is asked, and what it answers.

use crate::commerce::{
    HouseholdId, IdempotencyKey, Money, Quote, SessionId, ShopId, Sku,
    household::PinProof,
    options::CurrentPrice,
    order::{Order, OrderState, Refusal},
    ports::StoreError,
};

/// A confirmed purchase, as it was read back.
#[derive(Debug, Clone)]
pub struct PlaceOrder {
    /// Whose shop.
    pub shop: ShopId,
    /// Who buys.
    pub household: HouseholdId,
    /// In which conversation.
    pub session: SessionId,
    /// The confirmation; a second request with it gets the saved outcome.
    pub key: IdempotencyKey,
    /// Exactly what was read back and said yes to.
    pub quote: Quote,
    /// What each product is called and costs at this moment, with the options that were chosen for it. Every
    /// line has to be among them in the words and at the prices that were read back.
    pub current_prices: Vec<CurrentPrice>,
    /// Needed above the household's limit. Good for this key only.
    pub pin: Option<PinProof>,
}

/// What came of a confirmation. Saved under its key.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PlaceOutcome {
    /// The order is durable and its payment authorised.
    Placed(Order),
    /// The order is durable, but whether the payment is authorised is not known yet: the
    /// provider failed or did not answer. The same confirmation again, or a later
    /// [`recover`](super::OrderDesk::recover), settles it. Not saved under the key.
    Pending(Order),
    /// The payment was declined, or the order was cancelled before that was known: nothing
    /// was ordered.
    Declined,
    /// Less is left than was asked for: nothing was ordered.
    OutOfStock {
        /// Of which product.
        sku: Sku,
        /// How many are left.
        left: u32,
    },
    /// A price is no longer what was read back: nothing was ordered.
    PriceChanged,
    /// The total, with the household's other orders without PIN of the last 24 hours, is above
    /// the limit and no proof of the PIN for this key was given: nothing was ordered. Not
    /// saved under the key, which is still good once the PIN was said.
    NeedsPin,
    /// The key was used before for something else: nothing was ordered. Not saved.
    KeyReused,
}

/// What came of a wish to cancel.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(clippy::large_enum_variant, reason = "made once for a call and moved a few times")]
pub enum CancelOutcome {
    /// Cancelled, and this much is given back.
    Cancelled {
        /// The order as it is now.
        order: Order,
        /// What the shopper gets back: the total that was set aside or is about to be, and
        /// nothing when the provider had not answered yet.
        refund: Money,
    },
    /// It cannot be cancelled from this state any more.
    TooLate(OrderState),
    /// The household has no such order.
    NotFound,
}

/// What came of a wish to return an item.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(clippy::large_enum_variant, reason = "made once for a call and moved a few times")]
pub enum ReturnOutcome {
    /// Accepted, and this much is given back.
    Accepted {
        /// The order as it is now.
        order: Order,
        /// What the shopper gets back.
        refund: Money,
    },
    /// It was delivered too long ago, or not yet, or it was returned before.
    NotPossible(OrderState),
    /// The household has no such order or item.
    NotFound,
}

/// What came of a step on the shop's side.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::large_enum_variant, reason = "made once for a call and moved a few times")]
pub enum AdvanceOutcome {
    /// The order as it is now.
    Advanced(Order),
    /// From this state it cannot go there.
    NotPossible(OrderState),
    /// The shop has no such order.
    NotFound,
}

/// A fault behind a port, or a caller's mistake. The shopper hears that nothing was ordered.
#[derive(Debug, thiserror::Error)]
pub enum DeskError {
    /// The store failed.
    #[error("the store failed: {0}")]
    Store(String),
    /// The payment provider failed or did not answer.
    #[error("the payment failed: {0}")]
    Payment(String),
    /// The request makes no sense to the desk: an unknown shop or household, an order of nothing.
    #[error("the request makes no sense: {0}")]
    Invalid(String),
}

impl From<StoreError> for DeskError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Refused(refusal) => refusal.into(),
            other => Self::Store(other.to_string()),
        }
    }
}

impl From<Refusal> for DeskError {
    fn from(refusal: Refusal) -> Self {
        Self::Invalid(refusal.to_string())
    }
}
