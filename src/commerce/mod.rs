//! What a shop is made of: money, products, orders, households, and the
//! ports through which orders become durable and payments are taken.
//!
//! Invariant: nothing here knows how a shopper speaks, or which database or
//! payment provider is behind a port.

pub mod catalog;
pub mod desk;
pub mod household;
pub mod ids;
pub mod linking;
pub mod money;
pub mod options;
pub mod order;
pub mod ports;
pub mod product;
pub mod purchase;
pub mod quote;
pub mod system;

pub use catalog::{Catalog, CatalogBuilder, Listing};
pub use desk::OrderDesk;
pub use ids::{
    ClientId, GroupId, HouseholdId, IdempotencyKey, LinkId, OrderId, OrderNumber, SessionId, ShopId, Sku,
    ValueId,
};
pub use linking::Linker;
pub use money::{Currency, Money, MoneyError};
pub use options::{Chosen, LineOptions, OptionMenu};
pub use product::{Product, Quantity};
pub use quote::{Line, Quote, Terms};
