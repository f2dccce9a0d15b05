//! What is said before a number or a price to bound it: "at least four", "under five dollars".

use super::{Token, cardinal};

/// What such words allow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bound {
    /// "Up to four": four, and what is below it.
    AtMost,
    /// "At least four": four, and what is above it.
    AtLeast,
    /// "Under four": not four.
    Below,
    /// "More than four": not four.
    Above,
    /// "Exactly four": nothing else.
    Exactly,
}

impl Bound {
    /// Whether the number that is said will do. Otherwise which number is meant is a question.
    pub fn allows_it(self) -> bool {
        !matches!(self, Self::Below | Self::Above)
    }
}

/// Of what some words are said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Of {
    /// Of numbers and of prices.
    Both,
    /// Only before a number.
    Numbers,
    /// Only before a price.
    Prices,
}

/// Longest first, where one begins as another does.
const BOUNDS: &[(&[&str], Bound, Of)] = &[
    (&["no", "more", "than"], Bound::AtMost, Of::Both),
    (&["not", "more", "than"], Bound::AtMost, Of::Both),
    (&["no", "less", "than"], Bound::AtLeast, Of::Both),
    (&["not", "less", "than"], Bound::AtLeast, Of::Both),
    (&["no", "fewer", "than"], Bound::AtLeast, Of::Numbers),
    (&["not", "fewer", "than"], Bound::AtLeast, Of::Numbers),
    (&["at", "the", "least"], Bound::AtLeast, Of::Both),
    (&["at", "the", "most"], Bound::AtMost, Of::Both),
    (&["as", "many", "as"], Bound::AtMost, Of::Numbers),
    (&["a", "minimum", "of"], Bound::AtLeast, Of::Numbers),
    (&["a", "maximum", "of"], Bound::AtMost, Of::Numbers),
    (&["at", "least"], Bound::AtLeast, Of::Both),
    (&["at", "most"], Bound::AtMost, Of::Both),
    (&["up", "to"], Bound::AtMost, Of::Both),
    (&["not", "over"], Bound::AtMost, Of::Prices),
    (&["not", "above"], Bound::AtMost, Of::Prices),
    (&["not", "under"], Bound::AtLeast, Of::Prices),
    (&["not", "below"], Bound::AtLeast, Of::Prices),
    (&["more", "than"], Bound::Above, Of::Both),
    (&["less", "than"], Bound::Below, Of::Both),
    (&["greater", "than"], Bound::Above, Of::Numbers),
    (&["fewer", "than"], Bound::Below, Of::Numbers),
    (&["cheaper", "than"], Bound::Below, Of::Prices),
    (&["minimum"], Bound::AtLeast, Of::Numbers),
    (&["maximum"], Bound::AtMost, Of::Numbers),
    (&["exactly"], Bound::Exactly, Of::Both),
    (&["within"], Bound::AtMost, Of::Prices),
    (&["over"], Bound::Above, Of::Both),
    (&["above"], Bound::Above, Of::Both),
    (&["under"], Bound::Below, Of::Both),
    (&["below"], Bound::Below, Of::Both),
];

/// The words of a bound at `at`, of numbers or of prices, with what they allow, and how many they are.
pub fn bound_words(tokens: &[Token], at: usize, of: Of) -> Option<(Bound, usize)> {
    let here = |words: &[&str]| {
        let said = tokens.get(at..at + words.len());
        said.is_some_and(|said| said.iter().zip(words).all(|(t, w)| t.text == *w))
    };
    let mut can = BOUNDS.iter().filter(|(.., row)| [Of::Both, of].contains(row));
    can.find(|(words, ..)| here(words)).map(|(words, bound, _)| (*bound, words.len()))
}

/// The bound at `at` of the number that follows it, and the tokens of the bound alone.
pub fn bound(tokens: &[Token], at: usize) -> Option<(Bound, usize)> {
    let (bound, used) = bound_words(tokens, at, Of::Numbers)?;
    let end = at + used;
    let together = tokens.get(at + 1..=end).is_some_and(|rest| rest.iter().all(|t| !t.gap));
    (together && cardinal(tokens, end).is_some()).then_some((bound, used))
}

/// Whether two numbers stand here of which one is meant: "two or three", "four to five".
pub fn either(tokens: &[Token], at: usize) -> bool {
    let Some((_, used)) = cardinal(tokens, at) else { return false };
    let from = at.checked_sub(1).is_some_and(|before| tokens[before].text == "from");
    let joined =
        tokens.get(at + used).is_some_and(|t| ["or", "to", "maybe", "perhaps"].contains(&t.text.as_str()));
    joined && !from && cardinal(tokens, at + used + 1).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::understanding::words::tokenise;

    #[test]
    fn a_bound_includes_its_number_or_does_not() {
        let read = |text: &str| bound(&tokenise(text).unwrap(), 0);
        assert_eq!(read("at least four"), Some((Bound::AtLeast, 2)));
        assert_eq!(read("no more than 2"), Some((Bound::AtMost, 3)));
        assert_eq!(read("more than two"), Some((Bound::Above, 2)));
        assert_eq!(read("under ten"), Some((Bound::Below, 1)));
        assert_eq!(read("at least"), None);
        assert_eq!(read("exactly, four"), None);
        assert_eq!(read("four"), None);
    }

    #[test]
    fn some_bounds_are_only_of_numbers_and_some_only_of_prices() {
        let read = |text: &str, of| bound_words(&tokenise(text).unwrap(), 0, of).map(|(bound, _)| bound);
        assert_eq!(read("within five dollars", Of::Prices), Some(Bound::AtMost));
        assert_eq!(read("within five", Of::Numbers), None);
        assert_eq!(read("as many as five", Of::Numbers), Some(Bound::AtMost));
        assert_eq!(read("as many as five dollars", Of::Prices), None);
        assert_eq!(read("exactly five dollars", Of::Prices), Some(Bound::Exactly));
    }

    #[test]
    fn one_of_two_numbers_is_no_number() {
        let read = |text: &str| either(&tokenise(text).unwrap(), 0);
        assert!(read("two or three") && read("four to five"));
        assert!(!read("two and three") && !read("two to go"));
    }
}
