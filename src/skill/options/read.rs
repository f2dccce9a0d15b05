//! The file, and what is made of it.

use std::sync::Arc;

use super::{
    super::{SkillError, files::Files, manifest::from_toml},
    amounts::also_meant,
    check,
    faults::Faults,
    group::{Group, group},
    value::Value,
    wire::Wire,
};
use crate::{
    commerce::{Catalog, Currency, OptionMenu, options::OptionGroup},
    understanding::{OptionWords, options::Meant},
};

/// More groups than a shop's staff can keep in mind.
const MAX_GROUPS: usize = 40;

/// The options in one locale.
#[derive(Debug, Clone, Default)]
pub(in crate::skill) struct Spoken {
    pub menu: Arc<OptionMenu>,
    pub words: OptionWords,
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

/// The same with every mistake, up to [`MAX_FAULTS`](super::super::feed::MAX_FAULTS).
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
    let mut told = Faults::of(file, text);
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
