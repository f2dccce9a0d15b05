//! A change of mind about what is open.

use super::{
    Errand, Focus, Purpose, apart, assemble, beside, bound, choose, each, in_cart, instead, kept, left,
    named, of_line, options, quantity, removal, repack, repair, replace, scene::Scene,
};
use crate::understanding::{Choice, Constraints, Slots};

/// A change of mind: another quantity, another variant, another thing.
pub(super) fn correct(scene: &mut Scene<'_>) {
    let slots = &scene.intent.slots;
    let all_but = slots.refused && slots.line == Some(Choice::All);
    if all_but && scene.draft().is_some_and(|draft| draft.from_cart) && apart::check_out(scene) {
        // "Everything but the bread" of the cart: the bread stays in it.
        return;
    }
    if of_what_is_cleared(scene) || of_line::settled(scene) {
        return;
    }
    if of_line::is_of_some(scene) { of_line::split(scene, change) } else { change(scene) }
}

/// "Everything but the bagel" where it is asked whether to empty the cart leaves the bagel, and "just the bagel" takes
/// only that out.
fn of_what_is_cleared(scene: &mut Scene<'_>) -> bool {
    let slots = &scene.intent.slots;
    let named = slots.items.iter().any(|item| !item.it);
    if scene.state.focus != Focus::ConfirmClear || !named || !(slots.refused || slots.only) {
        return false;
    }
    scene.state.focus = Focus::Idle;
    match slots.only {
        true => removal::several(scene),
        false => removal::all_but(scene, &scene.intent.slots.items),
    }
    true
}

fn change(scene: &mut Scene<'_>) {
    let slots = &scene.intent.slots;
    instead::leave_for_another(scene);
    if each::correct(scene) || kept::only(scene) || of_line::refused(scene) {
        return;
    }
    if let Some(step) = slots.step {
        return quantity::step(scene, step);
    }
    if is_of_what_is_open(scene) {
        return;
    }
    if let Some(choice) = slots.choice.as_ref().filter(|_| slots.items.len() < 2)
        && choose::pick(scene, choice, slots.quantity)
    {
        return;
    }
    if let Some(choice) = described(slots)
        && choose::pick(scene, &choice, slots.quantity)
    {
        return;
    }
    let quantity = slots.quantity.or_else(|| slots.items.first().and_then(|item| item.quantity));
    if let Some(quantity) = quantity.filter(|_| !names_something_new(scene)) {
        return quantity::set_quantity(scene, quantity);
    }
    let it = slots.items.iter().all(|item| item.it) && !slots.items.is_empty();
    if it && scene.draft().is_some() {
        // Nothing but what is read back is spoken of.
        return repair::not_understood(scene);
    }
    if let Some(item) = slots.items.first() {
        // Of several things each is wanted, and not only the first in the place of what is read back.
        let one = slots.items.len() == 1;
        if one && choose::pick(scene, &Choice::Described(item.words.clone()), None) {
            return;
        }
        return another(scene);
    }
    if scene.state.focus == Focus::Idle {
        return repair::not_understood(scene);
    }
    match described(slots) {
        Some(choice) => choose::none_such(scene, &choice),
        None => choose::no_such_choice(scene),
    }
}

/// Whether the change is of a line, of how it is had, or comes beside it, and was made.
fn is_of_what_is_open(scene: &mut Scene<'_>) -> bool {
    beside::add(scene)
        || in_cart::correct(scene)
        || beside::another_size(scene)
        || replace::resize(scene)
        || repack::correct(scene)
        || options::correct(scene)
        || named::correct(scene)
        || named::refused(scene)
        || bound::answer(scene)
}

/// What is wanted instead, where only how it shall be was said: "something cheaper", "in large", "one from Northwind".
fn described(slots: &Slots) -> Option<Choice> {
    let limits = &slots.constraints;
    if !slots.items.is_empty() {
        return None;
    }
    match limits {
        Constraints { cheapest: true, .. } => Some(Choice::Cheapest),
        Constraints { dearest: true, .. } => Some(Choice::Dearest),
        _ => limits.size.iter().chain(&limits.brand).next().map(|words| Choice::Described(words.clone())),
    }
}

/// Whether a thing is named that the open read-back does not have.
fn names_something_new(scene: &Scene<'_>) -> bool {
    let Some(item) = scene.intent.slots.items.first().filter(|item| !item.it && !item.words.is_empty())
    else {
        return false;
    };
    scene
        .draft()
        .is_some_and(|draft| draft.lines.iter().all(|line| !quantity::names(scene, &line.sku, &item.words)))
}

/// "No, tea": another thing for the same purpose. To several things it is added, a single
/// one it replaces, and that is said.
pub(super) fn another(scene: &mut Scene<'_>) {
    if let Some(errand) = scene.state.focus.errand().filter(|errand| errand.stays()).cloned() {
        // What is settled stays, and so does the line in whose place it is wanted.
        return choose::another_wish(scene, &errand);
    }
    let purpose = match &scene.state.focus {
        Focus::AskProduct(purpose) => *purpose,
        focus => focus.errand().map_or(Purpose::Buy, |errand| errand.purpose),
    };
    // "No latte" where there is none: whether it was a "no" before a wish is not to be heard.
    if scene.intent.slots.refused && matches!(scene.state.focus, Focus::Idle | Focus::AskProduct(_)) {
        return repair::not_understood(scene);
    }
    let mut errand = Errand::new(purpose, assemble::wanted(scene));
    if assemble::nothing_found(scene, &errand.wanted) {
        return;
    }
    match scene.draft().cloned() {
        Some(draft) if draft.from_cart => errand.purpose = Purpose::CheckOut,
        Some(draft) if draft.lines.len() > 1 && scene.intent.slots.refused => {
            // To several things it would be added, and a "no" adds nothing.
            return named::not_in_it(scene);
        }
        Some(draft) if draft.lines.len() > 1 => errand.lines = draft.lines,
        _ => left::set_aside(scene),
    }
    assemble::advance(scene, errand);
}
