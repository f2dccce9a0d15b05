//! What an agent takes the shopper's words for, as an intent of the engine, and what events mean.

use crate::{
    assistant::MAX_TEXT,
    channels::platform,
    turn::{Input, Interpreted},
    understanding::{Intent, IntentName},
};

/// An agent that is less sure of its intent than this has none.
const SURE: f64 = 0.5;
/// A sentiment at or below it is that of somebody very unhappy; the scale is -1 to 1.
const VERY_UNHAPPY: f64 = -0.6;

/// The most words of the shopper that are kept beside an opinion, in parameters.
const MAX_PLACED: usize = 24;

/// An agent's opinion.
pub struct Guess {
    intent: Option<Intent>,
    confidence: f32,
    placed: Vec<String>,
}

impl Guess {
    /// Of names the first that the engine knows counts, else the last that could be an intent of the skill.
    /// `confidence` is 0 where the agent does not tell.
    pub fn new(names: &[Option<&str>], confidence: f64, filled: &dyn Fn(&str) -> Vec<String>) -> Self {
        let names: Vec<_> = names.iter().flatten().map(|text| name(text)).collect();
        let own = |name: &&IntentName| !matches!(name, IntentName::NotUnderstood | IntentName::Custom(_));
        let added = |name: &&IntentName| matches!(name, IntentName::Custom(_));
        let chosen = names.iter().find(own).or_else(|| names.iter().rev().find(added)).cloned();
        let confidence = if confidence > 0.0 { confidence.min(1.0) } else { 1.0 };
        let chosen = chosen.filter(|_| confidence >= SURE);
        let intent = chosen.map(|name| platform::intent(name, filled));
        Self { intent, confidence: confidence as f32, placed: Vec::new() }
    }

    /// With the shopper's own words for what is filled in.
    pub fn placing(mut self, originals: impl IntoIterator<Item = String>) -> Self {
        let short = |text: &String| !text.trim().is_empty() && text.len() <= MAX_TEXT;
        self.placed = originals.into_iter().filter(short).take(MAX_PLACED).collect();
        self
    }

    /// The shopper's words beside it.
    pub fn of_words(self, words: String, spoken: bool, sentiment: f64) -> Input {
        let Self { intent, confidence, placed } = self;
        let upset = sentiment <= VERY_UNHAPPY;
        Input::Interpreted(Interpreted { words, spoken, intent, confidence, placed, upset })
    }

    /// Without words: a program asked for an intent. It cannot say yes for the shopper, nor a PIN.
    pub fn of_program(self) -> Input {
        let own = self.intent.filter(|one| !matches!(one.name, IntentName::Yes | IntentName::Digits));
        Input::Intent(own.unwrap_or_else(|| Intent::bare(IntentName::NotUnderstood)))
    }
}

/// What an event of the platform's own means; another is an intent by its name, if it is one.
pub fn event(name: &str) -> Option<Input> {
    let lower = name.to_ascii_lowercase();
    if lower.starts_with("sys.no-input") || lower.starts_with("actions_intent_no_input") {
        return Some(Input::Silence);
    }
    if lower.starts_with("sys.no-match") {
        return Some(Input::Unclear);
    }
    // After an account was linked, or was not, the shopper begins anew.
    let opens = ["welcome", "google_assistant_welcome", "actions_intent_main", "actions_intent_sign_in"]
        .contains(&lower.as_str());
    opens.then(|| Input::Intent(Intent::bare(IntentName::Launch)))
}

/// The names that agents are born with, then those of every platform.
fn name(theirs: &str) -> IntentName {
    match platform::intent_name(theirs) {
        IntentName::Custom(name) => match name.as_str() {
            "default_welcome" | "welcome" => IntentName::Launch,
            "default_fallback" | "default_negative" | "fallback" | "input_unknown" => {
                IntentName::NotUnderstood
            }
            "input_welcome" => IntentName::Launch,
            _ => IntentName::Custom(name),
        },
        known => known,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nothing(_: &str) -> Vec<String> {
        Vec::new()
    }

    fn named(names: &[Option<&str>], confidence: f64) -> Option<IntentName> {
        Guess::new(names, confidence, &nothing).intent.map(|intent| intent.name)
    }

    #[test]
    fn a_tag_that_names_an_intent_goes_before_the_intent_that_was_matched() {
        assert_eq!(named(&[Some("help"), Some("reorder")], 0.9), Some(IntentName::Help));
        assert_eq!(named(&[Some("turn"), Some("Reorder")], 0.9), Some(IntentName::Reorder));
        let added = IntentName::Custom("loyalty_points".into());
        assert_eq!(named(&[Some("turn"), Some("loyalty.points")], 0.9), Some(added));
        assert_eq!(named(&[Some("turn"), Some("Default Welcome Intent")], 1.0), Some(IntentName::Launch));
        assert_eq!(named(&[None, Some("Default Fallback Intent")], 1.0), None);
    }

    #[test]
    fn an_agent_that_is_not_sure_has_no_opinion() {
        assert_eq!(named(&[None, Some("reorder")], 0.49), None);
        assert_eq!(named(&[None, Some("reorder")], 0.5), Some(IntentName::Reorder));
        assert_eq!(named(&[Some("reorder")], 0.0), Some(IntentName::Reorder), "it does not tell");
    }

    #[test]
    fn a_program_cannot_say_yes() {
        let input = Guess::new(&[Some("yes")], 1.0, &nothing).of_program();
        assert!(matches!(input, Input::Intent(intent) if intent.name == IntentName::NotUnderstood));
        let input = Guess::new(&[Some("cancel")], 1.0, &nothing).of_program();
        assert!(matches!(input, Input::Intent(intent) if intent.name == IntentName::Cancel));
    }
}
