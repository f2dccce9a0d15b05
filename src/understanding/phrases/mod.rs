//! Phrases for things: "two packs of batteries, my coffee and some milk under five dollars".

mod item;

use std::borrow::Cow;

use self::item::{cardinal_word, item};
use super::{
    intent::{Constraints, ItemPhrase, OptionPhrase, Slots},
    options,
    products::Vocabulary,
    words::{Bound, Token, bound, cardinal, counted, money, price},
};
use crate::commerce::{Currency, Money, Quantity};

/// The longest name of a thing, in tokens.
const MAX_WORDS: usize = 10;

/// Words that never belong to a thing: what they start is another sentence.
const NEVER: &[&str] = &[
    "minus", "i", "you", "me", "we", "us", "he", "she", "they", "your", "not", "never", "cancel", "stop",
    "yes", "yeah", "wait", "if", "because", "what", "when", "where", "who", "how", "why", "which", "is",
    "are", "was", "were", "am", "do", "does", "did", "will", "would", "can", "could", "should", "have",
    "has", "to", "thank", "thanks", "okay", "but", "than", "his", "her", "their",
];

/// Words that belong to a thing only where the catalogue has them.
const SELDOM: &[&str] = &[
    "no",
    "it",
    "them",
    "my",
    "the",
    "a",
    "an",
    "order",
    "orders",
    "buy",
    "get",
    "reorder",
    "add",
    "remove",
    "delete",
    "cart",
    "basket",
    "list",
    "lists",
    "out",
    "off",
    "up",
    "on",
    "at",
    "into",
    "about",
    "go",
    "going",
    "back",
    "there",
    "here",
    "please",
    "something",
    "anything",
    "everything",
    "nothing",
    "someone",
    "person",
    "be",
    "under",
    "over",
    "below",
    "last",
    "yesterday",
    "today",
    "tomorrow",
    "change",
    "make",
    "find",
    "search",
    "show",
    "tell",
    "say",
    "said",
    "want",
    "need",
    "more",
    "instead",
    "again",
    "one",
    "ones",
    "rid",
    "refund",
    "account",
    "number",
    "status",
    "price",
    "cost",
    "now",
    "both",
];

/// Things with what they must satisfy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Phrase {
    /// The things.
    pub items: Vec<ItemPhrase>,
    /// What they must satisfy.
    pub constraints: Constraints,
    /// Whether the shop has such things.
    pub known: bool,
    /// Whether every word of them is known.
    pub clear: bool,
}

fn word(tokens: &[Token], at: usize) -> &str {
    tokens.get(at).map_or("", |t| t.text.as_str())
}

/// The tokens as text.
pub fn text(tokens: &[Token]) -> String {
    let words: Vec<&str> = tokens.iter().map(|t| t.text.as_str()).collect();
    words.join(" ")
}

/// "it", "that one", "the same": how many tokens.
pub fn pronoun(tokens: &[Token], at: usize) -> Option<usize> {
    match (word(tokens, at), word(tokens, at + 1)) {
        ("that" | "this", "one") | ("those" | "these", "ones") | ("the", "same") => Some(2),
        ("it" | "that" | "this" | "them" | "those" | "these", _) => Some(1),
        _ => None,
    }
}

/// "three", "two packs", "three of them", "two more": a count, 0 to [`Quantity::MAX`]; more than
/// that counts as the maximum, which the shop's own limit refuses aloud.
pub fn quantity(tokens: &[Token], at: usize) -> Option<(u32, usize)> {
    if let Some((Bound::With, used)) = bound(tokens, at) {
        return quantity(tokens, at + used).map(|(count, more)| (count, used + more));
    }
    let (count, mut used) = match counted(tokens, at) {
        Some(counted) => (counted.count.unwrap_or(1), counted.used),
        None => return None,
    };
    if ["a", "an", "another"].contains(&word(tokens, at)) && used == 1 {
        return None;
    }
    if word(tokens, at + used) == "of" {
        used += 1;
    }
    let of = word(tokens, at + used - 1) == "of";
    if of && let Some(more) = pronoun(tokens, at + used) {
        used += more;
    } else if of {
        used -= 1;
    }
    Some((count.min(Quantity::MAX), used))
}

/// How many are in one of what a quantity counts: "two six packs" → 6.
pub fn pack_of(tokens: &[Token], at: usize) -> Option<u32> {
    counted(tokens, at).and_then(|counted| counted.pack_of)
}

/// Whether the tokens describe an offer: words of the catalogue, no count, no pronoun.
pub fn describes(tokens: &[Token], vocabulary: &Vocabulary) -> bool {
    let stray = |t: &Token| {
        NEVER.contains(&t.text.as_str())
            || (SELDOM.contains(&t.text.as_str())
                || ["that", "this", "those", "these"].contains(&t.text.as_str()))
    };
    !tokens.iter().any(stray)
        && cardinal(tokens, 0).is_none_or(|(_, n)| n < tokens.len())
        && vocabulary.describes(tokens)
}

/// Whether the tokens are a size: "large", "twelve pack", "sixteen ounce".
pub fn is_size(tokens: &[Token], vocabulary: &Vocabulary) -> bool {
    let number = cardinal(tokens, 0).map_or(0, |(_, used)| used);
    if number > 0 {
        let unit = word(tokens, number);
        let measured = super::words::is_measure(unit) || super::words::is_pack_word(unit);
        return measured && tokens.len() == number + 1;
    }
    tokens.iter().all(|t| vocabulary.is_modifier(&t.text))
}

