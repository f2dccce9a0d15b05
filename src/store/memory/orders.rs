//! Orders, their events and confirmations, in memory.

use std::{cmp::Reverse, sync::Arc};

use async_trait::async_trait;

use super::{MemoryStore, OrderRow, State};
use crate::commerce::{
    HouseholdId, IdempotencyKey, OrderId, OrderNumber, ShopId, Sku,
    desk::PlaceOutcome,
    order::{Event, Order, OrderState, Refusal, StockMove},
    ports::{Change, Confirmation, OrderStore, Recorded, Reservation, Reserved, StoreError},
    purchase::Purchase,
};

#[async_trait]
impl OrderStore for MemoryStore {
    async fn reserve(&self, batch: &[Reservation<'_>]) -> Result<Vec<Reserved>, StoreError> {
        self.write(|state| batch.iter().map(|new| state.reserve(new)).collect())
    }

    async fn save_refusal(
        &self,
        shop: &ShopId,
        household: &HouseholdId,
        key: &IdempotencyKey,
        fingerprint: &str,
        outcome: &PlaceOutcome,
    ) -> Result<bool, StoreError> {
        let place = (shop.clone(), household.clone(), key.clone());
        let outcome = Some(outcome.clone());
        let refusal = Confirmation { fingerprint: fingerprint.to_owned(), order: None, outcome };
        self.write(|state| {
            let known = state.confirmations.contains_key(&place);
            state.confirmations.entry(place).or_insert(refusal);
            Ok(!known)
        })
    }

    async fn confirmation(
        &self,
        shop: &ShopId,
        household: &HouseholdId,
        key: &IdempotencyKey,
    ) -> Result<Option<Confirmation>, StoreError> {
        let place = (shop.clone(), household.clone(), key.clone());
        Ok(self.read(|state| state.confirmations.get(&place).cloned()))
    }

    async fn append(&self, change: Change<'_>) -> Result<(), StoreError> {
        self.write(|state| state.append(&change))
    }

    async fn order(&self, shop: &ShopId, id: &OrderId) -> Result<Option<Order>, StoreError> {
        Ok(self.read(|state| state.order(shop, id).cloned()))
    }

    async fn order_numbered(&self, shop: &ShopId, number: OrderNumber) -> Result<Option<Order>, StoreError> {
        let orders = self.orders(shop, None, u32::MAX).await?;
        Ok(orders.iter().find(|order| order.number == number).cloned())
    }

    async fn orders(
        &self,
        shop: &ShopId,
        household: Option<&HouseholdId>,
        limit: u32,
    ) -> Result<Arc<[Order]>, StoreError> {
        let mut orders: Vec<Order> =
            self.read(|state| state.orders.iter().map(|r| r.order.clone()).collect());
        orders.retain(|order| &order.shop == shop && household.is_none_or(|id| &order.household == id));
        orders.sort_by_key(|order| Reverse((order.placed_at, order.number)));
        orders.truncate(limit as usize);
        Ok(orders.into())
    }

    async fn orders_due(&self, limit: u32) -> Result<Vec<Order>, StoreError> {
        let mut orders: Vec<Order> =
            self.read(|state| state.orders.iter().map(|r| r.order.clone()).collect());
        orders.retain(|order| order.due().is_some());
        orders.sort_by_key(|order| order.placed_at);
        orders.truncate(limit as usize);
        Ok(orders)
    }

    async fn purchases(
        &self,
        shop: &ShopId,
        household: &HouseholdId,
        limit: u32,
    ) -> Result<Arc<[Purchase]>, StoreError> {
        let mut rows: Vec<OrderRow> = self.read(|state| state.orders.clone());
        rows.retain(|row| {
            let bought = !matches!(row.order.state, OrderState::Placed | OrderState::Cancelled);
            bought && &row.order.shop == shop && &row.order.household == household
        });
        rows.sort_by_key(|row| Reverse((row.day, row.order.number)));
        let mut purchases: Vec<Purchase> = rows.iter().flat_map(kept).collect();
        purchases.truncate(limit as usize);
        Ok(purchases.into())
    }

    async fn events_after(
        &self,
        shop: &ShopId,
        position: i64,
        limit: u32,
    ) -> Result<Vec<Recorded>, StoreError> {
        Ok(self.read(|state| {
            let events = state.events.iter().filter(|(of, event)| of == shop && event.position > position);
            events.map(|(_, event)| event.clone()).take(limit as usize).collect()
        }))
    }
}

fn kept(row: &OrderRow) -> impl Iterator<Item = Purchase> {
    let order = &row.order;
    order.quote.lines().iter().filter(|line| order.keeps(&line.sku)).map(|line| Purchase {
        sku: line.sku.clone(),
        title: line.title.clone(),
        quantity: line.quantity,
        unit_price: line.unit_price,
        options: line.options.clone(),
        date: row.day,
        order: order.number,
    })
}

impl State {
    fn reserve(&mut self, new: &Reservation<'_>) -> Result<Reserved, StoreError> {
        let place = (new.shop.clone(), new.household.clone(), new.key.clone());
        if let Some(known) = self.confirmations.get(&place) {
            return Ok(Reserved::Known(known.clone()));
        }
        if let Some(refused) = self.limit_refuses(new) {
            return Ok(refused);
        }
        for (sku, count) in new.stock {
            let left = self.free(new.shop, sku);
            if left < *count {
                return Ok(Reserved::OutOfStock { sku: sku.clone(), left });
            }
        }
        for (sku, count) in new.stock {
            if let Some(level) = self.stock.get_mut(&(new.shop.clone(), sku.clone())) {
                level.reserved += count;
            }
        }
        let next = self.next_numbers.entry(new.shop.clone()).or_insert(new.first_number.0);
        let number = OrderNumber(*next);
        *next += 1;
        let (order, events) = (new.build)(number)?;
        for (event, at) in events {
            self.record(&order, event, at);
        }
        let fingerprint = new.fingerprint.to_owned();
        self.confirmations
            .insert(place, Confirmation { fingerprint, order: Some(order.id.clone()), outcome: None });
        let counts_to_limit = new.within_limit_since.is_some();
        self.orders.push(OrderRow { order: order.clone(), day: new.day, counts_to_limit });
        Ok(Reserved::New(Box::new(order)))
    }

