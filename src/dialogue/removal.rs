//! Taking things out: of the cart, of what is being read back, or of what is settled while another thing is still
//! asked about.

use super::{
    Arg, Draft, DraftLine, Focus, Offer, Prompt, basket, choose, confirm, it, of_line, packs, quantity,
    read_back, scene::Scene, which_line,
};
use crate::{
    commerce::Quantity,
    understanding::{Choice, ItemPhrase, Picked},
};

/// Takes products out. During the read-back of several things it takes a line out of it.
pub(super) fn remove(scene: &mut Scene<'_>) {
    let said = scene.intent.slots.items.first();
    if scene.intent.slots.only {
        return all_but(scene, &scene.intent.slots.items);
    }
    if !still_asked(scene) {
        if scene.intent.slots.items.len() > 1 {
            return several(scene);
        }
        let before = before(scene);
        if let Some(lines) = together(scene, &before) {
            let kept = |(at, line): (usize, &DraftLine)| (!lines.contains(&at)).then(|| line.clone());
            let left = before.iter().enumerate().filter_map(kept).collect();
            return leave_only(scene, &before, left);
        }
    }
    if let Some(draft) = scene.draft().filter(|draft| !draft.from_cart).cloned() {
        return match quantity::line_meant(scene, &draft.lines) {
            Some(index) => take_some_out(scene, draft, index),
            None => not_one(scene, draft),
        };
    }
    if remove_settled(scene) {
        return;
    }
    let meant = basket::meant(scene);
    let [line] = meant.as_slice() else { return basket::which(scene, &meant) };
    let Some(offer) = scene.offer(&line.sku) else { return basket::not_in_cart(scene) };
    match left_of(said, line.quantity, offer) {
        Ok(left) => leave_in_cart(scene, line, offer, left),
        Err(note) => no_such_number(scene, note),
    }
}

/// "Remove everything but the milk": what is named stays, and all else goes.
pub(super) fn all_but(scene: &mut Scene<'_>, items: &[ItemPhrase]) {
    let before = before(scene);
    let called = |item| quantity::all_called(scene, &before, item);
    let kept: Vec<usize> = items.iter().flat_map(called).collect();
    if kept.is_empty() {
        return basket::not_in_cart(scene);
    }
    let left: Vec<DraftLine> =
        (0..before.len()).filter(|at| kept.contains(at)).map(|at| before[at].clone()).collect();
    if left == before {
        return scene.stay();
    }
    leave_only(scene, &before, left);
}

/// Several lines are called so, of which is asked, or none is.
fn not_one(scene: &mut Scene<'_>, draft: Draft) {
    match scene.intent.slots.choice {
        // "Both" of three, and "the small one and the last one" of two small ones.
        Some(Choice::Both) if draft.lines.len() > 2 => {
            let all = (0..draft.lines.len()).collect();
            return which_line::ask(scene, draft, all);
        }
        Some(Choice::Several(_)) => {
            scene.say(Prompt::new("change-which"));
            return scene.stay();
        }
        _ => {}
    }
    match quantity::named_lines(scene, &draft.lines) {
        Some(lines) if lines.len() > 1 => which_line::ask(scene, draft, lines),
        _ => basket::not_in_cart(scene),
    }
}

/// Whether something is settled while another thing is asked about.
fn still_asked(scene: &Scene<'_>) -> bool {
    matches!(scene.state.focus, Focus::Choosing { .. } | Focus::AskQuantity(_) | Focus::AskOption { .. })
}

/// "Remove one egg" of five leaves four; without a count nothing is left. The error is what to say where a count is
/// none of packs.
fn left_of(said: Option<&ItemPhrase>, there: Quantity, offer: &Offer) -> Result<Option<Quantity>, Prompt> {
    let fewer = said.map(|item| packs::whole(item, offer)).transpose()?.flatten();
    Ok(fewer.and_then(|fewer| Quantity::new(there.get().saturating_sub(fewer))))
}

/// Leaves so many of a line in the cart, or takes it out.
fn leave_in_cart(scene: &mut Scene<'_>, line: &DraftLine, offer: &Offer, left: Option<Quantity>) {
    let checking_out = basket::checking_out(scene);
    set_in_cart(scene, line, offer, left);
    scene.rest("removed");
    if checking_out && !scene.state.cart.is_empty() {
        basket::check_out(scene);
    }
}

