//! Accounts elsewhere that are linked to households: codes and tokens, how long they are good, and
//! what they open.
//!
//! A household gets a linking code from its shop; typed on the shop's page it becomes an authorization
//! code for one client, that becomes a link with an access and a refresh token, and the access token
//! says in every later request for which household it speaks.
//!
//! Invariants: only hashes are stored; nothing of one shop is good at another, nothing of one client
//! with another; a code or a refresh token that comes twice ends the link that came of it.

mod secret;

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

pub use secret::{LinkCode, SECRET_LENGTH, Secret, SecretHash, challenge_of};

use super::{
    ClientId, HouseholdId, LinkId, ShopId,
    ports::{
        Clock, Entropy, FreshTokens, Grant, IdSource, Link, LinkStore, Redeemed, Redemption, Rotated,
        Rotation, StoreError, Unlinked,
    },
};

/// How long an authorization code is good. RFC 6749 allows ten minutes; a platform takes a second.
pub const CODE_KEEP: SignedDuration = SignedDuration::from_secs(60);
/// How long an access token is good.
pub const ACCESS_KEEP: SignedDuration = SignedDuration::from_hours(1);
/// How long a refresh token is good that nobody uses.
pub const REFRESH_KEEP: SignedDuration = SignedDuration::from_hours(180 * 24);

/// The edges that linking works on.
#[derive(Clone)]
pub struct LinkPorts {
    /// Where everything is remembered.
    pub store: Arc<dyn LinkStore>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// What cannot be guessed.
    pub entropy: Arc<dyn Entropy>,
    /// Fresh identifiers.
    pub ids: Arc<dyn IdSource>,
}

/// Links accounts to households. See the module's description.
pub struct Linker {
    ports: LinkPorts,
}

impl std::fmt::Debug for Linker {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Linker")
    }
}

/// What a client asks leave for.
#[derive(Debug, Clone, Copy)]
pub struct Asking<'a> {
    /// The client.
    pub client: &'a ClientId,
    /// Where the authorization code is to be sent.
    pub redirect_uri: &'a str,
    /// The S256 challenge, where there is one.
    pub challenge: Option<&'a str>,
}

/// The two tokens of a link.
#[derive(Debug, Clone)]
pub struct Tokens {
    /// Opens the household for [`ACCESS_KEEP`].
    pub access: Secret,
    /// Brings new ones for [`REFRESH_KEEP`].
    pub refresh: Secret,
}

/// What came of a code or a refresh token.
#[derive(Debug, Clone)]
pub enum Exchanged {
    /// Tokens.
    Tokens(Tokens),
    /// It is worth nothing.
    Refused,
    /// It came a second time, so the link that it belonged to is gone.
    Reused,
}

impl Linker {
    /// Links on these edges.
    pub fn new(ports: LinkPorts) -> Self {
        Self { ports }
    }

    /// The present moment.
    pub fn now(&self) -> Timestamp {
        self.ports.clock.now()
    }

    /// A value that cannot be guessed, for a form.
    pub fn nonce(&self) -> Secret {
        Secret::fresh(&*self.ports.entropy)
    }

