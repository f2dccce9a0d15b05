//! Sending something back.

use jiff::SignedDuration;

use super::{Which, about, has, meant, state_word, then_ask_again};
use crate::{
    commerce::{
        OrderNumber,
        order::{Order, OrderState},
    },
    dialogue::{Arg, Focus, Prompt, scene::Scene},
    understanding::OrderRef,
};

/// "I want to return the umbrella."
pub(in crate::dialogue) fn give_back(scene: &mut Scene<'_>) {
    let words = scene.intent.slots.items.first().filter(|i| !i.it).map(|i| i.words.clone());
    let delivered = |o: &&Order| o.state == OrderState::Delivered;
    let found = match (&words, &scene.intent.slots.order) {
        (Some(words), Some(OrderRef::Number(n))) => scene
            .facts
            .orders
            .iter()
            .find(|o| o.number == OrderNumber(*n))
            .and_then(|o| Some((o, has(o, words)?))),
        (Some(words), _) => {
            let mut with = scene.facts.orders.iter().filter(|o| has(o, words).is_some());
            let newest = with.clone().next();
            with.find(delivered).or(newest).and_then(|o| Some((o, has(o, words)?)))
        }
        (None, _) => match meant(scene) {
            Which::One(o) if o.quote.lines().len() == 1 => {
                o.quote.lines().first().map(|l| (o, (l.sku.clone(), l.title.clone())))
            }
            _ => None,
        },
    };
    let Some((order, (sku, title))) = found else {
        scene.say(Prompt::new(if words.is_some() { "return-not-bought" } else { "return-which" }));
        scene.decision = "not-found";
        return then_ask_again(scene);
    };
    scene.state.order = Some(order.number);
    scene.order = Some(order.number);
    if order.state != OrderState::Delivered {
        let said = about(scene, "return-not-possible", order);
        scene.say(said);
        return scene.side_done("refused");
    }
    if order.returned.contains(&sku) || too_old(scene, order) {
        let state = Arg::Kind(state_word(order.state).to_owned());
        scene.say(Prompt::new("return-refused").with("state", state));
        return scene.side_done("refused");
    }
    scene.ask(Focus::ConfirmReturn { order: order.number, sku, title }, "confirming-return");
}

/// Whether the time for returns is over; the desk decides it again.
fn too_old(scene: &Scene<'_>, order: &Order) -> bool {
    let time = SignedDuration::from_hours(24 * i64::from(scene.facts.terms.return_days));
    order.delivered_at.is_some_and(|at| scene.facts.now.duration_since(at) > time)
}
