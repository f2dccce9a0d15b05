//! What was read of the orders of a household, kept for the next turn of the conversation. Most turns look at what
//! was bought, and most of them change nothing: reading four hundred lines anew would be most of a turn's work.
//!
//! Invariant: what is kept is used only while the household's count of changes in the file is what it was before it
//! was read. The count rises in the transaction that changes an order, in whichever process, so nothing old is used.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use crate::{
    commerce::{HouseholdId, ShopId, order::Order, ports::StoreError, purchase::Purchase},
    stripes::Stripes,
};

/// The most lines and orders that are kept in all, some 300 bytes each; an order counts as several.
const MAX_WEIGHT: usize = 40_000;
/// How many lines an order weighs.
const ORDER: usize = 6;

type Place = (ShopId, HouseholdId);

/// Locks that all households share, for reading a list anew.
const READING: usize = 64;

/// Lists of orders and purchases by household. See the module's description.
pub(super) struct Recent {
    state: Mutex<State>,
    reading: Stripes,
}

impl Default for Recent {
    fn default() -> Self {
        Self { state: Mutex::default(), reading: Stripes::new(READING) }
    }
}

#[derive(Default)]
struct State {
    households: HashMap<Place, Kept>,
    oldest_first: VecDeque<Place>,
    weight: usize,
}

/// What is kept of a household, each list with the limit that it was read with.
#[derive(Default)]
pub(super) struct Kept {
    changes: i64,
    orders: Slot<Order>,
    purchases: Slot<Purchase>,
}

/// A list and the limit that it was read with.
type Slot<T> = Option<(u32, Arc<[T]>)>;
/// Which of the lists.
type Of<T> = fn(&mut Kept) -> &mut Slot<T>;

impl Kept {
    pub fn orders(&mut self) -> &mut Slot<Order> {
        &mut self.orders
    }

    pub fn purchases(&mut self) -> &mut Slot<Purchase> {
        &mut self.purchases
    }

    fn weight(&self) -> usize {
        let orders = self.orders.as_ref().map_or(0, |(_, orders)| orders.len() * ORDER);
        1 + orders + self.purchases.as_ref().map_or(0, |(_, lines)| lines.len())
    }
}

impl Recent {
    /// A list of a household: the one that is kept, or one that is read. After an order everybody's next turn wants
    /// it anew: one reads, and the others find what it kept. `changes` counts the household's changes in the file, and
    /// gives `None` for a household that the shop does not know, which has none.
    pub async fn list<T>(
        &self,
        (place, limit): (Place, u32),
        of: Of<T>,
        changes: impl Fn() -> Result<Option<i64>, StoreError>,
        read: impl FnOnce() -> Result<Vec<T>, StoreError>,
    ) -> Result<Arc<[T]>, StoreError> {
        let Some(count) = changes()? else { return Ok(Arc::default()) };
        if let Some(list) = self.kept(&place, count, limit, of) {
            return Ok(list);
        }
        let _alone = self.reading.lock(&place).await;
        let Some(count) = changes()? else { return Ok(Arc::default()) };
        if let Some(list) = self.kept(&place, count, limit, of) {
            return Ok(list);
        }
        let list = read()?.into();
        self.keep(place, count, limit, of, &list);
        Ok(list)
    }

    /// The list as it was read with that limit, if nothing has changed since.
    fn kept<T>(&self, place: &Place, changes: i64, limit: u32, of: Of<T>) -> Option<Arc<[T]>> {
        let mut state = self.lock();
        let kept = state.households.get_mut(place).filter(|kept| kept.changes == changes)?;
        of(kept).as_ref().filter(|(with, _)| *with == limit).map(|(_, list)| list.clone())
    }

    /// Keeps a list that was read after the count of changes was.
    fn keep<T>(&self, place: Place, changes: i64, limit: u32, of: Of<T>, list: &Arc<[T]>) {
        self.lock().keep(place, changes, |kept| *of(kept) = Some((limit, list.clone())));
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn keep(&mut self, place: Place, changes: i64, set: impl FnOnce(&mut Kept)) {
        let new = !self.households.contains_key(&place);
        let kept = self.households.entry(place.clone()).or_default();
        self.weight -= if new { 0 } else { kept.weight() };
        if kept.changes != changes {
            *kept = Kept { changes, ..Kept::default() };
        }
        set(kept);
        self.weight += kept.weight();
        if new {
            self.oldest_first.push_back(place);
        }
        while self.weight > MAX_WEIGHT
            && let Some(oldest) = self.oldest_first.pop_front()
        {
            self.weight -= self.households.remove(&oldest).map_or(0, |kept| kept.weight());
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::commerce::{Currency, LineOptions, Money, OrderNumber, Quantity, Sku};

    fn place(number: usize) -> Place {
        (ShopId::new("shop").unwrap(), HouseholdId::new(format!("house-{number}")).unwrap())
    }

    fn lines(count: usize) -> Arc<[Purchase]> {
        let line = Purchase {
            sku: Sku::new("tea").unwrap(),
            title: "Tea".into(),
            quantity: Quantity::ONE,
            unit_price: Money::new(1, Currency::USD),
            options: LineOptions::default(),
            date: date(2026, 11, 23),
            order: OrderNumber(1),
        };
        vec![line; count].into()
    }

    #[test]
    fn what_was_read_is_used_until_something_changes_and_only_for_the_same_limit() {
        let recent = Recent::default();
        recent.keep(place(1), 4, 400, Kept::purchases, &lines(3));
        recent.keep(place(1), 4, 60, Kept::orders, &Vec::new().into());
        assert_eq!(recent.kept(&place(1), 4, 400, Kept::purchases).map(|lines| lines.len()), Some(3));
        assert!(recent.kept(&place(1), 4, 60, Kept::orders).is_some());
        assert!(recent.kept(&place(1), 5, 400, Kept::purchases).is_none(), "an order was placed");
        assert!(recent.kept(&place(1), 4, 10, Kept::purchases).is_none());
        assert!(recent.kept(&place(2), 4, 400, Kept::purchases).is_none());
        recent.keep(place(1), 5, 400, Kept::purchases, &lines(4));
        assert!(recent.kept(&place(1), 5, 60, Kept::orders).is_none(), "the orders are those of before");
    }

    #[test]
    fn the_oldest_households_are_forgotten_when_there_is_too_much() {
        let recent = Recent::default();
        for number in 0..500 {
            recent.keep(place(number), 1, 400, Kept::purchases, &lines(400));
            recent.keep(place(number), 2, 400, Kept::purchases, &lines(399));
        }
        assert!(recent.kept(&place(0), 2, 400, Kept::purchases).is_none());
        assert!(recent.kept(&place(499), 2, 400, Kept::purchases).is_some());
        let state = recent.lock();
        // Each weighed 401 when it came: its lines and itself.
        assert_eq!(state.households.len(), MAX_WEIGHT / 401);
        assert_eq!(state.weight, state.households.values().map(Kept::weight).sum::<usize>());
        assert_eq!(state.households.len(), state.oldest_first.len());
    }
}
