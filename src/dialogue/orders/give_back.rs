//! Sending something back: one thing, or several, about which is asked one after the other.

use jiff::SignedDuration;

use super::{Which, about, asked::named, before, has, meant, not_found, queue::keep_for_later, state_word};
use crate::{
    commerce::{
        Line, OrderNumber, Sku,
        order::{Order, OrderState},
    },
    dialogue::{Arg, Focus, OrderErrand, Prompt, confirm, scene::Scene},
    understanding::{Choice, IntentName, OrderRef},
};

/// A product of an order, with its title.
type Thing<'a> = (&'a Order, Sku, String);

/// "I want to return the umbrella."
pub(in crate::dialogue) fn give_back(scene: &mut Scene<'_>) {
    let slots = &scene.intent.slots;
    let number = match slots.order {
        Some(OrderRef::Number(number)) => Some(OrderNumber(number)),
        _ => None,
    };
    let words = named(scene.intent);
    if !words.is_empty() && slots.choice.is_none() {
        return things_named(scene, &words, number);
    }
    let it = slots.items.iter().any(|item| item.it) && slots.order.is_none();
    let all = slots.choice.is_some() && slots.order.is_none();
    let spoken_of = scene.state.order.filter(|_| it || all);
    let order = spoken_of.and_then(|number| scene.order_with(number));
    match order.map_or_else(|| meant(scene), Which::One) {
        Which::One(order) if slots.choice.is_some() => of_choice(scene, order),
        // "Something" is of any order.
        Which::One(order) if it || slots.order.is_some() => of_order(scene, order),
        Which::NoSuchNumber(number) => {
            let number = Arg::order(OrderNumber(number));
            not_found(scene, Prompt::new("no-such-order").with("number", number));
        }
        Which::None if scene.facts.orders.is_empty() => {
            not_found(scene, Prompt::new("no-orders"));
        }
        _ => scene.ask(Focus::AskOrder(OrderErrand::Return), "asking-order"),
    }
}

/// What is called so, of the order with that number or of any: of one that was delivered before others.
fn things_named(scene: &mut Scene<'_>, words: &[String], number: Option<OrderNumber>) {
    let of_it = |order: &&Order| number.is_none_or(|number| order.number == number);
    let mut found: Vec<Thing<'_>> = Vec::new();
    for words in words {
        let mut with = scene.facts.orders.iter().filter(of_it).filter(|order| has(order, words).is_some());
        let newest = with.clone().next();
        let order = with.find(|order| order.state == OrderState::Delivered).or(newest);
        let Some((order, (sku, title))) = order.and_then(|order| Some((order, has(order, words)?))) else {
            return not_found(scene, Prompt::new("return-not-bought"));
        };
        if !found.iter().any(|(other, known, _)| other.number == order.number && *known == sku) {
            found.push((order, sku, title));
        }
    }
    ask_each(scene, found);
}

/// The answer to what shall go back: of the order that was spoken of before others.
pub(super) fn answered(scene: &mut Scene<'_>, words: &[String]) {
    let all = |order: &&Order| words.iter().all(|words| has(order, words).is_some());
    let of_it = |order: &&Order| Some(order.number) == scene.state.order && all(order);
    let number = scene.facts.orders.iter().find(of_it).map(|order| order.number);
    things_named(scene, words, number);
}

/// "Not that one, the one before", where it is asked what shall go back.
pub(super) fn of_the_one_before(scene: &mut Scene<'_>) {
    match before(scene) {
        Which::One(order) => of_order(scene, order),
        _ => not_found(scene, Prompt::new("no-order-before")),
    }
}

/// "Both", "everything but the bread", "the first one" of an order. `false`, and no change, where no order was spoken of.
pub(super) fn picked(scene: &mut Scene<'_>) -> bool {
    let order = scene.state.order.and_then(|number| scene.order_with(number));
    if let Some(order) = order {
        of_choice(scene, order);
    }
    order.is_some()
}

