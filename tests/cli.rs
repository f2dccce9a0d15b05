//! What a person at a terminal may rely on: real processes, a real database, the real recogniser.

use sayso::{
    commerce::{HouseholdId, SessionId, ShopId, ports::SessionStore},
    store::SqliteStore,
};

use crate::support::process::Sayso;

mod sound;

#[test]
fn every_command_explains_itself() {
    let sayso = Sayso::new();
    let all = sayso.run(&["--help"]);
    assert_eq!(all.code, Some(0));
    assert!(all.out.contains("Examples:") && all.out.contains("Exit codes:"), "{}", all.out);
    for command in
        ["demo", "listen", "ask", "chat", "serve", "models", "catalog", "orders", "household", "doctor"]
    {
        assert!(all.out.contains(command), "{command}");
        let help = sayso.run(&[command, "--help"]);
        assert_eq!(help.code, Some(0), "{command}");
        assert!(help.out.lines().all(|line| line.chars().count() <= 100), "{command}: {}", help.out);
    }
}

#[test]
fn a_wrong_command_line_is_exit_code_two_and_makes_nothing() {
    let sayso = Sayso::new();
    for wrong in [&["fly"] as &[&str], &["ask"], &["orders", "show", "x"], &["ask", "hi", "--audio", "a.wav"]]
    {
        assert_eq!(sayso.run(wrong).code, Some(2), "{wrong:?}");
    }
    assert_eq!(std::fs::read_dir(sayso.data()).unwrap().count(), 0);
}

#[test]
fn a_wrong_setting_is_exit_code_two_and_names_its_key() {
    let sayso = Sayso::new();
    std::fs::write(sayso.data().join("sayso.toml"), "[http]\nlisen = \"127.0.0.1:1\"\n").unwrap();
    let ended = sayso.run(&["ask", "hello"]);
    assert_eq!(ended.code, Some(2));
    assert!(ended.err.contains("http.lisen") && ended.err.contains("sayso.toml"), "{}", ended.err);
}

#[test]
fn a_server_that_others_can_reach_does_not_start_without_a_token() {
    let sayso = Sayso::new();
    let ended = sayso.run(&["serve", "--listen", "0.0.0.0:0"]);
    assert_eq!(ended.code, Some(2));
    assert!(ended.err.contains("http.token") && ended.err.contains("127.0.0.1"), "{}", ended.err);
}

#[test]
fn a_named_session_goes_on_in_the_next_process() {
    let sayso = Sayso::new();
    let first = sayso.json(&["ask", "--json", "--session", "kitchen", "reorder", "paper", "towels"]);
    assert_eq!((&first["listening"], &first["order"]), (&true.into(), &serde_json::Value::Null));
    let second = sayso.json(&["ask", "--json", "--session", "kitchen", "yes"]);
    assert_eq!(second["order"]["state"], "paid", "{second}");
    assert_eq!(second["order"]["lines"][0]["sku"], "northwind-paper-towels-twelve-pack");
    assert!(second["order"]["total"].as_str().unwrap().contains('.'), "amounts are strings");
    let listed = sayso.run(&["orders", "list", "--household", "oak-street", "--limit", "1"]);
    assert!(listed.out.contains(second["order"]["id"].as_str().unwrap()), "{}", listed.out);
}

#[test]
fn a_session_belongs_to_its_household() {
    let sayso = Sayso::new();
    sayso.json(&["ask", "--json", "--session", "s", "--household", "oak-street", "reorder paper towels"]);
    let other = sayso.json(&["ask", "--json", "--session", "s", "--household", "river-house", "yes"]);
    assert!(other["order"].is_null(), "{other}");
    let nobody = sayso.json(&["ask", "--json", "--session", "s", "--household", "nobody", "yes"]);
    assert!(nobody["order"].is_null(), "{nobody}");
}

#[test]
fn without_a_session_a_yes_confirms_nothing() {
    let sayso = Sayso::new();
    sayso.json(&["ask", "--json", "reorder paper towels"]);
    assert!(sayso.json(&["ask", "--json", "yes"])["order"].is_null());
}

#[test]
fn a_typed_conversation_ends_at_stop_and_at_the_end_of_the_input() {
    let sayso = Sayso::new();
    let ended = sayso.run_with_input(&["chat"], "reorder paper towels\nno\nstop\nreorder coffee\n");
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert!(ended.out.contains("Shall I order it?"), "{}", ended.out);
    assert!(!ended.out.contains("Coffee"), "nothing is heard after the end: {}", ended.out);
    assert_eq!(sayso.run_with_input(&["chat"], "").code, Some(0));
}

