//! A count of single things where they come several in a pack: a dozen bagels of which a pack holds six are two
//! packs, and never twelve. What is no whole number of packs is asked about, however it was counted.

use super::{Arg, DraftLine, Offer, Prompt, Wanted, choose, scene::Scene, size};
use crate::{
    commerce::{Chosen, Quantity, Terms},
    understanding::ItemPhrase,
};

/// Up to this count without a unit, packs are meant: "two paper towels".
const COUNTS_PACKS: u32 = 3;

/// What is counted where it comes several in a pack, and never the pack itself.
const SINGLE: [&str; 6] = ["bar", "bottle", "can", "roll", "stick", "tin"];

/// The unit in which single things are counted by twelves.
const DOZEN: &str = "dozen";

/// How many single things a phrase asks for; `None` where it counts packs, boxes and the like, or nothing.
pub(super) fn pieces(item: &ItemPhrase) -> Option<u32> {
    let count = item.quantity?.get();
    if size::names_a_pack(&item.words) {
        // "Four paper towels, twelve pack."
        return None;
    }
    match (item.unit.as_deref(), item.pack_of) {
        (Some(DOZEN), Some(each)) => count.checked_mul(each),
        (None, None) if count > COUNTS_PACKS => Some(count),
        (Some(unit), None) if SINGLE.contains(&unit) => Some(count),
        _ => None,
    }
}

/// How many of an offer there are, as far as one order may have them.
pub(super) fn room(terms: &Terms, offer: &Offer) -> u32 {
    terms.max_quantity.get().min(offer.in_stock)
}

/// The most of something that can be had at once.
pub(super) struct Most {
    /// How many.
    pub count: u32,
    /// What says so.
    pub said: Prompt,
}

/// The most of an offer: what one order may have, or what is left.
pub(super) fn most(terms: &Terms, offer: &Offer) -> Most {
    let max = terms.max_quantity.get();
    if offer.in_stock < max {
        let left = Prompt::new("only-left").with("count", Arg::Count(offer.in_stock));
        return Most { count: offer.in_stock, said: left.with("name", offer.spoken()) };
    }
    Most { count: max, said: Prompt::new("too-many").with("max", Arg::Count(max)) }
}

/// How many of an offer are wanted, and what to say where that is another number than was said. The error is what to
/// say where it has to be asked.
pub(super) fn count(
    wanted: &Wanted,
    offer: &Offer,
    most: &Most,
) -> Result<(Quantity, Option<Prompt>), Vec<Prompt>> {
    let said = wanted.quantity.unwrap_or(Quantity::ONE);
    let too_many = || -> Vec<Prompt> {
        note(offer, wanted.pieces.is_some()).into_iter().chain([most.said.clone()]).collect()
    };
    let (packs, note) = match wanted.pieces {
        Some(pieces) => in_packs(pieces, said, offer, most.count)?,
        None => (Some(said), None),
    };
    let packs = packs.filter(|packs| packs.get() <= most.count).ok_or_else(too_many)?;
    Ok((packs, note))
}

/// How many packs so many pieces are, with what says so; `None` where they are more than can be had.
fn in_packs(
    pieces: u32,
    said: Quantity,
    offer: &Offer,
    most: u32,
) -> Result<(Option<Quantity>, Option<Prompt>), Vec<Prompt>> {
    // "A dozen" is one of what holds twelve, and twelve of what is sold singly.
    let by_the_dozen = pieces != said.get();
    let Some(each) = size::pieces(offer) else {
        return match unknown(offer, by_the_dozen) {
            Some(asked) => Err(vec![asked]),
            None => Ok((Quantity::new(pieces), None)),
        };
    };
    if !pieces.is_multiple_of(each) {
        // What cannot be had is not offered.
        return if pieces / each < most { Err(vec![nearest(offer, pieces, each)]) } else { Ok((None, None)) };
    }
    let packs = Quantity::new(pieces / each);
    let made = |packs: &Quantity| {
        let of_each = of_each("packs-make", offer, each).with("count", Arg::Count(packs.get()));
        (*packs != said).then_some(of_each)
    };
    Ok((packs, packs.as_ref().and_then(made)))
}

