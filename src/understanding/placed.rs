//! Whether the words beside a platform's understanding are all a part of it. What is left over could be an option
//! that the shopper asked for, "with almond", and is not passed over.

use std::collections::HashSet;

use super::{
    Understander,
    intent::{Intent, IntentName},
    products::words::stem,
    words::{Token, cardinal, tokenise},
};

/// Words that can turn a wish into its opposite, in any shop, beside those with which the skill's sentences say no.
const REFUSALS: &[&str] = &[
    "no", "nope", "nah", "not", "never", "none", "nothing", "neither", "nor", "without", "stop", "cancel",
    "forget", "refuse", "dont",
];

/// Words that ask for nothing by themselves.
const EMPTY: &[&str] =
    &["a", "an", "the", "some", "my", "our", "and", "of", "please", "thanks", "thank", "you"];

impl Understander {
    /// Whether every word of what was said is the platform's words for a place (`placed`) or for a thing of the
    /// intent, a count of it, or one with which such a wish is said. In a shop without options only whether none of
    /// them refuses it. Always, where nothing would be wanted.
    pub fn accounts_for(&self, said: &str, intent: &Intent, placed: &[String]) -> bool {
        let slots = &intent.slots;
        let wants =
            !slots.items.is_empty() || matches!(intent.name, IntentName::Choose | IntentName::Correct);
        let leads_to_an_order = wants || matches!(intent.name, IntentName::Reorder | IntentName::CheckOut);
        if !leads_to_an_order {
            return true;
        }
        let Some(mut tokens) = tokenise(said) else { return false };
        if intent.name != IntentName::RemoveFromCart && self.refuses(&tokens) {
            return false;
        }
        if self.vocabulary.options().is_empty() || !wants {
            return true;
        }
        let mut known: Vec<Vec<String>> = placed.iter().map(String::as_str).map(stems).collect();
        known.extend(slots.items.iter().map(|item| stems(&item.words)));
        known.sort_by_key(|words| std::cmp::Reverse(words.len()));
        for words in known.iter().filter(|words| !words.is_empty()) {
            take_out(&mut tokens, words);
        }
        let counts: Vec<u32> = slots
            .items
            .iter()
            .filter_map(|item| item.quantity)
            .chain(slots.quantity)
            .map(u32::from)
            .collect();
        let frame = self.frame_of(&intent.name);
        let mut at = 0;
        while let Some(token) = tokens.get(at) {
            let text = token.text.as_str();
            if EMPTY.contains(&text) || frame.contains(text) {
                at += 1;
            } else if let Some((_, used)) = cardinal(&tokens, at).filter(|(n, _)| counts.contains(n)) {
                at += used;
            } else {
                return false;
            }
        }
        true
    }

    /// Whether a refusal is among the words, of whatever it may be: whoever is not understood is not taken for the
    /// opposite of it.
    fn refuses(&self, tokens: &[Token]) -> bool {
        let no: HashSet<&str> = self.sentences.lone_words(&IntentName::No).into_iter().collect();
        let refusal = |token: &Token| {
            let text = token.text.as_str();
            REFUSALS.contains(&text) || no.contains(text)
        };
        let changed = |words: &[Token]| {
            ["change", "changed"].contains(&words[0].text.as_str()) && words[2].text == "mind"
        };
        tokens.iter().any(refusal) || tokens.windows(3).any(changed)
    }

    /// The words of the sentences with that meaning, and of what is said around any.
    fn frame_of(&self, name: &IntentName) -> HashSet<&str> {
        let fillers = self.sentences.fillers();
        let around = [&fillers.anywhere, &fillers.lead, &fillers.trail, &fillers.ask];
        let around = around.into_iter().flatten().flat_map(|text| text.split(' '));
        self.sentences.own_words(name).chain(around).collect()
    }
}

fn stems(text: &str) -> Vec<String> {
    tokenise(text).unwrap_or_default().iter().map(|t| stem(&t.text)).collect()
}

/// Takes words out wherever they stand together.
fn take_out(tokens: &mut Vec<Token>, words: &[String]) {
    let here = |tokens: &[Token], at: usize| {
        let part = tokens.get(at..at + words.len());
        part.is_some_and(|part| part.iter().zip(words).all(|(t, w)| stem(&t.text) == *w))
    };
    while let Some(at) = (0..tokens.len()).find(|&at| here(tokens, at)) {
        tokens.drain(at..at + words.len());
    }
}
