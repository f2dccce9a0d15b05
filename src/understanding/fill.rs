//! What filled a template's slots → the slots of its intent.

use super::{
    intent::{
        Choice, Digits, Intent, IntentName, ItemPhrase, OptionPhrase, OrderRef, Past, Picked, Slots, Step,
    },
    lines,
    phrases::Count,
    sentences::{Capture, Found, Means, SlotKind, Value},
};
use crate::commerce::Quantity;

/// The intent of a template that matched.
pub(super) fn intent(found: &Found<'_>) -> Intent {
    filled(found.table.name.clone(), &found.table.means, &found.captures)
}

/// An intent whose words mean this and whose places are filled so.
pub(super) fn filled(mut name: IntentName, means: &Means, captures: &[Capture]) -> Intent {
    let mut slots = Slots { choice: means.choice.clone(), past: means.past.clone(), ..Slots::default() };
    let meant = || captures.iter().filter(|c| !matches!(c.kind, SlotKind::Was | SlotKind::Not));
    for capture in meant() {
        match (&capture.value, capture.kind) {
            (Value::Phrase(phrase), _) => {
                slots.items.extend(phrase.items.iter().cloned());
                slots.constraints = phrase.constraints.clone();
            }
            (Value::Quantity(Count { count: 0, .. }), _) if name == IntentName::ChangeCart => {
                name = IntentName::RemoveFromCart;
            }
            _ => {}
        }
    }
    for capture in meant() {
        put(capture, &name, &mut slots);
    }
    let picks = captures.iter().filter(|c| matches!(c.value, Value::Ordinal(_) | Value::Words(_))).count();
    let of_lines = name == IntentName::RemoveFromCart && picks + usize::from(means.choice.is_some()) > 1;
    if name == IntentName::Choose || of_lines {
        take_picks(means, captures, &mut slots);
    }
    take_options(means, captures, &mut slots);
    take_replaced(captures, &mut slots);
    add_means(means, &name, &mut slots);
    settle(&name, &mut slots);
    Intent { name, slots }
}

/// "The first and the third", "two of the second": a count belongs to what follows it. Where something else was said
/// too, nothing is changed.
fn take_picks(means: &Means, captures: &[Capture], slots: &mut Slots) {
    let (mut picks, mut count, mut before) = (Vec::new(), None, SlotKind::It);
    // "Number one and number three" has no other numbers.
    let numbers = captures.iter().all(|c| matches!(c.value, Value::Quantity(..)));
    let of_packs = |said: &Count| said.pack_of.is_some() || said.unit == Some("dozen");
    if captures.iter().any(|c| matches!(&c.value, Value::Quantity(said) if of_packs(said))) {
        // "A six pack and two twelve packs" are no numbers of offers, and "a dozen of the second" no twelve packs.
        (slots.choice, slots.quantity) = (None, None);
        return;
    }
    for capture in captures {
        match (&capture.value, capture.kind) {
            (Value::Quantity(said), _) if !numbers => count = Some(said.count),
            (Value::Quantity(Count { count: n, .. }) | Value::Ordinal(n), _) => {
                picks.push((Choice::Ordinal(*n), count.take()));
            }
            (Value::Words(words), kind) => {
                match picks.last_mut() {
                    // The brand and the size of one, each of which a platform gives in a place of its own.
                    Some((Choice::Described(all), _)) if kind != before && count.is_none() => {
                        *all = format!("{all} {words}");
                    }
                    _ => picks.push((Choice::Described(words.clone()), count.take())),
                }
            }
            // What is wanted with it says nothing of which one, or how many.
            (Value::Options(_), _) => {}
            _ => return,
        }
        before = capture.kind;
    }
    // "The first and the last."
    picks.extend(means.choice.clone().map(|choice| (choice, count.take())));
    if let (Some((_, last)), Some(behind)) = (picks.last_mut(), count) {
        // "The second, two of them."
        last.get_or_insert(behind);
    }
    // Of "none of the first" there is none.
    picks.retain(|(_, count)| *count != Some(0));
    let picked =
        |(choice, count): (Choice, Option<u32>)| Picked { choice, quantity: count.and_then(Quantity::new) };
    let mut all: Vec<Picked> = picks.into_iter().map(picked).collect();
    (slots.choice, slots.quantity) = match all.pop() {
        Some(only) if all.is_empty() => (Some(only.choice), only.quantity),
        Some(last) => (Some(Choice::Several(all.into_iter().chain([last]).collect())), None),
        None => (None, None),
    };
}

