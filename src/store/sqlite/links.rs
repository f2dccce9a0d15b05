//! Linking codes, authorization codes and links.

use async_trait::async_trait;
use jiff::Timestamp;
use rusqlite::{OptionalExtension, params};
use sqlx::{QueryBuilder, Sqlite, query, query_as, query_scalar};

use super::{SqliteStore, corrupt, fault, micros, moment};
use crate::commerce::{
    ClientId, HouseholdId, LinkId, ShopId,
    linking::SecretHash,
    ports::{Grant, Link, LinkStore, Redeemed, Redemption, Rotated, Rotation, StoreError, Unlinked},
};

mod tokens;

use tokens::{insert_tokens, remove, rotate};

#[async_trait]
impl LinkStore for SqliteStore {
    async fn add_link_code(
        &self,
        shop: &ShopId,
        household: &HouseholdId,
        code: SecretHash,
        until: Timestamp,
    ) -> Result<bool, StoreError> {
        let mut writing = self.write().await?;
        let done = query(
            "INSERT INTO link_codes (shop, hash, household, expires_at)
             SELECT shop, ?3, household, ?4 FROM households WHERE shop = ?1 AND household = ?2",
        )
        .bind(shop.as_str())
        .bind(household.as_str())
        .bind(code.as_bytes())
        .bind(micros(until))
        .execute(&mut *writing.tx)
        .await
        .map_err(fault)?;
        writing.commit().await?;
        Ok(done.rows_affected() == 1)
    }

