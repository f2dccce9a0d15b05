//! The words of every open question. One place, so that "say that again", "go back", help
//! and side answers all end with the same question.

use super::{
    Arg, Draft, Errand, Facts, Focus, Offer, OrderErrand, Prompt, Purpose, State, Wanted, had::Had, options,
    policy::READ_AT_ONCE,
};
use crate::commerce::{Line, Sku};

/// The whole question.
pub(super) fn of(state: &State, facts: &Facts) -> Vec<Prompt> {
    match &state.focus {
        Focus::Idle => Vec::new(),
        Focus::Choosing { errand, from } => choosing(errand, *from, facts),
        Focus::Substitute { errand, sku } => vec![substitute(errand, sku, facts)],
        Focus::Offering { sku, quantity, options } => {
            let had = facts.offer(sku).and_then(|offer| Had::of(&facts.menu, offer, options, &[]));
            match had {
                Some(had) => {
                    let asked = Prompt::new("ask-offering").with("quantity", Arg::Count(quantity.get()));
                    vec![had.told(asked)]
                }
                None => vec![Prompt::new("ask-product-buy")],
            }
        }
        Focus::Confirming(draft) => vec![read_back(draft)],
        Focus::AskOption { group, question, .. } => vec![
            Prompt::new("ask-option")
                .with("question", Arg::Name(question.clone()))
                .with("options", Arg::List(options::values(&facts.menu, group))),
        ],
        _ => vec![short(state)],
    }
}

/// The question in one sentence: what is repeated after a silence.
pub(super) fn short(state: &State) -> Prompt {
    match &state.focus {
        Focus::Idle => Prompt::new("anything-else"),
        Focus::AskProduct(Purpose::Reorder) => Prompt::new("ask-product-reorder"),
        Focus::AskProduct(Purpose::Buy) => Prompt::new("ask-product-buy"),
        Focus::AskProduct(Purpose::AddToCart) => Prompt::new("ask-product-add"),
        Focus::AskQuantity(_) => Prompt::new("ask-quantity"),
        Focus::AskOption { question, .. } => {
            Prompt::new("ask-option-short").with("question", Arg::Name(question.clone()))
        }
        Focus::Choosing { .. } => Prompt::new("ask-which-short"),
        Focus::Substitute { .. } => Prompt::new("ask-substitute-short"),
        Focus::Offering { .. } => Prompt::new("ask-offering-short"),
        // Whoever did not follow may have missed what it is about.
        Focus::Confirming(draft) => Prompt::new("ask-confirm-short")
            .with("items", items(draft))
            .with("total", Arg::Money(draft.quote.total())),
        Focus::AskPin(_) => Prompt::new("ask-pin"),
        Focus::AskOrder(OrderErrand::Status) => Prompt::new("ask-order-status"),
        Focus::AskOrder(OrderErrand::Cancel) => Prompt::new("ask-order-cancel"),
        Focus::ConfirmCancel(number) => {
            Prompt::new("ask-cancel-order").with("number", Arg::Digits(number.to_string()))
        }
        Focus::ConfirmReturn { title, order, .. } => Prompt::new("ask-return")
            .with("name", Arg::Name(title.clone()))
            .with("number", Arg::Digits(order.to_string())),
        Focus::ConfirmClear => Prompt::new("ask-clear-cart"),
    }
}

/// The read-back that law 1 asks for: items, quantities, the total, the day.
pub(super) fn read_back(draft: &Draft) -> Prompt {
    let quote = &draft.quote;
    Prompt::new("ask-confirm")
        .with("items", items(draft))
        .with("total", Arg::Money(quote.total()))
        .with("date", Arg::Date(quote.delivery()))
}

fn items(draft: &Draft) -> Arg {
    Arg::List(draft.quote.lines().iter().map(line).collect())
}

/// "two of Northwind paper towels, twelve pack".
pub(super) fn line(line: &Line) -> Prompt {
    options::spoken_line(line.quantity, Arg::Name(line.title.clone()), &line.options)
}

fn choosing(errand: &Errand, from: usize, facts: &Facts) -> Vec<Prompt> {
    let Some(wanted) = errand.wanted.first() else { return vec![Prompt::new("ask-which-short")] };
    let offers: Vec<&Offer> = wanted.offers.iter().filter_map(|sku| facts.offer(sku)).collect();
    let shown: Vec<Prompt> = offers
        .iter()
        .enumerate()
        .skip(from)
        .take(READ_AT_ONCE)
        .map(|(i, offer)| numbered(i + 1, offer, wanted, facts))
        .collect();
    let key = if offers.len() > from + READ_AT_ONCE { "ask-which-more" } else { "ask-which" };
    vec![
        Prompt::new(key)
            .with("what", Arg::Name(wanted.words.clone()))
            .with("count", Arg::Count(u32::try_from(shown.len()).unwrap_or(u32::MAX)))
            .with("offers", Arg::List(shown)),
    ]
}

/// One of the offers, at the price with what is asked for with it; of what cannot be had so at its own.
fn numbered(number: usize, offer: &Offer, wanted: &Wanted, facts: &Facts) -> Prompt {
    let said = Prompt::new(if offer.in_stock > 0 { "offer" } else { "offer-sold-out" })
        .with("number", Arg::Count(u32::try_from(number).unwrap_or(u32::MAX)))
        .with("name", offer.spoken());
    match Had::as_wanted(&facts.menu, offer, wanted) {
        Some(had) => had.priced(said),
        None => said.with("price", Arg::Money(offer.price)).with("from", Arg::Kind("no".to_owned())),
    }
}

fn substitute(errand: &Errand, sku: &Sku, facts: &Facts) -> Prompt {
    let missing = errand.wanted.first().and_then(|w| w.offers.first()).and_then(|s| facts.offer(s));
    let Some((missing, instead)) = missing.zip(facts.offer(sku)) else {
        return Prompt::new("ask-substitute-short");
    };
    Prompt::new("ask-substitute")
        .with("missing", missing.spoken())
        .with("left", Arg::Count(missing.in_stock))
        .with("name", instead.spoken())
        .with("price", Arg::Money(instead.price))
}
