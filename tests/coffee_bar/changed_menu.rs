//! A menu that is changed between the read-back and the yes.

use super::*;

/// A copy of the bar to be changed.
fn copied(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry");
        let there = to.join(entry.file_name());
        if entry.path().is_dir() {
            copied(&entry.path(), &there);
        } else {
            fs::copy(entry.path(), there).expect("a copy");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_yes_buys_nothing_that_is_called_or_costs_otherwise_than_it_was_read_back() {
    let bar = Path::new(env!("CARGO_MANIFEST_DIR")).join("skills/coffee-bar");
    let stage = Stage::set(Arc::new(Sample::CoffeeBar.skill())).await.expect("a stage");
    let oat = r#"{ id = "oat", price = "0.60", words = { en = ["oat milk", "oat"] } }"#;
    let shot = r#"{ id = "shot", price = "0.80", "#;
    for (file, changes, wanted) in [
        (
            "options.toml",
            vec![(oat, oat.replace("oat milk", "oat drink"))],
            Some("Latte, Small with oat drink and an extra shot, for $5.83"),
        ),
        (
            "options.toml",
            vec![(oat, oat.replace("0.60", "0.70"))],
            Some("Latte, Small with oat milk and an extra shot, for $5.94"),
        ),
        // Together they cost what they did.
        (
            "options.toml",
            vec![(oat, oat.replace("0.60", "0.80")), (shot, shot.replace("0.80", "0.60"))],
            Some("Latte, Small with oat milk and an extra shot, for $5.83"),
        ),
        ("options.toml", vec![(oat, oat.replace("\"oat\", price", "\"oats\", price"))], None),
        (
            "catalog.csv",
            vec![("\"Latte, Small\"", "\"Caffe Latte, Small\"".to_owned())],
            Some("Caffe Latte, Small with oat milk and an extra shot"),
        ),
    ] {
        let mut shop = stage.rehearse().await.expect("a shop");
        let said = |reply: &Reply| reply.speech.to_text("en");
        let asked = shop
            .turn(Input::Text("a small latte with oat milk and an extra shot".into()))
            .await
            .expect("a reply");
        assert!(
            said(&asked).contains("Latte, Small with oat milk and an extra shot, for $5.83"),
            "{}",
            said(&asked)
        );
        let folder = tempfile::tempdir().expect("a folder");
        copied(&bar, folder.path());
        let mut text = fs::read_to_string(folder.path().join(file)).expect("a file");
        for (from, to) in &changes {
            assert!(text.contains(from), "{file} has no {from}");
            text = text.replacen(from, to, 1);
        }
        fs::write(folder.path().join(file), text).expect("a file");
        shop.restart_as(Arc::new(Skill::load(folder.path()).expect("a skill"))).await.expect("a start");
        let yes = || Input::Text("yes".into());
        let answer = shop.turn(yes()).await.expect("a reply");
        assert_eq!(shop.placed().await.expect("orders").len(), 0, "{changes:?}: {}", said(&answer));
        let Some(wanted) = wanted else { continue };
        assert!(
            said(&answer).contains("just changed") && said(&answer).contains(wanted),
            "{}",
            said(&answer)
        );
        assert_eq!(answer.decision, "confirming");
        assert_eq!(shop.turn(yes()).await.expect("a reply").decision, "placed", "{changes:?}");
    }
}
