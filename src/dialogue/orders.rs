//! Orders that exist: where they are, when they come, cancel, send back, undo.

mod anew;
mod asked;
mod cancel;
mod followed;
mod give_back;
mod list;
mod queue;
mod together;
mod undo;

pub use anew::{Anew, may_be_of_an_order, may_change_an_order};
pub(super) use anew::{ask_first, changed, leave, not_replaced};
pub(super) use asked::{asked, stays};
pub(super) use cancel::cancel;
pub(super) use followed::{followed, total};
pub(super) use give_back::give_back;
pub(super) use queue::ask_next;
pub(super) use together::together;
pub(super) use undo::{just_placed, of_placed, placed, undo};

use super::{Arg, Focus, OrderErrand, Prompt, choose, options, questions, repair, scene::Scene};
use crate::{
    commerce::{
        Line, OrderNumber, Sku,
        order::{Hold, Order, OrderState},
    },
    understanding::{Choice, IntentName, OrderRef},
};

enum Which<'a> {
    One(&'a Order),
    /// The number that was said is none of this household's.
    NoSuchNumber(u32),
    None,
}

/// The order that was meant; orders are newest first.
fn meant<'a>(scene: &Scene<'a>) -> Which<'a> {
    let orders = &scene.facts.orders;
    let one = |order: Option<&'a Order>| order.map_or(Which::None, Which::One);
    match &scene.intent.slots.order {
        Some(OrderRef::Number(n)) => match scene.order_with(OrderNumber(*n)) {
            Some(order) => Which::One(order),
            None => Which::NoSuchNumber(*n),
        },
        Some(OrderRef::Product(words)) => {
            // One that stands is meant before one that was cancelled.
            let with = || orders.iter().filter(|o| has(o, words).is_some());
            one(with().find(|o| o.state != OrderState::Cancelled).or_else(|| with().next()))
        }
        Some(OrderRef::On(period)) => {
            let day = |o: &Order| o.placed_at.to_zoned(scene.facts.zone.clone()).date();
            one(orders.iter().find(|o| (period.from..=period.to).contains(&day(o))))
        }
        Some(OrderRef::Before) => before(scene),
        Some(OrderRef::It) => {
            let spoken_of = scene.state.order.and_then(|number| scene.order_with(number));
            one(spoken_of.or(orders.first()))
        }
        Some(OrderRef::Last | OrderRef::All) | None => one(orders.first()),
    }
}

/// The order before the one that was spoken of, or before the last.
fn before<'a>(scene: &Scene<'a>) -> Which<'a> {
    let orders = &scene.facts.orders;
    let spoken_of = scene.state.order.and_then(|n| orders.iter().position(|o| o.number == n));
    orders.get(spoken_of.unwrap_or(0) + 1).map_or(Which::None, Which::One)
}

/// The line of an order that these words mean.
fn has(order: &Order, words: &str) -> Option<(Sku, String)> {
    let line = order.quote.lines().iter().find(|line| title_has(&line.title, words))?;
    Some((line.sku.clone(), line.title.clone()))
}

/// Whether all of these words are in a title.
pub(super) fn title_has(title: &str, words: &str) -> bool {
    let title: Vec<String> =
        title.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).map(choose::stem).collect();
    let mut words = words.split_whitespace().map(choose::stem).peekable();
    words.peek().is_some() && words.all(|word| title.contains(&word))
}

fn with_order<'a>(scene: &mut Scene<'a>) -> Option<&'a Order> {
    match meant(scene) {
        Which::One(order) => {
            scene.speak_of_order(order.number);
            Some(order)
        }
        Which::NoSuchNumber(n) => {
            let number = Arg::order(OrderNumber(n));
            scene.say(match scene.state.focus {
                // It may have been the PIN, which is not said aloud.
                Focus::AskPin(_) => Prompt::new("no-such-order-number"),
                _ => Prompt::new("no-such-order").with("number", number),
            });
            scene.decision = "not-found";
            None
        }
        Which::None => {
            let key = if scene.facts.orders.is_empty() { "no-orders" } else { "no-such-order-then" };
            scene.say(Prompt::new(key));
            scene.decision = "not-found";
            None
        }
    }
}

/// How many orders are told of at once.
const TOLD_AT_ONCE: usize = 3;

/// "Where is my order?", or an answer to "which order?"
pub(super) fn status(scene: &mut Scene<'_>) {
    if let Focus::AskOrder(errand) = scene.state.focus {
        return answered(scene, errand);
    }
    if scene.intent.slots.order == Some(OrderRef::All) && scene.facts.orders.len() > 1 {
        return all(scene);
    }
    if let Some(order) = with_order(scene) {
        tell(scene, order);
    }
    scene.then_ask_again();
}

/// "Show me my orders": the newest of them.
fn all(scene: &mut Scene<'_>) {
    let orders = &scene.facts.orders;
    for order in orders.iter().take(TOLD_AT_ONCE) {
        tell(scene, order);
    }
    if let Some(last) = orders.get(TOLD_AT_ONCE.min(orders.len()) - 1) {
        scene.speak_of_order(last.number);
    }
    scene.then_ask_again();
}

