//! Corrections that name a line of the read-back: "no candles", "just the bananas", "bagels
//! instead of bread".

use super::{
    ASKING_AGAIN, Draft, Errand, Purpose, assemble, basket, confirm::propose, quantity::names, scene::Scene,
};

/// `false`, and no change, when no line is named. A line that is only named again is not
/// ordered twice: it is read back again.
pub(super) fn correct(scene: &mut Scene<'_>) -> bool {
    let Some(draft) = scene.draft().cloned() else { return false };
    let slots = &scene.intent.slots;
    let line = |words: &str| draft.lines.iter().position(|l| names(scene, &l.sku, words));
    if let Some(words) = &slots.instead_of {
        return match line(words) {
            Some(index) => replace(scene, &draft, index),
            None => false,
        };
    }
    let Some(item) = slots.items.iter().find(|item| !item.it && !item.words.is_empty()) else { return false };
    let Some(index) = line(&item.words) else { return false };
    let counted = item.quantity.is_some() || slots.quantity.is_some();
    if slots.only {
        keep_only(scene, &draft, index);
    } else if counted {
        return false;
    } else if slots.refused {
        basket::take_out(scene, &draft, index);
    } else {
        scene.decision = ASKING_AGAIN;
        scene.ask_again();
    }
    true
}

fn keep_only(scene: &mut Scene<'_>, draft: &Draft, index: usize) {
    let kept = draft.lines[index].clone();
    if draft.from_cart {
        for line in draft.lines.iter().filter(|l| l.sku != kept.sku) {
            scene.state.cart.remove(&line.sku);
        }
    }
    propose(scene, vec![kept], draft.from_cart);
}

/// The new thing takes the line's place, when there is such a thing.
fn replace(scene: &mut Scene<'_>, draft: &Draft, index: usize) -> bool {
    let wanted = assemble::wanted(scene);
    if assemble::nothing_found(scene, &wanted) {
        return true;
    }
    let mut rest = draft.lines.clone();
    let gone = rest.remove(index);
    let mut errand = Errand::new(Purpose::Buy, wanted);
    if draft.from_cart {
        scene.state.cart.remove(&gone.sku);
        errand.purpose = Purpose::AddToCart;
    } else {
        errand.lines = rest;
    }
    assemble::advance(scene, errand);
    true
}
