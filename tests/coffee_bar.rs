//! The coffee bar, the second sample shop: what is asked for in a drink is noted with that drink, and
//! what cannot be noted is said, and never left out in silence.

mod changed_menu;
mod counts;
mod platforms;

use std::{fs, path::Path, sync::Arc};

use sayso::{
    app::rehearsal::Stage,
    dialogue::Prompt,
    skill::Skill,
    turn::{Input, Reply},
    understanding::{
        Constraints, Expect, Intent, IntentName, ItemPhrase, OptionPhrase, Products, Slots, Source, Step,
        Understander,
    },
};

use crate::{
    support::Sample,
    understanding::{TODAY, shop_of},
};

fn heard(bar: &Understander, text: &str, expect: Expect) -> IntentName {
    bar.understand_from(Source::Heard, text, expect, TODAY).intent.name
}

/// Whether something would be ordered, changed or confirmed.
fn has_consequences(name: &IntentName) -> bool {
    use IntentName as N;
    matches!(
        name,
        N::Buy
            | N::Reorder
            | N::AddToCart
            | N::ChangeCart
            | N::RemoveFromCart
            | N::Correct
            | N::Yes
            | N::CheckOut
    )
}

/// The titles that fit the only thing of an order equally well.
fn titles(bar: &(Understander, Products), text: &str) -> Vec<String> {
    let intent = bar.0.understand(text, Expect::Anything, TODAY).intent;
    assert_eq!((&intent.name, intent.slots.items.len()), (&IntentName::Buy, 1), "{text}");
    let found = bar.1.resolve(&intent.slots.items[0], &Constraints::default(), &[]);
    let title = |sku| bar.1.catalog().get(sku).expect("a product").title;
    found.hits.iter().take(found.tied).map(|hit| title(&hit.sku)).collect()
}

#[test]
fn a_drink_and_its_size_are_one_product() {
    let bar = shop_of(Sample::CoffeeBar);
    for (said, title) in [
        ("a small latte", "Latte, Small"),
        ("can I get a twelve ounce latte", "Latte, Small"),
        ("a large iced coffee please", "Iced Coffee, Large"),
        ("an eight ounce cappuccino", "Cappuccino, Eight Ounce"),
        ("medium drip coffee", "House Coffee, Medium"),
        ("a large cup of coffee", "House Coffee, Large"),
        ("I'll have a small decaf", "Decaf Coffee, Small"),
        ("a medium chai", "Chai Latte, Medium"),
        ("two slices of banana bread", "Banana Bread"),
        ("a muffin", "Blueberry Muffin"),
        ("can I get coffee eight ounce", "House Coffee, Eight Ounce"),
    ] {
        assert_eq!(titles(&bar, said), [title], "{said}");
    }
}

#[test]
fn a_drink_without_a_size_is_a_question_of_size_only() {
    let bar = shop_of(Sample::CoffeeBar);
    for (said, kind) in [("a coffee", "House Coffee"), ("a latte", "Latte"), ("an iced mocha", "Iced Mocha")]
    {
        let titles = titles(&bar, said);
        assert!(titles.len() >= 3, "{said}: {titles:?}");
        assert!(titles.iter().all(|t| t.starts_with(&format!("{kind}, "))), "{said}: {titles:?}");
    }
}

#[test]
fn a_name_with_milk_fruit_or_nuts_in_it_is_still_a_product() {
    let (bar, _) = shop_of(Sample::CoffeeBar);
    for said in [
        "a small vanilla latte",
        "caramel macchiato",
        "an almond croissant",
        "decaf coffee",
        "two chocolate chip cookies",
        "a large hot chocolate",
        "can I get a flat white",
    ] {
        assert_eq!(heard(&bar, said, Expect::Anything), IntentName::Buy, "{said}");
    }
}

/// The values that an utterance asks for, with counts and refusals: `2 sugar`, `no milk`.
fn values(slots: &Slots) -> Vec<String> {
    let all = slots.items.iter().flat_map(|item| &item.options).chain(&slots.options);
    let written = |option: &OptionPhrase| {
        let value = option.meant[0].1.as_str();
        let count = option.count.unwrap_or(1);
        match (option.no, option.step) {
            (true, _) => format!("no {value}"),
            (false, Some(Step::More)) => format!("+{count} {value}"),
            (false, Some(Step::Fewer)) => format!("-{count} {value}"),
            _ if count > 1 => format!("{count} {value}"),
            _ => value.to_owned(),
        }
    };
    all.map(written).collect()
}

fn strings(of: &[&str]) -> Vec<String> {
    of.iter().map(|&text| text.to_owned()).collect()
}

#[test]
fn a_drink_with_options_is_that_drink_with_all_of_them_in_every_order_of_words() {
    let (bar, _) = shop_of(Sample::CoffeeBar);
    let drinks = ["coffee", "latte", "drip coffee", "cappuccino", "iced mocha", "espresso", "americano"];
    let frames: [(&str, &[&str]); 13] = [
        ("<drink> with soy milk", &["soy"]),
        (
            "I'd like a <size> <drink> with a little bit of skim milk and lots of sugar, please",
            &["skim.little", "sugar.lots"],
        ),
        ("can I get a double shot <drink>", &["double"]),
        ("<size> <drink> with cream and two sugars", &["cream", "2 sugar"]),
        ("triple shot <drink> medium roast", &["triple", "medium"]),
        ("could I have a <size> dark roast <drink>", &["dark"]),
        ("give me a <drink> with an extra shot", &["shot"]),
        ("a <size> <drink> no sugar", &["no sugar"]),
        ("single shot <size> <drink> with a lot of almond milk", &["single", "almond.lots"]),
        ("make me a light roast <size> <drink> with some brown sugar", &["light", "brown-sugar"]),
        ("a <size> oat milk <drink>", &["oat"]),
        (
            "can I get <drink> <size> medium roast triple shot with a lot of almond milk",
            &["medium", "triple", "almond.lots"],
        ),
        ("<drink> <size> with cream", &["cream"]),
    ];
    for ((frame, wanted), drink) in frames.iter().flat_map(|frame| drinks.map(|drink| (frame, drink))) {
        for size in ["small", "medium", "large", "twelve ounce", "twenty ounce"] {
            let text = frame.replace("<drink>", drink).replace("<size>", size);
            let intent = bar.understand_from(Source::Heard, &text, Expect::Anything, TODAY).intent;
            assert_eq!((&intent.name, values(&intent.slots)), (&IntentName::Buy, strings(wanted)), "{text}");
            let words = &intent.slots.items[0].words;
            assert!(words.contains(drink) && intent.slots.items.len() == 1, "{text}: {words}");
            assert_eq!(words.contains(size), frame.contains("<size>"), "{text}: {words}");
        }
    }
}

