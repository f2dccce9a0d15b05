//! What the words around a thing say of it, whichever template fits: "and a bagel" comes on top of what there is, "add
//! milk to my cart" names the cart, and "remove a latte" takes one away.

use super::{
    intent::{Choice, Expect, Intent, IntentName, ItemPhrase, OrderRef, Slots, Step, Understood},
    lines, of_orders,
    on_top::{comes_on_top, opening},
    phrases::quantity,
    short,
    words::{Token, tokenise},
};
use crate::commerce::Quantity;

/// What a cart is called.
const CARTS: &[&str] = &["basket", "cart", "trolley"];

/// The same where it is called so by the word before: "my list", "the bag".
const CALLED: &[&str] = &["my", "our", "the", "shopping", "grocery"];

/// Words with which one thing is put in the place of another.
pub(super) const PUTS: &[&str] = &["change", "exchange", "make", "replace", "swap", "switch", "turn"];

/// With one of these a count is of what is wanted, and with one of the others of what there is.
const WANTS: &[&str] = &["add", "buy", "get", "give", "have", "like", "need", "order", "put", "take", "want"];
const OF_WHAT_THERE_IS: &[&str] = &[
    "another", "change", "double", "fewer", "instead", "just", "less", "make", "meant", "more", "only",
    "said",
];

/// "Order it and two cookies": what is open is in the order, and the others come on top of it.
fn leave_it(slots: &mut Slots) -> bool {
    let plain = |item: &ItemPhrase| item.it && item.quantity.is_none() && item.options.is_empty();
    let others =
        slots.items.len() > 1 && plain(&slots.items[0]) && slots.items[1..].iter().all(|item| !item.it);
    if others {
        slots.items.remove(0);
    }
    others
}

/// Fills in what the words around the things say.
pub(super) fn read(mut understood: Understood, tokens: &[Token], expect: Expect) -> Understood {
    use IntentName as N;
    if let Some(intent) = meant_otherwise(&understood.intent, tokens, expect) {
        return Understood { intent, ..understood };
    }
    let slots = &mut understood.intent.slots;
    match understood.intent.name {
        N::Buy | N::Reorder | N::AddToCart | N::Correct | N::Choose if !slots.items.is_empty() => {
            // "Another six pack" is one beside what there is, too.
            let packs = slots.items.iter().any(|item| item.pack_of.is_some());
            let another = packs && has(tokens, &["another"]);
            let beside_it = expect == Expect::YesNo && understood.intent.name == N::Buy && leave_it(slots);
            slots.also = another || beside_it || comes_on_top(tokens);
            if understood.intent.name == N::Correct {
                take_pack(slots);
            }
            slots.cart = names_the_cart(tokens);
            // "Order just the bagel" can be the one in the cart.
            let first = slots.items[0].words.split(' ').next().unwrap_or_default().to_owned();
            let the = |pair: &[Token]| is(pair.first(), &["the"]) && pair[1].text == first;
            let definite = has(tokens, &["just", "only"]) || tokens.windows(2).any(the);
            slots.only |= understood.intent.name == N::Buy && expect == Expect::Anything && definite;
        }
        // "And a large" of what there is a small one of.
        N::Correct if slots.constraints.size.is_some() || slots.choice.is_some() => {
            slots.also = comes_on_top(tokens);
        }
        N::RemoveFromCart => {
            take_one(slots, tokens);
            if slots.items.is_empty() && slots.choice.is_none() && lines::speaks_of_others(tokens) {
                slots.choice = Some(Choice::Others);
            }
        }
        // Whatever is open is not wanted any more.
        N::Launch => slots.refused = begins_anew(tokens),
        N::Purchases => slots.total = has(tokens, &["spend", "spent", "spending", "paid", "pay"]),
        N::Undo if has(tokens, &["order", "ordered"]) => slots.order = Some(OrderRef::Last),
        _ => {}
    }
    of_orders::tell(&mut understood.intent, tokens, expect);
    let slots = &mut understood.intent.slots;
    let change = matches!(
        understood.intent.name,
        N::Correct | N::Buy | N::AddToCart | N::RemoveFromCart | N::ChangeCart
    );
    slots.agreed = change && (tokens.first().is_some_and(short::agrees) || does_it_and_more(tokens));
    slots.back = understood.intent.name == N::AddToCart && has(tokens, &["back"]);
    if understood.intent.name == N::AddToCart {
        // "Add a cookie to that", "to my order".
        slots.pointed = of_orders::to_an_order(tokens);
    }
    tell_lines(&mut understood.intent, tokens);
    understood
}

