//! A group of options: how many of its values can be chosen, which is had without a word, what asks for one.

use std::collections::HashSet;

use super::{
    faults::Faults,
    value::{Value, of_value, short},
    wire::{WireAmount, WireGroup},
};
use crate::commerce::{Currency, GroupId, ValueId, options::Choose};

/// The most values of a group, its amounts counted.
const MAX_VALUES: usize = 200;
/// The most that a group of several can allow at once.
const MAX_MOST: u32 = 20;

/// A group in one locale.
pub(super) struct Group {
    pub at: usize,
    pub id: GroupId,
    pub products: HashSet<String>,
    pub question: String,
    pub choose: Choose,
    pub default: Option<ValueId>,
    pub values: Vec<Value>,
}

/// A group in one locale; `None` if it is too broken to go on with.
pub(super) fn group(
    raw: &WireGroup,
    all: &[WireGroup],
    currency: Currency,
    locale: &str,
    told: &mut Faults,
) -> Option<Group> {
    let at = raw.id.span().start;
    let id = GroupId::new(raw.id.get_ref().as_str()).map_err(|error| told.at(at, format!("`id`: {error}")));
    let twice = all.iter().find(|other| other.id.get_ref() == raw.id.get_ref());
    if twice.is_some_and(|first| first.id.span().start < at) {
        told.at(at, format!("the group `{}` is there twice", raw.id.get_ref()));
    }
    let choose = choose(raw, told)?;
    let like = like(raw, all, told);
    let amounts: Vec<&WireAmount> =
        raw.amounts.iter().chain(like.into_iter().flat_map(|group| &group.amounts)).collect();
    let mut values = Vec::new();
    for value in raw.values.iter().chain(like.into_iter().flat_map(|group| &group.values)) {
        values.extend(of_value(value, &amounts, choose, (currency, locale), told));
    }
    for (n, value) in values.iter().enumerate() {
        if values[..n].iter().any(|other| other.value.id == value.value.id) {
            let at = value.words.first().map_or(at, |(at, _)| *at);
            told.at(at, format!("the value `{}` is there twice", value.value.id));
        }
    }
    if values.is_empty() || values.len() > MAX_VALUES {
        told.at(at, format!("a group has 1 to {MAX_VALUES} values, its amounts counted"));
    }
    let default = default(raw, choose, &values, told);
    let question = raw.question.get(locale).map(|text| short(text, "question", told)).unwrap_or_default();
    if choose == Choose::One && default.is_none() && question.is_empty() {
        told.at(
            at,
            format!("one has to be chosen: name a `default`, or a `question.{locale}` that asks for it"),
        );
    }
    let products = raw.products.iter().map(|name| name.get_ref().to_lowercase()).collect();
    Some(Group { at, id: id.ok()?, products, question, choose, default, values })
}

fn choose(raw: &WireGroup, told: &mut Faults) -> Option<Choose> {
    let at = raw.choose.span().start;
    let most = raw.most.as_ref().map(|most| *most.get_ref());
    match (raw.choose.get_ref().as_str(), most) {
        ("one", None) => Some(Choose::One),
        ("at_most_one", None) => Some(Choose::AtMostOne),
        ("several", Some(most)) if (1..=MAX_MOST).contains(&most) => Some(Choose::Several { most }),
        ("several", _) => {
            told.at(at, format!("several have a `most` of 1 to {MAX_MOST}"));
            None
        }
        ("one" | "at_most_one", Some(_)) => {
            told.at(at, "`most` is for `choose = \"several\"`");
            None
        }
        (other, _) => {
            told.at(at, format!("`choose` is \"one\", \"at_most_one\" or \"several\", not \"{other}\""));
            None
        }
    }
}

fn like<'a>(raw: &WireGroup, all: &'a [WireGroup], told: &mut Faults) -> Option<&'a WireGroup> {
    let name = raw.like.as_ref()?;
    let found = all.iter().find(|other| other.id.get_ref() == name.get_ref() && other.like.is_none());
    if found.is_none() {
        told.at(name.span().start, format!("there is no group `{}` with values of its own", name.get_ref()));
    }
    found
}

fn default(raw: &WireGroup, choose: Choose, values: &[Value], told: &mut Faults) -> Option<ValueId> {
    let name = raw.default.as_ref()?;
    let at = name.span().start;
    if choose != Choose::One {
        told.at(at, "only where one is always chosen there is a `default`");
        return None;
    }
    let found = values.iter().find(|value| value.value.id.as_str() == name.get_ref());
    if found.is_none() {
        told.at(at, format!("there is no value `{}`", name.get_ref()));
    }
    if found.is_some_and(|value| value.value.price.minor() != 0) {
        // It is had without a word, and nobody agreed to pay more than the product's price.
        told.at(at, format!("the default `{}` has a `price`, and would never be charged: put it into the price of the product", name.get_ref()));
    }
    found.map(|value| value.value.id.clone())
}
