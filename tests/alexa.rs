//! What Alexa may rely on, and what somebody who only says to be Alexa cannot do. The skill, its
//! database and the server are the real ones; certificates come from an authority of the tests.

mod dialog;
mod placed;
mod progress;
mod proof;
mod replay;

use std::sync::{Arc, OnceLock};

use jiff::{SignedDuration, Timestamp};
use sayso::{
    app::App,
    channels::{
        Engine,
        alexa::{Envelope, Refused, Verifier, read_roots},
        http::{HttpState, Options, serve},
    },
    commerce::system::SystemClock,
    config::{Settings, Sources},
    speech::synth::{self, SynthSettings},
};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::net::TcpListener;

use crate::{
    http::client::{Request, get, post},
    support::{
        amazon::{APPLICATION, Amazon, Claims, URL, envelope, intent},
        clock::TravellingClock,
        process::Sayso,
    },
};

/// Everybody speaks for one household.
const ON_OAK_STREET: &str = "[skill.household]\nalexa_application_id = \
                             \"amzn1.ask.skill.00000000-0000-4000-8000-000000000001\"\nalexa_household = \"oak-street\"\n";

pub struct World {
    amazon: Arc<Amazon>,
    address: std::net::SocketAddr,
    pub app: App,
    _folder: TempDir,
}

async fn world() -> World {
    world_with(ON_OAK_STREET).await
}

/// A world with these settings, besides the root that signs requests.
pub async fn world_with(settings: &str) -> World {
    world_of(settings, |_, _, _| {}).await
}

/// The same with other parts than those that the app chose.
async fn world_of(settings: &str, change: impl FnOnce(&App, &mut Options, &mut Arc<dyn Engine>)) -> World {
    let (amazon, folder) = (Arc::new(Amazon::new()), tempfile::tempdir().unwrap());
    let root = folder.path().join("root.pem");
    std::fs::write(&root, amazon.root()).unwrap();
    let settings = format!("[alexa]\nroots = {root:?}\n{settings}");
    std::fs::write(folder.path().join("sayso.toml"), settings).unwrap();
    let sources = Sources { data: Some(folder.path().to_owned()), ..Sources::default() };
    let app = App::open_all(Settings::load(&sources).unwrap()).await.unwrap();
    let mut options = app.http_options().unwrap();
    let roots = read_roots(Some(&root)).unwrap();
    options.alexa = Some(Arc::new(Verifier::new(roots, amazon.clone(), Arc::new(SystemClock))));
    let tones = SynthSettings { engine: synth::Engine::Tones, ..SynthSettings::default() };
    let voice = synth::choose(&tones).unwrap();
    let mut engine = app.engine();
    change(&app, &mut options, &mut engine);
    let state = HttpState::new(options, engine, Arc::new(OnceLock::new()), voice);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(serve(state, listener, std::future::pending()));
    World { amazon, address, app, _folder: folder }
}

impl World {
    /// A signed request, as Amazon sends it.
    fn signed(&self, skill: &str, body: &[u8]) -> Request {
        let path = format!("/alexa/{skill}");
        post(&path, "application/json; charset=utf-8", body)
            .header("Host", "skills.example.com")
            .header("SignatureCertChainUrl", URL)
            .header("Signature-256", &self.amazon.sign(body))
    }

    async fn response(&self, request: Value) -> Value {
        self.respond(envelope(request, Timestamp::now())).await
    }

    /// What is answered to a whole envelope.
    pub async fn respond(&self, envelope: Value) -> Value {
        let answer = self.signed("household", envelope.to_string().as_bytes()).send(self.address).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        let json = answer.json();
        assert_eq!(json["version"], "1.0");
        assert_eq!(
            json["sessionAttributes"],
            json!({}),
            "nothing that could change an order leaves the server"
        );
        json["response"].clone()
    }

    pub async fn orders(&self, household: &str) -> usize {
        let household = self.app.household(Some(household)).unwrap();
        self.app.desk().orders(self.app.shop(), &household, 1_000).await.unwrap().len()
    }
}

