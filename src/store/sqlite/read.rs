//! Reading orders.

use rusqlite::{OptionalExtension, params};
use sqlx::{SqliteConnection, SqlitePool, query_as, query_scalar};

use super::{corrupt, fault, moment, money, readers::Readers};
use crate::commerce::{
    HouseholdId, IdempotencyKey, OrderId, OrderNumber, Quantity, ShopId, Sku,
    desk::PlaceOutcome,
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
    // Another release may have written what cannot be read. What became of an order, the order itself tells; without
    // one nothing was ordered.
    let unread = |error: serde_json::Error| {
        tracing::warn!(%shop, %error, "the outcome of a confirmation cannot be read");
        order.is_none().then_some(PlaceOutcome::KeyReused)
    };
    let outcome = outcome.and_then(|json| serde_json::from_str(&json).map_or_else(unread, Some));
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

/// The newest orders of a household.
pub(super) fn orders_of(
    readers: &Readers,
    shop: &ShopId,
    household: &HouseholdId,
    limit: u32,
) -> Result<Vec<Order>, StoreError> {
    let read = readers.read(|connection| {
        let mut statement = connection.prepare_cached(
            "SELECT body FROM orders WHERE shop = ? AND household = ?
             ORDER BY placed_at DESC, number DESC LIMIT ?",
        )?;
        let order = |row: &rusqlite::Row<'_>| Ok(serde_json::from_slice(row.get_ref(0)?.as_bytes()?));
        statement.query_map(params![shop.as_str(), household.as_str(), limit], order)?.collect()
    });
    let orders: Vec<serde_json::Result<Order>> = read?;
    orders.into_iter().map(|order| order.map_err(corrupt)).collect()
}

/// The newest orders of a shop.
pub(super) async fn orders(pool: &SqlitePool, shop: &ShopId, limit: u32) -> Result<Vec<Order>, StoreError> {
    let bodies: Vec<String> =
        query_scalar("SELECT body FROM orders WHERE shop = ? ORDER BY placed_at DESC, number DESC LIMIT ?")
            .bind(shop.as_str())
            .bind(limit)
            .fetch_all(pool)
            .await
            .map_err(fault)?;
    bodies.iter().map(|body| serde_json::from_str(body).map_err(corrupt)).collect()
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

pub(super) async fn orders_due(pool: &SqlitePool, limit: u32) -> Result<Vec<Order>, StoreError> {
    let bodies: Vec<String> =
        query_scalar("SELECT body FROM orders WHERE payment_due = 1 ORDER BY placed_at LIMIT ?")
            .bind(limit)
            .fetch_all(pool)
            .await
            .map_err(fault)?;
    bodies.iter().map(|body| serde_json::from_str(body).map_err(corrupt)).collect()
}

/// What a household kept, the newest first.
pub(super) fn purchases_of(
    readers: &Readers,
    shop: &ShopId,
    household: &HouseholdId,
    limit: u32,
) -> Result<Vec<Purchase>, StoreError> {
    type Row = (String, String, u32, i64, String, String, u32, String);
    let rows: Vec<Row> = readers.read(|connection| {
        let mut statement = connection.prepare_cached(
            "SELECT sku, title, quantity, unit_minor, currency, ordered_on, number, options
             FROM order_lines WHERE shop = ? AND household = ? AND kept = 1
             ORDER BY ordered_on DESC, number DESC, position LIMIT ?",
        )?;
        let rows = statement.query_map(params![shop.as_str(), household.as_str(), limit], |row| {
            let (sku, title, quantity, minor) = (row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?);
            Ok((sku, title, quantity, minor, row.get(4)?, row.get(5)?, row.get(6)?, row.get(7)?))
        })?;
        rows.collect()
    })?;
    let purchase = |(sku, title, quantity, minor, currency, date, order, options): Row| {
        Ok(Purchase {
            sku: Sku::new(sku).map_err(corrupt)?,
            title,
            quantity: Quantity::try_from(quantity).map_err(corrupt)?,
            unit_price: money(minor, &currency)?,
            options: serde_json::from_str(&options).map_err(corrupt)?,
            date: date.parse().map_err(corrupt)?,
            order: OrderNumber(order),
        })
    };
    rows.into_iter().map(purchase).collect()
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
