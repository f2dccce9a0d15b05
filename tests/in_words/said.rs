//! What a shopper says about an open basket, with what it has to become: the meaning is known because the sentence is
//! made from it.

use rand::{RngExt as _, rngs::StdRng, seq::IndexedRandom as _};

use super::{
    sentences::{Patterns, SENTENCES},
    shelf::{self, Basket, SIZES, Thing, Wish, word},
};

/// What has to be so after a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum After {
    /// This is open, and read back.
    Open(Basket),
    /// This was ordered.
    Ordered(Basket),
    /// Nothing is open and nothing was ordered.
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
    /// What has to follow.
    pub after: After,
}

/// A change of a basket: its words by a pattern, and the basket with it.
struct Change {
    pattern: &'static str,
    words: String,
    basket: Basket,
}

/// Everything that can be said of a basket on a shelf.
pub struct Shopper<'a> {
    /// Chance.
    pub random: &'a mut StdRng,
    /// What is sold.
    pub shelf: &'static [Thing],
    /// What was open before the last change, if that can be taken back.
    pub before: Option<Basket>,
    /// Whether something else was asked about last: "order it" would be that.
    pub asked: bool,
}

fn pick(random: &mut StdRng, patterns: Patterns) -> &'static str {
    patterns.choose(random).map(String::as_str).unwrap_or_default()
}

