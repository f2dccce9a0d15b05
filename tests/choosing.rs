//! Choosing in a shop of its own: what has to be chosen for a thing counts when things are compared, and a choice
//! that is called "less" of something is that choice.

use std::fs;

use crate::support::process::Sayso;

/// What has to be chosen for one pack of batteries, and what can be for the iced tea.
const OPTIONS: &str = r#"
[[group]]
id = "wrapping"
choose = "one"
question = { en = "Which wrapping would you like?" }
for = ["silverbrook-batteries-six-pack"]
values = [
  { id = "gift", price = "8.00", words = { en = ["gift wrapping"] } },
  { id = "plain", price = "6.00", words = { en = ["plain wrapping"] } },
]

[[group]]
id = "ice"
choose = "at_most_one"
for = ["iced tea"]
values = [
  { id = "less", words = { en = ["less ice", "fewer cubes"] } },
  { id = "crushed", price = "0.40", words = { en = ["crushed ice"] } },
]
"#;

/// Holds a conversation with the sample shop with these options; what the program said where it fails.
fn hold(name: &str, conversation: &str) {
    let sayso = Sayso::new();
    let folder = sayso.data().join("harbor-shelf");
    let path = folder.to_str().expect("a path");
    let made = sayso.run(&["skill", "new", "Harbor Shelf", "--dir", path]);
    assert_eq!(made.code, Some(0), "{made:?}");
    fs::write(folder.join("options.toml"), OPTIONS).expect("a file");
    fs::write(folder.join("conversations").join(name), conversation).expect("a file");
    let tested = sayso.run(&["skill", "test", path]);
    assert_eq!(tested.code, Some(0), "{}", tested.out);
}

#[test]
fn the_cheapest_is_the_cheapest_with_what_has_to_be_chosen_for_it() {
    hold(
        "cheapest.txt",
        "\
> what are the cheapest batteries
= offering
< Evermore Batteries, Twelve Pack, for $10.99
> no
> order the cheapest batteries
= confirming
< one Evermore Batteries, Twelve Pack
> no
> find me batteries
> the cheapest one
= confirming
< one Evermore Batteries, Twelve Pack
> no
> what are the most expensive batteries
= offering
< Evermore Batteries, Twenty Four Pack
orders 0
",
    );
}

#[test]
fn where_something_has_to_be_chosen_the_least_that_it_can_cost_is_told_as_that() {
    hold(
        "from.txt",
        "\
> find me silverbrook batteries
= offering
< I have Silverbrook Batteries, Six Pack, from $11.49
> yes
= asking-option
< Which wrapping
> the second one
= confirming
< Silverbrook Batteries, Six Pack with plain wrapping
> no
> find me batteries
< Silverbrook Batteries, Six Pack, from $11.49
> no
> find me silverbrook batteries under eight dollars
= not-found
< Nothing fits that
< Silverbrook Batteries, Six Pack, from $11.49
> buy silverbrook batteries under eight dollars
< The closest is Silverbrook Batteries, Six Pack, from $11.49
<! Which wrapping
orders 0
",
    );
}

#[test]
fn what_is_none_of_the_answers_to_an_option_is_told_and_another_thing_is_a_new_wish() {
    hold(
        "another.txt",
        "\
> buy silverbrook batteries
= asking-option
> neither
= asking-again
< Which wrapping
> all of them
= asking-again
< Which wrapping
> bagels
= confirming
< I left silverbrook batteries
< Bagels
<! Six Pack
orders 0
",
    );
}

#[test]
fn a_choice_that_is_called_less_of_something_can_be_had() {
    hold(
        "less.txt",
        "\
> buy iced tea with less ice
= confirming
< one Harborside Iced Tea, Two Liter with less ice
> no
> buy iced tea with fewer cubes
= confirming
< one Harborside Iced Tea, Two Liter with less ice
> yes
= placed
options harborside-iced-tea-two-liter 1 less ice
",
    );
}

#[test]
fn the_cheapest_beside_another_is_the_same_one_as_the_cheapest_alone() {
    hold(
        "beside.txt",
        "\
> find me batteries
> the second and the cheapest
= confirming
< one Evermore Batteries, Twenty Four Pack
< one Evermore Batteries, Twelve Pack
<! Silverbrook
orders 0
",
    );
}
