//! Sizes of the same thing compared: "the smaller one", "the larger one".

use std::cmp::Ordering;

use super::{DraftLine, Offer, scene::Scene};
use crate::understanding::words::{Token, cardinal, is_pack_word, measure, singular_unit, tokenise};

/// Words for sizes, the smallest first. Those of one row are not told apart.
const WORDS: &[&[&str]] = &[
    &["mini", "tiny"],
    &["small"],
    &["medium", "regular", "standard"],
    &["large", "big"],
    &["family", "value", "jumbo", "giant"],
];

/// What is known of a size. Twice the measure, so that halves are whole numbers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Size {
    measure: Option<u64>,
    pieces: Option<u32>,
    /// "Size three".
    number: Option<u32>,
    word: Option<usize>,
}

fn read(offer: &Offer) -> Size {
    let texts = offer.size.iter().chain(&offer.attributes);
    texts.filter_map(|text| tokenise(text)).fold(Size::default(), |known, tokens| {
        let here = read_text(&tokens);
        Size {
            measure: known.measure.or(here.measure),
            pieces: known.pieces.or(here.pieces),
            number: known.number.or(here.number),
            word: known.word.or(here.word),
        }
    })
}

fn read_text(tokens: &[Token]) -> Size {
    let text = |at: usize| tokens.get(at).map_or("", |t| t.text.as_str());
    let mut size = Size::default();
    let mut at = 0;
    while at < tokens.len() {
        let (twice, used) = match cardinal(tokens, at) {
            Some((n, used)) => (u64::from(n) * 2, used),
            None if text(at) == "half" => (1, 1),
            None => (2, 0),
        };
        let unit = text(at + used);
        if let Some(each) = measure(unit).and_then(|measure| measure.amount) {
            size.measure = size.measure.or(Some(twice * each));
        } else if used > 0 && singular_unit(unit).is_some_and(|(unit, _)| is_pack_word(unit)) {
            size.pieces = size.pieces.or(u32::try_from(twice / 2).ok());
        }
        if used > 0 && at > 0 && text(at - 1) == "size" {
            size.number = size.number.or(u32::try_from(twice / 2).ok());
        }
        size.word = size.word.or_else(|| WORDS.iter().position(|row| row.contains(&text(at))));
        at += used.max(1);
    }
    size
}

/// Which of two is the larger one; `None` where their sizes cannot be compared. Of the same thing, what costs more is
/// more of it.
pub(super) fn compare(one: &Offer, other: &Offer) -> Option<Ordering> {
    let (a, b) = (read(one), read(other));
    let measure = a.measure.zip(b.measure).map(|(a, b)| a.cmp(&b));
    let pieces = || a.pieces.zip(b.pieces).map(|(a, b)| a.cmp(&b));
    let word = || a.word.zip(b.word).map(|(a, b)| a.cmp(&b));
    let number = || a.number.zip(b.number).map(|(a, b)| a.cmp(&b));
    let price = || Some(one.price.minor().cmp(&other.price.minor())).filter(|order| order.is_ne());
    let by_price = || price().filter(|_| same_but_for_it(one, other));
    let same = || (one.sku == other.sku).then_some(Ordering::Equal);
    measure.or_else(pieces).or_else(number).or_else(word).or_else(same).or_else(by_price)
}

/// The smallest, or the largest, of some; several where they are of one size, and none where they cannot be
/// compared.
pub(super) fn extreme<'a>(offers: &[&'a Offer], largest: bool) -> Vec<&'a Offer> {
    let wanted = if largest { Ordering::Less } else { Ordering::Greater };
    let beaten = |one: &&&Offer| offers.iter().any(|other| compare(one, other) == Some(wanted));
    let comparable = |one: &&&Offer| offers.iter().all(|other| compare(one, other).is_some());
    if offers.len() < 2 || !offers.iter().all(|one| comparable(&one)) {
        return Vec::new();
    }
    let best: Vec<&Offer> = offers.iter().filter(|one| !beaten(one)).copied().collect();
    // All of one size: none of them is the smaller one.
    if best.len() == offers.len() { Vec::new() } else { best }
}

