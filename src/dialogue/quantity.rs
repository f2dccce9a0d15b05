//! "Make it three": a quantity for whatever is open, and which line of it is meant.

use super::{
    Arg, Draft, DraftLine, Errand, Focus, Prompt, Purpose, Wanted, assemble, basket, choose, in_cart,
    options, packs, read_back, removal, repack, scene::Scene, which_line,
};
use crate::{
    commerce::{Quantity, Sku},
    understanding::{Choice, IntentName, ItemPhrase, Step},
};

/// "Make it three", wherever a quantity can be meant.
pub(super) fn set_quantity(scene: &mut Scene<'_>, quantity: Quantity) {
    match scene.state.focus.clone() {
        Focus::Confirming(draft) | Focus::AskPin(draft) => of_read_back(scene, draft, quantity),
        Focus::Offering(mut line) => {
            line.count(packs::as_wanted(scene, quantity));
            line.pieces = packs::said(scene, quantity);
            with_quantity(scene, Vec::new(), line, None);
        }
        Focus::AskQuantity(errand) | Focus::AskOption { errand, .. } | Focus::Choosing { errand, .. } => {
            note_quantity(scene, errand, quantity);
        }
        focus if in_cart::is_all_there_is(&focus) && !scene.state.cart.is_empty() => {
            basket::change_to(scene, quantity)
        }
        Focus::Idle => {
            let key = if scene.state.placed.is_some() { "already-ordered" } else { "nothing-to-change" };
            scene.say(Prompt::new(key));
            scene.decision = "nothing-pending";
        }
        _ => scene.stay(),
    }
}

/// So many of the line of a read-back that is meant; of none or of several it is asked which.
fn of_read_back(scene: &mut Scene<'_>, draft: Draft, quantity: Quantity) {
    match line_meant(scene, &draft.lines) {
        Some(_) if draft.from_cart => basket::change_to(scene, quantity),
        Some(i) => {
            let pieces = packs::said(scene, quantity);
            change_line(scene, draft, i, (packs::as_wanted(scene, quantity), pieces));
        }
        None => {
            // Two lattes with different milk are both "the latte".
            let meant = could_be_meant(scene, &draft.lines);
            if meant.len() > 1 {
                return which_line::ask(scene, draft, meant);
            }
            scene.say(Prompt::new("not-in-order"));
            // Whatever follows must answer the read-back, so that is what is asked last.
            read_back::propose(scene, draft.lines, draft.from_cart);
        }
    }
}

/// So many of what a question is open about: it is noted, and what is still open is asked.
fn note_quantity(scene: &mut Scene<'_>, mut errand: Errand, quantity: Quantity) {
    let choosing = matches!(scene.state.focus, Focus::Choosing { .. });
    if choosing {
        scene.say(Prompt::new("noted-quantity").with("quantity", Arg::Count(quantity.get())));
    }
    let bare = scene.intent.slots.unit.is_none();
    if let Some(wanted) = errand.wanted.first_mut() {
        // "24", where thirty were asked for and packs hold twelve, counts the same as before.
        let offer = wanted.offers.first().and_then(|sku| scene.offer(sku));
        let counts_on = || packs::counts_on(wanted, offer, quantity, bare);
        let pieces = packs::by_unit(scene, quantity).or_else(counts_on);
        // Before one is chosen nobody knows of packs, as in the wish itself.
        let single = || Some(quantity.get()).filter(|_| choosing && bare && packs::may_be_pieces(quantity));
        let pieces = pieces.or_else(single);
        let quantity = if choosing { packs::as_wanted(scene, quantity) } else { quantity };
        (wanted.quantity, wanted.pieces) = (Some(quantity), pieces);
    }
    assemble::advance(scene, errand);
}

/// "Four more", "two less": so many more or fewer than there are, one where no count is said.
pub(super) fn step(scene: &mut Scene<'_>, step: Step) {
    let slots = &scene.intent.slots;
    let said = slots.quantity.or_else(|| slots.items.first().and_then(|item| item.quantity));
    let Some((there, sku)) = there(scene, step) else { return step_of_none(scene, step, said) };
    let there = if slots.anew { before_it(scene, &sku).unwrap_or(there) } else { there };
    if scene.offer(&sku).is_some_and(|offer| !slots.items.iter().all(|item| repack::fits(offer, item))) {
        // "Add a six pack" to a twelve pack.
        if step == Step::Fewer || !repack::add(scene) {
            basket::not_in_cart(scene);
        }
        return;
    }
    if slots.twice {
        let all = Quantity::new(there.saturating_mul(2).min(Quantity::MAX));
        return set_quantity(scene, all.unwrap_or(Quantity::ONE));
    }
    let by = match step_by(scene, &sku, said) {
        Ok(by) => by,
        Err(note) => {
            scene.say(note);
            return scene.stay();
        }
    };
    if step == Step::More {
        // What is too many is too many, however many they are.
        let all = Quantity::new(there.saturating_add(by.unwrap_or(1)).min(Quantity::MAX));
        return set_quantity(scene, all.unwrap_or(Quantity::ONE));
    }
    match there.checked_sub(by.unwrap_or(1)).map(Quantity::new) {
        Some(Some(left)) => set_quantity(scene, left),
        // "Two less" of two leaves nothing. What is less than nothing, or less of one, changes nothing.
        Some(None) if by.is_some() => removal::take_all_out(scene),
        _ => scene.stay(),
    }
}

