//! What a thing comes with unless something else is asked for. It is not read back, and yet agreed to: what it was
//! then is what is bought.

use super::{Draft, DraftLine, Prompt, read_back::propose, scene::Scene};
use crate::commerce::{GroupId, ValueId};

/// What the things of some lines come with unless something else is asked for.
pub(super) fn of(scene: &Scene<'_>, lines: &[DraftLine]) -> Vec<(GroupId, ValueId)> {
    let mut all = Vec::new();
    for id in lines.iter().filter_map(|line| scene.offer(&line.sku)).flat_map(|offer| &offer.options) {
        let default = scene.facts.menu.group(id).and_then(|group| group.default.clone());
        all.extend(default.map(|value| (id.clone(), value)).filter(|pair| !all.contains(pair)));
    }
    all
}

/// Whether the things that were read back come with something else by now.
pub(super) fn changed(scene: &Scene<'_>, draft: &Draft) -> bool {
    let now = of(scene, &draft.lines);
    !draft.defaults.is_empty() && draft.defaults != now
}

/// Reads a purchase anew with what it came with when it was read back, where that can still be had.
pub(super) fn as_it_was(scene: &mut Scene<'_>, draft: Draft) {
    let now = of(scene, &draft.lines);
    let mut lines = draft.lines;
    for line in &mut lines {
        let Some(offer) = scene.offer(&line.sku) else { continue };
        for (id, value) in draft.defaults.iter().filter(|pair| !now.contains(pair)) {
            let group = scene.facts.menu.group(id).filter(|group| offer.options.contains(&group.id));
            let there = group.is_some_and(|group| group.value(value).is_some());
            if there && !line.options.picks().iter().any(|pick| pick.group() == id) {
                line.options.set(id, value, 1);
            }
        }
    }
    scene.say(Prompt::new("price-changed"));
    propose(scene, lines, draft.from_cart);
}
