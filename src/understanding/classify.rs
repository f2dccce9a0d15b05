//! A guess where no template fits: the intent of the most similar example.
//!
//! Utterance and examples become vectors of words and pairs of words, weighted by how rare they
//! are among the examples; things, numbers and days are one word each. Similarity is the cosine.
//! Words that no example has count against it, so that talk about something else stays far from
//! every example. Deterministic, and trained in a moment when the sentences are loaded.
//!
//! Invariant: a guess never confirms, checks out, gives digits or settles a choice, and buys only
//! things that the shop has. Those intents are not among the classes at all.

mod found;

use std::{collections::HashMap, convert::Infallible, ops::Range, sync::Arc};

use jiff::civil::Date;

use found::{features, slots, thing};

use super::{
    intent::{Intent, IntentName, Slots, Understood},
    products::{Vocabulary, words::root},
    sentences::Sentences,
    words::{Token, cardinal, tokenise},
};
use crate::{commerce::Currency, shared::Shared};

/// From this similarity on, a meaning is believed that has no telling words.
const FLOOR: f32 = 0.6;

/// The same when one of the meaning's telling words was said. Both are tuned on public
/// utterances; see tests/understanding_public.rs.
const FLOOR_TOLD: f32 = 0.45;

/// From this similarity on, a meaning is believed that buys.
const FLOOR_TO_BUY: f32 = 0.6;

/// No guess is surer than this.
const CEILING: f32 = 0.95;

/// The examples as vectors.
pub(super) struct Classifier {
    /// Feature → (number, weight).
    features: HashMap<String, (usize, f32)>,
    /// Of each feature: the examples that have it, with its share in their length.
    postings: Vec<Vec<(usize, f32)>>,
    /// Of each example: its meaning.
    names: Vec<IntentName>,
    /// The weight of a word that no example has.
    unknown: f32,
    /// Of each meaning: the stems of its telling words.
    telling: Vec<(IntentName, Vec<String>)>,
}

/// What a guess may be. The others need the shopper's own, whole words.
fn guessable(name: &IntentName) -> bool {
    use IntentName as N;
    !matches!(
        name,
        N::Yes | N::CheckOut | N::Digits | N::Choose | N::Correct | N::Undo | N::ClearCart | N::Back
    )
}

fn buys(name: &IntentName) -> bool {
    matches!(name, IntentName::Buy | IntentName::Reorder | IntentName::AddToCart)
}

/// Whether the skill added the meaning itself.
fn is_own(name: &IntentName) -> bool {
    matches!(name, IntentName::Custom(_))
}

impl Classifier {
    /// The classifier for these sentences and the words of a shop; shops in whose words the examples look the same
    /// share one.
    pub(super) fn shared(sentences: &Sentences, vocabulary: &Vocabulary) -> Arc<Self> {
        static KNOWN: Shared<Classifier> = Shared::new();
        let mut examples: Vec<(IntentName, Vec<String>)> = Vec::new();
        let mut telling: Vec<(IntentName, Vec<String>)> = Vec::new();
        for table in sentences.tables().iter().filter(|t| guessable(&t.name)) {
            for (_, example) in &table.examples {
                let variants = sentences.trimmer().variants(tokenise(&example.say).unwrap_or_default());
                let tokens = variants.last().map_or(&[][..], |v| v.tokens.as_slice());
                examples.push((table.name.clone(), features(tokens, vocabulary)));
            }
            if !table.about.is_empty() {
                telling.push((table.name.clone(), table.about.iter().map(|w| root(w)).collect()));
            }
        }
        // Names and features are without line breaks, so that no two lists are written alike.
        let mut written = String::new();
        for (name, words) in examples.iter().chain(&telling) {
            written.push_str(&format!("{name:?}\n{}\n\n", words.join("\n")));
        }
        let number = examples.len().to_le_bytes();
        let train = || Ok::<_, Infallible>(Self::train(examples, telling));
        match KNOWN.of(&[&number, written.as_bytes()], train) {
            Ok(classifier) => classifier,
            Err(never) => match never {},
        }
    }

    fn train(examples: Vec<(IntentName, Vec<String>)>, telling: Vec<(IntentName, Vec<String>)>) -> Self {
        let mut counts: HashMap<&str, usize> = HashMap::new();
        for (_, features) in &examples {
            for feature in features {
                *counts.entry(feature).or_default() += 1;
            }
        }
        let weight = |count: usize| ((examples.len() + 1) as f32 / (count as f32 + 0.5)).ln();
        let mut known: Vec<&str> = counts.keys().copied().collect();
        known.sort_unstable();
        let numbered = known.iter().enumerate();
        let features: HashMap<String, (usize, f32)> =
            numbered.map(|(i, f)| ((*f).to_owned(), (i, weight(counts[f])))).collect();
        let mut postings = vec![Vec::new(); features.len()];
        for (number, (_, said)) in examples.iter().enumerate() {
            let length = said.iter().map(|f| features[f].1.powi(2)).sum::<f32>().sqrt().max(f32::EPSILON);
            for feature in said {
                let (i, weight) = features[feature];
                postings[i].push((number, weight / length));
            }
        }
        let unknown = weight(0);
        let names = examples.into_iter().map(|(name, _)| name).collect();
        Self { features, postings, names, unknown, telling }
    }

