//! Google's platforms, where accounts are linked: the token of an account says who shops, and without one nobody does.

use std::sync::{Arc, OnceLock};

use sayso::{
    app::App,
    channels::http::{HttpState, serve},
    commerce::{
        ClientId, HouseholdId, ShopId,
        linking::{Asking, Exchanged},
    },
    config::{Settings, Sources},
    speech::synth::{self, SynthSettings},
};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::net::TcpListener;

use crate::http::client::post;

const BACK: &str = "https://oauth-redirect.googleusercontent.com/r/project";
const SECRET: &str = "0123456789abcdef-agent";

struct World {
    address: std::net::SocketAddr,
    app: App,
    _folder: TempDir,
}

/// The household shop on all three platforms; `more` are lines of the section of Dialogflow.
async fn world(more: &str) -> World {
    let folder = tempfile::tempdir().unwrap();
    let proof = format!("header = \"X-Agent-Secret\"\nsecret = \"{SECRET}\"");
    let settings = format!(
        "[http]\npublic_url = \"https://shop.example\"\n\
         [skill.household.dialogflow]\n{proof}\n{more}\n\
         [skill.household.actions]\n{proof}\nlink_scene = \"Link_Account\"\n\
         [skill.household.linking.clients.google]\nsecret = \"a-secret-of-thirty-two-letters-1\"\n\
         redirect_uris = [\"{BACK}\"]\n"
    );
    std::fs::write(folder.path().join("sayso.toml"), settings).unwrap();
    let sources = Sources { data: Some(folder.path().to_owned()), ..Sources::default() };
    let app = App::open_all(Settings::load(&sources).unwrap()).await.unwrap();
    let tones = SynthSettings { engine: synth::Engine::Tones, ..SynthSettings::default() };
    let voice = synth::choose(&tones).unwrap();
    let state = HttpState::new(app.http_options().unwrap(), app.engine(), Arc::new(OnceLock::new()), voice);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(serve(state, listener, std::future::pending()));
    World { address, app, _folder: folder }
}

impl World {
    /// The access token of an account that was linked to a household.
    async fn token(&self, household: &str) -> String {
        let (linker, shop) = (self.app.linker(), ShopId::new("household").unwrap());
        let (home, client) = (HouseholdId::new(household).unwrap(), ClientId::new("google").unwrap());
        let code = linker.make_code(&shop, &home, jiff::SignedDuration::from_mins(1)).await.unwrap().unwrap();
        let asking = Asking { client: &client, redirect_uri: BACK, challenge: None };
        let code = linker.grant(&shop, &code.expose(), asking).await.unwrap().unwrap();
        match linker.exchange(&shop, &client, code.expose(), BACK, None).await.unwrap() {
            Exchanged::Tokens(tokens) => tokens.access.expose().to_owned(),
            other => panic!("{other:?}"),
        }
    }

    async fn ask(&self, path: &str, body: &Value, bearer: Option<&str>) -> Value {
        let mut request = post(path, "application/json", body.to_string())
            .header("Host", "shop.example.com")
            .header("X-Agent-Secret", SECRET);
        if let Some(token) = bearer {
            request = request.header("Authorization", &format!("Bearer {token}"));
        }
        let answer = request.send(self.address).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        let sent_back = |token: &str| token.len() > 16 && answer.text().contains(token);
        assert!(!bearer.is_some_and(sent_back), "no token is sent back");
        answer.json()
    }

    async fn cx(&self, words: &str, token: Option<&str>) -> Value {
        let mut body = json!({
            "languageCode": "en", "transcript": words, "fulfillmentInfo": { "tag": "turn" },
            "sessionInfo": { "session": "projects/p/locations/global/agents/a/sessions/kitchen" },
        });
        if let Some(token) = token {
            body["payload"] = json!({ "user": { "accessToken": token }, "more": [1] });
        }
        self.ask("/dialogflow/cx/household", &body, None).await
    }

    async fn es(&self, words: &str, token: Option<&str>) -> Value {
        let mut user = json!({ "locale": "en-US" });
        if let Some(token) = token {
            user["accessToken"] = token.into();
        }
        let body = json!({
            "session": "projects/p/agent/sessions/kitchen",
            "queryResult": { "queryText": words, "languageCode": "en" },
            "originalDetectIntentRequest": { "source": "google", "payload": { "user": user, "inputs": [] } },
        });
        self.ask("/dialogflow/es/household", &body, None).await
    }

    async fn actions(&self, words: &str, token: Option<&str>) -> Value {
        let body = json!({
            "handler": { "name": "turn" }, "intent": { "name": "turn", "params": {}, "query": words },
            "scene": { "name": "Shop" }, "session": { "id": "kitchen", "params": {} },
            "user": { "locale": "en-US", "accountLinkingStatus": "NOT_LINKED" },
        });
        self.ask("/actions/household", &body, token).await
    }

