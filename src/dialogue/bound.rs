//! "Under five dollars" and "the cheapest" are meant of a thing as it is had: with its options.

use super::{
    ASKING_AGAIN, Arg, DraftLine, Focus, Offer, Prompt, Wanted, assemble,
    options::{self, Trouble, apply},
    scene::Scene,
    swap,
};
use crate::{
    commerce::{Chosen, Line, Money, Quantity, Sku},
    understanding::OptionPhrase,
};

/// Keeps the offers that are as they are wanted: within the limits of the price, or the cheapest, with what is wanted
/// with them.
pub(super) fn keep(scene: &Scene<'_>, wanted: &mut Wanted) {
    if wanted.options.is_empty() {
        return;
    }
    keep_within(scene, wanted);
    keep_extreme(scene, wanted);
}

/// Of "the cheapest" those that can be had so, the cheapest first, and as equals what costs the same. Of none that can
/// be had so it is told why.
fn keep_extreme(scene: &Scene<'_>, wanted: &mut Wanted) {
    let limits = &scene.intent.slots.constraints;
    if !limits.cheapest && !limits.dearest {
        return;
    }
    let offers: Vec<&Offer> = wanted.offers.iter().filter_map(|sku| scene.offer(sku)).collect();
    let alike = offers.iter().take_while(|o| o.price == offers[0].price).count();
    // Half of a name was said: which is meant stays a question.
    let guessed = wanted.tied > alike;
    let had = had_so(scene, offers, &wanted.options);
    let Some(best) = had.first().and_then(|offer| price_so(scene, offer, &wanted.options)) else {
        wanted.tied = wanted.tied.min(1);
        return;
    };
    let same = |offer: &&&Offer| price_so(scene, offer, &wanted.options) == Some(best);
    let tied = had.iter().take_while(same).count();
    wanted.tied = if guessed { tied.max(had.len().min(2)) } else { tied };
    wanted.offers = had.iter().map(|offer| offer.sku.clone()).collect();
}

/// The offers that can be had with this; where "the cheapest" was said, in the order of what they cost so.
pub(super) fn had_so<'a>(
    scene: &Scene<'_>,
    offers: Vec<&'a Offer>,
    asked: &[OptionPhrase],
) -> Vec<&'a Offer> {
    let priced = |offer: &'a Offer| Some((price_so(scene, offer, asked)?.minor(), offer));
    let mut had: Vec<(i64, &Offer)> = offers.into_iter().filter_map(priced).collect();
    let limits = &scene.intent.slots.constraints;
    if limits.cheapest {
        had.sort_by_key(|(price, offer)| (offer.in_stock == 0, *price));
    } else if limits.dearest {
        had.sort_by_key(|(price, offer)| (offer.in_stock == 0, -price));
    }
    had.into_iter().map(|(_, offer)| offer).collect()
}

/// The one of these that costs least with this, or most.
pub(super) fn extreme_so<'a>(
    scene: &Scene<'_>,
    offers: &[&'a Offer],
    asked: &[OptionPhrase],
    dearest: bool,
) -> Option<&'a Offer> {
    let price = |offer: &&&Offer| price_so(scene, offer, asked).map(|price| price.minor());
    match dearest {
        true => offers.iter().rev().max_by_key(price).copied(),
        false => offers.iter().min_by_key(price).copied(),
    }
}

/// What one of it costs with this, as far as nothing more has to be chosen. `None` if it cannot be had so.
fn price_so(scene: &Scene<'_>, offer: &Offer, asked: &[OptionPhrase]) -> Option<Money> {
    match apply(&scene.facts.menu, offer, &Chosen::default(), asked) {
        Ok(chosen) => line(scene, offer, &chosen).map(|line| line.unit_price),
        Err(Trouble::Missing(_)) => Some(offer.price),
        Err(_) => None,
    }
}

