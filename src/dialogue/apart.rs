//! "Everything but the bread", "just the milk": only a part of the cart is ordered, and the rest stays in it.

use super::{
    Arg, DraftLine, Focus, Prompt, State, basket, named, packs, quantity, read_back, removal, repair,
    scene::Scene,
};
use crate::{commerce::Quantity, understanding::ItemPhrase};

/// Takes what is named out of what is ordered, or all else where only that was said. `false`, and no change, where nothing
/// was named, or nothing is there to be ordered. Of a read-back that is not the cart's it goes out of that.
pub(super) fn check_out(scene: &mut Scene<'_>) -> bool {
    part(scene, scene.intent.slots.only)
}

/// "Order the bagel" of what is in the cart: only that of it, and not another one beside it. `false`, and no change, where
/// it is not there.
pub(super) fn in_the_cart(scene: &mut Scene<'_>) -> bool {
    let slots = &scene.intent.slots;
    let lines = scene.state.cart.lines();
    let there = |item: &ItemPhrase| !quantity::all_called(scene, lines, item).is_empty();
    let plain = |item: &ItemPhrase| !item.it && !item.own && item.quantity.is_none() && there(item);
    let all = slots.only && !slots.also && !slots.items.is_empty() && slots.items.iter().all(plain);
    scene.state.focus == Focus::Idle && all && part(scene, true)
}

fn part(scene: &mut Scene<'_>, only: bool) -> bool {
    let items: Vec<&ItemPhrase> = scene.intent.slots.items.iter().filter(|item| !item.it).collect();
    let own = scene.draft().filter(|draft| !draft.from_cart).map(|draft| draft.lines.clone());
    let mut lines = own.clone().unwrap_or_else(|| scene.state.cart.lines().to_vec());
    if items.is_empty() || lines.is_empty() {
        return false;
    }
    let named: Vec<(Vec<usize>, &ItemPhrase)> =
        items.into_iter().map(|item| (quantity::all_called(scene, &lines, item), item)).collect();
    if named.iter().all(|(called, _)| called.is_empty()) {
        named::not_in_it(scene);
        return true;
    }
    let mut called: Vec<usize> = Vec::new();
    for (places, item) in named {
        match some_of(scene, &lines, &places, item) {
            Ok(Some((at, some))) => {
                let left = lines[at].quantity.get() - some.get();
                lines[at].count(if only { some } else { Quantity::new(left).unwrap_or(some) });
                // What is left of it is ordered.
                called.extend(only.then_some(at));
            }
            Ok(None) => called.extend(places),
            Err(note) => {
                removal::no_such_number(scene, note);
                return true;
            }
        }
    }
    let (ordered, rest): (Vec<_>, Vec<_>) = (0..lines.len()).partition(|at| called.contains(at) == only);
    if ordered.is_empty() {
        // All that there is would be left.
        basket::kept(scene);
        return true;
    }
    let some = |places: &[usize]| places.iter().map(|at| lines[*at].clone()).collect::<Vec<_>>();
    match own {
        Some(_) => read_back::propose(scene, some(&ordered), false),
        None => {
            hold(scene, &some(&ordered));
            leave(scene, some(&rest));
        }
    }
    true
}

/// How many of which line are named, where that is not all of it: "one bagel" of two. The error is what to say of a count
/// that is none of packs.
fn some_of(
    scene: &Scene<'_>,
    lines: &[DraftLine],
    called: &[usize],
    item: &ItemPhrase,
) -> Result<Option<(usize, Quantity)>, Prompt> {
    let ([at], true) = (called, item.quantity.is_some()) else { return Ok(None) };
    let Some(offer) = scene.offer(&lines[*at].sku) else { return Ok(None) };
    let some = packs::whole(item, offer)?.and_then(Quantity::new);
    Ok(some.filter(|some| *some < lines[*at].quantity).map(|some| (*at, some)))
}

