//! Words of a shopper as turns of the engine, and what words mean without a turn.

use serde_json::{Map, Value, json};
use tokio::time::timeout;

use super::{
    WyomingState,
    events::{Context, Refusal},
    framing::encode,
    speak::sentences,
};
use crate::{
    assistant::MAX_TEXT,
    channels::{http::metrics, json::IntentView, platform},
    commerce::SessionId,
    turn::{Input, Reply, Turn, decision},
    understanding::IntentName,
};

/// Decisions that are no answer of the shop to what was said.
const FAILED: [&str; 3] = [decision::FAULT, decision::UNKNOWN_SHOP, decision::UNKNOWN_HOUSEHOLD];

/// What a shopper said.
pub struct Said {
    /// The words.
    pub text: String,
    /// BCP 47, as the client says it.
    pub language: Option<String>,
    /// Whose they are.
    pub context: Context,
}

/// A turn, and the events that answer it. `connection` is the conversation of those who name none.
pub async fn turn(state: &WyomingState, said: Said, connection: &str) -> Result<Vec<u8>, Refusal> {
    let (session, conversation) = session(&said.context, connection)?;
    let asked = said.language.filter(|language| language.parse::<unic_langid::LanguageIdentifier>().is_ok());
    let locale = asked.unwrap_or_else(|| state.options.locale.clone());
    let turn = Turn {
        shop: state.options.shop.clone(),
        household: state.options.household.clone(),
        session,
        locale: locale.clone(),
        channel: "wyoming",
        input: heard(&said.text),
        request: None,
        stages: Vec::new(),
    };
    let busy = |_| Refusal::new("busy", "too many turns are at work; try again later");
    let seat = state.turns.clone().try_acquire_owned().map_err(busy)?;
    let engine = state.engine.clone();
    // Its own task: a client that hangs up in the middle of a confirmation does not tear it.
    let work = state.tasks.spawn(async move {
        let reply = engine.turn(turn).await;
        metrics::count_reply("wyoming", &reply);
        drop(seat);
        reply
    });
    let late = |_| Refusal::new("late", "the turn took too long; ask what became of it");
    let reply = timeout(state.options.turn, work).await.map_err(late)?.map_err(|_| {
        metrics::count_fault("turn");
        Refusal::new("fault", "something failed here; nothing was ordered unless an order is reported")
    })?;
    tracing::info!(shop = %state.options.shop, turn = %reply.turn, decision = reply.decision, "turn");
    Ok(answer(&reply, &locale, &conversation))
}

/// The events of a reply. The words are written out to be spoken: `twelve dollars`, not `$12`.
fn answer(reply: &Reply, locale: &str, conversation: &str) -> Vec<u8> {
    let text = reply.speech.to_words(locale);
    let waits = reply.listening && !reply.ended;
    let context = json!({ "conversation_id": conversation, "continue_conversation": waits });
    let whole = json!({ "text": text, "context": context });
    let missed = matches!(reply.intent.name, IntentName::NotUnderstood | IntentName::Silence);
    if missed || FAILED.contains(&reply.decision) {
        return encode("not-handled", &whole, &[]);
    }
    let mut events = encode("handled-start", &json!({ "context": context }), &[]);
    for sentence in sentences(&text) {
        events.extend(encode("handled-chunk", &json!({ "text": sentence }), &[]));
    }
    events.extend(encode("handled", &whole, &[]));
    events.extend(encode("handled-stop", &json!({}), &[]));
    events
}

/// What words mean to the shop, outside any conversation.
pub async fn recognize(state: &WyomingState, text: &str) -> Vec<u8> {
    let Input::Heard { text, .. } = heard(text) else { return encode("not-recognized", &json!({}), &[]) };
    let understood = state.engine.understand(&state.options.shop, &text).await;
    let known = understood
        .map(|understood| understood.intent)
        .filter(|intent| !matches!(intent.name, IntentName::NotUnderstood | IntentName::Silence));
    let Some(intent) = known else { return encode("not-recognized", &json!({}), &[]) };
    let view = IntentView::new(&intent);
    let slots = match view.slots {
        Value::Object(slots) => slots,
        _ => Map::new(),
    };
    let entities: Vec<_> =
        slots.into_iter().map(|(name, value)| json!({ "name": name, "value": value })).collect();
    encode("intent", &json!({ "name": view.name, "entities": entities }), &[])
}

/// Words that came by way of a recogniser, if not by ours. A text that no sentence is as long as is
/// not looked at.
fn heard(text: &str) -> Input {
    if text.len() > MAX_TEXT {
        return Input::Unclear;
    }
    let text = text.replace(char::is_control, " ");
    Input::Heard { text, confidence: 1.0 }
}

/// The conversation here, and its name for the client: the one that is told, else that of the
/// satellite, of the device, or of the connection. Their identifiers may have any signs; a
/// hash stands for them.
fn session(context: &Context, connection: &str) -> Result<(SessionId, String), Refusal> {
    let named = context.conversation.as_ref().or(context.satellite.as_ref()).or(context.device.as_ref());
    let name = named.map_or(connection, String::as_str);
    let session = platform::session("wyoming", name)
        .map_err(|_| Refusal::new("fault", "the conversation has no name"))?;
    Ok((session, name.to_owned()))
}
