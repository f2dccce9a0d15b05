//! The part of the store that remembers orders: state, events, confirmations.

use std::sync::Arc;

use async_trait::async_trait;
use jiff::{Timestamp, civil::Date};

use super::StoreError;
use crate::commerce::{
    HouseholdId, IdempotencyKey, Money, OrderId, OrderNumber, ShopId, Sku,
    desk::PlaceOutcome,
    order::{Event, Order, Refusal, StockMove},
    purchase::Purchase,
};

/// A new order, to be stored in one piece with everything that belongs to it.
pub struct Reservation<'a> {
    /// Whose shop.
    pub shop: &'a ShopId,
    /// Who buys.
    pub household: &'a HouseholdId,
    /// The confirmation.
    pub key: &'a IdempotencyKey,
    /// A digest of what was confirmed, in hex: the same key with another digest is a misuse.
    pub fingerprint: &'a str,
    /// What it costs.
    pub total: Money,
    /// What has to be set aside; nothing when the goods left the house long ago.
    pub stock: &'a [(Sku, u32)],
    /// The day of the order at the shop.
    pub day: Date,
    /// `Some`: with the household's orders since then that needed no PIN, the total has to
    /// stay within the household's limit, and it counts towards it. `None`: it does not count.
    pub within_limit_since: Option<Timestamp>,
    /// The shop's first order gets this number.
    pub first_number: OrderNumber,
    /// Makes the events and the state once the number is known.
    #[allow(clippy::type_complexity)]
    pub build: &'a (dyn Fn(OrderNumber) -> Result<(Order, Vec<(Event, Timestamp)>), Refusal> + Send + Sync),
}

/// What came of a [`Reservation`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::large_enum_variant, reason = "made once for a call and moved a few times")]
pub enum Reserved {
    /// The order is durable, its goods are set aside.
    New(Box<Order>),
    /// The key was used before.
    Known(Confirmation),
    /// The shop does not know the household.
    UnknownHousehold,
    /// The household's limit is in the way.
    OverLimit,
    /// Less is there than is needed; nothing was set aside.
    OutOfStock {
        /// Of which product.
        sku: Sku,
        /// How many are free.
        left: u32,
    },
}

/// What is known of an idempotency key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Confirmation {
    /// The digest of what was confirmed with it.
    pub fingerprint: String,
    /// The order it led to.
    pub order: Option<OrderId>,
    /// What the shopper was told, once that was settled.
    pub outcome: Option<PlaceOutcome>,
}

/// The next state of an order with the events that led there.
pub struct Change<'a> {
    /// The new state.
    pub order: &'a Order,
    /// The events, which happened at [`Change::at`].
    pub events: &'a [Event],
    /// When.
    pub at: Timestamp,
    /// What the shopper is told from now on when the order's key comes again.
    pub outcome: Option<&'a PlaceOutcome>,
    /// Whether this can be found out again after a loss of power, as the provider's answer can
    /// under the same key. Then the store need not wait for the disk; it may lose such a change
    /// together with everything after it, and nothing else.
    pub recoverable: bool,
    /// The key under which the shopper wants it. Where something was kept under it, which says that it was withdrawn,
    /// nothing is changed: [`Refusal::Withdrawn`].
    pub wish: Option<&'a IdempotencyKey>,
}

impl Change<'_> {
    /// The version that the order has to have in the store for this change to fit.
    pub fn expected_version(&self) -> u32 {
        self.order.version.saturating_sub(u32::try_from(self.events.len()).unwrap_or(u32::MAX))
    }

    /// What becomes of the goods that were set aside for the order.
    pub fn stock_moves(&self) -> impl Iterator<Item = StockMove> {
        self.events.iter().filter_map(Event::stock_move)
    }
}

/// An event as the log keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    /// Counts up over all orders of all shops, with gaps; a reader goes on after the last it saw.
    pub position: i64,
    /// Of which order.
    pub order: OrderId,
    /// What happened.
    pub event: Event,
    /// When, to the microsecond.
    pub at: Timestamp,
}

/// Orders with their events and the outcomes of their confirmations.
#[async_trait]
pub trait OrderStore: Send + Sync {
    /// Stores new orders: all of the batch in one durable transaction, each with its events,
    /// its key, its number and the goods set aside. Whatever is not [`Reserved::New`] leaves no trace.
    async fn reserve(&self, batch: &[Reservation<'_>]) -> Result<Vec<Reserved>, StoreError>;

    /// Saves an outcome that led to no order. `false`, and no change, when the key is known.
    async fn save_refusal(
        &self,
        shop: &ShopId,
        household: &HouseholdId,
        key: &IdempotencyKey,
        fingerprint: &str,
        outcome: &PlaceOutcome,
    ) -> Result<bool, StoreError>;

    /// What is known of a key.
    async fn confirmation(
        &self,
        shop: &ShopId,
        household: &HouseholdId,
        key: &IdempotencyKey,
    ) -> Result<Option<Confirmation>, StoreError>;

    /// Stores events, state, goods and outcome in one transaction, durable unless the change is
    /// [recoverable](Change::recoverable).
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when the stored version is not [`Change::expected_version`].
    async fn append(&self, change: Change<'_>) -> Result<(), StoreError>;

    /// One order by its identifier.
    async fn order(&self, shop: &ShopId, id: &OrderId) -> Result<Option<Order>, StoreError>;

    /// One order by its number.
    async fn order_numbered(&self, shop: &ShopId, number: OrderNumber) -> Result<Option<Order>, StoreError>;

    /// Orders, newest first, at most `limit`; of one household or of the whole shop.
    async fn orders(
        &self,
        shop: &ShopId,
        household: Option<&HouseholdId>,
        limit: u32,
    ) -> Result<Arc<[Order]>, StoreError>;

    /// Orders of all shops for which something is [due](Order::due), oldest first, at most `limit`.
    async fn orders_due(&self, limit: u32) -> Result<Vec<Order>, StoreError>;

    /// Products of paid orders that were neither cancelled nor sent back, newest first.
    async fn purchases(
        &self,
        shop: &ShopId,
        household: &HouseholdId,
        limit: u32,
    ) -> Result<Arc<[Purchase]>, StoreError>;

    /// A shop's events after a position, oldest first, at most `limit`: the outbox.
    async fn events_after(
        &self,
        shop: &ShopId,
        position: i64,
        limit: u32,
    ) -> Result<Vec<Recorded>, StoreError>;
}
