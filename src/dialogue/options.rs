//! Options of a line: what was asked for becomes what was chosen, or is said not to be possible. A
//! product is never taken without an option that was asked for with it.
//!
//! Invariant: an intent with options reaches only those who look at them; see [`heeded`].

mod change;

use super::{Arg, Errand, Focus, Offer, Prompt, Wanted, assemble, scene::Scene};
use crate::{
    commerce::{
        Chosen, GroupId, LineOptions, OptionMenu, Quantity, Sku,
        options::{Choose, OptionGroup, OptionValue},
    },
    understanding::{Choice, Intent, IntentName, OptionPhrase},
};

pub(super) use change::{correct, heard_by_choice};

/// More than this is not asked of one thing over several turns.
pub(super) const MAX_ASKED: usize = 24;

/// Why options cannot be had as they were asked for.
#[derive(Debug)]
pub(super) enum Trouble {
    /// The product has no such option.
    Refused(String),
    /// Two values where there can be one.
    OnlyOne(String, String),
    /// More than there can be.
    TooMany(u32),
    /// It cannot be left out.
    Needed(String),
    /// The shopper has to choose.
    Missing(GroupId),
}

/// Whether those who act on an intent heed its options. Everybody else would act as if none had been
/// asked for.
pub(super) fn heeded(intent: &Intent) -> bool {
    use IntentName as I;
    match intent.name {
        I::Correct | I::Choose | I::Custom(_) => true,
        I::Buy | I::AddToCart | I::Reorder | I::RemoveFromCart | I::ChangeCart => {
            intent.slots.options.is_empty()
        }
        _ => !intent.slots.have_options(),
    }
}

/// What is chosen for a product when this is asked for in addition to what was chosen before.
pub(super) fn apply(
    menu: &OptionMenu,
    offer: &Offer,
    before: &Chosen,
    asked: &[OptionPhrase],
) -> Result<Chosen, Trouble> {
    let mut chosen = before.clone();
    let mut set: Vec<(GroupId, String)> = Vec::new();
    // What shall go goes first: "honey instead of sugar".
    for phrase in asked.iter().filter(|phrase| phrase.no) {
        let (group, value) = meant(menu, offer, phrase)?;
        if group.alike(value).any(|amount| chosen.count(&group.id, &amount.id) > 0) {
            group.alike(value).for_each(|amount| chosen.set(&group.id, &amount.id, 0));
        } else {
            refuse_kind(menu, offer, (group, phrase), asked, &mut chosen)?;
        }
    }
    for phrase in asked.iter().filter(|phrase| !phrase.no) {
        let (group, value) = meant(menu, offer, phrase)?;
        let count = phrase.count.unwrap_or(1);
        let other = set.iter().find(|(id, name)| *id == group.id && *name != value.name);
        match (group.choose, other) {
            (Choose::One | Choose::AtMostOne, Some((_, name))) => {
                return Err(Trouble::OnlyOne(name.clone(), value.name.clone()));
            }
            (Choose::One | Choose::AtMostOne, None) if count > 1 => return Err(Trouble::TooMany(1)),
            (Choose::One | Choose::AtMostOne, None) => chosen.clear(&group.id),
            // Lots of it take the place of one.
            (Choose::Several { .. }, _) => {
                group.alike(value).for_each(|amount| chosen.set(&group.id, &amount.id, 0));
            }
        }
        set.push((group.id.clone(), value.name.clone()));
        chosen.set(&group.id, &value.id, count);
    }
    whole(menu, offer, &chosen)?;
    still_there(menu, offer, &chosen, asked)?;
    Ok(chosen)
}

