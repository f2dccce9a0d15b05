//! The tokens of links: fresh ones, and those that replace spent ones.

use rusqlite::{Connection, OptionalExtension, params};

use super::super::micros;
use crate::commerce::{
    ShopId,
    linking::SecretHash,
    ports::{FreshTokens, MAX_LIVE, MAX_SUCCESSORS, Rotated, Rotation, StoreError},
};

/// What is known of a refresh token: its link, the client, its parent, and whether its time is over.
type Known = (String, String, Option<Vec<u8>>, Option<i64>, i64);

/// Replaces a refresh token by a fresh pair. One that comes again later than the overlap, or after what came of it
/// was used, is somebody's copy: the link ends.
pub(super) fn rotate(db: &Connection, asked: &Rotation<'_>) -> Result<Rotated, StoreError> {
    let known: Option<Known> = db
        .prepare_cached(
            "SELECT id, client, parent, spent_at, expires_at FROM link_tokens
             JOIN links ON links.shop = link_tokens.shop AND id = link
             WHERE link_tokens.shop = ? AND hash = ? AND kind = 'refresh'",
        )?
        .query_row(params![asked.shop.as_str(), asked.refresh.as_bytes()], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?))
        })
        .optional()?;
    let Some((link, client, parent, spent, expires)) = known else { return Ok(Rotated::Refused) };
    if client != asked.client.as_str() {
        return Ok(Rotated::Refused);
    }
    if let Some(spent) = spent {
        match once_more(db, asked, spent)? {
            OnceMore::Yes => {}
            OnceMore::TooOften => return Ok(Rotated::Refused),
            OnceMore::Copied => {
                remove(db, asked.shop, &link)?;
                return Ok(Rotated::Reused);
            }
        }
    }
    if spent.is_none() && expires <= micros(asked.now) || live(db, asked, &link)? >= MAX_LIVE as i64 {
        return Ok(Rotated::Refused);
    }
    if spent.is_none() {
        spend(db, asked, parent)?;
    }
    insert_tokens(db, asked.shop, &link, Some(asked.refresh), &asked.fresh)?;
    db.prepare_cached("UPDATE links SET renewed_at = ? WHERE shop = ? AND id = ?")?.execute(params![
        micros(asked.now),
        asked.shop.as_str(),
        link
    ])?;
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

fn once_more(db: &Connection, asked: &Rotation<'_>, spent: i64) -> Result<OnceMore, StoreError> {
    let since = micros(asked.now).saturating_sub(spent);
    if since >= i64::try_from(asked.overlap.as_micros()).unwrap_or(i64::MAX) {
        return Ok(OnceMore::Copied);
    }
    let (successors, used): (i64, i64) = db
        .prepare_cached(
            "SELECT COUNT(*), COUNT(spent_at) FROM link_tokens
             WHERE shop = ? AND parent = ? AND kind = 'refresh'",
        )?
        .query_row(params![asked.shop.as_str(), asked.refresh.as_bytes()], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })?;
    Ok(match used {
        0 if successors < MAX_SUCCESSORS as i64 => OnceMore::Yes,
        0 => OnceMore::TooOften,
        _ => OnceMore::Copied,
    })
}

/// How many access tokens of a link are good now.
fn live(db: &Connection, asked: &Rotation<'_>, link: &str) -> Result<i64, StoreError> {
    let live = db
        .prepare_cached(
            "SELECT COUNT(*) FROM link_tokens
             WHERE shop = ? AND link = ? AND kind = 'access' AND expires_at > ?",
        )?
        .query_row(params![asked.shop.as_str(), link, micros(asked.now)], |row| row.get(0))?;
    Ok(live)
}

/// The token is replaced, and those that came of the same token are retired.
fn spend(db: &Connection, asked: &Rotation<'_>, parent: Option<Vec<u8>>) -> Result<(), StoreError> {
    db.prepare_cached(
        "UPDATE link_tokens SET spent_at = 0 WHERE shop = ? AND parent = ? AND kind = 'refresh'",
    )?
    .execute(params![asked.shop.as_str(), parent])?;
    db.prepare_cached("UPDATE link_tokens SET spent_at = ? WHERE shop = ? AND hash = ?")?
        .execute(params![micros(asked.now), asked.shop.as_str(), asked.refresh.as_bytes()])?;
    Ok(())
}

/// A fresh pair of tokens; `parent` is the refresh token that it replaces.
pub(super) fn insert_tokens(
    db: &Connection,
    shop: &ShopId,
    link: &str,
    parent: Option<SecretHash>,
    fresh: &FreshTokens,
) -> Result<(), StoreError> {
    let parent = parent.as_ref().map(SecretHash::as_bytes);
    let mut insert = db.prepare_cached(
        "INSERT INTO link_tokens (shop, hash, link, kind, parent, expires_at) VALUES (?, ?, ?, ?, ?, ?)",
    )?;
    for (kind, hash, until) in
        [("access", fresh.access, fresh.access_until), ("refresh", fresh.refresh, fresh.refresh_until)]
    {
        insert.execute(params![shop.as_str(), hash.as_bytes(), link, kind, parent, micros(until)])?;
    }
    Ok(())
}

/// Ends a link with all its tokens; `false` where there is none.
pub(super) fn remove(db: &Connection, shop: &ShopId, link: &str) -> Result<bool, StoreError> {
    let removed =
        db.prepare_cached("DELETE FROM links WHERE shop = ? AND id = ?")?.execute([shop.as_str(), link])?;
    Ok(removed == 1)
}
