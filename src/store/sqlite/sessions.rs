//! Conversations: saved at every turn, without waiting for the disk.

use async_trait::async_trait;
use jiff::Timestamp;
use sqlx::{query, query_as};

use super::{SqliteStore, corrupt, fault, micros};
use crate::commerce::{
    HouseholdId, SessionId, ShopId,
    ports::{MAX_PAYLOAD, SavedSession, SessionSaved, SessionStore, StoreError},
};

#[async_trait]
impl SessionStore for SqliteStore {
    async fn load(
        &self,
        shop: &ShopId,
        household: &HouseholdId,
        session: &SessionId,
    ) -> Result<Option<SavedSession>, StoreError> {
        let row: Option<(String, i64)> = query_as(
            "SELECT payload, version FROM sessions WHERE shop = ? AND household = ? AND session = ?",
        )
        .bind(shop.as_str())
        .bind(household.as_str())
        .bind(session.as_str())
        .fetch_optional(&self.relaxed)
        .await
        .map_err(fault)?;
        let Some((payload, version)) = row else { return Ok(None) };
        Ok(Some(SavedSession { payload, version: u64::try_from(version).map_err(corrupt)? }))
    }

    async fn save(
        &self,
        shop: &ShopId,
        household: &HouseholdId,
        session: &SessionId,
        payload: &str,
        expected: u64,
        now: Timestamp,
    ) -> Result<SessionSaved, StoreError> {
        if payload.len() > MAX_PAYLOAD {
            return Err(StoreError::TooLarge(payload.len()));
        }
        let _turn = self.turn().await;
        let sql = if expected == 0 {
            "INSERT INTO sessions (shop, household, session, payload, version, saved_at)
             VALUES (?1, ?2, ?3, ?4, ?5 + 1, ?6) ON CONFLICT DO NOTHING"
        } else {
            "UPDATE sessions SET payload = ?4, version = version + 1, saved_at = ?6
             WHERE shop = ?1 AND household = ?2 AND session = ?3 AND version = ?5"
        };
        let done = query(sql)
            .bind(shop.as_str())
            .bind(household.as_str())
            .bind(session.as_str())
            .bind(payload)
            .bind(i64::try_from(expected).map_err(corrupt)?)
            .bind(micros(now))
            .execute(&self.relaxed)
            .await
            .map_err(fault)?;
        Ok(if done.rows_affected() == 1 { SessionSaved::Saved(expected + 1) } else { SessionSaved::Conflict })
    }

    async fn forget(
        &self,
        shop: &ShopId,
        household: &HouseholdId,
        session: &SessionId,
    ) -> Result<bool, StoreError> {
        let _turn = self.turn().await;
        let done = query("DELETE FROM sessions WHERE shop = ? AND household = ? AND session = ?")
            .bind(shop.as_str())
            .bind(household.as_str())
            .bind(session.as_str())
            .execute(&self.relaxed)
            .await
            .map_err(fault)?;
        Ok(done.rows_affected() == 1)
    }

    async fn forget_idle(&self, before: Timestamp) -> Result<u64, StoreError> {
        let _turn = self.turn().await;
        let done = query("DELETE FROM sessions WHERE saved_at < ?")
            .bind(micros(before))
            .execute(&self.relaxed)
            .await
            .map_err(fault)?;
        Ok(done.rows_affected())
    }
}
