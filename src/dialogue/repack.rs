//! "Make that a six pack": the same thing in packs of another size.

use super::{
    DraftLine, Errand, Focus, Offer, Prompt, Purpose, Wanted, assemble, choose, in_cart, quantity,
    scene::Scene, size, swap, which_line,
};
use crate::{
    commerce::{Quantity, Sku},
    understanding::{Constraints, ItemPhrase},
};

/// How many are in the pack that was asked for: six in "a six pack"; `None` for "a dozen", which counts single things.
fn asked(item: &ItemPhrase) -> Option<u32> {
    item.pack_of.filter(|_| item.unit.as_deref() != Some("dozen"))
}

/// Whether an offer comes in the pack that was asked for, or none was.
pub(super) fn fits(offer: &Offer, item: &ItemPhrase) -> bool {
    asked(item).is_none_or(|each| size::pieces(offer) == Some(each))
}

/// The only thing of the intent, if it says what its pack shall hold.
fn wanted(scene: &Scene<'_>) -> Option<(ItemPhrase, u32)> {
    let [item] = scene.intent.slots.items.as_slice() else { return None };
    if scene.intent.slots.constraints != Constraints::default() {
        // "A six pack under five dollars" is looked for within that.
        return None;
    }
    let each = asked(item).filter(|_| item.options.is_empty() && scene.intent.slots.step.is_none())?;
    let quantity = item.quantity.or(scene.intent.slots.quantity);
    Some((ItemPhrase { quantity, ..item.clone() }, each))
}

/// Takes what comes in such packs in the place of what is read back or offered, or says that it is not sold so.
/// `false`, and no change, where nothing of the kind was said, or it comes in such packs already.
pub(super) fn correct(scene: &mut Scene<'_>) -> bool {
    let Some((item, each)) = wanted(scene) else { return false };
    match scene.state.focus.clone() {
        Focus::Confirming(draft) | Focus::AskPin(draft) => {
            in_lines(scene, &draft.lines, draft.from_cart, (&item, each))
        }
        Focus::Offering(line) => in_lines(scene, &[line], false, (&item, each)),
        focus if in_cart::is_all_there_is(&focus) => match in_cart::draft(scene) {
            Some(draft) => in_lines(scene, &draft.lines, true, (&item, each)),
            None => false,
        },
        Focus::Choosing { errand, .. } | Focus::AskQuantity(errand) if item.it => {
            among_offers(scene, errand, &item)
        }
        _ => false,
    }
}

/// The lines that are meant: those that are called so, or of "it" all that there are.
fn called(scene: &Scene<'_>, lines: &[DraftLine], item: &ItemPhrase) -> Vec<usize> {
    if let Some(line) = scene.line.filter(|line| *line < lines.len()) {
        return vec![line];
    }
    let so = |i: &usize| item.it || quantity::names(scene, &lines[*i].sku, &item.words);
    let all: Vec<usize> = (0..lines.len()).filter(so).collect();
    let packed = |i: &usize| scene.offer(&lines[*i].sku).is_some_and(|offer| size::pieces(offer).is_some());
    let in_packs: Vec<usize> = all.iter().copied().filter(packed).collect();
    // Of bread and paper towels only these come in packs.
    if in_packs.is_empty() { all } else { in_packs }
}

fn in_lines(
    scene: &mut Scene<'_>,
    lines: &[DraftLine],
    from_cart: bool,
    (item, each): (&ItemPhrase, u32),
) -> bool {
    let meant = called(scene, lines, item);
    let already = |i: &usize| scene.offer(&lines[*i].sku).is_some_and(|offer| fits(offer, item));
    if meant.is_empty() || meant.iter().any(already) {
        return false;
    }
    let [one] = meant.as_slice() else {
        if let Some(draft) = scene.draft().cloned().or_else(|| in_cart::draft(scene)) {
            which_line::ask(scene, draft, meant);
            return true;
        }
        scene.say(Prompt::new("change-which"));
        scene.stay();
        return true;
    };
    let offers = others(scene, &lines[*one], each);
    if offers.is_empty() {
        return not_sold_so(scene);
    }
    let mut lines = lines.to_vec();
    match item.quantity {
        Some(packs) => lines[*one].count(packs),
        // "The six pack instead" of twelve rolls is as many rolls.
        None if lines[*one].pieces.is_some() => {}
        None => lines[*one].count(Quantity::ONE),
    }
    swap::put(scene, (&lines, *one), from_cart, &offers)
}

