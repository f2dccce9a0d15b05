//! "Make the first one large", "oat milk in both", "make one of them decaf": a change that says which line of what is
//! read back it is for, or how many of a line.

use super::{
    Arg, Draft, DraftLine, Facts, Focus, Prompt, State, basket, choose, in_cart, named, options, quantity,
    questions, scene::Scene, size, swap, which_line,
};
use crate::{
    commerce::Quantity,
    understanding::{Choice, Intent, ItemPhrase},
};

/// Settles which line is meant before the change is made of it: whether the change is done with by that, as none is
/// meant, or several of which is asked.
pub(super) fn settled(scene: &mut Scene<'_>) -> bool {
    let slots = &scene.intent.slots;
    let Some(choice) = slots.line.clone().filter(|_| scene.line.is_none() && !slots.refused) else {
        return false;
    };
    let Some(draft) = open(scene) else {
        nothing_read_back(scene, &choice);
        return true;
    };
    match meant(scene, &draft, &choice).as_slice() {
        [] => none_of_it(scene),
        [one] => {
            scene.line = Some(*one);
            return false;
        }
        several => which_line::ask(scene, draft, several.to_vec()),
    }
    true
}

/// What is read back; or, where nothing is open, the cart.
fn open(scene: &Scene<'_>) -> Option<Draft> {
    scene.draft().cloned().or_else(|| in_cart::draft(scene))
}

fn none_of_it(scene: &mut Scene<'_>) {
    match scene.draft() {
        Some(_) => named::not_in_it(scene),
        None => basket::not_in_cart(scene),
    }
}

/// "The large one with oat milk" of what is read back: the line that is called so has oat milk. `false`, and no change,
/// where none is, or nothing was asked for with it.
pub(super) fn had_with(scene: &mut Scene<'_>, choice: &Choice) -> bool {
    let slots = &scene.intent.slots;
    let asked = !slots.options.is_empty() && slots.items.is_empty() && scene.line.is_none();
    let Some(draft) = scene.draft().filter(|_| asked).cloned() else { return false };
    let lines = quantity::told(scene, &draft.lines, choice).unwrap_or_default();
    match options::able(scene, &draft.lines, lines).as_slice() {
        [] => false,
        [one] => {
            scene.line = Some(*one);
            options::change(scene);
            true
        }
        several => {
            which_line::ask(scene, draft, several.to_vec());
            true
        }
    }
}

/// Where nothing is read back a place is one among offers, if any are open.
fn nothing_read_back(scene: &mut Scene<'_>, choice: &Choice) {
    match scene.state.focus {
        Focus::Choosing { .. } => {
            // "Make them all large" where the size is asked has said it, and wants no other one of each.
            let size = scene.intent.slots.constraints.size.clone().map(Choice::Described);
            let choice = &size.unwrap_or_else(|| choice.clone());
            if !choose::pick(scene, choice, None) {
                choose::no_such_choice(scene);
            }
        }
        Focus::Idle => {
            let empty = scene.state.cart.is_empty();
            scene.say(Prompt::new(if empty { "nothing-to-change" } else { "change-which" }));
            scene.decision = "nothing-changed";
        }
        _ => scene.stay(),
    }
}

/// The lines that are called so or stand there. Of "both" those that can be had so.
fn meant(scene: &Scene<'_>, draft: &Draft, choice: &Choice) -> Vec<usize> {
    quantity::told(scene, &draft.lines, choice).unwrap_or_else(|| {
        let slots = &scene.intent.slots;
        let item = slots.items.iter().find(|item| !item.it && slots.instead_of.is_none());
        let called = |item: &ItemPhrase| quantity::all_called(scene, &draft.lines, item);
        let all = item.map_or_else(|| (0..draft.lines.len()).collect(), called);
        let others = matches!(choice, Choice::Other | Choice::Others);
        let all = if others { unchanged(scene, &draft.lines, all) } else { all };
        sized(scene, draft, options::able(scene, &draft.lines, all))
    })
}

