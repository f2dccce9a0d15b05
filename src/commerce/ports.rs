//! The edges of commerce: what a store and a payment provider must do, and the clock and
//! identifiers that are injected so that time can travel in tests.
//!
//! Each port is an async trait that works behind `dyn`; every adapter has to pass the one
//! test suite of its port.

mod linking;
mod orders;
mod payment;
mod store;

use jiff::{Timestamp, civil::Date, tz::TimeZone};

pub use linking::{
    FreshTokens, Grant, Link, LinkStore, MAX_LIVE, MAX_SUCCESSORS, Redeemed, Redemption, Rotated, Rotation,
    TokenKind, Unlinked,
};
pub use orders::{Change, Confirmation, OrderStore, Recorded, Reservation, Reserved};
pub use payment::{Authorisation, Payment, PaymentFault, PaymentKey, Purpose, Settlement};
pub use store::{
    HouseholdStore, MAX_PAYLOAD, NewHousehold, SavedSession, SeedStore, SessionSaved, SessionStore,
    StockStore, Store, StoreError, Try, within_bounds,
};

/// The time, injected.
pub trait Clock: Send + Sync {
    /// The present moment.
    fn now(&self) -> Timestamp;

    /// The present day in a time zone.
    fn today(&self, zone: &TimeZone) -> Date {
        self.now().to_zoned(zone.clone()).date()
    }
}

/// Fresh identifiers, injected.
pub trait IdSource: Send + Sync {
    /// A new identifier: unique, and well-formed for every type in [`super::ids`].
    fn fresh(&self) -> String;
}

/// Random bytes that nobody can guess, injected.
pub trait Entropy: Send + Sync {
    /// Fills the whole of `bytes`.
    fn fill(&self, bytes: &mut [u8]);
}
