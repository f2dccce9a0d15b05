//! How many of an option: a count that was said, or a question.

use super::*;

#[test]
fn a_count_is_what_was_said_or_a_question_whatever_bounds_it() {
    let (bar, _) = shop_of(Sample::CoffeeBar);
    for (option, many, value) in [
        ("sugar", "sugars", "sugar"),
        ("extra shot", "extra shots", "shot"),
        ("vanilla syrup", "vanilla syrups", "vanilla"),
    ] {
        for bound in [
            "at least",
            "at most",
            "up to",
            "exactly",
            "just",
            "no more than",
            "not more than",
            "no less than",
            "no fewer than",
            "a minimum of",
            "a maximum of",
        ] {
            for lead in ["a small latte with", "I would like a small latte with", "with", "make it"] {
                let text = format!("{lead} {bound} three {many}");
                let slots = bar.understand_from(Source::Heard, &text, Expect::YesNo, TODAY).intent.slots;
                assert_eq!(
                    (values(&slots), slots.constraints),
                    (vec![format!("3 {value}")], Constraints::default()),
                    "{text}"
                );
            }
            let text = format!("{bound} three small lattes with {option}");
            let slots = bar.understand(&text, Expect::Anything, TODAY).intent.slots;
            assert_eq!(slots.items.first().and_then(|i| i.quantity).map(u32::from), Some(3), "{text}");
        }
        for bound in [
            "more than",
            "less than",
            "fewer than",
            "under",
            "over",
            "above",
            "below",
            "about",
            "two or",
            "two to",
            "half",
            "a hundred and",
        ] {
            for lead in [
                "a small latte with",
                "order a small latte with",
                "I would like a small latte with",
                "with",
                "make it",
            ] {
                for expect in [Expect::Anything, Expect::YesNo, Expect::Choice] {
                    let text = format!("{lead} {bound} three {many}");
                    let intent = bar.understand_from(Source::Heard, &text, expect, TODAY).intent;
                    assert!(!has_consequences(&intent.name), "{text} with {expect:?} is {intent:?}");
                }
            }
        }
    }
    for text in [
        "I want more than two small lattes",
        "order under two lattes",
        "get me two or three lattes",
        "make it more than two",
    ] {
        for expect in [Expect::Anything, Expect::YesNo] {
            let intent = bar.understand_from(Source::Heard, text, expect, TODAY).intent;
            assert!(!has_consequences(&intent.name), "{text} with {expect:?} is {intent:?}");
        }
    }
    let priced = bar.understand("find me a small latte under five", Expect::Anything, TODAY).intent.slots;
    assert!(priced.constraints.price_max.is_some(), "a price is still one: {priced:?}");
}

#[test]
fn another_is_one_more_and_less_is_less_of_what_there_is() {
    let (bar, _) = shop_of(Sample::CoffeeBar);
    for (text, wanted) in [
        ("another extra shot", "+1 shot"),
        ("one more shot please", "+1 shot"),
        ("yes and add another shot of espresso", "+1 shot"),
        ("can I get two more sugars", "+2 sugar"),
        ("two extra sugars", "+2 sugar"),
        ("one sugar more", "+1 sugar"),
        ("one less sugar", "-1 sugar"),
        ("make it two sugars less", "-2 sugar"),
        ("take one sugar out", "-1 sugar"),
        ("remove an extra shot", "-1 shot"),
        ("take the extra shot out", "no shot"),
        ("less sugar", "sugar.little"),
        ("extra sugar", "sugar.lots"),
        ("zero sugar", "no sugar"),
    ] {
        let intent = bar.understand_from(Source::Heard, text, Expect::YesNo, TODAY).intent;
        assert_eq!(
            (&intent.name, values(&intent.slots)),
            (&IntentName::Correct, strings(&[wanted])),
            "{text}"
        );
    }
    for text in ["no more sugar", "another oat milk", "one more large"] {
        let intent = bar.understand_from(Source::Heard, text, Expect::YesNo, TODAY).intent;
        assert!(!intent.slots.have_options(), "{text} is {intent:?}");
    }
}

#[test]
fn a_bound_of_so_many_more_is_a_question() {
    let (bar, _) = shop_of(Sample::CoffeeBar);
    for bound in
        ["at least", "at most", "not more than", "no less than", "up to", "a minimum of", "as many as"]
    {
        for step in ["two more sugars", "two less sugars", "two sugars more", "two extra sugars"] {
            for lead in ["", "with ", "make it ", "a small latte with "] {
                for expect in [Expect::Anything, Expect::YesNo, Expect::Choice] {
                    let text = format!("{lead}{bound} {step}");
                    let intent = bar.understand_from(Source::Heard, &text, expect, TODAY).intent;
                    assert!(!has_consequences(&intent.name), "{text} with {expect:?} is {intent:?}");
                }
            }
        }
    }
    let slots = bar.understand("exactly two more sugars", Expect::YesNo, TODAY).intent.slots;
    assert_eq!(values(&slots), ["+2 sugar"]);
}
