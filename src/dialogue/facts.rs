//! What the dialogue needs to know of the world for one step. The assistant gathers it.

use std::sync::Arc;

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use serde::{Deserialize, Serialize};

use crate::commerce::{
    GroupId, IdempotencyKey, Money, OptionMenu, Quantity, Sku, Terms, household::Household, order::Order,
    purchase::Purchase,
};

/// A product as it can be offered right now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offer {
    /// Which product.
    pub sku: Sku,
    /// Its full title, for the order.
    pub title: String,
    /// What it is: `paper towels`.
    pub kind: String,
    /// Its brand.
    pub brand: String,
    /// Its size as it is spoken.
    pub size: Option<String>,
    /// Other words that describe it.
    pub attributes: Vec<String>,
    /// A sentence about it.
    pub description: String,
    /// The price of one today.
    pub price: Money,
    /// How many are free to be sold.
    pub in_stock: u32,
    /// When this household last bought it: day, how many, price of one without options.
    pub last: Option<(Date, Quantity, Money)>,
    /// How often this household bought it.
    pub times_bought: u32,
    /// The groups of options that it has.
    pub options: Vec<GroupId>,
}

/// The most offers for one phrase.
pub const MAX_OFFERS: usize = 12;

/// What an item phrase could be.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Found {
    /// The phrase as it was said.
    pub words: String,
    /// Best first; at most [`MAX_OFFERS`].
    pub offers: Vec<Offer>,
    /// How many of the first fit equally well, so that a choice is the shopper's.
    pub tied: usize,
    /// Whether nothing is of the size that was said: these are of others.
    pub other_size: bool,
    /// When nothing fits the price or the other constraints: what there is without them, the nearest first.
    pub near: Vec<Offer>,
    /// Of other kinds that are half called so, what goes beyond the cheapest or the most expensive of these.
    pub beyond: Option<Offer>,
}

/// The world as one step sees it.
#[derive(Debug, Clone)]
pub struct Facts {
    /// The present moment.
    pub now: Timestamp,
    /// The present day at the shop.
    pub today: Date,
    /// The shop's time zone.
    pub zone: TimeZone,
    /// A fresh key, for the read-back that this step may make.
    pub key: IdempotencyKey,
    /// How the shop charges and delivers.
    pub terms: Terms,
    /// What can be chosen for its products.
    pub menu: Arc<OptionMenu>,
    /// Who speaks.
    pub household: Household,
    /// For each item of the intent, and of what was said after it, what it could be; while it is asked which line a change
    /// means, those of the change come first.
    pub found: Vec<Found>,
    /// Offers for products that the state already holds: cart, choice, draft.
    pub known: Vec<Offer>,
    /// The household's purchases, newest first.
    pub purchases: Arc<[Purchase]>,
    /// The household's orders, newest first.
    pub orders: Arc<[Order]>,
}
