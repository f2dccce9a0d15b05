//! The words of a catalogue, learnt product by product.
//!
//! A server that starts learns a million products. Most of what they say was said by another before: kinds, brands,
//! sizes, and the words of the titles. Each is looked at once.

use std::collections::HashMap;

use super::{
    index::{IndexBuilder, Stem, WordIndex},
    rank::{Entry, Names},
    vocabulary::{Vocabulary, role},
    words::{stems, stems_of},
};
use crate::{
    commerce::{Catalog, Listing},
    understanding::{
        sentences::Synonyms,
        words::{small_number_words, tokenise},
    },
};

/// Words whose neighbours change what they are, beside the numbers: "half a dozen", "double a", "re order".
const LEANING: &[&str] = &[
    "a", "and", "couple", "double", "dozen", "few", "fourty", "half", "hundred", "hundreds", "of", "pair",
    "re", "thousand", "triple",
];

/// What a catalogue was learnt as.
pub(super) struct Learnt {
    pub vocabulary: Vocabulary,
    pub entries: Box<[Entry]>,
    pub names: Names,
    pub index: WordIndex,
}

/// Learns every product of a catalogue.
pub(super) fn learn(catalog: &Catalog, synonyms: &Synonyms) -> Learnt {
    let mut learner = Learner::default();
    let entries = catalog.listings().map(|product| learner.product(product)).collect();
    let vocabulary = learner.vocabulary.finished(synonyms);
    Learnt { vocabulary, entries, names: learner.names.into(), index: learner.index.build() }
}

#[derive(Default)]
struct Learner<'a> {
    vocabulary: Vocabulary,
    index: IndexBuilder,
    names: Vec<Box<[Stem]>>,
    /// The names of kinds, brands and sizes that were seen, and attributes.
    known: HashMap<(u8, &'a str), u32>,
    /// The parts of titles that were seen.
    parts: HashMap<&'a str, Part>,
}

/// A part of a title.
struct Part {
    /// Whether it is one plain word, which is the same next to any other.
    plain: bool,
    stems: Box<[Stem]>,
}

impl<'a> Learner<'a> {
    fn product(&mut self, product: Listing<'a>) -> Entry {
        let kind = self.name(role::KIND, product.kind());
        let brand = self.name(role::BRAND, product.brand());
        let size = self.name(role::SIZE, product.size().unwrap_or_default());
        for name in [kind, brand, size] {
            self.add(product.number(), name);
        }
        for attribute in product.attributes() {
            let name = self.name(role::ATTRIBUTE, attribute);
            self.add(product.number(), name);
        }
        self.title(product.number(), product.title());
        Entry { kind, brand, size }
    }

    fn add(&mut self, product: u32, name: u32) {
        for &stem in &self.names[name as usize] {
            self.index.add(product, stem);
        }
    }

    /// The number of a name, which is learnt where it is new.
    fn name(&mut self, role: u8, text: &'a str) -> u32 {
        if let Some(known) = self.known.get(&(role, text)) {
            return *known;
        }
        let stems = stems(text);
        self.vocabulary.learn(role, text, &stems);
        let number = u32::try_from(self.names.len()).expect("fewer names than 32 bits count");
        self.names.push(stems.iter().map(|stem| self.index.learn(stem)).collect());
        self.known.insert((role, text), number);
        number
    }

    fn title(&mut self, product: u32, title: &'a str) {
        let mut rest = title.trim_start();
        while !rest.is_empty() {
            let word = &rest[..word_end(rest, 0)];
            let known = self.parts.get(word).is_some_and(|part| part.plain);
            let plain = known || is_plain(word);
            let part = if plain { word } else { leaning(rest) };
            let seen = self.parts.contains_key(part);
            if !seen {
                let learnt = self.part(part, plain);
                self.parts.insert(part, learnt);
            }
            for &stem in &self.parts[part].stems {
                self.index.add(product, stem);
            }
            rest = rest[part.len()..].trim_start();
        }
    }

    fn part(&mut self, text: &str, plain: bool) -> Part {
        let tokens = tokenise(text).unwrap_or_default();
        let stems = stems_of(&tokens);
        self.vocabulary.learn_title(tokens, &stems);
        Part { plain, stems: stems.iter().map(|stem| self.index.learn(stem)).collect() }
    }
}

/// Where the word that is at `from`, or after the space there, ends.
fn word_end(text: &str, from: usize) -> usize {
    let start = text[from..].find(|c: char| !c.is_whitespace()).map_or(text.len(), |at| from + at);
    text[start..].find(char::is_whitespace).map_or(text.len(), |at| start + at)
}

/// The words at the start of a text that lean on each other, and the plain one after them.
fn leaning(text: &str) -> &str {
    let mut end = 0;
    loop {
        let start = end;
        end = word_end(text, start);
        if end == text.len() || is_plain(text[start..end].trim_start()) {
            return text[..end].trim_end();
        }
    }
}

/// Whether a word, with the punctuation around it, is the same next to any other.
fn is_plain(word: &str) -> bool {
    let bare = word.trim_matches([',', ';', ':', '(', ')', '!', '?', '"']);
    let letters = !bare.is_empty() && bare.bytes().all(|b| b.is_ascii_alphabetic());
    letters && {
        let lower = bare.to_ascii_lowercase();
        !LEANING.contains(&lower.as_str()) && !small_number_words(&lower)
    }
}

/// The stems that a title is learnt under, in its order.
#[cfg(test)]
fn stems_in_parts(title: &str) -> Vec<String> {
    let (mut rest, mut all) = (title.trim_start(), Vec::new());
    while !rest.is_empty() {
        let word = &rest[..word_end(rest, 0)];
        let part = if is_plain(word) { word } else { leaning(rest) };
        all.extend(stems(part));
        rest = rest[part.len()..].trim_start();
    }
    all
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_titles_of_the_sample_shop_have_the_same_stems_in_parts_as_in_whole() {
        let mut rows =
            csv::Reader::from_reader(include_str!("../../../skills/household/catalog.csv").as_bytes());
        let title = rows.headers().unwrap().iter().position(|name| name == "title").unwrap();
        for row in rows.records() {
            let title = &row.unwrap()[title];
            assert_eq!(stems_in_parts(title), stems(title), "{title}");
        }
    }

    const WORDS: [&str; 40] = [
        "Coffee",
        "towels,",
        "Twelve",
        "pack",
        "half",
        "a",
        "dozen",
        "two",
        "hundred",
        "and",
        "five",
        "one",
        "liter",
        "re",
        "order",
        "double",
        "A",
        "batteries",
        "-",
        "3",
        "16oz",
        "12-pack",
        "-4",
        "don't",
        "1,299",
        "$5",
        "thousand",
        "Twenty-four",
        "couple",
        "of",
        "“fine”",
        "Café",
        "&",
        "100%",
        "ok",
        "(large)",
        "few",
        "pair",
        "—",
        "size",
    ];

    proptest! {
        #[test]
        fn a_title_has_the_same_stems_in_parts_as_in_whole(at in proptest::collection::vec(0..WORDS.len(), 0..9)) {
            let title = at.iter().map(|&n| WORDS[n]).collect::<Vec<_>>().join(" ");
            prop_assert_eq!(stems_in_parts(&title), stems(&title), "{}", title);
        }
    }
}
