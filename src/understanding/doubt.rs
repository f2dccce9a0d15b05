//! Numbers that can be read in more than one way. A wrong quantity costs money, and asking again
//! costs a moment: what has one of these is not understood.

use super::{
    intent::Slots,
    words::{Token, cardinal, is_measure, singular_unit},
};

/// Whether a quantity was taken from a number that cannot be read surely: "ten four", "2,5",
/// "minus three".
pub(super) fn doubtful(tokens: &[Token], slots: &Slots) -> bool {
    let counts = slots.quantity.is_some() || slots.items.iter().any(|item| item.quantity.is_some());
    // "Nine ninety nine" is a price, and so are two numbers where one was said.
    let priced = slots.constraints.price_max.is_some() || slots.constraints.price_min.is_some();
    let two = !priced && (0..tokens.len()).any(|at| runs_on(tokens, at));
    (counts && two) || tokens.iter().any(|t| t.text == "minus")
}

/// Whether a number ends in another one: "twenty 2", "two fifty", but not "two six packs" nor "two
/// sixteen ounce bottles".
fn runs_on(tokens: &[Token], at: usize) -> bool {
    let Some((_, used)) = cardinal(tokens, at) else { return false };
    let Some((_, more)) = cardinal(tokens, at + used) else { return false };
    // "Not two, three."
    if at > 0 && tokens[at - 1].text == "not" {
        return false;
    }
    let counted = |word: &str| singular_unit(word).is_some() || is_measure(word);
    // "twenty two" is one number from its start; only its end is of interest.
    tokens.get(at + used + more).is_none_or(|next| !counted(&next.text))
}
