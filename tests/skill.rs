//! A skill is refused or complete: its settings, catalogue, households and words.

mod feed;

use std::{fs, path::Path, sync::Arc};

use jiff::civil::date;
use sayso::{
    app::{rehearsal::TravellingClock, shops},
    commerce::{Catalog, OrderDesk, Sku, desk::Ports, money::Currency, system::RandomIds},
    dialogue::Prompt,
    payment::{Decline, Ledger},
    skill::Skill,
    store::MemoryStore,
    understanding::{Expect, IntentName, Products, Sentences, Understander},
};
use tempfile::TempDir;

use crate::support::Sample;

fn bundled() -> Skill {
    Skill::bundled().expect("the sample skill is fine")
}

/// A copy of the sample skill's folder, to be spoilt.
fn copy() -> TempDir {
    let copy = tempfile::tempdir().expect("a temporary folder");
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("skills/household");
    for folder in ["replies", "sentences"] {
        fs::create_dir(copy.path().join(folder)).expect("a folder");
    }
    let tables = ["catalog.csv", "history.csv", "households.toml"];
    for file in tables.iter().chain(&["skill.toml", "replies/en.ftl", "sentences/en.toml"]) {
        fs::copy(from.join(file), copy.path().join(file)).expect("a copy");
    }
    copy
}

/// Replaces text in one file of a copy and gives the error that follows.
fn spoilt(file: &str, from: &str, to: &str) -> String {
    let copy = copy();
    let path = copy.path().join(file);
    let text = fs::read_to_string(&path).expect("a file");
    assert!(text.contains(from), "{file} has no {from:?}");
    fs::write(&path, text.replacen(from, to, 1)).expect("a file");
    let error = Skill::load(copy.path()).expect_err("a spoilt skill").to_string();
    error.replace(&format!("{}/", copy.path().display()), "")
}

#[test]
fn the_sample_shop_is_in_the_program_and_the_same_as_in_its_folder() {
    let here = Skill::load(copy().path()).expect("the folder is fine");
    let bundled = bundled();
    assert!(bundled.catalog.products().eq(here.catalog.products()));
    assert_eq!(bundled.terms, here.terms);
    assert_eq!(bundled.id.as_str(), "household");
    assert_eq!(bundled.languages[0].locale, "en");
}

#[test]
fn the_sample_shop_has_a_shelf_worth_talking_about() {
    let skill = bundled();
    let products: Vec<_> = skill.catalog.products().collect();
    assert!((200..=300).contains(&products.len()), "{} products", products.len());
    assert!(products.iter().filter(|p| p.opening_stock == 0).count() >= 3, "some are out of stock");
    assert!(products.iter().filter(|p| p.sale_price.is_some()).count() >= 5, "some are on sale");
    let towels = products.iter().filter(|p| p.kind == "paper towels" && p.opening_stock > 0).count();
    assert!(towels >= 3, "paper towels come in several kinds");
    for product in products {
        let title = product.title.to_lowercase();
        assert!(title.contains(&product.brand.to_lowercase()), "{title}");
        assert!(title.contains(&product.kind), "{title}");
        assert!(product.size.as_ref().is_none_or(|size| title.ends_with(size.as_str())), "{title}");
    }
}

#[test]
fn no_two_products_of_a_sample_shop_sound_the_same() {
    for sample in Sample::ALL {
        let skill = sample.skill();
        let mut titles: Vec<_> = skill.catalog.products().map(|p| p.title.to_lowercase()).collect();
        titles.sort();
        let all = titles.len();
        titles.dedup();
        assert_eq!(titles.len(), all, "{sample:?}");
    }
}

#[test]
fn both_sample_households_have_a_year_of_purchases() {
    let skill = bundled();
    let today = date(2026, 11, 23);
    assert_eq!(skill.households.len(), 2);
    for household in &skill.households {
        let purchases = household.purchases(today);
        assert!(purchases.len() > 100, "{} bought {} times", household.id, purchases.len());
        assert!(purchases.is_sorted_by(|a, b| a.date >= b.date), "newest first");
        assert!(purchases[0].date < today);
        assert!(purchases[purchases.len() - 1].date < date(2026, 1, 1), "a year back");
        assert!(household.pin.is_some());
        assert!(!format!("{household:?}").contains("4217"), "a PIN is never shown");
    }
}

