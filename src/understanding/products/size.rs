//! Sizes that are said with a thing: "a pound of sugar", "ten ounces". A number before a measure says which of the
//! sizes is meant, so that another number there is another thing; an article before it counts as one.

use std::borrow::Cow;

use super::words::{measure_stem, stem};
use crate::understanding::words::{Token, small_number_words};

/// A size among the stems of a phrase: its number, or "half", and the measure behind it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct SaidSize {
    at: usize,
    one: bool,
}

impl SaidSize {
    /// The size in a phrase.
    pub(super) fn of(stems: &[String]) -> Option<Self> {
        let number = |stem: &str| stem == "half" || stem.parse::<u32>().is_ok();
        let at = stems.windows(2).position(|w| number(&w[0]) && measure_stem(&w[1]))?;
        Some(Self { at, one: stems[at] == "1" })
    }

    /// Whether it is one of the measure, which labels also leave out: "gallon".
    pub(super) fn is_one(self) -> bool {
        self.one
    }

    /// The stems of the number and of the measure.
    pub(super) fn stems(self, stems: &[String]) -> (&str, &str) {
        (&stems[self.at], &stems[self.at + 1])
    }

    /// The phrase without the number.
    pub(super) fn without_number(self, stems: &[String]) -> Vec<String> {
        [&stems[..self.at], &stems[self.at + 1..]].concat()
    }

    /// The phrase without the size.
    pub(super) fn left_out(self, stems: &[String]) -> Vec<String> {
        [&stems[..self.at], &stems[self.at + 2..]].concat()
    }
}

/// "A pound of sugar" and "pound of sugar" are one pound of it.
pub(super) fn with_one(tokens: &[Token]) -> Cow<'_, [Token]> {
    let text = |at: usize| tokens.get(at).map_or("", |t: &Token| t.text.as_str());
    let counted = |word: &str| {
        let number = word == "half" || small_number_words(word) || word.bytes().any(|b| b.is_ascii_digit());
        number && !word.is_empty()
    };
    let bare = |at: usize| {
        let article = at.checked_sub(1).is_some_and(|before| ["a", "an"].contains(&text(before)));
        let before = at.checked_sub(1 + usize::from(article)).map_or("", text);
        measure_stem(&stem(text(at))) && text(at + 1) == "of" && !counted(before)
    };
    let Some(at) = (0..tokens.len()).find(|&at| bare(at)) else { return Cow::Borrowed(tokens) };
    let mut all = tokens.to_vec();
    all.insert(at, Token { text: "one".to_owned(), gap: false });
    Cow::Owned(all)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::understanding::{products::words::stems_of, words::tokenise};

    fn read(text: &str) -> Vec<String> {
        stems_of(&with_one(&tokenise(text).unwrap()))
    }

    #[test]
    fn an_article_before_a_measure_is_one_of_it() {
        for text in ["a pound of sugar", "pound of sugar", "one pound of sugar", "1 lb of sugar"] {
            assert_eq!(read(text), ["1", "pound", "sugar"], "{text}");
        }
        assert_eq!(read("five pounds of sugar"), ["5", "pound", "sugar"]);
        assert_eq!(read("half a gallon of milk"), ["half", "gallon", "milk"]);
        assert_eq!(read("a half gallon of milk"), ["half", "gallon", "milk"]);
        assert_eq!(read("pound cake"), ["pound", "cak"]);
    }

    #[test]
    fn a_number_before_a_measure_is_a_size() {
        let size = |text: &str| SaidSize::of(&read(text)).map(|size| (size.at, size.one));
        assert_eq!(size("sugar five pounds"), Some((1, false)));
        assert_eq!(size("a liter of water"), Some((0, true)));
        assert_eq!(size("two percent milk"), None);
        assert_eq!(size("twelve pack"), None);
    }
}
