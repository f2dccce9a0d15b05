//! The port to whoever moves the money.

use std::fmt;

use async_trait::async_trait;

use crate::commerce::{HouseholdId, Money, OrderId, ShopId};

/// The name of one call to the provider. The same key twice is the same call: it happens
/// once, and both get its answer.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct PaymentKey(String);

impl PaymentKey {
    /// The key of a step of an order: `authorise`, `capture`, `release`, `refund:0`.
    pub fn of(order: &OrderId, step: impl fmt::Display) -> Self {
        Self(format!("{order}:{step}"))
    }

    /// The key as text, to be sent to the provider.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Whose money is asked for, and for what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Purpose {
    /// Whose shop.
    pub shop: ShopId,
    /// Who pays.
    pub household: HouseholdId,
    /// For which order.
    pub order: OrderId,
}

/// The answer to the question for money.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Authorisation {
    /// The amount is set aside.
    Authorised {
        /// The provider's name for it; at most a few hundred characters.
        reference: String,
    },
    /// The provider will not.
    Declined {
        /// Its word for why, for the shop. It is not read out.
        reason: String,
    },
}

/// The answer to a step after the authorisation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Settlement {
    /// It is done.
    Done,
    /// It cannot be done, now or later: the reference is unknown, or more than there is was
    /// asked for. Nothing happened.
    Refused {
        /// The provider's word for why, for the shop.
        reason: String,
    },
}

/// The provider failed or could not be reached. Whether the call happened is not known; the
/// same call with the same key finds out.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct PaymentFault(pub String);

/// Whoever moves the money. Every call has a key and happens at most once for it; an answer
/// is given again, word for word, when the key comes again. A key that comes again with other
/// arguments is a [`PaymentFault`]. All amounts are positive.
#[async_trait]
pub trait Payment: Send + Sync {
    /// Sets an amount aside for the shop.
    async fn authorise(
        &self,
        key: &PaymentKey,
        purpose: &Purpose,
        amount: Money,
    ) -> Result<Authorisation, PaymentFault>;

    /// Takes an amount that was set aside, up to all of it, once.
    async fn capture(
        &self,
        key: &PaymentKey,
        reference: &str,
        amount: Money,
    ) -> Result<Settlement, PaymentFault>;

    /// Sets the amount free of which nothing was taken.
    async fn release(&self, key: &PaymentKey, reference: &str) -> Result<Settlement, PaymentFault>;

    /// Gives back a part of what was taken; never more than that in all.
    async fn refund(
        &self,
        key: &PaymentKey,
        reference: &str,
        amount: Money,
    ) -> Result<Settlement, PaymentFault>;
}
