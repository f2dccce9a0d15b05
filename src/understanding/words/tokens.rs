//! Text into tokens: lower case, no punctuation, contractions written out.

/// The longest text that is looked at, in bytes. A longer one was not said to an assistant.
pub const MAX_BYTES: usize = 500;

/// The most tokens that are looked at.
pub const MAX_TOKENS: usize = 60;

/// A word, a number or an amount such as `$12.99`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// In lower case, without punctuation around it.
    pub text: String,
    /// Whether punctuation separates it from the token before: a comma between items, a pause.
    pub gap: bool,
}

impl Token {
    /// Whether the token is written in decimal digits only.
    pub fn is_digits(&self) -> bool {
        !self.text.is_empty() && self.text.bytes().all(|b| b.is_ascii_digit())
    }
}

/// What a shopper shortens, and what it stands for. Templates are tokenised in the same way, so
/// either form can be written there.
const WRITTEN_OUT: &[(&str, &[&str])] = &[
    ("cannot", &["can", "not"]),
    ("can't", &["can", "not"]),
    ("checkout", &["check", "out"]),
    ("dont", &["do", "not"]),
    ("gimme", &["give", "me"]),
    ("gonna", &["going", "to"]),
    ("im", &["i", "am"]),
    ("lemme", &["let", "me"]),
    ("let's", &["let", "us"]),
    ("nevermind", &["never", "mind"]),
    ("ok", &["okay"]),
    ("okey", &["okay"]),
    ("shan't", &["shall", "not"]),
    ("wanna", &["want", "to"]),
    ("whats", &["what", "is"]),
    ("wheres", &["where", "is"]),
    ("won't", &["will", "not"]),
];

/// Endings after an apostrophe.
const ENDINGS: &[(&str, &str)] =
    &[("n't", "not"), ("'d", "would"), ("'ll", "will"), ("'ve", "have"), ("'re", "are"), ("'m", "am")];

/// Words after which `'s` is "is"; after any other it is a possessive and dropped.
const BEFORE_IS: &[&str] = &[
    "what",
    "where",
    "who",
    "how",
    "when",
    "that",
    "it",
    "there",
    "here",
    "this",
    "he",
    "she",
    "everything",
];

/// What is written out in templates and shortened by those who speak.
const SHORTENED: [(&str, &str); 14] = [
    ("i am", "i'm"),
    ("you are", "you're"),
    ("we are", "we're"),
    ("i would", "i'd"),
    ("we would", "we'd"),
    ("i will", "i'll"),
    ("do not", "don't"),
    ("did not", "didn't"),
    ("could not", "couldn't"),
    ("can not", "can't"),
    ("what is", "what's"),
    ("where is", "where's"),
    ("that is", "that's"),
    ("let us", "let's"),
];

/// A sentence of tokens with its contractions, as people say it; `None` if it has none.
pub fn contracted(sentence: &str) -> Option<String> {
    let mut text = format!(" {sentence} ");
    for (long, short) in SHORTENED {
        text = text.replace(&format!(" {long} "), &format!(" {short} "));
    }
    let text = text.trim();
    (text != sentence).then(|| text.to_owned())
}

/// Splits a text into tokens. `None` when it is longer than [`MAX_BYTES`] or [`MAX_TOKENS`].
pub fn tokenise(text: &str) -> Option<Vec<Token>> {
    if text.len() > MAX_BYTES {
        return None;
    }
    let mut tokens: Vec<Token> = Vec::new();
    for (word, gap) in split(text) {
        push_written_out(&mut tokens, &word, gap);
        if tokens.len() > MAX_TOKENS {
            return None;
        }
    }
    if let Some(first) = tokens.first_mut() {
        first.gap = false;
    }
    Some(tokens)
}

/// Raw words, each with whether punctuation stood before it.
fn split(text: &str) -> Vec<(String, bool)> {
    let chars: Vec<char> =
        text.to_lowercase().chars().map(|c| if c == '’' || c == '‘' { '\'' } else { c }).collect();
    let mut words = Vec::new();
    let (mut word, mut gap) = (String::new(), false);
    let mut end = |word: &mut String, gap: &mut bool| {
        if !word.is_empty() {
            words.push((std::mem::take(word), std::mem::take(gap)));
        }
    };
    for (i, &c) in chars.iter().enumerate() {
        let before = i.checked_sub(1).map(|j| chars[j]);
        let after = chars.get(i + 1).copied();
        let inside = |test: fn(char) -> bool| before.is_some_and(test) && after.is_some_and(test);
        match c {
            _ if c.is_alphanumeric() => {
                let joint = word.chars().last().is_some_and(|l| l.is_ascii_digit() && c.is_alphabetic());
                if joint && !ordinal_ending(&chars[i..]) {
                    end(&mut word, &mut gap);
                }
                word.push(c);
            }
            '\'' if inside(char::is_alphanumeric) => word.push(c),
            '.' if inside(|c| c.is_ascii_digit()) => word.push(c),
            ',' if inside(|c| c.is_ascii_digit()) && thousands(&chars[i + 1..]) => {}
            '$' | '€' | '£' => {
                end(&mut word, &mut gap);
                word.push(c);
            }
            '-' | '−' if before.is_none_or(char::is_whitespace) && signs(&chars[i + 1..]) => {
                end(&mut word, &mut gap);
                word.push_str("minus");
                end(&mut word, &mut gap);
            }
            '&' | '%' => {
                end(&mut word, &mut gap);
                word.push_str(if c == '&' { "and" } else { "percent" });
                end(&mut word, &mut gap);
            }
            _ => {
                end(&mut word, &mut gap);
                gap |= ",.;:!?…—–".contains(c);
            }
        }
    }
    end(&mut word, &mut gap);
    words
}

