//! An order that goes on: its events, the goods that leave or come free, what is told under its key.

use sqlx::{SqliteConnection, query};

use super::{
    super::{corrupt, fault, micros, read, to_json},
    count_change, insert_event, kept, move_stock,
};
use crate::commerce::{
    Sku,
    order::{Order, Refusal, StockMove},
    ports::{Change, StoreError},
};

pub(in crate::store::sqlite) async fn append(
    db: &mut SqliteConnection,
    change: &Change<'_>,
) -> Result<(), StoreError> {
    let order = change.order;
    if let Some(wish) = change.wish
        && read::confirmation(db, &order.shop, &order.household, wish).await?.is_some()
    {
        return Err(Refusal::Withdrawn.into());
    }
    let updated = query(
        "UPDATE orders SET state = ?, version = ?, payment_due = ?, changed_at = ?, body = ?
         WHERE shop = ? AND id = ? AND version = ?",
    )
    .bind(order.state.name())
    .bind(order.version)
    .bind(order.due().is_some())
    .bind(micros(order.changed_at))
    .bind(to_json(order)?)
    .bind(order.shop.as_str())
    .bind(order.id.as_str())
    .bind(change.expected_version())
    .execute(&mut *db)
    .await
    .map_err(fault)?;
    if updated.rows_affected() != 1 {
        return Err(StoreError::Conflict);
    }
    let mut version = change.expected_version();
    for event in change.events {
        version += 1;
        insert_event(db, order, version, event, change.at).await?;
    }
    update_kept(db, order).await?;
    count_change(db, order).await?;
    for stock_move in change.stock_moves() {
        let sql = match stock_move {
            StockMove::Release => "UPDATE stock SET reserved = reserved - ? WHERE shop = ? AND sku = ?",
            StockMove::Ship => {
                "UPDATE stock SET on_hand = on_hand - ?1, reserved = reserved - ?1 WHERE shop = ?2 AND sku = ?3"
            }
        };
        for (sku, count) in order.counts() {
            move_stock(db, sql, &order.shop, &sku, count).await?;
        }
    }
    save_outcome(db, change).await
}

async fn update_kept(db: &mut SqliteConnection, order: &Order) -> Result<(), StoreError> {
    let kept: Vec<&str> = order
        .quote
        .lines()
        .iter()
        .map(|line| &line.sku)
        .filter(|sku| kept(order, sku))
        .map(Sku::as_str)
        .collect();
    query(
        "UPDATE order_lines SET kept = NOT kept
         WHERE shop = ?1 AND order_id = ?2 AND kept <> (sku IN (SELECT value FROM json_each(?3)))",
    )
    .bind(order.shop.as_str())
    .bind(order.id.as_str())
    .bind(to_json(&kept)?)
    .execute(db)
    .await
    .map_err(fault)?;
    Ok(())
}

async fn save_outcome(db: &mut SqliteConnection, change: &Change<'_>) -> Result<(), StoreError> {
    let Some(outcome) = change.outcome else { return Ok(()) };
    let saved = query("UPDATE confirmations SET outcome = ? WHERE shop = ? AND order_id = ?")
        .bind(to_json(outcome)?)
        .bind(change.order.shop.as_str())
        .bind(change.order.id.as_str())
        .execute(db)
        .await
        .map_err(fault)?;
    if saved.rows_affected() == 1 { Ok(()) } else { Err(corrupt("an order without a confirmation")) }
}
