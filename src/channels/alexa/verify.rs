//! The proof that Amazon sent a request, now, for this skill.

use std::{
    collections::VecDeque,
    ops::RangeInclusive,
    sync::{Arc, Mutex, MutexGuard},
    time::Duration,
};

use axum::http::HeaderMap;
use base64::{Engine as _, prelude::BASE64_STANDARD};
use jiff::{SignedDuration, Timestamp};
use rustls::pki_types::{CertificateDer, TrustAnchor, UnixTime};
use tokio::sync::Semaphore;
use webpki::{
    ALL_VERIFICATION_ALGS, EndEntityCert, KeyUsage, VerifiedPath, ring::RSA_PKCS1_2048_8192_SHA256,
};

use super::{Envelope, FetchChain, chain};
use crate::{commerce::ports::Clock, stripes::Stripes};

/// A request may be this much older or newer than our clock.
const TOLERANCE: SignedDuration = SignedDuration::from_secs(150);
/// An event of a skill, which nobody waits for, may be this much older.
const EVENT_TOLERANCE: SignedDuration = SignedDuration::from_secs(3_600);
/// The name that the signer's certificate must have, spelt out and not by a wildcard.
const SIGNER: &str = "echo-api.amazon.com";
/// For how long at most the signatures in a chain are looked at once, in seconds. Its dates are heeded to the second.
const PROOF: u64 = 300;
/// The most chains that are kept; Amazon uses one at a time.
const MAX_CHAINS: usize = 16;
/// The most chains that are fetched at once, and how long a request waits for its turn: strangers who name many
/// addresses cannot make us ask for many at once, and nobody waits long for them.
const MAX_FETCHES: usize = 8;
const PATIENCE: Duration = Duration::from_secs(3);
/// Locks that all addresses share.
const LOCKS: usize = 64;
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

/// A chain that was fetched, with the time for which it is proved.
#[derive(Debug)]
struct Kept {
    url: String,
    chain: Chain,
    proved: Span,
}

/// From the first to the last second, since 1970.
type Span = RangeInclusive<u64>;

/// Checks requests against roots that are trusted.
pub struct Verifier {
    roots: Vec<TrustAnchor<'static>>,
    source: Arc<dyn FetchChain>,
    clock: Arc<dyn Clock>,
    /// Chains by their addresses, oldest first. Each was valid when it came, is used only in the time for which it is
    /// proved, and is then proved again.
    kept: Mutex<VecDeque<Kept>>,
    /// One fetch at a time of one address.
    fetching: Stripes,
    seats: Semaphore,
}

impl std::fmt::Debug for Verifier {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Verifier({} roots)", self.roots.len())
    }
}

impl Verifier {
    /// A verifier that trusts these roots.
    pub fn new(roots: Vec<TrustAnchor<'static>>, source: Arc<dyn FetchChain>, clock: Arc<dyn Clock>) -> Self {
        let (fetching, seats) = (Stripes::new(LOCKS), Semaphore::new(MAX_FETCHES));
        Self { roots, source, clock, kept: Mutex::default(), fetching, seats }
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
        let turn = async { (self.fetching.lock(&url).await, self.seats.acquire().await) };
        let _turn = tokio::time::timeout(PATIENCE, turn).await.map_err(|_| Refused::Fetch)?;
        // Another request may have waited for the same.
        if let Some(kept) = self.kept(url)? {
            return Ok(kept);
        }
        let pem = self.source.fetch(url).await.map_err(|error| {
            tracing::warn!(%error, "a certificate chain of Alexa is missing");
            Refused::Fetch
        })?;
        let chain = Arc::new(chain::parse(&pem).ok_or(Refused::Fetch)?);
        // Whoever named it: one that is the signer's now is Amazon's, and there are few of those.
        let proved = self.prove(&chain, self.second()?)?;
        let mut kept = self.lock();
        if kept.len() >= MAX_CHAINS {
            kept.pop_front();
        }
        kept.push_back(Kept { url: url.to_owned(), chain: chain.clone(), proved });
        Ok(chain)
    }

    /// A chain that was kept, if it is still valid; one that is not is forgotten, so that the next
    /// request fetches what lies there now.
    fn kept(&self, url: &str) -> Result<Option<Chain>, Refused> {
        let now = self.second()?;
        let found =
            self.lock().iter().find(|kept| kept.url == url).map(|k| (k.chain.clone(), k.proved.clone()));
        let Some((chain, proved)) = found else { return Ok(None) };
        if !proved.contains(&now) {
            let again = self.prove(&chain, now);
            let mut all = self.lock();
            match &again {
                Ok(proved) => {
                    let ours = all.iter_mut().filter(|kept| Arc::ptr_eq(&kept.chain, &chain));
                    ours.for_each(|kept| kept.proved = proved.clone());
                }
                Err(_) => all.retain(|kept| kept.url != url),
            }
            again?;
        }
        Ok(Some(chain))
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<Kept>> {
        self.kept.lock().expect("no code that holds this lock can panic")
    }

    /// Now, in seconds since 1970.
    fn second(&self) -> Result<u64, Refused> {
        u64::try_from(self.clock.now().as_second()).map_err(|_| Refused::Chain)
    }

    /// Proves that a chain is trusted and the signer's now, and for how long. A certificate is valid without a
    /// break, so a path of certificates that is valid at two moments is valid in between. Where it is not valid
    /// at the later one, or by other certificates, it is proved for this second only.
    fn prove(&self, chain: &[CertificateDer<'static>], now: u64) -> Result<Span, Refused> {
        let signer = EndEntityCert::try_from(&chain[0]).map_err(|_| Refused::Chain)?;
        let path = |second| {
            let at = UnixTime::since_unix_epoch(Duration::from_secs(second));
            let usage = KeyUsage::server_auth();
            signer.verify_for_usage(ALL_VERIFICATION_ALGS, &self.roots, &chain[1..], at, usage, None, None)
        };
        let by_now = path(now).map_err(|_| Refused::Chain)?;
        if !signer.valid_dns_names().any(|name| name.eq_ignore_ascii_case(SIGNER)) {
            return Err(Refused::Chain);
        }
        let later = now.saturating_add(PROOF);
        let same = path(later).is_ok_and(|by_then| {
            let certificates = |path: &VerifiedPath<'_>| -> Vec<_> {
                path.intermediate_certificates().map(|one| one.der().as_ref().to_vec()).collect()
            };
            std::ptr::eq(by_now.anchor(), by_then.anchor()) && certificates(&by_now) == certificates(&by_then)
        });
        Ok(now..=if same { later } else { now })
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