/// That nobody knows how many are in one of it, where it comes several in one and was counted by the dozen.
fn unknown(offer: &Offer, by_the_dozen: bool) -> Option<Prompt> {
    let so = by_the_dozen && size::pieces(offer).is_none() && is_plural(&offer.kind);
    so.then(|| Prompt::new("pack-unknown").with("name", offer.spoken()))
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

/// How many packs a count means that takes from what there is, or adds to it: pieces count as where they are wanted, so
/// that six sponges are one pack of six. The error is what to say where they are no whole number of packs.
pub(super) fn whole(item: &ItemPhrase, offer: &Offer) -> Result<Option<u32>, Prompt> {
    match pieces(item) {
        Some(pieces) => of_pieces(pieces, offer, item.unit.as_deref() == Some(DOZEN)).map(Some),
        None => Ok(item.quantity.map(Quantity::get)),
    }
}

/// How many packs so many pieces are. The error is what to say where they are no whole number of them, or nobody knows.
fn of_pieces(pieces: u32, offer: &Offer, by_the_dozen: bool) -> Result<u32, Prompt> {
    if let Some(asked) = unknown(offer, by_the_dozen) {
        return Err(asked);
    }
    // What is sold singly is counted singly.
    let each = size::pieces(offer).unwrap_or(1);
    if pieces.is_multiple_of(each) { Ok(pieces / each) } else { Err(nearest(offer, pieces, each)) }
}

/// How many packs a change of mind means. The error is what to say where it means no whole number of them.
pub(super) fn of_said(scene: &Scene<'_>, quantity: Quantity, offer: &Offer) -> Result<Quantity, Prompt> {
    let Some(pieces) = said(scene, quantity) else { return Ok(quantity) };
    // Too many stay too many.
    let packs = of_pieces(pieces, offer, by_the_dozen(scene))?.min(Quantity::MAX);
    Ok(Quantity::new(packs).unwrap_or(quantity))
}

/// The line of what is offered with this: as many packs as hold what was asked for, and `otherwise` where no count was
/// said of it. Where no packs do, one is offered. The prompt says how many a pack holds, where pieces may have been meant.
pub(super) fn offered(
    scene: &Scene<'_>,
    otherwise: Option<Quantity>,
    offer: &Offer,
    chosen: Chosen,
) -> (DraftLine, Option<Prompt>) {
    let slots = &scene.intent.slots;
    let mut line = DraftLine::new(offer.sku.clone(), otherwise.unwrap_or(Quantity::ONE), chosen);
    line.limits = slots.constraints.clone();
    let Some(item) = slots.items.first().filter(|item| item.quantity.is_some()) else { return (line, None) };
    let pieces = pieces(item);
    let wanted = Wanted { pieces, ..Wanted::any(String::new(), item.quantity, Vec::new()) };
    let any = Most { count: Quantity::MAX, said: Prompt::new("too-much") };
    match count(&wanted, offer, &any) {
        Ok((packs, note)) => {
            (line.quantity, line.pieces) = (packs, pieces);
            (line, note)
        }
        Err(_) => {
            line.count(Quantity::ONE);
            (line, note(offer, pieces.is_some()))
        }
    }
}

/// How many single things a change of mind counts: beside the name of the thing as where it is wanted ("make it twelve
/// bagels"), and by the dozen. Other bare counts are of packs.
pub(super) fn said(scene: &Scene<'_>, quantity: Quantity) -> Option<u32> {
    let slots = &scene.intent.slots;
    if slots.step.is_some() || slots.twice {
        // How many packs they make in all was worked out.
        return None;
    }
    match slots.items.first().filter(|item| !item.it) {
        Some(item) => pieces(&ItemPhrase { quantity: item.quantity.or(Some(quantity)), ..item.clone() }),
        None => by_unit(scene, quantity),
    }
}

/// How many single things a bare count says by the dozen, or by what a pack holds: "make it a dozen" of a pack of six is
/// two packs, and "twelve rolls" is one pack of twelve.
pub(super) fn by_unit(scene: &Scene<'_>, quantity: Quantity) -> Option<u32> {
    let of_pieces = |unit: &str| unit == DOZEN || SINGLE.contains(&unit);
    scene.intent.slots.unit.as_deref().is_some_and(of_pieces).then_some(quantity.get())
}

/// Whether a change of mind counts by the dozen.
fn by_the_dozen(scene: &Scene<'_>) -> bool {
    let slots = &scene.intent.slots;
    let of_item = slots.items.first().and_then(|item| item.unit.as_deref());
    [of_item, slots.unit.as_deref()].contains(&Some(DOZEN))
}

/// A change of mind as a wish counts it: "a dozen" is one, whose pieces are twelve.
pub(super) fn as_wanted(scene: &Scene<'_>, quantity: Quantity) -> Quantity {
    let slots = &scene.intent.slots;
    // How many packs a step makes in all was worked out, and what is said beside a name is counted as in a wish.
    if slots.unit.as_deref() != Some(DOZEN) || slots.step.is_some() {
        return quantity;
    }
    Quantity::new(quantity.get() / 12).unwrap_or(Quantity::ONE)
}

/// How many packs a count says by its unit: "a dozen", "twelve rolls"; another count is of packs.
pub(super) fn of_unit(scene: &Scene<'_>, said: Quantity, offer: &Offer) -> Result<u32, Prompt> {
    match by_unit(scene, said) {
        Some(pieces) => of_pieces(pieces, offer, by_the_dozen(scene)),
        None => Ok(said.get()),
    }
}

/// Whether a count without a unit, which is taken to count packs, may have counted pieces.
pub(super) fn may_be_pieces(quantity: Quantity) -> bool {
    quantity.get() > COUNTS_PACKS
}

/// That it comes several in a pack, where pieces of it were meant, or may have been, and packs are counted.
pub(super) fn note(offer: &Offer, pieces: bool) -> Option<Prompt> {
    let each = size::pieces(offer).filter(|_| pieces)?;
    Some(of_each("pack-holds", offer, each))
}

/// How many single things a count is that answers a question about them; `None` where it counts packs, as it does
/// where so many packs were offered: "eight packs make 48, and nine packs make 54".
pub(super) fn counts_on(
    wanted: &Wanted,
    offer: Option<&Offer>,
    quantity: Quantity,
    bare: bool,
) -> Option<u32> {
    let before = wanted.pieces.filter(|_| bare && may_be_pieces(quantity))?;
    let offered = offer.and_then(size::pieces).map(|each| before / each);
    let of_packs = offered.is_some_and(|fewer| [fewer, fewer + 1].contains(&quantity.get()));
    (!of_packs).then_some(quantity.get())
}

fn of_each(key: &str, offer: &Offer, each: u32) -> Prompt {
    Prompt::new(key).with("name", offer.spoken()).with("each", Arg::Count(each))
}

/// "Bagels" come several in one, "bagel" is one.
fn is_plural(kind: &str) -> bool {
    kind.split(' ').next_back().is_some_and(|word| choose::stem(word) != word)
}
