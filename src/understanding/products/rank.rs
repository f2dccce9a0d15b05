//! Which of the products that have all the words fit best.

use super::{Bought, Hit, Matches, index::Stem};
use crate::{commerce::Listing, understanding::intent::Constraints};

/// The stems of each name of a kind, a brand or a size, by their numbers. Of a kind the last is the head.
pub(super) type Names = Box<[Box<[Stem]>]>;

/// What a product is called by: which of the [`Names`]. Its other stems only the index has: of a candidate is known
/// that it has every stem that is looked for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Entry {
    pub(super) kind: u32,
    pub(super) brand: u32,
    pub(super) size: u32,
}

/// A size that was said, in stems of the catalogue.
#[derive(Debug, Clone, Copy)]
pub(super) struct OfSize {
    /// The number before the measure, where the catalogue has it.
    pub(super) number: Option<Stem>,
    /// The measure.
    pub(super) measure: Stem,
    /// Whether it is one of the measure, which needs no number on a label.
    pub(super) one: bool,
}

/// A product that has all the stems, with those of its names.
pub(super) struct Candidate<'a> {
    product: Listing<'a>,
    kind: &'a [Stem],
    brand: &'a [Stem],
    size: &'a [Stem],
}

impl<'a> Candidate<'a> {
    pub(super) fn new(product: Listing<'a>, entry: Entry, names: &'a Names) -> Self {
        let [kind, brand, size] = [entry.kind, entry.brand, entry.size].map(|n| &*names[n as usize]);
        Self { product, kind, brand, size }
    }
}

/// What is looked for.
pub(super) struct Wanted<'a> {
    /// The phrase.
    pub(super) stems: Vec<Stem>,
    constraints: &'a Constraints,
    /// Whether words that only describe are enough.
    loose: bool,
    /// The preferred number in a pack, where the catalogue has it.
    pub(super) pack_of: Option<Stem>,
    /// The stems of "pack" and "count", where the catalogue has them.
    pub(super) pack_words: Vec<Stem>,
    /// Whether a pack of so many was asked for, and not so many things: "a twelve pack", but not "a dozen".
    pub(super) pack_asked: bool,
    /// The size that was said.
    pub(super) size: Option<OfSize>,
    /// The stem of "half", where the catalogue has it.
    pub(super) half: Option<Stem>,
    /// Whether only what the household bought is meant.
    pub(super) own: bool,
    /// Whether the last word of the phrase names kinds: "milk", in "chocolate milk".
    pub(super) ends_in_head: bool,
    /// What it bought.
    pub(super) bought: Bought<'a>,
}

impl<'a> Wanted<'a> {
    pub(super) fn new(stems: Vec<Stem>, constraints: &'a Constraints, loose: bool) -> Self {
        Self {
            stems,
            constraints,
            loose,
            pack_of: None,
            pack_words: Vec::new(),
            pack_asked: false,
            size: None,
            half: None,
            own: false,
            ends_in_head: false,
            bought: Bought::new(),
        }
    }
}

/// How a product fits: greater is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Fit {
    /// 3: the whole kind was said; 2: its head; 1: only what describes it.
    tier: u32,
    /// The phrase ends in the head: "milk chocolate" is chocolate before it is milk.
    head_last: bool,
    /// How many words of the kind were said.
    kind_words: u32,
    /// The size that a "pack of twelve" asks for.
    pack: bool,
    /// The household bought it before.
    bought: bool,
}

impl Fit {
    fn score(self) -> u32 {
        self.tier * 1000
            + u32::from(self.head_last) * 400
            + self.kind_words.min(9) * 30
            + u32::from(self.pack) * 20
            + u32::from(self.bought) * 10
    }
}

fn fit(candidate: &Candidate<'_>, wanted: &Wanted<'_>) -> Option<Fit> {
    let Candidate { product, kind, brand, size } = candidate;
    let said = |stem: &Stem| wanted.stems.contains(stem);
    let kind_words = kind.iter().filter(|s| said(s)).count();
    let head = kind.last().is_some_and(said);
    let tier = if head && kind_words == kind.len() {
        3
    } else if head {
        2
    } else {
        // No word of another kind's name may stand in for a description: tea is no tea kettle. What is said and not
        // of the kind describes the product, or it would be no candidate.
        let described = wanted.stems.iter().all(|s| !kind.contains(s));
        let branded = !brand.is_empty() && brand.iter().all(said);
        let nothing_said = wanted.stems.is_empty();
        if !nothing_said && !(described && (branded || wanted.loose)) {
            return None;
        }
        1
    };
    // A half gallon is no gallon.
    if let Some(half) = wanted.half
        && size.contains(&half)
        && !wanted.stems.contains(&half)
        && size.iter().any(said)
    {
        return None;
    }
    if wanted.size.is_some_and(|said| contradicts(size, said)) {
        return None;
    }
    let head_last = wanted.stems.last().is_some_and(|s| kind.last() == Some(s));
    if wanted.ends_in_head && !head_last {
        return None;
    }
    let pack = wanted.pack_of.is_some_and(|n| holds(size, n, &wanted.pack_words));
    let by_price = wanted.constraints.by_price();
    let bought = !by_price && wanted.bought.contains_key(product.id());
    Some(Fit { tier, head_last, kind_words: u32::try_from(kind_words).unwrap_or(9), pack, bought })
}