/// "No milk" where oat milk was chosen: all that is called so goes, or it cannot be left out.
fn refuse_kind(
    menu: &OptionMenu,
    offer: &Offer,
    (group, phrase): (&OptionGroup, &OptionPhrase),
    asked: &[OptionPhrase],
    chosen: &mut Chosen,
) -> Result<(), Trouble> {
    let called = |name: &str| phrase.words.split(' ').all(|word| name.split(' ').any(|part| part == word));
    let meant_too: Vec<_> = group
        .values
        .iter()
        .filter(|value| chosen.count(&group.id, &value.id) > 0 && called(&value.name))
        .map(|value| value.id.clone())
        .collect();
    let replaced = asked
        .iter()
        .filter(|other| !other.no)
        .any(|other| meant(menu, offer, other).is_ok_and(|(other, _)| other.id == group.id));
    if group.choose == Choose::One && !meant_too.is_empty() && !replaced {
        return Err(Trouble::Needed(phrase.words.clone()));
    }
    meant_too.iter().for_each(|value| chosen.set(&group.id, value, 0));
    Ok(())
}

/// The value that a phrase means for this product.
fn meant<'a>(
    menu: &'a OptionMenu,
    offer: &Offer,
    phrase: &OptionPhrase,
) -> Result<(&'a OptionGroup, &'a OptionValue), Trouble> {
    let has = |(group, value): &(GroupId, _)| {
        let group = menu.group(group).filter(|group| offer.options.contains(&group.id))?;
        Some((group, group.value(value)?))
    };
    phrase.meant.iter().find_map(has).ok_or_else(|| Trouble::Refused(phrase.words.clone()))
}

/// Whether every pick is one that the product has, in counts that it can be had in.
fn whole(menu: &OptionMenu, offer: &Offer, chosen: &Chosen) -> Result<(), Trouble> {
    for pick in chosen.picks() {
        let group = menu.group(pick.group()).filter(|group| offer.options.contains(&group.id));
        if group.and_then(|group| group.value(pick.value())).is_none() {
            let name = menu.group(pick.group()).and_then(|g| g.value(pick.value())).map(|v| v.name.clone());
            let name = name.unwrap_or_else(|| pick.value().as_str().replace(['-', '.'], " "));
            return Err(Trouble::Refused(name));
        }
    }
    for group in menu.groups().iter().filter(|group| offer.options.contains(&group.id)) {
        let picks = chosen.picks().iter().filter(|pick| pick.group() == &group.id);
        let count = picks.map(|pick| pick.count()).fold(0, u32::saturating_add);
        match group.choose {
            Choose::Several { most } if count > most => return Err(Trouble::TooMany(most)),
            Choose::One | Choose::AtMostOne if count > 1 => return Err(Trouble::TooMany(1)),
            Choose::One if count == 0 && group.default.is_none() => {
                return Err(Trouble::Missing(group.id.clone()));
            }
            _ => {}
        }
    }
    Ok(())
}

/// Whether nothing is in it that was refused: a latte has some milk whatever is said.
fn still_there(
    menu: &OptionMenu,
    offer: &Offer,
    chosen: &Chosen,
    asked: &[OptionPhrase],
) -> Result<(), Trouble> {
    for phrase in asked.iter().filter(|phrase| phrase.no) {
        let (group, value) = meant(menu, offer, phrase)?;
        let picked = chosen.picks().iter().any(|pick| pick.group() == &group.id);
        if !picked && group.default.as_ref() == Some(&value.id) {
            return Err(Trouble::Needed(value.name.clone()));
        }
    }
    Ok(())
}

/// What keeps a thing from being had so, in words.
pub(super) fn told(trouble: &Trouble, offer: &Offer) -> Prompt {
    let name = |key: &str| Prompt::new(key).with("name", offer.spoken());
    let option = |text: &String| Arg::Name(text.clone());
    match trouble {
        Trouble::Refused(words) => name("option-refused").with("option", option(words)),
        Trouble::OnlyOne(one, other) => {
            name("option-only-one").with("first", option(one)).with("second", option(other))
        }
        Trouble::TooMany(most) => name("option-too-many").with("max", Arg::Count(*most)),
        Trouble::Needed(words) => name("option-needed").with("option", option(words)),
        // Asked about, where a question is possible.
        Trouble::Missing(group) => name("option-refused").with("option", Arg::Name(group.to_string())),
    }
}

