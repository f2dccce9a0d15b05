//! Looking at things as they are had: with oat milk, and at the price with it.

use super::{
    super::{
        Arg, Errand, Focus, Found, Offer, Prompt, Purpose, Wanted, aside, bound, had::Had, options, packs,
        policy::READ_AT_ONCE, scene::Scene,
    },
    best, found_none, offer_it, on_offer,
};
use crate::{
    commerce::{Chosen, Quantity, Sku},
    understanding::{ItemPhrase, OptionPhrase},
};

/// Of what was found, what can be had with this and within the limits. Of none it is said why, and nothing is left to
/// offer.
pub(super) fn had_so<'a>(
    scene: &mut Scene<'a>,
    found: &'a Found,
    asked: &[OptionPhrase],
) -> Option<Vec<Had<'a>>> {
    let offers = on_offer(found);
    let first = *offers.first()?;
    let had = bound::had_so(scene, offers, asked);
    let limits = &scene.intent.slots.constraints;
    let (within, beyond): (Vec<_>, Vec<_>) = had.into_iter().partition(|had| limits.allow(had.price()));
    if !within.is_empty() {
        return Some(within);
    }
    let (what, dearest) = (Arg::Name(found.words.clone()), scene.intent.slots.constraints.only_at_least());
    let nearest = bound::nearest(scene, found, asked);
    let said = match nearest.or_else(|| bound::by_price(beyond, dearest)) {
        Some(nearest) => {
            scene.speak_of_had(&nearest);
            bound::nothing_fits(&nearest, what, dearest)
        }
        None => {
            let trouble = options::apply(&scene.facts.menu, first, &Chosen::default(), asked).err();
            let not_found = || Prompt::new("not-found").with("what", what);
            trouble.map_or_else(not_found, |trouble| options::told(&trouble, first))
        }
    };
    scene.say(said);
    found_none(scene);
    None
}

/// "How much is a latte with oat milk?" Where several are called so, which of them is asked, so that the options
/// are kept.
pub(super) fn price(scene: &mut Scene<'_>) {
    scene.decision = "priced";
    let (facts, items) = (scene.facts, &scene.intent.slots.items);
    let mut had: Vec<(&Offer, &ItemPhrase, Chosen)> = Vec::new();
    for (item, found) in items.iter().zip(&facts.found) {
        let offers = best(found);
        if offers.is_empty() {
            scene.say(Prompt::new("not-found").with("what", Arg::Name(item.words.clone())));
        }
        for offer in offers {
            had.extend(priced_so(scene, offer, item).map(|chosen| (offer, item, chosen)));
        }
    }
    had.retain(|(offer, ..)| offer.in_stock > 0);
    aside::asked_about(scene, had.iter().map(|(offer, _, chosen)| (offer.sku.clone(), chosen.clone())));
    if scene.state.focus != Focus::Idle {
        return scene.ask_again();
    }
    scene.speak_of(had.iter().map(|(offer, ..)| offer.sku.clone()));
    match had.as_slice() {
        [(offer, _, chosen)] => offer_it(scene, offer, chosen.clone()),
        [(first, item, _), ..] if items.len() == 1 => {
            let quantity = item.quantity.unwrap_or(Quantity::ONE);
            let one = Wanted::one(item.words.clone(), quantity, first.sku.clone(), item.options.clone());
            let mut offers: Vec<Sku> = had.iter().map(|(offer, ..)| offer.sku.clone()).collect();
            // The other sizes were not read out, and yet can be the answer.
            let others = facts.found.first().map(|found| unread(scene, found, item)).unwrap_or_default();
            offers.extend(others);
            let limits = scene.intent.slots.constraints.clone();
            let wanted = Wanted { tied: offers.len(), offers, pieces: packs::pieces(item), limits, ..one };
            scene.state.focus = Focus::Choosing { errand: Errand::new(Purpose::Buy, vec![wanted]), from: 0 };
            scene.state.asked_at = Some(scene.facts.now);
            scene.say(Prompt::new("ask-which-short"));
        }
        _ => {}
    }
}

/// What is called so too, can be had so, and was not read out.
fn unread(scene: &Scene<'_>, found: &Found, item: &ItemPhrase) -> Vec<Sku> {
    let menu = &scene.facts.menu;
    let can = |offer: &&Offer| {
        offer.in_stock > 0 && options::apply(menu, offer, &Chosen::default(), &item.options).is_ok()
    };
    let others = found.offers.iter().take(found.tied).skip(READ_AT_ONCE);
    others.filter(can).map(|offer| offer.sku.clone()).collect()
}

/// Says what one of it costs with what was asked for; `None` if it cannot be had so, which is said.
fn priced_so(scene: &mut Scene<'_>, offer: &Offer, item: &ItemPhrase) -> Option<Chosen> {
    let menu = &scene.facts.menu;
    let chosen = match options::apply(menu, offer, &Chosen::default(), &item.options) {
        Ok(chosen) => chosen,
        Err(trouble) => {
            scene.say(options::told(&trouble, offer));
            return None;
        }
    };
    let line = offer.line(Quantity::ONE, &chosen, menu)?;
    scene.say.extend(options::had_anyway(menu, offer, &chosen, &item.options));
    let name = options::named(offer.spoken(), &line.options);
    scene.say(Prompt::new("price").with("name", name).with("price", Arg::Money(line.unit_price)));
    Some(chosen)
}

/// What is being offered, and with what it is wanted.
pub(super) fn offered(scene: &Scene<'_>) -> Option<Wanted> {
    match &scene.state.focus {
        Focus::Choosing { errand, .. } => errand.wanted.first().cloned(),
        _ => None,
    }
}
