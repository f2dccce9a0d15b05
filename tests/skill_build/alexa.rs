//! Amazon's rules for interaction models and manifests.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use sayso::{
    commerce::{Catalog, Product, Sku},
    skill::build::{BuildError, Package, Target, build},
};
use serde_json::Value;

use super::{SERVER, package};
use crate::support::Sample;

fn json(package: &Package, file: &str) -> Value {
    let bytes = package.files.get(file).unwrap_or_else(|| panic!("no {file}"));
    serde_json::from_slice(bytes).expect("JSON")
}

fn model(shop: Sample) -> Value {
    let package = package(&shop.skill(), Target::Alexa);
    json(&package, "skill-package/interactionModels/custom/en-US.json")["interactionModel"]["languageModel"]
        .take()
}

fn list<'a>(json: &'a Value, name: &str) -> &'a [Value] {
    json[name].as_array().map_or(&[], Vec::as_slice)
}

fn text<'a>(json: &'a Value, name: &str) -> &'a str {
    json[name].as_str().unwrap_or_default()
}

/// The names in braces of a sample.
fn places(sample: &str) -> Vec<&str> {
    sample.split('{').skip(1).filter_map(|part| part.split('}').next()).collect()
}

#[test]
fn no_sample_is_there_twice_and_each_has_only_what_can_be_said() {
    for shop in Sample::ALL {
        let model = model(shop);
        let mut seen = BTreeSet::new();
        for intent in list(&model, "intents") {
            let name = text(intent, "name");
            assert!(
                name.strip_prefix("AMAZON.").unwrap_or(name).bytes().all(|b| b.is_ascii_alphabetic()),
                "{name}"
            );
            let types: BTreeMap<&str, &str> =
                list(intent, "slots").iter().map(|slot| (text(slot, "name"), text(slot, "type"))).collect();
            let mut used = BTreeSet::new();
            for sample in list(intent, "samples").iter().filter_map(Value::as_str) {
                let fine = |c: char| c.is_alphabetic() || " '.-_{}".contains(c);
                assert!(!sample.is_empty() && sample.chars().all(fine), "{name}: {sample}");
                let mut as_amazon_sees_it = sample.to_owned();
                for place in places(sample) {
                    let kind = types.get(place).unwrap_or_else(|| panic!("{name}: {sample}"));
                    as_amazon_sees_it =
                        as_amazon_sees_it.replace(&format!("{{{place}}}"), &format!("<{kind}>"));
                }
                assert!(seen.insert(as_amazon_sees_it), "{name}: {sample} is there twice");
                let distinct: BTreeSet<&str> = places(sample).into_iter().collect();
                assert_eq!(distinct.len(), places(sample).len(), "{name}: {sample}");
                used.extend(distinct);
            }
            assert_eq!(used, types.keys().copied().collect(), "{name}: each slot is in a sample");
            assert!(name.starts_with("AMAZON.") || !list(intent, "samples").is_empty(), "{name}");
        }
        assert!(seen.len() > 1_000, "{}", seen.len());
    }
}

#[test]
fn alexa_asks_by_itself_only_for_what_is_to_be_bought_and_in_the_shops_own_words() {
    for shop in Sample::ALL {
        let package = package(&shop.skill(), Target::Alexa);
        let whole = &json(&package, "skill-package/interactionModels/custom/en-US.json")["interactionModel"];
        let dialog = &whole["dialog"];
        assert_eq!(dialog["delegationStrategy"], "SKILL_RESPONSE");
        let names: Vec<&str> = list(dialog, "intents").iter().map(|intent| text(intent, "name")).collect();
        for name in ["BuyIntent", "ReorderIntent", "AddToCartIntent"] {
            assert!(names.contains(&name), "{names:?}");
        }
        let prompts: BTreeMap<&str, &Value> =
            list(whole, "prompts").iter().map(|prompt| (text(prompt, "id"), prompt)).collect();
        assert_eq!(prompts.len(), names.len());
        for intent in list(dialog, "intents") {
            let known =
                list(&whole["languageModel"], "intents").iter().find(|one| one["name"] == intent["name"]);
            let slots = |intent: &Value| -> BTreeMap<String, String> {
                let slot = |slot: &Value| (text(slot, "name").to_owned(), text(slot, "type").to_owned());
                list(intent, "slots").iter().map(slot).collect()
            };
            assert_eq!(slots(intent), slots(known.expect("an intent of the model")));
            assert_eq!(intent["confirmationRequired"], false, "a yes is asked for by the server alone");
            for slot in list(intent, "slots") {
                assert_eq!(slot["confirmationRequired"], false);
                assert_eq!(slot["elicitationRequired"], slot["name"] == "item", "{slot}");
                if slot["name"] == "item" {
                    let prompt = prompts[text(&slot["prompts"], "elicitation")];
                    let words = text(&prompt["variations"][0], "value");
                    assert!(
                        words.ends_with('?') && prompt["variations"][0]["type"] == "PlainText",
                        "{prompt}"
                    );
                }
            }
        }
    }
}

