//! The port to whatever remembers: orders and their events, stock, households, conversations.
//!
//! Every row belongs to a shop; nothing of one shop or household is visible to another.

use async_trait::async_trait;
use jiff::{Timestamp, civil::Date};

use crate::commerce::{
    HouseholdId, IdempotencyKey, Money, OrderId, OrderNumber, SessionId, ShopId, Sku,
    desk::PlaceOutcome,
    household::Household,
    order::{Event, Order, Refusal, StockMove},
    purchase::Purchase,
};

/// What can go wrong behind the port. After an error nothing of the call is stored.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Somebody else changed the order in between. Read it again and decide again.
    #[error("the order was changed in between")]
    Conflict,
    /// The rules of the order were against it.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The text of a conversation is longer than [`MAX_PAYLOAD`].
    #[error("a conversation of {0} bytes is too large to be kept")]
    TooLarge(usize),
    /// What is stored cannot be read any more.
    #[error("a stored row cannot be read: {0}")]
    Corrupt(String),
    /// Locked, full, unreadable, gone.
    #[error("{0}")]
    Fault(String),
}

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

    /// Stores events, state, goods and outcome in one durable transaction.
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
    ) -> Result<Vec<Order>, StoreError>;

    /// Orders of all shops for which something is [due](Order::due), oldest first, at most `limit`.
    async fn orders_due(&self, limit: u32) -> Result<Vec<Order>, StoreError>;

    /// Products of paid orders that were neither cancelled nor sent back, newest first.
    async fn purchases(
        &self,
        shop: &ShopId,
        household: &HouseholdId,
        limit: u32,
    ) -> Result<Vec<Purchase>, StoreError>;

    /// A shop's events after a position, oldest first, at most `limit`: the outbox.
    async fn events_after(
        &self,
        shop: &ShopId,
        position: i64,
        limit: u32,
    ) -> Result<Vec<Recorded>, StoreError>;
}

/// How many of each product a shop has.
#[async_trait]
pub trait StockStore: Send + Sync {
    /// Adds products that are new with their opening stock; known ones keep their level.
    /// How many were new.
    async fn sync_stock(&self, shop: &ShopId, opening: &[(Sku, u32)]) -> Result<u32, StoreError>;

    /// How many of each are free to be sold, in the order asked; unknown ones have none.
    async fn stock(&self, shop: &ShopId, skus: &[Sku]) -> Result<Vec<u32>, StoreError>;

    /// Adds to (or takes from) what is in the house. `None`, and no change, when the product is
    /// unknown or fewer would be there than are set aside; else how many are free now.
    async fn adjust_stock(&self, shop: &ShopId, sku: &Sku, by: i32) -> Result<Option<u32>, StoreError>;
}

/// A household that a shop gets to know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewHousehold {
    /// Its identifier.
    pub id: HouseholdId,
    /// What it is called.
    pub name: String,
    /// First names of the people in it.
    pub members: Vec<String>,
    /// Orders above this total need the PIN.
    pub limit: Money,
}

/// Leave to look at one PIN. It is counted already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Try {
    /// Compare with this.
    Granted {
        /// The hash of the right PIN, in PHC form.
        hash: String,
        /// Tries that are left if this one is wrong. With none left it is locked already.
        left: u32,
    },
    /// No try until then.
    Locked {
        /// When the next one is possible.
        until: Timestamp,
    },
    /// The household has no PIN.
    NotSet,
}

/// Households, their limits and PINs.
#[async_trait]
pub trait HouseholdStore: Send + Sync {
    /// Adds a household; `false`, and no change, when the shop knows it.
    async fn add_household(&self, shop: &ShopId, new: &NewHousehold) -> Result<bool, StoreError>;

    /// The household as it is at that moment.
    async fn household(
        &self,
        shop: &ShopId,
        id: &HouseholdId,
        now: Timestamp,
    ) -> Result<Option<Household>, StoreError>;

    /// Sets the limit; `false` when the shop does not know the household.
    async fn set_limit(&self, shop: &ShopId, id: &HouseholdId, limit: Money) -> Result<bool, StoreError>;

    /// Sets the hash of the PIN and forgets wrong tries; `false` when the household is unknown.
    async fn set_pin_hash(&self, shop: &ShopId, id: &HouseholdId, hash: &str) -> Result<bool, StoreError>;

    /// Counts a try before its PIN is looked at, in one durable transaction, so that tries at
    /// the same time are never more than `most`. The last one locks until `lock_until`, which
    /// [`HouseholdStore::clear_tries`] takes back when it was right. A lock that is over counts
    /// from the start again. `None` when the household is unknown.
    async fn begin_try(
        &self,
        shop: &ShopId,
        id: &HouseholdId,
        most: u32,
        now: Timestamp,
        lock_until: Timestamp,
    ) -> Result<Option<Try>, StoreError>;

    /// Forgets wrong tries and a lock: the PIN was right.
    async fn clear_tries(&self, shop: &ShopId, id: &HouseholdId) -> Result<(), StoreError>;
}

/// A conversation as it was saved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedSession {
    /// Whatever the dialogue wrote.
    pub payload: String,
    /// Counts the saves, from 1.
    pub version: u64,
}

/// What came of saving a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SessionSaved {
    /// It has this version now.
    Saved(u64),
    /// Another turn of the same conversation was saved in between. Nothing changed.
    Conflict,
}

/// Conversations. They survive a restart of the process; after a loss of power the last turn
/// may be missing, unlike anything about an order.
#[async_trait]
pub trait SessionStore: Send + Sync {
    /// The conversation, if there is one.
    async fn load(
        &self,
        shop: &ShopId,
        household: &HouseholdId,
        session: &SessionId,
    ) -> Result<Option<SavedSession>, StoreError>;

    /// Saves a conversation that had the version `expected` when it was loaded, 0 for a new one.
    ///
    /// # Errors
    /// [`StoreError::TooLarge`] above [`MAX_PAYLOAD`] bytes.
    async fn save(
        &self,
        shop: &ShopId,
        household: &HouseholdId,
        session: &SessionId,
        payload: &str,
        expected: u64,
    ) -> Result<SessionSaved, StoreError>;

    /// Forgets a conversation; `false` when there was none.
    async fn forget(
        &self,
        shop: &ShopId,
        household: &HouseholdId,
        session: &SessionId,
    ) -> Result<bool, StoreError>;
}

/// The largest conversation that is kept, in bytes.
pub const MAX_PAYLOAD: usize = 256 * 1024;

/// Everything that the order desk needs of a store.
pub trait Store: OrderStore + StockStore + HouseholdStore + SessionStore {}

impl<T: OrderStore + StockStore + HouseholdStore + SessionStore> Store for T {}
