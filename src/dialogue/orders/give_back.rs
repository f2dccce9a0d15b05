//! Sending something back.

use jiff::SignedDuration;

use super::{Which, about, has, meant, state_word};
use crate::{
    commerce::{
        OrderNumber, Sku,
        order::{Order, OrderState},
    },
    dialogue::{Arg, Focus, OrderErrand, Prompt, scene::Scene},
    understanding::OrderRef,
};

/// "I want to return the umbrella."
pub(in crate::dialogue) fn give_back(scene: &mut Scene<'_>) {
    let slots = &scene.intent.slots;
    if let Some(item) = slots.items.first().filter(|item| !item.it) {
        let number = match slots.order {
            Some(OrderRef::Number(number)) => Some(OrderNumber(number)),
            _ => None,
        };
        return named(scene, &item.words, number);
    }
    let it = slots.items.iter().any(|item| item.it) && slots.order.is_none();
    let spoken_of = scene.state.order.filter(|_| it);
    let order = spoken_of.and_then(|number| scene.facts.orders.iter().find(|o| o.number == number));
    match order.map_or_else(|| meant(scene), Which::One) {
        // "Something" is of any order.
        Which::One(order) if it || slots.order.is_some() => of_order(scene, order),
        Which::NoSuchNumber(number) => {
            let number = Arg::Digits(OrderNumber(number).to_string());
            scene.say(Prompt::new("no-such-order").with("number", number));
            scene.decision = "not-found";
            scene.then_ask_again();
        }
        Which::None if scene.facts.orders.is_empty() => {
            scene.say(Prompt::new("no-orders"));
            scene.decision = "not-found";
            scene.then_ask_again();
        }
        _ => scene.ask(Focus::AskOrder(OrderErrand::Return), "asking-order"),
    }
}

/// What is called so, of the order with that number or of any: of one that was delivered before others.
pub(super) fn named(scene: &mut Scene<'_>, words: &str, number: Option<OrderNumber>) {
    let of_it = |order: &&Order| number.is_none_or(|number| order.number == number);
    let mut with = scene.facts.orders.iter().filter(of_it).filter(|order| has(order, words).is_some());
    let newest = with.clone().next();
    let order = with.find(|order| order.state == OrderState::Delivered).or(newest);
    let Some((order, (sku, title))) = order.and_then(|order| Some((order, has(order, words)?))) else {
        scene.say(Prompt::new("return-not-bought"));
        scene.decision = "not-found";
        return scene.then_ask_again();
    };
    ask(scene, order, sku, title);
}

/// The answer to what shall go back: of the order that was spoken of before others.
pub(super) fn answered(scene: &mut Scene<'_>, words: &str) {
    let of_it = |order: &&Order| Some(order.number) == scene.state.order && has(order, words).is_some();
    let number = scene.facts.orders.iter().find(of_it).map(|order| order.number);
    named(scene, words, number);
}

/// Of an order with one thing that one; of several it is asked which.
pub(super) fn of_order(scene: &mut Scene<'_>, order: &Order) {
    scene.speak_of_order(order.number);
    if let [line] = order.quote.lines() {
        return ask(scene, order, line.sku.clone(), line.title.clone());
    }
    if order.state != OrderState::Delivered {
        return not_possible(scene, order);
    }
    let name = |title: &String| Prompt::new("name").with("name", Arg::Name(title.clone()));
    let items = order.quote.lines().iter().map(|line| name(&line.title)).collect();
    scene.say(Prompt::new("return-has").with("items", Arg::List(items)));
    scene.ask(Focus::AskOrder(OrderErrand::Return), "asking-order");
}

fn not_possible(scene: &mut Scene<'_>, order: &Order) {
    let said = about(scene, "return-not-possible", order);
    scene.say(said);
    scene.side_done("refused");
}

fn ask(scene: &mut Scene<'_>, order: &Order, sku: Sku, title: String) {
    scene.speak_of_order(order.number);
    if order.state != OrderState::Delivered {
        return not_possible(scene, order);
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
