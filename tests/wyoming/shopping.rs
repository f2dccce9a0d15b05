//! Conversations with the shop, as Home Assistant holds them: a connection for each turn, the
//! conversation named in the context.

use std::{
    fs::File,
    io::{BufRead, BufReader},
    process::Stdio,
    time::Duration,
};

use sayso::channels::wyoming::Options;
use serde_json::{Value, json};

use super::{
    client::{Client, say},
    parts::{options, scripted, world, world_with},
};
use crate::{
    http::{
        client::{get, until_ready},
        talk::Talk,
    },
    support::process::Sayso,
};

#[tokio::test]
async fn a_purchase_is_read_back_and_ordered_once_after_a_yes() {
    let world = world().await;
    let (address, before) = (world.server.address, world.orders().await);
    let asked = say(address, "01JABC", "reorder paper towels").await;
    assert!(asked.text().contains("twenty two dollars and sixty six cents"), "{asked:?}");
    assert_eq!(asked.data["context"], json!({ "conversation_id": "01JABC", "continue_conversation": true }));
    assert_eq!(world.orders().await, before, "a question is no order");
    let placed = say(address, "01JABC", "yes please").await;
    assert!(placed.text().starts_with("Done"), "{placed:?}");
    assert_eq!(world.orders().await, before + 1);
    say(address, "01JABC", "yes please").await;
    assert_eq!(world.orders().await, before + 1, "another yes orders nothing more");
}

#[tokio::test]
async fn a_no_orders_nothing_and_a_yes_in_another_conversation_neither() {
    let world = world().await;
    let (address, before) = (world.server.address, world.orders().await);
    say(address, "kitchen", "reorder paper towels").await;
    say(address, "bedroom", "yes please").await;
    assert_eq!(world.orders().await, before);
    say(address, "kitchen", "no thanks").await;
    say(address, "kitchen", "yes please").await;
    assert_eq!(world.orders().await, before);
}

#[tokio::test]
async fn who_names_no_conversation_has_that_of_the_connection_and_can_take_it_along() {
    let world = world().await;
    let (address, before) = (world.server.address, world.orders().await);
    let mut client = Client::new(address).await;
    let asked = client.say("reorder paper towels", Value::Null).await;
    Client::new(address).await.say("yes please", json!({})).await;
    assert_eq!(world.orders().await, before, "another connection is another conversation");
    let context = asked.data["context"].clone();
    let placed = Client::new(address).await.say("yes please", context).await;
    assert!(placed.text().starts_with("Done"), "{placed:?}");
    assert_eq!(world.orders().await, before + 1);
}

#[tokio::test]
async fn a_satellite_or_a_device_stands_for_a_conversation_that_is_not_named() {
    let world = world().await;
    let before = world.orders().await;
    for (at, who) in ["satellite_id", "device_id"].into_iter().enumerate() {
        let (here, there) = (json!({ who: "assist_satellite.kitchen" }), json!({ who: "another" }));
        let say = async |text: &str, context: &Value| {
            Client::new(world.server.address).await.say(text, context.clone()).await;
            world.orders().await
        };
        say("reorder paper towels", &here).await;
        // The one after the other, so that both are asked for the same: each orders for its own.
        assert_eq!(say("yes please", &there).await, before + at, "{who}");
        assert_eq!(say("yes please", &here).await, before + at + 1, "{who}");
        say("cancel that", &json!({ "conversation_id": "aside" })).await;
    }
}

#[tokio::test]
async fn above_the_limit_a_yes_over_the_network_is_not_enough() {
    let world = world().await;
    let (address, before) = (world.server.address, world.orders().await);
    say(address, "c", "reorder paper towels").await;
    say(address, "c", "make that three packs").await;
    let asked = say(address, "c", "yes please").await;
    assert!(asked.text().contains("PIN"), "{asked:?}");
    assert_eq!(world.orders().await, before);
    say(address, "c", "one two three four").await;
    assert_eq!(world.orders().await, before, "a wrong PIN");
    let placed = say(address, "c", "four two one seven").await;
    assert!(placed.text().starts_with("Done") && !placed.data.to_string().contains("4217"), "{placed:?}");
    assert_eq!(world.orders().await, before + 1);
}

