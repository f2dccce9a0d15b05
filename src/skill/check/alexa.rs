//! Amazon's rules for the name with which a skill is opened and for the words of sample utterances.
//! <https://developer.amazon.com/en-US/docs/alexa/custom-skills/choose-the-invocation-name-for-a-custom-skill.html>

use std::collections::BTreeSet;

use super::{Kind, Mistake, Outline, Tongue};

/// The shortest and the longest name, in characters.
const LENGTH: std::ops::RangeInclusive<usize> = 2..=50;

/// Words that open or wake, and those that join a name to a request.
const TAKEN: [&str; 30] = [
    "alexa", "amazon", "echo", "computer", "skill", "app", "launch", "ask", "tell", "load", "begin",
    "enable", "open", "start", "run", "use", "resume", "play", "to", "from", "in", "using", "with", "about",
    "for", "that", "by", "if", "and", "whether",
];

/// Words that do not make a name of two words.
const SMALL: [&str; 10] = ["the", "a", "an", "of", "up", "at", "off", "on", "my", "your"];

/// Invocation names and templates that Alexa would refuse.
pub(super) fn refused(outline: &Outline, tongues: &[Tongue]) -> Vec<Mistake> {
    let mut mistakes: Vec<_> = tongues.iter().flat_map(unsayable).collect();
    for (locale, name, line) in &outline.invocations {
        let Some(what) = invocation_fault(name.trim()) else { continue };
        let what = format!("`spoken.{locale}.invocation` \"{}\": {what}", name.trim());
        mistakes.push(Mistake::new(Kind::Alexa, "skill.toml", *line, what));
    }
    mistakes
}

/// Why Alexa would refuse a name, if it would.
pub(in crate::skill) fn invocation_fault(name: &str) -> Option<String> {
    let words: Vec<&str> = name.split_whitespace().collect();
    let odd = |c: &char| !(c.is_alphabetic() && !c.is_uppercase() || matches!(c, ' ' | '\'' | '.' | '-'));
    if !LENGTH.contains(&name.chars().count()) {
        return Some(format!("a name has {} to {} characters", LENGTH.start(), LENGTH.end()));
    }
    if let Some(c) = name.chars().find(odd) {
        return Some(format!("it has `{c}`; only small letters, apostrophes and periods can be said"));
    }
    if let Some(word) = words.iter().find(|word| TAKEN.contains(word)) {
        return Some(format!("\"{word}\" belongs to Alexa's own commands"));
    }
    let small = words.iter().find(|word| words.len() == 2 && SMALL.contains(word));
    small.map(|word| format!("of two words none may be \"{word}\""))
}

/// Whether a sample utterance may have this word: digits and signs are written out there.
pub(in crate::skill) fn sayable(word: &str) -> bool {
    word.chars().all(|c| c.is_alphabetic() || matches!(c, '\'' | '.' | '-'))
}

/// Words of templates that no sample utterance may have.
fn unsayable(tongue: &Tongue) -> Vec<Mistake> {
    let words = tongue.sentences.iter().flat_map(|sentences| sentences.words());
    let odd: BTreeSet<(usize, &str)> = words.filter(|(_, word)| !sayable(word)).collect();
    let mistake = |(line, word): (usize, &str)| {
        let what = format!("`{word}` cannot be in a sample utterance: write it as it is said");
        Mistake::new(Kind::Alexa, format!("sentences/{}.toml", tongue.locale), Some(line as u64), what)
    };
    odd.into_iter().map(mistake).collect()
}
