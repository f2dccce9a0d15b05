//! Options of a line: what was asked for becomes what was chosen, or is said not to be possible. A
//! product is never taken without an option that was asked for with it.
//!
//! Invariant: an intent with options reaches only those who look at them; see [`heeded`].

mod absent;
mod change;
mod spoken;

use super::{Errand, Focus, Offer, Wanted, assemble, scene::Scene};
use crate::{
    commerce::{
        Chosen, GroupId, OptionMenu, Sku,
        options::{Choose, OptionGroup, OptionValue},
    },
    understanding::{Choice, Intent, IntentName, OptionPhrase, Step},
};

pub(super) use change::{correct, heard_by_choice};
pub(super) use spoken::{had_anyway, line, list, named, told, values};

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
        I::Buy | I::AddToCart | I::Reorder | I::RemoveFromCart | I::ChangeCart | I::Price | I::Search => {
            intent.slots.options.is_empty()
        }
        _ => !intent.slots.have_options(),
    }
}

/// What is chosen for a product when this is asked for in addition to what was chosen before. The last word
/// counts: "with sugar, no sugar" has none. What is had anyway is not chosen.
pub(super) fn apply(
    menu: &OptionMenu,
    offer: &Offer,
    before: &Chosen,
    asked: &[OptionPhrase],
) -> Result<Chosen, Trouble> {
    let mut chosen = menu.without_defaults(before);
    // What this asks for of the groups of which there is one.
    let mut set: Vec<(&OptionGroup, &OptionValue)> = Vec::new();
    for (at, phrase) in asked.iter().enumerate() {
        let (group, value) = meant(menu, offer, phrase)?;
        if phrase.no {
            let replaced = asked_of(menu, offer, group, &asked[at + 1..]);
            refuse(group, value, (phrase, replaced), &mut chosen)?;
            set.retain(|(other, wanted)| {
                other.id != group.id || wanted.base != value.base && chosen.count(&group.id, &wanted.id) > 0
            });
            continue;
        }
        let count = counted(group, value, phrase, &chosen)?;
        match group.choose {
            Choose::One | Choose::AtMostOne if count > 1 => return Err(Trouble::TooMany(1)),
            Choose::One | Choose::AtMostOne => {
                let other = set.iter().find(|(other, wanted)| other.id == group.id && wanted.id != value.id);
                if let Some((_, other)) = other {
                    return Err(Trouble::OnlyOne(other.name.clone(), value.name.clone()));
                }
                if count > 0 || chosen.count(&group.id, &value.id) > 0 {
                    chosen.clear(&group.id);
                }
                set.extend((count > 0).then_some((group, value)));
            }
            // Lots of it take the place of one.
            Choose::Several { .. } => {
                group.alike(value).for_each(|amount| chosen.set(&group.id, &amount.id, 0));
            }
        }
        if group.default.as_ref() != Some(&value.id) {
            chosen.set(&group.id, &value.id, count);
            if chosen.count(&group.id, &value.id) != count {
                return Err(Trouble::TooMany(u32::try_from(Chosen::MAX).unwrap_or(u32::MAX)));
            }
        }
    }
    whole(menu, offer, &chosen)?;
    still_there(menu, offer, &chosen, asked)?;
    Ok(chosen)
}

/// How many a phrase wants of a value, where there are some already: "two sugars" two, "another" one more.
fn counted(
    group: &OptionGroup,
    value: &OptionValue,
    phrase: &OptionPhrase,
    chosen: &Chosen,
) -> Result<u32, Trouble> {
    let count = phrase.count.unwrap_or(1);
    let Some(step) = phrase.step else { return Ok(count) };
    // One more than lots is no number.
    let amount =
        group.alike(value).find(|other| other.id != value.id && chosen.count(&group.id, &other.id) > 0);
    if let Some(amount) = amount {
        return Err(Trouble::OnlyOne(amount.name.clone(), value.name.clone()));
    }
    let now = chosen.count(&group.id, &value.id);
    Ok(match step {
        Step::More => now.saturating_add(count),
        Step::Fewer => now.saturating_sub(count),
    })
}