#[tokio::test]
async fn a_reply_comes_in_sentences_that_together_are_the_whole() {
    let world = world().await;
    let mut client = Client::new(world.server.address).await;
    client.send("transcript", json!({ "text": "reorder paper towels" }), &[]).await;
    let start = client.expect("handled-start").await;
    let mut chunks = Vec::new();
    let whole = loop {
        let event = client.read().await.unwrap();
        if event.kind == "handled" {
            break event;
        }
        assert_eq!(event.kind, "handled-chunk");
        chunks.push(event.text().to_owned());
    };
    client.expect("handled-stop").await;
    assert!(chunks.len() > 1, "{chunks:?}");
    assert_eq!(chunks.concat(), whole.text());
    assert_eq!(start.data["context"], whole.data["context"]);
}

#[tokio::test]
async fn what_is_not_understood_is_not_handled_and_the_shopper_hears_a_sentence() {
    let world = world().await;
    let address = world.server.address;
    let endless = "paper ".repeat(200);
    for words in ["colourless green ideas", "", &endless, "\u{0}\u{7}"] {
        let missed = say(address, "c", words).await;
        assert_eq!(missed.kind, "not-handled", "{words}: {missed:?}");
        assert!(!missed.text().is_empty());
    }
    let mut client = Client::new(address).await;
    client.send("intent", json!({ "name": "HassTurnOn" }), &[]).await;
    client.expect("not-handled").await;
}

#[tokio::test]
async fn an_intent_is_recognised_and_nothing_is_done() {
    let world = world().await;
    let before = world.orders().await;
    let mut client = Client::new(world.server.address).await;
    client.send("recognize", json!({ "text": "reorder paper towels" }), &[]).await;
    let intent = client.expect("intent").await.data;
    assert_eq!(intent["name"], "reorder");
    assert_eq!(intent["entities"][0]["name"], "items");
    assert!(intent["entities"][0]["value"].to_string().contains("paper towels"), "{intent}");
    for words in ["colourless green ideas", "", &"paper ".repeat(200)] {
        client.send("recognize", json!({ "text": words }), &[]).await;
        client.expect("not-recognized").await;
    }
    client.send("recognize", json!({ "text": "four two one seven" }), &[]).await;
    let digits = client.read().await.unwrap();
    assert!(!digits.data.to_string().contains("4217"), "what could be a PIN is not said again: {digits:?}");
    client.say("yes please", Value::Null).await;
    assert_eq!(world.orders().await, before, "nothing was asked, so a yes confirms nothing");
}

#[tokio::test]
async fn the_owner_says_which_skill_and_household_are_spoken_to() {
    let coffee = concat!(env!("CARGO_MANIFEST_DIR"), "/skills/coffee-bar");
    let more = format!("skills = [\"household\", {coffee:?}]\n");
    let world = world_with(&more).await;
    assert_eq!(world.server_options("skill = \"coffee-bar\"").unwrap().shop.as_str(), "coffee-bar");
    let options = world.server_options("household = \"river-house\"").unwrap();
    assert_eq!((options.shop.as_str(), options.household.as_str()), ("household", "river-house"));
    let error = world.server_options("skill = \"tea\"").unwrap_err().to_string();
    assert!(error.contains("`wyoming.skill`") && error.contains("tea"), "{error}");
}

#[tokio::test]
async fn a_turn_goes_on_when_its_client_hangs_up() {
    let (server, engine) = scripted(options()).await;
    let mut client = Client::new(server.address).await;
    client.send("transcript", json!({ "text": "wait" }), &[]).await;
    engine.until_begun().await;
    drop(client);
    engine.gate.add_permits(1);
    assert!(server.stop().await.unwrap());
    assert_eq!(engine.finished(), 1);
}

