//! Amazon's skill package: the manifest, and an interaction model for each locale.
//!
//! <https://developer.amazon.com/en-US/docs/alexa/smapi/skill-package-api-reference.html>,
//! <https://developer.amazon.com/en-US/docs/alexa/smapi/interaction-model-schema.html>
//!
//! Amazon's limits hold: what is too much is left out from the end of the catalogue and told.

mod dialog;
mod manifest;

use serde_json::{Value as Json, json};

use super::{
    BuildError, Package, json,
    model::{COUNTED, Model, Part, Taught},
    values::{self, Value, Values},
};
use crate::{
    skill::{Language, Skill},
    understanding::{IntentName, platform::UTTERANCE},
};

/// The largest interaction model, in bytes: 1.5 MB.
const MAX_MODEL: usize = 1_500_000;

/// The most values of all lists of a skill; synonyms are counted too, to be on the safe side.
const MAX_VALUES: usize = 50_000;

/// The most intents of a model, Amazon's own included.
const MAX_INTENTS: usize = 250;

/// Intents that every skill has and Amazon itself has sentences for.
const BUILT_IN: [(&str, Option<IntentName>); 9] = [
    ("AMAZON.CancelIntent", Some(IntentName::Cancel)),
    ("AMAZON.FallbackIntent", None),
    ("AMAZON.HelpIntent", Some(IntentName::Help)),
    ("AMAZON.NavigateHomeIntent", None),
    ("AMAZON.NoIntent", Some(IntentName::No)),
    ("AMAZON.PreviousIntent", Some(IntentName::Back)),
    ("AMAZON.RepeatIntent", Some(IntentName::Repeat)),
    ("AMAZON.StopIntent", Some(IntentName::Stop)),
    ("AMAZON.YesIntent", Some(IntentName::Yes)),
];

/// The package of a skill whose server is reached there.
pub(super) fn package(skill: &Skill, server: &str) -> Result<Package, BuildError> {
    let mut package = Package::default();
    let locales = manifest::locales(skill, &mut package.notes)?;
    for (locale, language) in &locales {
        let (model, notes) = fitted(skill, language);
        let file = format!("skill-package/interactionModels/custom/{locale}.json");
        package.notes.extend(notes.into_iter().map(|note| format!("{locale}: {note}")));
        package.files.insert(file, json(&model));
    }
    let manifest = manifest::manifest(skill, &locales, server, &mut package.notes);
    package.files.insert("skill-package/skill.json".to_owned(), json(&manifest));
    let resources = json!({
        "askcliResourcesVersion": "2020-03-31",
        "profiles": { "default": { "skillMetadata": { "src": "./skill-package" } } },
    });
    package.files.insert("ask-resources.json".to_owned(), json(&resources));
    Ok(package)
}

/// The interaction model with as many products as fit, and what was left out.
fn fitted(skill: &Skill, language: &Language) -> (Json, Vec<String>) {
    let all = skill.catalog.len();
    let mut most = all;
    loop {
        let values = values::values(&skill.catalog, language, most);
        let (words, limit) = (values::count(&values), MAX_VALUES);
        let taught = Model::new(&language.sentences, &values);
        let (model, mut notes) = model(language, &taught, &values);
        let size = json(&model).len();
        if words <= limit && size <= MAX_MODEL || most == 0 {
            if most < all {
                notes.push(format!(
                    "the first {most} of {all} products are named; the others are found by their kinds"
                ));
            }
            if words > limit {
                notes.push(format!("the lists have {words} words; Amazon takes {limit}"));
            }
            if size > MAX_MODEL {
                notes.push(format!("the model has {size} bytes; Amazon takes {MAX_MODEL}"));
            }
            return (model, notes);
        }
        // What one of the limits allows, and a twentieth less, so that few rounds are needed.
        let share = (words as f64 / limit as f64).max(size as f64 / MAX_MODEL as f64);
        most = (most as f64 / share * 0.95) as usize;
    }
}