#[test]
fn an_option_belongs_to_the_thing_that_it_was_said_with() {
    let (bar, _) = shop_of(Sample::CoffeeBar);
    for (text, wanted) in [
        ("a latte with oat milk and a croissant", vec![("latte", vec!["oat"]), ("croissant", vec![])]),
        ("a croissant and a latte with oat milk", vec![("croissant", vec![]), ("latte", vec!["oat"])]),
        (
            "a small latte with oat milk and two sugars and a large mocha, decaf",
            vec![("small latte", vec!["oat", "2 sugar"]), ("large mocha", vec!["decaf"])],
        ),
        ("a vanilla latte with oat milk", vec![("vanilla latte", vec!["oat"])]),
        ("a latte and a decaf", vec![("latte", vec![]), ("decaf", vec![])]),
        (
            "an almond croissant with a soy milk latte",
            vec![("almond croissant", vec![]), ("latte", vec!["soy"])],
        ),
    ] {
        let intent = bar.understand(text, Expect::Anything, TODAY).intent;
        let found: Vec<_> = intent
            .slots
            .items
            .iter()
            .map(|item| {
                let slots = Slots { items: vec![item.clone()], ..Slots::default() };
                (item.words.clone(), values(&slots))
            })
            .collect();
        let wanted: Vec<(String, Vec<String>)> =
            wanted.into_iter().map(|(words, options)| (words.to_owned(), strings(&options))).collect();
        assert_eq!((intent.name, found), (IntentName::Buy, wanted), "{text}");
    }
}

#[test]
fn an_option_that_is_refused_is_never_taken_for_one_that_is_wanted() {
    let (bar, _) = shop_of(Sample::CoffeeBar);
    for option in ["sugar", "oat milk", "extra shot", "cream", "vanilla syrup", "decaf"] {
        for frame in [
            "no <option>",
            "no <option> please",
            "no <option> in mine",
            "no <option> thank you very much my friend",
            "yes but no <option>",
            "yes with no <option>",
            "okay no <option>",
            "without <option>",
            "without any <option> at all",
            "I do not want <option>",
            "I said no <option>",
            "please hold the <option>",
            "leave out the <option>",
            "a small latte no <option>",
            "a small latte without <option> and with honey",
            "make it a large with no <option>",
        ] {
            let text = frame.replace("<option>", option);
            for expect in [Expect::Anything, Expect::YesNo, Expect::Choice, Expect::Product] {
                let slots = bar.understand_from(Source::Heard, &text, expect, TODAY).intent.slots;
                let all = slots.items.iter().flat_map(|item| &item.options).chain(&slots.options);
                let wanted: Vec<&OptionPhrase> = all.filter(|o| !o.no && o.words != "honey").collect();
                assert!(wanted.is_empty(), "{text} with {expect:?} wants {wanted:?}");
            }
        }
    }
}

#[test]
fn what_is_asked_of_a_drink_in_other_words_is_noted_or_has_no_consequences() {
    let (bar, _) = shop_of(Sample::CoffeeBar);
    for text in [
        "a large latte please but could I have it with soy milk",
        "a latte made with soy milk",
        "can I get a latte and use oat milk",
        "one latte, the milk should be oat",
        "two lattes one with oat milk",
        "two lattes both with oat milk",
        "I am lactose intolerant can you make the latte with oat milk",
        "I want coffee but dairy free",
        "order me a latte and make it with almond milk",
        "a small dark roast coffee and a bagel",
        "a croissant and a latte with oat milk",
        "large latte and no sugar in it",
        "my latte should not have sugar",
        "yes with oat milk",
        "yes but put some sugar in",
        "okay a double shot then",
        "the usual but no sugar",
        "remove the sugar from my latte",
        "make it a large with oat milk",
        "the first one with oat milk",
        "a latte with pistachio milk",
        "a latte with oat milk and sprinkles",
    ] {
        for expect in [Expect::Anything, Expect::YesNo, Expect::Choice] {
            let intent = bar.understand_from(Source::Heard, text, expect, TODAY).intent;
            let noted = intent.slots.have_options() && intent.name != IntentName::Yes;
            assert!(noted || !has_consequences(&intent.name), "{text} with {expect:?} is {intent:?}");
        }
    }
}

#[test]
fn every_meaning_of_a_skills_own_has_its_answer() {
    for sample in Sample::ALL {
        let skill = sample.skill();
        let language = skill.language("en");
        let speechless = language.phrasebook.say(&[Prompt::new("speechless")]);
        for table in language.sentences.tables() {
            let IntentName::Custom(name) = &table.name else { continue };
            let key = format!("custom-{}", name.replace('_', "-"));
            assert_ne!(language.phrasebook.say(&[Prompt::new(&key)]), speechless, "{key}");
        }
    }
}
