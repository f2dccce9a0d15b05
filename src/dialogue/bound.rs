//! "Under five dollars" is meant of a thing as it is had: with its options.

use super::{
    Arg, Offer, Prompt, Wanted,
    options::{self, apply},
    scene::Scene,
};
use crate::commerce::{Chosen, Line, Money, Quantity};

/// Drops the offers that cost more with what is wanted with them. Of none that is left the cheapest stays, so that it
/// can be told.
pub(super) fn keep(scene: &Scene<'_>, wanted: &mut Wanted) {
    let Some(most) = scene.intent.slots.constraints.price_max.filter(|_| !wanted.options.is_empty()) else {
        return;
    };
    let price = |offer: &Offer| {
        let chosen = apply(&scene.facts.menu, offer, &Chosen::default(), &wanted.options).ok()?;
        line(scene, offer, &chosen).map(|line| line.unit_price)
    };
    // What something costs that still has to be asked about is not known yet.
    let prices: Vec<_> = wanted.offers.iter().map(|sku| scene.offer(sku).and_then(price)).collect();
    let fits = |price: &Option<Money>| price.is_none_or(|price| !above(price, most));
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
    let most = scene.intent.slots.constraints.price_max.filter(|_| !chosen.is_empty())?;
    let line = line(scene, offer, chosen).filter(|line| above(line.unit_price, most))?;
    let found = Prompt::new("not-found-near").with("what", Arg::Name(wanted.words.clone()));
    let name = options::named(offer.spoken(), &line.options);
    Some(found.with("name", name).with("price", Arg::Money(line.unit_price)))
}

fn line(scene: &Scene<'_>, offer: &Offer, chosen: &Chosen) -> Option<Line> {
    offer.line(Quantity::ONE, chosen, &scene.facts.menu)
}

fn above(price: Money, most: Money) -> bool {
    price.currency() == most.currency() && price.minor() > most.minor()
}
