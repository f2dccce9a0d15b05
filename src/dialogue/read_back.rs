//! The read-back: what is bought, how many of it, and what it costs.

use super::{
    Arg, Draft, DraftLine, Focus, Offer, Prompt, basket, defaults, draft, packs, room, scene::Scene,
};
use crate::commerce::Quantity;

/// Reads a purchase back and asks for the yes.
pub(super) fn propose(scene: &mut Scene<'_>, lines: Vec<DraftLine>, from_cart: bool) {
    let mut fixed: Vec<DraftLine> = Vec::new();
    for line in lines {
        // The stock is the product's, whatever the options.
        let same = fixed.iter().filter(|l| l.sku == line.sku);
        let taken = same.map(|l| l.quantity.get()).sum();
        match offered(scene, line, taken) {
            Ok(line) => draft::add_line(&mut fixed, line, None),
            Err(note) => scene.say(note),
        }
    }
    if fixed.is_empty() {
        scene.say(Prompt::new("nothing-ordered"));
        return scene.rest("nothing-left");
    }
    let Some(quote) = basket::quote(scene, &fixed) else {
        scene.say(Prompt::new("too-much"));
        return scene.rest("refused");
    };
    for line in &fixed {
        if let Some(note) = scene.offer(&line.sku).and_then(price_note) {
            scene.say(note);
        }
    }
    scene.speak_of(fixed.iter().map(|l| l.sku.clone()));
    let key = scene.facts.key.clone();
    let defaults = defaults::of(scene, &fixed);
    scene.ask(Focus::Confirming(Draft { lines: fixed, quote, key, from_cart, defaults }), "confirming");
}

/// The line as it can be had: never more than there is or than the shop sells at once. What
/// is changed is said, and the read-back that follows names the new quantity.
/// `taken` of the product are on other lines already.
fn offered(scene: &mut Scene<'_>, mut line: DraftLine, taken: u32) -> Result<DraftLine, Prompt> {
    let Some(offer) = scene.offer(&line.sku) else { return Err(Prompt::new("gone")) };
    line.options = scene.facts.menu.without_defaults(&line.options);
    if scene.facts.menu.quoted(&offer.options, &line.options).is_none() {
        return Err(Prompt::new("option-gone").with("name", offer.spoken()));
    }
    if offer.in_stock == 0 {
        return Err(Prompt::new("sold-out").with("name", offer.spoken()));
    }
    let max = scene.facts.terms.max_quantity;
    if taken > 0 {
        let most = packs::room(&scene.facts.terms, offer);
        let full = || room::full(offer, most);
        let left = Quantity::new(most.saturating_sub(taken)).ok_or_else(full)?;
        if line.quantity > left {
            scene.say(full());
            line.count(left);
        }
        return Ok(line);
    }
    if line.quantity > max {
        scene.say(Prompt::new("reduced-to-max").with("max", Arg::Count(max.get())));
        line.count(max);
    }
    if let Some(left) = Quantity::new(offer.in_stock).filter(|left| *left < line.quantity) {
        scene.say(
            Prompt::new("reduced-to-stock")
                .with("count", Arg::Count(left.get()))
                .with("name", offer.spoken()),
        );
        line.count(left);
    }
    Ok(line)
}

/// A price that is not what this household paid last.
fn price_note(offer: &Offer) -> Option<Prompt> {
    let (_, _, before) = offer.last?;
    if before == offer.price || before.currency() != offer.price.currency() {
        return None;
    }
    let key = if offer.price.minor() > before.minor() { "price-went-up" } else { "price-went-down" };
    Some(
        Prompt::new(key)
            .with("name", offer.spoken())
            .with("before", Arg::Money(before))
            .with("now", Arg::Money(offer.price)),
    )
}
