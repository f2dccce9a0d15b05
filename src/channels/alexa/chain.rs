//! Certificate chains: where they may come from, how they are fetched, which roots are trusted.

use std::{path::Path, time::Duration};

use async_trait::async_trait;
use reqwest::{Client, Url, redirect};
use rustls::pki_types::{CertificateDer, TrustAnchor, pem::PemObject};

/// The host that may serve chains; its path begins with the prefix.
const HOST: &str = "s3.amazonaws.com";
const PREFIX: &str = "/echo.api/";
/// The longest address, in bytes.
const MAX_URL: usize = 512;
/// The largest chain, in bytes, and the most certificates in it.
const MAX_CHAIN: usize = 64 * 1024;
const MAX_CERTIFICATES: usize = 8;
/// Alexa waits 8 seconds for an answer in all.
const PATIENCE: Duration = Duration::from_secs(3);

/// A chain could not be fetched.
#[derive(Debug, thiserror::Error)]
#[error("the chain cannot be fetched: {0}")]
pub struct FetchFault(pub String);

/// Where chains come from.
#[async_trait]
pub trait FetchChain: Send + Sync {
    /// The chain at that address, in PEM; the address was checked.
    async fn fetch(&self, url: &str) -> Result<Vec<u8>, FetchFault>;
}

/// Amazon's store, over HTTPS.
pub struct AmazonStore(Client);

impl AmazonStore {
    /// A client that follows no redirect: the address that was checked is the one that is asked.
    ///
    /// # Errors
    /// When the system's roots cannot be used.
    pub fn new() -> Result<Self, FetchFault> {
        // Another part of the process may have installed it already; that changes nothing.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let builder = Client::builder().https_only(true).redirect(redirect::Policy::none());
        builder.timeout(PATIENCE).build().map(Self).map_err(|error| FetchFault(error.to_string()))
    }
}

#[async_trait]
impl FetchChain for AmazonStore {
    async fn fetch(&self, url: &str) -> Result<Vec<u8>, FetchFault> {
        let fault = |error: reqwest::Error| FetchFault(error.without_url().to_string());
        let mut response = self.0.get(url).send().await.map_err(fault)?;
        if response.status() != reqwest::StatusCode::OK {
            return Err(FetchFault(format!("the answer is {}", response.status())));
        }
        let mut chain = Vec::new();
        while let Some(piece) = response.chunk().await.map_err(fault)? {
            if chain.len() + piece.len() > MAX_CHAIN {
                return Err(FetchFault("it is too large".to_owned()));
            }
            chain.extend_from_slice(&piece);
        }
        Ok(chain)
    }
}

/// The address in its normal form, or `None` when no chain may come from there. The comparison of the
/// host ignores case, that of the path does not and comes after dots are resolved. One chain has one address: a query,
/// which Amazon's store ignores, or another spelling of the path would be as many as a stranger likes.
pub(super) fn checked(url: &str) -> Option<String> {
    if url.len() > MAX_URL {
        return None;
    }
    let mut url = Url::parse(url).ok()?;
    let fine = url.scheme() == "https"
        && url.host_str() == Some(HOST)
        && url.port_or_known_default() == Some(443)
        && url.username().is_empty()
        && url.password().is_none()
        && url.query().is_none()
        && url.path().starts_with(PREFIX)
        && !url.path().contains("//")
        && url.path().bytes().all(|b| b.is_ascii_alphanumeric() || b"/._-".contains(&b));
    url.set_fragment(None);
    fine.then(|| url.to_string())
}

/// The certificates of a chain, the signer's first; `None` when it is no chain within the bounds.
pub(super) fn parse(pem: &[u8]) -> Option<Vec<CertificateDer<'static>>> {
    if pem.len() > MAX_CHAIN {
        return None;
    }
    let all: Vec<_> =
        CertificateDer::pem_slice_iter(pem).take(MAX_CERTIFICATES + 1).collect::<Result<_, _>>().ok()?;
    (1..=MAX_CERTIFICATES).contains(&all.len()).then_some(all)
}

/// The roots in a PEM file, or those of the system's store, for which `SSL_CERT_FILE` is honoured.
///
/// # Errors
/// When there is not a single usable one.
pub fn read_roots(file: Option<&Path>) -> Result<Vec<TrustAnchor<'static>>, String> {
    let certificates = match file {
        None => rustls_native_certs::load_native_certs().certs,
        Some(file) => CertificateDer::pem_file_iter(file)
            .and_then(Iterator::collect::<Result<Vec<_>, _>>)
            .map_err(|error| format!("{}: {error}", file.display()))?,
    };
    let anchor = |one: &CertificateDer<'_>| webpki::anchor_from_trusted_cert(one).ok().map(|a| a.to_owned());
    let roots: Vec<_> = certificates.iter().filter_map(anchor).collect();
    if roots.is_empty() { Err("there is no trusted root certificate".to_owned()) } else { Ok(roots) }
}

#[cfg(test)]
mod tests {
    use super::checked;

    #[test]
    fn a_chain_comes_from_amazons_store_and_from_nowhere_else() {
        for fine in [
            "https://s3.amazonaws.com/echo.api/echo-api-cert.pem",
            "https://s3.amazonaws.com:443/echo.api/echo-api-cert.pem",
            "HTTPS://S3.AmazonAWS.com/echo.api/echo-api-cert.pem",
            "https://s3.amazonaws.com/echo.api/../echo.api/echo-api-cert.pem",
        ] {
            assert!(checked(fine).is_some(), "{fine}");
        }
        for wrong in [
            "http://s3.amazonaws.com/echo.api/echo-api-cert.pem",
            "https://notamazon.com/echo.api/echo-api-cert.pem",
            "https://s3.amazonaws.com.example/echo.api/echo-api-cert.pem",
            "https://s3.amazonaws.com@example.com/echo.api/echo-api-cert.pem",
            "https://user@s3.amazonaws.com/echo.api/echo-api-cert.pem",
            "https://s3.amazonaws.com/EcHo.aPi/echo-api-cert.pem",
            "https://s3.amazonaws.com/invalid.path/echo-api-cert.pem",
            "https://s3.amazonaws.com/echo.api/../other/echo-api-cert.pem",
            "https://s3.amazonaws.com/echo.api/%2e%2e/other/echo-api-cert.pem",
            "https://s3.amazonaws.com:563/echo.api/echo-api-cert.pem",
            "https://s3.amazonaws.com/echo.api/echo-api-cert.pem?another=1",
            "https://s3.amazonaws.com/echo.api/%65cho-api-cert.pem",
            "https://s3.amazonaws.com/echo.api//echo-api-cert.pem",
            "//s3.amazonaws.com/echo.api/x.pem",
            "",
        ] {
            assert_eq!(checked(wrong), None, "{wrong}");
        }
    }
}
