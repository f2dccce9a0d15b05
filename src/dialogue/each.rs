//! "Two of each", "one more of each", "double everything": a count for every line of what is read back, or of the cart.

use super::{DraftLine, basket, packs, read_back, repair, room, scene::Scene};
use crate::{commerce::Quantity, understanding::Step};

/// Changes how many there are of every line. `false`, and no change, where it was not said of each.
pub(super) fn correct(scene: &mut Scene<'_>) -> bool {
    if !scene.intent.slots.each {
        return false;
    }
    let draft = scene.draft().cloned();
    let from_cart = draft.as_ref().is_none_or(|draft| draft.from_cart);
    let mut lines = match &draft {
        Some(draft) => draft.lines.clone(),
        None => scene.state.cart.lines().to_vec(),
    };
    if lines.is_empty() {
        repair::not_understood(scene);
        return true;
    }
    for line in &mut lines {
        let Some(count) = counted(scene, line) else {
            // None of one of them: which shall go has to be said by its name.
            scene.stay();
            return true;
        };
        line.count(count);
    }
    if from_cart {
        keep_in_cart(scene, &mut lines);
    }
    match draft {
        Some(draft) => read_back::propose(scene, lines, draft.from_cart),
        None => basket::list(scene),
    }
    true
}

/// How many of a line that makes; `None` for none.
fn counted(scene: &Scene<'_>, line: &DraftLine) -> Option<Quantity> {
    let slots = &scene.intent.slots;
    let (there, by) = (line.quantity.get(), slots.quantity.map_or(1, Quantity::get));
    let count = match slots.step {
        _ if slots.twice => there.saturating_mul(2),
        Some(Step::More) => there.saturating_add(by),
        Some(Step::Fewer) => there.checked_sub(by)?,
        None => by,
    };
    Quantity::new(count.min(Quantity::MAX))
}

/// The cart has no more of anything than there is: what a read-back would say is said at once.
fn keep_in_cart(scene: &mut Scene<'_>, lines: &mut [DraftLine]) {
    for line in lines {
        let offer = scene.offer(&line.sku);
        let most = |offer| Some((offer, Quantity::new(packs::room(&scene.facts.terms, offer))?));
        if let Some((offer, most)) = offer.and_then(most).filter(|(_, most)| *most < line.quantity) {
            scene.say(room::full(offer, most.get()));
            line.count(most);
        }
        scene.state.cart.set(&line.sku, &line.options, line.quantity, line.pieces);
    }
}
