//! What can happen to an order after it was placed.

use jiff::SignedDuration;

use super::{AdvanceOutcome, CancelOutcome, DeskError, OrderDesk, ReturnOutcome, settle::Stop};
use crate::commerce::{
    HouseholdId, IdempotencyKey, Money, OrderNumber, ShopId, Sku,
    order::{Command, Hold, Order, OrderState, Refusal},
};

impl OrderDesk {
    /// Cancels an order of the household: at any time before it ships.
    ///
    /// # Errors
    /// [`DeskError::Store`]; then nothing changed, unless the store failed to say that it wrote:
    /// [`OrderDesk::cancelled`] tells.
    pub async fn cancel(
        &self,
        shop: &ShopId,
        household: &HouseholdId,
        number: OrderNumber,
    ) -> Result<CancelOutcome, DeskError> {
        let done = self.cancel_by(shop, household, number, Command::Cancel, None).await?;
        Ok(done.unwrap_or(CancelOutcome::NotFound))
    }

    /// [`OrderDesk::cancel`] for a wish that has a key: `None`, and nothing is cancelled, where that key was
    /// [withdrawn](OrderDesk::withdraw).
    ///
    /// # Errors
    /// As [`OrderDesk::cancel`].
    pub async fn cancel_wished(
        &self,
        shop: &ShopId,
        household: &HouseholdId,
        number: OrderNumber,
        wish: &IdempotencyKey,
    ) -> Result<Option<CancelOutcome>, DeskError> {
        self.cancel_by(shop, household, number, Command::Cancel, Some(wish)).await
    }

    /// Cancels an order without a question, within the shop's `undo_seconds` of placing it;
    /// [`CancelOutcome::TooLate`] afterwards, even where [`OrderDesk::cancel`] still works.
    ///
    /// # Errors
    /// [`DeskError::Store`]; then nothing changed.
    pub async fn undo(
        &self,
        shop: &ShopId,
        household: &HouseholdId,
        number: OrderNumber,
    ) -> Result<CancelOutcome, DeskError> {
        let seconds = self.rules(shop)?.terms.undo_seconds;
        let window = SignedDuration::from_secs(i64::from(seconds));
        let done = self.cancel_by(shop, household, number, Command::Undo { window }, None).await?;
        Ok(done.unwrap_or(CancelOutcome::NotFound))
    }

    /// What the cancelling of an order of the household came to, if it is cancelled.
    ///
    /// # Errors
    /// [`DeskError::Store`].
    pub async fn cancelled(
        &self,
        shop: &ShopId,
        household: &HouseholdId,
        number: OrderNumber,
    ) -> Result<Option<CancelOutcome>, DeskError> {
        let order = self.order(shop, household, number).await?;
        let order = order.filter(|order| order.state == OrderState::Cancelled);
        Ok(order.map(|order| CancelOutcome::Cancelled { refund: set_aside(&order), order }))
    }

    async fn cancel_by(
        &self,
        shop: &ShopId,
        household: &HouseholdId,
        number: OrderNumber,
        command: Command,
        wish: Option<&IdempotencyKey>,
    ) -> Result<Option<CancelOutcome>, DeskError> {
        let Some(order) = self.order(shop, household, number).await? else {
            return Ok(Some(CancelOutcome::NotFound));
        };
        let order = match self.follow_wish(order.clone(), command, wish).await {
            Ok(order) => order,
            Err(Stop::Fault(error)) => return Err(error),
            Err(Stop::Refused(Refusal::Withdrawn)) => return Ok(None),
            Err(Stop::Refused(Refusal::Step { from, .. })) => return Ok(Some(CancelOutcome::TooLate(from))),
            Err(Stop::Refused(_)) => return Ok(Some(CancelOutcome::TooLate(order.state))),
        };
        let refund = set_aside(&order);
        Ok(Some(CancelOutcome::Cancelled { order: self.settle(order).await, refund }))
    }

    /// Takes every piece of one product of an order back, within the shop's `return_days` of
    /// the delivery. The refund is what [`Order::refund_for`] says.
    ///
    /// # Errors
    /// [`DeskError::Store`]; then nothing changed, unless the store failed to say that it wrote:
    /// [`OrderDesk::returned`] tells.
    pub async fn return_item(
        &self,
        shop: &ShopId,
        household: &HouseholdId,
        number: OrderNumber,
        sku: &Sku,
    ) -> Result<ReturnOutcome, DeskError> {
        let done = self.return_by(shop, household, (number, sku), None).await?;
        Ok(done.unwrap_or(ReturnOutcome::NotFound))
    }

