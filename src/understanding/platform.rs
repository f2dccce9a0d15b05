//! What a platform that understands by itself tells of an utterance: the name of an intent, and words in
//! its places. Here those names and places are given to platforms, and read again.
//!
//! A name is that of the engine's intent, in snake_case, with what the sentence meant by its own words
//! after `_with_`: "reorder the usual" is `reorder_with_usual`. So nothing of a template's meaning is lost
//! on a platform that sends no words.

use jiff::civil::Date;

use super::{
    fill,
    intent::{Intent, IntentName, OptionPhrase},
    sentences::{Capture, Means, SlotKind},
};

mod name;
mod said;
mod value;

pub use name::{name, read};
pub use value::quantity;

use value::{count, value};

/// The intent of an utterance that is nothing but an answer ("three", "the large one", a PIN). What it
/// means depends on the question, so its words go to the engine as they are.
pub const ANSWER: &str = "answer";

/// The places of [`ANSWER`], in the order in which they are said.
pub const ANSWER_PLACES: [&str; 9] = [
    "quantity",
    "digits",
    "unit",
    "item",
    "description",
    "option",
    "other_option",
    "third_option",
    "without",
];

/// The places of what is wanted with a thing, and of what is not.
pub const OPTION_PLACES: [&str; 4] = ["option", "other_option", "third_option", "without"];

/// The intent of an utterance that is not understood by the platform, and its only place.
pub const UTTERANCE: &str = "utterance";

/// The names of the places that a platform can fill.
pub const PLACES: [(&str, SlotKind); 19] = [
    ("item", SlotKind::Product),
    ("other_item", SlotKind::Product),
    ("quantity", SlotKind::Quantity),
    ("it", SlotKind::It),
    ("instead_of", SlotKind::Not),
    ("was", SlotKind::Was),
    ("ordinal", SlotKind::Ordinal),
    ("order_number", SlotKind::OrderNumber),
    ("digits", SlotKind::Digits),
    ("period", SlotKind::Period),
    ("by", SlotKind::By),
    ("brand", SlotKind::Brand),
    ("size", SlotKind::Size),
    ("attribute", SlotKind::Attribute),
    ("description", SlotKind::Description),
    ("option", SlotKind::Options),
    ("other_option", SlotKind::Options),
    ("third_option", SlotKind::Options),
    ("without", SlotKind::NotOptions),
];

/// The name of a template's place on a platform; `None` for amounts, which platforms have in no form that
/// says the currency.
pub fn place(kind: SlotKind) -> Option<&'static str> {
    let kind = match kind {
        SlotKind::Named | SlotKind::Thing => SlotKind::Product,
        kind => kind,
    };
    PLACES.iter().find(|(_, known)| *known == kind).map(|(name, _)| *name)
}

/// What fills a place, as it is said after what fills others: "with oat milk", "and two sugars".
pub fn joined(place: &str, words: &str) -> String {
    match place {
        "option" => format!("with {words}"),
        "other_item" | "other_option" | "third_option" => format!("and {words}"),
        "without" => format!("without {words}"),
        _ => words.to_owned(),
    }
}

/// What several places hold, said together. What comes first joins nothing.
pub fn together<'a>(joined: impl IntoIterator<Item = &'a str>) -> String {
    let text = joined.into_iter().collect::<Vec<_>>().join(" ");
    text.strip_prefix("with ").or_else(|| text.strip_prefix("and ")).map(str::to_owned).unwrap_or(text)
}

/// The intent that a platform understood. `places` are pairs of a name of [`PLACES`] or `unit` with
/// what fills it; what cannot be read is passed over, but for a quantity, without which the wish is not
/// understood. Nor is one for several things with options, as nobody says to which they belong. `today` is
/// the day on which it was said: platforms take a Tuesday for the next one, and shoppers ask about what was.
pub fn intent(name: IntentName, means: &Means, places: &[(&str, &str)], today: Date) -> Intent {
    // "Change the milk to zero" takes it out.
    let least = u32::from(name != IntentName::ChangeCart);
    let unread = |(place, text): &(&str, &str)| *place == "quantity" && count(text).is_none_or(|n| n < least);
    if is_counted(&name) && places.iter().any(unread) {
        return Intent::bare(IntentName::NotUnderstood);
    }
    let unit = places.iter().find(|(place, _)| *place == "unit").map(|(_, text)| text.to_lowercase());
    let fill = |(place, text): &(&str, &str)| {
        let kind = PLACES.iter().find(|(known, _)| known == place)?.1;
        let unit = unit.clone().filter(|_| *place == "item");
        Some(Capture { kind, value: value(kind, text, unit, today)?, len: 0 })
    };
    let mut captures: Vec<Capture> = places.iter().filter_map(fill).collect();
    // The first of two things comes first, whatever the order of the wire.
    captures.sort_by_key(|c| PLACES.iter().position(|(_, kind)| *kind == c.kind));
    let mut intent = fill::filled(name, means, &captures);
    let two = places.iter().any(|(place, _)| *place == "other_item");
    if let (true, Some(first), Some(quantity)) = (two, intent.slots.items.first_mut(), intent.slots.quantity)
    {
        first.quantity.get_or_insert(quantity);
    }
    let of_a_thing = matches!(
        intent.name,
        IntentName::Buy
            | IntentName::AddToCart
            | IntentName::Reorder
            | IntentName::RemoveFromCart
            | IntentName::ChangeCart
    );
    if !of_a_thing || intent.slots.options.is_empty() {
        return intent;
    }
    match intent.slots.items.as_mut_slice() {
        [] => {}
        [only] => only.options.append(&mut intent.slots.options),
        _ => return Intent::bare(IntentName::NotUnderstood),
    }
    intent
}

