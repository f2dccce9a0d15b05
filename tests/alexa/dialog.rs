//! Dialogs that Alexa holds about an intent of the skill: what it is asked to ask, and what of its yes counts.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{World, world};
use crate::support::amazon::{envelope, intent};

/// A request in a dialog of that state, with Alexa's word on the whole of it.
fn in_dialog(name: &str, slots: &[(&str, &str)], state: &str, status: &str) -> Value {
    let mut request = intent(name, slots);
    for slot in ["item", "quantity"] {
        if request["intent"]["slots"][slot].is_null() {
            request["intent"]["slots"][slot] = json!({ "name": slot, "confirmationStatus": "NONE" });
        }
    }
    request["dialogState"] = state.into();
    request["intent"]["confirmationStatus"] = status.into();
    request
}

const TOWELS: [(&str, &str); 1] = [("item", "paper towels")];

fn said(response: &Value) -> &str {
    response["outputSpeech"]["ssml"].as_str().unwrap_or_else(|| panic!("{response}"))
}

async fn orders(world: &World) -> usize {
    world.orders("oak-street").await
}

#[tokio::test]
async fn a_read_back_is_confirmed_by_alexas_yes_to_it_and_ordered_once() {
    let world = world().await;
    let before = orders(&world).await;
    let read = world.response(in_dialog("ReorderIntent", &TOWELS, "STARTED", "NONE")).await;
    assert!(said(&read).contains("aper Towels"), "{read}");
    assert_eq!(read["directives"], json!([{ "type": "Dialog.ConfirmIntent" }]));
    assert_eq!(read["shouldEndSession"], false);
    assert!(read["reprompt"]["outputSpeech"]["ssml"].is_string());
    let placed = world.response(in_dialog("ReorderIntent", &TOWELS, "COMPLETED", "CONFIRMED")).await;
    assert!(placed["card"].is_object() && placed["directives"].is_null(), "{placed}");
    assert_eq!(orders(&world).await, before + 1);
    let again = world.response(in_dialog("ReorderIntent", &TOWELS, "COMPLETED", "CONFIRMED")).await;
    assert_eq!(again["directives"][0]["type"], "Dialog.ConfirmIntent", "a new wish is read back: {again}");
    assert_eq!(again["directives"][0]["updatedIntent"]["confirmationStatus"], "NONE", "{again}");
    assert_eq!(orders(&world).await, before + 1);
}

#[tokio::test]
async fn alexas_no_leaves_it() {
    let world = world().await;
    let before = orders(&world).await;
    world.response(in_dialog("ReorderIntent", &TOWELS, "STARTED", "NONE")).await;
    let left = world.response(in_dialog("ReorderIntent", &TOWELS, "COMPLETED", "DENIED")).await;
    assert!(said(&left).contains("ordered nothing") || said(&left).contains("othing was ordered"), "{left}");
    world.response(intent("AMAZON.YesIntent", &[])).await;
    assert_eq!(orders(&world).await, before);
}

#[tokio::test]
async fn a_yes_that_comes_with_the_first_request_is_no_consent() {
    for state in ["STARTED", "IN_PROGRESS", "COMPLETED"] {
        let world = world().await;
        let before = orders(&world).await;
        let mut request = in_dialog("ReorderIntent", &TOWELS, state, "CONFIRMED");
        request["intent"]["slots"]["item"]["confirmationStatus"] = "CONFIRMED".into();
        let read = world.response(request).await;
        assert_eq!(read["directives"][0]["type"], "Dialog.ConfirmIntent", "{state}: {read}");
        assert_eq!(orders(&world).await, before, "{state}");
    }
}

#[tokio::test]
async fn a_yes_to_anything_but_what_was_read_back_orders_nothing() {
    let world = world().await;
    let before = orders(&world).await;
    let read = in_dialog("ReorderIntent", &TOWELS, "STARTED", "NONE");
    let two = [("item", "paper towels"), ("quantity", "2")];
    for other in [
        in_dialog("ReorderIntent", &two, "COMPLETED", "CONFIRMED"),
        in_dialog("ReorderIntent", &[("item", "coffee")], "COMPLETED", "CONFIRMED"),
        in_dialog("BuyIntent", &TOWELS, "COMPLETED", "CONFIRMED"),
        in_dialog("ReorderIntent", &TOWELS, "STARTED", "CONFIRMED"),
    ] {
        world.response(read.clone()).await;
        let answer = world.response(other).await;
        assert!(answer["card"].is_null(), "{answer}");
        assert_eq!(orders(&world).await, before, "{answer}");
    }
    // Alexa repeats its yes to a slot; the whole was never agreed to.
    world.response(read.clone()).await;
    let mut part = in_dialog("ReorderIntent", &TOWELS, "IN_PROGRESS", "NONE");
    part["intent"]["slots"]["item"]["confirmationStatus"] = "CONFIRMED".into();
    world.response(part).await;
    // Something else was said in between: the yes belongs to another question.
    world.response(read).await;
    world.response(intent("AMAZON.HelpIntent", &[])).await;
    world.response(in_dialog("ReorderIntent", &TOWELS, "COMPLETED", "CONFIRMED")).await;
    assert_eq!(orders(&world).await, before);
}