#[test]
fn the_options_of_a_shop_are_a_list_and_are_taught_with_their_things() {
    let model = model(Sample::CoffeeBar);
    let options = list(&model, "types").iter().find(|kind| kind["name"] == "Option").expect("a list");
    let words: BTreeSet<&str> = list(options, "values")
        .iter()
        .flat_map(|value| {
            let names = list(&value["name"], "synonyms").iter().filter_map(Value::as_str);
            names.chain([text(&value["name"], "value")])
        })
        .collect();
    for word in ["oat milk", "oat", "two sugars", "lots of sugar", "no sugar", "light roast", "an extra shot"]
    {
        assert!(words.contains(word), "{word}");
    }
    let buy = list(&model, "intents").iter().find(|intent| intent["name"] == "BuyIntent").expect("an intent");
    let samples = buy["samples"].to_string();
    for sample in
        ["a {item} with {option} and {other_option}", "an {option} {item}", "{item} without {without}"]
    {
        assert!(samples.contains(sample), "{sample}");
    }
    let shelf = self::model(Sample::Household);
    let shelf = list(&shelf, "intents").iter().any(|one| one["slots"].to_string().contains("option"));
    assert!(!shelf, "a shop without options has none of it");
}

#[test]
fn a_place_for_free_words_stands_alone_behind_words_that_mean_nothing() {
    for shop in Sample::ALL {
        let model = model(shop);
        let free = |intent: &&Value| intent["slots"].to_string().contains("AMAZON.SearchQuery");
        let intents: Vec<&Value> = list(&model, "intents").iter().filter(free).collect();
        assert_eq!(intents.len(), 1);
        assert_eq!(list(intents[0], "slots").len(), 1);
        for sample in list(intents[0], "samples").iter().filter_map(Value::as_str) {
            let words = sample.strip_suffix(" {utterance}").expect("a carrier");
            assert!(
                shop.skill().languages[0].sentences.fillers().ask.iter().any(|ask| ask == words),
                "{words}"
            );
        }
    }
}

#[test]
fn every_list_has_words_of_which_none_stands_for_two() {
    for shop in Sample::ALL {
        let model = model(shop);
        let known: BTreeSet<&str> = list(&model, "types").iter().map(|kind| text(kind, "name")).collect();
        for slot in list(&model, "intents").iter().flat_map(|intent| list(intent, "slots")) {
            let kind = text(slot, "type");
            assert!(kind.starts_with("AMAZON.") || known.contains(kind), "{kind}");
        }
        for kind in list(&model, "types") {
            let (mut seen, mut ids) = (BTreeSet::new(), BTreeSet::new());
            assert!(!list(kind, "values").is_empty(), "{kind}");
            for value in list(kind, "values") {
                let words = list(&value["name"], "synonyms").iter().filter_map(Value::as_str);
                for word in words.chain([text(&value["name"], "value")]) {
                    assert!((1..=140).contains(&word.chars().count()) && !word.contains(','), "{word}");
                    assert!(seen.insert(word.to_owned()), "{word} is there twice");
                }
                assert!(value["id"].is_null() || ids.insert(text(value, "id")), "{value}");
            }
        }
    }
}