#[tokio::test]
async fn a_purchase_by_alexa_is_read_back_and_ordered_once_after_a_yes() {
    let world = world().await;
    let before = world.orders("oak-street").await;
    let opened = world.response(json!({ "type": "LaunchRequest" })).await;
    assert_eq!(opened["shouldEndSession"], false, "{opened}");
    let asked = world.response(intent("ReorderIntent", &[("item", "paper towels")])).await;
    let ssml = asked["outputSpeech"]["ssml"].as_str().unwrap();
    assert_eq!(asked["outputSpeech"]["type"], "SSML");
    assert!(ssml.starts_with("<speak>") && ssml.contains("aper Towels"), "{ssml}");
    assert_eq!(asked["shouldEndSession"], false);
    assert!(asked["reprompt"]["outputSpeech"]["ssml"].is_string(), "{asked}");
    let placed = world.response(intent("AMAZON.YesIntent", &[])).await;
    assert_eq!(placed["card"]["title"], "Corner Shelf", "{placed}");
    world.response(intent("AMAZON.YesIntent", &[])).await;
    assert_eq!(world.orders("oak-street").await, before + 1, "another yes orders nothing more");
}

#[tokio::test]
async fn a_quantity_that_was_not_heard_or_is_none_is_never_one() {
    let world = world().await;
    let said = async |quantity: &str| {
        let slots = [("item", "paper towels"), ("quantity", quantity)];
        let response = world.response(intent("ReorderIntent", &slots)).await;
        response["outputSpeech"]["ssml"].as_str().unwrap().to_owned()
    };
    for quantity in ["?", "0", "-2", "2.5", "5000", "two or three"] {
        let asked = said(quantity).await;
        assert!(!asked.contains("aper Towels"), "{quantity}: {asked}");
        world.response(intent("AMAZON.HelpIntent", &[])).await;
    }
    assert!(said("two").await.contains("2 Northwind Paper Towels"));
}

#[tokio::test]
async fn a_device_with_a_screen_shows_the_order_and_another_is_sent_nothing_to_show() {
    let world = world().await;
    for (interfaces, shown) in
        [(json!({ "Alexa.Presentation.APL": { "runtime": {} } }), true), (json!({}), false)]
    {
        world.response(intent("ReorderIntent", &[("item", "paper towels")])).await;
        let mut yes = envelope(intent("AMAZON.YesIntent", &[]), Timestamp::now());
        yes["context"]["System"]["device"]["supportedInterfaces"] = interfaces;
        let placed = world.signed("household", yes.to_string().as_bytes()).send(world.address).await.json();
        let directives = &placed["response"]["directives"];
        assert_eq!(directives.is_array(), shown, "{placed}");
        if shown {
            assert_eq!(directives[0]["type"], "Alexa.Presentation.APL.RenderDocument");
            let order = &directives[0]["datasources"]["order"];
            assert_eq!(
                (&order["title"], &order["total"]),
                (&"Corner Shelf".into(), &"$22.66".into()),
                "{order}"
            );
            assert!(order["rows"][0]["name"].as_str().unwrap().contains("Paper Towels"), "{order}");
        }
    }
}

#[tokio::test]
async fn a_request_that_is_sent_twice_gets_the_same_answer_and_runs_one_turn() {
    let world = world().await;
    let before = world.orders("oak-street").await;
    for (request, then) in [
        (intent("ReorderIntent", &[("item", "paper towels")]), intent("AMAZON.YesIntent", &[])),
        (intent("ReorderIntent", &[("item", "paper towels")]), intent("AMAZON.NoIntent", &[])),
    ] {
        let body = envelope(request, Timestamp::now()).to_string();
        let once = world.signed("household", body.as_bytes()).send(world.address).await;
        world.response(then).await;
        let again = world.signed("household", body.as_bytes()).send(world.address).await;
        assert_eq!((once.status, again.body), (200, once.body));
        let nothing = world.response(intent("AMAZON.YesIntent", &[])).await;
        assert!(nothing["card"].is_null(), "the replayed question is not open: {nothing}");
    }
    assert_eq!(world.orders("oak-street").await, before + 1);
}

#[tokio::test]
async fn whole_sentences_come_through_the_catch_all_slot_as_words() {
    let world = world().await;
    let before = world.orders("oak-street").await;
    let asked = world.response(intent("UtteranceIntent", &[("utterance", "reorder paper towels")])).await;
    assert!(asked["outputSpeech"]["ssml"].as_str().unwrap().contains("aper Towels"), "{asked}");
    let refused = world.response(intent("AMAZON.NoIntent", &[])).await;
    assert!(refused["card"].is_null());
    assert_eq!(world.orders("oak-street").await, before);
}

