//! The port to whatever remembers which accounts elsewhere are linked to which households.
//!
//! Invariant: whatever opens a household (a linking code, an authorization code, a token) is known
//! behind this port by its SHA-256 only.

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};

use super::StoreError;
use crate::commerce::{ClientId, HouseholdId, LinkId, ShopId, linking::SecretHash};

/// The most tokens that may come of one refresh token while answers get lost.
pub const MAX_SUCCESSORS: usize = 5;
/// The most access tokens of a link that are good at the same time. A client needs one an hour; whoever refreshes over
/// and over fills no store with what has to be kept of each.
pub const MAX_LIVE: usize = 100;

/// Leave that a household gives a client; it is exchanged for tokens by its code.
pub struct Grant<'a> {
    /// Whose shop.
    pub shop: &'a ShopId,
    /// What the customer typed. It is used up.
    pub link_code: SecretHash,
    /// Which client gets the leave.
    pub client: &'a ClientId,
    /// Where the code is sent; the exchange has to name the same.
    pub redirect_uri: &'a str,
    /// The S256 challenge of RFC 7636, where the client sent one.
    pub challenge: Option<&'a str>,
    /// The authorization code.
    pub code: SecretHash,
    /// The present moment.
    pub now: Timestamp,
    /// When the authorization code is worth nothing any more.
    pub until: Timestamp,
}

/// An authorization code that comes to be exchanged, with all that it was bound to.
pub struct Redemption<'a> {
    /// Whose shop.
    pub shop: &'a ShopId,
    /// Who exchanges it.
    pub client: &'a ClientId,
    /// The authorization code.
    pub code: SecretHash,
    /// Where it was sent.
    pub redirect_uri: &'a str,
    /// The challenge that fits the verifier; `None` when there came no verifier.
    pub challenge: Option<&'a str>,
    /// The identifier of the new link.
    pub link: &'a LinkId,
    /// Its first tokens.
    pub fresh: FreshTokens,
    /// The present moment.
    pub now: Timestamp,
}

/// A refresh token that comes to be replaced.
pub struct Rotation<'a> {
    /// Whose shop.
    pub shop: &'a ShopId,
    /// Who asks.
    pub client: &'a ClientId,
    /// The token.
    pub refresh: SecretHash,
    /// What comes in its place.
    pub fresh: FreshTokens,
    /// For so long after its first use the token may come again, as long as nothing that came of it
    /// was used: the answer may have been lost.
    pub overlap: SignedDuration,
    /// The present moment.
    pub now: Timestamp,
}

/// New tokens of a link.
#[derive(Debug, Clone, Copy)]
pub struct FreshTokens {
    /// Opens the household.
    pub access: SecretHash,
    /// Until then.
    pub access_until: Timestamp,
    /// Brings new ones.
    pub refresh: SecretHash,
    /// Until then.
    pub refresh_until: Timestamp,
}

/// What a token is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenKind {
    /// It opens the household.
    Access,
    /// It brings new tokens.
    Refresh,
}

/// What came of a [`Redemption`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Redeemed {
    /// The link is there.
    Linked,
    /// Unknown, too old, or bound to something else. Nothing changed.
    Refused,
    /// The code was used before; the link that came of it is gone.
    Reused,
}

/// What came of a [`Rotation`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rotated {
    /// The new tokens are good.
    Fresh,
    /// Unknown, too old, or another client's. Nothing changed.
    Refused,
    /// The token was replaced before; the whole link is gone.
    Reused,
}

/// What came of taking a link back by one of its tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unlinked {
    /// The link is gone, with all its tokens.
    Gone,
    /// There is no such token.
    Unknown,
    /// It is another client's. Nothing changed.
    NotTheirs,
}

/// An account elsewhere that speaks for a household.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// Its identifier.
    pub id: LinkId,
    /// For which household.
    pub household: HouseholdId,
    /// Through which client.
    pub client: ClientId,
    /// Since when.
    pub linked_at: Timestamp,
    /// When its tokens were last renewed.
    pub renewed_at: Timestamp,
}

/// Linking codes, authorization codes, links and their tokens. Every change is one durable transaction.
#[async_trait]
pub trait LinkStore: Send + Sync {
    /// Keeps a linking code for a household; `false` when the shop does not know the household.
    async fn add_link_code(
        &self,
        shop: &ShopId,
        household: &HouseholdId,
        code: SecretHash,
        until: Timestamp,
    ) -> Result<bool, StoreError>;

    /// Uses a linking code up and keeps an authorization code in its place. `false`, and no change, when
    /// there is no such linking code, or its time is over.
    async fn grant(&self, grant: &Grant<'_>) -> Result<bool, StoreError>;

    /// Makes a link out of an authorization code. Of two at once one wins; the other is
    /// [`Redeemed::Reused`].
    async fn redeem(&self, redemption: &Redemption<'_>) -> Result<Redeemed, StoreError>;

    /// Replaces a refresh token. The first use of one retires those that came of the same before.
    async fn rotate(&self, rotation: &Rotation<'_>) -> Result<Rotated, StoreError>;

    /// For which household of the shop an access token speaks at that moment.
    async fn household_of(
        &self,
        shop: &ShopId,
        access: SecretHash,
        now: Timestamp,
    ) -> Result<Option<HouseholdId>, StoreError>;

    /// Takes a link back by one of its tokens, of either kind.
    async fn unlink(
        &self,
        shop: &ShopId,
        client: &ClientId,
        token: SecretHash,
    ) -> Result<Unlinked, StoreError>;

    /// Links, newest first, at most `limit`; of one household or of the whole shop.
    async fn links(
        &self,
        shop: &ShopId,
        household: Option<&HouseholdId>,
        limit: u32,
    ) -> Result<Vec<Link>, StoreError>;

    /// Takes a link back; `false` when there is none.
    async fn remove_link(&self, shop: &ShopId, id: &LinkId) -> Result<bool, StoreError>;

    /// Forgets, in all shops, what can be used no more: codes and tokens whose time is over, and links
    /// without a refresh token. How many rows.
    async fn forget_expired_links(&self, now: Timestamp) -> Result<u64, StoreError>;
}
