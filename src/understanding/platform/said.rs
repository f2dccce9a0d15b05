//! What a platform takes for the name of a thing holds options, too.

use super::super::{
    Understander,
    intent::{Intent, OptionPhrase},
    phrases,
    words::{Token, tokenise},
};

impl Understander {
    /// Whether any option of the shop is said in a text, or it is too long to tell.
    pub fn mentions_options(&self, text: &str) -> bool {
        let options = self.vocabulary.options();
        let none =
            |tokens: Vec<Token>| options.take(&tokens, &self.vocabulary).is_some_and(|(_, o)| o.is_empty());
        !options.is_empty() && !tokenise(text).is_some_and(none)
    }

    /// A platform's intent with the options that its words for a thing have: "latte with oat milk". `None` if
    /// options are said there that cannot be read.
    pub fn with_options(&self, intent: &Intent) -> Option<Intent> {
        let mut intent = intent.clone();
        if self.vocabulary.options().is_empty() {
            return Some(intent);
        }
        let resolve = |phrases: &mut Vec<OptionPhrase>| {
            let options = self.vocabulary.options();
            let all = std::mem::take(phrases).into_iter();
            *phrases = all.flat_map(|phrase| options.resolved(phrase, &self.vocabulary)).collect();
        };
        resolve(&mut intent.slots.options);
        for item in &mut intent.slots.items {
            resolve(&mut item.options);
            let tokens = tokenise(&item.words).unwrap_or_default();
            let phrase = phrases::phrase(&tokens, &self.vocabulary, self.currency);
            match phrase.as_ref().map(|phrase| phrase.items.as_slice()) {
                Some([said]) if !said.options.is_empty() => {
                    item.words.clone_from(&said.words);
                    item.options.splice(0..0, said.options.iter().cloned());
                    item.quantity = item.quantity.or(said.quantity);
                }
                Some([_]) => {}
                _ if self.mentions_options(&item.words) => return None,
                _ => {}
            }
        }
        Some(intent)
    }
}
