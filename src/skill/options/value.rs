//! A value of a group, in each of its amounts: what it costs, and the words for it.

use toml::Spanned;

use super::{
    super::manifest::money,
    faults::Faults,
    wire::{Lists, WireAmount, WireValue},
};
use crate::commerce::{
    Currency, Money, ValueId,
    options::{Choose, OptionValue},
};

/// The longest name or question, in characters.
const MAX_TEXT: usize = 100;

/// The place of a value's words in the words of an amount: "a little {}".
const PLACE: &str = "{}";

/// A value in one locale, with the words for it and where they are written.
pub(super) struct Value {
    pub value: OptionValue,
    pub words: Vec<(usize, String)>,
    pub counted: bool,
}

/// A value, and the same in each amount.
pub(super) fn of_value(
    raw: &WireValue,
    amounts: &[&WireAmount],
    choose: Choose,
    (currency, locale): (Currency, &str),
    told: &mut Faults,
) -> Vec<Value> {
    let at = raw.id.span().start;
    let Ok(id) = ValueId::new(raw.id.get_ref().as_str()) else {
        told.at(at, format!("`{}` is no identifier", raw.id.get_ref()));
        return Vec::new();
    };
    let price = match &raw.price {
        None => Money::zero(currency),
        Some(text) => money("price", text.get_ref(), currency).unwrap_or_else(|what| {
            told.at(text.span().start, what);
            Money::zero(currency)
        }),
    };
    let mut words = words_of(&raw.words, locale, at, told);
    let Some((_, name)) = words.first().cloned() else { return Vec::new() };
    let counted = matches!(choose, Choose::Several { .. });
    let many = raw.many.get(locale).map(|text| short(text, "many", told));
    if counted && many.is_none() {
        told.at(at, format!("`many.{locale}` is missing: its name after a count"));
    }
    let many = many.unwrap_or_else(|| name.clone());
    let mut all = Vec::new();
    let bare = words.clone();
    for amount in amounts {
        let said = in_amount(amount, &bare, (locale, at), told);
        let Some(amount_id) = &amount.id else {
            words.extend(said);
            continue;
        };
        let Ok(own) = ValueId::new(format!("{id}.{}", amount_id.get_ref())) else {
            told.at(amount_id.span().start, format!("`{}` is no identifier", amount_id.get_ref()));
            continue;
        };
        let name = said.first().map(|(_, words)| words.clone()).unwrap_or_default();
        let value = OptionValue { id: own, base: id.clone(), many: name.clone(), name, price };
        all.push(Value { value, words: said, counted: false });
    }
    if counted && words.iter().all(|(_, word)| *word != many) {
        words.push((at, many.clone()));
    }
    let value = OptionValue { base: id.clone(), id, name, many, price };
    all.insert(0, Value { value, words, counted });
    all
}

/// The words of a value in an amount: "a little", with the value in its place.
fn in_amount(
    amount: &WireAmount,
    bare: &[(usize, String)],
    (locale, at): (&str, usize),
    told: &mut Faults,
) -> Vec<(usize, String)> {
    let patterns = words_of(&amount.words, locale, at, told);
    if let Some((place, pattern)) = patterns.iter().find(|(_, pattern)| !pattern.contains(PLACE)) {
        told.at(*place, format!("\"{pattern}\" has no {PLACE} for the words of the value"));
    }
    let with = |(place, pattern): &(usize, String)| {
        let (place, pattern) = (*place, pattern.clone());
        bare.iter().map(move |(_, word)| (place, pattern.replace(PLACE, word)))
    };
    patterns.iter().flat_map(with).collect()
}

/// The words in a locale, in lower case, with where they are written.
fn words_of(lists: &Lists, locale: &str, at: usize, told: &mut Faults) -> Vec<(usize, String)> {
    let Some(list) = lists.get(locale).filter(|list| !list.is_empty()) else {
        told.at(at, format!("`words.{locale}` is missing or empty"));
        return Vec::new();
    };
    list.iter().map(|text| (text.span().start, short(text, "words", told).to_lowercase())).collect()
}

/// A text that is there and not long.
pub(super) fn short(text: &Spanned<String>, name: &str, told: &mut Faults) -> String {
    let trimmed = text.get_ref().trim();
    if trimmed.is_empty() || trimmed.chars().count() > MAX_TEXT {
        told.at(text.span().start, format!("`{name}` has 1 to {MAX_TEXT} characters"));
    }
    trimmed.to_owned()
}