#[test]
fn one_order_is_of_one_household_on_one_day() {
    let skill = bundled();
    let mut seen = std::collections::HashMap::new();
    for household in &skill.households {
        for purchase in household.purchases(date(2026, 11, 23)) {
            let owner = seen.entry(purchase.order).or_insert((household.id.clone(), purchase.date));
            assert_eq!(*owner, (household.id.clone(), purchase.date), "order {}", purchase.order);
        }
    }
}

#[test]
fn the_sample_history_has_a_usual_a_tie_a_rise_and_a_product_that_is_gone() {
    let skill = bundled();
    let today = date(2026, 11, 23);
    let times = |household: usize, sku: &str| {
        skill.households[household].purchases(today).iter().filter(|p| p.sku.as_str() == sku).count()
    };
    let product = |sku: &str| skill.catalog.get(&Sku::new(sku).expect("an id")).expect("a product");
    assert!(times(0, "northwind-paper-towels-twelve-pack") >= 12, "every four weeks");
    let (dark, decaf) = ("copperline-dark-roast-ground-coffee-large", "sunridge-decaf-ground-coffee-large");
    assert_eq!(times(1, dark), times(1, decaf), "a tie to ask about");
    let oil = "goldenfield-olive-oil-one-liter";
    let paid = skill.households[0].purchases(today).into_iter().find(|p| p.sku.as_str() == oil);
    assert!(paid.expect("it was bought").unit_price.minor() < product(oil).price().minor(), "it rose since");
    for (household, gone) in
        [(0, "clearwell-dishwasher-tablets-large"), (1, "happy-paws-unscented-cat-litter-ten-pound")]
    {
        assert!(times(household, gone) > 3);
        assert_eq!(product(gone).opening_stock, 0);
        let kind = product(gone).kind;
        let other = skill.catalog.products().any(|p| p.kind == kind && p.opening_stock > 0);
        assert!(other, "there is a substitute for {gone}");
    }
}

#[tokio::test]
async fn what_a_shop_brings_along_is_set_up_once_and_what_is_new_in_its_files_later() {
    let mut skill = bundled();
    let ports = Ports {
        store: Arc::new(MemoryStore::default()),
        payment: Arc::new(Ledger::in_memory(Decline::default()).await.expect("a ledger")),
        clock: Arc::new(TravellingClock::at("2026-11-23T10:00:00Z".parse().expect("a moment"))),
        ids: Arc::new(RandomIds),
    };
    let desk = OrderDesk::new(ports, [shops::rules(&skill)]);
    let today = date(2026, 11, 23);
    shops::fill(&desk, &skill, today).await.expect("it is set up");
    let set_up = desk.seeded(&skill.id).await.expect("an answer").expect("a digest");
    let towels = Sku::new("northwind-paper-towels-twelve-pack").expect("an id");
    let left = desk.adjust_stock(&skill.id, &towels, -1).await.expect("an answer").expect("one was there");
    shops::fill(&desk, &skill, today).await.expect("nothing is to be done");
    assert_eq!(desk.stock(&skill.id, std::slice::from_ref(&towels)).await.expect("stock"), [left]);

    let mut new = skill.catalog.get(&towels).expect("a product");
    (new.sku, new.opening_stock) = (Sku::new("new").expect("an id"), 5);
    skill.catalog = Arc::new(Catalog::new(skill.catalog.products().chain([new.clone()])));
    shops::fill(&desk, &skill, today).await.expect("the new product is set up");
    assert_eq!(desk.stock(&skill.id, &[towels, new.sku]).await.expect("stock"), [left, 5]);
    assert_ne!(desk.seeded(&skill.id).await.expect("an answer"), Some(set_up));
    let oak_street = &skill.households[0];
    let bought = desk.purchases(&skill.id, &oak_street.id, 1_000).await.expect("purchases").len();
    assert_eq!(bought, oak_street.purchases(today).len(), "its past was imported once");
}

