//! The cart: put in, change, list, empty, check out. What takes out of it is in [`super::removal`].

use super::{
    Arg, DraftLine, Focus, Offer, Prompt, Purpose, apart, confirm, in_cart, it, options, orders, packs,
    quantity, removal, repack, repair, room, scene::Scene, which_line,
};
use crate::{
    commerce::{Chosen, Line, Quantity, Quote},
    understanding::{IntentName, Step},
};

/// Puts settled lines into the cart.
pub(super) fn add(scene: &mut Scene<'_>, lines: Vec<DraftLine>) {
    let checking_out = checking_out(scene);
    let mut added = Vec::new();
    for line in &lines {
        if room::add(scene, line.clone())
            && let Some(offer) = scene.offer(&line.sku)
        {
            added.push(named(scene, line.quantity, offer, &line.options));
        }
    }
    scene.state.spoken = lines.iter().map(DraftLine::bare).collect();
    scene.speak_of(lines.into_iter().map(|l| l.sku));
    scene.rest("added");
    if !added.is_empty() {
        scene.say(Prompt::new("added").with("items", Arg::List(added)).with("count", count(scene)));
    }
    if checking_out {
        check_out(scene);
    }
}

/// So many of it, with what was chosen for it.
pub(super) fn named(scene: &Scene<'_>, quantity: Quantity, offer: &Offer, chosen: &Chosen) -> Prompt {
    let options = scene.facts.menu.quoted(&offer.options, chosen).unwrap_or_default();
    options::spoken_line(quantity, offer.spoken(), &options)
}

pub(super) fn count(scene: &Scene<'_>) -> Arg {
    Arg::Count(scene.state.cart.lines().iter().map(|l| l.quantity.get()).sum())
}

/// Whether what is being read back is the cart.
pub(super) fn checking_out(scene: &Scene<'_>) -> bool {
    scene.draft().is_some_and(|draft| draft.from_cart)
}

pub(super) fn changed(quantity: Quantity, name: Arg) -> Prompt {
    Prompt::new("changed").with("quantity", Arg::Count(quantity.get())).with("name", name)
}

/// The name of what is on a line, told from another line of the same product.
pub(super) fn with_options(scene: &Scene<'_>, offer: &Offer, line: &DraftLine) -> Arg {
    let options = scene.facts.menu.quoted(&offer.options, &line.options).unwrap_or_default();
    options::named(offer.spoken(), &options)
}

/// "Change the milk to two."
pub(super) fn change(scene: &mut Scene<'_>) {
    let slots = &scene.intent.slots;
    let quantity = slots.quantity.or_else(|| slots.items.iter().find_map(|item| item.quantity));
    if slots.twice && quantity.is_none() {
        return quantity::step(scene, Step::More);
    }
    let Some(quantity) = quantity else { return super::repair::not_understood(scene) };
    if repack::correct(scene) {
        return;
    }
    if scene.draft().is_some_and(|draft| !draft.from_cart) {
        return quantity::set_quantity(scene, quantity);
    }
    change_to(scene, quantity);
}

/// So many of the line of the cart that is meant.
pub(super) fn change_to(scene: &mut Scene<'_>, quantity: Quantity) {
    let checking_out = checking_out(scene);
    let meant = meant(scene);
    let [line] = meant.as_slice() else { return which(scene, &meant) };
    let Some(offer) = scene.offer(&line.sku) else { return not_in_cart(scene) };
    let pieces = packs::said(scene, quantity);
    let quantity = match packs::of_said(scene, quantity, offer) {
        Ok(packs) => packs,
        Err(note) => return removal::no_such_number(scene, note),
    };
    // What other lines have of it is not there for this one.
    let cart = scene.state.cart.lines().iter();
    let others: Vec<DraftLine> = cart.filter(|other| !other.is(&line.sku, &line.options)).cloned().collect();
    if let Some(full) = room::lacking(scene, offer, quantity, &others) {
        scene.say(full);
        scene.decision = "refused";
        return if checking_out { scene.ask_again() } else { scene.rest("refused") };
    }
    scene.state.cart.set(&line.sku, &line.options, quantity, pieces);
    scene.say.extend(packs::note(offer, pieces.is_none() && packs::may_be_pieces(quantity)));
    scene.say(changed(quantity, with_options(scene, offer, line)));
    it::spoken_of(scene, &line.sku, &line.options, quantity);
    scene.rest("changed");
    if checking_out {
        check_out(scene);
    }
}

