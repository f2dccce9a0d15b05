//! What is found in an utterance: the features that it is compared by, and what a guess needs of it.

use std::ops::Range;

use jiff::civil::Date;

use crate::{
    commerce::Currency,
    understanding::{
        intent::{IntentName, OrderRef, Past, Slots},
        phrases,
        products::{Vocabulary, words::root},
        words::{Token, cardinal, digits, ordinal, period},
    },
};

/// The longest thing that is looked for inside a sentence, in tokens.
const MAX_THING: usize = 8;

/// Words and pairs of words, without repetition.
pub(super) fn features(tokens: &[Token], vocabulary: &Vocabulary) -> Vec<String> {
    let (mut words, mut at): (Vec<String>, usize) = (vec!["^".to_owned()], 0);
    while at < tokens.len() {
        let (word, used) = if let Some(len) = vocabulary.kind(tokens, at) {
            ("<thing>".to_owned(), len)
        } else if let Some((_, used)) = ordinal(tokens, at) {
            ("<nth>".to_owned(), used)
        } else if let Some((_, used)) = cardinal(tokens, at).filter(|_| tokens[at].text != "a") {
            ("<n>".to_owned(), used)
        } else {
            (root(&tokens[at].text), 1)
        };
        words.push(word);
        at += used;
    }
    words.push("$".to_owned());
    let pairs = words.windows(2).map(|w| w.join(" ")).collect::<Vec<_>>();
    let mut features: Vec<String> = words[1..words.len() - 1].iter().cloned().chain(pairs).collect();
    features.sort();
    features.dedup();
    features
}

/// What can be found in an utterance for a meaning that was guessed.
pub(super) fn slots(
    name: &IntentName,
    tokens: &[Token],
    thing: Option<phrases::Phrase>,
    today: Date,
) -> Slots {
    use IntentName as N;
    let mut slots = Slots::default();
    let days = (0..tokens.len()).find_map(|at| period(tokens, at, today)).map(|(days, _)| days);
    let number = (0..tokens.len()).find_map(|at| order_number(tokens, at));
    match name {
        N::OrderStatus | N::DeliveryDate | N::CancelOrder => {
            let words = thing.and_then(|p| p.items.into_iter().next()).map(|i| OrderRef::Product(i.words));
            let order = number.map(OrderRef::Number).or(words).or(days.map(OrderRef::On));
            slots.order = Some(order.unwrap_or(OrderRef::Last));
        }
        N::Purchases => slots.period = days,
        N::Reorder if thing.is_none() => slots.past = days.map(Past::During),
        _ => {
            if let Some(phrase) = thing {
                (slots.items, slots.constraints) = (phrase.items, phrase.constraints);
            }
            slots.order = number.filter(|_| *name == N::ReturnItem).map(OrderRef::Number);
        }
    }
    if *name == N::Reorder {
        slots.items.iter_mut().for_each(|item| item.own = true);
    }
    slots
}

/// "order 4217", "number four two one seven".
fn order_number(tokens: &[Token], at: usize) -> Option<u32> {
    let lead = ["order", "number"].contains(&tokens[at].text.as_str());
    let (text, _) = digits(tokens, at + 1).filter(|(text, _)| lead && (3..=9).contains(&text.len()))?;
    text.parse().ok()
}

/// The longest run of words that names things of the shop and nothing else, and where it is.
pub(super) fn thing(
    tokens: &[Token],
    vocabulary: &Vocabulary,
    currency: Currency,
) -> Option<(phrases::Phrase, Range<usize>)> {
    (1..=MAX_THING.min(tokens.len())).rev().find_map(|len| {
        (0..=tokens.len() - len).find_map(|from| {
            let here = from..from + len;
            let phrase = phrases::phrase(&tokens[here.clone()], vocabulary, currency)?;
            (phrase.clear && phrase.items.iter().all(|i| !i.it)).then_some((phrase, here))
        })
    })
}
