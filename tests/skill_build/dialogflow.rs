//! An agent's archive holds together: what one file names, another has.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
    process::Command,
};

use sayso::skill::build::Target;
use serde_json::Value;

use super::{SERVER, package};
use crate::support::Sample;

/// The files of a skill's archive as JSON.
fn files(shop: Sample, target: Target) -> BTreeMap<String, Value> {
    let skill = shop.skill();
    let package = package(&skill, target);
    let name = format!("{}.zip", skill.id);
    let folder = tempfile::tempdir().expect("a folder");
    let (archive, out) = (folder.path().join(&name), folder.path().join("out"));
    std::fs::write(&archive, &package.files[&name]).expect("an archive");
    // Read by a program that others wrote; it checks the sums too.
    let python = Command::new("python3").args(["-m", "zipfile", "-e"]).args([&archive, &out]).output();
    let python = python.expect("python3 is there");
    assert!(python.status.success(), "{}", String::from_utf8_lossy(&python.stderr));
    let mut files = BTreeMap::new();
    read(&out, "", &mut files);
    files
}

fn read(folder: &Path, inside: &str, files: &mut BTreeMap<String, Value>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let entry = entry.expect("an entry");
        let name = format!("{inside}{}", entry.file_name().to_str().expect("a name"));
        if entry.path().is_dir() {
            read(&entry.path(), &format!("{name}/"), files);
        } else {
            let json = serde_json::from_slice(&std::fs::read(entry.path()).expect("a file")).expect("JSON");
            files.insert(name, json);
        }
    }
}

fn list(json: &Value) -> &[Value] {
    json.as_array().map_or(&[], Vec::as_slice)
}

fn text(json: &Value) -> &str {
    json.as_str().unwrap_or_default()
}

/// Whether a type is the platform's own, or one of the agent's lists.
fn known(kind: &str, lists: &BTreeSet<String>) -> bool {
    kind.starts_with("@sys.") || lists.contains(kind.trim_start_matches('@'))
}

#[test]
fn an_es_agent_names_nothing_that_it_has_not() {
    for shop in Sample::ALL {
        let files = files(shop, Target::DialogflowEs);
        let entries =
            files.keys().filter_map(|name| name.strip_prefix("entities/")?.strip_suffix("_entries_en.json"));
        let lists: BTreeSet<String> = entries.map(str::to_owned).collect();
        assert!(
            lists.contains("item") && lists.iter().all(|l| files.contains_key(&format!("entities/{l}.json")))
        );
        let (mut ids, mut intents) = (BTreeSet::new(), 0);
        for (name, intent) in
            files.iter().filter(|(name, _)| name.starts_with("intents/") && !name.contains("_usersays_"))
        {
            assert!(ids.insert(text(&intent["id"])) && intent["webhookUsed"] == true, "{name}");
            let parameters: BTreeMap<&str, &str> = list(&intent["responses"][0]["parameters"])
                .iter()
                .map(|parameter| (text(&parameter["name"]), text(&parameter["dataType"])))
                .collect();
            assert!(parameters.values().all(|kind| known(kind, &lists)), "{name}: {parameters:?}");
            let said = files.get(&name.replace(".json", "_usersays_en.json"));
            assert!(said.is_some() != name.contains("Default"), "{name}");
            for sentence in said.map_or(&[][..], list) {
                assert!(ids.insert(text(&sentence["id"])), "{name}");
                for piece in list(&sentence["data"]).iter().filter(|piece| !piece["alias"].is_null()) {
                    assert_eq!(
                        parameters.get(text(&piece["alias"])),
                        Some(&text(&piece["meta"])),
                        "{name}: {piece}"
                    );
                }
            }
            intents += 1;
        }
        assert!(intents > 30, "{intents}");
        let welcome = &files["intents/Default Welcome Intent.json"];
        assert_eq!(welcome["events"][0]["name"], "WELCOME");
        assert_eq!(files["intents/Default Fallback Intent.json"]["fallbackIntent"], true);
        let webhook = &files["agent.json"]["webhook"];
        assert_eq!(webhook["url"], format!("{SERVER}/dialogflow/es/{}", shop.skill().id));
        assert_eq!(
            (&webhook["available"], &files["package.json"]["version"]),
            (&true.into(), &"1.0.0".into())
        );
    }
}

#[test]
fn a_cx_agent_names_nothing_that_it_has_not() {
    for shop in Sample::ALL {
        let files = files(shop, Target::DialogflowCx);
        let names = |folder: &str| -> BTreeSet<String> {
            let inside = files.keys().filter_map(|name| name.strip_prefix(folder)?.split_once('/'));
            inside.map(|(name, _)| name.to_owned()).collect()
        };
        let (intents, lists) = (names("intents/"), names("entityTypes/"));
        let flow = &files["flows/Default Start Flow/Default Start Flow.json"];
        let routed: BTreeSet<String> =
            list(&flow["transitionRoutes"]).iter().map(|route| text(&route["intent"]).to_owned()).collect();
        assert_eq!(routed, intents, "every intent has a route");
        let webhook = &files["webhooks/sayso.json"];
        assert_eq!(
            webhook["genericWebService"]["uri"],
            format!("{SERVER}/dialogflow/cx/{}", shop.skill().id)
        );
        let mut ids = BTreeSet::from([text(&webhook["name"])]);
        for way in list(&flow["transitionRoutes"]).iter().chain(list(&flow["eventHandlers"])) {
            assert_eq!(way["triggerFulfillment"]["webhook"], webhook["displayName"]);
            assert!(ids.insert(text(&way["name"])), "{way}");
        }
        assert_eq!(files["agent.json"]["startFlow"], flow["displayName"]);
        for name in &lists {
            assert_eq!(files[&format!("entityTypes/{name}/{name}.json")]["displayName"], name.as_str());
            let entries = &files[&format!("entityTypes/{name}/entities/en.json")]["entities"];
            assert!(list(entries).iter().all(|entry| list(&entry["synonyms"]).contains(&entry["value"])));
        }
        for name in &intents {
            let intent = &files[&format!("intents/{name}/{name}.json")];
            assert!(ids.insert(text(&intent["name"])) && intent["displayName"] == name.as_str(), "{name}");
            let parameters: BTreeSet<&str> =
                list(&intent["parameters"]).iter().map(|p| text(&p["id"])).collect();
            assert!(
                list(&intent["parameters"]).iter().all(|p| known(text(&p["entityType"]), &lists)),
                "{intent}"
            );
            let Some(said) = files.get(&format!("intents/{name}/trainingPhrases/en.json")) else {
                assert_eq!(name, "Default Welcome Intent");
                continue;
            };
            let phrases = list(&said["trainingPhrases"]);
            assert!((1..=2_000).contains(&phrases.len()), "{name}");
            for part in phrases.iter().flat_map(|phrase| list(&phrase["parts"])) {
                let place = text(&part["parameterId"]);
                assert!(place.is_empty() || parameters.contains(place), "{name}: {part}");
            }
        }
    }
}

#[test]
fn an_agent_knows_the_engines_intents_by_their_own_names_and_no_answer_by_itself() {
    let files = files(Sample::Household, Target::DialogflowEs);
    for name in ["reorder", "yes", "no", "cancel", "order_status", "correct", "digits"] {
        assert!(files.contains_key(&format!("intents/{name}.json")), "{name}");
    }
    assert!(files.keys().all(|name| !name.contains("_with_") && !name.contains("answer")));
    let said = files["intents/reorder_usersays_en.json"].to_string();
    assert!(said.contains("paper towels") && said.contains("usual"), "the whole of what a reorder can be");
}
