//! The file, and what is made of it.

use std::{collections::HashSet, path::PathBuf, sync::Arc};

use toml::Spanned;

use super::{
    super::{SkillError, feed::MAX_FAULTS, files::Files, manifest::from_toml, manifest::money},
    amounts::also_meant,
    check,
    wire::{Lists, Wire, WireAmount, WireGroup, WireValue},
};
use crate::{
    commerce::{
        Catalog, Currency, GroupId, Money, OptionMenu, ValueId,
        options::{Choose, OptionGroup, OptionValue},
    },
    understanding::{OptionWords, options::Meant},
};

/// More groups than a shop's staff can keep in mind.
const MAX_GROUPS: usize = 40;
/// The most values of a group, its amounts counted.
const MAX_VALUES: usize = 200;
/// The most that a group of several can allow at once.
const MAX_MOST: u32 = 20;
/// The longest name or question, in characters.
const MAX_TEXT: usize = 100;

/// The place of a value's words in the words of an amount: "a little {}".
const PLACE: &str = "{}";

/// The options in one locale.
#[derive(Debug, Clone, Default)]
pub(in crate::skill) struct Spoken {
    pub menu: Arc<OptionMenu>,
    pub words: OptionWords,
}

/// A value in one locale, with the words for it and where they are written.
pub(super) struct Value {
    pub value: OptionValue,
    pub words: Vec<(usize, String)>,
    pub counted: bool,
}

/// A group in one locale.
pub(super) struct Group {
    pub at: usize,
    pub id: GroupId,
    pub products: HashSet<String>,
    question: String,
    choose: Choose,
    default: Option<ValueId>,
    pub values: Vec<Value>,
}

/// The mistakes of the file while it is read.
pub(super) struct Faults {
    file: PathBuf,
    text: String,
    found: Vec<SkillError>,
}

impl Faults {
    /// Notes a mistake at a place of the file, once.
    pub fn at(&mut self, at: usize, what: impl Into<String>) {
        let line = self.text.bytes().take(at).filter(|b| *b == b'\n').count() as u64 + 1;
        let new = SkillError::Line { file: self.file.clone(), line, what: what.into() };
        // A mistake in what all locales have would be told for each of them.
        if self.found.len() < MAX_FAULTS && self.found.iter().all(|old| old.to_string() != new.to_string()) {
            self.found.push(new);
        }
    }
}

/// The skill's options, one for each locale in their order; empty ones where there is no options.toml.
pub(in crate::skill) fn read(
    files: &Files,
    catalog: &Catalog,
    currency: Currency,
    locales: &[&str],
) -> Result<Vec<Spoken>, SkillError> {
    let mut faults = Vec::new();
    let spoken = read_all(files, catalog, currency, locales, &mut faults);
    faults.into_iter().next().map_or(Ok(spoken), Err)
}

/// The same with every mistake, up to [`MAX_FAULTS`].
pub(in crate::skill) fn read_all(
    files: &Files,
    catalog: &Catalog,
    currency: Currency,
    locales: &[&str],
    faults: &mut Vec<SkillError>,
) -> Vec<Spoken> {
    let none = || vec![Spoken::default(); locales.len()];
    let read = files.read_if_there("options.toml").and_then(|found| match found {
        Some((file, text)) => from_toml::<Wire>(&file, &text).map(|wire| Some((file, text, wire))),
        None => Ok(None),
    });
    let (file, text, wire) = match read {
        Ok(Some(read)) => read,
        Ok(None) => return none(),
        Err(error) => {
            faults.push(error);
            return none();
        }
    };
    let mut told = Faults { file, text, found: Vec::new() };
    if wire.group.len() > MAX_GROUPS {
        told.at(0, format!("there are more than {MAX_GROUPS} groups"));
        faults.append(&mut told.found);
        return none();
    }
    let spoken = locales.iter().map(|locale| {
        let groups: Vec<Group> = wire
            .group
            .iter()
            .filter_map(|raw| group(raw, &wire.group, currency, locale, &mut told))
            .collect();
        check::check(&groups, catalog, &mut told);
        made(groups)
    });
    let spoken = spoken.collect();
    faults.append(&mut told.found);
    spoken
}

fn made(groups: Vec<Group>) -> Spoken {
    let meant = |group: &Group, value: &Value| Meant {
        group: group.id.clone(),
        value: value.value.id.clone(),
        counted: value.counted,
        amount: value.value.id != value.value.base,
    };
    let also: Vec<(String, Meant)> = groups.iter().flat_map(also_meant).collect();
    let own = groups.iter().flat_map(|group| {
        let of = move |value: &'_ Value| meant(group, value);
        group.values.iter().flat_map(move |value| {
            let meant = of(value);
            value.words.iter().map(move |(_, words)| (words.as_str(), meant.clone()))
        })
    });
    let words =
        OptionWords::new(own.chain(also.iter().map(|(words, meant)| (words.as_str(), meant.clone()))));
    let groups = groups.into_iter().map(|group| OptionGroup {
        id: group.id,
        question: group.question,
        choose: group.choose,
        default: group.default,
        values: group.values.into_iter().map(|value| value.value).collect(),
        products: group.products,
    });
    Spoken { menu: Arc::new(OptionMenu::new(groups.collect())), words }
}

/// A group in one locale; `None` if it is too broken to go on with.
fn group(
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

/// A value, and the same in each amount.
fn of_value(
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
    let bare = words.clone();
    let mut all = Vec::new();
    for amount in amounts {
        let patterns = words_of(&amount.words, locale, at, told);
        let said: Vec<(usize, String)> = patterns
            .iter()
            .flat_map(|(place, pattern)| bare.iter().map(|(_, word)| (*place, pattern.replace(PLACE, word))))
            .collect();
        if let Some((place, pattern)) = patterns.iter().find(|(_, pattern)| !pattern.contains(PLACE)) {
            told.at(*place, format!("\"{pattern}\" has no {PLACE} for the words of the value"));
        }
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

/// The words in a locale, in lower case, with where they are written.
fn words_of(lists: &Lists, locale: &str, at: usize, told: &mut Faults) -> Vec<(usize, String)> {
    let Some(list) = lists.get(locale).filter(|list| !list.is_empty()) else {
        told.at(at, format!("`words.{locale}` is missing or empty"));
        return Vec::new();
    };
    list.iter().map(|text| (text.span().start, short(text, "words", told).to_lowercase())).collect()
}

/// A text that is there and not long.
fn short(text: &Spanned<String>, name: &str, told: &mut Faults) -> String {
    let trimmed = text.get_ref().trim();
    if trimmed.is_empty() || trimmed.chars().count() > MAX_TEXT {
        told.at(text.span().start, format!("`{name}` has 1 to {MAX_TEXT} characters"));
    }
    trimmed.to_owned()
}
