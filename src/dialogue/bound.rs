//! "Under five dollars" and "the cheapest" are meant of a thing as it is had: with its options.

use super::{Arg, DraftLine, Focus, Found, Offer, Prompt, Wanted, assemble, had::Had, scene::Scene, swap};
use crate::{
    commerce::{Chosen, Money, Sku},
    understanding::{Constraints, OptionPhrase},
};

/// Keeps the offers that are as they are wanted: within the limits of the price, or the cheapest, with what is wanted
/// with them.
pub(super) fn keep(scene: &Scene<'_>, wanted: &mut Wanted) {
    keep_within(scene, wanted);
    keep_extreme(scene, wanted);
}

/// Of "the cheapest" those that can be had so, the cheapest first, and as equals what costs the same. Of none that can
/// be had so it is told why. What is had as the catalogue has it is in its order already.
fn keep_extreme(scene: &Scene<'_>, wanted: &mut Wanted) {
    let limits = &scene.intent.slots.constraints;
    if !limits.by_price() {
        return;
    }
    let offers: Vec<&Offer> = wanted.offers.iter().filter_map(|sku| scene.offer(sku)).collect();
    let alike = offers.iter().take_while(|o| o.price == offers[0].price).count();
    // Half of a name was said: which is meant stays a question.
    let guessed = wanted.tied > alike;
    let had = had_so(scene, offers, &wanted.options);
    if wanted.options.is_empty() && had.iter().all(|had| had.chosen().is_ok()) {
        return;
    }
    let Some(best) = had.first().map(Had::price) else {
        wanted.tied = wanted.tied.min(1);
        return;
    };
    let tied = had.iter().take_while(|had| had.price() == best).count();
    wanted.tied = if guessed { tied.max(had.len().min(2)) } else { tied };
    wanted.offers = had.iter().map(|had| had.offer.sku.clone()).collect();
}

/// The offers that can be had with this; where "the cheapest" was said, in the order of what they cost so.
pub(super) fn had_so<'a>(scene: &Scene<'a>, offers: Vec<&'a Offer>, asked: &[OptionPhrase]) -> Vec<Had<'a>> {
    let menu = &scene.facts.menu;
    let had = |offer: &'a Offer| Had::of(menu, offer, &Chosen::default(), asked);
    let mut had: Vec<Had<'_>> = offers.into_iter().filter_map(had).collect();
    let limits = &scene.intent.slots.constraints;
    if limits.by_price() {
        had.sort_by_key(|had| order(had, !limits.cheapest));
    }
    had
}

/// The cheapest of these, or the most expensive.
pub(super) fn by_price<'a>(had: impl IntoIterator<Item = Had<'a>>, dearest: bool) -> Option<Had<'a>> {
    had.into_iter().min_by_key(|had| order(had, dearest))
}

/// The order of the cheapest, or of the most expensive; what is sold out comes last.
fn order(had: &Had<'_>, dearest: bool) -> (bool, i64) {
    let price = had.price().minor();
    (had.offer.in_stock == 0, if dearest { -price } else { price })
}

/// The one of these that costs least as it is wanted, or most.
pub(super) fn extreme<'a>(
    scene: &Scene<'a>,
    offers: &[&'a Offer],
    wanted: &Wanted,
    dearest: bool,
) -> Option<&'a Offer> {
    by_price(had_as_wanted(scene, offers, wanted), dearest).map(|had| had.offer)
}

