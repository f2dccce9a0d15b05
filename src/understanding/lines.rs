//! Which lines of an order a change is for, as the words around it say: "make the first one large", "oat milk in both",
//! "make one of them decaf".

use super::{
    around::{PUTS, has, is},
    intent::{Choice, Slots},
    words::Token,
};
use crate::commerce::Quantity;

/// Words between a change and the line that it is for.
const INTO: &[&str] = &["in", "into", "to", "on", "for"];

/// Words for several of what was spoken of.
const THEM: &[&str] = &["them", "those", "these", "the"];

/// Moves what says which line is meant from where it would choose another product, and notes how many of it are meant.
pub(super) fn tell(slots: &mut Slots, tokens: &[Token]) {
    let named = slots.items.iter().any(|item| !item.it);
    let change = !slots.options.is_empty() || slots.constraints.size.is_some();
    if slots.instead_of.is_none() && slots.step.is_none() && slots.line.is_none() {
        let counted = slots.quantity.is_some();
        match &slots.choice {
            Some(Choice::Ordinal(_) | Choice::Last | Choice::Described(_))
                if (change || named || counted) && speaks_of_one(tokens) =>
            {
                slots.line = slots.choice.take();
            }
            Some(Choice::Both) if change => slots.line = slots.choice.take(),
            None if change && has(tokens, &["both"]) => slots.line = Some(Choice::Both),
            None if change && !named && has(tokens, &["all", "each", "everything"]) => {
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
    let told = slots.line.is_none() && slots.quantity.is_some();
    slots.part = told && (change || slots.instead_of.is_some()) && speaks_of_some(tokens);
}

/// "The first one" with a change of it is a line, whichever words are around.
pub(super) fn by_place(slots: &mut Slots) {
    let change = !slots.options.is_empty() || slots.constraints.size.is_some() || slots.quantity.is_some();
    if change && !slots.refused && matches!(slots.choice, Some(Choice::Ordinal(_) | Choice::Last)) {
        slots.line = slots.choice.take();
    }
}

/// "Make the first one …", "… in the small one".
fn speaks_of_one(tokens: &[Token]) -> bool {
    tokens
        .windows(2)
        .any(|pair| (is(pair.first(), PUTS) || is(pair.first(), INTO)) && is(pair.get(1), &["the"]))
}

/// "Make one of them …", "two of the lattes with …", "make one small", "one of them decaf".
fn speaks_of_some(tokens: &[Token]) -> bool {
    let changes = has(tokens, PUTS) || has(tokens, INTO) || has(tokens, &["with", "without"]);
    let begins = is(tokens.first(), &["one"]) && tokens.get(1..3).is_some_and(of_them);
    let one = |pair: &[Token]| is(pair.first(), PUTS) && is(pair.get(1), &["one"]);
    begins || changes && tokens.windows(2).any(of_them) || tokens.windows(2).any(one)
}

fn of_them(pair: &[Token]) -> bool {
    is(pair.first(), &["of"]) && is(pair.get(1), THEM)
}
