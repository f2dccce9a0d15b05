//! Two skills whose accounts are linked, on real SQLite and real HTTP, in a time that the test moves.

use std::{
    collections::HashMap,
    net::SocketAddr,
    sync::{Arc, OnceLock},
    time::Duration,
};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use jiff::SignedDuration;
use sayso::{
    channels::{
        http::{Options, SkillOptions},
        link::{Client, Linked},
    },
    commerce::{
        ClientId, HouseholdId, Linker, ShopId,
        linking::{LinkPorts, challenge_of},
        ports::{HouseholdStore, NewHousehold},
    },
    store::SqliteStore,
    turn::Speech,
};
use serde_json::Value;
use tempfile::TempDir;
use tokio::net::TcpListener;

use crate::{
    http::{
        client::{Answer, Request, get, post},
        parts::{Server, options, skill, start_on},
    },
    support::{
        clock::{CountingIds, SeededEntropy, TravellingClock},
        shop::{household, usd},
    },
};

pub const BACK: &str = "https://pitangui.amazon.com/api/skill/link/M1?from=app";
pub const SECRET: &str = "a-secret-of-thirty-two-letters-1";
pub const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
pub const FORM: &str = "application/x-www-form-urlencoded";

pub struct Shop {
    pub server: Server,
    pub linker: Arc<Linker>,
    pub clock: Arc<TravellingClock>,
    _folder: TempDir,
}

/// `alexa` and `google` have a secret, `phone` is public; `google` may repeat a refresh token for ten minutes.
fn clients(back: &str) -> Vec<Client> {
    let client = |id: &str, secret: Option<&str>, overlap: u64| Client {
        id: ClientId::new(id).unwrap(),
        name: id.to_uppercase(),
        secret: secret.map(Into::into),
        redirect_uris: vec![back.to_owned(), "https://layla.amazon.com/second".to_owned()],
        refresh_overlap: Duration::from_secs(overlap),
    };
    let google = Some("a-secret-of-thirty-two-letters-2");
    vec![client("alexa", Some(SECRET), 0), client("google", google, 600), client("phone", None, 0)]
}

impl Shop {
    pub async fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        Self::open_at(listener, "https://shop.example", BACK).await
    }

    pub async fn open_at(listener: TcpListener, url: &str, back: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Arc::new(SqliteStore::open(&folder.path().join("sayso.db")).await.unwrap());
        for name in ["household", "coffee-bar"] {
            for id in ["oak-street", "river-house"] {
                let id = household(id);
                let new = NewHousehold { id, name: "Home".into(), members: vec![], limit: usd(1_000) };
                store.add_household(&ShopId::new(name).unwrap(), &new).await.unwrap();
            }
        }
        let clock = Arc::new(TravellingClock::at("2026-11-23T10:00:00Z".parse().expect("a moment")));
        let linker = Arc::new(Linker::new(LinkPorts {
            store,
            clock: clock.clone(),
            entropy: Arc::new(SeededEntropy::new(7)),
            ids: Arc::new(CountingIds::default()),
        }));
        let linked = |name: &str| Linked {
            issuer: format!("{url}/link/{name}"),
            title: "Corner <Shelf>".into(),
            clients: clients(back),
            unlinked: vec![("en".into(), Speech::plain("Please link."))],
        };
        let with = |name: &str| SkillOptions { linking: Some(linked(name)), ..skill(name) };
        let skills = vec![with("household"), with("coffee-bar"), skill("tea")];
        let options = Options { skills, linker: Some(linker.clone()), ..options() };
        let server = start_on(listener, options, OnceLock::new());
        Self { server, linker, clock, _folder: folder }
    }

    pub fn address(&self) -> SocketAddr {
        self.server.address
    }

    /// A linking code of the household at Oak Street.
    pub async fn link_code(&self) -> String {
        let keep = SignedDuration::from_mins(30);
        let made = self.linker.make_code(&shop("household"), &household("oak-street"), keep).await.unwrap();
        made.unwrap().expose()
    }

    /// The page for a request, with the cookie and the hidden fields that a browser would have.
    pub async fn page(&self, query: &[(&str, &str)]) -> Page {
        let path = format!("/link/household/authorize?{}", form(query));
        let answer = get(&path).header("Host", "shop.example").send(self.address()).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        Page::of(answer)
    }

    /// An authorization code for a request, linked by a fresh linking code.
    pub async fn code(&self, query: &[(&str, &str)]) -> String {
        let (page, typed) = (self.page(query).await, self.link_code().await);
        let answer = self.decide(&page, &[("decision", "link"), ("code", &typed)]).await;
        assert_eq!(answer.status, 303, "{}", answer.text());
        parameter(&answer.headers["location"], "code").expect("a code")
    }

    /// The form of a page, sent as the browser would.
    pub async fn decide(&self, page: &Page, fields: &[(&str, &str)]) -> Answer {
        page.request(fields).send(self.address()).await
    }

    pub async fn token(&self, fields: &[(&str, &str)]) -> Answer {
        self.token_at("household", fields).await
    }

    pub async fn token_at(&self, skill: &str, fields: &[(&str, &str)]) -> Answer {
        post(&format!("/link/{skill}/token"), FORM, form(fields)).send(self.address()).await
    }

    /// Exchanges a code as `alexa` does.
    pub async fn exchange(&self, code: &str) -> Answer {
        let fields = [("grant_type", "authorization_code"), ("code", code), ("redirect_uri", BACK)];
        self.token(&[&fields[..], &ALEXA].concat()).await
    }

    pub async fn refresh(&self, token: &str) -> Answer {
        self.token(&[&[("grant_type", "refresh_token"), ("refresh_token", token)][..], &ALEXA].concat()).await
    }

    /// The first tokens of a new link through `alexa`.
    pub async fn linked(&self) -> Value {
        let code = self.code(&asking("alexa")).await;
        let answer = self.exchange(&code).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        answer.json()
    }

    pub async fn household_of(&self, skill: &str, tokens: &Value) -> Option<HouseholdId> {
        let token = tokens["access_token"].as_str().unwrap();
        self.linker.household_of(&shop(skill), token).await.unwrap()
    }
}

