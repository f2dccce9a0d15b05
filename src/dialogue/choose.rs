//! Picking from what was offered: by number, by price, by a word that tells them apart.

mod how_many;
mod offer;
mod pages;
mod select;
mod several;

use super::{
    Arg, DraftLine, Errand, Focus, Offer, Prompt, Wanted, assemble, confirm, left, options, packs, quantity,
    questions, scene::Scene, swap::swap,
};
use crate::{
    commerce::{Chosen, Quantity, Sku},
    understanding::{Choice, Expect, IntentName},
};
pub(super) use pages::yes;
pub(super) use select::{described, select, stem};

/// "The second one", "the cheapest", "what else is there".
pub(super) fn choose(scene: &mut Scene<'_>) {
    let slots = &scene.intent.slots;
    // Platforms can call the words for it a thing.
    let named =
        || slots.items.first().filter(|item| !item.it).map(|item| Choice::Described(item.words.clone()));
    let Some(choice) = &slots.choice.clone().or_else(named) else {
        return super::repair::not_understood(scene);
    };
    if super::beside::add(scene) || super::of_line::had_with(scene, choice) || is_a_count(scene) {
        return;
    }
    if slots.have_options() && !options::heard_by_choice(&scene.state.focus) {
        // Who only looks something up would leave the options out.
        return super::repair::not_understood(scene);
    }
    // "Two large lattes and a small one" is no choice of one, and "twelve of the Silverbrook batteries" counts pieces.
    // Where it is asked how many, pieces are an answer too.
    let how_many = matches!(scene.state.focus, Focus::AskQuantity(_));
    let pieces = slots.items.first().and_then(packs::pieces).filter(|_| !how_many);
    let fits = slots.items.len() < 2 && pieces.is_none();
    let counted = slots.quantity.or(slots.items.first().and_then(|item| item.quantity));
    if fits && pick(scene, choice, counted) {
        return;
    }
    match scene.state.focus.clone() {
        Focus::Choosing { errand, .. } | Focus::AskOption { errand, .. } => another_wish(scene, &errand),
        Focus::AskQuantity(errand) if matches!(choice, Choice::Described(_)) => another_wish(scene, &errand),
        Focus::AskQuantity(_) | Focus::Confirming(_) | Focus::AskPin(_) | Focus::Offering(_) => {
            none_such(scene, choice)
        }
        Focus::Idle | Focus::AskProduct(_) => super::repair::not_understood(scene),
        // It was understood, and answers nothing that is asked.
        _ => scene.stay(),
    }
}

/// "Two" where sizes are read out, which have no numbers, is how many, and which size is asked again.
fn is_a_count(scene: &mut Scene<'_>) -> bool {
    let slots = &scene.intent.slots;
    let (true, Some(Choice::Ordinal(number))) = (slots.bare_number, &slots.choice) else { return false };
    let Some(count) = Quantity::new(*number).filter(|_| !questions::has_numbers(&scene.state, scene.facts))
    else {
        return false;
    };
    quantity::set_quantity(scene, count);
    true
}

/// Something else that is sold here is a new wish, and no answer. What was settled stays, and so does what is still to
/// be asked about.
pub(super) fn another_wish(scene: &mut Scene<'_>, errand: &Errand) {
    let mut next = Errand::new(errand.purpose, assemble::wanted(scene));
    if next.wanted.iter().all(|wanted| wanted.offers.is_empty()) {
        return no_such_choice(scene);
    }
    errand.hand_on(&mut next);
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
        Focus::Choosing { errand, from } => offer::pick(scene, errand, from, choice, quantity),
        Focus::AskQuantity(errand) => how_many::pick(scene, errand, choice, quantity),
        Focus::Confirming(draft) | Focus::AskPin(draft) => swap(scene, &draft.lines, draft.from_cart, choice),
        // "The first one" of a single one.
        Focus::Offering(_) if matches!(choice, Choice::Ordinal(1) | Choice::Last) => {
            confirm::yes(scene);
            true
        }
        Focus::Offering(line) => of_offered(scene, line, choice, quantity),
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

/// Another one in the place of what is offered. "Too expensive" has taken none: what costs less is offered first.
fn of_offered(scene: &mut Scene<'_>, mut line: DraftLine, choice: &Choice, said: Option<Quantity>) -> bool {
    said.into_iter().for_each(|said| line.count(said));
    let done = swap(scene, &[line], false, choice);
    let asks = scene.intent.name == IntentName::Correct && scene.intent.slots.constraints.by_price();
    if let (true, Focus::Confirming(draft)) = (done && asks, scene.state.focus.clone())
        && let [line] = draft.lines.as_slice()
    {
        let question = questions::of(&scene.state, scene.facts);
        scene.say.retain(|said| !question.contains(said));
        scene.state.focus = Focus::Offering(line.clone());
        scene.decision = "offering";
        scene.ask_again();
    }
    done
}

/// "Not the large one" of what is offered: the others stay to be chosen among.
pub(super) fn without(scene: &mut Scene<'_>, choice: &Choice) -> bool {
    let Focus::Choosing { mut errand, .. } = scene.state.focus.clone() else { return false };
    let Some(wanted) = errand.wanted.first_mut() else { return false };
    let offers: Vec<&Offer> = wanted.offers.iter().filter_map(|sku| scene.offer(sku)).collect();
    let refused = select(scene, wanted, &offers, &offers, choice);
    let left: Vec<Sku> = offers
        .iter()
        .filter(|offer| refused.iter().all(|not| not.sku != offer.sku))
        .map(|offer| offer.sku.clone())
        .collect();
    if refused.is_empty() || left.is_empty() {
        return false;
    }
    (wanted.tied, wanted.offers) = (left.len(), left);
    assemble::advance(scene, errand);
    true
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
    let picked = select(scene, &Wanted::any(String::new(), None, Vec::new()), &offers, &offers, choice);
    let [one] = picked.as_slice() else { return false };
    let sku = one.sku.clone();
    scene.say(Prompt::new("picked").with("name", Arg::clone(&one.spoken())));
    scene.speak_of([sku.clone()]);
    let quantity = quantity.unwrap_or(Quantity::ONE);
    scene.ask(Focus::Offering(DraftLine::new(sku, quantity, Chosen::default())), "offering");
    true
}