/// "Do that and make the bagel two."
fn does_it_and_more(tokens: &[Token]) -> bool {
    let at = |at: usize, words: &[&str]| is(tokens.get(at), words);
    at(0, &["do", "make"]) && at(1, &["it", "that"]) && at(2, &["and"])
}

/// Which lines a change is for, how many of each, and whether it puts another thing in their place.
fn tell_lines(intent: &mut Intent, tokens: &[Token]) {
    use IntentName as N;
    let slots = &mut intent.slots;
    if intent.name == N::Correct {
        lines::tell(slots, tokens);
        if let (Some(_), [item]) = (&slots.instead_of, slots.items.as_mut_slice()) {
            // "Make the bagel a mocha with oat milk."
            item.options.append(&mut slots.options);
        }
    }
    match intent.name {
        N::Correct if slots.items.is_empty() && slots.options.is_empty() => {
            slots.each = lines::of_each(tokens);
            slots.pointed = points(tokens);
            slots.twice = slots.step.is_some() && slots.quantity.is_none() && doubles(tokens);
            // "All of it" alone is no count of each.
            slots.each &= slots.twice || slots.quantity.is_some() || slots.step.is_some();
        }
        N::Correct if takes_its_place(slots, tokens) => slots.instead_of = Some("it".to_owned()),
        N::ChangeCart => slots.twice = slots.quantity.is_none() && doubles(tokens),
        _ => {}
    }
}

/// What is meant where the words around make something else of it.
fn meant_otherwise(intent: &Intent, tokens: &[Token], expect: Expect) -> Option<Intent> {
    // A refused change is no refusal of what is open.
    let refused = intent.name == IntentName::No && refuses_a_change(tokens)
        || intent.name == IntentName::RemoveFromCart && refuses_to_remove(tokens);
    if refused || does_two_things(&intent.name, tokens) {
        return Some(Intent::bare(IntentName::NotUnderstood));
    }
    if keeps_only(intent, tokens) && (expect == Expect::YesNo || intent.name != IntentName::Buy) {
        let slots = Slots { only: true, choice: None, ..intent.slots.clone() };
        return Some(Intent { name: IntentName::Correct, slots });
    }
    let another = expect == Expect::YesNo && is_another_of_it(intent, tokens);
    another.then(|| Intent {
        name: IntentName::Correct,
        slots: Slots { step: Some(Step::More), ..Slots::default() },
    })
}

pub(super) fn is(token: Option<&Token>, words: &[&str]) -> bool {
    token.is_some_and(|token| words.contains(&token.text.as_str()))
}

pub(super) fn has(tokens: &[Token], words: &[&str]) -> bool {
    tokens.iter().any(|token| is(Some(token), words))
}

/// "Make that", "swap it".
fn puts_it(pair: &[Token]) -> bool {
    is(pair.first(), PUTS) && is(pair.get(1), &["it", "that", "this", "them"])
}

/// "Remove the bagel and add a cookie": half of it would be lost, or the wrong thing added.
pub(super) fn does_two_things(name: &IntentName, tokens: &[Token]) -> bool {
    use IntentName as N;
    let other = match name {
        N::RemoveFromCart => has(tokens, &["add", "change", "double", "make", "swap", "switch"]),
        N::Buy | N::Reorder | N::AddToCart => has(tokens, &["remove", "delete"]),
        _ => false,
    };
    other && has(tokens, &["and", "but", "then"])
}

/// "Just the latte" while the size of another drink is asked picks none of the sizes. "Actually just the latte".
fn keeps_only(intent: &Intent, tokens: &[Token]) -> bool {
    let described = matches!(intent.slots.choice, Some(Choice::Described(_)));
    let alone = match intent.name {
        IntentName::Choose | IntentName::Correct => described,
        IntentName::Buy => has(tokens, &["the"]),
        _ => false,
    };
    let named = alone && intent.slots.items.iter().any(|item| !item.it);
    named && is(tokens.get(opening(tokens)), &["just", "only"])
}

/// "Order another" while something is read back is one more of it, and not one instead of twelve.
fn is_another_of_it(intent: &Intent, tokens: &[Token]) -> bool {
    let slots = &intent.slots;
    let of_it = matches!(slots.items.as_slice(), [item] if item.it && item.pack_of.is_none());
    intent.name == IntentName::Buy && of_it && has(tokens, &["another"])
}

