//! The index over a catalogue: which products have all of some words. Each stem has a number and the sorted list of
//! its products.
//!
//! It is made here and no search library, against the custom of this project, because of its size. A server holds the
//! catalogues of two hundred shops with five thousand products each. tantivy, which was here before, took 2.9 KB for
//! each of them and some megabytes for each shop, as it keeps a writer's buffer, a store of documents and segments that
//! can be merged; ranking and files, for which it is made, were not asked of it. A product has about twelve stems, that
//! is 48 bytes here, and an exact list is found in one look.

use std::collections::HashMap;

/// A stem by its number in this catalogue.
pub type Stem = u32;

/// The numbers of the products, in the order of the file, by their stems.
pub struct WordIndex {
    numbers: HashMap<Box<str>, Stem>,
    /// Where the list of each stem ends among the products.
    ends: Box<[u32]>,
    products: Box<[u32]>,
}

impl WordIndex {
    /// The number of a stem, if the catalogue has it.
    pub fn number(&self, stem: &str) -> Option<Stem> {
        self.numbers.get(stem).copied()
    }

    /// The products that have every one of the stems, in their order; none for no stems.
    pub fn with_all(&self, stems: &[Stem]) -> Vec<u32> {
        let mut lists: Vec<&[u32]> = stems.iter().map(|&stem| self.list(stem)).collect();
        // The shortest first: its products are looked up in the others.
        lists.sort_by_key(|list| list.len());
        let Some((first, others)) = lists.split_first() else { return Vec::new() };
        let in_all = |product: &&u32| others.iter().all(|list| list.binary_search(product).is_ok());
        first.iter().filter(in_all).copied().collect()
    }

    fn list(&self, stem: Stem) -> &[u32] {
        let stem = stem as usize;
        let start = if stem == 0 { 0 } else { self.ends[stem - 1] };
        &self.products[start as usize..self.ends[stem] as usize]
    }
}

/// Makes a [`WordIndex`].
#[derive(Default)]
pub struct IndexBuilder {
    numbers: HashMap<Box<str>, Stem>,
    lists: Vec<Vec<u32>>,
}

impl IndexBuilder {
    /// The number of a stem, which is known from now on.
    pub fn learn(&mut self, stem: &str) -> Stem {
        if let Some(known) = self.numbers.get(stem) {
            return *known;
        }
        // A catalogue of 256 MiB has fewer words than that.
        let number = Stem::try_from(self.lists.len()).expect("fewer stems than 32 bits count");
        self.numbers.insert(stem.into(), number);
        self.lists.push(Vec::new());
        number
    }

    /// Notes a product under a stem. Products come in their order.
    pub fn add(&mut self, product: u32, stem: Stem) {
        let list = &mut self.lists[stem as usize];
        if list.last() != Some(&product) {
            list.push(product);
        }
    }

    /// The index of what was learnt.
    pub fn build(mut self) -> WordIndex {
        self.numbers.shrink_to_fit();
        let mut products = Vec::with_capacity(self.lists.iter().map(Vec::len).sum());
        let mut ends = Vec::with_capacity(self.lists.len());
        for list in self.lists {
            products.extend(list);
            ends.push(u32::try_from(products.len()).expect("fewer words in a catalogue than 32 bits count"));
        }
        WordIndex { numbers: self.numbers, ends: ends.into(), products: products.into() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn products_are_found_by_all_of_their_stems() {
        let mut builder = IndexBuilder::default();
        for (number, stems) in (0..).zip([&["oat", "milk", "milk"][..], &["milk"], &["oat", "bar"], &[]]) {
            for stem in stems {
                let stem = builder.learn(stem);
                builder.add(number, stem);
            }
        }
        let index = builder.build();
        let find = |stems: &[&str]| {
            index.with_all(&stems.iter().map(|s| index.number(s).expect("a stem")).collect::<Vec<_>>())
        };
        assert_eq!(find(&["milk"]), [0, 1]);
        assert_eq!(find(&["milk", "oat"]), [0]);
        assert!(find(&["bar", "milk"]).is_empty());
        assert!(find(&[]).is_empty());
        assert_eq!(index.number("soap"), None);
    }
}
