//! The coffee bar, the second sample shop: what its order book has no place for is said, and never
//! left out in silence.

use sayso::{
    dialogue::Prompt,
    understanding::{Constraints, Expect, IntentName, Products, Source, Understander},
};

use crate::{
    support::Sample,
    understanding::{TODAY, shop_of},
};

/// A drink with what cannot be noted.
fn options() -> IntentName {
    IntentName::Custom("drink_options".into())
}

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
    let title = |sku| bar.1.catalog().get(sku).expect("a product").title.clone();
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

#[test]
fn a_drink_with_an_option_is_answered_as_such_in_every_order_of_words() {
    let (bar, _) = shop_of(Sample::CoffeeBar);
    let drinks = ["coffee", "latte", "drip coffee", "cappuccino", "iced mocha", "espresso", "americano"];
    let frames = [
        "<drink> with soy milk",
        "I'd like a <size> <drink> with a little bit of skim milk and lots of sugar, please",
        "can I get a double shot <drink>",
        "<size> <drink> with cream and two sugars",
        "triple shot <drink> medium roast",
        "could I have a <size> dark roast <drink>",
        "give me a <drink> with an extra shot",
        "a <size> <drink> no sugar",
        "single shot <size> <drink> with a lot of almond milk",
        "make me a light roast <size> <drink> with some brown sugar",
        "a <size> oat milk <drink>",
        "can I get <drink> <size> medium roast triple shot with a lot of almond milk",
        "<drink> <size> with cream",
    ];
    for (frame, drink) in frames.iter().flat_map(|frame| drinks.map(|drink| (frame, drink))) {
        for size in ["small", "medium", "large", "twelve ounce", "twenty ounce"] {
            let text = frame.replace("<drink>", drink).replace("<size>", size);
            assert_eq!(heard(&bar, &text, Expect::Anything), options(), "{text}");
        }
    }
}

#[test]
fn what_is_asked_of_a_drink_in_other_words_has_no_consequences() {
    let (bar, _) = shop_of(Sample::CoffeeBar);
    for text in [
        "a large latte please but could I have it with soy milk",
        "a latte made with soy milk",
        "can I get a latte and use oat milk",
        "one latte, the milk should be oat",
        "two lattes one with oat milk",
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
    ] {
        for expect in [Expect::Anything, Expect::YesNo, Expect::Choice] {
            let name = heard(&bar, text, expect);
            assert!(!has_consequences(&name), "{text} with {expect:?} is {name:?}");
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
