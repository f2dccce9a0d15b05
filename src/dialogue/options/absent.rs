//! Less of what is not there: "no sugar" and "one shot less" of a drink without any. That is said, and changes nothing.

use super::{
    super::{ASKING_AGAIN, Arg, DraftLine, Offer, Prompt, Wanted, scene::Scene},
    apply,
    change::which,
    meant,
};
use crate::{
    commerce::{ValueId, options::Choose},
    understanding::{OptionPhrase, Step},
};

/// "No sugar" where no line has any: that is said. Otherwise which line is meant has to be.
pub(super) fn none_or_which(scene: &mut Scene<'_>, lines: &[DraftLine]) {
    let asked = &scene.intent.slots.options;
    let there = |phrase: &OptionPhrase| lines.iter().any(|line| has_some(scene, line, phrase));
    let away = |phrase: &&OptionPhrase| phrase.takes_away() || phrase.lessens();
    let none = asked.iter().find(away).filter(|_| asked.iter().all(|p| away(&p) && !there(p)));
    match none.cloned() {
        Some(phrase) => none_of(scene, &phrase),
        None => which(scene),
    }
}

/// "One shot less" while it is still asked which one, of what has no shots so far.
pub(super) fn fewer_of_none(scene: &Scene<'_>, wanted: &Wanted) -> Option<OptionPhrase> {
    let menu = &scene.facts.menu;
    let asked = &scene.intent.slots.options;
    let before = wanted.chosen.clone().unwrap_or_default();
    let fewer = asked.iter().find(|phrase| phrase.step == Some(Step::Fewer))?;
    let offers: Vec<&Offer> = wanted.offers.iter().filter_map(|sku| scene.offer(sku)).collect();
    let has = |offer: &&Offer| {
        let chosen = apply(menu, offer, &before, &wanted.options).ok()?;
        let (group, value) = meant(menu, offer, fewer).ok()?;
        Some(group.alike(value).any(|amount| chosen.count(&group.id, &amount.id) > 0))
    };
    let all_without = offers.iter().filter_map(has).all(|has| !has);
    all_without.then(|| fewer.clone())
}

/// Whether there is any of it on a line, in whatever amount; also where it comes with it.
pub(super) fn has_some(scene: &Scene<'_>, line: &DraftLine, phrase: &OptionPhrase) -> bool {
    let menu = &scene.facts.menu;
    let Some(Ok((group, value))) = scene.offer(&line.sku).map(|offer| meant(menu, offer, phrase)) else {
        return false;
    };
    let picked = line.options.picks().iter().any(|pick| pick.group() == &group.id);
    let by_default = |id: &ValueId| group.alike(value).any(|amount| &amount.id == id);
    // Of a group of which there is one, another one of it can be meant: oat milk is milk.
    let one = !matches!(group.choose, Choose::Several { .. });
    if picked && one {
        return true;
    }
    group.alike(value).any(|amount| line.options.count(&group.id, &amount.id) > 0)
        || !picked && group.default.as_ref().is_some_and(by_default)
}

/// That there is none of it, whatever was to be taken away; the question is asked again.
pub(super) fn none_of(scene: &mut Scene<'_>, phrase: &OptionPhrase) {
    let words = phrase.words.strip_prefix("less ").unwrap_or(&phrase.words).to_owned();
    scene.say(Prompt::new("option-not-in").with("option", Arg::Name(words)));
    scene.decision = ASKING_AGAIN;
    scene.ask_again();
}
