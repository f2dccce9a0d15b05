//! The words of the shop: what shoppers say is understood as it was meant, or not at all.

use jiff::civil::Date;
use sayso::{
    commerce::Currency,
    understanding::{
        Expect, IntentName, OrderRef, Products, Sentences, Source, Understander, Understood, sentences,
    },
};

use crate::support::Sample;

/// The household shop's understanding.
pub fn shop() -> (Understander, Products) {
    shop_of(Sample::Household)
}

/// A sample shop's understanding.
pub fn shop_of(sample: Sample) -> (Understander, Products) {
    let skill = sample.skill();
    let language = skill.language("en");
    let sentences = &language.sentences;
    let words = language.option_words.clone();
    let products = Products::with_options(skill.catalog.clone(), sentences, words);
    (Understander::new(sentences, products.vocabulary(), Currency::USD), products)
}

/// Wednesday, the 17th of June 2026.
pub const TODAY: Date = Date::constant(2026, 6, 17);

fn understand(text: &str, expect: Expect) -> Understood {
    shop().0.understand(text, expect, TODAY)
}

fn name(text: &str, expect: Expect) -> IntentName {
    understand(text, expect).intent.name
}

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
fn a_guess_buys_nothing_whose_other_words_it_does_not_know() {
    let wishes = [IntentName::Buy, IntentName::AddToCart, IntentName::Reorder];
    let lost = |sample: Sample, texts: &[&str]| {
        let (shop, _) = shop_of(sample);
        for text in texts {
            let understood = shop.understand(text, Expect::Anything, TODAY).intent;
            let words: Vec<_> = understood.slots.items.iter().map(|item| item.words.as_str()).collect();
            // A size that nobody sells is kept, and asked about.
            let whole = words.iter().any(|words| words.contains("free") || words.contains("ten ounce"));
            assert!(!wishes.contains(&understood.name) || whole, "{text}: {understood:?}");
        }
    };
    let household = [
        "we're out of sugar free jam",
        "we're out of sugar free ketchup",
        "we're out of fat free milk",
        "we're out of gluten free spaghetti",
        "add spaghetti but the small one to my cart",
        "add mustard only if it's cheap to my cart",
    ];
    lost(Sample::Household, &household);
    let bar = [
        "a large latte or a large mocha",
        "add a small mocha or a bagel to my cart",
        "a large latte with two percent",
        "a large latte without espresso",
        "a large double espresso",
        "a large triple espresso",
        "a large double latte",
        "a ten ounce latte",
    ];
    lost(Sample::CoffeeBar, &bar);
    assert!(wishes.contains(&name("we're out of milk", Expect::Anything)));
}

