//! Names of intents on platforms, with what a sentence means by its own words.

use crate::understanding::{
    intent::{Choice, IntentName, OrderRef, Past, Step},
    sentences::Means,
};

/// The name of an intent on a platform. `None` if its sentences mean something that no name can say.
pub fn name(name: &IntentName, means: &Means) -> Option<String> {
    let name = serde_json::to_value(name).ok()?.as_str()?.to_owned();
    let added = added(means)?;
    Some(if added.is_empty() { name } else { format!("{name}_with_{}", added.join("_and_")) })
}

fn added(means: &Means) -> Option<Vec<&'static str>> {
    let order = match &means.order {
        None => None,
        Some(OrderRef::Last) => Some("last_order"),
        Some(OrderRef::It) => Some("that_order"),
        Some(OrderRef::Before) => Some("order_before"),
        Some(OrderRef::All) => Some("all_orders"),
        Some(_) => return None,
    };
    let past = match &means.past {
        None => None,
        Some(Past::Usual) => Some("usual"),
        Some(Past::LastOrder) => Some("past_order"),
        Some(Past::During(_)) => return None,
    };
    let choice = match &means.choice {
        None => None,
        Some(choice) => Some(CHOICES.iter().find(|(_, known)| known == choice)?.0),
    };
    let flags = [
        (means.own, "own"),
        (means.it, "it"),
        (means.cheapest, "cheapest"),
        (means.dearest, "dearest"),
        (means.refused, "refused"),
        (means.only, "only"),
        (means.step == Some(Step::More), "so_many_more"),
        (means.step == Some(Step::Fewer), "so_many_fewer"),
    ];
    let flags = flags.into_iter().filter_map(|(on, word)| on.then_some(word));
    Some([order, past, choice].into_iter().flatten().chain(flags).collect())
}

const CHOICES: [(&str, Choice); 17] = [
    ("last_one", Choice::Last),
    ("cheapest_one", Choice::Cheapest),
    ("dearest_one", Choice::Dearest),
    ("smaller_one", Choice::Smaller),
    ("larger_one", Choice::Larger),
    ("smallest_one", Choice::Smallest),
    ("largest_one", Choice::Largest),
    ("one_had_last", Choice::HadLast),
    ("usual_one", Choice::HadMost),
    ("other_one", Choice::Other),
    ("both", Choice::Both),
    ("all", Choice::All),
    ("all_three", Choice::AllOf(3)),
    ("first_two", Choice::FirstOnes(2)),
    ("last_two", Choice::LastOnes(2)),
    ("none", Choice::None),
    ("more", Choice::More),
];

/// Reads such a name. `None` for what is no name of an intent.
pub fn read(platform: &str) -> Option<(IntentName, Means)> {
    let parsed = |name: &str| serde_json::from_value(name.into()).ok();
    let with = platform.split_once("_with_").and_then(|(name, added)| {
        let mut means = Means::default();
        added.split("_and_").all(|word| add(&mut means, word)).then_some((parsed(name)?, means))
    });
    with.or_else(|| Some((parsed(platform)?, Means::default())))
}

/// Whether the word is one of those of a name; it is then added.
fn add(means: &mut Means, word: &str) -> bool {
    match word {
        "last_order" => means.order = Some(OrderRef::Last),
        "that_order" => means.order = Some(OrderRef::It),
        "order_before" => means.order = Some(OrderRef::Before),
        "all_orders" => means.order = Some(OrderRef::All),
        "usual" => means.past = Some(Past::Usual),
        "past_order" => means.past = Some(Past::LastOrder),
        "own" => means.own = true,
        "it" => means.it = true,
        "cheapest" => means.cheapest = true,
        "dearest" => means.dearest = true,
        "refused" => means.refused = true,
        "only" => means.only = true,
        "so_many_more" => means.step = Some(Step::More),
        "so_many_fewer" => means.step = Some(Step::Fewer),
        _ => match CHOICES.iter().find(|(known, _)| *known == word) {
            Some((_, choice)) => means.choice = Some(choice.clone()),
            None => return false,
        },
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_says_what_a_template_means_and_is_read_again() {
        let usual = Means { past: Some(Past::Usual), ..Means::default() };
        let cheap = Means { own: true, cheapest: true, ..Means::default() };
        let order = Means { order: Some(OrderRef::Last), ..Means::default() };
        for (intent, means, platform) in [
            (IntentName::Reorder, Means::default(), "reorder"),
            (IntentName::Reorder, usual, "reorder_with_usual"),
            (IntentName::Buy, cheap, "buy_with_own_and_cheapest"),
            (IntentName::OrderStatus, order, "order_status_with_last_order"),
            (IntentName::Custom("coffee_with_milk".into()), Means::default(), "coffee_with_milk"),
        ] {
            assert_eq!(name(&intent, &means).as_deref(), Some(platform));
            assert_eq!(read(platform), Some((intent, means)));
        }
    }
}
