//! Picking from what was offered: by number, by price, by a word that tells them apart.

use super::{
    Arg, DraftLine, Errand, Focus, Offer, Prompt, Wanted, assemble, bound, confirm, options,
    policy::READ_AT_ONCE, scene::Scene, size, swap::swap,
};
use crate::{
    commerce::{Chosen, Quantity, Sku},
    understanding::{Choice, Expect},
};

/// "The second one", "the cheapest", "what else is there".
pub(super) fn choose(scene: &mut Scene<'_>) {
    let slots = &scene.intent.slots;
    let Some(choice) = &slots.choice else { return super::repair::not_understood(scene) };
    if slots.have_options() && !options::heard_by_choice(&scene.state.focus) {
        // Who only looks something up would leave the options out.
        return super::repair::not_understood(scene);
    }
    if pick(scene, choice, slots.quantity) {
        return;
    }
    if let Focus::Choosing { errand, .. } = &scene.state.focus {
        let mut next = Errand::new(errand.purpose, assemble::wanted(scene));
        if next.wanted.iter().any(|w| !w.offers.is_empty()) {
            // Something else that is sold here: a new wish, not an answer. What was settled stays, and so does what is
            // still to be asked about.
            next.lines = errand.lines.clone();
            next.wanted.extend(errand.wanted.iter().skip(1).cloned());
            let left = errand.wanted.first().map(|wanted| wanted.words.clone());
            super::left::say_left(scene, left.into_iter().map(Arg::Name).collect());
            return assemble::advance(scene, next);
        }
        return no_such_choice(scene);
    }
    let read_back =
        matches!(scene.state.focus, Focus::Confirming(_) | Focus::AskPin(_) | Focus::Offering { .. });
    if read_back {
        return none_such(scene, choice);
    }
    if matches!(scene.state.focus, Focus::Idle | Focus::AskProduct(_)) {
        return super::repair::not_understood(scene);
    }
    // It was understood, and answers nothing that is asked.
    scene.decision = super::ASKING_AGAIN;
    scene.ask_again();
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
    scene.decision = super::ASKING_AGAIN;
    scene.ask_again();
}

/// That none of the offers was meant; the question stays.
pub(super) fn no_such_choice(scene: &mut Scene<'_>) {
    scene.say(Prompt::new("no-such-choice"));
    scene.decision = super::ASKING_AGAIN;
    scene.ask_again();
}

