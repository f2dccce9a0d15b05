//! Options as they are said.

use super::{
    super::{Arg, Offer, Prompt},
    Trouble, meant,
};
use crate::{
    commerce::{Chosen, GroupId, LineOptions, OptionMenu, Quantity, options::LineOption},
    understanding::OptionPhrase,
};

/// What keeps a thing from being had so, in words.
pub(in crate::dialogue) fn told(trouble: &Trouble, offer: &Offer) -> Prompt {
    let name = |key: &str| Prompt::new(key).with("name", offer.spoken());
    let option = |text: &String| Arg::Name(text.clone());
    match trouble {
        Trouble::Refused(words) => name("option-refused").with("option", option(words)),
        Trouble::OnlyOne(one, other) => {
            name("option-only-one").with("first", option(one)).with("second", option(other))
        }
        Trouble::TooMany(most) => name("option-too-many").with("max", Arg::Count(*most)),
        Trouble::NoLess(words) => name("option-no-less").with("option", option(words)),
        Trouble::Needed(words) => name("option-needed").with("option", option(words)),
        // Asked about, where a question is possible.
        Trouble::Missing(group) => name("option-refused").with("option", Arg::Name(group.to_string())),
    }
}

/// What was asked for and is had anyway, so that it is not read back: "it comes with whole milk".
pub(in crate::dialogue) fn had_anyway(
    menu: &OptionMenu,
    offer: &Offer,
    chosen: &Chosen,
    asked: &[OptionPhrase],
) -> Option<Prompt> {
    let mut names: Vec<&String> = Vec::new();
    for phrase in asked.iter().filter(|phrase| !phrase.takes_away()) {
        let Ok((group, value)) = meant(menu, offer, phrase) else { continue };
        let picked = chosen.picks().iter().any(|pick| pick.group() == &group.id);
        if !picked && group.default.as_ref() == Some(&value.id) && !names.contains(&&value.name) {
            names.push(&value.name);
        }
    }
    let options = Arg::List(names.iter().map(|name| option(1, name)).collect());
    let told = || Prompt::new("option-anyway").with("name", offer.spoken()).with("options", options);
    (!names.is_empty()).then(told)
}

pub(super) fn option(count: u32, name: &str) -> Prompt {
    Prompt::new("option").with("count", Arg::Count(count)).with("name", Arg::Name(name.to_owned()))
}

/// Some names with how many of each.
pub(in crate::dialogue) fn counted<'a>(all: impl Iterator<Item = (u32, &'a str)>) -> Arg {
    Arg::List(all.map(|(count, name)| option(count, name)).collect())
}

/// A product with its options: "Latte, Small with oat milk".
pub(in crate::dialogue) fn named(name: Arg, options: &LineOptions) -> Arg {
    named_with(name, options.iter())
}

/// The same with some of its options.
pub(in crate::dialogue) fn named_with<'a>(name: Arg, options: impl Iterator<Item = &'a LineOption>) -> Arg {
    let options: Vec<Prompt> = options.map(|o| option(o.pick().count(), o.name())).collect();
    if options.is_empty() {
        return name;
    }
    Arg::List(vec![Prompt::new("named-with").with("name", name).with("options", Arg::List(options))])
}

/// So many of a product with its options: "one latte with oat milk and 2 extra shots".
pub(in crate::dialogue) fn spoken_line(quantity: Quantity, name: Arg, options: &LineOptions) -> Prompt {
    let key = if options.is_empty() { "line" } else { "line-with" };
    let line = Prompt::new(key).with("quantity", Arg::Count(quantity.get())).with("name", name);
    if options.is_empty() { line } else { line.with("options", list(options)) }
}

/// Options as they are said.
pub(in crate::dialogue) fn list(options: &LineOptions) -> Arg {
    Arg::List(options.iter().map(|o| option(o.pick().count(), o.name())).collect())
}

/// The values of a question, to be read out.
pub(in crate::dialogue) fn values(menu: &OptionMenu, group: &GroupId) -> Vec<Prompt> {
    let values = menu.group(group).map(|group| group.values.as_slice()).unwrap_or_default();
    values.iter().map(|value| option(1, &value.name)).collect()
}
