//! Another product in the place of a line: "bagels instead of bread", "make that a mocha". What was chosen for the one
//! stays where the other can be had so too, and of what cannot that is said.

use super::{
    Arg, Draft, DraftLine, Errand, Focus, Instead, Prompt, Purpose, Wanted, assemble, basket, choose, held,
    in_cart, options,
    quantity::{all_called, means, names},
    scene::Scene,
    size, which_line,
};
use crate::{
    commerce::{Quantity, Sku},
    understanding::{Choice, ItemPhrase},
};

/// What is replaced where no line is named: "make that a mocha".
const IT: [&str; 5] = ["it", "that", "this", "them", "those"];

/// Puts what is named in the place of the line that these words mean. `false`, and no change, when there is none.
pub(super) fn correct(scene: &mut Scene<'_>, draft: &Draft, words: &str) -> bool {
    let it = IT.contains(&words);
    let count_of_it = |item: &ItemPhrase| draft.lines.iter().any(|line| means(scene, line, item));
    let told = scene.line.is_some() || scene.intent.slots.part;
    if it && !told && scene.intent.slots.items.iter().any(count_of_it) {
        // "Make that two americanos" of americanos is a count.
        return false;
    }
    let called = |at: &usize| names(scene, &draft.lines[*at].sku, words);
    let lines = scene.line_or(|| match it && scene.state.focus == Focus::Idle {
        true => in_cart::spoken_of(scene, &draft.lines),
        false if it => {
            same_kind(scene, draft).map_or_else(|| (0..draft.lines.len()).collect(), |at| vec![at])
        }
        false => (0..draft.lines.len()).filter(called).collect(),
    });
    match lines.as_slice() {
        [] => return false,
        [one] => replace(scene, draft, *one),
        _ => which_line::ask(scene, draft.clone(), lines),
    }
    true
}

/// "Make it a large mocha" where one of several is a mocha: that one.
fn same_kind(scene: &Scene<'_>, draft: &Draft) -> Option<usize> {
    let kind = &scene.facts.found.first()?.offers.first()?.kind;
    let of_kind = |at: &usize| scene.offer(&draft.lines[*at].sku).is_some_and(|offer| &offer.kind == kind);
    let mut lines = (0..draft.lines.len()).filter(of_kind);
    lines.next().filter(|_| lines.next().is_none())
}

fn replace(scene: &mut Scene<'_>, draft: &Draft, index: usize) {
    let packs = scene.intent.slots.instead_count.or(scene.part);
    let mut wanted = assemble::wanted(scene);
    // "Make that a mocha and a bagel" puts the mocha in its place, and the bagel beside it.
    if let ([one, ..], Some(line)) = (wanted.as_mut_slice(), draft.lines.get(index))
        && !one.offers.is_empty()
    {
        as_before(scene, one, line);
        match packs {
            Some(packs) if one.quantity.is_none() => one.quantity = Some(packs),
            _ => one.as_many_as(line),
        }
    }
    put_in_place(scene, draft, index, wanted, packs);
}

/// In the size of the line, within its limits, and with what was chosen for it.
fn as_before(scene: &mut Scene<'_>, one: &mut Wanted, line: &DraftLine) {
    let size = |sku: &Sku| scene.offer(sku).and_then(|offer| offer.size.as_deref()).map(str::to_lowercase);
    let alike = |sku: &&Sku| size(sku).is_some() && size(sku) == size(&line.sku);
    let first = one.offers.first().and_then(|sku| scene.offer(sku));
    let named = first.and_then(|offer| offer.size.as_deref()).is_some_and(|s| names_size(&one.words, s));
    // What is mostly had of it is of some size, too; where that was not said, it is that of the line.
    let same_thing = |sku: &&Sku| {
        let other = first.zip(scene.offer(sku));
        !named && other.is_some_and(|(first, other)| size::same_but_for_it(other, first))
    };
    let of_tied = one.offers.iter().take(one.tied);
    let same: Vec<Sku> = match one.tied {
        1 => one.offers.iter().filter(same_thing).filter(alike).cloned().collect(),
        _ => of_tied.filter(alike).cloned().collect(),
    };
    if let [same] = same.as_slice() {
        one.offers.retain(|sku| sku != same);
        one.offers.insert(0, same.clone());
        one.tied = 1;
    }
    let Some(offer) = one.offers.first().and_then(|sku| scene.offer(sku)) else { return };
    let (kept, gone) = options::carried(&scene.facts.menu, offer, &line.options);
    for option in gone {
        let name = Arg::Name(offer.kind.clone());
        scene.say(Prompt::new("option-refused").with("name", name).with("option", Arg::Name(option)));
    }
    one.chosen = Some(kept);
    if !one.limits.limit_the_price() && line.limits.limit_the_price() {
        one.limits = line.limits.clone();
        held::let_go_of_wanted(scene, one);
    }
}

/// Whether some words for a thing say its size.
fn names_size(words: &str, size: &str) -> bool {
    let words: Vec<&str> = words.split(' ').collect();
    size.split(' ').any(|word| words.iter().any(|said| said.eq_ignore_ascii_case(word)))
}

/// The new thing takes the line's place, or that of so many packs of it, when there is such a thing.
pub(super) fn put_in_place(
    scene: &mut Scene<'_>,
    draft: &Draft,
    index: usize,
    mut wanted: Vec<Wanted>,
    packs: Option<Quantity>,
) {
    if assemble::nothing_found(scene, &wanted) {
        return;
    }
    if let Some(first) = wanted.first_mut() {
        first.instead = Some(Instead::of(&draft.lines[index], packs));
    }
    let mut errand = Errand::new(Purpose::Buy, wanted);
    match draft.from_cart {
        true => errand.purpose = basket::purpose(scene),
        false => errand.lines = draft.lines.clone(),
    }
    assemble::advance(scene, errand);
}

/// "Make the latte small", "make the latte bigger": the line that is named in another size. `false`, and no change, where
/// no size was said of a line.
pub(super) fn resize(scene: &mut Scene<'_>) -> bool {
    let slots = &scene.intent.slots;
    let Some(draft) = scene.draft().cloned() else { return false };
    let item = match slots.items.as_slice() {
        [item] => Some(item),
        // "Make the first one large" names no thing.
        [] if slots.line.is_some() || slots.part => None,
        _ => return false,
    };
    let choice = match (&slots.constraints.size, &slots.choice) {
        (Some(size), _) => Choice::Described(size.clone()),
        (None, Some(way @ (Choice::Smaller | Choice::Larger | Choice::Smallest | Choice::Largest))) => {
            way.clone()
        }
        _ => return false,
    };
    if scene.line.is_none() && item.is_none_or(|item| item.it) {
        return false;
    }
    let called = |item| all_called(scene, &draft.lines, item);
    let lines = scene.line_or(|| item.map(called).unwrap_or_default());
    match lines.as_slice() {
        [] => return false,
        [one] => {
            scene.line = Some(*one);
            if !choose::pick(scene, &choice, None) {
                choose::none_such(scene, &choice);
            }
        }
        _ => which_line::ask(scene, draft, lines),
    }
    true
}
