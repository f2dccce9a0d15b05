//! Another product in the place of one that is being read back: "the large one instead", "smaller".

use super::{
    DraftLine, Errand, Offer, Prompt, Wanted, assemble, basket,
    choose::{described, select},
    options,
    scene::Scene,
    size,
};
use crate::{commerce::Sku, understanding::Choice};

/// Takes another product of the same words into a read-back, and reads it back anew.
pub(super) fn swap(scene: &mut Scene<'_>, lines: &[DraftLine], from_cart: bool, choice: &Choice) -> bool {
    let by_name = |line: &DraftLine| instead_of(scene, line, choice);
    let other_sizes = |line: &DraftLine| in_another_size(scene, line, choice);
    let named = lines.iter().rposition(|line| !by_name(line).is_empty());
    let sized: Vec<usize> = (0..lines.len()).filter(|&i| !other_sizes(&lines[i]).is_empty()).collect();
    if named.is_none() && sized.len() > 1 {
        scene.say(Prompt::new("change-which"));
        scene.decision = super::ASKING_AGAIN;
        scene.ask_again();
        return true;
    }
    let Some(i) = named.or(sized.first().copied()) else { return false };
    let picked = if named.is_some() { by_name(&lines[i]) } else { other_sizes(&lines[i]) };
    put(scene, (lines, i), from_cart, &picked)
}

/// Puts one of these in the place of a line, or asks which of them.
pub(super) fn put(
    scene: &mut Scene<'_>,
    (lines, i): (&[DraftLine], usize),
    from_cart: bool,
    picked: &[&Offer],
) -> bool {
    let line = &lines[i];
    let others = line.others.iter().filter_map(|sku| scene.offer(sku));
    let all: Vec<&Offer> = others.chain(scene.offer(&line.sku)).collect();
    let offers: Vec<Sku> = picked.iter().map(|o| o.sku.clone()).collect();
    if from_cart {
        return swap_in_cart(scene, line, &offers);
    }
    let Some(words) = picked.first().map(|offer| offer.kind.clone()) else { return false };
    let mut rest = lines.to_vec();
    let line = rest.remove(i);
    let tied = offers.len();
    let more = all.iter().map(|o| o.sku.clone()).filter(|sku| !offers.contains(sku)).collect::<Vec<_>>();
    let all = offers.into_iter().chain(more).collect();
    let wanted = Wanted {
        tied,
        options: options::asked(scene),
        chosen: Some(line.options),
        ..Wanted::any(words, Some(line.quantity), all)
    };
    let mut errand = Errand::new(super::Purpose::Buy, vec![wanted]);
    errand.lines = rest;
    assemble::advance(scene, errand);
    true
}

/// What a choice takes in the place of a line, of what its words meant too.
fn instead_of<'a>(scene: &Scene<'a>, line: &DraftLine, choice: &Choice) -> Vec<&'a Offer> {
    let others: Vec<&Offer> = line.others.iter().filter_map(|sku| scene.offer(sku)).collect();
    let this = scene.offer(&line.sku);
    let all: Vec<&Offer> = others.iter().copied().chain(this).collect();
    let mut picked = match choice {
        Choice::Cheapest | Choice::Dearest => select(&all, &all, choice),
        Choice::Described(_) => select(&others, &others, choice),
        Choice::Other | Choice::More => others,
        _ => Vec::new(),
    };
    if picked.iter().all(|o| o.sku == line.sku) {
        picked.clear();
    }
    picked
}

/// The same thing as on a line in another size, or else what its words meant too: "smaller", "make that a large".
fn in_another_size<'a>(scene: &Scene<'a>, line: &DraftLine, choice: &Choice) -> Vec<&'a Offer> {
    let Some(this) = scene.offer(&line.sku) else { return Vec::new() };
    let facts = scene.facts;
    let mut same: Vec<&Offer> = Vec::new();
    for offer in facts.found.iter().flat_map(|found| &found.offers).chain(&facts.known) {
        if size::same_but_for_it(offer, this) && same.iter().all(|known| known.sku != offer.sku) {
            same.push(offer);
        }
    }
    let others: Vec<&Offer> = line.others.iter().filter_map(|sku| scene.offer(sku)).collect();
    let pick = |of: &[&'a Offer]| match choice {
        Choice::Smaller => size::next(of, this, false),
        Choice::Larger => size::next(of, this, true),
        Choice::Smallest | Choice::Largest => {
            let largest = *choice == Choice::Largest;
            let all: Vec<&Offer> = of.iter().copied().chain([this]).collect();
            let best = size::extreme(&all, largest);
            if best.iter().any(|o| o.sku == this.sku) { Vec::new() } else { best }
        }
        Choice::Described(words) => described(of, words),
        Choice::Cheapest => {
            let least = of.iter().map(|o| o.price.minor()).min().filter(|least| *least < this.price.minor());
            of.iter().filter(|o| least == Some(o.price.minor())).copied().collect()
        }
        _ => Vec::new(),
    };
    let of_it = pick(&same);
    if of_it.is_empty() && !matches!(choice, Choice::Described(_)) { pick(&others) } else { of_it }
}

/// The cart itself is changed, so that a later check-out agrees with what was said. Only a
/// single fitting product is taken: the cart is no place to guess in.
fn swap_in_cart(scene: &mut Scene<'_>, line: &DraftLine, picked: &[Sku]) -> bool {
    let [sku] = picked else { return false };
    let Some(offer) = scene.offer(sku) else { return false };
    match options::apply(&scene.facts.menu, offer, &line.options, &options::asked(scene)) {
        Ok(chosen) => {
            scene.state.cart.remove(&line.sku, &line.options);
            scene.state.cart.add(sku.clone(), chosen, line.quantity);
            basket::check_out(scene);
        }
        Err(trouble) => {
            scene.say(options::told(&trouble, offer));
            scene.decision = super::ASKING_AGAIN;
            scene.ask_again();
        }
    }
    true
}
