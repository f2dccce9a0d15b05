//! One of what is offered: it is settled on, or asked about where the words fit several.

use super::{
    super::{
        Arg, Errand, Focus, Offer, Prompt, Wanted, assemble, bound, had::Had, left, options, scene::Scene,
    },
    pages::{go_on, shown},
    select::select,
    several,
};
use crate::{
    commerce::{Quantity, Sku},
    understanding::Choice,
};

/// Applies a choice to what is offered for the first wish of an errand; `false`, with nothing changed, when it fits
/// nothing.
pub(super) fn pick(
    scene: &mut Scene<'_>,
    errand: Errand,
    from: usize,
    choice: &Choice,
    quantity: Option<Quantity>,
) -> bool {
    match choice {
        Choice::None => {
            left::drop_first(scene, errand);
            true
        }
        Choice::More => go_on(scene, errand, from),
        several if several.is_of_several() => several::pick(scene, errand, from, choice, quantity),
        _ => pick_one(scene, errand, from, choice, quantity),
    }
}

fn pick_one(
    scene: &mut Scene<'_>,
    mut errand: Errand,
    from: usize,
    choice: &Choice,
    quantity: Option<Quantity>,
) -> bool {
    let Some(wanted) = errand.wanted.first_mut() else { return false };
    // What is asked for with the choice counts in the prices that it compares.
    if !options::ask_also(&scene.facts.menu, wanted, options::asked(scene)) {
        return false;
    }
    let offers: Vec<&Offer> = wanted.offers.iter().filter_map(|sku| scene.offer(sku)).collect();
    let picked: Vec<Sku> = match meant(scene, wanted, &offers, from, choice) {
        Ok(picked) => picked.iter().map(|offer| offer.sku.clone()).collect(),
        Err(beyond) => return bound::none_fits(scene, beyond, &scene.intent.slots.constraints),
    };
    let limits = &scene.intent.slots.constraints;
    if matches!(choice, Choice::Described(_)) && limits.limit_the_price() {
        wanted.limits = limits.clone();
    }
    if quantity.is_some() {
        (wanted.quantity, wanted.pieces) = (quantity, None);
    }
    match picked.as_slice() {
        [] if matches!(choice, Choice::HadLast | Choice::HadMost) => never_had(scene, errand),
        [] => return false,
        [one] => {
            settle_on(wanted, one);
            leave_the_other(&mut errand, one);
            assemble::advance(scene, errand);
        }
        // "The large one" can fit two: ask between those.
        several => {
            (wanted.tied, wanted.offers) = (several.len(), several.to_vec());
            scene.ask(Focus::Choosing { errand, from: 0 }, "asking-which");
        }
    }
    true
}

/// The offers that are meant. Of words within a limit that is said with them the error is what those are had for that
/// they mean, where none is within it.
fn meant<'a>(
    scene: &Scene<'a>,
    wanted: &Wanted,
    offers: &[&'a Offer],
    from: usize,
    choice: &Choice,
) -> Result<Vec<&'a Offer>, Vec<Had<'a>>> {
    let picked = select(scene, wanted, offers, shown(offers, from), choice);
    match choice {
        Choice::Described(_) => bound::narrowed(scene, &picked, wanted),
        _ => Ok(picked),
    }
}

/// "The one I had last time" where none of them was had before.
fn never_had(scene: &mut Scene<'_>, errand: Errand) {
    let what = errand.wanted.first().map(|wanted| wanted.words.clone()).unwrap_or_default();
    scene.say(Prompt::new("never-bought").with("what", Arg::Name(what)));
    scene.stay();
}

/// Puts what was picked first; what else was found stays behind it.
fn settle_on(wanted: &mut Wanted, sku: &Sku) {
    wanted.offers.retain(|other| other != sku);
    wanted.offers.insert(0, sku.clone());
    wanted.tied = 1;
}

/// What was picked as the one of "both" is not to be the other one.
fn leave_the_other(errand: &mut Errand, picked: &Sku) {
    let Some(other) = errand.wanted.get_mut(1).filter(|w| w.other) else { return };
    other.offers.retain(|sku| sku != picked);
    other.tied = other.offers.len();
}