fn set_in_cart(scene: &mut Scene<'_>, line: &DraftLine, offer: &Offer, left: Option<Quantity>) {
    let name = basket::with_options(scene, offer, line);
    match left {
        Some(left) => {
            scene.state.cart.set(&line.sku, &line.options, left, None);
            scene.say(basket::changed(left, name));
        }
        None => {
            scene.state.cart.remove(&line.sku, &line.options);
            scene.say(Prompt::new("removed").with("name", name).with("count", basket::count(scene)));
        }
    }
    it::spoken_of(scene, &line.sku, &line.options, line.quantity);
}

/// Nothing is changed for a count that is none of packs.
pub(super) fn no_such_number(scene: &mut Scene<'_>, note: Prompt) {
    scene.say(note);
    scene.decision = "nothing-changed";
    scene.then_ask_again();
}

/// Takes a line, or as many as were said of it, out of what is being read back.
fn take_some_out(scene: &mut Scene<'_>, draft: Draft, index: usize) {
    let line = &draft.lines[index];
    let Some(offer) = scene.offer(&line.sku) else { return take_out(scene, &draft, index) };
    match left_of(scene.intent.slots.items.first(), line.quantity, offer) {
        Ok(Some(left)) => quantity::change_line(scene, draft, index, (left, None)),
        Ok(None) => take_out(scene, &draft, index),
        Err(note) => no_such_number(scene, note),
    }
}

/// What can be taken out: the lines of what is read back, or of the cart.
fn before(scene: &Scene<'_>) -> Vec<DraftLine> {
    match scene.draft() {
        Some(draft) if !draft.from_cart => draft.lines.clone(),
        _ => scene.state.cart.lines().to_vec(),
    }
}

/// The lines that were named together: "both", "the second one and the last one", "the lattes".
fn together(scene: &Scene<'_>, lines: &[DraftLine]) -> Option<Vec<usize>> {
    let slots = &scene.intent.slots;
    let item = slots.items.first().filter(|item| !item.it);
    let size = |n: u32| usize::try_from(n).unwrap_or(usize::MAX);
    let called = || item.map_or((0..lines.len()).collect(), |item| quantity::all_called(scene, lines, item));
    match &slots.choice {
        _ if scene.line.is_some() => None,
        Some(Choice::Both) => Some(called()).filter(|all| all.len() == 2),
        Some(Choice::Others) => {
            // "Drop the others" right after a change of one.
            let rest = of_line::unchanged(scene, lines, called());
            Some(rest).filter(|rest| !rest.is_empty() && rest.len() < lines.len())
        }
        Some(Choice::FirstOnes(n)) => called().get(..size(*n)).map(<[_]>::to_vec),
        Some(Choice::LastOnes(n)) => {
            let all = called();
            all.len().checked_sub(size(*n)).map(|at| all[at..].to_vec())
        }
        Some(Choice::Several(picked)) => {
            let one = |picked: &Picked| match quantity::told(scene, lines, &picked.choice)?.as_slice() {
                [one] => Some(*one),
                _ => None,
            };
            picked.iter().map(one).collect()
        }
        _ => {
            let item = item.filter(|item| item.quantity.is_none() && item.unit.is_none())?;
            let all = called();
            let several =
                |at: &usize| scene.offer(&lines[*at].sku).is_some_and(|offer| is_plural(item, offer));
            (all.len() > 1 && all.iter().all(several)).then_some(all)
        }
    }
}

/// Whether the words for a thing are of several, where one of it has a name of its own: "the lattes", but not "the paper
/// towels".
fn is_plural(item: &ItemPhrase, offer: &Offer) -> bool {
    let last = |words: &str| words.rsplit(' ').next().unwrap_or_default().to_lowercase();
    let plural = |word: &str| choose::stem(word) != word;
    plural(&last(&item.words)) && !plural(&last(&offer.kind))
}

