//! "Make it three": a quantity for whatever is open, and which line of it is meant.

use super::{
    Arg, Draft, DraftLine, Errand, Focus, Prompt, Purpose, Wanted, assemble, basket, choose, options, packs,
    read_back, scene::Scene,
};
use crate::{
    commerce::{Quantity, Sku},
    understanding::ItemPhrase,
};

/// "Make it three", wherever a quantity can be meant.
pub(super) fn set_quantity(scene: &mut Scene<'_>, quantity: Quantity) {
    match scene.state.focus.clone() {
        Focus::Confirming(draft) | Focus::AskPin(draft) => match line_meant(scene, &draft.lines) {
            Some(_) if draft.from_cart => basket::change(scene),
            Some(i) => change_line(scene, draft, i, quantity),
            None => {
                let named = scene.intent.slots.items.iter().find(|item| !item.it);
                // Two lattes with different milk are both "the latte".
                let there = |item: &ItemPhrase| draft.lines.iter().any(|line| means(scene, line, item));
                let strange = named.is_some_and(|item| !there(item));
                scene.say(Prompt::new(if strange { "not-in-order" } else { "change-which" }));
                // Whatever follows must answer the read-back, so that is what is asked last.
                read_back::propose(scene, draft.lines, draft.from_cart);
            }
        },
        Focus::Offering { sku, options, .. } => {
            let line = DraftLine { sku, quantity, others: Vec::new(), options };
            with_quantity(scene, Vec::new(), line);
        }
        Focus::AskQuantity(mut errand)
        | Focus::AskOption { mut errand, .. }
        | Focus::Choosing { mut errand, .. } => {
            if matches!(scene.state.focus, Focus::Choosing { .. }) {
                scene.say(Prompt::new("noted-quantity").with("quantity", Arg::Count(quantity.get())));
            }
            let bare = scene.intent.slots.digits.is_some();
            if let Some(wanted) = errand.wanted.first_mut() {
                // "24", where thirty were asked for and packs hold twelve, counts the same as before.
                let pieces = packs::counts_on(wanted, quantity, bare);
                (wanted.quantity, wanted.pieces) = (Some(quantity), pieces);
            }
            assemble::advance(scene, errand);
        }
        Focus::Idle if !scene.state.cart.is_empty() => basket::change(scene),
        Focus::Idle => {
            let key = if scene.state.placed.is_some() { "already-ordered" } else { "nothing-to-change" };
            scene.say(Prompt::new(key));
            scene.decision = "nothing-pending";
        }
        _ => {
            scene.decision = super::ASKING_AGAIN;
            scene.ask_again();
        }
    }
}

/// The line that a change means: the only one, or the one whose product was named.
pub(super) fn line_meant(scene: &Scene<'_>, lines: &[DraftLine]) -> Option<usize> {
    if let Some(item) = scene.intent.slots.items.first().filter(|item| !item.it) {
        let index = lines.iter().position(|line| means(scene, line, item))?;
        // The same product on another line: which of them is a question, not a guess.
        let twin = |line: &DraftLine| line.sku == lines[index].sku && means(scene, line, item);
        return (!lines[index + 1..].iter().any(twin)).then_some(index);
    }
    (lines.len() == 1).then_some(0)
}

/// Whether a line is what was named, options included.
pub(super) fn means(scene: &Scene<'_>, line: &DraftLine, item: &ItemPhrase) -> bool {
    names(scene, &line.sku, &item.words) && options::fits(scene, &line.sku, &line.options, &item.options)
}

/// Whether these words fit a product that is already spoken of.
pub(super) fn names(scene: &Scene<'_>, sku: &Sku, words: &str) -> bool {
    scene.offer(sku).is_some_and(|offer| !choose::described(&[offer], words).is_empty())
}

/// Another quantity for one line of a read-back that is not the cart.
pub(super) fn change_line(scene: &mut Scene<'_>, draft: Draft, index: usize, quantity: Quantity) {
    let mut rest = draft.lines;
    let mut line = rest.remove(index);
    line.quantity = quantity;
    with_quantity(scene, rest, line);
}

/// Runs a line through the checks of stock and bounds again.
fn with_quantity(scene: &mut Scene<'_>, rest: Vec<DraftLine>, line: DraftLine) {
    let words = scene.offer(&line.sku).map(|o| o.kind.clone()).unwrap_or_default();
    let caution = scene.offer(&line.sku).and_then(|offer| packs::caution(line.quantity, offer));
    scene.say.extend(caution);
    let mut offers = vec![line.sku];
    offers.extend(line.others);
    let chosen = Some(line.options);
    let wanted = Wanted { tied: 1, chosen, ..Wanted::any(words, Some(line.quantity), offers) };
    let mut errand = Errand::new(Purpose::Buy, vec![wanted]);
    errand.lines = rest;
    assemble::advance(scene, errand);
}
