//! Writing orders: state, events, goods, key and outcome. Every function works inside the
//! caller's transaction.

mod change;

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};

pub(super) use self::change::append;
use super::{micros, read, to_json, whole};
use crate::commerce::{
    OrderNumber, ShopId, Sku,
    order::{Event, Order, OrderState},
    ports::{Reservation, Reserved, StoreError},
};

pub(super) fn reserve(db: &Connection, new: &Reservation<'_>) -> Result<Reserved, StoreError> {
    if let Some(known) = read::confirmation(db, new.shop, new.household, new.key)? {
        return Ok(Reserved::Known(known));
    }
    if let Some(refused) = limit_refuses(db, new)? {
        return Ok(refused);
    }
    for (sku, count) in new.stock {
        let left = free(db, new.shop, sku)?;
        if left < *count {
            return Ok(Reserved::OutOfStock { sku: sku.clone(), left });
        }
    }
    for (sku, count) in new.stock {
        let set_aside = "UPDATE stock SET reserved = reserved + ? WHERE shop = ? AND sku = ?";
        move_stock(db, set_aside, new.shop, sku, *count)?;
    }
    let number = next_number(db, new)?;
    let (order, events) = (new.build)(number)?;
    insert_order(db, &order, new)?;
    insert_lines(db, &order, new)?;
    let mut version = 0;
    for (event, at) in &events {
        version += 1;
        insert_event(db, &order, version, event, *at)?;
    }
    insert_confirmation(db, &order, new)?;
    count_change(db, &order)?;
    Ok(Reserved::New(Box::new(order)))
}

/// Whether the household is unknown, or its limit is in the way.
fn limit_refuses(db: &Connection, new: &Reservation<'_>) -> Result<Option<Reserved>, StoreError> {
    let (shop, household) = (new.shop.as_str(), new.household.as_str());
    let limit: Option<(i64, String)> = db
        .prepare_cached("SELECT limit_minor, currency FROM households WHERE shop = ? AND household = ?")?
        .query_row([shop, household], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let Some((limit, currency)) = limit else { return Ok(Some(Reserved::UnknownHousehold)) };
    let Some(since) = new.within_limit_since else { return Ok(None) };
    let spent: i64 = db
        .prepare_cached(
            "SELECT COALESCE(SUM(total_minor), 0) FROM orders
             WHERE shop = ? AND household = ? AND placed_at > ? AND counts_to_limit = 1 AND state <> 'cancelled'",
        )?
        .query_row(params![shop, household, micros(since)], |row| row.get(0))?;
    let within = currency == new.total.currency().code()
        && spent.checked_add(new.total.minor()).is_some_and(|sum| sum <= limit);
    Ok((!within).then_some(Reserved::OverLimit))
}

fn free(db: &Connection, shop: &ShopId, sku: &Sku) -> Result<u32, StoreError> {
    let free: Option<i64> = db
        .prepare_cached("SELECT on_hand - reserved FROM stock WHERE shop = ? AND sku = ?")?
        .query_row([shop.as_str(), sku.as_str()], |row| row.get(0))
        .optional()?;
    whole(free.unwrap_or(0))
}

fn move_stock(
    db: &Connection,
    sql: &'static str,
    shop: &ShopId,
    sku: &Sku,
    count: u32,
) -> Result<(), StoreError> {
    db.prepare_cached(sql)?.execute(params![count, shop.as_str(), sku.as_str()])?;
    Ok(())
}

fn next_number(db: &Connection, new: &Reservation<'_>) -> Result<OrderNumber, StoreError> {
    let number: i64 = db
        .prepare_cached(
            "INSERT INTO shops (shop, next_number) VALUES (?, ? + 1)
             ON CONFLICT (shop) DO UPDATE SET next_number = next_number + 1 RETURNING next_number - 1",
        )?
        .query_row(params![new.shop.as_str(), new.first_number.0], |row| row.get(0))?;
    Ok(OrderNumber(whole(number)?))
}

fn insert_order(db: &Connection, order: &Order, new: &Reservation<'_>) -> Result<(), StoreError> {
    db.prepare_cached(
        "INSERT INTO orders (shop, id, number, household, state, version, total_minor, currency,
                             counts_to_limit, payment_due, placed_at, changed_at, body)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )?
    .execute(params![
        order.shop.as_str(),
        order.id.as_str(),
        order.number.0,
        order.household.as_str(),
        order.state.name(),
        order.version,
        new.total.minor(),
        new.total.currency().code(),
        new.within_limit_since.is_some(),
        order.due().is_some(),
        micros(order.placed_at),
        micros(order.changed_at),
        to_json(order)?,
    ])?;
    Ok(())
}

fn insert_lines(db: &Connection, order: &Order, new: &Reservation<'_>) -> Result<(), StoreError> {
    let mut insert = db.prepare_cached(
        "INSERT INTO order_lines (shop, order_id, position, household, number, ordered_on, sku, title,
                                  quantity, unit_minor, currency, kept, options)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )?;
    for (position, line) in (0_i64..).zip(order.quote.lines()) {
        insert.execute(params![
            order.shop.as_str(),
            order.id.as_str(),
            position,
            order.household.as_str(),
            order.number.0,
            new.day.to_string(),
            line.sku.as_str(),
            line.title,
            line.quantity.get(),
            line.unit_price.minor(),
            line.unit_price.currency().code(),
            kept(order, &line.sku),
            to_json(&line.options)?,
        ])?;
    }
    Ok(())
}

/// Whether a product of the order is among what the household bought.
fn kept(order: &Order, sku: &Sku) -> bool {
    !matches!(order.state, OrderState::Placed | OrderState::Cancelled) && order.keeps(sku)
}

fn insert_event(
    db: &Connection,
    order: &Order,
    version: u32,
    event: &Event,
    at: Timestamp,
) -> Result<(), StoreError> {
    let (shop, id) = (order.shop.as_str(), order.id.as_str());
    db.prepare_cached(
        "INSERT INTO order_events (shop, order_id, version, kind, at, body) VALUES (?, ?, ?, ?, ?, ?)",
    )?
    .execute(params![shop, id, version, event.name(), micros(at), to_json(event)?])?;
    Ok(())
}

fn insert_confirmation(db: &Connection, order: &Order, new: &Reservation<'_>) -> Result<(), StoreError> {
    let (shop, household, key) = (new.shop.as_str(), new.household.as_str(), new.key.as_str());
    db.prepare_cached(
        "INSERT INTO confirmations (shop, household, key, fingerprint, order_id, outcome)
         VALUES (?, ?, ?, ?, ?, NULL)",
    )?
    .execute([shop, household, key, new.fingerprint, order.id.as_str()])?;
    Ok(())
}

/// Tells every process that what it read of the household's orders is old: see `recent`.
fn count_change(db: &Connection, order: &Order) -> Result<(), StoreError> {
    db.prepare_cached("UPDATE households SET changes = changes + 1 WHERE shop = ? AND household = ?")?
        .execute([order.shop.as_str(), order.household.as_str()])?;
    Ok(())
}
