//! The tokens of links: fresh ones, and those that replace spent ones.

use sqlx::{SqliteConnection, query, query_as, query_scalar};

use super::super::{fault, micros};
use crate::commerce::{
    ShopId,
    linking::SecretHash,
    ports::{FreshTokens, MAX_LIVE, MAX_SUCCESSORS, Rotated, Rotation, StoreError},
};

/// What is known of a refresh token: its link, the client, its parent, and whether its time is over.
type Known = (String, String, Option<Vec<u8>>, Option<i64>, i64);

/// Replaces a refresh token by a fresh pair. One that comes again later than the overlap, or after what came of it
/// was used, is somebody's copy: the link ends.
pub(super) async fn rotate(db: &mut SqliteConnection, asked: &Rotation<'_>) -> Result<Rotated, StoreError> {
    let known: Option<Known> = query_as(
        "SELECT id, client, parent, spent_at, expires_at FROM link_tokens
         JOIN links ON links.shop = link_tokens.shop AND id = link
         WHERE link_tokens.shop = ? AND hash = ? AND kind = 'refresh'",
    )
    .bind(asked.shop.as_str())
    .bind(asked.refresh.as_bytes())
    .fetch_optional(&mut *db)
    .await
    .map_err(fault)?;
    let Some((link, client, parent, spent, expires)) = known else { return Ok(Rotated::Refused) };
    if client != asked.client.as_str() {
        return Ok(Rotated::Refused);
    }
    if let Some(spent) = spent {
        match once_more(db, asked, spent).await? {
            OnceMore::Yes => {}
            OnceMore::TooOften => return Ok(Rotated::Refused),
            OnceMore::Copied => {
                remove(db, asked.shop, &link).await?;
                return Ok(Rotated::Reused);
            }
        }
    }
    if spent.is_none() && expires <= micros(asked.now) || live(db, asked, &link).await? >= MAX_LIVE as i64 {
        return Ok(Rotated::Refused);
    }
    if spent.is_none() {
        spend(db, asked, parent).await?;
    }
    insert_tokens(db, asked.shop, &link, Some(asked.refresh), &asked.fresh).await?;
    query("UPDATE links SET renewed_at = ? WHERE shop = ? AND id = ?")
        .bind(micros(asked.now))
        .bind(asked.shop.as_str())
        .bind(&link)
        .execute(db)
        .await
        .map_err(fault)?;
    Ok(Rotated::Fresh)
}

/// Whether a token that was replaced may come once more.
enum OnceMore {
    Yes,
    /// It came so often that its answers are not just lost.
    TooOften,
    /// Its time is over, or what came of it was used: two have it.
    Copied,
}

async fn once_more(
    db: &mut SqliteConnection,
    asked: &Rotation<'_>,
    spent: i64,
) -> Result<OnceMore, StoreError> {
    let since = micros(asked.now).saturating_sub(spent);
    if since >= i64::try_from(asked.overlap.as_micros()).unwrap_or(i64::MAX) {
        return Ok(OnceMore::Copied);
    }
    let (successors, used): (i64, i64) = query_as(
        "SELECT COUNT(*), COUNT(spent_at) FROM link_tokens WHERE shop = ? AND parent = ? AND kind = 'refresh'",
    )
    .bind(asked.shop.as_str())
    .bind(asked.refresh.as_bytes())
    .fetch_one(db)
    .await
    .map_err(fault)?;
    Ok(match used {
        0 if successors < MAX_SUCCESSORS as i64 => OnceMore::Yes,
        0 => OnceMore::TooOften,
        _ => OnceMore::Copied,
    })
}

/// How many access tokens of a link are good now.
async fn live(db: &mut SqliteConnection, asked: &Rotation<'_>, link: &str) -> Result<i64, StoreError> {
    query_scalar(
        "SELECT COUNT(*) FROM link_tokens WHERE shop = ? AND link = ? AND kind = 'access' AND expires_at > ?",
    )
    .bind(asked.shop.as_str())
    .bind(link)
    .bind(micros(asked.now))
    .fetch_one(db)
    .await
    .map_err(fault)
}

/// The token is replaced, and those that came of the same token are retired.
async fn spend(
    db: &mut SqliteConnection,
    asked: &Rotation<'_>,
    parent: Option<Vec<u8>>,
) -> Result<(), StoreError> {
    query("UPDATE link_tokens SET spent_at = 0 WHERE shop = ? AND parent = ? AND kind = 'refresh'")
        .bind(asked.shop.as_str())
        .bind(parent)
        .execute(&mut *db)
        .await
        .map_err(fault)?;
    query("UPDATE link_tokens SET spent_at = ? WHERE shop = ? AND hash = ?")
        .bind(micros(asked.now))
        .bind(asked.shop.as_str())
        .bind(asked.refresh.as_bytes())
        .execute(db)
        .await
        .map_err(fault)?;
    Ok(())
}

/// A fresh pair of tokens; `parent` is the refresh token that it replaces.
pub(super) async fn insert_tokens(
    db: &mut SqliteConnection,
    shop: &ShopId,
    link: &str,
    parent: Option<SecretHash>,
    fresh: &FreshTokens,
) -> Result<(), StoreError> {
    for (kind, hash, until) in
        [("access", fresh.access, fresh.access_until), ("refresh", fresh.refresh, fresh.refresh_until)]
    {
        query(
            "INSERT INTO link_tokens (shop, hash, link, kind, parent, expires_at) VALUES (?, ?, ?, ?, ?, ?)",
        )
        .bind(shop.as_str())
        .bind(hash.as_bytes())
        .bind(link)
        .bind(kind)
        .bind(parent.as_ref().map(SecretHash::as_bytes))
        .bind(micros(until))
        .execute(&mut *db)
        .await
        .map_err(fault)?;
    }
    Ok(())
}

/// Ends a link with all its tokens; `false` where there is none.
pub(super) async fn remove(db: &mut SqliteConnection, shop: &ShopId, link: &str) -> Result<bool, StoreError> {
    let done = query("DELETE FROM links WHERE shop = ? AND id = ?")
        .bind(shop.as_str())
        .bind(link)
        .execute(db)
        .await
        .map_err(fault)?;
    Ok(done.rows_affected() == 1)
}