    fn limit_refuses(&self, new: &Reservation<'_>) -> Option<Reserved> {
        let Some(row) = self.households.get(&(new.shop.clone(), new.household.clone())) else {
            return Some(Reserved::UnknownHousehold);
        };
        let since = new.within_limit_since?;
        let counts = |row: &&OrderRow| {
            let order = &row.order;
            (&order.shop, &order.household) == (new.shop, new.household)
                && row.counts_to_limit
                && order.placed_at > since
                && order.state != OrderState::Cancelled
        };
        let spent: i64 = self.orders.iter().filter(counts).map(|row| row.order.quote.total().minor()).sum();
        let limit = row.new.limit;
        let within = limit.currency() == new.total.currency()
            && spent.checked_add(new.total.minor()).is_some_and(|sum| sum <= limit.minor());
        (!within).then_some(Reserved::OverLimit)
    }

    fn append(&mut self, change: &Change<'_>) -> Result<(), StoreError> {
        let order = change.order;
        let place = |wish: &IdempotencyKey| (order.shop.clone(), order.household.clone(), wish.clone());
        if change.wish.is_some_and(|wish| self.confirmations.contains_key(&place(wish))) {
            return Err(Refusal::Withdrawn.into());
        }
        let row = self.orders.iter_mut().find(|row| {
            (&row.order.shop, &row.order.id) == (&order.shop, &order.id)
                && row.order.version == change.expected_version()
        });
        row.ok_or(StoreError::Conflict)?.order = order.clone();
        for event in change.events {
            self.record(order, event.clone(), change.at);
        }
        for stock_move in change.stock_moves() {
            for (sku, count) in order.counts() {
                self.move_stock(order, sku, count, stock_move)?;
            }
        }
        if let Some(outcome) = change.outcome {
            let of_order = |known: &&mut Confirmation| known.order.as_ref() == Some(&order.id);
            let known = self.confirmations.values_mut().find(of_order);
            let known = known.ok_or_else(|| StoreError::Corrupt("an order without a confirmation".into()))?;
            known.outcome = Some(outcome.clone());
        }
        Ok(())
    }

    fn move_stock(
        &mut self,
        order: &Order,
        sku: Sku,
        count: u32,
        stock_move: StockMove,
    ) -> Result<(), StoreError> {
        let below = || StoreError::Corrupt("less is set aside than the order says".into());
        if let Some(level) = self.stock.get_mut(&(order.shop.clone(), sku)) {
            level.reserved = level.reserved.checked_sub(count).ok_or_else(below)?;
            if stock_move == StockMove::Ship {
                level.on_hand = level.on_hand.checked_sub(count).ok_or_else(below)?;
            }
        }
        Ok(())
    }

    fn record(&mut self, order: &Order, event: Event, at: jiff::Timestamp) {
        let position = i64::try_from(self.events.len()).unwrap_or(i64::MAX).saturating_add(1);
        self.events.push((order.shop.clone(), Recorded { position, order: order.id.clone(), event, at }));
    }
}
