//! What a shop brought along that was set up already.

use async_trait::async_trait;
use sqlx::{query, query_scalar};

use super::{SqliteStore, fault};
use crate::commerce::{
    ShopId,
    ports::{SeedStore, StoreError},
};

#[async_trait]
impl SeedStore for SqliteStore {
    async fn seeded(&self, shop: &ShopId) -> Result<Option<String>, StoreError> {
        query_scalar("SELECT digest FROM seeds WHERE shop = ?")
            .bind(shop.as_str())
            .fetch_optional(&self.relaxed)
            .await
            .map_err(fault)
    }

    async fn set_seeded(&self, shop: &ShopId, digest: &str) -> Result<(), StoreError> {
        let mut writing = self.write().await?;
        query(
            "INSERT INTO seeds (shop, digest) VALUES (?, ?)
             ON CONFLICT (shop) DO UPDATE SET digest = excluded.digest",
        )
        .bind(shop.as_str())
        .bind(digest)
        .execute(&mut *writing.tx)
        .await
        .map_err(fault)?;
        writing.commit().await
    }
}
