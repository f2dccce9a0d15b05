//! What is said once the world has answered: the order is durable, or it is not.

use super::{
    Arg, Draft, DraftLine, Facts, Focus, Prompt, State, Step, apart,
    orders::{self, state_word},
    read_back,
    scene::Scene,
};
use crate::{
    commerce::{
        desk::{CancelOutcome, PlaceOutcome, ReturnOutcome},
        household::{PIN_LOCK_SECONDS, PinOutcome},
        order::{Order, OrderState},
    },
    understanding::{Intent, IntentName},
};

/// What came of an [`super::Act`].
#[derive(Debug)]
pub enum Outcome {
    /// The PIN was not right, so nothing was tried.
    Pin(Draft, PinOutcome),
    /// A confirmation.
    Placed(Draft, PlaceOutcome),
    /// A cancellation.
    Cancelled(CancelOutcome),
    /// A return, with the title of the product.
    Returned(String, ReturnOutcome),
    /// A confirmation of before, whose order was cancelled, shipped or more since.
    MovedOn(Draft, Order),
    /// A fault behind a port while a purchase was to be placed, and nothing was found under its key.
    PlaceFault,
    /// A fault behind a port while something else was to be changed, and nothing was found to be.
    Fault,
    /// A fault, and whether something was done cannot be found out. The same yes again looks once more.
    NotKnown,
}

/// Works out what is said after an act.
pub fn settle(state: &State, outcome: &Outcome, facts: &Facts) -> Step {
    let intent = Intent::bare(IntentName::Thanks);
    let mut scene = Scene::new(state, &intent, facts);
    match outcome {
        Outcome::Pin(_, pin) => after_pin(&mut scene, pin),
        Outcome::Placed(draft, outcome) => after_place(&mut scene, draft, outcome),
        Outcome::Cancelled(outcome) => after_cancel(&mut scene, outcome),
        Outcome::Returned(title, outcome) => after_return(&mut scene, title, outcome),
        Outcome::MovedOn(draft, order) => moved_on(&mut scene, draft, order),
        Outcome::PlaceFault => {
            scene.say(Prompt::new("sorry"));
            scene.decision = "fault";
        }
        Outcome::NotKnown => {
            scene.say(Prompt::new("sorry-unsure"));
            scene.decision = "fault";
        }
        Outcome::Fault => {
            scene.say(Prompt::new("fault"));
            scene.side_done("fault");
        }
    }
    let mut step = scene.finish();
    orders::ask_first(&mut step, facts);
    step
}

fn after_pin(scene: &mut Scene<'_>, pin: &PinOutcome) {
    match pin {
        PinOutcome::Wrong { left } if *left > 0 => {
            scene.say(Prompt::new("pin-wrong").with("left", Arg::Count(*left)));
            scene.decision = "asking-pin";
            scene.ask_again();
        }
        PinOutcome::Wrong { .. } => locked(scene, PIN_LOCK_SECONDS),
        PinOutcome::Locked { until } => {
            let left = until.duration_since(scene.facts.now).as_secs();
            locked(scene, left);
        }
        PinOutcome::NotSet => {
            scene.say(Prompt::new("pin-not-set").with("limit", Arg::Money(scene.facts.household.limit)));
            scene.rest("refused");
        }
        // A right PIN is followed by the placing of the order, whose outcome is told instead.
        PinOutcome::Right(_) => {}
    }
}

fn locked(scene: &mut Scene<'_>, seconds: i64) {
    scene.say(pin_locked(seconds));
    scene.rest("locked");
}

/// That no PIN is tried for so long.
pub(super) fn pin_locked(seconds: i64) -> Prompt {
    let minutes = u32::try_from((seconds.max(0) + 59) / 60).unwrap_or(u32::MAX);
    Prompt::new("pin-locked").with("minutes", Arg::Count(minutes.max(1)))
}

