//! Answers to "which one?", "which size?" and "how many?", as they are said and as platforms fill them in.

use std::sync::Arc;

use sayso::{
    app::rehearsal::Stage,
    commerce::Quantity,
    turn::Input,
    understanding::{
        Choice, Expect, Intent, IntentName,
        platform::{intent, read},
    },
};

use crate::{
    support::Sample,
    understanding::{TODAY, shop_of},
};

#[test]
fn what_was_said_last_of_an_answer_counts_and_a_yes_is_never_found_in_it() {
    let (shop, _) = shop_of(Sample::Household);
    let of = |text: &str, expect| shop.understand(text, expect, TODAY).intent;
    let choice = |text: &str| of(text, Expect::Choice).slots.choice;
    for (text, meant) in [
        ("the first, no, the second", Choice::Ordinal(2)),
        ("one, no wait, I mean three", Choice::Ordinal(3)),
        ("the cheapest, actually the first", Choice::Ordinal(1)),
        ("small, or rather large", Choice::Described("large".into())),
        ("the first, no, the second, sorry, the third", Choice::Ordinal(3)),
    ] {
        assert_eq!(choice(text), Some(meant), "{text}");
    }
    let count = |text: &str, expect| of(text, expect).slots.quantity.map(Quantity::get);
    for expect in [Expect::Quantity, Expect::YesNo] {
        assert_eq!(count("two, I mean three", expect), Some(3), "{expect:?}");
    }
    for (text, expect) in [
        ("no, yes", Expect::YesNo),
        ("two, no, yes", Expect::YesNo),
        ("the first, I mean yes", Expect::Choice),
        ("two, actually yes", Expect::Quantity),
    ] {
        assert_ne!(of(text, expect).name, IntentName::Yes, "{text}");
    }
    // What a "no" refuses is not what is wanted instead.
    assert_ne!(choice("the first, no bananas").and_then(described), Some("bananas".to_owned()));
}

fn described(choice: Choice) -> Option<String> {
    match choice {
        Choice::Described(words) => Some(words),
        _ => None,
    }
}

#[test]
fn after_just_a_number_counts_and_picks_none() {
    let (shop, _) = shop_of(Sample::Household);
    for text in ["just one", "only one", "just the one", "um, just one please"] {
        let meant = shop.understand(text, Expect::Choice, TODAY).intent;
        assert_eq!((&meant.name, meant.slots.quantity), (&IntentName::Correct, Quantity::new(1)), "{text}");
    }
    let one = shop.understand("one", Expect::Choice, TODAY).intent;
    assert_eq!((one.name, one.slots.choice), (IntentName::Choose, Some(Choice::Ordinal(1))));
}

/// What a platform makes of an utterance: the name of an intent with what fills its places.
type Filled = (&'static str, &'static [(&'static str, &'static str)]);

fn meant((name, places): Filled) -> Intent {
    let (name, means) = read(name).expect("an intent's name");
    intent(name, &means, places, TODAY)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_platforms_places_answer_an_open_question_as_the_words_do() {
    let stage = Stage::set(Arc::new(Sample::Household.skill())).await.expect("a stage");
    let large = "one Northwind Coffee, Large";
    for (asked, filled, answered) in [
        ("find me northwind coffee", ("choose", &[("quantity", "2")][..]), large),
        ("find me northwind coffee", ("choose", &[("ordinal", "2")]), large),
        ("find me northwind coffee", ("digits", &[("digits", "2")]), large),
        ("find me northwind coffee", ("choose", &[("size", "large")]), large),
        ("find me northwind coffee", ("choose", &[("description", "Large")]), large),
        ("find me northwind coffee", ("choose", &[("item", "large one")]), large),
        ("find me northwind coffee", ("correct", &[("size", "large")]), large),
        ("find me northwind coffee", ("buy", &[("item", "large")]), large),
        ("find me northwind coffee", ("choose_with_largest_one", &[]), large),
        (
            "find me northwind coffee",
            ("choose", &[("size", "large"), ("quantity", "2")]),
            "2 Northwind Coffee, Large",
        ),
        (
            "find me northwind coffee",
            ("buy", &[("item", "large"), ("quantity", "2")]),
            "2 Northwind Coffee, Large",
        ),
        ("find me northwind coffee", ("price", &[("size", "large")]), "Northwind Coffee, Large costs $11.99"),
        (
            "find me batteries",
            ("choose", &[("brand", "Evermore"), ("size", "twelve pack")]),
            "one Evermore Batteries, Twelve Pack",
        ),
        (
            "buy thirty batteries",
            ("choose", &[("brand", "Silverbrook")]),
            "5 Silverbrook Batteries, Six Pack",
        ),
        ("buy thirty batteries", ("digits", &[("digits", "2")]), "2 Evermore Batteries, Twelve Pack"),
        ("buy thirty batteries", ("correct", &[("quantity", "2")]), "2 Evermore Batteries, Twelve Pack"),
    ] {
        let shop = stage.rehearse().await.expect("a shop");
        shop.turn(Input::Text(asked.into())).await.expect("a question");
        let reply = shop.turn(Input::Intent(meant(filled))).await.expect("a reply");
        let said = reply.speech.to_text("en");
        assert!(said.contains(answered), "{filled:?}: {said}");
        assert_eq!(shop.placed().await.expect("orders").len(), 0, "{filled:?}");
    }
}