#[test]
fn a_shopper_gets_the_nearest_language() {
    let skill = bundled();
    for locale in ["en", "en-US", "EN-gb", "ro", ""] {
        assert_eq!(skill.language(locale).locale, "en");
    }
}

#[test]
fn a_skill_that_misses_a_file_or_a_word_is_refused_by_name() {
    let error = spoilt("replies/en.ftl", "\nsorry = ", "\nsory = ");
    assert_eq!(error, "replies/en.ftl: missing: sorry");
    let error = spoilt("sentences/en.toml", "{product}", "{produce}");
    assert!(error.starts_with("sentences/en.toml:") && error.contains("{produce}"), "{error}");
    let empty = tempfile::tempdir().expect("a temporary folder");
    let error = Skill::load(empty.path()).expect_err("nothing there").to_string();
    assert!(error.contains("skill.toml"), "{error}");
}

#[test]
fn mistakes_in_the_settings_are_named() {
    let error = |from, to| spoilt("skill.toml", from, to);
    assert!(error("currency = \"USD\"", "currency = \"DOLLARS\"").contains("not an ISO 4217 code"));
    assert!(error("shipping = \"4.99\"", "shipping = \"4.99 EUR\"").contains("the shop's currency is USD"));
    assert!(error("shipping = \"4.99\"", "shipping = \"-4.99\"").contains("negative"));
    assert!(error("America/New_York", "Mars/Olympus").contains("no zone `Mars/Olympus`"));
    assert!(error("max_quantity = 24", "max_quantity = 0").contains("terms.max_quantity"));
    assert!(error("locales = [\"en\"]", "locales = [\"en\", \"ro\"]").contains("no [spoken.ro]"));
    assert!(error("locales = [\"en\"]", "locales = []").contains("[spoken.en] is not one of the locales"));
    let unknown = error("delivery_days", "delivery_dayz");
    assert!(unknown.starts_with("skill.toml, line "), "{unknown}");
}

#[test]
fn mistakes_in_the_history_are_named_with_their_line() {
    let error = |from, to| spoilt("history.csv", from, to);
    let first = "copperline-dark-roast-ground-coffee-large";
    assert!(error(first, "copperline-light-roast").contains("there is no product `copperline-light-roast`"));
    let stranger = error("oak-street,", "elm-street,");
    assert!(stranger.starts_with("history.csv, line ") && stranger.contains("`elm-street`"), "{stranger}");
    assert!(error(" USD", " EUR").contains("the shop's currency is USD"));
    assert!(spoilt("households.toml", "pin = \"4217\"", "pin = \"42\"").contains("four to eight digits"));
    assert!(spoilt("households.toml", "river-house", "oak-street").contains("there twice"));
}

#[test]
fn the_examples_of_the_guide_for_writers_are_true() {
    let guide =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/skills.md")).expect("a guide");
    let block = |begins: &str| {
        let from = guide.split("```").find(|block| block.starts_with(begins)).expect("an example");
        from.split_once('\n').expect("more than its language").1.to_owned()
    };
    let copy = copy();
    let replies = copy.path().join("replies/en.ftl");
    let text = fs::read_to_string(&replies).expect("replies");
    fs::write(&replies, text + &block("ftl\n")).expect("a file");
    let skill = Skill::load(copy.path()).expect("the guide's message is fine");
    let book = &skill.language("en").phrasebook;
    let said = book.say(&[Prompt::new("custom-opening-hours")]).to_text("en");
    assert_eq!(said, "We are open from eight to eight. The Corner Shelf is closed on Sundays.");

    let sentences =
        Sentences::parse("docs/skills.md", &block("toml\n[lists]")).expect("the guide's templates are fine");
    let products = Products::new(skill.catalog.clone(), &sentences);
    let understander = Understander::new(&sentences, products.vocabulary(), Currency::USD);
    let example = "add two packs of batteries to my cart";
    let understood = understander.understand(example, Expect::Anything, date(2026, 11, 23));
    assert_eq!(understood.intent.name, IntentName::AddToCart);
    assert_eq!(understood.intent.slots.items[0].words, "batteries");
}