/// "The other one": what the last change left as it was. All of them, where that tells nothing.
pub(super) fn unchanged(scene: &Scene<'_>, now: &[DraftLine], lines: Vec<usize>) -> Vec<usize> {
    if now.len() == 1 {
        return Vec::new();
    }
    let Some(Focus::Confirming(before)) = scene.state.back.last() else { return lines };
    let same = |at: &usize| before.lines.iter().any(|old| old.is(&now[*at].sku, &now[*at].options));
    let left: Vec<usize> = lines.iter().copied().filter(same).collect();
    if left.is_empty() { lines } else { left }
}

/// Where a size is wanted, those that come in sizes; all of them where none does.
fn sized(scene: &Scene<'_>, draft: &Draft, lines: Vec<usize>) -> Vec<usize> {
    let has_one = |at: &usize| scene.offer(&draft.lines[*at].sku).is_some_and(|offer| offer.size.is_some());
    let sized: Vec<usize> = match scene.intent.slots.constraints.size {
        Some(_) => lines.iter().copied().filter(has_one).collect(),
        None => Vec::new(),
    };
    if sized.is_empty() { lines } else { sized }
}

/// "Make one of them large": so many of a line become one of their own, and the change is made of that. Where nothing
/// comes of it the line stays whole.
pub(super) fn split(scene: &mut Scene<'_>, change: impl FnOnce(&mut Scene<'_>)) {
    let said = scene.intent.slots.quantity.unwrap_or(Quantity::ONE);
    let Some(draft) = open(scene) else { return change(scene) };
    let lines = scene.line_or(|| candidates(scene, &draft, said));
    let [index] = lines.as_slice() else {
        return match lines.as_slice() {
            [] => none_of_it(scene),
            _ => which_line::ask(scene, draft, lines),
        };
    };
    scene.line = Some(*index);
    let Some(some) = how_many(scene, &draft.lines[*index], said) else { return };
    if scene.draft().is_none() {
        scene.part = Some(some).filter(|some| *some < draft.lines[*index].quantity);
        return change(scene);
    }
    let (whole, cart) = (scene.state.focus.clone(), scene.state.cart.clone());
    let left = draft.lines[*index].quantity.get().saturating_sub(some.get());
    if let Some(left) = Quantity::new(left) {
        let mut parted = draft.clone();
        let mut part = parted.lines[*index].clone();
        part.count(some);
        parted.lines[*index].count(left);
        // The part comes first: of two lines that are alike the first is the one that another thing takes the place of.
        parted.lines.insert(*index, part);
        scene.state.focus = Focus::Confirming(parted);
    }
    let parted = scene.state.focus.clone();
    change(scene);
    for focus in scene.state.back.iter_mut().chain([&mut scene.state.focus]) {
        if *focus == parted {
            focus.clone_from(&whole);
        }
    }
    if let Some(left) = Quantity::new(left).filter(|_| draft.from_cart && scene.state.cart != cart) {
        let mut rest = draft.lines[*index].clone();
        rest.count(left);
        keep_in_cart(scene, rest);
    }
}

/// How many of a line are meant. Where half of it is no number, that is said.
fn how_many(scene: &mut Scene<'_>, line: &DraftLine, said: Quantity) -> Option<Quantity> {
    if !scene.intent.slots.half {
        return Some(said);
    }
    let there = line.quantity.get();
    if there.is_multiple_of(2) {
        return Quantity::new(there / 2);
    }
    scene.say(Prompt::new("no-half").with("quantity", Arg::Count(there)));
    scene.stay();
    None
}

/// What took the place of a part of a line in the cart took that of all of it.
fn keep_in_cart(scene: &mut Scene<'_>, rest: DraftLine) {
    if scene.state.cart.lines().iter().any(|line| line.is(&rest.sku, &rest.options)) {
        return;
    }
    scene.state.cart.add(rest);
    if basket::checking_out(scene) {
        let question = questions::of(&scene.state, scene.facts);
        scene.say.retain(|said| !question.contains(said));
        basket::check_out(scene);
    }
}