/// "The milk", "both", where it is asked which order or what of it: whichever else it could mean.
pub(super) fn named_order(scene: &mut Scene<'_>) -> bool {
    use IntentName as N;
    let Focus::AskOrder(errand) = scene.state.focus else { return false };
    let slots = &scene.intent.slots;
    let names = matches!(scene.intent.name, N::Correct | N::Choose | N::Buy);
    if errand == OrderErrand::Return && (names || scene.intent.name == N::ReturnItem) && of_lines(scene) {
        return true;
    }
    if !names || slots.quantity.is_some() {
        return false;
    }
    if slots.refuses() {
        // "Not the bread" says which one is not meant.
        scene.stay();
        return true;
    }
    let words = asked::named(scene.intent);
    match (errand, words.first(), slots.choice.clone()) {
        (OrderErrand::Return, Some(_), _) => give_back::answered(scene, &words),
        (OrderErrand::Cancel, _, Some(Choice::Both | Choice::All)) => list::cancel_several(scene),
        (OrderErrand::Cancel, None, Some(choice)) => list::cancel_picked(scene, &choice),
        (_, Some(words), _) => {
            let with = scene.facts.orders.iter().find(|order| has(order, words).is_some());
            return with.map(|order| done_with(scene, errand, order)).is_some();
        }
        _ => return false,
    }
    true
}

/// "Both", "everything but the bread" of the order that was told.
fn of_lines(scene: &mut Scene<'_>) -> bool {
    let picks = matches!(
        scene.intent.slots.choice,
        Some(Choice::Both | Choice::All | Choice::AllOf(_) | Choice::Ordinal(_) | Choice::Last)
    );
    picks && give_back::picked(scene)
}

/// "The coffee", "the one from yesterday": the order that was asked for.
fn answered(scene: &mut Scene<'_>, errand: OrderErrand) {
    if errand == OrderErrand::Return
        && let Some(OrderRef::Product(words)) = scene.intent.slots.order.clone()
    {
        // "The milk and the bread."
        let several = asked::named(scene.intent);
        return give_back::answered(
            scene,
            if several.len() > 1 { &several } else { std::slice::from_ref(&words) },
        );
    }
    match with_order(scene) {
        Some(order) => done_with(scene, errand, order),
        None => scene.ask_again(),
    }
}

fn tell(scene: &mut Scene<'_>, order: &Order) {
    let said = about(scene, "order-status", order);
    scene.say(said);
    scene.decision = "told-status";
}

/// A reply about an order, with everything that it may want to name.
pub(super) fn about(scene: &Scene<'_>, key: &str, order: &Order) -> Prompt {
    // Of several things, the one that was asked about comes first.
    let named = match &scene.intent.slots.order {
        Some(OrderRef::Product(words)) => has(order, words).map(|(_, title)| title),
        _ => None,
    };
    let lines = order.quote.lines();
    let line = named.and_then(|title| lines.iter().find(|line| line.title == title)).or(lines.first());
    let with_options = |line: &Line| options::named(Arg::Name(line.title.clone()), &line.options);
    let first = line.map_or_else(|| Arg::Name(String::new()), with_options);
    Prompt::new(key)
        .with("number", Arg::order(order.number))
        .with("state", Arg::Kind(standing(order).to_owned()))
        .with("first", first)
        .with("more", Arg::Count(u32::try_from(lines.len().saturating_sub(1)).unwrap_or(u32::MAX)))
        .with("date", Arg::Date(order.delivery))
}

/// The word on which replies about an order select.
fn standing(order: &Order) -> &'static str {
    match order.funds.hold {
        Hold::Declined { .. } => "declined",
        _ => state_word(order.state),
    }
}

/// The word for a state.
pub(super) fn state_word(state: OrderState) -> &'static str {
    match state {
        OrderState::Placed => "placed",
        OrderState::Paid => "paid",
        OrderState::Packed => "packed",
        OrderState::Shipped => "shipped",
        OrderState::Delivered => "delivered",
        OrderState::Cancelled => "cancelled",
        OrderState::Returned => "returned",
    }
}

/// "When will it arrive?" During a read-back: when would it arrive.
pub(super) fn delivery(scene: &mut Scene<'_>) {
    if let Focus::Confirming(draft) | Focus::AskPin(draft) = &scene.state.focus
        && matches!(scene.intent.slots.order, None | Some(OrderRef::It))
    {
        let said = Prompt::new("would-arrive").with("date", Arg::Date(draft.quote.delivery()));
        scene.say(said);
        scene.decision = "told-delivery";
        return scene.ask_again();
    }
    if let Some(order) = with_order(scene) {
        let said = about(scene, "delivery-date", order);
        scene.say(said);
        scene.decision = "told-delivery";
    }
    scene.then_ask_again();
}

/// An order's number after "which order?", or out of the blue.
pub(super) fn numbered(scene: &mut Scene<'_>, errand: OrderErrand, number: Option<u32>) {
    let order = number.and_then(|number| scene.order_with(OrderNumber(number)));
    let Some(order) = order else {
        if scene.state.focus == Focus::Idle {
            return repair::not_understood(scene);
        }
        return not_found(scene, Prompt::new("no-such-order-number"));
    };
    done_with(scene, errand, order);
}

/// What an order was looked for.
fn done_with(scene: &mut Scene<'_>, errand: OrderErrand, order: &Order) {
    scene.speak_of_order(order.number);
    match errand {
        OrderErrand::Status => {
            tell(scene, order);
            scene.side_done("told-status");
        }
        OrderErrand::Cancel => cancel::ask(scene, order),
        OrderErrand::Return => give_back::of_order(scene, order),
    }
}

/// Says that there is no such order, or nothing of the kind in one; whatever is open is asked again.
fn not_found(scene: &mut Scene<'_>, said: Prompt) {
    scene.say(said);
    scene.decision = "not-found";
    scene.then_ask_again();
}
