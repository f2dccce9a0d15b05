//! "And a bagel": what is wanted beside what is read back, offered, or asked about.

use super::{
    Draft, DraftLine, Errand, Focus, Offer, Prompt, Purpose, Wanted, assemble, choose, missing, quantity,
    repack, repair, scene::Scene, size, swap, which_line,
};
use crate::{
    commerce::{Quantity, Sku},
    understanding::Choice,
};

/// Adds what is named to what is open. `false`, and no change, where it was not said to come on top of it, or nothing
/// is open.
pub(super) fn add(scene: &mut Scene<'_>) -> bool {
    let slots = &scene.intent.slots;
    let changes = slots.refused || slots.only || slots.instead_of.is_some() || !slots.options.is_empty();
    let open =
        repair::purchase_pending(&scene.state.focus) && !matches!(scene.state.focus, Focus::WhichLine { .. });
    if !on_top(scene) || changes || slots.items.is_empty() || !open {
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

/// Whether what is named comes on top of what is open.
fn on_top(scene: &Scene<'_>) -> bool {
    let slots = &scene.intent.slots;
    let there = |draft: &Draft| {
        let named =
            |line: &DraftLine| slots.items.iter().any(|item| quantity::names(scene, &line.sku, &item.words));
        draft.lines.iter().any(named)
    };
    slots.also || slots.also_if_new && !scene.draft().is_some_and(there)
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

/// "And a large" beside a small one, "two of the large" in its place: the same thing in a size that is named without it.
/// `false`, and no change, where nothing of the kind was said.
pub(super) fn another_size(scene: &mut Scene<'_>) -> bool {
    let slots = &scene.intent.slots;
    let told = slots.line.is_some() || slots.part || slots.refused || !slots.items.is_empty();
    let counted = slots.also || slots.quantity.is_some();
    let described = match &slots.choice {
        Some(Choice::Described(words)) if slots.also => Some(words),
        _ => None,
    };
    let words = slots.constraints.size.as_ref().or(described).filter(|_| counted && !told);
    let (Some(words), Some(draft)) = (words.cloned(), scene.draft().cloned()) else { return false };
    let there = quantity::described(scene, &draft.lines, &words);
    match (there.as_slice(), slots.quantity) {
        // "The small one too" of what there is.
        ([_, ..], _) if slots.choice.is_some() => scene.stay(),
        ([one], said) => {
            let more = if slots.also { draft.lines[*one].quantity.get() } else { 0 };
            let count = Quantity::new(more.saturating_add(said.map_or(1, Quantity::get)));
            scene.line = Some(*one);
            quantity::set_quantity(scene, count.unwrap_or(Quantity::ONE));
        }
        ([], _) => in_size(scene, &draft, &words),
        _ => which_line::ask(scene, draft, there),
    }
    true
}

/// One of the lines in another size, beside it or in its place.
fn in_size(scene: &mut Scene<'_>, draft: &Draft, words: &str) {
    let sized = |line: &DraftLine| sizes(scene, line, words);
    let can = |at: &usize| !sized(&draft.lines[*at]).is_empty();
    let lines = scene.line_or(|| (0..draft.lines.len()).filter(can).collect());
    let [index] = lines.as_slice() else {
        return match lines.as_slice() {
            [] => choose::none_such(scene, &Choice::Described(words.to_owned())),
            _ => which_line::ask(scene, draft.clone(), lines),
        };
    };
    let line = &draft.lines[*index];
    let offers = sized(line);
    let slots = &scene.intent.slots;
    if !slots.also {
        let mut lines = draft.lines.clone();
        slots.quantity.into_iter().for_each(|count| lines[*index].count(count));
        if !swap::put(scene, (&lines, *index), draft.from_cart, &offers) {
            scene.stay();
        }
        return;
    }
    let skus: Vec<Sku> = offers.iter().map(|offer| offer.sku.clone()).collect();
    let kind = offers.first().map(|offer| offer.kind.clone()).unwrap_or_default();
    let beside = Wanted::any(kind, slots.quantity.or(Some(Quantity::ONE)), skus);
    let mut errand = Errand::new(Purpose::Buy, vec![Wanted { chosen: Some(line.options.clone()), ..beside }]);
    join(scene, &mut errand);
    assemble::advance(scene, errand);
}

/// What a line would be in that size.
fn sizes<'a>(scene: &Scene<'a>, line: &DraftLine, words: &str) -> Vec<&'a Offer> {
    choose::described(&size::others(scene, line), words)
}
