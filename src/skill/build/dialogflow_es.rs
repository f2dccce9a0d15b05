//! A Dialogflow ES agent as the console's "Restore from ZIP" takes it: `agent.json`, `package.json`,
//! `intents/<name>.json` with `<name>_usersays_<language>.json`, `entities/<name>.json` with
//! `<name>_entries_<language>.json`. The layout is that of agents which the console exported.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value as Json, json};

use super::{
    BuildError, Package,
    archive::zip,
    dialogflow::{Lesson, entity, id},
    json,
    values::Value,
};
use crate::skill::Skill;

/// The priority of an intent: the console's "normal".
const NORMAL: u32 = 500_000;

/// The archive of a skill whose server is reached there.
pub(super) fn package(skill: &Skill, server: &str) -> Result<Package, BuildError> {
    let mut notes = Vec::new();
    let lessons: Vec<(String, Lesson)> = skill
        .languages
        .iter()
        .map(|language| (language.locale.to_ascii_lowercase(), Lesson::new(skill, language, &mut notes)))
        .collect();
    let mut files = BTreeMap::from([
        ("agent.json".to_owned(), json(&agent(skill, server))),
        ("package.json".to_owned(), json(&json!({ "version": "1.0.0" }))),
    ]);
    for (language, lesson) in &lessons {
        for (name, values) in &lesson.values {
            files.insert(format!("entities/{name}.json"), json(&list(skill, name)));
            files.insert(format!("entities/{name}_entries_{language}.json"), json(&entries(values)));
        }
        for (name, sentences) in &lesson.intents {
            let said = (0..).zip(sentences).map(|(number, parts)| {
                let id = id(skill, &format!("{language}/{name}/{number}"));
                sentence(&id, &lesson.pieces(parts, number))
            });
            files.insert(format!("intents/{name}_usersays_{language}.json"), json(&said.collect()));
        }
    }
    let names: BTreeSet<&String> = lessons.iter().flat_map(|(_, lesson)| lesson.intents.keys()).collect();
    for name in names {
        let places: BTreeSet<&str> = lessons.iter().flat_map(|(_, lesson)| lesson.places(name)).collect();
        files.insert(format!("intents/{name}.json"), json(&intent(skill, name, name, &places, None, false)));
    }
    let none = BTreeSet::new();
    for (name, action, event) in [
        ("Default Welcome Intent", "input.welcome", Some("WELCOME")),
        ("Default Fallback Intent", "input.unknown", None),
    ] {
        let intent = intent(skill, name, action, &none, event, event.is_none());
        files.insert(format!("intents/{name}.json"), json(&intent));
    }
    let bytes = zip(&files)?;
    Ok(Package { files: BTreeMap::from([(format!("{}.zip", skill.id), bytes)]), notes })
}

fn agent(skill: &Skill, server: &str) -> Json {
    let locales: Vec<String> = skill.languages.iter().map(|l| l.locale.to_ascii_lowercase()).collect();
    json!({
        "displayName": skill.id.as_str(),
        "description": skill.languages[0].page.summary.as_deref().unwrap_or(&skill.name),
        "language": locales[0],
        "supportedLanguages": locales[1..],
        "defaultTimezone": skill.zone.iana_name().unwrap_or("Etc/UTC"),
        "webhook": {
            "url": format!("{server}/dialogflow/es/{}", skill.id),
            "username": "",
            "headers": {},
            "available": true,
            "useForDomains": false,
            "cloudFunctionsEnabled": false,
            "cloudFunctionsInitialized": false,
        },
        "isPrivate": true,
        "mlMinConfidence": 0.3,
        "customClassifierMode": "use.after",
        "onePlatformApiVersion": "v2",
        "analyzeQueryTextSentiment": false,
        // Words are private: the platform keeps no log of them.
        "disableInteractionLogs": true,
        "disableStackdriverLogs": true,
    })
}

/// The words of a list, each under its own name too.
fn entries(values: &[Value]) -> Json {
    let entry = |value: &Value| {
        let words = [std::slice::from_ref(&value.name), &value.synonyms].concat();
        json!({ "value": value.name, "synonyms": words })
    };
    values.iter().map(entry).collect()
}

fn list(skill: &Skill, name: &str) -> Json {
    json!({
        "id": id(skill, &format!("entity/{name}")),
        "name": name,
        "isOverridable": true,
        "isEnum": false,
        "isRegexp": false,
        "automatedExpansion": false,
        "allowFuzzyExtraction": false,
    })
}

fn intent(
    skill: &Skill,
    name: &str,
    action: &str,
    places: &BTreeSet<&str>,
    event: Option<&str>,
    fallback: bool,
) -> Json {
    let parameter = |place: &&str| {
        json!({
            "id": id(skill, &format!("intent/{name}/{place}")),
            "required": false,
            "dataType": entity(place),
            "name": place,
            "value": format!("${place}"),
            "promptMessages": [],
            "noMatchPromptMessages": [],
            "noInputPromptMessages": [],
            "outputDialogContexts": [],
            "isList": false,
        })
    };
    let parameters: Vec<Json> = places.iter().map(parameter).collect();
    let events: Vec<Json> = event.iter().map(|event| json!({ "name": event })).collect();
    json!({
        "id": id(skill, &format!("intent/{name}")),
        "name": name,
        "auto": true,
        "contexts": [],
        "responses": [{
            "resetContexts": false,
            "action": action,
            "affectedContexts": [],
            "parameters": parameters,
            "messages": [],
            "defaultResponsePlatforms": {},
            "speech": [],
        }],
        "priority": NORMAL,
        "webhookUsed": true,
        "webhookForSlotFilling": false,
        "fallbackIntent": fallback,
        "events": events,
        "conditionalResponses": [],
        "condition": "",
        "conditionalFollowupEvents": [],
    })
}

fn sentence(id: &str, pieces: &[(String, Option<&'static str>)]) -> Json {
    let piece = |(text, place): &(String, Option<&'static str>)| match place {
        None => json!({ "text": text, "userDefined": false }),
        Some(place) => json!({ "text": text, "alias": place, "meta": entity(place), "userDefined": true }),
    };
    let data: Vec<Json> = pieces.iter().map(piece).collect();
    json!({ "id": id, "data": data, "isTemplate": false, "count": 0, "updated": 0 })
}
