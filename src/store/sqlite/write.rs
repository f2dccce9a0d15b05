//! Writing orders: state, events, goods, key and outcome. Every function works inside the
//! caller's transaction.

mod change;

use jiff::Timestamp;
use sqlx::{SqliteConnection, query, query_scalar};

pub(super) use self::change::append;
use super::{fault, micros, read, to_json, whole};
use crate::commerce::{
    OrderNumber, ShopId, Sku,
    order::{Event, Order, OrderState},
    ports::{Reservation, Reserved, StoreError},
};

pub(super) async fn reserve(
    db: &mut SqliteConnection,
    new: &Reservation<'_>,
) -> Result<Reserved, StoreError> {
    if let Some(known) = read::confirmation(db, new.shop, new.household, new.key).await? {
        return Ok(Reserved::Known(known));
    }
    if let Some(refused) = limit_refuses(db, new).await? {
        return Ok(refused);
    }
    for (sku, count) in new.stock {
        let left = free(db, new.shop, sku).await?;
        if left < *count {
            return Ok(Reserved::OutOfStock { sku: sku.clone(), left });
        }
    }
    for (sku, count) in new.stock {
        move_stock(
            db,
            "UPDATE stock SET reserved = reserved + ? WHERE shop = ? AND sku = ?",
            new.shop,
            sku,
            *count,
        )
        .await?;
    }
    let number = next_number(db, new).await?;
    let (order, events) = (new.build)(number)?;
    insert_order(db, &order, new).await?;
    insert_lines(db, &order, new).await?;
    let mut version = 0;
    for (event, at) in &events {
        version += 1;
        insert_event(db, &order, version, event, *at).await?;
    }
    insert_confirmation(db, &order, new).await?;
    count_change(db, &order).await?;
    Ok(Reserved::New(Box::new(order)))
}

/// Whether the household is unknown, or its limit is in the way.
async fn limit_refuses(
    db: &mut SqliteConnection,
    new: &Reservation<'_>,
) -> Result<Option<Reserved>, StoreError> {
    let limit: Option<(i64, String)> =
        sqlx::query_as("SELECT limit_minor, currency FROM households WHERE shop = ? AND household = ?")
            .bind(new.shop.as_str())
            .bind(new.household.as_str())
            .fetch_optional(&mut *db)
            .await
            .map_err(fault)?;
    let Some((limit, currency)) = limit else { return Ok(Some(Reserved::UnknownHousehold)) };
    let Some(since) = new.within_limit_since else { return Ok(None) };
    let spent: i64 = query_scalar(
        "SELECT COALESCE(SUM(total_minor), 0) FROM orders
         WHERE shop = ? AND household = ? AND placed_at > ? AND counts_to_limit = 1 AND state <> 'cancelled'",
    )
    .bind(new.shop.as_str())
    .bind(new.household.as_str())
    .bind(micros(since))
    .fetch_one(&mut *db)
    .await
    .map_err(fault)?;
    let within = currency == new.total.currency().code()
        && spent.checked_add(new.total.minor()).is_some_and(|sum| sum <= limit);
    Ok((!within).then_some(Reserved::OverLimit))
}

async fn free(db: &mut SqliteConnection, shop: &ShopId, sku: &Sku) -> Result<u32, StoreError> {
    let free: Option<i64> = query_scalar("SELECT on_hand - reserved FROM stock WHERE shop = ? AND sku = ?")
        .bind(shop.as_str())
        .bind(sku.as_str())
        .fetch_optional(db)
        .await
        .map_err(fault)?;
    whole(free.unwrap_or(0))
}

async fn move_stock(
    db: &mut SqliteConnection,
    sql: &'static str,
    shop: &ShopId,
    sku: &Sku,
    count: u32,
) -> Result<(), StoreError> {
    query(sql).bind(count).bind(shop.as_str()).bind(sku.as_str()).execute(db).await.map_err(fault)?;
    Ok(())
}

