//! A stand-in for Amazon: a certificate authority, a signer, and the store that serves chains.

pub mod account;

use std::{
    collections::HashMap,
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use async_trait::async_trait;
use axum::http::{HeaderMap, HeaderValue};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use jiff::Timestamp;
use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair, SigningKey,
    date_time_ymd,
};
use sayso::channels::alexa::{FetchChain, FetchFault};
use serde_json::{Value, json};

pub const URL: &str = "https://s3.amazonaws.com/echo.api/echo-api-cert.pem";
pub const APPLICATION: &str = "amzn1.ask.skill.00000000-0000-4000-8000-000000000001";

/// The signer's key: made for these tests and used for nothing else. Amazon signs with RSA, and the
/// library behind the tests cannot make such keys itself.
const SIGNER: &str = include_str!("signer.key.pem");
/// The key of an authority that signs with RSA, for verifiers that know nothing else.
const ROOT: &str = include_str!("root.key.pem");

/// Every request has a name of its own.
static REQUESTS: AtomicUsize = AtomicUsize::new(0);

/// What a chain says.
pub struct Claims<'a> {
    pub name: &'a str,
    pub from: (i32, u8, u8),
    pub until: (i32, u8, u8),
}

impl Default for Claims<'_> {
    fn default() -> Self {
        Self { name: "echo-api.amazon.com", from: (2020, 1, 1), until: (2090, 1, 1) }
    }
}

/// The authority, its signer and its store.
pub struct Amazon {
    root: (CertificateParams, KeyPair),
    signer: KeyPair,
    store: Mutex<HashMap<String, String>>,
    fetched: AtomicUsize,
}

impl Amazon {
    /// With a good chain at [`URL`].
    pub fn new() -> Self {
        Self::with_root(KeyPair::generate().expect("a key"))
    }

    /// The same with an authority that signs with RSA.
    pub fn with_rsa() -> Self {
        Self::with_root(KeyPair::from_pem(ROOT).expect("a key"))
    }

    fn with_root(key: KeyPair) -> Self {
        let mut params = CertificateParams::new(Vec::new()).expect("a certificate");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.distinguished_name.push(DnType::CommonName, "An authority of the tests");
        let root = (params, key);
        let signer = KeyPair::from_pem(SIGNER).expect("a key");
        let amazon = Self { root, signer, store: Mutex::default(), fetched: AtomicUsize::new(0) };
        amazon.serve(URL, amazon.chain(&Claims::default()));
        amazon
    }

    /// The root that is to be trusted, in PEM.
    pub fn root(&self) -> String {
        self.root.0.self_signed(&self.root.1).expect("a root").pem()
    }

    /// A chain with these claims.
    pub fn chain(&self, claims: &Claims<'_>) -> String {
        let mut params = CertificateParams::new(vec![claims.name.to_owned()]).expect("a certificate");
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        params.not_before = date_time_ymd(claims.from.0, claims.from.1, claims.from.2);
        params.not_after = date_time_ymd(claims.until.0, claims.until.1, claims.until.2);
        let issuer = Issuer::from_params(&self.root.0, &self.root.1);
        params.signed_by(&self.signer, &issuer).expect("a chain").pem()
    }

    /// What lies in the store, by address.
    pub fn stored(&self) -> HashMap<String, String> {
        self.store.lock().unwrap().clone()
    }

    /// Puts a chain into the store.
    pub fn serve(&self, url: &str, chain: String) {
        self.store.lock().unwrap().insert(url.to_owned(), chain);
    }

    /// How often a chain was asked for.
    pub fn fetched(&self) -> usize {
        self.fetched.load(Ordering::SeqCst)
    }

    /// The signature of a body.
    pub fn sign(&self, body: &[u8]) -> String {
        BASE64_STANDARD.encode(self.signer.sign(body).expect("a signature"))
    }

    /// The headers of a body that is signed with the chain at `url`.
    pub fn headers(&self, url: &str, body: &[u8]) -> HeaderMap {
        let value = |text: &str| HeaderValue::from_str(text).expect("a header");
        HeaderMap::from_iter([
            ("signaturecertchainurl".parse().unwrap(), value(url)),
            ("signature-256".parse().unwrap(), value(&self.sign(body))),
        ])
    }
}

#[async_trait]
impl FetchChain for Amazon {
    async fn fetch(&self, url: &str) -> Result<Vec<u8>, FetchFault> {
        self.fetched.fetch_add(1, Ordering::SeqCst);
        let found = self.store.lock().unwrap().get(url).cloned();
        found.map(String::into_bytes).ok_or_else(|| FetchFault("there is nothing".into()))
    }
}

/// An envelope of Alexa with that request, sent at that moment.
pub fn envelope(mut request: Value, at: Timestamp) -> Value {
    request["timestamp"] = at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string().into();
    request["requestId"] =
        format!("amzn1.echo-api.request.{}", REQUESTS.fetch_add(1, Ordering::SeqCst)).into();
    request["locale"] = "en-US".into();
    let application = json!({ "applicationId": APPLICATION });
    json!({
        "version": "1.0",
        "session": {
            "new": false, "sessionId": "amzn1.echo-api.session.[1]", "application": application,
            "user": { "userId": "amzn1.ask.account.1" }, "attributes": {}
        },
        "context": { "System": {
            "application": application, "user": { "userId": "amzn1.ask.account.1" },
            "device": { "deviceId": "d", "supportedInterfaces": {} }, "apiEndpoint": "https://api.amazonalexa.com"
        } },
        "request": request
    })
}

/// An intent with slots that hold words.
pub fn intent(name: &str, slots: &[(&str, &str)]) -> Value {
    let slots: serde_json::Map<_, _> = slots
        .iter()
        .map(|(name, value)| ((*name).to_owned(), json!({ "name": name, "value": value })))
        .collect();
    json!({ "type": "IntentRequest", "intent": { "name": name, "confirmationStatus": "NONE", "slots": slots } })
}
