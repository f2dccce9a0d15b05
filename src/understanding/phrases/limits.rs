//! What the things of a phrase must satisfy: "under five dollars", "from Northwind", "the cheapest".

use super::word;
use crate::{
    commerce::{Currency, Money},
    understanding::{
        intent::Constraints,
        products::Vocabulary,
        words::{Bound, Of, Token, bound_words, money, price},
    },
};

/// Words that join a limit to what it limits, and say nothing.
const BEFORE_LIMIT: &[&[&str]] = &[&["that", "is"], &["that", "are"], &["for"], &[]];

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

/// The words of a limit at `at`, with what they allow, and their number.
fn limit_words(tokens: &[Token], at: usize) -> Option<(Bound, usize)> {
    let is_at = |words: &[&str]| words.iter().enumerate().all(|(i, w)| word(tokens, at + i) == *w);
    BEFORE_LIMIT.iter().filter(|joint| is_at(joint)).find_map(|joint| {
        let (limit, used) = bound_words(tokens, at + joint.len(), Of::Prices)?;
        Some((limit, joint.len() + used))
    })
}

/// Whether the words before the price at `at` leave it out itself: "under", "less than", but not "no less than".
pub(in crate::understanding) fn excludes(tokens: &[Token], at: usize, most: bool) -> bool {
    let from = at.saturating_sub(3);
    let before = (from..at).find_map(|start| {
        let (limit, used) = limit_words(tokens, start)?;
        (start + used == at).then_some(limit)
    });
    before == Some(if most { Bound::Below } else { Bound::Above })
}

fn put(limits: &mut Constraints, limit: Bound, amount: Money) {
    if matches!(limit, Bound::Below | Bound::AtMost | Bound::Exactly) {
        (limits.price_max, limits.max_excluded) = (Some(amount), limit == Bound::Below);
    }
    if matches!(limit, Bound::Above | Bound::AtLeast | Bound::Exactly) {
        (limits.price_min, limits.min_excluded) = (Some(amount), limit == Bound::Above);
    }
}

/// A limit whose words follow it, at `at`: "for five dollars or less".
fn or_less(tokens: &[Token], at: usize, currency: Currency) -> Option<(usize, Bound, Money)> {
    let lead = usize::from(["for", "at"].contains(&word(tokens, at)));
    let (amount, used) = match lead {
        // Without a word before it a bare number counts: "two or more".
        0 => money(tokens, at, currency)?,
        _ => price(tokens, at + lead, currency)?,
    };
    let end = at + lead + used;
    let limit = match (word(tokens, end), word(tokens, end + 1)) {
        ("or", "less" | "under" | "below" | "cheaper") => Bound::AtMost,
        ("or", "more" | "over" | "above") => Bound::AtLeast,
        _ => return None,
    };
    Some((end + 2 - at, limit, amount))
}

pub(super) fn take_prices(tokens: &mut Vec<Token>, constraints: &mut Constraints, currency: Currency) {
    // One upper and one lower limit: more of them nobody means.
    for _ in 0..2 {
        let found = (1..tokens.len()).find_map(|at| {
            if let Some((used, kind, amount)) = or_less(tokens, at, currency) {
                return Some((at, used, kind, amount));
            }
            let (kind, lead) = limit_words(tokens, at)?;
            let (amount, used) = limit(tokens, at + lead, currency)?;
            // "With at least four": of what there are four is not said.
            let of_options = ["with", "and", "plus", "without"].contains(&word(tokens, at - 1));
            let bare = money(tokens, at + lead, currency).is_none();
            // Nor is "exactly four" a price, as "under four" is.
            let counts = of_options || kind == Bound::Exactly;
            (!(counts && bare)).then_some((at, lead + used, kind, amount))
        });
        let Some((at, used, kind, amount)) = found else { break };
        tokens.drain(at..at + used);
        put(constraints, kind, amount);
    }
    let between = (1..tokens.len()).find_map(|at| {
        let (low, used) = (word(tokens, at) == "between").then(|| price(tokens, at + 1, currency))??;
        let and = at + 1 + used;
        let (high, more) = (word(tokens, and) == "and").then(|| limit(tokens, and + 1, currency))??;
        Some((at, and + 1 + more, low, high))
    });
    if let Some((from, to, low, high)) = between {
        tokens.drain(from..to);
        put(constraints, Bound::AtLeast, low);
        put(constraints, Bound::AtMost, high);
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

/// "The cheapest", "the most expensive" before a thing.
pub(super) fn take_extreme(tokens: &mut Vec<Token>, constraints: &mut Constraints) {
    let the = usize::from(word(tokens, 0) == "the" || word(tokens, 0) == "your");
    let (words, cheapest) = match (word(tokens, the), word(tokens, the + 1)) {
        ("cheapest", _) => (1, true),
        ("least", "expensive") | ("lowest", "priced") | ("best", "priced") => (2, true),
        ("dearest" | "priciest", _) => (1, false),
        ("most", "expensive") | ("highest", "priced") => (2, false),
        _ => return,
    };
    if tokens.len() > the + words {
        tokens.drain(..the + words);
        (constraints.cheapest, constraints.dearest) = (cheapest, !cheapest);
    }
}
