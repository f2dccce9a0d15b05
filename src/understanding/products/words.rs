//! A product's words in the form in which they are compared: stems, numbers as digits.

use rust_stemmers::{Algorithm, Stemmer};

use crate::understanding::words::{Token, cardinal, is_measure, measure, measures, tokenise};

/// Words that tell no product from another.
const EMPTY: &[&str] = &[
    "a", "an", "and", "any", "brand", "by", "flavor", "flavored", "for", "from", "in", "kind", "more", "of",
    "one", "ones", "or", "our", "my", "size", "sized", "some", "sort", "that", "the", "these", "this",
    "those", "type", "with",
];

/// What labels write for counts.
const ON_LABELS: &[(&str, &str)] = &[("ct", "count"), ("pk", "pack")];

/// Whether a stem is that of a measure in which sizes are given.
pub(super) fn measure_stem(of: &str) -> bool {
    measures().filter(|m| m.of_a_size).any(|m| stem(m.one) == of || m.is_short(of))
}

/// The one name of what has several: "ounce" for "oz".
fn full(text: &str) -> &str {
    let label = || ON_LABELS.iter().find(|(short, _)| *short == text).map(|(_, full)| *full);
    measure(text).map(|measure| measure.one).or_else(label).unwrap_or(text)
}

/// Whether a word tells no product from another.
pub fn is_empty(word: &str) -> bool {
    EMPTY.contains(&word)
}

/// The root of one lower-case word, for likeness of sentences: `ordering` and `ordered` have the same.
pub fn root(word: &str) -> String {
    // The stemmer is a table and a function; making one costs nothing.
    Stemmer::create(Algorithm::English).stem(word).into_owned()
}

/// The stem of one lower-case word: `batteries` and `battery` have the same. Only what makes a
/// plural goes: somebody who says "treated" or "mixing" names no treat and no mix.
pub fn stem(word: &str) -> String {
    if !word.is_ascii() || word.len() < 3 {
        return word.to_owned();
    }
    if let Some(start) = word.strip_suffix("ies").filter(|start| !start.is_empty()) {
        return format!("{start}i");
    }
    let hisses = ["ses", "xes", "zes", "ches", "shes", "oes"].iter().any(|end| word.ends_with(end));
    let singular = if hisses {
        &word[..word.len() - 2]
    } else if word.ends_with('s') && !["ss", "us", "is"].iter().any(|end| word.ends_with(end)) {
        &word[..word.len() - 1]
    } else {
        word
    };
    // Both of a pair lose the last vowel: cheeses and cheese, cookies and cookie, berries and berry.
    let bare = singular.strip_suffix('e').filter(|bare| bare.len() > 1).unwrap_or(singular);
    match bare.strip_suffix('y').filter(|start| !start.ends_with(['a', 'e', 'o', 'u'])) {
        Some(start) if singular == bare => format!("{start}i"),
        _ => bare.to_owned(),
    }
}

/// The stems of the words that matter, in order. Numbers become digits: `twelve pack` → `12 pack`.
pub fn stems(text: &str) -> Vec<String> {
    tokenise(text).map_or_else(Vec::new, |tokens| stems_of(&tokens))
}

/// The same for words that are tokens already.
pub fn stems_of(tokens: &[Token]) -> Vec<String> {
    let (mut stems, mut at) = (Vec::new(), 0);
    while let Some(token) = tokens.get(at) {
        let text = token.text.as_str();
        let number = (!["a", "couple", "few"].contains(&text)).then(|| cardinal(tokens, at)).flatten();
        // "one" is a pronoun more often than a number, except before a measure.
        let pronoun = text == "one" && tokens.get(at + 1).is_none_or(|t| !is_measure(&t.text));
        if let Some((n, used)) = number.filter(|_| !pronoun) {
            stems.push(n.to_string());
            at += used;
            continue;
        }
        if !EMPTY.contains(&text) {
            stems.push(stem(full(text)));
        }
        at += 1;
    }
    stems
}

/// Whether one slip turns one word into the other: a letter more or less, two swapped, or another
/// vowel. Another consonant makes another word: a deterrent is no detergent.
pub fn one_edit(a: &str, b: &str) -> bool {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let (short, long) = if a.len() <= b.len() { (&a, &b) } else { (&b, &a) };
    let same = short.iter().zip(long.iter()).take_while(|(x, y)| x == y).count();
    match long.len() - short.len() {
        0 => {
            let rest = &short[same..];
            let swapped = rest.len() >= 2
                && rest[0] == long[same + 1]
                && rest[1] == long[same]
                && rest[2..] == long[same + 2..];
            let vowel = |c: &char| "aeiou".contains(*c);
            let other =
                !rest.is_empty() && vowel(&rest[0]) && vowel(&long[same]) && rest[1..] == long[same + 1..];
            rest.is_empty() || other || swapped
        }
        1 => short[same..] == long[same + 1..],
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plurals_numbers_and_measures_meet_in_one_form() {
        assert_eq!(stems("Batteries"), stems("battery"));
        assert_eq!(stems("the twenty four pack of paper towels"), ["24", "pack", "paper", "towel"]);
        assert_eq!(stems("16oz shampoo"), stems("sixteen ounce shampoo"));
        assert_eq!(stems("the large one"), ["larg"]);
        assert_eq!(stems("one liter cola"), ["1", "liter", "cola"]);
    }

    #[test]
    fn only_the_plural_goes() {
        for (many, one) in [
            ("cheeses", "cheese"),
            ("cookies", "cookie"),
            ("boxes", "box"),
            ("tomatoes", "tomato"),
            ("berries", "berry"),
            ("sponges", "sponge"),
            ("matches", "match"),
            ("dressings", "dressing"),
            ("glasses", "glass"),
            ("peas", "pea"),
            ("shoes", "shoe"),
            ("tissues", "tissue"),
            ("seeds", "seed"),
        ] {
            assert_eq!(stem(many), stem(one));
        }
        for (other, noun) in [
            ("treated", "treat"),
            ("treating", "treat"),
            ("mixing", "mix"),
            ("seeded", "seed"),
            ("polished", "polish"),
            ("popped", "pop"),
            ("certainly", "certain"),
            ("condition", "conditioner"),
        ] {
            assert_ne!(stem(other), stem(noun));
        }
    }

    #[test]
    fn one_edit_is_a_letter_more_less_swapped_or_another_vowel() {
        assert!(one_edit("shampoo", "shampo"));
        assert!(one_edit("battery", "battrey"));
        assert!(one_edit("detergent", "deturgent"));
        assert!(!one_edit("deterrent", "detergent"));
        assert!(!one_edit("candies", "candles"));
        assert!(!one_edit("coffee", "toffees"));
        assert!(!one_edit("bread", "beads"));
    }
}
