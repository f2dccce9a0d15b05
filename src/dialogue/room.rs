//! How much of a thing there is room for in the cart: what one order may have, and what is left of it. The stock is the
//! product's, whatever the options.

use super::{Arg, DraftLine, Offer, Prompt, apart, draft::add_line, it, packs, scene::Scene};
use crate::commerce::Quantity;

/// Puts a line among those that there are else, at a place or as the last, and these into the cart. `false`, with what
/// says so, and the cart as it was, where there is no room for it.
pub(super) fn put(
    scene: &mut Scene<'_>,
    mut lines: Vec<DraftLine>,
    line: DraftLine,
    place: Option<usize>,
) -> bool {
    let Some(offer) = scene.offer(&line.sku) else { return false };
    if let Some(full) = lacking(scene, offer, line.quantity, &lines) {
        scene.say(full);
        return false;
    }
    let spoken = line.clone();
    add_line(&mut lines, line, place);
    let fits = scene.state.cart.hold(lines);
    match fits {
        true => it::spoken_of(scene, &spoken.sku, &spoken.options, spoken.quantity),
        false => scene.say(Prompt::new("cart-full")),
    }
    fits
}

/// The same at the end of the cart. What was left in it at a check-out is there, and comes along.
pub(super) fn add(scene: &mut Scene<'_>, line: DraftLine) -> bool {
    if apart::comes_along(scene, &line) {
        return false;
    }
    let lines = scene.state.cart.lines().to_vec();
    put(scene, lines, line, None)
}

/// That so many of it are too many beside these lines; `None` where there is room for them.
pub(super) fn lacking(
    scene: &Scene<'_>,
    offer: &Offer,
    quantity: Quantity,
    beside: &[DraftLine],
) -> Option<Prompt> {
    let there: u32 = beside.iter().filter(|line| line.sku == offer.sku).map(|line| line.quantity.get()).sum();
    let room = packs::room(&scene.facts.terms, offer);
    (there.saturating_add(quantity.get()) > room).then(|| full(offer, room))
}

/// That there is room for so many of it only.
pub(super) fn full(offer: &Offer, room: u32) -> Prompt {
    Prompt::new("cart-no-room").with("name", offer.spoken()).with("max", Arg::Count(room))
}
