//! Several questions about placed orders: they are asked one after the other, and each is answered for itself.

use super::about;
use crate::{
    commerce::order::{Order, OrderState},
    dialogue::{Focus, Prompt, scene::Scene},
};

/// More are not asked about at once.
const MOST: usize = 8;

/// Asks the next question that was kept for later. `false` where none was.
pub(in crate::dialogue) fn ask_next(scene: &mut Scene<'_>) -> bool {
    if scene.state.later.is_empty() {
        return false;
    }
    scene.state.focus = scene.state.later.remove(0);
    scene.state.asked_at = Some(scene.facts.now);
    if let Focus::ConfirmCancel(number) = scene.state.focus
        && let Some(order) = scene.order_with(number)
    {
        let said = about(scene, "cancel-which", order);
        scene.say(said);
    }
    match scene.state.focus {
        Focus::ConfirmCancel(number) | Focus::ConfirmReturn { order: number, .. } => {
            scene.speak_of_order(number)
        }
        _ => {}
    }
    scene.ask_again();
    true
}

/// Keeps questions for after `first`, and says that they come one after the other. `false` where none of them is new.
pub(super) fn keep_for_later(
    scene: &mut Scene<'_>,
    first: &Focus,
    questions: impl IntoIterator<Item = Focus>,
) -> bool {
    let before = scene.state.later.len();
    for question in questions {
        let known = *first == question || scene.state.later.contains(&question);
        if !known && scene.state.later.len() < MOST {
            scene.state.later.push(question);
        }
    }
    let kept = scene.state.later.len() > before;
    if kept {
        scene.say(Prompt::new("orders-in-turn"));
    }
    kept
}

/// Whether an order can still be cancelled.
pub(super) fn stands(order: &Order) -> bool {
    matches!(order.state, OrderState::Placed | OrderState::Paid)
}
