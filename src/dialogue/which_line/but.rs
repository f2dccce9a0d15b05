//! Which line is meant, told by which is not: "not the first one", "all but the latte", "not the latte, the bagel".

use super::{
    super::{Draft, options, quantity, scene::Scene},
    answers, one_of,
};
use crate::understanding::Choice;

/// "Not the latte, the bagel": the bagel, where both could be meant.
pub(super) fn and_not(scene: &Scene<'_>, draft: &Draft, lines: &[usize]) -> Option<usize> {
    let not = scene.intent.slots.instead_of.as_ref()?;
    let called = |at: &usize| quantity::names(scene, &draft.lines[*at].sku, not);
    let one = one_of(scene, draft, lines, None)?;
    (lines.iter().any(called) && !called(&one)).then_some(one)
}

/// The lines that are left without those that are not meant; none where nothing of them was named.
pub(super) fn but_refused(scene: &Scene<'_>, draft: &Draft, lines: &[usize]) -> Vec<usize> {
    let not: Vec<usize> = lines.iter().copied().filter(|at| is_refused(scene, draft, lines, *at)).collect();
    let elsewhere = || (0..draft.lines.len()).any(|at| is_refused(scene, draft, lines, at));
    if not.is_empty() && !(scene.intent.slots.line == Some(Choice::All) && elsewhere()) {
        return Vec::new();
    }
    lines.iter().copied().filter(|at| !not.contains(at)).collect()
}

/// Whether a line is what is not meant.
fn is_refused(scene: &Scene<'_>, draft: &Draft, lines: &[usize], at: usize) -> bool {
    let (slots, line) = (&scene.intent.slots, &draft.lines[at]);
    let stands = |number: usize| number.checked_sub(1).and_then(|n| lines.get(n)) == Some(&at);
    match &slots.choice {
        _ if !slots.items.is_empty() => slots.items.iter().any(|item| quantity::means(scene, line, item)),
        Some(Choice::Ordinal(n)) => usize::try_from(*n).is_ok_and(stands),
        Some(Choice::Last) => stands(lines.len()),
        // "All but the one with oat milk" are those without it.
        _ if !slots.options.is_empty() => !options::fits(scene, &line.sku, &line.options, &slots.options),
        Some(Choice::Described(words)) => quantity::names(scene, &line.sku, words),
        _ => false,
    }
}

/// Of more than two lines those that are left to be asked about: "not the first one".
pub(super) fn narrowed(scene: &Scene<'_>, draft: &Draft, lines: &[usize]) -> Option<Vec<usize>> {
    let slots = &scene.intent.slots;
    if !answers(scene.intent) || !slots.refuses() || slots.line == Some(Choice::All) {
        return None;
    }
    let rest = but_refused(scene, draft, lines);
    if rest.is_empty() && (0..draft.lines.len()).any(|at| is_refused(scene, draft, lines, at)) {
        // Not the bagel, where it is asked which latte: that goes for all of these.
        return Some(lines.to_vec());
    }
    (rest.len() > 1 && rest.len() < lines.len()).then_some(rest)
}
