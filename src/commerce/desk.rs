//! The order desk: every change to an order, a household or the stock goes through here,
//! on top of the ports.
//!
//! A confirmation is two durable transactions with one call to the payment provider between
//! them. The first stores the key, the order, its event and the goods set aside, or none of
//! them. The provider is asked under a key made of the order's identifier. The second
//! stores its answer. Wherever this is cut off, [`OrderDesk::recover`] or a repeated
//! confirmation goes on from what is stored.

mod after;
mod pin;
mod place;
mod seed;
mod settle;

use std::{collections::HashMap, sync::Arc, time::Duration};

use jiff::{SignedDuration, Timestamp, Unit, tz::TimeZone};
use tokio::sync::Semaphore;

pub use pin::{PinSet, is_pin};
pub use seed::{PastLine, PastOrder};
pub use settle::Recovered;

use super::{
    HouseholdId, IdempotencyKey, Money, OrderNumber, Quote, SessionId, ShopId, Sku, Terms,
    household::{Household, PinProof},
    order::{Order, OrderState, Refusal},
    ports::{Clock, IdSource, NewHousehold, Payment, Store, StoreError},
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
    /// What each product costs at this moment. Every line has to be among them with the
    /// price that was read back.
    pub current_prices: Vec<(Sku, Money)>,
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
    /// [`OrderDesk::recover`], settles it. Not saved under the key.
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

/// The edges that the desk works on.
#[derive(Clone)]
pub struct Ports {
    /// Where everything is remembered.
    pub store: Arc<dyn Store>,
    /// Who moves the money.
    pub payment: Arc<dyn Payment>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Fresh identifiers.
    pub ids: Arc<dyn IdSource>,
}

/// What the desk has to know of a shop.
#[derive(Debug, Clone)]
pub struct ShopRules {
    /// How it charges, and how long orders can be undone and items returned.
    pub terms: Terms,
    /// Where its days begin.
    pub zone: TimeZone,
}

/// The number of a shop's first order.
pub const FIRST_ORDER_NUMBER: OrderNumber = OrderNumber(4201);

/// How far back orders without PIN count towards the household's limit.
pub const LIMIT_WINDOW: SignedDuration = SignedDuration::from_hours(24);

/// How long the payment provider may take for one answer.
pub const PAYMENT_PATIENCE: Duration = Duration::from_secs(5);

/// See the module's description. Cheap to share behind an [`Arc`].
pub struct OrderDesk {
    ports: Ports,
    shops: HashMap<ShopId, ShopRules>,
    patience: Duration,
    /// Hashing a PIN takes 19 MiB for a moment: two at a time are enough for a small machine.
    hashing: Semaphore,
}

/// When an order may still be undone without a question.
pub fn undo_until(order: &Order, undo_seconds: u32) -> Timestamp {
    order
        .placed_at
        .saturating_add(SignedDuration::from_secs(i64::from(undo_seconds)))
        .unwrap_or(Timestamp::MAX)
}

impl OrderDesk {
    /// A desk for these shops. Call [`OrderDesk::recover`] once before the first order.
    pub fn new(ports: Ports, shops: impl IntoIterator<Item = (ShopId, ShopRules)>) -> Self {
        let shops = shops.into_iter().collect();
        Self { ports, shops, patience: PAYMENT_PATIENCE, hashing: Semaphore::new(2) }
    }

    /// Another bound on an answer of the payment provider than [`PAYMENT_PATIENCE`].
    #[must_use]
    pub fn with_payment_patience(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    /// The household's orders, newest first, at most `limit`.
    ///
    /// # Errors
    /// [`DeskError::Store`].
    pub async fn orders(
        &self,
        shop: &ShopId,
        household: &HouseholdId,
        limit: u32,
    ) -> Result<Vec<Order>, DeskError> {
        Ok(self.ports.store.orders(shop, Some(household), limit).await?)
    }

    /// The household's order with that number.
    ///
    /// # Errors
    /// [`DeskError::Store`].
    pub async fn order(
        &self,
        shop: &ShopId,
        household: &HouseholdId,
        number: OrderNumber,
    ) -> Result<Option<Order>, DeskError> {
        let order = self.ports.store.order_numbered(shop, number).await?;
        Ok(order.filter(|order| &order.household == household))
    }

    /// The shop's side: orders of all its households, newest first, at most `limit`.
    ///
    /// # Errors
    /// [`DeskError::Store`].
    pub async fn shop_orders(&self, shop: &ShopId, limit: u32) -> Result<Vec<Order>, DeskError> {
        Ok(self.ports.store.orders(shop, None, limit).await?)
    }

    /// The shop's side: the order with that number.
    ///
    /// # Errors
    /// [`DeskError::Store`].
    pub async fn shop_order(&self, shop: &ShopId, number: OrderNumber) -> Result<Option<Order>, DeskError> {
        Ok(self.ports.store.order_numbered(shop, number).await?)
    }

    /// What the household bought and kept, newest first, at most `limit` lines.
    ///
    /// # Errors
    /// [`DeskError::Store`].
    pub async fn purchases(
        &self,
        shop: &ShopId,
        household: &HouseholdId,
        limit: u32,
    ) -> Result<Vec<Purchase>, DeskError> {
        Ok(self.ports.store.purchases(shop, household, limit).await?)
    }

    /// How many of each product are free to be sold, in the order asked.
    ///
    /// # Errors
    /// [`DeskError::Store`].
    pub async fn stock(&self, shop: &ShopId, skus: &[Sku]) -> Result<Vec<u32>, DeskError> {
        Ok(self.ports.store.stock(shop, skus).await?)
    }

    /// The household; `None` when the shop does not know it.
    ///
    /// # Errors
    /// [`DeskError::Store`].
    pub async fn household(&self, shop: &ShopId, id: &HouseholdId) -> Result<Option<Household>, DeskError> {
        Ok(self.ports.store.household(shop, id, self.now()).await?)
    }

    /// Adds a household; `false`, and no change, when the shop knows it.
    ///
    /// # Errors
    /// [`DeskError::Store`].
    pub async fn add_household(&self, shop: &ShopId, new: &NewHousehold) -> Result<bool, DeskError> {
        Ok(self.ports.store.add_household(shop, new).await?)
    }

    /// Sets the limit above which an order needs the PIN; `false` when the household is unknown.
    ///
    /// # Errors
    /// [`DeskError::Invalid`] for a negative amount or another currency than the shop's.
    pub async fn set_limit(
        &self,
        shop: &ShopId,
        household: &HouseholdId,
        limit: Money,
    ) -> Result<bool, DeskError> {
        let currency = self.rules(shop)?.terms.currency;
        if limit.minor() < 0 || limit.currency() != currency {
            return Err(DeskError::Invalid(format!("a limit is an amount in {}", currency.code())));
        }
        Ok(self.ports.store.set_limit(shop, household, limit).await?)
    }

    fn rules(&self, shop: &ShopId) -> Result<&ShopRules, DeskError> {
        self.shops.get(shop).ok_or_else(|| DeskError::Invalid("unknown shop".into()))
    }

    /// The present moment as stores keep it, to the microsecond.
    fn now(&self) -> Timestamp {
        let now = self.ports.clock.now();
        now.round(Unit::Microsecond).unwrap_or(now)
    }
}