/// Those of the size that some words say, and nothing else, whichever way it is written: "1 liter", "a twelve count".
pub(super) fn of_size<'a>(offers: &[&'a Offer], words: &str) -> Vec<&'a Offer> {
    let said = tokenise(words).map(|tokens| read_text(&tokens)).unwrap_or_default();
    let same = |offer: &&&Offer| {
        let own = read(offer);
        match said {
            Size { measure: Some(measure), .. } => own.measure == Some(measure),
            Size { pieces: Some(each), .. } => own.pieces == Some(each),
            Size { number: Some(number), .. } => own.number == Some(number),
            _ => false,
        }
    };
    let of_brand_too = words.split(' ').any(|word| !is_of_a_size(word));
    if of_brand_too { Vec::new() } else { offers.iter().filter(same).copied().collect() }
}

/// Whether a word says a size together with others: a number, what is measured or packed, "size" itself.
fn is_of_a_size(word: &str) -> bool {
    let one = [Token { text: word.to_owned(), gap: false }];
    word == "half"
        || word == "size"
        || measure(word).is_some()
        || cardinal(&one, 0).is_some()
        || singular_unit(word).is_some()
}

/// Sizes that are names.
const NAMED: [&str; 3] = ["small", "medium", "large"];

/// "The large one" of some that are not called so: the largest one.
pub(super) fn called<'a>(offers: &[&'a Offer], words: &str) -> Vec<&'a Offer> {
    let named = |offer: &&Offer| {
        offer.size.as_deref().is_some_and(|size| NAMED.contains(&size.to_lowercase().as_str()))
    };
    if offers.iter().any(named) {
        // Of a small and a medium one none is "the large one".
        return Vec::new();
    }
    let mut words = words.split_whitespace().filter(|word| !["the", "a", "one", "size"].contains(word));
    match (words.next(), words.next()) {
        (Some("small" | "little"), None) => extreme(offers, false),
        (Some("large" | "big"), None) => extreme(offers, true),
        _ => Vec::new(),
    }
}

/// The next smaller, or the next larger, ones than this.
pub(super) fn next<'a>(offers: &[&'a Offer], than: &Offer, larger: bool) -> Vec<&'a Offer> {
    let wanted = if larger { Ordering::Greater } else { Ordering::Less };
    let fits: Vec<&Offer> = offers.iter().filter(|o| compare(o, than) == Some(wanted)).copied().collect();
    let nearest = extreme(&fits, !larger);
    if nearest.is_empty() { fits } else { nearest }
}

/// Whether two are the same thing but for the size.
pub(super) fn same_but_for_it(one: &Offer, other: &Offer) -> bool {
    let others = |offer: &Offer| -> Vec<String> {
        let sizes = |text: &&String| tokenise(text).is_none_or(|t| read_text(&t) == Size::default());
        let mut all: Vec<String> = offer.attributes.iter().filter(sizes).cloned().collect();
        all.sort();
        all
    };
    one.sku != other.sku && one.kind == other.kind && one.brand == other.brand && others(one) == others(other)
}

/// "The twelve pack" of what is sold by two is first the one of the same brand: where the same thing in another size is
/// among some, only this and that are left.
pub(super) fn prefer_same(offers: &mut Vec<&Offer>, this: &Offer) {
    if offers.iter().any(|offer| same_but_for_it(offer, this)) {
        offers.retain(|offer| same_but_for_it(offer, this) || offer.sku == this.sku);
    }
}

/// How many are in one of it, where the catalogue says so: in its size or title ("six pack", "12 ct"), or at the
/// start of what it says of it ("Six plain bagels").
pub(super) fn pieces(offer: &Offer) -> Option<u32> {
    let labels = [offer.size.as_deref().unwrap_or_default(), &offer.title];
    let packed = labels.iter().filter_map(|text| tokenise(text)).find_map(|tokens| packs(&tokens));
    packed.or_else(|| counted(offer)).filter(|n| *n > 1)
}

/// Whether words say how many are in a pack: "paper towels twelve pack".
pub(super) fn names_a_pack(words: &str) -> bool {
    tokenise(words).is_some_and(|tokens| packs(&tokens).is_some())
}

