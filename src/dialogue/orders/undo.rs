//! The order that was just placed, and taking it back.

use super::{cancel, followed::contents, queue::stands};
use crate::{
    commerce::{desk::undo_until, order::Order},
    dialogue::{About, Act, Focus, Prompt, cart_back, repair, scene::Scene},
};

/// "Undo that": right after an order was placed, and within the window, it is cancelled without a question. Once anything else
/// was said, "that" may be something newer, and it is asked. What was changed in the cart since is newer.
pub(in crate::dialogue) fn undo(scene: &mut Scene<'_>) {
    // Of what was changed nothing was spoken of last, where an order was: it is asked about that.
    let spoken_of = spoken_of(scene);
    let told = spoken_of.is_some() || scene.about == Some(About::Order) && placed(scene).is_some();
    if !told && cart_back::undo(scene) {
        return;
    }
    if scene.state.focus != Focus::Idle {
        // Of what is new and open the last change is meant. Where there is none "that" could be either, and the order is
        // the costlier to lose.
        let of_order = scene.about == Some(About::Order) || scene.intent.slots.order.is_some();
        let changed = scene.state.back.iter().any(repair::purchase_pending);
        if changed && !of_order || !just_placed(scene) {
            repair::back(scene);
        }
        return;
    }
    let Some(order) = spoken_of.or_else(|| placed(scene)) else {
        scene.say(Prompt::new("nothing-to-undo"));
        scene.decision = "nothing-pending";
        return;
    };
    let here = scene.state.placed == Some(order.number) && scene.state.carts.is_empty();
    let at_once = here && in_window(scene, order) && said_last(scene, order);
    scene.speak_of_order(order.number);
    if !at_once {
        return cancel::ask(scene, order);
    }
    scene.act = Some(Act::Cancel(order.number));
    scene.decision = "undoing";
}

/// The order that was told last, where it can be taken back.
fn spoken_of<'a>(scene: &Scene<'a>) -> Option<&'a Order> {
    let number = scene.state.order.filter(|_| scene.about == Some(About::Order))?;
    scene.order_with(number).filter(|order| stands(order))
}

/// A plain "cancel" right after an order was placed means that order; it asks first. Whether
/// there is one.
pub(in crate::dialogue) fn just_placed(scene: &mut Scene<'_>) -> bool {
    match placed(scene) {
        Some(order) if in_window(scene, order) => {
            scene.speak_of_order(order.number);
            cancel::ask(scene, order);
            true
        }
        _ => false,
    }
}

/// The order that was placed last in this conversation.
pub(in crate::dialogue) fn placed<'a>(scene: &Scene<'a>) -> Option<&'a Order> {
    scene.state.placed.and_then(|number| scene.order_with(number))
}

/// "What did I just order?" where nothing is open.
pub(in crate::dialogue) fn of_placed(scene: &mut Scene<'_>) {
    if let Some(order) = placed(scene) {
        contents(scene, order);
    }
}

/// Whether the shopper heard of that order last: that it was placed, or how it stands after a cut-off answer.
fn said_last(scene: &Scene<'_>, order: &Order) -> bool {
    let tells = |said: &Prompt| match said.key.as_str() {
        "placed" | "placed-payment-pending" => true,
        "order-status" => scene.state.order == Some(order.number),
        _ => false,
    };
    scene.state.last_said.iter().any(tells)
}

fn in_window(scene: &Scene<'_>, order: &Order) -> bool {
    scene.facts.now <= undo_until(order, scene.facts.terms.undo_seconds)
}
