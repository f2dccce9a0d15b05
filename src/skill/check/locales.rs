//! What one locale of a skill has and another has not, and replies without an intent.

use std::collections::{BTreeMap, BTreeSet};

use super::{Files, Kind, Mistake, Outline, Tongue};
use crate::understanding::{IntentName, Sentences};

/// The gaps between locales, the intents without a reply and the replies without an intent.
pub(super) fn gaps(files: &Files, outline: &Outline, tongues: &[Tongue]) -> Vec<Mistake> {
    let mut mistakes = strangers(files, outline);
    let intents: Vec<_> = tongues.iter().map(|t| t.sentences.as_ref().map(names)).collect();
    let all: BTreeSet<&String> = intents.iter().flatten().flat_map(BTreeMap::keys).collect();
    for (tongue, own) in tongues.iter().zip(&intents) {
        let Some(own) = own else { continue };
        let file = format!("sentences/{}.toml", tongue.locale);
        let missing = all.iter().filter(|name| !own.contains_key(**name));
        mistakes.extend(missing.map(|name| {
            let what = format!("there is no [[intents.{name}]], which another locale has");
            Mistake::new(Kind::LocaleGap, &file, None, what)
        }));
        mistakes.extend(unanswered(tongue, own));
    }
    mistakes
}

/// Files of locales that skill.toml does not name: nobody ever reads them.
fn strangers(files: &Files, outline: &Outline) -> Vec<Mistake> {
    let mut mistakes = Vec::new();
    for (folder, ending) in [("sentences", ".toml"), ("replies", ".ftl")] {
        for locale in files.locales(folder, ending) {
            if !outline.locales.is_empty() && !outline.locales.contains(&locale) {
                let what = format!("`{locale}` is not one of the `locales` of skill.toml");
                mistakes.push(Mistake::new(
                    Kind::LocaleGap,
                    format!("{folder}/{locale}{ending}"),
                    None,
                    what,
                ));
            }
        }
    }
    mistakes
}

/// The skill's own intents without their message, and the messages of intents that are not there.
fn unanswered(tongue: &Tongue, own: &BTreeMap<String, bool>) -> Vec<Mistake> {
    if tongue.keys.is_empty() {
        return Vec::new();
    }
    let file = format!("replies/{}.ftl", tongue.locale);
    let message = |name: &str| format!("custom-{}", name.replace('_', "-"));
    let wanted: BTreeMap<String, &String> =
        own.iter().filter(|(_, custom)| **custom).map(|(name, _)| (message(name), name)).collect();
    let has = |key: &String| tongue.keys.iter().any(|(_, known)| known == key);
    let missing = wanted.iter().filter(|(key, _)| !has(key));
    let lost = tongue.keys.iter().filter(|(_, key)| key.starts_with("custom-") && !wanted.contains_key(key));
    let missing = missing.map(|(key, name)| {
        let what = format!("the message `{key}` is missing, which answers the intent {name}");
        Mistake::new(Kind::Reply, &file, None, what)
    });
    let lost = lost.map(|(line, key)| {
        let what = format!("`{key}` is never said: there is no such intent");
        Mistake::new(Kind::Reply, &file, Some(*line as u64), what)
    });
    missing.chain(lost).collect()
}

/// The intents of some sentences, and whether each is the skill's own.
fn names(sentences: &Sentences) -> BTreeMap<String, bool> {
    let name = |name: &IntentName| {
        let text = serde_json::to_value(name).ok().and_then(|v| v.as_str().map(str::to_owned));
        (text.unwrap_or_default(), matches!(name, IntentName::Custom(_)))
    };
    sentences.tables().iter().map(|table| name(&table.name)).collect()
}
