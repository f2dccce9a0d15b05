//! Dialogs that a platform holds about an intent of its own: what of a request in one answers our open question.
//!
//! Invariants:
//! - A platform's yes is a yes only to what was read back in the very dialog that it belongs to, with everything
//!   filled as it was then. A yes to anything else is none: what it came with is taken as a wish, and read back.
//! - What is remembered of a dialog are marks, not words, and nothing at all of digits, which may be a PIN.

use std::collections::BTreeMap;

use data_encoding::HEXLOWER;
use sha2::{Digest as _, Sha256};

use crate::{
    dialogue::{AskedIn, Focus, State},
    turn::{Awaited, Input, Place},
    understanding::{Intent, IntentName, platform::together},
};

/// The place that may hold a PIN.
const SECRET: &str = "digits";

/// What a conversation waits for.
pub(super) fn awaited(focus: &Focus) -> Awaited {
    match focus {
        Focus::Idle => Awaited::Nothing,
        Focus::AskProduct(_) => Awaited::Product,
        Focus::AskQuantity(_) => Awaited::Quantity,
        Focus::AskOption { .. } => Awaited::Option,
        Focus::Choosing { .. } | Focus::WhichLine { .. } => Awaited::Choice,
        Focus::AskOrder(_) => Awaited::Order,
        Focus::AskPin(_) => Awaited::Pin,
        Focus::Substitute { .. } | Focus::Offering(_) | Focus::WhatIf { .. } => Awaited::Agreement,
        Focus::Confirming(_)
        | Focus::ConfirmCancel(_)
        | Focus::ConfirmReturn { .. }
        | Focus::ConfirmClear => Awaited::Consent,
    }
}

/// What a request says, once it is settled what of it answers the open question; of another kind of input itself.
pub(super) fn settled(input: &Input, state: &State) -> Input {
    let Input::InDialog(said) = input else { return input.clone() };
    let asked = state.asked_in.as_ref().filter(|asked| asked.about == said.about);
    let same = asked.is_some_and(|asked| asked.filled == marks(&said.filled));
    let awaited = awaited(&state.focus);
    // A platform repeats its yes to a part for ever: only where no more than a read-back follows it counts.
    let answer = match awaited {
        Awaited::Consent => said.whole,
        Awaited::Agreement => said.whole.or(said.part),
        _ => None,
    };
    let bare = |name| Input::Intent(Intent::bare(name));
    match answer.filter(|_| same) {
        Some(true) => return bare(IntentName::Yes),
        Some(false) => return bare(IntentName::No),
        None => {}
    }
    if said.whole == Some(false) || said.whole.is_none() && said.part == Some(false) {
        // A no to a question that was not ours. It leaves nothing of ours away, and asks for nothing.
        let free = matches!(awaited, Awaited::Nothing | Awaited::Product);
        return if free { bare(IntentName::No) } else { Input::Unclear };
    }
    let answers = matches!(
        awaited,
        Awaited::Quantity | Awaited::Choice | Awaited::Option | Awaited::Order | Awaited::Pin
    );
    match asked.filter(|_| answers).map(|asked| new_words(asked, &said.filled)) {
        Some(text) if !text.is_empty() => Input::Heard { text, confidence: 1.0 },
        _ => Input::Intent(said.intent.clone()),
    }
}

/// What is remembered of the dialog in which a question is asked.
pub(super) fn asked_in(input: &Input) -> Option<AskedIn> {
    match input {
        Input::InDialog(said) => Some(AskedIn { about: said.about.clone(), filled: marks(&said.filled) }),
        _ => None,
    }
}

/// The words of what was filled since the question was asked.
fn new_words(asked: &AskedIn, filled: &[Place]) -> String {
    let new = filled.iter().filter(|place| asked.filled.get(&place.name) != Some(&mark(place)));
    together(new.map(|place| place.words.as_str()))
}

fn marks(filled: &[Place]) -> BTreeMap<String, String> {
    let known = filled.iter().filter(|place| place.name != SECRET);
    known.map(|place| (place.name.clone(), mark(place))).collect()
}

fn mark(place: &Place) -> String {
    let hash = Sha256::digest(place.said.to_lowercase().as_bytes());
    HEXLOWER.encode(&hash[..8])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        dialogue::{OrderErrand, Purpose},
        turn::InDialog,
    };

    fn said(item: &str, whole: Option<bool>, part: Option<bool>) -> Input {
        let place =
            |name: &str, said: &str| Place { name: name.into(), said: said.into(), words: said.into() };
        let filled = vec![place("item", item), place("digits", "4217")];
        let intent = Intent::bare(IntentName::Buy);
        Input::InDialog(InDialog { about: "BuyIntent".into(), filled, whole, part, intent })
    }

    fn state(focus: Focus, asked: &Input) -> State {
        State { focus, asked_in: asked_in(asked), ..State::default() }
    }

    fn name(input: &Input) -> Option<IntentName> {
        match input {
            Input::Intent(intent) => Some(intent.name.clone()),
            _ => None,
        }
    }

    #[test]
    fn a_platforms_yes_counts_for_what_was_read_back_with_the_same_things_and_for_nothing_else() {
        let (towels, milk) = (said("towels", None, None), said("milk", None, None));
        let yes = said("towels", Some(true), None);
        let of = |state: &State| name(&settled(&yes, state));
        assert_eq!(of(&state(Focus::ConfirmClear, &towels)), Some(IntentName::Yes));
        assert_eq!(of(&state(Focus::ConfirmClear, &milk)), Some(IntentName::Buy), "other things");
        assert_eq!(of(&state(Focus::ConfirmClear, &Input::Silence)), Some(IntentName::Buy), "another turn");
        assert_eq!(of(&state(Focus::Idle, &towels)), Some(IntentName::Buy), "nothing was read back");
        assert_eq!(of(&state(Focus::AskProduct(Purpose::Buy), &towels)), Some(IntentName::Buy));
        let part = said("towels", None, Some(true));
        let sticky = settled(&part, &state(Focus::ConfirmClear, &towels));
        assert_eq!(name(&sticky), Some(IntentName::Buy), "a part is not the whole");
    }

    #[test]
    fn a_platforms_no_to_its_own_question_takes_nothing_of_ours_away() {
        let (towels, milk) = (said("towels", None, None), said("milk", None, None));
        let no = said("towels", Some(false), None);
        assert_eq!(name(&settled(&no, &state(Focus::ConfirmClear, &towels))), Some(IntentName::No));
        assert_eq!(name(&settled(&no, &State::default())), Some(IntentName::No));
        assert!(matches!(settled(&no, &state(Focus::ConfirmClear, &milk)), Input::Unclear));
    }

    #[test]
    fn what_was_filled_since_the_question_is_its_answer_and_digits_are_never_remembered() {
        let before = said("towels", None, None);
        let asking = state(Focus::AskOrder(OrderErrand::Status), &before);
        let Input::Heard { text, .. } = settled(&said("milk", None, None), &asking) else { panic!() };
        assert_eq!(text, "milk 4217");
        assert!(asked_in(&before).is_some_and(|asked| !asked.filled.contains_key(SECRET)));
    }
}
