//! Confirming a purchase: once, whatever happens.

use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

use super::{DeskError, FIRST_ORDER_NUMBER, LIMIT_WINDOW, OrderDesk, PlaceOrder, PlaceOutcome};
use crate::commerce::{
    HouseholdId, IdempotencyKey, OrderId, OrderNumber, ShopId,
    order::{Command, Draft, Event, Hold, Order, OrderState, Refusal, apply, counts, decide},
    ports::{Confirmation, Reservation, Reserved},
};

/// The digest under the key of what was withdrawn, which is that of no purchase.
const WITHDRAWN: &str = "withdrawn";

impl OrderDesk {
    /// Places the order once; see [`PlaceOutcome`].
    ///
    /// The same key with the same purchase gives the saved outcome, or settles what was left
    /// open; with another purchase it is [`PlaceOutcome::KeyReused`]. Prices, limit and stock
    /// are looked at only when the key is new.
    ///
    /// A future of it that is dropped half-way leaves nothing, or a durable order whose payment
    /// waits for [`OrderDesk::recover`] or for the same confirmation again.
    ///
    /// # Errors
    /// [`DeskError`] on a fault. Then nothing was ordered, unless the store failed to write and to read: only
    /// [`OrderDesk::outcome`] tells. Once the order is known to be durable a fault is no error any more but
    /// [`PlaceOutcome::Pending`].
    pub async fn place(&self, order: PlaceOrder) -> Result<PlaceOutcome, DeskError> {
        self.rules(&order.shop)?;
        let fingerprint = fingerprint(&order)?;
        if let Some(known) = self.known(&order).await? {
            return self.repeat(&order, &fingerprint, known).await;
        }
        if !prices_hold(&order) {
            return self.refuse(&order, &fingerprint, PlaceOutcome::PriceChanged).await;
        }
        match self.reserve(&order, &fingerprint).await? {
            Reserved::New(new) => Ok(self.answer(*new).await),
            Reserved::Known(known) => self.repeat(&order, &fingerprint, known).await,
            Reserved::UnknownHousehold => Err(DeskError::Invalid("unknown household".into())),
            Reserved::OverLimit => Ok(PlaceOutcome::NeedsPin),
            Reserved::OutOfStock { sku, left } => {
                self.refuse(&order, &fingerprint, PlaceOutcome::OutOfStock { sku, left }).await
            }
        }
    }

    /// The first transaction: the order with all that belongs to it, or nothing.
    async fn reserve(&self, order: &PlaceOrder, fingerprint: &str) -> Result<Reserved, DeskError> {
        let now = self.now();
        let id = OrderId::new(self.ports.ids.fresh()).map_err(|e| DeskError::Invalid(e.to_string()))?;
        let build = |number: OrderNumber| {
            let draft = Draft {
                id: id.clone(),
                number,
                shop: order.shop.clone(),
                household: order.household.clone(),
                session: order.session.clone(),
                quote: order.quote.clone(),
            };
            let events = decide(None, Command::Place(Box::new(draft)), now)?;
            let placed = events.iter().fold(None, |order, event| apply(order, event, now));
            let events: Vec<(Event, _)> = events.into_iter().map(|event| (event, now)).collect();
            Ok((placed.ok_or(Refusal::Missing)?, events))
        };
        let proven =
            order.pin.as_ref().is_some_and(|proof| proof.is_for(&order.shop, &order.household, &order.key));
        let since = now.saturating_sub(LIMIT_WINDOW).unwrap_or(now);
        let reservation = Reservation {
            shop: &order.shop,
            household: &order.household,
            key: &order.key,
            fingerprint,
            total: order.quote.total(),
            stock: &counts(&order.quote),
            day: self.ports.clock.today(&self.rules(&order.shop)?.zone),
            within_limit_since: (!proven).then_some(since),
            first_number: FIRST_ORDER_NUMBER,
            build: &build,
        };
        match self.ports.store.reserve(&[reservation]).await {
            Ok(mut reserved) => reserved.pop().ok_or_else(|| DeskError::Store("no answer".into())),
            // A failed commit may have happened all the same. Only what can be read counts.
            Err(error) => match self.known(order).await {
                Ok(Some(known)) => Ok(Reserved::Known(known)),
                _ => Err(error.into()),
            },
        }
    }

    /// What the shopper is told about an order that was just stored.
    async fn answer(&self, order: Order) -> PlaceOutcome {
        let order = self.settle(order).await;
        told(&order).unwrap_or(PlaceOutcome::Pending(order))
    }

