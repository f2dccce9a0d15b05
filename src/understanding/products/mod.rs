//! A spoken name → the products that it can mean.
//!
//! A product fits a phrase when every word of the phrase is explained by it and the head of its
//! kind was said: "dark roast coffee" fits a coffee that is dark roast; "coffee" fits no coffee
//! filter; "unicorn coffee" fits nothing, for a wrong product is worse than a question.
//!
//! Fits are ordered: the whole kind ("milk" → milk) before a part of it ("milk" → oat milk, and
//! that only where the shop has no plain one), then products that the household bought before,
//! then the latest purchase, then the order of the catalogue. Where its own is meant ("my
//! coffee", "reorder coffee"), only what it bought counts, as long as any of that fits.
//!
//! The name decides: "chocolate milk" is no milk chocolate. And half a name is asked about: "beer"
//! may be root beer, but a shop that has no plain beer asks before it sells that one, unless it is
//! what the household buys.
//!
//! A size that is said must be the product's: five pounds of sugar are no answer to one pound. Where the
//! shop has none of that size, what it has of other sizes is a question.
//!
//! The tie rule: products fit equally when the same words explain them and the household bought
//! both or neither; with "cheapest", when they also cost the same. How often or how lately one
//! was bought orders the answer but decides nothing: the shopper is asked.

mod index;
mod learn;
mod rank;
mod size;
mod vocabulary;
pub(super) mod words;

use std::{collections::HashMap, sync::Arc};

pub use vocabulary::Vocabulary;

use self::{
    index::{Stem, WordIndex},
    learn::Learnt,
    rank::{Candidate, Entry, Names, OfSize, Wanted},
    size::SaidSize,
};
use super::{
    intent::{Constraints, ItemPhrase},
    options::OptionWords,
    sentences::Sentences,
};
use crate::commerce::{Catalog, Sku, purchase::Purchase};

/// More words than a product's name has are not looked up.
const MAX_STEMS: usize = 12;

/// A product that a phrase can mean.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// Which product.
    pub sku: Sku,
    /// How well it fits; comparable within one answer only.
    pub score: u32,
}

/// What a phrase can mean.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Matches {
    /// Best first, at most [`Matches::MAX`].
    pub hits: Vec<Hit>,
    /// How many fit as well as the first, itself included: 0 nothing, 1 clear, 2 or more a
    /// question. It can be more than `hits` has, also where there is one hit only: then whether it
    /// is meant is the question.
    pub tied: usize,
    /// Whether nothing is of the size that was said, and these are of others.
    pub other_size: bool,
    /// With "cheapest", what costs still less of other kinds that are called so as well ("ground coffee" where there is
    /// plain coffee); with "the most expensive" what costs more.
    pub beyond: Option<Sku>,
}

impl Matches {
    /// More offers than a person can choose from by ear.
    pub const MAX: usize = 12;

    /// The same as a question where it is of another size, whatever the household bought.
    fn asked(self) -> Self {
        let tied = if self.other_size { self.tied.max(2).max(self.hits.len()) } else { self.tied };
        Self { tied, ..self }
    }
}

/// A catalogue that can be asked for by name.
pub struct Products {
    catalog: Arc<Catalog>,
    vocabulary: Arc<Vocabulary>,
    entries: Box<[Entry]>,
    names: Names,
    index: WordIndex,
}

impl Products {
    /// Indexes a catalogue; the sentences give the synonyms.
    pub fn new(catalog: Arc<Catalog>, sentences: &Sentences) -> Self {
        Self::with_options(catalog, sentences, OptionWords::default())
    }

    /// The same for a shop with options: what is asked for beside a product is no part of its name.
    pub fn with_options(catalog: Arc<Catalog>, sentences: &Sentences, options: OptionWords) -> Self {
        let Learnt { vocabulary, entries, names, index } = learn::learn(&catalog, sentences.synonyms());
        let vocabulary = Arc::new(vocabulary.with_options(options));
        Self { catalog, vocabulary, entries, names, index }
    }

    /// The words of the catalogue, for the [`super::Understander`].
    pub fn vocabulary(&self) -> Arc<Vocabulary> {
        Arc::clone(&self.vocabulary)
    }

    /// The catalogue itself.
    pub fn catalog(&self) -> &Catalog {
        &self.catalog
    }

    /// What a phrase of a shopper can mean; see the module for order and ties. `purchases` are the
    /// household's, newest first.
    pub fn resolve(&self, item: &ItemPhrase, constraints: &Constraints, purchases: &[Purchase]) -> Matches {
        let found = self.of_any_size(item, constraints, purchases);
        if !constraints.by_price() {
            return found;
        }
        let best = found.beyond.clone().or_else(|| Some(found.hits.first()?.sku.clone()));
        let Some(best) = best else { return found };
        let further = self.called_so_itself(item, constraints, &best);
        Matches { beyond: further.or(found.beyond), ..found }
    }

