//! What spoken names find in the sample shop.

use sayso::understanding::{Constraints, Hit};

use super::item;

/// What the words find in the sample shop, without a history: how many tie, and the first kinds.
fn sample(words: &str) -> (usize, Vec<String>) {
    let (_, products) = crate::understanding::shop();
    let found = products.resolve(&item(words), &Constraints::default(), &[]);
    let kind = |hit: &Hit| products.catalog().get(&hit.sku).unwrap().kind;
    let mut kinds: Vec<String> = found.hits.iter().map(kind).collect();
    kinds.dedup();
    (found.tied, kinds)
}

#[test]
fn another_english_word_is_no_slip_and_no_inflection_of_a_product() {
    for word in [
        "better",
        "bitter",
        "letter",
        "letters",
        "latter",
        "beacon",
        "trowel",
        "breach",
        "certain",
        "certainly",
        "threats",
        "waiters",
        "treated",
        "treating",
        "seeded",
        "mixing",
        "polished",
        "popped",
        "deterrent",
    ] {
        assert_eq!(sample(word), (0, vec![]), "{word}");
    }
}

#[test]
fn half_a_name_is_a_question_and_not_a_guess() {
    for (word, kinds) in [
        ("beer", vec!["root beer"]),
        ("sheets", vec!["dryer sheets"]),
        ("brush", vec!["hair brush"]),
        ("oil", vec!["olive oil", "vegetable oil"]),
        ("food", vec!["baby food", "cat food", "dog food"]),
        ("paper", vec!["toilet paper", "parchment paper"]),
    ] {
        let (tied, found) = sample(word);
        assert!(tied >= 2, "{word}: {tied}");
        assert_eq!(
            found.iter().filter(|k| kinds.contains(&k.as_str())).count(),
            found.len(),
            "{word}: {found:?}"
        );
        assert!(kinds.iter().all(|k| found.contains(&(*k).to_owned())), "{word}: {found:?}");
    }
    assert_eq!(sample("root beer").0, 1);
}

#[test]
fn the_last_word_says_what_a_thing_is() {
    assert_eq!(sample("chocolate milk"), (0, vec![]));
    assert_eq!(sample("milk chocolate"), (1, vec!["chocolate".into()]));
}

#[test]
fn common_short_names_find_the_thing() {
    assert_eq!(sample("AA batteries"), (3, vec!["batteries".into()]));
    assert_eq!(sample("double A batteries"), (3, vec!["batteries".into()]));
    assert_eq!(sample("AAA batteries"), (0, vec![]));
    assert_eq!(sample("decaf"), (1, vec!["ground coffee".into()]));
    assert_eq!(sample("BBQ sauce"), (1, vec!["barbecue sauce".into()]));
}

#[test]
fn a_half_gallon_is_no_gallon() {
    let (_, products) = crate::understanding::shop();
    for words in ["gallon of milk", "a gallon of milk", "one gallon milk", "two gallons of milk"] {
        let found = products.resolve(&item(words), &Constraints::default(), &[]);
        assert!(found.other_size && found.tied >= 2, "{words} is asked about: {found:?}");
    }
    assert_eq!(sample("half gallon of milk"), (3, vec!["milk".into()]));
}
