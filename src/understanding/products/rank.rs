//! Which of the products that have all the words fit best.

use super::{Bought, Hit, Matches, index::Stem};
use crate::{
    commerce::{Listing, Money},
    understanding::intent::Constraints,
};

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
    let head_last = wanted.stems.last().is_some_and(|s| kind.last() == Some(s));
    if wanted.ends_in_head && !head_last {
        return None;
    }
    let pack = wanted.pack_of.is_some_and(|n| size.contains(&n));
    let bought = !wanted.constraints.cheapest && wanted.bought.contains_key(product.id());
    Some(Fit { tier, head_last, kind_words: u32::try_from(kind_words).unwrap_or(9), pack, bought })
}

fn affordable(product: Listing<'_>, constraints: &Constraints) -> bool {
    let price = product.price();
    let same = |limit: &Money| limit.currency() == price.currency();
    constraints.price_max.is_none_or(|max| same(&max) && price.minor() <= max.minor())
        && constraints.price_min.is_none_or(|min| same(&min) && price.minor() >= min.minor())
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
    fits.retain(|(f, p)| f.tier == best_tier && affordable(*p, wanted.constraints));
    let cheapest = wanted.constraints.cheapest;
    let price = |p: &Listing<'_>| if cheapest { p.price().minor() } else { 0 };
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
    let tied =
        if guessed(&fits, wanted) { tied.max(if cheapest { 2 } else { fits.len().max(2) }) } else { tied };
    let hits = fits.iter().take(Matches::MAX).map(|(f, p)| Hit { sku: p.sku(), score: f.score() }).collect();
    Matches { hits, tied }
}

/// Whether only half of the name of a kind was said, "beer" for root beer, and the household's
/// purchases do not say which is meant: they do where it bought one of the only such kind.
fn guessed(fits: &[(Fit, Listing<'_>)], wanted: &Wanted<'_>) -> bool {
    let Some((best, top)) = fits.first() else { return false };
    let several = fits.iter().any(|(_, p)| p.kind() != top.kind());
    best.tier == 2 && (several || !wanted.bought.contains_key(top.id()))
}
