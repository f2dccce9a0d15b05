//! Nothing is kept: for tests and trials.
//!
//! Every call works on a copy of the whole state, which takes the old one's place when the
//! call succeeds: slow, and as atomic as a transaction.

mod links;
mod orders;
mod sessions;

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use async_trait::async_trait;
use jiff::{Timestamp, civil::Date};

use crate::commerce::{
    HouseholdId, IdempotencyKey, Money, OrderId, SessionId, ShopId, Sku,
    household::Household,
    order::Order,
    ports::{
        Confirmation, HouseholdStore, NewHousehold, Recorded, SavedSession, SeedStore, StockStore,
        StoreError, Try,
    },
};

/// A store that is gone with the process. See the module's description.
#[derive(Default)]
pub struct MemoryStore {
    state: Mutex<State>,
}

#[derive(Clone, Default)]
struct State {
    next_numbers: HashMap<ShopId, u32>,
    households: HashMap<(ShopId, HouseholdId), HouseholdRow>,
    stock: HashMap<(ShopId, Sku), Level>,
    seeds: HashMap<ShopId, String>,
    orders: Vec<OrderRow>,
    events: Vec<(ShopId, Recorded)>,
    confirmations: HashMap<(ShopId, HouseholdId, IdempotencyKey), Confirmation>,
    links: links::Links,
    sessions: HashMap<(ShopId, HouseholdId, SessionId), (SavedSession, Timestamp)>,
}

#[derive(Clone)]
struct HouseholdRow {
    new: NewHousehold,
    pin_hash: Option<String>,
    tries: u32,
    locked_until: Option<Timestamp>,
}

#[derive(Clone)]
struct OrderRow {
    order: Order,
    day: Date,
    counts_to_limit: bool,
}

/// Invariant: `reserved <= on_hand`.
#[derive(Clone, Copy)]
struct Level {
    on_hand: u32,
    reserved: u32,
}

impl State {
    fn order(&self, shop: &ShopId, id: &OrderId) -> Option<&Order> {
        self.orders.iter().map(|row| &row.order).find(|order| &order.shop == shop && &order.id == id)
    }

    fn free(&self, shop: &ShopId, sku: &Sku) -> u32 {
        self.stock
            .get(&(shop.clone(), sku.clone()))
            .map_or(0, |level| level.on_hand.saturating_sub(level.reserved))
    }
}

impl MemoryStore {
    fn read<T>(&self, look: impl FnOnce(&State) -> T) -> T {
        look(&self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn write<T>(&self, change: impl FnOnce(&mut State) -> Result<T, StoreError>) -> Result<T, StoreError> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let mut next = state.clone();
        let answer = change(&mut next)?;
        *state = next;
        Ok(answer)
    }

    fn write_household(
        &self,
        shop: &ShopId,
        id: &HouseholdId,
        change: impl FnOnce(&mut HouseholdRow),
    ) -> Result<bool, StoreError> {
        self.write(|state| {
            let row = state.households.get_mut(&(shop.clone(), id.clone()));
            Ok(row.map(change).is_some())
        })
    }
}

#[async_trait]
impl StockStore for MemoryStore {
    async fn sync_stock(&self, shop: &ShopId, opening: &[(Sku, u32)]) -> Result<u32, StoreError> {
        self.write(|state| {
            let before = state.stock.len();
            for (sku, on_hand) in opening {
                let level = Level { on_hand: *on_hand, reserved: 0 };
                state.stock.entry((shop.clone(), sku.clone())).or_insert(level);
            }
            Ok(u32::try_from(state.stock.len() - before).unwrap_or(u32::MAX))
        })
    }

    async fn stock(&self, shop: &ShopId, skus: &[Sku]) -> Result<Vec<u32>, StoreError> {
        Ok(self.read(|state| skus.iter().map(|sku| state.free(shop, sku)).collect()))
    }

    async fn adjust_stock(&self, shop: &ShopId, sku: &Sku, by: i32) -> Result<Option<u32>, StoreError> {
        self.write(|state| {
            let Some(level) = state.stock.get_mut(&(shop.clone(), sku.clone())) else { return Ok(None) };
            let on_hand = level.on_hand.checked_add_signed(by).filter(|on_hand| *on_hand >= level.reserved);
            Ok(on_hand.map(|on_hand| {
                level.on_hand = on_hand;
                on_hand - level.reserved
            }))
        })
    }
}

#[async_trait]
impl SeedStore for MemoryStore {
    async fn seeded(&self, shop: &ShopId) -> Result<Option<String>, StoreError> {
        Ok(self.read(|state| state.seeds.get(shop).cloned()))
    }

    async fn set_seeded(&self, shop: &ShopId, digest: &str) -> Result<(), StoreError> {
        self.write(|state| {
            state.seeds.insert(shop.clone(), digest.to_owned());
            Ok(())
        })
    }
}

#[async_trait]
impl HouseholdStore for MemoryStore {
    async fn add_household(&self, shop: &ShopId, new: &NewHousehold) -> Result<bool, StoreError> {
        self.write(|state| {
            let place = (shop.clone(), new.id.clone());
            let row = HouseholdRow { new: new.clone(), pin_hash: None, tries: 0, locked_until: None };
            let known = state.households.contains_key(&place);
            state.households.entry(place).or_insert(row);
            Ok(!known)
        })
    }

    async fn household(
        &self,
        shop: &ShopId,
        id: &HouseholdId,
        now: Timestamp,
    ) -> Result<Option<Household>, StoreError> {
        let row = self.read(|state| state.households.get(&(shop.clone(), id.clone())).cloned());
        Ok(row.map(|row| Household {
            shop: shop.clone(),
            id: row.new.id,
            name: row.new.name,
            members: row.new.members,
            limit: row.new.limit,
            has_pin: row.pin_hash.is_some(),
            locked_until: row.locked_until.filter(|until| *until > now),
        }))
    }

    async fn set_limit(&self, shop: &ShopId, id: &HouseholdId, limit: Money) -> Result<bool, StoreError> {
        self.write_household(shop, id, |row| row.new.limit = limit)
    }

    async fn set_pin_hash(&self, shop: &ShopId, id: &HouseholdId, hash: &str) -> Result<bool, StoreError> {
        self.write_household(shop, id, |row| {
            row.pin_hash = Some(hash.to_owned());
            row.tries = 0;
            row.locked_until = None;
        })
    }

    async fn begin_try(
        &self,
        shop: &ShopId,
        id: &HouseholdId,
        most: u32,
        now: Timestamp,
        lock_until: Timestamp,
    ) -> Result<Option<Try>, StoreError> {
        self.write(|state| {
            let Some(row) = state.households.get_mut(&(shop.clone(), id.clone())) else { return Ok(None) };
            let Some(hash) = row.pin_hash.clone() else { return Ok(Some(Try::NotSet)) };
            if let Some(until) = row.locked_until.filter(|until| *until > now) {
                return Ok(Some(Try::Locked { until }));
            }
            let before = if row.locked_until.is_some() { 0 } else { row.tries };
            row.tries = before + 1;
            let left = most.saturating_sub(row.tries);
            row.locked_until = (left == 0).then_some(lock_until);
            Ok(Some(Try::Granted { hash, left }))
        })
    }

    async fn clear_tries(&self, shop: &ShopId, id: &HouseholdId) -> Result<(), StoreError> {
        self.write_household(shop, id, |row| {
            row.tries = 0;
            row.locked_until = None;
        })?;
        Ok(())
    }
}
