//! A change of a basket, as it is said and as it is meant.

use rand::{RngExt as _, rngs::StdRng, seq::IndexedRandom as _};

use super::{
    sentences::{Changes, Prices, pick},
    shelf::{Basket, Line, SIZES, Thing, Way, Wish, word},
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
            let made = match self.random.random_range(0..10) {
                0 | 1 => self.add(basket),
                2 => self.remove(basket),
                3 => self.count(basket),
                4 => self.count_it(basket),
                5 => self.swap(basket),
                6 => self.size(basket),
                7 => self.with(basket),
                8 => self.part(basket),
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
        let there = match basket[at].count {
            1 => "one",
            there => word(there),
        };
        basket[at].count = count;
        let named = pattern.replace("{k}", thing.one).replace("{m}", thing.many);
        let words = named.replace("{n}", word(count)).replace("{c}", there);
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
        let mut line = wish.line.clone();
        let can = |way: &&Way| wish.thing.ways.contains(way);
        // Of milks only one can be had, and another syrup comes beside the first.
        for way in basket[at].with.iter().filter(|_| carried).filter(can) {
            line = line.also_with(*way);
        }
        basket[at] = line;
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
        let other = SIZES.iter().find(|other| *other != size)?;
        let words = pattern.replace("{k}", thing.one).replace("{s}", size).replace("{o}", other);
        Some(Change { pattern, words, basket })
    }

    fn with(&mut self, basket: &Basket) -> Option<Change> {
        let (at, thing) = self.line(basket)?;
        let way = *thing.ways.choose(self.random)?;
        let patterns = if way == Way::Decaf { &self.said.decaf } else { &self.said.with };
        let pattern = pick(self.random, patterns);
        let mut basket = basket.clone();
        basket[at] = basket[at].also_with(way);
        let name = if basket[at].count > 1 { thing.many } else { thing.one };
        Some(Change { pattern, words: pattern.replace("{k}", name).replace("{x}", way.said()), basket })
    }

    /// "One of the lattes large": so many of a line become one of their own.
    fn part(&mut self, basket: &Basket) -> Option<Change> {
        let (at, thing) = self.line(basket)?;
        let (some, there) = (self.random.random_range(1..3), basket[at].count);
        let size = *SIZES.choose(self.random).filter(|_| thing.sized && some < there)?;
        let pattern = pick(self.random, &self.said.part);
        let mut basket = basket.clone();
        let mut part = Line { count: some, ..basket[at].clone() };
        let way = if pattern.contains("{s}") {
            part.sku = format!("{}-{size}", thing.id);
            size
        } else {
            let way = *thing.ways.iter().find(|way| **way != Way::Decaf)?;
            part = part.also_with(way);
            way.said()
        };
        if (&part.sku, &part.with) == (&basket[at].sku, &basket[at].with) {
            return None;
        }
        basket[at].count -= some;
        basket.push(part);
        let count = if some == 1 { "one" } else { word(some) };
        let words = pattern.replace("{n}", count).replace("{m}", thing.many);
        Some(Change { pattern, words: words.replace("{s}", way).replace("{x}", way), basket })
    }

    /// A change whose price is asked.
    pub fn price(&mut self, basket: &Basket, said: &'static Prices) -> Option<Change> {
        let (at, thing) = self.line(basket)?;
        let size = SIZES.choose(self.random).filter(|_| thing.sized && basket[at].count == 1)?;
        let way = *thing.ways.choose(self.random).filter(|way| **way != Way::Decaf)?;
        let mut changed = basket.clone();
        let patterns = if self.random.random_bool(0.5) { &said.size } else { &said.with };
        let pattern = pick(self.random, patterns);
        match pattern.contains("{s}") {
            true => changed[at].sku = format!("{}-{size}", thing.id),
            false => changed[at] = changed[at].also_with(way),
        }
        let words = pattern.replace("{k}", thing.one).replace("{s}", size).replace("{x}", way.said());
        (changed != *basket).then_some(Change { pattern, words, basket: changed })
    }

    /// Another count of a line.
    pub fn recount(&mut self, basket: &Basket) -> Option<Change> {
        let pattern = "make the {k} {n}";
        let (at, thing) = self.line(basket)?;
        let count = self.random.random_range(2..6);
        let mut basket = basket.clone();
        basket[at].count = count;
        Some(Change { pattern, words: pattern.replace("{k}", thing.one).replace("{n}", word(count)), basket })
    }

    fn only(&mut self, basket: &Basket) -> Option<Change> {
        let (at, thing) = self.line(basket)?;
        let pattern = pick(self.random, &self.said.only);
        let name = if basket[at].count > 1 { thing.many } else { thing.one };
        Some(Change { pattern, words: pattern.replace("{k}", name), basket: vec![basket[at].clone()] })
    }
}