/// Whether any of these asks for something of the group.
fn asked_of(menu: &OptionMenu, offer: &Offer, group: &OptionGroup, asked: &[OptionPhrase]) -> bool {
    let wants = |phrase: &&OptionPhrase| !phrase.takes_away();
    asked.iter().filter(wants).any(|p| meant(menu, offer, p).is_ok_and(|(other, _)| other.id == group.id))
}

/// "No sugar", and "no milk" where oat milk was chosen: all that is called so goes, or it cannot be left out.
/// `replaced` tells whether something of the group is asked for after it.
fn refuse(
    group: &OptionGroup,
    value: &OptionValue,
    (phrase, replaced): (&OptionPhrase, bool),
    chosen: &mut Chosen,
) -> Result<(), Trouble> {
    if group.alike(value).any(|amount| chosen.count(&group.id, &amount.id) > 0) {
        group.alike(value).for_each(|amount| chosen.set(&group.id, &amount.id, 0));
        return Ok(());
    }
    let called = |name: &str| phrase.words.split(' ').all(|word| name.split(' ').any(|part| part == word));
    let meant_too: Vec<_> = group
        .values
        .iter()
        .filter(|value| chosen.count(&group.id, &value.id) > 0 && called(&value.name))
        .map(|value| value.id.clone())
        .collect();
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
    for (at, phrase) in asked.iter().enumerate().filter(|(_, phrase)| phrase.no) {
        let (group, value) = meant(menu, offer, phrase)?;
        if asked_of(menu, offer, group, &asked[at + 1..]) {
            continue;
        }
        let picked = chosen.picks().iter().any(|pick| pick.group() == &group.id);
        if !picked && group.default.as_ref() == Some(&value.id) {
            return Err(Trouble::Needed(value.name.clone()));
        }
    }
    Ok(())
}

/// Whether a line has what tells it from another of the same product: "the latte with oat milk".
pub(super) fn fits(scene: &Scene<'_>, sku: &Sku, chosen: &Chosen, asked: &[OptionPhrase]) -> bool {
    let Some(offer) = scene.offer(sku) else { return false };
    asked.iter().all(|phrase| {
        let Ok((group, value)) = meant(&scene.facts.menu, offer, phrase) else { return phrase.no };
        let picked = chosen.picks().iter().any(|pick| pick.group() == &group.id);
        let by_default = !picked && group.default.as_ref() == Some(&value.id);
        let there = match phrase.count {
            // "One more" says nothing of how many there are.
            _ if phrase.step == Some(Step::More) => true,
            Some(count) if phrase.step.is_none() => chosen.count(&group.id, &value.id) == count,
            _ => group.alike(value).any(|amount| chosen.count(&group.id, &amount.id) > 0),
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

/// Adds to what is asked of a wanted thing; what was asked for before and is now asked for otherwise goes.
/// `false`, and no change, for more than can be kept in mind.
#[must_use]
pub(super) fn ask_also(menu: &OptionMenu, wanted: &mut Wanted, asked: Vec<OptionPhrase>) -> bool {
    let one_of = |id: &GroupId| menu.group(id).is_some_and(|g| !matches!(g.choose, Choose::Several { .. }));
    let mut all = wanted.options.clone();
    for new in &asked {
        // "Two sugars" after one, "soy milk" after oat.
        all.retain(|old| {
            let same_group = |(id, _): &(GroupId, _)| one_of(id) && old.meant.iter().any(|(g, _)| g == id);
            let other = !old.no && !new.takes_away() && new.meant.iter().any(same_group);
            new.step.is_some() || old.meant != new.meant && !other
        });
    }
    all.extend(asked);
    if all.len() > MAX_ASKED {
        return false;
    }
    wanted.options = all;
    true
}

/// Asks for a choice that has to be made.
pub(super) fn ask(scene: &mut Scene<'_>, errand: Errand, group: &GroupId) {
    let question = scene.facts.menu.group(group).map(|group| group.question.clone()).unwrap_or_default();
    scene.ask(Focus::AskOption { errand, group: group.clone(), question }, "asking-option");
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
        step: None,
    };
    if !ask_also(&scene.facts.menu, wanted, vec![phrase]) {
        return false;
    }
    assemble::advance(scene, errand);
    true
}
