//! Reading orders.

use rusqlite::{Connection, OptionalExtension, Params, params};

use super::{corrupt, moment, money};
use crate::commerce::{
    HouseholdId, IdempotencyKey, OrderId, OrderNumber, Quantity, ShopId, Sku,
    desk::PlaceOutcome,
    order::Order,
    ports::{Confirmation, Recorded, StoreError},
    purchase::Purchase,
};

pub(super) fn confirmation(
    db: &Connection,
    shop: &ShopId,
    household: &HouseholdId,
    key: &IdempotencyKey,
) -> Result<Option<Confirmation>, StoreError> {
    let row: Option<(String, Option<String>, Option<String>)> = db
        .prepare_cached(
            "SELECT fingerprint, order_id, outcome FROM confirmations
             WHERE shop = ? AND household = ? AND key = ?",
        )?
        .query_row([shop.as_str(), household.as_str(), key.as_str()], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        })
        .optional()?;
    let Some((fingerprint, order, outcome)) = row else { return Ok(None) };
    let order = order.map(OrderId::new).transpose().map_err(corrupt)?;
    // Another release may have written what cannot be read. What became of an order, the order itself tells; without
    // one nothing was ordered.
    let unread = |error: serde_json::Error| {
        tracing::warn!(%shop, %error, "the outcome of a confirmation cannot be read");
        order.is_none().then_some(PlaceOutcome::KeyReused)
    };
    let outcome = outcome.and_then(|json| serde_json::from_str(&json).map_or_else(unread, Some));
    Ok(Some(Confirmation { fingerprint, order, outcome }))
}

pub(super) fn order(db: &Connection, shop: &ShopId, id: &OrderId) -> Result<Option<Order>, StoreError> {
    let found =
        bodies(db, "SELECT body FROM orders WHERE shop = ? AND id = ?", [shop.as_str(), id.as_str()])?;
    Ok(found.into_iter().next())
}

pub(super) fn order_numbered(
    db: &Connection,
    shop: &ShopId,
    number: OrderNumber,
) -> Result<Option<Order>, StoreError> {
    let sql = "SELECT body FROM orders WHERE shop = ? AND number = ?";
    Ok(bodies(db, sql, params![shop.as_str(), number.0])?.into_iter().next())
}

/// The newest orders of a household.
pub(super) fn orders_of(
    db: &Connection,
    shop: &ShopId,
    household: &HouseholdId,
    limit: u32,
) -> Result<Vec<Order>, StoreError> {
    let sql = "SELECT body FROM orders WHERE shop = ? AND household = ?
               ORDER BY placed_at DESC, number DESC LIMIT ?";
    bodies(db, sql, params![shop.as_str(), household.as_str(), limit])
}

/// The newest orders of a shop.
pub(super) fn orders(db: &Connection, shop: &ShopId, limit: u32) -> Result<Vec<Order>, StoreError> {
    let sql = "SELECT body FROM orders WHERE shop = ? ORDER BY placed_at DESC, number DESC LIMIT ?";
    bodies(db, sql, params![shop.as_str(), limit])
}

pub(super) fn orders_due(db: &Connection, limit: u32) -> Result<Vec<Order>, StoreError> {
    bodies(db, "SELECT body FROM orders WHERE payment_due = 1 ORDER BY placed_at LIMIT ?", [limit])
}

/// The orders whose bodies a statement gives.
fn bodies(db: &Connection, sql: &str, with: impl Params) -> Result<Vec<Order>, StoreError> {
    let mut statement = db.prepare_cached(sql)?;
    let mut rows = statement.query(with)?;
    let mut orders = Vec::new();
    while let Some(row) = rows.next()? {
        let body = row.get_ref(0)?.as_bytes().map_err(corrupt)?;
        orders.push(serde_json::from_slice(body).map_err(corrupt)?);
    }
    Ok(orders)
}

/// How often the orders of a household changed; `None` when the shop does not know it, so that it has none.
pub(super) fn changes(
    db: &Connection,
    shop: &ShopId,
    household: &HouseholdId,
) -> Result<Option<i64>, StoreError> {
    let changes = db
        .prepare_cached("SELECT changes FROM households WHERE shop = ? AND household = ?")?
        .query_row([shop.as_str(), household.as_str()], |row| row.get(0))
        .optional()?;
    Ok(changes)
}

/// What a household kept, the newest first.
pub(super) fn purchases_of(
    db: &Connection,
    shop: &ShopId,
    household: &HouseholdId,
    limit: u32,
) -> Result<Vec<Purchase>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT sku, title, quantity, unit_minor, currency, ordered_on, number, options
         FROM order_lines WHERE shop = ? AND household = ? AND kept = 1
         ORDER BY ordered_on DESC, number DESC, position LIMIT ?",
    )?;
    let mut rows = statement.query(params![shop.as_str(), household.as_str(), limit])?;
    let mut purchases = Vec::new();
    while let Some(row) = rows.next()? {
        let (sku, quantity): (String, u32) = (row.get(0)?, row.get(2)?);
        let (currency, date, options): (String, String, String) = (row.get(4)?, row.get(5)?, row.get(7)?);
        purchases.push(Purchase {
            sku: Sku::new(sku).map_err(corrupt)?,
            title: row.get(1)?,
            quantity: Quantity::try_from(quantity).map_err(corrupt)?,
            unit_price: money(row.get(3)?, &currency)?,
            options: serde_json::from_str(&options).map_err(corrupt)?,
            date: date.parse().map_err(corrupt)?,
            order: OrderNumber(row.get(6)?),
        });
    }
    Ok(purchases)
}

pub(super) fn events_after(
    db: &Connection,
    shop: &ShopId,
    position: i64,
    limit: u32,
) -> Result<Vec<Recorded>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT position, order_id, at, body FROM order_events WHERE shop = ? AND position > ?
         ORDER BY position LIMIT ?",
    )?;
    let mut rows = statement.query(params![shop.as_str(), position, limit])?;
    let mut events = Vec::new();
    while let Some(row) = rows.next()? {
        let (order, body): (String, String) = (row.get(1)?, row.get(3)?);
        events.push(Recorded {
            position: row.get(0)?,
            order: OrderId::new(order).map_err(corrupt)?,
            event: serde_json::from_str(&body).map_err(corrupt)?,
            at: moment(row.get(2)?)?,
        });
    }
    Ok(events)
}