    async fn grant(&self, grant: &Grant<'_>) -> Result<bool, StoreError> {
        let mut writing = self.write().await?;
        let household: Option<String> = query_scalar(
            "DELETE FROM link_codes WHERE shop = ? AND hash = ? AND expires_at > ? RETURNING household",
        )
        .bind(grant.shop.as_str())
        .bind(grant.link_code.as_bytes())
        .bind(micros(grant.now))
        .fetch_optional(&mut *writing.tx)
        .await
        .map_err(fault)?;
        let Some(household) = household else { return Ok(false) };
        query(
            "INSERT INTO link_grants (shop, code, household, client, redirect_uri, challenge, expires_at)
             VALUES (?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(grant.shop.as_str())
        .bind(grant.code.as_bytes())
        .bind(household)
        .bind(grant.client.as_str())
        .bind(grant.redirect_uri)
        .bind(grant.challenge)
        .bind(micros(grant.until))
        .execute(&mut *writing.tx)
        .await
        .map_err(fault)?;
        writing.commit().await?;
        Ok(true)
    }

    async fn redeem(&self, asked: &Redemption<'_>) -> Result<Redeemed, StoreError> {
        let mut writing = self.write().await?;
        let reused = query("DELETE FROM links WHERE shop = ? AND client = ? AND code = ?")
            .bind(asked.shop.as_str())
            .bind(asked.client.as_str())
            .bind(asked.code.as_bytes())
            .execute(&mut *writing.tx)
            .await
            .map_err(fault)?;
        if reused.rows_affected() > 0 {
            writing.commit().await?;
            return Ok(Redeemed::Reused);
        }
        let household: Option<String> = query_scalar(
            "DELETE FROM link_grants WHERE shop = ? AND code = ? AND client = ? AND redirect_uri = ?
             AND challenge IS ? AND expires_at > ? RETURNING household",
        )
        .bind(asked.shop.as_str())
        .bind(asked.code.as_bytes())
        .bind(asked.client.as_str())
        .bind(asked.redirect_uri)
        .bind(asked.challenge)
        .bind(micros(asked.now))
        .fetch_optional(&mut *writing.tx)
        .await
        .map_err(fault)?;
        let Some(household) = household else { return Ok(Redeemed::Refused) };
        query(
            "INSERT INTO links (shop, id, household, client, code, linked_at, renewed_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6)",
        )
        .bind(asked.shop.as_str())
        .bind(asked.link.as_str())
        .bind(household)
        .bind(asked.client.as_str())
        .bind(asked.code.as_bytes())
        .bind(micros(asked.now))
        .execute(&mut *writing.tx)
        .await
        .map_err(fault)?;
        insert_tokens(&mut writing.tx, asked.shop, asked.link.as_str(), None, &asked.fresh).await?;
        writing.commit().await?;
        Ok(Redeemed::Linked)
    }

    async fn rotate(&self, asked: &Rotation<'_>) -> Result<Rotated, StoreError> {
        let mut writing = self.write().await?;
        let rotated = rotate(&mut writing.tx, asked).await?;
        writing.commit().await?;
        Ok(rotated)
    }

    async fn household_of(
        &self,
        shop: &ShopId,
        access: SecretHash,
        now: Timestamp,
    ) -> Result<Option<HouseholdId>, StoreError> {
        let found: Option<String> = self.readers.read(|connection| {
            connection
                .prepare_cached(
                    "SELECT household FROM link_tokens JOIN links ON links.shop = link_tokens.shop AND id = link
                     WHERE link_tokens.shop = ? AND hash = ? AND kind = 'access' AND expires_at > ?",
                )?
                .query_row(params![shop.as_str(), access.as_bytes(), micros(now)], |row| row.get(0))
                .optional()
        })?;
        found.map(|id| HouseholdId::new(id).map_err(corrupt)).transpose()
    }

    async fn unlink(
        &self,
        shop: &ShopId,
        client: &ClientId,
        token: SecretHash,
    ) -> Result<Unlinked, StoreError> {
        let mut writing = self.write().await?;
        let found: Option<(String, String)> = query_as(
            "SELECT id, client FROM link_tokens JOIN links ON links.shop = link_tokens.shop AND id = link
             WHERE link_tokens.shop = ? AND hash = ?",
        )
        .bind(shop.as_str())
        .bind(token.as_bytes())
        .fetch_optional(&mut *writing.tx)
        .await
        .map_err(fault)?;
        match found {
            None => Ok(Unlinked::Unknown),
            Some((_, owner)) if owner != client.as_str() => Ok(Unlinked::NotTheirs),
            Some((link, _)) => {
                remove(&mut writing.tx, shop, &link).await?;
                writing.commit().await?;
                Ok(Unlinked::Gone)
            }
        }
    }

    async fn links(
        &self,
        shop: &ShopId,
        household: Option<&HouseholdId>,
        limit: u32,
    ) -> Result<Vec<Link>, StoreError> {
        let mut sql: QueryBuilder<Sqlite> =
            QueryBuilder::new("SELECT id, household, client, linked_at, renewed_at FROM links WHERE shop = ");
        sql.push_bind(shop.as_str());
        if let Some(household) = household {
            sql.push(" AND household = ").push_bind(household.as_str());
        }
        sql.push(" ORDER BY linked_at DESC, id DESC LIMIT ").push_bind(limit);
        let rows: Vec<(String, String, String, i64, i64)> =
            sql.build_query_as().fetch_all(&self.relaxed).await.map_err(fault)?;
        let link = |(id, household, client, linked, renewed): (String, String, String, i64, i64)| {
            Ok(Link {
                id: LinkId::new(id).map_err(corrupt)?,
                household: HouseholdId::new(household).map_err(corrupt)?,
                client: ClientId::new(client).map_err(corrupt)?,
                linked_at: moment(linked)?,
                renewed_at: moment(renewed)?,
            })
        };
        rows.into_iter().map(link).collect()
    }

    async fn remove_link(&self, shop: &ShopId, id: &LinkId) -> Result<bool, StoreError> {
        let mut writing = self.write().await?;
        let removed = remove(&mut writing.tx, shop, id.as_str()).await?;
        writing.commit().await?;
        Ok(removed)
    }

    async fn forget_expired_links(&self, now: Timestamp) -> Result<u64, StoreError> {
        let mut writing = self.write().await?;
        let mut forgotten = 0;
        for sql in [
            "DELETE FROM link_codes WHERE expires_at <= ?",
            "DELETE FROM link_grants WHERE expires_at <= ?",
            "DELETE FROM link_tokens WHERE expires_at <= ?",
            // Whatever moment it is: without a token that can be used the link says nothing.
            "DELETE FROM links WHERE ?1 = ?1 AND NOT EXISTS (SELECT 1 FROM link_tokens AS token
             WHERE token.shop = links.shop AND token.link = links.id AND kind = 'refresh' AND spent_at IS NULL)",
        ] {
            let done = query(sql).bind(micros(now)).execute(&mut *writing.tx).await.map_err(fault)?;
            forgotten += done.rows_affected();
        }
        writing.commit().await?;
        Ok(forgotten)
    }
}