/// "Remove the milk and the eggs": each of them, and of what is not there that is said.
pub(super) fn several(scene: &mut Scene<'_>) {
    let before = before(scene);
    let mut lines = before.clone();
    let intent = scene.intent;
    for item in intent.slots.items.iter().filter(|item| !item.it) {
        let called = quantity::called(scene, &lines, item);
        let offer = called.and_then(|at| scene.offer(&lines[at].sku));
        let (Some(at), Some(offer)) = (called, offer) else {
            scene.say(not_there(scene, &lines, item));
            continue;
        };
        match left_of(Some(item), lines[at].quantity, offer) {
            Ok(Some(left)) => lines[at].count(left),
            Ok(None) => drop(lines.remove(at)),
            Err(note) => scene.say(note),
        }
    }
    if lines == before {
        return scene.stay();
    }
    leave_only(scene, &before, lines);
}

/// Leaves only these lines in what is read back, or in the cart.
fn leave_only(scene: &mut Scene<'_>, before: &[DraftLine], lines: Vec<DraftLine>) {
    if scene.draft().is_none_or(|draft| draft.from_cart) {
        return keep_in_cart(scene, before, &lines, scene.draft().is_some());
    }
    if lines.is_empty() { confirm::leave(scene) } else { read_back::propose(scene, lines, false) }
}

/// That there is none of it, or several of it.
fn not_there(scene: &Scene<'_>, lines: &[DraftLine], item: &ItemPhrase) -> Prompt {
    if lines.iter().any(|line| quantity::means(scene, line, item)) {
        return Prompt::new("change-which");
    }
    Prompt::new("option-not-in").with("option", Arg::Name(item.words.clone()))
}

fn keep_in_cart(scene: &mut Scene<'_>, before: &[DraftLine], after: &[DraftLine], checking_out: bool) {
    for line in before {
        let left = after.iter().find(|kept| kept.is(&line.sku, &line.options));
        let left = left.map(|kept| kept.quantity);
        if let Some(offer) = scene.offer(&line.sku).filter(|_| left != Some(line.quantity)) {
            set_in_cart(scene, line, offer, left);
        }
    }
    scene.rest("removed");
    if checking_out && !scene.state.cart.is_empty() {
        basket::check_out(scene);
    }
}

/// Takes the line that is meant out: of what is being read back or of the cart. Of what is only offered it is a no.
pub(super) fn take_all_out(scene: &mut Scene<'_>) {
    if let Some(draft) = scene.draft().filter(|draft| !draft.from_cart).cloned() {
        return match quantity::line_meant(scene, &draft.lines) {
            Some(index) => take_out(scene, &draft, index),
            None => not_one(scene, draft),
        };
    }
    if matches!(scene.state.focus, Focus::Offering(_)) {
        return confirm::leave(scene);
    }
    let meant = basket::meant(scene);
    match (meant.as_slice(), meant.first().and_then(|line| scene.offer(&line.sku))) {
        ([line], Some(offer)) => leave_in_cart(scene, line, offer, None),
        _ => basket::which(scene, &meant),
    }
}

/// Takes a line out of what is being read back.
pub(super) fn take_out(scene: &mut Scene<'_>, draft: &Draft, index: usize) {
    let mut lines = draft.lines.clone();
    let gone = lines.remove(index);
    if draft.from_cart {
        scene.state.cart.remove(&gone.sku, &gone.options);
    }
    if lines.is_empty() { confirm::leave(scene) } else { read_back::propose(scene, lines, draft.from_cart) }
}

/// Takes out a thing that was settled while another is still being chosen.
pub(super) fn remove_settled(scene: &mut Scene<'_>) -> bool {
    let lines = match &scene.state.focus {
        Focus::Choosing { errand, .. } | Focus::AskQuantity(errand) | Focus::AskOption { errand, .. } => {
            errand.lines.clone()
        }
        _ => return false,
    };
    let named = scene.intent.slots.items.iter().any(|item| !item.it);
    let Some(index) = quantity::line_meant(scene, &lines).filter(|_| named) else { return false };
    if let Focus::Choosing { errand, .. } | Focus::AskQuantity(errand) | Focus::AskOption { errand, .. } =
        &mut scene.state.focus
    {
        errand.lines.remove(index);
    }
    scene.decision = "removed";
    scene.say(Prompt::new("left-out"));
    scene.ask_again();
    true
}
