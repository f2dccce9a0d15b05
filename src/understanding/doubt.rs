//! Numbers that can be read in more than one way. A wrong quantity costs money, and asking again
//! costs a moment: what has one of these is not understood.

use super::{
    intent::Slots,
    phrases,
    words::{Bound, Token, bound, cardinal, either, is_measure, singular_unit},
};
use crate::commerce::Currency;

/// What is counted where nothing is bought: "over two weeks ago".
const TIMES: &[&str] = &[
    "minute", "minutes", "hour", "hours", "day", "days", "week", "weeks", "month", "months", "year", "years",
];

/// Whether a quantity was taken from a number that cannot be read surely: "ten four", "2,5",
/// "minus three", "two or three", "more than two".
pub(super) fn doubtful(tokens: &[Token], slots: &Slots, currency: Currency) -> bool {
    let counts = slots.quantity.is_some() || slots.items.iter().any(|item| item.quantity.is_some());
    // "Nine ninety nine" is a price, and so are two numbers where one was said.
    let priced = slots.constraints.price_max.is_some() || slots.constraints.price_min.is_some();
    let two = !priced && (0..tokens.len()).any(|at| runs_on(tokens, at));
    let one_of_two = || !priced && (0..tokens.len()).any(|at| either(tokens, at));
    let wanted = counts || !slots.items.is_empty() || slots.have_options();
    let open = |at| is_open(tokens, at, slots, currency);
    (counts && two)
        || (wanted && (one_of_two() || (0..tokens.len()).any(open)))
        || tokens.iter().any(|t| t.text == "minus")
}

/// Whether a bound stands at `at` whose number is no price, and was not taken as it is: "more than two", or
/// "at least four" of what nobody knows.
fn is_open(tokens: &[Token], at: usize, slots: &Slots, currency: Currency) -> bool {
    let Some((kind, used)) = bound(tokens, at) else { return false };
    if at > 0 && ["no", "not"].contains(&tokens[at - 1].text.as_str()) && bound(tokens, at - 1).is_some() {
        // The end of "no more than".
        return false;
    }
    let priced = slots.constraints.price_max.is_some() || slots.constraints.price_min.is_some();
    if priced && phrases::limit(tokens, at + used, currency).is_some() {
        return false;
    }
    let Some((number, of)) = cardinal(tokens, at + used) else { return false };
    if tokens.get(at + used + of).is_some_and(|t| TIMES.contains(&t.text.as_str())) {
        return false;
    }
    let quantities = slots.items.iter().filter_map(|item| item.quantity).chain(slots.quantity);
    let all = slots.items.iter().flat_map(|item| &item.options).chain(&slots.options);
    // "At least two more sugars" than there are: how many, nobody knows.
    let all = all.filter(|option| option.step.is_none() || kind == Bound::Exactly);
    let mut taken = quantities.map(|quantity| quantity.get()).chain(all.filter_map(|option| option.count));
    !kind.allows_it() || !taken.any(|count| count == number)
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
    // "Make the last one two."
    if at > 1 && tokens[at].text == "one" && tokens[at - 2].text == "the" {
        return false;
    }
    let counted = |word: &str| singular_unit(word).is_some() || is_measure(word);
    // "twenty two" is one number from its start; only its end is of interest.
    tokens.get(at + used + more).is_none_or(|next| !counted(&next.text))
}
