//! Fillers: what people say around what they mean.

use super::{
    sentences::Fillers,
    words::{Token, tokenise},
};

/// More rounds of trimming than any polite person needs.
const MAX_ROUNDS: usize = 8;

/// An utterance with some of its fillers gone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Variant {
    pub(super) tokens: Vec<Token>,
    /// Whether it may be a yes: nothing was dropped that could turn its meaning.
    pub(super) may_be_yes: bool,
}

/// The fillers as words, longest first.
#[derive(Debug)]
pub(super) struct Trimmer {
    anywhere: Vec<Vec<String>>,
    lead: Vec<Vec<String>>,
    trail: Vec<Vec<String>>,
    ask: Vec<Vec<String>>,
    around_yes: Vec<Vec<String>>,
}

impl Trimmer {
    pub(super) fn new(fillers: &Fillers) -> Self {
        Self {
            anywhere: phrases(&fillers.anywhere),
            lead: phrases(&fillers.lead),
            trail: phrases(&fillers.trail),
            ask: phrases(&fillers.ask),
            around_yes: phrases(&fillers.around_yes),
        }
    }

    /// As it was said, then without fillers, then without the frames of a request; each only
    /// where it differs and something is left.
    pub(super) fn variants(&self, tokens: Vec<Token>) -> Vec<Variant> {
        let mut tokens = tokens;
        if tokens.iter().any(|t| !self.is_noise(t)) {
            tokens.retain(|t| !self.is_noise(t));
        }
        let plain = self.trim(tokens.clone(), false);
        let mut framed = self.trim(tokens.clone(), true);
        if let Some(reason) = framed.iter().position(|t| ["because", "cause"].contains(&t.text.as_str())) {
            framed.truncate(reason.max(1));
            framed = self.trim(framed, true);
        }
        let agreed = trim(tokens.clone(), &self.around_yes.iter().collect::<Vec<_>>(), &self.around_yes);
        let mut variants = vec![Variant { tokens, may_be_yes: true }];
        for (tokens, may_be_yes) in [(agreed, true), (plain, false), (framed, false)] {
            if variants.iter().all(|v| v.tokens != tokens) {
                variants.push(Variant { tokens, may_be_yes });
            }
        }
        variants
    }

    fn is_noise(&self, token: &Token) -> bool {
        self.anywhere.iter().any(|p| p.len() == 1 && p[0] == token.text)
    }

    fn trim(&self, tokens: Vec<Token>, frames: bool) -> Vec<Token> {
        let leads: Vec<_> = self.lead.iter().chain(self.ask.iter().filter(|_| frames)).collect();
        trim(tokens, &leads, &self.trail)
    }
}

/// Drops leads and trails, again and again, as long as something is left.
fn trim(mut tokens: Vec<Token>, leads: &[&Vec<String>], trails: &[Vec<String>]) -> Vec<Token> {
    for _ in 0..MAX_ROUNDS {
        let before = tokens.len();
        if let Some(lead) = leads.iter().filter(|p| starts(&tokens, p)).max_by_key(|p| p.len()) {
            tokens.drain(..lead.len());
        }
        if let Some(trail) = trails.iter().find(|p| ends(&tokens, p)) {
            tokens.truncate(tokens.len() - trail.len());
        }
        if let Some(first) = tokens.first_mut() {
            first.gap = false;
        }
        if tokens.len() == before {
            break;
        }
    }
    tokens
}

fn phrases(texts: &[String]) -> Vec<Vec<String>> {
    let words = |text: &String| tokenise(text).unwrap_or_default().into_iter().map(|t| t.text).collect();
    let mut phrases: Vec<Vec<String>> =
        texts.iter().map(words).filter(|p: &Vec<String>| !p.is_empty()).collect();
    phrases.sort_by_key(|p| std::cmp::Reverse(p.len()));
    phrases
}

/// Whether the tokens start with the phrase and go on after it.
fn starts(tokens: &[Token], phrase: &[String]) -> bool {
    tokens.len() > phrase.len() && tokens.iter().zip(phrase).all(|(t, w)| t.text == *w)
}

fn ends(tokens: &[Token], phrase: &[String]) -> bool {
    tokens.len() > phrase.len()
        && tokens[tokens.len() - phrase.len()..].iter().zip(phrase).all(|(t, w)| t.text == *w)
}
