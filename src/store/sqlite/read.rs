//! Reading orders.

use sqlx::{Row, SqliteConnection, SqlitePool, query, query_as, query_scalar, sqlite::SqliteRow};

use super::{corrupt, fault, moment, money, whole};
use crate::commerce::{
    HouseholdId, IdempotencyKey, OrderId, OrderNumber, Quantity, ShopId, Sku,
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

fn parse(bodies: Vec<String>) -> Result<Vec<Order>, StoreError> {
    bodies.iter().map(|body| serde_json::from_str(body).map_err(corrupt)).collect()
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

pub(super) async fn orders(
    pool: &SqlitePool,
    shop: &ShopId,
    household: Option<&HouseholdId>,
    limit: u32,
) -> Result<Vec<Order>, StoreError> {
    let bodies = match household {
        Some(household) => query_scalar(
            "SELECT body FROM orders WHERE shop = ? AND household = ?
             ORDER BY placed_at DESC, number DESC LIMIT ?",
        )
        .bind(shop.as_str())
        .bind(household.as_str())
        .bind(limit),
        None => query_scalar(
            "SELECT body FROM orders WHERE shop = ? ORDER BY placed_at DESC, number DESC LIMIT ?",
        )
        .bind(shop.as_str())
        .bind(limit),
    };
    parse(bodies.fetch_all(pool).await.map_err(fault)?)
}

pub(super) async fn orders_due(pool: &SqlitePool, limit: u32) -> Result<Vec<Order>, StoreError> {
    let bodies = query_scalar("SELECT body FROM orders WHERE payment_due = 1 ORDER BY placed_at LIMIT ?")
        .bind(limit)
        .fetch_all(pool)
        .await
        .map_err(fault)?;
    parse(bodies)
}

pub(super) async fn purchases(
    pool: &SqlitePool,
    shop: &ShopId,
    household: &HouseholdId,
    limit: u32,
) -> Result<Vec<Purchase>, StoreError> {
    let rows = query(
        "SELECT sku, title, quantity, unit_minor, currency, ordered_on, number FROM order_lines
         WHERE shop = ? AND household = ? AND kept = 1
         ORDER BY ordered_on DESC, number DESC, position LIMIT ?",
    )
    .bind(shop.as_str())
    .bind(household.as_str())
    .bind(limit)
    .fetch_all(pool)
    .await
    .map_err(fault)?;
    rows.iter().map(purchase).collect()
}

fn purchase(row: &SqliteRow) -> Result<Purchase, StoreError> {
    let quantity = whole(row.try_get("quantity").map_err(fault)?)?;
    let currency: &str = row.try_get("currency").map_err(fault)?;
    let day: &str = row.try_get("ordered_on").map_err(fault)?;
    Ok(Purchase {
        sku: Sku::new(row.try_get::<&str, _>("sku").map_err(fault)?).map_err(corrupt)?,
        title: row.try_get("title").map_err(fault)?,
        quantity: Quantity::new(quantity).ok_or_else(|| corrupt("a quantity out of bounds"))?,
        unit_price: money(row.try_get("unit_minor").map_err(fault)?, currency)?,
        date: day.parse().map_err(corrupt)?,
        order: OrderNumber(whole(row.try_get("number").map_err(fault)?)?),
    })
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
