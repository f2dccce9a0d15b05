//! Linking codes, authorization codes, links and their tokens.

use std::collections::HashMap;

use async_trait::async_trait;
use jiff::Timestamp;

use super::MemoryStore;
use crate::commerce::{
    ClientId, HouseholdId, LinkId, ShopId,
    linking::SecretHash,
    ports::{
        FreshTokens, Grant, Link, LinkStore, MAX_LIVE, MAX_SUCCESSORS, Redeemed, Redemption, Rotated,
        Rotation, StoreError, TokenKind, Unlinked,
    },
};

/// All of it, of all shops.
#[derive(Clone, Default)]
pub(super) struct Links {
    codes: HashMap<(ShopId, SecretHash), (HouseholdId, Timestamp)>,
    grants: HashMap<(ShopId, SecretHash), GrantRow>,
    links: Vec<LinkRow>,
    tokens: HashMap<(ShopId, SecretHash), TokenRow>,
}

#[derive(Clone)]
struct GrantRow {
    household: HouseholdId,
    client: ClientId,
    redirect_uri: String,
    challenge: Option<String>,
    until: Timestamp,
}

#[derive(Clone)]
struct LinkRow {
    shop: ShopId,
    code: SecretHash,
    link: Link,
}

#[derive(Clone)]
struct TokenRow {
    link: LinkId,
    kind: TokenKind,
    parent: Option<SecretHash>,
    spent_at: Option<Timestamp>,
    until: Timestamp,
}

impl Links {
    fn link(&self, shop: &ShopId, id: &LinkId) -> Option<&Link> {
        self.links.iter().find(|row| &row.shop == shop && &row.link.id == id).map(|row| &row.link)
    }

    fn insert(&mut self, shop: &ShopId, link: &LinkId, parent: Option<SecretHash>, fresh: &FreshTokens) {
        for (kind, hash, until) in [
            (TokenKind::Access, fresh.access, fresh.access_until),
            (TokenKind::Refresh, fresh.refresh, fresh.refresh_until),
        ] {
            let row = TokenRow { link: link.clone(), kind, parent, spent_at: None, until };
            self.tokens.insert((shop.clone(), hash), row);
        }
    }

    fn remove(&mut self, shop: &ShopId, id: &LinkId) -> bool {
        let before = self.links.len();
        self.links.retain(|row| &row.shop != shop || &row.link.id != id);
        self.tokens.retain(|(of, _), row| of != shop || &row.link != id);
        self.links.len() < before
    }

    /// Refresh tokens that came of another.
    fn successors<'a>(
        &'a mut self,
        shop: &'a ShopId,
        parent: SecretHash,
    ) -> impl Iterator<Item = &'a mut TokenRow> {
        let of = move |(of, _): &(ShopId, SecretHash), row: &TokenRow| {
            of == shop && row.parent == Some(parent) && row.kind == TokenKind::Refresh
        };
        self.tokens.iter_mut().filter(move |(place, row)| of(place, row)).map(|(_, row)| row)
    }

    /// How many access tokens of a link are good now.
    fn live(&self, asked: &Rotation<'_>, link: &LinkId) -> usize {
        let of = |(shop, _): &(ShopId, SecretHash), row: &TokenRow| {
            shop == asked.shop && &row.link == link && row.kind == TokenKind::Access && row.until > asked.now
        };
        self.tokens.iter().filter(|(place, row)| of(place, row)).count()
    }

    fn rotate(&mut self, asked: &Rotation<'_>) -> Rotated {
        let place = (asked.shop.clone(), asked.refresh);
        let known = self.tokens.get(&place).filter(|row| row.kind == TokenKind::Refresh).cloned();
        let Some(row) = known else { return Rotated::Refused };
        if self.link(asked.shop, &row.link).is_none_or(|link| &link.client != asked.client) {
            return Rotated::Refused;
        }
        if let Some(spent) = row.spent_at {
            let (mut successors, mut used) = (0, 0);
            for one in self.successors(asked.shop, asked.refresh) {
                successors += 1;
                used += usize::from(one.spent_at.is_some());
            }
            let soon = asked.now.duration_since(spent) < asked.overlap;
            if soon && used == 0 && successors >= MAX_SUCCESSORS {
                return Rotated::Refused;
            }
            if !soon || used > 0 {
                self.remove(asked.shop, &row.link);
                return Rotated::Reused;
            }
        }
        if row.spent_at.is_none() && row.until <= asked.now || self.live(asked, &row.link) >= MAX_LIVE {
            return Rotated::Refused;
        }
        if row.spent_at.is_none() {
            if let Some(parent) = row.parent {
                self.successors(asked.shop, parent)
                    .for_each(|one| one.spent_at = Some(Timestamp::UNIX_EPOCH));
            }
            if let Some(row) = self.tokens.get_mut(&place) {
                row.spent_at = Some(asked.now);
            }
        }
        self.insert(asked.shop, &row.link, Some(asked.refresh), &asked.fresh);
        let links = self.links.iter_mut();
        for one in links.filter(|one| &one.shop == asked.shop && one.link.id == row.link) {
            one.link.renewed_at = asked.now;
        }
        Rotated::Fresh
    }

    fn redeem(&mut self, asked: &Redemption<'_>) -> Redeemed {
        let came_of = |row: &&LinkRow| {
            &row.shop == asked.shop && row.code == asked.code && &row.link.client == asked.client
        };
        if let Some(id) = self.links.iter().find(came_of).map(|row| row.link.id.clone()) {
            self.remove(asked.shop, &id);
            return Redeemed::Reused;
        }
        let place = (asked.shop.clone(), asked.code);
        let fits = self.grants.get(&place).is_some_and(|grant| {
            &grant.client == asked.client
                && grant.redirect_uri == asked.redirect_uri
                && grant.challenge.as_deref() == asked.challenge
                && grant.until > asked.now
        });
        let Some(grant) = self.grants.remove_if(&place, fits) else { return Redeemed::Refused };
        let link = Link {
            id: asked.link.clone(),
            household: grant.household,
            client: grant.client,
            linked_at: asked.now,
            renewed_at: asked.now,
        };
        self.links.push(LinkRow { shop: asked.shop.clone(), code: asked.code, link });
        self.insert(asked.shop, asked.link, None, &asked.fresh);
        Redeemed::Linked
    }
}

