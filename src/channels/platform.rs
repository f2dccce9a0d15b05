//! What the platforms have in common that send their own understanding: their names for intents, what
//! they filled in, and their names for conversations.

use sha2::{Digest, Sha256};
use unic_langid::LanguageIdentifier;

use crate::{
    assistant::MAX_TEXT,
    commerce::{Quantity, SessionId, ids::BadId},
    turn::{Awaited, Reply, Speech},
    understanding::{
        self, Choice, Digits, Intent, IntentName, ItemPhrase, OrderRef, Slots,
        options::MAX_OPTIONS,
        platform::{OPTION_PLACES, option},
        sentences::Means,
    },
};

/// The names of what can be filled in.
pub const SLOTS: [&str; 9] = [
    "item",
    "quantity",
    "ordinal",
    "order_number",
    "digits",
    "option",
    "other_option",
    "third_option",
    "without",
];

/// An intent with what a platform filled in. `filled` has the texts of a slot by its name: none, one, or
/// several where the platform gives a list. As many quantities as items belong to them one by one; a
/// number of them that fits nothing is left out, and asked for.
pub fn intent(name: IntentName, filled: &dyn Fn(&str) -> Vec<String>) -> Intent {
    let first = |slot: &str| filled(slot).into_iter().next();
    let counts: Vec<_> =
        filled("quantity").iter().map(|text| text.parse().ok().and_then(Quantity::new)).collect();
    let words: Vec<_> = filled("item")
        .into_iter()
        .filter(|words| words.len() <= MAX_TEXT)
        .take(Slots::MAX_ITEMS)
        .map(|words| words.to_lowercase())
        .collect();
    let options: Vec<_> = OPTION_PLACES
        .iter()
        .flat_map(|place| filled(place).into_iter().map(|words| option(&words, *place == "without")))
        .filter(|option| option.words.len() <= MAX_TEXT)
        .take(MAX_OPTIONS)
        .collect();
    let last = words.len().saturating_sub(1);
    let paired = counts.len() == words.len();
    let item = |(at, words): (usize, String)| ItemPhrase {
        words,
        quantity: if paired { counts[at] } else { None },
        own: name == IntentName::Reorder,
        options: if at == last { options.clone() } else { Vec::new() },
        ..ItemPhrase::default()
    };
    let slots = Slots {
        options: if words.is_empty() { options.clone() } else { Vec::new() },
        quantity: if words.len() <= 1 && counts.len() == 1 { counts[0] } else { None },
        items: words.into_iter().enumerate().map(item).collect(),
        choice: first("ordinal").and_then(|text| text.parse().ok()).map(Choice::Ordinal),
        order: first("order_number").and_then(|text| text.parse().ok()).map(OrderRef::Number),
        digits: first("digits").and_then(|text| Digits::new(&text)),
        ..Slots::default()
    };
    Intent { name, slots }
}

/// The engine's intent of a platform's name: `ReorderIntent`, `OrderStatus`, `order_status`, `Order status`;
/// another is one that the skill added as data.
pub fn intent_name(platform: &str) -> IntentName {
    intent_named(platform).0
}

/// The same with what the intent's sentences mean by their own words: `ReorderWithUsualIntent`.
pub fn intent_named(platform: &str) -> (IntentName, Means) {
    let bare = platform.strip_suffix("Intent").unwrap_or(platform).trim();
    let camel = bare.contains(|c: char| c.is_ascii_lowercase());
    let mut snake = String::new();
    for (at, c) in bare.chars().take(64).enumerate() {
        let gap = matches!(c, ' ' | '-' | '.' | '_');
        if (gap || camel && c.is_ascii_uppercase()) && at > 0 && !snake.ends_with('_') {
            snake.push('_');
        }
        if !gap {
            snake.push(c.to_ascii_lowercase());
        }
    }
    let fine = snake.starts_with(|c: char| c.is_ascii_lowercase())
        && snake.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
    let read = if fine { understanding::platform::read(&snake) } else { None };
    read.unwrap_or((IntentName::NotUnderstood, Means::default()))
}

/// Our name of a platform's conversation. Theirs have signs that ours have not, and no bound; a hash stands for
/// them.
///
/// # Errors
/// [`BadId`] when the platform's own name is none.
pub fn session(platform: &str, theirs: &str) -> Result<SessionId, BadId> {
    let hash = Sha256::digest(theirs.as_bytes());
    let hex: String = hash.iter().take(20).map(|byte| format!("{byte:02x}")).collect();
    SessionId::new(format!("{platform}-{hex}"))
}

