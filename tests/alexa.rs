//! What Alexa may rely on, and what somebody who only says to be Alexa cannot do. The skill, its
//! database and the server are the real ones; certificates come from an authority of the tests.

mod dialog;
mod progress;
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

/// A verifier on the authority's root, at a moment that the test moves.
fn verifier(amazon: &Arc<Amazon>) -> (Verifier, Arc<TravellingClock>) {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("root.pem");
    std::fs::write(&root, amazon.root()).unwrap();
    let clock = Arc::new(TravellingClock::at("2026-11-23T10:00:00Z".parse().expect("a moment")));
    (Verifier::new(read_roots(Some(&root)).unwrap(), amazon.clone(), clock.clone()), clock)
}

fn launch(offset: i64) -> String {
    let at: Timestamp = "2026-11-23T10:00:00Z".parse().unwrap();
    envelope(json!({ "type": "LaunchRequest" }), at + SignedDuration::from_secs(offset)).to_string()
}

async fn verdict(verifier: &Verifier, amazon: &Amazon, url: &str, body: &str) -> Result<(), Refused> {
    let parsed = Envelope::parse(body.as_bytes()).unwrap();
    verifier.verify(&amazon.headers(url, body.as_bytes()), body.as_bytes(), &parsed, APPLICATION).await
}

#[tokio::test]
async fn a_request_may_be_150_seconds_off_either_way_and_no_more() {
    let amazon = Arc::new(Amazon::new());
    let (verifier, _) = verifier(&amazon);
    for (offset, expected) in
        [(-150, Ok(())), (150, Ok(())), (-151, Err(Refused::Timestamp)), (151, Err(Refused::Timestamp))]
    {
        assert_eq!(verdict(&verifier, &amazon, URL, &launch(offset)).await, expected, "{offset}");
    }
}

#[tokio::test]
async fn a_chain_must_be_amazons_valid_now_and_trusted() {
    let amazon = Arc::new(Amazon::new());
    let (verifier, _) = verifier(&amazon);
    let stranger = Amazon::new();
    let chains = [
        ("expired", amazon.chain(&Claims { until: (2026, 11, 1), ..Claims::default() }), Refused::Chain),
        ("early", amazon.chain(&Claims { from: (2026, 12, 1), ..Claims::default() }), Refused::Chain),
        ("name", amazon.chain(&Claims { name: "echo-api.example.com", ..Claims::default() }), Refused::Chain),
        ("wildcard", amazon.chain(&Claims { name: "*.amazon.com", ..Claims::default() }), Refused::Chain),
        ("untrusted", stranger.chain(&Claims::default()), Refused::Chain),
        ("empty", String::new(), Refused::Fetch),
        ("html", "<html></html>".to_owned(), Refused::Fetch),
    ];
    for (name, chain, why) in chains {
        let url = format!("https://s3.amazonaws.com/echo.api/{name}.pem");
        amazon.serve(&url, chain);
        assert_eq!(verdict(&verifier, &amazon, &url, &launch(0)).await, Err(why), "{name}");
    }
    let absent = "https://s3.amazonaws.com/echo.api/absent.pem";
    assert_eq!(verdict(&verifier, &amazon, absent, &launch(0)).await, Err(Refused::Fetch));
}

#[tokio::test]
async fn the_signature_must_be_that_of_the_very_bytes_that_came() {
    let amazon = Arc::new(Amazon::new());
    let (verifier, _) = verifier(&amazon);
    let body = launch(0);
    let parsed = Envelope::parse(body.as_bytes()).unwrap();
    let changed = body.replace("en-US", "en-GB");
    let headers = amazon.headers(URL, body.as_bytes());
    let spaced = format!("{body} ");
    for other in [&changed, &spaced] {
        let verdict = verifier.verify(&headers, other.as_bytes(), &parsed, APPLICATION).await;
        assert_eq!(verdict, Err(Refused::Signature));
    }
    for (header, wrong) in [("signature-256", "not base64!"), ("signaturecertchainurl", "x")] {
        let mut headers = headers.clone();
        headers.insert(header, wrong.parse().unwrap());
        assert!(verifier.verify(&headers, body.as_bytes(), &parsed, APPLICATION).await.is_err(), "{header}");
        headers.remove(header);
        let verdict = verifier.verify(&headers, body.as_bytes(), &parsed, APPLICATION).await;
        assert_eq!(verdict, Err(Refused::Header), "{header}");
    }
    let mut twice = headers.clone();
    twice.append("signature-256", "AAAA".parse().unwrap());
    let verdict = verifier.verify(&twice, body.as_bytes(), &parsed, APPLICATION).await;
    assert_eq!(verdict, Err(Refused::Header));
}

#[tokio::test]
async fn a_chain_is_fetched_once_and_no_more_trusted_when_its_time_is_over() {
    let amazon = Arc::new(Amazon::new());
    amazon.serve(URL, amazon.chain(&Claims { until: (2026, 11, 24), ..Claims::default() }));
    let (verifier, clock) = verifier(&amazon);
    for _ in 0..3 {
        assert_eq!(verdict(&verifier, &amazon, URL, &launch(0)).await, Ok(()));
    }
    assert_eq!(amazon.fetched(), 1);
    clock.travel(SignedDuration::from_hours(24));
    let later = launch(24 * 3600);
    assert_eq!(verdict(&verifier, &amazon, URL, &later).await, Err(Refused::Chain));
    amazon.serve(URL, amazon.chain(&Claims::default()));
    assert_eq!(verdict(&verifier, &amazon, URL, &later).await, Ok(()), "the new chain is fetched");
}

#[tokio::test]
async fn a_chain_that_is_trusted_is_refused_from_the_second_after_its_last_or_before_its_first() {
    let amazon = Arc::new(Amazon::new());
    amazon.serve(
        URL,
        amazon.chain(&Claims { from: (2026, 11, 23), until: (2026, 11, 24), ..Claims::default() }),
    );
    let (verifier, clock) = verifier(&amazon);
    let mut now = 0;
    let hour = 3_600;
    for (second, expected) in [
        (0, Ok(())),
        (14 * hour - 400, Ok(())),
        (14 * hour - 60, Ok(())),
        (14 * hour, Ok(())),
        (14 * hour + 1, Err(Refused::Chain)),
        (14 * hour, Ok(())),
        (-10 * hour, Ok(())),
        (-10 * hour - 1, Err(Refused::Chain)),
    ] {
        clock.travel(SignedDuration::from_secs(second - now));
        now = second;
        assert_eq!(verdict(&verifier, &amazon, URL, &launch(second)).await, expected, "{second}");
    }
}

#[tokio::test]
async fn nothing_is_fetched_for_a_request_that_is_refused_anyway() {
    let amazon = Arc::new(Amazon::new());
    let (verifier, _) = verifier(&amazon);
    assert!(verdict(&verifier, &amazon, "https://example.com/echo.api/x.pem", &launch(0)).await.is_err());
    assert!(verdict(&verifier, &amazon, URL, &launch(1_000)).await.is_err());
    let other = launch(0).replace(APPLICATION, "amzn1.ask.skill.2");
    assert_eq!(verdict(&verifier, &amazon, URL, &other).await, Err(Refused::Application));
    assert_eq!(amazon.fetched(), 0);
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