#[tokio::test]
async fn turns_that_take_too_long_do_not_pile_up() {
    let patience = Duration::from_millis(50);
    let (server, engine) = scripted(Options { turn: patience, max_connections: 2, ..options() }).await;
    let ask = async |text: &str| {
        let mut client = Client::new(server.address).await;
        client.send("transcript", json!({ "text": text }), &[]).await;
        client.refusal().await
    };
    assert_eq!((ask("wait").await.as_str(), ask("wait").await.as_str()), ("late", "late"));
    assert_eq!(ask("help").await, "busy", "both are still at work");
    engine.gate.add_permits(2);
    assert!(server.stop().await.unwrap());
    assert_eq!(engine.finished(), 2);
}

#[tokio::test]
async fn sound_in_one_large_piece_is_heard_like_sound_in_many() {
    let (server, _) = scripted(options()).await;
    let loud = [0_u8, 0x40].repeat(48_000 * 2);
    let format = json!({ "rate": 48_000, "width": 2, "channels": 1 });
    let mut client = Client::new(server.address).await;
    client.send("audio-start", format.clone(), &[]).await;
    client.send("audio-chunk", format, &loud).await;
    client.send("audio-stop", json!({}), &[]).await;
    assert_eq!(client.expect("transcript").await.text(), "help");
}

#[tokio::test]
async fn a_fault_of_a_turn_is_an_error_and_the_server_goes_on() {
    let (server, _) = scripted(options()).await;
    let mut client = Client::new(server.address).await;
    client.send("transcript", json!({ "text": "panic" }), &[]).await;
    assert_eq!(client.refusal().await, "fault");
    assert_eq!(say(server.address, "c", "help").await.kind, "handled");
}

#[tokio::test]
async fn the_program_serves_both_ways_in_counts_them_and_logs_no_words() {
    let sayso = Sayso::new();
    let mut command = sayso.command(&["serve", "--listen", "127.0.0.1:0", "--wyoming", "127.0.0.1:0"]);
    command.env("SAYSO_SPEECH_SYNTHESIZER", "tones").env("SAYSO_LOG", "trace");
    let log = sayso.data().join("log");
    command.stdout(Stdio::piped()).stderr(File::create(&log).unwrap());
    let mut child = command.spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut address = |scheme: &str| {
        let line = lines.next().unwrap().unwrap();
        line.rsplit(scheme).next().unwrap().parse().unwrap_or_else(|_| panic!("no address: {line}"))
    };
    let (http, wyoming) = (address("http://"), address("tcp://"));
    let asked = say(wyoming, "secret-conversation", "reorder paper towels").await;
    assert!(asked.text().contains("Northwind Paper Towels"), "{asked:?}");
    say(wyoming, "secret-conversation", "no thanks").await;
    until_ready(http).await;
    let mut stream = Talk::open(http, "/v1/stream", &[]).await.expect("it is open");
    stream.text(r#"{"type": "start", "session": "secret-stream"}"#).await;
    stream.sound(&[0.25; 1_600]).await;
    stream.text(r#"{"type": "cancel"}"#).await;
    drop(stream);
    let metrics = get("/metrics").send(http).await.text();
    for line in [
        "sayso_turns_total{channel=\"wyoming\",intent=\"reorder\"} 1",
        "sayso_wyoming_events_total{event=\"transcript\"} 2",
    ] {
        assert!(metrics.contains(line), "{line} is not in\n{metrics}");
    }
    let stopped = std::process::Command::new("kill").args(["-TERM", &child.id().to_string()]).status();
    assert!(stopped.unwrap().success());
    assert_eq!(child.wait().unwrap().code(), Some(0));
    let log = std::fs::read_to_string(log).unwrap();
    assert!(log.contains("confirming"), "turns are logged: {log}");
    for word in ["aper towels", "aper Towels", "no thanks", "secret-conversation", "secret-stream", "payload"]
    {
        assert!(!log.contains(word), "{word} is in the log: {log}");
    }
}

#[test]
fn an_address_that_others_can_reach_is_refused_unless_the_owner_wants_it() {
    let sayso = Sayso::new();
    let ended = sayso.run(&["serve", "--wyoming", "0.0.0.0:0"]);
    assert_eq!(ended.code, Some(2), "{ended:?}");
    for word in ["--wyoming", "password", "anyone_on_the_network_may_shop"] {
        assert!(ended.err.contains(word), "{word}: {}", ended.err);
    }
}