fn of_choice(scene: &mut Scene<'_>, order: &Order) {
    let slots = &scene.intent.slots;
    let but = |title: &str| slots.instead_of.as_ref().is_some_and(|words| super::title_has(title, words));
    let mut lines: Vec<Thing<'_>> = Vec::new();
    for line in order.quote.lines().iter().filter(|line| order.keeps(&line.sku) && !but(&line.title)) {
        if !lines.iter().any(|(_, sku, _)| *sku == line.sku) {
            lines.push((order, line.sku.clone(), line.title.clone()));
        }
    }
    let one = |at: Option<usize>| at.and_then(|at| lines.get(at)).cloned().into_iter().collect();
    let place = |number: u32| usize::try_from(number).ok().and_then(|n| n.checked_sub(1));
    let things: Vec<Thing<'_>> = match &slots.choice {
        Some(Choice::All) => lines,
        Some(Choice::Both) if lines.len() == 2 => lines,
        Some(Choice::AllOf(count)) if place(*count) == lines.len().checked_sub(1) => lines,
        Some(Choice::Ordinal(number)) => one(place(*number)),
        Some(Choice::Last) => one(lines.len().checked_sub(1)),
        _ => Vec::new(),
    };
    match things.is_empty() {
        true => of_order(scene, order),
        false => ask_each(scene, things),
    }
}

/// Of an order with one thing that one; of several it is asked which.
pub(super) fn of_order(scene: &mut Scene<'_>, order: &Order) {
    scene.speak_of_order(order.number);
    let mut kept: Vec<&Line> = order.quote.lines().iter().filter(|line| order.keeps(&line.sku)).collect();
    if kept.is_empty() {
        kept.extend(order.quote.lines().first());
    }
    if let [line] = kept.as_slice() {
        return ask_each(scene, vec![(order, line.sku.clone(), line.title.clone())]);
    }
    if order.state != OrderState::Delivered {
        return not_possible(scene, order);
    }
    scene.state.later.retain(|later| !matches!(later, Focus::ConfirmReturn { .. }));
    let name = |title: &String| Prompt::new("name").with("name", Arg::Name(title.clone()));
    let items = kept.iter().map(|line| name(&line.title)).collect();
    scene.say(Prompt::new("return-has").with("items", Arg::List(items)));
    scene.ask(Focus::AskOrder(OrderErrand::Return), "asking-order");
}

fn not_possible(scene: &mut Scene<'_>, order: &Order) {
    let said = about(scene, "return-not-possible", order);
    scene.say(said);
    scene.side_done("refused");
}

/// Asks about the first of these that can be sent back, and about the others after it.
fn ask_each(scene: &mut Scene<'_>, things: Vec<Thing<'_>>) {
    let refused = things.iter().find_map(|(order, sku, _)| refusal(scene, order, sku));
    let mut open = things.into_iter().filter(|(order, sku, _)| refusal(scene, order, sku).is_none());
    let question = |(order, sku, title): Thing<'_>| Focus::ConfirmReturn { order: order.number, sku, title };
    let first = open.next();
    let rest: Vec<Focus> = open.map(question).collect();
    scene.say.extend(refused);
    let Some((order, sku, title)) = first else { return scene.side_done("refused") };
    scene.speak_of_order(order.number);
    let first = Focus::ConfirmReturn { order: order.number, sku, title };
    let beside = scene.intent.slots.also && matches!(scene.state.focus, Focus::ConfirmReturn { .. });
    if beside {
        let open = scene.state.focus.clone();
        keep_for_later(scene, &open, std::iter::once(first).chain(rest));
        scene.decision = "confirming-return";
        return scene.ask_again();
    }
    scene.state.later.retain(|later| !matches!(later, Focus::ConfirmReturn { .. }));
    keep_for_later(scene, &first, rest);
    if scene.state.focus == first {
        scene.decision = "confirming-return";
        return scene.ask_again();
    }
    scene.ask(first, "confirming-return");
}

