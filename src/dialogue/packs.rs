//! A count of single things where they come several in a pack: a dozen bagels of which a pack holds six are two
//! packs, and never twelve.

use super::{Arg, Offer, Prompt, Wanted, choose, size};
use crate::{commerce::Quantity, understanding::ItemPhrase};

/// Up to this count without a unit, packs are meant: "two paper towels".
const COUNTS_PACKS: u32 = 3;

/// How many single things a phrase asks for; `None` where it counts packs, boxes and the like, or nothing.
pub(super) fn pieces(item: &ItemPhrase) -> Option<u32> {
    let count = item.quantity?.get();
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
    let whole = (pieces % each == 0).then(|| Quantity::new(pieces / each)).flatten();
    let of_each = |key: &str| Prompt::new(key).with("name", offer.spoken()).with("each", Arg::Count(each));
    let Some(packs) = whole else {
        // A bare count may have counted packs: the read-back that follows says so.
        return if by_the_dozen {
            Err(of_each("pack-holds"))
        } else {
            Ok((said, Some(of_each("pack-holds"))))
        };
    };
    let told = (packs != said).then(|| of_each("packs-make").with("count", Arg::Count(packs.get())));
    Ok((packs, told))
}

/// "Bagels" come several in one, "bagel" is one.
fn is_plural(kind: &str) -> bool {
    kind.split(' ').next_back().is_some_and(|word| choose::stem(word) != word)
}