/// Whether a product's size has the measure that was said with another number before it.
fn contradicts(size: &[Stem], said: OfSize) -> bool {
    size.iter().position(|stem| *stem == said.measure).is_some_and(|at| match at.checked_sub(1) {
        Some(before) => Some(size[before]) != said.number,
        None => !said.one,
    })
}

/// Whether a size is a pack of so many: "twelve pack", but not "twelve ounce".
fn holds(size: &[Stem], number: Stem, pack: &[Stem]) -> bool {
    size.windows(2).any(|w| w[0] == number && pack.contains(&w[1]))
}

/// Orders what fits, drops what fits worse in kind, and counts the ties.
pub(super) fn rank<'a>(candidates: impl Iterator<Item = Candidate<'a>>, wanted: &Wanted<'_>) -> Matches {
    let mut fits: Vec<(Fit, Listing<'a>)> =
        candidates.filter_map(|candidate| Some((fit(&candidate, wanted)?, candidate.product))).collect();
    // "My coffee" is the ground coffee that the household buys, although there is plain coffee.
    let own = |(f, p): &(Fit, Listing<'_>)| f.tier > 1 && wanted.bought.contains_key(p.id());
    if wanted.own && fits.iter().any(own) {
        fits.retain(own);
    }
    // The kind is settled before the price: without plain milk under a dollar, oat milk is no answer.
    let best_tier = fits.iter().map(|(f, ..)| f.tier).max().unwrap_or_default();
    let (cheapest, dearest) = (wanted.constraints.cheapest, wanted.constraints.dearest);
    let price = |p: &Listing<'_>| match (cheapest, dearest) {
        (true, _) => p.price().minor(),
        (false, true) => -p.price().minor(),
        (false, false) => 0,
    };
    fits.retain(|(_, p)| wanted.constraints.allow(p.price()));
    // Nor is "the cheapest milk" oat milk, but that it costs less still is worth a word.
    let by_price = cheapest || dearest;
    let of_other_kinds = fits.iter().filter(|(f, _)| by_price && best_tier == 3 && f.tier == 2);
    let other = of_other_kinds.map(|(_, p)| (price(p), p.sku())).min_by_key(|(price, _)| *price);
    fits.retain(|(f, _)| f.tier == best_tier);
    let latest = |p: &Listing<'_>| wanted.bought.get(p.id()).copied().unwrap_or(usize::MAX);
    fits.sort_by(|(f, p), (g, q)| {
        g.cmp(f)
            .then_with(|| price(p).cmp(&price(q)))
            .then_with(|| latest(p).cmp(&latest(q)))
            .then_with(|| p.number().cmp(&q.number()))
    });
    let tied = fits.first().map_or(0, |(best, top)| {
        fits.iter().take_while(|(f, p)| f == best && price(p) == price(top)).count()
    });
    let tied = if guessed(&fits, wanted) {
        tied.max(if cheapest || dearest { 2 } else { fits.len().max(2) })
    } else {
        tied
    };
    // A pack of twelve where there are only packs of six is a question, as any other size.
    let other_size = wanted.pack_asked && fits.first().is_some_and(|(best, _)| !best.pack);
    let hits = fits.iter().take(Matches::MAX).map(|(f, p)| Hit { sku: p.sku(), score: f.score() }).collect();
    let beyond = other.filter(|(other, _)| fits.first().is_some_and(|(_, top)| *other < price(top)));
    Matches { hits, tied, other_size, beyond: beyond.map(|(_, sku)| sku) }.asked()
}

/// Whether only half of the name of a kind was said, "beer" for root beer, and the household's
/// purchases do not say which is meant: they do where it bought one of the only such kind.
fn guessed(fits: &[(Fit, Listing<'_>)], wanted: &Wanted<'_>) -> bool {
    let Some((best, top)) = fits.first() else { return false };
    let several = fits.iter().any(|(_, p)| p.kind() != top.kind());
    best.tier == 2 && (several || !wanted.bought.contains_key(top.id()))
}
