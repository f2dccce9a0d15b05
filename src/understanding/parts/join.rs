//! Whether two parts of a sentence are two changes, and both as one meaning.

use crate::understanding::{
    around,
    intent::{Choice, Expect, Intent, IntentName, ItemPhrase, Slots, Understood},
    words::{Token, cardinal},
};

/// With one of these a thing is told from what the count before it counts: "two more bagels and a cookie".
const APART: &[&str] = &["a", "an", "another", "some", "add", "get", "also", "order", "buy"];

/// Whether what is said of a thing is of two kinds, of which only one would be heard, or a change is taken for a wish:
/// "make the latte decaf and large", "make the latte large and two bagels".
pub(super) fn loses_some(intent: &Intent, tokens: &[Token]) -> bool {
    let slots = &intent.slots;
    let both = |words: &str| words.split(' ').any(|word| word == "and");
    let described = matches!(&slots.choice, Some(Choice::Described(words)) if both(words));
    let sized = slots.constraints.size.is_some() && slots.items.iter().any(|item| !item.options.is_empty());
    match intent.name {
        IntentName::Correct => described || sized,
        IntentName::Buy => slots.items.len() > 1 && around::has(tokens, around::PUTS),
        _ => false,
    }
}

/// Whether an intent changes what is open, and does not only name a thing.
pub(super) fn changes(intent: &Intent) -> bool {
    use IntentName as N;
    let slots = &intent.slots;
    let thing_alone = matches!(slots.choice, Some(Choice::Described(_))) && !slots.items.is_empty();
    let named_so = slots.also || slots.only || slots.refused || slots.instead_of.is_some();
    match intent.name {
        N::Correct => !thing_alone || named_so,
        N::RemoveFromCart | N::ChangeCart => true,
        _ => false,
    }
}

/// Whether an intent wants a thing.
pub(super) fn wants(intent: &Intent) -> bool {
    use IntentName as N;
    let slots = &intent.slots;
    let things = !slots.items.is_empty() && slots.items.iter().all(|item| !item.it && !item.own);
    things && matches!(intent.name, N::Buy | N::AddToCart | N::Correct | N::Choose)
}

/// Whether a line shall be had otherwise.
pub(super) fn changes_how(intent: &Intent) -> bool {
    let slots = &intent.slots;
    let so = slots.constraints.size.is_some() || !slots.options.is_empty();
    intent.name == IntentName::Correct && so && !slots.refused && slots.instead_of.is_none()
}

/// "A small one": nothing but a size of what is open.
fn is_a_size(intent: &Intent) -> bool {
    let slots = &intent.slots;
    let size = slots.constraints.size.is_some() || matches!(slots.choice, Some(Choice::Described(_)));
    let other =
        slots.quantity.is_some() || slots.line.is_some() || slots.refused || slots.instead_of.is_some();
    intent.name == IntentName::Correct && size && !other && slots.items.is_empty() && slots.options.is_empty()
}

/// "Make one of the lattes and one of the mochas large": so many of several lines are not told apart.
pub(super) fn changes_some_of_several(intent: &Intent) -> bool {
    let slots = &intent.slots;
    let counted = slots.part || slots.items.iter().any(|item| item.quantity.is_some());
    changes_how(intent) && slots.items.len() > 1 && counted
}

/// "Everything but the latte, and a cookie": what is left out is one that is there, and the other comes beside it.
pub(super) fn adds_to_all_but(intent: &Intent, tokens: &[Token]) -> bool {
    let slots = &intent.slots;
    let beside = |pair: &[Token]| {
        pair[0].text == "and" && around::is(pair.get(1), &["a", "an", "another", "add", "some"])
    };
    let all_but = slots.refuses() || intent.name == IntentName::CheckOut;
    all_but && slots.items.len() > 1 && around::has(tokens, &["the"]) && tokens.windows(2).any(beside)
}

/// "… and take away the bagel" takes it out, where "… not the bagel" may leave it as it is.
pub(super) fn taken_out(mut then: Understood, tokens: &[Token]) -> Understood {
    let Intent { name, slots } = &mut then.intent;
    let left = around::is(tokens.first(), &["not", "no", "never", "but", "nothing"]);
    let plain = slots.refuses() && !slots.items.is_empty() && slots.line.is_none() && slots.then.is_none();
    if *name == IntentName::Correct && plain && !left {
        *name = IntentName::RemoveFromCart;
        *slots = Slots { items: std::mem::take(&mut slots.items), ..Slots::default() };
    }
    then
}

/// Whether an intent wants a thing on top of what there is.
pub(super) fn adds(intent: &Intent) -> bool {
    wants(intent) && (intent.slots.also || intent.name == IntentName::AddToCart)
}

/// Whether several things are changed of which each may be meant for itself, or counted by a number of its own.
pub(super) fn counts_things(intent: &Intent) -> bool {
    let slots = &intent.slots;
    let counted = slots.quantity.is_some() || slots.step.is_some() || slots.twice;
    let told = slots.only || slots.refused || slots.also || slots.choice.is_some() || slots.part;
    // "Make the latte and the mocha large."
    let several = slots.items.len() > 1 && slots.instead_of.is_none();
    let so = several && (slots.constraints.size.is_some() || !slots.options.is_empty());
    matches!(intent.name, IntentName::Correct | IntentName::ChangeCart)
        && !slots.items.is_empty()
        && (counted || so || slots.items.iter().any(|item| item.quantity.is_some()))
        && !told
}

