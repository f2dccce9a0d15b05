//! A request that is replayed when its answer is not kept any more.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use async_trait::async_trait;
use jiff::Timestamp;
use sayso::{
    channels::Engine,
    commerce::ShopId,
    turn::{Reply, Speech, Turn},
    understanding::Understood,
};
use serde_json::{Value, json};

use super::{ON_OAK_STREET, World, world_of};
use crate::{
    http::client::post,
    support::amazon::{envelope, intent},
};

const SECRET: &str = "0123456789abcdef-agent";

/// The engine, but for the crowd: it comes through Dialogflow, and is answered without being worked on.
struct Crowded {
    inner: Arc<dyn Engine>,
    crowd: Arc<AtomicUsize>,
}

#[async_trait]
impl Engine for Crowded {
    async fn turn(&self, turn: Turn) -> Reply {
        if turn.channel == "alexa" {
            return self.inner.turn(turn).await;
        }
        self.crowd.fetch_add(1, Ordering::SeqCst);
        Reply::outside("t".into(), turn.session, turn.stages, Speech::plain("Hello."), "welcomed")
    }
    async fn understand(&self, shop: &ShopId, text: &str) -> Option<Understood> {
        self.inner.understand(shop, text).await
    }
    async fn ready(&self) -> bool {
        self.inner.ready().await
    }
}

/// As many other requests as the skill gets in a little more than a second.
async fn others(world: &World, count: usize) {
    let path = "/dialogflow/cx/household";
    let ask = async |n: usize| {
        let session = format!("projects/p/locations/global/agents/a/sessions/{n}");
        let body = json!({
            "languageCode": "en", "fulfillmentInfo": { "tag": "turn" }, "text": "hello",
            "detectIntentResponseId": format!("other-{n}"), "sessionInfo": { "session": session },
        });
        let request = post(path, "application/json", body.to_string()).header("X-Agent-Secret", SECRET);
        let answer = request.header("Host", "shop.example.com").send(world.address).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
    };
    for n in (0..count).step_by(8) {
        futures_util::future::join_all((n..count.min(n + 8)).map(ask)).await;
    }
}

#[tokio::test]
async fn a_yes_that_is_replayed_after_ten_thousand_other_requests_answers_no_later_question() {
    let agent = format!(
        "[skill.household.dialogflow]\nhousehold = \"elm-street\"\nheader = \"X-Agent-Secret\"\nsecret = \"{SECRET}\"\n"
    );
    let crowd = Arc::new(AtomicUsize::new(0));
    let count = crowd.clone();
    let world = world_of(&format!("{ON_OAK_STREET}{agent}"), move |_, _, engine| {
        *engine = Arc::new(Crowded { inner: engine.clone(), crowd: count });
    })
    .await;
    let before = world.orders("oak-street").await;
    let reorder = intent("ReorderIntent", &[("item", "paper towels")]);
    world.response(reorder.clone()).await;
    let yes = envelope(intent("AMAZON.YesIntent", &[]), Timestamp::now());
    let placed = world.respond(yes.clone()).await;
    assert_eq!(world.orders("oak-street").await, before + 1);
    let asked = world.response(reorder).await;
    others(&world, 10_000).await;
    assert_eq!(crowd.load(Ordering::SeqCst), 10_000);
    let words = |response: &Value| response["outputSpeech"]["ssml"].as_str().unwrap().to_owned();
    let again = world.respond(yes.clone()).await;
    assert_eq!(world.orders("oak-street").await, before + 1, "it was said to the first read-back: {again}");
    assert_ne!(words(&again), words(&placed));
    assert_eq!(words(&again), words(&asked), "the question that is open is asked again");
    assert_eq!(again["shouldEndSession"], false);
    world.response(intent("AMAZON.YesIntent", &[])).await;
    assert_eq!(world.orders("oak-street").await, before + 2, "the shopper's own yes still counts");
}
