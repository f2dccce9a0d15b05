//! Orders with their events and the outcomes of their confirmations.

use std::sync::Arc;

use async_trait::async_trait;
use sqlx::query;

use super::{SqliteStore, fault, read, recent::Kept, to_json, write};
use crate::commerce::{
    HouseholdId, IdempotencyKey, OrderId, OrderNumber, ShopId,
    desk::PlaceOutcome,
    order::Order,
    ports::{Change, Confirmation, OrderStore, Recorded, Reservation, Reserved, StoreError},
    purchase::Purchase,
};

#[async_trait]
impl OrderStore for SqliteStore {
    async fn reserve(&self, batch: &[Reservation<'_>]) -> Result<Vec<Reserved>, StoreError> {
        let mut writing = self.write().await?;
        let mut reserved = Vec::with_capacity(batch.len());
        for reservation in batch {
            reserved.push(write::reserve(&mut writing.tx, reservation).await?);
        }
        writing.commit().await?;
        Ok(reserved)
    }

    async fn save_refusal(
        &self,
        shop: &ShopId,
        household: &HouseholdId,
        key: &IdempotencyKey,
        fingerprint: &str,
        outcome: &PlaceOutcome,
    ) -> Result<bool, StoreError> {
        let mut writing = self.write().await?;
        let done = query(
            "INSERT INTO confirmations (shop, household, key, fingerprint, order_id, outcome)
             VALUES (?, ?, ?, ?, NULL, ?) ON CONFLICT DO NOTHING",
        )
        .bind(shop.as_str())
        .bind(household.as_str())
        .bind(key.as_str())
        .bind(fingerprint)
        .bind(to_json(outcome)?)
        .execute(&mut *writing.tx)
        .await
        .map_err(fault)?;
        writing.commit().await?;
        Ok(done.rows_affected() == 1)
    }

    async fn confirmation(
        &self,
        shop: &ShopId,
        household: &HouseholdId,
        key: &IdempotencyKey,
    ) -> Result<Option<Confirmation>, StoreError> {
        let mut connection = self.relaxed.acquire().await.map_err(fault)?;
        read::confirmation(&mut connection, shop, household, key).await
    }

    async fn append(&self, change: Change<'_>) -> Result<(), StoreError> {
        let mut writing = self.begin(if change.recoverable { &self.relaxed } else { &self.durable }).await?;
        write::append(&mut writing.tx, &change).await?;
        writing.commit().await
    }

    async fn order(&self, shop: &ShopId, id: &OrderId) -> Result<Option<Order>, StoreError> {
        read::order(&self.relaxed, shop, id).await
    }

    async fn order_numbered(&self, shop: &ShopId, number: OrderNumber) -> Result<Option<Order>, StoreError> {
        read::order_numbered(&self.relaxed, shop, number).await
    }

    async fn orders(
        &self,
        shop: &ShopId,
        household: Option<&HouseholdId>,
        limit: u32,
    ) -> Result<Arc<[Order]>, StoreError> {
        let Some(household) = household else {
            return Ok(read::orders(&self.relaxed, shop, limit).await?.into());
        };
        let read = || read::orders_of(&self.readers, shop, household, limit);
        let wanted = ((shop.clone(), household.clone()), limit);
        let changes = || read::changes(&self.readers, shop, household);
        self.recent.list(wanted, Kept::orders, changes, read).await
    }

    async fn orders_due(&self, limit: u32) -> Result<Vec<Order>, StoreError> {
        read::orders_due(&self.relaxed, limit).await
    }

    async fn purchases(
        &self,
        shop: &ShopId,
        household: &HouseholdId,
        limit: u32,
    ) -> Result<Arc<[Purchase]>, StoreError> {
        let wanted = ((shop.clone(), household.clone()), limit);
        let changes = || read::changes(&self.readers, shop, household);
        let read = || read::purchases_of(&self.readers, shop, household, limit);
        self.recent.list(wanted, Kept::purchases, changes, read).await
    }

    async fn events_after(
        &self,
        shop: &ShopId,
        position: i64,
        limit: u32,
    ) -> Result<Vec<Recorded>, StoreError> {
        read::events_after(&self.relaxed, shop, position, limit).await
    }
}
