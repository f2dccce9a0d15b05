//! "The one with oat milk, or the one with vanilla?" A change that could mean several lines of what is read back is
//! asked about, and kept until it is known of which: it is never made on the first one in silence.

use super::{Draft, DraftLine, Facts, Focus, State, options, quantity, scene::Scene};
use crate::understanding::{Choice, Intent, IntentName};

/// Asks which of these lines the intent means.
pub(super) fn ask(scene: &mut Scene<'_>, draft: Draft, lines: Vec<usize>) {
    let change = Box::new(scene.intent.clone());
    let idle = scene.state.focus == Focus::Idle;
    scene.ask(Focus::WhichLine { draft, lines, change, idle }, "asking-which");
}

/// What a step is made of where it goes on with a change that was asked about.
pub(super) struct Resumed {
    /// With the read-back open again.
    pub state: State,
    /// The change; or what was said instead of an answer.
    pub intent: Intent,
    /// The line that is meant.
    pub line: Option<usize>,
}

/// Goes on with the change where it was answered which line is meant, and lets it go where something else is wanted.
pub(super) fn resumed(state: &State, intent: &Intent, facts: &Facts) -> Option<Resumed> {
    let Focus::WhichLine { draft, lines, change, idle } = &state.focus else { return None };
    let mut open = state.clone();
    open.focus = if *idle { Focus::Idle } else { Focus::Confirming(draft.clone()) };
    // It was asked in the place of the read-back, which no step back shall bring twice.
    if matches!(open.back.last(), Some(Focus::Confirming(before)) if before == draft) {
        open.back.pop();
    }
    let line = Some(&intent).filter(|intent| answers(intent));
    match line.and_then(|intent| meant(&Scene::new(&open, intent, facts), draft, lines)) {
        Some(line) => Some(Resumed { state: open, intent: Intent::clone(change), line: Some(line) }),
        None if is_another_wish(&intent.name) || changes_one(&Scene::new(&open, intent, facts), draft) => {
            Some(Resumed { state: open, intent: intent.clone(), line: None })
        }
        None => None,
    }
}

/// Whether it only tells which line is meant, and asks for no change of its own.
fn answers(intent: &Intent) -> bool {
    use IntentName as N;
    let slots = &intent.slots;
    let changes = slots.refused || slots.only || slots.also || slots.each || slots.instead_of.is_some();
    let counts = slots.quantity.is_some() || slots.step.is_some();
    let counted = slots.items.iter().any(|item| item.quantity.is_some() && !item.it);
    matches!(intent.name, N::Choose | N::Correct | N::Buy) && !changes && !counts && !counted
}

/// "Make the mocha decaf": a change of its own, of a line that it names.
fn changes_one(scene: &Scene<'_>, draft: &Draft) -> bool {
    let slots = &scene.intent.slots;
    let [item] = slots.items.as_slice() else { return false };
    let changes = !item.options.is_empty() || !slots.options.is_empty() || item.quantity.is_some();
    let named = |line: &DraftLine| quantity::names(scene, &line.sku, &item.words);
    scene.intent.name == IntentName::Correct && changes && !item.it && draft.lines.iter().any(named)
}

fn is_another_wish(name: &IntentName) -> bool {
    use IntentName as N;
    matches!(
        name,
        N::Buy
            | N::AddToCart
            | N::Reorder
            | N::Search
            | N::RemoveFromCart
            | N::ChangeCart
            | N::CheckOut
            | N::ClearCart
    )
}

/// The one of the lines that an answer tells from the others.
fn meant(scene: &Scene<'_>, draft: &Draft, lines: &[usize]) -> Option<usize> {
    let slots = &scene.intent.slots;
    match &slots.choice {
        Some(Choice::Ordinal(n)) => {
            return lines.get(usize::try_from(*n).ok()?.checked_sub(1)?).copied();
        }
        Some(Choice::Last) => return lines.last().copied(),
        _ => {}
    }
    let item = slots.items.first().filter(|item| !item.it);
    let described = match &slots.choice {
        Some(Choice::Described(words)) => Some(words),
        _ => slots.constraints.size.as_ref(),
    };
    let asked = item.iter().flat_map(|item| &item.options).chain(&slots.options).cloned().collect::<Vec<_>>();
    let words = item.map(|item| &item.words).or(described);
    if words.is_none() && asked.is_empty() {
        return None;
    }
    let fits = |index: &&usize| {
        let Some(line) = draft.lines.get(**index) else { return false };
        words.is_none_or(|words| quantity::names(scene, &line.sku, words))
            && options::fits(scene, &line.sku, &line.options, &asked)
    };
    let mut all = lines.iter().filter(fits);
    all.next().filter(|_| all.next().is_none()).copied()
}