#[test]
fn only_and_instead_of_say_what_stays_and_what_goes() {
    let slots = |text: &str| understand(text, Expect::YesNo).intent.slots;
    for text in ["just the bananas", "only the bananas", "no just the bananas", "yes but only bananas"] {
        let slots = slots(text);
        assert_eq!(
            (slots.items[0].words.as_str(), slots.only, slots.refused),
            ("bananas", true, false),
            "{text}"
        );
    }
    let two = slots("just two");
    assert_eq!((two.quantity.map(u32::from), two.only), (Some(2), false));
    for text in ["bagels instead of bread", "buy bagels instead of the bread", "replace bread with bagels"] {
        let slots = slots(text);
        assert_eq!(slots.items[0].words, "bagels", "{text}");
        assert_eq!(slots.instead_of.as_deref(), Some("bread"), "{text}");
    }
    assert_eq!(slots("not coffee, tea bags").instead_of.as_deref(), Some("coffee"));
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
fn a_number_that_can_be_read_in_two_ways_is_not_understood() {
    for text in [
        "make it 10 10",
        "make it two fifty",
        "make it ten four",
        "make it 2,5",
        "make it twenty 2",
        "buy -3 paper towels",
        "buy - 3 paper towels",
        "buy ten four coffees",
        "buy two fifty paper towels",
        "change the milk to ten four",
        "buy two and a half coffees",
        "oh",
        "got it",
        "search 9035",
        "order now",
    ] {
        assert_eq!(name(text, Expect::YesNo), IntentName::NotUnderstood, "{text}");
    }
}

#[test]
fn a_number_in_the_place_of_another_is_read() {
    for text in ["not two, three", "no, not two, three", "not two, make it three"] {
        let intent = understand(text, Expect::YesNo).intent;
        assert_eq!(intent.slots.quantity.map(u32::from), Some(3), "{text}");
    }
    assert_eq!(name("make it the cheapest", Expect::YesNo), IntentName::Choose);
    assert_ne!(name("get this", Expect::YesNo), IntentName::Yes, "it may be said to somebody else");
}

#[test]
fn bananas_and_bread_are_two_things() {
    let words = |text: &str| -> Vec<String> {
        understand(text, Expect::Anything).intent.slots.items.into_iter().map(|i| i.words).collect()
    };
    assert_eq!(words("buy bananas and bread"), ["bananas", "bread"]);
    assert_eq!(words("the bananas and the bread"), ["bananas", "bread"]);
    assert_eq!(words("buy banana bread"), ["banana bread"]);
}

#[test]
fn a_quantity_is_read_as_it_was_said() {
    let first = |text: &str| {
        let item = understand(text, Expect::Anything).intent.slots.items[0].clone();
        (item.words, item.quantity.map(u32::from), item.pack_of)
    };
    let towels = |n| ("paper towels".to_owned(), Some(n), None);
    assert_eq!(first("buy a few paper towels"), towels(3));
    assert_eq!(first("buy a couple of paper towels"), towels(2));
    assert_eq!(first("buy one hundred and twenty paper towels"), towels(120));
    assert_eq!(first("buy twenty four paper towels and two coffees"), towels(24));
    assert_eq!(first("buy two six packs of cola"), ("cola".to_owned(), Some(2), Some(6)));
    assert_eq!(first("buy two sixteen ounce shampoos").1, Some(2));
    let removed = understand("remove one egg", Expect::Anything).intent;
    assert_eq!(removed.name, IntentName::RemoveFromCart);
    assert_eq!(removed.slots.items[0].quantity.map(u32::from), Some(1));
}

#[test]
fn below_a_price_leaves_it_out_and_at_most_includes_it() {
    for (shop, thing) in [(Sample::Household, "coffee"), (Sample::CoffeeBar, "latte")] {
        let (understander, _) = shop_of(shop);
        let limits = |text: &str| {
            let said = format!("{} {text}", "buy a").replace("<thing>", thing);
            understander.understand(&said, Expect::Anything, TODAY).intent.slots.constraints
        };
        for (text, out) in [
            ("<thing> under five dollars", true),
            ("<thing> below five dollars", true),
            ("<thing> for less than five dollars", true),
            ("<thing> that is less than $5", true),
            ("<thing> cheaper than five dollars", true),
            ("<thing> for at most five dollars", false),
            ("<thing> up to five dollars", false),
            ("<thing> for no more than five dollars", false),
            ("<thing> not over five dollars", false),
            ("<thing> for five dollars or less", false),
            ("<thing> within five dollars", false),
        ] {
            let limits = limits(text);
            assert_eq!(limits.price_max.map(|max| max.minor()), Some(500), "{thing}: {text}");
            assert_eq!((limits.max_excluded, limits.price_min), (out, None), "{thing}: {text}");
        }
        for (text, out) in [
            ("<thing> over five dollars", true),
            ("<thing> for more than five dollars", true),
            ("<thing> for at least five dollars", false),
            ("<thing> no less than five dollars", false),
            ("<thing> for five dollars or more", false),
        ] {
            let limits = limits(text);
            assert_eq!(limits.price_min.map(|min| min.minor()), Some(500), "{thing}: {text}");
            assert_eq!((limits.min_excluded, limits.price_max), (out, None), "{thing}: {text}");
        }
        let correct =
            |text: &str| understander.understand(text, Expect::YesNo, TODAY).intent.slots.constraints;
        assert!(correct("something under four dollars").max_excluded);
        assert!(!correct("don't spend more than twelve dollars").max_excluded);
    }
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
fn the_size_of_a_pack_is_kept_in_a_correction() {
    for text in ["make it two six packs", "two six packs", "no, two six packs"] {
        let intent = understand(text, Expect::YesNo).intent;
        assert_eq!(intent.name, IntentName::Correct, "{text}");
        assert_eq!(intent.slots.quantity.map(u32::from), Some(2), "{text}");
        let item = &intent.slots.items[0];
        assert_eq!((item.it, item.quantity.map(u32::from), item.pack_of), (true, Some(2), Some(6)), "{text}");
    }
}

#[test]
fn my_last_order_is_one_that_was_placed() {
    for expect in [Expect::YesNo, Expect::Pin, Expect::Choice, Expect::Quantity] {
        for text in ["cancel my order", "cancel the order"] {
            assert_eq!(name(text, expect), IntentName::Cancel, "{text}");
        }
        let last = understand("cancel my last order", expect).intent;
        assert_eq!((last.name, last.slots.order), (IntentName::CancelOrder, Some(OrderRef::Last)));
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

#[test]
fn a_pin_shows_nowhere_in_the_understanding() {
    for text in ["four two one seven", "my pin is four two one seven", "4217", "it's 42 17"] {
        for expect in [Expect::Pin, Expect::Anything, Expect::YesNo] {
            let shown = format!("{:?}", understand(text, expect));
            assert!(!shown.contains("4217"), "{text}: {shown}");
        }
    }
}

#[test]
fn every_template_has_an_example_and_every_example_is_understood() {
    for sample in Sample::ALL {
        let (understander, _) = shop_of(sample);
        let problems = sentences::check(&understander);
        let text: Vec<String> = problems.iter().map(ToString::to_string).collect();
        assert!(problems.is_empty(), "{sample:?}: {} problems\n{}", text.len(), text.join("\n"));
    }
}

/// The problems of sentences that a skill could have.
fn problems(toml: &str) -> String {
    let (_, products) = shop();
    let sentences = Sentences::parse("mine/en.toml", toml).unwrap();
    let understander = Understander::new(&sentences, products.vocabulary(), Currency::USD);
    sentences::check(&understander).iter().map(|p| format!("{p}\n")).collect()
}

#[test]
fn a_template_without_an_example_is_named_with_its_line() {
    let found = problems(
        "[[intents.opening_hours]]\ntemplates = [\n\"when are you open\",\n\"opening hours\"]\nexamples = [{ say = \"When are you open?\" }]",
    );
    assert!(found.contains("mine/en.toml:4: no example for template \"opening hours\""), "{found}");
    assert!(!found.contains("when are you open"), "{found}");
}

#[test]
fn an_example_that_means_something_else_is_named_with_its_line() {
    let found = problems(
        "[[intents.buy]]\ntemplates = [\"buy {product}\"]\nexamples = [\n{ say = \"buy milk\", item = \"bread\" },\n{ say = \"sell milk\" }]",
    );
    assert!(found.contains("mine/en.toml:4: \"buy milk\" fills"), "{found}");
    assert!(found.contains("mine/en.toml:5: \"sell milk\" is NotUnderstood, not Buy"), "{found}");
    assert!(found.contains("Buy has 2 examples; 15 are needed"), "{found}");
}

#[test]
fn a_broken_template_is_named_with_file_line_and_text() {
    let fault = |toml: &str| Sentences::parse("mine/en.toml", toml).unwrap_err().to_string();
    assert_eq!(
        fault("[[intents.buy]]\ntemplates = [\n\"buy {prodct}\"]"),
        "mine/en.toml:3: template \"buy {prodct}\": there is no slot {prodct}"
    );
    assert!(fault("[[intents.\"Buy It\"]]\ntemplates = []").contains("lower-case letters"));
    assert!(fault("[[intents.buy]]\ntemplate = []").contains("line 2"));
}

#[test]
fn an_intent_of_the_skills_own_is_understood_by_its_name() {
    let (_, products) = shop();
    let toml = "[[intents.opening_hours]]\ntemplates = [\"when are you open\"]";
    let sentences = Sentences::parse("mine/en.toml", toml).unwrap();
    let understander = Understander::new(&sentences, products.vocabulary(), Currency::USD);
    let understood = understander.understand("When are you open?", Expect::Anything, TODAY);
    assert_eq!(understood.intent.name, IntentName::Custom("opening_hours".into()));
}

#[test]
fn whatever_is_said_the_understanding_holds_its_bounds() {
    let (understander, _) = shop();
    let words = [
        "yes", "order", "two", "twelve", "packs", "of", "milk", "coffee", "and", "not", "under", "dollars",
        "the", "one", "it", "my", "last", "tuesday", "cancel", "okay", "four", "hundred", "dozen", "a",
        "$9.99", "no", "million", "…", ",", "🛒", "ſß", "'", "-",
    ];
    // A small generator with a fixed seed: the same sentences in every run.
    let mut seed = 0x2545_f491_4f6c_dd1d_u64;
    let mut next = |n: usize| {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        usize::try_from(seed % n as u64).unwrap()
    };
    for _ in 0..2_000 {
        let said: Vec<&str> = (0..next(14)).map(|_| words[next(words.len())]).collect();
        let understood = understander.understand(&said.join(" "), Expect::YesNo, TODAY);
        assert!(understood.intent.slots.items.len() <= 8, "{said:?}");
        if understood.intent.name == IntentName::Yes {
            let harmless = ["yes", "okay", "order", "it", "the", "one", "…", ",", "'", "-", "🛒", "and"];
            assert!(said.iter().all(|w| harmless.contains(w)), "{said:?} is a yes");
        }
    }
    for text in ["a ".repeat(400), "order ".repeat(80), "é".repeat(300), "two ".repeat(60)] {
        let name = understander.understand(&text, Expect::Anything, TODAY).intent.name;
        assert_eq!(name, IntentName::NotUnderstood);
    }
}
