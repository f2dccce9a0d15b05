//! What both kinds of Dialogflow agents have in common: intents, example sentences, lists, identifiers.
//!
//! Dialogflow sends the shopper's words beside its own understanding, so an agent need not carry
//! every shade of meaning: it has one intent for each of the engine's, and what it does not recognise
//! goes to the server as words.

use std::collections::{BTreeMap, BTreeSet};

use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{
    model::{Model, Part},
    values::{self, Values},
};
use crate::{
    skill::{Language, Skill},
    understanding::{
        IntentName,
        platform::{self, ANSWER},
        sentences::Means,
    },
};

/// The most example sentences of an intent.
const MAX_PHRASES: usize = 2_000;

/// The most entries of a list.
const MAX_ENTRIES: usize = 30_000;

/// The most places of an intent.
const MAX_PLACES: usize = 20;

/// What an agent understands in one language.
pub(super) struct Lesson {
    /// The sentences of each intent, by the engine's names.
    pub intents: BTreeMap<String, Vec<Vec<Part>>>,
    /// The lists that its places are filled from.
    pub values: Values,
}

impl Lesson {
    /// The lesson of a language; what did not fit is told.
    pub fn new(skill: &Skill, language: &Language, notes: &mut Vec<String>) -> Self {
        let products = skill.catalog.len();
        let mut values = values::values(&skill.catalog, language, products);
        let mut note = |text: String| notes.push(format!("{}: {text}", language.locale));
        for (list, entries) in &mut values {
            if entries.len() > MAX_ENTRIES {
                note(format!("of the list {list} the first {MAX_ENTRIES} of {} are named", entries.len()));
                entries.truncate(MAX_ENTRIES);
            }
        }
        let model = Model::new(&language.sentences, &values);
        for (why, count) in &model.left_out {
            note(format!("{count} sentences are left out: {why}"));
        }
        let answer = IntentName::Custom(ANSWER.to_owned());
        let mut intents: BTreeMap<String, Vec<Vec<Part>>> = BTreeMap::new();
        for taught in model.intents.into_values().filter(|taught| taught.intent != answer) {
            let name = platform::name(&taught.intent, &Means::default()).unwrap_or_default();
            intents.entry(name).or_default().extend(taught.sentences);
        }
        for (name, sentences) in &mut intents {
            if sentences.len() > MAX_PHRASES {
                note(format!(
                    "of {name} the first {MAX_PHRASES} of {} sentences are taught",
                    sentences.len()
                ));
                sentences.truncate(MAX_PHRASES);
            }
        }
        Self { intents, values }
    }

    /// The places of an intent, sorted; more than [`MAX_PLACES`] no template has.
    pub fn places(&self, name: &str) -> Vec<&'static str> {
        let parts = self.intents.get(name).into_iter().flatten().flatten();
        let place = |part: &Part| match part {
            Part::Place(place) => Some(*place),
            Part::Words(_) => None,
        };
        let all: BTreeSet<&'static str> = parts.filter_map(place).collect();
        all.into_iter().take(MAX_PLACES).collect()
    }

    /// The pieces of a sentence: text, and the place that it fills. `number` makes the words differ
    /// from sentence to sentence.
    pub fn pieces(&self, parts: &[Part], number: usize) -> Vec<(String, Option<&'static str>)> {
        let mut pieces = Vec::new();
        for (at, part) in parts.iter().enumerate() {
            if at > 0 {
                pieces.push((" ".to_owned(), None));
            }
            pieces.push(match part {
                Part::Words(words) => (words.clone(), None),
                Part::Place(place) => (self.words(place, number + at), Some(*place)),
            });
        }
        // Neighbours without a place are one text.
        pieces.into_iter().fold(Vec::new(), |mut all, (text, place)| {
            match all.last_mut() {
                Some((before, None)) if place.is_none() => *before += &text,
                _ => all.push((text, place)),
            }
            all
        })
    }

    /// Something that fills a place.
    fn words(&self, place: &str, number: usize) -> String {
        let entries = self.values.get(list(place)).map_or(&[][..], Vec::as_slice);
        // "Without no sugar" is nothing that anybody says.
        let fits: Vec<_> = entries
            .iter()
            .filter(|entry| list(place) != "option" || !entry.name.starts_with("no "))
            .collect();
        match fits.len() {
            1.. => fits[number % fits.len()].name.clone(),
            0 => match place {
                "ordinal" => "second",
                "period" => "last week",
                "by" => "friday",
                "digits" | "order_number" => "4217",
                _ => "2",
            }
            .to_owned(),
        }
    }
}

/// The list that a place is filled from.
pub(super) fn list(place: &str) -> &str {
    match place {
        "other_item" | "instead_of" => "item",
        "other_option" | "third_option" | "without" => "option",
        place => place,
    }
}

/// The type of a place: one of the platform's own, or one of the agent's lists.
pub(super) fn entity(place: &str) -> String {
    match place {
        "quantity" | "was" => "@sys.number".to_owned(),
        "ordinal" => "@sys.ordinal".to_owned(),
        "digits" | "order_number" => "@sys.number-sequence".to_owned(),
        "period" | "by" => "@sys.date".to_owned(),
        place => format!("@{}", list(place)),
    }
}

/// An identifier that is the same whenever the same is built.
pub(super) fn id(skill: &Skill, what: &str) -> String {
    let hash = Sha256::digest(format!("{}/{what}", skill.id).as_bytes());
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash[..16]);
    uuid::Builder::from_custom_bytes(bytes).into_uuid().hyphenated().to_string()
}

/// The identifier that CX gives to the flow that every agent begins with.
pub(super) fn nil() -> String {
    Uuid::nil().hyphenated().to_string()
}