/// Reads a phrase for things from all of the tokens. `None` when they name none.
pub fn phrase(tokens: &[Token], vocabulary: &Vocabulary, currency: Currency) -> Option<Phrase> {
    let mut rest = tokens.to_vec();
    let mut constraints = Constraints::default();
    take_prices(&mut rest, &mut constraints, currency);
    take_brand(&mut rest, &mut constraints, vocabulary);
    take_cheapest(&mut rest, &mut constraints);
    let mut phrase = Phrase { items: Vec::new(), constraints, known: true, clear: true };
    for part in split(&rest, vocabulary) {
        let (part, options) = with_options(part, !phrase.items.is_empty(), vocabulary)?;
        if !options.is_empty() && options::is_nothing(&part) {
            // "A latte, oat milk and two sugars": they belong to what was just named.
            let before = phrase.items.last_mut().filter(|item| !item.it)?;
            before.options.extend(options);
            if before.options.len() > options::MAX_OPTIONS {
                return None;
            }
            continue;
        }
        let mut item = item(&part)?;
        if item.it && !options.is_empty() {
            // "Two lattes, one with oat milk" is no single line.
            return None;
        }
        item.options = options;
        if !item.options.is_empty() && !vocabulary.names_a_thing(&tokens_of(&item.words)) {
            // What else was said beside them could be one that nobody can note: "pistachio milk".
            return None;
        }
        if item.it && item.quantity.is_some() && phrase.items.last().is_some_and(|i| i.quantity.is_none()) {
            // "batteries, two packs": the count belongs to what was just named.
            let before = phrase.items.last_mut()?;
            (before.quantity, before.unit, before.pack_of) = (item.quantity, item.unit, item.pack_of);
            continue;
        }
        if phrase.items.len() == Slots::MAX_ITEMS || part.iter().all(|t| cardinal_word(&t.text)) {
            return None;
        }
        let words = tokens_of(&item.words);
        if stray(&words, vocabulary) {
            return None;
        }
        phrase.known &= !item.it && vocabulary.names_a_thing(&words);
        phrase.clear &= !item.it && vocabulary.is_a_thing(&words);
        phrase.items.push(item);
    }
    (!phrase.items.is_empty()).then_some(phrase)
}

/// A thing and its options apart. What is only a thing with its options in the name ("a decaf", where
/// that is a coffee) stays whole; but "a latte, decaf" is one thing, and "a latte, a decaf" are two.
fn with_options<'a>(
    part: &'a [Token],
    follows: bool,
    vocabulary: &Vocabulary,
) -> Option<(Cow<'a, [Token]>, Vec<OptionPhrase>)> {
    if vocabulary.options().is_empty() {
        return Some((Cow::Borrowed(part), Vec::new()));
    }
    let (rest, options) = vocabulary.options().take(part, vocabulary)?;
    let named = |tokens: &[Token]| {
        let words = item(tokens).filter(|item| !item.it).map(|item| tokens_of(&item.words));
        words.is_some_and(|words| vocabulary.is_a_thing(&words))
    };
    let counts = ["a", "an", "another", "my"].contains(&word(part, 0)) || cardinal(part, 0).is_some();
    if follows && !counts && options::is_nothing(&rest) {
        return Some((Cow::Owned(rest), options));
    }
    if options.is_empty() || !named(&rest) && named(part) {
        return Some((Cow::Borrowed(part), Vec::new()));
    }
    Some((Cow::Owned(rest), options))
}

fn tokens_of(words: &str) -> Vec<Token> {
    words.split(' ').map(|w| Token { text: w.to_owned(), gap: false }).collect()
}

fn stray(words: &[Token], vocabulary: &Vocabulary) -> bool {
    words.len() > MAX_WORDS
        || words.iter().any(|t| {
            let text = t.text.as_str();
            NEVER.contains(&text) || SELDOM.contains(&text) && !vocabulary.knows(text)
        })
}

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
pub(super) fn limit(tokens: &[Token], at: usize, currency: Currency) -> Option<(Money, usize)> {
    let (amount, used) = price(tokens, at, currency)?;
    let free = || tokens.get(at + used).is_none_or(|t| t.gap || AFTER_PRICE.contains(&t.text.as_str()));
    (money(tokens, at, currency).is_some() || free()).then_some((amount, used))
}

fn take_prices(tokens: &mut Vec<Token>, constraints: &mut Constraints, currency: Currency) {
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
fn take_brand(tokens: &mut Vec<Token>, constraints: &mut Constraints, vocabulary: &Vocabulary) {
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

fn take_cheapest(tokens: &mut Vec<Token>, constraints: &mut Constraints) {
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

/// Splits at commas, at "and", and before a count that follows a complete name.
fn split<'a>(tokens: &'a [Token], vocabulary: &Vocabulary) -> Vec<&'a [Token]> {
    let (mut parts, mut from, mut at) = (Vec::new(), 0, 0);
    while at < tokens.len() {
        let joint = ["and", "plus", "also"].contains(&word(tokens, at));
        let counts = at > from
            && vocabulary.ends_a_kind(&tokens[at - 1].text)
            && cardinal(tokens, at).is_some_and(|(_, used)| at + used < tokens.len())
            && counted(tokens, at).is_some_and(|c| c.count.is_some());
        if joint || tokens[at].gap || counts {
            if at > from {
                parts.push(&tokens[from..at]);
            }
            from = at + usize::from(joint);
        }
        // "mac and cheese" is one thing where the shop has it.
        let whole = vocabulary.kind(tokens, at).filter(|len| tokens[at + 1..at + len].iter().all(|t| !t.gap));
        // And so is "one hundred and twenty".
        let number = cardinal(tokens, at).map(|(_, used)| used);
        // And "half and half".
        let option = vocabulary.options().words_at(tokens, at, vocabulary);
        at += whole.or(option).or(number).unwrap_or(1);
    }
    if from < tokens.len() {
        parts.push(&tokens[from..]);
    }
    parts
}
