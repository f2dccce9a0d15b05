//! What a request asks of the engine.

use jiff::{Timestamp, tz::TimeZone};

use super::envelope::{Envelope, PlatformIntent, Slot};
use crate::{
    assistant::MAX_TEXT,
    channels::platform,
    turn::{InDialog, Input, Place},
    understanding::{
        Intent, IntentName,
        platform::{ANSWER, ANSWER_PLACES, PLACES, UTTERANCE, intent as understood, joined, together},
        sentences::Means,
    },
};

/// Slots that hold the whole of what was said: a catch-all of the interaction model.
const WHOLE: [&str; 2] = ["utterance", "phrase"];

/// So much of an intent's name is kept, in characters.
const MAX_NAME: usize = 100;

/// What a request asks for.
#[expect(clippy::large_enum_variant, reason = "a request is asked once; a box would only cost a detour")]
#[derive(Debug)]
pub enum Asked {
    /// A turn of the conversation.
    Turn(Input),
    /// Whether this intent could be answered. No turn is run.
    CanFulfill {
        /// Whether it could.
        known: bool,
        /// The names of its slots.
        slots: Vec<String>,
    },
    /// Amazon tells that the session is over. No words can be sent.
    Ended,
    /// Amazon tells what became of the skill in somebody's account: enabled, disabled, linked. No words can be sent.
    Event,
    /// Amazon could not use an answer of ours.
    Exception,
    /// A type of request that this skill does not take.
    Unknown,
}

/// What the envelope asks for.
pub fn asked(envelope: &Envelope) -> Asked {
    match (envelope.request.kind.as_str(), &envelope.request.intent) {
        ("LaunchRequest", _) => Asked::Turn(Input::Intent(Intent::bare(IntentName::Launch))),
        ("IntentRequest", Some(intent)) => {
            let input = input(intent, &envelope.request.timestamp);
            let state = envelope.request.dialog_state.as_deref();
            Asked::Turn(state.map_or(input.clone(), |state| in_dialog(intent, state, input)))
        }
        ("CanFulfillIntentRequest", Some(intent)) => Asked::CanFulfill {
            known: !matches!(name(&intent.name).0, IntentName::NotUnderstood | IntentName::Custom(_)),
            slots: intent.slots.iter().flat_map(|slots| slots.keys().cloned()).collect(),
        },
        ("SessionEndedRequest", _) => Asked::Ended,
        _ if envelope.request.is_event() => Asked::Event,
        ("System.ExceptionEncountered", _) => Asked::Exception,
        _ => Asked::Unknown,
    }
}

fn input(intent: &PlatformIntent, timestamp: &str) -> Input {
    let slot = |name: &str| intent.slots.as_ref()?.get(name)?.meant();
    if let Some(text) = WHOLE.iter().find_map(|name| slot(name)) {
        return Input::Heard { text: text.to_owned(), confidence: 1.0 };
    }
    let slot = |name: &str| slot(name).filter(|words| words.len() <= MAX_TEXT);
    let (name, means) = name(&intent.name);
    if [ANSWER, UTTERANCE].iter().any(|whole| name == IntentName::Custom((*whole).to_owned())) {
        let words: Vec<String> =
            ANSWER_PLACES.iter().filter_map(|place| Some(joined(place, slot(place)?))).collect();
        return Input::Heard { text: together(words.iter().map(String::as_str)), confidence: 1.0 };
    }
    // The timestamp was proved to be of this moment.
    let today = timestamp.parse::<Timestamp>().unwrap_or_default().to_zoned(TimeZone::UTC).date();
    let names = PLACES.iter().map(|(name, _)| *name).chain(["unit"]);
    let mut places: Vec<(&str, &str)> = names.filter_map(|name| Some((name, slot(name)?))).collect();
    // Alexa's "?" is a number that was said and not heard: it is none, and not left out.
    let filled = |slot: &Slot| slot.value.as_deref().is_some_and(|value| !value.trim().is_empty());
    if slot("quantity").is_none()
        && intent.slots.as_ref().and_then(|all| all.get("quantity")).is_some_and(filled)
    {
        places.push(("quantity", "?"));
    }
    Input::Intent(understood(name, &means, &places, today))
}

/// The same within a dialog. Where one only starts nobody was asked yet, whatever it says of a yes.
fn in_dialog(intent: &PlatformIntent, state: &str, input: Input) -> Input {
    let Input::Intent(meant) = input else { return input };
    let place = |(name, slot): (&str, &Slot)| {
        let said = slot.value.clone().unwrap_or_default();
        let words = joined(name, slot.meant().unwrap_or_default());
        Place { name: name.to_owned(), said, words }
    };
    let fits = |place: &Place| place.said.len().max(place.words.len()) <= MAX_TEXT;
    let asked = state != "STARTED";
    let part = || intent.slots.iter().flatten().filter_map(|(_, slot)| slot.agreed()).reduce(|a, b| a && b);
    Input::InDialog(InDialog {
        about: intent.name.chars().take(MAX_NAME).collect(),
        filled: intent.filled().into_iter().map(place).filter(fits).collect(),
        whole: intent.agreed().filter(|_| asked),
        part: part().filter(|_| asked),
        intent: meant,
    })
}

/// Amazon's own intents by their names, the others as on every platform, with what their sentences mean.
fn name(theirs: &str) -> (IntentName, Means) {
    use IntentName as N;
    let name = match theirs.strip_prefix("AMAZON.") {
        Some("YesIntent") => N::Yes,
        Some("NoIntent") => N::No,
        Some("CancelIntent") => N::Cancel,
        Some("StopIntent" | "NavigateHomeIntent") => N::Stop,
        Some("HelpIntent") => N::Help,
        Some("RepeatIntent") => N::Repeat,
        Some("PreviousIntent") => N::Back,
        Some("StartOverIntent") => N::Launch,
        Some(_) => N::NotUnderstood,
        None => return platform::intent_named(theirs),
    };
    (name, Means::default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn intents_are_known_by_amazons_names_and_by_the_engines() {
        for (platform, meant) in [
            ("AMAZON.YesIntent", IntentName::Yes),
            ("AMAZON.FallbackIntent", IntentName::NotUnderstood),
            ("ReorderIntent", IntentName::Reorder),
            ("OrderStatusIntent", IntentName::OrderStatus),
            ("order_status", IntentName::OrderStatus),
            ("LoyaltyPoints", IntentName::Custom("loyalty_points".into())),
            ("Ünknown", IntentName::NotUnderstood),
            ("", IntentName::NotUnderstood),
        ] {
            assert_eq!(name(platform).0, meant, "{platform}");
        }
    }
}
