//! Where it is asked whether to cancel an order or to send something back: what keeps it, and what names another order
//! or other things. Whatever is only named there is never bought.

use super::{Which, about, cancel, give_back, has, list, meant, not_found, numbered, queue::stands};
use crate::{
    commerce::{OrderNumber, order::Order},
    dialogue::{Arg, Focus, OrderErrand, Prompt, confirm, repair, scene::Scene},
    understanding::{Choice, Intent, IntentName, ItemPhrase, OrderRef, Slots},
};

/// Whether the words answer such a question other than by a yes or a no; that is done then.
pub(in crate::dialogue) fn asked(scene: &mut Scene<'_>) -> bool {
    use IntentName as N;
    let of_one = matches!(scene.state.focus, Focus::ConfirmCancel(_) | Focus::ConfirmReturn { .. });
    let slots = &scene.intent.slots;
    match &scene.intent.name {
        N::Back if slots.pointed && scene.state.focus == Focus::AskOrder(OrderErrand::Return) => {
            give_back::of_the_one_before(scene);
        }
        N::Back if !slots.pointed && scene.state.focus.is_of_an_order() => step_back(scene),
        N::Undo if scene.state.wanted_instead().is_some() => confirm::no(scene),
        _ if !of_one => return false,
        N::Cancel if slots.stays && slots.choice == Some(Choice::Other) => leave_the_rest(scene),
        N::CheckOut | N::No if slots.pointed => leave_the_rest(scene),
        N::Cancel if slots.answered == Some(false) => confirm::no(scene),
        N::Wait if slots.answered == Some(true) => confirm::yes(scene),
        // "Yes, change it."
        N::Correct | N::Choose
            if scene.state.wanted_instead().is_some() && slots.agreed && only_it(slots) =>
        {
            confirm::yes(scene);
        }
        N::Choose | N::Correct if slots.choice == Some(Choice::None) => {
            scene.state.later.clear();
            confirm::no(scene);
        }
        _ => {
            return match scene.state.focus.clone() {
                Focus::ConfirmCancel(number) => at_cancel(scene, number),
                Focus::ConfirmReturn { order, .. } => give_back::at_return(scene, order),
                _ => false,
            };
        }
    }
    true
}

/// "Keep the rest", "that's all": of several that are asked about none is asked about any more. With a yes what is
/// asked is done; without one it is of the rest, too, and nothing more is done.
fn leave_the_rest(scene: &mut Scene<'_>) {
    scene.state.later.clear();
    if scene.intent.slots.answered == Some(true) { confirm::yes(scene) } else { confirm::no(scene) }
}

/// "Don't return the bread", "keep it": of several that were to go only what is named stays.
pub(in crate::dialogue) fn stays(scene: &mut Scene<'_>) {
    use IntentName as N;
    let names = !named(scene.intent).is_empty();
    match (&scene.intent.name, scene.state.focus.clone()) {
        (_, Focus::ConfirmCancel(_) | Focus::ConfirmReturn { .. })
            if scene.intent.slots.choice == Some(Choice::Other) =>
        {
            leave_the_rest(scene);
        }
        (N::ReturnItem, Focus::ConfirmReturn { .. }) if names => give_back::keep(scene),
        (N::ReturnItem, Focus::ConfirmCancel(asked)) if names => keep_named(scene, asked),
        (N::ReturnItem, Focus::AskOrder(OrderErrand::Return)) if names => scene.stay(),
        (N::CancelOrder, Focus::ConfirmCancel(asked)) => match meant(scene) {
            Which::One(order) if order.number != asked => {
                scene.state.later.retain(|later| *later != Focus::ConfirmCancel(order.number));
                scene.stay();
            }
            _ => confirm::no(scene),
        },
        _ => repair::keep(scene),
    }
}

/// "Keep the latte": the order with one is not cancelled.
fn keep_named(scene: &mut Scene<'_>, asked: OrderNumber) {
    let words = named(scene.intent);
    let with = |number: OrderNumber| words.iter().any(|words| in_order(scene, number, words));
    let kept = |later: &Focus| matches!(later, Focus::ConfirmCancel(number) if with(*number));
    let left: Vec<Focus> = scene.state.later.iter().filter(|later| !kept(later)).cloned().collect();
    let this = with(asked);
    scene.state.later = left;
    if this { confirm::no(scene) } else { scene.stay() }
}

/// A step back from such a question leaves it, unless another one of its kind was asked before.
fn step_back(scene: &mut Scene<'_>) {
    if scene.state.back.last().is_some_and(Focus::is_of_an_order) {
        return repair::back(scene);
    }
    confirm::no(scene);
}