/// "Swap the milk for eggs and the bread for bagels": of the second the words for both would be one thing.
pub(super) fn swaps_several(intent: &Intent, tokens: &[Token]) -> bool {
    let slots = &intent.slots;
    let joins = tokens.iter().filter(|token| ["for", "with", "to"].contains(&token.text.as_str())).count();
    intent.name == IntentName::Correct && slots.instead_of.is_some() && slots.items.len() > 1 && joins > 1
}

/// Whether what follows the joint is not meant by the count before it.
pub(super) fn stands_apart(whole: &Understood, first: &Understood, after: &[Token]) -> bool {
    let things = |understood: &Understood| understood.intent.slots.items.len();
    let told = after.first().is_some_and(|token| APART.contains(&token.text.as_str()));
    let apart = told || cardinal(after, 0).is_some() || things(first) == 0;
    things(first) < things(whole) && apart
}

/// Whether a change names what it is of.
pub(super) fn names_its_own(intent: &Intent) -> bool {
    let slots = &intent.slots;
    slots.line.is_some()
        || slots.items.iter().any(|item| !item.it)
        || intent.name == IntentName::RemoveFromCart && slots.choice.is_some()
}

/// Both, one after the other. A yes beside a change is no yes to what it makes of the order, and is left out.
pub(super) fn joined(mut first: Understood, mut then: Understood, expect: Expect) -> Option<Understood> {
    use IntentName as N;
    if let Some(both) = and_checked_out(&first, &then, expect) {
        return Some(both);
    }
    if first.intent.name == N::ClearCart && wants(&then.intent) {
        let confidence = first.confidence.min(then.confidence);
        return Some(Understood { intent: first.intent.and_then(then.intent), confidence });
    }
    if is_a_size(&first.intent) && is_a_size(&then.intent) {
        // "A small one and a large one" are two.
        then.intent.slots.also = true;
    }
    // "Both and a cookie", "the second one and a cookie" where that is asked.
    let answers = first.intent.name == N::Choose && first.intent.slots.items.is_empty();
    let answers = answers && !matches!(first.intent.slots.choice, None | Some(Choice::None | Choice::More));
    let changed = changes(&first.intent) || answers && (wants(&then.intent) || changes(&then.intent));
    if changes_how(&first.intent) && then.intent.name == N::Correct && then.intent.slots.refused {
        // "Make the latte large, not the mocha": that one is left as it is. "No, the mocha" is neither.
        let named = first.intent.slots.items.iter().any(|item| !item.it);
        return (named && !then.intent.slots.instead).then_some(first);
    }
    let adds_first = adds(&first.intent);
    let next = changes(&then.intent) || adds(&then.intent);
    // "Get five and place the order."
    let count = first.intent.name == N::Buy && first.intent.slots.quantity.is_some();
    if matches!(then.intent.name, N::Yes | N::CheckOut) && (changed || count || wants(&first.intent)) {
        first.intent.slots.also_if_new = !changed;
        return Some(first);
    }
    if !changed && !adds_first && !names_its_own(&then.intent) {
        // "A latte, but make it large" is no change of what is there.
        return None;
    }
    for (at, part) in [&mut first, &mut then].into_iter().enumerate().skip(usize::from(answers)) {
        if !changes(&part.intent) {
            wants(&part.intent).then_some(())?;
            let slots = &mut part.intent.slots;
            // "And a bagel" comes on top, "and I want two bagels" may be how many there shall be.
            let bare = part.intent.name != N::Buy;
            (slots.also, slots.also_if_new) = (slots.also || at > 0 && bare, at == 0 || !bare);
        }
    }
    let confidence = first.confidence.min(then.confidence);
    let both_wanted = expect == Expect::YesNo && wants(&first.intent) && wants(&then.intent);
    (changed || adds_first || next || both_wanted)
        .then(|| Understood { intent: first.intent.and_then(then.intent), confidence })
}

/// "Add milk and check out": where nothing is open the cart is changed, and then read back.
fn and_checked_out(first: &Understood, then: &Understood, expect: Expect) -> Option<Understood> {
    use IntentName as N;
    let of_cart = |u: &Understood| {
        changes(&u.intent)
            || u.intent.name == N::AddToCart && (wants(&u.intent) || u.intent.slots.then.is_some())
    };
    let checks_out = |u: &Understood| u.intent.name == N::CheckOut;
    let (change, check_out) = match (first, then) {
        _ if !matches!(expect, Expect::Anything | Expect::Product) => return None,
        (change, check_out) if of_cart(change) && checks_out(check_out) => (change, check_out),
        (check_out, change) if checks_out(check_out) && of_cart(change) => (change, check_out),
        _ => return None,
    };
    let confidence = change.confidence.min(check_out.confidence);
    Some(Understood { intent: change.intent.clone().and_then(check_out.intent.clone()), confidence })
}

/// "Two more bagels and cookies": the same of each.
pub(super) fn distributed(whole: &Understood) -> Option<Understood> {
    let slots = &whole.intent.slots;
    if slots.items.len() < 2 || slots.instead_of.is_some() {
        return None;
    }
    let of = |item: &ItemPhrase| Intent {
        name: whole.intent.name.clone(),
        slots: Slots {
            quantity: item.quantity.or(slots.quantity),
            items: vec![item.clone()],
            ..slots.clone()
        },
    };
    let intent = slots.items.iter().map(of).reduce(Intent::and_then)?;
    Some(Understood { intent, confidence: whole.confidence })
}
