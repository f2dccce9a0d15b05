//! Gathers what one step needs to know, and no more: each fact costs a query.

use std::{collections::HashMap, sync::Arc};

use super::{
    Assistant, Fault, Shop,
    candidates::{Candidates, matches, offer},
    sizes::other_sizes,
};
use crate::{
    commerce::{
        HouseholdId, OrderNumber, Sku,
        order::{Hold, Order},
        purchase::Purchase,
    },
    dialogue::{About, Facts, Focus, Offer, Purpose, State, facts::MAX_OFFERS, may_change_an_order},
    turn::Turn,
    understanding::{Choice, Constraints, Intent, IntentName, ItemPhrase, OrderRef},
};

/// How far back in orders and purchases a turn looks.
const ORDERS: u32 = 60;
const PURCHASES: u32 = 400;
/// The most products of the household's past that are looked at for "the usual" and its kin.
const PAST_PRODUCTS: usize = 60;

/// Of so many things that may be meant by a name other sizes are looked up, where it is changed at once.
const SIZES_OF: usize = 4;

impl Assistant {
    /// `None` when the shop does not know the household.
    pub(super) async fn gather(
        &self,
        shop: &Shop,
        turn: &Turn,
        state: &State,
        intent: &Intent,
    ) -> Result<Option<Facts>, Fault> {
        let (id, household) = (&turn.shop, &turn.household);
        let Some(member) = self.desk.household(id, household).await? else { return Ok(None) };
        let purchases =
            if intent.in_turn().any(|part| needs_purchases(state, part)) || buys_again(shop, state) {
                self.desk.purchases(id, household, PURCHASES).await?
            } else {
                Arc::default()
            };
        let changed = may_change_an_order(state, intent);
        let replaces = changed.is_some() || state.to_be_replaced().is_some();
        let orders = if replaces || intent.in_turn().any(|part| needs_orders(state, part)) {
            self.orders(turn, household, state, intent).await?
        } else {
            Arc::default()
        };
        let candidates: Vec<Candidates> =
            looked_for(state, intent).flat_map(|part| matches(shop, part, &purchases)).collect();
        let spoken_of = spoken_of(state, intent, changed, &orders);
        let about = (state, intent, changed.is_some(), spoken_of);
        let offers = self.all_offers(shop, turn, about, &candidates, &purchases).await?;
        let found = candidates.into_iter().map(|one| one.filled(&offers)).collect();
        let mut known: Vec<Offer> = offers.into_values().collect();
        known.sort_by(|a, b| a.sku.cmp(&b.sku));
        Ok(Some(Facts {
            now: self.clock.now(),
            today: self.clock.today(&shop.zone),
            zone: shop.zone.clone(),
            key: self.fresh_key()?,
            terms: shop.terms.clone(),
            menu: shop.menu.clone(),
            household: member,
            found,
            known,
            purchases,
            orders,
        }))
    }

    /// Everything that this step can be about, as it can be offered now.
    async fn all_offers(
        &self,
        shop: &Shop,
        turn: &Turn,
        (state, intent, changed, spoken_of): (&State, &Intent, bool, Vec<Sku>),
        candidates: &[Candidates],
        purchases: &[Purchase],
    ) -> Result<HashMap<Sku, Offer>, Fault> {
        let mut known = known(state, intent, purchases);
        let meant = candidates.iter().flat_map(|one| one.skus.iter().take(SIZES_OF));
        let placed = if changed { &spoken_of[..] } else { &[] };
        known.extend(other_sizes(shop, state, intent, (meant.chain(&known), placed)));
        known.extend(spoken_of);
        let named = candidates.iter().flat_map(Candidates::all);
        let skus: Vec<Sku> = named.chain(&known).cloned().collect();
        let mut offers = self.offers(shop, turn, &skus, purchases).await?;
        let mut meant: Vec<Sku> = candidates.iter().filter_map(|one| one.skus.first().cloned()).collect();
        if intent.slots.past.is_some() {
            meant.extend(known);
        }
        self.add_stand_ins(shop, turn, &meant, &mut offers, purchases).await?;
        Ok(offers)
    }

    /// The newest orders, and the one that was named by its number, however old. What was
    /// declined is no order to the shopper, who heard that nothing was ordered; except for one
    /// that was told as noted in this conversation, before the provider answered.
    async fn orders(
        &self,
        turn: &Turn,
        household: &HouseholdId,
        state: &State,
        intent: &Intent,
    ) -> Result<Arc<[Order]>, Fault> {
        let newest = self.desk.orders(&turn.shop, household, ORDERS).await?;
        let declined = |order: &Order| matches!(order.funds.hold, Hold::Declined { .. });
        let counts = |order: &&Order| !declined(order) || state.placed == Some(order.number);
        let number = intent.in_turn().find_map(|part| match part.slots.order {
            Some(OrderRef::Number(number)) => Some(number),
            _ => None,
        });
        let older = match number {
            Some(number) if newest.iter().filter(counts).all(|o| o.number.0 != number) => {
                self.desk.order(&turn.shop, household, OrderNumber(number)).await?
            }
            _ => None,
        };
        // Mostly they are what the store has at hand, and need no copy.
        if older.is_none() && newest.iter().all(|order| counts(&order)) {
            return Ok(newest);
        }
        Ok(newest.iter().filter(counts).cloned().chain(older).collect())
    }

