//! Google's public keys: where they come from, how long they are kept.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use async_trait::async_trait;
use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use jiff::{SignedDuration, Timestamp};
use reqwest::{Client, StatusCode, Url, header, redirect};
use ring::signature::{RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents};
use serde::Deserialize;

use super::Refused;
use crate::commerce::ports::Clock;

/// The largest key set, in bytes, and the most keys of it that are looked at; Google has two or three.
const MAX_SET: usize = 64 * 1024;
const MAX_KEYS: usize = 16;
/// The largest modulus, in bytes: that of a key of 4,096 bits.
const MAX_MODULUS: usize = 512;
/// Dialogflow waits 5 seconds for an answer in all.
const PATIENCE: Duration = Duration::from_secs(3);
/// How long a set is kept: what its server says, within these bounds.
const SHORTEST: i64 = 60;
const LONGEST: i64 = 24 * 3600;
/// A set without a word about it.
const UNSAID: i64 = 3600;
/// A key that is not in a fresh set is looked for anew at most so often, and a set that could not be fetched.
const UNKNOWN: SignedDuration = SignedDuration::from_secs(60);
const FAILED: SignedDuration = SignedDuration::from_secs(5);

/// Keys could not be fetched.
#[derive(Debug, thiserror::Error)]
#[error("the keys cannot be fetched: {0}")]
pub struct FetchFault(pub String);

/// A key set as it came.
#[derive(Debug, Clone)]
pub struct Fetched {
    /// A JSON Web Key Set (RFC 7517).
    pub body: Vec<u8>,
    /// For how many seconds from now its server lets it be kept; `None` when it does not say.
    pub max_age: Option<i64>,
}

/// Where keys come from.
#[async_trait]
pub trait FetchKeys: Send + Sync {
    /// The present key set.
    async fn fetch(&self) -> Result<Fetched, FetchFault>;
}

/// A key server, over HTTPS.
pub struct GoogleKeys {
    client: Client,
    url: Url,
}

impl GoogleKeys {
    /// The key set at that address, which follows no redirect. Without TLS it must be this machine's own.
    ///
    /// # Errors
    /// When the address is none, or the system's roots cannot be used.
    pub fn new(url: &str) -> Result<Self, FetchFault> {
        let url = Url::parse(url).map_err(|_| FetchFault("the address is none".to_owned()))?;
        let local = ["127.0.0.1", "[::1]", "localhost"].contains(&url.host_str().unwrap_or_default());
        if url.scheme() != "https" && !(url.scheme() == "http" && local) {
            return Err(FetchFault("the address must begin with https://".to_owned()));
        }
        // Another part of the process may have installed it already; that changes nothing.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let builder = Client::builder().redirect(redirect::Policy::none()).timeout(PATIENCE);
        let client = builder.build().map_err(|error| FetchFault(error.to_string()))?;
        Ok(Self { client, url })
    }
}

#[async_trait]
impl FetchKeys for GoogleKeys {
    async fn fetch(&self) -> Result<Fetched, FetchFault> {
        let fault = |error: reqwest::Error| FetchFault(error.without_url().to_string());
        let mut response = self.client.get(self.url.clone()).send().await.map_err(fault)?;
        if response.status() != StatusCode::OK {
            return Err(FetchFault(format!("the answer is {}", response.status())));
        }
        let text = |name| response.headers().get(name).and_then(|value| value.to_str().ok());
        let age = text(header::AGE).and_then(|age| age.trim().parse().ok()).unwrap_or(0_i64).max(0);
        let max_age = text(header::CACHE_CONTROL).and_then(max_age).map(|all| all.saturating_sub(age));
        let mut body = Vec::new();
        while let Some(piece) = response.chunk().await.map_err(fault)? {
            if body.len() + piece.len() > MAX_SET {
                return Err(FetchFault("the set is too large".to_owned()));
            }
            body.extend_from_slice(&piece);
        }
        Ok(Fetched { body, max_age })
    }
}

/// The seconds of a `Cache-Control` header (RFC 9111).
fn max_age(header: &str) -> Option<i64> {
    let mut seconds = None;
    for part in header.split(',') {
        let part = part.trim().to_ascii_lowercase();
        if part == "no-store" || part == "no-cache" {
            return Some(0);
        }
        if let Some(number) = part.strip_prefix("max-age=") {
            seconds = number.trim_matches('"').parse().ok();
        }
    }
    seconds
}

/// An RSA key of at least 2,048 bits, which signs with SHA-256.
#[derive(Debug, Clone)]
pub(super) struct Key {
    id: String,
    modulus: Vec<u8>,
    exponent: Vec<u8>,
}

impl Key {
    /// Whether it signed that.
    pub fn signed(&self, message: &[u8], signature: &[u8]) -> bool {
        let key = RsaPublicKeyComponents { n: &self.modulus, e: &self.exponent };
        key.verify(&RSA_PKCS1_2048_8192_SHA256, message, signature).is_ok()
    }
}

#[derive(Deserialize)]
struct Set {
    keys: Vec<serde_json::Value>,
}

