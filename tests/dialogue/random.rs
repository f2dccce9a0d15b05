//! Random turns and the facts that they meet: what can be said, and a small shop of teas.

use std::sync::{Arc, LazyLock};

use jiff::{Timestamp, tz::TimeZone};
use proptest::prelude::*;
use sayso::{
    commerce::{
        Currency, GroupId, IdempotencyKey, Money, OptionMenu, Product, Quantity, Sku, ValueId,
        household::Household,
        options::{Choose, OptionGroup, OptionValue},
        purchase::Purchase,
    },
    dialogue::{Facts, Found, Offer},
    understanding::{
        Choice, Digits, Intent, IntentName, ItemPhrase, OptionPhrase, OrderRef, Past, Picked, Slots, Step,
    },
};

use crate::support::shop::{household, shop, terms};

/// What a tea can have: a milk, always some strength (asked for in the huge one), sugars.
pub(super) static MENU: LazyLock<Arc<OptionMenu>> = LazyLock::new(|| {
    let value = |id: &str, cents: i64| OptionValue {
        id: ValueId::new(id).expect("an id"),
        base: ValueId::new(id).expect("an id"),
        name: id.into(),
        many: format!("{id}s"),
        price: Money::new(cents, Currency::USD),
    };
    let group =
        |id: &str, choose, default: Option<&str>, values: Vec<OptionValue>, product: &str| OptionGroup {
            id: GroupId::new(id).expect("an id"),
            question: format!("Which {id}?"),
            choose,
            default: default.map(|id| ValueId::new(id).expect("an id")),
            values,
            products: [product.to_owned()].into(),
        };
    Arc::new(OptionMenu::new(vec![
        group("milk", Choose::AtMostOne, None, vec![value("oat", 60), value("soy", 50)], "tea"),
        group(
            "strength",
            Choose::One,
            Some("mild"),
            vec![value("mild", 0), value("strong", 25)],
            "tea-small",
        ),
        group("leaf", Choose::One, None, vec![value("black", 0), value("green", 10)], "tea-large"),
        group(
            "sweetener",
            Choose::Several { most: 3 },
            None,
            vec![value("sugar", 5), value("honey", 30)],
            "tea",
        ),
    ]))
});

/// As much of a product as options look at.
fn product(sku: &str, kind: &str) -> Product {
    Product {
        sku: Sku::new(sku).expect("an id"),
        title: String::new(),
        description: String::new(),
        brand: String::new(),
        kind: kind.into(),
        size: None,
        attributes: vec![],
        list_price: Money::new(1, Currency::USD),
        sale_price: None,
        opening_stock: 0,
        group: None,
    }
}

pub(super) fn option_phrase() -> impl Strategy<Value = OptionPhrase> {
    let meant = prop_oneof![
        3 => Just(("milk", "oat")), 2 => Just(("milk", "soy")), 2 => Just(("strength", "strong")),
        1 => Just(("strength", "mild")), 3 => Just(("leaf", "green")), 1 => Just(("leaf", "black")),
        3 => Just(("sweetener", "sugar")), 2 => Just(("sweetener", "honey")), 1 => Just(("paint", "red")),
    ];
    let step = prop_oneof![6 => Just(None), 1 => Just(Some(Step::More)), 1 => Just(Some(Step::Fewer))];
    (meant, proptest::option::of(1_u32..6), prop::bool::weighted(0.2), step).prop_map(
        |((group, value), count, no, step)| OptionPhrase {
            words: value.into(),
            meant: vec![(GroupId::new(group).expect("an id"), ValueId::new(value).expect("an id"))],
            count,
            no,
            step,
            less: false,
        },
    )
}

fn option_phrases() -> impl Strategy<Value = Vec<OptionPhrase>> {
    prop_oneof![6 => Just(vec![]), 1 => proptest::collection::vec(option_phrase(), 1..3)]
}

/// What is sold here: three teas, one of them sold out, and a lamp that is over the limit.
pub(super) fn offers() -> Vec<Offer> {
    let offer = |name: &str, kind: &str, size: &str, cents: i64, stock: u32| Offer {
        sku: Sku::new(name).expect("an id"),
        title: format!("Brightleaf {kind}, {size}"),
        kind: kind.into(),
        brand: "Brightleaf".into(),
        size: Some(size.into()),
        attributes: vec![],
        description: "A thing.".into(),
        price: Money::new(cents, Currency::USD),
        in_stock: stock,
        last: None,
        times_bought: 0,
        options: if kind == "tea" { MENU.of(&product(name, kind)) } else { vec![] },
    };
    vec![
        offer("tea-small", "tea", "small", 499, 9),
        offer("tea-large", "tea", "large", 899, 2),
        offer("tea-huge", "tea", "huge", 1299, 0),
        offer("lamp", "lamp", "tall", 9_900, 5),
    ]
}

