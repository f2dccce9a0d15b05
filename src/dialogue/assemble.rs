//! From things that were asked for to lines of a purchase, with a question wherever a guess
//! would be needed.

use super::{
    DraftLine, Errand, Focus, Found, Prompt, Purpose, Wanted, apart, back_in, basket, beside, bound, browse,
    had::Had,
    instead::settle,
    it, left,
    missing::{self, instead, not_found, say_nearest, say_not_found},
    named,
    options::{self, Trouble},
    packs, past, put_off, quantity, read_back, repack,
    scene::Scene,
};
use crate::{
    commerce::{Chosen, GroupId, Sku},
    understanding::{Choice, ItemPhrase},
};

/// "Buy two packs of batteries", "add milk": for [`Purpose::Buy`] and [`Purpose::AddToCart`].
pub(super) fn buy(scene: &mut Scene<'_>, purpose: Purpose) {
    if back_in::put(scene) {
        return;
    }
    if scene.intent.slots.items.is_empty() {
        return without_a_thing(scene, purpose);
    }
    if apart::taken_along(scene) || is_of_what_is_open(scene, purpose) {
        return;
    }
    if purpose == Purpose::Buy && apart::in_the_cart(scene) {
        return;
    }
    let plain =
        |item: &ItemPhrase| item.it && !item.own && item.quantity.is_none() && item.options.is_empty();
    let open = match &scene.state.focus {
        Focus::Confirming(_) => purpose == Purpose::Buy && scene.intent.slots.items.iter().all(plain),
        focus => matches!(focus, Focus::AskPin(_)) && scene.intent.slots.items.iter().all(|item| item.it),
    };
    if open {
        // "Order it" was said already, and "give me that" of what is read back is no other order.
        return scene.stay();
    }
    if purpose == Purpose::Buy && scene.intent.slots.items.iter().any(|item| item.own) {
        return past::reorder(scene);
    }
    let wanted = wanted(scene);
    if wanted.is_empty() {
        return ask_what(scene, purpose);
    }
    if nothing_found(scene, &wanted) || it::unclear(scene, &wanted, purpose) {
        return;
    }
    begin(scene, Errand::new(purpose, wanted));
}

/// A wish that names nothing: for what is within a limit, or for so many of what is on offer.
fn without_a_thing(scene: &mut Scene<'_>, purpose: Purpose) {
    let slots = &scene.intent.slots;
    match slots.quantity {
        _ if slots.constraints != Default::default() => browse::search(scene),
        // "I'll take two" of what is on offer.
        Some(quantity) if scene.state.focus != Focus::Idle => quantity::set_quantity(scene, quantity),
        _ => ask_what(scene, purpose),
    }
}

/// Whether a wish is meant of what is open, or of the cart, and was done.
fn is_of_what_is_open(scene: &mut Scene<'_>, purpose: Purpose) -> bool {
    let buys = purpose == Purpose::Buy;
    purpose != Purpose::AddToCart && beside::add(scene)
        || describes_an_answer(scene)
        || buys && (repack::correct(scene) || named::wanted_so(scene))
        || buys && it::is_the_cart(scene)
        || it::of_several(scene, purpose)
        || buys && it::counted(scene)
}

/// Begins with a wish. What is being read back is set aside for it, or is what it is added to.
fn begin(scene: &mut Scene<'_>, mut errand: Errand) {
    let adds = errand.purpose == Purpose::AddToCart;
    left::leave_open(scene, &mut errand);
    match scene.draft().cloned() {
        Some(draft) if adds && put_off::is_said(scene, &draft) => return put_off::put_off(scene, draft),
        Some(draft) if adds && draft.from_cart => errand.purpose = Purpose::CheckOut,
        // "And add milk" during a read-back means: to this order.
        Some(draft) if adds => {
            errand.purpose = Purpose::Buy;
            errand.lines = draft.lines;
        }
        _ => left::set_aside(scene),
    }
    advance(scene, errand);
}

