//! What keeps text that nobody spoke from being taken for words. All of it looks at structure:
//! how much voice there was, how sure the model is, whether it repeats itself, whether so much
//! can be said in so short a time. No list of phrases: "thank you" may have been said.

use super::decode::Decoded;
use crate::speech::{Heard, confidence::Trust};

/// The least voice in an utterance, in milliseconds: a spoken "yes" has more.
const LEAST_VOICE_MS: usize = 96;

/// The most letters a second that are spoken; hurried speech has some twenty.
const LETTERS_A_SECOND: f32 = 35.0;

/// The longest phrase, in words, whose repetition is looked for.
const LONGEST_PHRASE: usize = 12;

/// What is to be done with a decoded text.
#[derive(Debug, Clone, PartialEq)]
pub enum Judgement {
    /// It is this.
    Is(Heard),
    /// It says a phrase more than once: another look is needed.
    Repeats,
}

/// Whether so many milliseconds of voice can hold a word.
pub fn enough_voice(voice_ms: usize) -> bool {
    voice_ms >= LEAST_VOICE_MS
}

/// Judges the text that was decoded from `seconds` of sound; `trust` is the model's.
pub fn judge(decoded: &Decoded, seconds: f32, trust: &Trust) -> Judgement {
    if decoded.stopped {
        return Judgement::Is(Heard::Unclear);
    }
    if let Some(label) = label(&decoded.text) {
        // Our own models mark speech that they cannot make out with this word.
        return Judgement::Is(if label == "INAUDIBLE" { Heard::Unclear } else { Heard::Nothing });
    }
    if !decoded.text.chars().any(char::is_alphanumeric) {
        return Judgement::Is(Heard::Nothing);
    }
    if !trust.trusts(&decoded.features) || too_fast(&decoded.text, seconds) {
        return Judgement::Is(Heard::Unclear);
    }
    if repeats(&decoded.text) { Judgement::Repeats } else { Judgement::Is(words(decoded, trust)) }
}

/// Settles a text that repeats itself by what the whole context makes of the sound: the same
/// text was spoken that way, unless it is a loop; another one is judged for itself.
pub fn settle(first: &Decoded, again: &Decoded, seconds: f32, trust: &Trust) -> Heard {
    match judge(again, seconds, trust) {
        Judgement::Is(heard) => heard,
        Judgement::Repeats if first.text == again.text && times(&again.text) == 2 => words(again, trust),
        Judgement::Repeats => Heard::Unclear,
    }
}

fn words(decoded: &Decoded, trust: &Trust) -> Heard {
    Heard::Words { text: decoded.text.clone(), confidence: trust.confidence(&decoded.features) }
}

/// The word of a text that is nothing but an annotation: `[BLANK_AUDIO]`, `(music)`, `*sigh*`.
fn label(text: &str) -> Option<&str> {
    [('[', ']'), ('(', ')'), ('*', '*'), ('♪', '♪')].into_iter().find_map(|(open, close)| {
        let inner = text.strip_prefix(open)?.strip_suffix(close)?;
        (!inner.contains([open, close])).then_some(inner.trim())
    })
}

fn too_fast(text: &str, seconds: f32) -> bool {
    let letters = text.chars().filter(|c| c.is_alphanumeric()).count();
    letters as f32 > LETTERS_A_SECOND * seconds.max(0.3)
}

fn repeats(text: &str) -> bool {
    times(text) >= 2
}

/// How often a text says one phrase in a row: the whole text twice or more, or its end three
/// times or more. Single words (the digits of a number, "no no no") must come nine times.
fn times(text: &str) -> usize {
    let words: Vec<String> = text
        .split_whitespace()
        .map(|word| word.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect())
        .collect();
    (1..=LONGEST_PHRASE.min(words.len() / 2))
        .filter_map(|length| {
            let phrase = &words[words.len() - length..];
            let count = words.rchunks_exact(length).take_while(|chunk| *chunk == phrase).count();
            let least = match length {
                1 => 9,
                _ if same(phrase) => usize::MAX,
                2 => 3,
                _ if count * length == words.len() => 2,
                _ => 3,
            };
            (count >= least).then_some(count)
        })
        .max()
        .unwrap_or(1)
}