/// "Add a six pack" to the twelve pack that is read back: one of each. `false`, and no change, where it is not said of
/// one line.
pub(super) fn add(scene: &mut Scene<'_>) -> bool {
    let (Some(draft), [item]) = (scene.draft().cloned(), scene.intent.slots.items.as_slice()) else {
        return false;
    };
    let meant = called(scene, &draft.lines, item);
    let (Some(each), [one]) = (asked(item), meant.as_slice()) else { return false };
    let offers = others(scene, &draft.lines[*one], each);
    let Some(first) = offers.first() else { return not_sold_so(scene) };
    let quantity = item.quantity.or(scene.intent.slots.quantity);
    let skus = offers.iter().map(|offer| offer.sku.clone()).collect();
    let wanted = Wanted::any(first.kind.clone(), quantity, skus);
    let mut errand = Errand::new(Purpose::Buy, vec![wanted]);
    match draft.from_cart {
        true => errand.purpose = Purpose::CheckOut,
        false => errand.lines = draft.lines,
    }
    assemble::advance(scene, errand);
    true
}

/// "And a six pack" of the one line that comes in packs: one more of it, or one beside it. `false`, and no change, where
/// no such pack was said.
pub(super) fn also(scene: &mut Scene<'_>) -> bool {
    let (Some(draft), Some((item, _))) = (scene.draft(), wanted(scene)) else { return false };
    let meant = called(scene, &draft.lines, &item);
    let so = |i: &usize| scene.offer(&draft.lines[*i].sku).is_some_and(|offer| fits(offer, &item));
    if let [one] = meant.iter().copied().filter(so).collect::<Vec<_>>().as_slice() {
        let more = item.quantity.unwrap_or(Quantity::ONE);
        let all = Quantity::new(draft.lines[*one].quantity.get().saturating_add(more.get()));
        let (draft, one, all) = (draft.clone(), *one, all.unwrap_or(more));
        quantity::change_line(scene, draft, one, (all, None));
        return true;
    }
    add(scene)
}

/// The same thing in such packs, or else what the words of the line meant too.
fn others<'a>(scene: &Scene<'a>, line: &DraftLine, each: u32) -> Vec<&'a Offer> {
    let Some(this) = scene.offer(&line.sku) else { return Vec::new() };
    let so = |offer: &&Offer| size::pieces(offer) == Some(each);
    let same: Vec<&Offer> = size::others(scene, line).into_iter().filter(so).collect();
    if !same.is_empty() {
        return same;
    }
    let others = line.others.iter().filter_map(|sku| scene.offer(sku));
    others.filter(|offer| offer.kind == this.kind).filter(so).collect()
}

/// "A six pack" of several offers, or where it is asked how many.
fn among_offers(scene: &mut Scene<'_>, mut errand: Errand, item: &ItemPhrase) -> bool {
    let choosing = matches!(scene.state.focus, Focus::Choosing { .. });
    let Some(wanted) = errand.wanted.first_mut() else { return false };
    let so = |sku: &Sku| scene.offer(sku).is_some_and(|offer| fits(offer, item));
    if !choosing && wanted.offers.first().is_some_and(so) {
        return false;
    }
    let offers: Vec<Sku> = wanted.offers.iter().filter(|sku| so(sku)).cloned().collect();
    if offers.is_empty() {
        if !choosing {
            return not_sold_so(scene);
        }
        choose::no_such_choice(scene);
        return true;
    }
    // "A six pack" of what two were asked for says which, and not how many.
    let said = item.quantity.filter(|said| !choosing || said.get() > 1);
    (wanted.tied, wanted.offers) = (offers.len(), offers);
    if said.is_some() {
        (wanted.quantity, wanted.pieces) = (said, None);
    }
    assemble::advance(scene, errand);
    true
}

fn not_sold_so(scene: &mut Scene<'_>) -> bool {
    scene.say(Prompt::new("other-size"));
    scene.stay();
    true
}
