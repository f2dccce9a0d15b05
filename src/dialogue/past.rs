//! Buying again: the household's own purchases come first.

use std::collections::HashMap;

use super::{
    Arg, Errand, Focus, Offer, Prompt, Purpose, Wanted, assemble, beside, facts::MAX_OFFERS, left, quantity,
    repair, scene::Scene,
};
use crate::{
    commerce::{Chosen, Line, OrderNumber, Quantity, Sku, order::Order, purchase::Purchase},
    understanding::{Past, Period},
};

/// "The usual" looks back this far.
const USUAL_DAYS: i64 = 92;
/// And takes what was bought at least this often in that time.
const USUAL_TIMES: usize = 3;
/// At most this many products: more cannot be checked by ear.
const USUAL_ITEMS: usize = 4;

/// "Reorder paper towels", "the usual", "same as last time", "what I bought in March".
pub(super) fn reorder(scene: &mut Scene<'_>) {
    let slots = &scene.intent.slots;
    if !slots.items.is_empty() {
        let wanted = assemble::wanted(scene);
        if assemble::nothing_found(scene, &wanted) {
            return;
        }
        let wanted = wanted.into_iter().map(|w| own_first(scene, w)).collect();
        if slots.also && scene.draft().is_some() {
            let mut errand = Errand::new(Purpose::Reorder, wanted);
            beside::join(scene, &mut errand);
            return assemble::advance(scene, errand);
        }
        return instead(scene, Errand::new(Purpose::Reorder, wanted));
    }
    match slots.past {
        Some(Past::Usual) => the_usual(scene),
        Some(Past::LastOrder) => again(scene, &last_order(scene), "no-purchases"),
        Some(Past::During(period)) => again_from(scene, period),
        None => scene.ask(Focus::AskProduct(Purpose::Reorder), "asking-product"),
    }
}

/// What is bought regularly. Where nothing is, and nothing else is open, what was had last is read back for it.
fn the_usual(scene: &mut Scene<'_>) {
    let (usual, last) = (usual(scene), last_order(scene));
    if !usual.is_empty() || last.is_empty() || repair::purchase_pending(&scene.state.focus) {
        return again(scene, &usual, "no-usual");
    }
    scene.say(Prompt::new("usual-is-last"));
    again(scene, &last, "no-purchases");
}

/// Puts the household's own purchases first, and says how many of them fit equally well: one
/// that was bought at least twice as often as the next is meant, otherwise the shopper is asked.
fn own_first(scene: &mut Scene<'_>, mut wanted: Wanted) -> Wanted {
    if let Some((sku, quantity, several)) = just_ordered(scene, &wanted) {
        // Which of its lines is asked, where they differ.
        wanted.it |= several;
        wanted.offers.retain(|other| other != &sku);
        wanted.offers.insert(0, sku);
        wanted.tied = 1;
        wanted.quantity = wanted.quantity.or(Some(quantity));
        return wanted;
    }
    let mut own: Vec<&Offer> =
        wanted.offers.iter().filter_map(|sku| scene.offer(sku)).filter(|o| o.last.is_some()).collect();
    if own.is_empty() {
        if !wanted.offers.is_empty() {
            scene.say(Prompt::new("never-bought").with("what", Arg::Name(wanted.words.clone())));
        }
        return wanted;
    }
    if assemble::other_size(scene, &wanted.words).is_some() {
        // Not of the size that was said: whether one of those is meant is a question, whatever was bought.
        return wanted;
    }
    own.sort_by_key(|o| std::cmp::Reverse((o.times_bought, o.last.map(|(date, _, _)| date))));
    wanted.tied = match own.as_slice() {
        [first, second, ..] if first.times_bought < 2 * second.times_bought => {
            let close = |o: &&&Offer| first.times_bought < 2 * o.times_bought;
            own.iter().filter(close).count()
        }
        _ => 1,
    };
    if wanted.tied == 1 && wanted.quantity.is_none() {
        wanted.quantity = own[0].last.map(|(_, quantity, _)| quantity);
    }
    let mut offers: Vec<Sku> = own.iter().map(|o| o.sku.clone()).collect();
    offers.extend(wanted.offers.iter().filter(|sku| own.iter().all(|o| &o.sku != *sku)).cloned());
    offers.truncate(MAX_OFFERS);
    wanted.offers = offers;
    wanted
}

/// "The same latte" after an order is the one that was just ordered, if only one thing of it is called so.
/// Also whether it is on several lines.
fn just_ordered(scene: &Scene<'_>, wanted: &Wanted) -> Option<(Sku, Quantity, bool)> {
    let order = scene.state.placed?;
    let called_so = |p: &&Purchase| {
        p.order == order && wanted.offers.contains(&p.sku) && quantity::names(scene, &p.sku, &wanted.words)
    };
    let lines: Vec<&Purchase> = scene.facts.purchases.iter().filter(called_so).collect();
    let (first, more) = lines.split_first()?;
    let one = more.iter().all(|p| p.sku == first.sku);
    one.then(|| (first.sku.clone(), first.quantity, !more.is_empty()))
}

