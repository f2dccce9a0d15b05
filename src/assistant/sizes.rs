//! The other sizes and packs of what may be changed.

use super::Shop;
use crate::{
    commerce::Sku,
    dialogue::{Focus, State, is_changed_at_once},
    understanding::{Constraints, Intent, IntentName, ItemPhrase},
};

/// What is of the kind and brand of what is being read back, or of which it is asked how many, where another one of it
/// may be chosen: "make it a large". Where nothing is open, of what is in the cart. Where something is wanted and
/// changed at once, of all that may be meant.
pub(super) fn other_sizes<'a>(
    shop: &Shop,
    state: &'a State,
    intent: &Intent,
    (meant, placed): (impl Iterator<Item = &'a Sku>, &'a [Sku]),
) -> Vec<Sku> {
    let added = intent.name == IntentName::AddToCart && intent.slots.then.is_some();
    let again = added || is_changed_at_once(state, intent);
    let packs = intent.in_turn().flat_map(|part| &part.slots.items).any(|item| item.pack_of.is_some());
    let chooses =
        |part: &Intent| matches!(part.name, IntentName::Choose | IntentName::Correct | IntentName::Price);
    if !packs && !intent.in_turn().any(chooses) {
        return Vec::new();
    }
    let skus: Vec<&Sku> = match &state.focus {
        _ if again => meant.collect(),
        Focus::Offering(line) => vec![&line.sku],
        Focus::AskQuantity(errand) => {
            errand.wanted.first().and_then(|wanted| wanted.offers.first()).into_iter().collect()
        }
        Focus::Idle | Focus::AskProduct(_) => {
            state.cart.lines().iter().map(|line| &line.sku).chain(placed).collect()
        }
        focus => focus
            .draft()
            .or(state.back.last().and_then(Focus::draft))
            .into_iter()
            .flat_map(|draft| &draft.lines)
            .map(|line| &line.sku)
            .collect(),
    };
    let of_it = |sku: &&Sku| {
        let product = shop.catalog.get(sku)?;
        let item = ItemPhrase { words: product.kind.clone(), ..ItemPhrase::default() };
        let brand = Some(product.brand).filter(|brand| !brand.is_empty());
        let hits = shop.products.resolve(&item, &Constraints { brand, ..Constraints::default() }, &[]).hits;
        Some(hits.into_iter().map(|hit| hit.sku))
    };
    skus.iter().filter_map(of_it).flatten().collect()
}
