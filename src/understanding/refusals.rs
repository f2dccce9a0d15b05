//! What wins over whatever else a short utterance has: "cancel", "stop", "no".

use super::{
    Said, Understander, around,
    intent::{Intent, IntentName, OrderRef, Understood},
    phrases,
    products::Vocabulary,
    short::{self, NO, YES, is},
    words::Token,
};
use crate::commerce::Currency;

/// An utterance of more tokens is not short.
const SHORT: usize = 6;

/// How sure a refusal inside other words is.
const REFUSAL: f32 = 0.85;

/// What is refused as a whole.
const WHOLE: &[&str] = &[
    "it", "that", "this", "them", "those", "anything", "any", "of", "do", "want", "need", "place", "get",
    "now", "yet", "me", "for", "the", "my", "at", "all",
];

impl Understander {
    /// "Yes, cancel the bagel": what shall go is named, so that not all does.
    pub(super) fn cancels_a_line(&self, tokens: &[Token], said: &Said<'_>) -> Option<Understood> {
        let (_, rest) = short::answer_first(tokens)?;
        let understood = self.template(&self.variants(rest.to_vec()), said)?;
        let named = matches!(understood.intent.slots.order, Some(OrderRef::Product(_)));
        (named && understood.confidence >= 1.0).then_some(understood)
    }
}

/// "Cancel", "stop" and "no" win over whatever else a short utterance has.
pub(super) fn refusal(tokens: &[Token], vocabulary: &Vocabulary, currency: Currency) -> Option<Understood> {
    if refuses_a_thing(tokens, vocabulary, currency) {
        return None;
    }
    let has = |words: &[&str]| around::has(tokens, words);
    let pair = |a: &str, b: &str| tokens.windows(2).any(|w| w[0].text == a && w[1].text == b);
    if tokens.is_empty() || tokens.len() > SHORT {
        return None;
    }
    let name = if has(&["cancel", "abort"]) || pair("never", "mind") || pair("forget", "it") {
        IntentName::Cancel
    } else if has(&["stop", "goodbye", "quit"]) {
        IntentName::Stop
    } else if tokens.iter().all(|t| is(t, NO) || is(t, YES)) && has(NO) || refuses_all(tokens) {
        IntentName::No
    } else {
        return None;
    };
    Some(Understood { intent: Intent::bare(name), confidence: REFUSAL })
}

/// "And never mind the cookie", "okay cancel everything but the bagel": what was named is not wanted and the rest is, or
/// the other way round.
fn refuses_a_thing(tokens: &[Token], vocabulary: &Vocabulary, currency: Currency) -> bool {
    let refuses = |token: &Token| is(token, &["cancel", "mind", "but", "except"]);
    let thing = |at: usize| phrases::phrase(&tokens[at..], vocabulary, currency).is_some_and(|p| p.clear);
    let named = |at: usize| is(&tokens[at], &["the", "my"]) && thing(at);
    (1..tokens.len()).any(|at| refuses(&tokens[at - 1]) && named(at))
}

/// "Do not order it", and not "do not order the bagel", which leaves the rest.
fn refuses_all(tokens: &[Token]) -> bool {
    let Some(at) = tokens.windows(2).position(|pair| pair[0].text == "do" && pair[1].text == "not") else {
        return false;
    };
    let rest = &tokens[at + 2..];
    let whole = |token: &Token| is(token, WHOLE) || is(token, &["order", "buy", "please"]);
    rest.iter().any(|token| is(token, WHOLE) || is(token, &["order", "buy"])) && rest.iter().all(whole)
}