/// Has as many of these lines in the cart, and says so of what there were more of.
fn hold(scene: &mut Scene<'_>, lines: &[DraftLine]) {
    for line in lines {
        let is = |old: &&DraftLine| old.is(&line.sku, &line.options);
        let more = scene.state.cart.lines().iter().find(is).is_some_and(|old| old.quantity != line.quantity);
        if let Some(offer) = scene.offer(&line.sku).filter(|_| more) {
            let name = basket::with_options(scene, offer, line);
            scene.say(basket::changed(line.quantity, name));
        }
        scene.state.cart.set(&line.sku, &line.options, line.quantity, line.pieces);
    }
}

/// Orders the cart without these lines, which stay in it.
fn leave(scene: &mut Scene<'_>, rest: Vec<DraftLine>) {
    let told = |line: &DraftLine| {
        let name = basket::with_options(scene, scene.offer(&line.sku)?, line);
        Some(Prompt::new("name").with("name", name))
    };
    let items: Vec<Prompt> = rest.iter().filter_map(told).collect();
    if !items.is_empty() {
        scene.say(Prompt::new("left-in-cart").with("items", Arg::List(items)));
    }
    scene.state.apart = rest;
    propose(scene);
}

/// Orders only these lines of what is read back; all else of the cart stays in it.
pub(super) fn only(scene: &mut Scene<'_>, kept: &[DraftLine]) {
    hold(scene, kept);
    let rest = all_but(scene, kept);
    leave(scene, rest);
}

/// What is in the cart beside these lines.
pub(super) fn all_but(scene: &Scene<'_>, lines: &[DraftLine]) -> Vec<DraftLine> {
    // A read-back does not name what a thing comes with anyway.
    let menu = &scene.facts.menu;
    let is =
        |line: &DraftLine| lines.iter().any(|one| one.is(&line.sku, &menu.without_defaults(&line.options)));
    scene.state.cart.lines().iter().filter(|line| !is(line)).cloned().collect()
}

/// Reads back what of the cart is ordered: all but what was left in it, as long as that is as it was.
pub(super) fn propose(scene: &mut Scene<'_>) {
    let state = &scene.state;
    let lines = state.cart.lines().iter().filter(|line| !state.apart.contains(line)).cloned().collect();
    read_back::propose(scene, lines, true);
}

/// "Add the bread" of what was left in the cart: it is ordered too, and is not there twice. Whether it was that.
pub(super) fn comes_along(scene: &mut Scene<'_>, line: &DraftLine) -> bool {
    let before = scene.state.apart.len();
    scene.state.apart.retain(|apart| !apart.is(&line.sku, &line.options));
    scene.state.apart.len() < before
}

/// "Add the latte" where that was left in the cart: it is ordered too, and not another one beside it. `false`, and no
/// change, where not all that was named is there.
pub(super) fn taken_along(scene: &mut Scene<'_>) -> bool {
    let items = &scene.intent.slots.items;
    let called = |item: &ItemPhrase| match item.it || item.quantity.is_some() {
        true => Vec::new(),
        false => quantity::all_called(scene, &scene.state.apart, item),
    };
    let places: Vec<Vec<usize>> = items.iter().map(called).collect();
    let checking_out = scene.draft().is_some_and(|draft| draft.from_cart);
    if !checking_out || places.is_empty() || places.iter().any(Vec::is_empty) {
        return false;
    }
    let kept = |(at, line): (usize, &DraftLine)| {
        (!places.iter().flatten().any(|place| *place == at)).then(|| line.clone())
    };
    scene.state.apart = scene.state.apart.iter().enumerate().filter_map(kept).collect();
    propose(scene);
    true
}

/// What was left in the cart is part of it again, once no check-out is open.
pub(super) fn forget(state: &mut State) {
    let open = |focus| repair::purchase_pending(focus);
    if !open(&state.focus) && !state.back.iter().any(open) {
        state.apart.clear();
    }
}
