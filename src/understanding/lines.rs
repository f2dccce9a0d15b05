//! Which lines of an order a change is for, as the words around it say: "make the first one large", "oat milk in both",
//! "make one of them decaf".

use super::{
    around::{PUTS, has, is},
    intent::{Choice, Slots},
    words::{Token, cardinal},
};
use crate::commerce::Quantity;

/// Words between a change and the line that it is for.
const INTO: &[&str] = &["in", "into", "to", "on", "for"];

/// Words for several of what was spoken of.
const THEM: &[&str] = &["them", "those", "these", "the"];

/// Every line of the order.
const EACH: &[&str] = &["each", "everything"];

/// Words before or behind "all", with which it is every line.
const ALL_OF: (&[&str], &[&str]) = (&["them", "it", "make", "set", "change"], &["of"]);

/// "Two of each", "make them all three".
pub(super) fn of_each(tokens: &[Token]) -> bool {
    let all = |pair: &[Token]| {
        is(pair.get(1), &["all"]) && is(pair.first(), ALL_OF.0)
            || is(pair.first(), &["all"]) && is(pair.get(1), ALL_OF.1)
    };
    has(tokens, EACH) || tokens.windows(2).any(all)
}

/// "All but the first one", "everything except the latte".
fn all_but(tokens: &[Token]) -> bool {
    let all = |token| is(token, &["all", "everything", "both", "any", "them"]);
    let but = |token| is(token, &["but", "except", "apart", "besides", "without"]);
    has(tokens, &["all", "everything", "both", "any"])
        && tokens.windows(2).any(|pair| all(pair.first()) && but(pair.get(1)))
}

/// Moves what says which line is meant from where it would choose another product, and notes how many of it are meant.
pub(super) fn tell(slots: &mut Slots, tokens: &[Token]) {
    let named = slots.items.iter().any(|item| !item.it);
    if slots.refused && all_but(tokens) {
        slots.line = Some(Choice::All);
    }
    if has(tokens, &["same"]) && slots.choice.is_some() {
        slots.items.clear();
        slots.line = slots.choice.take();
    } else if slots.also && matches!(slots.choice, Some(Choice::Other | Choice::Ordinal(_) | Choice::Last)) {
        // "The other one too."
        slots.line = slots.choice.take();
    }
    let change = !slots.options.is_empty() || slots.constraints.size.is_some();
    if slots.instead_of.is_none() && slots.step.is_none() && slots.line.is_none() {
        let counted = slots.quantity.is_some();
        match &slots.choice {
            Some(Choice::Ordinal(_) | Choice::Last | Choice::Described(_) | Choice::Other)
                if (change || named || counted) && speaks_of_one(tokens) =>
            {
                slots.line = slots.choice.take();
            }
            Some(Choice::Both | Choice::Other) if change => slots.line = slots.choice.take(),
            None if (change || counted) && has(tokens, &["both"]) => slots.line = Some(Choice::Both),
            None if change
                && !named
                && (has(tokens, &["all", "each", "everything"]) || puts_them(tokens)) =>
            {
                slots.line = Some(Choice::All);
            }
            _ => {}
        }
        if slots.line.is_some() && named && !change && !counted {
            // "Make the first one a mocha."
            slots.instead_of = Some("it".to_owned());
        }
    }
    let one_of_them = tokens.windows(3).any(|three| is(three.first(), &["one"]) && of_them(&three[1..]));
    if slots.quantity.is_none() && one_of_them && (change || named && has(tokens, PUTS)) {
        slots.quantity = Some(Quantity::ONE);
        if !change {
            // "Make one of them a mocha."
            slots.instead_of.get_or_insert_with(|| "it".to_owned());
        }
    }
    if slots.line == Some(Choice::Other) && speaks_of_others(tokens) {
        slots.line = Some(Choice::Others);
    }
    slots.half =
        change && slots.quantity.is_none() && has(tokens, &["half"]) && tokens.windows(2).any(of_them);
    let told = slots.line.is_none() && (slots.quantity.is_some() || slots.half);
    slots.part = told && (change || slots.instead_of.is_some()) && speaks_of_some(tokens, named);
}