    async fn orders(&self, household: &str) -> usize {
        let household = HouseholdId::new(household).unwrap();
        self.app.desk().orders(self.app.shop(), &household, 1_000).await.unwrap().len()
    }
}

/// What was decided, wherever the platform has it.
fn decision(answer: &Value) -> &str {
    let contexts = answer["outputContexts"].as_array().and_then(|all| all.last());
    let places = [&answer["sessionInfo"]["parameters"], &answer["session"]["params"]];
    let context = contexts.map(|context| &context["parameters"]);
    places.into_iter().chain(context).find_map(|all| all["sayso_decision"].as_str()).expect("a decision")
}

#[tokio::test]
async fn on_each_platform_a_linked_account_shops_for_its_own_household() {
    for platform in ["cx", "es", "actions"] {
        let world = world("").await;
        let say = async |words: &str, token: &str| match platform {
            "cx" => world.cx(words, Some(token)).await,
            "es" => world.es(words, Some(token)).await,
            _ => world.actions(words, Some(token)).await,
        };
        let (oak, river) = (world.token("oak-street").await, world.token("river-house").await);
        let before = (world.orders("oak-street").await, world.orders("river-house").await);
        assert_eq!(decision(&say("reorder paper towels", &oak).await), "confirming", "{platform}");
        let other = say("yes please", &river).await;
        assert_ne!(decision(&other), "placed", "another household's yes confirms nothing: {platform}");
        assert_eq!(decision(&say("yes please", &oak).await), "placed", "{platform}");
        let after = (world.orders("oak-street").await, world.orders("river-house").await);
        assert_eq!(after, (before.0 + 1, before.1), "{platform}");
    }
}

#[tokio::test]
async fn a_request_that_comes_again_with_another_token_gets_no_other_households_answer() {
    let world = world("").await;
    let (oak, river) = (world.token("oak-street").await, world.token("river-house").await);
    let said = async |words: &str, session: &str, token: &str| {
        let body = json!({
            "languageCode": "en", "transcript": words, "detectIntentResponseId": "the-same",
            "sessionInfo": { "session": format!("projects/p/locations/global/agents/a/sessions/{session}") },
            "payload": { "user": { "accessToken": token } },
        });
        world.ask("/dialogflow/cx/household", &body, None).await
    };
    let asked = said("reorder paper towels", "kitchen", &oak).await;
    assert_eq!(decision(&asked), "confirming");
    assert_eq!(said("help", "kitchen", &oak).await, asked, "the same again");
    assert_eq!(decision(&said("help", "kitchen", &river).await), "helped", "another household");
    assert_eq!(decision(&said("help", "hall", &oak).await), "helped", "another conversation");
}

#[tokio::test]
async fn who_has_no_account_linked_hears_so_is_sent_to_link_one_and_nothing_is_run() {
    let world = world("").await;
    let before = world.orders("oak-street").await;
    for token in [None, Some("x"), Some("no-token-of-this-shop-at-all")] {
        for words in ["reorder paper towels", "yes please"] {
            let cx = world.cx(words, token).await;
            assert_eq!(decision(&cx), "unlinked", "{cx}");
            let said = cx["fulfillmentResponse"]["messages"][0]["text"]["text"][0].as_str().unwrap();
            assert!(said.contains("has to be linked"), "{said}");
            let es = world.es(words, token).await;
            assert_eq!(decision(&es), "unlinked", "{es}");
            assert!(es["fulfillmentText"].as_str().unwrap().contains("has to be linked"), "{es}");
            let google = &es["payload"]["google"];
            assert_eq!(google["systemIntent"]["intent"], "actions.intent.SIGN_IN", "{es}");
            assert_eq!(google["expectUserResponse"], true);
            let actions = world.actions(words, token).await;
            assert_eq!(decision(&actions), "unlinked", "{actions}");
            assert_eq!(actions["scene"]["next"], json!({ "name": "Link_Account" }), "{actions}");
        }
    }
    assert_eq!(world.orders("oak-street").await, before);
    let oak = world.token("oak-street").await;
    let back = world.es("actions_intent_SIGN_IN", Some(&oak)).await;
    assert_eq!(decision(&back), "welcomed", "{back}");
}

#[tokio::test]
async fn an_agent_with_a_household_of_its_own_speaks_for_it_unless_a_token_says_otherwise() {
    let world = world("household = \"oak-street\"").await;
    let river = world.token("river-house").await;
    let before = (world.orders("oak-street").await, world.orders("river-house").await);
    assert_eq!(decision(&world.cx("reorder paper towels", None).await), "confirming");
    assert_eq!(decision(&world.cx("yes please", Some("x")).await), "unlinked");
    assert_ne!(decision(&world.cx("yes please", Some(&river)).await), "placed");
    assert_eq!(decision(&world.cx("yes please", None).await), "placed");
    let after = (world.orders("oak-street").await, world.orders("river-house").await);
    assert_eq!(after, (before.0 + 1, before.1));
}