/// Whether a quantity makes a difference to that intent.
pub fn is_counted(name: &IntentName) -> bool {
    use IntentName as N;
    matches!(
        name,
        N::Buy | N::Reorder | N::AddToCart | N::ChangeCart | N::RemoveFromCart | N::Choose | N::Correct
    )
}

/// An option that a platform heard. What it means is settled by the words of the shop.
pub fn option(words: &str, no: bool) -> OptionPhrase {
    OptionPhrase { words: words.to_lowercase(), meant: Vec::new(), count: None, no, step: None, less: false }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commerce::Quantity;

    #[test]
    fn what_fills_the_places_is_what_a_template_would_have_filled() {
        let today = Date::constant(2026, 11, 24);
        let places = [("item", "Paper towels"), ("quantity", "two"), ("unit", "pack"), ("odd", "x")];
        let intent = intent(IntentName::Reorder, &Means::default(), &places, today);
        let item = &intent.slots.items[0];
        assert_eq!(
            (item.words.as_str(), item.unit.as_deref(), item.own),
            ("paper towels", Some("pack"), true)
        );
        assert_eq!(item.quantity, Quantity::new(2));
    }

    #[test]
    fn a_quantity_that_cannot_be_read_is_never_one() {
        let today = Date::constant(2026, 11, 24);
        let of = |name: IntentName, quantity: &str| {
            intent(name, &Means::default(), &[("item", "milk"), ("quantity", quantity)], today)
        };
        for (text, meant) in
            [("2", 2), (" 12 ", 12), ("two", 2), ("a", 1), ("a dozen", 12), ("Twenty-two", 22), ("144", 144)]
        {
            assert_eq!(quantity(text), Quantity::new(meant), "{text}");
            assert_eq!(of(IntentName::Buy, text).slots.items[0].quantity, Quantity::new(meant), "{text}");
        }
        for text in
            ["", "?", "0", "zero", "-2", "- 2", "2.5", "2,5", "1 2", "5000", "1000", "two or three", "2?"]
        {
            assert_eq!(quantity(text), None, "{text}");
            assert_eq!(of(IntentName::Buy, text), Intent::bare(IntentName::NotUnderstood), "{text}");
        }
        assert_eq!(of(IntentName::ChangeCart, "0").name, IntentName::RemoveFromCart);
        assert_eq!(of(IntentName::Price, "?").name, IntentName::Price, "nothing is counted there");
    }

    #[test]
    fn options_belong_to_their_thing_and_stay_to_be_settled_by_the_shop() {
        let today = Date::constant(2026, 11, 24);
        let places =
            [("item", "latte"), ("option", "Oat milk"), ("other_option", "two sugars"), ("without", "cream")];
        let drink = intent(IntentName::Buy, &Means::default(), &places, today);
        let options: Vec<_> =
            drink.slots.items[0].options.iter().map(|one| (one.words.as_str(), one.no)).collect();
        assert_eq!(options, [("cream", true), ("oat milk", false), ("two sugars", false)]);
        assert!(drink.slots.options.is_empty());
        let two = [("item", "latte"), ("other_item", "mocha"), ("option", "oat milk")];
        let both = intent(IntentName::Buy, &Means::default(), &two, today);
        assert_eq!(both, Intent::bare(IntentName::NotUnderstood), "nobody says which of them");
        let change = intent(IntentName::Correct, &Means::default(), &places[1..2], today);
        assert_eq!(change.slots.options, [option("oat milk", false)]);
        let said = |places: &[(&str, &str)]| {
            let joined: Vec<_> = places.iter().map(|(place, words)| joined(place, words)).collect();
            together(joined.iter().map(String::as_str))
        };
        assert_eq!(said(&places[..3]), "latte with Oat milk and two sugars");
        assert_eq!(said(&places[1..3]), "Oat milk and two sugars");
        assert_eq!(said(&places[3..]), "without cream");
    }
}
