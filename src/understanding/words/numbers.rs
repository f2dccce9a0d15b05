//! Spoken and written numbers: "twenty four", "a dozen", "one hundred and five", "third".

use super::Token;

/// The largest number that is read.
pub const MAX_CARDINAL: u32 = 999_999;

/// The numbers below twenty, each at its place.
pub const ONES: [&str; 20] = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
];
const TENS: [&str; 8] = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];
const ORDINALS: [&str; 20] = [
    "zeroth",
    "first",
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
    "eleventh",
    "twelfth",
    "thirteenth",
    "fourteenth",
    "fifteenth",
    "sixteenth",
    "seventeenth",
    "eighteenth",
    "nineteenth",
];

fn word(tokens: &[Token], at: usize) -> &str {
    tokens.get(at).map_or("", |t| t.text.as_str())
}

/// The value of one word below twenty.
fn one(text: &str) -> Option<u32> {
    ONES.iter().position(|w| *w == text).and_then(|n| u32::try_from(n).ok())
}

/// The value of "twenty" to "ninety".
fn ten(text: &str) -> Option<u32> {
    let text = if text == "fourty" { "forty" } else { text };
    TENS.iter().position(|w| *w == text).and_then(|n| u32::try_from(n).ok()).map(|n| (n + 2) * 10)
}

/// Whether a word alone is a number: "seven", "forty", "12".
pub fn small_number_words(text: &str) -> bool {
    one(text).is_some() || ten(text).is_some() || text.bytes().all(|b| b.is_ascii_digit())
}

/// 0 to 99 in words.
fn below_hundred(tokens: &[Token], at: usize) -> Option<(u32, usize)> {
    if let Some(tens) = ten(word(tokens, at)) {
        let ones = one(word(tokens, at + 1)).filter(|n| (1..10).contains(n));
        return Some(ones.map_or((tens, 1), |n| (tens + n, 2)));
    }
    one(word(tokens, at)).map(|n| (n, 1))
}

/// 0 to 9,900 in words, with "hundred": "a hundred", "twelve hundred", "one hundred and five".
fn below_ten_thousand(tokens: &[Token], at: usize) -> Option<(u32, usize)> {
    let hundred = |i: usize| ["hundred", "hundreds"].contains(&word(tokens, i));
    let (head, mut used) = match below_hundred(tokens, at) {
        Some(found) => found,
        None if word(tokens, at) == "a" && hundred(at + 1) => (1, 1),
        None => return None,
    };
    if head == 0 || !hundred(at + used) {
        return Some((head, used));
    }
    used += 1;
    let mut value = head * 100;
    let skip = usize::from(word(tokens, at + used) == "and");
    if let Some((rest, more)) = below_hundred(tokens, at + used + skip).filter(|(rest, _)| *rest > 0) {
        value += rest;
        used += skip + more;
    }
    Some((value, used))
}

/// A cardinal number, 0 to [`MAX_CARDINAL`], with the number of tokens that it took.
pub fn cardinal(tokens: &[Token], at: usize) -> Option<(u32, usize)> {
    if tokens.get(at)?.is_digits() {
        let value = word(tokens, at).parse().ok().filter(|n| *n <= MAX_CARDINAL)?;
        return Some(dozens(tokens, at, value, 1));
    }
    match (word(tokens, at), word(tokens, at + 1), word(tokens, at + 2)) {
        ("half", "a", "dozen") => return Some((6, 3)),
        ("half", "dozen", _) => return Some((6, 2)),
        ("a", "half", "dozen") => return Some((6, 3)),
        ("a", "dozen", _) => return Some((12, 2)),
        ("a", "couple" | "pair", "of") => return Some(dozens(tokens, at, 2, 3)),
        ("a", "couple" | "pair", _) => return Some(dozens(tokens, at, 2, 2)),
        ("couple", "of", _) => return Some(dozens(tokens, at, 2, 2)),
        ("couple", "dozen", _) => return Some(dozens(tokens, at, 2, 1)),
        ("dozen", ..) => return Some((12, 1)),
        ("a", "few", _) => return Some(dozens(tokens, at, 3, 2)),
        ("few", ..) => return Some(dozens(tokens, at, 3, 1)),
        _ => {}
    }
    let (mut value, mut used) = match below_ten_thousand(tokens, at) {
        Some(found) => found,
        None if word(tokens, at) == "a" && word(tokens, at + 1) == "thousand" => (1, 1),
        None => return None,
    };
    if (1..1000).contains(&value) && word(tokens, at + used) == "thousand" {
        value *= 1000;
        used += 1;
        let skip = usize::from(word(tokens, at + used) == "and");
        let rest = below_ten_thousand(tokens, at + used + skip);
        if let Some((rest, more)) = rest.filter(|(rest, _)| (1..1000).contains(rest)) {
            value += rest;
            used += skip + more;
        }
    }
    Some(dozens(tokens, at, value, used))
}

