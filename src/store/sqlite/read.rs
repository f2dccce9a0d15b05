//! Reading orders.

use std::cmp::Reverse;

use jiff::civil::Date;
use rusqlite::OptionalExtension;
use serde::de::DeserializeOwned;
use sqlx::{SqliteConnection, SqlitePool, query_as, query_scalar};

use super::{corrupt, fault, moment, readers::Readers};
use crate::commerce::{
    Currency, HouseholdId, IdempotencyKey, LineOptions, Money, OrderId, OrderNumber, Quantity, ShopId, Sku,
    order::Order,
    ports::{Confirmation, Recorded, StoreError},
    purchase::Purchase,
};

pub(super) async fn confirmation(
    db: &mut SqliteConnection,
    shop: &ShopId,
    household: &HouseholdId,
    key: &IdempotencyKey,
) -> Result<Option<Confirmation>, StoreError> {
    let row: Option<(String, Option<String>, Option<String>)> = query_as(
        "SELECT fingerprint, order_id, outcome FROM confirmations WHERE shop = ? AND household = ? AND key = ?",
    )
    .bind(shop.as_str())
    .bind(household.as_str())
    .bind(key.as_str())
    .fetch_optional(db)
    .await
    .map_err(fault)?;
    let Some((fingerprint, order, outcome)) = row else { return Ok(None) };
    let order = order.map(OrderId::new).transpose().map_err(corrupt)?;
    let outcome = outcome.map(|json| serde_json::from_str(&json)).transpose().map_err(corrupt)?;
    Ok(Some(Confirmation { fingerprint, order, outcome }))
}

pub(super) async fn order(
    pool: &SqlitePool,
    shop: &ShopId,
    id: &OrderId,
) -> Result<Option<Order>, StoreError> {
    let body: Option<String> = query_scalar("SELECT body FROM orders WHERE shop = ? AND id = ?")
        .bind(shop.as_str())
        .bind(id.as_str())
        .fetch_optional(pool)
        .await
        .map_err(fault)?;
    body.map(|body| serde_json::from_str(&body).map_err(corrupt)).transpose()
}

pub(super) async fn order_numbered(
    pool: &SqlitePool,
    shop: &ShopId,
    number: OrderNumber,
) -> Result<Option<Order>, StoreError> {
    let body: Option<String> = query_scalar("SELECT body FROM orders WHERE shop = ? AND number = ?")
        .bind(shop.as_str())
        .bind(number.0)
        .fetch_optional(pool)
        .await
        .map_err(fault)?;
    body.map(|body| serde_json::from_str(&body).map_err(corrupt)).transpose()
}

/// Orders as one JSON array in one row: rows travel one by one between SQLite's thread and
/// the caller's, which costs more than the reading. SQLite promises no order of what it gathers
/// into one row, and asking it for one costs it a sort; they come in order all the same, so the
/// sort here has nothing to do.
pub(super) async fn orders(
    pool: &SqlitePool,
    shop: &ShopId,
    household: Option<&HouseholdId>,
    limit: u32,
) -> Result<Vec<Order>, StoreError> {
    let bodies = match household {
        Some(household) => query_scalar(
            "SELECT '[' || group_concat(body, ',') || ']' FROM
             (SELECT body FROM orders WHERE shop = ? AND household = ?
              ORDER BY placed_at DESC, number DESC LIMIT ?)",
        )
        .bind(shop.as_str())
        .bind(household.as_str())
        .bind(limit),
        None => query_scalar(
            "SELECT '[' || group_concat(body, ',') || ']' FROM
             (SELECT body FROM orders WHERE shop = ?
              ORDER BY placed_at DESC, number DESC LIMIT ?)",
        )
        .bind(shop.as_str())
        .bind(limit),
    };
    let mut orders: Vec<Order> = array(bodies.fetch_one(pool).await.map_err(fault)?)?;
    orders.sort_by_key(|order| Reverse((order.placed_at, order.number)));
    Ok(orders)
}

/// How often the orders of a household changed; `None` when the shop does not know it, so that it has none.
pub(super) fn changes(
    readers: &Readers,
    shop: &ShopId,
    household: &HouseholdId,
) -> Result<Option<i64>, StoreError> {
    readers.read(|connection| {
        connection
            .prepare_cached("SELECT changes FROM households WHERE shop = ? AND household = ?")?
            .query_row([shop.as_str(), household.as_str()], |row| row.get(0))
            .optional()
    })
}

/// The elements of a JSON array; of none at all when there was no row to put into it.
fn array<T: DeserializeOwned>(json: Option<String>) -> Result<Vec<T>, StoreError> {
    json.map_or(Ok(Vec::new()), |json| serde_json::from_str(&json).map_err(corrupt))
}

pub(super) async fn orders_due(pool: &SqlitePool, limit: u32) -> Result<Vec<Order>, StoreError> {
    let bodies: Vec<String> =
        query_scalar("SELECT body FROM orders WHERE payment_due = 1 ORDER BY placed_at LIMIT ?")
            .bind(limit)
            .fetch_all(pool)
            .await
            .map_err(fault)?;
    bodies.iter().map(|body| serde_json::from_str(body).map_err(corrupt)).collect()
}

/// What a household kept, as one JSON array in one row; see [`orders`].
pub(super) async fn purchases(
    pool: &SqlitePool,
    shop: &ShopId,
    household: &HouseholdId,
    limit: u32,
) -> Result<Vec<Purchase>, StoreError> {
    let rows: Option<String> = query_scalar(
        "SELECT json_group_array(json_array(position, sku, title, quantity, unit_minor, currency, ordered_on, number,
                                            json(options)))
         FROM (SELECT * FROM order_lines WHERE shop = ? AND household = ? AND kept = 1
               ORDER BY ordered_on DESC, number DESC, position LIMIT ?)",
    )
    .bind(shop.as_str())
    .bind(household.as_str())
    .bind(limit)
    .fetch_one(pool)
    .await
    .map_err(fault)?;
    type Row = (i64, Sku, String, Quantity, i64, Currency, Date, OrderNumber, LineOptions);
    let mut rows: Vec<Row> = array(rows)?;
    rows.sort_by_key(|(position, .., date, order, _)| (Reverse((*date, *order)), *position));
    let purchase = |(_, sku, title, quantity, minor, currency, date, order, options)| {
        let unit_price = Money::new(minor, currency);
        Purchase { sku, title, quantity, unit_price, options, date, order }
    };
    Ok(rows.into_iter().map(purchase).collect())
}

pub(super) async fn events_after(
    pool: &SqlitePool,
    shop: &ShopId,
    position: i64,
    limit: u32,
) -> Result<Vec<Recorded>, StoreError> {
    let rows: Vec<(i64, String, i64, String)> = query_as(
        "SELECT position, order_id, at, body FROM order_events WHERE shop = ? AND position > ?
         ORDER BY position LIMIT ?",
    )
    .bind(shop.as_str())
    .bind(position)
    .bind(limit)
    .fetch_all(pool)
    .await
    .map_err(fault)?;
    let recorded = |(position, order, at, body): (i64, String, i64, String)| {
        Ok(Recorded {
            position,
            order: OrderId::new(order).map_err(corrupt)?,
            event: serde_json::from_str(&body).map_err(corrupt)?,
            at: moment(at)?,
        })
    };
    rows.into_iter().map(recorded).collect()
}
