//! What a shopper hears while a turn takes long. Time and the slow part are the tests' own; the address that
//! hears of it is a real HTTP server.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Duration,
};

use async_trait::async_trait;
use axum::{
    Router,
    body::Bytes,
    http::{HeaderMap, StatusCode, Uri},
    response::IntoResponse,
};
use jiff::Timestamp;
use sayso::{
    channels::{
        Engine,
        alexa::{Progress, Timer},
    },
    commerce::ShopId,
    turn::{Reply, Turn},
    understanding::Understood,
};
use serde_json::{Value, json};
use tokio::{net::TcpListener, sync::Semaphore};

use super::{ON_OAK_STREET, World, world_of};
use crate::support::amazon::{envelope, intent};

const TOKEN: &str = "eyJ0-the-leave-to-speak";

/// An engine whose turns wait for the test.
struct Slow {
    inner: Arc<dyn Engine>,
    gate: Arc<Semaphore>,
}

#[async_trait]
impl Engine for Slow {
    async fn turn(&self, turn: Turn) -> Reply {
        self.gate.acquire().await.unwrap().forget();
        self.inner.turn(turn).await
    }
    async fn understand(&self, shop: &ShopId, text: &str) -> Option<Understood> {
        self.inner.understand(shop, text).await
    }
    async fn ready(&self) -> bool {
        self.inner.ready().await
    }
}

/// Time that passes when the test says so.
struct Held {
    asked: Mutex<Vec<Duration>>,
    begun: Semaphore,
    gate: Semaphore,
    passed: Semaphore,
    given_up: Arc<Semaphore>,
}

struct Waiting(Arc<Semaphore>);

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.add_permits(1);
    }
}

#[async_trait]
impl Timer for Held {
    async fn wait(&self, time: Duration) {
        self.asked.lock().unwrap().push(time);
        self.begun.add_permits(1);
        let waiting = Waiting(self.given_up.clone());
        self.gate.acquire().await.unwrap().forget();
        self.passed.add_permits(1);
        std::mem::forget(waiting);
    }
}

/// What Amazon's address received: path, authorization, body.
type Received = Arc<Mutex<Vec<(String, String, Value)>>>;

/// The address of Amazon's, which answers with that status, or never.
async fn listener(answer: Option<StatusCode>) -> (SocketAddr, Received, Arc<Semaphore>) {
    let (received, count) = (Received::default(), Arc::new(Semaphore::new(0)));
    let (kept, arrived) = (received.clone(), count.clone());
    let take = move |uri: Uri, headers: HeaderMap, body: Bytes| async move {
        let authorization = headers["authorization"].to_str().unwrap().to_owned();
        let body = serde_json::from_slice(&body).unwrap();
        kept.lock().unwrap().push((uri.path().to_owned(), authorization, body));
        arrived.add_permits(1);
        match answer {
            Some(status) => (status, [("location", "/elsewhere")]).into_response(),
            None => std::future::pending().await,
        }
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, Router::new().fallback(take)).await });
    (address, received, count)
}

/// A shop whose turns wait for `turns`, and whose waiting shoppers are told after `timer`.
struct Shop {
    world: Arc<World>,
    turns: Arc<Semaphore>,
    timer: Arc<Held>,
    api: String,
    received: Received,
    arrived: Arc<Semaphore>,
}

async fn shop(answer: Option<StatusCode>) -> Shop {
    let (address, received, arrived) = listener(answer).await;
    let api = format!("http://{address}");
    let timer = Arc::new(Held {
        asked: Mutex::default(),
        begun: Semaphore::new(0),
        gate: Semaphore::new(0),
        passed: Semaphore::new(0),
        given_up: Arc::new(Semaphore::new(0)),
    });
    let turns = Arc::new(Semaphore::new(0));
    let (gate, time, own) = (turns.clone(), timer.clone(), api.clone());
    let world = world_of(ON_OAK_STREET, |app, options, engine| {
        let after = app.settings().alexa().progress.expect("it is on unless it is set off");
        options.progress = Some(Arc::new(Progress::new(after, Some(&own), time).unwrap()));
        *engine = Arc::new(Slow { inner: engine.clone(), gate });
    })
    .await;
    Shop { world: Arc::new(world), turns, timer, api, received, arrived }
}

