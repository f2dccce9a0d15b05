//! An order that goes on: its events, the goods that leave or come free, what is told under its key.

use rusqlite::{Connection, params};

use super::{
    super::{corrupt, micros, read, to_json},
    count_change, insert_event, kept, move_stock,
};
use crate::commerce::{
    Sku,
    order::{Order, Refusal, StockMove},
    ports::{Change, StoreError},
};

pub(in crate::store::sqlite) fn append(db: &Connection, change: &Change<'_>) -> Result<(), StoreError> {
    let order = change.order;
    if let Some(wish) = change.wish
        && read::confirmation(db, &order.shop, &order.household, wish)?.is_some()
    {
        return Err(Refusal::Withdrawn.into());
    }
    update_order(db, change)?;
    let mut version = change.expected_version();
    for event in change.events {
        version += 1;
        insert_event(db, order, version, event, change.at)?;
    }
    update_kept(db, order)?;
    count_change(db, order)?;
    for stock_move in change.stock_moves() {
        let sql = match stock_move {
            StockMove::Release => "UPDATE stock SET reserved = reserved - ? WHERE shop = ? AND sku = ?",
            StockMove::Ship => {
                "UPDATE stock SET on_hand = on_hand - ?1, reserved = reserved - ?1 WHERE shop = ?2 AND sku = ?3"
            }
        };
        for (sku, count) in order.counts() {
            move_stock(db, sql, &order.shop, &sku, count)?;
        }
    }
    save_outcome(db, change)
}

/// The order as it is now, if it is still the one that was changed.
fn update_order(db: &Connection, change: &Change<'_>) -> Result<(), StoreError> {
    let order = change.order;
    let updated = db
        .prepare_cached(
            "UPDATE orders SET state = ?, version = ?, payment_due = ?, changed_at = ?, body = ?
             WHERE shop = ? AND id = ? AND version = ?",
        )?
        .execute(params![
            order.state.name(),
            order.version,
            order.due().is_some(),
            micros(order.changed_at),
            to_json(order)?,
            order.shop.as_str(),
            order.id.as_str(),
            change.expected_version(),
        ])?;
    if updated == 1 { Ok(()) } else { Err(StoreError::Conflict) }
}

fn update_kept(db: &Connection, order: &Order) -> Result<(), StoreError> {
    let skus = order.quote.lines().iter().map(|line| &line.sku);
    let kept: Vec<&str> = skus.filter(|sku| kept(order, sku)).map(Sku::as_str).collect();
    db.prepare_cached(
        "UPDATE order_lines SET kept = NOT kept
         WHERE shop = ?1 AND order_id = ?2 AND kept <> (sku IN (SELECT value FROM json_each(?3)))",
    )?
    .execute(params![order.shop.as_str(), order.id.as_str(), to_json(&kept)?])?;
    Ok(())
}

fn save_outcome(db: &Connection, change: &Change<'_>) -> Result<(), StoreError> {
    let Some(outcome) = change.outcome else { return Ok(()) };
    let saved = db
        .prepare_cached("UPDATE confirmations SET outcome = ? WHERE shop = ? AND order_id = ?")?
        .execute(params![to_json(outcome)?, change.order.shop.as_str(), change.order.id.as_str()])?;
    if saved == 1 { Ok(()) } else { Err(corrupt("an order without a confirmation")) }
}