pub const ALEXA: [(&str, &str); 2] = [("client_id", "alexa"), ("client_secret", SECRET)];

pub fn shop(name: &str) -> ShopId {
    ShopId::new(name).unwrap()
}

/// A request of that client, without PKCE.
pub fn asking(client: &str) -> Vec<(&str, &str)> {
    vec![("response_type", "code"), ("client_id", client), ("redirect_uri", BACK), ("state", "s&1=ü")]
}

/// The same with a challenge.
pub fn asking_with_pkce<'a>(client: &'a str, challenge: &'a str) -> Vec<(&'a str, &'a str)> {
    let pkce = [("code_challenge", challenge), ("code_challenge_method", "S256")];
    [asking(client), pkce.to_vec()].concat()
}

pub fn challenge() -> String {
    challenge_of(VERIFIER)
}

pub fn basic(user: &str, password: &str) -> String {
    format!("Basic {}", BASE64_STANDARD.encode(format!("{user}:{password}")))
}

pub fn form(fields: &[(&str, &str)]) -> String {
    let encode = |text: &str| {
        let plain = |b: u8| b.is_ascii_alphanumeric() || b"-._~".contains(&b);
        text.bytes()
            .map(|b| if plain(b) { char::from(b).to_string() } else { format!("%{b:02X}") })
            .collect::<String>()
    };
    let pairs: Vec<_> = fields.iter().map(|(name, value)| format!("{name}={}", encode(value))).collect();
    pairs.join("&")
}

/// A parameter of an address, its escapes undone.
pub fn parameter(location: &str, name: &str) -> Option<String> {
    let url = reqwest::Url::parse(location).expect("an address");
    url.query_pairs().find(|(field, _)| field == name).map(|(_, value)| value.into_owned())
}

/// A page as a browser has it.
pub struct Page {
    pub answer: Answer,
    pub cookie: String,
    pub hidden: HashMap<String, String>,
}

impl Page {
    pub fn of(answer: Answer) -> Self {
        let cookie = answer.headers["set-cookie"].split(';').next().unwrap().to_owned();
        let html = answer.text();
        let undo = |text: &str| {
            let pairs = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")];
            pairs.iter().fold(text.to_owned(), |text, (from, to)| text.replace(from, to))
        };
        let hidden = html.split("<input type=\"hidden\" name=\"").skip(1).map(|rest| {
            let (name, rest) = rest.split_once("\" value=\"").unwrap();
            (name.to_owned(), undo(rest.split_once('"').unwrap().0))
        });
        let hidden = hidden.collect();
        Self { answer, cookie, hidden }
    }

    /// Its form, with these fields instead of or beside the hidden ones.
    pub fn request(&self, fields: &[(&str, &str)]) -> Request {
        self.request_by(fields, Some("https://shop.example"), Some(&self.cookie))
    }

    pub fn request_by(&self, fields: &[(&str, &str)], origin: Option<&str>, cookie: Option<&str>) -> Request {
        let mut all: HashMap<&str, &str> =
            self.hidden.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
        all.extend(fields.iter().copied());
        let all: Vec<_> = all.into_iter().collect();
        let mut request = post("/link/household/authorize", FORM, form(&all)).header("Host", "shop.example");
        if let Some(origin) = origin {
            request = request.header("Origin", origin);
        }
        match cookie {
            Some(cookie) => request.header("Cookie", &format!("other=1; {cookie}")),
            None => request,
        }
    }
}
