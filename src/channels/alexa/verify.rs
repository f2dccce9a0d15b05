//! The proof that Amazon sent a request, now, for this skill.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::http::HeaderMap;
use base64::{Engine as _, prelude::BASE64_STANDARD};
use jiff::{SignedDuration, Timestamp};
use rustls::pki_types::{CertificateDer, TrustAnchor, UnixTime};
use webpki::{ALL_VERIFICATION_ALGS, EndEntityCert, KeyUsage, ring::RSA_PKCS1_2048_8192_SHA256};

use super::{Envelope, FetchChain, chain};
use crate::commerce::ports::Clock;

/// A request may be this much older or newer than our clock.
const TOLERANCE: SignedDuration = SignedDuration::from_secs(150);
/// An event of a skill, which nobody waits for, may be this much older.
const EVENT_TOLERANCE: SignedDuration = SignedDuration::from_secs(3_600);
/// The name that the signer's certificate must have, spelt out and not by a wildcard.
const SIGNER: &str = "echo-api.amazon.com";
/// The most chains that are kept; Amazon uses one at a time.
const MAX_CHAINS: usize = 16;
/// The longest signature, in base64: that of a key of 8,192 bits.
const MAX_SIGNATURE: usize = 1_368;

/// Why a request is refused: for the counter, not for its sender.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// It is no envelope.
    Envelope,
    /// It is of no type that a skill takes.
    Kind,
    /// No such skill is on Alexa here.
    Skill,
    /// A header is missing or malformed.
    Header,
    /// The chain may not come from that address.
    Url,
    /// The request is too old or too new.
    Timestamp,
    /// It is for another skill.
    Application,
    /// The chain could not be fetched or is none.
    Fetch,
    /// The chain is not valid now, not trusted, or not the signer's.
    Chain,
    /// The signature is not that of this body.
    Signature,
}

impl Refused {
    /// For the counter's label.
    pub fn name(self) -> &'static str {
        match self {
            Self::Envelope => "envelope",
            Self::Kind => "kind",
            Self::Skill => "skill",
            Self::Header => "header",
            Self::Url => "url",
            Self::Timestamp => "timestamp",
            Self::Application => "application",
            Self::Fetch => "fetch",
            Self::Chain => "chain",
            Self::Signature => "signature",
        }
    }
}

type Chain = Arc<Vec<CertificateDer<'static>>>;

/// Checks requests against roots that are trusted.
pub struct Verifier {
    roots: Vec<TrustAnchor<'static>>,
    source: Arc<dyn FetchChain>,
    clock: Arc<dyn Clock>,
    /// Chains by their addresses, oldest first. Each was valid when it came, and is checked again
    /// whenever it is used.
    kept: Mutex<VecDeque<(String, Chain)>>,
    /// One fetch at a time: strangers who name many addresses cannot make us ask for many at once.
    fetching: tokio::sync::Mutex<()>,
}

impl std::fmt::Debug for Verifier {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Verifier({} roots)", self.roots.len())
    }
}

impl Verifier {
    /// A verifier that trusts these roots.
    pub fn new(roots: Vec<TrustAnchor<'static>>, source: Arc<dyn FetchChain>, clock: Arc<dyn Clock>) -> Self {
        Self { roots, source, clock, kept: Mutex::default(), fetching: tokio::sync::Mutex::default() }
    }

    /// Accepts a request, or says why not. What costs nothing is looked at first, and nothing is
    /// fetched for a request that is refused anyway.
    ///
    /// # Errors
    /// [`Refused`] with the first reason.
    pub async fn verify(
        &self,
        headers: &HeaderMap,
        body: &[u8],
        envelope: &Envelope,
        application: &str,
    ) -> Result<(), Refused> {
        let url = single(headers, "signaturecertchainurl")?;
        let signature = single(headers, "signature-256")?;
        if signature.len() > MAX_SIGNATURE {
            return Err(Refused::Header);
        }
        let signature = BASE64_STANDARD.decode(signature).map_err(|_| Refused::Header)?;
        let url = chain::checked(url).ok_or(Refused::Url)?;
        self.check_timestamp(envelope)?;
        check_application(envelope, application)?;
        let chain = self.chain(&url).await?;
        let signer = EndEntityCert::try_from(&chain[0]).map_err(|_| Refused::Chain)?;
        signer.verify_signature(RSA_PKCS1_2048_8192_SHA256, body, &signature).map_err(|_| Refused::Signature)
    }

