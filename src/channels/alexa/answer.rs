//! The reply as Alexa's response.

use serde_json::{Map, Value, json};

use super::{AlexaSkill, Dialog, screen};
use crate::turn::{Reply, Speech};

/// The largest response that Alexa takes, in bytes.
const MAX_RESPONSE: usize = 24 * 1024;
/// What is kept free of it for a dialog's directive and the envelope.
const MAX_REST: usize = 4 * 1024;

/// A reply of the engine, worded for a locale, with the order on the device's `screen` if it has one, and with the
/// directive that leads a `dialog` on. Of what is too long the screen goes first, then the card, then the reprompt.
pub fn answer(
    reply: &Reply,
    skill: &AlexaSkill,
    locale: &str,
    screen: bool,
    dialog: Option<&Dialog>,
) -> Value {
    let waits = reply.listening && !reply.ended;
    let dialog = dialog.filter(|_| waits).map(|dialog| (dialog, dialog.directive(reply)));
    if let Some((_, Some(directive))) = dialog.as_ref().filter(|(dialog, _)| dialog.delegates(reply)) {
        // Alexa asks with the words of the dialog model; beside them no others may be sent.
        return whole(json!({ "directives": [directive], "shouldEndSession": false }));
    }
    let directives: Vec<Value> = dialog.and_then(|(_, directive)| directive).into_iter().collect();
    let mut response = json!({ "outputSpeech": ssml(&reply.speech, locale), "shouldEndSession": !waits });
    if let Some(reprompt) = reply.reprompt.as_ref().filter(|_| waits) {
        response["reprompt"] = json!({ "outputSpeech": ssml(reprompt, locale) });
    }
    if let Some(order) = &reply.order {
        if screen {
            response["screen"] = screen::order(order, &reply.speech, &skill.title, locale);
        }
        let content = reply.speech.to_text(locale);
        response["card"] = json!({ "type": "Simple", "title": skill.title, "content": content });
    }
    for part in ["screen", "card", "reprompt"] {
        if response.to_string().len() <= MAX_RESPONSE - MAX_REST {
            break;
        }
        response.as_object_mut().map(|all| all.remove(part));
    }
    let screen = response.as_object_mut().and_then(|all| all.remove("screen"));
    let directives: Vec<Value> = screen.into_iter().chain(directives).collect();
    if !directives.is_empty() {
        response["directives"] = directives.into();
    }
    whole(response)
}

/// Whether an intent could be answered, for each of its slots too. More slots than a response can name are none of
/// a model of ours.
pub fn can_fulfill(known: bool, slots: Vec<String>) -> Value {
    let verdict = if known { "YES" } else { "NO" };
    let slot = json!({ "canUnderstand": verdict, "canFulfill": verdict });
    let slots: Map<_, _> = slots.into_iter().map(|name| (name, slot.clone())).collect();
    let response = whole(json!({ "canFulfillIntent": { "canFulfill": verdict, "slots": slots } }));
    match response.to_string().len() {
        0..=MAX_RESPONSE => response,
        _ => whole(json!({ "canFulfillIntent": { "canFulfill": "NO" } })),
    }
}

/// Asks to link an account: the words, and the card that leads there from the Alexa app.
pub fn link_account(words: &Speech, locale: &str) -> Value {
    whole(json!({
        "outputSpeech": ssml(words, locale), "card": { "type": "LinkAccount" }, "shouldEndSession": true
    }))
}

/// The end of the session, without a word.
pub fn goodbye() -> Value {
    whole(json!({ "shouldEndSession": true }))
}

/// Taken note of, without a word.
pub fn nothing() -> Value {
    whole(json!({}))
}

/// The conversation is kept by the server, so no attributes travel.
fn whole(response: Value) -> Value {
    json!({ "version": "1.0", "sessionAttributes": {}, "response": response })
}

fn ssml(speech: &Speech, locale: &str) -> Value {
    json!({ "type": "SSML", "ssml": speech.to_ssml(locale) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_with_more_slots_than_a_response_can_name_is_answered_with_no() {
        let slots = |many: usize| (0..many).map(|number| format!("slot{number}")).collect();
        assert_eq!(can_fulfill(true, slots(9))["response"]["canFulfillIntent"]["canFulfill"], "YES");
        let response = can_fulfill(true, slots(2_000));
        assert_eq!(response["response"]["canFulfillIntent"]["canFulfill"], "NO");
        assert!(response.to_string().len() <= MAX_RESPONSE);
    }
}
