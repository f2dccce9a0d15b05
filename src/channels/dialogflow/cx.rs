//! Dialogflow CX: `google/cloud/dialogflow/cx/v3/webhook.proto`.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{
    Back as AnyBack, Parts, account, decided, guess,
    guess::Guess,
    proto::{self, Message, Number},
    value::{Parameters, texts},
};
use crate::{
    channels::platform::SLOTS,
    turn::{Input, Reply},
};

/// The flow that every agent has.
const START_FLOW: &str = "00000000-0000-0000-0000-000000000000";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Request {
    #[serde(alias = "detect_intent_response_id")]
    detect_intent_response_id: Option<String>,
    text: Option<String>,
    transcript: Option<String>,
    #[serde(alias = "trigger_intent")]
    trigger_intent: Option<String>,
    #[serde(alias = "trigger_event")]
    trigger_event: Option<String>,
    #[serde(alias = "dtmf_digits")]
    dtmf_digits: Option<String>,
    #[serde(alias = "language_code")]
    language_code: Option<String>,
    #[serde(alias = "fulfillment_info")]
    fulfillment_info: Option<Message<Fulfillment>>,
    #[serde(alias = "intent_info")]
    intent_info: Option<Message<Matched>>,
    #[serde(alias = "page_info")]
    page_info: Option<Message<Page>>,
    #[serde(alias = "session_info")]
    session_info: Option<Message<Session>>,
    #[serde(alias = "sentiment_analysis_result")]
    sentiment_analysis_result: Option<Message<Sentiment>>,
    payload: Option<Value>,
}

#[derive(Deserialize)]
struct Fulfillment {
    tag: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Matched {
    #[serde(alias = "display_name")]
    display_name: Option<String>,
    confidence: Option<Number>,
    parameters: Option<BTreeMap<String, Message<Given>>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Given {
    #[serde(alias = "original_value")]
    original_value: Option<String>,
    #[serde(alias = "resolved_value")]
    resolved_value: Option<Value>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Page {
    #[serde(alias = "current_page")]
    current_page: Option<String>,
}

#[derive(Deserialize)]
struct Session {
    session: Option<String>,
    parameters: Option<Parameters>,
}

#[derive(Deserialize)]
struct Sentiment {
    score: Option<Number>,
}

/// What the answer needs of a request.
#[derive(Debug)]
pub struct Back {
    /// Where a conversation ends: the END_SESSION page of the flow that it is in.
    end: Option<String>,
    /// Slots that came as parameters of the session, which keeps them until they are taken away.
    used: Vec<&'static str>,
    /// Whether words were typed, so that no voice answers.
    typed: bool,
}

/// What a request asks; `None` when it is none.
pub(super) fn read(text: &str) -> Option<Parts> {
    let request: Request = proto::read(text)?;
    let session = request.session_info?.0;
    let name = session.session.filter(|name| !name.is_empty())?;
    let kept = session.parameters.unwrap_or_default();
    let matched = request.intent_info.unwrap_or_default().0;
    let given = matched.parameters.unwrap_or_default();
    let filled = |slot: &str| match given.get(slot) {
        Some(Message(one)) => match &one.resolved_value {
            Some(value) if !value.is_null() => texts(slot, value),
            _ => one.original_value.iter().map(|text| text.trim().to_owned()).collect(),
        },
        None => kept.get(slot).map(|value| texts(slot, value)).unwrap_or_default(),
    };
    let tag = request.fulfillment_info.and_then(|info| info.0.tag);
    let names = [tag.as_deref(), request.trigger_event.as_deref(), matched.display_name.as_deref()];
    let confidence = matched.confidence.unwrap_or_default().0;
    let originals = SLOTS.iter().filter_map(|slot| given.get(*slot)?.0.original_value.clone());
    let guess = Guess::new(&names, confidence, &filled).placing(originals);
    let mood = request.sentiment_analysis_result.and_then(|mood| mood.0.score).unwrap_or_default().0;
    let typed = request.text.is_some();
    let programs = [&request.trigger_intent, &request.trigger_event].into_iter().flatten().count();
    let words = [&request.text, &request.transcript, &request.dtmf_digits].into_iter().flatten().count();
    if programs + words != 1 {
        return None;
    }
    let input = match (request.text, request.transcript, request.dtmf_digits, request.trigger_event) {
        (Some(words), ..) => guess.of_words(words, false, mood),
        (_, Some(words), ..) => guess.of_words(words, true, mood),
        (_, _, Some(keys), _) => Input::Text(keys),
        (.., Some(event)) => guess::event(&event).unwrap_or_else(|| guess.of_program()),
        _ => guess.of_program(),
    };
    let page = request.page_info.and_then(|page| page.0.current_page);
    let back = Back {
        end: end(page.as_deref(), &name),
        used: SLOTS.into_iter().filter(|slot| kept.contains_key(*slot)).collect(),
        typed,
    };
    Some(Parts {
        session: name,
        request: request.detect_intent_response_id,
        locale: request.language_code,
        account: account(request.payload),
        input,
        back: AnyBack::Cx(back),
    })
}

/// The page `END_SESSION` of the flow that the page is in, or else of the agent's first flow.
fn end(page: Option<&str>, session: &str) -> Option<String> {
    let flow = page.and_then(|page| page.rsplit_once("/pages/")).map(|(flow, _)| flow);
    let flow = flow.filter(|flow| flow.contains("/flows/")).map(str::to_owned).or_else(|| {
        let (agent, _) = session.split_once("/environments/").or_else(|| session.split_once("/sessions/"))?;
        Some(format!("{agent}/flows/{START_FLOW}"))
    })?;
    let fine = flow.starts_with("projects/") && flow.contains("/agents/") && flow.len() <= 512;
    fine.then(|| format!("{flow}/pages/END_SESSION"))
}

/// `endInteraction` is for Dialogflow alone to send; a webhook ends a conversation by going to END_SESSION.
pub(super) fn answer(back: Back, reply: &Reply, locale: &str) -> Value {
    let mut messages = vec![json!({ "text": { "text": [reply.speech.to_text(locale)] } })];
    if !back.typed {
        messages.push(json!({ "outputAudioText": { "ssml": reply.speech.to_ssml(locale) } }));
    }
    let mut parameters: Map<String, Value> =
        back.used.into_iter().map(|slot| (slot.to_owned(), Value::Null)).collect();
    parameters.extend(decided(reply).map(|(name, value)| (name.to_owned(), value)));
    let mut response = json!({
        "fulfillmentResponse": { "messages": messages, "mergeBehavior": "REPLACE" },
        "sessionInfo": { "parameters": parameters },
    });
    if let Some(end) = back.end.filter(|_| reply.ended) {
        response["targetPage"] = end.into();
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_conversation_ends_in_the_flow_that_it_is_in_or_in_the_first() {
        let agent = "projects/p/locations/global/agents/a";
        let first = format!("{agent}/flows/{START_FLOW}/pages/END_SESSION");
        let page = format!("{agent}/flows/f/pages/1");
        assert_eq!(end(Some(&page), "x"), Some(format!("{agent}/flows/f/pages/END_SESSION")));
        assert_eq!(end(None, &format!("{agent}/sessions/s")), Some(first.clone()));
        assert_eq!(end(Some(""), &format!("{agent}/environments/e/sessions/s")), Some(first));
        assert_eq!(end(None, "kitchen"), None);
    }
}
