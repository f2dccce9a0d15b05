//! "How much would it be with oat milk?" of what is read back: what it would come to is told, and whether to make that
//! change is asked. Nothing is changed before the answer, and a yes is one to the change, which is read back then: it
//! orders nothing.

use super::{
    Arg, Draft, DraftLine, Focus, Prompt, State, aside,
    in_turn::{self, Deed},
    one, quantity, questions,
    read_back::propose,
    scene::Scene,
};
use crate::understanding::{Choice, Intent, IntentName, ItemPhrase};

/// Tells what a change of the read-back would come to. `false`, and no change, where the price of none was asked.
pub(super) fn asked(scene: &mut Scene<'_>) -> bool {
    if let Focus::Offering(line) = &scene.state.focus {
        return of_an_offer(scene, line.clone());
    }
    let (Focus::Confirming(draft) | Focus::AskPin(draft)) = &scene.state.focus else { return false };
    let (draft, told) = (draft.clone(), tells_a_change(scene.intent));
    if !is_of_these(scene, &draft.lines) {
        return false;
    }
    let change = as_change(scene.intent);
    let open = State { focus: Focus::Confirming(draft.clone()), ..scene.state.clone() };
    let tried = in_turn::step(&open, vec![Deed::new(change, scene.line, 0)], scene.facts);
    match &tried.state.focus {
        Focus::Confirming(changed) if changed.lines != draft.lines => {
            scene.say.extend(in_turn::but_the_question(&tried, scene.facts));
            let changed = changed.clone();
            scene.ask(Focus::WhatIf { draft, changed }, "priced");
        }
        Focus::WhichLine { lines, .. } => {
            let change = Box::new(scene.intent.clone());
            let which = Focus::WhichLine { draft, lines: lines.clone(), change, idle: false };
            scene.ask(which, "asking-which");
        }
        Focus::Confirming(_) if told && tried.state.misses == open.misses => {
            // It cannot be had so, or is so already: that is said.
            (scene.say, scene.decision) = (tried.say, tried.decision);
        }
        _ => return false,
    }
    true
}

/// "And a large?" of what is offered: that is offered instead.
fn of_an_offer(scene: &mut Scene<'_>, line: DraftLine) -> bool {
    if !is_of_these(scene, std::slice::from_ref(&line)) {
        return false;
    }
    let tried = one(&scene.state, &as_change(scene.intent), None, scene.facts);
    let Focus::Confirming(changed) = &tried.state.focus else { return false };
    let [other] = changed.lines.as_slice() else { return false };
    if other.is(&line.sku, &line.options) && other.quantity == line.quantity {
        return false;
    }
    let focus = Focus::Offering(other.clone());
    scene.say.extend(in_turn::but_the_question(&tried, scene.facts));
    scene.ask(focus, "offering");
    true
}

/// Whether the price of a change of these lines is asked, and not that of another thing.
fn is_of_these(scene: &Scene<'_>, lines: &[DraftLine]) -> bool {
    let Some(item) = scene.intent.slots.items.iter().find(|item| !item.it) else {
        return tells_a_change(scene.intent);
    };
    let found = scene.facts.found.first().and_then(|found| found.offers.first());
    let kind = |line: &DraftLine| scene.offer(&line.sku).map(|offer| &offer.kind);
    let alike = |line: &DraftLine| found.is_some_and(|found| kind(line) == Some(&found.kind));
    !quantity::all_called(scene, lines, &bare(item)).is_empty() || lines.iter().any(alike)
}

/// Whether more than a thing is named whose price may be asked.
fn tells_a_change(intent: &Intent) -> bool {
    let slots = &intent.slots;
    let counted = slots.quantity.is_some() || slots.step.is_some();
    let so = slots.constraints.size.is_some() || matches!(slots.choice, Some(Choice::Described(_)));
    counted || so || !slots.options.is_empty() || slots.items.iter().any(|item| item.quantity.is_some())
}

/// A thing without what would be had with it.
fn bare(item: &ItemPhrase) -> ItemPhrase {
    ItemPhrase { options: Vec::new(), ..item.clone() }
}

/// The change whose price is asked, as if it were wanted.
fn as_change(intent: &Intent) -> Intent {
    let mut slots = intent.slots.clone();
    if let [item] = slots.items.as_slice()
        && !item.it
        && slots.options.is_empty()
    {
        slots.choice.get_or_insert_with(|| Choice::Described(item.words.clone()));
    }
    Intent { name: IntentName::Correct, slots }
}

/// The same with the read-back open again, where something else is said than an answer to whether to change it.
pub(super) fn left(state: &State, intent: &Intent) -> Option<State> {
    use IntentName as N;
    let Focus::WhatIf { changed, .. } = &state.focus else { return None };
    let stays = aside::outlasts(&intent.name) && !matches!(intent.name, N::Details | N::Stock);
    let answers = matches!(intent.name, N::Yes | N::No | N::Back | N::Undo | N::Stop | N::Cancel);
    if stays || answers || takes(intent) || intent.slots.stays {
        return None;
    }
    if intent.slots.agreed || intent.slots.answered == Some(true) {
        // "Yes, and with sugar": of what it would be.
        let mut open = State { focus: Focus::Confirming(changed.clone()), ..state.clone() };
        if changed.from_cart {
            open.cart.hold(changed.lines.clone());
        }
        return Some(open);
    }
    declined(state)
}

/// The same with the read-back open again as it was.
fn declined(state: &State) -> Option<State> {
    let Focus::WhatIf { draft, .. } = &state.focus else { return None };
    let mut open = State { focus: Focus::Confirming(draft.clone()), ..state.clone() };
    // It was asked in the place of the read-back, which no step back shall bring twice.
    if matches!(open.back.last(), Some(Focus::Confirming(before)) if before == draft) {
        open.back.pop();
    }
    Some(open)
}

/// "I'll take that", "add it": what was asked about, and nothing else of it.
fn takes(intent: &Intent) -> bool {
    use IntentName as N;
    let slots = &intent.slots;
    let it = matches!(slots.items.as_slice(), [item] if item.it && item.quantity.is_none());
    matches!(intent.name, N::Buy | N::AddToCart | N::Correct)
        && it
        && !slots.have_options()
        && !tells_a_change(intent)
}

/// Takes what was asked about: whether that was said.
pub(super) fn taken(scene: &mut Scene<'_>) -> bool {
    let Focus::WhatIf { changed, .. } = scene.state.focus.clone() else { return false };
    if !takes(scene.intent) {
        return false;
    }
    change(scene, changed);
    true
}

/// The change is made, and read back.
pub(super) fn change(scene: &mut Scene<'_>, changed: Draft) {
    if let Some(open) = declined(&scene.state) {
        // A step back is one to the order as it was, and not to the question.
        scene.state = open;
    }
    if changed.from_cart {
        scene.state.cart.hold(changed.lines.clone());
    }
    propose(scene, changed.lines, changed.from_cart);
}

/// What it would be, and what it would come to.
pub(super) fn question(changed: &Draft) -> Prompt {
    Prompt::new("ask-what-if")
        .with("items", questions::items(changed))
        .with("total", Arg::Money(changed.quote.total()))
}
