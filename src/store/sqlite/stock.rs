//! How many of each product a shop has.

use async_trait::async_trait;
use rusqlite::{OptionalExtension, params};

use super::{SqliteStore, to_json, whole};
use crate::commerce::{
    ShopId, Sku,
    ports::{StockStore, StoreError},
};

#[async_trait]
impl StockStore for SqliteStore {
    async fn sync_stock(&self, shop: &ShopId, opening: &[(Sku, u32)]) -> Result<u32, StoreError> {
        // One statement for all: a catalogue has ten thousand products.
        let opening = to_json(&opening)?;
        let new = self
            .write(|db| {
                let sql = "INSERT INTO stock (shop, sku, on_hand)
                           SELECT ?, value ->> 0, value ->> 1 FROM json_each(?) WHERE true ON CONFLICT DO NOTHING";
                Ok(db.prepare_cached(sql)?.execute([shop.as_str(), &opening])?)
            })
            .await?;
        Ok(u32::try_from(new).unwrap_or(u32::MAX))
    }

    async fn stock(&self, shop: &ShopId, skus: &[Sku]) -> Result<Vec<u32>, StoreError> {
        if skus.is_empty() {
            return Ok(Vec::new());
        }
        let asked = to_json(&skus)?;
        let free: Vec<i64> = self.readers.read(|db| {
            db.prepare_cached(
                "SELECT COALESCE(stock.on_hand - stock.reserved, 0) FROM json_each(?) AS asked
                 LEFT JOIN stock ON stock.shop = ? AND stock.sku = asked.value ORDER BY asked.key",
            )?
            .query_map([asked.as_str(), shop.as_str()], |row| row.get(0))?
            .collect::<rusqlite::Result<_>>()
        })?;
        free.into_iter().map(whole).collect()
    }

    async fn adjust_stock(&self, shop: &ShopId, sku: &Sku, by: i32) -> Result<Option<u32>, StoreError> {
        let free: Option<i64> = self
            .write(|db| {
                let sql = "UPDATE stock SET on_hand = on_hand + ?1
                     WHERE shop = ?2 AND sku = ?3 AND on_hand + ?1 >= reserved AND on_hand + ?1 <= 4294967295
                     RETURNING on_hand - reserved";
                let with = params![by, shop.as_str(), sku.as_str()];
                Ok(db.prepare_cached(sql)?.query_row(with, |row| row.get(0)).optional()?)
            })
            .await?;
        free.map(whole).transpose()
    }
}