/// "Start over", "begin a new order", "restart".
fn begins_anew(tokens: &[Token]) -> bool {
    let anew = has(tokens, &["afresh", "again", "anew", "new", "over", "scratch"]);
    has(tokens, &["restart"]) || anew && has(tokens, &["begin", "make", "start"])
}

/// "One of those", "add one", "I'll take two".
fn points(tokens: &[Token]) -> bool {
    let of_them = |pair: &[Token]| {
        is(pair.first(), &["of"]) && is(pair.get(1), &["it", "that", "them", "these", "those"])
    };
    !has(tokens, OF_WHAT_THERE_IS) && (has(tokens, WANTS) || tokens.windows(2).any(of_them))
}

/// "Don't double it", "no, not another", "don't make it two".
fn refuses_a_change(tokens: &[Token]) -> bool {
    // "Don't make it" alone refuses all.
    tokens.windows(3).any(puts_it) || doubles(tokens) || has(tokens, &["another"])
}

fn doubles(tokens: &[Token]) -> bool {
    has(tokens, &["double", "twice"])
}

/// "Make that a mocha", "swap it for tea": a thing in the place of what is spoken of.
fn takes_its_place(slots: &Slots, tokens: &[Token]) -> bool {
    let named = !slots.items.is_empty() && slots.items.iter().all(|item| !item.it);
    let thing = named && slots.instead_of.is_none() && slots.step.is_none();
    thing && !slots.refused && !slots.only && tokens.windows(2).any(puts_it)
}

fn names_the_cart(tokens: &[Token]) -> bool {
    let called = |pair: &[Token]| is(pair.first(), CALLED) && is(pair.get(1), &["list", "bag"]);
    has(tokens, CARTS) || tokens.windows(2).any(called)
}

/// "Make the paper towels a six pack" says what the pack shall hold, and no size like "large".
fn take_pack(slots: &mut Slots) {
    let ([item], Some(size)) = (slots.items.as_mut_slice(), &slots.constraints.size) else { return };
    let tokens = tokenise(size).unwrap_or_default();
    let whole = quantity(&tokens, 0).filter(|(_, used)| *used == tokens.len());
    if let Some((said, _)) = whole.filter(|(said, _)| said.pack_of.is_some()) {
        item.pack_of = item.pack_of.or(said.pack_of);
        item.unit = item.unit.take().or_else(|| said.unit.map(str::to_owned));
        item.quantity = item.quantity.or_else(|| Quantity::new(said.count));
        slots.constraints.size = None;
    }
}

/// "Remove a latte" takes one, where "remove the latte" takes them all, also "the latte with an extra shot".
fn take_one(slots: &mut Slots, tokens: &[Token]) {
    if slots.items.len() > 1 {
        return slots.items.iter_mut().for_each(|item| take_one_of_several(item, tokens));
    }
    let article =
        tokens.iter().find(|token| is(Some(token), &["a", "an", "all", "both", "my", "our", "the"]));
    if let [item] = slots.items.as_mut_slice()
        && !item.it
        && is(article, &["a", "an"])
    {
        item.quantity = item.quantity.or(Some(Quantity::ONE));
    }
}

/// "Remove a bagel and the cookies": one bagel, and all the cookies.
fn take_one_of_several(item: &mut ItemPhrase, tokens: &[Token]) {
    let first = item.words.split(' ').next().unwrap_or_default();
    let here = tokens.windows(2).any(|pair| is(pair.first(), &["a", "an"]) && is(pair.get(1), &[first]));
    if here && !first.is_empty() {
        item.quantity = item.quantity.or(Some(Quantity::ONE));
    }
}

/// "Don't remove the bagel."
fn refuses_to_remove(tokens: &[Token]) -> bool {
    let removes = |token| is(token, &["remove", "delete", "drop", "take", "lose", "scratch"]);
    tokens.windows(2).any(|pair| is(pair.first(), &["not", "never"]) && removes(pair.get(1)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cart_is_named_by_its_name_only() {
        let named = |text: &str| names_the_cart(&tokenise(text).unwrap());
        assert!(named("add milk to my cart") && named("put it on the list") && named("on my shopping list"));
        assert!(!named("add milk") && !named("add a bag of chips") && !named("put it on my order"));
    }
}
