//! What was said of a price holds until the thing is ordered: for what takes its place, and for what is asked for with
//! it. What goes beyond it is never taken in silence.

use super::{Arg, DraftLine, Offer, Prompt, Wanted, bound, had::Had, scene::Scene};
use crate::{
    commerce::{Chosen, Money},
    understanding::{Constraints, OptionPhrase},
};

/// Of the offers between which is still to be chosen those that stay within the limits with what is wanted with them by
/// now. The error is as what they would be had, where none stays.
pub(super) fn keep_noted<'a>(scene: &Scene<'a>, wanted: &mut Wanted) -> Result<(), Vec<Had<'a>>> {
    if !wanted.limits.limit_the_price() {
        return Ok(());
    }
    let open = wanted.tied.max(1).min(wanted.offers.len());
    let had: Vec<Option<Had<'a>>> = wanted.offers[..open]
        .iter()
        .map(|sku| Had::as_wanted(&scene.facts.menu, scene.offer(sku)?, wanted))
        .collect();
    let fits = |had: &Option<Had<'_>>| had.as_ref().is_some_and(|had| wanted.limits.allow(had.price()));
    let fitting: Vec<bool> = had.iter().map(fits).collect();
    let left = fitting.iter().filter(|fits| **fits).count();
    if left == 0 {
        let had: Vec<Had<'a>> = had.into_iter().flatten().collect();
        // What cannot be had so at all is told elsewhere.
        return if had.is_empty() { Ok(()) } else { Err(had) };
    }
    let mut fitting = fitting.into_iter();
    wanted.offers.retain(|_| fitting.next().unwrap_or(true));
    wanted.tied = left;
    Ok(())
}

/// Of what may take the place of a line, what is within its limits with its options; all of it where none is.
pub(super) fn within<'a>(
    scene: &Scene<'_>,
    line: &DraftLine,
    asked: &[OptionPhrase],
    offers: &[&'a Offer],
) -> Vec<&'a Offer> {
    if !line.limits.limit_the_price() {
        return offers.to_vec();
    }
    let fits = |offer: &&&Offer| {
        let had = Had::of(&scene.facts.menu, offer, &line.options, asked);
        had.is_some_and(|had| line.limits.allow(had.price()))
    };
    let within: Vec<&Offer> = offers.iter().filter(fits).copied().collect();
    if within.is_empty() { offers.to_vec() } else { within }
}

/// Says that a line costs more, or less, than was said, and lets that go.
pub(super) fn let_go_of_line(scene: &mut Scene<'_>, line: &mut DraftLine) {
    let price = price(scene, line, &[], scene.offer(&line.sku));
    let_go(scene, price, &mut line.limits);
}

/// The same for what was picked to take its place: for the one that costs least of it.
pub(super) fn let_go_for(
    scene: &mut Scene<'_>,
    line: &mut DraftLine,
    asked: &[OptionPhrase],
    picked: &[&Offer],
) {
    let prices = picked.iter().filter_map(|offer| price(scene, line, asked, Some(offer)));
    let least = prices.min_by_key(|price| price.minor());
    let_go(scene, least, &mut line.limits);
}

/// The same for what is on its way to a line again.
pub(super) fn let_go_of_wanted(scene: &mut Scene<'_>, wanted: &mut Wanted) {
    let offer = wanted.offers.first().and_then(|sku| scene.offer(sku));
    let had = offer.and_then(|offer| Had::as_wanted(&scene.facts.menu, offer, wanted));
    let price = had.map(|had| had.price());
    let_go(scene, price, &mut wanted.limits);
}

fn price(
    scene: &Scene<'_>,
    line: &DraftLine,
    asked: &[OptionPhrase],
    offer: Option<&Offer>,
) -> Option<Money> {
    let before: &Chosen = &line.options;
    Had::of(&scene.facts.menu, offer?, before, asked).map(|had| had.price())
}

fn let_go(scene: &mut Scene<'_>, price: Option<Money>, limits: &mut Constraints) {
    let Some(price) = price.filter(|price| !limits.allow(*price)) else { return };
    let of_price = Constraints { brand: None, ..std::mem::take(limits) };
    let said = Prompt::new("beyond-limit").with("price", Arg::Money(price));
    scene.say(bound::with_limits(said, &of_price));
}