/// While a purchase is pending, a thing that is not sold here does not push it aside: whether
/// that was said.
pub(super) fn nothing_found(scene: &mut Scene<'_>, wanted: &[Wanted]) -> bool {
    let there = |sku: &Sku| scene.offer(sku).is_none_or(|offer| offer.in_stock > 0);
    if scene.draft().is_none() || wanted.iter().any(|w| w.offers.iter().any(there)) {
        return false;
    }
    let note = |w: &Wanted| missing::sold_out(scene, w).unwrap_or_else(|| not_found(scene, w));
    let notes: Vec<Prompt> = wanted.iter().map(note).collect();
    scene.say.extend(notes);
    scene.stay();
    true
}

/// A bare "the large one" or "dark roast" while offers are open is an answer, not a new wish.
fn describes_an_answer(scene: &mut Scene<'_>) -> bool {
    let slots = &scene.intent.slots;
    let [item] = slots.items.as_slice() else { return false };
    if !matches!(scene.state.focus, Focus::Choosing { .. } | Focus::AskQuantity(_)) || item.it || item.own {
        return false;
    }
    super::choose::pick(scene, &Choice::Described(item.words.clone()), item.quantity)
}

fn ask_what(scene: &mut Scene<'_>, purpose: Purpose) {
    scene.ask(Focus::AskProduct(purpose), "asking-product");
}

/// The items of the intent with what they could be. "It" is what was spoken of last.
pub(super) fn wanted(scene: &Scene<'_>) -> Vec<Wanted> {
    let slots = &scene.intent.slots;
    let mut found = scene.facts.found.iter();
    let mut all: Vec<Wanted> = slots
        .items
        .iter()
        .filter_map(|item| {
            let found = found.next();
            if item.it { it::wanted(scene, item) } else { found.map(|f| fitting(item, f)) }
        })
        .map(|mut wanted| {
            if slots.items.len() == 1 {
                wanted.quantity = wanted.quantity.or(slots.quantity);
                wanted.options.extend(slots.options.iter().cloned());
            }
            wanted.limits = slots.constraints.clone();
            bound::keep(scene, &mut wanted);
            wanted
        })
        .collect();
    it::as_offered(scene, &mut all);
    all
}

fn fitting(item: &ItemPhrase, found: &Found) -> Wanted {
    let offers = found.offers.iter().map(|o| o.sku.clone()).collect();
    let any = Wanted::any(item.words.clone(), item.quantity, offers);
    Wanted { tied: found.tied, options: item.options.clone(), pieces: packs::pieces(item), ..any }
}

/// Settles one wanted thing after the other until one needs a question or none is left.
pub(super) fn advance(scene: &mut Scene<'_>, mut errand: Errand) {
    scene.speak_of(errand.wanted.iter().flat_map(|w| w.offers.first().cloned()));
    while let Some(wanted) = errand.wanted.first_mut() {
        let gone = missing::leave_sold_out(scene, wanted);
        scene.say.extend(gone);
        let Some(wanted) = errand.wanted.first() else { break };
        match next(scene, &errand, wanted) {
            Next::NotFound => {
                say_not_found(scene, wanted);
                errand.wanted.remove(0);
            }
            Next::TooDear(had) => {
                say_nearest(scene, wanted, &had);
                errand.wanted.remove(0);
            }
            Next::Nothing(note) => {
                scene.say.extend(note);
                errand.wanted.remove(0);
            }
            Next::Line(line, note) => {
                scene.say.extend(note);
                settle(scene, &mut errand, line);
            }
            Next::Option(group) => return options::ask(scene, errand, &group),
            Next::Which => {
                let note = other_size(scene, &wanted.words);
                scene.say.extend(note);
                return scene.ask(Focus::Choosing { errand, from: 0 }, "asking-which");
            }
            Next::HowMany(notes) => {
                scene.say.extend(notes);
                return scene.ask(Focus::AskQuantity(errand), "asking-quantity");
            }
            Next::Instead(sku) => {
                scene.speak_of([sku.clone()]);
                return scene.ask(Focus::Substitute { errand, sku }, "offering-substitute");
            }
        }
    }
    complete(scene, errand);
}

