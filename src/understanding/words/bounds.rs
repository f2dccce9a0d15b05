//! What is said before a number to bound it: "at least four", "more than two".

use super::{Token, cardinal};

/// Which numbers a bound allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bound {
    /// The one that is said, and others: "at least four", "up to two". That one will do.
    With,
    /// Others only: "more than four". Which of them is a question.
    Without,
}

/// Longest first, where one begins as another does.
const BOUNDS: &[(&[&str], Bound)] = &[
    (&["no", "more", "than"], Bound::With),
    (&["not", "more", "than"], Bound::With),
    (&["no", "less", "than"], Bound::With),
    (&["not", "less", "than"], Bound::With),
    (&["no", "fewer", "than"], Bound::With),
    (&["not", "fewer", "than"], Bound::With),
    (&["at", "the", "least"], Bound::With),
    (&["at", "the", "most"], Bound::With),
    (&["at", "least"], Bound::With),
    (&["at", "most"], Bound::With),
    (&["up", "to"], Bound::With),
    (&["as", "many", "as"], Bound::With),
    (&["a", "minimum", "of"], Bound::With),
    (&["a", "maximum", "of"], Bound::With),
    (&["minimum"], Bound::With),
    (&["maximum"], Bound::With),
    (&["exactly"], Bound::With),
    (&["more", "than"], Bound::Without),
    (&["greater", "than"], Bound::Without),
    (&["less", "than"], Bound::Without),
    (&["fewer", "than"], Bound::Without),
    (&["over"], Bound::Without),
    (&["above"], Bound::Without),
    (&["under"], Bound::Without),
    (&["below"], Bound::Without),
];

/// The bound at `at` of the number that follows it, and the tokens of the bound alone.
pub fn bound(tokens: &[Token], at: usize) -> Option<(Bound, usize)> {
    let (words, bound) = BOUNDS.iter().find(|(words, _)| {
        let here = tokens.get(at..at + words.len());
        here.is_some_and(|here| here.iter().zip(*words).all(|(t, w)| t.text == *w))
    })?;
    let end = at + words.len();
    let together = tokens.get(at + 1..=end).is_some_and(|rest| rest.iter().all(|t| !t.gap));
    (together && cardinal(tokens, end).is_some()).then_some((*bound, words.len()))
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
        assert_eq!(read("at least four"), Some((Bound::With, 2)));
        assert_eq!(read("no more than 2"), Some((Bound::With, 3)));
        assert_eq!(read("more than two"), Some((Bound::Without, 2)));
        assert_eq!(read("under ten"), Some((Bound::Without, 1)));
        assert_eq!(read("at least"), None);
        assert_eq!(read("exactly, four"), None);
        assert_eq!(read("four"), None);
    }

    #[test]
    fn one_of_two_numbers_is_no_number() {
        let read = |text: &str| either(&tokenise(text).unwrap(), 0);
        assert!(read("two or three") && read("four to five"));
        assert!(!read("two and three") && !read("two to go"));
    }
}