    /// Makes a linking code that is good once and for so long. `None` when the shop does not know the
    /// household.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn make_code(
        &self,
        shop: &ShopId,
        household: &HouseholdId,
        keep: SignedDuration,
    ) -> Result<Option<LinkCode>, StoreError> {
        let code = LinkCode::fresh(&*self.ports.entropy);
        let known =
            self.ports.store.add_link_code(shop, household, code.hash(), after(self.now(), keep)).await?;
        Ok(known.then_some(code))
    }

    /// The authorization code for who typed a linking code; `None` when that is none, or worth
    /// nothing any more. It takes as long either way, but for the writing of what is granted.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn grant(
        &self,
        shop: &ShopId,
        typed: &str,
        asking: Asking<'_>,
    ) -> Result<Option<Secret>, StoreError> {
        let Some(link_code) = LinkCode::read(typed) else { return Ok(None) };
        let (code, now) = (Secret::fresh(&*self.ports.entropy), self.now());
        let grant = Grant {
            shop,
            link_code: link_code.hash(),
            client: asking.client,
            redirect_uri: asking.redirect_uri,
            challenge: asking.challenge,
            code: code.hash(),
            now,
            until: after(now, CODE_KEEP),
        };
        Ok(self.ports.store.grant(&grant).await?.then_some(code))
    }

    /// Exchanges an authorization code for the first tokens of a link. The client is proved already.
    /// A verifier is wanted exactly where a challenge was sent.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn exchange(
        &self,
        shop: &ShopId,
        client: &ClientId,
        code: &str,
        redirect_uri: &str,
        verifier: Option<&str>,
    ) -> Result<Exchanged, StoreError> {
        let Some(code) = SecretHash::of_secret(code) else { return Ok(Exchanged::Refused) };
        let link = LinkId::new(self.ports.ids.fresh()).map_err(|e| StoreError::Fault(e.to_string()))?;
        let (challenge, now) = (verifier.map(challenge_of), self.now());
        let (tokens, fresh) = self.fresh(now);
        let redemption = Redemption {
            shop,
            client,
            code,
            redirect_uri,
            challenge: challenge.as_deref(),
            link: &link,
            fresh,
            now,
        };
        Ok(match self.ports.store.redeem(&redemption).await? {
            Redeemed::Linked => {
                tracing::info!(%shop, %client, %link, "an account was linked");
                Exchanged::Tokens(tokens)
            }
            Redeemed::Refused => Exchanged::Refused,
            Redeemed::Reused => {
                tracing::warn!(%shop, %client, "an authorization code came twice; its link is gone");
                Exchanged::Reused
            }
        })
    }

    /// Exchanges a refresh token for new tokens. The client is proved already. For `overlap` a replaced
    /// token may come again as long as nothing that came of it was used; zero is the strict reading
    /// of RFC 9700, section 4.14.2.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn refresh(
        &self,
        shop: &ShopId,
        client: &ClientId,
        refresh: &str,
        overlap: SignedDuration,
    ) -> Result<Exchanged, StoreError> {
        let Some(refresh) = SecretHash::of_secret(refresh) else { return Ok(Exchanged::Refused) };
        let now = self.now();
        let (tokens, fresh) = self.fresh(now);
        let rotation = Rotation { shop, client, refresh, fresh, overlap, now };
        Ok(match self.ports.store.rotate(&rotation).await? {
            Rotated::Fresh => Exchanged::Tokens(tokens),
            Rotated::Refused => Exchanged::Refused,
            Rotated::Reused => {
                tracing::warn!(%shop, %client, "a refresh token came twice; its link is gone");
                Exchanged::Reused
            }
        })
    }

    /// Who speaks with that access token at that shop; `None` for one that is unknown, of another shop,
    /// too old or taken back.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn household_of(
        &self,
        shop: &ShopId,
        access_token: &str,
    ) -> Result<Option<HouseholdId>, StoreError> {
        let Some(access) = SecretHash::of_secret(access_token) else { return Ok(None) };
        self.ports.store.household_of(shop, access, self.now()).await
    }

    /// Takes a link back by one of its tokens. The client is proved already.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn revoke(
        &self,
        shop: &ShopId,
        client: &ClientId,
        token: &str,
    ) -> Result<Unlinked, StoreError> {
        let Some(token) = SecretHash::of_secret(token) else { return Ok(Unlinked::Unknown) };
        let unlinked = self.ports.store.unlink(shop, client, token).await?;
        if unlinked == Unlinked::Gone {
            tracing::info!(%shop, %client, "an account was unlinked");
        }
        Ok(unlinked)
    }

    /// Links, newest first, at most `limit`; of one household or of the whole shop.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn links(
        &self,
        shop: &ShopId,
        household: Option<&HouseholdId>,
        limit: u32,
    ) -> Result<Vec<Link>, StoreError> {
        self.ports.store.links(shop, household, limit).await
    }

    /// Takes a link back; `false` when the shop has none of that identifier.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn remove(&self, shop: &ShopId, id: &LinkId) -> Result<bool, StoreError> {
        self.ports.store.remove_link(shop, id).await
    }

    /// Forgets what can be used no more; how many rows.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn forget_expired(&self) -> Result<u64, StoreError> {
        self.ports.store.forget_expired_links(self.now()).await
    }

    fn fresh(&self, now: Timestamp) -> (Tokens, FreshTokens) {
        let entropy = &*self.ports.entropy;
        let tokens = Tokens { access: Secret::fresh(entropy), refresh: Secret::fresh(entropy) };
        let fresh = FreshTokens {
            access: tokens.access.hash(),
            access_until: after(now, ACCESS_KEEP),
            refresh: tokens.refresh.hash(),
            refresh_until: after(now, REFRESH_KEEP),
        };
        (tokens, fresh)
    }
}

fn after(now: Timestamp, keep: SignedDuration) -> Timestamp {
    now.saturating_add(keep).unwrap_or(Timestamp::MAX)
}
