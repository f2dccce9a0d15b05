//! `sayso models hear`: recordings through a recogniser as the product runs it.

use crate::support::process::Sayso;
use serde_json::Value;
use std::{fs, path::Path};

/// A folder of the demo's recordings.
fn recordings(folder: &Path, names: &[&str]) {
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("audio/samples");
    for name in names {
        fs::copy(samples.join(format!("{name}.wav")), folder.join(format!("{name}.wav"))).unwrap();
    }
}

fn lines(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn every_recording_is_told_with_what_the_product_makes_of_it() {
    let (sayso, folder) = (Sayso::new(), tempfile::tempdir().unwrap());
    recordings(folder.path(), &["oov_silence", "oov_talk", "yes-please"]);
    let ended = sayso.run(&["models", "hear", folder.path().to_str().unwrap(), "--json"]);
    assert_eq!(ended.code, Some(0), "{ended:?}");
    let heard = lines(&ended.out);
    let told: Vec<_> = heard.iter().map(|line| [&line["id"], &line["outcome"], &line["text"]]).collect();
    assert_eq!(
        told,
        [
            ["oov_silence", "nothing", ""],
            ["oov_talk", "unclear", "[INAUDIBLE]"],
            ["yes-please", "text", "Yes please."]
        ]
    );
    assert!(heard[0]["features"].is_null());
    let yes = &heard[2];
    assert!(yes["confidence"].as_f64() > Some(0.75) && yes["millis"].as_f64() > Some(0.0), "{yes}");
    assert!(yes["features"]["min_logprob"].as_f64() < Some(0.0), "{yes}");
    assert!(ended.err.is_empty(), "{}", ended.err);
}

#[test]
fn a_recording_that_cannot_be_heard_is_told_and_the_others_are_heard() {
    let (sayso, folder) = (Sayso::new(), tempfile::tempdir().unwrap());
    recordings(folder.path(), &["no"]);
    fs::write(folder.path().join("junk.wav"), "no sound").unwrap();
    let list = folder.path().join("list.jsonl");
    let rows = ["junk", "missing", "no"].map(|n| format!("{{\"id\": \"{n}\", \"wav\": \"{n}.wav\"}}"));
    fs::write(&list, rows.join("\n")).unwrap();
    let ended = sayso.run(&["models", "hear", list.to_str().unwrap(), "--json"]);
    assert_eq!(ended.code, Some(1));
    assert!(ended.err.contains("2 recordings could not be heard"), "{}", ended.err);
    let heard = lines(&ended.out);
    assert!(heard[0]["error"].as_str().unwrap().contains("not a WAV"), "{}", heard[0]);
    assert!(heard[1]["error"].as_str().unwrap().contains("missing.wav"), "{}", heard[1]);
    assert_eq!(heard[2]["text"], "No.");
}

#[test]
fn a_model_in_a_file_is_tried_without_being_installed() {
    let (sayso, folder) = (Sayso::new(), tempfile::tempdir().unwrap());
    recordings(folder.path(), &["no"]);
    assert_eq!(sayso.run(&["models", "list"]).code, Some(0), "unpacks the bundled model");
    let model = folder.path().join("new.bin");
    fs::copy(sayso.data().join("models/shop-en.bin"), &model).unwrap();
    let hear = |model: &Path| {
        let (folder, model) = (folder.path().to_str().unwrap(), model.to_str().unwrap());
        sayso.run(&["models", "hear", folder, "--json", "--model-file", model])
    };
    let bare = lines(&hear(&model).out).remove(0);
    assert!(bare["text"] == "No." && bare["features"]["no_speech"].is_number(), "{bare}");

    let wrong = folder.path().join("new.toml");
    fs::write(&wrong, "size = 1").unwrap();
    let refused = hear(&model);
    assert!(refused.code == Some(1) && refused.err.contains("new.toml"), "{refused:?}");
    let listed = sayso.run(&["models", "list"]);
    assert!(!listed.out.contains("new"), "{}", listed.out);
}

#[test]
fn the_weights_of_a_description_give_the_confidence() {
    let (sayso, folder) = (Sayso::new(), tempfile::tempdir().unwrap());
    recordings(folder.path(), &["no"]);
    assert_eq!(sayso.run(&["models", "list"]).code, Some(0), "unpacks the bundled model");
    let model = folder.path().join("new.bin");
    fs::copy(sayso.data().join("models/shop-en.bin"), &model).unwrap();
    let manifest: toml::Table = toml::from_str(include_str!("../models/manifest.toml")).unwrap();
    let mut entry = manifest["model"].as_array().unwrap().last().unwrap().as_table().unwrap().clone();
    for (bias, outcome) in [(-5, "unclear"), (5, "text")] {
        entry.insert("confidence".to_owned(), toml::toml! { bias = bias }.into());
        fs::write(model.with_extension("toml"), entry.to_string()).unwrap();
        let (list, file) = (folder.path().to_str().unwrap(), model.to_str().unwrap());
        let heard = sayso.json(&["models", "hear", list, "--json", "--model-file", file]);
        let confidence = heard["confidence"].as_f64().unwrap();
        assert!((confidence - 1.0 / (1.0 + f64::from(-bias).exp())).abs() < 1e-4, "{heard}");
        assert_eq!(heard["outcome"], outcome, "{heard}");
    }
}