/// Why a thing cannot be sent back.
fn refusal(scene: &Scene<'_>, order: &Order, sku: &Sku) -> Option<Prompt> {
    if order.state != OrderState::Delivered {
        return Some(about(scene, "return-not-possible", order));
    }
    let refused = order.returned.contains(sku) || too_old(scene, order);
    let state = Arg::Kind(state_word(order.state).to_owned());
    refused.then(|| Prompt::new("return-refused").with("state", state))
}

/// Whether the time for returns is over; the desk decides it again.
fn too_old(scene: &Scene<'_>, order: &Order) -> bool {
    let time = SignedDuration::from_hours(24 * i64::from(scene.facts.terms.return_days));
    order.delivered_at.is_some_and(|at| scene.facts.now.duration_since(at) > time)
}

/// "No, the bread", "and the milk", "not that one", where it is asked whether to send one thing back.
pub(super) fn at_return(scene: &mut Scene<'_>, number: OrderNumber) -> bool {
    use IntentName as N;
    let slots = &scene.intent.slots;
    let order = scene.order_with(number);
    match (&scene.intent.name, &slots.choice) {
        (N::ReturnItem, _) if slots.stays => return stays(scene),
        (N::ReturnItem, None) if slots.answered == Some(true) && named(scene.intent).is_empty() => {
            confirm::yes(scene)
        }
        // "Return it" could be a yes, or a wish of its own.
        (N::ReturnItem, None) if !slots.items.is_empty() && slots.items.iter().all(|item| item.it) => {
            scene.stay()
        }
        (N::OrderStatus, _) if slots.pointed => {
            let meant = meant(scene);
            return of_another_order(scene, meant);
        }
        (N::Back, _) if slots.pointed => {
            let before = before(scene);
            return of_another_order(scene, before);
        }
        (N::Choose | N::ReturnItem, Some(Choice::Both | Choice::All))
            if slots.answered == Some(true) && !scene.state.later.is_empty() =>
        {
            confirm::yes(scene);
        }
        (N::Choose | N::Correct, Some(Choice::Ordinal(_) | Choice::Last)) if slots.items.is_empty() => {
            match order {
                Some(order) => of_choice(scene, order),
                None => return false,
            }
        }
        (N::Choose | N::Correct, Some(Choice::Other)) => match order {
            Some(order) => of_order(scene, order),
            None => return false,
        },
        (N::Choose | N::ReturnItem, Some(Choice::Both | Choice::All | Choice::AllOf(_))) => match order {
            Some(order) => of_choice(scene, order),
            None => return false,
        },
        (N::Choose | N::Correct, _) => {
            let words = named(scene.intent);
            if words.is_empty() {
                return false;
            }
            // "Not the bread" keeps it, where it is asked about, and asks for nothing where it is not.
            if slots.refuses() { keep(scene) } else { answered(scene, &words) }
        }
        _ => return false,
    }
    true
}

/// "The one from my last order": the same thing of another order, or what that has.
fn of_another_order(scene: &mut Scene<'_>, meant: Which<'_>) -> bool {
    let (Which::One(order), Focus::ConfirmReturn { sku, .. }) = (meant, scene.state.focus.clone()) else {
        return false;
    };
    match order.quote.lines().iter().find(|line| line.sku == sku) {
        Some(line) => ask_each(scene, vec![(order, sku, line.title.clone())]),
        None => of_order(scene, order),
    }
    true
}

/// What is named is kept: it is not asked about any more. `false`, and no change, where none of it was to be sent back.
fn stays(scene: &mut Scene<'_>) -> bool {
    let words = named(scene.intent);
    let kept = |question: &Focus| match question {
        Focus::ConfirmReturn { title, .. } => words.iter().any(|words| super::title_has(title, words)),
        _ => false,
    };
    let before = scene.state.later.len();
    scene.state.later.retain(|later| !kept(later));
    if kept(&scene.state.focus) {
        confirm::no(scene);
        return true;
    }
    let changed = scene.state.later.len() < before;
    if changed {
        scene.stay();
    }
    changed
}

/// What is named is kept; where none of it was to be sent back, it is asked again.
pub(super) fn keep(scene: &mut Scene<'_>) {
    if !stays(scene) {
        scene.stay();
    }
}
