//! Whoever hesitates, asks back, thanks or leaves in the middle of anything orders nothing, and hears what is sensible:
//! at every kind of open question, in both sample shops.

use std::sync::Arc;

use sayso::{
    app::rehearsal::{Rehearsal, Stage},
    turn::{Input, Reply},
};

use crate::support::Sample;

/// What opens a question of each kind: the last of the words does.
const HOUSEHOLD: &[&[&str]] = &[
    &["hello"],
    &["reorder paper towels"],
    &["do you have bagels"],
    &["order coffee"],
    &["order thirteen sponges"],
    &["reorder dishwasher tablets"],
    &["buy eggs and milk", "make it two"],
    &["reorder paper towels", "make it four", "yes"],
    &["add milk to my cart", "empty my cart"],
    &["I want to return the milk"],
    &["I want to return something"],
    &["reorder paper towels", "how much is a bagel"],
];

const COFFEE_BAR: &[&[&str]] = &[
    &["hello"],
    &["a large latte with oat milk"],
    &["how much is a bagel"],
    &["a mocha"],
    &["a large latte and a small mocha", "make it two"],
    &["a large latte", "what about a croissant"],
];

async fn say(shop: &Rehearsal, text: &str) -> Reply {
    shop.turn(Input::Heard { text: text.to_owned(), confidence: 0.96 }).await.expect("a reply")
}

/// Opens each question in a shop of its own, says each of the words after it, and hands on what was said before and
/// is said now. Nothing is ordered meanwhile, nor by a yes that follows where nothing is open any more.
async fn at_every_question(words: &[&str], judge: impl Fn(&str, &Reply, &Reply)) {
    for (sample, openings) in [(Sample::Household, HOUSEHOLD), (Sample::CoffeeBar, COFFEE_BAR)] {
        let stage = Stage::set(Arc::new(sample.skill())).await.expect("a stage");
        let shop = stage.rehearse().await.expect("a shop");
        let before = shop.placed().await.expect("orders").len();
        for opening in openings {
            for word in words {
                let mut asked = say(&shop, opening[0]).await;
                for next in &opening[1..] {
                    asked = say(&shop, next).await;
                }
                let reply = say(&shop, word).await;
                judge(&format!("{word:?} after {opening:?}"), &asked, &reply);
                if !reply.listening {
                    say(&shop, "yes").await;
                }
                let placed = shop.placed().await.expect("orders").len();
                assert_eq!(placed, before, "{word:?} after {opening:?} ordered something");
                say(&shop, "cancel").await;
                say(&shop, "empty my cart").await;
                say(&shop, "yes").await;
                say(&shop, "stop").await;
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_hesitates_keeps_the_question_open_and_orders_nothing() {
    let words = ["hold on", "wait a second", "I'm not sure", "let me think", "hmm", "I haven't decided yet"];
    at_every_question(&words, |what, asked, reply| {
        assert_eq!(reply.decision, "waiting", "{what}: {reply:?}");
        assert_eq!(reply.listening, asked.listening, "{what}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_asks_back_hears_the_same_again() {
    at_every_question(&["what", "sorry?", "say that again slowly"], |what, asked, reply| {
        assert_eq!(reply.speech, asked.speech, "{what}");
        assert_eq!(reply.listening, asked.listening, "{what}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_gives_up_starts_over_or_leaves_has_nothing_open_any_more() {
    at_every_question(&["never mind", "forget it"], |what, _, reply| {
        assert!(!reply.listening && !reply.ended, "{what}: {reply:?}");
    })
    .await;
    at_every_question(&["start over"], |what, _, reply| {
        let said = reply.speech.to_text("en");
        assert!(reply.listening && !said.contains('$'), "{what}: {said}");
    })
    .await;
    at_every_question(&["good bye"], |what, _, reply| assert!(reply.ended, "{what}: {reply:?}")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn thanks_and_who_are_you_are_answered_and_the_question_is_asked_again() {
    at_every_question(&["thank you", "who are you"], |what, asked, reply| {
        assert_eq!((reply.listening, reply.ended), (asked.listening, false), "{what}");
        assert!(asked.reprompt.is_none() || reply.reprompt == asked.reprompt, "{what}: {reply:?}");
    })
    .await;
}
