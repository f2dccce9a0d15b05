//! "The one with oat milk, or the one with vanilla?" A change that could mean several lines of what is read back is
//! asked about, and kept until it is known of which: it is never made on the first one in silence. "Both" makes it of
//! both, and what is wanted beside it waits until then.

mod but;

use but::{and_not, but_refused, narrowed};

use super::{
    Draft, DraftLine, Facts, Focus, Prompt, State, in_cart,
    in_turn::{Deed, deeds},
    options, quantity,
    scene::Scene,
};
use crate::understanding::{Choice, Intent, IntentName, ItemPhrase, Slots};

/// Asks which of these lines the intent means.
pub(super) fn ask(scene: &mut Scene<'_>, draft: Draft, lines: Vec<usize>) {
    let change = Box::new(scene.intent.clone());
    let idle = in_cart::is_all_there_is(&scene.state.focus);
    scene.ask(Focus::WhichLine { draft, lines, change, idle }, "asking-which");
}

/// What a step is made of where it goes on with a change that was asked about.
pub(super) struct Resumed {
    /// With the read-back open again.
    pub state: State,
    /// The change of each line that is meant, and what was said after it; or what was said instead of an answer.
    pub deeds: Vec<Deed>,
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
    let looked_up = change.look_ups();
    let meant = match answers(intent) {
        true => meant(&Scene::new(&open, intent, facts), draft, lines),
        false => Vec::new(),
    };
    if change.name == IntentName::Price && meant.len() > 1 {
        return priced_together(change, open, meant.len() == lines.len());
    }
    if let Some((last, others)) = meant.split_last() {
        let mut deeds = of_each(change, *last, others);
        deeds.extend(beside(&Scene::new(&open, intent, facts), draft, looked_up));
        return Some(Resumed { state: open, deeds });
    }
    let asked_on = narrowed(&Scene::new(&open, intent, facts), draft, lines).is_some();
    if adds(intent) || is_all_of_it(intent) || asked_on {
        return None;
    }
    let other = is_another_wish(&intent.name) || changes_one(&Scene::new(&open, intent, facts), draft);
    let noted = change.slots.then.iter().flat_map(|then| deeds(then, None, change.slots.look_ups()));
    match intent.name {
        // The change is not made, but what was wanted beside it is not refused by that.
        IntentName::No if change.slots.then.is_some() => {
            Some(Resumed { state: open, deeds: noted.collect() })
        }
        _ if other => {
            let mut all = deeds(intent, None, looked_up);
            if all.iter().all(|deed| stays_with_the_order(&deed.intent.name)) {
                all.extend(noted);
            }
            Some(Resumed { state: open, deeds: all })
        }
        _ => None,
    }
}

/// What it would cost to change each of them is asked at once.
fn priced_together(change: &Intent, open: State, all: bool) -> Option<Resumed> {
    let mut change = change.clone();
    change.slots.line = Some(Choice::All);
    all.then(|| Resumed { state: open, deeds: deeds(&change, None, 0) })
}

/// Whether what is open stays open with it.
fn stays_with_the_order(name: &IntentName) -> bool {
    *name == IntentName::AddToCart || name.is_a_change()
}

/// The last line is changed first, so that the others stay where they are; what was said after the change is done once.
fn of_each(change: &Intent, last: usize, others: &[usize]) -> Vec<Deed> {
    let mut all = deeds(change, Some(last), 0);
    let rest: Vec<Deed> = others.iter().rev().map(|line| all[0].on(*line)).collect();
    all.splice(1..1, rest);
    all
}

/// What was wanted beside the answer: "the bagel and a cookie", "both and a cookie".
fn beside(scene: &Scene<'_>, draft: &Draft, looked_up: usize) -> Vec<Deed> {
    let slots = &scene.intent.slots;
    let mut all = Vec::new();
    for (at, item) in slots.items.iter().enumerate().skip(1) {
        if draft.lines.iter().all(|line| !quantity::names(scene, &line.sku, &item.words)) {
            let slots = Slots { items: vec![item.clone()], also: true, ..Slots::default() };
            let intent = Intent { name: IntentName::Correct, slots };
            all.push(Deed::new(intent, None, looked_up + at));
        }
    }
    let then = slots.then.iter().flat_map(|then| deeds(then, None, looked_up + slots.look_ups()));
    all.extend(then);
    all
}

/// How many look-ups of the facts are for a change of which it is asked what line it means.
pub(super) fn looked_up(state: &State) -> usize {
    match &state.focus {
        Focus::WhichLine { change, .. } => change.look_ups(),
        _ => 0,
    }
}

/// What is wanted beside the order, while it is asked which line of it is meant: it is noted, and comes to the order with
/// the change. "Order it" has to wait, too. `false`, and no change, where nothing of the kind was said.
pub(super) fn note(scene: &mut Scene<'_>) -> bool {
    if !matches!(scene.state.focus, Focus::WhichLine { .. }) {
        return false;
    }
    if let Focus::WhichLine { draft, lines, .. } = &scene.state.focus
        && let Some(rest) = narrowed(scene, draft, lines)
    {
        if let Focus::WhichLine { lines, .. } = &mut scene.state.focus {
            *lines = rest;
        }
        scene.stay();
        return true;
    }
    if is_all_of_it(scene.intent) {
        // Of which line the change is comes first.
        scene.stay();
        return true;
    }
    if !adds(scene.intent) {
        return false;
    }
    if !scene.facts.found.iter().any(|found| !found.offers.is_empty()) {
        scene.stay();
        return true;
    }
    let items = scene.intent.slots.items.iter();
    let noted = options::counted(items.map(|item| (item.quantity.map_or(1, u32::from), item.words.as_str())));
    let then = scene.intent.clone();
    if let Focus::WhichLine { change, .. } = &mut scene.state.focus {
        change.append(then);
    }
    scene.say(Prompt::new("noted-options").with("options", noted));
    scene.stay();
    true
}

