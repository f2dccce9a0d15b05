//! Linking codes, authorization codes and links.

use async_trait::async_trait;
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};

use super::{SqliteStore, corrupt, micros, moment};
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
        self.write(|db| {
            let added = db
                .prepare_cached(
                    "INSERT INTO link_codes (shop, hash, household, expires_at)
                     SELECT shop, ?3, household, ?4 FROM households WHERE shop = ?1 AND household = ?2",
                )?
                .execute(params![shop.as_str(), household.as_str(), code.as_bytes(), micros(until)])?;
            Ok(added == 1)
        })
        .await
    }

    async fn grant(&self, grant: &Grant<'_>) -> Result<bool, StoreError> {
        self.write(|db| {
            let shop = grant.shop.as_str();
            let household: Option<String> = db
                .prepare_cached(
                    "DELETE FROM link_codes WHERE shop = ? AND hash = ? AND expires_at > ? RETURNING household",
                )?
                .query_row(params![shop, grant.link_code.as_bytes(), micros(grant.now)], |row| row.get(0))
                .optional()?;
            let Some(household) = household else { return Ok(false) };
            db.prepare_cached(
                "INSERT INTO link_grants (shop, code, household, client, redirect_uri, challenge, expires_at)
                 VALUES (?, ?, ?, ?, ?, ?, ?)",
            )?
            .execute(params![
                shop,
                grant.code.as_bytes(),
                household,
                grant.client.as_str(),
                grant.redirect_uri,
                grant.challenge,
                micros(grant.until),
            ])?;
            Ok(true)
        })
        .await
    }

    async fn redeem(&self, asked: &Redemption<'_>) -> Result<Redeemed, StoreError> {
        self.write(|db| redeem(db, asked)).await
    }

    async fn rotate(&self, asked: &Rotation<'_>) -> Result<Rotated, StoreError> {
        self.write(|db| rotate(db, asked)).await
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
        self.write(|db| {
            let found: Option<(String, String)> = db
                .prepare_cached(
                    "SELECT id, client FROM link_tokens JOIN links ON links.shop = link_tokens.shop AND id = link
                     WHERE link_tokens.shop = ? AND hash = ?",
                )?
                .query_row(params![shop.as_str(), token.as_bytes()], |row| Ok((row.get(0)?, row.get(1)?)))
                .optional()?;
            match found {
                None => Ok(Unlinked::Unknown),
                Some((_, owner)) if owner != client.as_str() => Ok(Unlinked::NotTheirs),
                Some((link, _)) => {
                    remove(db, shop, &link)?;
                    Ok(Unlinked::Gone)
                }
            }
        })
        .await
    }

    async fn links(
        &self,
        shop: &ShopId,
        household: Option<&HouseholdId>,
        limit: u32,
    ) -> Result<Vec<Link>, StoreError> {
        let of = household.map(HouseholdId::as_str);
        let rows: Vec<(String, String, String, i64, i64)> = self.readers.read_long(|db| {
            db.prepare_cached(
                "SELECT id, household, client, linked_at, renewed_at FROM links
                 WHERE shop = ?1 AND (?2 IS NULL OR household = ?2)
                 ORDER BY linked_at DESC, id DESC LIMIT ?3",
            )?
            .query_map(params![shop.as_str(), of, limit], |row| {
                Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?))
            })?
            .collect::<rusqlite::Result<_>>()
        })?;
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
        self.write(|db| remove(db, shop, id.as_str())).await
    }

    async fn forget_expired_links(&self, now: Timestamp) -> Result<u64, StoreError> {
        const EXPIRED: [&str; 3] = [
            "DELETE FROM link_codes WHERE expires_at <= ?",
            "DELETE FROM link_grants WHERE expires_at <= ?",
            "DELETE FROM link_tokens WHERE expires_at <= ?",
        ];
        // Whatever moment it is: without a token that can be used the link says nothing.
        const USELESS: &str = "DELETE FROM links WHERE NOT EXISTS (SELECT 1 FROM link_tokens AS token
             WHERE token.shop = links.shop AND token.link = links.id AND kind = 'refresh' AND spent_at IS NULL)";
        let forgotten = self
            .write(|db| {
                let mut forgotten = 0;
                for sql in EXPIRED {
                    forgotten += db.prepare_cached(sql)?.execute([micros(now)])?;
                }
                forgotten += db.prepare_cached(USELESS)?.execute([])?;
                Ok(forgotten)
            })
            .await?;
        Ok(u64::try_from(forgotten).unwrap_or(u64::MAX))
    }
}

/// Exchanges a code for a link with its tokens. One that comes again is somebody's copy: the link that came of it ends.
fn redeem(db: &Connection, asked: &Redemption<'_>) -> Result<Redeemed, StoreError> {
    let (shop, client, code) = (asked.shop.as_str(), asked.client.as_str(), asked.code.as_bytes());
    let reused = db
        .prepare_cached("DELETE FROM links WHERE shop = ? AND client = ? AND code = ?")?
        .execute(params![shop, client, code])?;
    if reused > 0 {
        return Ok(Redeemed::Reused);
    }
    let household: Option<String> = db
        .prepare_cached(
            "DELETE FROM link_grants WHERE shop = ? AND code = ? AND client = ? AND redirect_uri = ?
             AND challenge IS ? AND expires_at > ? RETURNING household",
        )?
        .query_row(
            params![shop, code, client, asked.redirect_uri, asked.challenge, micros(asked.now)],
            |row| row.get(0),
        )
        .optional()?;
    let Some(household) = household else { return Ok(Redeemed::Refused) };
    db.prepare_cached(
        "INSERT INTO links (shop, id, household, client, code, linked_at, renewed_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6)",
    )?
    .execute(params![shop, asked.link.as_str(), household, client, code, micros(asked.now)])?;
    insert_tokens(db, asked.shop, asked.link.as_str(), None, &asked.fresh)?;
    Ok(Redeemed::Linked)
}