/// The offers as they are wanted, without those that cannot be had so.
fn had_as_wanted<'a>(scene: &Scene<'a>, offers: &[&'a Offer], wanted: &Wanted) -> Vec<Had<'a>> {
    let menu = &scene.facts.menu;
    offers.iter().copied().filter_map(|offer| Had::as_wanted(menu, offer, wanted)).collect()
}

/// Of the offers that some words mean, those within the limits that were said with the words, or the cheapest of them:
/// "the cheapest latte" while lattes are offered. The error is what they are had for where none is within the limits.
pub(super) fn narrowed<'a>(
    scene: &Scene<'a>,
    offers: &[&'a Offer],
    wanted: &Wanted,
) -> Result<Vec<&'a Offer>, Vec<Had<'a>>> {
    let limits = &scene.intent.slots.constraints;
    let by_price_only = limits.by_price();
    if offers.is_empty() || !limits.limit_the_price() && !by_price_only {
        return Ok(offers.to_vec());
    }
    let had = had_as_wanted(scene, offers, wanted);
    let (within, beyond): (Vec<_>, Vec<_>) = had.into_iter().partition(|had| limits.allow(had.price()));
    match within.is_empty() {
        true => Err(beyond),
        false if by_price_only => {
            Ok(by_price(within, !limits.cheapest).map(|had| had.offer).into_iter().collect())
        }
        false => Ok(within.into_iter().map(|had| had.offer).collect()),
    }
}

/// Of some offers those within the limits that were said with the wish. The error is what they are had for where none
/// is.
pub(super) fn within<'a>(
    scene: &Scene<'a>,
    offers: &[&'a Offer],
    wanted: &Wanted,
) -> Result<Vec<&'a Offer>, Vec<Had<'a>>> {
    let limits = &wanted.limits;
    if !limits.limit_the_price() {
        return Ok(offers.to_vec());
    }
    let had = had_as_wanted(scene, offers, wanted);
    let (within, beyond): (Vec<_>, Vec<_>) = had.into_iter().partition(|had| limits.allow(had.price()));
    if within.is_empty() && !beyond.is_empty() {
        return Err(beyond);
    }
    Ok(within.into_iter().map(|had| had.offer).collect())
}

/// Drops the offers that cost more with what is wanted with them. Of none that is left the cheapest stays, so that it
/// can be told.
fn keep_within(scene: &Scene<'_>, wanted: &mut Wanted) {
    let limits = &scene.intent.slots.constraints;
    if limits.price_max.is_none() || wanted.options.is_empty() {
        return;
    }
    let menu = &scene.facts.menu;
    let price = |offer| Some(Had::of(menu, offer, &Chosen::default(), &wanted.options)?.price());
    // What cannot be had so stays as well: that is told.
    let prices: Vec<Option<Money>> =
        wanted.offers.iter().map(|sku| scene.offer(sku).and_then(price)).collect();
    let fits = |price: &Option<Money>| price.is_none_or(|price| limits.allows_at_most(price));
    if prices.iter().any(fits) {
        let tied = prices.iter().take(wanted.tied).filter(|price| fits(price)).count();
        let mut fitting = prices.iter().map(fits);
        wanted.offers.retain(|_| fitting.next().unwrap_or(true));
        // None of those that fit the words best: another one is a question.
        wanted.tied = if tied == 0 { wanted.offers.len().min(2) } else { tied };
    } else if let Some((cheapest, _)) =
        wanted.offers.iter().zip(&prices).min_by_key(|(_, price)| price.map(|p| p.minor()))
    {
        wanted.offers = vec![cheapest.clone()];
        wanted.tied = 1;
    }
}

/// A thing as it would be had, where its options make it cost more than it may, whatever is still to be chosen for it.
pub(super) fn too_dear<'a>(
    scene: &Scene<'_>,
    wanted: &Wanted,
    offer: &'a Offer,
    before: &Chosen,
) -> Option<Had<'a>> {
    let had = Had::of(&scene.facts.menu, offer, before, &wanted.options)?;
    (had.price() != offer.price && !wanted.limits.allows_at_most(had.price())).then_some(had)
}

/// What is nearest to a wish that nothing fits, as it would be had with this.
pub(super) fn nearest<'a>(scene: &Scene<'a>, found: &'a Found, asked: &[OptionPhrase]) -> Option<Had<'a>> {
    let (menu, none) = (&scene.facts.menu, Chosen::default());
    let had = found.near.iter().filter_map(|offer| Had::of(menu, offer, &none, asked));
    by_price(had, scene.intent.slots.constraints.only_at_least())
}

