//! What follows when an order was just spoken of: "and the one before", "cancel that", "order that again". Where
//! something else is open too, only what can mean nothing but an order is taken for one.

use super::{Which, before, cancel, placed, queue::stands, tell};
use crate::{
    commerce::{Sku, order::Order},
    dialogue::{About, Arg, Focus, Prompt, past, questions, repair, scene::Scene},
    understanding::{Choice, IntentName},
};

/// Whether an order was just spoken of and is spoken of on; that is done then.
pub(in crate::dialogue) fn followed(scene: &mut Scene<'_>) -> bool {
    use IntentName as N;
    let open = repair::purchase_pending(&scene.state.focus);
    let slots = &scene.intent.slots;
    let it = matches!(slots.items.as_slice(), [item] if item.it) && !slots.have_options() && !slots.cart;
    let other = matches!(slots.choice, Some(Choice::Other));
    let again = it && slots.items[0].own && !open;
    let Some(order) = spoken_of(scene).or_else(|| just_had(scene).filter(|_| again)) else { return false };
    match &scene.intent.name {
        N::Back if slots.pointed || !scene.state.focus.is_of_an_order() => one_before(scene),
        N::Choose | N::Correct if other && !open => one_before(scene),
        N::Cancel if slots.pointed && (open || scene.state.focus == Focus::Idle) => cancel_it(scene, order),
        N::ListCart if it && !open => contents(scene, order),
        N::Price if slots.items.is_empty() && slots.choice.is_none() && !open => total(scene, order),
        N::Buy | N::Reorder if again => past::order_again(scene, order),
        _ => return false,
    }
    true
}

/// The order that was spoken of with the last words.
fn spoken_of<'a>(scene: &Scene<'a>) -> Option<&'a Order> {
    let number = scene.state.order.filter(|_| scene.about == Some(About::Order))?;
    scene.order_with(number)
}

/// The order that was just placed, where "that" is what was in it, and nothing that was spoken of since.
fn just_had<'a>(scene: &Scene<'a>) -> Option<&'a Order> {
    let order = placed(scene)?;
    let in_it = |sku: &Sku| order.quote.lines().iter().any(|line| &line.sku == sku);
    let products = &scene.state.products;
    (!products.is_empty() && products.iter().all(in_it)).then_some(order)
}

/// "Cancel that" is the order, of which was spoken last: that is asked, and what is open stays so. Where the order cannot
/// be cancelled any more, what is open is meant.
fn cancel_it(scene: &mut Scene<'_>, order: &Order) {
    if scene.state.focus == Focus::Idle || stands(order) {
        cancel::ask(scene, order)
    } else {
        repair::cancel(scene)
    }
}

fn one_before(scene: &mut Scene<'_>) {
    match before(scene) {
        Which::One(order) => {
            scene.speak_of_order(order.number);
            tell(scene, order);
        }
        _ => {
            scene.say(Prompt::new("no-order-before"));
            scene.state.about = Some(About::Order);
            scene.decision = "not-found";
        }
    }
    scene.then_ask_again();
}

/// Everything that an order has, with what it came to.
pub(super) fn has_what(order: &Order) -> Prompt {
    let items = order.quote.lines().iter().map(questions::line).collect();
    let said = Prompt::new("order-has").with("items", Arg::List(items));
    let total = Arg::Money(order.quote.total());
    said.with("number", Arg::order(order.number)).with("total", total)
}

/// "What's in it?"
pub(super) fn contents(scene: &mut Scene<'_>, order: &Order) {
    scene.say(has_what(order));
    scene.speak_of_order(order.number);
    scene.decision = "told-order";
    scene.then_ask_again();
}

/// "How much was it?"
pub(in crate::dialogue) fn total(scene: &mut Scene<'_>, order: &Order) {
    let said = Prompt::new("order-total").with("number", Arg::order(order.number));
    scene.say(said.with("total", Arg::Money(order.quote.total())));
    scene.speak_of_order(order.number);
    scene.decision = "priced";
    scene.then_ask_again();
}