#[test]
fn the_shop_moves_orders_on_by_allowed_steps_only() {
    let sayso = Sayso::new();
    sayso.json(&["ask", "--json", "--session", "s", "reorder paper towels"]);
    let order = sayso.json(&["ask", "--json", "--session", "s", "yes"])["order"]["id"].clone();
    let id = order.as_str().unwrap();
    let step = |state: &str| sayso.run(&["orders", "advance", id, state]);
    let skipped = step("delivered");
    assert!(skipped.code == Some(1) && skipped.err.contains("cannot become delivered"), "{skipped:?}");
    for state in ["packed", "shipped", "delivered"] {
        assert_eq!(step(state).code, Some(0), "{state}");
    }
    let shown = sayso.run(&["orders", "show", id]);
    assert!(shown.out.contains("delivered") && shown.out.contains("total"), "{}", shown.out);
    let unknown = step("lost");
    assert!(unknown.code == Some(1) && unknown.err.contains("known are"), "{unknown:?}");
    assert_eq!(sayso.run(&["orders", "show", "999999"]).code, Some(1));
}

#[test]
fn a_pin_is_read_from_stdin_and_shown_nowhere() {
    let sayso = Sayso::new();
    let set = sayso.run_with_input(&["household", "set-pin"], "864209\n");
    assert_eq!(set.code, Some(0), "{set:?}");
    for malformed in ["12\n", "12345678901\n", "abcd\n", ""] {
        assert_eq!(sayso.run_with_input(&["household", "set-pin"], malformed).code, Some(1), "{malformed:?}");
    }
    let shown = sayso.run(&["household", "show"]);
    assert!(shown.out.contains("PIN: set"), "{}", shown.out);
    let asked = |text: &str| sayso.run(&["ask", "--session", "p", "--json", text]);
    asked("order three packs of paper towels");
    asked("yes");
    let paid = asked("eight six four two oh nine");
    assert!(paid.out.contains(r#""state":"paid""#), "{paid:?}");
    for ended in [set, shown, paid] {
        assert!(
            !format!("{ended:?}").contains("864209") && !ended.out.contains("eight six four"),
            "{ended:?}"
        );
    }
}

#[test]
fn a_limit_is_an_amount_in_the_shops_currency() {
    let sayso = Sayso::new();
    for wrong in ["much", "-5", "5 EUR", "1.999", "99999999999999999999"] {
        assert_ne!(sayso.run(&["household", "set-limit", "--", wrong]).code, Some(0), "{wrong}");
    }
    assert_eq!(sayso.run(&["household", "set-limit", "12.50"]).code, Some(0));
    assert!(sayso.run(&["household", "show"]).out.contains("12.50 USD"));
    assert_eq!(sayso.run(&["household", "set-limit", "1", "--household", "nobody"]).code, Some(1));
}

#[test]
fn the_catalogue_is_searched_and_a_broken_one_is_refused_with_its_line() {
    let sayso = Sayso::new();
    let found = sayso.run(&["catalog", "search", "paper", "towels"]);
    assert!(found.out.contains("northwind-paper-towels-twelve-pack"), "{found:?}");
    let none = sayso.run(&["catalog", "search", "submarine"]);
    assert!(none.code == Some(0) && none.out.contains("nothing fits"), "{none:?}");
    let broken = sayso.data().join("broken.csv");
    std::fs::write(&broken, "id,title,price\nx,\"never closed\n").unwrap();
    let refused = sayso.run(&["catalog", "import", broken.to_str().unwrap()]);
    assert!(refused.code == Some(1) && refused.err.contains("broken.csv"), "{refused:?}");
    let again = sayso.run(&["catalog", "search", "paper", "towels"]);
    assert_eq!(again.out, found.out, "the shop sells what it sold");
}

#[test]
fn the_models_are_listed_and_what_is_no_model_is_refused() {
    let sayso = Sayso::new();
    let listed = sayso.run(&["models", "list"]);
    for name in ["shop-en", "bundled", "in use", "tiny.en", "base.en", "small"] {
        assert!(listed.out.contains(name), "{name}: {}", listed.out);
    }
    assert_eq!(sayso.run(&["models", "verify"]).code, Some(0));
    let file = sayso.data().join("not-a-model.bin");
    std::fs::write(&file, vec![7; 2 << 20]).unwrap();
    let refused = sayso.run(&["models", "import", file.to_str().unwrap()]);
    assert!(refused.code == Some(1) && refused.err.contains("not a Whisper model"), "{refused:?}");
    let unknown = sayso.run(&["models", "pull", "enormous"]);
    assert!(unknown.code == Some(1) && unknown.err.contains("tiny.en"), "{unknown:?}");
}

#[test]
fn doctor_says_what_is_missing_and_how_to_mend_it() {
    let sayso = Sayso::new();
    let file = sayso.data().join("a-file");
    std::fs::write(&file, "").unwrap();
    let ended = sayso.run(&["doctor", "--data", file.join("below").to_str().unwrap()]);
    assert_eq!(ended.code, Some(3), "{ended:?}");
    assert!(ended.out.contains("cannot be written") && ended.out.contains("--data"), "{}", ended.out);
    let fine = sayso.run(&["doctor"]);
    assert!(fine.out.contains("shop-en") && fine.out.contains("models pull"), "{}", fine.out);
    let keys = sayso.run(&["doctor", "--settings"]);
    assert!(keys.out.contains("http.token") && keys.out.contains("SAYSO_HTTP_TOKEN"), "{}", keys.out);
}

#[test]
fn doctor_notes_a_shop_that_is_reached_from_outside_and_cannot_tell_who_speaks() {
    let sayso = Sayso::new();
    let folder = sayso.data().join("tea");
    let path = folder.to_str().unwrap();
    assert_eq!(sayso.run(&["skill", "new", "Harbor Tea", "--dir", path]).code, Some(0));
    let settings = sayso.data().join("sayso.toml");
    std::fs::write(&settings, format!("shop = {path:?}\n")).unwrap();
    let inside = sayso.run(&["doctor"]);
    assert!(!inside.out.contains("linked accounts"), "nobody reaches it from outside: {}", inside.out);
    let manifest = folder.join("skill.toml");
    let text = std::fs::read_to_string(&manifest).unwrap();
    let published = text.replacen("# server =", "server =", 1);
    assert_ne!(published, text);
    std::fs::write(&manifest, published).unwrap();
    let outside = sayso.run(&["doctor"]);
    let told = outside.out.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(told.contains("neither a token nor linked accounts") && told.contains(".linking]"), "{told}");
    std::fs::write(&settings, format!("shop = {path:?}\n[http]\ntoken = \"0123456789abcdef0123\"\n"))
        .unwrap();
    let with_token = sayso.run(&["doctor"]);
    assert!(!with_token.out.contains("linked accounts"), "{}", with_token.out);
}

#[test]
fn the_demo_ends_in_the_orders_that_were_spoken_for() {
    let sayso = Sayso::new();
    let folder = sayso.data().join("kept");
    let keep = ["demo", "--keep", folder.to_str().unwrap()];
    let ended = sayso.run(&keep);
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert!(ended.out.lines().last().unwrap().contains("all 3 orders are as they should be"));
    assert!(ended.out.lines().all(|line| line.chars().count() <= 100), "{}", ended.out);
    assert!(!ended.out.contains('\u{1b}'), "no colours where there is no terminal");
    let answers = std::fs::read_dir(folder.join("answers")).unwrap().count();
    assert_eq!(answers, ended.out.matches("    said ").count());
    assert!(answers >= 12 && folder.join("sayso.db").exists());
    assert_eq!(sayso.run(&keep).code, Some(1), "a folder that is there is left alone");
}

#[test]
fn a_reader_that_has_seen_enough_is_no_fault() {
    let sayso = Sayso::new();
    let mut command = sayso.command(&["orders", "list", "--limit", "1000"]);
    let mut child = command
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .expect("the program runs");
    drop(child.stdout.take());
    let ended = child.wait_with_output().expect("the program ends");
    assert!(ended.status.success(), "{ended:?}");
    assert!(ended.stderr.is_empty(), "{}", String::from_utf8_lossy(&ended.stderr));
}

#[tokio::test]
async fn a_conversation_that_was_idle_for_a_day_is_gone_at_the_next_start() {
    let sayso = Sayso::new();
    let open = async || SqliteStore::open(&sayso.data().join("sayso.db")).await.unwrap();
    let (shop, home) = (ShopId::new("household").unwrap(), HouseholdId::new("oak-street").unwrap());
    let now = jiff::Timestamp::now();
    let store = open().await;
    let named = |name: &str| SessionId::new(name).unwrap();
    for (name, hours) in [("old", 25), ("young", 23)] {
        let at = now - jiff::SignedDuration::from_hours(hours);
        store.save(&shop, &home, &named(name), "{}", 0, at).await.unwrap();
    }
    store.close().await;
    sayso.json(&["ask", "--json", "hello"]);
    let store = open().await;
    assert_eq!(store.load(&shop, &home, &named("old")).await.unwrap(), None);
    assert!(store.load(&shop, &home, &named("young")).await.unwrap().is_some());
}
