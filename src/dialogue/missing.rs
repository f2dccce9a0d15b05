//! What was asked for and is not there: what is nearest to it, or stands in for it.

use super::{Arg, Errand, Offer, Prompt, Wanted, bound, had::Had, packs, policy::READ_AT_ONCE, scene::Scene};
use crate::commerce::Sku;

/// That there is no such thing, and what is the nearest.
pub(super) fn say_not_found(scene: &mut Scene<'_>, wanted: &Wanted) {
    match nearest(scene, wanted) {
        Some(near) => say_nearest(scene, wanted, &near),
        None => {
            let said = not_found(scene, wanted);
            scene.say(said);
        }
    }
}

/// That there is no such thing but this, which is what was spoken of last then.
pub(super) fn say_nearest(scene: &mut Scene<'_>, wanted: &Wanted, near: &Had<'_>) {
    scene.say(near_to(wanted, near));
    scene.speak_of_had(near);
}

/// The same without speaking of it, where something else is being read back.
pub(super) fn not_found(scene: &Scene<'_>, wanted: &Wanted) -> Prompt {
    match nearest(scene, wanted) {
        Some(near) => near_to(wanted, &near),
        None => Prompt::new("not-found").with("what", Arg::Name(wanted.words.clone())),
    }
}

/// Of several that fit equally well, those that are sold out are no choice: which they are is said, where something else
/// is left.
pub(super) fn leave_sold_out(scene: &Scene<'_>, wanted: &mut Wanted) -> Option<Prompt> {
    let there = |sku: &Sku| scene.offer(sku).is_some_and(|offer| offer.in_stock > 0);
    let tied = wanted.tied.min(wanted.offers.len());
    let left = wanted.offers[..tied].iter().filter(|sku| there(sku)).count();
    if tied < 2 || left == 0 {
        return None;
    }
    let gone = sold_out(scene, wanted);
    wanted.offers.retain(there);
    wanted.tied = left;
    gone
}

/// That all of what fits equally well, or the best of it, is sold out; `None` where nothing is.
pub(super) fn sold_out(scene: &Scene<'_>, wanted: &Wanted) -> Option<Prompt> {
    let offers = wanted.offers.iter().take(wanted.tied.max(1)).filter_map(|sku| scene.offer(sku));
    let name = |offer: &Offer| Prompt::new("name").with("name", offer.spoken());
    let names: Vec<Prompt> =
        offers.filter(|offer| offer.in_stock == 0).take(READ_AT_ONCE).map(name).collect();
    (!names.is_empty()).then(|| Prompt::new("sold-out").with("name", Arg::List(names)))
}

fn near_to(wanted: &Wanted, near: &Had<'_>) -> Prompt {
    near.told(Prompt::new("not-found-near").with("what", Arg::Name(wanted.words.clone())))
}

fn nearest<'a>(scene: &Scene<'a>, wanted: &Wanted) -> Option<Had<'a>> {
    let found = scene.facts.found.iter().find(|found| found.words == wanted.words)?;
    bound::nearest(scene, found, &wanted.options)
}

/// Something of the same kind that is there in the wanted quantity, and is not wanted already: of "both" chargers the
/// one is no substitute for the other.
pub(super) fn instead(scene: &Scene<'_>, missing: &Offer, errand: &Errand) -> Option<Sku> {
    let (wanted, rest) = errand.wanted.split_first()?;
    let enough = |offer: &Offer| match packs::count(wanted, offer, &packs::most(&scene.facts.terms, offer)) {
        Ok((quantity, _)) => offer.in_stock >= quantity.get(),
        // How many of it can be asked.
        Err(_) => wanted.pieces.is_some() && offer.in_stock > 0,
    };
    let picked = |other: &Wanted, sku: &Sku| other.tied == 1 && other.offers.first() == Some(sku);
    let there = |sku: &Sku| {
        errand.lines.iter().any(|line| &line.sku == sku) || rest.iter().any(|other| picked(other, sku))
    };
    let alike = |offer: &&Offer| offer.sku != missing.sku && offer.kind == missing.kind;
    let fits = |offer: &&Offer| alike(offer) && enough(offer) && !there(&offer.sku);
    let named = wanted.offers.iter().filter_map(|sku| scene.offer(sku));
    let any = scene.facts.found.iter().flat_map(|f| &f.offers).chain(&scene.facts.known);
    named.chain(any).find(fits).map(|o| o.sku.clone())
}
