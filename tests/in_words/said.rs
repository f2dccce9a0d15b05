//! What a shopper says about an open basket, with what it has to become: the meaning is known because the sentence is
//! made from it.

use rand::{RngExt as _, rngs::StdRng};

use super::{
    changes::{Change, Changer},
    sentences::{Changes, Patterns, SENTENCES, is, pick},
    shelf::{Basket, Line, Thing, Wish},
};

/// Where a basket is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// It is read back, and was never in the cart.
    Order,
    /// It is in the cart, and nothing is asked.
    Cart,
    /// The cart is read back.
    CheckOut,
    /// The yes was said, and the PIN is asked for.
    Pin,
    /// It is wanted instead of what was ordered, of which it is asked whether to cancel it.
    Instead,
}

/// What has to be so after a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum After {
    /// This is open.
    Open(Place, Basket),
    /// This is open, and it is asked whether to have that instead, of which the price was told.
    Priced(Place, Basket, Basket),
    /// This was ordered.
    Ordered(Basket),
    /// Nothing is open, nothing is in the cart, and nothing was ordered.
    Nothing,
}

/// A sentence.
#[derive(Debug, Clone)]
pub struct Said {
    /// How sentences of its kind are told apart in what is reported.
    pub kind: String,
    /// Its words.
    pub words: String,
    /// Whether it takes a change back.
    pub undoes: bool,
    /// Whether it cancels an order.
    pub cancels: bool,
    /// What has to follow.
    pub after: After,
}

impl Said {
    pub fn new(kind: impl Into<String>, words: impl Into<String>, after: After) -> Self {
        Self { kind: kind.into(), words: words.into(), undoes: false, cancels: false, after }
    }
}

/// Everything that can be said of a basket on a shelf.
pub struct Shopper<'a> {
    /// Chance.
    pub random: &'a mut StdRng,
    /// What is sold.
    pub shelf: &'static [Thing],
    /// What was open before the last change, if that can be taken back.
    pub before: Option<Basket>,
    /// Whether something else was asked about since the last change: "it" would be that.
    pub asked: bool,
    /// The household's PIN, where every order needs it.
    pub pin: Option<&'static str>,
    /// How many things in a row changed nothing: of three that mean nothing the shop gives up.
    pub asides: u32,
    /// What was ordered last.
    pub placed: Basket,
}

