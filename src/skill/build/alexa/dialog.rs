//! The dialog model: what Alexa asks for itself before a purchase goes on, and which intents have dialogs at all.
//!
//! The server asks, elicits and confirms; what is given to Alexa is the one question that it can ask without
//! knowing the shop, and that a one-shot request ("ask the shop to reorder something") needs.

use serde_json::{Value as Json, json};

use super::{COUNTED, Model, amazon_name};
use crate::skill::Language;

/// The place that has to be filled.
const THING: &str = "item";

/// Adds `dialog` and `prompts` to an interaction model, for its intents of which the thing can be asked for.
pub(super) fn add(model: &mut Json, language: &Language, taught: &Model) {
    let (mut intents, mut prompts) = (Vec::new(), Vec::new());
    let written: Vec<Json> = model["languageModel"]["intents"].as_array().cloned().unwrap_or_default();
    for (name, one) in taught.intents.iter().filter(|(_, one)| COUNTED.contains(&one.intent)) {
        let name = amazon_name(name);
        let Some(intent) = written.iter().find(|intent| intent["name"] == name.as_str()) else { continue };
        let slots = intent["slots"].as_array().map_or(&[][..], Vec::as_slice);
        if !slots.iter().any(|slot| slot["name"] == THING) {
            continue;
        }
        let prompt = format!("Elicit.Slot.{name}.{THING}");
        let slots: Vec<Json> = slots.iter().map(|slot| elicited(slot, &prompt)).collect();
        intents.push(json!({
            "name": name,
            "delegationStrategy": "SKILL_RESPONSE",
            "confirmationRequired": false,
            "prompts": {},
            "slots": slots,
        }));
        let words = language.phrasebook.plain(question(&one.intent)).to_text(&language.locale);
        prompts.push(json!({ "id": prompt, "variations": [{ "type": "PlainText", "value": words }] }));
    }
    if !intents.is_empty() {
        model["dialog"] = json!({ "delegationStrategy": "SKILL_RESPONSE", "intents": intents });
        model["prompts"] = prompts.into();
    }
}

/// A slot of the dialog; only the thing is required.
fn elicited(slot: &Json, prompt: &str) -> Json {
    let required = slot["name"] == THING;
    let prompts = if required { json!({ "elicitation": prompt }) } else { json!({}) };
    json!({
        "name": slot["name"],
        "type": slot["type"],
        "confirmationRequired": false,
        "elicitationRequired": required,
        "prompts": prompts,
    })
}

/// The shop's own question for the thing.
fn question(intent: &crate::understanding::IntentName) -> &'static str {
    use crate::understanding::IntentName as N;
    match intent {
        N::Reorder => "ask-product-reorder",
        N::AddToCart => "ask-product-add",
        _ => "ask-product-buy",
    }
}