/// "Six pack", "12 ct", "pack of six".
fn packs(tokens: &[Token]) -> Option<u32> {
    const COUNTS: &[&str] = &["pack", "packs", "pk", "count", "ct", "pieces", "pcs"];
    let text = |at: usize| tokens.get(at).map_or("", |t| t.text.as_str());
    (0..tokens.len()).find_map(|at| {
        let (n, used) = cardinal(tokens, at)?;
        let of = at >= 2 && text(at - 1) == "of" && COUNTS.contains(&text(at - 2));
        (of || COUNTS.contains(&text(at + used))).then_some(n)
    })
}

/// "Six plain bagels", "A dozen from free hens".
fn counted(offer: &Offer) -> Option<u32> {
    let first = offer.description.split(['.', ';', '!']).next()?;
    let tokens = tokenise(first)?;
    let (n, used) = cardinal(&tokens, 0)?;
    let dozen = tokens[..used].iter().any(|t| t.text == "dozen");
    let head = offer.kind.split(' ').next_back().map(super::choose::stem)?;
    let named = tokens.iter().skip(used).take(3).any(|t| super::choose::stem(&t.text) == head);
    (dozen || named).then_some(n)
}

/// The same thing as on a line in its other sizes, of what is known.
pub(super) fn others<'a>(scene: &Scene<'a>, line: &DraftLine) -> Vec<&'a Offer> {
    let Some(this) = scene.offer(&line.sku) else { return Vec::new() };
    let facts = scene.facts;
    let mut same: Vec<&Offer> = Vec::new();
    for offer in facts.found.iter().flat_map(|found| &found.offers).chain(&facts.known) {
        if same_but_for_it(offer, this) && same.iter().all(|known| known.sku != offer.sku) {
            same.push(offer);
        }
    }
    same
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commerce::{Currency, Money, Sku};

    fn offer(size: &str, attributes: &[&str], description: &str) -> Offer {
        Offer {
            sku: Sku::new(format!("{size}-{}", attributes.len()).replace(' ', "-")).unwrap(),
            title: format!("Bagels, {size}"),
            kind: "bagels".into(),
            brand: "Harbor".into(),
            size: Some(size.into()),
            attributes: attributes.iter().map(|&a| a.to_owned()).collect(),
            description: description.into(),
            price: Money::new(100, Currency::USD),
            in_stock: 1,
            last: None,
            times_bought: 0,
            options: Vec::new(),
        }
    }

    #[test]
    fn sizes_of_one_sort_are_compared_and_others_are_not() {
        let of = |one: &str, other: &str| compare(&offer(one, &[], ""), &offer(other, &[], ""));
        assert_eq!(of("small", "large"), Some(Ordering::Less));
        assert_eq!(of("two liter", "twelve ounce"), Some(Ordering::Greater));
        assert_eq!(of("half gallon", "gallon"), Some(Ordering::Less));
        assert_eq!(of("five pound", "ten pound"), Some(Ordering::Less));
        assert_eq!(of("twelve pack", "six pack"), Some(Ordering::Greater));
        assert_eq!(of("size three", "size four"), Some(Ordering::Less));
        assert_eq!(of("six pack", "large"), None);
        let dearer = Offer { price: Money::new(200, Currency::USD), ..offer("thirty two ounce", &[], "") };
        assert_eq!(compare(&offer("small", &[], ""), &dearer), Some(Ordering::Less), "it costs less");
        let small = offer("small", &["twelve ounce"], "");
        assert_eq!(compare(&small, &offer("eight ounce", &[], "")), Some(Ordering::Greater));
    }

    #[test]
    fn how_many_are_in_a_pack_is_what_the_catalogue_says_of_it() {
        assert_eq!(pieces(&offer("six pack", &[], "")), Some(6));
        assert_eq!(pieces(&offer("12 ct", &[], "")), Some(12));
        assert_eq!(pieces(&offer("large", &[], "Six plain bagels.")), Some(6));
        assert_eq!(pieces(&offer("large", &[], "A dozen from free hens.")), Some(12));
        assert_eq!(pieces(&offer("large", &[], "Fresh for up to twelve hours.")), None);
        assert_eq!(pieces(&offer("twelve ounce", &[], "Boiled, then baked.")), None);
    }
}
