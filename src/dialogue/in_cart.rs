//! A change of the cart while nothing is open: what is in it is asked about, changed and told as at the check-out, and
//! nothing is read back to be ordered.

use super::{
    Draft, DraftLine, Focus, Purpose, basket, choose, defaults, quantity, replace, scene::Scene, size, swap,
    which_line,
};
use crate::understanding::Choice;

/// Whether nothing is open but the cart: it is not asked, or only what is wanted.
pub(super) fn is_all_there_is(focus: &Focus) -> bool {
    matches!(focus, Focus::Idle | Focus::AskProduct(Purpose::Buy))
}

/// The cart as it would be read back; `None` where something else is open, or it cannot be had as it is.
pub(super) fn draft(scene: &Scene<'_>) -> Option<Draft> {
    if !is_all_there_is(&scene.state.focus) || scene.state.cart.is_empty() {
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

/// What is in the cart in another size. `false`, and no change, where no size was said of it.
fn resize(scene: &mut Scene<'_>, draft: &Draft) -> bool {
    let slots = &scene.intent.slots;
    let item = match slots.items.as_slice() {
        [] => None,
        [item] => Some(item),
        _ => return false,
    };
    let choice = match (&slots.constraints.size, &slots.choice) {
        (Some(size), _) => Choice::Described(size.clone()),
        (None, Some(way @ (Choice::Smaller | Choice::Larger | Choice::Smallest | Choice::Largest))) => {
            way.clone()
        }
        // "Make it large" names no thing, and its size is all that was said.
        (None, Some(words @ Choice::Described(_))) if item.is_none() => words.clone(),
        (None, None) if slots.constraints.cheapest && item.is_none_or(|item| item.it) => Choice::Cheapest,
        _ => return false,
    };
    if scene.line.is_none() && item.is_none_or(|item| item.it) && spoken_of_since(scene) {
        return false;
    }
    let lines = scene.line_or(|| match item.filter(|item| !item.it) {
        Some(item) => quantity::all_called(scene, &draft.lines, item),
        None => in_sizes(scene, spoken_of(scene, &draft.lines), &draft.lines),
    });
    match lines.as_slice() {
        [] => return false,
        [one] => {
            scene.line = Some(*one);
            let heard = scene.say.len();
            if !swap::swap(scene, &draft.lines, true, &choice) {
                choose::none_such(scene, &choice);
            } else if scene.say.len() == heard {
                // It is so already.
                basket::told(scene);
            }
        }
        _ => which_line::ask(scene, draft.clone(), lines),
    }
    true
}

/// Whether something else was spoken of since, so that "it" is nothing of the cart.
fn spoken_of_since(scene: &Scene<'_>) -> bool {
    let products = &scene.state.products;
    !products.is_empty() && products.iter().all(|sku| scene.state.cart.count(sku) == 0)
}

/// Of several lines those that come in sizes; all of them where none does.
fn in_sizes(scene: &Scene<'_>, lines: Vec<usize>, among: &[DraftLine]) -> Vec<usize> {
    let sized = |at: &usize| !size::others(scene, &among[*at]).is_empty();
    let some: Vec<usize> = lines.iter().copied().filter(sized).collect();
    if some.is_empty() { lines } else { some }
}

/// The lines that "it" means: what was spoken of last, or the only one; all of them where nothing of it was.
pub(super) fn spoken_of(scene: &Scene<'_>, lines: &[DraftLine]) -> Vec<usize> {
    let all = || 0..lines.len();
    let so = |at: &usize| scene.state.spoken.iter().any(|it| it.is(&lines[*at].sku, &lines[*at].options));
    let called = |at: &usize| scene.state.products.contains(&lines[*at].sku);
    let either: [&dyn Fn(&usize) -> bool; 2] = [&so, &called];
    let either = if spoken_of_since(scene) { &either[..0] } else { &either[..] };
    let spoken = either.iter().map(|of| all().filter(of).collect::<Vec<_>>()).find(|of| !of.is_empty());
    spoken.unwrap_or_else(|| all().collect())
}