    /// [`OrderDesk::return_item`] for a wish that has a key: `None`, and nothing is taken back, where that key was
    /// [withdrawn](OrderDesk::withdraw).
    ///
    /// # Errors
    /// As [`OrderDesk::return_item`].
    pub async fn return_wished(
        &self,
        shop: &ShopId,
        household: &HouseholdId,
        item: (OrderNumber, &Sku),
        wish: &IdempotencyKey,
    ) -> Result<Option<ReturnOutcome>, DeskError> {
        self.return_by(shop, household, item, Some(wish)).await
    }

    async fn return_by(
        &self,
        shop: &ShopId,
        household: &HouseholdId,
        (number, sku): (OrderNumber, &Sku),
        wish: Option<&IdempotencyKey>,
    ) -> Result<Option<ReturnOutcome>, DeskError> {
        let days = self.rules(shop)?.terms.return_days;
        let Some(order) = self.order(shop, household, number).await? else {
            return Ok(Some(ReturnOutcome::NotFound));
        };
        if !order.quote.lines().iter().any(|line| &line.sku == sku) {
            return Ok(Some(ReturnOutcome::NotFound));
        }
        let before = order.state;
        let command = Command::ReturnItem { sku: sku.clone(), days };
        let order = match self.follow_wish(order, command, wish).await {
            Ok(order) => order,
            Err(Stop::Fault(error)) => return Err(error),
            Err(Stop::Refused(Refusal::Withdrawn)) => return Ok(None),
            Err(Stop::Refused(Refusal::Step { from, .. })) => {
                return Ok(Some(ReturnOutcome::NotPossible(from)));
            }
            Err(Stop::Refused(_)) => return Ok(Some(ReturnOutcome::NotPossible(before))),
        };
        let refund = refund(&order, sku);
        Ok(Some(ReturnOutcome::Accepted { order: self.settle(order).await, refund }))
    }

    /// What the return of a product came to, if it was taken back.
    ///
    /// # Errors
    /// [`DeskError::Store`].
    pub async fn returned(
        &self,
        shop: &ShopId,
        household: &HouseholdId,
        number: OrderNumber,
        sku: &Sku,
    ) -> Result<Option<ReturnOutcome>, DeskError> {
        let order = self.order(shop, household, number).await?.filter(|order| order.returned.contains(sku));
        Ok(order.map(|order| ReturnOutcome::Accepted { refund: refund(&order, sku), order }))
    }

    /// The shop's side: packed, shipped or delivered. Shipping takes the money that was set aside.
    ///
    /// # Errors
    /// [`DeskError::Store`]; then nothing changed.
    pub async fn advance(
        &self,
        shop: &ShopId,
        number: OrderNumber,
        to: OrderState,
    ) -> Result<AdvanceOutcome, DeskError> {
        let today = self.ports.clock.today(&self.rules(shop)?.zone);
        let Some(order) = self.shop_order(shop, number).await? else {
            return Ok(AdvanceOutcome::NotFound);
        };
        let before = order.state;
        match self.follow(order, Command::Advance { to, today }).await {
            Ok(order) => Ok(AdvanceOutcome::Advanced(self.settle(order).await)),
            Err(Stop::Fault(error)) => Err(error),
            Err(Stop::Refused(Refusal::Step { from, .. })) => Ok(AdvanceOutcome::NotPossible(from)),
            Err(Stop::Refused(_)) => Ok(AdvanceOutcome::NotPossible(before)),
        }
    }
}

/// What is given back for a product that was taken back.
fn refund(order: &Order, sku: &Sku) -> Money {
    let refund = order.funds.refunds.iter().find(|refund| &refund.sku == sku);
    refund.map_or(Money::zero(order.quote.total().currency()), |refund| refund.amount)
}

/// What a cancelled order gives back.
fn set_aside(order: &Order) -> Money {
    match order.funds.hold {
        Hold::Authorised { .. } => order.quote.total(),
        _ => Money::zero(order.quote.total().currency()),
    }
}
