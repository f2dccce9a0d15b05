//! Corrections that name a line of the read-back: "no candles", "just the bananas", "bagels
//! instead of bread".

use super::{
    Arg, Draft, Focus, Prompt, apart, assemble,
    confirm::leave,
    packs,
    quantity::{all_called, change_line, names, set_quantity},
    read_back::propose,
    removal, replace,
    scene::Scene,
    which_line,
};
use crate::commerce::{Quantity, Sku};

/// `false`, and no change, when no line is named. A line that is only named again is not
/// ordered twice: it is read back again.
pub(super) fn correct(scene: &mut Scene<'_>) -> bool {
    let Some(draft) = scene.draft().cloned() else { return false };
    let slots = &scene.intent.slots;
    let instead_of = slots.instead_of.clone();
    if let Some(words) = instead_of
        && replace::correct(scene, &draft, &words)
    {
        return true;
    }
    if slots.refuses() && slots.items.iter().filter(|item| !item.it).count() > 1 {
        // "Hold the latte and the muffin."
        removal::several(scene);
        return true;
    }
    let Some(item) = slots.items.iter().find(|item| !item.it && !item.words.is_empty()) else { return false };
    if slots.constraints.by_price() {
        let called = |at: &usize| names(scene, &draft.lines[*at].sku, &item.words);
        let lines = scene.line_or(|| (0..draft.lines.len()).filter(called).collect());
        if !lines.is_empty() {
            by_price_instead(scene, &draft, lines);
            return true;
        }
    }
    let called = scene.line_or(|| all_called(scene, &draft.lines, item));
    let index = match called.as_slice() {
        [] => return false,
        [index] => *index,
        _ => {
            which_line::ask(scene, draft, called);
            return true;
        }
    };
    let count = item.quantity.or(slots.quantity);
    if slots.only {
        keep_only(scene, &draft, index, count);
    } else if slots.refused && (count.is_none() || !slots.instead) {
        match count {
            // "I don't want five" of three: how many there shall be is not said.
            Some(count) if count != draft.lines[index].quantity => scene.stay(),
            _ => removal::take_out(scene, &draft, index),
        }
    } else if let Some(count) = count {
        set_quantity(scene, count);
    } else {
        scene.stay();
    }
    true
}

/// "I want five bagels" where there is one: so many of it, and no new order in the place of this one. `false`, and no
/// change, where it is not in what is read back.
pub(super) fn wanted_so(scene: &mut Scene<'_>) -> bool {
    let slots = &scene.intent.slots;
    let [item] = slots.items.as_slice() else { return false };
    let there = |draft: &Draft| !all_called(scene, &draft.lines, item).is_empty();
    !item.it && !item.own && scene.draft().is_some_and(there) && correct(scene)
}

/// "No sugar" of what is not being read back wants no sugar: that there is none is said, and the question is asked
/// again. Of what is being offered it is a no.
pub(super) fn refused(scene: &mut Scene<'_>) -> bool {
    let slots = &scene.intent.slots;
    if !slots.refused || slots.instead || matches!(scene.state.focus, Focus::Idle | Focus::AskProduct(_)) {
        return false;
    }
    let offered = |scene: &Scene<'_>, words: &str| match &scene.state.focus {
        Focus::Offering(line) => names(scene, &line.sku, words),
        Focus::Choosing { errand, .. } | Focus::AskQuantity(errand) | Focus::AskOption { errand, .. } => {
            let wanted = errand.wanted.first();
            errand.lines.is_empty()
                && wanted
                    .is_some_and(|w| !w.offers.is_empty() && w.offers.iter().all(|s| names(scene, s, words)))
        }
        _ => false,
    };
    if slots.items.iter().any(|item| !item.it && offered(scene, &item.words)) {
        leave(scene);
    } else if !removal::remove_settled(scene) {
        not_in_it(scene);
    }
    true
}

/// There is nothing of it in what is being read back, which is read again.
pub(super) fn not_in_it(scene: &mut Scene<'_>) {
    let words = scene.intent.slots.items.iter().find(|item| !item.it).map(|item| item.words.clone());
    scene.say(match words {
        Some(words) => Prompt::new("option-not-in").with("option", Arg::Name(words)),
        None => Prompt::new("not-in-order"),
    });
    scene.stay();
}

fn keep_only(scene: &mut Scene<'_>, draft: &Draft, index: usize, count: Option<Quantity>) {
    let mut kept = draft.lines[index].clone();
    match count {
        Some(count) if !draft.from_cart => {
            let only = Draft { lines: vec![kept], ..draft.clone() };
            return change_line(scene, only, 0, (count, packs::said(scene, count)));
        }
        Some(count) => match in_packs(scene, &kept.sku, count) {
            Ok(packs) => kept.count(packs),
            Err(note) => return removal::no_such_number(scene, note),
        },
        None => {}
    }
    if draft.from_cart {
        return apart::only(scene, &[kept]);
    }
    propose(scene, vec![kept], false);
}

/// How many packs a count of a line means, within what can be had. The error is what to say where it means none.
fn in_packs(scene: &Scene<'_>, sku: &Sku, count: Quantity) -> Result<Quantity, Prompt> {
    let Some(offer) = scene.offer(sku) else { return Ok(count) };
    let packs = packs::of_said(scene, count, offer)?;
    let most = packs::most(&scene.facts.terms, offer);
    if packs.get() <= most.count { Ok(packs) } else { Err(most.said) }
}

/// "The cheapest latte" of one that is being read back: as many, had in the same way. What is the cheapest already stays.
fn by_price_instead(scene: &mut Scene<'_>, draft: &Draft, lines: Vec<usize>) {
    let mut wanted = assemble::wanted(scene);
    let best = wanted.first().filter(|one| one.options.is_empty()).and_then(|one| one.offers.first());
    let is_best = |at: &&usize| draft.lines.get(**at).is_some_and(|line| Some(&line.sku) == best);
    if lines.iter().any(|at| is_best(&at)) {
        return scene.stay();
    }
    let [index] = lines.as_slice() else { return which_line::ask(scene, draft.clone(), lines) };
    if let ([one], Some(line)) = (wanted.as_mut_slice(), draft.lines.get(*index)) {
        one.as_many_as(line);
        one.chosen = one.chosen.take().or_else(|| Some(line.options.clone()));
    }
    replace::put_in_place(scene, draft, *index, wanted, None);
}