    /// Offers for products, with the stock of this moment.
    async fn offers(
        &self,
        shop: &Shop,
        turn: &Turn,
        skus: &[Sku],
        purchases: &[Purchase],
    ) -> Result<HashMap<Sku, Offer>, Fault> {
        let mut unique: Vec<Sku> = skus.iter().filter(|sku| shop.catalog.contains(sku)).cloned().collect();
        unique.sort();
        unique.dedup();
        if unique.is_empty() {
            return Ok(HashMap::new());
        }
        let stock = self.desk.stock(&turn.shop, &unique).await?;
        let offers = unique.into_iter().zip(stock);
        Ok(offers
            .filter_map(|(sku, stock)| Some((sku.clone(), offer(shop, &sku, stock, purchases)?)))
            .collect())
    }

    /// What could stand in for a product that is meant and sold out.
    async fn add_stand_ins(
        &self,
        shop: &Shop,
        turn: &Turn,
        meant: &[Sku],
        offers: &mut HashMap<Sku, Offer>,
        purchases: &[Purchase],
    ) -> Result<(), Fault> {
        let sold_out = meant.iter().filter_map(|sku| offers.get(sku)).filter(|o| o.in_stock == 0);
        let kinds: Vec<String> = sold_out.map(|o| o.kind.clone()).take(MAX_OFFERS).collect();
        let mut skus = Vec::new();
        for words in kinds {
            let item = ItemPhrase { words, ..ItemPhrase::default() };
            let hits = shop.products.resolve(&item, &Constraints::default(), &[]).hits;
            skus.extend(hits.into_iter().map(|hit| hit.sku));
        }
        skus.retain(|sku| !offers.contains_key(sku));
        if skus.is_empty() {
            return Ok(());
        }
        offers.extend(self.offers(shop, turn, &skus, purchases).await?);
        Ok(())
    }
}

/// What things are looked up for: first, where it is asked which line a change means, those of the change.
fn looked_for<'a>(state: &'a State, intent: &'a Intent) -> impl Iterator<Item = &'a Intent> {
    let asked_about = match &state.focus {
        Focus::WhichLine { change, .. } => Some(change.as_ref()),
        _ => None,
    };
    asked_about.into_iter().flat_map(Intent::in_turn).chain(intent.in_turn())
}

fn needs_purchases(state: &State, intent: &Intent) -> bool {
    use IntentName as I;
    let by_name = matches!(intent.name, I::Reorder | I::Purchases);
    let by_what_was_had = matches!(intent.slots.choice, Some(Choice::HadLast | Choice::HadMost));
    by_name
        || by_what_was_had
        || !intent.slots.items.is_empty()
        || intent.slots.past.is_some()
        || state.focus.draft().is_some()
}

/// Whether a question is open for something that is bought again, with the options it had.
fn buys_again(shop: &Shop, state: &State) -> bool {
    let again = match &state.focus {
        Focus::Choosing { errand, .. }
        | Focus::AskQuantity(errand)
        | Focus::AskOption { errand, .. }
        | Focus::Substitute { errand, .. } => errand.purpose == Purpose::Reorder,
        _ => false,
    };
    again && !shop.menu.is_empty()
}

fn needs_orders(state: &State, intent: &Intent) -> bool {
    use IntentName as I;
    let by_name = matches!(
        intent.name,
        I::OrderStatus
            | I::DeliveryDate
            | I::CancelOrder
            | I::ReturnItem
            | I::Undo
            | I::Digits
            | I::Purchases
    );
    let just_placed = matches!(intent.name, I::Cancel | I::Price | I::ListCart)
        && state.placed.is_some()
        && state.focus == Focus::Idle;
    let asked =
        matches!(state.focus, Focus::AskOrder(_) | Focus::ConfirmCancel(_) | Focus::ConfirmReturn { .. });
    let again = state.placed.is_some() && is_had_again(intent);
    by_name || just_placed || again || state.about == Some(About::Order) || asked
}

/// "Order that again."
fn is_had_again(intent: &Intent) -> bool {
    let it = matches!(intent.slots.items.as_slice(), [item] if item.it && item.own);
    it && matches!(intent.name, IntentName::Buy | IntentName::Reorder)
}

/// What is in the order that was just spoken of, or placed, which may be wanted again. In one sentence, "cancel my last
/// order and reorder it", that is the newest.
fn spoken_of(state: &State, intent: &Intent, changed: Option<OrderNumber>, orders: &[Order]) -> Vec<Sku> {
    let newest = orders.first().filter(|_| intent.slots.then.is_some()).map(|order| order.number);
    let spoken_of = state.order.filter(|_| state.about == Some(About::Order) || newest.is_some());
    let number = changed.or(spoken_of).or(newest).or(state.placed.filter(|_| is_had_again(intent)));
    let order = number.and_then(|number| orders.iter().find(|order| order.number == number));
    order.map(|order| order.quote.lines().iter().map(|line| line.sku.clone()).collect()).unwrap_or_default()
}

fn known(state: &State, intent: &Intent, purchases: &[Purchase]) -> Vec<Sku> {
    let mut known = state.skus();
    if intent.slots.past.is_some() {
        for purchase in purchases {
            if known.len() >= PAST_PRODUCTS {
                break;
            }
            if !known.contains(&purchase.sku) {
                known.push(purchase.sku.clone());
            }
        }
    }
    known
}
