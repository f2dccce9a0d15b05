//! The words of every open question. One place, so that "say that again", "go back", help
//! and side answers all end with the same question.

use super::{
    Arg, Draft, Errand, Facts, Focus, Offer, OrderErrand, Prompt, Purpose, State, Wanted, had::Had, options,
    policy::READ_AT_ONCE, what_if,
};
use crate::commerce::{Line, Sku};

/// The whole question.
pub(super) fn of(state: &State, facts: &Facts) -> Vec<Prompt> {
    match &state.focus {
        Focus::Idle => Vec::new(),
        Focus::Choosing { errand, from } => choosing(errand, *from, facts),
        Focus::Substitute { errand, sku } => vec![substitute(errand, sku, facts)],
        Focus::Offering(line) => {
            let had =
                facts.offer(&line.sku).and_then(|offer| Had::of(&facts.menu, offer, &line.options, &[]));
            match had {
                Some(had) => {
                    let asked = Prompt::new("ask-offering").with("quantity", Arg::Count(line.quantity.get()));
                    vec![had.told(asked)]
                }
                None => vec![Prompt::new("ask-product-buy")],
            }
        }
        Focus::Confirming(draft) => vec![read_back(draft, !state.aside.is_empty())],
        Focus::ConfirmCancel(number) if let Some(draft) = state.wanted_instead() => {
            let said = Prompt::new("order-instead").with("number", Arg::order(*number));
            let total = Arg::Money(draft.quote.total());
            vec![said.with("items", items(draft)).with("total", total), short(state, facts)]
        }
        Focus::AskOption { group, question, .. } => vec![
            Prompt::new("ask-option")
                .with("question", Arg::Name(question.clone()))
                .with("options", Arg::List(options::values(&facts.menu, group))),
        ],
        _ => vec![short(state, facts)],
    }
}

/// Whether what is read out has numbers by which it can be picked: sizes, and options of a thing, have none.
pub(super) fn has_numbers(state: &State, facts: &Facts) -> bool {
    match &state.focus {
        Focus::Choosing { errand, .. } => {
            let wanted = errand.wanted.first();
            wanted.is_none_or(|wanted| only_sizes_of(&offers(wanted, facts)).is_none())
        }
        Focus::AskOption { .. } => false,
        _ => true,
    }
}

/// The question in one sentence: what is repeated after a silence.
pub(super) fn short(state: &State, facts: &Facts) -> Prompt {
    match &state.focus {
        Focus::Idle => Prompt::new("anything-else"),
        Focus::AskProduct(Purpose::Reorder) => Prompt::new("ask-product-reorder"),
        Focus::AskProduct(Purpose::Buy) => Prompt::new("ask-product-buy"),
        Focus::AskProduct(_) => Prompt::new("ask-product-add"),
        Focus::AskQuantity(_) => Prompt::new("ask-quantity"),
        Focus::AskOption { question, .. } => {
            Prompt::new("ask-option-short").with("question", Arg::Name(question.clone()))
        }
        Focus::Choosing { errand, from } => which(errand, *from, facts),
        Focus::Substitute { .. } => Prompt::new("ask-substitute-short"),
        Focus::Offering(_) => Prompt::new("ask-offering-short"),
        // Whoever did not follow may have missed what it is about.
        Focus::Confirming(draft) => Prompt::new("ask-confirm-short")
            .with("items", items(draft))
            .with("total", Arg::Money(draft.quote.total())),
        Focus::WhatIf { changed, .. } => what_if::question(changed),
        Focus::WhichLine { draft, lines, .. } => {
            let all = draft.quote.lines();
            let items = lines.iter().filter_map(|at| all.get(*at)).map(line).collect();
            Prompt::new("cart-which").with("items", Arg::List(items))
        }
        Focus::AskPin(_) => Prompt::new("ask-pin"),
        Focus::AskOrder(OrderErrand::Status) => Prompt::new("ask-order-status"),
        Focus::AskOrder(OrderErrand::Cancel) => Prompt::new("ask-order-cancel"),
        Focus::AskOrder(OrderErrand::Return) => Prompt::new("return-which"),
        Focus::ConfirmCancel(number) => Prompt::new("ask-cancel-order").with("number", Arg::order(*number)),
        Focus::ConfirmReturn { title, order, .. } => Prompt::new("ask-return")
            .with("name", Arg::Name(title.clone()))
            .with("number", Arg::order(*order)),
        Focus::ConfirmClear => Prompt::new("ask-clear-cart"),
    }
}

/// The read-back that law 1 asks for: items, quantities, the total, the day. `aside`: after something else was asked
/// about, which is not in it.
fn read_back(draft: &Draft, aside: bool) -> Prompt {
    let quote = &draft.quote;
    Prompt::new("ask-confirm")
        .with("items", items(draft))
        .with("total", Arg::Money(quote.total()))
        .with("date", Arg::Date(quote.delivery()))
        .with("aside", Arg::Kind(if aside { "yes" } else { "no" }.to_owned()))
}

/// What is bought, line by line.
pub(super) fn items(draft: &Draft) -> Arg {
    Arg::List(draft.quote.lines().iter().map(line).collect())
}

