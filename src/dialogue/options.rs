//! Options of a line: what is asked for with a thing. A product is never taken without an option that was
//! asked for with it.
//!
//! Invariant: an intent with options reaches only those who look at them; see [`heeded`].

mod absent;
mod apply;
mod carried;
mod change;
mod line;
mod spoken;

use super::{Errand, Focus, Wanted, assemble, scene::Scene};
use crate::{
    commerce::{
        Chosen, GroupId, OptionMenu, Sku, ValueId,
        options::{Choose, OptionGroup, OptionValue},
    },
    understanding::{Choice, Intent, IntentName, OptionPhrase, Step},
};

pub(super) use apply::{Trouble, apply};
use apply::{meant, there};
pub(super) use carried::carried;
pub(super) use change::{change, correct, heard_by_choice};
pub(super) use line::able;
pub(super) use spoken::{counted, had_anyway, list, named, named_with, spoken_line, told, values};

/// More than this is not asked of one thing over several turns.
pub(super) const MAX_ASKED: usize = 24;

/// Whether those who act on an intent heed its options. Everybody else would act as if none had been
/// asked for.
pub(super) fn heeded(intent: &Intent) -> bool {
    use IntentName as I;
    match intent.name {
        I::Correct | I::Choose | I::Price | I::Custom(_) => true,
        I::Buy | I::AddToCart | I::Reorder | I::RemoveFromCart | I::ChangeCart | I::Search => {
            intent.slots.options.is_empty()
        }
        _ => !intent.slots.have_options(),
    }
}

/// Whether a line has what tells it from another of the same product: "the latte with oat milk".
pub(super) fn fits(scene: &Scene<'_>, sku: &Sku, chosen: &Chosen, asked: &[OptionPhrase]) -> bool {
    let Some(offer) = scene.offer(sku) else { return false };
    asked.iter().all(|phrase| {
        let Ok((group, value)) = meant(&scene.facts.menu, offer, phrase) else { return phrase.no };
        let value = there(group, phrase, chosen).unwrap_or(value);
        let picked = chosen.picks().iter().any(|pick| pick.group() == &group.id);
        let by_default = !picked && group.default.as_ref() == Some(&value.id);
        let some = match phrase.count {
            // "One more" says nothing of how many there are.
            _ if phrase.step == Some(Step::More) => true,
            Some(count) if phrase.step.is_none() => chosen.count(&group.id, &value.id) == count,
            _ => group.alike(value).any(|amount| chosen.count(&group.id, &amount.id) > 0),
        };
        (some || by_default) != phrase.no
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
            new.step.is_some() || is_amount_of(menu, new, old) || old.meant != new.meant && !other
        });
    }
    all.extend(asked);
    if all.len() > MAX_ASKED {
        return false;
    }
    wanted.options = all;
    true
}

/// Whether the one only says how much of the other: "less milk" after "oat milk".
fn is_amount_of(menu: &OptionMenu, new: &OptionPhrase, old: &OptionPhrase) -> bool {
    let base = |(group, value): &(GroupId, ValueId)| Some(&menu.group(group)?.value(value)?.base);
    let plain = |of: &&(GroupId, ValueId)| !old.no && base(of) == Some(&of.1);
    let mut olds = old.meant.iter().filter(plain);
    olds.any(|of| new.meant.iter().any(|one| one.0 == of.0 && one.1 != of.1 && base(one) == Some(&of.1)))
}

/// A value, as if it had been asked for by its name.
pub(super) fn phrase(group: &OptionGroup, value: &OptionValue) -> OptionPhrase {
    OptionPhrase {
        words: value.name.clone(),
        meant: vec![(group.id.clone(), value.id.clone())],
        count: None,
        no: false,
        step: None,
        less: false,
    }
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
    if !ask_also(&scene.facts.menu, wanted, vec![phrase(group, value)]) {
        return false;
    }
    assemble::advance(scene, errand);
    true
}
