//! Whole conversations on each of the three platforms.

use super::*;

#[tokio::test]
async fn a_purchase_by_dialogflow_cx_is_read_back_and_ordered_once_after_a_yes() {
    let world = world().await;
    let before = world.orders().await;
    let asked = world.cx(json!({ "transcript": "reorder paper towels" })).await;
    assert!(spoken(&asked).contains("Paper Towels") && decision(&asked) == "confirming", "{asked}");
    assert_eq!(asked["fulfillmentResponse"]["mergeBehavior"], "REPLACE");
    let ssml = asked["fulfillmentResponse"]["messages"][1]["outputAudioText"]["ssml"].as_str().unwrap();
    assert!(ssml.starts_with("<speak>") && ssml.contains("aper Towels"), "{ssml}");
    assert_eq!(asked["sessionInfo"]["parameters"]["sayso_listening"], true);
    let placed = world.cx(json!({ "transcript": "yes please" })).await;
    assert_eq!(decision(&placed), "placed", "{placed}");
    assert!(placed["sessionInfo"]["parameters"]["sayso_order_number"].is_string(), "{placed}");
    world.cx(json!({ "transcript": "yes please" })).await;
    assert_eq!(world.orders().await, before + 1, "another yes orders nothing more");
}

#[tokio::test]
async fn typed_words_are_answered_without_a_voice() {
    let world = world().await;
    let answer = world.cx(json!({ "text": "help" })).await;
    assert_eq!(answer["fulfillmentResponse"]["messages"].as_array().unwrap().len(), 1, "{answer}");
}

#[tokio::test]
async fn a_purchase_by_dialogflow_es_is_read_back_and_ordered_after_a_yes() {
    let world = world().await;
    let before = world.orders().await;
    let session = "projects/p/agent/sessions/kitchen";
    let contexts = json!([
        { "name": format!("{session}/contexts/shopping"), "lifespanCount": 3, "parameters": { "item": "x", "a": 1.0 } },
        { "name": format!("{session}/contexts/__system_counters__"), "lifespanCount": 1 },
        { "name": "projects/other/agent/sessions/s/contexts/x", "lifespanCount": 1 },
    ]);
    let asked = world
        .es(json!({ "queryText": "reorder paper towels", "parameters": {}, "outputContexts": contexts }))
        .await;
    let text = asked["fulfillmentText"].as_str().unwrap();
    assert!(text.contains("Paper Towels"), "{asked}");
    assert_eq!(asked["fulfillmentMessages"][0]["text"]["text"][0], text);
    let kept = json!({
        "name": format!("{session}/contexts/shopping"), "lifespanCount": 3, "parameters": { "a": 1.0 }
    });
    assert_eq!(asked["outputContexts"][0], kept, "what came goes back, but for the slot that was taken");
    assert_eq!(asked["outputContexts"].as_array().unwrap().len(), 2);
    assert_eq!(asked["outputContexts"][1]["name"], format!("{session}/contexts/sayso"));
    assert_eq!(asked["outputContexts"][1]["parameters"]["sayso_decision"], "confirming");
    assert_eq!(asked["payload"]["google"]["expectUserResponse"], true);
    let simple = &asked["payload"]["google"]["richResponse"]["items"][0]["simpleResponse"];
    assert!(simple["ssml"].as_str().unwrap().starts_with("<speak>"), "{asked}");
    let placed = world.es(json!({ "queryText": "yes please", "speechRecognitionConfidence": 0.9 })).await;
    assert_eq!(placed["outputContexts"][0]["parameters"]["sayso_decision"], "placed", "{placed}");
    assert_eq!(world.orders().await, before + 1);
}

#[tokio::test]
async fn a_purchase_by_actions_builder_is_read_back_and_ordered_after_a_yes() {
    let world = world().await;
    let before = world.orders().await;
    let opened =
        world.actions(json!({ "name": "actions.intent.MAIN", "params": {}, "query": "talk to" })).await;
    assert_eq!(opened["session"]["params"]["sayso_decision"], "welcomed", "{opened}");
    assert!(opened["scene"]["next"].is_null(), "{opened}");
    let words = json!({ "name": "Reorder", "params": {}, "query": "reorder paper towels" });
    let asked = world.actions(words).await;
    assert!(asked["prompt"]["firstSimple"]["speech"].as_str().unwrap().starts_with("<speak>"), "{asked}");
    assert!(asked["prompt"]["firstSimple"]["text"].as_str().unwrap().contains("Paper Towels"), "{asked}");
    assert_eq!(
        (&asked["session"]["id"], &asked["session"]["params"]["kept"]),
        (&"kitchen".into(), &1.into())
    );
    let placed = world.actions(json!({ "name": "yes", "params": {}, "query": "yes please" })).await;
    assert_eq!(placed["session"]["params"]["sayso_decision"], "placed", "{placed}");
    assert_eq!(world.orders().await, before + 1);
    let over = world.actions(json!({ "name": "actions.intent.CANCEL", "params": {}, "query": "stop" })).await;
    assert_eq!(
        over["scene"],
        json!({ "name": "Shop", "slots": {}, "next": { "name": "actions.scene.END_CONVERSATION" } })
    );
}

#[tokio::test]
async fn a_conversation_ends_as_each_platform_expects_it() {
    let world = world().await;
    let over = world.cx(json!({ "transcript": "goodbye" })).await;
    assert_eq!(over["targetPage"], format!("{AGENT}/flows/f/pages/END_SESSION"));
    assert_eq!(over["sessionInfo"]["parameters"]["sayso_ended"], true);
    assert!(world.cx(json!({ "transcript": "help" })).await["targetPage"].is_null());
    let over = world.es(json!({ "queryText": "goodbye" })).await;
    assert_eq!(over["payload"]["google"]["expectUserResponse"], false);
    assert_eq!(over["outputContexts"][0]["lifespanCount"], 0);
}
