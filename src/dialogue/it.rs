//! "It", "that one", "them": what was spoken of last, and with what.

use super::{
    Arg, DraftLine, Focus, Prompt, Purpose, Wanted, assemble, basket, options, quantity, scene::Scene,
};
use crate::{
    commerce::{Chosen, Quantity, Sku},
    understanding::{IntentName, ItemPhrase},
};

/// What "it" could be.
pub(super) fn wanted(scene: &Scene<'_>, item: &ItemPhrase) -> Option<Wanted> {
    let (offers, chosen) = match &scene.state.focus {
        Focus::Offering(line) => (vec![line.sku.clone()], Some(line.options.clone())),
        _ => (products(scene), None),
    };
    let words = scene.offer(offers.first()?).map(|o| o.kind.clone()).unwrap_or_default();
    let options = item.options.clone();
    let one = Wanted::any(words, item.quantity, offers);
    Some(Wanted { options, chosen, it: true, ..one })
}

/// Two lattes with different milk are one product.
fn products(scene: &Scene<'_>) -> Vec<Sku> {
    let mut products: Vec<Sku> = Vec::new();
    for sku in &scene.state.products {
        if !products.contains(sku) {
            products.push(sku.clone());
        }
    }
    products
}

/// With what the product was spoken of; `None` if it was only named. Of several lines that differ, a question.
pub(super) fn chosen(scene: &Scene<'_>, sku: &Sku) -> Result<Option<Chosen>, Prompt> {
    let lines = lines(scene, sku);
    match lines.as_slice() {
        [] => Ok(None),
        [one] => Ok(Some(one.options.clone())),
        _ => {
            let offer = scene.offer(sku);
            let said = |l: &DraftLine| Some(basket::named(scene, l.quantity, offer?, &l.options));
            let items = lines.iter().filter_map(said).collect();
            Err(Prompt::new("cart-which").with("items", Arg::List(items)))
        }
    }
}

/// The lines of a product that differ: those of the read-back, else of the cart, unless another one was spoken of
/// since.
fn lines(scene: &Scene<'_>, sku: &Sku) -> Vec<DraftLine> {
    let of = |lines: &[DraftLine]| -> Vec<DraftLine> {
        let mut differ: Vec<DraftLine> = Vec::new();
        for line in lines.iter().filter(|line| &line.sku == sku) {
            if differ.iter().all(|other| other.options != line.options) {
                differ.push(line.clone());
            }
        }
        differ
    };
    let spoken = of(&scene.state.spoken);
    let cart = of(scene.state.cart.lines());
    let in_cart = |line: &DraftLine| cart.iter().any(|other| other.options == line.options);
    let of_cart = spoken.is_empty() || spoken.iter().any(in_cart);
    // What is being read back was spoken of last.
    if of_cart && !cart.is_empty() && scene.draft().is_none() { cart } else { spoken }
}

/// "Buy two of them" during a read-back is another quantity of it: whether that was said.
pub(super) fn counted(scene: &mut Scene<'_>) -> bool {
    let slots = &scene.intent.slots;
    let [item] = slots.items.as_slice() else { return false };
    let plain = item.it && item.options.is_empty() && slots.options.is_empty();
    let Some(count) = item.quantity.or(slots.quantity).filter(|_| plain && scene.draft().is_some()) else {
        return false;
    };
    quantity::set_quantity(scene, count);
    true
}

/// "Order it" of what was put into the cart last, where nothing is asked, orders the cart: whether that was said.
pub(super) fn is_the_cart(scene: &mut Scene<'_>) -> bool {
    let slots = &scene.intent.slots;
    let [item] = slots.items.as_slice() else { return false };
    let plain = item.it && !slots.have_options() && item.quantity.or(slots.quantity).is_none();
    let in_cart = |sku: &Sku| scene.state.cart.count(sku) > 0;
    if !plain || scene.state.focus != Focus::Idle || !scene.state.products.first().is_some_and(in_cart) {
        return false;
    }
    if scene.state.products.iter().any(|sku| chosen(scene, sku).is_err()) {
        // Two lattes of which only one may be meant: which of them is asked.
        return false;
    }
    basket::check_out(scene);
    true
}

/// "I'll take it" of several offers: which of them is asked, with what was said of it noted. Of one offer it is that.
pub(super) fn of_several(scene: &mut Scene<'_>, purpose: Purpose) -> bool {
    let Focus::Choosing { mut errand, from } = scene.state.focus.clone() else { return false };
    let [item] = scene.intent.slots.items.as_slice() else { return false };
    if !item.it {
        return false;
    }
    let quantity = item.quantity.or(scene.intent.slots.quantity);
    if purpose == Purpose::AddToCart && errand.lines.is_empty() {
        errand.purpose = purpose;
    }
    let asked = options::asked(scene);
    let Some(wanted) = errand.wanted.first_mut() else { return false };
    if !options::ask_also(&scene.facts.menu, wanted, asked) {
        return false;
    }
    if quantity.is_some() {
        (wanted.quantity, wanted.pieces) = (quantity, None);
    }
    if wanted.offers.len() == 1 {
        wanted.tied = 1;
        assemble::advance(scene, errand);
        return true;
    }
    scene.state.focus = Focus::Choosing { errand, from };
    scene.stay();
    true
}

/// Asks which is meant where "it" could be several lines: whether it had to.
pub(super) fn unclear(scene: &mut Scene<'_>, wanted: &[Wanted], purpose: Purpose) -> bool {
    let which =
        wanted.iter().filter(|w| w.it && w.chosen.is_none()).find_map(|w| match w.offers.as_slice() {
            [sku] => chosen(scene, sku).err(),
            _ => None,
        });
    let Some(which) = which else { return false };
    scene.say(which);
    if scene.state.focus == Focus::Idle {
        scene.state.focus = Focus::AskProduct(purpose);
        scene.state.asked_at = Some(scene.facts.now);
        scene.decision = "asking-which";
    } else {
        scene.stay();
    }
    true
}

/// Remembers a line as what "it" is had with.
pub(super) fn spoken_of(scene: &mut Scene<'_>, sku: &Sku, options: &Chosen, quantity: Quantity) {
    scene.state.spoken = vec![DraftLine::new(sku.clone(), quantity, options.clone())];
    scene.speak_of([sku.clone()]);
}

/// "A small latte" when a medium one with oat milk was offered is that one in another size.
pub(super) fn as_offered(scene: &Scene<'_>, wanted: &mut [Wanted]) {
    let Focus::Offering(line) = &scene.state.focus else { return };
    let (Some(offered), [one], [item]) =
        (scene.offer(&line.sku), wanted, scene.intent.slots.items.as_slice())
    else {
        return;
    };
    let also = scene.intent.slots.also;
    if also || item.it || item.own || scene.intent.name == IntentName::Reorder || one.offers.is_empty() {
        return;
    }
    let alike = |sku: &Sku| scene.offer(sku).is_some_and(|offer| offer.kind == offered.kind);
    if one.offers.iter().take(one.tied.max(1)).all(alike) {
        one.chosen = Some(line.options.clone());
    }
}
