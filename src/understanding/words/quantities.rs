//! Counts of things with their units: "two packs of twelve", "three twelve packs", "a bottle of".

use super::{Token, cardinal, is_measure};

/// Units in which a shop counts: singular, plural.
const UNITS: &[(&str, &str)] = &[
    ("bag", "bags"),
    ("bar", "bars"),
    ("bottle", "bottles"),
    ("box", "boxes"),
    ("bunch", "bunches"),
    ("can", "cans"),
    ("carton", "cartons"),
    ("case", "cases"),
    ("container", "containers"),
    ("count", "counts"),
    ("jar", "jars"),
    ("jug", "jugs"),
    ("loaf", "loaves"),
    ("pack", "packs"),
    ("package", "packages"),
    ("packet", "packets"),
    ("roll", "rolls"),
    ("stick", "sticks"),
    ("tin", "tins"),
    ("tray", "trays"),
    ("tub", "tubs"),
    ("tube", "tubes"),
];

/// The units in which a shop counts, singular and plural.
pub fn units() -> impl Iterator<Item = (&'static str, &'static str)> {
    UNITS.iter().copied()
}

/// A quantity with what was counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counted {
    /// How many, when said.
    pub count: Option<u32>,
    /// The unit, singular.
    pub unit: Option<&'static str>,
    /// How many are in one unit.
    pub pack_of: Option<u32>,
    /// How many tokens it took, "of" included.
    pub used: usize,
}

/// The singular of a unit, and whether the word was singular.
pub fn singular_unit(text: &str) -> Option<(&'static str, bool)> {
    UNITS.iter().find(|(one, many)| *one == text || *many == text).map(|(one, _)| (*one, *one == text))
}

/// Whether a number before the singular word says how many are inside: "twelve pack".
pub fn is_pack_word(text: &str) -> bool {
    ["pack", "count", "case"].contains(&text)
}

fn word(tokens: &[Token], at: usize) -> &str {
    tokens.get(at).map_or("", |t| t.text.as_str())
}

/// Reads a quantity at `at`. `None` when there is none, or when the number is a measure.
pub fn counted(tokens: &[Token], at: usize) -> Option<Counted> {
    let text = word(tokens, at);
    if let Some(dozen) = dozen(tokens, at) {
        return Some(dozen);
    }
    let (count, mut used, article) = match cardinal(tokens, at) {
        Some((count, used)) => (count, used, false),
        None if ["a", "an", "another"].contains(&text) => (1, 1, true),
        None => return None,
    };
    if is_measure(word(tokens, at + used)) {
        return None;
    }
    if let Some(inner) = inner_pack(tokens, at + used) {
        let (pack_of, unit, more) = inner;
        let used = used + more + usize::from(word(tokens, at + used + more) == "of");
        return Some(Counted { count: Some(count), unit: Some(unit), pack_of: Some(pack_of), used });
    }
    let Some((unit, singular)) = singular_unit(word(tokens, at + used)) else {
        // "a phone charger" counts nothing; "another one", "one" and "two" do.
        let bare = Counted { count: Some(count), unit: None, pack_of: None, used };
        return (!article || text == "another").then_some(bare);
    };
    if singular && count > 1 && is_pack_word(unit) {
        let used = used + 1 + usize::from(word(tokens, at + used + 1) == "of");
        return Some(Counted { count: None, unit: Some(unit), pack_of: Some(count), used });
    }
    used += 1;
    let mut pack_of = None;
    if word(tokens, at + used) == "of" {
        used += 1;
        let inside = cardinal(tokens, at + used)
            .filter(|(n, more)| *n > 1 && is_pack_word(unit) && !is_measure(word(tokens, at + used + more)));
        if let Some((n, more)) = inside {
            pack_of = Some(n);
            used += more;
        }
    } else if singular && count > 1 {
        return Some(Counted { count: Some(count), unit: None, pack_of: None, used: used - 1 });
    }
    Some(Counted { count: Some(count), unit: Some(unit), pack_of, used })
}

const DOZEN: u32 = 12;

/// "a dozen eggs": one of what holds twelve, not twelve of what holds a dozen.
fn dozen(tokens: &[Token], at: usize) -> Option<Counted> {
    let (number, used) = cardinal(tokens, at).filter(|(_, used)| word(tokens, at + used - 1) == "dozen")?;
    let (count, each) = if number < DOZEN { (1, number) } else { (number / DOZEN, DOZEN) };
    let next = word(tokens, at + used);
    // "a dozen boxes of tea" counts boxes.
    if singular_unit(next).is_some() || next.is_empty() {
        return None;
    }
    let used = used + usize::from(next == "of");
    Some(Counted { count: Some(count), unit: Some("dozen"), pack_of: Some(each), used })
}

/// The "twelve packs" of "three twelve packs".
fn inner_pack(tokens: &[Token], at: usize) -> Option<(u32, &'static str, usize)> {
    let (pack_of, used) = cardinal(tokens, at).filter(|(n, _)| *n > 1)?;
    let (unit, _) = singular_unit(word(tokens, at + used)).filter(|(unit, _)| is_pack_word(unit))?;
    Some((pack_of, unit, used + 1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::understanding::words::tokenise;

    /// Count, unit, how many in one, and the tokens used.
    type Read = (Option<u32>, Option<&'static str>, Option<u32>, usize);

    fn read(text: &str) -> Option<Read> {
        counted(&tokenise(text).unwrap(), 0).map(|c| (c.count, c.unit, c.pack_of, c.used))
    }

    #[test]
    fn counts_units_and_packs_are_told_apart() {
        assert_eq!(read("two packs of twelve"), Some((Some(2), Some("pack"), Some(12), 4)));
        assert_eq!(read("three twelve packs of cola"), Some((Some(3), Some("pack"), Some(12), 4)));
        assert_eq!(read("a bottle of shampoo"), Some((Some(1), Some("bottle"), None, 3)));
        assert_eq!(read("six boxes of crackers"), Some((Some(6), Some("box"), None, 3)));
        assert_eq!(read("a six pack of cola"), Some((Some(1), Some("pack"), Some(6), 4)));
        assert_eq!(read("six pack of cola"), Some((None, Some("pack"), Some(6), 3)));
        assert_eq!(read("twenty four packs"), Some((Some(24), Some("pack"), None, 3)));
        assert_eq!(read("a few lemons"), Some((Some(3), None, None, 2)));
        assert_eq!(read("a couple of lemons"), Some((Some(2), None, None, 3)));
        assert_eq!(read("a phone charger"), None);
        assert_eq!(read("3 lemons"), Some((Some(3), None, None, 1)));
    }

    #[test]
    fn a_dozen_is_one_of_what_holds_twelve() {
        assert_eq!(read("a dozen eggs"), Some((Some(1), Some("dozen"), Some(12), 2)));
        assert_eq!(read("half a dozen bagels"), Some((Some(1), Some("dozen"), Some(6), 3)));
        assert_eq!(read("five dozen eggs"), Some((Some(5), Some("dozen"), Some(12), 2)));
        assert_eq!(read("a couple of dozen bagels"), Some((Some(2), Some("dozen"), Some(12), 4)));
        assert_eq!(read("two dozen"), Some((Some(24), None, None, 2)));
        assert_eq!(read("a dozen boxes of tea"), Some((Some(12), Some("box"), None, 4)));
    }

    #[test]
    fn a_measure_is_no_quantity() {
        assert_eq!(read("two liter cola"), None);
        assert_eq!(read("sixteen ounce shampoo"), None);
    }
}
