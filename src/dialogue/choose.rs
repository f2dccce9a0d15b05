//! Picking from what was offered: by number, by price, by a word that tells them apart.

mod pages;
mod several;

use super::{
    Arg, DraftLine, Errand, Focus, Offer, Prompt, Wanted, assemble, bound, confirm, left, options, packs,
    scene::Scene, size, swap::swap,
};
use crate::{
    commerce::{Chosen, Quantity, Sku},
    understanding::{Choice, Expect},
};
pub(super) use pages::yes;
use pages::{go_on, shown};

/// "The second one", "the cheapest", "what else is there".
pub(super) fn choose(scene: &mut Scene<'_>) {
    let slots = &scene.intent.slots;
    let Some(choice) = &slots.choice else { return super::repair::not_understood(scene) };
    if super::beside::add(scene) {
        return;
    }
    if slots.have_options() && !options::heard_by_choice(&scene.state.focus) {
        // Who only looks something up would leave the options out.
        return super::repair::not_understood(scene);
    }
    // "Two large lattes and a small one" is no choice of one, and "twelve of the Silverbrook batteries" counts pieces.
    let fits = slots.items.len() < 2 && slots.items.first().and_then(packs::pieces).is_none();
    let counted = slots.quantity.or(slots.items.first().and_then(|item| item.quantity));
    if fits && pick(scene, choice, counted) {
        return;
    }
    if let Focus::Choosing { errand, .. } | Focus::AskOption { errand, .. } = scene.state.focus.clone() {
        return another_wish(scene, &errand);
    }
    let read_back = matches!(scene.state.focus, Focus::Confirming(_) | Focus::AskPin(_) | Focus::Offering(_));
    if read_back {
        return none_such(scene, choice);
    }
    if matches!(scene.state.focus, Focus::Idle | Focus::AskProduct(_)) {
        return super::repair::not_understood(scene);
    }
    // It was understood, and answers nothing that is asked.
    scene.stay();
}

/// Something else that is sold here is a new wish, and no answer. What was settled stays, and so does what is still to
/// be asked about.
fn another_wish(scene: &mut Scene<'_>, errand: &Errand) {
    let mut next = Errand::new(errand.purpose, assemble::wanted(scene));
    if next.wanted.iter().all(|wanted| wanted.offers.is_empty()) {
        return no_such_choice(scene);
    }
    next.lines = errand.lines.clone();
    next.wanted.extend(left::leave_first(scene, errand));
    assemble::advance(scene, next);
}

/// That there is nothing beyond what is offered or read back: no smaller one, no cheaper one.
pub(super) fn none_such(scene: &mut Scene<'_>, choice: &Choice) {
    let way = match choice {
        Choice::Smaller | Choice::Smallest => "smaller",
        Choice::Larger | Choice::Largest => "larger",
        Choice::Cheapest => "cheaper",
        Choice::Dearest => "dearer",
        _ => return no_such_choice(scene),
    };
    scene.say(Prompt::new("nothing-beyond").with("way", Arg::Kind(way.to_owned())));
    scene.stay();
}

/// That none of the offers was meant; the question stays.
pub(super) fn no_such_choice(scene: &mut Scene<'_>) {
    scene.say(Prompt::new("no-such-choice"));
    scene.stay();
}

/// Applies a choice to whatever is open; `false`, with nothing changed, when it fits nothing.
pub(super) fn pick(scene: &mut Scene<'_>, choice: &Choice, quantity: Option<Quantity>) -> bool {
    if matches!(scene.state.expect(), Expect::YesNo | Expect::Pin) {
        match choice {
            several if several.is_of_several() => {
                several::is_no_yes(scene);
                return true;
            }
            Choice::None => {
                confirm::no(scene);
                return true;
            }
            _ => {}
        }
    }
    if *choice == Choice::None && confirm::none_of_it(scene) {
        return true;
    }
    match scene.state.focus.clone() {
        Focus::Choosing { errand, from } => pick_offer(scene, errand, from, choice, quantity),
        Focus::Confirming(draft) | Focus::AskPin(draft) => swap(scene, &draft.lines, draft.from_cart, choice),
        Focus::Offering(mut line) => {
            if let Some(quantity) = quantity {
                line.count(quantity);
            }
            swap(scene, &[line], false, choice)
        }
        Focus::Substitute { errand, sku } => match choice {
            Choice::Other | Choice::More => {
                instead_of_substitute(scene, errand, &sku);
                true
            }
            _ => false,
        },
        Focus::AskOption { errand, group, .. } => options::pick(scene, errand, &group, choice),
        Focus::Idle if *choice == Choice::None && !scene.state.products.is_empty() => {
            confirm::no(scene);
            true
        }
        Focus::Idle if !scene.state.products.is_empty() => pick_spoken_of(scene, choice, quantity),
        _ => false,
    }
}

