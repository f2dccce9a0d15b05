//! What the platforms have in common that send their own understanding: their names for intents, what
//! they filled in, and their names for conversations.

use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};
use unic_langid::LanguageIdentifier;

use crate::{
    assistant::MAX_TEXT,
    commerce::{SessionId, ids::BadId},
    turn::{Reply, Speech},
    understanding::{
        self, Choice, Digits, Intent, IntentName, ItemPhrase, OrderRef, Slots,
        options::MAX_OPTIONS,
        platform::{OPTION_PLACES, is_counted, option, quantity},
        sentences::Means,
    },
};

/// The names of what can be filled in.
pub const SLOTS: [&str; 10] = [
    "item",
    "other_item",
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
/// several where the platform gives a list. As many quantities as items belong to them one by one, and a single
/// one to the first where another item has a place of its own. Not understood are quantities that cannot be read or
/// fit nothing, and options of several items, as nobody says to which they belong.
pub fn intent(name: IntentName, filled: &dyn Fn(&str) -> Vec<String>) -> Intent {
    let first = |slot: &str| filled(slot).into_iter().next();
    let mut counts: Vec<_> = filled("quantity").iter().map(|text| quantity(text)).collect();
    let (things, others) = (filled("item"), filled("other_item"));
    let one_and_others = things.len() == 1 && !others.is_empty();
    let words: Vec<_> = things
        .into_iter()
        .chain(others)
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
    let unread = is_counted(&name) && counts.contains(&None);
    if one_and_others && counts.len() == 1 {
        counts.resize(words.len(), None);
    }
    let unpaired = is_counted(&name) && !counts.is_empty() && counts.len() != words.len().max(1);
    if unread || unpaired || words.len() > 1 && !options.is_empty() {
        return Intent::bare(IntentName::NotUnderstood);
    }
    let paired = counts.len() == words.len();
    let item = |(at, words): (usize, String)| ItemPhrase {
        words,
        quantity: if paired { counts[at] } else { None },
        own: name == IntentName::Reorder,
        options: options.clone(),
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
    SessionId::new(format!("{platform}-{}", HEXLOWER.encode(&hash[..20])))
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
    Reply::outside(String::new(), session, Vec::new(), speech, "unlinked")
}

/// The language that a request asks for, when it is one (BCP 47).
pub fn locale(asked: Option<String>) -> Option<String> {
    asked.filter(|locale| locale.parse::<LanguageIdentifier>().is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commerce::Quantity;

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
        let whole = |items, counts| intent(IntentName::Buy, &filled(items, counts));
        let of = |items, counts| whole(items, counts).slots;
        let one = of(&["Milk"], &["2"]);
        assert_eq!((one.items[0].words.as_str(), one.items[0].quantity), ("milk", Quantity::new(2)));
        assert_eq!(one.quantity, Quantity::new(2));
        let two = of(&["milk", "eggs"], &["2", "3"]);
        assert_eq!([two.items[0].quantity, two.items[1].quantity], [Quantity::new(2), Quantity::new(3)]);
        let unclear = Intent::bare(IntentName::NotUnderstood);
        assert_eq!(whole(&["milk", "eggs"], &["2"]), unclear);
        assert_eq!(whole(&["milk"], &["2", "3"]), unclear);
        assert_eq!(of(&["milk"], &["two"]).items[0].quantity, Quantity::new(2));
        for unread in [&["0"], &["-2"], &["2.5"], &["5000"], &["two or three"], &["?"]] {
            assert_eq!(whole(&["milk"], unread), unclear, "{unread:?}");
        }
    }

    #[test]
    fn a_second_thing_has_a_place_of_its_own_and_a_single_count_is_that_of_the_first() {
        let filled = |slot: &str| match slot {
            "item" => vec!["Milk".to_owned()],
            "other_item" => vec!["Eggs".to_owned()],
            "quantity" => vec!["two".to_owned()],
            _ => Vec::new(),
        };
        let items = intent(IntentName::Buy, &filled).slots.items;
        let counted: Vec<_> = items.iter().map(|item| (item.words.as_str(), item.quantity)).collect();
        assert_eq!(counted, [("milk", Quantity::new(2)), ("eggs", None)]);
    }

    #[test]
    fn options_go_with_the_only_thing_or_stand_alone_and_those_of_two_are_not_guessed() {
        let of = |item: &'static str| {
            let filled = move |slot: &str| match slot {
                "item" => item.split_whitespace().map(str::to_owned).collect(),
                "option" => vec!["Oat milk".to_owned(), "two sugars".to_owned()],
                "without" => vec!["cream".to_owned()],
                _ => Vec::new(),
            };
            intent(IntentName::Buy, &filled)
        };
        let said = |options: &[understanding::intent::OptionPhrase]| {
            options.iter().map(|one| (one.words.clone(), one.no)).collect::<Vec<_>>()
        };
        let all =
            [("oat milk", false), ("two sugars", false), ("cream", true)].map(|(w, no)| (w.to_owned(), no));
        let one = of("latte").slots;
        assert_eq!((said(&one.items[0].options), one.options), (all.to_vec(), vec![]));
        assert_eq!(said(&of("").slots.options), all);
        assert_eq!(of("croissant latte"), Intent::bare(IntentName::NotUnderstood));
    }
}
