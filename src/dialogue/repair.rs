//! What can be said at any time: stop, cancel, help, repeat, back; and what happens when
//! nothing, or nothing that means anything here, was said.

use super::{
    Arg, Facts, Focus, OrderErrand, Prompt, Purpose, State, Step, apart, cart_back, confirm, orders,
    policy::MAX_MISSES, questions, scene::Scene,
};
use crate::understanding::{Intent, IntentName};

/// Leaves the conversation. Whatever was pending is dropped, and the shopper hears that
/// nothing was ordered when that could be in doubt.
pub(super) fn stop(scene: &mut Scene<'_>) {
    if purchase_pending(&scene.state.focus) || scene.state.back.iter().any(purchase_pending) {
        let said = nothing_ordered(scene);
        scene.say(said);
    } else {
        scene.say.extend(errand_left(&scene.state.focus));
    }
    scene.say(Prompt::new("goodbye"));
    end(scene, "stopped");
}

/// Drops what is pending and stays.
pub(super) fn cancel(scene: &mut Scene<'_>) {
    // "Cancel that" is what was done last: a change of the cart, or the order.
    let it = scene.intent.slots.pointed;
    if scene.state.focus == Focus::Idle && (it && cart_back::undo(scene) || orders::just_placed(scene)) {
        return;
    }
    if asks_what_if(scene) && scene.intent.slots.answered == Some(false) {
        // "No, leave it": the change, of which it was told what it would cost.
        return confirm::no(scene);
    }
    let side = errand_left(&scene.state.focus);
    let open = scene.state.back.iter().any(purchase_pending);
    match side {
        // The purchase behind it is dropped too.
        Some(side) if open && scene.state.placed.is_none() => {
            scene.say(side);
            scene.say(Prompt::new("nothing-left"));
        }
        Some(side) if !open => scene.say(side),
        None if scene.state.focus == Focus::Idle => scene.say(Prompt::new("cancel-nothing-pending")),
        _ => {
            let said = nothing_ordered(scene);
            scene.say(said);
        }
    }
    scene.rest("cancelled");
}

/// "Don't cancel it": nothing is, and whatever else is open stays so.
pub(super) fn keep(scene: &mut Scene<'_>) {
    if scene.intent.slots.choice.is_some() {
        // "Keep them all."
        scene.state.later.clear();
    }
    if errand_left(&scene.state.focus).is_some() || asks_what_if(scene) {
        return confirm::no(scene);
    }
    scene.say(Prompt::new("order-kept"));
    scene.stay();
}

/// Whether it was told what a change would cost, and is asked whether to make it.
fn asks_what_if(scene: &Scene<'_>) -> bool {
    matches!(scene.state.focus, Focus::WhatIf { .. })
}

/// That what an open question would change stays as it is.
fn errand_left(focus: &Focus) -> Option<Prompt> {
    let key = match focus {
        Focus::ConfirmCancel(_) | Focus::AskOrder(OrderErrand::Cancel) => "order-kept",
        Focus::ConfirmReturn { .. } | Focus::AskOrder(OrderErrand::Return) => "return-dropped",
        Focus::ConfirmClear => "cart-kept",
        Focus::AskOrder(OrderErrand::Status) => "all-right",
        _ => return None,
    };
    Some(Prompt::new(key))
}

/// That the pending purchase was dropped. Once an order was placed, "nothing was ordered" would be untrue.
pub(super) fn nothing_ordered(scene: &Scene<'_>) -> Prompt {
    match (orders::not_replaced(&scene.state), scene.state.placed) {
        (Some(said), _) => said,
        (None, Some(number)) => Prompt::new("dropped-order-stays").with("number", Arg::order(number)),
        (None, None) => Prompt::new("cancelled-nothing-ordered"),
    }
}

fn give_up(scene: &mut Scene<'_>, key: &str) {
    scene.say(Prompt::new(key));
    if purchase_pending(&scene.state.focus) {
        let said = nothing_ordered(scene);
        scene.say(said);
    }
    end(scene, "gave-up");
}

pub(super) fn silence(scene: &mut Scene<'_>) {
    missed(scene, ["silence-1", "silence-2", "silence-end"]);
}

pub(super) fn not_understood(scene: &mut Scene<'_>) {
    missed(scene, ["unclear-1", "unclear-2", "unclear-end"]);
}

/// Words came that were said to a question which somebody else answered meanwhile: they mean nothing to what is open
/// now. That is asked instead, or what was said last is said again.
pub fn overtaken(state: &State, facts: &Facts) -> Step {
    let intent = Intent::bare(IntentName::Repeat);
    let mut scene = Scene::new(state, &intent, facts);
    scene.say(Prompt::new("overtaken"));
    scene.decision = "overtaken";
    if state.focus != Focus::Idle {
        scene.ask_again();
    } else if state.last_said.is_empty() {
        scene.say(Prompt::new("nothing-open"));
    } else {
        scene.say.extend(state.last_said.iter().cloned());
        scene.order = state.placed;
    }
    scene.finish()
}

/// "Hold on": the question stays open as it is, and does not become younger.
pub(super) fn wait(scene: &mut Scene<'_>) {
    scene.say(Prompt::new("take-your-time"));
    scene.decision = "waiting";
}

