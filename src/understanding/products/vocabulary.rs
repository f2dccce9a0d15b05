//! What the words of a catalogue are: kinds, heads of kinds, brands, sizes, attributes.

use std::collections::{HashMap, HashSet};

use super::{
    size::{self, SaidSize},
    words::{is_empty, one_edit, stem, stems, stems_of},
};
use crate::understanding::{
    options::OptionWords,
    sentences::Synonyms,
    words::{Token, singular_unit, tokenise},
};

/// Shorter words are neither corrected nor corrected to: too many of them are one edit apart, and
/// "letter" and "bitter" are words of their own.
const MIN_CORRECTED: usize = 8;

/// The longest kind, in stems.
const MAX_KIND: usize = 6;

/// The roles that a stem can have in a catalogue.
pub(super) mod role {
    pub const KIND: u8 = 1;
    pub const HEAD: u8 = 2;
    pub const BRAND: u8 = 4;
    pub const SIZE: u8 = 8;
    pub const ATTRIBUTE: u8 = 16;
    pub const TITLE: u8 = 32;
}

/// The words that a shop knows.
#[derive(Debug, Default)]
pub struct Vocabulary {
    roles: HashMap<String, u8>,
    kinds: HashSet<Vec<String>>,
    /// Those of them with "and" in the name: macaroni and cheese.
    joined: HashSet<Vec<String>>,
    brands: Vec<(Vec<String>, String)>,
    synonyms: Vec<(Vec<String>, Vec<String>)>,
    /// Long words as they are written, by first letter and length, for slips of the tongue or key.
    spelled: HashMap<(char, usize), Vec<String>>,
    /// Stems that only synonyms have.
    said: HashSet<String>,
    /// What can be asked for beside a product.
    options: OptionWords,
}

impl Vocabulary {
    /// Learns what a kind, brand, size or attribute is called; each once.
    pub(super) fn learn(&mut self, role: u8, text: &str, stems: &[String]) {
        self.note(stems, role);
        match role {
            role::KIND => {
                self.note(stems.last().map(std::slice::from_ref).unwrap_or_default(), role::HEAD);
                if text.split_whitespace().any(|w| w.eq_ignore_ascii_case("and") || w == "&") {
                    self.joined.insert(stems.to_vec());
                }
                self.kinds.insert(stems.to_vec());
                self.spell(tokenise(text).unwrap_or_default());
            }
            role::BRAND => self.brands.push((stems.to_vec(), text.to_owned())),
            _ => {}
        }
    }

    /// Learns words of titles.
    pub(super) fn learn_title(&mut self, tokens: Vec<Token>, stems: &[String]) {
        self.note(stems, role::TITLE);
        self.spell(tokens);
    }

    /// The vocabulary of what was learnt, with what the sentences call otherwise.
    pub(super) fn finished(mut self, synonyms: &Synonyms) -> Self {
        // Longest first, so that "Meadow Lane" is found before a brand "Meadow".
        self.brands.sort_by(|a, b| b.0.len().cmp(&a.0.len()).then_with(|| a.1.cmp(&b.1)));
        for (said, meant) in synonyms.iter() {
            let (said, meant) = (stems(said), stems(meant));
            if !said.is_empty() && !self.kinds.contains(&said) && self.explains(&meant) {
                self.said.extend(said.iter().cloned());
                self.synonyms.push((said, meant));
            }
        }
        self.synonyms.sort_by(|a, b| b.0.len().cmp(&a.0.len()).then_with(|| a.0.cmp(&b.0)));
        self
    }

    /// The same with the words of the shop's options.
    #[must_use]
    pub fn with_options(mut self, options: OptionWords) -> Self {
        self.options = options;
        self
    }

    /// The words of the shop's options.
    pub fn options(&self) -> &OptionWords {
        &self.options
    }

    fn note(&mut self, stems: &[String], role: u8) {
        for stem in stems {
            match self.roles.get_mut(stem) {
                Some(roles) => *roles |= role,
                None => drop(self.roles.insert(stem.clone(), role)),
            }
        }
    }

    fn spell(&mut self, tokens: Vec<Token>) {
        for word in tokens {
            let (Some(first), length) = (word.text.chars().next(), word.text.chars().count()) else {
                continue;
            };
            let known = self.spelled.entry((first, length)).or_default();
            if length >= MIN_CORRECTED && first.is_alphabetic() && !known.contains(&word.text) {
                known.push(word.text);
            }
        }
    }

    fn explains(&self, stems: &[String]) -> bool {
        stems.iter().all(|s| self.roles.contains_key(s))
    }

    /// The stems of a phrase for a thing without a size, which the shop need not have to know what is meant.
    fn thing_of(&self, tokens: &[Token]) -> Vec<String> {
        let stems = self.normal_of(tokens);
        SaidSize::of(&stems).map_or_else(|| stems.clone(), |size| size.left_out(&stems))
    }

    fn has(&self, stem: &str, roles: u8) -> bool {
        self.roles.get(stem).is_some_and(|r| r & roles != 0)
    }

    /// The stems of a phrase with synonyms and slips resolved. Unknown words stay.
    pub fn normal(&self, phrase: &str) -> Vec<String> {
        tokenise(phrase).map_or_else(Vec::new, |tokens| self.normal_of(&tokens))
    }

