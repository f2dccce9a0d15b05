//! The laws of the dialogue under thousands of random conversations. The step function is pure,
//! so a conversation needs nothing but states, intents and facts.

use std::{cell::Cell, collections::HashSet};

use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use proptest::prelude::*;
use sayso::{
    commerce::{Currency, IdempotencyKey, Money, Quantity, Sku, household::Household, purchase::Purchase},
    dialogue::{Act, Facts, Focus, Found, Offer, Prompt, State, policy, step},
    understanding::{Choice, Digits, Intent, IntentName, ItemPhrase, OrderRef, Past, Slots},
};

use crate::support::shop::{household, shop, terms};

/// What is sold here: three teas, one of them sold out, and a lamp that is over the limit.
fn offers() -> Vec<Offer> {
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
        options: vec![],
    };
    vec![
        offer("tea-small", "tea", "small", 499, 9),
        offer("tea-large", "tea", "large", 899, 2),
        offer("tea-huge", "tea", "huge", 1299, 0),
        offer("lamp", "lamp", "tall", 9_900, 5),
    ]
}

fn facts(now: Timestamp, turn: usize, items: usize, tied: usize) -> Facts {
    let offers = offers();
    let found = Found { words: "tea".into(), tied, offers: offers[..3].to_vec(), near: None };
    let lamp = Found { words: "lamp".into(), tied: 1, offers: offers[3..].to_vec(), near: None };
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
        menu: Default::default(),
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
        purchases: ["tea-small", "tea-small", "tea-small"].map(purchase).to_vec(),
        orders: vec![],
    }
}

fn item() -> impl Strategy<Value = ItemPhrase> {
    (any::<bool>(), any::<bool>(), proptest::option::of(1_u32..40)).prop_map(|(own, it, count)| ItemPhrase {
        words: if it { String::new() } else { "tea".into() },
        quantity: count.and_then(Quantity::new),
        own,
        it,
        ..ItemPhrase::default()
    })
}

fn choice() -> impl Strategy<Value = Choice> {
    prop_oneof![
        (0_u32..6).prop_map(Choice::Ordinal),
        Just(Choice::Last),
        Just(Choice::Cheapest),
        Just(Choice::Dearest),
        Just(Choice::Other),
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
    )
        .prop_map(|(items, quantity, choice, order, past, digits)| Slots {
            items,
            quantity: quantity.and_then(Quantity::new),
            choice,
            order,
            past,
            digits,
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
fn turn() -> impl Strategy<Value = (Intent, usize, i64)> {
    (name(), slots(), 1_usize..4, prop_oneof![9 => 0_i64..3, 1 => 11_i64..30])
        .prop_map(|(name, slots, tied, minutes)| (Intent { name, slots }, tied, minutes))
}

fn read_back(prompts: &[Prompt]) -> bool {
    prompts.iter().any(|p| p.key == "ask-confirm")
}

fn config() -> ProptestConfig {
    let seed = prop::test_runner::RngSeed::Fixed(7);
    ProptestConfig { cases: 400, rng_seed: seed, failure_persistence: None, ..ProptestConfig::default() }
}

#[test]
fn no_conversation_places_what_was_not_read_back_and_said_yes_to() {
    let placed = Cell::new(0);
    let mut runner = prop::test_runner::TestRunner::new(config());
    let outcome = runner.run(&proptest::collection::vec(turn(), 1..25), |turns| {
        placed.set(placed.get() + placed_lawfully(&turns)?);
        Ok(())
    });
    outcome.unwrap_or_else(|error| panic!("{error}"));
    assert!(placed.get() > 100, "only {} purchases were placed: the rule was hardly tried", placed.get());
}

/// Runs a conversation and counts the purchases; an error is a purchase that should not be.
fn placed_lawfully(turns: &[(Intent, usize, i64)]) -> Result<u32, TestCaseError> {
    let mut now: Timestamp = "2026-03-02T09:00:00Z".parse().expect("a moment");
    let (mut state, mut placed) = (State::default(), 0);
    // The keys of the drafts that were read back in full.
    let mut heard = HashSet::new();
    for (n, (intent, tied, minutes)) in turns.iter().enumerate() {
        now += SignedDuration::from_mins(*minutes);
        let facts = facts(now, n, intent.slots.items.len(), *tied);
        let next = step(&state, intent, &facts);
        if let Some(Act::Place { draft, pin }) = &next.act {
            placed += 1;
            prop_assert!(heard.contains(&draft.key), "never read back");
            prop_assert!(!policy::is_stale(state.asked_at, now), "the question was old");
            let needs_pin = policy::needs_pin(draft.quote.total(), &facts.household);
            prop_assert_eq!(needs_pin, pin.is_some());
            match &state.focus {
                Focus::Confirming(asked) => prop_assert!(asked == draft && intent.name == IntentName::Yes),
                Focus::AskPin(asked) => prop_assert!(asked == draft && intent.name == IntentName::Digits),
                other => prop_assert!(false, "placed from {:?}", other),
            }
        }
        if let Focus::Confirming(draft) = &next.state.focus
            && read_back(&next.say)
        {
            heard.insert(draft.key.clone());
        }
        state = next.state;
    }
    Ok(placed)
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn stop_and_cancel_work_in_every_state(turns in proptest::collection::vec(turn(), 1..12)) {
        let mut now: Timestamp = "2026-03-02T09:00:00Z".parse().expect("a moment");
        let mut state = State::default();
        for (n, (intent, tied, minutes)) in turns.iter().enumerate() {
            now += SignedDuration::from_mins(*minutes);
            let facts = facts(now, n, intent.slots.items.len(), *tied);
            for name in [IntentName::Stop, IntentName::Cancel] {
                let left = step(&state, &Intent::bare(name.clone()), &facts);
                prop_assert_eq!(left.act, None);
                prop_assert_eq!(&left.state.focus, &Focus::Idle);
                prop_assert!(!left.say.is_empty());
                prop_assert_eq!(left.ended, name == IntentName::Stop);
            }
            state = step(&state, intent, &facts).state;
        }
    }

    #[test]
    fn a_conversation_survives_being_saved(turns in proptest::collection::vec(turn(), 1..12)) {
        let now: Timestamp = "2026-03-02T09:00:00Z".parse().expect("a moment");
        let mut state = State::default();
        for (n, (intent, tied, _)) in turns.iter().enumerate() {
            let facts = facts(now, n, intent.slots.items.len(), *tied);
            let next = step(&state, intent, &facts);
            prop_assert!(!next.say.is_empty() || next.act.is_some(), "the shopper is left in silence");
            let saved = serde_json::to_string(&next.state).expect("a state can be written");
            prop_assert!(saved.len() < 64 * 1024, "{} bytes", saved.len());
            let read: State = serde_json::from_str(&saved).expect("a state can be read");
            prop_assert_eq!(&read, &next.state);
            state = read;
        }
    }
}