fn model(language: &Language, taught: &Model, values: &Values) -> (Json, Vec<String>) {
    let mut notes: Vec<String> =
        taught.left_out.iter().map(|(why, count)| format!("{count} sentences are left out: {why}")).collect();
    let own = taught.intents.iter().filter(|(_, one)| built_in(one).is_none());
    let mut intents: Vec<Json> = own.map(|(name, one)| intent(name, one)).collect();
    for (name, meant) in &BUILT_IN {
        let same = |one: &&Taught| one.plain && meant.as_ref() == Some(&one.intent);
        let samples: Vec<String> = taught.intents.values().find(same).map(bare).unwrap_or_default();
        intents.push(json!({ "name": name, "samples": samples }));
    }
    intents.extend(catch_all(language));
    if intents.len() > MAX_INTENTS {
        notes.push(format!(
            "{} intents are left out: Amazon takes {MAX_INTENTS}",
            intents.len() - MAX_INTENTS
        ));
        intents.truncate(MAX_INTENTS);
    }
    let used =
        |name: &str| intents.iter().any(|one| one["slots"].to_string().contains(&format!("\"{name}\"")));
    let lists = values.iter().filter(|(place, _)| used(slot_type(place)));
    let types: Vec<Json> = lists
        .map(|(place, list)| {
            let list: Vec<Json> = list.iter().map(value).collect();
            json!({ "name": slot_type(place), "values": list })
        })
        .collect();
    let language_model =
        json!({ "invocationName": language.invocation.to_lowercase(), "intents": intents, "types": types });
    let mut model = json!({ "languageModel": language_model });
    dialog::add(&mut model, language, taught);
    (json!({ "interactionModel": model }), notes)
}

/// Amazon's own intent of that meaning. One of its sentences must be said exactly, which is just
/// what a yes needs.
fn built_in(taught: &Taught) -> Option<&'static str> {
    let same = |(_, meant): &&(&str, Option<IntentName>)| meant.as_ref() == Some(&taught.intent);
    BUILT_IN.iter().find(same).filter(|_| taught.plain).map(|(name, _)| *name)
}

/// The sentences without places: Amazon's own intents have none.
fn bare(taught: &Taught) -> Vec<String> {
    let words = |parts: &&Vec<Part>| parts.iter().all(|part| matches!(part, Part::Words(_)));
    taught.sentences.iter().filter(words).map(|parts| sample(parts)).collect()
}

fn intent(name: &str, taught: &Taught) -> Json {
    let mut places: Vec<&str> = Vec::new();
    for part in taught.sentences.iter().flatten() {
        if let Part::Place(place) = part
            && !places.contains(place)
        {
            places.push(place);
        }
    }
    places.sort_unstable();
    let slots: Vec<Json> =
        places.iter().map(|place| json!({ "name": place, "type": slot_type(place) })).collect();
    let samples: Vec<String> = taught.sentences.iter().map(|parts| sample(parts)).collect();
    json!({ "name": amazon_name(name), "slots": slots, "samples": samples })
}

fn sample(parts: &[Part]) -> String {
    let text = |part: &Part| match part {
        Part::Words(words) => words.clone(),
        Part::Place(place) => format!("{{{place}}}"),
    };
    parts.iter().map(text).collect::<Vec<_>>().join(" ")
}

/// `reorder_with_usual` → `ReorderWithUsualIntent`.
fn amazon_name(name: &str) -> String {
    let capital = |word: &str| {
        let (first, rest) = word.split_at(word.len().min(1));
        first.to_uppercase() + rest
    };
    name.split('_').map(capital).collect::<String>() + "Intent"
}

fn slot_type(place: &str) -> &'static str {
    match place {
        "item" | "other_item" | "instead_of" => "Item",
        "quantity" | "was" | "order_number" => "AMAZON.NUMBER",
        "digits" => "AMAZON.FOUR_DIGIT_NUMBER",
        "ordinal" => "AMAZON.Ordinal",
        "period" | "by" => "AMAZON.DATE",
        "unit" => "Unit",
        "it" => "Pronoun",
        "brand" => "Brand",
        "size" => "Size",
        "attribute" => "Attribute",
        "option" | "other_option" | "third_option" | "without" => "Option",
        _ => "Description",
    }
}

fn value(value: &Value) -> Json {
    let mut json = json!({ "name": { "value": value.name, "synonyms": value.synonyms } });
    if let Some(id) = &value.id {
        json["id"] = id.as_str().into();
    }
    json
}

/// Whatever else is said, behind words that the engine drops anyway: Amazon wants some before a place for
/// free words, and does not send them.
fn catch_all(language: &Language) -> Option<Json> {
    let carriers = language.sentences.fillers().ask.iter().map(|words| format!("{words} {{{UTTERANCE}}}"));
    let samples: Vec<String> = carriers.collect();
    let slots = json!([{ "name": UTTERANCE, "type": "AMAZON.SearchQuery" }]);
    let intent = json!({ "name": amazon_name(UTTERANCE), "slots": slots, "samples": samples });
    (!samples.is_empty()).then_some(intent)
}
