//! Counts as they are understood: single things and packs, so many more and so many fewer, and numbers that are none.

use sayso::understanding::{Constraints, Expect, Intent, IntentName, Step};

use crate::{
    support::Sample,
    understanding::{TODAY, shop, shop_of},
};

fn understand(text: &str, expect: Expect) -> Intent {
    shop().0.understand(text, expect, TODAY).intent
}

/// The count of the only thing, its unit, and how many are in one.
fn item(text: &str) -> (Option<u32>, Option<String>, Option<u32>) {
    let intent = understand(text, Expect::Anything);
    let [item] = intent.slots.items.as_slice() else { panic!("{text}: {intent:?}") };
    (item.quantity.map(u32::from), item.unit.clone(), item.pack_of)
}

#[test]
fn more_than_can_be_ordered_is_heard_as_it_was_said() {
    for (text, count) in [
        ("buy 144 batteries", 144),
        ("order one hundred and forty four batteries", 144),
        ("a hundred sponges", 100),
        ("buy nine hundred packs of paper towels", 900),
    ] {
        assert_eq!(item(text).0, Some(count), "{text}");
    }
    let changed = understand("make it one hundred and twenty", Expect::YesNo);
    assert_eq!(changed.slots.quantity.map(u32::from), Some(120));
}

#[test]
fn any_number_of_dozens_is_so_many_dozens() {
    let dozens = |n| (Some(n), Some("dozen".to_owned()), Some(12));
    for (text, count) in [
        ("buy a couple of dozen eggs", 2),
        ("buy a couple dozen eggs", 2),
        ("five dozen bagels", 5),
        ("get me a few dozen bagels", 3),
    ] {
        assert_eq!(item(text), dozens(count), "{text}");
    }
    // Of what is not named they are single things, and no packs of twelve.
    for text in ["two dozen", "a couple of dozen", "two dozen of them"] {
        let intent = understand(text, Expect::Quantity);
        assert_eq!(intent.slots.quantity.map(u32::from), Some(24), "{text}");
        assert_eq!((intent.slots.unit.as_deref(), intent.slots.items.len()), (Some("dozen"), 0), "{text}");
    }
}

#[test]
fn a_count_says_whether_it_counts_packs_or_single_things() {
    for (text, unit) in [
        ("three packs", Some("pack")),
        ("make it three boxes", Some("box")),
        ("at least three packs", Some("pack")),
        ("thirty six", None),
        ("thirty six of them", None),
        ("make it 36", None),
    ] {
        let slots = understand(text, Expect::Quantity).slots;
        assert!(slots.quantity.is_some(), "{text}");
        assert_eq!(slots.unit.as_deref(), unit, "{text}");
    }
}

#[test]
fn so_many_more_or_fewer_is_no_count_of_all() {
    for (sample, thing) in [(Sample::Household, "eggs"), (Sample::CoffeeBar, "cookies")] {
        let (understander, _) = shop_of(sample);
        for (text, step, count) in [
            ("four more", Step::More, Some(4)),
            ("one more", Step::More, Some(1)),
            ("add two more", Step::More, Some(2)),
            ("add two", Step::More, Some(2)),
            ("make it two more", Step::More, Some(2)),
            ("another one", Step::More, None),
            ("two more <things>", Step::More, Some(2)),
            ("more <things> please", Step::More, None),
            ("buy two more <things>", Step::More, Some(2)),
            ("six less", Step::Fewer, Some(6)),
            ("two fewer of them", Step::Fewer, Some(2)),
            ("remove two", Step::Fewer, Some(2)),
            ("two less <things>", Step::Fewer, Some(2)),
            ("less <things>", Step::Fewer, None),
        ] {
            let text = text.replace("<things>", thing);
            let Intent { name, slots } = understander.understand(&text, Expect::YesNo, TODAY).intent;
            let said = slots.quantity.or_else(|| slots.items.first().and_then(|item| item.quantity));
            assert_eq!(name, IntentName::Correct, "{text}");
            assert_eq!((slots.step, said.map(u32::from)), (Some(step), count), "{text}");
        }
    }
}

#[test]
fn more_of_a_thing_is_bought_again_where_nothing_is_open() {
    let intent = understand("more eggs", Expect::Anything);
    assert_eq!((intent.name, intent.slots.step), (IntentName::Reorder, None));
    for text in ["one more time", "once more"] {
        assert_eq!(understand(text, Expect::YesNo).name, IntentName::Repeat, "{text}");
    }
    assert_ne!(understand("no more eggs", Expect::YesNo).slots.step, Some(Step::More));
}

#[test]
fn two_numbers_in_a_row_are_digits_and_no_count() {
    for expect in [Expect::YesNo, Expect::Quantity] {
        for (text, digits) in [("one two", "12"), ("two four", "24"), ("it is one two", "12")] {
            let slots = understand(text, expect).slots;
            assert_eq!(slots.digits.as_ref().map(|d| d.expose()), Some(digits), "{text}");
            assert_eq!(slots.quantity, None, "{text}");
        }
        for text in ["twelve", "it is twelve", "12"] {
            assert_eq!(understand(text, expect).slots.quantity.map(u32::from), Some(12), "{text}");
        }
    }
    // A PIN and an order's number are digits, however they are said.
    let pin = understand("four two one seven", Expect::Pin).slots;
    assert_eq!(pin.digits.as_ref().map(|d| d.expose()), Some("4217"));
}

#[test]
fn exactly_a_price_is_no_less_and_no_more_and_exactly_four_is_a_count() {
    let limits = |text: &str| -> Constraints { understand(text, Expect::Anything).slots.constraints };
    for text in ["buy coffee for exactly ten dollars", "find coffee exactly $10"] {
        let limits = limits(text);
        let minor = |limit: Option<sayso::commerce::Money>| limit.map(|amount| amount.minor());
        assert_eq!((minor(limits.price_min), minor(limits.price_max)), (Some(1000), Some(1000)), "{text}");
        assert!(!limits.max_excluded && !limits.min_excluded, "{text}");
    }
    assert_eq!(item("buy exactly four lemons").0, Some(4));
    assert_eq!(limits("buy exactly four lemons"), Constraints::default());
}

#[test]
fn a_six_pack_keeps_what_it_holds_also_beside_the_things_name() {
    for text in ["make the paper towels a six pack", "make it a six pack of paper towels"] {
        let intent = understand(text, Expect::YesNo);
        let item = &intent.slots.items[0];
        assert_eq!((item.words.as_str(), item.pack_of), ("paper towels", Some(6)), "{text}");
    }
}