/// "The first one" with a change of it is a line, whichever words are around.
pub(super) fn by_place(slots: &mut Slots) {
    let change = !slots.options.is_empty() || slots.constraints.size.is_some() || slots.quantity.is_some();
    if change
        && !slots.refused
        && matches!(slots.choice, Some(Choice::Ordinal(_) | Choice::Last | Choice::Other))
    {
        slots.line = slots.choice.take();
    }
}

/// "The others", "the rest", "the other lattes".
pub(super) fn speaks_of_others(tokens: &[Token]) -> bool {
    let several = |pair: &[Token]| is(pair.first(), &["other"]) && pair[1].text.ends_with('s');
    has(tokens, &["others", "rest"]) || tokens.windows(2).any(several)
}

/// "Make them large."
fn puts_them(tokens: &[Token]) -> bool {
    tokens.windows(2).any(|pair| is(pair.first(), PUTS) && is(pair.get(1), &["them"]))
}

/// "Make the first one …", "… in the small one".
fn speaks_of_one(tokens: &[Token]) -> bool {
    tokens
        .windows(2)
        .any(|pair| (is(pair.first(), PUTS) || is(pair.first(), INTO)) && is(pair.get(1), &["the"]))
}

/// "Make one of them …", "one of them …", "make one small", "two of the lattes …"; but "two of the large" counts what there is.
fn speaks_of_some(tokens: &[Token], named: bool) -> bool {
    let changes = has(tokens, PUTS) || has(tokens, INTO) || has(tokens, &["with", "without"]);
    let them = |pair: &[Token]| of_them(pair) && (changes || named || !is(pair.get(1), &["the"]));
    let one = |pair: &[Token]| is(pair.first(), PUTS) && is(pair.get(1), &["one"]);
    tokens.windows(2).any(|pair| them(pair) || one(pair))
}

/// How the rest of a line is said to stay: "one with oat milk and one without".
const AS_IT_IS: &[&[&str]] = &[
    &["without"],
    &["plain"],
    &["normal"],
    &["regular"],
    &["as", "is"],
    &["as", "it", "is"],
    &["as", "they", "are"],
];

/// "Leave the others", "keep the rest as they are": the first word, and those that may follow.
const STAYS: &[&str] = &["leave", "keep", "leaving", "keeping"];
const AS_THEY_ARE: &[&str] = &[
    "the",
    "others",
    "rest",
    "everything",
    "else",
    "of",
    "it",
    "them",
    "alone",
    "as",
    "is",
    "are",
    "they",
    "was",
    "were",
];

/// "Forget the rest": the first word.
const GOES: &[&str] = &[
    "cancel", "drop", "forget", "remove", "lose", "skip", "scratch", "delete", "ditch", "no", "not",
    "without",
];

/// "One without", "the other one plain", "the rest as they are".
pub(super) fn stays_as_it_is(tokens: &[Token]) -> bool {
    if is(tokens.first(), STAYS) {
        let all = speaks_of_others(tokens) || has(tokens, &["everything"]);
        return all && tokens[1..].iter().all(|token| is(Some(token), AS_THEY_ARE));
    }
    let of_it = AS_IT_IS.iter().find(|words| {
        let end = tokens.len().checked_sub(words.len()).map(|at| &tokens[at..]);
        end.is_some_and(|end| end.iter().zip(words.iter()).all(|(token, word)| token.text == *word))
    });
    let Some(words) = of_it else { return false };
    let which = &tokens[..tokens.len() - words.len()];
    let counted = cardinal(which, 0).is_some_and(|(_, used)| used == which.len());
    let other = ["other", "one", "ones", "others", "rest", "leave", "the", "is"];
    let rest = has(which, &["other", "others", "rest"]) && which.iter().all(|token| is(Some(token), &other));
    counted || rest
}

/// What goes: "forget the rest", "drop the others".
pub(super) fn drops_the_rest(tokens: &[Token]) -> bool {
    let rest = ["the", "rest", "others", "of", "it", "them", "about"];
    tokens.split_first().is_some_and(|(first, others)| {
        is(Some(first), GOES) && speaks_of_others(others) && others.iter().all(|token| is(Some(token), &rest))
    })
}

fn of_them(pair: &[Token]) -> bool {
    is(pair.first(), &["of"]) && is(pair.get(1), THEM)
}