/// Drops the offers that cost more with what is wanted with them. Of none that is left the cheapest stays, so that it
/// can be told.
fn keep_within(scene: &Scene<'_>, wanted: &mut Wanted) {
    let limits = &scene.intent.slots.constraints;
    if limits.price_max.is_none() {
        return;
    }
    let price = |offer: &Offer| {
        let chosen = apply(&scene.facts.menu, offer, &Chosen::default(), &wanted.options).ok()?;
        line(scene, offer, &chosen).map(|line| line.unit_price)
    };
    // What something costs that still has to be asked about is not known yet.
    let prices: Vec<_> = wanted.offers.iter().map(|sku| scene.offer(sku).and_then(price)).collect();
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

/// What to say where the options make a thing cost more.
pub(super) fn too_dear(scene: &Scene<'_>, wanted: &Wanted, offer: &Offer, chosen: &Chosen) -> Option<Prompt> {
    let limits = &scene.intent.slots.constraints;
    let line = line(scene, offer, chosen).filter(|_| !chosen.is_empty())?;
    if limits.allows_at_most(line.unit_price) {
        return None;
    }
    let found = Prompt::new("not-found-near").with("what", Arg::Name(wanted.words.clone()));
    let name = options::named(offer.spoken(), &line.options);
    Some(found.with("name", name).with("price", Arg::Money(line.unit_price)))
}

/// "Something under seven dollars" of what is offered, or instead of the one thing that is read back. `false` where no
/// limit was said alone, or nothing is open that it could be of.
pub(super) fn answer(scene: &mut Scene<'_>) -> bool {
    let slots = &scene.intent.slots;
    let limits = &slots.constraints;
    if limits.price_max.is_none() && limits.price_min.is_none() || !slots.items.is_empty() {
        return false;
    }
    match scene.state.focus.clone() {
        Focus::Choosing { mut errand, .. } => {
            let Some(wanted) = errand.wanted.first_mut() else { return false };
            let offers: Vec<&Offer> = wanted.offers.iter().filter_map(|sku| scene.offer(sku)).collect();
            let fits: Vec<Sku> =
                offers.iter().filter(|offer| limits.allow(offer.price)).map(|o| o.sku.clone()).collect();
            if fits.is_empty() {
                return none_fits(scene, &offers);
            }
            (wanted.tied, wanted.offers) = (fits.len(), fits);
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
    let limits = &scene.intent.slots.constraints;
    let fits =
        |offer: &&Offer| line(scene, offer, &one.options).is_some_and(|line| limits.allow(line.unit_price));
    let this = scene.offer(&one.sku);
    let others: Vec<&Offer> = one.others.iter().filter_map(|sku| scene.offer(sku)).collect();
    if this.as_ref().is_some_and(fits) {
        scene.decision = ASKING_AGAIN;
        scene.ask_again();
        return true;
    }
    let fitting: Vec<&Offer> = others.iter().copied().filter(fits).collect();
    if fitting.is_empty() {
        let all: Vec<&Offer> = others.into_iter().chain(this).collect();
        return none_fits(scene, &all);
    }
    swap::put(scene, (std::slice::from_ref(one), 0), from_cart, &fitting)
}

/// That none of these is within the limit, and what the cheapest costs; the question stays.
fn none_fits(scene: &mut Scene<'_>, offers: &[&Offer]) -> bool {
    let Some(cheapest) = offers.iter().min_by_key(|offer| offer.price.minor()) else { return false };
    scene.say(
        Prompt::new("nothing-fits-near")
            .with("what", Arg::Name(cheapest.kind.clone()))
            .with("name", cheapest.spoken())
            .with("price", Arg::Money(cheapest.price)),
    );
    scene.decision = ASKING_AGAIN;
    scene.ask_again();
    true
}

fn line(scene: &Scene<'_>, offer: &Offer, chosen: &Chosen) -> Option<Line> {
    offer.line(Quantity::ONE, chosen, &scene.facts.menu)
}
