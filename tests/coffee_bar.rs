//! The coffee bar, the second sample shop: what is asked for in a drink is noted with that drink, and
//! what cannot be noted is said, and never left out in silence.

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
fn a_platforms_words_for_a_drink_have_their_options_too() {
    let (bar, _) = shop_of(Sample::CoffeeBar);
    let item = ItemPhrase { words: "large latte with oat milk".into(), ..ItemPhrase::default() };
    let intent = Intent { name: IntentName::Buy, slots: Slots { items: vec![item], ..Slots::default() } };
    let understood = bar.with_options(&intent).expect("words that can be read");
    assert_eq!(understood.slots.items[0].words, "large latte");
    assert_eq!(values(&understood.slots), ["oat"]);
    // Where the platform only tells of a latte, the words still say that there was more.
    assert!(bar.mentions_options("gimme one of them lattes, oat milk and all"));
    assert!(!bar.mentions_options("a vanilla latte and a decaf coffee"));
    for unclear in
        ["latte with more than two sugars", "latte with pistachio milk", "latte with two or three shots"]
    {
        let item = ItemPhrase { words: unclear.into(), ..ItemPhrase::default() };
        let slots = Slots { items: vec![item], ..Slots::default() };
        assert_eq!(bar.with_options(&Intent { name: IntentName::Buy, slots }), None, "{unclear}");
    }
}

#[test]
fn a_platform_does_not_stand_in_where_words_are_left_over_that_could_be_an_option() {
    let (bar, _) = shop_of(Sample::CoffeeBar);
    let item = ItemPhrase { words: "latte".into(), ..ItemPhrase::default() };
    let intent = Intent { name: IntentName::Buy, slots: Slots { items: vec![item], ..Slots::default() } };
    let accounts = |said: &str, placed: &[&str]| bar.accounts_for(said, &intent, &strings(placed));
    assert!(accounts("please get me the hot stuff", &["hot stuff"]));
    assert!(accounts("I would like some lattes", &[]));
    for (said, placed) in [
        ("hot stuff with almond", &["hot stuff"][..]),
        ("hot stuff with almond", &[]),
        ("get me the hot stuff", &[]),
        ("two of the hot stuff", &["hot stuff"]),
        ("the hot stuff without foam", &["hot stuff"]),
        ("the hot stuff extra hot", &["hot stuff"]),
    ] {
        assert!(!accounts(said, placed), "{said}");
    }
    let order = Intent::bare(IntentName::OrderStatus);
    assert!(bar.accounts_for("whatever about almond", &order, &[]), "nothing would be wanted");
}

#[test]
fn a_platform_does_not_stand_in_for_words_that_refuse_its_wish_in_any_shop() {
    let item = ItemPhrase { words: "latte".into(), ..ItemPhrase::default() };
    let with = |name| Intent { name, slots: Slots { items: vec![item.clone()], ..Slots::default() } };
    for sample in Sample::ALL {
        let (shop, _) = shop_of(sample);
        for said in [
            "don't get me a latte",
            "do not order lattes",
            "never a latte",
            "nah, the latte",
            "I changed my mind about the latte",
            "I won't have a latte",
            "nothing, no latte",
        ] {
            for name in [IntentName::Buy, IntentName::Reorder, IntentName::AddToCart, IntentName::Correct] {
                assert!(!shop.accounts_for(said, &with(name.clone()), &[]), "{said} is no {name:?}");
            }
            assert!(!shop.accounts_for(said, &Intent::bare(IntentName::CheckOut), &[]), "{said}");
            assert!(shop.accounts_for(said, &Intent::bare(IntentName::Help), &[]), "nothing would be wanted");
        }
        assert!(shop.accounts_for("I would like a latte", &with(IntentName::Buy), &[]));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_no_before_a_drink_orders_none_where_nothing_was_asked() {
    let stage = Stage::set(Arc::new(Sample::CoffeeBar.skill())).await.expect("a stage");
    for words in ["no small latte", "no small latte please", "no small latte with oat milk"] {
        let shop = stage.rehearse().await.expect("a shop");
        let answer = shop.turn(Input::Text(words.into())).await.expect("a reply");
        assert_ne!(answer.decision, "confirming", "{words}: {}", answer.speech.to_text("en"));
        shop.turn(Input::Text("yes".into())).await.expect("a reply");
        assert_eq!(shop.placed().await.expect("orders").len(), 0, "{words}");
    }
}

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

/// A copy of the bar to be changed.
fn copied(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry");
        let there = to.join(entry.file_name());
        if entry.path().is_dir() {
            copied(&entry.path(), &there);
        } else {
            fs::copy(entry.path(), there).expect("a copy");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_yes_buys_nothing_that_is_called_or_costs_otherwise_than_it_was_read_back() {
    let bar = Path::new(env!("CARGO_MANIFEST_DIR")).join("skills/coffee-bar");
    let stage = Stage::set(Arc::new(Sample::CoffeeBar.skill())).await.expect("a stage");
    let oat = r#"{ id = "oat", price = "0.60", words = { en = ["oat milk", "oat"] } }"#;
    let shot = r#"{ id = "shot", price = "0.80", "#;
    for (file, changes, wanted) in [
        (
            "options.toml",
            vec![(oat, oat.replace("oat milk", "oat drink"))],
            Some("Latte, Small with oat drink and an extra shot, for $5.83"),
        ),
        (
            "options.toml",
            vec![(oat, oat.replace("0.60", "0.70"))],
            Some("Latte, Small with oat milk and an extra shot, for $5.94"),
        ),
        // Together they cost what they did.
        (
            "options.toml",
            vec![(oat, oat.replace("0.60", "0.80")), (shot, shot.replace("0.80", "0.60"))],
            Some("Latte, Small with oat milk and an extra shot, for $5.83"),
        ),
        ("options.toml", vec![(oat, oat.replace("\"oat\", price", "\"oats\", price"))], None),
        (
            "catalog.csv",
            vec![("\"Latte, Small\"", "\"Caffe Latte, Small\"".to_owned())],
            Some("Caffe Latte, Small with oat milk and an extra shot"),
        ),
    ] {
        let mut shop = stage.rehearse().await.expect("a shop");
        let said = |reply: &Reply| reply.speech.to_text("en");
        let asked = shop
            .turn(Input::Text("a small latte with oat milk and an extra shot".into()))
            .await
            .expect("a reply");
        assert!(
            said(&asked).contains("Latte, Small with oat milk and an extra shot, for $5.83"),
            "{}",
            said(&asked)
        );
        let folder = tempfile::tempdir().expect("a folder");
        copied(&bar, folder.path());
        let mut text = fs::read_to_string(folder.path().join(file)).expect("a file");
        for (from, to) in &changes {
            assert!(text.contains(from), "{file} has no {from}");
            text = text.replacen(from, to, 1);
        }
        fs::write(folder.path().join(file), text).expect("a file");
        shop.restart_as(Arc::new(Skill::load(folder.path()).expect("a skill"))).await.expect("a start");
        let yes = || Input::Text("yes".into());
        let answer = shop.turn(yes()).await.expect("a reply");
        assert_eq!(shop.placed().await.expect("orders").len(), 0, "{changes:?}: {}", said(&answer));
        let Some(wanted) = wanted else { continue };
        assert!(
            said(&answer).contains("just changed") && said(&answer).contains(wanted),
            "{}",
            said(&answer)
        );
        assert_eq!(answer.decision, "confirming");
        assert_eq!(shop.turn(yes()).await.expect("a reply").decision, "placed", "{changes:?}");
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
