//! What was bought before: which things, when, and what it came to.

use jiff::civil::Date;

use super::{About, Arg, Prompt, orders, past::during, scene::Scene};
use crate::{
    commerce::{
        Money,
        order::{Order, OrderState},
        purchase::Purchase,
    },
    understanding::Period,
};

/// How many past purchases are read out.
const READ_PURCHASES: usize = 5;

/// "What did I buy last month?", "when did I last buy coffee?"
pub(super) fn list(scene: &mut Scene<'_>) {
    let goes_on = scene.about == Some(About::Spent) && scene.intent.slots.items.is_empty();
    if scene.intent.slots.total || goes_on {
        return spent(scene);
    }
    let mut bought = during(scene, scene.intent.slots.period);
    let named = scene.intent.slots.items.iter().find(|item| !item.it).map(|item| item.words.clone());
    if let Some(words) = &named {
        bought.retain(|purchase| is_called(scene, purchase, words));
    }
    scene.decision = "listed";
    let mut read: Vec<&Purchase> = Vec::new();
    for purchase in &bought {
        if read.iter().all(|p| p.sku != purchase.sku) {
            read.push(purchase);
        }
    }
    let more = read.len().saturating_sub(READ_PURCHASES);
    read.truncate(READ_PURCHASES);
    if read.is_empty() {
        say_none(scene, named);
    } else {
        let items = read.iter().map(|p| purchase_line(p)).collect();
        let more = Arg::Count(u32::try_from(more).unwrap_or(u32::MAX));
        scene.say(Prompt::new("purchases").with("items", Arg::List(items)).with("more", more));
        scene.speak_of(read.iter().map(|p| p.sku.clone()));
    }
    scene.then_ask_again();
}

/// Whether a purchase is what these words find, or its title has them all.
fn is_called(scene: &Scene<'_>, purchase: &Purchase, words: &str) -> bool {
    let mut found = scene.facts.found.iter().flat_map(|found| &found.offers);
    found.any(|offer| offer.sku == purchase.sku) || orders::title_has(&purchase.title, words)
}

fn say_none(scene: &mut Scene<'_>, named: Option<String>) {
    scene.say(match named {
        Some(words) if scene.intent.slots.period.is_none() => {
            Prompt::new("never-bought").with("what", Arg::Name(words))
        }
        _ if scene.intent.slots.period.is_some() => Prompt::new("no-purchases-then"),
        _ => Prompt::new("no-purchases"),
    });
}

fn purchase_line(purchase: &Purchase) -> Prompt {
    Prompt::new("purchase")
        .with("quantity", Arg::Count(purchase.quantity.get()))
        .with("name", Arg::Name(purchase.title.clone()))
        .with("date", Arg::Date(purchase.date))
}

/// "How much did I spend this month?" What was cancelled or came back is not counted. The days are said, as not every
/// order may be known any more.
fn spent(scene: &mut Scene<'_>) {
    let day = |order: &Order| order.placed_at.to_zoned(scene.facts.zone.clone()).date();
    let today = scene.facts.today;
    let oldest = scene.facts.orders.last().map_or(today, day);
    let Period { from, to } = scene.intent.slots.period.unwrap_or(Period { from: oldest, to: today });
    let (from, to) = (from.max(oldest), to.min(today));
    let within = |order: &&Order| (from..=to).contains(&day(order)) && order.state != OrderState::Cancelled;
    let counted: Vec<&Order> = scene.facts.orders.iter().filter(within).collect();
    scene.decision = "told-spent";
    scene.state.about = Some(About::Spent);
    scene.say(match sum(&counted) {
        None => Prompt::new(if scene.facts.orders.is_empty() { "no-purchases" } else { "no-purchases-then" }),
        Some(total) => told(from, to, total, counted.len()),
    });
    scene.then_ask_again();
}

fn told(from: Date, to: Date, total: Money, orders: usize) -> Prompt {
    Prompt::new(if from == to { "spent-that-day" } else { "spent" })
        .with("from", Arg::Date(from))
        .with("to", Arg::Date(to))
        .with("total", Arg::Money(total))
        .with("count", Arg::Count(u32::try_from(orders).unwrap_or(u32::MAX)))
}

/// What orders came to, less what came back of them; `None` of none.
fn sum(orders: &[&Order]) -> Option<Money> {
    let kept = |order: &&Order| {
        let back: i64 = order.funds.refunds.iter().map(|refund| refund.amount.minor()).sum();
        Money::new(order.quote.total().minor().saturating_sub(back), order.quote.total().currency())
    };
    let mut all = orders.iter().map(kept);
    let first = all.next()?;
    all.try_fold(first, Money::plus).ok()
}
