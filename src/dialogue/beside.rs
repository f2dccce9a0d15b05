//! "And a bagel": what is wanted beside what is read back, offered, or asked about.

use super::{Errand, Focus, Prompt, Purpose, assemble, missing, repack, repair, scene::Scene};

/// Adds what is named to what is open. `false`, and no change, where it was not said to come on top of it, or nothing
/// is open.
pub(super) fn add(scene: &mut Scene<'_>) -> bool {
    let slots = &scene.intent.slots;
    let changes = slots.refused || slots.only || slots.instead_of.is_some() || !slots.options.is_empty();
    let open =
        repair::purchase_pending(&scene.state.focus) && !matches!(scene.state.focus, Focus::WhichLine { .. });
    if !slots.also || changes || slots.items.is_empty() || !open {
        return false;
    }
    if slots.items.iter().any(|item| item.it) {
        // "And a six pack" of what is there.
        return repack::also(scene);
    }
    let mut wanted = assemble::wanted(scene);
    if assemble::nothing_found(scene, &wanted) {
        return true;
    }
    if scene.draft().is_none() {
        // What is asked about comes first, and what there is none of is no reason to wait for it.
        let missing: Vec<Prompt> =
            wanted.iter().filter(|w| w.offers.is_empty()).map(|w| missing::not_found(scene, w)).collect();
        scene.say.extend(missing);
        wanted.retain(|w| !w.offers.is_empty());
    }
    if wanted.is_empty() {
        scene.stay();
        return true;
    }
    let mut errand = Errand::new(Purpose::Buy, wanted);
    join(scene, &mut errand);
    assemble::advance(scene, errand);
    true
}

/// Puts what is open before what is wanted beside it.
pub(super) fn join(scene: &Scene<'_>, errand: &mut Errand) {
    match scene.state.focus.clone() {
        Focus::Confirming(draft) | Focus::AskPin(draft) if draft.from_cart => {
            errand.purpose = Purpose::CheckOut;
        }
        Focus::Confirming(draft) | Focus::AskPin(draft) => errand.lines = draft.lines,
        Focus::Offering(line) => {
            errand.wanted.insert(0, scene.wanted(&line));
        }
        Focus::Choosing { errand: open, .. }
        | Focus::AskQuantity(open)
        | Focus::AskOption { errand: open, .. }
        | Focus::Substitute { errand: open, .. } => {
            let beside = std::mem::replace(errand, open);
            errand.wanted.extend(beside.wanted);
        }
        _ => {}
    }
}