/// Reads these lines back, each with what could stand in for it when it is sold out.
fn again(scene: &mut Scene<'_>, lines: &[(Sku, Chosen, Quantity)], none: &str) {
    if lines.is_empty() {
        scene.say(Prompt::new(none));
        if repair::purchase_pending(&scene.state.focus) {
            // It pushes nothing aside.
            return scene.stay();
        }
        return scene.ask(Focus::AskProduct(Purpose::Reorder), "asking-product");
    }
    let wanted = lines
        .iter()
        .map(|(sku, chosen, quantity)| {
            // What is not sold any more is said by the name that it had.
            let title = || scene.facts.purchases.iter().find(|p| &p.sku == sku).map(|p| p.title.clone());
            let words = scene.offer(sku).map(|o| o.kind.clone()).or_else(title).unwrap_or_default();
            let one = Wanted::one(words, *quantity, sku.clone(), Vec::new());
            Wanted { chosen: Some(chosen.clone()), ..one }
        })
        .collect();
    instead(scene, Errand::new(Purpose::Reorder, wanted));
}

/// Something is bought again: whatever was open is not, and that is said.
fn instead(scene: &mut Scene<'_>, mut errand: Errand) {
    left::leave_open(scene, &mut errand);
    left::set_aside(scene);
    assemble::advance(scene, errand);
}

/// What this household buys regularly, with the quantity that it buys most often.
fn usual(scene: &Scene<'_>) -> Vec<(Sku, Chosen, Quantity)> {
    let since = scene.facts.today.saturating_sub(jiff::Span::new().days(USUAL_DAYS));
    let mut by_line: HashMap<(&Sku, Chosen), Vec<&Purchase>> = HashMap::new();
    for purchase in scene.facts.purchases.iter().filter(|p| p.date >= since) {
        // One who named the default had the same.
        let chosen = scene.facts.menu.without_defaults(&purchase.options.chosen());
        by_line.entry((&purchase.sku, chosen)).or_default().push(purchase);
    }
    let mut regular: Vec<((&Sku, Chosen), Vec<&Purchase>)> =
        by_line.into_iter().filter(|(_, bought)| bought.len() >= USUAL_TIMES).collect();
    regular.sort_by_key(|((sku, chosen), bought)| {
        (std::cmp::Reverse(bought.len()), (*sku).clone(), chosen.clone())
    });
    regular
        .into_iter()
        .take(USUAL_ITEMS)
        .map(|((sku, chosen), bought)| (sku.clone(), chosen, most_often(&bought)))
        .collect()
}

fn most_often(bought: &[&Purchase]) -> Quantity {
    let times = |quantity: Quantity| bought.iter().filter(|p| p.quantity == quantity).count();
    bought
        .iter()
        .map(|p| p.quantity)
        .max_by_key(|q| (times(*q), std::cmp::Reverse(*q)))
        .unwrap_or(Quantity::ONE)
}

fn last_order(scene: &Scene<'_>) -> Vec<(Sku, Chosen, Quantity)> {
    let last: Option<OrderNumber> = scene.facts.purchases.first().map(|p| p.order);
    let of_it = scene.facts.purchases.iter().filter(|p| Some(p.order) == last);
    of_it.map(|p| (p.sku.clone(), p.options.chosen(), p.quantity)).collect()
}

/// "Order that again" of an order that was spoken of.
pub(super) fn order_again(scene: &mut Scene<'_>, order: &Order) {
    let line = |line: &Line| (line.sku.clone(), line.options.chosen(), line.quantity);
    let lines: Vec<_> = order.quote.lines().iter().map(line).collect();
    again(scene, &lines, "no-purchases");
}

/// The options with which the household had a product last.
pub(super) fn chosen_last(scene: &Scene<'_>, sku: &Sku) -> Chosen {
    let last = scene.facts.purchases.iter().find(|purchase| &purchase.sku == sku);
    last.map(|purchase| purchase.options.chosen()).unwrap_or_default()
}

/// One order in that time is bought again; of several, the shopper picks a product.
fn again_from(scene: &mut Scene<'_>, period: Period) {
    let bought = during(scene, Some(period));
    let mut orders: Vec<OrderNumber> = bought.iter().map(|p| p.order).collect();
    orders.dedup();
    if orders.len() <= 1 {
        let lines: Vec<_> = bought.iter().map(|p| (p.sku.clone(), p.options.chosen(), p.quantity)).collect();
        let last = scene.facts.purchases.first().filter(|_| lines.is_empty());
        if let Some(last) = last {
            // What can be had again instead.
            let said = Prompt::new("no-purchases-then-last").with("date", Arg::Date(last.date));
            scene.say(said);
            return if scene.state.focus == Focus::Idle { scene.rest("not-found") } else { scene.stay() };
        }
        return again(scene, &lines, "no-purchases");
    }
    let mut offers: Vec<Sku> = Vec::new();
    for purchase in &bought {
        if !offers.contains(&purchase.sku) && scene.offer(&purchase.sku).is_some() {
            offers.push(purchase.sku.clone());
        }
    }
    offers.truncate(MAX_OFFERS);
    let wanted = Wanted::any(String::new(), None, offers);
    instead(scene, Errand::new(Purpose::Reorder, vec![wanted]));
}

pub(super) fn during(scene: &Scene<'_>, period: Option<Period>) -> Vec<Purchase> {
    let within = |p: &&Purchase| period.is_none_or(|t| t.from <= p.date && p.date <= t.to);
    scene.facts.purchases.iter().filter(within).cloned().collect()
}
