//! Digits said one by one, or in groups: "four two one seven", "double two", "oh", "42 17".

use super::{Token, cardinal};

/// More digits than any PIN, order number or count has.
const MAX_DIGITS: usize = 12;

/// The longest run of digits from `at`, with the number of tokens that it took.
pub fn digits(tokens: &[Token], at: usize) -> Option<(String, usize)> {
    let (mut text, mut used) = (String::new(), 0);
    while let Some((more, taken)) = group(tokens, at + used) {
        text.push_str(&more);
        used += taken;
        if text.len() > MAX_DIGITS {
            return None;
        }
    }
    (!text.is_empty()).then_some((text, used))
}

fn group(tokens: &[Token], at: usize) -> Option<(String, usize)> {
    let text = tokens.get(at)?.text.as_str();
    let times = match text {
        "oh" | "o" | "nought" => return Some(("0".to_owned(), 1)),
        "double" => 2,
        "triple" | "treble" => 3,
        "a" | "dozen" | "couple" | "few" | "half" => return None,
        _ => {
            if tokens[at].is_digits() {
                return Some((text.to_owned(), 1));
            }
            return cardinal(tokens, at).map(|(n, used)| (n.to_string(), used));
        }
    };
    let (digit, used) = group(tokens, at + 1)?;
    (digit.len() == 1).then(|| (digit.repeat(times), used + 1))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::understanding::words::{numbers::spell, tokenise};

    fn read(text: &str) -> Option<String> {
        let tokens = tokenise(text).unwrap();
        digits(&tokens, 0).filter(|(_, used)| *used == tokens.len()).map(|(text, _)| text)
    }

    proptest! {
        #[test]
        fn digits_said_one_by_one_are_read_back(said in "[0-9]{1,12}") {
            let words: Vec<String> = said.bytes().map(|b| spell(u32::from(b - b'0'), false)).collect();
            prop_assert_eq!(read(&words.join(" ")), Some(said.clone()));
            prop_assert_eq!(read(&said), Some(said));
        }
    }

    #[test]
    fn groups_doubles_and_oh_are_read() {
        assert_eq!(read("forty two seventeen").as_deref(), Some("4217"));
        assert_eq!(read("42 17").as_deref(), Some("4217"));
        assert_eq!(read("oh double two seven").as_deref(), Some("0227"));
        assert_eq!(read("four thousand two hundred and seventeen").as_deref(), Some("4217"));
        assert_eq!(read("double coffee"), None);
        assert_eq!(read("a dozen"), None);
    }

    #[test]
    fn more_digits_than_any_number_has_are_refused() {
        assert_eq!(read("1234567890123"), None);
    }
}