#[test]
fn amazons_own_intents_are_all_there_and_a_yes_is_one_of_them() {
    for shop in Sample::ALL {
        let model = model(shop);
        let find = |name: &str| list(&model, "intents").iter().find(|intent| intent["name"] == name);
        for name in ["Cancel", "Fallback", "Help", "NavigateHome", "No", "Repeat", "Stop", "Yes"] {
            assert!(find(&format!("AMAZON.{name}Intent")).is_some(), "{name}");
        }
        assert!(find("YesIntent").is_none() && find("NoIntent").is_none());
        let yes = find("AMAZON.YesIntent").expect("a yes")["samples"].to_string();
        assert!(!yes.contains("okay\"") && !yes.contains('{'), "{yes}");
        assert_eq!(model["invocationName"], shop.skill().languages[0].invocation);
    }
}

#[test]
fn the_manifest_names_the_skills_endpoint_and_at_most_three_examples() {
    let package = package(&Sample::CoffeeBar.skill(), Target::Alexa);
    let manifest = &json(&package, "skill-package/skill.json")["manifest"];
    assert_eq!(manifest["apis"]["custom"]["endpoint"]["uri"], format!("{SERVER}/alexa/coffee-bar"));
    assert_eq!(
        (&manifest["manifestVersion"], &manifest["permissions"]),
        (&"1.0".into(), &serde_json::json!([]))
    );
    let page = &manifest["publishingInformation"]["locales"]["en-US"];
    let examples = list(page, "examplePhrases");
    assert!((1..=3).contains(&examples.len()) && examples[0] == "Alexa, open harbor coffee", "{page}");
    assert!(text(page, "summary").len() <= 160 && text(page, "name") == "Harbor Coffee Bar");
    assert_eq!(json(&package, "ask-resources.json")["askcliResourcesVersion"], "2020-03-31");
}

#[test]
fn a_locale_is_one_of_alexas_in_a_language_of_the_skill() {
    let mut skill = Sample::CoffeeBar.skill();
    let files = |skill: &_| -> Vec<String> {
        package(skill, Target::Alexa).files.into_keys().filter(|name| name.contains("custom/")).collect()
    };
    assert_eq!(files(&skill), ["skill-package/interactionModels/custom/en-US.json"]);
    skill.publish.alexa_locales = ["en-GB", "en-US"].map(str::to_owned).to_vec();
    assert_eq!(files(&skill).len(), 2);
    for wrong in ["en-NZ", "de-DE", "en"] {
        skill.publish.alexa_locales = vec![wrong.to_owned()];
        assert!(matches!(build(&skill, Target::Alexa, Some(SERVER)), Err(BuildError::Locale(_))), "{wrong}");
    }
    skill.publish.alexa_locales.clear();
    skill.languages[0].locale = "ro".to_owned();
    assert!(matches!(build(&skill, Target::Alexa, Some(SERVER)), Err(BuildError::Locale(_))));
}

#[test]
fn of_a_large_catalogue_as_much_is_named_as_amazon_takes() {
    let mut skill = Sample::CoffeeBar.skill();
    let sample = skill.catalog.products().next().expect("a product");
    let many = |number: usize| Product {
        sku: Sku::new(format!("p-{number}")).expect("an id"),
        title: format!("Product {number}, Large"),
        ..sample.clone()
    };
    skill.catalog = Arc::new(Catalog::new((0..40_000).map(many)));
    let package = package(&skill, Target::Alexa);
    let file = "skill-package/interactionModels/custom/en-US.json";
    let size = package.files[file].len();
    assert!((1_000_000..=1_500_000).contains(&size), "{size}");
    let model = json(&package, file);
    let types = list(&model["interactionModel"]["languageModel"], "types");
    let words: usize = types
        .iter()
        .flat_map(|kind| list(kind, "values"))
        .map(|v| 1 + list(&v["name"], "synonyms").len())
        .sum();
    assert!(words <= 50_000, "{words}");
    assert!(
        package.notes.iter().any(|note| note.contains("of 40000 products are named")),
        "{:?}",
        package.notes
    );
}