/// A reply with the limits in it: what is the cheapest of Northwind's, or under ten dollars, is not the cheapest of all.
pub(super) fn with_limits(prompt: Prompt, limits: &Constraints) -> Prompt {
    let kind = match (limits.price_max, limits.price_min) {
        (None, None) => "none",
        (Some(max), Some(min)) if max == min => "exactly",
        (Some(_), Some(_)) => "between",
        (Some(_), None) if limits.max_excluded => "below",
        (Some(_), None) => "at-most",
        (None, Some(_)) if limits.min_excluded => "above",
        (None, Some(_)) => "at-least",
    };
    let branded = if limits.brand.is_some() { "yes" } else { "no" };
    let mut prompt =
        prompt.with("limit", Arg::Kind(kind.to_owned())).with("branded", Arg::Kind(branded.to_owned()));
    for (place, amount) in [("max", limits.price_max), ("min", limits.price_min)] {
        prompt = amount.into_iter().fold(prompt, |prompt, amount| prompt.with(place, Arg::Money(amount)));
    }
    limits.brand.iter().fold(prompt, |prompt, brand| prompt.with("brand", Arg::Name(brand.clone())))
}

/// "Something under seven dollars" of what is offered, or instead of the one thing that is read back. `false` where no
/// limit was said alone, or nothing is open that it could be of.
pub(super) fn answer(scene: &mut Scene<'_>) -> bool {
    let slots = &scene.intent.slots;
    let limits = &slots.constraints;
    if !limits.limit_the_price() || !slots.items.is_empty() {
        return false;
    }
    match scene.state.focus.clone() {
        Focus::Choosing { mut errand, .. } => {
            let Some(wanted) = errand.wanted.first_mut() else { return false };
            let offers: Vec<&Offer> = wanted.offers.iter().filter_map(|sku| scene.offer(sku)).collect();
            let had = had_as_wanted(scene, &offers, wanted);
            let fits: Vec<Sku> =
                had.iter().filter(|had| limits.allow(had.price())).map(|had| had.offer.sku.clone()).collect();
            if fits.is_empty() {
                return none_fits(scene, had, limits);
            }
            (wanted.tied, wanted.offers, wanted.limits) = (fits.len(), fits, limits.clone());
            assemble::advance(scene, errand);
            true
        }
        Focus::Confirming(draft) | Focus::AskPin(draft) => match draft.lines.as_slice() {
            [one] => instead(scene, one, draft.from_cart),
            _ => false,
        },
        _ => false,
    }
}

fn instead(scene: &mut Scene<'_>, one: &DraftLine, from_cart: bool) -> bool {
    let (menu, limits) = (&scene.facts.menu, &scene.intent.slots.constraints);
    let had = |sku: &Sku| Had::of(menu, scene.offer(sku)?, &one.options, &[]);
    let fits = |had: &&Had<'_>| limits.allow(had.price());
    let this = had(&one.sku);
    let others: Vec<Had<'_>> = one.others.iter().filter_map(had).collect();
    if this.as_ref().is_some_and(|this| fits(&this)) {
        scene.stay();
        return true;
    }
    let fitting: Vec<&Offer> = others.iter().filter(fits).map(|had| had.offer).collect();
    if fitting.is_empty() {
        return none_fits(scene, others.into_iter().chain(this).collect(), limits);
    }
    swap::put(scene, (std::slice::from_ref(one), 0), from_cart, &fitting)
}

/// That none of these is within the limit, and what the nearest costs; the question stays.
pub(super) fn none_fits(scene: &mut Scene<'_>, offers: Vec<Had<'_>>, limits: &Constraints) -> bool {
    let dearest = limits.only_at_least();
    let Some(nearest) = by_price(offers, dearest) else { return false };
    let what = Arg::Name(nearest.offer.kind.clone());
    scene.say(nothing_fits(&nearest, what, dearest));
    scene.stay();
    true
}

/// That nothing fits, and what is the nearest: the cheapest there is, or the most expensive.
pub(super) fn nothing_fits(nearest: &Had<'_>, what: Arg, dearest: bool) -> Prompt {
    let end = Arg::Kind(if dearest { "dearest" } else { "cheapest" }.to_owned());
    nearest.told(Prompt::new("nothing-fits-near").with("what", what).with("end", end))
}
