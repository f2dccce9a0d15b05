//! Orders with their events and the outcomes of their confirmations.

use std::sync::Arc;

use async_trait::async_trait;

use super::{SqliteStore, read, recent::Kept, to_json, write};
use crate::{
    commerce::{
        HouseholdId, IdempotencyKey, OrderId, OrderNumber, ShopId,
        desk::PlaceOutcome,
        order::Order,
        ports::{Change, Confirmation, OrderStore, Recorded, Reservation, Reserved, StoreError},
        purchase::Purchase,
    },
    database::Synchronous,
};

#[async_trait]
impl OrderStore for SqliteStore {
    async fn reserve(&self, batch: &[Reservation<'_>]) -> Result<Vec<Reserved>, StoreError> {
        self.write(|db| batch.iter().map(|reservation| write::reserve(db, reservation)).collect()).await
    }

    async fn save_refusal(
        &self,
        shop: &ShopId,
        household: &HouseholdId,
        key: &IdempotencyKey,
        fingerprint: &str,
        outcome: &PlaceOutcome,
    ) -> Result<bool, StoreError> {
        let outcome = to_json(outcome)?;
        self.write(|db| {
            let saved = db
                .prepare_cached(
                    "INSERT INTO confirmations (shop, household, key, fingerprint, order_id, outcome)
                     VALUES (?, ?, ?, ?, NULL, ?) ON CONFLICT DO NOTHING",
                )?
                .execute([shop.as_str(), household.as_str(), key.as_str(), fingerprint, &outcome])?;
            Ok(saved == 1)
        })
        .await
    }

    async fn confirmation(
        &self,
        shop: &ShopId,
        household: &HouseholdId,
        key: &IdempotencyKey,
    ) -> Result<Option<Confirmation>, StoreError> {
        self.readers.read(|db| read::confirmation(db, shop, household, key))
    }

    async fn append(&self, change: Change<'_>) -> Result<(), StoreError> {
        let sync = if change.recoverable { Synchronous::Normal } else { Synchronous::Full };
        self.write_with(sync, |db| write::append(db, &change)).await
    }

    async fn order(&self, shop: &ShopId, id: &OrderId) -> Result<Option<Order>, StoreError> {
        self.readers.read(|db| read::order(db, shop, id))
    }

    async fn order_numbered(&self, shop: &ShopId, number: OrderNumber) -> Result<Option<Order>, StoreError> {
        self.readers.read(|db| read::order_numbered(db, shop, number))
    }

    async fn orders(
        &self,
        shop: &ShopId,
        household: Option<&HouseholdId>,
        limit: u32,
    ) -> Result<Arc<[Order]>, StoreError> {
        let Some(household) = household else {
            return Ok(self.readers.read_long(|db| read::orders(db, shop, limit))?.into());
        };
        let read = || self.readers.read(|db| read::orders_of(db, shop, household, limit));
        let wanted = ((shop.clone(), household.clone()), limit);
        let changes = || self.readers.read(|db| read::changes(db, shop, household));
        self.recent.list(wanted, Kept::orders, changes, read).await
    }

    async fn orders_due(&self, limit: u32) -> Result<Vec<Order>, StoreError> {
        self.readers.read_long(|db| read::orders_due(db, limit))
    }

    async fn purchases(
        &self,
        shop: &ShopId,
        household: &HouseholdId,
        limit: u32,
    ) -> Result<Arc<[Purchase]>, StoreError> {
        let wanted = ((shop.clone(), household.clone()), limit);
        let changes = || self.readers.read(|db| read::changes(db, shop, household));
        let read = || self.readers.read(|db| read::purchases_of(db, shop, household, limit));
        self.recent.list(wanted, Kept::purchases, changes, read).await
    }

    async fn events_after(
        &self,
        shop: &ShopId,
        position: i64,
        limit: u32,
    ) -> Result<Vec<Recorded>, StoreError> {
        self.readers.read_long(|db| read::events_after(db, shop, position, limit))
    }
}
