//! Several changes in one sentence, and what only looks like it.

use super::*;
use sayso::understanding::{Choice, Intent, Step};

/// The names of what was said, one after the other, with the things of each.
fn parts(intent: &Intent) -> Vec<(IntentName, Vec<&str>)> {
    let mut all = Vec::new();
    for part in intent.in_turn() {
        all.push((part.name.clone(), part.slots.items.iter().map(|item| item.words.as_str()).collect()));
    }
    all
}

#[test]
fn of_two_changes_in_one_sentence_none_is_lost() {
    use IntentName as N;
    for (said, wanted) in [
        ("make it two and add matches", vec![(N::Correct, vec![]), (N::AddToCart, vec!["matches"])]),
        ("two more and a sponge", vec![(N::Correct, vec![]), (N::Correct, vec!["sponge"])]),
        ("one more sponge and some eggs", vec![(N::Correct, vec!["sponge"]), (N::Correct, vec!["eggs"])]),
        ("two more sponges and eggs", vec![(N::Correct, vec!["sponges"]), (N::Correct, vec!["eggs"])]),
        (
            "remove the eggs and add matches",
            vec![(N::RemoveFromCart, vec!["eggs"]), (N::AddToCart, vec!["matches"])],
        ),
    ] {
        let understood = understand(said, Expect::YesNo);
        assert_eq!(parts(&understood.intent), wanted, "{said}");
    }
    let counted = understand("two more and a sponge", Expect::YesNo).intent;
    assert_eq!((counted.slots.step, counted.slots.quantity.map(u32::from)), (Some(Step::More), Some(2)));
    assert!(counted.slots.then.is_some_and(|then| then.slots.also && then.slots.items[0].quantity.is_none()));
}

#[test]
fn a_list_of_things_is_one_wish() {
    for said in [
        "sponges and matches",
        "two sponges and matches",
        "remove the eggs and the matches",
        "and eggs and milk",
    ] {
        let understood = understand(said, Expect::YesNo).intent;
        assert!(
            understood.slots.then.is_none() && understood.slots.items.len() == 2,
            "{said}: {understood:?}"
        );
    }
}

#[test]
fn a_yes_beside_a_change_is_no_yes() {
    for said in
        ["and matches, yes", "make it two and yes", "make it two and order it", "yes and matches, yes"]
    {
        for expect in [Expect::YesNo, Expect::Anything, Expect::Choice, Expect::Pin] {
            let understood = understand(said, expect).intent;
            let agrees = |part: &Intent| matches!(part.name, IntentName::Yes | IntentName::CheckOut);
            assert!(!understood.in_turn().any(agrees), "{said}: {understood:?}");
        }
    }
}

#[test]
fn what_is_said_instead_of_the_pin_is_a_change_or_no_answer() {
    for said in ["make that eggs", "remove the sponges", "and add matches", "no, make it two"] {
        let name = name(said, Expect::Pin);
        assert!(
            matches!(name, IntentName::Correct | IntentName::RemoveFromCart | IntentName::AddToCart),
            "{said}: {name:?}"
        );
    }
    // What was misheard of a PIN changes no count.
    for said in ["four", "four two", "seventeen", "oh one"] {
        assert_eq!(name(said, Expect::Pin), IntentName::Digits, "{said}");
    }
}

#[test]
fn which_line_a_change_is_for_is_told_by_the_words_around_it() {
    let line = |said| understand(said, Expect::YesNo).intent.slots.line;
    assert_eq!(line("make the first one large"), Some(Choice::Ordinal(1)));
    assert_eq!(line("make the last one large"), Some(Choice::Last));
    assert_eq!(line("make the small one large"), Some(Choice::Described("small".into())));
    assert_eq!(line("make both large"), Some(Choice::Both));
    for said in
        ["make it large", "make the shampoo large", "the large one", "the first one", "make it the large one"]
    {
        assert_eq!(line(said), None, "{said}");
    }
}

#[test]
fn a_no_to_one_thing_is_no_no_to_all_of_it() {
    for said in ["don't order the eggs", "do not buy the matches", "please don't get the eggs"] {
        let understood = understand(said, Expect::YesNo).intent;
        assert!(understood.name == IntentName::Correct && understood.slots.refused, "{said}: {understood:?}");
    }
    for said in ["don't order it", "do not order", "don't order anything", "please do not buy that"] {
        assert_eq!(name(said, Expect::YesNo), IntentName::No, "{said}");
    }
}
