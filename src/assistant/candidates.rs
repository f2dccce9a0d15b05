//! What the words of an intent could mean in a shop, before it is known what can be had of it.

use std::collections::HashMap;

use super::Shop;
use crate::{
    commerce::{Sku, purchase::Purchase},
    dialogue::{Found, Offer, facts::MAX_OFFERS},
    understanding::{Constraints, Intent, IntentName, ItemPhrase},
};

/// What an item could be, before its stock is known.
pub(super) struct Candidates {
    words: String,
    /// Best first.
    pub skus: Vec<Sku>,
    tied: usize,
    other_size: bool,
    near: Vec<Sku>,
    beyond: Option<Sku>,
}

impl Candidates {
    /// Every product of them.
    pub fn all(&self) -> impl Iterator<Item = &Sku> {
        self.skus.iter().chain(&self.near).chain(&self.beyond)
    }

    /// The same with what can be offered now.
    pub fn filled(self, offers: &HashMap<Sku, Offer>) -> Found {
        let offer = |sku: &Sku| offers.get(sku).cloned();
        Found {
            words: self.words,
            offers: self.skus.iter().filter_map(offer).collect(),
            tied: self.tied,
            other_size: self.other_size,
            near: self.near.iter().filter_map(offer).collect(),
            beyond: self.beyond.as_ref().and_then(offer),
        }
    }
}

/// What each thing of an intent could be, or what its limits alone leave.
pub(super) fn matches(shop: &Shop, intent: &Intent, purchases: &[Purchase]) -> Vec<Candidates> {
    let constraints = &intent.slots.constraints;
    let only_constraints = [ItemPhrase::default()];
    let items: &[ItemPhrase] = if intent.slots.items.is_empty() && *constraints != Constraints::default() {
        &only_constraints
    } else {
        &intent.slots.items
    };
    let reorder = intent.name == IntentName::Reorder;
    items.iter().map(|item| candidates(shop, item, constraints, purchases, reorder)).collect()
}

fn candidates(
    shop: &Shop,
    item: &ItemPhrase,
    constraints: &Constraints,
    purchases: &[Purchase],
    reorder: bool,
) -> Candidates {
    let again = ItemPhrase { own: true, ..item.clone() };
    let item = if reorder { &again } else { item };
    let matches = shop.products.resolve(item, constraints, purchases);
    let other_size = matches.other_size;
    let skus: Vec<Sku> = matches.hits.into_iter().map(|hit| hit.sku).take(MAX_OFFERS).collect();
    // What is within the limit can be beyond it with its options.
    let few = skus.is_empty() || constraints.price_max.is_some() && !shop.menu.is_empty();
    let near = if few && *constraints != Constraints::default() && !item.it {
        // Nearest to "over twenty dollars" is what costs most.
        let dearest = constraints.only_at_least();
        let by_price = Constraints { cheapest: !dearest, dearest, ..Constraints::default() };
        let hits = shop.products.resolve(item, &by_price, purchases).hits;
        hits.into_iter().map(|hit| hit.sku).take(MAX_OFFERS).collect()
    } else {
        Vec::new()
    };
    // One that fits only half of the name is a question too: "Shall I take it?"
    let tied = if skus.is_empty() { 0 } else { matches.tied.min(skus.len().max(2)) };
    Candidates { words: item.words.clone(), tied, skus, other_size, near, beyond: matches.beyond }
}

/// A product as it can be offered now, and as the household had it last.
pub(super) fn offer(shop: &Shop, sku: &Sku, stock: u32, purchases: &[Purchase]) -> Option<Offer> {
    let product = shop.catalog.get(sku)?;
    let mut bought = purchases.iter().filter(|p| &p.sku == sku);
    let last = bought.clone().next().map(|p| (p.date, p.quantity, p.bare_price()));
    let times_bought = u32::try_from(bought.by_ref().count()).unwrap_or(u32::MAX);
    Some(Offer {
        sku: sku.clone(),
        price: product.price(),
        options: shop.menu.of(&product),
        title: product.title,
        kind: product.kind,
        brand: product.brand,
        size: product.size,
        attributes: product.attributes,
        description: product.description,
        in_stock: stock,
        last,
        times_bought,
    })
}
