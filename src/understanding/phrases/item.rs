//! One thing with its quantity: "two large bottles of shampoo", "my usual coffee".

use super::{pronoun, word};
use crate::{
    commerce::Quantity,
    understanding::{
        intent::ItemPhrase,
        words::{Token, bound, cardinal, counted, singular_unit, small_number_words},
    },
};

/// Words around a thing that say nothing of it.
const LEAD: &[&str] = &["the", "some", "any", "more", "also", "just", "maybe", "please", "and", "all"];
const TRAIL: &[&str] = &["please", "instead", "too", "also", "now", "then", "well", "though"];

/// One thing with its quantity. `None` when there is nothing, or an impossible count.
pub(super) fn item(tokens: &[Token]) -> Option<ItemPhrase> {
    let mut item = ItemPhrase::default();
    let rest = trim(tokens, &mut item);
    let rest = take_count(rest, &mut item)?;
    let rest = trim(rest, &mut item);
    if ["for", "of", "from", "with", "in", "by"].contains(&word(rest, 0)) {
        return None;
    }
    let mut words: Vec<&str> = rest.iter().map(|t| t.text.as_str()).collect();
    take_unit(rest, &mut words, &mut item);
    if pronoun(rest, 0) == Some(rest.len()) || (rest.is_empty() && item.quantity.is_some()) {
        item.it = true;
        return Some(item);
    }
    // "Half a gallon" is a half gallon.
    if words.first() == Some(&"half") && words.get(1) == Some(&"a") {
        words.remove(1);
    }
    // "those batteries" points, but also names.
    if ["that", "this", "those", "these"].contains(words.first()?) {
        words.remove(0);
    }
    item.words = words.join(" ");
    (!item.words.is_empty() && !words.iter().all(|w| cardinal_word(w))).then_some(item)
}

/// Takes the count at the front, and gives the rest: "two packs of", "a dozen", "at least three", "a couple of". `None`
/// for an impossible count.
fn take_count<'a>(tokens: &'a [Token], item: &mut ItemPhrase) -> Option<&'a [Token]> {
    let used = bound(tokens, 0).filter(|(bound, _)| bound.allows_it()).map_or(0, |(_, used)| used);
    let mut rest = &tokens[used..];
    if let Some(found) = counted(rest, 0) {
        item.quantity =
            found.count.map(|n| Quantity::new(n.min(Quantity::MAX))).map_or(Some(None), |q| q.map(Some))?;
        item.unit = found.unit.map(str::to_owned);
        item.pack_of = found.pack_of;
        rest = rest[found.used..].strip_prefix_word("of");
    } else if ["a", "an"].contains(&word(rest, 0)) {
        rest = &rest[1..];
        if let Some(found) = counted(rest, 0).filter(|f| f.pack_of.is_some()) {
            (item.unit, item.pack_of) = (found.unit.map(str::to_owned), found.pack_of);
            item.quantity = Some(found.count.and_then(Quantity::new).unwrap_or(Quantity::ONE));
            rest = &rest[found.used..];
        } else if inner_unit(rest).is_some() {
            item.quantity = Some(Quantity::ONE);
        }
    } else if word(rest, 0) == "couple" {
        rest = rest[1..].strip_prefix_word("of");
    }
    Some(rest)
}

/// Takes a unit out of the words, or a count behind them: "two large bottles of shampoo", "milk times two". The size
/// stays.
fn take_unit(tokens: &[Token], words: &mut Vec<&str>, item: &mut ItemPhrase) {
    if let Some(at) = inner_unit(tokens) {
        item.unit = singular_unit(words[at]).map(|(unit, _)| unit.to_owned());
        words.drain(at..at + 2);
    } else if item.unit.is_none()
        && words.len() > 1
        && let Some(times) = times(tokens)
    {
        item.quantity = Some(times);
        words.truncate(words.len() - 2);
    }
}

/// Whether a word alone is a number.
pub(super) fn cardinal_word(word: &str) -> bool {
    small_number_words(word)
}

/// "milk times two", "milk x 2".
fn times(tokens: &[Token]) -> Option<Quantity> {
    let at = tokens.len().checked_sub(2)?;
    let sign = ["times", "x"].contains(&word(tokens, at));
    let (count, _) = sign.then(|| cardinal(tokens, at + 1)).flatten()?;
    Quantity::new(count)
}

/// Where "bottle of" stands after up to three words of size.
fn inner_unit(tokens: &[Token]) -> Option<usize> {
    (0..tokens.len().min(4)).find(|&i| {
        singular_unit(word(tokens, i)).is_some() && word(tokens, i + 1) == "of" && i + 2 < tokens.len()
    })
}

/// Drops determiners and politeness around a thing; "my", "usual" and "again" mean the household's own.
fn trim<'a>(tokens: &'a [Token], item: &mut ItemPhrase) -> &'a [Token] {
    let mut rest = tokens;
    loop {
        let before = rest.len();
        match word(rest, 0) {
            "my" | "our" | "usual" | "regular" if rest.len() > 1 => {
                item.own = true;
                rest = &rest[1..];
            }
            "same" if rest.len() > 1 => {
                item.own = true;
                rest = &rest[1..];
            }
            "the" if word(rest, 1) == "same" && rest.len() == 2 => {}
            lead if LEAD.contains(&lead) && rest.len() > 1 => rest = &rest[1..],
            _ => {}
        }
        let end = rest.len();
        if end > 1 && word(rest, end - 1) == "again" {
            item.own = true;
            rest = &rest[..end - 1];
        } else if end > 2 && word(rest, end - 2) == "for" && ["me", "us"].contains(&word(rest, end - 1))
            || end > 2 && word(rest, end - 2) == "as" && word(rest, end - 1) == "well"
        {
            rest = &rest[..end - 2];
        } else if end > 1 && TRAIL.contains(&word(rest, end - 1)) {
            rest = &rest[..end - 1];
        }
        if rest.len() == before {
            return rest;
        }
    }
}

trait StripWord {
    fn strip_prefix_word(&self, word: &str) -> &Self;
}

impl StripWord for [Token] {
    fn strip_prefix_word(&self, word: &str) -> &Self {
        if self.first().is_some_and(|t| t.text == word) { &self[1..] } else { self }
    }
}
