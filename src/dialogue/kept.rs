//! "Just the latte", "just the latte and the bagel": of what is read back, or of what is settled while another thing is
//! still asked about, only that.

use super::{
    Arg, Draft, DraftLine, Prompt, apart, assemble, choose, named, quantity, read_back::propose, scene::Scene,
};
use crate::understanding::{Choice, ItemPhrase};

/// Keeps only what is named. `false`, and no change, where nothing of the kind was said, or of one line of a read-back.
pub(super) fn only(scene: &mut Scene<'_>) -> bool {
    let slots = &scene.intent.slots;
    let named = slots.items.iter().any(|item| !item.it);
    if !slots.only || !named {
        return false;
    }
    match scene.draft().cloned() {
        Some(draft) => slots.items.len() > 1 && several(scene, &draft) || none_of_it(scene, &draft),
        None => settled(scene),
    }
}

/// "Just the latte and the bagel": each as many as were said, and of what is not there that is said.
fn several(scene: &mut Scene<'_>, draft: &Draft) -> bool {
    let mut kept: Vec<DraftLine> = Vec::new();
    for (at, line) in draft.lines.iter().enumerate() {
        let called = |item: &&ItemPhrase| quantity::all_called(scene, &draft.lines, item).contains(&at);
        if let Some(item) = scene.intent.slots.items.iter().find(called) {
            let mut line = line.clone();
            if let Some(count) = item.quantity {
                line.count(count);
            }
            kept.push(line);
        }
    }
    if kept.is_empty() {
        return false;
    }
    for item in &scene.intent.slots.items {
        if quantity::all_called(scene, &draft.lines, item).is_empty() {
            scene.say(Prompt::new("option-not-in").with("option", Arg::Name(item.words.clone())));
        }
    }
    if draft.from_cart {
        apart::only(scene, &kept);
        return true;
    }
    propose(scene, kept, false);
    true
}

/// "Just the sponges" of several things without them: nothing is added by that.
fn none_of_it(scene: &mut Scene<'_>, draft: &Draft) -> bool {
    let items = scene.intent.slots.items.iter();
    let none =
        items.filter(|item| !item.it).all(|item| quantity::all_called(scene, &draft.lines, item).is_empty());
    if none && draft.lines.len() > 1 {
        named::not_in_it(scene);
        return true;
    }
    false
}

/// What is asked about is not wanted where only what is settled is named, and what is settled is not where only what is
/// asked about is.
fn settled(scene: &mut Scene<'_>) -> bool {
    let intent = scene.intent;
    let Some(mut errand) = scene.state.focus.errand().cloned() else { return false };
    let items = || intent.slots.items.iter().filter(|item| !item.it);
    let kept = |line: &DraftLine| items().any(|item| quantity::means(scene, line, item));
    let lines: Vec<DraftLine> = errand.lines.iter().filter(|line| kept(line)).cloned().collect();
    if lines.is_empty() {
        let words = items().map(|item| item.words.clone()).next().unwrap_or_default();
        if !choose::pick(scene, &Choice::Described(words), intent.slots.quantity) {
            scene.stay();
        }
        return true;
    }
    errand.lines = lines;
    errand.wanted.clear();
    assemble::advance(scene, errand);
    true
}
