//! "Add it to my cart" of what is read back: it is ordered some other time.

use super::{Draft, DraftLine, Prompt, basket, quantity, read_back, scene::Scene};
use crate::understanding::ItemPhrase;

/// "Add it to my cart" during a read-back puts the purchase off; it is no second one.
pub(super) fn is_said(scene: &Scene<'_>, draft: &Draft) -> bool {
    let slots = &scene.intent.slots;
    let named = |item: &ItemPhrase| draft.lines.iter().any(|line| quantity::means(scene, line, item));
    // "Add milk" wants more of what is in the order; only the cart's name puts it there.
    slots.items.iter().all(|item| item.it || slots.cart && item.quantity.is_none() && named(item))
}

/// The lines that were named go into the cart, and are in no order; the others stay.
pub(super) fn put_off(scene: &mut Scene<'_>, draft: Draft) {
    if draft.from_cart {
        scene.say(Prompt::new("cart-kept"));
        return scene.rest("put-off");
    }
    let items = &scene.intent.slots.items;
    let all = items.iter().any(|item| item.it);
    let named = |line: &DraftLine| all || items.iter().any(|i| quantity::means(scene, line, i));
    let (off, stay): (Vec<_>, Vec<_>) = draft.lines.into_iter().partition(named);
    basket::add(scene, off);
    if !stay.is_empty() {
        read_back::propose(scene, stay, false);
    }
}