/// A map from which something is taken only if it fits.
trait RemoveIf<K, V> {
    fn remove_if(&mut self, key: &K, fits: bool) -> Option<V>;
}

impl<K: Eq + std::hash::Hash, V> RemoveIf<K, V> for HashMap<K, V> {
    fn remove_if(&mut self, key: &K, fits: bool) -> Option<V> {
        if fits { self.remove(key) } else { None }
    }
}

#[async_trait]
impl LinkStore for MemoryStore {
    async fn add_link_code(
        &self,
        shop: &ShopId,
        household: &HouseholdId,
        code: SecretHash,
        until: Timestamp,
    ) -> Result<bool, StoreError> {
        self.write(|state| {
            let known = state.households.contains_key(&(shop.clone(), household.clone()));
            if known {
                state.links.codes.insert((shop.clone(), code), (household.clone(), until));
            }
            Ok(known)
        })
    }

    async fn grant(&self, grant: &Grant<'_>) -> Result<bool, StoreError> {
        self.write(|state| {
            let (links, place) = (&mut state.links, (grant.shop.clone(), grant.link_code));
            let good = links.codes.get(&place).is_some_and(|(_, until)| *until > grant.now);
            let Some((household, _)) = links.codes.remove_if(&place, good) else { return Ok(false) };
            let row = GrantRow {
                household,
                client: grant.client.clone(),
                redirect_uri: grant.redirect_uri.to_owned(),
                challenge: grant.challenge.map(str::to_owned),
                until: grant.until,
            };
            links.grants.insert((grant.shop.clone(), grant.code), row);
            Ok(true)
        })
    }

    async fn redeem(&self, redemption: &Redemption<'_>) -> Result<Redeemed, StoreError> {
        self.write(|state| Ok(state.links.redeem(redemption)))
    }

    async fn rotate(&self, rotation: &Rotation<'_>) -> Result<Rotated, StoreError> {
        self.write(|state| Ok(state.links.rotate(rotation)))
    }

    async fn household_of(
        &self,
        shop: &ShopId,
        access: SecretHash,
        now: Timestamp,
    ) -> Result<Option<HouseholdId>, StoreError> {
        Ok(self.read(|state| {
            let row = state.links.tokens.get(&(shop.clone(), access))?;
            let good = row.kind == TokenKind::Access && row.until > now;
            state.links.link(shop, &row.link).filter(|_| good).map(|link| link.household.clone())
        }))
    }

    async fn unlink(
        &self,
        shop: &ShopId,
        client: &ClientId,
        token: SecretHash,
    ) -> Result<Unlinked, StoreError> {
        self.write(|state| {
            let links = &mut state.links;
            let id = links.tokens.get(&(shop.clone(), token)).map(|row| row.link.clone());
            let Some(link) = id.and_then(|id| links.link(shop, &id)).cloned() else {
                return Ok(Unlinked::Unknown);
            };
            if &link.client != client {
                return Ok(Unlinked::NotTheirs);
            }
            links.remove(shop, &link.id);
            Ok(Unlinked::Gone)
        })
    }

    async fn links(
        &self,
        shop: &ShopId,
        household: Option<&HouseholdId>,
        limit: u32,
    ) -> Result<Vec<Link>, StoreError> {
        let mut found = self.read(|state| {
            let of = |row: &&LinkRow| {
                &row.shop == shop && household.is_none_or(|household| &row.link.household == household)
            };
            state.links.links.iter().filter(of).map(|row| row.link.clone()).collect::<Vec<_>>()
        });
        found.sort_by(|a, b| (b.linked_at, &b.id).cmp(&(a.linked_at, &a.id)));
        found.truncate(limit as usize);
        Ok(found)
    }

    async fn remove_link(&self, shop: &ShopId, id: &LinkId) -> Result<bool, StoreError> {
        self.write(|state| Ok(state.links.remove(shop, id)))
    }

    async fn forget_expired_links(&self, now: Timestamp) -> Result<u64, StoreError> {
        self.write(|state| {
            let all = &mut state.links;
            let rows = |all: &Links| all.codes.len() + all.grants.len() + all.tokens.len() + all.links.len();
            let before = rows(all);
            all.codes.retain(|_, (_, until)| *until > now);
            all.grants.retain(|_, grant| grant.until > now);
            all.tokens.retain(|_, row| row.until > now);
            let alive = |one: &LinkRow| {
                all.tokens.iter().any(|((shop, _), row)| {
                    shop == &one.shop
                        && row.link == one.link.id
                        && row.kind == TokenKind::Refresh
                        && row.spent_at.is_none()
                })
            };
            let dead: Vec<_> = all.links.iter().filter(|one| !alive(one)).cloned().collect();
            let tokens = all.tokens.len();
            for one in &dead {
                all.remove(&one.shop, &one.link.id);
            }
            // Tokens that go with their link are not counted, as SQLite does not count them.
            let with_links = tokens - all.tokens.len();
            Ok((before - rows(all) - with_links) as u64)
        })
    }
}
