//! What shoppers open with, in words that are no examples of the sentences, means what they would expect. Nothing of it
//! is anything else in silence: what is not understood is asked about.

use sayso::understanding::{Expect, Intent, IntentName as N, OrderRef, Past, Source};

use crate::{
    support::Sample,
    understanding::{TODAY, shop_of},
};

/// What each of these means to a shop, as it was heard while nothing is open.
fn meant(sample: Sample, said: &[&str]) -> Vec<(String, Intent)> {
    let (shop, _) = shop_of(sample);
    let intent = |text: &&str| shop.understand_from(Source::Heard, text, Expect::Anything, TODAY).intent;
    said.iter().map(|text| ((*text).to_owned(), intent(text))).collect()
}

fn all_are(sample: Sample, name: N, said: &[&str]) {
    for (text, intent) in meant(sample, said) {
        assert_eq!(intent.name, name, "{text:?} in {sample:?}: {intent:?}");
    }
}

#[test]
fn a_wish_may_come_with_courtesy_around_it() {
    let household = [
        "good afternoon, I'd like some milk please",
        "grab me some eggs while you're at it",
        "I could really use some coffee filters",
        "buy the cheapest toothpaste you have",
    ];
    all_are(Sample::Household, N::Buy, &household);
    let bar =
        ["I could really use a coffee", "two lattes and a tea for here", "I'll grab a bagel for my wife"];
    all_are(Sample::CoffeeBar, N::Buy, &bar);
}

#[test]
fn whoever_wants_something_without_a_name_for_it_is_asked_what() {
    for sample in Sample::ALL {
        for (text, intent) in meant(sample, &["could I order something", "I want to place an order"]) {
            assert!(intent.name == N::Buy && intent.slots.items.is_empty(), "{text:?}: {intent:?}");
        }
    }
}

#[test]
fn what_was_had_before_is_had_again() {
    for sample in Sample::ALL {
        for (text, intent) in meant(
            sample,
            &["the usual one please", "I'd like the usual, but two", "same thing I usually get"],
        ) {
            assert_eq!(intent.slots.past, Some(Past::Usual), "{text:?}: {intent:?}");
        }
        for (text, intent) in meant(sample, &["I want what I had yesterday", "same as last Friday"]) {
            assert!(matches!(intent.slots.past, Some(Past::During(_))), "{text:?}: {intent:?}");
        }
    }
}

#[test]
fn orders_are_spoken_of_in_many_ways() {
    for sample in Sample::ALL {
        let said = ["what did we get last time", "I never received my order"];
        for (text, intent) in meant(sample, &said) {
            assert_eq!(
                (&intent.name, &intent.slots.order),
                (&N::OrderStatus, &Some(OrderRef::Last)),
                "{text:?}"
            );
        }
        for (text, intent) in meant(sample, &["what about the order before that one"]) {
            assert_eq!(intent.slots.order, Some(OrderRef::Before), "{text:?}: {intent:?}");
        }
        for (text, intent) in meant(sample, &["what orders do we have coming", "list all my orders"]) {
            assert_eq!(intent.slots.order, Some(OrderRef::All), "{text:?}: {intent:?}");
        }
        for (text, intent) in
            meant(sample, &["how much have we spent with you last month", "how much money did I spend"])
        {
            assert!(intent.name == N::Purchases && intent.slots.total, "{text:?}: {intent:?}");
        }
        all_are(
            sample,
            N::ReturnItem,
            &["I got the wrong order", "they got our order wrong", "can I have my money back"],
        );
    }
}

#[test]
fn who_speaks_and_what_there_is_are_asked_in_many_ways() {
    for sample in Sample::ALL {
        let own = |name: &str| N::Custom(name.to_owned());
        all_are(sample, own("introduction"), &["what are you exactly", "are you a real person"]);
        all_are(
            sample,
            own("placed_order"),
            &["can I edit my last order", "put one more thing on my last order"],
        );
        all_are(sample, N::Human, &["let me talk to the manager", "I want to speak to the agent"]);
        all_are(sample, N::Wait, &["I'm not really sure about it", "no, just browsing", "uh"]);
    }
    all_are(
        Sample::CoffeeBar,
        N::Custom("counter".into()),
        &["are there nuts in the cookie", "can I pay with cash"],
    );
    let delivery = N::Custom("delivery_terms".into());
    all_are(Sample::Household, delivery, &["how much does shipping cost", "do you deliver on Saturday"]);
}