/// Whether `1st`, `2nd`, `3rd` or `4th` ends here.
fn ordinal_ending(rest: &[char]) -> bool {
    let ending: String = rest.iter().take(2).collect();
    let over = rest.get(2).is_none_or(|c| !c.is_alphanumeric());
    (over && ["st", "nd", "rd", "th"].contains(&ending.as_str())) || rest.len() == 1 && ending == "t"
}

/// Whether a number follows a sign: `-3`, `- 3`.
fn signs(rest: &[char]) -> bool {
    rest.iter().find(|c| !c.is_whitespace()).is_some_and(char::is_ascii_digit)
}

/// Whether exactly three digits follow: `1,299`.
fn thousands(rest: &[char]) -> bool {
    rest.iter().take_while(|c| c.is_ascii_digit()).count() == 3
}

fn push_written_out(tokens: &mut Vec<Token>, word: &str, gap: bool) {
    if word == "order" && tokens.last().is_some_and(|t| t.text == "re") {
        if let Some(last) = tokens.last_mut() {
            last.text = "reorder".to_owned();
        }
        return;
    }
    // Batteries: "double a", "triple a".
    let doubled = match tokens.last().map(|t| t.text.as_str()) {
        Some("double") => "aa",
        Some("triple") => "aaa",
        _ => "",
    };
    if word == "a" && !doubled.is_empty() {
        if let Some(last) = tokens.last_mut() {
            last.text = doubled.to_owned();
        }
        return;
    }
    let mut push = |text: &str, gap: bool| tokens.push(Token { text: text.to_owned(), gap });
    if let Some((_, parts)) = WRITTEN_OUT.iter().find(|(short, _)| *short == word) {
        for (i, part) in parts.iter().enumerate() {
            push(part, gap && i == 0);
        }
        return;
    }
    for (ending, long) in ENDINGS {
        if let Some(stem) = word.strip_suffix(ending).filter(|stem| !stem.is_empty()) {
            push(stem, gap);
            push(long, false);
            return;
        }
    }
    if let Some(stem) = word.strip_suffix("'s").filter(|stem| !stem.is_empty()) {
        push(stem, gap);
        if BEFORE_IS.contains(&stem) {
            push("is", false);
        }
        return;
    }
    if !["$", "€", "£"].contains(&word) {
        push(word, gap);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str) -> Vec<String> {
        tokenise(text).expect("short").into_iter().map(|t| t.text).collect()
    }

    #[test]
    fn contractions_and_hyphens_are_written_out() {
        assert_eq!(
            texts("What's in my cart? I'd re-order."),
            ["what", "is", "in", "my", "cart", "i", "would", "reorder"]
        );
        assert_eq!(texts("twenty-four, don't!"), ["twenty", "four", "do", "not"]);
        assert_eq!(texts("Northwind's at five o’clock"), ["northwind", "at", "five", "o'clock"]);
    }

    #[test]
    fn amounts_and_units_are_split_from_their_digits() {
        assert_eq!(
            texts("$12.99 or 1,299 for a 12-pack of 16oz"),
            ["$12.99", "or", "1299", "for", "a", "12", "pack", "of", "16", "oz"]
        );
        assert_eq!(texts("the 3rd & 1st, #4217."), ["the", "3rd", "and", "1st", "4217"]);
    }

    #[test]
    fn a_minus_is_heard_before_a_number_only() {
        assert_eq!(texts("buy -3 and - 4"), ["buy", "minus", "3", "and", "minus", "4"]);
        assert_eq!(texts("a 12-pack - please, 4-5"), ["a", "12", "pack", "please", "4", "5"]);
    }

    #[test]
    fn punctuation_is_remembered_as_a_gap() {
        let gaps: Vec<bool> = tokenise("coffee, tea… wait").unwrap().iter().map(|t| t.gap).collect();
        assert_eq!(gaps, [false, true, true]);
    }

    #[test]
    fn what_is_too_long_is_not_looked_at() {
        assert_eq!(tokenise(&"a ".repeat(MAX_TOKENS + 1)), None);
        assert_eq!(tokenise(&"a".repeat(MAX_BYTES + 1)), None);
    }
}