    /// Of a word that stands for another one here ("coffee", for house coffee), what is called so itself and goes beyond
    /// the cheapest, or the most expensive, of the other.
    fn called_so_itself(&self, item: &ItemPhrase, constraints: &Constraints, best: &Sku) -> Option<Sku> {
        let stems = words::stems(&item.words);
        if stems == self.vocabulary.normal(&item.words) {
            return None;
        }
        let other = self.named(item, stems, None, constraints, &[]).hits.into_iter().next()?.sku;
        let price = |sku: &Sku| self.catalog.get(sku).map(|product| product.price().minor());
        let (of_best, of_other) = (price(best)?, price(&other)?);
        let further = if constraints.cheapest { of_other < of_best } else { of_other > of_best };
        further.then_some(other)
    }

    /// The same without what goes beyond it.
    fn of_any_size(&self, item: &ItemPhrase, constraints: &Constraints, purchases: &[Purchase]) -> Matches {
        let stems = self.vocabulary.normal(&item.words);
        if item.it && stems.is_empty() {
            return Matches::default();
        }
        let size = SaidSize::of(&stems);
        let said = size.and_then(|size| self.of_size(size, &stems));
        let found = self.named(item, stems.clone(), said, constraints, purchases);
        let Some(size) = size.filter(|_| found.hits.is_empty()) else { return found };
        if size.is_one() {
            // A label says "gallon" where a shopper says one gallon.
            let found = self.named(item, size.without_number(&stems), said, constraints, purchases);
            if !found.hits.is_empty() {
                return found;
            }
        }
        let others = self.named(item, size.left_out(&stems), None, constraints, purchases);
        Matches { other_size: !others.hits.is_empty(), ..others }.asked()
    }

    /// The size that was said, for a catalogue that has its measure.
    fn of_size(&self, size: SaidSize, stems: &[String]) -> Option<OfSize> {
        let (number, measure) = size.stems(stems);
        let measure = self.index.number(measure)?;
        Some(OfSize { number: self.index.number(number), measure, one: size.is_one() })
    }

    /// What these stems of a phrase can mean. `size` is the size in the phrase.
    fn named(
        &self,
        item: &ItemPhrase,
        mut stems: Vec<String>,
        size: Option<OfSize>,
        constraints: &Constraints,
        purchases: &[Purchase],
    ) -> Matches {
        let Some(known) = self.known(&stems) else { return Matches::default() };
        let mut wanted = Wanted::new(known, constraints, false);
        wanted.pack_of = item.pack_of.and_then(|n| self.index.number(&n.to_string()));
        wanted.pack_words = ["pack", "count"].iter().filter_map(|word| self.index.number(word)).collect();
        wanted.pack_asked = item.pack_of.is_some() && item.unit.as_deref() != Some("dozen");
        wanted.half = self.index.number("half");
        wanted.size = size;
        wanted.own = item.own;
        wanted.ends_in_head = stems.last().is_some_and(|stem| self.vocabulary.is_head(stem));
        for (latest, purchase) in purchases.iter().enumerate() {
            wanted.bought.entry(purchase.sku.as_str()).or_insert(latest);
        }
        self.constrain(&mut stems, constraints);
        self.find(&stems, &wanted)
    }

    /// Free words against the whole catalogue, for people at a terminal: also words that only
    /// describe ("organic") find something.
    pub fn search(&self, words: &str, constraints: &Constraints) -> Matches {
        let mut stems = self.vocabulary.normal(words);
        let Some(known) = self.known(&stems) else { return Matches::default() };
        let mut wanted = Wanted::new(known, constraints, true);
        wanted.half = self.index.number("half");
        self.constrain(&mut stems, constraints);
        self.find(&stems, &wanted)
    }

    /// The numbers of stems; `None` when no product has one of them, so that nothing fits.
    fn known(&self, stems: &[String]) -> Option<Vec<Stem>> {
        stems.iter().map(|stem| self.index.number(stem)).collect()
    }

    /// Brand, size and attributes are words that must be there too.
    fn constrain(&self, stems: &mut Vec<String>, constraints: &Constraints) {
        let texts = constraints.brand.iter().chain(&constraints.size).chain(&constraints.attributes);
        for text in texts {
            stems.extend(self.vocabulary.normal(text));
        }
        stems.sort();
        stems.dedup();
    }

    fn find(&self, stems: &[String], wanted: &Wanted<'_>) -> Matches {
        if stems.is_empty() || stems.len() > MAX_STEMS {
            return Matches::default();
        }
        let Some(known) = self.known(stems) else { return Matches::default() };
        let numbers = self.index.with_all(&known);
        let candidate = |number: u32| {
            let entry = self.entries.get(number as usize)?;
            // Of two products with one id the later is the catalogue's.
            let product = self.catalog.numbered(number).filter(|product| product.is_current())?;
            Some(Candidate::new(product, *entry, &self.names))
        };
        rank::rank(numbers.into_iter().filter_map(candidate), wanted)
    }
}

/// For each product that was bought, by its id, how many purchases ago.
type Bought<'a> = HashMap<&'a str, usize>;
