//! "The usual, but large": what is wanted is changed before it is read back or asked about, and that is said once.

use super::{Facts, Focus, Prompt, State, Step, in_turn, one};
use crate::understanding::{Intent, IntentName, Slots};

/// The step for something that is wanted with a change: both, or neither.
pub(super) fn changed(state: &State, intent: &Intent, facts: &Facts) -> Step {
    let Some(then) = &intent.slots.then else { return one(state, intent, None, facts) };
    let own = facts.after(intent.slots.look_ups());
    let slots = Slots { then: None, ..intent.slots.clone() };
    let again = one(state, &Intent { name: intent.name.clone(), slots }, None, facts);
    let before = &again.state.focus;
    if *before == state.focus {
        // There is no usual: what was open before is not what was to be changed.
        return again;
    }
    let of_some = then.slots.part || then.slots.quantity.is_some() || then.slots.line.is_some();
    let noted = matches!(before, Focus::Choosing { .. } | Focus::AskQuantity(_)) && !of_some;
    if !noted && !matches!(before, Focus::Confirming(_)) {
        return not_noted(again);
    }
    let mut changed = match noted {
        true => one(&again.state, then, None, &own),
        false => in_turn::step(&again.state, in_turn::deeds(then, None, intent.slots.look_ups()), facts),
    };
    if changed.state.misses > 0 {
        return one(state, &Intent::bare(IntentName::NotUnderstood), None, facts);
    }
    // Nobody heard of it as it was before the change: it is no question to go back to.
    changed.state.back.retain(|focus| focus != before);
    let notes = again.say.into_iter().filter(|prompt| !prompt.key.starts_with("ask-"));
    changed.say.splice(..0, notes);
    changed.state.last_said.clone_from(&changed.say);
    changed
}

/// What is asked now comes first; that the change is not noted is said.
fn not_noted(again: Step) -> Step {
    if matches!(again.state.focus, Focus::Idle | Focus::AskProduct(_)) {
        return again;
    }
    let mut first = again;
    first.say.insert(0, Prompt::new("change-later"));
    first.state.last_said.clone_from(&first.say);
    first
}