fn pick_offer(
    scene: &mut Scene<'_>,
    mut errand: Errand,
    from: usize,
    choice: &Choice,
    quantity: Option<Quantity>,
) -> bool {
    let asked = options::asked(scene);
    let Some(wanted) = errand.wanted.first_mut() else { return false };
    let offers: Vec<&Offer> = wanted.offers.iter().filter_map(|sku| scene.offer(sku)).collect();
    match choice {
        Choice::None => {
            left::drop_first(scene, errand);
            return true;
        }
        Choice::More => return go_on(scene, errand, from),
        several if several.is_of_several() => return several::pick(scene, errand, from, choice, quantity),
        _ => {}
    }
    let mut with = wanted.clone();
    if !options::ask_also(&scene.facts.menu, &mut with, asked.clone()) {
        return false;
    }
    let picked = match choice {
        // Of all that was found, read out or not, as it would be had with this.
        Choice::Cheapest | Choice::Dearest => {
            bound::extreme(scene, &offers, &with, *choice == Choice::Dearest).into_iter().collect()
        }
        Choice::Described(_) => {
            match bound::narrowed(scene, &select(&offers, shown(&offers, from), choice), &with) {
                Ok(picked) => {
                    let limits = &scene.intent.slots.constraints;
                    if limits.limit_the_price() {
                        wanted.limits = limits.clone();
                    }
                    picked
                }
                Err(beyond) => return bound::none_fits(scene, beyond, &scene.intent.slots.constraints),
            }
        }
        Choice::Smallest | Choice::Largest => of_all_sizes(&offers, from, choice),
        _ => select(&offers, shown(&offers, from), choice),
    };
    match picked.as_slice() {
        [] => false,
        [one] => {
            let sku = one.sku.clone();
            settle_on(wanted, &sku, quantity);
            if !options::ask_also(&scene.facts.menu, wanted, asked) {
                return false;
            }
            leave_the_other(&mut errand, &sku);
            assemble::advance(scene, errand);
            true
        }
        several => {
            // "The large one" can fit two: ask between those.
            wanted.offers = several.iter().map(|o| o.sku.clone()).collect();
            wanted.tied = wanted.offers.len();
            if quantity.is_some() {
                (wanted.quantity, wanted.pieces) = (quantity, None);
            }
            if !options::ask_also(&scene.facts.menu, wanted, asked) {
                return false;
            }
            scene.ask(Focus::Choosing { errand, from: 0 }, "asking-which");
            true
        }
    }
}

/// The smallest, or the largest, of all that was found; where not all of that can be compared, of what was read out.
fn of_all_sizes<'a>(offers: &[&'a Offer], from: usize, choice: &Choice) -> Vec<&'a Offer> {
    let of_all = select(offers, offers, choice);
    if of_all.is_empty() { select(offers, shown(offers, from), choice) } else { of_all }
}

/// What was picked as the one of "both" is not to be the other one.
fn leave_the_other(errand: &mut Errand, picked: &Sku) {
    let Some(other) = errand.wanted.get_mut(1).filter(|w| w.other) else { return };
    other.offers.retain(|sku| sku != picked);
    other.tied = other.offers.len();
}

fn settle_on(wanted: &mut Wanted, sku: &Sku, quantity: Option<Quantity>) {
    wanted.offers.retain(|s| s != sku);
    wanted.offers.insert(0, sku.clone());
    wanted.tied = 1;
    if quantity.is_some() {
        (wanted.quantity, wanted.pieces) = (quantity, None);
    }
}

