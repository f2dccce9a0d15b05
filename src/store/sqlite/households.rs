//! Households, their limits and PINs.

use async_trait::async_trait;
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};

use super::{SqliteStore, corrupt, micros, moment, money, to_json, whole};
use crate::commerce::{
    HouseholdId, Money, ShopId,
    household::Household,
    ports::{HouseholdStore, NewHousehold, StoreError, Try},
};

#[async_trait]
impl HouseholdStore for SqliteStore {
    async fn add_household(&self, shop: &ShopId, new: &NewHousehold) -> Result<bool, StoreError> {
        let members = to_json(&new.members)?;
        let (limit, currency) = (new.limit.minor(), new.limit.currency().code());
        self.write(|db| {
            let added = db
                .prepare_cached(
                    "INSERT INTO households (shop, household, name, members, limit_minor, currency)
                     VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
                )?
                .execute(params![shop.as_str(), new.id.as_str(), new.name, members, limit, currency])?;
            Ok(added == 1)
        })
        .await
    }

    async fn household(
        &self,
        shop: &ShopId,
        id: &HouseholdId,
        now: Timestamp,
    ) -> Result<Option<Household>, StoreError> {
        let row = self.readers.read(|connection| {
            connection
                .prepare_cached(
                    "SELECT name, members, limit_minor, currency, pin_hash IS NOT NULL, locked_until
                     FROM households WHERE shop = ? AND household = ?",
                )?
                .query_row([shop.as_str(), id.as_str()], Row::read)
                .optional()
        })?;
        let Some(row) = row else { return Ok(None) };
        Ok(Some(Household {
            shop: shop.clone(),
            id: id.clone(),
            name: row.name,
            members: serde_json::from_str(&row.members).map_err(corrupt)?,
            limit: money(row.limit, &row.currency)?,
            has_pin: row.has_pin,
            locked_until: row.locked_until.map(moment).transpose()?.filter(|until| *until > now),
        }))
    }

    async fn set_limit(&self, shop: &ShopId, id: &HouseholdId, limit: Money) -> Result<bool, StoreError> {
        let (limit, currency) = (limit.minor(), limit.currency().code());
        self.write(|db| {
            let set = db
                .prepare_cached(
                    "UPDATE households SET limit_minor = ?, currency = ? WHERE shop = ? AND household = ?",
                )?
                .execute(params![limit, currency, shop.as_str(), id.as_str()])?;
            Ok(set == 1)
        })
        .await
    }

    async fn set_pin_hash(&self, shop: &ShopId, id: &HouseholdId, hash: &str) -> Result<bool, StoreError> {
        self.write(|db| {
            let set = db
                .prepare_cached(
                    "UPDATE households SET pin_hash = ?, tries = 0, locked_until = NULL
                     WHERE shop = ? AND household = ?",
                )?
                .execute([hash, shop.as_str(), id.as_str()])?;
            Ok(set == 1)
        })
        .await
    }

    async fn begin_try(
        &self,
        shop: &ShopId,
        id: &HouseholdId,
        most: u32,
        now: Timestamp,
        lock_until: Timestamp,
    ) -> Result<Option<Try>, StoreError> {
        self.write(|db| {
            let row: Option<(Option<String>, i64, Option<i64>)> = db
                .prepare_cached(
                    "SELECT pin_hash, tries, locked_until FROM households WHERE shop = ? AND household = ?",
                )?
                .query_row([shop.as_str(), id.as_str()], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
                .optional()?;
            let Some((hash, tries, locked)) = row else { return Ok(None) };
            let Some(hash) = hash else { return Ok(Some(Try::NotSet)) };
            let until = locked.map(moment).transpose()?;
            if let Some(until) = until.filter(|until| *until > now) {
                return Ok(Some(Try::Locked { until }));
            }
            let before = if until.is_some() { 0 } else { whole(tries)? };
            let left = most.saturating_sub(before + 1);
            let locked = (left == 0).then(|| micros(lock_until));
            count_try(db, shop, id, before + 1, locked)?;
            Ok(Some(Try::Granted { hash, left }))
        })
        .await
    }

    async fn clear_tries(&self, shop: &ShopId, id: &HouseholdId) -> Result<(), StoreError> {
        self.write(|db| count_try(db, shop, id, 0, None)).await
    }
}

/// A household as it is stored.
struct Row {
    name: String,
    members: String,
    limit: i64,
    currency: String,
    has_pin: bool,
    locked_until: Option<i64>,
}

impl Row {
    fn read(row: &rusqlite::Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            name: row.get(0)?,
            members: row.get(1)?,
            limit: row.get(2)?,
            currency: row.get(3)?,
            has_pin: row.get(4)?,
            locked_until: row.get(5)?,
        })
    }
}

fn count_try(
    db: &Connection,
    shop: &ShopId,
    id: &HouseholdId,
    tries: u32,
    locked_until: Option<i64>,
) -> Result<(), StoreError> {
    db.prepare_cached("UPDATE households SET tries = ?, locked_until = ? WHERE shop = ? AND household = ?")?
        .execute(params![tries, locked_until, shop.as_str(), id.as_str()])?;
    Ok(())
}
