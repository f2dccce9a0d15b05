//! A Dialogflow CX agent as "Restore" takes it in the form of a JSON package: `agent.json`, one flow that sends
//! every turn to the webhook, `intents/<name>/`, `entityTypes/<name>/`, `webhooks/sayso.json`. The layout is
//! that of agents which the console exported.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value as Json, json};

use super::{
    BuildError, Package,
    archive::zip,
    dialogflow::{Lesson, entity, id, nil},
    json,
};
use crate::skill::Skill;

/// The priority of an intent: the console's "normal".
const NORMAL: u32 = 500_000;

/// The webhook's name, and the flow with which every agent begins.
const WEBHOOK: &str = "sayso";
const FLOW: &str = "Default Start Flow";
const WELCOME: &str = "Default Welcome Intent";

/// How long the platform waits for an answer, in seconds: its own default.
const PATIENCE: u32 = 5;

/// The archive of a skill whose server is reached there.
pub(super) fn package(skill: &Skill, server: &str) -> Result<Package, BuildError> {
    let mut notes = Vec::new();
    let lessons: Vec<(&str, Lesson)> = skill
        .languages
        .iter()
        .map(|language| (language.locale.as_str(), Lesson::new(skill, language, &mut notes)))
        .collect();
    let mut files = BTreeMap::from([
        ("agent.json".to_owned(), json(&agent(skill))),
        (format!("webhooks/{WEBHOOK}.json"), json(&webhook(skill, server))),
    ]);
    let mut names: BTreeSet<&str> = BTreeSet::new();
    for (language, lesson) in &lessons {
        lists(skill, language, lesson, &mut files);
        for (name, sentences) in &lesson.intents {
            names.insert(name);
            let phrase = |(number, parts): (usize, &Vec<_>)| phrase(&lesson.pieces(parts, number), language);
            let phrases: Vec<Json> = sentences.iter().enumerate().map(phrase).collect();
            let file = format!("intents/{name}/trainingPhrases/{language}.json");
            files.insert(file, json(&json!({ "trainingPhrases": phrases })));
        }
    }
    for name in names.iter().copied().chain([WELCOME]) {
        let places: BTreeSet<&str> = lessons.iter().flat_map(|(_, lesson)| lesson.places(name)).collect();
        files.insert(format!("intents/{name}/{name}.json"), json(&intent(skill, name, &places)));
    }
    files.insert(format!("flows/{FLOW}/{FLOW}.json"), json(&flow(skill, &names)));
    let bytes = zip(&files)?;
    Ok(Package { files: BTreeMap::from([(format!("{}.zip", skill.id), bytes)]), notes })
}

fn agent(skill: &Skill) -> Json {
    let locales: Vec<&str> = skill.languages.iter().map(|l| l.locale.as_str()).collect();
    json!({
        "displayName": skill.name,
        "defaultLanguageCode": locales[0],
        "supportedLanguageCodes": locales[1..],
        "timeZone": skill.zone.iana_name().unwrap_or("Etc/UTC"),
        "startFlow": FLOW,
        // Words are private: the platform keeps no log of them.
        "enableLogging": false,
        "enableStackdriverLogging": false,
    })
}

fn webhook(skill: &Skill, server: &str) -> Json {
    json!({
        "name": id(skill, "webhook"),
        "displayName": WEBHOOK,
        "genericWebService": {
            "uri": format!("{server}/dialogflow/cx/{}", skill.id),
            "webhookType": "STANDARD",
        },
        "timeout": { "seconds": PATIENCE },
    })
}

fn lists(skill: &Skill, language: &str, lesson: &Lesson, files: &mut BTreeMap<String, Vec<u8>>) {
    for (name, entries) in &lesson.values {
        let kind = json!({
            "name": id(skill, &format!("entity/{name}")), "displayName": name, "kind": "KIND_MAP"
        });
        files.insert(format!("entityTypes/{name}/{name}.json"), json(&kind));
        let entry = |v: &super::values::Value| {
            let words = [std::slice::from_ref(&v.name), &v.synonyms].concat();
            json!({ "value": v.name, "synonyms": words, "languageCode": language })
        };
        let entries: Vec<Json> = entries.iter().map(entry).collect();
        let file = format!("entityTypes/{name}/entities/{language}.json");
        files.insert(file, json(&json!({ "entities": entries })));
    }
}

fn intent(skill: &Skill, name: &str, places: &BTreeSet<&str>) -> Json {
    let parameter = |place: &&str| json!({ "id": place, "entityType": entity(place) });
    let parameters: Vec<Json> = places.iter().map(parameter).collect();
    let mut intent = json!({
        "name": if name == WELCOME { nil() } else { id(skill, &format!("intent/{name}")) },
        "displayName": name,
        "priority": NORMAL,
    });
    if !parameters.is_empty() {
        intent["parameters"] = parameters.into();
    }
    intent
}

fn phrase(pieces: &[(String, Option<&'static str>)], language: &str) -> Json {
    let part = |(text, place): &(String, Option<&'static str>)| match place {
        None => json!({ "text": text }),
        Some(place) => json!({ "text": text, "parameterId": place }),
    };
    let parts: Vec<Json> = pieces.iter().map(part).collect();
    json!({ "parts": parts, "repeatCount": 1, "languageCode": language })
}

/// One page that is never left: whatever is said, and silence too, goes to the webhook, and the server keeps
/// the conversation.
fn flow(skill: &Skill, names: &BTreeSet<&str>) -> Json {
    let ask = json!({ "webhook": WEBHOOK, "tag": "turn" });
    let route = |name: &str| json!({ "intent": name, "triggerFulfillment": ask, "name": id(skill, &format!("route/{name}")) });
    let routes: Vec<Json> = [WELCOME].into_iter().chain(names.iter().copied()).map(route).collect();
    let handler = |event: &str| json!({ "event": event, "triggerFulfillment": ask, "name": id(skill, &format!("event/{event}")) });
    let handlers: Vec<Json> = ["sys.no-match-default", "sys.no-input-default"].map(handler).to_vec();
    json!({
        "name": nil(),
        "displayName": FLOW,
        "transitionRoutes": routes,
        "eventHandlers": handlers,
        "nluSettings": { "modelType": "MODEL_TYPE_STANDARD", "classificationThreshold": 0.3 },
    })
}
