//! The read-back and the answers to it. The only place from which an order can follow.

use super::{
    Act, Arg, Draft, DraftLine, Errand, Focus, Offer, Prompt, Purpose, Wanted, assemble, basket, bound,
    choose, defaults, named, options, orders, policy, quantity, repair, scene::Scene,
};
use crate::{
    commerce::{Quantity, Quote, desk::is_pin},
    understanding::{Choice, Constraints, Digits, Slots},
};

/// Reads a purchase back and asks for the yes.
pub(super) fn propose(scene: &mut Scene<'_>, lines: Vec<DraftLine>, from_cart: bool) {
    let mut fixed: Vec<DraftLine> = Vec::new();
    for line in lines {
        // The stock is the product's, whatever the options.
        let same = fixed.iter().filter(|l| l.sku == line.sku);
        let taken = same.map(|l| l.quantity.get()).sum();
        match offered(scene, line, taken) {
            Ok(line) => assemble::add_line(&mut fixed, line),
            Err(note) => scene.say(note),
        }
    }
    if fixed.is_empty() {
        scene.say(Prompt::new("nothing-ordered"));
        return scene.rest("nothing-left");
    }
    let Some(quote) = quote(scene, &fixed) else {
        scene.say(Prompt::new("too-much"));
        return scene.rest("refused");
    };
    for line in &fixed {
        if let Some(note) = scene.offer(&line.sku).and_then(price_note) {
            scene.say(note);
        }
    }
    scene.speak_of(fixed.iter().map(|l| l.sku.clone()));
    let key = scene.facts.key.clone();
    let defaults = defaults::of(scene, &fixed);
    scene.ask(Focus::Confirming(Draft { lines: fixed, quote, key, from_cart, defaults }), "confirming");
}

/// The line as it can be had: never more than there is or than the shop sells at once. What
/// is changed is said, and the read-back that follows names the new quantity.
/// `taken` of the product are on other lines already.
fn offered(scene: &mut Scene<'_>, mut line: DraftLine, taken: u32) -> Result<DraftLine, Prompt> {
    let Some(offer) = scene.offer(&line.sku) else { return Err(Prompt::new("gone")) };
    line.options = scene.facts.menu.without_defaults(&line.options);
    if scene.facts.menu.quoted(&offer.options, &line.options).is_none() {
        return Err(Prompt::new("option-gone").with("name", offer.spoken()));
    }
    if offer.in_stock == 0 {
        return Err(Prompt::new("sold-out").with("name", offer.spoken()));
    }
    let max = scene.facts.terms.max_quantity;
    if taken > 0 {
        let room = max.get().min(offer.in_stock);
        let full = || Prompt::new("cart-no-room").with("name", offer.spoken()).with("max", Arg::Count(room));
        let left = Quantity::new(room.saturating_sub(taken)).ok_or_else(full)?;
        if line.quantity > left {
            scene.say(full());
            line.quantity = left;
        }
        return Ok(line);
    }
    if line.quantity > max {
        scene.say(Prompt::new("reduced-to-max").with("max", Arg::Count(max.get())));
        line.quantity = max;
    }
    if let Some(left) = Quantity::new(offer.in_stock).filter(|left| *left < line.quantity) {
        scene.say(
            Prompt::new("reduced-to-stock")
                .with("count", Arg::Count(left.get()))
                .with("name", offer.spoken()),
        );
        line.quantity = left;
    }
    Ok(line)
}

fn quote(scene: &Scene<'_>, lines: &[DraftLine]) -> Option<Quote> {
    let line =
        |line: &DraftLine| scene.offer(&line.sku)?.line(line.quantity, &line.options, &scene.facts.menu);
    let lines = lines.iter().map(line).collect::<Option<Vec<_>>>()?;
    Quote::new(lines, &scene.facts.terms, scene.facts.today).ok()
}

/// A price that is not what this household paid last.
fn price_note(offer: &Offer) -> Option<Prompt> {
    let (_, _, before) = offer.last?;
    if before == offer.price || before.currency() != offer.price.currency() {
        return None;
    }
    let key = if offer.price.minor() > before.minor() { "price-went-up" } else { "price-went-down" };
    Some(
        Prompt::new(key)
            .with("name", offer.spoken())
            .with("before", Arg::Money(before))
            .with("now", Arg::Money(offer.price)),
    )
}

