//! Who asks: Google, by a token that it signed, or whoever holds a secret that the agent was set up with.

use axum::http::{HeaderMap, HeaderName, header};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};
use subtle::{Choice, ConstantTimeEq};

use super::{Format, Tokens, Wanted};
use crate::commerce::HouseholdId;

/// Where Actions Builder sends its token.
const ASSISTANT: &str = "google-assistant-signature";

/// Why a request is refused: for the counter, not for its sender.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// It has no proof, or one that is malformed.
    Header,
    /// The secret or the password is another.
    Secret,
    /// The token is of another issuer.
    Issuer,
    /// The token is for somebody else.
    Audience,
    /// The token is not valid yet, or no more.
    Time,
    /// The token is another service account's.
    Account,
    /// The keys could not be fetched.
    Fetch,
    /// No key has the token's name.
    Key,
    /// The signature is not that of this token.
    Signature,
    /// Who asks is known, but what came is no request.
    Envelope,
}

impl Refused {
    /// For the counter's label.
    pub fn name(self) -> &'static str {
        match self {
            Self::Header => "header",
            Self::Secret => "secret",
            Self::Issuer => "issuer",
            Self::Audience => "audience",
            Self::Time => "time",
            Self::Account => "account",
            Self::Fetch => "fetch",
            Self::Key => "key",
            Self::Signature => "signature",
            Self::Envelope => "envelope",
        }
    }
}

/// How one skill is reached from one of Google's platforms.
#[derive(Debug, Clone)]
pub struct Agent {
    /// Who speaks when no token of a linked account says who; without it nobody does.
    pub household: Option<HouseholdId>,
    /// The scene of an Actions project in which an account is linked.
    pub link_scene: Option<String>,
    /// Who may ask.
    pub proof: Proof,
}

/// Who may ask. Each proof that is set up is enough; without any nobody may.
#[derive(Debug, Clone, Default)]
pub struct Proof {
    /// A token of Google with these claims.
    pub token: Option<Wanted>,
    /// A header with a secret.
    pub secret: Option<(HeaderName, SecretString)>,
    /// `user:password`, for HTTP Basic.
    pub basic: Option<SecretString>,
}

impl Proof {
    /// Accepts a request by its headers, or says why not.
    ///
    /// # Errors
    /// [`Refused`]; of several proofs that fail, with the reason of the token.
    pub async fn check(
        &self,
        headers: &HeaderMap,
        format: Format,
        tokens: Option<&Tokens>,
    ) -> Result<(), Refused> {
        let secret = self.secret.as_ref().and_then(|(name, secret)| Some((single(headers, name)?, secret)));
        let basic = self.basic.as_ref().and_then(|secret| Some((basic(headers)?, secret)));
        let secret = secret.map(|(given, secret)| same(given.as_bytes(), secret));
        let basic = basic.map(|(given, secret)| same(&given, secret));
        let none = Choice::from(0);
        if bool::from(secret.unwrap_or(none) | basic.unwrap_or(none)) {
            return Ok(());
        }
        match (&self.token, tokens, token(headers, format)) {
            (Some(wanted), Some(tokens), Some(token)) => tokens.verify(token, wanted).await,
            _ if secret.is_some() || basic.is_some() => Err(Refused::Secret),
            _ => Err(Refused::Header),
        }
    }
}

/// Both sides are hashed first, so the comparison tells nothing, not even a length.
fn same(given: &[u8], secret: &SecretString) -> Choice {
    Sha256::digest(given).ct_eq(&Sha256::digest(secret.expose_secret().as_bytes()))
}

/// A header that is there exactly once: of two, another part of the way might read the other.
fn single<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    let mut all = headers.get_all(name).iter();
    match (all.next(), all.next()) {
        (Some(value), None) => value.to_str().ok(),
        _ => None,
    }
}

/// What follows the scheme in `Authorization`.
fn authorization<'a>(headers: &'a HeaderMap, scheme: &str) -> Option<&'a str> {
    let (given, rest) = single(headers, &header::AUTHORIZATION)?.split_once(' ')?;
    given.eq_ignore_ascii_case(scheme).then(|| rest.trim())
}

fn basic(headers: &HeaderMap) -> Option<Vec<u8>> {
    BASE64_STANDARD.decode(authorization(headers, "basic")?).ok()
}

/// The token of a linked account that Actions Builder brings beside its own.
pub(super) fn account(headers: &HeaderMap) -> Option<&str> {
    authorization(headers, "bearer")
}

fn token(headers: &HeaderMap, format: Format) -> Option<&str> {
    match format {
        Format::Cx | Format::Es => authorization(headers, "bearer"),
        Format::Actions => single(headers, &HeaderName::from_static(ASSISTANT)),
    }
}