/// "And a bagel", "add a bagel".
fn adds(intent: &Intent) -> bool {
    use IntentName as N;
    let slots = &intent.slots;
    let things = !slots.items.is_empty() && slots.items.iter().all(|item| !item.it) && !slots.cart;
    let beside = slots.also && matches!(intent.name, N::Buy | N::Correct | N::Choose);
    things && slots.then.is_none() && (beside || intent.name == N::AddToCart)
}

/// "Order it": what is open is not settled yet.
fn is_all_of_it(intent: &Intent) -> bool {
    let slots = &intent.slots;
    intent.name == IntentName::Buy && slots.items.iter().all(|item| item.it && item.quantity.is_none())
}

/// Whether it only tells which line is meant, and asks for no change of its own.
fn answers(intent: &Intent) -> bool {
    use IntentName as N;
    let slots = &intent.slots;
    let changes = slots.refused && slots.instead && !slots.items.is_empty()
        || slots.only && slots.items.is_empty()
        || slots.also
        || slots.each;
    let counts = slots.quantity.is_some() || slots.step.is_some();
    let counted = slots.items.iter().any(|item| item.quantity.is_some() && !item.it);
    matches!(intent.name, N::Choose | N::Correct | N::Buy) && !changes && !counts && !counted
}

/// "Make the mocha decaf", "swap the mocha for tea": a change of its own, of a line that it names.
fn changes_one(scene: &Scene<'_>, draft: &Draft) -> bool {
    let slots = &scene.intent.slots;
    if slots.then.is_some() {
        return true;
    }
    if slots.instead_of.as_ref().is_some_and(|words| words != "it") {
        return scene.intent.name == IntentName::Correct;
    }
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

/// The lines that an answer tells from the others: one, or as many of them as it says.
fn meant(scene: &Scene<'_>, draft: &Draft, lines: &[usize]) -> Vec<usize> {
    let slots = &scene.intent.slots;
    if slots.refuses() {
        let rest = but_refused(scene, draft, lines);
        // "All but the first one" are all the others, where "not the first one" tells which only of two.
        let clear = slots.line == Some(Choice::All) || rest.len() == 1;
        return if clear { rest } else { Vec::new() };
    }
    if slots.instead_of.is_some() {
        return and_not(scene, draft, lines).into_iter().collect();
    }
    let size = |n: u32| usize::try_from(n).unwrap_or(usize::MAX);
    let one = |choice: &Choice| one_of(scene, draft, lines, Some(choice));
    let told = match slots.choice.as_ref().or(slots.line.as_ref()) {
        Some(Choice::Both) => Some(lines).filter(|lines| lines.len() == 2).map(<[_]>::to_vec),
        Some(Choice::All) => Some(lines.to_vec()),
        Some(Choice::AllOf(n)) => Some(lines).filter(|lines| lines.len() == size(*n)).map(<[_]>::to_vec),
        Some(Choice::FirstOnes(n)) => lines.get(..size(*n)).map(<[_]>::to_vec),
        Some(Choice::LastOnes(n)) => lines.len().checked_sub(size(*n)).map(|at| lines[at..].to_vec()),
        Some(Choice::Several(picked)) => picked.iter().map(|picked| one(&picked.choice)).collect(),
        _ if slots.items.len() > 1 => Some(named(scene, draft, lines)),
        choice => one_of(scene, draft, lines, choice).map(|line| vec![line]),
    };
    let mut told = told.unwrap_or_default();
    told.sort_unstable();
    told.dedup();
    told
}

/// "The bagel and the cookie": the lines that are called so, where each is told from the others.
fn named(scene: &Scene<'_>, draft: &Draft, lines: &[usize]) -> Vec<usize> {
    let one = |item: &ItemPhrase| {
        let mut called = lines.iter().filter(|at| quantity::means(scene, &draft.lines[**at], item));
        called.next().filter(|_| called.next().is_none()).copied()
    };
    let items = &scene.intent.slots.items;
    // What comes first answers; what is no line may be wanted beside it.
    match items.first().and_then(one) {
        Some(_) => items.iter().filter_map(one).collect(),
        None => Vec::new(),
    }
}

/// The one of the lines that is told from the others by its place, or by what it is.
fn one_of(scene: &Scene<'_>, draft: &Draft, lines: &[usize], choice: Option<&Choice>) -> Option<usize> {
    let slots = &scene.intent.slots;
    match choice {
        Some(Choice::Ordinal(n)) => {
            return lines.get(usize::try_from(*n).ok()?.checked_sub(1)?).copied();
        }
        Some(Choice::Last) => return lines.last().copied(),
        _ => {}
    }
    let item = slots.items.first().filter(|item| !item.it);
    let described = slots.description(choice);
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
