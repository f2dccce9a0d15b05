//! Less of what is not there: "no sugar" and "one shot less" of a drink without any. That is said, and changes nothing.

use super::{
    super::{Arg, DraftLine, Offer, Prompt, Wanted, scene::Scene},
    Trouble, apply,
    line::which,
    meant, there, told,
};
use crate::{
    commerce::{Chosen, OptionMenu, Sku, ValueId, options::Choose},
    understanding::{OptionPhrase, Step},
};

/// "No sugar" where no line has any: that is said. Otherwise which line is meant has to be.
pub(super) fn none_or_which(scene: &mut Scene<'_>, lines: &[DraftLine]) {
    let asked = &scene.intent.slots.options;
    let some = |line: &DraftLine, phrase: &OptionPhrase| {
        let offer = scene.offer(&line.sku);
        offer.is_some_and(|offer| has_some(&scene.facts.menu, offer, &line.options, phrase))
    };
    let there = |phrase: &OptionPhrase| lines.iter().any(|line| some(line, phrase));
    let away = |phrase: &&OptionPhrase| phrase.takes_away() || phrase.lessens();
    let none = asked.iter().find(away).filter(|_| asked.iter().all(|p| away(&p) && !there(p)));
    match none.cloned() {
        Some(phrase) => none_of(scene, &phrase),
        None => which(scene),
    }
}

/// Of "one shot less" and "less sugar", while it is still asked which one, what has none so far.
pub(super) fn fewer_of_none(scene: &Scene<'_>, wanted: &Wanted) -> Vec<OptionPhrase> {
    let menu = &scene.facts.menu;
    let asked = &scene.intent.slots.options;
    let before = wanted.chosen.clone().unwrap_or_default();
    let offers: Vec<&Offer> = wanted.offers.iter().filter_map(|sku| scene.offer(sku)).collect();
    let has = |offer: &Offer, fewer: &OptionPhrase| {
        let chosen = apply(menu, offer, &before, &wanted.options).ok()?;
        meant(menu, offer, fewer).ok()?;
        Some(has_some(menu, offer, &chosen, fewer))
    };
    let without = |fewer: &&OptionPhrase| offers.iter().filter_map(|offer| has(offer, fewer)).all(|has| !has);
    let fewer = asked.iter().filter(|phrase| phrase.step == Some(Step::Fewer) || phrase.lessens());
    fewer.filter(without).cloned().collect()
}

/// Whether there is any of it in what is chosen, in whatever amount; also where it comes with it.
pub(super) fn has_some(menu: &OptionMenu, offer: &Offer, chosen: &Chosen, phrase: &OptionPhrase) -> bool {
    let Ok((group, value)) = meant(menu, offer, phrase) else { return false };
    let picked = chosen.picks().iter().any(|pick| pick.group() == &group.id);
    // Of a group of which there is one, another one of it can be meant: oat milk is milk.
    let one = !matches!(group.choose, Choose::Several { .. });
    if picked && one && !phrase.lessens() {
        return true;
    }
    let by_default = |id: &ValueId| group.alike(value).any(|amount| &amount.id == id);
    there(group, phrase, chosen).is_some() || !picked && group.default.as_ref().is_some_and(by_default)
}

/// "Less sugar" where there is none. "One less" is taken from what is asked for before it, too.
pub(super) fn less_of_none(
    scene: &Scene<'_>,
    sku: &Sku,
    chosen: &Chosen,
    asked: &[OptionPhrase],
) -> Vec<OptionPhrase> {
    let Some(offer) = scene.offer(sku) else { return Vec::new() };
    let none = |p: &&OptionPhrase| p.lessens() && !has_some(&scene.facts.menu, offer, chosen, p);
    asked.iter().filter(none).cloned().collect()
}

/// "Less milk and less sugar" of a latte without sugar is less milk: says what there is none of, and gives the rest.
/// `None` where nothing is left.
pub(super) fn but_absent(
    scene: &mut Scene<'_>,
    asked: &[OptionPhrase],
    absent: &[OptionPhrase],
) -> Option<Vec<OptionPhrase>> {
    let rest: Vec<OptionPhrase> = asked.iter().filter(|phrase| !absent.contains(phrase)).cloned().collect();
    scene.say.extend(absent.iter().map(not_in));
    (absent.is_empty() || !rest.is_empty()).then_some(rest)
}

/// That it cannot be had so; what it cannot even have is not in it.
pub(super) fn not_so(scene: &mut Scene<'_>, trouble: &Trouble, offer: &Offer, asked: &[OptionPhrase]) {
    let away = matches!(trouble, Trouble::Refused(_)) && asked.iter().all(OptionPhrase::takes_away);
    match asked.first().filter(|_| away) {
        Some(phrase) => none_of(scene, phrase),
        None => {
            scene.say(told(trouble, offer));
            scene.stay();
        }
    }
}

/// That there is none of it, whatever was to be taken away; the question is asked again.
pub(super) fn none_of(scene: &mut Scene<'_>, phrase: &OptionPhrase) {
    scene.say(not_in(phrase));
    scene.stay();
}

/// That there is none of it.
pub(super) fn not_in(phrase: &OptionPhrase) -> Prompt {
    Prompt::new("option-not-in").with("option", Arg::Name(phrase.of_what().to_owned()))
}