#[tokio::test]
async fn which_of_several_is_asked_for_in_the_slot_of_the_thing_and_taken_from_it() {
    let world = world().await;
    let before = orders(&world).await;
    let asked = world.response(in_dialog("BuyIntent", &[("item", "beer")], "STARTED", "NONE")).await;
    assert_eq!(
        asked["directives"],
        json!([{ "type": "Dialog.ElicitSlot", "slotToElicit": "item" }]),
        "{asked}"
    );
    let read = world.response(in_dialog("BuyIntent", &[("item", "the first one")], "IN_PROGRESS", "NONE"));
    let read = read.await;
    assert_eq!(read["directives"][0]["type"], "Dialog.ConfirmIntent", "{read}");
    let yes = in_dialog("BuyIntent", &[("item", "the first one")], "COMPLETED", "CONFIRMED");
    world.response(yes).await;
    assert_eq!(orders(&world).await, before + 1);
}

#[tokio::test]
async fn what_is_offered_instead_is_asked_by_the_slot_and_a_yes_to_it_is_read_back() {
    let world = world().await;
    let before = orders(&world).await;
    let tablets = [("item", "dishwasher tablets")];
    let offered = world.response(in_dialog("ReorderIntent", &tablets, "STARTED", "NONE")).await;
    let confirm = json!({ "type": "Dialog.ConfirmSlot", "slotToConfirm": "item" });
    assert_eq!(offered["directives"], json!([confirm]), "{offered}");
    let mut yes = in_dialog("ReorderIntent", &tablets, "IN_PROGRESS", "NONE");
    yes["intent"]["slots"]["item"]["confirmationStatus"] = "CONFIRMED".into();
    let read = world.response(yes).await;
    assert_eq!(read["directives"][0]["type"], "Dialog.ConfirmIntent", "{read}");
    assert_eq!(
        read["directives"][0]["updatedIntent"]["slots"]["item"],
        json!({ "name": "item", "value": "dishwasher tablets", "confirmationStatus": "NONE" }),
        "no yes is left over"
    );
    assert_eq!(orders(&world).await, before);
}

#[tokio::test]
async fn what_is_wanted_is_left_to_alexas_own_question_as_long_as_its_dialog_goes_on() {
    let world = world().await;
    for state in ["STARTED", "IN_PROGRESS"] {
        let asked = world.response(in_dialog("ReorderIntent", &[], state, "NONE")).await;
        assert_eq!(
            asked,
            json!({ "directives": [{ "type": "Dialog.Delegate" }], "shouldEndSession": false }),
            "beside it no word is allowed"
        );
    }
    let asked = world.response(in_dialog("ReorderIntent", &[], "COMPLETED", "NONE")).await;
    assert_eq!(asked["directives"][0]["slotToElicit"], "item", "{asked}");
    assert!(said(&asked).contains("order again"), "{asked}");
    let two = [("item", "paper towels"), ("quantity", "2")];
    let read = world.response(in_dialog("ReorderIntent", &two, "COMPLETED", "NONE")).await;
    assert!(said(&read).contains("2 Northwind Paper Towels"), "the count is kept: {read}");
}

#[tokio::test]
async fn an_open_read_back_is_not_confirmed_by_a_yes_to_alexas_own_question() {
    let world = world().await;
    let before = orders(&world).await;
    world.response(in_dialog("ReorderIntent", &TOWELS, "STARTED", "NONE")).await;
    let asked = world.response(in_dialog("BuyIntent", &[], "STARTED", "NONE")).await;
    assert_eq!(asked["directives"][0]["type"], "Dialog.Delegate", "{asked}");
    world.response(intent("AMAZON.YesIntent", &[])).await;
    assert_eq!(orders(&world).await, before);
}

#[tokio::test]
async fn without_a_dialog_model_a_question_is_asked_by_its_words_alone() {
    let world = world().await;
    for slots in [&TOWELS[..], &[("item", "batteries")], &[]] {
        let asked = world.response(intent("BuyIntent", slots)).await;
        assert!(asked["directives"].is_null() && asked["reprompt"].is_object(), "{asked}");
    }
}

#[tokio::test]
async fn what_stands_in_session_attributes_changes_nothing() {
    let world = world().await;
    let before = orders(&world).await;
    let mut answers = Vec::new();
    for attributes in [json!({}), json!({ "sayso": { "focus": "confirming", "quantity": 9 }, "yes": true })] {
        let whole = |request: Value| {
            let mut whole = envelope(request, Timestamp::now());
            whole["session"]["attributes"] = attributes.clone();
            whole
        };
        let yes = world.respond(whole(intent("AMAZON.YesIntent", &[]))).await;
        let read = world.respond(whole(in_dialog("ReorderIntent", &TOWELS, "STARTED", "NONE"))).await;
        let placed =
            world.respond(whole(in_dialog("ReorderIntent", &TOWELS, "COMPLETED", "CONFIRMED"))).await;
        assert!(placed["card"].is_object(), "{placed}");
        answers.push((yes, read));
    }
    assert_eq!(answers[0], answers[1]);
    assert_eq!(orders(&world).await, before + 2);
}
