//! Which of the products that have all the words fit best.

use super::{
    Bought, Candidate, Hit, Matches,
    index::{Stem, WordIndex},
    words::stems,
};
use crate::{
    commerce::{Money, Product},
    understanding::intent::Constraints,
};

/// The stems of a product, by their numbers: of its kind in order, the last of which is the head; of its brand; of
/// its size; and of brand, size, attributes and what else its title says. In one piece, as a server has a million.
pub(super) struct Entry {
    stems: Box<[Stem]>,
    /// Where the stems of brand, size and all that describes it begin.
    starts: [u16; 3],
}

impl Entry {
    /// The words of a product, which the index learns.
    pub(super) fn new(product: &Product, index: &mut WordIndex) -> Self {
        let mut known = |text: &str| -> Vec<Stem> { stems(text).iter().map(|s| index.learn(s)).collect() };
        let mut all = known(&product.kind);
        let kind = all.len();
        all.extend(known(&product.brand));
        let brand = all.len();
        all.extend(known(product.size.as_deref().unwrap_or_default()));
        let size = all.len();
        let mut modifiers: Vec<Stem> = all[kind..size].to_vec();
        for attribute in &product.attributes {
            modifiers.extend(known(attribute));
        }
        modifiers.extend(known(&product.title).into_iter().filter(|stem| !all[..kind].contains(stem)));
        modifiers.sort_unstable();
        modifiers.dedup();
        all.extend(modifiers);
        // The feed bounds a kind, a brand and a size to some hundred characters.
        let starts = [kind, brand, size].map(|at| u16::try_from(at).unwrap_or(u16::MAX));
        Self { stems: all.into(), starts }
    }

    /// All of them, for the index.
    pub(super) fn all(&self) -> &[Stem] {
        &self.stems
    }

    fn kind(&self) -> &[Stem] {
        &self.stems[..self.starts[0].into()]
    }

    fn brand(&self) -> &[Stem] {
        &self.stems[self.starts[0].into()..self.starts[1].into()]
    }

    fn size(&self) -> &[Stem] {
        &self.stems[self.starts[1].into()..self.starts[2].into()]
    }

    fn modifiers(&self) -> &[Stem] {
        &self.stems[self.starts[2].into()..]
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

fn fit(product: &Product, entry: &Entry, wanted: &Wanted<'_>) -> Option<Fit> {
    let said = |stem: &Stem| wanted.stems.contains(stem);
    let kind_words = entry.kind().iter().filter(|s| said(s)).count();
    let head = entry.kind().last().is_some_and(said);
    let tier = if head && kind_words == entry.kind().len() {
        3
    } else if head {
        2
    } else {
        // No word of another kind's name may stand in for a description: tea is no tea kettle.
        let described =
            wanted.stems.iter().all(|s| entry.modifiers().contains(s) && !entry.kind().contains(s));
        let branded = !entry.brand().is_empty() && entry.brand().iter().all(said);
        let nothing_said = wanted.stems.is_empty();
        if !nothing_said && !(described && (branded || wanted.loose)) {
            return None;
        }
        1
    };
    // A half gallon is no gallon.
    if let Some(half) = wanted.half
        && entry.size().contains(&half)
        && !wanted.stems.contains(&half)
        && entry.size().iter().any(said)
    {
        return None;
    }
    let head_last = wanted.stems.last().is_some_and(|s| entry.kind().last() == Some(s));
    if wanted.ends_in_head && !head_last {
        return None;
    }
    let pack = wanted.pack_of.is_some_and(|n| entry.size().contains(&n));
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