/// The cart's lines that the words mean: "it" and nothing at all mean what was spoken of last, which can be several.
pub(super) fn meant(scene: &Scene<'_>) -> Vec<DraftLine> {
    let lines = scene.state.cart.lines();
    let open = scene.draft().map_or(lines, |draft| &draft.lines);
    if let Some(line) = scene.line.and_then(|at| open.get(at)) {
        return vec![line.clone()];
    }
    if scene.intent.slots.items.is_empty()
        && let Some(described) = quantity::named_lines(scene, lines)
    {
        return described.into_iter().map(|at| lines[at].clone()).collect();
    }
    match scene.intent.slots.items.first().filter(|item| !item.it && !item.words.is_empty()) {
        Some(item) => {
            let means = |l: &&DraftLine| {
                quantity::names(scene, &l.sku, &item.words)
                    && scene.offer(&l.sku).is_some_and(|offer| repack::fits(offer, item))
                    && options::fits(scene, &l.sku, &l.options, &item.options)
            };
            lines.iter().filter(means).cloned().collect()
        }
        // "Remove" says nothing of what shall go, and what is described otherwise is told apart before this.
        None if scene.intent.name == IntentName::RemoveFromCart && scene.intent.slots.items.is_empty() => {
            if scene.intent.slots.choice.is_none() {
                lines.to_vec()
            } else {
                Vec::new()
            }
        }
        None => in_cart::spoken_of(scene, lines).into_iter().map(|at| lines[at].clone()).collect(),
    }
}

pub(super) fn which(scene: &mut Scene<'_>, meant: &[DraftLine]) {
    if meant.is_empty() {
        return not_in_cart(scene);
    }
    let Some(draft) = scene.draft().filter(|d| d.from_cart).cloned().or_else(|| in_cart::draft(scene)) else {
        // What is in it cannot all be had, so that it is no read-back.
        let name = |l: &DraftLine| Some(named(scene, l.quantity, scene.offer(&l.sku)?, &l.options));
        let names = meant.iter().filter_map(name).collect();
        scene.say(Prompt::new("cart-which").with("items", Arg::List(names)));
        scene.decision = "asking-which";
        return;
    };
    let lines = places(&draft.lines, meant);
    which_line::ask(scene, draft, lines);
}

/// Where some lines stand among others.
pub(super) fn places(among: &[DraftLine], lines: &[DraftLine]) -> Vec<usize> {
    let is = |line: &DraftLine| lines.iter().any(|one| one.is(&line.sku, &line.options));
    (0..among.len()).filter(|&at| is(&among[at])).collect()
}

/// What is put into the cart in the place of something is for the check-out, where that is open.
pub(super) fn purpose(scene: &Scene<'_>) -> Purpose {
    if checking_out(scene) { Purpose::CheckOut } else { Purpose::ChangeCart }
}

/// What the cart is like after a change of it: "it" is what was changed, and not all that is told.
pub(super) fn told(scene: &mut Scene<'_>) {
    scene.rest("changed");
    let changed = scene.state.spoken.clone();
    list(scene);
    scene.state.spoken = changed;
    scene.decision = "changed";
}

/// The cart stays as it is.
pub(super) fn kept(scene: &mut Scene<'_>) {
    scene.say(Prompt::new("cart-kept"));
    scene.rest("declined");
}

pub(super) fn not_in_cart(scene: &mut Scene<'_>) {
    let key = match scene.state.focus {
        // What is open is no cart.
        _ if repair::purchase_pending(&scene.state.focus) => "not-in-order",
        _ if scene.state.cart.is_empty() => "cart-empty",
        _ => "not-in-cart",
    };
    scene.say(Prompt::new(key));
    scene.decision = "nothing-changed";
    scene.then_ask_again();
}