impl Shopper<'_> {
    /// Something wanted, where nothing is open.
    pub fn opening(&mut self) -> Said {
        let mut basket = Basket::new();
        let mut words = Vec::new();
        for _ in 0..self.random.random_range(1..4) {
            if let Some(wish) = Wish::of(self.random, self.shelf, &basket) {
                words.push(wish.said());
                basket.push(wish.line);
            }
        }
        let list = match words.split_last() {
            Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
            _ => words.concat(),
        };
        if self.pin.is_none() && self.random.random_bool(0.4) {
            let pattern = pick(self.random, &SENTENCES.to_cart);
            return Said::new(pattern, pattern.replace("{w}", &list), After::Open(Place::Cart, basket));
        }
        let begin = pick(self.random, &SENTENCES.open);
        Said::new(format!("{begin} …"), format!("{begin} {list}"), After::Open(Place::Order, basket))
    }

    /// Something about what is open.
    pub fn about(&mut self, place: Place, basket: &Basket) -> Said {
        if place == Place::Pin {
            return self.at_the_pin(basket);
        }
        if place == Place::Instead {
            return self.instead(basket);
        }
        let read_back = place != Place::Cart;
        match self.random.random_range(0..100) {
            0..45 => self.change(place, basket),
            45..60 => self.changes(place, basket),
            60..72 => self.aside(place, basket),
            72..80 if read_back => self.not_yet(place, basket),
            80..84 => self.undo(place, basket),
            84..87 if read_back && self.pin.is_none() => self.price(place, basket),
            84..87 => self.undo(place, basket),
            _ if !read_back => self.bare(&SENTENCES.check_out, After::Open(Place::CheckOut, basket.clone())),
            87..94 => {
                let plain = if self.asked { 2 } else { SENTENCES.yes.len() };
                let after = match self.pin {
                    Some(_) => After::Open(Place::Pin, basket.clone()),
                    None => After::Ordered(basket.clone()),
                };
                self.bare(&SENTENCES.yes[..plain], after)
            }
            _ if place == Place::CheckOut => {
                self.bare(&SENTENCES.no, After::Open(Place::Cart, basket.clone()))
            }
            _ => self.bare(&SENTENCES.no, After::Nothing),
        }
    }

    /// Something about what is open, instead of the PIN, or the PIN.
    fn at_the_pin(&mut self, basket: &Basket) -> Said {
        let still = After::Open(Place::Pin, basket.clone());
        match self.random.random_range(0..10) {
            0..2 => self.aside(Place::Pin, basket),
            2 => self.bare(&SENTENCES.yes[..2], still),
            3..5 => self.bare(&SENTENCES.no, After::Nothing),
            5..7 => {
                let change = self.one_change(Place::Order, basket);
                Said::new(change.pattern, change.words, open(Place::Order, change.basket))
            }
            _ => {
                let pattern = pick(self.random, &SENTENCES.pin);
                let words = pattern.replace("{p}", self.pin.unwrap_or_default());
                Said::new(pattern, words, After::Ordered(basket.clone()))
            }
        }
    }

    pub fn bare(&mut self, patterns: Patterns, after: After) -> Said {
        let words = pick(self.random, patterns);
        Said::new(words, words, after)
    }

    pub fn aside(&mut self, place: Place, basket: &Basket) -> Said {
        self.asides += 1;
        if self.asides > 2 {
            return match place {
                Place::Pin => self.bare(&SENTENCES.no, After::Nothing),
                place => self.change(place, basket),
            };
        }
        let pattern = pick(self.random, &SENTENCES.aside);
        self.asked |= pattern.contains("{o}");
        let other = Wish::of(self.random, self.shelf, basket).map_or("tea", |wish| wish.thing.one);
        let words = pattern.replace("{o}", &format!("a {other}"));
        // What is read back again is agreed to again, before any PIN counts.
        let again = place == Place::Pin && is(&SENTENCES.read_again, pattern);
        let place = if again { Place::Order } else { place };
        Said::new(pattern, words, After::Open(place, basket.clone()))
    }

    fn undo(&mut self, place: Place, basket: &Basket) -> Said {
        match self.before.clone() {
            Some(before) => {
                let said = self.bare(&SENTENCES.undo, After::Open(place, before));
                Said { undoes: true, ..said }
            }
            None => self.aside(place, basket),
        }
    }

    fn one_change(&mut self, place: Place, basket: &Basket) -> Change {
        loop {
            let mut changer = Changer { random: self.random, shelf: self.shelf, said: of(place) };
            let change = changer.one_change(basket);
            // "Order three" would be of what was asked about, and what is not ordered at a check-out stays in the cart.
            let asked = self.asked && is(&of(place).count_it, change.pattern);
            let apart = place == Place::CheckOut && leaves_one(place, &change);
            if !asked && !apart {
                return change;
            }
        }
    }

    fn change(&mut self, place: Place, basket: &Basket) -> Said {
        let change = self.one_change(place, basket);
        Said::new(change.pattern, change.words, open(place, change.basket))
    }

    /// Two in one sentence, of different lines.
    fn changes(&mut self, place: Place, basket: &Basket) -> Said {
        let first = self.one_change(place, basket);
        let second = self.one_change(place, &first.basket);
        let alone = |change: &Change| leaves_one(place, change) || is(&of(place).count_it, change.pattern);
        let same = same_line(basket, &first.basket, &second.basket);
        if alone(&first) || alone(&second) || clumsy(&second) || same {
            return self.change(place, basket);
        }
        Said::new(
            format!("{} and {}", first.pattern, second.pattern),
            format!("{} and {}", first.words, second.words),
            open(place, second.basket),
        )
    }

    fn not_yet(&mut self, place: Place, basket: &Basket) -> Said {
        let pattern = pick(self.random, &SENTENCES.not_yet);
        let change = self.one_change(place, basket);
        if clumsy(&change) || pattern.contains("and {c}") && may_be_more(&change) {
            return self.change(place, basket);
        }
        Said::new(
            pattern.replace("{c}", change.pattern),
            pattern.replace("{c}", &change.words),
            open(place, change.basket),
        )
    }
}

pub fn of(place: Place) -> &'static Changes {
    if place == Place::Cart { &SENTENCES.cart } else { &SENTENCES.read_back }
}

/// "Everything but the bread", "just the bread".
fn leaves_one(place: Place, change: &Change) -> bool {
    let all = ["but the", "everything", "but keep"].iter().any(|all| change.pattern.contains(all));
    all || is(&of(place).only, change.pattern)
}

pub fn open(place: Place, basket: Basket) -> After {
    if basket.is_empty() { After::Nothing } else { After::Open(place, basket) }
}

/// Whether it cannot stand behind an "and".
fn clumsy(change: &Change) -> bool {
    let begins = [
        "and ",
        "oh and ",
        "plus ",
        "no, ",
        "no ",
        "also ",
        "actually ",
        "sorry",
        "can ",
        "not ",
        "the ",
        "i meant",
        "i said",
    ];
    let holds = ["please", " too", "instead", " of the ", "actually"];
    begins.iter().any(|begin| change.words.starts_with(begin))
        || holds.iter().any(|word| change.words.contains(word))
}

/// "And get two bagels" may be two more.
fn may_be_more(change: &Change) -> bool {
    let wishes =
        ["i want", "i'd", "get", "order", "give", "i need", "we need", "i'll take", "can i", "let's"];
    wishes.iter().any(|wish| change.words.starts_with(wish)) || change.words.contains(" of the ")
}

/// Whether the second change is of a line that the first one made or touched.
fn same_line(before: &Basket, between: &Basket, after: &Basket) -> bool {
    let untouched = |line: &&Line| before.contains(line);
    between.iter().filter(|line| !before.contains(line)).any(|line| !after.contains(line))
        || between.iter().filter(untouched).count() == 0
}