/// Whether a phrase is one word again and again: that is counted as a single word.
fn same(phrase: &[String]) -> bool {
    phrase.windows(2).all(|pair| pair[0] == pair[1])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::speech::confidence::Features;

    fn decoded(text: &str, confidence: f32) -> Decoded {
        let features = Features::new(&[confidence.ln()], Some(0.0), 3.0, None);
        let features = Features { mean_probability: confidence, ..features };
        Decoded { text: text.to_owned(), features, stopped: false }
    }

    /// That of a model without calibration.
    fn trust() -> Trust {
        Trust { floor: 0.75, ..Trust::default() }
    }

    fn judged(text: &str) -> Judgement {
        judge(&decoded(text, 0.9), 3.0, &trust())
    }

    #[test]
    fn an_annotation_is_no_text() {
        for text in ["[BLANK_AUDIO]", "[ Silence ]", "(music)", "*sighs*", "♪", "♪ la la ♪", "...", "", "- ?"]
        {
            assert_eq!(judged(text), Judgement::Is(Heard::Nothing), "{text}");
        }
        assert_eq!(judged("[INAUDIBLE]"), Judgement::Is(Heard::Unclear));
    }

    #[test]
    fn a_text_below_the_floor_is_unclear_whatever_it_says() {
        assert_eq!(judge(&decoded("Yes.", 0.74), 1.0, &trust()), Judgement::Is(Heard::Unclear));
        let heard = Heard::Words { text: "Yes.".to_owned(), confidence: 0.75 };
        assert_eq!(judge(&decoded("Yes.", 0.75), 1.0, &trust()), Judgement::Is(heard));
    }

    #[test]
    fn a_decoder_that_was_stopped_heard_nothing_to_be_trusted() {
        let stopped = Decoded { stopped: true, ..decoded("Yes.", 1.0) };
        assert_eq!(judge(&stopped, 1.0, &trust()), Judgement::Is(Heard::Unclear));
    }

    #[test]
    fn more_than_can_be_said_in_the_time_is_unclear() {
        let text = "Reorder paper towels and two bottles of dish soap.";
        assert_eq!(judge(&decoded(text, 0.9), 0.5, &trust()), Judgement::Is(Heard::Unclear));
        assert!(matches!(judge(&decoded(text, 0.9), 2.5, &trust()), Judgement::Is(Heard::Words { .. })));
    }

    #[test]
    fn digits_that_repeat_are_digits() {
        for text in [
            "one one one one",
            "My PIN is four four four four.",
            "No, no, no.",
            "five five five five five five",
        ] {
            assert!(matches!(judged(text), Judgement::Is(Heard::Words { .. })), "{text}");
        }
    }

    #[test]
    fn a_phrase_in_a_loop_is_looked_at_again() {
        for text in [
            "Order paper towels. Order paper towels.",
            "Add milk. Add milk. Add milk.",
            "Please order the dish soap the dish soap the dish soap",
            "no no no no no no no no no no",
        ] {
            assert_eq!(judged(text), Judgement::Repeats, "{text}");
        }
        for text in ["Two packs of two packs", "one two one two", "Yes please, yes please."] {
            assert!(matches!(judged(text), Judgement::Is(Heard::Words { .. })), "{text}");
        }
    }

    #[test]
    fn a_phrase_that_the_whole_context_hears_twice_too_was_said_twice() {
        let (twice, once) = (decoded("Add the milk. Add the milk.", 0.9), decoded("Add the milk.", 0.8));
        assert!(matches!(settle(&twice, &twice, 3.0, &trust()), Heard::Words { .. }));
        let heard = Heard::Words { text: "Add the milk.".to_owned(), confidence: 0.8 };
        assert_eq!(settle(&twice, &once, 3.0, &trust()), heard);
        let thrice = decoded("Add the milk. Add the milk. Add the milk.", 0.9);
        assert_eq!(settle(&thrice, &thrice, 4.0, &trust()), Heard::Unclear);
        assert_eq!(settle(&twice, &decoded("Add the milk.", 0.5), 3.0, &trust()), Heard::Unclear);
    }
}
