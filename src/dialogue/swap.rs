//! Another product in the place of one that is being read back: "the large one instead", "smaller".

use std::cmp::Ordering;

use super::{
    DraftLine, Errand, Instead, Offer, Purpose, Wanted, assemble, basket,
    choose::{described, select},
    held, options,
    scene::Scene,
    size, which_line,
};
use crate::{
    commerce::Sku,
    understanding::{Choice, IntentName},
};

/// Takes another product of the same words into a read-back, and reads it back anew.
pub(super) fn swap(scene: &mut Scene<'_>, lines: &[DraftLine], from_cart: bool, choice: &Choice) -> bool {
    let by_name = |line: &DraftLine| but_lines(scene, lines, instead_of(scene, line, choice));
    let other_sizes = |line: &DraftLine| but_lines(scene, lines, in_another_size(scene, line, choice));
    let can = |at: usize| scene.line.is_none_or(|line| line == at);
    let named = (0..lines.len()).rev().find(|&at| can(at) && !by_name(&lines[at]).is_empty());
    let sized: Vec<usize> =
        (0..lines.len()).filter(|&at| can(at) && !other_sizes(&lines[at]).is_empty()).collect();
    // What is offered is one line; several are read back.
    if let Some(draft) = scene.draft().filter(|_| named.is_none() && sized.len() > 1).cloned() {
        which_line::ask(scene, draft, sized);
        return true;
    }
    let Some(i) = named.or(sized.first().copied()) else {
        // "The large one" of what is a large one.
        let so = (0..lines.len()).any(|at| can(at) && is_so(scene, &lines[at], choice));
        if so {
            scene.stay();
        }
        return so;
    };
    let picked = if named.is_some() { by_name(&lines[i]) } else { other_sizes(&lines[i]) };
    put(scene, (lines, i), from_cart, &picked)
}

/// "The small one" of a small and a large one names a line, and puts no second small one in the place of the large.
fn but_lines<'a>(scene: &Scene<'_>, lines: &[DraftLine], mut picked: Vec<&'a Offer>) -> Vec<&'a Offer> {
    if scene.line.is_none() {
        picked.retain(|offer| lines.iter().all(|line| line.sku != offer.sku));
    }
    picked
}

/// Puts one of these in the place of a line, or asks which of them.
pub(super) fn put(
    scene: &mut Scene<'_>,
    (lines, i): (&[DraftLine], usize),
    from_cart: bool,
    picked: &[&Offer],
) -> bool {
    let mut line = lines[i].clone();
    scene.part.into_iter().for_each(|some| line.count(some));
    let options = options::asked(scene);
    let picked = held::within(scene, &line, &options, picked);
    let mut offers: Vec<Sku> = picked.iter().map(|o| o.sku.clone()).collect();
    let Some(words) = picked.first().map(|offer| offer.kind.clone()) else { return false };
    held::let_go_for(scene, &mut line, &options, &picked);
    let tied = offers.len();
    for other in all(scene, &line) {
        if !offers.contains(&other.sku) {
            offers.push(other.sku.clone());
        }
    }
    // What is only offered is in no order yet.
    let instead = (from_cart || scene.draft().is_some()).then(|| Instead::of(&line, scene.part));
    let wanted = Wanted { tied, options, offers, instead, ..line.wanted(words) };
    let mut errand = Errand::new(Purpose::Buy, vec![wanted]);
    match from_cart {
        true => errand.purpose = basket::purpose(scene),
        false if scene.draft().is_some() => errand.lines = lines.to_vec(),
        false => {}
    }
    assemble::advance(scene, errand);
    true
}

/// What the words of a line meant, itself last.
fn all<'a>(scene: &Scene<'a>, line: &DraftLine) -> Vec<&'a Offer> {
    let others = line.others.iter().filter_map(|sku| scene.offer(sku));
    others.chain(scene.offer(&line.sku)).collect()
}

/// What would be wanted with another thing in the place of a line: what the line has.
fn as_it_is(line: &DraftLine) -> Wanted {
    Wanted { chosen: Some(line.options.clone()), ..Wanted::any(String::new(), None, Vec::new()) }
}

