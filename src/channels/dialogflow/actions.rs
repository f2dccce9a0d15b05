//! Actions Builder: `HandlerRequest` and `HandlerResponse`.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{
    Back as AnyBack, Parts, decided,
    guess::Guess,
    proto::{self, Message},
    value::{Parameters, texts},
};
use crate::{
    channels::platform::SLOTS,
    turn::{Input, Reply},
    understanding::{Intent, IntentName},
};

/// The scene that ends a conversation.
const END: &str = "actions.scene.END_CONVERSATION";
/// The most bytes of a session's parameters that go back.
const MAX_KEPT: usize = 16 * 1024;

#[derive(Deserialize)]
struct Request {
    handler: Option<Message<Handler>>,
    intent: Option<Message<Matched>>,
    scene: Option<Message<Scene>>,
    session: Option<Message<Session>>,
    user: Option<Message<User>>,
}

#[derive(Deserialize)]
struct Handler {
    name: Option<String>,
}

#[derive(Default, Deserialize)]
struct Matched {
    name: Option<String>,
    params: Option<BTreeMap<String, Message<Given>>>,
    query: Option<String>,
}

#[derive(Deserialize)]
struct Given {
    original: Option<String>,
    resolved: Option<Value>,
}

#[derive(Deserialize)]
struct Scene {
    name: Option<String>,
    slots: Option<BTreeMap<String, Message<Slot>>>,
}

#[derive(Deserialize)]
struct Slot {
    value: Option<Value>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Session {
    id: Option<String>,
    params: Option<Parameters>,
    #[serde(alias = "language_code")]
    language_code: Option<String>,
}

#[derive(Deserialize)]
struct User {
    locale: Option<String>,
}

/// What the answer needs of a request.
#[derive(Debug)]
pub struct Back {
    session: String,
    kept: Map<String, Value>,
    scene: Option<String>,
}

/// What a request asks; `None` when it is none.
pub(super) fn read(text: &str) -> Option<Parts> {
    let request: Request = proto::read(text)?;
    let session = request.session?.0;
    let id = session.id.filter(|id| !id.is_empty())?;
    let handler = request.handler.and_then(|handler| handler.0.name);
    let matched = request.intent.unwrap_or_default().0;
    if handler.is_none() && matched.name.is_none() {
        return None;
    }
    let (scene, slots) = request.scene.map(|scene| (scene.0.name, scene.0.slots)).unwrap_or_default();
    let (given, slots) = (matched.params.unwrap_or_default(), slots.unwrap_or_default());
    let filled = |slot: &str| {
        let resolved = given.get(slot).and_then(|one| one.0.resolved.as_ref());
        let value = resolved.or_else(|| slots.get(slot)?.0.value.as_ref());
        let original = || given.get(slot).and_then(|one| one.0.original.clone());
        value.map(|value| texts(slot, value)).unwrap_or_else(|| original().into_iter().collect())
    };
    let own = matched.name.as_deref().filter(|name| !name.starts_with("actions.intent."));
    let originals = SLOTS.iter().filter_map(|slot| given.get(*slot)?.0.original.clone());
    let guess = Guess::new(&[handler.as_deref(), own], 0.0, &filled).placing(originals);
    let words = matched.query.filter(|query| !query.is_empty());
    let input = match (built_in(matched.name.as_deref().unwrap_or_default()), words) {
        (Some(input), _) => input,
        (None, Some(words)) => guess.of_words(words, true, 0.0),
        (None, None) => guess.of_program(),
    };
    let mut kept = session.params.unwrap_or_default();
    kept.retain(|name, _| !SLOTS.contains(&name.as_str()) && !name.starts_with("sayso_"));
    if Value::from(kept.clone()).to_string().len() > MAX_KEPT {
        // They are merged with what the platform has, so leaving them out takes none away.
        kept.clear();
    }
    let locale = request.user.and_then(|user| user.0.locale).or(session.language_code);
    let back = AnyBack::Actions(Back { session: id.clone(), kept, scene });
    Some(Parts { session: id, request: None, locale, account: None, input, back })
}

/// The platform's own intents that are no matter of words.
fn built_in(name: &str) -> Option<Input> {
    let intent = |name| Some(Input::Intent(Intent::bare(name)));
    match name.strip_prefix("actions.intent.")? {
        "MAIN" => intent(IntentName::Launch),
        "CANCEL" => intent(IntentName::Stop),
        silent if silent.starts_with("NO_INPUT") => Some(Input::Silence),
        _ => None,
    }
}

/// Where no answer is awaited the conversation ends: the platform would open the microphone otherwise.
pub(super) fn answer(back: Back, reply: &Reply, locale: &str) -> Value {
    let mut params = back.kept;
    params.extend(decided(reply).map(|(name, value)| (name.to_owned(), value)));
    let (speech, text) = (reply.speech.to_ssml(locale), reply.speech.to_text(locale));
    let mut response = json!({
        "session": { "id": back.session, "params": params },
        "prompt": { "override": true, "firstSimple": { "speech": speech, "text": text } },
    });
    if let Some(scene) = back.scene {
        response["scene"] = json!({ "name": scene, "slots": {} });
    }
    if reply.ended || !reply.listening {
        response["scene"]["next"] = json!({ "name": END });
    }
    response
}