    fn check_timestamp(&self, envelope: &Envelope) -> Result<(), Refused> {
        let sent: Timestamp = envelope.request.timestamp.parse().map_err(|_| Refused::Timestamp)?;
        let age = self.clock.now().duration_since(sent);
        let oldest = if envelope.request.is_event() { EVENT_TOLERANCE } else { TOLERANCE };
        if (-TOLERANCE..=oldest).contains(&age) { Ok(()) } else { Err(Refused::Timestamp) }
    }

    /// The chain at an address, valid at this moment.
    async fn chain(&self, url: &str) -> Result<Chain, Refused> {
        if let Some(kept) = self.kept(url)? {
            return Ok(kept);
        }
        let _alone = self.fetching.lock().await;
        // Another request may have waited for the same.
        if let Some(kept) = self.kept(url)? {
            return Ok(kept);
        }
        let pem = self.source.fetch(url).await.map_err(|error| {
            tracing::warn!(%error, "a certificate chain of Alexa is missing");
            Refused::Fetch
        })?;
        let chain = Arc::new(chain::parse(&pem).ok_or(Refused::Fetch)?);
        self.check_chain(&chain)?;
        let mut kept = self.kept.lock().expect("no code that holds this lock can panic");
        if kept.len() >= MAX_CHAINS {
            kept.pop_front();
        }
        kept.push_back((url.to_owned(), chain.clone()));
        Ok(chain)
    }

    /// A chain that was kept, if it is still valid; one that is not is forgotten, so that the next
    /// request fetches what lies there now.
    fn kept(&self, url: &str) -> Result<Option<Chain>, Refused> {
        let found = {
            let kept = self.kept.lock().expect("no code that holds this lock can panic");
            kept.iter().find(|(known, _)| known == url).map(|(_, chain)| chain.clone())
        };
        let Some(chain) = found else { return Ok(None) };
        self.check_chain(&chain).inspect_err(|_| {
            let mut kept = self.kept.lock().expect("no code that holds this lock can panic");
            kept.retain(|(known, _)| known != url);
        })?;
        Ok(Some(chain))
    }

    fn check_chain(&self, chain: &[CertificateDer<'static>]) -> Result<(), Refused> {
        let seconds = u64::try_from(self.clock.now().as_second()).map_err(|_| Refused::Chain)?;
        let now = UnixTime::since_unix_epoch(Duration::from_secs(seconds));
        let signer = EndEntityCert::try_from(&chain[0]).map_err(|_| Refused::Chain)?;
        let usage = KeyUsage::server_auth();
        signer
            .verify_for_usage(ALL_VERIFICATION_ALGS, &self.roots, &chain[1..], now, usage, None, None)
            .map_err(|_| Refused::Chain)?;
        if signer.valid_dns_names().any(|name| name.eq_ignore_ascii_case(SIGNER)) {
            return Ok(());
        }
        Err(Refused::Chain)
    }
}

/// A header that is there exactly once: of two, another part of the way might read the other.
fn single<'a>(headers: &'a HeaderMap, name: &str) -> Result<&'a str, Refused> {
    let mut all = headers.get_all(name).iter();
    match (all.next(), all.next()) {
        (Some(value), None) => value.to_str().map_err(|_| Refused::Header),
        _ => Err(Refused::Header),
    }
}

fn check_application(envelope: &Envelope, application: &str) -> Result<(), Refused> {
    let of_session = envelope.session.as_ref().and_then(|session| session.application.as_ref());
    let mut named = std::iter::once(&envelope.context.system.application).chain(of_session);
    if named.all(|one| one.application_id == application) { Ok(()) } else { Err(Refused::Application) }
}