/// Of the same words in several locales those for somebody of this one; of the same language where there are
/// none, else the first.
pub fn worded(all: &[(String, Speech)], locale: &str) -> Speech {
    let family = |locale: &str| locale.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase();
    let exact = all.iter().find(|(of, _)| of.eq_ignore_ascii_case(locale));
    let near = || all.iter().find(|(of, _)| family(of) == family(locale));
    exact.or_else(near).or(all.first()).map(|(_, words)| words.clone()).unwrap_or_default()
}

/// What is answered to somebody whose account is linked to no household; no turn is run for them.
pub fn unlinked(session: SessionId, speech: Speech) -> Reply {
    Reply {
        turn: String::new(),
        session,
        heard: None,
        confidence: 0.0,
        intent: Intent::bare(IntentName::NotUnderstood),
        decision: "unlinked",
        speech,
        reprompt: None,
        listening: false,
        awaits: Awaited::Nothing,
        ended: false,
        order: None,
        stages: Vec::new(),
    }
}

/// The language that a request asks for, when it is one (BCP 47).
pub fn locale(asked: Option<String>) -> Option<String> {
    asked.filter(|locale| locale.parse::<LanguageIdentifier>().is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn intents_are_known_by_the_spellings_that_platforms_have() {
        for (platform, meant) in [
            ("ReorderIntent", IntentName::Reorder),
            ("OrderStatusIntent", IntentName::OrderStatus),
            ("order_status", IntentName::OrderStatus),
            ("Order Status", IntentName::OrderStatus),
            ("order.status", IntentName::OrderStatus),
            ("ORDER_STATUS", IntentName::OrderStatus),
            ("LoyaltyPoints", IntentName::Custom("loyalty_points".into())),
            ("Default Welcome Intent", IntentName::Custom("default_welcome".into())),
            ("Ünknown", IntentName::NotUnderstood),
            ("", IntentName::NotUnderstood),
        ] {
            assert_eq!(intent_name(platform), meant, "{platform}");
        }
    }

    #[test]
    fn quantities_go_with_the_items_that_they_were_given_with_or_with_none() {
        let filled = |items: &'static [&str], counts: &'static [&str]| {
            move |slot: &str| match slot {
                "item" => items.iter().map(|text| (*text).to_owned()).collect(),
                "quantity" => counts.iter().map(|text| (*text).to_owned()).collect(),
                _ => Vec::new(),
            }
        };
        let of = |items, counts| intent(IntentName::Buy, &filled(items, counts)).slots;
        let one = of(&["Milk"], &["2"]);
        assert_eq!((one.items[0].words.as_str(), one.items[0].quantity), ("milk", Quantity::new(2)));
        assert_eq!(one.quantity, Quantity::new(2));
        let two = of(&["milk", "eggs"], &["2", "3"]);
        assert_eq!([two.items[0].quantity, two.items[1].quantity], [Quantity::new(2), Quantity::new(3)]);
        let unclear = of(&["milk", "eggs"], &["2"]);
        assert!(unclear.quantity.is_none() && unclear.items.iter().all(|item| item.quantity.is_none()));
    }

    #[test]
    fn options_go_with_the_last_thing_or_stand_alone_and_none_is_lost() {
        let of = |item: &'static str| {
            let filled = move |slot: &str| match slot {
                "item" => item.split_whitespace().map(str::to_owned).collect(),
                "option" => vec!["Oat milk".to_owned(), "two sugars".to_owned()],
                "without" => vec!["cream".to_owned()],
                _ => Vec::new(),
            };
            intent(IntentName::Buy, &filled).slots
        };
        let said = |options: &[understanding::intent::OptionPhrase]| {
            options.iter().map(|one| (one.words.clone(), one.no)).collect::<Vec<_>>()
        };
        let all =
            [("oat milk", false), ("two sugars", false), ("cream", true)].map(|(w, no)| (w.to_owned(), no));
        let two = of("croissant latte");
        assert_eq!((said(&two.items[0].options), said(&two.items[1].options)), (vec![], all.to_vec()));
        assert!(two.options.is_empty());
        assert_eq!(said(&of("").options), all);
    }
}
