//! What a shopper asks the price of, and answers to whether to have it so.

use rand::RngExt as _;

use super::{
    changes::Changer,
    said::{After, Place, Said, Shopper, of, open},
    sentences::{SENTENCES, pick},
    shelf::Basket,
};

impl Shopper<'_> {
    /// What a change would cost.
    pub fn price(&mut self, place: Place, basket: &Basket) -> Said {
        let mut changer = Changer { random: self.random, shelf: self.shelf, said: of(place) };
        match changer.price(basket, &SENTENCES.price) {
            Some(asked) => {
                let after = After::Priced(place, basket.clone(), asked.basket);
                Said::new(asked.pattern, asked.words, after)
            }
            None => self.aside(place, basket),
        }
    }

    /// An answer to whether to make the change whose price was told.
    pub fn priced(&mut self, place: Place, basket: &Basket, changed: &Basket) -> Said {
        let as_asked = After::Open(place, changed.clone());
        match self.random.random_range(0..3) {
            0 => self.bare(&SENTENCES.price.no, After::Open(place, basket.clone())),
            1 => self.bare(&SENTENCES.price.yes, as_asked),
            _ => {
                let pattern = pick(self.random, &SENTENCES.price.yes_and);
                let mut changer = Changer { random: self.random, shelf: self.shelf, said: of(place) };
                match changer.recount(changed) {
                    Some(change) => {
                        let kind = pattern.replace("{c}", change.pattern);
                        let words = pattern.replace("{c}", &change.words);
                        Said::new(kind, words, open(place, change.basket))
                    }
                    None => self.bare(&SENTENCES.price.yes, as_asked),
                }
            }
        }
    }
}
