//! What Google's platforms may rely on, and what somebody who only says to be Google cannot do. The skills, their
//! database, the server and the key server are real; the tokens come from a signer of the tests.

mod keys;
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

#[tokio::test]
async fn a_purchase_by_dialogflow_cx_is_read_back_and_ordered_once_after_a_yes() {
    let world = world().await;
    let before = world.orders().await;
    let asked = world.cx(json!({ "transcript": "reorder paper towels" })).await;
    assert!(spoken(&asked).contains("Paper Towels") && decision(&asked) == "confirming", "{asked}");
    assert_eq!(asked["fulfillmentResponse"]["mergeBehavior"], "REPLACE");
    let ssml = asked["fulfillmentResponse"]["messages"][1]["outputAudioText"]["ssml"].as_str().unwrap();
    assert!(ssml.starts_with("<speak>") && ssml.contains("aper Towels"), "{ssml}");
    assert_eq!(asked["sessionInfo"]["parameters"]["sayso_listening"], true);
    let placed = world.cx(json!({ "transcript": "yes please" })).await;
    assert_eq!(decision(&placed), "placed", "{placed}");
    assert!(placed["sessionInfo"]["parameters"]["sayso_order_number"].is_string(), "{placed}");
    world.cx(json!({ "transcript": "yes please" })).await;
    assert_eq!(world.orders().await, before + 1, "another yes orders nothing more");
}

#[tokio::test]
async fn typed_words_are_answered_without_a_voice() {
    let world = world().await;
    let answer = world.cx(json!({ "text": "help" })).await;
    assert_eq!(answer["fulfillmentResponse"]["messages"].as_array().unwrap().len(), 1, "{answer}");
}

#[tokio::test]
async fn a_purchase_by_dialogflow_es_is_read_back_and_ordered_after_a_yes() {
    let world = world().await;
    let before = world.orders().await;
    let session = "projects/p/agent/sessions/kitchen";
    let contexts = json!([
        { "name": format!("{session}/contexts/shopping"), "lifespanCount": 3, "parameters": { "item": "x", "a": 1.0 } },
        { "name": format!("{session}/contexts/__system_counters__"), "lifespanCount": 1 },
        { "name": "projects/other/agent/sessions/s/contexts/x", "lifespanCount": 1 },
    ]);
    let asked = world
        .es(json!({ "queryText": "reorder paper towels", "parameters": {}, "outputContexts": contexts }))
        .await;
    let text = asked["fulfillmentText"].as_str().unwrap();
    assert!(text.contains("Paper Towels"), "{asked}");
    assert_eq!(asked["fulfillmentMessages"][0]["text"]["text"][0], text);
    let kept = json!({
        "name": format!("{session}/contexts/shopping"), "lifespanCount": 3, "parameters": { "a": 1.0 }
    });
    assert_eq!(asked["outputContexts"][0], kept, "what came goes back, but for the slot that was taken");
    assert_eq!(asked["outputContexts"].as_array().unwrap().len(), 2);
    assert_eq!(asked["outputContexts"][1]["name"], format!("{session}/contexts/sayso"));
    assert_eq!(asked["outputContexts"][1]["parameters"]["sayso_decision"], "confirming");
    assert_eq!(asked["payload"]["google"]["expectUserResponse"], true);
    let simple = &asked["payload"]["google"]["richResponse"]["items"][0]["simpleResponse"];
    assert!(simple["ssml"].as_str().unwrap().starts_with("<speak>"), "{asked}");
    let placed = world.es(json!({ "queryText": "yes please", "speechRecognitionConfidence": 0.9 })).await;
    assert_eq!(placed["outputContexts"][0]["parameters"]["sayso_decision"], "placed", "{placed}");
    assert_eq!(world.orders().await, before + 1);
}

#[tokio::test]
async fn a_purchase_by_actions_builder_is_read_back_and_ordered_after_a_yes() {
    let world = world().await;
    let before = world.orders().await;
    let opened =
        world.actions(json!({ "name": "actions.intent.MAIN", "params": {}, "query": "talk to" })).await;
    assert_eq!(opened["session"]["params"]["sayso_decision"], "welcomed", "{opened}");
    assert!(opened["scene"]["next"].is_null(), "{opened}");
    let words = json!({ "name": "Reorder", "params": {}, "query": "reorder paper towels" });
    let asked = world.actions(words).await;
    assert!(asked["prompt"]["firstSimple"]["speech"].as_str().unwrap().starts_with("<speak>"), "{asked}");
    assert!(asked["prompt"]["firstSimple"]["text"].as_str().unwrap().contains("Paper Towels"), "{asked}");
    assert_eq!(
        (&asked["session"]["id"], &asked["session"]["params"]["kept"]),
        (&"kitchen".into(), &1.into())
    );
    let placed = world.actions(json!({ "name": "yes", "params": {}, "query": "yes please" })).await;
    assert_eq!(placed["session"]["params"]["sayso_decision"], "placed", "{placed}");
    assert_eq!(world.orders().await, before + 1);
    let over = world.actions(json!({ "name": "actions.intent.CANCEL", "params": {}, "query": "stop" })).await;
    assert_eq!(
        over["scene"],
        json!({ "name": "Shop", "slots": {}, "next": { "name": "actions.scene.END_CONVERSATION" } })
    );
}