/// Whether the change is of so many of a line, and leaves the rest of it as it is: "one of them large", "two with oat milk"
/// of three.
pub(super) fn is_of_some(scene: &Scene<'_>) -> bool {
    let slots = &scene.intent.slots;
    if slots.part {
        return true;
    }
    let (Some(draft), Some(some)) = (open(scene), slots.quantity) else { return false };
    let other = slots.step.is_some() || slots.also || slots.each || slots.line.is_some() || slots.refused;
    let thing =
        slots.instead_of.is_some() || slots.items.iter().any(|item| !item.it || item.quantity.is_some());
    let words = slots.description(slots.choice.as_ref());
    // "Two of the large" where there are some counts these.
    let there = words.is_some_and(|words| !quantity::described(scene, &draft.lines, words).is_empty());
    let so = words.is_some() || !slots.options.is_empty();
    let more = |at: &usize| draft.lines[*at].quantity > some;
    !other && !thing && !there && so && candidates(scene, &draft, some).iter().any(more)
}

/// The line of which a change before it in the same sentence left so many: "one decaf and one large".
pub(super) fn rest(before: &State, now: &State, intent: &Intent, facts: &Facts) -> Option<usize> {
    let slots = &intent.slots;
    let some = slots.part || slots.quantity.is_some() && slots.items.iter().all(|item| item.it);
    let other = matches!(slots.line, Some(Choice::Other | Choice::Others));
    let (was, is) = (lines_of(before), lines_of(now));
    if !some && !other {
        return None;
    }
    let named = slots.items.iter().find(|item| !item.it && slots.instead_of.is_none());
    let called = named.map(|item| quantity::all_called(&Scene::new(now, intent, facts), is, item));
    let fewer = |at: &usize| {
        if called.as_ref().is_some_and(|called| !called.contains(at)) {
            return false;
        }
        let line = &is[*at];
        was.iter().any(|old| old.is(&line.sku, &line.options) && line.quantity < old.quantity)
    };
    let mut all = (0..is.len()).filter(fewer);
    all.next().filter(|_| all.next().is_none())
}

/// The lines of what is read back, or of the cart.
fn lines_of(state: &State) -> &[DraftLine] {
    state.focus.draft().map_or_else(|| state.cart.lines(), |draft| &draft.lines)
}

/// The only thing, but in another size; where there is none, that is a no to it.
fn another_size(scene: &mut Scene<'_>, draft: &Draft, only: usize) {
    let others = size::others(scene, &draft.lines[only]);
    if others.is_empty() || !swap::put(scene, (&draft.lines, only), draft.from_cart, &others) {
        super::removal::take_out(scene, draft, only);
    }
}

/// The lines of which there are as many as are meant, and that are called so.
fn candidates(scene: &Scene<'_>, draft: &Draft, some: Quantity) -> Vec<usize> {
    let slots = &scene.intent.slots;
    let words = slots.instead_of.as_deref().filter(|words| *words != "it");
    let item = slots.items.iter().find(|item| !item.it && slots.instead_of.is_none());
    let called: Vec<usize> = match (words, item) {
        (Some(words), _) => quantity::described(scene, &draft.lines, words),
        (None, Some(item)) => quantity::all_called(scene, &draft.lines, item),
        (None, None) => {
            sized(scene, draft, options::able(scene, &draft.lines, (0..draft.lines.len()).collect()))
        }
    };
    if !slots.part {
        // "One large" can be said of a line with one of it, too.
        return called;
    }
    let more = |at: &usize| draft.lines[*at].quantity > some;
    let of_more: Vec<usize> = called.iter().copied().filter(more).collect();
    // "One of them" is said of two or more.
    if of_more.is_empty() { called } else { of_more }
}

/// "Not the large one": the line goes. Of a single line, and of what is offered, another one is wanted. `false`, and no
/// change, where nothing of the kind was said.
pub(super) fn refused(scene: &mut Scene<'_>) -> bool {
    let slots = &scene.intent.slots;
    let Some(choice) = slots.choice.clone().filter(|_| slots.refused && slots.items.is_empty()) else {
        return false;
    };
    if let Focus::Choosing { .. } = scene.state.focus {
        return choose::without(scene, &choice);
    }
    let Some(draft) = scene.draft().cloned() else {
        return matches!(scene.state.focus, Focus::Offering(_)) && choose::pick(scene, &Choice::Other, None);
    };
    match scene.line_or(|| meant(scene, &draft, &choice)).as_slice() {
        [] => named::not_in_it(scene),
        [only] if draft.lines.len() == 1 => another_size(scene, &draft, *only),
        [one] => super::removal::take_out(scene, &draft, *one),
        several => which_line::ask(scene, draft, several.to_vec()),
    }
    true
}
