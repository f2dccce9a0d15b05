//! Another of what was asked for, while it is asked how many of the one: a brand, a pack, a size. What is known of the
//! wish stays, and how many is asked of that where it still has to be.

use super::{
    super::{Errand, Offer, Wanted, assemble, bound, packs, scene::Scene, size},
    select::select,
};
use crate::{
    commerce::{Quantity, Sku},
    understanding::Choice,
};

/// Takes another offer in the place of the one of which it is asked how many. `false`, with nothing changed, where
/// nothing else is meant that was found for the same words, or is the same thing in another size.
pub(super) fn pick(
    scene: &mut Scene<'_>,
    mut errand: Errand,
    choice: &Choice,
    quantity: Option<Quantity>,
) -> bool {
    let Some(wanted) = errand.wanted.first_mut() else { return false };
    let Some(this) = wanted.offers.first().and_then(|sku| scene.offer(sku)) else { return false };
    let picked: Vec<Sku> = match bound::within(scene, &meant(scene, wanted, this, choice), wanted) {
        Ok(within) => within.iter().map(|offer| offer.sku.clone()).collect(),
        Err(beyond) => return bound::none_fits(scene, beyond, &scene.intent.slots.constraints),
    };
    if picked.is_empty() || quantity.is_none() && picked.contains(&this.sku) {
        // Who names the one that it is about has not said how many.
        let named = !picked.is_empty();
        if named {
            scene.stay();
        }
        return named;
    }
    if quantity.is_some() {
        let pieces = scene.intent.slots.items.first().and_then(packs::pieces);
        (wanted.quantity, wanted.pieces) = (quantity, pieces);
    }
    if !picked.contains(&this.sku) {
        wanted.offers.retain(|sku| !picked.contains(sku));
        wanted.offers.splice(..0, picked.iter().cloned());
        wanted.tied = picked.len();
    }
    assemble::advance(scene, errand);
    true
}

fn meant<'a>(scene: &Scene<'a>, wanted: &Wanted, this: &'a Offer, choice: &Choice) -> Vec<&'a Offer> {
    let mut all: Vec<&Offer> = wanted.offers.iter().filter_map(|sku| scene.offer(sku)).collect();
    let new = |all: &[&Offer], offer: &Offer| all.iter().all(|known| known.sku != offer.sku);
    for offer in scene.facts.known.iter().filter(|offer| size::same_but_for_it(offer, this)) {
        if new(&all, offer) {
            all.push(offer);
        }
    }
    let others = |all: &[&'a Offer]| -> Vec<&'a Offer> {
        all.iter().copied().filter(|offer| offer.sku != this.sku).collect()
    };
    match choice {
        Choice::Smaller | Choice::Larger => {
            let larger = *choice == Choice::Larger;
            let of_it: Vec<&Offer> =
                all.iter().copied().filter(|offer| size::same_but_for_it(offer, this)).collect();
            let next = size::next(&of_it, this, larger);
            if next.is_empty() { size::next(&all, this, larger) } else { next }
        }
        Choice::Other | Choice::More => others(&all),
        Choice::Described(_) => {
            let mut named = select(scene, wanted, &all, &all, choice);
            if named.iter().any(|offer| offer.sku == this.sku) {
                return vec![this];
            }
            size::prefer_same(&mut named, this);
            named
        }
        Choice::Cheapest
        | Choice::Dearest
        | Choice::Smallest
        | Choice::Largest
        | Choice::HadLast
        | Choice::HadMost => select(scene, wanted, &all, &all, choice),
        // "The first one" was said of no list.
        _ => Vec::new(),
    }
}