/// Options without their thing; those of a table of refusals, and those that others take the place of, are not
/// wanted. These come first, as what takes their place is said last.
fn take_options(means: &Means, captures: &[Capture], slots: &mut Slots) {
    for replaced in [true, false] {
        for capture in captures.iter().filter(|c| (c.kind == SlotKind::NotOptions) == replaced) {
            let Value::Options(options) = &capture.value else { continue };
            let off = |option: &OptionPhrase| refused(option.clone());
            let all = options.iter();
            match replaced || means.refused {
                true => slots.options.extend(all.map(off)),
                false => slots.options.extend(all.cloned()),
            }
        }
    }
}

/// "Take the sugar out" takes all of it, "take one sugar out" one.
fn refused(option: OptionPhrase) -> OptionPhrase {
    let one = option.words.starts_with("a ") || option.words.starts_with("an ");
    let counted = option.count.is_some() || option.step.is_some() || one;
    match !option.no && counted {
        true => OptionPhrase { step: Some(Step::Fewer), ..option },
        false => OptionPhrase { no: true, ..option },
    }
}

/// What the things take the place of, and how many of it. "A mocha" in the place of something is one of them.
fn take_replaced(captures: &[Capture], slots: &mut Slots) {
    slots.instead_of = captures.iter().find_map(replaced);
    let phrase = |capture: &Capture, not: bool| match &capture.value {
        Value::Phrase(phrase) if (capture.kind == SlotKind::Not) == not => {
            let item = phrase.items.first()?;
            let of_packs = item.unit.is_some() || item.pack_of.is_some();
            item.quantity.filter(|_| !of_packs).or(phrase.one.then_some(Quantity::ONE))
        }
        _ => None,
    };
    if slots.instead_of.is_none() {
        return;
    }
    slots.instead_count = captures.iter().find_map(|capture| phrase(capture, true));
    if let ([item], Some(count)) =
        (slots.items.as_mut_slice(), captures.iter().find_map(|c| phrase(c, false)))
    {
        item.quantity = item.quantity.or(Some(count));
    }
}

/// What the things take the place of: "bagels instead of bread".
fn replaced(capture: &Capture) -> Option<String> {
    match &capture.value {
        Value::Phrase(phrase) if capture.kind == SlotKind::Not => {
            phrase.items.first().map(|item| item.words.clone()).filter(|words| !words.is_empty())
        }
        _ => None,
    }
}

fn put(capture: &Capture, name: &IntentName, slots: &mut Slots) {
    let limits = &mut slots.constraints;
    match (&capture.value, capture.kind) {
        (Value::It, _) => slots.items.push(ItemPhrase { it: true, ..ItemPhrase::default() }),
        (Value::Quantity(said), _) if *name == IntentName::Choose => {
            slots.choice = Some(Choice::Ordinal(said.count));
        }
        (Value::Quantity(said), _) => count(said, slots),
        (Value::Money(amount, excluded), SlotKind::MoneyMin) => {
            (limits.price_min, limits.min_excluded) = (Some(*amount), *excluded);
        }
        (Value::Money(amount, excluded), _) => {
            (limits.price_max, limits.max_excluded) = (Some(*amount), *excluded);
        }
        (Value::Ordinal(n), _) => slots.choice = Some(Choice::Ordinal(*n)),
        (Value::Digits(text, _), SlotKind::OrderNumber) => {
            slots.order = text.parse().ok().map(OrderRef::Number);
        }
        (Value::Digits(text, one), _) => {
            // "I said twelve" may be a count, "one two" is none.
            (slots.digits, slots.quantity) = (Digits::new(text), one.and_then(Quantity::new));
        }
        (Value::Period(period), SlotKind::By) => slots.period = Some(*period),
        (Value::Period(period), _) if *name == IntentName::Reorder => {
            slots.past = Some(Past::During(*period))
        }
        (Value::Period(period), _) if about_an_order(name) => {
            slots.order.get_or_insert(OrderRef::On(*period));
        }
        (Value::Period(period), _) => slots.period = Some(*period),
        (Value::Words(words), SlotKind::Brand) => limits.brand = Some(words.clone()),
        // "How much is the large?" asks about one of those that were spoken of.
        (Value::Words(words), SlotKind::Size) if !tells_one_apart(name) => limits.size = Some(words.clone()),
        (Value::Words(words), SlotKind::Attribute) => limits.attributes.push(words.clone()),
        (Value::Words(words), _) => slots.choice = Some(Choice::Described(words.clone())),
        (Value::Phrase(_) | Value::Options(_), _) => {}
    }
}

