//! ID tokens that Google signed: JSON Web Tokens (RFC 7519) with RS256.
//!
//! The signature is checked by ring, which TLS brings along. What a token library adds beyond it is the reading of
//! three base64 parts, and it would ask the system's clock, not ours.

use std::sync::Arc;

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use jiff::SignedDuration;
use serde::{Deserialize, de::DeserializeOwned};

use super::{KeySet, Refused, keys::FetchKeys, proto};
use crate::commerce::ports::Clock;

/// The longest token, in bytes.
const MAX_TOKEN: usize = 8 * 1024;
/// Clocks may differ by so many seconds.
const LEEWAY: i64 = 30;
/// Google's tokens live for an hour; none lives longer than a day.
const LONGEST: i64 = 24 * 3600;
/// Who issues them.
const ISSUERS: [&str; 2] = ["https://accounts.google.com", "accounts.google.com"];

/// What a token must say.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// For whom it was made.
    pub audience: String,
    /// The service account that it must be of, when only one may ask.
    pub email: Option<String>,
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    kid: String,
    crit: Option<serde_json::Value>,
}

#[derive(Deserialize)]
struct Claims {
    iss: String,
    aud: String,
    exp: f64,
    nbf: Option<f64>,
    iat: Option<f64>,
    email: Option<String>,
    email_verified: Option<bool>,
}

/// Checks ID tokens against Google's keys.
pub struct Tokens {
    keys: KeySet,
    clock: Arc<dyn Clock>,
}

impl std::fmt::Debug for Tokens {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Tokens")
    }
}

impl Tokens {
    /// Tokens are proved by the keys of this source.
    pub fn new(source: Arc<dyn FetchKeys>, clock: Arc<dyn Clock>) -> Self {
        Self { keys: KeySet::new(source, clock.clone()), clock }
    }

    /// Accepts a token, or says why not. What costs nothing is looked at first, and nothing is fetched for
    /// one that is refused anyway.
    ///
    /// # Errors
    /// [`Refused`] with the first reason.
    pub async fn verify(&self, token: &str, wanted: &Wanted) -> Result<(), Refused> {
        if token.len() > MAX_TOKEN {
            return Err(Refused::Header);
        }
        let (message, signature) = token.rsplit_once('.').ok_or(Refused::Header)?;
        let (header, claims) = message.split_once('.').ok_or(Refused::Header)?;
        let (header, claims): (Header, Claims) = (part(header)?, part(claims)?);
        if header.alg != "RS256" || header.crit.is_some() {
            return Err(Refused::Header);
        }
        self.check(&claims, wanted)?;
        let signature = BASE64_URL_SAFE_NO_PAD.decode(signature).map_err(|_| Refused::Header)?;
        let key = self.keys.find(&header.kid).await?;
        if key.signed(message.as_bytes(), &signature) { Ok(()) } else { Err(Refused::Signature) }
    }

    fn check(&self, claims: &Claims, wanted: &Wanted) -> Result<(), Refused> {
        if !ISSUERS.contains(&claims.iss.as_str()) {
            return Err(Refused::Issuer);
        }
        if claims.aud != wanted.audience {
            return Err(Refused::Audience);
        }
        let now = self.clock.now().as_duration();
        let now = SignedDuration::as_secs_f64(&now);
        let leeway = LEEWAY as f64;
        let begun = [claims.nbf, claims.iat].into_iter().flatten().all(|from| from <= now + leeway);
        let over = claims.exp <= now - leeway || claims.exp > now + leeway + LONGEST as f64;
        if !begun || over || !claims.exp.is_finite() {
            return Err(Refused::Time);
        }
        match &wanted.email {
            Some(email) if claims.email.as_ref() != Some(email) || claims.email_verified != Some(true) => {
                Err(Refused::Account)
            }
            _ => Ok(()),
        }
    }
}

/// A part of a token: JSON in base64 without padding.
fn part<T: DeserializeOwned>(text: &str) -> Result<T, Refused> {
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(text).map_err(|_| Refused::Header)?;
    let text = std::str::from_utf8(&bytes).map_err(|_| Refused::Header)?;
    proto::read(text).ok_or(Refused::Header)
}