/// The first time the short question again, the second time help for it, then the end.
fn missed(scene: &mut Scene<'_>, keys: [&str; 3]) {
    scene.missed = true;
    scene.state.misses = scene.state.misses.saturating_add(1);
    let index = usize::from(scene.state.misses.min(MAX_MISSES)) - 1;
    if scene.state.misses >= MAX_MISSES {
        return give_up(scene, keys[index]);
    }
    scene.say(Prompt::new(keys[index]));
    scene.decision = "re-prompted";
    if index == 1 {
        scene.say(Prompt::new(help_key(&scene.state.focus)));
    }
    if scene.state.focus != Focus::Idle {
        // Prices and stock are not looked up anew for it, so it does not make an old read-back young.
        let question = questions::short(&scene.state, scene.facts);
        scene.say(question);
    }
}

fn end(scene: &mut Scene<'_>, decision: &'static str) {
    scene.rest(decision);
    scene.state.misses = 0;
    scene.state.products.clear();
    scene.state.spoken.clear();
    scene.state.order = None;
    scene.ended = true;
}

pub(super) fn launch(scene: &mut Scene<'_>) {
    if scene.intent.slots.refused && scene.state.focus != Focus::Idle {
        return start_over(scene);
    }
    let cart = scene.state.cart.lines().len();
    scene.decision = "welcomed";
    if scene.state.focus != Focus::Idle {
        scene.say(Prompt::new("welcome-back"));
        return scene.ask_again();
    }
    if cart > 0 {
        scene.say(Prompt::new("welcome-cart").with("count", count(cart)));
        return await_wish(scene);
    }
    scene.say(Prompt::new("welcome"));
    await_wish(scene);
}

/// "Start over": what is open is left, and it is asked anew what to get.
fn start_over(scene: &mut Scene<'_>) {
    cancel(scene);
    await_wish(scene);
    scene.ask_again();
    scene.decision = "started-over";
}

/// The welcome asks what to get: an answer is awaited, and a silence is asked about.
fn await_wish(scene: &mut Scene<'_>) {
    scene.state.focus = Focus::AskProduct(Purpose::Buy);
    scene.state.asked_at = Some(scene.facts.now);
}

pub(super) fn help(scene: &mut Scene<'_>) {
    scene.say(Prompt::new(help_key(&scene.state.focus)));
    scene.decision = "helped";
    scene.then_ask_again();
}

pub(super) fn repeat(scene: &mut Scene<'_>) {
    scene.decision = "repeated";
    if scene.state.last_said.is_empty() {
        return scene.say(Prompt::new("nothing-to-repeat"));
    }
    scene.say = scene.state.last_said.clone();
}

pub(super) fn back(scene: &mut Scene<'_>) {
    if cart_back::undo(scene) {
        return;
    }
    let Some(before) = scene.state.back.pop() else {
        // Whoever wants to leave what is open says so: a step back too many is no reason to lose it.
        scene.say(Prompt::new("nothing-before"));
        scene.ask_again();
        scene.decision = "nothing-before";
        return;
    };
    if let Some(draft) = before.draft().filter(|draft| draft.from_cart) {
        scene.state.apart = apart::all_but(scene, &draft.lines);
    }
    scene.state.focus = before;
    scene.decision = "went-back";
    scene.ask_again();
}

pub(super) fn thanks(scene: &mut Scene<'_>) {
    scene.say(Prompt::new("you-are-welcome"));
    scene.decision = "thanked";
    scene.then_ask_again();
}

/// Who to turn to; what is pending stays, and is not ordered.
pub(super) fn human(scene: &mut Scene<'_>) {
    scene.say(Prompt::new("support"));
    if purchase_pending(&scene.state.focus) {
        let said = nothing_ordered(scene);
        scene.say(said);
    }
    scene.rest("handed-over");
}

/// An intent that the skill added as data: its own reply, then the open question again.
pub(super) fn custom(scene: &mut Scene<'_>, name: &str) {
    scene.say(Prompt::new(&custom_key(name)));
    scene.decision = "custom";
    scene.then_ask_again();
}

/// The reply to an intent that a skill added.
pub fn custom_key(name: &str) -> String {
    format!("custom-{}", name.replace('_', "-"))
}

/// Says first how to reach a person, when a purchase is pending. Nothing else changes, the open question least
/// of all.
pub fn offer_person(step: &mut Step) {
    if step.listening && purchase_pending(&step.state.focus) {
        step.say.insert(0, Prompt::new("support"));
    }
}

/// Whether a shopper could think that something is about to be bought.
pub(super) fn purchase_pending(focus: &Focus) -> bool {
    matches!(
        focus,
        Focus::AskQuantity(_)
            | Focus::AskOption { .. }
            | Focus::Choosing { .. }
            | Focus::Substitute { .. }
            | Focus::Offering(_)
            | Focus::Confirming(_)
            | Focus::WhatIf { .. }
            | Focus::WhichLine { .. }
            | Focus::AskPin(_)
    )
}

/// Whether a step back can lead to a question. That for the PIN is asked after a yes to what is read back.
pub(super) fn is_to_go_back_to(focus: &Focus) -> bool {
    !matches!(focus, Focus::Idle | Focus::AskPin(_))
}

fn help_key(focus: &Focus) -> &'static str {
    match focus {
        Focus::Idle => "help",
        Focus::AskProduct(_) => "help-product",
        Focus::AskQuantity(_) => "help-quantity",
        Focus::AskOption { .. } => "help-option",
        Focus::Choosing { .. } => "help-choosing",
        Focus::WhichLine { .. } => "change-which",
        Focus::Confirming(_) => "help-confirming",
        Focus::AskPin(_) => "help-pin",
        Focus::AskOrder(_) => "help-order",
        _ => "help-yes-no",
    }
}

fn count(n: usize) -> Arg {
    Arg::Count(u32::try_from(n).unwrap_or(u32::MAX))
}
