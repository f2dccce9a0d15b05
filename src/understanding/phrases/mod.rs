//! Phrases for things: "two packs of batteries, my coffee and some milk under five dollars".

mod count;
mod item;
mod limits;

use std::borrow::Cow;

pub use self::count::{Count, quantity};
pub(super) use self::limits::{excludes, limit};
use self::{
    item::{cardinal_word, item},
    limits::{take_brand, take_extreme, take_prices},
};
use super::{
    intent::{Constraints, ItemPhrase, OptionPhrase, Slots},
    options,
    products::Vocabulary,
    words::{Token, cardinal, counted, is_measure},
};
use crate::commerce::Currency;

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
    /// Whether the first is named as one of them: "a latte".
    pub one: bool,
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

/// Whether the tokens describe an offer: words of the catalogue, no count, no pronoun.
pub fn describes(tokens: &[Token], vocabulary: &Vocabulary) -> bool {
    let stray = |(at, t): (usize, &Token)| {
        let text = t.text.as_str();
        // "One liter" is a size.
        let measured = text == "one" && is_measure(word(tokens, at + 1));
        NEVER.contains(&text)
            || SELDOM.contains(&text) && !measured
            || ["that", "this", "those", "these"].contains(&text)
    };
    !tokens.iter().enumerate().any(stray)
        && cardinal(tokens, 0).is_none_or(|(_, n)| n < tokens.len())
        && vocabulary.describes(tokens)
}

/// Whether the tokens are a size: "large", "twelve pack", "sixteen ounce".
pub fn is_size(tokens: &[Token], vocabulary: &Vocabulary) -> bool {
    let number = cardinal(tokens, 0).map_or(0, |(_, used)| used);
    if number > 0 {
        let unit = word(tokens, number);
        let measured = is_measure(unit) || super::words::is_pack_word(unit);
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
    take_extreme(&mut rest, &mut constraints);
    let mut phrase = Phrase { items: Vec::new(), constraints, known: true, clear: true, one: false };
    phrase.one = ["a", "an"].contains(&word(&rest, 0));
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
        if leaves_an_option(&item, vocabulary) {
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

/// Whether beside the options of a thing something else was said, which could be one that nobody can note
/// ("pistachio milk"), or an option is left in its name.
fn leaves_an_option(item: &ItemPhrase, vocabulary: &Vocabulary) -> bool {
    if item.it || vocabulary.options().is_empty() {
        return false;
    }
    let words = tokens_of(&item.words);
    let left = |at| vocabulary.options().words_at(&words, at, vocabulary).is_some();
    let whole = vocabulary.is_a_thing(&words);
    !item.options.is_empty() && !vocabulary.names_a_thing(&words) || !whole && (0..words.len()).any(left)
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
