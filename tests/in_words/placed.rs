//! What a shopper says of an order right after it was placed, and where it is asked whether to cancel that for another one.

use rand::RngExt as _;

use super::{
    changes::{Change, Changer},
    said::{After, Place, Said, Shopper},
    sentences::SENTENCES,
    shelf::{Basket, sorted},
};

impl Shopper<'_> {
    /// A change of what was just ordered.
    pub fn of_placed(&mut self, ordered: &Basket) -> Said {
        self.placed = ordered.clone();
        self.change_of_placed(ordered)
    }

    /// Something where it is asked whether to cancel the order, for the basket that is wanted instead.
    pub fn instead(&mut self, wanted: &Basket) -> Said {
        match self.random.random_range(0..10) {
            0..4 => {
                let after = After::Open(Place::Order, wanted.clone());
                Said { cancels: true, ..self.bare(&SENTENCES.yes_cancel, after) }
            }
            4..7 => self.bare(&SENTENCES.no_cancel, After::Nothing),
            7 => self.bare(&SENTENCES.aside[..12], After::Open(Place::Instead, wanted.clone())),
            _ => self.change_of_placed(wanted),
        }
    }

    fn change_of_placed(&mut self, basket: &Basket) -> Said {
        loop {
            let mut changer = Changer { random: self.random, shelf: self.shelf, said: &SENTENCES.placed };
            let Change { pattern, words, basket } = changer.one_change(basket);
            if basket.is_empty() {
                continue;
            }
            // As it was ordered, it stays.
            let as_it_is = sorted(&basket) == sorted(&self.placed);
            let after = if as_it_is { After::Nothing } else { After::Open(Place::Instead, basket) };
            return Said::new(format!("placed: {pattern}"), words, after);
        }
    }
}
