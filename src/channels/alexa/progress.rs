//! A progressive response: a sentence that Alexa says while a turn takes long.
//!
//! Facts: Amazon's "Send the User a Progressive Response": `POST {apiEndpoint}/v1/directives` with the request's own
//! `apiAccessToken`, before the answer; at most 600 characters.
//!
//! Invariants:
//! - The token goes to Amazon, or to the one address that the owner named, and into no log; no redirect is followed.
//! - No answer waits for it: what is not said when the answer is there is given up.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use reqwest::{
    Client, Url,
    header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue},
    redirect,
};
use serde_json::json;

use super::Envelope;

/// The longest sentence, in characters.
const MAX_SPEECH: usize = 600;
/// The longest address, in bytes.
const MAX_URL: usize = 512;
/// The longest token, in bytes; Amazon's have a little more than a thousand.
const MAX_TOKEN: usize = 8 * 1024;
/// Alexa waits 8 seconds for an answer in all; what is not said by then is of no use.
const PATIENCE: Duration = Duration::from_secs(3);

/// Lets time pass.
#[async_trait]
pub trait Timer: Send + Sync {
    /// Returns when so much time has passed.
    async fn wait(&self, time: Duration);
}

/// The time of this machine.
pub struct SystemTimer;

#[async_trait]
impl Timer for SystemTimer {
    async fn wait(&self, time: Duration) {
        tokio::time::sleep(time).await;
    }
}

/// Progressive responses cannot be sent.
#[derive(Debug, thiserror::Error)]
pub enum ProgressFault {
    /// The owner's address cannot be used.
    #[error("an address with https, or with http on this machine, and without a path is needed")]
    Endpoint,
    /// The system's roots cannot be used.
    #[error("there is no client for HTTPS: {0}")]
    Client(String),
}

/// Sends progressive responses.
pub struct Progress {
    client: Client,
    after: Duration,
    own: Option<Url>,
    timer: Arc<dyn Timer>,
}

impl std::fmt::Debug for Progress {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Progress(after {:?})", self.after)
    }
}

/// A sentence that can be said before the answer.
pub struct Meanwhile {
    progress: Arc<Progress>,
    to: Url,
    token: HeaderValue,
    body: String,
}

impl Progress {
    /// For turns that take longer than `after`. Besides Amazon's the address `own` is allowed, if there is one.
    ///
    /// # Errors
    /// [`ProgressFault`].
    pub fn new(after: Duration, own: Option<&str>, timer: Arc<dyn Timer>) -> Result<Self, ProgressFault> {
        let own = own.map(|text| owned(text).ok_or(ProgressFault::Endpoint)).transpose()?;
        // Another part of the process may have installed it already; that changes nothing.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let builder = Client::builder().redirect(redirect::Policy::none()).timeout(PATIENCE);
        let client = builder.build().map_err(|error| ProgressFault::Client(error.to_string()))?;
        Ok(Self { client, after, own, timer })
    }

    /// Returns when a turn has taken so long that its shopper should hear something.
    pub async fn long(&self) {
        self.timer.wait(self.after).await;
    }

    /// What to say for a request, which must have been proved. `None` when it says no place for it, or one that is
    /// not Amazon's.
    pub fn meanwhile(self: &Arc<Self>, envelope: &Envelope, words: &str) -> Option<Meanwhile> {
        let system = &envelope.context.system;
        let (endpoint, token) = (system.api_endpoint.as_deref()?, system.api_access_token.as_deref()?);
        let request = envelope.request.request_id.as_deref()?;
        let mut to = Url::parse(endpoint).ok().filter(|url| endpoint.len() <= MAX_URL && self.allows(url))?;
        to.set_path("/v1/directives");
        let fine = !words.is_empty() && words.chars().count() <= MAX_SPEECH && token.len() <= MAX_TOKEN;
        let mut token = HeaderValue::from_str(&format!("Bearer {token}")).ok().filter(|_| fine)?;
        token.set_sensitive(true);
        let body = json!({
            "header": { "requestId": request },
            "directive": { "type": "VoicePlayer.Speak", "speech": words },
        });
        Some(Meanwhile { progress: self.clone(), to, token, body: body.to_string() })
    }