#[tokio::test]
async fn a_conversation_ends_as_each_platform_expects_it() {
    let world = world().await;
    let over = world.cx(json!({ "transcript": "goodbye" })).await;
    assert_eq!(over["targetPage"], format!("{AGENT}/flows/f/pages/END_SESSION"));
    assert_eq!(over["sessionInfo"]["parameters"]["sayso_ended"], true);
    assert!(world.cx(json!({ "transcript": "help" })).await["targetPage"].is_null());
    let over = world.es(json!({ "queryText": "goodbye" })).await;
    assert_eq!(over["payload"]["google"]["expectUserResponse"], false);
    assert_eq!(over["outputContexts"][0]["lifespanCount"], 0);
}

#[tokio::test]
async fn a_yes_that_only_the_agent_says_orders_nothing() {
    let world = world().await;
    let before = world.orders().await;
    let yes =
        json!({ "displayName": "yes", "confidence": 1.0, "lastMatchedIntent": format!("{AGENT}/intents/1") });
    let tag = json!({ "tag": "yes" });
    let intent = format!("{AGENT}/intents/1");
    let others = [
        json!({ "triggerIntent": intent, "intentInfo": yes, "fulfillmentInfo": tag }),
        json!({ "triggerEvent": "yes", "fulfillmentInfo": tag }),
        json!({ "transcript": "purple monkey dishwasher", "intentInfo": yes, "fulfillmentInfo": tag }),
        json!({ "transcript": "maybe later", "intentInfo": yes }),
        json!({ "text": "no", "intentInfo": yes, "fulfillmentInfo": tag }),
        json!({ "transcript": "", "intentInfo": yes }),
    ];
    for other in others {
        let asked = world.cx(json!({ "text": "reorder paper towels" })).await;
        assert_eq!(decision(&asked), "confirming", "{asked}");
        let answer = world.cx(other.clone()).await;
        assert_ne!(decision(&answer), "placed", "{other}");
        world.cx(json!({ "text": "cancel" })).await;
    }
    assert_eq!(world.orders().await, before);
    world.cx(json!({ "text": "reorder paper towels" })).await;
    let unsure = json!({ "displayName": "yes", "confidence": 0.1 });
    let placed = world.cx(json!({ "text": "yes", "intentInfo": unsure })).await;
    assert_eq!(decision(&placed), "placed", "the shopper's own word counts, whatever the agent thinks");
}

#[tokio::test]
async fn where_the_words_mean_nothing_to_the_engine_the_agents_intent_stands_in_when_it_is_sure() {
    let world = world().await;
    let intent = |confidence: f64| {
        let given = json!({
            "item": { "originalValue": "kitchen rolls", "resolvedValue": ["paper towels"] },
            "quantity": { "originalValue": "two", "resolvedValue": { "amount": 2.0, "unit": "pack" } },
        });
        json!({ "displayName": "Reorder", "confidence": confidence, "parameters": given })
    };
    let words = "flibber me a zorgle of snarfs";
    let unsure = world.cx(json!({ "transcript": words, "intentInfo": intent(0.2) })).await;
    assert_eq!(decision(&unsure), "re-prompted", "{unsure}");
    let asked = world.cx(json!({ "transcript": words, "intentInfo": intent(0.9) })).await;
    assert!(spoken(&asked).contains("2 Northwind Paper Towels"), "{asked}");
    let stopped = world.cx(json!({ "transcript": "cancel", "intentInfo": intent(0.9) })).await;
    assert_eq!(decision(&stopped), "cancelled", "what the shopper says goes before: {stopped}");
}

