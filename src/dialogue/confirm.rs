//! The answers to a read-back, and to other questions for a yes. The only place from which an order can follow.

use super::{
    Act, Arg, Draft, DraftLine, Errand, Focus, OrderErrand, Prompt, Purpose, assemble, basket, choose,
    defaults, left, options, orders, policy, quantity, questions, read_back::propose, repack, repair,
    scene::Scene, what_if,
};
use crate::{
    commerce::{Quantity, Sku, desk::is_pin},
    understanding::{Choice, Digits, IntentName},
};

/// An explicit yes to whatever is open.
pub(super) fn yes(scene: &mut Scene<'_>) {
    match scene.state.focus.clone() {
        Focus::Confirming(draft) if scene.stale() => ask_anew(scene, draft),
        Focus::Confirming(draft) if defaults::changed(scene, &draft) => defaults::as_it_was(scene, draft),
        Focus::Confirming(draft) => to_exactly_that(scene, draft),
        Focus::WhatIf { changed, .. } => what_if::change(scene, changed),
        Focus::Offering(line) => to_an_offer(scene, line),
        Focus::Substitute { errand, sku } => to_a_substitute(scene, errand, sku),
        Focus::ConfirmCancel(_) | Focus::ConfirmReturn { .. } | Focus::ConfirmClear if scene.stale() => {
            scene.ask_again();
        }
        // "Order it" agrees to no such thing.
        Focus::ConfirmCancel(_) | Focus::ConfirmReturn { .. } | Focus::ConfirmClear if says_to_buy(scene) => {
            scene.stay();
        }
        Focus::ConfirmCancel(number) => {
            scene.act = Some(Act::Cancel(number));
            scene.decision = "cancelling";
        }
        Focus::ConfirmReturn { order, sku, title } => {
            scene.act = Some(Act::Return { order, sku, title });
            scene.decision = "returning";
        }
        Focus::ConfirmClear => basket::cleared(scene),
        Focus::Choosing { errand, from } => choose::yes(scene, &errand, from),
        Focus::Idle => {
            scene.say(Prompt::new("nothing-to-confirm"));
            scene.decision = "nothing-pending";
        }
        Focus::AskProduct(_)
        | Focus::AskQuantity(_)
        | Focus::AskOption { .. }
        | Focus::AskPin(_)
        | Focus::WhichLine { .. }
        | Focus::AskOrder(_) => {
            scene.stay();
        }
    }
}

/// Whether a yes was said in words for a purchase.
fn says_to_buy(scene: &Scene<'_>) -> bool {
    let slots = &scene.intent.slots;
    scene.intent.name == IntentName::Yes && (slots.pointed || !slots.items.is_empty())
}

/// A yes to the read-back, which is enough up to the household's limit.
fn to_exactly_that(scene: &mut Scene<'_>, draft: Draft) {
    if !policy::needs_pin(draft.quote.total(), &scene.facts.household) {
        return place(scene, draft, None);
    }
    if !scene.facts.household.has_pin {
        scene.say(Prompt::new("pin-not-set").with("limit", Arg::Money(scene.facts.household.limit)));
        return scene.rest("refused");
    }
    scene.ask(Focus::AskPin(draft), "asking-pin");
}

/// What is taken is read back; what has to be chosen for it is asked first.
fn to_an_offer(scene: &mut Scene<'_>, line: DraftLine) {
    let wanted = scene.wanted(&line);
    match assemble::choice_needed(scene, &wanted) {
        Some(group) => options::ask(scene, Errand::new(Purpose::Buy, vec![wanted]), &group),
        None => propose(scene, vec![line], false),
    }
}

fn to_a_substitute(scene: &mut Scene<'_>, mut errand: Errand, sku: Sku) {
    if let Some(wanted) = errand.wanted.first_mut() {
        wanted.offers.retain(|other| other != &sku);
        wanted.offers.insert(0, sku);
        wanted.tied = 1;
    }
    assemble::advance(scene, errand);
}

/// A yes that came too late: prices and stock may have moved, so it is read back once more.
fn ask_anew(scene: &mut Scene<'_>, draft: Draft) {
    scene.say(Prompt::new("asking-anew"));
    propose(scene, draft.lines, draft.from_cart);
    // The same purchase keeps its key: if it was placed and nobody heard so, the next yes brings that order.
    if let Focus::Confirming(anew) = &mut scene.state.focus
        && anew.quote == draft.quote
    {
        anew.key = draft.key;
    }
}

fn place(scene: &mut Scene<'_>, draft: Draft, pin: Option<Digits>) {
    scene.act = Some(Act::Place { draft, pin });
    scene.decision = "placing";
}