impl Shop {
    /// A shopper asks for something, and waits for the answer in the background.
    fn ask(&self, endpoint: &str) -> tokio::task::JoinHandle<Value> {
        let mut whole = envelope(intent("ReorderIntent", &[("item", "paper towels")]), Timestamp::now());
        whole["context"]["System"]["apiEndpoint"] = endpoint.into();
        whole["context"]["System"]["apiAccessToken"] = TOKEN.into();
        let world = self.world.clone();
        tokio::spawn(async move { world.respond(whole).await })
    }

    fn received(&self) -> usize {
        self.received.lock().unwrap().len()
    }
}

fn reads_back(answer: &Value) -> bool {
    answer["outputSpeech"]["ssml"].as_str().unwrap().contains("aper Towels")
}

#[tokio::test]
async fn a_shopper_whose_turn_takes_longer_than_a_second_hears_a_sentence_meanwhile() {
    let shop = shop(Some(StatusCode::NO_CONTENT)).await;
    let answer = shop.ask(&shop.api);
    shop.timer.begun.acquire().await.unwrap().forget();
    assert_eq!(*shop.timer.asked.lock().unwrap(), [Duration::from_secs(1)]);
    assert_eq!(shop.received(), 0, "not before the second is over");
    shop.timer.gate.add_permits(1);
    shop.arrived.acquire().await.unwrap().forget();
    let (path, authorization, body) = shop.received.lock().unwrap()[0].clone();
    assert_eq!((path.as_str(), authorization.as_str()), ("/v1/directives", "Bearer eyJ0-the-leave-to-speak"));
    assert!(body["header"]["requestId"].as_str().unwrap().starts_with("amzn1.echo-api.request."), "{body}");
    let speak = json!({ "type": "VoicePlayer.Speak", "speech": "One moment, please." });
    assert_eq!(body["directive"], speak);
    shop.turns.add_permits(1);
    assert!(reads_back(&answer.await.unwrap()));
}

#[tokio::test]
async fn an_answer_that_comes_in_time_has_no_sentence_before_it() {
    let shop = shop(Some(StatusCode::NO_CONTENT)).await;
    let answer = shop.ask(&shop.api);
    shop.timer.begun.acquire().await.unwrap().forget();
    shop.turns.add_permits(1);
    assert!(reads_back(&answer.await.unwrap()));
    shop.timer.given_up.acquire().await.unwrap().forget();
    assert_eq!(shop.received(), 0);
}

#[tokio::test]
async fn an_answer_does_not_wait_for_an_address_that_hangs() {
    let shop = shop(None).await;
    let answer = shop.ask(&shop.api);
    shop.timer.gate.add_permits(1);
    shop.arrived.acquire().await.unwrap().forget();
    shop.turns.add_permits(1);
    assert!(reads_back(&answer.await.unwrap()));
}

#[tokio::test]
async fn a_token_is_sent_to_no_address_that_is_not_allowed() {
    let shop = shop(Some(StatusCode::NO_CONTENT)).await;
    let (stranger, received, _) = listener(Some(StatusCode::NO_CONTENT)).await;
    for endpoint in [format!("http://{stranger}"), "https://api.amazonalexa.com.example.com".into()] {
        let long = async {
            shop.timer.begun.acquire().await.unwrap().forget();
            shop.timer.gate.add_permits(1);
            shop.timer.passed.acquire().await.unwrap().forget();
            shop.turns.add_permits(1);
        };
        let (answer, ()) = tokio::join!(shop.ask(&endpoint), long);
        assert!(reads_back(&answer.unwrap()));
    }
    assert_eq!((shop.received(), received.lock().unwrap().len()), (0, 0));
}

/// What is logged.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl std::io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn no_redirect_is_followed_and_no_token_is_logged() {
    let log = Log::default();
    let writer = log.clone();
    let lines = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(move || writer.clone())
        .finish();
    let _kept = tracing::subscriber::set_default(lines);
    let shop = shop(Some(StatusCode::TEMPORARY_REDIRECT)).await;
    let answer = shop.ask(&shop.api);
    shop.timer.gate.add_permits(1);
    shop.arrived.acquire().await.unwrap().forget();
    let told = || String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    while !told().contains("was not told that a turn takes long") {
        tokio::task::yield_now().await;
    }
    shop.turns.add_permits(1);
    assert!(reads_back(&answer.await.unwrap()));
    assert_eq!(shop.received(), 1, "the redirect leads nowhere");
    assert!(!told().contains(TOKEN), "{}", told());
}
