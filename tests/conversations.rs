//! Whole conversations as text files: `tests/conversations/*.txt`, and those of the sample skills in their
//! `conversations` folders. Each file is one rule of the shop, named by its file name; docs/skills.md lists what
//! a line can say, and `sayso skill test` holds them in the same way.

use std::{fmt::Write as _, fs, path::Path, sync::Arc};

use sayso::app::rehearsal::{Stage, hold, scripts};

use crate::support::{Sample, process::Sayso};

/// Runs all files of a folder.
async fn all_of(shop: Sample, folder: &str, at_least: usize) {
    let files = scripts(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)).expect("a folder");
    assert!(files.len() >= at_least, "only {} conversations", files.len());
    let stage = Stage::set(Arc::new(shop.skill())).await.expect("a stage");
    let mut failed = String::new();
    for path in &files {
        let script = fs::read_to_string(path).expect("a script");
        if let Err(failure) = hold(stage.rehearse().await.expect("a shop"), &script).await {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            writeln!(failed, "\n{name}: {failure}").expect("a string takes text");
        }
    }
    assert!(failed.is_empty(), "{failed}");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_conversation_goes_as_it_is_written() {
    all_of(Sample::Household, "tests/conversations", 60).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_conversation_with_the_coffee_bar_goes_as_it_is_written() {
    all_of(Sample::CoffeeBar, "skills/coffee-bar/conversations", 8).await;
}

#[test]
fn a_skill_is_tested_by_its_own_examples_and_conversations() {
    for shop in ["household", "coffee-bar"] {
        let tested = Sayso::new().run(&["skill", "test", &format!("skills/{shop}")]);
        assert_eq!(tested.code, Some(0), "{tested:?}");
        assert!(tested.out.contains("examples") && tested.out.contains("all passed"), "{tested:?}");
    }
}

#[test]
fn what_fails_is_told_at_its_line_with_what_was_expected_and_what_came() {
    let sayso = Sayso::new();
    let folder = sayso.data().join("tea");
    let path = folder.to_str().expect("a path");
    assert_eq!(sayso.run(&["skill", "new", "Harbor Tea", "--dir", path]).code, Some(0));
    let fresh = sayso.run(&["skill", "test", path]);
    assert!(fresh.code == Some(0) && fresh.out.contains("1 conversation:"), "{fresh:?}");
    let wrong = "# a rule\n> hello\n> buy olive oil\n= placed\n";
    fs::write(folder.join("conversations/wrong.txt"), wrong).expect("a file");
    fs::write(folder.join("conversations/nothing.txt"), "> hello\n").expect("a file");
    let sentences = folder.join("sentences/en.toml");
    let text = fs::read_to_string(&sentences).expect("sentences");
    let example = r#"{ say = "Reorder paper towels.", item = "paper towels" }"#;
    let line = text.lines().position(|l| l.contains(example)).expect("it is there") + 1;
    let changed = text.replacen(example, r#"{ say = "Reorder paper towels.", item = "napkins" }"#, 1);
    fs::write(&sentences, changed).expect("sentences");
    let failed = sayso.run(&["skill", "test", path]);
    assert_eq!(failed.code, Some(1), "{failed:?}");
    for part in [
        format!("sentences/en.toml:{line}: \"Reorder paper towels.\""),
        r#"items: expected ["napkins"], got ["paper towels"]"#.to_owned(),
        "conversations/wrong.txt:4: expected `= placed`".to_owned(),
        "got asking-which".to_owned(),
        "conversations/nothing.txt:1: expected a conversation".to_owned(),
        "3 of them failed".to_owned(),
    ] {
        assert!(failed.out.contains(&part), "{part}: {}", failed.out);
    }
    assert_eq!(sayso.run(&["skill", "test", "nowhere"]).code, Some(1));
}
