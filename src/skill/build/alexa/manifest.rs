//! Amazon's skill manifest, and the locales in which Alexa can offer a skill.
//! <https://developer.amazon.com/en-US/docs/alexa/smapi/skill-manifest.html>

use serde_json::{Map, Value as Json, json};

use super::super::BuildError;
use crate::{
    skill::{Language, Skill},
    understanding::IntentName,
};

/// The locales of Alexa; of one language the first stands for the language without a region.
const LOCALES: [&str; 17] = [
    "ar-SA", "de-DE", "en-US", "en-AU", "en-CA", "en-GB", "en-IN", "es-ES", "es-MX", "es-US", "fr-FR",
    "fr-CA", "hi-IN", "it-IT", "ja-JP", "nl-NL", "pt-BR",
];

/// The longest name, summary and description, and the most keywords; in characters.
const MAX_NAME: usize = 50;
const MAX_SUMMARY: usize = 160;
const MAX_KEYWORDS: usize = 30;
const MAX_EXAMPLE: usize = 200;

/// The locales of Alexa with the language that is spoken there: those of `publish.alexa_locales`, else one
/// for each language of the skill.
pub(super) fn locales<'a>(
    skill: &'a Skill,
    notes: &mut Vec<String>,
) -> Result<Vec<(&'static str, &'a Language)>, BuildError> {
    let mut all: Vec<(&'static str, &Language)> = Vec::new();
    for wanted in &skill.publish.alexa_locales {
        let wrong = |what: &str| BuildError::Locale(format!("`publish.alexa_locales`: {what} `{wanted}`"));
        let locale = *LOCALES.iter().find(|known| *known == wanted).ok_or_else(|| wrong("Alexa has no"))?;
        let language = skill.language(locale);
        if family(&language.locale) != family(locale) {
            return Err(wrong("the skill does not speak"));
        }
        all.push((locale, language));
    }
    if skill.publish.alexa_locales.is_empty() {
        for language in &skill.languages {
            let exact = LOCALES.iter().find(|known| known.eq_ignore_ascii_case(&language.locale));
            let first = || LOCALES.iter().find(|known| family(known) == family(&language.locale));
            match exact.or_else(first) {
                Some(locale) if all.iter().all(|(known, _)| known != locale) => all.push((locale, language)),
                Some(locale) => notes.push(format!("`{}` is left out: {locale} is there", language.locale)),
                None => notes.push(format!("`{}` is left out: Alexa does not speak it", language.locale)),
            }
        }
    }
    all.sort_by_key(|(locale, _)| *locale);
    all.dedup_by_key(|(locale, _)| *locale);
    if all.is_empty() {
        Err(BuildError::Locale("Alexa speaks none of its locales".to_owned()))
    } else {
        Ok(all)
    }
}

fn family(locale: &str) -> String {
    locale.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase()
}

/// The manifest, version 1.0.
pub(super) fn manifest(
    skill: &Skill,
    locales: &[(&'static str, &Language)],
    server: &str,
    notes: &mut Vec<String>,
) -> Json {
    let (mut pages, mut privacy) = (Map::new(), Map::new());
    for (locale, language) in locales {
        pages.insert((*locale).to_owned(), page(skill, locale, language, notes));
        if let Some(address) = &skill.publish.privacy_policy {
            privacy.insert((*locale).to_owned(), json!({ "privacyPolicyUrl": address }));
        }
    }
    if privacy.is_empty() {
        notes.push("`publish.privacy_policy` is not set: Amazon asks for one before it certifies".to_owned());
    }
    let mut compliance = json!({
        "allowsPurchases": true,
        "usesPersonalInfo": true,
        "isChildDirected": false,
        "isExportCompliant": true,
        "containsAds": false,
    });
    if !privacy.is_empty() {
        compliance["locales"] = privacy.into();
    }
    let endpoint = json!({ "uri": format!("{server}/alexa/{}", skill.id), "sslCertificateType": "Trusted" });
    json!({ "manifest": {
        "manifestVersion": "1.0",
        "publishingInformation": {
            "locales": pages,
            "isAvailableWorldwide": true,
            "distributionCountries": [],
            "category": "SHOPPING",
            "testingInstructions": format!("Open the skill and ask for a product of {}.", skill.name),
        },
        "apis": { "custom": { "endpoint": endpoint, "interfaces": [] } },
        "permissions": [],
        "privacyAndCompliance": compliance,
    } })
}

/// What the store shows.
fn page(skill: &Skill, locale: &str, language: &Language, notes: &mut Vec<String>) -> Json {
    let page = &language.page;
    if page.summary.is_none() || page.description.is_none() {
        notes.push(format!(
            "{locale}: `summary` or `description` of [spoken.{}] is not set; the store shows the name instead",
            language.locale
        ));
    }
    let name = cut(&skill.name, MAX_NAME);
    let summary = page.summary.as_deref().unwrap_or(&skill.name);
    let description = page.description.as_deref().unwrap_or(summary);
    let keywords: Vec<&String> = page.keywords.iter().take(MAX_KEYWORDS).collect();
    json!({
        "name": name,
        "summary": cut(summary, MAX_SUMMARY),
        "description": description,
        "examplePhrases": examples(locale, language),
        "keywords": keywords,
    })
}

/// At most three: how it is opened, and what is said then.
fn examples(locale: &str, language: &Language) -> Vec<String> {
    let mut phrases = vec![opening(locale, &language.invocation.to_lowercase())];
    for name in [IntentName::Buy, IntentName::Reorder, IntentName::OrderStatus] {
        let tables = language.sentences.tables().iter().filter(|table| table.name == name);
        let said = tables.flat_map(|table| &table.examples).map(|(_, example)| example.say.trim());
        let fine = |text: &&str| text.chars().count() <= MAX_EXAMPLE && text.starts_with(char::is_uppercase);
        phrases.extend(said.filter(fine).map(|text| text.trim_end_matches('.').to_owned()).next());
    }
    phrases.truncate(3);
    phrases
}

/// How a skill is opened, in Amazon's own words for each language.
fn opening(locale: &str, name: &str) -> String {
    match family(locale).as_str() {
        "ar" => format!("أليكسا، افتحي {name}"),
        "de" => format!("Alexa, öffne {name}"),
        "es" => format!("Alexa, abre {name}"),
        "fr" => format!("Alexa, ouvre {name}"),
        "hi" => format!("Alexa, {name} खोलो"),
        "it" => format!("Alexa, apri {name}"),
        "ja" => format!("アレクサ、{name}を開いて"),
        "pt" => format!("Alexa, abrir {name}"),
        _ => format!("Alexa, open {name}"),
    }
}

fn cut(text: &str, most: usize) -> String {
    text.chars().take(most).collect()
}