/// An explicit yes to whatever is open.
pub(super) fn yes(scene: &mut Scene<'_>) {
    match scene.state.focus.clone() {
        Focus::Confirming(draft) if scene.stale() => ask_anew(scene, draft),
        Focus::Confirming(draft) if defaults::changed(scene, &draft) => defaults::as_it_was(scene, draft),
        Focus::Confirming(draft) => {
            if !policy::needs_pin(draft.quote.total(), &scene.facts.household) {
                return place(scene, draft, None);
            }
            if !scene.facts.household.has_pin {
                scene.say(Prompt::new("pin-not-set").with("limit", Arg::Money(scene.facts.household.limit)));
                return scene.rest("refused");
            }
            scene.ask(Focus::AskPin(draft), "asking-pin");
        }
        Focus::Offering { sku, quantity, options } => {
            let others = scene.state.products.iter().skip(1).cloned().collect();
            let words = scene.offer(&sku).map(|o| o.kind.clone()).unwrap_or_default();
            let mut wanted = Wanted::one(words, quantity, sku.clone(), Vec::new());
            wanted.chosen = Some(options.clone());
            match assemble::choice_needed(scene, &wanted) {
                // What has to be chosen is asked for before it is read back.
                Some(group) => options::ask(scene, Errand::new(Purpose::Buy, vec![wanted]), &group),
                None => propose(scene, vec![DraftLine { sku, quantity, others, options }], false),
            }
        }
        Focus::Substitute { mut errand, sku } => {
            if let Some(wanted) = errand.wanted.first_mut() {
                wanted.offers.retain(|other| other != &sku);
                wanted.offers.insert(0, sku);
                wanted.tied = 1;
            }
            assemble::advance(scene, errand);
        }
        Focus::ConfirmCancel(_) | Focus::ConfirmReturn { .. } | Focus::ConfirmClear if scene.stale() => {
            scene.ask_again();
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
        // A single offer was asked about with "shall I take it?".
        Focus::Choosing { errand, .. } if errand.wanted.first().is_some_and(|w| w.offers.len() == 1) => {
            choose::pick(scene, &Choice::Ordinal(1), None);
        }
        Focus::Idle => {
            scene.say(Prompt::new("nothing-to-confirm"));
            scene.decision = "nothing-pending";
        }
        Focus::AskProduct(_)
        | Focus::AskQuantity(_)
        | Focus::AskOption { .. }
        | Focus::Choosing { .. }
        | Focus::AskPin(_)
        | Focus::AskOrder(_) => {
            scene.decision = super::ASKING_AGAIN;
            scene.ask_again();
        }
    }
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
            if errand.lines.is_empty() && errand.wanted.is_empty() {
                leave(scene)
            } else {
                assemble::advance(scene, errand)
            }
        }
        Focus::Idle => {
            scene.say(Prompt::new("all-right"));
            scene.decision = "declined";
        }
        Focus::ConfirmCancel(_) => declined(scene, "order-kept"),
        Focus::ConfirmReturn { .. } => declined(scene, "return-dropped"),
        Focus::ConfirmClear => declined(scene, "cart-kept"),
        _ => leave(scene),
    }
}

/// A side errand that is not wanted after all.
fn declined(scene: &mut Scene<'_>, key: &str) {
    scene.say(Prompt::new(key));
    scene.side_done("declined");
}

/// Leaves an errand without an order.
pub(super) fn leave(scene: &mut Scene<'_>) {
    let said = repair::nothing_ordered(scene);
    scene.say(said);
    scene.rest("declined");
}

