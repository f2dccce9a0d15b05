//! A PIN in what is said, however it is framed.

use super::{
    intent::{Digits, Intent, IntentName, OrderRef, Slots},
    short::{NO, is},
    words::{Token, digits},
};
use crate::commerce::desk::is_pin;

/// Words that may stand around a PIN: "my PIN is …", "order number …", "no, I said …".
const PIN_FRAME: &[&str] = &[
    "pin", "code", "is", "my", "the", "number", "order", "i", "said", "it", "that", "a", "okay", "yes",
    "please", "thanks", "thank", "you", "um", "uh", "uhm", "er", "erm", "hm", "hmm", "mm", "ah", "well",
    "so", "sorry",
];

/// While a PIN is awaited, enough digits are one however they are framed: "order number four two
/// one seven" must not be answered by saying the digits aloud. With anything else around them it
/// is no PIN: a refusal is one at any length, and the rest is asked again, which costs no try.
pub(super) fn pin(tokens: &[Token], asked: bool) -> Option<Intent> {
    let mut runs = (0..tokens.len()).filter_map(|at| digits(tokens, at).map(|(text, used)| (at, text, used)));
    let (at, pin, used) = runs.find(|(_, text, _)| is_pin(text))?;
    let around: Vec<&Token> = tokens[..at].iter().chain(&tokens[at + used..]).collect();
    let has = |words: &[&str]| around.iter().any(|t| is(t, words));
    let said_again =
        around.len() >= 3 && is(around[0], NO) && is(around[1], &["i"]) && is(around[2], &["said"]);
    let rest = if said_again { &around[1..] } else { &around[..] };
    if has(&["cancel"]) && at > 0 && is(&tokens[at - 1], &["order", "number"]) && !asked {
        // Another order, and not what is open. Whether there is one with that number is seen before it is said aloud.
        let order = pin.parse().ok().map(OrderRef::Number);
        let slots = Slots { order, stays: has(&["not", "never"]), ..Slots::default() };
        return Some(Intent { name: IntentName::CancelOrder, slots });
    }
    let name = if has(&["stop", "quit", "goodbye"]) {
        IntentName::Stop
    } else if has(&["cancel", "abort", "forget", "never"]) {
        IntentName::Cancel
    } else if rest.iter().any(|t| is(t, NO) || is(t, &["not"])) {
        IntentName::No
    } else if asked || rest.iter().any(|t| !is(t, PIN_FRAME)) {
        IntentName::NotUnderstood
    } else {
        let slots = Slots { digits: Digits::new(&pin), ..Slots::default() };
        return Some(Intent { name: IntentName::Digits, slots });
    };
    Some(Intent::bare(name))
}

/// Whether a text holds as many digits in a row, written or spoken, as a PIN has.
pub(super) fn holds_pin(tokens: &[Token]) -> bool {
    (0..tokens.len()).filter_map(|at| digits(tokens, at)).any(|(text, _)| is_pin(&text))
}