pub(super) fn no(scene: &mut Scene<'_>) {
    match scene.state.focus.clone() {
        Focus::Substitute { mut errand, .. } => {
            errand.wanted.remove(0);
            if errand.wanted.is_empty() && !errand.stays() {
                leave(scene)
            } else {
                assemble::advance(scene, errand)
            }
        }
        Focus::Idle => {
            scene.say(Prompt::new("all-right"));
            scene.decision = "declined";
        }
        // What is asked about is not wanted; what is settled was not asked about.
        Focus::Choosing { errand, .. } | Focus::AskQuantity(errand) | Focus::AskOption { errand, .. }
            if errand.stays() =>
        {
            left::drop_first(scene, errand);
        }
        // None of them is changed.
        Focus::WhichLine { idle: true, .. } => basket::kept(scene),
        Focus::WhichLine { draft, .. } | Focus::WhatIf { draft, .. } => {
            propose(scene, draft.lines, draft.from_cart)
        }
        Focus::ConfirmCancel(_) | Focus::AskOrder(OrderErrand::Cancel) => declined(scene, "order-kept"),
        Focus::ConfirmReturn { .. } | Focus::AskOrder(OrderErrand::Return) => {
            declined(scene, "return-dropped")
        }
        Focus::AskOrder(OrderErrand::Status) => declined(scene, "all-right"),
        Focus::ConfirmClear => declined(scene, "cart-kept"),
        _ => leave(scene),
    }
}

/// A side errand that is not wanted after all.
fn declined(scene: &mut Scene<'_>, key: &str) {
    scene.say(Prompt::new(key));
    scene.side_done("declined");
}

/// "Neither" and "none of them" to a question for a yes or for the PIN are a no. `false`, and no change, where
/// something else is asked.
pub(super) fn none_of_it(scene: &mut Scene<'_>) -> bool {
    let asked = matches!(
        scene.state.focus,
        Focus::Confirming(_)
            | Focus::WhatIf { .. }
            | Focus::WhichLine { .. }
            | Focus::AskPin(_)
            | Focus::Offering(_)
            | Focus::ConfirmCancel(_)
            | Focus::ConfirmReturn { .. }
            | Focus::ConfirmClear
    );
    if asked {
        scene.state.later.clear();
        no(scene);
    }
    asked
}

/// Leaves an errand without an order.
pub(super) fn leave(scene: &mut Scene<'_>) {
    let said = repair::nothing_ordered(scene);
    scene.say(said);
    scene.rest("declined");
}

/// Bare digits: a PIN, an order number, a pick or a count, as the open question has it.
pub(super) fn digits(scene: &mut Scene<'_>) {
    let Some(digits) = scene.intent.slots.digits.clone() else {
        // "Three packs" after "how many?" is a count, and no digits.
        return count(scene);
    };
    let number: Option<u32> = digits.expose().parse().ok();
    match scene.state.focus.clone() {
        Focus::AskPin(_) if !is_pin(digits.expose()) => {
            // Misheard, most likely: it is no try.
            scene.say(Prompt::new("pin-length"));
            scene.decision = "asking-pin";
        }
        Focus::AskPin(draft) if scene.stale() => ask_anew(scene, draft),
        Focus::AskPin(draft) if defaults::changed(scene, &draft) => defaults::as_it_was(scene, draft),
        Focus::AskPin(draft) => place(scene, draft, Some(digits)),
        Focus::AskOrder(errand) => orders::numbered(scene, errand, number),
        Focus::Choosing { .. } | Focus::AskOption { .. } => {
            // What has no numbers is not picked by one, and nothing is by a dozen.
            let slots = &scene.intent.slots;
            let picks = slots.unit.is_none() && questions::has_numbers(&scene.state, scene.facts);
            if let Some(quantity) = slots.quantity.filter(|_| !picks) {
                return quantity::set_quantity(scene, quantity);
            }
            let picked = number.is_some_and(|n| choose::pick(scene, &Choice::Ordinal(n), None));
            if !picked {
                choose::no_such_choice(scene);
            }
        }
        Focus::AskQuantity(_) | Focus::Confirming(_) | Focus::Offering(_) => {
            // "One two" are the digits of a PIN or two numbers, and not twelve.
            let said = number.and_then(Quantity::new).filter(|_| digits.expose().len() == 1);
            match scene.intent.slots.quantity.or(said) {
                Some(quantity) => quantity::set_quantity(scene, quantity),
                None => no_count(scene),
            }
        }
        _ => repair::not_understood(scene),
    }
}

/// A count with what was counted, where no digits are: "three packs", "a six pack".
fn count(scene: &mut Scene<'_>) {
    if repack::correct(scene) {
        return;
    }
    let counted =
        matches!(scene.state.focus, Focus::AskQuantity(_) | Focus::Choosing { .. } | Focus::AskOption { .. });
    match scene.intent.slots.quantity.filter(|_| counted) {
        Some(quantity) => quantity::set_quantity(scene, quantity),
        None => repair::not_understood(scene),
    }
}

/// Digits that are no count. Who is asked how many has answered, if not so that it is sure.
fn no_count(scene: &mut Scene<'_>) {
    if !matches!(scene.state.focus, Focus::AskQuantity(_)) {
        return repair::not_understood(scene);
    }
    scene.say(Prompt::new("help-quantity"));
    scene.stay();
}
