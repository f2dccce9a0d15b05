//! The laws of the dialogue under thousands of random conversations. The step function is pure,
//! so a conversation needs nothing but states, intents and facts.

use std::{
    cell::Cell,
    collections::{HashMap, HashSet},
    sync::{Arc, LazyLock},
};

use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use proptest::prelude::*;
use sayso::{
    commerce::{
        Currency, GroupId, IdempotencyKey, Money, OptionMenu, Product, Quantity, Sku, ValueId,
        household::Household,
        options::{Choose, OptionGroup, OptionValue},
        purchase::Purchase,
    },
    dialogue::{Act, Draft, DraftLine, Facts, Focus, Found, Offer, Prompt, State, policy, step},
    understanding::{
        Choice, Digits, Intent, IntentName, ItemPhrase, OptionPhrase, OrderRef, Past, Picked, Slots, Step,
    },
};

use crate::support::shop::{household, shop, terms};

/// What a tea can have: a milk, always some strength (asked for in the huge one), sugars.
static MENU: LazyLock<Arc<OptionMenu>> = LazyLock::new(|| {
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

fn option_phrase() -> impl Strategy<Value = OptionPhrase> {
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
        options: if kind == "tea" { MENU.of(&product(name, kind)) } else { vec![] },
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
    // Many a purchase fails on what has to be chosen first: more conversations than for the other laws.
    let mut runner = prop::test_runner::TestRunner::new(ProptestConfig { cases: 1_600, ..config() });
    let outcome = runner.run(&proptest::collection::vec(turn(), 1..25), |turns| {
        placed.set(placed.get() + placed_lawfully(&turns)?);
        Ok(())
    });
    outcome.unwrap_or_else(|error| panic!("{error}"));
    assert!(placed.get() > 100, "only {} purchases were placed: the rule was hardly tried", placed.get());
}

/// Whether each line of a draft is quoted with its own options, at the price of the product and of
/// each of them.
fn as_priced(draft: &Draft) -> Result<(), TestCaseError> {
    prop_assert_eq!(draft.lines.len(), draft.quote.lines().len());
    for (line, quoted) in draft.lines.iter().zip(draft.quote.lines()) {
        prop_assert_eq!((&line.sku, line.quantity), (&quoted.sku, quoted.quantity));
        prop_assert_eq!(&line.options, &quoted.options.chosen());
        let offer = offers().into_iter().find(|offer| offer.sku == line.sku).expect("an offer");
        let picks = line.options.picks().iter().map(|pick| {
            let group = MENU.group(pick.group()).expect("a group");
            prop_assert!(offer.options.contains(&group.id), "an option of another product");
            Ok(group.value(pick.value()).expect("a value").price.minor() * i64::from(pick.count()))
        });
        let added: i64 = picks.collect::<Result<Vec<_>, _>>()?.iter().sum();
        prop_assert_eq!(quoted.unit_price.minor(), offer.price.minor() + added);
        prop_assert!(MENU.quoted(&offer.options, &line.options).is_some(), "a choice is missing");
    }
    let twice = |line: &DraftLine| {
        draft.lines.iter().filter(|l| (&l.sku, &l.options) == (&line.sku, &line.options)).count() > 1
    };
    prop_assert!(!draft.lines.iter().any(twice), "one thing on two lines");
    Ok(())
}

/// Whether the read-back names every option of every line.
fn options_are_said(say: &[Prompt], draft: &Draft) -> bool {
    let said = serde_json::to_string(say).expect("prompts can be written");
    draft.quote.lines().iter().flat_map(|line| line.options.iter()).all(|option| {
        let name = serde_json::to_string(option.name()).expect("a name can be written");
        said.contains(&name)
    })
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
            prop_assert!(!intent.slots.have_options(), "what was said with the yes was passed over");
            as_priced(draft)?;
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
        if let Focus::Confirming(draft) = &next.state.focus {
            as_priced(draft)?;
            if let Focus::Confirming(before) = &state.focus {
                prop_assert!(before.key != draft.key || before == draft, "another draft with the same key");
            }
            if read_back(&next.say) {
                prop_assert!(options_are_said(&next.say, draft), "an option was not read back");
                heard.insert(draft.key.clone());
            }
        }
        state = next.state;
    }
    Ok(placed)
}

#[test]
fn a_choice_that_has_to_be_made_is_asked_for_and_answered_in_the_same_conversation() {
    let now: Timestamp = "2026-03-02T09:00:00Z".parse().expect("a moment");
    let mut facts = facts(now, 0, 1, 1);
    facts.found[0].offers.rotate_left(1);
    let item = ItemPhrase { words: "tea".into(), ..ItemPhrase::default() };
    let buy = Intent { name: IntentName::Buy, slots: Slots { items: vec![item], ..Slots::default() } };
    let asked = step(&State::default(), &buy, &facts);
    assert!(matches!(&asked.state.focus, Focus::AskOption { group, .. } if group.as_str() == "leaf"));
    assert!(asked.say.iter().any(|prompt| prompt.key == "ask-option") && asked.listening);
    // A yes is no answer to it, and neither is anything that is none of its values.
    let yes = step(&asked.state, &Intent::bare(IntentName::Yes), &facts);
    assert_eq!((&yes.state.focus, &yes.act), (&asked.state.focus, &None));
    let leaf = |value: &str| OptionPhrase {
        words: value.into(),
        meant: vec![(GroupId::new("leaf").expect("an id"), ValueId::new(value).expect("an id"))],
        count: None,
        no: false,
        step: None,
        less: false,
    };
    let answer = |value: &str| Slots { options: vec![leaf(value)], ..Slots::default() };
    let red = step(&asked.state, &Intent { name: IntentName::Correct, slots: answer("red") }, &facts);
    assert_eq!(red.state.focus, asked.state.focus);
    let by_number = Slots { choice: Some(Choice::Ordinal(2)), ..Slots::default() };
    for intent in [
        Intent { name: IntentName::Correct, slots: answer("green") },
        Intent { name: IntentName::Choose, slots: by_number },
    ] {
        let next = step(&asked.state, &intent, &facts);
        let Focus::Confirming(draft) = &next.state.focus else { panic!("{:?}", next.state.focus) };
        assert_eq!(draft.quote.lines()[0].options.to_text(), "green");
        assert_eq!(draft.quote.lines()[0].unit_price, Money::new(909, Currency::USD));
    }
}

/// The menu with another strength that a small tea comes with.
fn menu_with_default(strength: &str) -> Arc<OptionMenu> {
    let mut groups = MENU.groups().to_vec();
    for group in groups.iter_mut().filter(|group| group.id.as_str() == "strength") {
        group.default = Some(ValueId::new(strength).expect("an id"));
    }
    Arc::new(OptionMenu::new(groups))
}

#[test]
fn what_a_thing_comes_with_is_what_it_came_with_when_it_was_read_back() {
    let now: Timestamp = "2026-03-02T09:00:00Z".parse().expect("a moment");
    let before = facts(now, 0, 1, 1);
    let item = ItemPhrase { words: "tea".into(), ..ItemPhrase::default() };
    let buy = Intent { name: IntentName::Buy, slots: Slots { items: vec![item], ..Slots::default() } };
    let read = step(&State::default(), &buy, &before);
    assert!(matches!(read.state.focus, Focus::Confirming(_)), "{:?}", read.state.focus);
    let yes = Intent::bare(IntentName::Yes);
    assert!(step(&read.state, &yes, &facts(now, 1, 0, 1)).act.is_some(), "nothing has changed");
    let changed = Facts { menu: menu_with_default("strong"), ..facts(now, 1, 0, 1) };
    let anew = step(&read.state, &yes, &changed);
    assert!(anew.act.is_none() && read_back(&anew.say), "{:?}", anew.say);
    let Focus::Confirming(draft) = &anew.state.focus else { panic!("{:?}", anew.state.focus) };
    assert_eq!(draft.quote.lines()[0].options.to_text(), "mild", "and it is said what it comes with");
    let placed = step(&anew.state, &yes, &Facts { menu: menu_with_default("strong"), ..facts(now, 2, 0, 1) });
    assert!(matches!(placed.act, Some(Act::Place { .. })));
}

/// How many of each value are wanted after all of this was said, the last word of each counting.
fn wanted_of(asked: &[OptionPhrase]) -> HashMap<(GroupId, ValueId), u32> {
    let mut wanted: HashMap<(GroupId, ValueId), u32> = HashMap::new();
    for phrase in asked {
        let meant = &phrase.meant[0];
        let (now, n) = (wanted.get(meant).copied().unwrap_or(0), phrase.count.unwrap_or(1));
        let count = match phrase.step {
            _ if phrase.no => 0,
            Some(Step::More) => now + n,
            Some(Step::Fewer) => now.saturating_sub(n),
            None => n,
        };
        wanted.insert(meant.clone(), count);
    }
    wanted
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
    fn what_is_asked_for_with_a_thing_is_in_the_read_back_or_the_thing_is_not(
        asked in proptest::collection::vec(option_phrase(), 1..4), which in 0_usize..2,
    ) {
        let now: Timestamp = "2026-03-02T09:00:00Z".parse().expect("a moment");
        let mut facts = facts(now, 0, 1, 1);
        facts.found[0].offers.rotate_left(which);
        let item = ItemPhrase { words: "tea".into(), options: asked.clone(), ..ItemPhrase::default() };
        let slots = Slots { items: vec![item], ..Slots::default() };
        let next = step(&State::default(), &Intent { name: IntentName::Buy, slots }, &facts);
        if let Focus::Confirming(draft) = &next.state.focus {
            let line = &draft.lines[0];
            for ((group, value), count) in wanted_of(&asked) {
                let by_default = value.as_str() == "mild";
                let said = next.say.iter().any(|prompt| prompt.key == "option-anyway");
                prop_assert!(!by_default || count == 0 || said, "{:?}", next.say);
                let expected = if by_default { 0 } else { count };
                prop_assert_eq!(line.options.count(&group, &value), expected, "{:?}", line);
            }
        } else {
            let said = next.say.iter().any(|p| p.key.starts_with("option-") || p.key == "ask-option");
            prop_assert!(said, "{:?}", next.say);
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