fn after_place(scene: &mut Scene<'_>, draft: &Draft, outcome: &PlaceOutcome) {
    match outcome {
        PlaceOutcome::Placed(order) if order.state == OrderState::Cancelled => moved_on(scene, draft, order),
        PlaceOutcome::Placed(order) => placed(scene, draft, order, "placed"),
        PlaceOutcome::Pending(order) => placed(scene, draft, order, "placed-payment-pending"),
        PlaceOutcome::Declined => {
            scene.say(Prompt::new("payment-declined"));
            scene.rest("declined-by-payment");
        }
        PlaceOutcome::OutOfStock { .. } => {
            scene.say(Prompt::new("stock-changed"));
            read_back::propose(scene, draft.lines.clone(), draft.from_cart);
        }
        PlaceOutcome::PriceChanged => {
            scene.say(Prompt::new("price-changed"));
            read_back::propose(scene, draft.lines.clone(), draft.from_cart);
        }
        PlaceOutcome::NeedsPin if scene.facts.household.has_pin => {
            scene.say(Prompt::new("pin-needed-limit"));
            scene.ask(Focus::AskPin(draft.clone()), "asking-pin");
        }
        PlaceOutcome::NeedsPin => {
            scene.say(Prompt::new("pin-not-set").with("limit", Arg::Money(scene.facts.household.limit)));
            scene.rest("refused");
        }
        PlaceOutcome::KeyReused => {
            scene.say(Prompt::new("reading-again"));
            read_back::propose(scene, draft.lines.clone(), draft.from_cart);
        }
    }
}

fn placed(scene: &mut Scene<'_>, draft: &Draft, order: &Order, decision: &'static str) {
    leave_cart(scene, draft);
    scene.say(
        Prompt::new(decision)
            .with("number", Arg::order(order.number))
            .with("total", Arg::Money(order.quote.total()))
            .with("date", Arg::Date(order.delivery)),
    );
    scene.state.placed = Some(order.number);
    scene.state.order = Some(order.number);
    scene.order = Some(order.number);
    // Whatever was asked about before the yes, "it" is what was ordered.
    scene.speak_of(draft.lines.iter().map(|line| line.sku.clone()));
    scene.state.spoken = draft.lines.iter().map(DraftLine::bare).collect();
    scene.rest(decision);
}

/// What is ordered is in the cart no more, and what was changed before is not taken back: the order is.
fn leave_cart(scene: &mut Scene<'_>, draft: &Draft) {
    if draft.from_cart {
        let left = apart::all_but(scene, &draft.lines);
        let stays = scene.state.apart.iter().filter(|line| left.contains(line)).cloned().collect();
        scene.state.cart.hold(stays);
    }
    scene.state.carts.clear();
}

fn moved_on(scene: &mut Scene<'_>, draft: &Draft, order: &Order) {
    leave_cart(scene, draft);
    let number = order.number;
    match order.state {
        OrderState::Cancelled => {
            scene.say(Prompt::new("ordered-and-cancelled").with("number", Arg::order(number)));
            scene.rest("ordered-and-cancelled");
        }
        _ => {
            let said = orders::about(scene, "order-status", order);
            scene.say(said);
            scene.state.placed = Some(number);
            scene.rest("told-status");
        }
    }
    scene.state.order = Some(number);
    scene.order = Some(number);
}

fn after_cancel(scene: &mut Scene<'_>, outcome: &CancelOutcome) {
    match outcome {
        CancelOutcome::Cancelled { order, refund } => {
            scene.say(
                Prompt::new("order-cancelled")
                    .with("number", Arg::order(order.number))
                    .with("refund", Arg::Money(*refund)),
            );
            scene.order = Some(order.number);
            scene.state.placed = scene.state.placed.filter(|n| *n != order.number);
            if let Some(anew) = scene.state.anew.as_mut().filter(|anew| anew.order == order.number) {
                anew.cancelled = true;
            }
            scene.side_done("order-cancelled");
        }
        CancelOutcome::TooLate(state) => {
            let state = Arg::Kind(state_word(*state).to_owned());
            scene.say(Prompt::new("cancel-became-too-late").with("state", state));
            scene.side_done("refused");
        }
        CancelOutcome::NotFound => {
            scene.say(Prompt::new("no-such-order-number"));
            scene.side_done("not-found");
        }
    }
}

fn after_return(scene: &mut Scene<'_>, title: &str, outcome: &ReturnOutcome) {
    match outcome {
        ReturnOutcome::Accepted { order, refund } => {
            scene.say(
                Prompt::new("return-accepted")
                    .with("name", Arg::Name(title.to_owned()))
                    .with("refund", Arg::Money(*refund)),
            );
            scene.order = Some(order.number);
            scene.side_done("return-accepted");
        }
        ReturnOutcome::NotPossible(state) => {
            let state = Arg::Kind(state_word(*state).to_owned());
            scene.say(Prompt::new("return-refused").with("state", state));
            scene.side_done("refused");
        }
        ReturnOutcome::NotFound => {
            scene.say(Prompt::new("return-not-bought"));
            scene.side_done("not-found");
        }
    }
}