    /// Whether one of the skill's own meanings is told of. Then no other is guessed: what the engine has
    /// no place for ("with soy milk") is not left out in silence.
    fn tells_of_own(&self, tokens: &[Token]) -> bool {
        let said = |word: &String| tokens.iter().any(|t| root(&t.text) == *word);
        self.telling.iter().any(|(name, words)| is_own(name) && words.iter().any(said))
    }

    /// How similar an utterance must be to be believed to mean that; `None` without a telling word.
    fn floor(&self, name: &IntentName, tokens: &[Token]) -> Option<f32> {
        let mut words =
            self.telling.iter().filter(|(n, _)| n == name).flat_map(|(_, words)| words).peekable();
        if buys(name) {
            let refused = tokens.iter().any(|t| ["not", "never", "no"].contains(&t.text.as_str()));
            return (!refused).then_some(FLOOR_TO_BUY);
        }
        if words.peek().is_none() {
            return Some(FLOOR);
        }
        words.any(|w| tokens.iter().any(|t| root(&t.text) == *w)).then_some(FLOOR_TOLD)
    }

    /// The meaning of the most similar example, with the similarity; only the skill's own ones if `own`.
    fn nearest(&self, said: &[String], own: bool) -> Option<(&IntentName, f32)> {
        let mut scores = vec![0.0_f32; self.names.len()];
        let mut squares = 0.0_f32;
        for feature in said {
            match self.features.get(feature) {
                Some(&(i, weight)) => {
                    squares += weight * weight;
                    for (example, share) in &self.postings[i] {
                        scores[*example] += weight * share;
                    }
                }
                // A pair of known words that no example has next to each other says little.
                None if feature.contains(' ') => squares += (self.unknown * 0.3).powi(2),
                None => squares += self.unknown * self.unknown,
            }
        }
        let length = squares.sqrt().max(f32::EPSILON);
        let fits = |at: usize| !own || is_own(&self.names[at]);
        let best = scores.iter().enumerate().filter(|(at, _)| fits(*at)).max_by(|a, b| a.1.total_cmp(b.1))?;
        Some((&self.names[best.0], best.1 / length))
    }

    /// Whether all that was said around the thing is what people say around a thing that they want: "we're out of
    /// sugar free jam" is no wish for sugar, nor "a large latte or a large mocha" one for a latte.
    fn says_nothing_more(&self, tokens: &[Token], run: &Range<usize>, vocabulary: &Vocabulary) -> bool {
        let plain = |at: usize| {
            let word = tokens[at].text.as_str();
            let counts = cardinal(tokens, at).is_some() && !["a", "an", "one"].contains(&word);
            let told = self.features.contains_key(&root(word)) && !TURNING.contains(&word);
            told && !counts && !vocabulary.is_modifier(word) && vocabulary.kind(tokens, at).is_none()
        };
        (0..tokens.len()).all(|at| run.contains(&at) || plain(at))
    }

    /// The guess for an utterance, with what can be found in it.
    pub(super) fn guess(
        &self,
        tokens: &[Token],
        vocabulary: &Vocabulary,
        currency: Currency,
        today: Date,
    ) -> Option<Understood> {
        let said = features(tokens, vocabulary);
        let (name, similarity) = self.nearest(&said, self.tells_of_own(tokens))?;
        // One word alone is a template's matter, or nothing.
        if tokens.len() < 2 || similarity < self.floor(name, tokens)? {
            return None;
        }
        let (thing, run) = thing(tokens, vocabulary, currency).unzip();
        let slots = slots(name, tokens, thing, today);
        if !is_own(name) && !all_options_taken(&slots, tokens, vocabulary) {
            return None;
        }
        let nothing = slots.items.is_empty() && slots.past.is_none();
        if nothing && (buys(name) || *name == IntentName::Search) {
            return None;
        }
        if buys(name) && run.is_some_and(|run| !self.says_nothing_more(tokens, &run, vocabulary)) {
            return None;
        }
        let intent = Intent { name: name.clone(), slots };
        Some(Understood { intent, confidence: similarity.min(CEILING) })
    }
}

/// Words that change what is wanted: what they do to the thing, a guess does not know.
const TURNING: &[&str] = &[
    "or", "but", "without", "instead", "rather", "except", "only", "if", "unless", "until", "free", "than",
    "nor",
];

/// Whether every option that was said is in the slots: none is left out by a guess.
fn all_options_taken(slots: &Slots, tokens: &[Token], vocabulary: &Vocabulary) -> bool {
    if vocabulary.options().is_empty() {
        return true;
    }
    let taken: usize = slots.items.iter().map(|item| item.options.len()).sum();
    vocabulary.options().take(tokens, vocabulary).is_some_and(|(_, said)| said.len() == taken)
}
