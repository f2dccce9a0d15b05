//! A change of the cart while nothing is open: what is in it is asked about, changed and told as at the check-out, and
//! nothing is read back to be ordered.

use super::{
    Draft, DraftLine, Focus, basket, choose, defaults, quantity, replace, scene::Scene, swap, which_line,
};
use crate::understanding::Choice;

/// The cart as it would be read back; `None` where something else is open, or it cannot be had as it is.
pub(super) fn draft(scene: &Scene<'_>) -> Option<Draft> {
    if scene.state.focus != Focus::Idle || scene.state.cart.is_empty() {
        return None;
    }
    let lines = scene.state.cart.lines().to_vec();
    let quote = basket::quote(scene, &lines)?;
    let defaults = defaults::of(scene, &lines);
    Some(Draft { lines, quote, key: scene.facts.key.clone(), from_cart: true, defaults })
}

/// "Swap the latte for a mocha", "make the latte large" of the cart. `false`, and no change, where no line of it is
/// named.
pub(super) fn correct(scene: &mut Scene<'_>) -> bool {
    let Some(draft) = draft(scene) else { return false };
    match scene.intent.slots.instead_of.clone() {
        Some(words) => replace::correct(scene, &draft, &words),
        None => resize(scene, &draft),
    }
}

fn resize(scene: &mut Scene<'_>, draft: &Draft) -> bool {
    let slots = &scene.intent.slots;
    let [item] = slots.items.as_slice() else { return false };
    let choice = match (&slots.constraints.size, &slots.choice) {
        (Some(size), _) => Choice::Described(size.clone()),
        (None, Some(way @ (Choice::Smaller | Choice::Larger | Choice::Smallest | Choice::Largest))) => {
            way.clone()
        }
        _ => return false,
    };
    let lines = scene.line_or(|| match item.it {
        true => spoken_of(scene, &draft.lines),
        false => quantity::all_called(scene, &draft.lines, item),
    });
    match lines.as_slice() {
        [] => return false,
        [one] => {
            scene.line = Some(*one);
            if !swap::swap(scene, &draft.lines, true, &choice) {
                choose::none_such(scene, &choice);
            }
        }
        _ => which_line::ask(scene, draft.clone(), lines),
    }
    true
}

/// The lines that "it" means: those of the product that was spoken of last, or the only one.
pub(super) fn spoken_of(scene: &Scene<'_>, lines: &[DraftLine]) -> Vec<usize> {
    basket::places(lines, &basket::meant(scene))
}