/// How many packs it is more or less by. Beside the thing's name pieces count as where they are wanted: "six more
/// sponges" are one pack of six.
fn step_by(scene: &Scene<'_>, sku: &Sku, said: Option<Quantity>) -> Result<Option<u32>, Prompt> {
    let named = scene.intent.slots.items.first().filter(|item| !item.it);
    match (named, scene.offer(sku)) {
        (Some(item), Some(offer)) => {
            let item = ItemPhrase { quantity: item.quantity.or(said), ..item.clone() };
            packs::whole(&item, offer)
        }
        (None, Some(offer)) => said.map(|said| packs::of_unit(scene, said, offer)).transpose(),
        _ => Ok(said.map(Quantity::get)),
    }
}

/// The same where nothing that is open is meant.
fn step_of_none(scene: &mut Scene<'_>, step: Step, said: Option<Quantity>) {
    if step == Step::More && names_another(scene) {
        // "Another coffee" is another thing, beside what is read back.
        let purpose = if scene.draft().is_some() { Purpose::AddToCart } else { Purpose::Buy };
        return assemble::buy(scene, purpose);
    }
    match scene.state.focus {
        // Of which, or that there is nothing to change.
        Focus::Idle | Focus::AskProduct(_) | Focus::Confirming(_) | Focus::AskPin(_) => {
            set_quantity(scene, said.unwrap_or(Quantity::ONE));
        }
        _ => scene.stay(),
    }
}

/// Whether a thing is named that is not being read back.
fn names_another(scene: &Scene<'_>) -> bool {
    let Some(item) = scene.intent.slots.items.iter().find(|item| !item.it) else { return false };
    scene.draft().is_none_or(|draft| draft.lines.iter().all(|line| !means(scene, line, item)))
}

/// How many there are so far of what a count is more or less of.
fn there(scene: &Scene<'_>, step: Step) -> Option<(u32, Sku)> {
    match &scene.state.focus {
        Focus::Confirming(draft) | Focus::AskPin(draft) => {
            let line = &draft.lines[line_meant(scene, &draft.lines)?];
            Some((line.quantity.get(), line.sku.clone()))
        }
        Focus::Offering(line) => {
            let named = scene.intent.slots.items.iter().find(|item| !item.it);
            let this = named.is_none_or(|item| names(scene, &line.sku, &item.words));
            // Of what is only offered nothing is ordered yet, but so many of it were asked for.
            let asked_for = line.quantity.get() > 1;
            let there = if step == Step::More && !asked_for { 0 } else { line.quantity.get() };
            this.then(|| (there, line.sku.clone()))
        }
        focus if in_cart::is_all_there_is(focus) => match basket::meant(scene).as_slice() {
            [line] => Some((line.quantity.get(), line.sku.clone())),
            _ => None,
        },
        _ => None,
    }
}

/// "No, two more" after a count: how many there were before it, where nothing else was changed by it.
fn before_it(scene: &Scene<'_>, sku: &Sku) -> Option<u32> {
    let (now, Some(Focus::Confirming(before))) = (scene.draft()?, scene.state.back.last()) else {
        return None;
    };
    let same = |(old, new): (&DraftLine, &DraftLine)| {
        let counted =
            &new.sku == sku && line_meant(scene, &now.lines).is_some_and(|at| now.lines[at] == *new);
        old.sku == new.sku && old.options == new.options && (counted || old.quantity == new.quantity)
    };
    let all = before.lines.len() == now.lines.len() && before.lines.iter().zip(&now.lines).all(same);
    let counts = |line: &&DraftLine| &line.sku == sku;
    let was = before.lines.iter().find(counts)?.quantity;
    (all && now.lines.iter().find(counts).is_some_and(|line| line.quantity != was)).then_some(was.get())
}

/// The line that a change means: the only one, or the one whose product was named.
pub(super) fn line_meant(scene: &Scene<'_>, lines: &[DraftLine]) -> Option<usize> {
    if let Some(line) = scene.line.filter(|line| *line < lines.len()) {
        return Some(line);
    }
    match named_lines(scene, lines) {
        Some(all) => all.first().filter(|_| all.len() == 1).copied(),
        None => (lines.len() == 1).then_some(0),
    }
}