pub(super) fn facts(now: Timestamp, turn: usize, items: usize, tied: usize) -> Facts {
    let offers = offers();
    let found = Found { words: "tea".into(), tied, offers: offers[..3].to_vec(), ..Found::default() };
    let lamp = Found { words: "lamp".into(), tied: 1, offers: offers[3..].to_vec(), ..Found::default() };
    let purchase = |sku: &str| Purchase {
        sku: Sku::new(sku).expect("an id"),
        title: sku.into(),
        quantity: Quantity::ONE,
        unit_price: Money::new(499, Currency::USD),
        options: Default::default(),
        date: now.to_zoned(TimeZone::UTC).date(),
        order: sayso::commerce::OrderNumber(4300),
    };
    Facts {
        now,
        today: now.to_zoned(TimeZone::UTC).date(),
        zone: TimeZone::UTC,
        key: IdempotencyKey::new(format!("key-{turn}")).expect("an id"),
        terms: terms(),
        menu: MENU.clone(),
        household: Household {
            shop: shop(),
            id: household("oak-street"),
            name: "Oak Street".into(),
            members: vec![],
            limit: Money::new(5_000, Currency::USD),
            has_pin: true,
            locked_until: None,
        },
        found: [found, lamp].into_iter().cycle().take(items).collect(),
        known: offers,
        purchases: ["tea-small", "tea-small", "tea-small"].map(purchase).into(),
        orders: Arc::default(),
    }
}

fn item() -> impl Strategy<Value = ItemPhrase> {
    (any::<bool>(), any::<bool>(), proptest::option::of(1_u32..40), option_phrases()).prop_map(
        |(own, it, count, options)| ItemPhrase {
            words: if it { String::new() } else { "tea".into() },
            quantity: count.and_then(Quantity::new),
            own,
            it,
            options,
            ..ItemPhrase::default()
        },
    )
}

fn choice() -> impl Strategy<Value = Choice> {
    prop_oneof![
        (0_u32..6).prop_map(Choice::Ordinal),
        proptest::sample::select(vec![
            Choice::Last,
            Choice::Cheapest,
            Choice::Dearest,
            Choice::Smaller,
            Choice::Larger,
            Choice::Smallest,
            Choice::Largest,
            Choice::Other,
            Choice::Both,
            Choice::All,
            Choice::AllOf(3),
            Choice::FirstOnes(2),
            Choice::LastOnes(2),
        ]),
        proptest::collection::vec((0_u32..4, proptest::option::of(1_u32..4)), 2..4).prop_map(|picks| {
            let picked = |(n, count): (u32, Option<u32>)| Picked {
                choice: Choice::Ordinal(n),
                quantity: count.and_then(Quantity::new),
            };
            Choice::Several(picks.into_iter().map(picked).collect())
        }),
        Just(Choice::Described("the large one".into())),
        Just(Choice::Described("purple".into())),
        Just(Choice::None),
        Just(Choice::More),
    ]
}

fn slots() -> impl Strategy<Value = Slots> {
    let digits = prop_oneof!["[0-9]{1,8}"].prop_map(|d| Digits::new(&d));
    let order =
        prop_oneof![Just(OrderRef::Last), Just(OrderRef::It), (0_u32..9999).prop_map(OrderRef::Number)];
    let past = prop_oneof![Just(Past::Usual), Just(Past::LastOrder)];
    (
        proptest::collection::vec(item(), 0..3),
        proptest::option::of(1_u32..60),
        proptest::option::of(choice()),
        proptest::option::of(order),
        proptest::option::of(past),
        digits,
        option_phrases(),
    )
        .prop_map(|(items, quantity, choice, order, past, digits, options)| Slots {
            items,
            quantity: quantity.and_then(Quantity::new),
            choice,
            order,
            past,
            digits,
            options,
            ..Slots::default()
        })
}

fn name() -> impl Strategy<Value = IntentName> {
    use IntentName as I;
    prop_oneof![
        6 => Just(I::Yes), 3 => Just(I::Digits), 4 => Just(I::Buy), 4 => Just(I::Reorder),
        2 => Just(I::AddToCart), 2 => Just(I::CheckOut), 2 => Just(I::Correct), 2 => Just(I::Choose),
        1 => prop::sample::select(vec![
            I::Launch, I::Help, I::Search, I::Details, I::Price, I::Stock, I::RemoveFromCart, I::ChangeCart,
            I::ListCart, I::ClearCart, I::OrderStatus, I::CancelOrder, I::ReturnItem, I::DeliveryDate, I::No,
            I::Repeat, I::Back, I::Cancel, I::Stop, I::Human, I::Purchases, I::Undo, I::Thanks, I::Silence,
            I::NotUnderstood, I::Custom("opening_hours".into()),
        ]),
    ]
}

/// A turn: what is meant, how many of the offers fit equally, and the minutes since the last one.
pub(super) fn turn() -> impl Strategy<Value = (Intent, usize, i64)> {
    (name(), slots(), 1_usize..4, prop_oneof![9 => 0_i64..3, 1 => 11_i64..30])
        .prop_map(|(name, slots, tied, minutes)| (Intent { name, slots }, tied, minutes))
}