    /// The same for tokens.
    pub fn normal_of(&self, tokens: &[Token]) -> Vec<String> {
        let with_one = size::with_one(tokens);
        let tokens: &[Token] = &with_one;
        let slip = |token: &Token| self.corrected(&token.text);
        if !tokens.iter().any(|t| slip(t).is_some()) {
            return self.settle(stems_of(tokens));
        }
        let better = |t: &Token| Token { text: slip(t).unwrap_or(&t.text).to_owned(), gap: t.gap };
        self.settle(stems_of(&tokens.iter().map(better).collect::<Vec<_>>()))
    }

    fn settle(&self, mut stems: Vec<String>) -> Vec<String> {
        for (said, meant) in &self.synonyms {
            let Some(at) = stems.windows(said.len()).position(|w| w == said.as_slice()) else { continue };
            // "tea" means tea bags, but not in "green tea" where the shop has green tea.
            if !self.kinds.iter().any(|kind| kind.len() > said.len() && contains(&stems, kind)) {
                stems.splice(at..at + said.len(), meant.iter().cloned());
                break;
            }
        }
        stems
    }

    /// The one known word that is one edit inside the word away from an unknown long one.
    fn corrected(&self, unknown: &str) -> Option<&str> {
        let length = unknown.chars().count();
        if length < MIN_CORRECTED || self.knows(unknown) {
            return None;
        }
        let (first, last) = (unknown.chars().next()?, unknown.chars().last());
        let lengths = length - 1..=length + 1;
        let near = lengths.filter_map(|length| self.spelled.get(&(first, length))).flatten();
        let mut near = near.filter(|known| known.chars().last() == last && one_edit(known, unknown));
        let found = near.next()?;
        near.next().is_none().then_some(found)
    }

    /// Whether the shop has things that are called so, but for one word before the name.
    pub fn names_a_thing(&self, tokens: &[Token]) -> bool {
        let stems = self.thing_of(tokens);
        let unknown = stems.iter().position(|s| !self.roles.contains_key(s));
        match unknown {
            None => self.ends_well(&stems),
            Some(0) if (2..=4).contains(&stems.len()) => {
                self.explains(&stems[1..])
                    && self.has(&stems[stems.len() - 1], role::HEAD)
                    && tokens.iter().skip(1).all(|t| !is_empty(&t.text))
            }
            Some(_) => false,
        }
    }

    /// Whether known words contain the head of a kind, or a brand.
    fn ends_well(&self, stems: &[String]) -> bool {
        stems.iter().any(|s| self.has(s, role::HEAD))
            || self.brands.iter().any(|(b, _)| !b.is_empty() && contains(stems, b))
    }

    /// Whether every word is known, and they name a thing.
    pub fn is_a_thing(&self, tokens: &[Token]) -> bool {
        let stems = self.thing_of(tokens);
        self.explains(&stems) && self.ends_well(&stems)
    }

    /// Whether the words describe an offer: each is known, one of them as what tells offers apart.
    pub fn describes(&self, tokens: &[Token]) -> bool {
        let stems = self.normal_of(tokens);
        let telling = role::BRAND | role::SIZE | role::ATTRIBUTE | role::HEAD;
        self.explains(&stems) && stems.iter().any(|s| self.has(s, telling))
    }

    /// Whether one word belongs to the catalogue, in any role.
    pub fn knows(&self, word: &str) -> bool {
        let stem = stem(word);
        self.roles.contains_key(&stem) || self.said.contains(&stem)
    }

    /// Whether the name of a kind can end in this word.
    pub fn ends_a_kind(&self, word: &str) -> bool {
        self.has(&stem(word), role::HEAD)
    }

    /// Whether the name of a kind can end in this stem, which is no unit: "milk", not "bar".
    pub(super) fn is_head(&self, stem: &str) -> bool {
        self.has(stem, role::HEAD) && singular_unit(stem).is_none()
    }

    /// Whether the word can be a product's size or attribute.
    pub fn is_modifier(&self, word: &str) -> bool {
        self.has(&stem(word), role::SIZE | role::ATTRIBUTE)
    }

    /// The longest brand at `at`, as the catalogue writes it, with its number of tokens.
    pub fn brand(&self, tokens: &[Token], at: usize) -> Option<(&str, usize)> {
        self.brands.iter().find_map(|(stems, name)| {
            let here = tokens.get(at..at + stems.len())?;
            let same = here.iter().zip(stems).all(|(t, s)| stem(&t.text) == *s);
            (same && !stems.is_empty()).then_some((name.as_str(), stems.len()))
        })
    }

    /// How many tokens from `at` are the longest kind of product there: for lists without commas
    /// and for kinds with "and" in them.
    pub fn kind(&self, tokens: &[Token], at: usize) -> Option<usize> {
        (1..=MAX_KIND.min(tokens.len().saturating_sub(at))).rev().find(|len| {
            let here = &tokens[at..at + len];
            let stems = stems_of(here);
            // Bananas and bread are no banana bread.
            let one = !here.iter().any(|t| t.text == "and") || self.joined.contains(&stems);
            one && !is_empty(&here[0].text) && !is_empty(&here[len - 1].text) && self.kinds.contains(&stems)
        })
    }

    /// Whether the stems are exactly one kind of the shop.
    pub fn is_kind(&self, stems: &[String]) -> bool {
        self.kinds.contains(stems)
    }
}

fn contains(stems: &[String], part: &[String]) -> bool {
    stems.windows(part.len().max(1)).any(|w| w == part)
}