/// The lines that were named, or described: "the latte", "the small one", "the last one". `None` where none was.
pub(super) fn named_lines(scene: &Scene<'_>, lines: &[DraftLine]) -> Option<Vec<usize>> {
    let slots = &scene.intent.slots;
    if let Some(item) = slots.items.first().filter(|item| !item.it) {
        return Some(all_called(scene, lines, item));
    }
    // "Cancel the first one" of what is read back is a line, too.
    let takes_out = matches!(scene.intent.name, IntentName::RemoveFromCart | IntentName::CancelOrder);
    let choice = slots.choice.as_ref().filter(|_| takes_out)?;
    told(scene, lines, choice)
}

/// The lines that stand at a place, or are described. `None` where a choice tells neither.
pub(super) fn told(scene: &Scene<'_>, lines: &[DraftLine], choice: &Choice) -> Option<Vec<usize>> {
    let place = |number: usize| number.checked_sub(1).filter(|at| *at < lines.len());
    match choice {
        Choice::Ordinal(n) => Some(place(usize::try_from(*n).ok()?).into_iter().collect()),
        Choice::Last => Some(place(lines.len()).into_iter().collect()),
        Choice::Described(words) => Some(described(scene, lines, words)),
        _ => None,
    }
}

/// The lines that some words describe: "the small one".
pub(super) fn described(scene: &Scene<'_>, lines: &[DraftLine], words: &str) -> Vec<usize> {
    (0..lines.len()).filter(|&at| names(scene, &lines[at].sku, words)).collect()
}

/// The lines between which has to be asked: those that are called so, or all where none was named.
pub(super) fn could_be_meant(scene: &Scene<'_>, lines: &[DraftLine]) -> Vec<usize> {
    let named = scene.intent.slots.items.iter().find(|item| !item.it);
    let all = || (0..lines.len()).collect();
    named.map_or_else(all, |item| all_called(scene, lines, item))
}

/// The line that is called so.
pub(super) fn called(scene: &Scene<'_>, lines: &[DraftLine], item: &ItemPhrase) -> Option<usize> {
    // Where it is called so on another line too, which of them is a question, not a guess.
    let all = all_called(scene, lines, item);
    if let [one] = all.as_slice() { Some(*one) } else { None }
}

/// All lines that are called so. Of coffee and coffee filters only the coffee is just called coffee.
pub(super) fn all_called(scene: &Scene<'_>, lines: &[DraftLine], item: &ItemPhrase) -> Vec<usize> {
    let all: Vec<usize> = (0..lines.len()).filter(|&at| means(scene, &lines[at], item)).collect();
    let stems = |words: &str| words.split(' ').map(choose::stem).collect::<Vec<_>>();
    let kind = |at: &usize| scene.offer(&lines[*at].sku).map(|offer| stems(&offer.kind));
    let words = stems(&item.words);
    let exact: Vec<usize> = all.iter().copied().filter(|at| kind(at).as_ref() == Some(&words)).collect();
    if exact.is_empty() { all } else { exact }
}

/// Whether a line is what was named, options included.
pub(super) fn means(scene: &Scene<'_>, line: &DraftLine, item: &ItemPhrase) -> bool {
    names(scene, &line.sku, &item.words)
        && scene.offer(&line.sku).is_some_and(|offer| repack::fits(offer, item))
        && options::fits(scene, &line.sku, &line.options, &item.options)
}

/// Whether these words fit a product that is already spoken of.
pub(super) fn names(scene: &Scene<'_>, sku: &Sku, words: &str) -> bool {
    scene.offer(sku).is_some_and(|offer| !choose::described(&[offer], words).is_empty())
}

/// Another quantity for one line of a read-back that is not the cart, or as many packs as so many pieces are.
pub(super) fn change_line(
    scene: &mut Scene<'_>,
    draft: Draft,
    index: usize,
    (quantity, pieces): (Quantity, Option<u32>),
) {
    let mut rest = draft.lines;
    let mut line = rest.remove(index);
    (line.quantity, line.pieces) = (quantity, pieces);
    with_quantity(scene, rest, line, Some(index));
}

/// Runs a line through the checks of stock and bounds again.
fn with_quantity(scene: &mut Scene<'_>, rest: Vec<DraftLine>, line: DraftLine, place: Option<usize>) {
    let may_be_pieces = line.pieces.is_none() && packs::may_be_pieces(line.quantity);
    let caution = scene.offer(&line.sku).and_then(|offer| packs::note(offer, may_be_pieces));
    scene.say.extend(caution);
    let mut errand = Errand::new(Purpose::Buy, vec![Wanted { place, ..scene.wanted(&line) }]);
    errand.lines = rest;
    assemble::advance(scene, errand);
}