#[derive(Deserialize)]
struct Written {
    kty: String,
    kid: String,
    alg: Option<String>,
    #[serde(rename = "use")]
    purpose: Option<String>,
    n: String,
    e: String,
}

/// The keys of a set that can prove something to us; others are passed over. `None` when it is no set.
fn parse(body: &[u8]) -> Option<Vec<Key>> {
    let set: Set = serde_json::from_slice(body).ok()?;
    let one = |written: serde_json::Value| {
        let written: Written = serde_json::from_value(written).ok()?;
        let ours = written.kty == "RSA"
            && written.alg.is_none_or(|alg| alg == "RS256")
            && written.purpose.is_none_or(|purpose| purpose == "sig")
            && !written.kid.is_empty();
        let number = |text: &str| {
            let bytes = BASE64_URL_SAFE_NO_PAD.decode(text.trim_end_matches('=')).ok()?;
            let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
            Some(bytes[zeros..].to_vec())
        };
        let key = Key { id: written.kid, modulus: number(&written.n)?, exponent: number(&written.e)? };
        (ours && (256..=MAX_MODULUS).contains(&key.modulus.len()) && (1..=4).contains(&key.exponent.len()))
            .then_some(key)
    };
    Some(set.keys.into_iter().take(MAX_KEYS).filter_map(one).collect())
}

#[derive(Default)]
struct Kept {
    keys: Vec<Arc<Key>>,
    until: Option<Timestamp>,
}

/// A key set that is fetched when it is needed, and kept.
pub struct KeySet {
    source: Arc<dyn FetchKeys>,
    clock: Arc<dyn Clock>,
    kept: Mutex<Kept>,
    /// One fetch at a time, and when the last one was begun: strangers with many tokens cannot make us ask often.
    fetching: tokio::sync::Mutex<Option<Timestamp>>,
}

impl KeySet {
    /// An empty set; nothing is fetched before a key is needed.
    pub fn new(source: Arc<dyn FetchKeys>, clock: Arc<dyn Clock>) -> Self {
        Self { source, clock, kept: Mutex::default(), fetching: tokio::sync::Mutex::default() }
    }

    /// The key of that name. A known one waits for nobody.
    pub(super) async fn find(&self, id: &str) -> Result<Arc<Key>, Refused> {
        if let (Some(key), _) = self.look(id) {
            return Ok(key);
        }
        let mut last = self.fetching.lock().await;
        // Another request may have fetched it meanwhile.
        let (found, fresh) = self.look(id);
        if let Some(key) = found {
            return Ok(key);
        }
        let (pause, refusal) = if fresh { (UNKNOWN, Refused::Key) } else { (FAILED, Refused::Fetch) };
        let now = self.clock.now();
        if last.is_some_and(|last| now.duration_since(last).abs() < pause) {
            return Err(refusal);
        }
        *last = Some(now);
        self.fetch().await?;
        self.look(id).0.ok_or(Refused::Key)
    }

    /// The key in the kept set, and whether that set is fresh: an old one is no set.
    fn look(&self, id: &str) -> (Option<Arc<Key>>, bool) {
        let kept = self.kept.lock().expect("no code that holds this lock can panic");
        if kept.until.is_none_or(|until| until <= self.clock.now()) {
            return (None, false);
        }
        (kept.keys.iter().find(|key| key.id == id).cloned(), true)
    }

    async fn fetch(&self) -> Result<(), Refused> {
        let fetched = self.source.fetch().await.map_err(|error| {
            tracing::warn!(%error, "Google's keys are missing");
            Refused::Fetch
        })?;
        let keys = parse(&fetched.body).filter(|keys| !keys.is_empty()).ok_or_else(|| {
            tracing::warn!("what came as Google's keys are none");
            Refused::Fetch
        })?;
        let seconds = fetched.max_age.unwrap_or(UNSAID).clamp(SHORTEST, LONGEST);
        let until = self.clock.now().saturating_add(SignedDuration::from_secs(seconds));
        let mut kept = self.kept.lock().expect("no code that holds this lock can panic");
        *kept = Kept { keys: keys.into_iter().map(Arc::new).collect(), until: until.ok() };
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn how_long_a_set_may_be_kept_is_read_from_cache_control() {
        for (header, seconds) in [
            ("public, max-age=22619, must-revalidate, no-transform", Some(22_619)),
            ("Max-Age=\"60\"", Some(60)),
            ("no-store, max-age=60", Some(0)),
            ("private", None),
            ("max-age=soon", None),
        ] {
            assert_eq!(max_age(header), seconds, "{header}");
        }
    }

    #[test]
    fn an_address_without_tls_is_this_machines_own_or_none() {
        for fine in
            ["https://www.googleapis.com/oauth2/v3/certs", "http://127.0.0.1:1/", "http://localhost/x"]
        {
            assert!(GoogleKeys::new(fine).is_ok(), "{fine}");
        }
        for wrong in
            ["http://www.googleapis.com/", "http://127.0.0.1.example/", "file:///etc/passwd", "certs"]
        {
            assert!(GoogleKeys::new(wrong).is_err(), "{wrong}");
        }
    }
}
