//! What the things of a phrase must satisfy: "under five dollars", "from Northwind", "the cheapest".

use super::word;
use crate::{
    commerce::{Currency, Money},
    understanding::{
        intent::Constraints,
        products::Vocabulary,
        words::{Token, money, price},
    },
};

/// Phrases before an upper or a lower limit of the price. Longest first.
const AT_MOST: &[&[&str]] = &[
    &["for", "no", "more", "than"],
    &["no", "more", "than"],
    &["for", "not", "more", "than"],
    &["for", "less", "than"],
    &["less", "than"],
    &["cheaper", "than"],
    &["for", "at", "most"],
    &["at", "most"],
    &["for", "up", "to"],
    &["up", "to"],
    &["for", "under"],
    &["for", "below"],
    &["that", "is", "under"],
    &["under"],
    &["below"],
    &["within"],
];
const AT_LEAST: &[&[&str]] =
    &[&["for", "more", "than"], &["more", "than"], &["at", "least"], &["for", "over"], &["over"], &["above"]];

/// What may follow a bare number that is a price. Anything else is what is counted: "under ten lattes".
const AFTER_PRICE: &[&str] = &[
    "and", "or", "please", "from", "by", "with", "for", "that", "which", "in", "on", "each", "apiece",
    "total", "plus", "then", "now", "made", "if", "but", "thanks", "to",
];

/// A limit of the price at `at`: an amount that names its unit, or a bare number that counts nothing.
pub(in crate::understanding) fn limit(
    tokens: &[Token],
    at: usize,
    currency: Currency,
) -> Option<(Money, usize)> {
    let (amount, used) = price(tokens, at, currency)?;
    let free = || tokens.get(at + used).is_none_or(|t| t.gap || AFTER_PRICE.contains(&t.text.as_str()));
    (money(tokens, at, currency).is_some() || free()).then_some((amount, used))
}

pub(super) fn take_prices(tokens: &mut Vec<Token>, constraints: &mut Constraints, currency: Currency) {
    for (phrases, most) in [(AT_MOST, true), (AT_LEAST, false)] {
        let found = (1..tokens.len()).find_map(|at| {
            let lead =
                phrases.iter().find(|p| p.iter().enumerate().all(|(i, w)| word(tokens, at + i) == *w))?;
            let (amount, used) = limit(tokens, at + lead.len(), currency)?;
            // "With at least four": of what there are four is not said.
            let of_options = ["with", "and", "plus", "without"].contains(&word(tokens, at - 1));
            let bare = money(tokens, at + lead.len(), currency).is_none();
            (!(of_options && bare)).then_some((at, lead.len() + used, amount))
        });
        if let Some((at, used, amount)) = found {
            tokens.drain(at..at + used);
            if most {
                constraints.price_max = Some(amount);
            } else {
                constraints.price_min = Some(amount);
            }
        }
    }
    let between = (1..tokens.len()).find_map(|at| {
        let (low, used) = (word(tokens, at) == "between").then(|| price(tokens, at + 1, currency))??;
        let and = at + 1 + used;
        let (high, more) = (word(tokens, and) == "and").then(|| limit(tokens, and + 1, currency))??;
        Some((at, and + 1 + more, low, high))
    });
    if let Some((from, to, low, high)) = between {
        tokens.drain(from..to);
        (constraints.price_min, constraints.price_max) = (Some(low), Some(high));
    }
}

/// "from Northwind", "by Northwind".
pub(super) fn take_brand(tokens: &mut Vec<Token>, constraints: &mut Constraints, vocabulary: &Vocabulary) {
    let found = (1..tokens.len()).find_map(|at| {
        let made = usize::from(word(tokens, at) == "made");
        if !["from", "by"].contains(&word(tokens, at + made)) {
            return None;
        }
        let (brand, used) = vocabulary.brand(tokens, at + made + 1)?;
        Some((at, at + made + 1 + used, brand.to_owned()))
    });
    if let Some((from, to, brand)) = found {
        tokens.drain(from..to);
        constraints.brand = Some(brand);
    }
}

pub(super) fn take_cheapest(tokens: &mut Vec<Token>, constraints: &mut Constraints) {
    let the = usize::from(word(tokens, 0) == "the" || word(tokens, 0) == "your");
    let words = match (word(tokens, the), word(tokens, the + 1)) {
        ("cheapest", _) => 1,
        ("least", "expensive") | ("lowest", "priced") | ("best", "priced") => 2,
        _ => return,
    };
    if tokens.len() > the + words {
        tokens.drain(..the + words);
        constraints.cheapest = true;
    }
}
