//! A change of a basket, as it is said and as it is meant.

use rand::{RngExt as _, rngs::StdRng, seq::IndexedRandom as _};

use super::{
    sentences::{Changes, pick},
    shelf::{self, Basket, SIZES, Thing, Wish, word},
};

/// A change: its words by a pattern, and the basket with it.
pub struct Change {
    pub pattern: &'static str,
    pub words: String,
    pub basket: Basket,
}

/// Whoever makes changes.
pub struct Changer<'a> {
    /// Chance.
    pub random: &'a mut StdRng,
    /// What is sold.
    pub shelf: &'static [Thing],
    /// How it is said.
    pub said: &'static Changes,
}

impl Changer<'_> {
    /// One of some basket.
    pub fn one_change(&mut self, basket: &Basket) -> Change {
        loop {
            let made = match self.random.random_range(0..9) {
                0 | 1 => self.add(basket),
                2 => self.remove(basket),
                3 => self.count(basket),
                4 => self.count_it(basket),
                5 => self.swap(basket),
                6 => self.size(basket),
                7 => self.oat(basket),
                _ => self.only(basket),
            };
            if let Some(change) = made.filter(|change| &change.basket != basket) {
                return change;
            }
        }
    }

    /// A line of the basket, and the thing that it is.
    fn line(&mut self, basket: &Basket) -> Option<(usize, &'static Thing)> {
        let there: Vec<_> =
            self.shelf.iter().filter_map(|thing| thing.line(basket).map(|at| (at, thing))).collect();
        there.choose(self.random).copied()
    }

    fn add(&mut self, basket: &Basket) -> Option<Change> {
        let wish = Wish::of(self.random, self.shelf, basket)?;
        let pattern = pick(self.random, &self.said.add);
        let mut basket = basket.clone();
        let words = pattern.replace("{w}", &wish.said());
        basket.push(wish.line);
        Some(Change { pattern, words, basket })
    }

    fn remove(&mut self, basket: &Basket) -> Option<Change> {
        let (at, thing) = self.line(basket)?;
        let pattern = pick(self.random, &self.said.remove);
        let all_but = pattern.contains("everything") || pattern.contains("all but");
        if basket.len() < 2 && all_but {
            return None;
        }
        let name = if basket[at].count > 1 { thing.many } else { thing.one };
        let mut basket = basket.clone();
        basket.remove(at);
        Some(Change { pattern, words: pattern.replace("{k}", name), basket })
    }

    fn count(&mut self, basket: &Basket) -> Option<Change> {
        let (at, thing) = self.line(basket)?;
        let count = self.random.random_range(2..6);
        let pattern = pick(self.random, &self.said.count);
        let mut basket = basket.clone();
        basket[at].count = count;
        let words = pattern.replace("{k}", thing.one).replace("{m}", thing.many).replace("{n}", word(count));
        Some(Change { pattern, words, basket })
    }

    fn count_it(&mut self, basket: &Basket) -> Option<Change> {
        let count = self.random.random_range(2..6);
        let pattern = pick(self.random, &self.said.count_it);
        let mut basket = basket.clone();
        let [line] = basket.as_mut_slice() else { return None };
        line.count = count;
        Some(Change { pattern, words: pattern.replace("{n}", word(count)), basket })
    }

    fn swap(&mut self, basket: &Basket) -> Option<Change> {
        let (at, thing) = self.line(basket)?;
        let wish = Wish::of(self.random, self.shelf, basket)?;
        let pattern = pick(self.random, &self.said.swap);
        let name = if basket[at].count > 1 { thing.many } else { thing.one };
        let words = pattern.replace("{k}", name).replace("{w}", &wish.said());
        let mut basket = basket.clone();
        // What was chosen for the one stays where the other can be had so.
        let carried = !pattern.contains(" and not ");
        let oat = wish.line.oat || carried && wish.thing.milky && basket[at].oat;
        basket[at] = shelf::Line { oat, ..wish.line };
        Some(Change { pattern, words, basket })
    }

    fn size(&mut self, basket: &Basket) -> Option<Change> {
        let (at, thing) = self.line(basket)?;
        if !thing.sized || basket[at].count > 1 {
            return None;
        }
        let size = SIZES.choose(self.random)?;
        let pattern = pick(self.random, &self.said.size);
        let mut basket = basket.clone();
        basket[at].sku = format!("{}-{size}", thing.id);
        Some(Change { pattern, words: pattern.replace("{k}", thing.one).replace("{s}", size), basket })
    }

    fn oat(&mut self, basket: &Basket) -> Option<Change> {
        let (at, thing) = self.line(basket)?;
        if !thing.milky {
            return None;
        }
        let pattern = pick(self.random, &self.said.oat);
        let mut basket = basket.clone();
        basket[at].oat = true;
        let name = if basket[at].count > 1 { thing.many } else { thing.one };
        Some(Change { pattern, words: pattern.replace("{k}", name), basket })
    }

    fn only(&mut self, basket: &Basket) -> Option<Change> {
        let (at, thing) = self.line(basket)?;
        let pattern = pick(self.random, &self.said.only);
        let name = if basket[at].count > 1 { thing.many } else { thing.one };
        Some(Change { pattern, words: pattern.replace("{k}", name), basket: vec![basket[at].clone()] })
    }
}
