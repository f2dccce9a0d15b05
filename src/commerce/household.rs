//! A household: its members, its spending limit and its PIN.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{HouseholdId, IdempotencyKey, Money, ShopId};

/// A customer of a shop, as the dialogue may know it. The PIN's hash never leaves the store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Household {
    /// The shop whose customer it is.
    pub shop: ShopId,
    /// Its identifier.
    pub id: HouseholdId,
    /// What it is called: "Oak Street".
    pub name: String,
    /// First names of the people in it.
    pub members: Vec<String>,
    /// Orders above this total need the PIN.
    pub limit: Money,
    /// Whether a PIN was set.
    pub has_pin: bool,
    /// After three wrong PINs none is tried until then.
    pub locked_until: Option<Timestamp>,
}

/// Wrong PINs in a row before a household is locked.
pub const PIN_TRIES: u32 = 3;

/// How long a locked household stays locked, in seconds.
pub const PIN_LOCK_SECONDS: i64 = 15 * 60;

/// What came of a PIN that was said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PinOutcome {
    /// Right. The proof is what an order above the limit asks for.
    Right(PinProof),
    /// Wrong, with this many tries left.
    Wrong {
        /// Tries until it locks.
        left: u32,
    },
    /// Locked: not even looked at.
    Locked {
        /// When the next try is possible.
        until: Timestamp,
    },
    /// The household has no PIN.
    NotSet,
}

/// Proof that the household's PIN was said for one confirmation. Only [`super::OrderDesk`]
/// makes one, so an order above the limit cannot be placed without it, and it is good for
/// that confirmation only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PinProof {
    shop: ShopId,
    household: HouseholdId,
    key: IdempotencyKey,
}

impl PinProof {
    pub(super) fn new(shop: &ShopId, household: &HouseholdId, key: &IdempotencyKey) -> Self {
        Self { shop: shop.clone(), household: household.clone(), key: key.clone() }
    }

    /// Whether it was given for this confirmation.
    pub fn is_for(&self, shop: &ShopId, household: &HouseholdId, key: &IdempotencyKey) -> bool {
        (&self.shop, &self.household, &self.key) == (shop, household, key)
    }
}