/// "two dozen" is twenty four, and so is "a couple of dozen".
fn dozens(tokens: &[Token], at: usize, value: u32, used: usize) -> (u32, usize) {
    if (1..100).contains(&value) && word(tokens, at + used) == "dozen" {
        (value * 12, used + 1)
    } else {
        (value, used)
    }
}

/// "third", "3rd", "twenty first": 1 to 99.
pub fn ordinal(tokens: &[Token], at: usize) -> Option<(u32, usize)> {
    let text = word(tokens, at);
    let written = ["st", "nd", "rd", "th"].iter().find_map(|ending| text.strip_suffix(ending));
    if let Some(Ok(n)) = written.map(str::parse::<u32>) {
        return (1..=99).contains(&n).then_some((n, 1));
    }
    let position = |text: &str| ORDINALS.iter().position(|w| *w == text).and_then(|n| u32::try_from(n).ok());
    if let Some(n) = position(text).filter(|n| *n > 0) {
        return Some((n, 1));
    }
    if let Some(tens) = text.strip_suffix("ieth").and_then(|stem| ten(&format!("{stem}y"))) {
        return Some((tens, 1));
    }
    let tens = ten(text)?;
    position(word(tokens, at + 1)).filter(|n| (1..10).contains(n)).map(|n| (tens + n, 2))
}

/// A number in words, as people say it: the inverse of [`cardinal`], for the tests.
#[cfg(test)]
pub(super) fn spell(n: u32, and: bool) -> String {
    let small = |n: u32| ONES[n as usize].to_owned();
    match n {
        0..20 => small(n),
        20..100 => {
            let tens = TENS[(n / 10 - 2) as usize];
            if n.is_multiple_of(10) { tens.to_owned() } else { format!("{tens} {}", small(n % 10)) }
        }
        100..1000 => {
            let rest = n % 100;
            let joint = if and { " and " } else { " " };
            let tail = if rest == 0 { String::new() } else { format!("{joint}{}", spell(rest, and)) };
            format!("{} hundred{tail}", small(n / 100))
        }
        _ => {
            let rest = n % 1000;
            let tail = if rest == 0 { String::new() } else { format!(" {}", spell(rest, and)) };
            format!("{} thousand{tail}", spell(n / 1000, and))
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::understanding::words::tokenise;

    fn read(text: &str) -> Option<(u32, usize)> {
        cardinal(&tokenise(text).unwrap(), 0)
    }

    proptest! {
        #[test]
        fn any_number_written_out_is_read_back(n in 0..=MAX_CARDINAL, and: bool) {
            let text = spell(n, and);
            let words = text.split(' ').count();
            prop_assert_eq!(read(&text), Some((n, words)), "{}", text);
            prop_assert_eq!(read(&n.to_string()), Some((n, 1)));
        }
    }

    #[test]
    fn colloquial_numbers_are_read() {
        assert_eq!(read("a dozen eggs"), Some((12, 2)));
        assert_eq!(read("half a dozen bagels"), Some((6, 3)));
        assert_eq!(read("a couple of lemons"), Some((2, 3)));
        assert_eq!(read("a few lemons"), Some((3, 2)));
        assert_eq!(read("two dozen"), Some((24, 2)));
        assert_eq!(read("a couple of dozen"), Some((24, 4)));
        assert_eq!(read("a couple dozen eggs"), Some((24, 3)));
        assert_eq!(read("a few dozen"), Some((36, 3)));
        assert_eq!(read("twelve hundred"), Some((1200, 2)));
        assert_eq!(read("a hundred and one"), Some((101, 4)));
        assert_eq!(read("two and tea"), Some((2, 1)));
        assert_eq!(read("coffee"), None);
    }

    #[test]
    fn ordinals_are_read() {
        let read = |text: &str| ordinal(&tokenise(text).unwrap(), 0);
        assert_eq!(read("third one"), Some((3, 1)));
        assert_eq!(read("22nd"), Some((22, 1)));
        assert_eq!(read("twenty first"), Some((21, 2)));
        assert_eq!(read("thirtieth"), Some((30, 1)));
        assert_eq!(read("three"), None);
    }
}
