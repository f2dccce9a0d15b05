//! Dialogflow ES: `google/cloud/dialogflow/v2/webhook.proto`.

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{
    Back as AnyBack, Parts, account, decided, guess,
    guess::Guess,
    proto::{self, Message, Number},
    value::{Parameters, texts},
};
use crate::{channels::platform::SLOTS, turn::Reply};

/// The most contexts that are kept, and the most bytes of them: a response has 64 KiB.
const MAX_CONTEXTS: usize = 20;
const MAX_KEPT: usize = 16 * 1024;
/// Our context lives for so many requests.
const LIFESPAN: u8 = 5;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Request {
    session: Option<String>,
    #[serde(alias = "response_id")]
    response_id: Option<String>,
    #[serde(alias = "query_result")]
    query_result: Option<Message<Query>>,
    #[serde(alias = "original_detect_intent_request")]
    original_detect_intent_request: Option<Message<Original>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Query {
    #[serde(alias = "query_text")]
    query_text: Option<String>,
    #[serde(alias = "language_code")]
    language_code: Option<String>,
    #[serde(alias = "speech_recognition_confidence")]
    speech_recognition_confidence: Option<Number>,
    action: Option<String>,
    intent: Option<Message<Matched>>,
    #[serde(alias = "intent_detection_confidence")]
    intent_detection_confidence: Option<Number>,
    parameters: Option<Parameters>,
    #[serde(alias = "output_contexts")]
    output_contexts: Option<Vec<Message<Context>>>,
    #[serde(alias = "sentiment_analysis_result")]
    sentiment_analysis_result: Option<Message<Analysis>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Matched {
    #[serde(alias = "display_name")]
    display_name: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Context {
    name: Option<String>,
    #[serde(alias = "lifespan_count")]
    lifespan_count: Option<Number>,
    parameters: Option<Parameters>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Analysis {
    #[serde(alias = "query_text_sentiment")]
    query_text_sentiment: Option<Message<Sentiment>>,
}

#[derive(Deserialize)]
struct Sentiment {
    score: Option<Number>,
}

#[derive(Deserialize)]
struct Original {
    source: Option<String>,
    payload: Option<Value>,
}

/// What the answer needs of a request.
#[derive(Debug)]
pub struct Back {
    session: String,
    contexts: Vec<Value>,
    assistant: bool,
}

impl Back {
    /// Whether Google's Assistant asked.
    pub(super) fn is_assistants(&self) -> bool {
        self.assistant
    }
}

/// What a request asks; `None` when it is none.
pub(super) fn read(text: &str) -> Option<Parts> {
    let request: Request = proto::read(text)?;
    let session = request.session.filter(|name| !name.is_empty())?;
    let query = request.query_result?.0;
    let given = query.parameters.unwrap_or_default();
    let contexts = query.output_contexts.unwrap_or_default();
    let filled = |slot: &str| {
        let kept = contexts.iter().filter(|one| !ours(&one.0, &session)).flat_map(|one| &one.0.parameters);
        let all = std::iter::once(&given).chain(kept);
        all.filter_map(|one| one.get(slot))
            .map(|value| texts(slot, value))
            .find(|texts| !texts.is_empty())
            .unwrap_or_default()
    };
    let display = query.intent.and_then(|intent| intent.0.display_name);
    let sure = query.intent_detection_confidence.unwrap_or_default().0;
    // A context has what was said beside what it was taken for.
    let originals = || SLOTS.iter().flat_map(|slot| filled(&format!("{slot}.original")));
    let guess =
        Guess::new(&[query.action.as_deref(), display.as_deref()], sure, &filled).placing(originals());
    let sentiment = query.sentiment_analysis_result.and_then(|all| all.0.query_text_sentiment);
    let mood = sentiment.and_then(|mood| mood.0.score).unwrap_or_default().0;
    let original = request.original_detect_intent_request.map(|original| original.0);
    let (google, payload) = original.map(|of| (of.source, of.payload)).unwrap_or_default();
    let assistant = google.as_deref() == Some("google");
    let spoken = query.speech_recognition_confidence.unwrap_or_default().0 > 0.0 || assistant;
    let input = match query.query_text {
        // Where an event asked, its name stands in the place of words.
        Some(words) => guess::event(&words).unwrap_or_else(|| guess.of_words(words, spoken, mood)),
        None if display.is_some() => guess.of_program(),
        None => return None,
    };
    let back = Back { contexts: kept(contexts, &session), session: session.clone(), assistant };
    Some(Parts {
        session,
        request: request.response_id,
        locale: query.language_code,
        account: account(payload),
        input,
        back: AnyBack::Es(back),
    })
}

fn ours(context: &Context, session: &str) -> bool {
    context.name.as_deref().and_then(|name| name.strip_prefix(session)) == Some("/contexts/sayso")
}

/// The contexts that go back as they came, without the slots: those are taken once. Not ours, nor those
/// that Dialogflow keeps for itself.
fn kept(contexts: Vec<Message<Context>>, session: &str) -> Vec<Value> {
    let mut left = MAX_KEPT;
    let mut all = Vec::new();
    for Message(mut context) in contexts.into_iter().take(MAX_CONTEXTS) {
        let lifespan = context.lifespan_count.unwrap_or_default().0;
        let Some(name) = context.name.take() else { continue };
        let Some(id) = name.strip_prefix(session).and_then(|rest| rest.strip_prefix("/contexts/")) else {
            continue;
        };
        let reserved = ["__system_counters__", "sayso"].contains(&id)
            || ["_id_dialog_context", "_dialog_params_size"].iter().any(|end| id.ends_with(end));
        if reserved || !(1.0..=1_000.0).contains(&lifespan) {
            continue;
        }
        let mut parameters = context.parameters.unwrap_or_default();
        parameters
            .retain(|name, _| !SLOTS.contains(&name.strip_suffix(".original").unwrap_or(name.as_str())));
        let whole = json!({ "name": name, "lifespanCount": lifespan as i64, "parameters": parameters });
        let size = whole.to_string().len();
        if size <= left {
            left -= size;
            all.push(whole);
        }
    }
    all
}

/// No field is set to an empty value of another type, which Dialogflow would refuse.
pub(super) fn answer(back: Back, reply: &Reply, locale: &str) -> Value {
    let text = reply.speech.to_text(locale);
    let mut contexts = back.contexts;
    let parameters: Map<_, _> =
        decided(reply).into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    contexts.push(json!({
        "name": format!("{}/contexts/sayso", back.session),
        "lifespanCount": if reply.ended { 0 } else { LIFESPAN },
        "parameters": parameters,
    }));
    let simple = json!({ "ssml": reply.speech.to_ssml(locale), "displayText": text });
    json!({
        "fulfillmentText": text,
        "fulfillmentMessages": [{ "text": { "text": [text] } }],
        "source": "sayso",
        "outputContexts": contexts,
        "payload": { "google": {
            "expectUserResponse": reply.listening && !reply.ended,
            "richResponse": { "items": [{ "simpleResponse": simple }] },
        } },
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::turn::Input;

    #[test]
    fn the_name_of_an_event_is_no_word_of_the_shopper() {
        let input = |text: &str| {
            let query = json!({ "queryText": text, "intent": { "displayName": "Default Welcome Intent" } });
            read(&json!({ "session": "s", "queryResult": query }).to_string()).unwrap().input
        };
        assert!(matches!(input("actions_intent_NO_INPUT"), Input::Silence));
        assert!(matches!(input("WELCOME"), Input::Intent(_)));
        assert!(matches!(input("hello"), Input::Interpreted(_)));
    }
}