/// Applies a choice to whatever is open; `false`, with nothing changed, when it fits nothing.
pub(super) fn pick(scene: &mut Scene<'_>, choice: &Choice, quantity: Option<Quantity>) -> bool {
    if *choice == Choice::Both && matches!(scene.state.expect(), Expect::YesNo | Expect::Pin) {
        both_is_no_yes(scene);
        return true;
    }
    if *choice == Choice::None && confirm::none_of_it(scene) {
        return true;
    }
    match scene.state.focus.clone() {
        Focus::Choosing { errand, from } => pick_offer(scene, errand, from, choice, quantity),
        Focus::Confirming(draft) | Focus::AskPin(draft) => swap(scene, &draft.lines, draft.from_cart, choice),
        Focus::Offering { sku, quantity: offered, options } => {
            let quantity = quantity.unwrap_or(offered);
            let line = DraftLine { sku, quantity, others: others(scene), options };
            swap(scene, &[line], false, choice)
        }
        Focus::Substitute { errand, sku } => match choice {
            Choice::Other | Choice::More | Choice::None => {
                instead_of_substitute(scene, errand, &sku);
                true
            }
            _ => false,
        },
        Focus::AskOption { errand, group, .. } => options::pick(scene, errand, &group, choice),
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
            let said = super::repair::nothing_ordered(scene);
            scene.say(said);
            scene.rest("cancelled");
            return true;
        }
        Choice::Both => return pick_both(scene, errand, from, quantity),
        Choice::More => {
            let next = if from + READ_AT_ONCE < offers.len() { from + READ_AT_ONCE } else { 0 };
            if next == 0 {
                scene.say(Prompt::new("no-more-offers"));
            }
            scene.ask(Focus::Choosing { errand, from: next }, "asking-which");
            return true;
        }
        _ => {}
    }
    let shown = &offers[from.min(offers.len())..];
    let mut shown = shown[..READ_AT_ONCE.min(shown.len())].to_vec();
    if matches!(choice, Choice::Cheapest | Choice::Dearest) && !asked.is_empty() {
        // "The cheapest with oat milk" is one that can be had so.
        shown = bound::had_so(scene, shown, &asked);
    }
    let picked = match choice {
        Choice::Cheapest | Choice::Dearest if !asked.is_empty() => {
            bound::extreme_so(scene, &shown, &asked, *choice == Choice::Dearest).into_iter().collect()
        }
        _ => select(&offers, &shown, choice),
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

/// Both of the two offers that were read out, of each as many as were said; of two in all, one of each. Of more offers
/// the one is asked for, and then the other. `false` for a single offer, of which "both" says nothing.
fn pick_both(scene: &mut Scene<'_>, mut errand: Errand, from: usize, quantity: Option<Quantity>) -> bool {
    let asked = options::asked(scene);
    let Some(mut wanted) = errand.wanted.first().cloned().filter(|w| w.offers.len() > 1) else {
        return false;
    };
    let shown: Vec<Sku> = wanted.offers.iter().skip(from).take(READ_AT_ONCE).cloned().collect();
    let two = shown.len() == 2;
    if !two && errand.wanted.iter().any(|w| w.other) {
        // That two are wanted is known: which ones is still the question.
        scene.decision = super::ASKING_AGAIN;
        scene.say(Prompt::new("both-of-more"));
        scene.ask_again();
        return true;
    }
    if !options::ask_also(&scene.facts.menu, &mut wanted, asked) {
        return false;
    }
    wanted.quantity = quantity.or(wanted.quantity).filter(|said| said.get() != 2);
    // A count of pieces stays one: how many packs of each is asked.
    wanted.pieces = wanted.pieces.filter(|_| quantity.is_none());
    if two {
        let each = |sku: &Sku| Wanted { offers: vec![sku.clone()], tied: 1, other: false, ..wanted.clone() };
        // These are the two, also where they were to be asked for one after the other.
        let split = !wanted.other && errand.wanted.get(1).is_some_and(|next| next.other);
        errand.wanted.splice(..1 + usize::from(split), shown.iter().map(each));
        assemble::advance(scene, errand);
    } else {
        errand.wanted.splice(..1, [wanted.clone(), Wanted { other: true, ..wanted }]);
        scene.say(Prompt::new("both-of-more"));
        scene.ask_briefly(Focus::Choosing { errand, from }, "asking-which");
    }
    true
}

/// "Both" where a yes or a no is awaited, or the PIN, is none of them: the question is asked again.
fn both_is_no_yes(scene: &mut Scene<'_>) {
    if scene.state.expect() == Expect::YesNo {
        scene.say(Prompt::new("help-yes-no"));
    }
    scene.decision = super::ASKING_AGAIN;
    scene.ask_again();
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
        Choice::Cheapest => one(shown.iter().min_by_key(|o| o.price.minor())),
        Choice::Dearest => one(shown.iter().max_by_key(|o| o.price.minor())),
        Choice::Other if shown.len() == 2 => one(shown.get(1)),
        Choice::Described(words) => {
            let named = described(offers, words);
            if named.is_empty() { size::called(shown, words) } else { named }
        }
        Choice::Smaller | Choice::Smallest => size::extreme(shown, false),
        Choice::Larger | Choice::Largest => size::extreme(shown, true),
        Choice::Other | Choice::Both | Choice::None | Choice::More => Vec::new(),
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

fn others(scene: &Scene<'_>) -> Vec<Sku> {
    scene.state.products.iter().skip(1).cloned().collect()
}

fn instead_of_substitute(scene: &mut Scene<'_>, mut errand: Errand, refused: &Sku) {
    let Some(wanted) = errand.wanted.first_mut() else { return };
    let missing = wanted.offers.first().cloned();
    wanted.offers.retain(|sku| sku != refused && Some(sku) != missing.as_ref());
    let in_stock = |sku: &&Sku| scene.facts.offer(sku).is_some_and(|o| o.in_stock > 0);
    let left: Vec<Sku> = wanted.offers.iter().filter(in_stock).cloned().collect();
    if left.is_empty() {
        scene.say(Prompt::new("no-more-offers"));
        return confirm::leave(scene);
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
    scene.ask(Focus::Offering { sku, quantity, options: Chosen::default() }, "offering");
    true
}
