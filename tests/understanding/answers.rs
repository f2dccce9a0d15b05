//! Yes, no and the rest of what answers a question: never more than was said.

use super::*;

#[test]
fn only_a_whole_and_explicit_yes_is_a_yes() {
    let (understander, _) = shop();
    let moments = [
        Expect::Anything,
        Expect::YesNo,
        Expect::Choice,
        Expect::Pin,
        Expect::Order,
        Expect::Quantity,
        Expect::Product,
    ];
    for text in [
        "okay… wait",
        "okay",
        "okay okay",
        "okay then",
        "yes but make it three",
        "yes no",
        "no yes",
        "sure if it's cheap",
        "yes cancel that",
        "yes if it is in stock",
        "yes and no",
        "maybe yes",
        "yes yes yes yes no no yes yes no yes but eggs no bread yes no maybe yes double it no two three four of each \
         of the first no second no third",
        "is that a yes",
        "can you confirm",
        "could you place the order tomorrow",
        "yes wait",
        "not yes",
        "yes stop",
        "I guess",
        "whatever",
        "fine I guess",
        "he said yes",
        "say yes",
        "yes to what",
        "what if I say yes",
        "yesterday",
        "guess",
        "yes coffee",
        "right behind you",
        "thank you",
        "you",
        "do you want to go ahead",
        "don't go ahead",
        "never order it",
        "yes I don't",
        "mm",
        "uh huh",
        "",
    ] {
        for expect in moments {
            let understood = understander.understand(text, expect, TODAY);
            assert_ne!(understood.intent.name, IntentName::Yes, "{text} with {expect:?}");
        }
    }
}

/// What a recogniser's text means while a yes is awaited.
fn heard(text: &str) -> Understood {
    shop().0.understand_from(Source::Heard, text, Expect::YesNo, TODAY)
}

#[test]
fn one_weak_word_is_a_yes_where_it_is_typed_and_none_where_it_is_heard() {
    for text in [
        "Sure.",
        "Confirm.",
        "Yeah.",
        "Yep.",
        "yup",
        "Correct.",
        "Absolutely.",
        "Definitely.",
        "Certainly.",
        "Proceed.",
        "Affirmative.",
        "sure please",
        "okay, sure",
        "um, confirm",
    ] {
        assert_eq!(name(text, Expect::YesNo), IntentName::Yes, "{text}");
        let Understood { intent, confidence } = heard(text);
        assert_eq!(intent.name, IntentName::NotUnderstood, "{text}");
        assert!(confidence < 0.5, "{text}");
    }
}

#[test]
fn the_word_yes_or_a_whole_phrase_is_a_yes_by_ear_too() {
    for text in [
        "Yes.",
        "Yes, please.",
        "Okay, yes.",
        "yes yes yes",
        "yeah sure",
        "Confirm my order.",
        "Go ahead.",
        "Order it.",
        "Place the order.",
        "Let's do it.",
        "That's right.",
        "yes, sure",
    ] {
        assert_eq!(heard(text).intent.name, IntentName::Yes, "{text}");
    }
}

#[test]
fn what_follows_a_no_is_refused() {
    let thing = |text: &str| {
        let intent = understand(text, Expect::YesNo).intent;
        assert_eq!(intent.name, IntentName::Correct, "{text}");
        (intent.slots.items[0].words.clone(), intent.slots.refused)
    };
    for text in ["no bananas", "not bananas", "I don't want bananas", "without the bananas", "no, bananas"] {
        assert_eq!(thing(text), ("bananas".to_owned(), true), "{text}");
    }
    assert_eq!(thing("not the paper towels"), ("paper towels".to_owned(), true));
    assert_eq!(thing("bananas"), ("bananas".to_owned(), false));
    assert_eq!(thing("no I meant olive oil"), ("olive oil".to_owned(), false));
}

#[test]
fn a_no_that_stands_apart_is_a_wish_and_one_that_does_not_wants_nothing() {
    let (understander, _) = shop();
    let slots = |text: &str| understander.understand(text, Expect::YesNo, TODAY).intent.slots;
    for text in ["no sugar", "not sugar", "no milk please", "I don't want sugar", "without sugar"] {
        assert_eq!((slots(text).refused, slots(text).instead), (true, false), "{text}");
    }
    for text in ["no, sugar", "no wait sugar", "no actually, some milk", "no a milk"] {
        assert!(!slots(text).refused || slots(text).instead, "{text}");
    }
}

#[test]
fn hold_on_is_neither_a_yes_nor_a_no() {
    for expect in [Expect::YesNo, Expect::Pin, Expect::Choice, Expect::Anything] {
        for text in
            ["wait", "hold on", "one moment", "let me think", "okay", "Okay, wait a moment.", "yes wait"]
        {
            assert_eq!(name(text, expect), IntentName::Wait, "{text}");
        }
    }
    assert_eq!(name("no that's fine", Expect::YesNo), IntentName::No);
    assert_eq!(name("no it's fine", Expect::YesNo), IntentName::No);
    for text in ["did you order it", "was it ordered"] {
        assert_eq!(name(text, Expect::YesNo), IntentName::NotUnderstood, "{text}");
    }
}

#[test]
fn a_yes_with_a_change_is_the_change() {
    let understood = understand("yes but make it three", Expect::YesNo);
    assert_eq!(understood.intent.name, IntentName::Correct);
    assert_eq!(understood.intent.slots.quantity.map(u32::from), Some(3));
}

#[test]
fn cancel_stop_and_no_win_over_the_rest_of_a_short_utterance() {
    for expect in [Expect::Anything, Expect::YesNo, Expect::Pin, Expect::Choice] {
        assert_eq!(name("yes cancel that", expect), IntentName::Cancel);
        assert_eq!(name("okay wait cancel", expect), IntentName::Cancel);
        assert_eq!(name("yes no", expect), IntentName::No);
        assert_eq!(name("okay stop", expect), IntentName::Stop);
        assert_eq!(name("stop stop stop", expect), IntentName::Stop);
        assert_eq!(name("please don't order that", expect), IntentName::No);
    }
    assert_eq!(name("cancel my order", Expect::YesNo), IntentName::Cancel);
    assert_eq!(name("cancel my order", Expect::Anything), IntentName::CancelOrder);
}

#[test]
fn order_it_is_a_yes_only_to_a_question() {
    assert_eq!(name("order it", Expect::YesNo), IntentName::Yes);
    assert_eq!(name("order it", Expect::Anything), IntentName::Buy);
    assert_eq!(name("go ahead", Expect::YesNo), IntentName::Yes);
    assert_eq!(name("go ahead", Expect::Anything), IntentName::NotUnderstood);
    assert_eq!(name("place the order", Expect::YesNo), IntentName::Yes);
    assert_eq!(name("place the order", Expect::Anything), IntentName::CheckOut);
}