#[tokio::test]
async fn parameters_of_the_session_are_taken_once() {
    let world = world().await;
    let session = json!({
        "session": format!("{AGENT}/sessions/kitchen"), "parameters": { "item": "paper towels", "theirs": [1] }
    });
    let event = json!({ "triggerEvent": "form-filled", "sessionInfo": session, "fulfillmentInfo": { "tag": "reorder" } });
    let asked = world.cx(event).await;
    assert!(spoken(&asked).contains("Paper Towels"), "{asked}");
    let parameters = asked["sessionInfo"]["parameters"].as_object().unwrap();
    assert_eq!(parameters.get("item"), Some(&Value::Null), "null takes it away");
    assert!(!parameters.contains_key("theirs"));
}

#[tokio::test]
async fn a_very_unhappy_shopper_hears_how_to_reach_a_person_and_a_yes_stays_a_yes() {
    let world = world().await;
    let before = world.orders().await;
    let mood = |score: f64| json!({ "score": score, "magnitude": 2.0 });
    let calm = world
        .cx(json!({ "transcript": "reorder paper towels", "sentimentAnalysisResult": mood(-0.3) }))
        .await;
    assert!(!spoken(&calm).contains("To reach a person"), "{calm}");
    let angry =
        world.cx(json!({ "transcript": "how much is it", "sentimentAnalysisResult": mood(-0.9) })).await;
    assert!(spoken(&angry).starts_with("To reach a person"), "{angry}");
    assert_eq!(angry["sessionInfo"]["parameters"]["sayso_listening"], true);
    let placed = world.cx(json!({ "transcript": "yes please", "sentimentAnalysisResult": mood(-0.9) })).await;
    assert_eq!(decision(&placed), "placed");
    assert_eq!(world.orders().await, before + 1);
    let idle = world.cx(json!({ "transcript": "thank you", "sentimentAnalysisResult": mood(-1.0) })).await;
    assert!(!spoken(&idle).contains("To reach a person"), "nothing is pending: {idle}");
}

#[tokio::test]
async fn events_silence_and_keys_are_no_words() {
    let world = world().await;
    assert_eq!(decision(&world.cx(json!({ "triggerEvent": "WELCOME" })).await), "welcomed");
    assert_eq!(decision(&world.cx(json!({ "triggerEvent": "sys.no-input-default" })).await), "re-prompted");
    assert_eq!(decision(&world.cx(json!({ "transcript": "  " })).await), "re-prompted");
    assert_eq!(
        decision(&world.cx(json!({ "triggerEvent": "custom-thing", "fulfillmentInfo": {} })).await),
        "gave-up"
    );
    world.cx(json!({ "text": "make that three packs of paper towels" })).await;
    let unknown =
        world.cx(json!({ "triggerEvent": "loyalty", "fulfillmentInfo": { "tag": "loyalty" } })).await;
    assert_ne!(decision(&unknown), "custom", "an intent that the skill has no words for: {unknown}");
}

#[tokio::test]
async fn the_same_request_again_gets_the_same_answer_and_runs_no_turn() {
    let world = world().await;
    let before = world.orders().await;
    let ask = |words: &str, id: &str| {
        let mut request = said(json!({ "transcript": words }));
        request["detectIntentResponseId"] = id.into();
        world.proved("/dialogflow/cx/household", request)
    };
    let read_back = ask("reorder paper towels", "1").send(world.address).await;
    assert_eq!(ask("reorder paper towels", "1").send(world.address).await.body, read_back.body);
    // Both at once, as when an answer was late.
    let (first, second) = (ask("yes please", "2"), ask("yes please", "2"));
    let (one, two) = tokio::join!(first.send(world.address), second.send(world.address));
    assert_eq!((decision(&one.json()), &one.body), ("placed", &two.body));
    assert_eq!(ask("yes please", "2").send(world.address).await.body, one.body);
    assert_eq!(world.orders().await, before + 1);
    let mut other = query(json!({ "queryText": "help" }));
    other["responseId"] = "2".into();
    let es = world.response("/dialogflow/es/household", other).await;
    assert!(es["fulfillmentText"].is_string(), "the same name on another platform is another request");
    let token = format!("Bearer {}", world.google.token(&format!("{AUDIENCE}/of-the-coffee-bar"), now()));
    let mut request = said(json!({ "transcript": "help" }));
    request["detectIntentResponseId"] = "2".into();
    let elsewhere = bare("/dialogflow/cx/coffee-bar", request).header("Authorization", &token);
    assert_ne!(elsewhere.send(world.address).await.body, one.body, "and in another skill");
}

