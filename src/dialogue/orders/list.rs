//! Several orders that could be cancelled: all of them, so many of them, or one that is told by its place or is the
//! other one.

use super::{
    about,
    asked::named,
    cancel, followed, has, not_found,
    queue::{keep_for_later, stands},
};
use crate::{
    commerce::{
        OrderNumber,
        order::{Order, OrderState},
    },
    dialogue::{Arg, Focus, OrderErrand, Prompt, scene::Scene},
    understanding::Choice,
};

/// So many orders are told of before it is asked which one is meant.
const TOLD: usize = 3;

/// "Cancel both", "cancel my last two orders", "cancel all my orders".
pub(super) fn cancel_several(scene: &mut Scene<'_>) {
    let slots = &scene.intent.slots;
    let (count, both) = (slots.quantity, slots.choice == Some(Choice::Both));
    if let Some(count) = count {
        let not_cancelled = |order: &&Order| order.state != OrderState::Cancelled;
        let newest = scene.facts.orders.iter().filter(not_cancelled);
        let newest = newest.take(usize::try_from(count.get()).unwrap_or(usize::MAX)).collect();
        return each(scene, newest);
    }
    let (told, standing) = (told(scene), standing(scene));
    match both {
        true if told.len() == 2 => each(scene, told),
        true if standing.len() > 2 => which(scene, &standing),
        _ if standing.is_empty() => each(scene, scene.facts.orders.first().into_iter().collect()),
        _ => each(scene, standing),
    }
}

/// "Cancel the milk and the bread": the orders that have one of them.
pub(super) fn cancel_named(scene: &mut Scene<'_>) {
    let words = named(scene.intent);
    let with = |words: &String| {
        let mut all = scene.facts.orders.iter().filter(|order| has(order, words).is_some());
        all.clone().find(|order| stands(order)).or_else(|| all.next())
    };
    let mut orders: Vec<&Order> = words.iter().filter_map(with).collect();
    orders.sort_by_key(|order| std::cmp::Reverse(order.number));
    orders.dedup_by_key(|order| order.number);
    match orders.as_slice() {
        [] => {
            not_found(scene, Prompt::new("no-such-order-then"));
        }
        [one] => cancel::ask(scene, one),
        _ => each(scene, orders),
    }
}

/// "Cancel the first one": of those that were told, or of those that can be cancelled the one that was placed first.
pub(super) fn cancel_picked(scene: &mut Scene<'_>, choice: &Choice) {
    if *choice == Choice::Other {
        return another(scene);
    }
    let (told, mut placed) = (told(scene), standing(scene));
    placed.reverse();
    let list = if told.len() > 1 { told } else { placed };
    let so_many = |count: u32| usize::try_from(count).unwrap_or(usize::MAX).min(list.len());
    match choice {
        Choice::FirstOnes(count) => return each(scene, list[..so_many(*count)].to_vec()),
        Choice::LastOnes(count) => return each(scene, list[list.len() - so_many(*count)..].to_vec()),
        _ => {}
    }
    let picked = match choice {
        Choice::Ordinal(number) => usize::try_from(*number).ok().and_then(|n| list.get(n.checked_sub(1)?)),
        Choice::Last => list.last(),
        _ => None,
    };
    match picked {
        Some(order) => cancel::ask(scene, order),
        None => {
            not_found(scene, Prompt::new("no-such-order-then"));
        }
    }
}

/// "Not that one", "the other one", where it is asked whether to cancel an order.
pub(super) fn another(scene: &mut Scene<'_>) {
    let asked = match scene.state.focus {
        Focus::ConfirmCancel(number) => Some(number),
        _ => scene.state.order,
    };
    let mut others = standing(scene);
    others.retain(|order| Some(order.number) != asked);
    match others.as_slice() {
        [one] if scene.intent.slots.also && asked.is_some() => cancel::add(scene, [*one]),
        [one] => cancel::ask(scene, one),
        [] => {
            not_found(scene, Prompt::new("no-other-order"));
        }
        several => which(scene, several),
    }
}

/// Asks about each of these; of those that cannot be cancelled any more it is said.
fn each(scene: &mut Scene<'_>, orders: Vec<&Order>) {
    let (open, late): (Vec<&Order>, Vec<&Order>) = orders.into_iter().partition(|order| stands(order));
    let asked = |order: &&Order| scene.state.focus == Focus::ConfirmCancel(order.number);
    let at_it = open.iter().any(asked);
    let Some((first, rest)) = open.split_first() else {
        return match late.first() {
            Some(order) => cancel::ask(scene, order),
            None => {
                not_found(scene, Prompt::new("no-orders"));
            }
        };
    };
    for order in late {
        let said = about(scene, "cancel-too-late", order);
        scene.say(said);
    }
    if at_it {
        return cancel::add(scene, open);
    }
    let question = Focus::ConfirmCancel(first.number);
    keep_for_later(scene, &question, rest.iter().map(|order| Focus::ConfirmCancel(order.number)));
    cancel::ask(scene, first);
}

/// Tells of some orders and asks which of them is meant.
fn which(scene: &mut Scene<'_>, orders: &[&Order]) {
    let told = &orders[..orders.len().min(TOLD)];
    let said = told.iter().map(|order| about(scene, "cancel-which", order));
    let mut said: Vec<Prompt> = said.collect();
    let sounds =
        |said: &Prompt| said.args.iter().filter(|(place, _)| place != "number").cloned().collect::<Vec<_>>();
    if said.iter().enumerate().any(|(at, one)| said[..at].iter().any(|other| sounds(one) == sounds(other))) {
        // What two have in common tells none of them.
        said = told.iter().map(|order| followed::has_what(order)).collect();
    }
    scene.say.extend(said);
    scene.ask(Focus::AskOrder(OrderErrand::Cancel), "asking-order");
}

/// The orders that can be cancelled, the newest first.
pub(super) fn standing<'a>(scene: &Scene<'a>) -> Vec<&'a Order> {
    scene.facts.orders.iter().filter(|order| stands(order)).collect()
}

/// The orders that were told of with the last words, in that order.
fn told<'a>(scene: &Scene<'a>) -> Vec<&'a Order> {
    let number = |said: &Prompt| {
        let tells = matches!(said.key.as_str(), "order-status" | "cancel-which" | "order-has");
        let number = said.args.iter().filter(|_| tells).find(|(place, _)| place == "number")?;
        match &number.1 {
            Arg::Digits(digits) => digits.parse().ok().map(OrderNumber),
            _ => None,
        }
    };
    scene.state.last_said.iter().filter_map(number).filter_map(|number| scene.order_with(number)).collect()
}
