//! Options taken out of a phrase, and what is left of it: the thing that they are wanted with.

use super::{JOINTS, MAX_OPTIONS, Meant, OptionWords, is_at, things_at};
use crate::understanding::{
    intent::OptionPhrase,
    products::Vocabulary,
    words::{Token, small_number_words},
};

/// What may stand after an option and says nothing.
const TAILS: &[&[&str]] = &[
    &["each"],
    &["apiece"],
    &["in", "it"],
    &["in", "that"],
    &["in", "there"],
    &["on", "top"],
    &["on", "it"],
];

/// What leaves a number open that stands beside it: what follows such a word is no count that could be relied on.
const HEDGES: &[&str] = &[
    "or",
    "than",
    "to",
    "least",
    "most",
    "about",
    "around",
    "roughly",
    "nearly",
    "almost",
    "approximately",
    "maybe",
    "perhaps",
    "more",
    "less",
    "fewer",
    "over",
    "under",
    "above",
    "below",
    "half",
    "quarter",
    "hundred",
    "thousand",
    "dozen",
    "several",
    "no",
    "many",
    "much",
    "few",
    "between",
    "minus",
    "not",
    "never",
    "every",
    "each",
];

/// Words that make no thing of an option beside which they stand.
const FILLERS: &[&str] = &["please", "too", "also", "then", "well", "as", "instead", "now", "just", "the"];

impl OptionWords {
    /// Whether the word before an option makes its count doubtful: "three or", "more than", and a number that
    /// counts neither it nor the things after it.
    fn leaves_open(&self, before: &Token, phrase: &OptionPhrase, of_things: bool) -> bool {
        let number = small_number_words(&before.text) && !of_things;
        let means = |m: &Meant| m.counted && phrase.meant.iter().any(|(g, v)| (g, v) == (&m.group, &m.value));
        let counted = || self.phrases.iter().any(|(_, meant)| meant.iter().any(means));
        HEDGES.contains(&before.text.as_str()) || number && counted()
    }

    /// What is left of a phrase without its options, and these. `None` for more than can be noted, and for what
    /// is not clear.
    pub(in crate::understanding) fn take(
        &self,
        tokens: &[Token],
        vocabulary: &Vocabulary,
    ) -> Option<(Vec<Token>, Vec<OptionPhrase>)> {
        let (mut rest, mut found, mut at): (Vec<Token>, _, usize) = (Vec::new(), Vec::new(), 0);
        while at < tokens.len() {
            if let Some((phrase, used)) = self.mention(tokens, at, vocabulary) {
                let of_things = things_at(tokens, at + used, vocabulary);
                let before = rest.iter().rev().find(|t| !JOINTS.contains(&t.text.as_str()));
                if before.is_some_and(|before| self.leaves_open(before, &phrase, of_things)) {
                    return None;
                }
                while rest.last().is_some_and(|t| JOINTS.contains(&t.text.as_str())) {
                    rest.pop();
                }
                found.push(phrase);
                at += used;
                at += TAILS.iter().find(|tail| is_at(tokens, at, tail)).map_or(0, |tail| tail.len());
                continue;
            }
            let whole = vocabulary.kind(tokens, at).unwrap_or(1);
            rest.extend_from_slice(&tokens[at..at + whole]);
            at += whole;
        }
        if let Some(first) = rest.first_mut() {
            first.gap = false;
        }
        (found.len() <= MAX_OPTIONS).then_some((rest, found))
    }
}

/// Whether nothing but words without meaning is left beside the options.
pub(in crate::understanding) fn is_nothing(rest: &[Token]) -> bool {
    rest.iter().all(|t| FILLERS.contains(&t.text.as_str()) || JOINTS.contains(&t.text.as_str()))
}
