//! The port to whatever remembers: orders and their events, stock, households, conversations.
//!
//! Every row belongs to a shop; nothing of one shop or household is visible to another.

use async_trait::async_trait;
use jiff::Timestamp;

use super::OrderStore;
use crate::commerce::{HouseholdId, Money, SessionId, ShopId, Sku, household::Household, order::Refusal};

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

/// What a shop brings along, opening stock and sample households, as far as it was set up.
#[async_trait]
pub trait SeedStore: Send + Sync {
    /// The digest of what was set up last; `None` before anything was.
    async fn seeded(&self, shop: &ShopId) -> Result<Option<String>, StoreError>;

    /// Notes that all of what has this digest is set up.
    async fn set_seeded(&self, shop: &ShopId, digest: &str) -> Result<(), StoreError>;
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

/// Conversations. They survive a restart of the process; after a loss of power the last turns
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
    /// From `now` on it is idle.
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
        now: Timestamp,
    ) -> Result<SessionSaved, StoreError>;

    /// Forgets a conversation; `false` when there was none.
    async fn forget(
        &self,
        shop: &ShopId,
        household: &HouseholdId,
        session: &SessionId,
    ) -> Result<bool, StoreError>;

    /// The conversations of a household where there are more than so many, those that are idle for longest first; none
    /// where there are not.
    async fn crowd(
        &self,
        shop: &ShopId,
        household: &HouseholdId,
        most: usize,
    ) -> Result<Vec<SessionId>, StoreError>;

    /// Forgets a conversation as it was at that version; `false` when there is none, or it went on since.
    async fn forget_at(
        &self,
        shop: &ShopId,
        household: &HouseholdId,
        session: &SessionId,
        version: u64,
    ) -> Result<bool, StoreError>;

    /// Forgets the conversations of all shops that were last saved before that moment; how many.
    async fn forget_idle(&self, before: Timestamp) -> Result<u64, StoreError>;
}

/// The largest conversation that is kept, in bytes.
pub const MAX_PAYLOAD: usize = 256 * 1024;

/// What every [`SessionStore`] asks first.
///
/// # Errors
/// [`StoreError::TooLarge`] above [`MAX_PAYLOAD`] bytes.
pub fn within_bounds(payload: &str) -> Result<(), StoreError> {
    match payload.len() {
        0..=MAX_PAYLOAD => Ok(()),
        larger => Err(StoreError::TooLarge(larger)),
    }
}

/// Everything that the order desk needs of a store.
pub trait Store: OrderStore + StockStore + SeedStore + HouseholdStore + SessionStore {}

impl<T: OrderStore + StockStore + SeedStore + HouseholdStore + SessionStore> Store for T {}
