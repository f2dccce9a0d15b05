//! The order desk: every change to an order, a household or the stock goes through here,
//! on top of the ports.
//!
//! A confirmation is two durable transactions with one call to the payment provider between
//! them. The first stores the key, the order, its event and the goods set aside, or none of
//! them. The provider is asked under a key made of the order's identifier. The second
//! stores its answer. Wherever this is cut off, [`OrderDesk::recover`] or a repeated
//! confirmation goes on from what is stored.

mod after;
mod outcome;
mod pin;
mod place;
mod seed;
mod settle;

use std::{collections::HashMap, sync::Arc, time::Duration};

use jiff::{SignedDuration, Timestamp, Unit, tz::TimeZone};
use tokio::sync::Semaphore;

pub use outcome::{AdvanceOutcome, CancelOutcome, DeskError, PlaceOrder, PlaceOutcome, ReturnOutcome};
pub use pin::{PinSet, is_pin};
pub use seed::{PastLine, PastOrder};
pub use settle::Recovered;

use super::{
    HouseholdId, Money, OrderNumber, ShopId, Sku, Terms,
    household::Household,
    order::Order,
    ports::{Clock, IdSource, NewHousehold, Payment, Store},
    purchase::Purchase,
};

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
    ) -> Result<Arc<[Order]>, DeskError> {
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
        Ok(self.ports.store.orders(shop, None, limit).await?.to_vec())
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
    ) -> Result<Arc<[Purchase]>, DeskError> {
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