enum Next<'a> {
    NotFound,
    /// It is not within the limits with what was chosen for it.
    TooDear(Had<'a>),
    Nothing(Vec<Prompt>),
    Line(DraftLine, Vec<Prompt>),
    Which,
    Option(GroupId),
    HowMany(Vec<Prompt>),
    Instead(Sku),
}

fn next<'a>(scene: &Scene<'a>, errand: &Errand, wanted: &Wanted) -> Next<'a> {
    let Some(offer) = wanted.offers.first().and_then(|sku| scene.offer(sku)) else {
        return Next::NotFound;
    };
    if wanted.tied > 1 && offer.in_stock > 0 {
        return Next::Which;
    }
    if offer.in_stock == 0 {
        return match instead(scene, offer, errand) {
            Some(sku) => Next::Instead(sku),
            None => Next::Nothing(missing::sold_out(scene, wanted).into_iter().collect()),
        };
    }
    let most = packs::most(&scene.facts.terms, offer);
    let (quantity, in_packs) = match packs::count(wanted, offer, &most) {
        Ok(counted) => counted,
        Err(notes) => return Next::HowMany(notes),
    };
    let spoken_of = match &wanted.chosen {
        None if wanted.it => it::chosen(scene, &offer.sku),
        chosen => Ok(chosen.clone()),
    };
    let before = match (spoken_of, errand.purpose) {
        (Err(which), _) => return Next::Nothing(vec![which]),
        (Ok(Some(chosen)), _) => chosen,
        (Ok(None), Purpose::Reorder) => past::chosen_last(scene, &offer.sku),
        (Ok(None), _) => Chosen::default(),
    };
    if let Some(had) = bound::too_dear(scene, wanted, offer, &before) {
        return Next::TooDear(had);
    }
    match options::apply(&scene.facts.menu, offer, &before, &wanted.options) {
        Ok(options) => {
            let anyway = options::had_anyway(&scene.facts.menu, offer, &options, &wanted.options);
            let note = in_packs.into_iter().chain(anyway).collect();
            let others = wanted.offers.iter().skip(1).cloned().collect();
            let (sku, limits) = (offer.sku.clone(), wanted.limits.clone());
            Next::Line(DraftLine { sku, quantity, others, options, pieces: wanted.pieces, limits }, note)
        }
        Err(Trouble::Missing(group)) => Next::Option(group),
        // Not without what was asked for with it.
        Err(trouble) => Next::Nothing(vec![options::told(&trouble, offer), Prompt::new("option-left-out")]),
    }
}

/// The group of which something has to be chosen before the thing can be read back.
pub(super) fn choice_needed(scene: &Scene<'_>, wanted: &Wanted) -> Option<GroupId> {
    let offer = wanted.offers.first().and_then(|sku| scene.offer(sku))?;
    let before = wanted.chosen.clone().unwrap_or_default();
    match options::apply(&scene.facts.menu, offer, &before, &wanted.options) {
        Err(Trouble::Missing(group)) => Some(group),
        _ => None,
    }
}

/// That what was just found is of another size than was said.
pub(super) fn other_size(scene: &Scene<'_>, words: &str) -> Option<Prompt> {
    let other = scene.facts.found.iter().any(|found| found.other_size && found.words == words);
    other.then(|| Prompt::new("other-size"))
}

fn complete(scene: &mut Scene<'_>, errand: Errand) {
    match errand.purpose {
        Purpose::CheckOut => return basket::check_out(scene),
        Purpose::ChangeCart => return basket::told(scene),
        _ => {}
    }
    if errand.lines.is_empty() {
        return scene.ask(Focus::AskProduct(errand.purpose), "not-found");
    }
    match errand.purpose {
        Purpose::Buy | Purpose::Reorder => read_back::propose(scene, errand.lines, false),
        _ => basket::add(scene, errand.lines),
    }
}
