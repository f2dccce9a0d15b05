//! The cheapest and the most expensive of what was found.

use crate::{
    commerce::Chosen,
    dialogue::{Arg, Found, Offer, Prompt, bound, choose, had::Had, scene::Scene},
    understanding::OptionPhrase,
};

/// Of what was sorted by price the first, with those that cost the same.
pub(super) fn keep_extreme(had: &mut Vec<Had<'_>>) {
    let Some((price, kind)) = had.first().map(|first| (first.price(), first.offer.kind.clone())) else {
        return;
    };
    let mut at = 0;
    had.retain(|had| {
        at += 1;
        at == 1 || had.price() == price && had.offer.kind == kind && had.offer.in_stock > 0
    });
}

/// "What's the cheapest coffee?" names it, with what was asked for with it and within which limits; `false` if
/// something else was named after it.
pub(super) fn name_extreme(scene: &mut Scene<'_>, one: &Had<'_>, asked: &[OptionPhrase]) -> bool {
    let Some(found) = scene.facts.found.first() else { return true };
    let limits = &scene.intent.slots.constraints;
    // "Coffee" can be house coffee, or plain coffee, but iced coffee and ground coffee are coffee too.
    let had = |other| Had::of(&scene.facts.menu, other, &Chosen::default(), asked);
    let other = found.beyond.as_ref().filter(|other| other.in_stock > 0).and_then(had);
    let key = if limits.cheapest { "cheapest-is" } else { "dearest-is" };
    let what: &str = if other.is_some() { own_name(found, one.offer) } else { &found.words };
    let named = Prompt::new(key).with("what", Arg::Name(what.to_owned()));
    scene.say(bound::with_limits(one.told(named), limits));
    let further = |other: &Had<'_>| match limits.cheapest {
        true => other.price().minor() < one.price().minor(),
        false => other.price().minor() > one.price().minor(),
    };
    let Some(other) = other.filter(further) else { return true };
    let way = if limits.cheapest { "cheaper" } else { "dearer" };
    scene.say(other.told(Prompt::new("other-kinds").with("way", Arg::Kind(way.to_owned()))));
    false
}

/// What something is called in the words that were said, or its kind where they stand for that.
fn own_name<'a>(found: &'a Found, offer: &'a Offer) -> &'a str {
    let said: Vec<String> = found.words.split(' ').map(choose::stem).collect();
    let whole = offer.kind.split(' ').all(|word| said.contains(&choose::stem(word)));
    if whole { &found.words } else { &offer.kind }
}
