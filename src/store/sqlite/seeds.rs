//! What a shop brought along that was set up already.

use async_trait::async_trait;
use rusqlite::OptionalExtension;

use super::SqliteStore;
use crate::commerce::{
    ShopId,
    ports::{SeedStore, StoreError},
};

#[async_trait]
impl SeedStore for SqliteStore {
    async fn seeded(&self, shop: &ShopId) -> Result<Option<String>, StoreError> {
        self.readers.read(|db| {
            db.prepare_cached("SELECT digest FROM seeds WHERE shop = ?")?
                .query_row([shop.as_str()], |row| row.get(0))
                .optional()
        })
    }

    async fn set_seeded(&self, shop: &ShopId, digest: &str) -> Result<(), StoreError> {
        let sql = "INSERT INTO seeds (shop, digest) VALUES (?, ?)
                   ON CONFLICT (shop) DO UPDATE SET digest = excluded.digest";
        self.write(|db| {
            db.prepare_cached(sql)?.execute([shop.as_str(), digest])?;
            Ok(())
        })
        .await
    }
}
