//! A count of single things where they come several in a pack: a dozen bagels of which a pack holds six are two
//! packs, and never twelve. What is no whole number of packs is asked about, however it was counted.

use super::{Arg, Offer, Prompt, Wanted, choose, size};
use crate::{commerce::Quantity, understanding::ItemPhrase};

/// Up to this count without a unit, packs are meant: "two paper towels".
const COUNTS_PACKS: u32 = 3;

/// How many single things a phrase asks for; `None` where it counts packs, boxes and the like, or nothing.
pub(super) fn pieces(item: &ItemPhrase) -> Option<u32> {
    let count = item.quantity?.get();
    if size::names_a_pack(&item.words) {
        // "Four paper towels, twelve pack."
        return None;
    }
    match (item.unit.as_deref(), item.pack_of) {
        (Some("dozen"), Some(each)) => count.checked_mul(each),
        (None, None) if count > COUNTS_PACKS => Some(count),
        _ => None,
    }
}

/// How many of an offer are wanted, and what to say where that is another number than was said. The error is what to
/// say where it has to be asked.
pub(super) fn count(wanted: &Wanted, offer: &Offer) -> Result<(Quantity, Option<Prompt>), Prompt> {
    let said = wanted.quantity.unwrap_or(Quantity::ONE);
    let Some(pieces) = wanted.pieces else { return Ok((said, None)) };
    // "A dozen" is one of what holds twelve, and twelve of what is sold singly.
    let by_the_dozen = pieces != said.get();
    let Some(each) = size::pieces(offer) else {
        if by_the_dozen && is_plural(&offer.kind) {
            return Err(Prompt::new("pack-unknown").with("name", offer.spoken()));
        }
        let singly = Quantity::new(pieces.min(Quantity::MAX)).unwrap_or(said);
        return Ok((singly, None));
    };
    let Some(packs) = (pieces % each == 0).then(|| Quantity::new(pieces / each)).flatten() else {
        return Err(nearest(offer, pieces, each));
    };
    let of_each = of_each("packs-make", offer, each).with("count", Arg::Count(packs.get()));
    Ok((packs, (packs != said).then_some(of_each)))
}

/// So many pieces are no number of packs, and a bare count may even have counted packs: what the packs nearest to it
/// make is told, and how many is asked.
fn nearest(offer: &Offer, pieces: u32, each: u32) -> Prompt {
    let fewer = pieces / each;
    let makes = |packs: u32| Arg::Count(packs.saturating_mul(each));
    of_each("packs-nearest", offer, each)
        .with("fewer", Arg::Count(fewer))
        .with("few", makes(fewer))
        .with("more", Arg::Count(fewer + 1))
        .with("many", makes(fewer + 1))
}

/// How many of what is offered: the packs that hold what was asked for, and `otherwise` where no count was said of it.
/// Where no packs do, one is offered. The prompt says how many a pack holds, where pieces may have been meant.
pub(super) fn offered(
    item: Option<&ItemPhrase>,
    otherwise: Option<Quantity>,
    offer: &Offer,
) -> (Quantity, Option<Prompt>) {
    let counted = item.filter(|item| item.quantity.is_some());
    let Some(item) = counted else { return (otherwise.unwrap_or(Quantity::ONE), None) };
    let wanted = Wanted { pieces: pieces(item), ..Wanted::any(String::new(), item.quantity, Vec::new()) };
    match count(&wanted, offer) {
        Ok(counted) => counted,
        Err(_) => (Quantity::ONE, note(&wanted, offer)),
    }
}

/// That a pack holds several, where a count without a unit is taken to count packs and may have counted pieces.
pub(super) fn caution(quantity: Quantity, offer: &Offer) -> Option<Prompt> {
    let each = size::pieces(offer).filter(|each| *each > 1 && quantity.get() > COUNTS_PACKS)?;
    Some(of_each("pack-holds", offer, each))
}

/// Whether a count answers a question about pieces.
pub(super) fn counts_on(wanted: &Wanted, quantity: Quantity, bare: bool) -> Option<u32> {
    wanted.pieces.filter(|_| bare && quantity.get() > COUNTS_PACKS).map(|_| quantity.get())
}

/// That it comes several in a pack, where pieces of it were asked for and the packs have to be counted.
pub(super) fn note(wanted: &Wanted, offer: &Offer) -> Option<Prompt> {
    let each = size::pieces(offer).filter(|_| wanted.pieces.is_some())?;
    Some(of_each("pack-holds", offer, each))
}

fn of_each(key: &str, offer: &Offer, each: u32) -> Prompt {
    Prompt::new(key).with("name", offer.spoken()).with("each", Arg::Count(each))
}

/// "Bagels" come several in one, "bagel" is one.
fn is_plural(kind: &str) -> bool {
    kind.split(' ').next_back().is_some_and(|word| choose::stem(word) != word)
}
