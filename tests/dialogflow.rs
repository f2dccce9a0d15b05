//! What Google's platforms may rely on, and what somebody who only says to be Google cannot do. The skills, their
//! database, the server and the key server are real; the tokens come from a signer of the tests.

mod conversations;
mod envelopes;
mod keys;
mod meaning;
mod proof;

use std::{
    net::SocketAddr,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicUsize, Ordering},
    },
};

use jiff::Timestamp;
use sayso::{
    app::App,
    channels::http::{HttpState, serve},
    commerce::{HouseholdId, ShopId},
    config::{Settings, Sources},
    speech::synth::{self, SynthSettings},
};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::net::TcpListener;

use crate::{
    http::client::{Answer, Request, post},
    support::google::{AUDIENCE, EMAIL, Google},
};

const AGENT: &str = "projects/p/locations/global/agents/a";
const SECRET: &str = "0123456789abcdef-agent";

struct World {
    google: Google,
    address: SocketAddr,
    app: App,
    requests: AtomicUsize,
    _folder: TempDir,
}

/// The household shop on all three platforms, the coffee bar on Dialogflow, by another audience.
async fn world() -> World {
    let (google, folder) = (Google::new().await, tempfile::tempdir().unwrap());
    let settings = format!(
        r#"
skills = ["household", "skills/coffee-bar"]
[google]
keys = "{}"
[skill.household.dialogflow]
household = "oak-street"
audience = "{AUDIENCE}"
email = "{EMAIL}"
header = "X-Agent-Secret"
secret = "{SECRET}"
user = "agent"
password = "{SECRET}"
[skill.household.actions]
household = "oak-street"
audience = "my-project"
[skill.coffee-bar.dialogflow]
household = "oak-street"
audience = "{AUDIENCE}/of-the-coffee-bar"
"#,
        google.url()
    );
    std::fs::write(folder.path().join("sayso.toml"), settings).unwrap();
    let sources = Sources { data: Some(folder.path().to_owned()), ..Sources::default() };
    let app = App::open_all(Settings::load(&sources).unwrap()).await.unwrap();
    let tones = SynthSettings { engine: synth::Engine::Tones, ..SynthSettings::default() };
    let voice = synth::choose(&tones).unwrap();
    let options = app.http_options().unwrap();
    let state = HttpState::new(options, app.engine(), Arc::new(OnceLock::new()), voice);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(serve(state, listener, std::future::pending()));
    World { google, address, app, requests: AtomicUsize::new(0), _folder: folder }
}

fn now() -> i64 {
    Timestamp::now().as_second()
}

/// A request without any proof.
fn bare(path: &str, body: impl ToString) -> Request {
    post(path, "application/json; charset=utf-8", body.to_string()).header("Host", "shop.example.com")
}

/// A request of CX with what was said.
fn said(query: Value) -> Value {
    let mut request = json!({
        "languageCode": "en",
        "fulfillmentInfo": { "tag": "turn" },
        "pageInfo": { "currentPage": format!("{AGENT}/flows/f/pages/1"), "displayName": "Shop" },
        "sessionInfo": { "session": format!("{AGENT}/sessions/kitchen") },
    });
    for (name, value) in query.as_object().unwrap() {
        request[name] = value.clone();
    }
    request
}

/// A request of ES with what was said.
fn query(mut result: Value) -> Value {
    result["languageCode"] = "en".into();
    json!({ "session": "projects/p/agent/sessions/kitchen", "queryResult": result })
}

/// A request of Actions Builder with what was said.
fn handled(intent: Value) -> Value {
    json!({
        "handler": { "name": "turn" }, "intent": intent,
        "scene": { "name": "Shop", "slotFillingStatus": "UNSPECIFIED", "slots": {}, "next": { "name": "" } },
        "session": { "id": "kitchen", "params": { "kept": 1 }, "typeOverrides": [], "languageCode": "" },
        "user": { "locale": "en-US", "params": {}, "verificationStatus": "VERIFIED" },
        "home": { "params": {} }, "device": { "capabilities": ["SPEECH"] }
    })
}

impl World {
    /// A request as Google sends it, with a token.
    fn proved(&self, path: &str, body: impl ToString) -> Request {
        match path.starts_with("/actions") {
            true => {
                bare(path, body).header("google-assistant-signature", &self.google.token("my-project", now()))
            }
            false => {
                let token = format!("Bearer {}", self.google.token(AUDIENCE, now()));
                bare(path, body).header("Authorization", &token)
            }
        }
    }

    async fn response(&self, path: &str, body: Value) -> Value {
        let answer = self.proved(path, body).send(self.address).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        assert_eq!(answer.headers["content-type"], "application/json");
        answer.json()
    }

    fn fresh(&self) -> String {
        format!("response-{}", self.requests.fetch_add(1, Ordering::SeqCst))
    }

    async fn cx(&self, query: Value) -> Value {
        let mut request = said(query);
        request["detectIntentResponseId"] = self.fresh().into();
        self.response("/dialogflow/cx/household", request).await
    }

    async fn es(&self, result: Value) -> Value {
        let mut request = query(result);
        request["responseId"] = self.fresh().into();
        self.response("/dialogflow/es/household", request).await
    }

    async fn actions(&self, intent: Value) -> Value {
        self.response("/actions/household", handled(intent)).await
    }

    async fn orders(&self) -> usize {
        self.orders_of("household").await
    }

    async fn orders_of(&self, shop: &str) -> usize {
        let (shop, household) = (ShopId::new(shop).unwrap(), HouseholdId::new("oak-street").unwrap());
        self.app.desk().orders(&shop, &household, 1_000).await.unwrap().len()
    }
}

fn spoken(response: &Value) -> &str {
    response["fulfillmentResponse"]["messages"][0]["text"]["text"][0].as_str().expect("words")
}

fn decision(response: &Value) -> &str {
    response["sessionInfo"]["parameters"]["sayso_decision"].as_str().expect("a decision")
}
