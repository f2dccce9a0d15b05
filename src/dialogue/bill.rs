//! What it costs in all: of what is being read back, or of what was just ordered.

use super::{Arg, Focus, Prompt, orders, scene::Scene};
use crate::commerce::Sku;

/// "How much is it?" during a read-back: the whole bill, part by part. Whether one is being read back.
pub(super) fn of_read_back(scene: &mut Scene<'_>) -> bool {
    let Some(draft) = scene.draft() else { return false };
    let quote = &draft.quote;
    let free = if quote.shipping().minor() == 0 { "yes" } else { "no" };
    let bill = Prompt::new("bill")
        .with("subtotal", Arg::Money(quote.subtotal()))
        .with("shipping", Arg::Money(quote.shipping()))
        .with("free", Arg::Kind(free.to_owned()))
        .with("tax", Arg::Money(quote.tax()))
        .with("total", Arg::Money(quote.total()));
    scene.say(bill);
    scene.decision = "priced";
    scene.ask_again();
    true
}

/// "How much was that?" right after an order was placed, and nothing else was spoken of, means that order: whether it
/// did.
pub(super) fn of_order(scene: &mut Scene<'_>) -> bool {
    if scene.state.focus != Focus::Idle {
        return false;
    }
    let Some(order) = orders::placed(scene) else { return false };
    let of_it = |sku: &Sku| order.quote.lines().iter().any(|line| &line.sku == sku);
    if !scene.state.products.iter().all(of_it) {
        return false;
    }
    orders::total(scene, order);
    true
}
