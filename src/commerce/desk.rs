//! The order desk: every change to an order, a household or the stock goes through here,
//! on top of the ports.

use jiff::Timestamp;

use super::{
    HouseholdId, IdempotencyKey, Money, OrderNumber, Quote, SessionId, ShopId, Sku,
    household::{Household, PinOutcome, PinProof},
    order::{Order, OrderState},
    purchase::Purchase,
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
    /// Needed above the household's limit.
    pub pin: Option<PinProof>,
}

/// What came of a confirmation. Saved under its key.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PlaceOutcome {
    /// The order is durable and its payment authorised.
    Placed(Order),
    /// The payment was declined: nothing was ordered.
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
    /// The total is above the limit and no proof of the PIN was given: nothing was ordered.
    NeedsPin,
    /// The key was used before for something else: nothing was ordered.
    KeyReused,
}

/// What came of a wish to cancel.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CancelOutcome {
    /// Cancelled, and this much is given back.
    Cancelled {
        /// The order as it is now.
        order: Order,
        /// What the shopper gets back.
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

/// A fault behind a port. The shopper hears that nothing was ordered.
#[derive(Debug, thiserror::Error)]
pub enum DeskError {
    /// The store failed.
    #[error("the store failed: {0}")]
    Store(String),
    /// The payment provider failed or did not answer.
    #[error("the payment failed: {0}")]
    Payment(String),
}

/// See the module's description.
pub struct OrderDesk;

/// When an order may still be undone without a question.
pub fn undo_until(order: &Order, undo_seconds: u32) -> Timestamp {
    order.placed_at + jiff::SignedDuration::from_secs(i64::from(undo_seconds))
}

#[allow(unused_variables)]
impl OrderDesk {
    /// Places the order once; see [`PlaceOutcome`].
    ///
    /// # Errors
    /// [`DeskError`] on a fault: then nothing was ordered, or `recover` finishes it.
    pub async fn place(&self, order: PlaceOrder) -> Result<PlaceOutcome, DeskError> {
        todo!()
    }
    /// Cancels an order of the household.
    pub async fn cancel(
        &self,
        shop: &ShopId,
        household: &HouseholdId,
        number: OrderNumber,
    ) -> Result<CancelOutcome, DeskError> {
        todo!()
    }
    /// Takes one product of an order back.
    pub async fn return_item(
        &self,
        shop: &ShopId,
        household: &HouseholdId,
        number: OrderNumber,
        sku: &Sku,
    ) -> Result<ReturnOutcome, DeskError> {
        todo!()
    }
    /// The household's orders, newest first, at most `limit`.
    pub async fn orders(
        &self,
        shop: &ShopId,
        household: &HouseholdId,
        limit: u32,
    ) -> Result<Vec<Order>, DeskError> {
        todo!()
    }
    /// What the household bought and kept, newest first, at most `limit` lines.
    pub async fn purchases(
        &self,
        shop: &ShopId,
        household: &HouseholdId,
        limit: u32,
    ) -> Result<Vec<Purchase>, DeskError> {
        todo!()
    }
    /// How many of each product are free to be sold, in the order asked.
    pub async fn stock(&self, shop: &ShopId, skus: &[Sku]) -> Result<Vec<u32>, DeskError> {
        todo!()
    }
    /// The household; `None` when the shop does not know it.
    pub async fn household(&self, shop: &ShopId, id: &HouseholdId) -> Result<Option<Household>, DeskError> {
        todo!()
    }
    /// Tries a PIN. Three wrong ones in a row lock the household for a while.
    pub async fn try_pin(
        &self,
        shop: &ShopId,
        household: &HouseholdId,
        pin: &str,
    ) -> Result<PinOutcome, DeskError> {
        todo!()
    }
}