/// A change of mind: another quantity, another variant, another thing.
pub(super) fn correct(scene: &mut Scene<'_>) {
    let slots = &scene.intent.slots;
    if options::correct(scene) || named::correct(scene) || named::refused(scene) || bound::answer(scene) {
        return;
    }
    if let Some(choice) = slots.choice.as_ref().filter(|_| slots.items.len() < 2)
        && choose::pick(scene, choice, slots.quantity)
    {
        return;
    }
    if let Some(choice) = described(slots)
        && choose::pick(scene, &choice, slots.quantity)
    {
        return;
    }
    let quantity = slots.quantity.or_else(|| slots.items.first().and_then(|item| item.quantity));
    if let Some(quantity) = quantity.filter(|_| !names_something_new(scene)) {
        return quantity::set_quantity(scene, quantity);
    }
    if let Some(item) = slots.items.first() {
        // Of several things each is wanted, and not only the first in the place of what is read back.
        let one = slots.items.len() == 1;
        if one && choose::pick(scene, &Choice::Described(item.words.clone()), None) {
            return;
        }
        return another(scene);
    }
    if scene.state.focus == Focus::Idle {
        return repair::not_understood(scene);
    }
    match described(slots) {
        Some(choice) => choose::none_such(scene, &choice),
        None => choose::no_such_choice(scene),
    }
}

/// What is wanted instead, where only how it shall be was said: "something cheaper", "in large", "one from Northwind".
fn described(slots: &Slots) -> Option<Choice> {
    let limits = &slots.constraints;
    if !slots.items.is_empty() {
        return None;
    }
    match limits {
        Constraints { cheapest: true, .. } => Some(Choice::Cheapest),
        Constraints { dearest: true, .. } => Some(Choice::Dearest),
        _ => limits.size.iter().chain(&limits.brand).next().map(|words| Choice::Described(words.clone())),
    }
}

/// Whether a thing is named that the open read-back does not have.
fn names_something_new(scene: &Scene<'_>) -> bool {
    let Some(item) = scene.intent.slots.items.first().filter(|item| !item.it && !item.words.is_empty())
    else {
        return false;
    };
    scene
        .draft()
        .is_some_and(|draft| draft.lines.iter().all(|line| !quantity::names(scene, &line.sku, &item.words)))
}

/// "No, tea": another thing for the same purpose. To several things it is added, a single
/// one it replaces, and that is said.
pub(super) fn another(scene: &mut Scene<'_>) {
    let purpose = match &scene.state.focus {
        Focus::Choosing { errand, .. }
        | Focus::AskQuantity(errand)
        | Focus::AskOption { errand, .. }
        | Focus::Substitute { errand, .. } => errand.purpose,
        Focus::AskProduct(purpose) => *purpose,
        _ => Purpose::Buy,
    };
    // "No latte" where there is none: whether it was a "no" before a wish is not to be heard.
    if scene.intent.slots.refused && matches!(scene.state.focus, Focus::Idle | Focus::AskProduct(_)) {
        return repair::not_understood(scene);
    }
    let mut errand = Errand::new(purpose, assemble::wanted(scene));
    if assemble::nothing_found(scene, &errand.wanted) {
        return;
    }
    match scene.draft().cloned() {
        Some(draft) if draft.from_cart => errand.purpose = Purpose::AddToCart,
        Some(draft) if draft.lines.len() > 1 && scene.intent.slots.refused => {
            // To several things it would be added, and a "no" adds nothing.
            return named::not_in_it(scene);
        }
        Some(draft) if draft.lines.len() > 1 => errand.lines = draft.lines,
        Some(_) => scene.say(Prompt::new("set-aside")),
        None => {}
    }
    assemble::advance(scene, errand);
}

/// Bare digits: a PIN, an order number, a pick or a count, as the open question has it.
pub(super) fn digits(scene: &mut Scene<'_>) {
    let Some(digits) = scene.intent.slots.digits.clone() else {
        // "Three packs" after "how many?" is a count, and no digits.
        return match (scene.intent.slots.quantity, &scene.state.focus) {
            (Some(quantity), Focus::AskQuantity(_)) => quantity::set_quantity(scene, quantity),
            _ => repair::not_understood(scene),
        };
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
            let picked = number.is_some_and(|n| choose::pick(scene, &Choice::Ordinal(n), None));
            if !picked {
                choose::no_such_choice(scene);
            }
        }
        Focus::AskQuantity(_) | Focus::Confirming(_) | Focus::Offering { .. } => {
            let said = number.and_then(Quantity::new).filter(|_| digits.expose().len() <= 2);
            match scene.intent.slots.quantity.or(said) {
                Some(quantity) => quantity::set_quantity(scene, quantity),
                None => repair::not_understood(scene),
            }
        }
        _ => repair::not_understood(scene),
    }
}
