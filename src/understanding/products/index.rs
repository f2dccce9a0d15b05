//! The index over a catalogue: which products have all of some words. Each stem has a number and the sorted list of
//! its products, in memory.
//!
//! A search library was here before. It ranks, merges and writes files, none of which is asked for, and took a
//! writer's buffer and a thread for each of a server's shops; exact words in lists are all that is needed.

use std::collections::HashMap;

/// A stem by its number in this catalogue.
pub type Stem = u32;

/// The numbers of the products, in the order of the file, by their stems.
#[derive(Default)]
pub struct WordIndex {
    numbers: HashMap<Box<str>, Stem>,
    products: Vec<Vec<u32>>,
}

impl WordIndex {
    /// The number of a stem, which is known from now on.
    pub fn learn(&mut self, stem: &str) -> Stem {
        if let Some(known) = self.numbers.get(stem) {
            return *known;
        }
        // Bounded by the catalogue: 200,000 products of some hundred words.
        let number = Stem::try_from(self.products.len()).unwrap_or(Stem::MAX);
        self.numbers.insert(stem.into(), number);
        self.products.push(Vec::new());
        number
    }

    /// Notes a product under its stems. Products come in their order.
    pub fn add(&mut self, product: u32, stems: &[Stem]) {
        for &stem in stems {
            let Some(list) = self.products.get_mut(stem as usize) else { continue };
            if list.last() != Some(&product) {
                list.push(product);
            }
        }
    }

    /// Gives back what the lists have more than they need.
    pub fn shrink(&mut self) {
        self.products.iter_mut().for_each(Vec::shrink_to_fit);
        self.products.shrink_to_fit();
        self.numbers.shrink_to_fit();
    }

    /// The number of a stem, if the catalogue has it.
    pub fn number(&self, stem: &str) -> Option<Stem> {
        self.numbers.get(stem).copied()
    }

    /// The products that have every one of the stems, in their order; none for no stems.
    pub fn with_all(&self, stems: &[Stem]) -> Vec<u32> {
        let mut lists: Vec<&[u32]> =
            stems.iter().filter_map(|&stem| self.products.get(stem as usize)).map(Vec::as_slice).collect();
        // The shortest first: its products are looked up in the others.
        lists.sort_by_key(|list| list.len());
        let Some((first, others)) = lists.split_first() else { return Vec::new() };
        let in_all = |product: &&u32| others.iter().all(|list| list.binary_search(product).is_ok());
        first.iter().filter(in_all).copied().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_product_is_found_by_all_its_words_and_by_no_other() {
        let mut index = WordIndex::default();
        let products = [["milk", "whole"], ["milk", "oat"], ["coffee", "whole"]];
        for (number, stems) in (0..).zip(products) {
            let stems = stems.map(|stem| index.learn(stem));
            index.add(number, &stems);
        }
        index.shrink();
        let found = |stems: &[&str]| {
            index.with_all(&stems.iter().filter_map(|stem| index.number(stem)).collect::<Vec<_>>())
        };
        assert_eq!(found(&["milk"]), [0, 1]);
        assert_eq!(found(&["milk", "whole"]), [0]);
        assert!(found(&["coffee", "oat"]).is_empty() && found(&[]).is_empty());
        assert_eq!(index.number("tea"), None);
    }
}