/// Whether a size is one of the words for which of several is meant, and no limit of what is looked for.
fn tells_one_apart(name: &IntentName) -> bool {
    matches!(name, IntentName::Choose | IntentName::Price | IntentName::Details)
}

/// A count with what was counted, of the only thing or of what is spoken of.
fn count(said: &Count, slots: &mut Slots) {
    (slots.quantity, slots.unit) = (Quantity::new(said.count), said.unit.map(str::to_owned));
    match (said.pack_of, slots.items.as_mut_slice()) {
        (Some(pack_of), []) => slots.items.push(packs(pack_of)),
        (Some(pack_of), [item]) if item.pack_of.is_none() => {
            (item.pack_of, item.unit) = (Some(pack_of), slots.unit.clone());
        }
        _ => {}
    }
}

/// "Two six packs" of what is spoken of.
pub(super) fn packs(pack_of: u32) -> ItemPhrase {
    ItemPhrase { it: true, pack_of: Some(pack_of), unit: Some("pack".to_owned()), ..ItemPhrase::default() }
}

fn about_an_order(name: &IntentName) -> bool {
    use IntentName as N;
    matches!(name, N::OrderStatus | N::DeliveryDate | N::CancelOrder | N::ReturnItem)
}

fn add_means(means: &Means, name: &IntentName, slots: &mut Slots) {
    use IntentName as N;
    slots.constraints.cheapest |= means.cheapest;
    slots.constraints.dearest |= means.dearest;
    (slots.refused, slots.only, slots.step) = (means.refused, means.only, means.step);
    // "Keep it", "don't return the bread".
    slots.stays = means.refused && matches!(name, N::Cancel | N::CancelOrder | N::ReturnItem);
    // "Cancel that", "the one before", and a yes in words for a purchase.
    slots.pointed = match name {
        N::Cancel => means.it,
        N::Back | N::Yes => means.order.is_some(),
        _ => false,
    };
    if means.it && slots.items.is_empty() && *name != N::Cancel {
        slots.items.push(ItemPhrase { it: true, ..ItemPhrase::default() });
    }
    for item in &mut slots.items {
        // Who says "reorder" means what the household had.
        item.own |= means.own || *name == IntentName::Reorder;
    }
    if about_an_order(name) && slots.order.is_none() && slots.items.is_empty() {
        slots.order.clone_from(&means.order);
    }
}

/// Moves what was said to the slot in which the intent looks for it.
fn settle(name: &IntentName, slots: &mut Slots) {
    use IntentName as N;
    if let (Some(quantity), [item]) = (slots.quantity, slots.items.as_mut_slice()) {
        // "change the milk to two", "add it twice": the count belongs to the only thing.
        if item.quantity.is_none() {
            // "To six packs" counts packs, as "six packs of bagels" does.
            let unit = slots.unit.clone().filter(|unit| unit != "dozen");
            (item.quantity, item.unit) = (Some(quantity), item.unit.take().or(unit));
        }
    }
    match name {
        N::OrderStatus | N::DeliveryDate | N::CancelOrder => {
            if let Some(item) = slots.items.first() {
                let by_thing = if item.it { OrderRef::It } else { OrderRef::Product(item.words.clone()) };
                slots.order.get_or_insert(by_thing);
            }
            // "Cancel the milk and the bread" may be of two orders.
            if *name != N::CancelOrder || slots.items.len() < 2 {
                slots.items.clear();
            }
        }
        N::Correct => lines::by_place(slots),
        // Without a thing they ask about what was spoken of last.
        N::Price | N::Stock | N::Details => slots.items.retain(|item| !item.it),
        _ => {}
    }
}