/// The offers that a choice means. Numbers count all offers from 1, as they were read.
pub(super) fn select<'a>(offers: &[&'a Offer], shown: &[&'a Offer], choice: &Choice) -> Vec<&'a Offer> {
    let one = |offer: Option<&&'a Offer>| offer.map(|o| vec![*o]).unwrap_or_default();
    match choice {
        Choice::Ordinal(n) => one(usize::try_from(*n).ok().and_then(|n| offers.get(n.wrapping_sub(1)))),
        Choice::Last => one(shown.last()),
        Choice::Cheapest => one(shown.iter().min_by_key(|o| (o.in_stock == 0, o.price.minor()))),
        Choice::Dearest => one(shown.iter().min_by_key(|o| (o.in_stock == 0, -o.price.minor()))),
        Choice::Other if shown.len() == 2 => one(shown.get(1)),
        Choice::Described(words) => {
            let named = described(offers, words);
            if named.is_empty() { size::called(shown, words) } else { named }
        }
        Choice::Smaller | Choice::Smallest => size::extreme(shown, false),
        Choice::Larger | Choice::Largest => size::extreme(shown, true),
        Choice::Other | Choice::None | Choice::More => Vec::new(),
        // Several are picked elsewhere.
        Choice::Both
        | Choice::All
        | Choice::AllOf(_)
        | Choice::FirstOnes(_)
        | Choice::LastOnes(_)
        | Choice::Several(_) => Vec::new(),
    }
}

/// The offers that all of the words fit; of those, only the ones whose size says it when a
/// word is a size.
pub(super) fn described<'a>(offers: &[&'a Offer], words: &str) -> Vec<&'a Offer> {
    let words: Vec<String> = words.split_whitespace().filter(|w| !FILLERS.contains(w)).map(stem).collect();
    if words.is_empty() {
        return Vec::new();
    }
    let fits = |offer: &&&Offer| {
        let text = searchable(offer);
        words.iter().all(|w| text.split(' ').any(|t| t == w))
    };
    offers.iter().filter(fits).copied().collect()
}

const FILLERS: [&str; 9] = ["the", "one", "ones", "a", "an", "please", "with", "of", "that"];

fn searchable(offer: &Offer) -> String {
    let mut text = format!("{} {} {}", offer.brand, offer.kind, offer.size.as_deref().unwrap_or_default());
    for attribute in &offer.attributes {
        text.push(' ');
        text.push_str(attribute);
    }
    text.to_lowercase().split(|c: char| !c.is_alphanumeric()).map(stem).collect::<Vec<_>>().join(" ")
}

/// Plural and singular are one word here: the offers are few and known.
pub(super) fn stem(word: &str) -> String {
    let word = word.to_lowercase();
    match word.strip_suffix('s') {
        Some(singular) if singular.len() > 2 && !singular.ends_with('s') => singular.to_owned(),
        _ => word,
    }
}

fn instead_of_substitute(scene: &mut Scene<'_>, mut errand: Errand, refused: &Sku) {
    let Some(wanted) = errand.wanted.first_mut() else { return };
    let missing = wanted.offers.first().cloned();
    wanted.offers.retain(|sku| sku != refused && Some(sku) != missing.as_ref());
    let in_stock = |sku: &&Sku| scene.facts.offer(sku).is_some_and(|o| o.in_stock > 0);
    let left: Vec<Sku> = wanted.offers.iter().filter(in_stock).cloned().collect();
    if left.is_empty() {
        scene.say(Prompt::new("no-more-offers"));
        return left::drop_first(scene, errand);
    }
    wanted.tied = left.len();
    wanted.offers = left;
    assemble::advance(scene, errand);
}

/// "The second one" about products that were just told of: an offer to order it.
fn pick_spoken_of(scene: &mut Scene<'_>, choice: &Choice, quantity: Option<Quantity>) -> bool {
    let offers: Vec<&Offer> = scene.state.products.iter().filter_map(|sku| scene.offer(sku)).collect();
    let picked = select(&offers, &offers, choice);
    let [one] = picked.as_slice() else { return false };
    let sku = one.sku.clone();
    scene.say(Prompt::new("picked").with("name", Arg::clone(&one.spoken())));
    scene.speak_of([sku.clone()]);
    let quantity = quantity.unwrap_or(Quantity::ONE);
    scene.ask(Focus::Offering(DraftLine::new(sku, quantity, Chosen::default())), "offering");
    true
}
