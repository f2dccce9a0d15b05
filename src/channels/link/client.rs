//! Who asks, and the proof of it: RFC 6749, sections 2.2 to 2.3.

use std::time::Duration;

use axum::http::{HeaderMap, header};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use super::{
    Form, Linked,
    form::decode,
    token::{TokenError, no_client},
};
use crate::commerce::ClientId;

/// The longest `Authorization` that is looked at, in bytes.
const MAX_HEADER: usize = 1_024;

/// A platform that may link accounts.
#[derive(Debug, Clone)]
pub struct Client {
    /// Its identifier.
    pub id: ClientId,
    /// What customers read.
    pub name: String,
    /// What proves it; a client without one is public.
    pub secret: Option<SecretString>,
    /// Where customers may be sent back to.
    pub redirect_uris: Vec<String>,
    /// For so long a replaced refresh token may come again while its successors are unused.
    pub refresh_overlap: Duration,
}

/// The client that a request to the token or the revocation endpoint comes from, proved by HTTP Basic or by
/// fields of the form, and not by both. An unknown client costs as much time as a wrong secret.
///
/// # Errors
/// `invalid_client`, or `invalid_request` for two proofs at once.
pub fn authenticate<'a>(
    linked: &'a Linked,
    headers: &HeaderMap,
    form: &Form,
) -> Result<&'a Client, TokenError> {
    let (id, secret) = (form.one("client_id")?, form.one("client_secret")?);
    let (id, secret) = match basic(headers)? {
        None => (id.ok_or_else(no_client)?.to_owned(), secret.map(str::to_owned)),
        Some(_) if secret.is_some() => {
            return Err(TokenError::InvalidRequest("the client proves itself in two ways at once"));
        }
        Some((user, _)) if id.is_some_and(|id| id != user) => {
            return Err(TokenError::InvalidRequest("client_id is another than that of the header"));
        }
        Some((user, password)) => (user, Some(password).filter(|password| !password.is_empty())),
    };
    let client = linked.clients.iter().find(|client| client.id.as_str() == id);
    let wanted = client.and_then(|client| client.secret.as_ref()).map(|secret| secret.expose_secret());
    // Both sides are hashed first, so the comparison tells nothing, not even a length.
    let same = Sha256::digest(wanted.unwrap_or_default())
        .ct_eq(&Sha256::digest(secret.as_deref().unwrap_or_default()));
    match client {
        Some(client) if bool::from(same) && wanted.is_some() == secret.is_some() => Ok(client),
        _ => Err(no_client()),
    }
}

/// User and password of HTTP Basic, each encoded as a form's (RFC 6749, section 2.3.1).
fn basic(headers: &HeaderMap) -> Result<Option<(String, String)>, TokenError> {
    let mut all = headers.get_all(header::AUTHORIZATION).iter();
    let Some(value) = all.next() else { return Ok(None) };
    let text = value.to_str().ok().filter(|text| text.len() <= MAX_HEADER && all.next().is_none());
    let encoded = text.and_then(|text| {
        let (scheme, rest) = text.split_once(' ')?;
        scheme.eq_ignore_ascii_case("basic").then(|| rest.trim())
    });
    let pair = encoded.and_then(|encoded| String::from_utf8(BASE64_STANDARD.decode(encoded).ok()?).ok());
    let pair = pair.as_deref().and_then(|pair| pair.split_once(':'));
    let decoded = pair.and_then(|(user, password)| Some((decode(user)?, decode(password)?)));
    decoded.map(Some).ok_or_else(no_client)
}