fn is(patterns: Patterns, pattern: &str) -> bool {
    patterns.iter().any(|one| one == pattern)
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
        let begin = pick(self.random, &SENTENCES.open);
        let list = match words.split_last() {
            Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
            _ => words.concat(),
        };
        Said {
            undoes: false,
            kind: format!("{begin} …"),
            words: format!("{begin} {list}"),
            after: After::Open(basket),
        }
    }

    /// Something about what is open.
    pub fn about(&mut self, basket: &Basket) -> Said {
        match self.random.random_range(0..100) {
            0..45 => self.change(basket),
            45..60 => self.changes(basket),
            60..75 => self.aside(basket),
            75..82 => self.not_yet(basket),
            82..88 => self.undo(basket),
            88..95 => self.bare(
                if self.asked { &&SENTENCES.yes[..2] } else { &SENTENCES.yes },
                After::Ordered(basket.clone()),
            ),
            _ => self.bare(&SENTENCES.no, After::Nothing),
        }
    }

    fn bare(&mut self, patterns: Patterns, after: After) -> Said {
        let words = pick(self.random, patterns);
        Said { undoes: false, kind: words.to_owned(), words: words.to_owned(), after }
    }

    fn aside(&mut self, basket: &Basket) -> Said {
        let pattern = pick(self.random, &SENTENCES.aside);
        self.asked |= pattern.contains("{o}");
        let other = Wish::of(self.random, self.shelf, basket).map_or("tea", |wish| wish.thing.one);
        let words = pattern.replace("{o}", &format!("a {other}"));
        Said { undoes: false, kind: pattern.to_owned(), words, after: After::Open(basket.clone()) }
    }

    fn undo(&mut self, basket: &Basket) -> Said {
        match self.before.clone() {
            Some(before) => {
                let said = self.bare(&SENTENCES.undo, After::Open(before));
                Said { undoes: true, ..said }
            }
            None => self.aside(basket),
        }
    }

    fn change(&mut self, basket: &Basket) -> Said {
        let change = self.one_change(basket);
        Said {
            undoes: false,
            kind: change.pattern.to_owned(),
            words: change.words,
            after: open(change.basket),
        }
    }

    /// Two in one sentence, of different lines.
    fn changes(&mut self, basket: &Basket) -> Said {
        let first = self.one_change(basket);
        let second = self.one_change(&first.basket);
        let one = |pattern: &str| {
            is(&SENTENCES.only, pattern) || is(&SENTENCES.count_it, pattern) || pattern.contains("but the")
        };
        let again = |change: &Change| one(change.pattern) || change.pattern.starts_with("everything");
        if again(&second)
            || again(&first)
            || clumsy(&second)
            || same_line(basket, &first.basket, &second.basket)
        {
            return self.change(basket);
        }
        Said {
            undoes: false,
            kind: format!("{} and {}", first.pattern, second.pattern),
            words: format!("{} and {}", first.words, second.words),
            after: open(second.basket),
        }
    }

    fn not_yet(&mut self, basket: &Basket) -> Said {
        let pattern = pick(self.random, &SENTENCES.not_yet);
        let change = self.one_change(basket);
        // "And get two bagels" may be two more.
        let wishes =
            ["i want", "i'd", "get", "order", "give", "i need", "we need", "i'll take", "can i", "let's"];
        let wish = wishes.iter().any(|wish| change.words.starts_with(wish));
        let wish = wish || change.words.contains(" of the ");
        if clumsy(&change) || wish && pattern.contains("and {c}") {
            return self.change(basket);
        }
        Said {
            undoes: false,
            kind: pattern.replace("{c}", change.pattern),
            words: pattern.replace("{c}", &change.words),
            after: open(change.basket),
        }
    }

    fn one_change(&mut self, basket: &Basket) -> Change {
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
        let pattern = pick(self.random, &SENTENCES.add);
        let mut basket = basket.clone();
        let words = pattern.replace("{w}", &wish.said());
        basket.push(wish.line);
        Some(Change { pattern, words, basket })
    }

    fn remove(&mut self, basket: &Basket) -> Option<Change> {
        let (at, thing) = self.line(basket)?;
        let pattern = pick(self.random, &SENTENCES.remove);
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
        let pattern = pick(self.random, &SENTENCES.count);
        let mut basket = basket.clone();
        basket[at].count = count;
        let words = pattern.replace("{k}", thing.one).replace("{m}", thing.many).replace("{n}", word(count));
        Some(Change { pattern, words, basket })
    }

    fn count_it(&mut self, basket: &Basket) -> Option<Change> {
        let count = self.random.random_range(2..6);
        let pattern = pick(self.random, &SENTENCES.count_it);
        let mut basket = basket.clone();
        let [line] = basket.as_mut_slice() else { return None };
        line.count = count;
        Some(Change { pattern, words: pattern.replace("{n}", word(count)), basket })
    }

    fn swap(&mut self, basket: &Basket) -> Option<Change> {
        let (at, thing) = self.line(basket)?;
        let wish = Wish::of(self.random, self.shelf, basket)?;
        let pattern = pick(self.random, &SENTENCES.swap);
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
        let pattern = pick(self.random, &SENTENCES.size);
        let mut basket = basket.clone();
        basket[at].sku = format!("{}-{size}", thing.id);
        Some(Change { pattern, words: pattern.replace("{k}", thing.one).replace("{s}", size), basket })
    }

    fn oat(&mut self, basket: &Basket) -> Option<Change> {
        let (at, thing) = self.line(basket)?;
        if !thing.milky {
            return None;
        }
        let pattern = pick(self.random, &SENTENCES.oat);
        let mut basket = basket.clone();
        basket[at].oat = true;
        let name = if basket[at].count > 1 { thing.many } else { thing.one };
        Some(Change { pattern, words: pattern.replace("{k}", name), basket })
    }

    fn only(&mut self, basket: &Basket) -> Option<Change> {
        let (at, thing) = self.line(basket)?;
        let pattern = pick(self.random, &SENTENCES.only);
        let name = if basket[at].count > 1 { thing.many } else { thing.one };
        Some(Change { pattern, words: pattern.replace("{k}", name), basket: vec![basket[at].clone()] })
    }
}

fn open(basket: Basket) -> After {
    if basket.is_empty() { After::Nothing } else { After::Open(basket) }
}

/// Whether it cannot stand behind an "and".
fn clumsy(change: &Change) -> bool {
    let begins =
        ["and ", "oh and ", "plus ", "no, ", "no ", "also ", "actually ", "sorry", "can ", "not ", "the "];
    let holds = ["please", " too", "instead", " of the "];
    begins.iter().any(|begin| change.words.starts_with(begin))
        || holds.iter().any(|word| change.words.contains(word))
}

/// Whether the second change is of a line that the first one made or touched.
fn same_line(before: &Basket, between: &Basket, after: &Basket) -> bool {
    let untouched = |line: &&shelf::Line| before.contains(line);
    between.iter().filter(|line| !before.contains(line)).any(|line| !after.contains(line))
        || between.iter().filter(untouched).count() == 0
}
