//! "The same for the other one", "the first one too": the change that was made last, of another line.

use super::{Focus, State, Step, aside, quantity, scene::Scene};
use crate::understanding::{Choice, Intent, IntentName, Slots};

/// The change that is meant, for the line that is told. `None` where something else was said, or nothing was changed.
pub(super) fn change(scene: &Scene<'_>) -> Option<Intent> {
    let slots = &scene.intent.slots;
    let last = scene.state.changed.as_ref()?;
    let draft = scene.draft()?;
    let one = slots.items.iter().filter(|item| !item.it).count() < 2;
    if scene.intent.name != IntentName::Correct || says_how(slots) || slots.refused || !one {
        return None;
    }
    let line = match (&slots.line, &slots.choice) {
        (Some(line), _) => line.clone(),
        // "The small one too" of what is there is that line, and else another thing.
        (None, Some(choice @ Choice::Described(_))) if slots.also && slots.items.is_empty() => {
            quantity::told(scene, &draft.lines, choice).filter(|lines| !lines.is_empty())?;
            choice.clone()
        }
        _ => return None,
    };
    Some(Intent { name: IntentName::Correct, slots: Slots { line: Some(line), ..last.slots.clone() } })
}

/// Whether it is told what shall be changed.
fn says_how(slots: &Slots) -> bool {
    let of_things = slots.instead_of.is_some() || slots.only || slots.each;
    let counted = slots.quantity.is_some() || slots.step.is_some() || slots.part;
    of_things || counted || slots.constraints.size.is_some() || slots.have_options()
}

/// Remembers a change that was made of a line. It is forgotten once something else is said that changes anything.
pub(super) fn remember(before: &State, intent: &Intent, step: &mut Step) {
    let (Focus::Confirming(was), Focus::Confirming(is)) = (&before.focus, &step.state.focus) else {
        if !aside::outlasts(&intent.name) {
            step.state.changed = None;
        }
        return;
    };
    if was.lines == is.lines {
        return;
    }
    let slots = &intent.slots;
    let way = matches!(slots.choice, Some(Choice::Described(_) | Choice::Larger | Choice::Smaller));
    let of_things = slots.instead_of.is_some() || slots.only || slots.each || slots.also || slots.refused;
    let counted = slots.items.iter().any(|item| item.quantity.is_some());
    let changes = matches!(intent.name, IntentName::Correct | IntentName::ChangeCart);
    let told = changes && (says_how(slots) || way || counted) && !of_things;
    step.state.changed = told.then(|| Box::new(of_any_line(slots)));
}

/// The change without the line that it was of. So many of that line were changed, or so many of it are wanted.
fn of_any_line(slots: &Slots) -> Intent {
    let counts = slots.constraints.size.is_none() && !slots.have_options() && slots.choice.is_none();
    let named = slots.items.iter().find(|item| !item.it);
    let quantity = slots.quantity.or(named.and_then(|item| item.quantity)).filter(|_| counts);
    let mut options = slots.options.clone();
    options.extend(named.iter().flat_map(|item| item.options.clone()));
    let choice = slots.choice.clone().filter(|_| named.is_none());
    let slots = Slots {
        quantity,
        options,
        choice,
        constraints: slots.constraints.clone(),
        step: slots.step,
        twice: slots.twice,
        ..Slots::default()
    };
    Intent { name: IntentName::Correct, slots }
}