/// Reads the cart with what it would cost.
pub(super) fn list(scene: &mut Scene<'_>) {
    scene.decision = "listed";
    let it = scene.intent.slots.items.iter().any(|item| item.it);
    let open = repair::purchase_pending(&scene.state.focus);
    if open && (it || scene.state.cart.is_empty()) {
        // "What's in it?" means what is being read back, or is being chosen.
        if let Focus::AskPin(draft) = scene.state.focus.clone() {
            scene.state.focus = Focus::Confirming(draft);
        }
        return scene.ask_again();
    }
    if it && scene.state.cart.is_empty() && orders::placed(scene).is_some() {
        return orders::of_placed(scene);
    }
    let lines = priced(scene);
    if lines.is_empty() {
        scene.say(Prompt::new("cart-empty"));
    } else {
        scene.state.spoken = scene.state.cart.lines().iter().map(DraftLine::bare).collect();
        let items = lines.iter().map(super::questions::line).collect();
        let said = Prompt::new("cart-list").with("items", Arg::List(items));
        match Quote::new(lines, &scene.facts.terms, scene.facts.today) {
            Ok(quote) => scene.say(said.with("total", Arg::Money(quote.total()))),
            Err(_) => scene.say(Prompt::new("too-much")),
        }
    }
    scene.then_ask_again();
}

fn priced(scene: &Scene<'_>) -> Vec<Line> {
    scene.state.cart.lines().iter().filter_map(|line| price(scene, line)).collect()
}

fn price(scene: &Scene<'_>, line: &DraftLine) -> Option<Line> {
    scene.offer(&line.sku)?.line(line.quantity, &line.options, &scene.facts.menu)
}

/// What some lines cost; `None` where one cannot be had, or it is more than can be added up.
pub(super) fn quote(scene: &Scene<'_>, lines: &[DraftLine]) -> Option<Quote> {
    let lines = lines.iter().map(|line| price(scene, line)).collect::<Option<Vec<_>>>()?;
    Quote::new(lines, &scene.facts.terms, scene.facts.today).ok()
}

pub(super) fn clear(scene: &mut Scene<'_>) {
    if scene.state.cart.is_empty() && repair::purchase_pending(&scene.state.focus) {
        // "Remove everything" of what is about to be ordered.
        return confirm::leave(scene);
    }
    if scene.state.cart.is_empty() {
        return not_in_cart(scene);
    }
    scene.ask(Focus::ConfirmClear, "asking-clear");
}

/// After the yes.
pub(super) fn cleared(scene: &mut Scene<'_>) {
    scene.state.cart.clear();
    scene.say(Prompt::new("cart-cleared"));
    let was_the_cart =
        |focus: &Focus| matches!(focus, Focus::Confirming(d) | Focus::AskPin(d) if d.from_cart);
    if scene.state.back.last().is_some_and(was_the_cart) {
        return scene.rest("cleared");
    }
    scene.side_done("cleared");
}

/// "Order everything if it is under fifty dollars": it is read back whatever it comes to, and that it is more is said
/// first. No condition is a yes.
pub(super) fn check_out(scene: &mut Scene<'_>) {
    check_out_whole_or_part(scene);
    let limits = &scene.intent.slots.constraints;
    let Some(max) = limits.price_max.filter(|_| scene.intent.name == IntentName::CheckOut) else { return };
    let over = scene.draft().is_some_and(|draft| !limits.allows_at_most(draft.quote.total()));
    if over {
        scene.say.insert(0, Prompt::new("over-budget").with("max", Arg::Money(max)));
    }
}

/// Reads the cart back as a purchase. With an empty cart and a read-back open, it is that one.
fn check_out_whole_or_part(scene: &mut Scene<'_>) {
    if scene.intent.name == IntentName::CheckOut && apart::check_out(scene) {
        return;
    }
    if scene.state.cart.is_empty() {
        return match scene.state.focus {
            Focus::Idle => {
                scene.say(Prompt::new("cart-empty"));
                scene.decision = "nothing-pending";
            }
            Focus::Offering(_) => confirm::yes(scene),
            _ => scene.ask_again(),
        };
    }
    if scene.draft().is_some_and(|draft| !draft.from_cart) {
        // Something else is being read back: that question comes first.
        return scene.stay();
    }
    apart::propose(scene);
}
