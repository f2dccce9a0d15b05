//! What is ordered in these conversations: things of the sample shops that one word tells from all others, and baskets
//! of them.

use rand::{RngExt as _, rngs::StdRng, seq::IndexedRandom as _};

/// A thing that is sold.
#[derive(Debug, PartialEq, Eq)]
pub struct Thing {
    /// The beginning of its products' ids; a size follows where it has sizes.
    pub id: &'static str,
    /// One of it.
    pub one: &'static str,
    /// Several of it.
    pub many: &'static str,
    /// Whether it comes small, medium and large.
    pub sized: bool,
    /// What it can be had with.
    pub ways: &'static [Way],
}

/// How a drink can be had.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Way {
    Oat,
    Hazelnut,
    Decaf,
}

impl Way {
    /// As it is asked for.
    pub fn said(self) -> &'static str {
        match self {
            Self::Oat => "oat milk",
            Self::Hazelnut => "hazelnut syrup",
            Self::Decaf => "decaf",
        }
    }

    /// By what the shop tells it from others.
    pub fn id(self) -> &'static str {
        match self {
            Self::Oat => "oat",
            Self::Hazelnut => "hazelnut",
            Self::Decaf => "decaf",
        }
    }
}

/// All of them.
pub const WAYS: [Way; 3] = [Way::Oat, Way::Hazelnut, Way::Decaf];

const fn drink(id: &'static str, one: &'static str, many: &'static str) -> Thing {
    Thing { id, one, many, sized: true, ways: &WAYS }
}

const fn plain(id: &'static str, one: &'static str, many: &'static str) -> Thing {
    Thing { id, one, many, sized: false, ways: &[] }
}

/// Of the coffee bar.
pub const DRINKS: &[Thing] = &[
    drink("latte", "latte", "lattes"),
    drink("mocha", "mocha", "mochas"),
    drink("cappuccino", "cappuccino", "cappuccinos"),
    Thing { ways: &[Way::Oat, Way::Hazelnut], ..drink("hot-chocolate", "hot chocolate", "hot chocolates") },
    plain("bagel", "bagel", "bagels"),
    plain("chocolate-chip-cookie", "cookie", "cookies"),
    plain("cinnamon-roll", "cinnamon roll", "cinnamon rolls"),
    plain("croissant", "croissant", "croissants"),
];

/// Of the household shop.
pub const GROCERIES: &[Thing] = &[
    plain("clearwell-bleach-large", "bleach", "bleach"),
    plain("oakhill-mustard-twelve-ounce", "mustard", "mustards"),
    plain("greenway-celery", "celery", "celery"),
    plain("greenway-hummus-small", "hummus", "hummus"),
    plain("copperline-salsa-large", "salsa", "salsas"),
    plain("oakhill-bacon-small", "bacon", "bacon"),
    plain("pinecrest-tape-small", "tape", "tapes"),
    plain("pinecrest-glue-small", "glue", "glues"),
];

/// The sizes of what comes in sizes.
pub const SIZES: [&str; 3] = ["small", "medium", "large"];

/// So many of a thing.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Line {
    /// The product's id.
    pub sku: String,
    /// How many.
    pub count: u32,
    /// With what, in the order of [`WAYS`].
    pub with: Vec<Way>,
}

/// What is open, in the order in which it was said.
pub type Basket = Vec<Line>;

/// The same lines in a sequence that tells nothing.
pub fn sorted(basket: &Basket) -> Basket {
    let mut basket = basket.clone();
    basket.sort();
    basket
}

/// One thing in one size, as it can be asked for.
#[derive(Debug, Clone)]
pub struct Wish {
    /// What it is.
    pub thing: &'static Thing,
    /// How it comes into a basket.
    pub line: Line,
}

impl Wish {
    /// What a shopper could want of a shelf that is not in the basket yet.
    pub fn of(random: &mut StdRng, shelf: &'static [Thing], basket: &Basket) -> Option<Self> {
        let free: Vec<_> = shelf.iter().filter(|thing| thing.lines(basket).is_empty()).collect();
        let thing: &'static Thing = free.choose(random)?;
        let size = SIZES.choose(random).filter(|_| thing.sized);
        let sku = size.map_or_else(|| thing.id.to_owned(), |size| format!("{}-{size}", thing.id));
        let count = if random.random_bool(0.7) { 1 } else { random.random_range(2..5) };
        let with = thing.ways.choose(random).filter(|way| **way != Way::Decaf && random.random_bool(0.4));
        Some(Self { thing, line: Line { sku, count, with: with.into_iter().copied().collect() } })
    }

    /// How it is asked for: "two large lattes with oat milk".
    pub fn said(&self) -> String {
        let size = SIZES.into_iter().filter(|_| self.thing.sized).find(|size| self.line.sku.ends_with(size));
        let with = self.line.with.first().map_or_else(String::new, |way| format!(" with {}", way.said()));
        let name = if self.line.count == 1 { self.thing.one } else { self.thing.many };
        let what = [size, Some(name)].into_iter().flatten().collect::<Vec<_>>().join(" ");
        format!("{} {what}{with}", word(self.line.count))
    }
}

impl Thing {
    /// The place of its line in a basket; `None` where it has several, which its name does not tell apart.
    pub fn line(&self, basket: &Basket) -> Option<usize> {
        match self.lines(basket).as_slice() {
            [one] => Some(*one),
            _ => None,
        }
    }

    /// The places of all its lines.
    fn lines(&self, basket: &Basket) -> Vec<usize> {
        let is = |line: &Line| match line.sku.strip_prefix(self.id) {
            Some(rest) if self.sized => SIZES.iter().any(|size| rest.strip_prefix('-') == Some(size)),
            rest => rest == Some(""),
        };
        (0..basket.len()).filter(|at| is(&basket[*at])).collect()
    }
}

impl Line {
    /// The same with something more.
    pub fn also_with(&self, way: Way) -> Self {
        let with = WAYS.into_iter().filter(|one| *one == way || self.with.contains(one)).collect();
        Self { with, ..self.clone() }
    }
}

/// A small number as a shopper says it.
pub fn word(count: u32) -> &'static str {
    ["no", "a", "two", "three", "four", "five", "six", "seven"]
        .get(count as usize)
        .copied()
        .unwrap_or("eight")
}