/// So many of a product with its options: "one latte with oat milk and 2 extra shots".
pub(super) fn line(quantity: Quantity, name: Arg, options: &LineOptions) -> Prompt {
    let key = if options.is_empty() { "line" } else { "line-with" };
    let line = Prompt::new(key).with("quantity", Arg::Count(quantity.get())).with("name", name);
    if options.is_empty() { line } else { line.with("options", list(options)) }
}

/// Options as they are said.
pub(super) fn list(options: &LineOptions) -> Arg {
    let option = |count: u32, name: &str| {
        Prompt::new("option").with("count", Arg::Count(count)).with("name", Arg::Name(name.to_owned()))
    };
    Arg::List(options.iter().map(|o| option(o.pick().count(), o.name())).collect())
}

/// Whether a line has what tells it from another of the same product: "the latte with oat milk".
pub(super) fn fits(scene: &Scene<'_>, sku: &Sku, chosen: &Chosen, asked: &[OptionPhrase]) -> bool {
    let Some(offer) = scene.offer(sku) else { return false };
    asked.iter().all(|phrase| {
        let Ok((group, value)) = meant(&scene.facts.menu, offer, phrase) else { return phrase.no };
        let picked = chosen.picks().iter().any(|pick| pick.group() == &group.id);
        let by_default = !picked && group.default.as_ref() == Some(&value.id);
        let there = match phrase.count {
            Some(count) => chosen.count(&group.id, &value.id) == count,
            None => group.alike(value).any(|amount| chosen.count(&group.id, &amount.id) > 0),
        };
        (there || by_default) != phrase.no
    })
}

/// What the intent asks of the one thing that it is about.
pub(super) fn asked(scene: &Scene<'_>) -> Vec<OptionPhrase> {
    let slots = &scene.intent.slots;
    let of_item = match slots.items.as_slice() {
        [item] => item.options.as_slice(),
        _ => &[],
    };
    of_item.iter().chain(&slots.options).cloned().collect()
}

/// Adds to what is asked of a wanted thing, bounded.
pub(super) fn ask_also(wanted: &mut Wanted, asked: Vec<OptionPhrase>) {
    wanted.options.extend(asked);
    let extra = wanted.options.len().saturating_sub(MAX_ASKED);
    wanted.options.drain(..extra);
}

/// Asks for a choice that has to be made.
pub(super) fn ask(scene: &mut Scene<'_>, errand: Errand, group: &GroupId) {
    let question = scene.facts.menu.group(group).map(|group| group.question.clone()).unwrap_or_default();
    scene.ask(Focus::AskOption { errand, group: group.clone(), question }, "asking-option");
}

/// The values of a question, to be read out.
pub(super) fn values(menu: &OptionMenu, group: &GroupId) -> Vec<Prompt> {
    let values = menu.group(group).map(|group| group.values.as_slice()).unwrap_or_default();
    let value = |name: &String| {
        Prompt::new("option").with("count", Arg::Count(1)).with("name", Arg::Name(name.clone()))
    };
    values.iter().map(|v| value(&v.name)).collect()
}

/// "The first one" after the question for an option; `false`, with nothing changed, when it is none.
pub(super) fn pick(scene: &mut Scene<'_>, mut errand: Errand, id: &GroupId, choice: &Choice) -> bool {
    let Some(group) = scene.facts.menu.group(id) else { return false };
    let value = match choice {
        Choice::Ordinal(n) => usize::try_from(*n).ok().and_then(|n| group.values.get(n.wrapping_sub(1))),
        Choice::Last => group.values.last(),
        Choice::Cheapest => group.values.iter().min_by_key(|value| value.price.minor()),
        Choice::Dearest => group.values.iter().max_by_key(|value| value.price.minor()),
        _ => None,
    };
    let (Some(value), Some(wanted)) = (value, errand.wanted.first_mut()) else { return false };
    let phrase = OptionPhrase {
        words: value.name.clone(),
        meant: vec![(group.id.clone(), value.id.clone())],
        count: None,
        no: false,
    };
    ask_also(wanted, vec![phrase]);
    assemble::advance(scene, errand);
    true
}
