//! Whether what is named comes on top of what there is, as the words around it say: "and a bagel", "a muffin too".

use super::{
    around::{has, is},
    words::Token,
};

/// What may stand before the word that joins a wish to what there is.
const BEFORE: &[&str] = &[
    "yes", "yeah", "yep", "yup", "sure", "okay", "oh", "um", "uh", "well", "so", "please", "actually",
    "then", "great", "perfect", "almost", "but", "first", "wait", "hold", "on", "no", "hm", "hmm", "mm",
];

/// What may stand behind a "too".
const AFTER: &[&str] = &["please", "thanks", "thank", "and", "then", "that"];

/// Words that join a wish to what there is.
const JOINTS: &[&str] = &["and", "also", "plus"];

/// With one of these something that is there is changed, whatever stands before it: "and make it a mocha".
const CHANGES: &[&str] = &[
    "change", "exchange", "instead", "just", "make", "meant", "must", "no", "not", "only", "replace",
    "should", "swap", "switch", "without",
];

/// How many words are said before what is meant: "yes but not yet, …".
pub(super) fn opening(tokens: &[Token]) -> usize {
    let mut at = 0;
    loop {
        let pair = is(tokens.get(at), &["not"]) && is(tokens.get(at + 1), &["yet"])
            || is(tokens.get(at), &["before"]) && is(tokens.get(at + 1), &["that"]);
        match pair {
            true => at += 2,
            false if is(tokens.get(at), BEFORE) => at += 1,
            false => return at.min(tokens.len()),
        }
    }
}

/// "And a bagel", "yes, and eggs", "can I also get tea", "a muffin too".
pub(super) fn comes_on_top(tokens: &[Token]) -> bool {
    let heart = &tokens[opening(tokens)..];
    // What ends a sentence may follow: "a bagel too, and that's it".
    let ends = |after: Option<&Token>| after.is_none_or(|token| token.gap || is(Some(token), AFTER));
    let as_well =
        |at: usize| is(heart.get(at), &["as"]) && is(heart.get(at + 1), &["well"]) && ends(heart.get(at + 2));
    let too = |at: usize| is(heart.get(at), &["too"]) && ends(heart.get(at + 1));
    let behind = (0..heart.len()).any(|at| too(at) || as_well(at));
    !has(heart, CHANGES) && (is(heart.first(), JOINTS) || behind || has(heart, &["also"]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::understanding::words::tokenise;

    #[test]
    fn what_comes_on_top_is_told_from_a_change() {
        let on_top = |text: &str| comes_on_top(&tokenise(text).unwrap());
        for said in ["and a bagel", "yes, and eggs", "also tea please", "can I also get tea", "a muffin too"]
        {
            assert!(on_top(said), "{said}");
        }
        for said in ["a bagel", "eggs and milk", "and make it a mocha", "yes and tea instead", "as well made"]
        {
            assert!(!on_top(said), "{said}");
        }
    }
}