    /// The answer to a key that came before.
    async fn repeat(
        &self,
        order: &PlaceOrder,
        fingerprint: &str,
        known: Confirmation,
    ) -> Result<PlaceOutcome, DeskError> {
        if known.fingerprint != fingerprint {
            return Ok(PlaceOutcome::KeyReused);
        }
        self.settled(&order.shop, &order.household, &order.key, known).await
    }

    /// What a confirmation under that key came to; `None` when there was none.
    ///
    /// # Errors
    /// [`DeskError`] when that cannot be found out.
    pub async fn outcome(
        &self,
        shop: &ShopId,
        household: &HouseholdId,
        key: &IdempotencyKey,
    ) -> Result<Option<PlaceOutcome>, DeskError> {
        match self.ports.store.confirmation(shop, household, key).await? {
            Some(known) => self.settled(shop, household, key, known).await.map(Some),
            None => Ok(None),
        }
    }

    /// Sees to it that nothing is ordered, cancelled or sent back under that key any more: who confirms a purchase with it
    /// later is told that the key was used for something else, and what is [wished](OrderDesk::cancel_wished) with it is
    /// not done. `false`, and no change, where the key was used or withdrawn already.
    ///
    /// # Errors
    /// [`DeskError`] when that cannot be kept.
    pub async fn withdraw(
        &self,
        shop: &ShopId,
        household: &HouseholdId,
        key: &IdempotencyKey,
    ) -> Result<bool, DeskError> {
        Ok(self.ports.store.save_refusal(shop, household, key, WITHDRAWN, &PlaceOutcome::KeyReused).await?)
    }

    async fn settled(
        &self,
        shop: &ShopId,
        household: &HouseholdId,
        key: &IdempotencyKey,
        known: Confirmation,
    ) -> Result<PlaceOutcome, DeskError> {
        if let Some(outcome) = known.outcome {
            return Ok(outcome);
        }
        let id = known.order.ok_or_else(|| DeskError::Store("a key without order and outcome".into()))?;
        let stored = self.ports.store.order(shop, &id).await?;
        let stored = stored.ok_or_else(|| DeskError::Store("a key whose order is gone".into()))?;
        // What was told when it was paid cannot be read any more. It was ordered, whatever became of it since.
        if stored.state == OrderState::Cancelled && matches!(stored.funds.hold, Hold::Authorised { .. }) {
            return Ok(PlaceOutcome::Placed(stored));
        }
        let settled = self.answer(stored).await;
        // Somebody else may have settled it in the meantime; what is saved is what counts.
        let saved = self.ports.store.confirmation(shop, household, key).await.ok().flatten();
        Ok(saved.and_then(|known| known.outcome).unwrap_or(settled))
    }

    /// Saves that nothing was ordered, unless the key was used in the meantime.
    async fn refuse(
        &self,
        order: &PlaceOrder,
        fingerprint: &str,
        outcome: PlaceOutcome,
    ) -> Result<PlaceOutcome, DeskError> {
        let store = &self.ports.store;
        if store.save_refusal(&order.shop, &order.household, &order.key, fingerprint, &outcome).await? {
            return Ok(outcome);
        }
        match self.known(order).await? {
            Some(known) => self.repeat(order, fingerprint, known).await,
            None => Err(DeskError::Store("a key came and went".into())),
        }
    }

    async fn known(&self, order: &PlaceOrder) -> Result<Option<Confirmation>, DeskError> {
        Ok(self.ports.store.confirmation(&order.shop, &order.household, &order.key).await?)
    }
}

/// What the shopper is told about an order once the provider has answered; `None` before.
pub(super) fn told(order: &Order) -> Option<PlaceOutcome> {
    match (&order.funds.hold, order.state) {
        (Hold::Unknown, _) => None,
        (Hold::Declined { .. }, _) | (_, OrderState::Cancelled) => Some(PlaceOutcome::Declined),
        (Hold::Authorised { .. } | Hold::Elsewhere, _) => Some(PlaceOutcome::Placed(order.clone())),
    }
}

/// Whether every line can still be had as it was read back: under its name, with its options by their names,
/// each of them for what it was to cost.
fn prices_hold(order: &PlaceOrder) -> bool {
    order.quote.lines().iter().all(|line| {
        order.current_prices.iter().any(|current| {
            (&current.sku, &current.title, &current.options, current.price)
                == (&line.sku, &line.title, &line.options, line.unit_price)
        })
    })
}

/// A digest of what is bought: the shop, the household, and the quote to the cent.
fn fingerprint(order: &PlaceOrder) -> Result<String, DeskError> {
    let body = serde_json::to_vec(&(&order.shop, &order.household, &order.quote))
        .map_err(|error| DeskError::Invalid(error.to_string()))?;
    Ok(HEXLOWER.encode(&Sha256::digest(&body)))
}
