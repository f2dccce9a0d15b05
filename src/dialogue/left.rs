//! A wish that was still open when another one came: it is kept, or it is said that it was left.

use super::{Arg, Errand, Prompt, Wanted, assemble, repair, scene::Scene};

/// What was open when another wish came: the same wish in other words keeps what belongs to it, and of any other is
/// said that it was left.
pub(super) fn leave_open(scene: &mut Scene<'_>, next: &mut Errand) {
    let Some(errand) = scene.state.focus.errand() else { return };
    let same = |one: &Wanted, other: &Wanted| one.offers.iter().any(|sku| other.offers.contains(sku));
    let again = errand.wanted.first().is_some_and(|open| next.wanted.iter().any(|new| same(open, new)));
    let open = errand.clone();
    if again && (open.purpose == next.purpose || open.purpose.changes_the_cart()) {
        open.hand_on(next);
        next.purpose = open.purpose;
        next.lines = open.lines;
        next.wanted.extend(open.wanted.into_iter().skip(1));
        return;
    }
    if again && scene.intent.slots.past.is_some() {
        // "The same again" can have the same thing in it, but in another number or kind than was just asked for.
        scene.say(Prompt::new("set-aside"));
    }
    let lines = open.lines.iter().filter_map(|line| Some(scene.offer(&line.sku)?.spoken()));
    let wanted = open.wanted.iter().filter(|w| !next.wanted.iter().any(|new| same(w, new)));
    let left = lines.chain(wanted.map(|wanted| Arg::Name(wanted.words.clone()))).collect();
    say_left(scene, left);
}

/// That what is being read back is not ordered, where something else is wanted instead.
pub(super) fn set_aside(scene: &mut Scene<'_>) {
    if let Some(from_cart) = scene.draft().map(|draft| draft.from_cart) {
        scene.say(Prompt::new(if from_cart { "cart-kept" } else { "set-aside" }));
    }
}

/// That these were wanted, and are not ordered for now.
pub(super) fn say_left(scene: &mut Scene<'_>, left: Vec<Arg>) {
    let name = |name| Prompt::new("name").with("name", name);
    if !left.is_empty() {
        let items = Arg::List(left.into_iter().map(name).collect());
        scene.say(Prompt::new("wish-left").with("items", items));
    }
}

/// Another wish takes the place of the first of an errand. That it was left is said, and whether something else of the
/// errand stays: what was settled, and what is given back here, which is still to be asked about.
pub(super) fn leave_first(scene: &mut Scene<'_>, errand: &Errand) -> Vec<Wanted> {
    let mut rest = errand.wanted.clone();
    let Some(first) = take_first(&mut rest) else { return rest };
    let name = Arg::Name(first.words);
    if errand.lines.is_empty() && rest.is_empty() {
        say_left(scene, vec![name]);
    } else {
        // Of "both" one can be in the order already.
        let key = if first.other { "other-of-both" } else { "name" };
        let items = Arg::List(vec![Prompt::new(key).with("name", name)]);
        scene.say(Prompt::new("part-left").with("items", items));
    }
    rest
}

/// None of what is offered for the first wish of an errand: the rest of it goes on.
pub(super) fn drop_first(scene: &mut Scene<'_>, mut errand: Errand) {
    take_first(&mut errand.wanted);
    if errand.wanted.is_empty() && !errand.stays() {
        let said = repair::nothing_ordered(scene);
        scene.say(said);
        return scene.rest("declined");
    }
    scene.say(Prompt::new("left-out"));
    assemble::advance(scene, errand);
}

/// The first wish, taken out together with the other one of "both".
fn take_first(wanted: &mut Vec<Wanted>) -> Option<Wanted> {
    if wanted.is_empty() {
        return None;
    }
    let first = wanted.remove(0);
    if wanted.first().is_some_and(|next| next.other) {
        wanted.remove(0);
    }
    Some(first)
}