    /// Amazon's hosts are `api.amazonalexa.com` and those of its regions, `api.eu.amazonalexa.com`.
    fn allows(&self, url: &Url) -> bool {
        let host = url.host_str().unwrap_or_default();
        let rest = host.strip_prefix("api.");
        let region = rest.and_then(|rest| rest.strip_suffix("amazonalexa.com"));
        let region = region.and_then(|region| region.is_empty().then_some("").or(region.strip_suffix('.')));
        let label = |name: &str| name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        let amazons = region.is_some_and(label) && url.scheme() == "https" && url.port().is_none();
        bare(url) && (amazons || self.own.as_ref().is_some_and(|own| own.origin() == url.origin()))
    }
}

impl Meanwhile {
    /// Says it. To be dropped when the answer is there.
    ///
    /// # Errors
    /// What went wrong, without the token and the address.
    pub async fn say(self) -> Result<(), String> {
        let request = self.progress.client.post(self.to).header(AUTHORIZATION, self.token);
        let sent = request.header(CONTENT_TYPE, "application/json").body(self.body).send().await;
        match sent {
            Ok(response) if response.status().is_success() => Ok(()),
            Ok(response) => Err(format!("the answer is {}", response.status())),
            Err(error) => Err(error.without_url().to_string()),
        }
    }
}

/// Scheme, host and port, and nothing else.
fn bare(url: &Url) -> bool {
    let plain = url.username().is_empty() && url.password().is_none();
    plain && matches!(url.path(), "" | "/") && url.query().is_none() && url.fragment().is_none()
}

/// The owner's address. Without TLS it must be this machine's own.
fn owned(text: &str) -> Option<Url> {
    let url = Url::parse(text).ok().filter(bare)?;
    let local = ["127.0.0.1", "[::1]", "localhost"].contains(&url.host_str().unwrap_or_default());
    (url.scheme() == "https" || url.scheme() == "http" && local).then_some(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allows(own: Option<&str>, url: &str) -> bool {
        let progress = Progress::new(Duration::ZERO, own, Arc::new(SystemTimer)).unwrap();
        Url::parse(url).is_ok_and(|url| progress.allows(&url))
    }

    #[test]
    fn a_token_goes_to_amazon_and_to_nobody_else() {
        for fine in [
            "https://api.amazonalexa.com",
            "https://api.eu.amazonalexa.com/",
            "https://API.fe.amazonalexa.com:443",
        ] {
            assert!(allows(None, fine), "{fine}");
        }
        for wrong in [
            "http://api.amazonalexa.com",
            "https://api.amazonalexa.com.example.com",
            "https://api.evilamazonalexa.com",
            "https://apixamazonalexa.com",
            "https://api.a.b.amazonalexa.com",
            "https://amazonalexa.com",
            "https://user@api.amazonalexa.com",
            "https://api.amazonalexa.com@example.com",
            "https://api.amazonalexa.com:8443",
            "https://api.amazonalexa.com/elsewhere",
            "https://api.amazonalexa.com/?to=elsewhere",
            "http://127.0.0.1:1",
        ] {
            assert!(!allows(None, wrong), "{wrong}");
        }
    }

    #[test]
    fn the_owners_own_address_is_allowed_beside_it_and_no_other() {
        let own = Some("http://127.0.0.1:8080");
        assert!(allows(own, "http://127.0.0.1:8080/") && allows(own, "https://api.amazonalexa.com"));
        assert!(!allows(own, "http://127.0.0.1:8081") && !allows(own, "https://127.0.0.1:8080"));
        for wrong in ["http://example.com", "ftp://127.0.0.1", "https://example.com/path", "here"] {
            assert!(Progress::new(Duration::ZERO, Some(wrong), Arc::new(SystemTimer)).is_err(), "{wrong}");
        }
    }
}
