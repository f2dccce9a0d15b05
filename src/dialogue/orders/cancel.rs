//! Cancelling an order. Only whole ones can be: whoever wants a part of one hears so, with everything that it has.

use super::{
    Which, about, before, followed, has, list, meant, not_found,
    queue::{keep_for_later, stands},
    title_has, with_order,
};
use crate::{
    commerce::order::{Order, OrderState},
    dialogue::{Focus, OrderErrand, Prompt, quantity, removal, repair, scene::Scene},
    understanding::{Choice, IntentName, ItemPhrase, OrderRef},
};

/// "Cancel order four two one seven", "cancel both", "cancel the one before".
pub(in crate::dialogue) fn cancel(scene: &mut Scene<'_>) {
    if of_what_is_open(scene) {
        return;
    }
    let slots = &scene.intent.slots;
    if slots.order == Some(OrderRef::All) || matches!(slots.choice, Some(Choice::Both | Choice::All)) {
        return list::cancel_several(scene);
    }
    if slots.items.len() > 1 {
        return list::cancel_named(scene);
    }
    if let Some(choice) = slots.choice.clone() {
        return list::cancel_picked(scene, &choice);
    }
    if slots.order.is_none() && scene.facts.orders.len() > 1 {
        return scene.ask(Focus::AskOrder(OrderErrand::Cancel), "asking-order");
    }
    match last_standing(scene).or_else(|| with_order(scene)) {
        Some(order) => ask_or_add(scene, order),
        None => scene.then_ask_again(),
    }
}

/// "Cancel my last order" is the last one that stands, where others were cancelled since.
fn last_standing<'a>(scene: &Scene<'a>) -> Option<&'a Order> {
    let last = matches!(scene.intent.slots.order, None | Some(OrderRef::Last));
    let order = scene.facts.orders.iter().find(|order| order.state != OrderState::Cancelled);
    order.filter(|order| last && stands(order))
}

/// "Cancel the eggs" and "cancel both" of what is being read back, where no order is named.
fn of_what_is_open(scene: &mut Scene<'_>) -> bool {
    let slots = &scene.intent.slots;
    if let Some(OrderRef::Product(words)) = &slots.order
        && let Some(draft) = scene.draft().cloned()
        && let Some(index) = draft.lines.iter().position(|l| quantity::names(scene, &l.sku, words))
    {
        match slots.items.len() {
            0 | 1 => removal::take_out(scene, &draft, index),
            _ => removal::remove(scene),
        }
        return true;
    }
    if let Some(words) = &slots.instead_of
        && let Some(draft) = scene.draft()
        && draft.lines.iter().any(|line| quantity::names(scene, &line.sku, words))
    {
        // "Cancel everything but the glue."
        let item = ItemPhrase { words: words.clone(), ..ItemPhrase::default() };
        removal::all_but(scene, &[item]);
        return true;
    }
    if !slots.pointed || !repair::purchase_pending(&scene.state.focus) {
        return false;
    }
    match slots.choice {
        Some(Choice::Ordinal(_) | Choice::Other) => removal::remove(scene),
        _ if slots.order == Some(OrderRef::All) || slots.choice.is_some() => repair::cancel(scene),
        _ => return false,
    }
    true
}

/// "And order 4250 too", where it is asked whether to cancel another one, comes beside that.
fn ask_or_add(scene: &mut Scene<'_>, order: &Order) {
    if scene.intent.slots.also && matches!(scene.state.focus, Focus::ConfirmCancel(_)) && stands(order) {
        return add(scene, [order]);
    }
    ask(scene, order);
}

/// Asks about these too, once the open question is answered.
pub(super) fn add<'a>(scene: &mut Scene<'_>, orders: impl IntoIterator<Item = &'a Order>) {
    let open = scene.state.focus.clone();
    scene.stay();
    let question = std::mem::take(&mut scene.say);
    if keep_for_later(scene, &open, orders.into_iter().map(|order| Focus::ConfirmCancel(order.number))) {
        scene.decision = "confirming-cancel";
    }
    scene.say.extend(question);
}

/// Asks whether to cancel an order; or says why it cannot be.
pub(in crate::dialogue) fn ask(scene: &mut Scene<'_>, order: &Order) {
    scene.speak_of_order(order.number);
    if !stands(order) {
        let said = about(scene, "cancel-too-late", order);
        scene.say(said);
        return scene.side_done("refused");
    }
    let part = match &scene.intent.slots.order {
        Some(OrderRef::Product(words)) => order.quote.lines().len() > 1 && has(order, words).is_some(),
        _ => false,
    };
    // "Everything but the milk" is a part, too.
    let left =
        scene.intent.slots.instead_of.as_ref().filter(|_| scene.intent.name == IntentName::CancelOrder);
    let but = left.is_some();
    if left.is_some_and(|words| order.quote.lines().iter().all(|line| title_has(&line.title, words))) {
        // It has nothing but what shall be left.
        tell_whole(scene, order, true);
        return scene.side_done("refused");
    }
    if part || but {
        return ask_whole(scene, order, but || scene.intent.slots.pointed);
    }
    let said = about(scene, "cancel-which", order);
    scene.say(said);
    open(scene, order);
}

/// Asks whether to cancel all of an order of which something was named, with everything that it has.
pub(super) fn ask_whole(scene: &mut Scene<'_>, order: &Order, of_a_part: bool) {
    tell_whole(scene, order, of_a_part);
    scene.speak_of_order(order.number);
    open(scene, order);
}

/// Tells everything that an order has; of a part of it, that only the whole can be cancelled.
fn tell_whole(scene: &mut Scene<'_>, order: &Order, of_a_part: bool) {
    if of_a_part {
        scene.say(Prompt::new("cancel-whole-only"));
    }
    scene.say(followed::has_what(order));
}

fn open(scene: &mut Scene<'_>, order: &Order) {
    let question = Focus::ConfirmCancel(order.number);
    scene.state.later.retain(|later| *later != question);
    if scene.state.focus == question {
        scene.decision = "confirming-cancel";
        return scene.ask_again();
    }
    scene.ask(question, "confirming-cancel");
}

/// The order before the one that was spoken of, where it is asked whether to cancel that.
pub(super) fn ask_before(scene: &mut Scene<'_>) {
    match before(scene) {
        Which::One(order) => ask_or_add(scene, order),
        _ => {
            not_found(scene, Prompt::new("no-order-before"));
        }
    }
}

/// The order that was named, and no question about it, where it is asked whether to cancel another one.
pub(super) fn ask_named(scene: &mut Scene<'_>) {
    match meant(scene) {
        Which::One(order) => ask_or_add(scene, order),
        _ => {
            with_order(scene);
            scene.ask_again();
        }
    }
}
