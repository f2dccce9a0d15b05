//! A stand-in for Google: a signer of ID tokens, and a real server of its public keys.

use std::{
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use axum::{Router, http::StatusCode, response::IntoResponse, routing::get};
use base64::{
    Engine as _,
    prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD},
};
use ring::{
    rand::SystemRandom,
    signature::{RSA_PKCS1_SHA256, RsaKeyPair},
};
use serde_json::{Value, json};
use tokio::net::TcpListener;

/// Keys made for these tests and used for nothing else; the library behind them cannot make RSA keys itself.
const SIGNER: &str = include_str!("signer.key.pem");
const STRANGER: &str = include_str!("../amazon/signer.key.pem");

pub const AUDIENCE: &str = "https://shop.example.com/dialogflow/household";
pub const EMAIL: &str = "agent@project.iam.gserviceaccount.com";

/// What the key server answers.
#[derive(Clone)]
pub struct Set {
    pub status: StatusCode,
    pub cache_control: &'static str,
    pub body: String,
}

/// The signer and its key server.
pub struct Google {
    signer: RsaKeyPair,
    stranger: RsaKeyPair,
    address: SocketAddr,
    set: Arc<Mutex<Set>>,
    asked: Arc<AtomicUsize>,
}

impl Google {
    /// With the signer's key as `key-1`, to be kept for an hour.
    pub async fn new() -> Self {
        let (signer, stranger) = (key(SIGNER), key(STRANGER));
        let first = Set {
            status: StatusCode::OK,
            cache_control: "public, max-age=3600",
            body: set_of(&[jwk(&signer, "key-1")]),
        };
        let (set, asked) = (Arc::new(Mutex::new(first)), Arc::new(AtomicUsize::new(0)));
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let (answers, count) = (set.clone(), asked.clone());
        let certs = get(move || async move {
            count.fetch_add(1, Ordering::SeqCst);
            let set: Set = answers.lock().unwrap().clone();
            (set.status, [("cache-control", set.cache_control)], set.body).into_response()
        });
        tokio::spawn(async move { axum::serve(listener, Router::new().route("/certs", certs)).await });
        Self { signer, stranger, address, set, asked }
    }

    /// Where the keys are.
    pub fn url(&self) -> String {
        format!("http://{}/certs", self.address)
    }

    /// How often the keys were asked for.
    pub fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }

    /// Changes what the key server answers.
    pub fn serve(&self, change: impl FnOnce(&mut Set)) {
        change(&mut self.set.lock().unwrap());
    }

    /// The set of the signer's key under these names.
    pub fn keys(&self, names: &[&str]) -> String {
        set_of(&names.iter().map(|name| jwk(&self.signer, name)).collect::<Vec<_>>())
    }

    /// A token with these parts.
    pub fn signed(&self, header: &Value, claims: &Value) -> String {
        token(&self.signer, header, claims)
    }

    /// The same, signed with a key that is not Google's.
    pub fn forged(&self, header: &Value, claims: &Value) -> String {
        token(&self.stranger, header, claims)
    }

    /// A good token for an audience, made at that second.
    pub fn token(&self, audience: &str, now: i64) -> String {
        self.signed(&header("key-1"), &claims(audience, now))
    }
}

/// The header of a good token.
pub fn header(kid: &str) -> Value {
    json!({ "alg": "RS256", "kid": kid, "typ": "JWT" })
}

/// The claims of a good token.
pub fn claims(audience: &str, now: i64) -> Value {
    json!({
        "iss": "https://accounts.google.com", "aud": audience, "azp": "1", "sub": "1",
        "email": EMAIL, "email_verified": true, "iat": now, "exp": now + 3600
    })
}

fn key(pem: &str) -> RsaKeyPair {
    let body: String = pem.lines().filter(|line| !line.starts_with("-----")).collect();
    RsaKeyPair::from_pkcs8(&BASE64_STANDARD.decode(body).expect("base64")).expect("a key")
}

fn jwk(key: &RsaKeyPair, name: &str) -> Value {
    let number = |bytes: &[u8]| BASE64_URL_SAFE_NO_PAD.encode(bytes);
    let public = key.public();
    let parts = ring::rsa::PublicKeyComponents::<Vec<u8>>::from(public);
    json!({
        "kty": "RSA", "alg": "RS256", "use": "sig", "kid": name,
        "n": number(&parts.n), "e": number(&parts.e)
    })
}

fn set_of(keys: &[Value]) -> String {
    json!({ "keys": keys }).to_string()
}

fn token(key: &RsaKeyPair, header: &Value, claims: &Value) -> String {
    let part = |value: &Value| BASE64_URL_SAFE_NO_PAD.encode(value.to_string());
    let message = format!("{}.{}", part(header), part(claims));
    let mut signature = vec![0; key.public().modulus_len()];
    key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message.as_bytes(), &mut signature)
        .expect("a signature");
    format!("{message}.{}", BASE64_URL_SAFE_NO_PAD.encode(signature))
}
