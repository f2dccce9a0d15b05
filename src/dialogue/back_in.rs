//! "Put the latte back": what was taken out last comes back as it was.

use super::{
    Cart, DraftLine, Focus, State, basket, cart_back, draft::add_line, quantity, read_back, repair,
    scene::Scene,
};
use crate::commerce::Quantity;

/// Puts back what was taken out. `false`, and no change, where that was not said.
pub(super) fn put(scene: &mut Scene<'_>) -> bool {
    let slots = &scene.intent.slots;
    if !slots.back {
        return false;
    }
    let item = slots.items.first().filter(|item| !item.it);
    if item.is_none() && cart_back::put(scene) {
        return true;
    }
    let meant = |line: &DraftLine| item.is_none_or(|item| quantity::means(scene, line, item));
    let (mut back, stay): (Vec<_>, Vec<_>) = scene.state.taken_out.iter().cloned().partition(meant);
    if back.is_empty() && item.is_some() && scene.draft().is_none_or(|draft| draft.from_cart) {
        back.extend(cart_back::taken_before(scene, meant));
    }
    if back.is_empty() {
        // Whoever puts back what is still there wants it taken out, or has something else in mind.
        repair::not_understood(scene);
        return true;
    }
    scene.state.taken_out = stay;
    match scene.draft().filter(|draft| !draft.from_cart).cloned() {
        Some(draft) => {
            let mut lines = draft.lines;
            back.into_iter().for_each(|line| add_line(&mut lines, line, None));
            read_back::propose(scene, lines, false);
        }
        None => basket::add(scene, back),
    }
    true
}

/// What a step took out of the cart, or of what is read back; nothing where nothing was.
pub(super) fn taken_out(before: &State, after: &State) -> Vec<DraftLine> {
    if before.placed != after.placed {
        // What is ordered has not been taken out.
        return Vec::new();
    }
    let gone = missing(before.cart.lines(), after.cart.lines());
    match (read_back_of(&before.focus), read_back_of(&after.focus)) {
        (Some(was), Some(is)) if gone.is_empty() => missing(was, is),
        _ => gone,
    }
}

/// What is being read back of its own, and not as what is in the cart.
fn read_back_of(focus: &Focus) -> Option<&[DraftLine]> {
    focus.draft().filter(|draft| !draft.from_cart).map(|draft| draft.lines.as_slice())
}

/// The lines of which there are fewer now, with as many as there were more.
pub(super) fn missing(before: &[DraftLine], after: &[DraftLine]) -> Vec<DraftLine> {
    let left = |line: &DraftLine| {
        let now = after.iter().find(|other| other.is(&line.sku, &line.options));
        now.map_or(0, |now| now.quantity.get())
    };
    let gone = |line: &DraftLine| {
        let fewer = line.quantity.get().checked_sub(left(line)).and_then(Quantity::new)?;
        let mut gone = line.clone();
        if fewer < line.quantity {
            gone.count(fewer);
        }
        Some(gone)
    };
    before.iter().filter_map(gone).take(Cart::MAX_LINES).collect()
}