/// "two of Northwind paper towels, twelve pack".
pub(super) fn line(line: &Line) -> Prompt {
    options::spoken_line(line.quantity, Arg::Name(line.title.clone()), &line.options)
}

fn choosing(errand: &Errand, from: usize, facts: &Facts) -> Vec<Prompt> {
    let Some(wanted) = errand.wanted.first() else { return vec![Prompt::new("ask-which-short")] };
    let offers = offers(wanted, facts);
    let more = offers.len() > from + READ_AT_ONCE;
    if let Some(name) = only_sizes_of(&offers) {
        let size = |offer: &&Offer| priced(size(offer, "size-offer"), offer, wanted, facts);
        let key = if more { "ask-size-more" } else { "ask-size" };
        let name = with_the_same(&offers, wanted, facts, Arg::Name(name));
        return vec![Prompt::new(key).with("name", name).with("sizes", page(&offers, from, size))];
    }
    let numbers = offers.iter().enumerate().skip(from).take(READ_AT_ONCE);
    let shown: Vec<Prompt> =
        numbers.map(|(i, offer)| priced(numbered(i + 1, offer), offer, wanted, facts)).collect();
    vec![
        Prompt::new(if more { "ask-which-more" } else { "ask-which" })
            .with("what", Arg::Name(wanted.words.clone()))
            .with("count", Arg::Count(u32::try_from(shown.len()).unwrap_or(u32::MAX)))
            .with("offers", Arg::List(shown)),
    ]
}

/// "Which one?" in one sentence. Sizes are few words, so that they are said again.
fn which(errand: &Errand, from: usize, facts: &Facts) -> Prompt {
    let offers = errand.wanted.first().map(|wanted| offers(wanted, facts)).unwrap_or_default();
    match only_sizes_of(&offers) {
        Some(_) => {
            let sizes = page(&offers, from, |offer| size(offer, "size-only"));
            Prompt::new("ask-size-short").with("sizes", sizes)
        }
        None => Prompt::new("ask-which-short"),
    }
}

fn offers<'a>(wanted: &Wanted, facts: &'a Facts) -> Vec<&'a Offer> {
    wanted.offers.iter().filter_map(|sku| facts.offer(sku)).collect()
}

/// What is read out of some offers at once.
fn page(offers: &[&Offer], from: usize, said: impl Fn(&&Offer) -> Prompt) -> Arg {
    Arg::List(offers.iter().skip(from).take(READ_AT_ONCE).map(said).collect())
}

fn size(offer: &Offer, key: &str) -> Prompt {
    Prompt::new(key).with("size", Arg::Name(offer.size.clone().unwrap_or_default()))
}

/// The name of the one thing that all of these are sizes of, where nothing but the size has to be chosen: its name is
/// not said again with each of them.
fn only_sizes_of(offers: &[&Offer]) -> Option<String> {
    let (first, others) = offers.split_first().filter(|(_, others)| !others.is_empty())?;
    let name = without_size(first)?;
    let alike = |other: &&Offer| without_size(other) == Some(name) && other.brand == first.brand;
    let to_be_had = offers.iter().all(|offer| offer.in_stock > 0);
    let mut sizes: Vec<_> = offers.iter().map(|offer| &offer.size).collect();
    sizes.sort();
    sizes.dedup();
    (to_be_had && sizes.len() == offers.len() && others.iter().all(alike)).then(|| name.to_owned())
}

/// "Mocha" of "Mocha, Small"; `None` where the title does not end in its size.
fn without_size(offer: &Offer) -> Option<&str> {
    let size = offer.size.as_deref()?;
    let (name, end) = offer.title.split_at_checked(offer.title.len().checked_sub(size.len())?)?;
    let name = name.strip_suffix(", ")?;
    (end.to_lowercase() == size.to_lowercase()).then_some(name)
}

fn numbered(number: usize, offer: &Offer) -> Prompt {
    Prompt::new(if offer.in_stock > 0 { "offer" } else { "offer-sold-out" })
        .with("number", Arg::Count(u32::try_from(number).unwrap_or(u32::MAX)))
        .with("name", offer.spoken())
}

/// An offer at the price with what is asked for with it; one that cannot be had so at its own.
fn priced(said: Prompt, offer: &Offer, wanted: &Wanted, facts: &Facts) -> Prompt {
    match Had::as_wanted(&facts.menu, offer, wanted) {
        Some(had) => had.priced(said),
        None => said.with("price", Arg::Money(offer.price)).with("from", Arg::Kind("no".to_owned())),
    }
}

/// The name with what all of these would be had with: what was noted is heard before the size is said.
fn with_the_same(offers: &[&Offer], wanted: &Wanted, facts: &Facts, name: Arg) -> Arg {
    let had = |offer| Had::as_wanted(&facts.menu, offer, wanted);
    let all: Option<Vec<Had<'_>>> = offers.iter().map(|offer| had(offer)).collect();
    match all.as_deref() {
        Some([first, others @ ..]) if others.iter().all(|had| had.chosen() == first.chosen()) => {
            first.called(name)
        }
        _ => name,
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