async fn next_number(db: &mut SqliteConnection, new: &Reservation<'_>) -> Result<OrderNumber, StoreError> {
    let number: i64 = query_scalar(
        "INSERT INTO shops (shop, next_number) VALUES (?, ? + 1)
         ON CONFLICT (shop) DO UPDATE SET next_number = next_number + 1 RETURNING next_number - 1",
    )
    .bind(new.shop.as_str())
    .bind(new.first_number.0)
    .fetch_one(db)
    .await
    .map_err(fault)?;
    Ok(OrderNumber(whole(number)?))
}

async fn insert_order(
    db: &mut SqliteConnection,
    order: &Order,
    new: &Reservation<'_>,
) -> Result<(), StoreError> {
    query(
        "INSERT INTO orders (shop, id, number, household, state, version, total_minor, currency,
                             counts_to_limit, payment_due, placed_at, changed_at, body)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(order.shop.as_str())
    .bind(order.id.as_str())
    .bind(order.number.0)
    .bind(order.household.as_str())
    .bind(order.state.name())
    .bind(order.version)
    .bind(new.total.minor())
    .bind(new.total.currency().code())
    .bind(new.within_limit_since.is_some())
    .bind(order.due().is_some())
    .bind(micros(order.placed_at))
    .bind(micros(order.changed_at))
    .bind(to_json(order)?)
    .execute(db)
    .await
    .map_err(fault)?;
    Ok(())
}

async fn insert_lines(
    db: &mut SqliteConnection,
    order: &Order,
    new: &Reservation<'_>,
) -> Result<(), StoreError> {
    for (position, line) in (0_i64..).zip(order.quote.lines()) {
        query(
            "INSERT INTO order_lines (shop, order_id, position, household, number, ordered_on, sku, title,
                                      quantity, unit_minor, currency, kept, options)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(order.shop.as_str())
        .bind(order.id.as_str())
        .bind(position)
        .bind(order.household.as_str())
        .bind(order.number.0)
        .bind(new.day.to_string())
        .bind(line.sku.as_str())
        .bind(&line.title)
        .bind(line.quantity.get())
        .bind(line.unit_price.minor())
        .bind(line.unit_price.currency().code())
        .bind(kept(order, &line.sku))
        .bind(to_json(&line.options)?)
        .execute(&mut *db)
        .await
        .map_err(fault)?;
    }
    Ok(())
}

/// Whether a product of the order is among what the household bought.
fn kept(order: &Order, sku: &Sku) -> bool {
    !matches!(order.state, OrderState::Placed | OrderState::Cancelled) && order.keeps(sku)
}

async fn insert_event(
    db: &mut SqliteConnection,
    order: &Order,
    version: u32,
    event: &Event,
    at: Timestamp,
) -> Result<(), StoreError> {
    query("INSERT INTO order_events (shop, order_id, version, kind, at, body) VALUES (?, ?, ?, ?, ?, ?)")
        .bind(order.shop.as_str())
        .bind(order.id.as_str())
        .bind(version)
        .bind(event.name())
        .bind(micros(at))
        .bind(to_json(event)?)
        .execute(db)
        .await
        .map_err(fault)?;
    Ok(())
}

async fn insert_confirmation(
    db: &mut SqliteConnection,
    order: &Order,
    new: &Reservation<'_>,
) -> Result<(), StoreError> {
    query(
        "INSERT INTO confirmations (shop, household, key, fingerprint, order_id, outcome)
         VALUES (?, ?, ?, ?, ?, NULL)",
    )
    .bind(new.shop.as_str())
    .bind(new.household.as_str())
    .bind(new.key.as_str())
    .bind(new.fingerprint)
    .bind(order.id.as_str())
    .execute(db)
    .await
    .map_err(fault)?;
    Ok(())
}

/// Tells every process that what it read of the household's orders is old: see `recent`.
async fn count_change(db: &mut SqliteConnection, order: &Order) -> Result<(), StoreError> {
    query("UPDATE households SET changes = changes + 1 WHERE shop = ? AND household = ?")
        .bind(order.shop.as_str())
        .bind(order.household.as_str())
        .execute(db)
        .await
        .map_err(fault)?;
    Ok(())
}