/// Whether a line is as it is described already.
fn is_so(scene: &Scene<'_>, line: &DraftLine, choice: &Choice) -> bool {
    let all = all(scene, line);
    matches!(choice, Choice::Described(_))
        && select(scene, &as_it_is(line), &all, &all, choice).iter().any(|offer| offer.sku == line.sku)
}

/// What a choice takes in the place of a line, of what its words meant too.
fn instead_of<'a>(scene: &Scene<'a>, line: &DraftLine, choice: &Choice) -> Vec<&'a Offer> {
    // What was said of the price holds for what takes its place, as long as something is within it.
    let mut all = held::within(scene, line, &[], &all(scene, line));
    let mut picked = match choice {
        Choice::Described(_) => described_of(scene, line, &all, choice),
        Choice::Cheapest if asks_for_less(scene) => {
            let of_size = cheaper_of_its_size(scene, line, &all);
            if of_size.is_empty() { select(scene, &as_it_is(line), &all, &all, choice) } else { of_size }
        }
        Choice::Cheapest | Choice::Dearest => select(scene, &as_it_is(line), &all, &all, choice),
        Choice::Other | Choice::More => {
            all.retain(|offer| offer.sku != line.sku);
            all
        }
        _ => Vec::new(),
    };
    let this = scene.offer(&line.sku);
    if let (Choice::Described(_), Some(this)) = (choice, this) {
        size::prefer_same(&mut picked, this);
    }
    // What is so already is not changed for another that is so too, nor for one at the same price.
    let price = this.map(|this| this.price);
    let by_price = matches!(choice, Choice::Cheapest | Choice::Dearest);
    if picked.iter().any(|offer| offer.sku == line.sku || by_price && Some(offer.price) == price) {
        picked.clear();
    }
    picked
}

/// "Something cheaper", "too expensive": where it can be had for less in the same size, that is meant before a smaller one.
fn asks_for_less(scene: &Scene<'_>) -> bool {
    let slots = &scene.intent.slots;
    scene.intent.name == IntentName::Correct && slots.items.is_empty() && slots.constraints.cheapest
}

/// The cheapest of what is of the size of a line, where it costs less than that.
fn cheaper_of_its_size<'a>(scene: &Scene<'_>, line: &DraftLine, all: &[&'a Offer]) -> Vec<&'a Offer> {
    let Some(this) = scene.offer(&line.sku) else { return Vec::new() };
    let alike = |other: &&&Offer| {
        size::compare(other, this) == Some(Ordering::Equal) && other.price.minor() < this.price.minor()
    };
    let cheaper: Vec<&Offer> = all.iter().filter(alike).copied().collect();
    let least = cheaper.iter().map(|offer| offer.price.minor()).min();
    cheaper.into_iter().filter(|offer| Some(offer.price.minor()) == least).collect()
}

/// What is described of what is within the limits, or else beyond them: it was named.
fn described_of<'a>(
    scene: &Scene<'a>,
    line: &DraftLine,
    within: &[&'a Offer],
    choice: &Choice,
) -> Vec<&'a Offer> {
    let picked = select(scene, &as_it_is(line), within, within, choice);
    if !picked.is_empty() {
        return picked;
    }
    let all = all(scene, line);
    select(scene, &as_it_is(line), &all, &all, choice)
}

/// The same thing as on a line in another size, or else what its words meant too: "smaller", "make that a large".
fn in_another_size<'a>(scene: &Scene<'a>, line: &DraftLine, choice: &Choice) -> Vec<&'a Offer> {
    let Some(this) = scene.offer(&line.sku) else { return Vec::new() };
    let same = size::others(scene, line);
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
        Choice::Described(_) if is_so(scene, line, choice) => Vec::new(),
        Choice::Described(words) => described(of, words),
        Choice::Dearest => {
            let most = of.iter().map(|o| o.price.minor()).max().filter(|most| *most > this.price.minor());
            of.iter().filter(|o| most == Some(o.price.minor())).copied().collect()
        }
        Choice::Cheapest => {
            let least = of.iter().map(|o| o.price.minor()).min().filter(|least| *least < this.price.minor());
            of.iter().filter(|o| least == Some(o.price.minor())).copied().collect()
        }
        _ => Vec::new(),
    };
    let of_it = pick(&same);
    if of_it.is_empty() && !matches!(choice, Choice::Described(_)) { pick(&others) } else { of_it }
}
