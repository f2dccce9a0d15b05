//! What of an open question about an order is answered beside what else is said: "yes and order bagels", "okay, cancel it".

use super::{
    around::{has, is},
    intent::IntentName,
    of_orders::{IT, REST},
    short::NO,
    words::Token,
};

/// Words that agree, whatever they stand beside. "Okay", "sure" and "right" are fillers as well.
const AGREES: &[&str] = &["yes", "yeah", "yep", "yup"];

/// What may stand before an answer.
const BEFORE: &[&str] = &["oh", "um", "uh", "okay", "well", "so", "please"];

/// With one of these an answer is none, or not to that.
const TURNS: &[&str] = &["no", "not", "wait", "but", "nope", "never", "instead"];

/// With nothing but these after a yes what is asked about is cancelled.
const CANCEL_IT: &[&str] =
    &["cancel", "it", "that", "this", "the", "my", "order", "one", "please", "thanks", "thank", "you", "yes"];

/// With nothing but these what is asked is agreed to, though by too weak a word for a purchase.
const WEAKLY: &[&str] = &[
    "okay", "ok", "alright", "all", "right", "fine", "then", "that", "is", "with", "by", "me", "good",
    "please",
];

/// With nothing but these after a yes all that is asked about is meant.
const ALL_OF_IT: &[&str] = &["both", "all", "of", "them", "the", "orders", "two", "please", "everything"];

/// Words that agree before what shall be cancelled is said: "okay, cancel it".
const GO_ON: &[&str] = &["okay", "ok", "sure", "fine", "alright", "all", "right", "well", "so"];

/// What of the question that is open is answered beside what else is said, which may count something.
pub(super) fn answered(name: &IntentName, counts: bool, tokens: &[Token]) -> Option<bool> {
    use IntentName as N;
    let mut rest = tokens.iter().skip_while(|token| is(Some(token), BEFORE));
    let (first, next) = (rest.next(), rest.next());
    let turned = tokens.iter().skip(1).any(|token| is(Some(token), TURNS));
    let (yes, no) = (is(first, AGREES) && !turned, is(first, NO));
    match name {
        N::Buy | N::AddToCart | N::Reorder if yes && is(next, &["and"]) => Some(true),
        N::Buy | N::AddToCart | N::Reorder if no => Some(false),
        N::CancelOrder | N::ReturnItem if yes => Some(true),
        // "Yes, two cookies."
        N::Correct | N::ChangeCart if yes && counts => Some(true),
        // "Yes, but keep the rest", "yes, both".
        N::Cancel if is(first, AGREES) && has(tokens, REST) && !has(tokens, &["no", "not", "cancel"]) => {
            Some(true)
        }
        N::Choose | N::Correct if yes && tokens.iter().skip(1).all(|token| is(Some(token), ALL_OF_IT)) => {
            Some(true)
        }
        N::CancelOrder | N::ReturnItem if no => Some(false),
        // "Yes, cancel the other one" is a yes to nothing.
        N::Cancel if yes && tokens.iter().skip(1).all(|token| is(Some(token), CANCEL_IT)) => Some(true),
        // "Never mind that" is of what was asked, and "never mind" of all that is open.
        N::Cancel if agreed_to_cancel(tokens) => Some(true),
        N::Wait if agrees_weakly(tokens) => Some(true),
        N::Cancel if has(tokens, IT) && !has(tokens, &["cancel", "stop"]) => Some(false),
        _ => None,
    }
}

/// "Okay then", "fine", "all right".
fn agrees_weakly(tokens: &[Token]) -> bool {
    let all_right = tokens.windows(2).any(|pair| is(pair.first(), &["all"]) && is(pair.get(1), &["right"]));
    let agrees = all_right || has(tokens, &["okay", "ok", "alright", "fine"]);
    agrees && tokens.iter().all(|token| is(Some(token), WEAKLY))
}

/// "Okay, cancel it."
fn agreed_to_cancel(tokens: &[Token]) -> bool {
    let goes_on = tokens.iter().take_while(|token| is(Some(token), GO_ON)).count();
    let rest = &tokens[goes_on..];
    goes_on > 0 && is(rest.first(), &["cancel"]) && rest.iter().all(|token| is(Some(token), CANCEL_IT))
}