#[tokio::test]
async fn a_request_in_snake_case_is_as_good() {
    let world = world().await;
    let request = json!({
        "detect_intent_response_id": "s1", "transcript": "reorder paper towels", "language_code": "en",
        "fulfillment_info": { "tag": "turn" }, "intent_info": { "display_name": "x", "confidence": "0.3" },
        "session_info": { "session": format!("{AGENT}/sessions/kitchen"), "parameters": null },
        "sentiment_analysis_result": { "score": -1 }, "payload": null, "brand_new_field": [{}]
    });
    let asked = world.response("/dialogflow/cx/household", request).await;
    assert!(spoken(&asked).starts_with("To reach a person") && decision(&asked) == "confirming", "{asked}");
    let request = json!({
        "session": "projects/p/agent/sessions/s", "response_id": "s1",
        "query_result": { "query_text": "help", "output_contexts": [{ "name": "x", "lifespan_count": "2" }] }
    });
    world.response("/dialogflow/es/household", request).await;
}

async fn refused(world: &World, path: &str, body: &[u8]) -> Answer {
    let started = std::time::Instant::now();
    let token = format!("Bearer {}", world.google.token(AUDIENCE, now()));
    let request = post(path, "application/json", body)
        .header("Host", "shop.example.com")
        .header("google-assistant-signature", &world.google.token("my-project", now()))
        .header("Authorization", &token);
    let answer = request.send(world.address).await;
    assert!(started.elapsed().as_secs() < 5);
    answer
}

#[tokio::test]
async fn what_is_no_request_of_the_platform_is_refused_and_runs_nothing() {
    let world = world().await;
    let with = |change: fn(&mut Value)| {
        let mut request = said(json!({ "text": "help" }));
        change(&mut request);
        request.to_string().into_bytes()
    };
    let deep = format!("{{\"payload\":{}{}}}", "[".repeat(60_000), "]".repeat(60_000)).into_bytes();
    let cx = [
        with(|r| r["sessionInfo"] = Value::Null),
        with(|r| r["sessionInfo"] = json!(["s"])),
        with(|r| r["sessionInfo"]["session"] = "".into()),
        with(|r| r["sessionInfo"]["session"] = 1.into()),
        with(|r| r["sessionInfo"]["parameters"] = json!([])),
        with(|r| r["text"] = 1.into()),
        with(|r| r["text"] = Value::Null),
        with(|r| r["transcript"] = "two at once".into()),
        with(|r| r["triggerEvent"] = "x".into()),
        with(|r| r["fulfillmentInfo"] = "turn".into()),
        with(|r| r["intentInfo"] = json!({ "confidence": "very" })),
        with(|r| r["intentInfo"] = json!({ "parameters": { "item": "x" } })),
        with(|r| r["sentimentAnalysisResult"] = json!([])),
        with(|r| r["detectIntentResponseId"] = json!({})),
        deep,
        b"{\"unread\":\"\xff\xfe\"}".to_vec(),
        b"[]".to_vec(),
        b"null".to_vec(),
        b"".to_vec(),
        b"{\"text\":\"help\"".to_vec(),
    ];
    let es = [
        json!({ "queryResult": { "queryText": "help" } }),
        json!({ "session": "s" }),
        json!({ "session": "s", "queryResult": {} }),
        json!({ "session": "s", "queryResult": [] }),
        json!({ "session": "s", "queryResult": { "queryText": ["help"] } }),
        json!({ "session": "s", "queryResult": { "queryText": "help", "outputContexts": {} } }),
        json!({ "session": "s", "queryResult": { "queryText": "help", "outputContexts": [[]] } }),
        json!({ "session": "s", "queryResult": { "queryText": "help", "parameters": "" } }),
    ];
    let actions = [
        json!({ "handler": { "name": "turn" } }),
        json!({ "session": { "id": "s" } }),
        json!({ "handler": "turn", "session": { "id": "s" } }),
        json!({ "handler": { "name": "turn" }, "session": { "id": 1 } }),
    ];
    let cx = cx.into_iter().map(|body| ("/dialogflow/cx/household", body));
    let es = es.iter().map(|body| ("/dialogflow/es/household", body.to_string().into_bytes()));
    let actions = actions.iter().map(|body| ("/actions/household", body.to_string().into_bytes()));
    for (path, body) in cx.chain(es).chain(actions) {
        let answer = refused(&world, path, &body).await;
        let text = String::from_utf8_lossy(&body[..body.len().min(200)]).into_owned();
        assert_eq!((answer.status, answer.error_code()), (400, "bad_request".into()), "{path} {text}");
    }
    let large = refused(&world, "/dialogflow/cx/household", &vec![b' '; 129 * 1024]).await;
    assert_eq!((large.status, large.error_code()), (413, "too_large".into()));
    let figures = crate::http::client::get("/metrics").send(world.address).await.text();
    assert!(figures.contains(r#"sayso_platform_refused_total{platform="dialogflow-cx",reason="envelope"}"#));
}
