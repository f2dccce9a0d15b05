//! Corrections that name a line of the read-back: "no candles", "just the bananas", "bagels
//! instead of bread".

use super::{
    Arg, Draft, Errand, Focus, Prompt, Purpose, Wanted, assemble,
    confirm::leave,
    packs,
    quantity::{change_line, means, names, set_quantity},
    read_back::propose,
    removal,
    scene::Scene,
};
use crate::commerce::{Quantity, Sku};

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
    let by_price = slots.constraints.by_price();
    if let Some(index) = line(&item.words).filter(|_| by_price) {
        return by_price_instead(scene, &draft, index);
    }
    let Some(index) = draft.lines.iter().position(|l| means(scene, l, item)) else { return false };
    let count = item.quantity.or(slots.quantity);
    if slots.only {
        keep_only(scene, &draft, index, count);
    } else if let Some(count) = count {
        set_quantity(scene, count);
    } else if slots.refused {
        removal::take_out(scene, &draft, index);
    } else {
        scene.stay();
    }
    true
}

/// "No sugar" of what is not being read back wants no sugar: that there is none is said, and the question is asked
/// again. Of what is being offered it is a no.
pub(super) fn refused(scene: &mut Scene<'_>) -> bool {
    let slots = &scene.intent.slots;
    if !slots.refused || slots.instead || matches!(scene.state.focus, Focus::Idle | Focus::AskProduct(_)) {
        return false;
    }
    let offered = |scene: &Scene<'_>, words: &str| match &scene.state.focus {
        Focus::Offering(line) => names(scene, &line.sku, words),
        Focus::Choosing { errand, .. } | Focus::AskQuantity(errand) | Focus::AskOption { errand, .. } => {
            let wanted = errand.wanted.first();
            errand.lines.is_empty()
                && wanted
                    .is_some_and(|w| !w.offers.is_empty() && w.offers.iter().all(|s| names(scene, s, words)))
        }
        _ => false,
    };
    if slots.items.iter().any(|item| !item.it && offered(scene, &item.words)) {
        leave(scene);
    } else if !removal::remove_settled(scene) {
        not_in_it(scene);
    }
    true
}

/// There is nothing of it in what is being read back, which is read again.
pub(super) fn not_in_it(scene: &mut Scene<'_>) {
    let words = scene.intent.slots.items.iter().find(|item| !item.it).map(|item| item.words.clone());
    scene.say(match words {
        Some(words) => Prompt::new("option-not-in").with("option", Arg::Name(words)),
        None => Prompt::new("not-in-order"),
    });
    scene.stay();
}

fn keep_only(scene: &mut Scene<'_>, draft: &Draft, index: usize, count: Option<Quantity>) {
    let mut kept = draft.lines[index].clone();
    match count {
        Some(count) if !draft.from_cart => {
            let only = Draft { lines: vec![kept], ..draft.clone() };
            return change_line(scene, only, 0, (count, packs::said(scene, count)));
        }
        Some(count) => match in_packs(scene, &kept.sku, count) {
            Ok(packs) => kept.count(packs),
            Err(note) => return removal::no_such_number(scene, note),
        },
        None => {}
    }
    if draft.from_cart {
        scene.state.cart.set(&kept.sku, &kept.options, kept.quantity);
        for line in draft.lines.iter().filter(|l| l.sku != kept.sku || l.options != kept.options) {
            scene.state.cart.remove(&line.sku, &line.options);
        }
    }
    propose(scene, vec![kept], draft.from_cart);
}

/// How many packs a count of a line means, within what can be had. The error is what to say where it means none.
fn in_packs(scene: &Scene<'_>, sku: &Sku, count: Quantity) -> Result<Quantity, Prompt> {
    let Some(offer) = scene.offer(sku) else { return Ok(count) };
    let packs = packs::of_said(scene, count, offer)?;
    let most = packs::most(&scene.facts.terms, offer);
    if packs.get() <= most.count { Ok(packs) } else { Err(most.said) }
}

/// "The cheapest latte" of one that is being read back: as many, had in the same way.
fn by_price_instead(scene: &mut Scene<'_>, draft: &Draft, index: usize) -> bool {
    let mut wanted = assemble::wanted(scene);
    if let ([one], Some(line)) = (wanted.as_mut_slice(), draft.lines.get(index)) {
        one.quantity = one.quantity.or(Some(line.quantity));
        one.chosen = one.chosen.take().or_else(|| Some(line.options.clone()));
    }
    put_in_place(scene, draft, index, wanted)
}

/// The new thing takes the line's place, when there is such a thing.
fn replace(scene: &mut Scene<'_>, draft: &Draft, index: usize) -> bool {
    let wanted = assemble::wanted(scene);
    put_in_place(scene, draft, index, wanted)
}

fn put_in_place(scene: &mut Scene<'_>, draft: &Draft, index: usize, wanted: Vec<Wanted>) -> bool {
    if assemble::nothing_found(scene, &wanted) {
        return true;
    }
    let mut rest = draft.lines.clone();
    let gone = rest.remove(index);
    let there = |sku: &Sku| rest.iter().any(|line| &line.sku == sku);
    let plain = wanted.iter().all(|w| w.options.is_empty());
    if plain && wanted.iter().all(|w| w.offers.first().is_some_and(there)) {
        // What is wanted instead is in the order already.
        removal::take_out(scene, draft, index);
        return true;
    }
    let mut errand = Errand::new(Purpose::Buy, wanted);
    if draft.from_cart {
        scene.state.cart.remove(&gone.sku, &gone.options);
        errand.purpose = Purpose::AddToCart;
    } else {
        errand.lines = rest;
    }
    assemble::advance(scene, errand);
    true
}