fn at_cancel(scene: &mut Scene<'_>, asked: OrderNumber) -> bool {
    use IntentName as N;
    let slots = &scene.intent.slots;
    let pointed = slots.pointed;
    // "And the other one" may be a line of what is open, too.
    let choice = slots.choice.as_ref().or(slots.line.as_ref());
    match (&scene.intent.name, choice) {
        (N::Cancel, _) if slots.answered == Some(true) => confirm::yes(scene),
        (N::CancelOrder, None) if slots.answered == Some(true) && is_of(scene, asked) => confirm::yes(scene),
        // "Cancel it" could be a yes, or leave the question: the order is too costly to guess.
        (N::Cancel, _) if pointed => scene.stay(),
        (N::Back, _) => cancel::ask_before(scene),
        (N::Choose | N::Correct, Some(Choice::Other)) => list::another(scene),
        // "Yes, both": each is asked about by itself.
        (N::Choose | N::Correct, Some(Choice::Both | Choice::All))
            if slots.answered == Some(true) && !scene.state.later.is_empty() =>
        {
            confirm::yes(scene);
        }
        (N::Choose | N::Correct, Some(Choice::Both | Choice::All)) if slots.items.is_empty() => {
            list::cancel_several(scene);
        }
        (N::Choose | N::Correct, Some(choice @ (Choice::Ordinal(_) | Choice::Last)))
            if slots.items.is_empty() =>
        {
            list::cancel_picked(scene, &choice.clone());
        }
        (N::OrderStatus, _) if pointed => cancel::ask_named(scene),
        (N::Digits, _) => {
            let number = slots.digits.as_ref().and_then(|digits| digits.expose().parse().ok());
            numbered(scene, OrderErrand::Cancel, number);
        }
        (N::Choose | N::Correct | N::RemoveFromCart, _) => return other_order(scene, asked),
        _ => return false,
    }
    true
}

/// Whether nothing but "it" is named.
fn only_it(slots: &Slots) -> bool {
    let it = ItemPhrase { it: true, ..ItemPhrase::default() };
    *slots == Slots { agreed: true, items: vec![it], ..Slots::default() }
}

/// Whether an order that is to be cancelled is the one that is asked about.
fn is_of(scene: &Scene<'_>, asked: OrderNumber) -> bool {
    match &scene.intent.slots.order {
        Some(OrderRef::Number(number)) => OrderNumber(*number) == asked,
        Some(OrderRef::Last) => scene.facts.orders.first().is_some_and(|order| order.number == asked),
        Some(OrderRef::It) => true,
        Some(OrderRef::Product(words)) => scene
            .order_with(asked)
            .is_some_and(|order| order.quote.lines().len() == 1 && has(order, words).is_some()),
        _ => false,
    }
}

/// What is named: the things, or the words that describe one.
pub(super) fn named(intent: &Intent) -> Vec<String> {
    let slots = &intent.slots;
    let things = slots.items.iter().filter(|item| !item.it && !item.words.is_empty());
    let mut words: Vec<String> = things.map(|item: &ItemPhrase| item.words.clone()).collect();
    if words.is_empty() {
        words.extend(slots.description(slots.choice.as_ref()).cloned());
    }
    words
}

/// "No, the latte" is another order with one; "just the bagels" a part of the one that is asked about.
fn other_order(scene: &mut Scene<'_>, asked: OrderNumber) -> bool {
    let words = named(scene.intent);
    let Some(first) = words.first() else { return false };
    if scene.intent.slots.only {
        // Of several that were to be cancelled only what is named.
        scene.state.later.clear();
    }
    let slots = &scene.intent.slots;
    if scene.intent.name == IntentName::RemoveFromCart && !in_order(scene, asked, first) {
        return false;
    }
    let has_several = scene.order_with(asked).is_some_and(|order| order.quote.lines().len() > 1);
    if slots.refuses() && !has_several {
        // "Not the bagel."
        keep_named(scene, asked);
        return true;
    }
    let (own, also) = (slots.only || slots.refuses(), slots.also);
    let with = |words: &String| {
        let mut all = scene.facts.orders.iter().filter(|order| has(order, words).is_some());
        let this = all.clone().find(|order| order.number == asked);
        let other = all.clone().find(|order| order.number != asked && stands(order));
        let any = all.next();
        if own { this.or(other).or(any) } else { other.or(this).or(any) }
    };
    let mut meant: Vec<&Order> = words.iter().filter_map(with).collect();
    meant.dedup_by_key(|order| order.number);
    let Some((order, rest)) = meant.split_first() else {
        not_found(scene, Prompt::new("no-order-with").with("what", Arg::Name(first.clone())));
        return true;
    };
    if !stands(order) {
        let said = about(scene, "cancel-too-late", order);
        scene.say(said);
        scene.stay();
    } else if also {
        cancel::add(scene, meant);
    } else if order.number == asked {
        cancel::ask_whole(scene, order, order.quote.lines().len() > 1);
    } else {
        let rest: Vec<Focus> = rest
            .iter()
            .filter(|order| stands(order))
            .map(|order| Focus::ConfirmCancel(order.number))
            .collect();
        super::queue::keep_for_later(scene, &Focus::ConfirmCancel(order.number), rest);
        cancel::ask(scene, order);
    }
    true
}

fn in_order(scene: &Scene<'_>, number: OrderNumber, words: &str) -> bool {
    scene.order_with(number).is_some_and(|order| has(order, words).is_some())
}
