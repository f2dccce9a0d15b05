//! Which of the products that have all the words fit best.

use super::{Bought, Candidate, Hit, Matches, words::stems};
use crate::{
    commerce::{Money, Product},
    understanding::intent::Constraints,
};

/// The stems of a product.
pub(super) struct Entry {
    /// Of its kind, in order; the last is the head.
    kind: Vec<String>,
    /// Of its brand.
    brand: Vec<String>,
    /// Of its size.
    size: Vec<String>,
    /// Of brand, size, attributes and what else its title says.
    modifiers: Vec<String>,
    /// All of them, for the index.
    pub(super) all: Vec<String>,
}

impl Entry {
    pub(super) fn new(product: &Product) -> Self {
        let kind = stems(&product.kind);
        let brand = stems(&product.brand);
        let size = stems(product.size.as_deref().unwrap_or_default());
        let attributes = product.attributes.iter().flat_map(|a| stems(a));
        let mut modifiers: Vec<String> = brand.iter().chain(&size).cloned().chain(attributes).collect();
        modifiers.extend(stems(&product.title).into_iter().filter(|s| !kind.contains(s)));
        modifiers.sort();
        modifiers.dedup();
        let all = kind.iter().chain(&modifiers).cloned().collect();
        Self { kind, brand, size, modifiers, all }
    }
}

/// What is looked for.
pub(super) struct Wanted<'a> {
    /// The phrase.
    stems: Vec<String>,
    constraints: &'a Constraints,
    /// Whether words that only describe are enough.
    loose: bool,
    /// The preferred number in a pack.
    pub(super) pack_of: Option<u32>,
    /// Whether only what the household bought is meant.
    pub(super) own: bool,
    /// Whether the last word of the phrase names kinds: "milk", in "chocolate milk".
    pub(super) ends_in_head: bool,
    /// What it bought.
    pub(super) bought: Bought<'a>,
}

impl<'a> Wanted<'a> {
    pub(super) fn new(stems: Vec<String>, constraints: &'a Constraints, loose: bool) -> Self {
        Self {
            stems,
            constraints,
            loose,
            pack_of: None,
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

fn fit(product: &Product, entry: &Entry, wanted: &Wanted<'_>) -> Option<Fit> {
    let said = |stem: &String| wanted.stems.contains(stem);
    let kind_words = entry.kind.iter().filter(|s| said(s)).count();
    let head = entry.kind.last().is_some_and(said);
    let tier = if head && kind_words == entry.kind.len() {
        3
    } else if head {
        2
    } else {
        // No word of another kind's name may stand in for a description: tea is no tea kettle.
        let described = wanted.stems.iter().all(|s| entry.modifiers.contains(s) && !entry.kind.contains(s));
        let branded = !entry.brand.is_empty() && entry.brand.iter().all(said);
        let nothing_said = wanted.stems.is_empty();
        if !nothing_said && !(described && (branded || wanted.loose)) {
            return None;
        }
        1
    };
    // A half gallon is no gallon.
    let half = |s: &String| s == "half";
    if entry.size.iter().any(half) && !wanted.stems.iter().any(half) && entry.size.iter().any(said) {
        return None;
    }
    let head_last = wanted.stems.last().is_some_and(|s| entry.kind.last() == Some(s));
    if wanted.ends_in_head && !head_last {
        return None;
    }
    let pack = wanted.pack_of.is_some_and(|n| entry.size.contains(&n.to_string()));
    let bought = !wanted.constraints.cheapest && wanted.bought.contains_key(&product.sku);
    Some(Fit { tier, head_last, kind_words: u32::try_from(kind_words).unwrap_or(9), pack, bought })
}

fn affordable(product: &Product, constraints: &Constraints) -> bool {
    let price = product.price();
    let same = |limit: &Money| limit.currency() == price.currency();
    constraints.price_max.is_none_or(|max| same(&max) && price.minor() <= max.minor())
        && constraints.price_min.is_none_or(|min| same(&min) && price.minor() >= min.minor())
}

/// Orders what fits, drops what fits worse in kind, and counts the ties.
pub(super) fn rank<'a>(candidates: impl Iterator<Item = Candidate<'a>>, wanted: &Wanted<'_>) -> Matches {
    let mut fits: Vec<(Fit, usize, &Product)> = candidates
        .filter_map(|(i, product, entry)| Some((fit(product, entry, wanted)?, i, product)))
        .collect();
    // "My coffee" is the ground coffee that the household buys, although there is plain coffee.
    let own = |(f, _, p): &(Fit, usize, &Product)| f.tier > 1 && wanted.bought.contains_key(&p.sku);
    if wanted.own && fits.iter().any(own) {
        fits.retain(own);
    }
    // The kind is settled before the price: without plain milk under a dollar, oat milk is no answer.
    let best_tier = fits.iter().map(|(f, ..)| f.tier).max().unwrap_or_default();
    fits.retain(|(f, _, p)| f.tier == best_tier && affordable(p, wanted.constraints));
    let cheapest = wanted.constraints.cheapest;
    let price = |p: &Product| if cheapest { p.price().minor() } else { 0 };
    let latest = |p: &Product| wanted.bought.get(&p.sku).copied().unwrap_or(usize::MAX);
    fits.sort_by(|(f, i, p), (g, j, q)| {
        g.cmp(f)
            .then_with(|| price(p).cmp(&price(q)))
            .then_with(|| latest(p).cmp(&latest(q)))
            .then_with(|| i.cmp(j))
    });
    let tied = fits.first().map_or(0, |(best, _, top)| {
        fits.iter().take_while(|(f, _, p)| f == best && price(p) == price(top)).count()
    });
    let tied =
        if guessed(&fits, wanted) { tied.max(if cheapest { 2 } else { fits.len().max(2) }) } else { tied };
    let hits = fits
        .iter()
        .take(Matches::MAX)
        .map(|(f, _, p)| Hit { sku: p.sku.clone(), score: f.score() })
        .collect();
    Matches { hits, tied }
}

/// Whether only half of the name of a kind was said, "beer" for root beer, and the household's
/// purchases do not say which is meant: they do where it bought one of the only such kind.
fn guessed(fits: &[(Fit, usize, &Product)], wanted: &Wanted<'_>) -> bool {
    let Some((best, _, top)) = fits.first() else { return false };
    let several = fits.iter().any(|(_, _, p)| p.kind != top.kind);
    best.tier == 2 && (several || !wanted.bought.contains_key(&top.sku))
}
