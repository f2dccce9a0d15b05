//! Which line of several an option is meant for.

use super::{
    super::{Draft, DraftLine, Prompt, quantity, scene::Scene, which_line},
    absent::less_of_none,
    fits, meant,
};
use crate::understanding::{ItemPhrase, OptionPhrase};

/// Several lines could be meant, or none.
pub(super) fn which(scene: &mut Scene<'_>) {
    if let Some(draft) = scene.draft().cloned() {
        let meant = able(scene, &draft.lines, quantity::could_be_meant(scene, &draft.lines));
        if meant.len() > 1 {
            return which_line::ask(scene, draft, meant);
        }
    }
    scene.say(Prompt::new(if scene.draft().is_some_and(|d| d.lines.len() == 1) {
        "not-in-order"
    } else {
        "change-which"
    }));
    scene.stay();
}

/// Of some lines those that can have the options that are asked for without a thing; all of them where none can.
pub(in crate::dialogue) fn able(scene: &Scene<'_>, lines: &[DraftLine], of: Vec<usize>) -> Vec<usize> {
    let asked = &scene.intent.slots.options;
    let can = |at: &usize| {
        let menu = &scene.facts.menu;
        let offer = scene.offer(&lines[*at].sku);
        offer.is_some_and(|offer| asked.iter().all(|phrase| meant(menu, offer, phrase).is_ok()))
    };
    let able: Vec<usize> = of.iter().copied().filter(can).collect();
    if able.is_empty() { of } else { able }
}

/// The line that options are meant for: the named one, the only one, or the only one that has such.
pub(super) fn line_for(scene: &Scene<'_>, lines: &[DraftLine]) -> Option<usize> {
    if let Some(line) = scene.line.filter(|line| *line < lines.len()) {
        return Some(line);
    }
    let item = scene.intent.slots.items.first().filter(|item| !item.it && !item.words.is_empty());
    let candidates: Vec<usize> = (0..lines.len())
        // "Make the latte with oat milk decaf": what was said with it tells which it is.
        .filter(|&i| item.is_none_or(|item| quantity::means(scene, &lines[i], item)))
        .collect();
    if let [one] = candidates.as_slice() {
        return Some(*one);
    }
    let asked = &scene.intent.slots.options;
    let can = |&&i: &&usize| {
        let menu = &scene.facts.menu;
        let offer = scene.offer(&lines[i].sku);
        offer.is_some_and(|offer| asked.iter().all(|phrase| meant(menu, offer, phrase).is_ok()))
    };
    let able: Vec<&usize> = candidates.iter().filter(can).collect();
    let only = |of: &[&usize]| if let [one] = of { Some(**one) } else { None };
    // "No sugar", "less sugar" and "one sugar less" mean the one that has some.
    let away = |p: &&OptionPhrase| p.takes_away() || p.lessens();
    let has = |&&i: &&usize| {
        let none = less_of_none(scene, &lines[i].sku, &lines[i].options, asked);
        none.is_empty() && asked.iter().all(|p| !p.takes_away() || fits_taken(scene, &lines[i], p))
    };
    // "Make the latte with oat milk decaf": the one that has the one and not the other.
    let half = |&&i: &&usize| {
        let mut plain = asked.iter().filter(|p| !p.no && p.step.is_none());
        let some = plain.clone().any(|p| fits_taken(scene, &lines[i], p));
        some && !plain.all(|p| fits_taken(scene, &lines[i], p))
    };
    let told: Vec<&usize> = able.iter().copied().filter(half).collect();
    only(&able).or_else(|| only(&told)).or_else(|| {
        let refuses = asked.iter().any(|p| away(&p));
        let having: Vec<&usize> = able.iter().copied().filter(has).collect();
        only(&having).filter(|_| refuses)
    })
}

fn fits_taken(scene: &Scene<'_>, line: &DraftLine, phrase: &OptionPhrase) -> bool {
    let count = phrase.count.filter(|_| !phrase.takes_away());
    let wanted = OptionPhrase { no: false, step: None, count, ..phrase.clone() };
    fits(scene, &line.sku, &line.options, std::slice::from_ref(&wanted))
}

/// The lines that are called so.
pub(super) fn lines_named(
    scene: &Scene<'_>,
    draft: &Draft,
    item: &ItemPhrase,
    with_options: bool,
) -> Vec<usize> {
    let fits = |line: &DraftLine| {
        quantity::names(scene, &line.sku, &item.words)
            && (!with_options || fits(scene, &line.sku, &line.options, &item.options))
    };
    (0..draft.lines.len()).filter(|&i| fits(&draft.lines[i])).collect()
}