#[tokio::test]
async fn a_stop_ends_the_session_and_gets_no_reprompt() {
    let world = world().await;
    let answer = world.response(intent("AMAZON.StopIntent", &[])).await;
    assert_eq!((&answer["shouldEndSession"], &answer["reprompt"]), (&true.into(), &Value::Null));
}

#[tokio::test]
async fn requests_that_are_no_turn_are_answered_without_a_word() {
    let world = world().await;
    let ended = json!({ "type": "SessionEndedRequest", "reason": "USER_INITIATED" });
    let broken = json!({ "type": "System.ExceptionEncountered", "error": { "type": "INVALID_RESPONSE" } });
    let disabled = json!({ "type": "AlexaSkillEvent.SkillDisabled" });
    for request in [ended, broken, disabled] {
        assert_eq!(world.response(request).await, json!({}));
    }
}

#[tokio::test]
async fn what_could_be_answered_is_told_without_doing_it() {
    let world = world().await;
    let before = world.orders("oak-street").await;
    let mut request = intent("ReorderIntent", &[("item", "paper towels")]);
    request["type"] = "CanFulfillIntentRequest".into();
    let answer = world.response(request.clone()).await;
    let yes = json!({ "canUnderstand": "YES", "canFulfill": "YES" });
    assert_eq!(answer["canFulfillIntent"], json!({ "canFulfill": "YES", "slots": { "item": yes } }));
    request["intent"]["name"] = "BookFlight".into();
    assert_eq!(world.response(request).await["canFulfillIntent"]["canFulfill"], "NO");
    world.response(intent("AMAZON.YesIntent", &[])).await;
    assert_eq!(world.orders("oak-street").await, before, "nothing was asked, so a yes confirms nothing");
}

#[tokio::test]
async fn whatever_is_wrong_with_a_request_gets_one_and_the_same_answer() {
    let world = world().await;
    let good = envelope(json!({ "type": "LaunchRequest" }), Timestamp::now());
    let text = good.to_string();
    let mut other_skill = good.clone();
    other_skill["context"]["System"]["application"]["applicationId"] = "amzn1.ask.skill.2".into();
    let mut no_request = good.clone();
    no_request.as_object_mut().unwrap().remove("request");
    let unknown = envelope(json!({ "type": "AudioPlayer.PlaybackStarted" }), Timestamp::now());
    let deep = format!("{}{}", "[".repeat(60_000), "]".repeat(60_000));
    let mut answers = Vec::new();
    for body in [
        other_skill.to_string(),
        no_request.to_string(),
        unknown.to_string(),
        deep,
        "null".into(),
        String::new(),
    ] {
        answers.push(world.signed("household", body.as_bytes()).send(world.address).await);
    }
    answers.push(world.signed("household", b"\xff\xfe").send(world.address).await);
    answers.push(world.signed("tea", text.as_bytes()).send(world.address).await);
    answers.push(post("/alexa/household", "application/json", text.as_bytes()).send(world.address).await);
    let first = &answers[0];
    assert_eq!((first.status, first.error_code()), (400, "refused".into()));
    assert!(answers.iter().all(|one| (one.status, &one.body) == (400, &first.body)));
    let figures = get("/metrics").send(world.address).await.text();
    assert!(
        figures.contains(r#"sayso_platform_refused_total{platform="alexa",reason="application"}"#),
        "{figures}"
    );
}

#[tokio::test]
async fn a_body_beyond_its_bound_is_not_read() {
    let world = world().await;
    let answer = world.signed("household", &vec![b' '; 129 * 1024]).send(world.address).await;
    assert_eq!((answer.status, answer.error_code()), (413, "too_large".into()));
}

#[tokio::test]
async fn the_program_offers_alexa_only_the_skills_that_its_settings_name() {
    let sayso = Sayso::new();
    let serving = sayso.serve();
    let body = envelope(json!({ "type": "LaunchRequest" }), Timestamp::now()).to_string();
    let answer = post("/alexa/household", "application/json", body).send(serving.address).await;
    assert_eq!((answer.status, answer.error_code()), (400, "refused".into()));
    assert_eq!(get("/alexa/household").send(serving.address).await.status, 405);
}
