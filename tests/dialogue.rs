//! The laws of the dialogue under thousands of random conversations. The step function is pure,
//! so a conversation needs nothing but states, intents and facts.

mod random;

use std::{
    cell::Cell,
    collections::{HashMap, HashSet},
    sync::Arc,
};

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use sayso::{
    commerce::{Currency, GroupId, Money, OptionMenu, ValueId},
    dialogue::{Act, Draft, DraftLine, Facts, Focus, Prompt, State, policy, step},
    understanding::{Choice, Intent, IntentName, ItemPhrase, OptionPhrase, Slots, Step},
};

use random::{MENU, facts, offers, option_phrase, turn};

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
