//! Following an order's commands and settling what is owed to the payment provider.

use std::future::Future;

use super::{DeskError, OrderDesk, place::told};
use crate::commerce::{
    IdempotencyKey,
    order::{Command, Due, Event, Hold, Order, Refusal, apply, decide},
    ports::{Authorisation, Change, PaymentFault, PaymentKey, Purpose, Settlement, StoreError},
};

/// How often a change is decided anew when others change the same order at the same time.
const ATTEMPTS: u32 = 8;

/// How many orders one [`OrderDesk::recover`] looks at.
const RECOVER_AT_MOST: u32 = 10_000;

/// What [`OrderDesk::recover`] found.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Recovered {
    /// Orders that had something open and have nothing open now.
    pub settled: u32,
    /// Orders that still have something open: the provider is not there.
    pub open: u32,
}

/// Why a command was not followed.
#[derive(Debug, thiserror::Error)]
pub(super) enum Stop {
    #[error(transparent)]
    Refused(#[from] Refusal),
    #[error(transparent)]
    Fault(#[from] DeskError),
}

impl OrderDesk {
    /// Goes on where a crash or a fault of the provider left off: payments without an answer
    /// are asked for again under the same key, and captures, releases and refunds that are
    /// owed are made. To be called at the start, and every minute or so by a process that runs on:
    /// orders may come to wait at any time. It may run beside confirmations; whoever settles a
    /// step first settles it for both.
    ///
    /// # Errors
    /// [`DeskError::Store`] when the open orders cannot be read.
    pub async fn recover(&self) -> Result<Recovered, DeskError> {
        let mut found = Recovered::default();
        for order in self.ports.store.orders_due(RECOVER_AT_MOST).await? {
            match self.settle(order).await.due() {
                None => found.settled += 1,
                Some(_) => found.open += 1,
            }
        }
        Ok(found)
    }

    /// Settles whatever is owed to the provider, as far as it answers; the order as it is then.
    pub(super) async fn settle(&self, mut order: Order) -> Order {
        while let Some(due) = order.due() {
            match self.settle_one(&order, due).await {
                Ok(settled) if settled.due() == Some(due) => break,
                Ok(settled) => order = settled,
                Err(error) => {
                    tracing::warn!(order = %order.id, step = ?due, %error, "a payment step stays open");
                    break;
                }
            }
        }
        order
    }

    async fn settle_one(&self, order: &Order, due: Due) -> Result<Order, Stop> {
        let command = self.ask_provider(order, due).await?;
        match self.follow(order.clone(), command).await {
            // Another task settled this step in the meantime.
            Err(Stop::Refused(Refusal::NotDue | Refusal::PaymentSettled)) => Ok(self.reload(order).await?),
            other => other,
        }
    }

    /// Makes the call that is due and turns its answer into a command.
    async fn ask_provider(&self, order: &Order, due: Due) -> Result<Command, DeskError> {
        let payment = &self.ports.payment;
        let total = order.quote.total();
        let reference = match &order.funds.hold {
            Hold::Authorised { reference } => reference.as_str(),
            _ => "",
        };
        let settlement = match due {
            Due::Authorise => return self.ask_to_authorise(order).await,
            Due::Capture => {
                let key = PaymentKey::of(&order.id, "capture");
                self.bounded(payment.capture(&key, reference, total)).await?
            }
            Due::Release => {
                let key = PaymentKey::of(&order.id, "release");
                self.bounded(payment.release(&key, reference)).await?
            }
            Due::Refund(index) => {
                let key = PaymentKey::of(&order.id, format_args!("refund:{index}"));
                match order.funds.refunds.get(index).map(|refund| refund.amount) {
                    Some(amount) if amount.minor() > 0 => {
                        self.bounded(payment.refund(&key, reference, amount)).await?
                    }
                    _ => Settlement::Done,
                }
            }
        };
        Ok(match settlement {
            Settlement::Done => Command::Settled(due),
            Settlement::Refused { reason } => Command::Refused { step: due, reason },
        })
    }

    async fn ask_to_authorise(&self, order: &Order) -> Result<Command, DeskError> {
        let key = PaymentKey::of(&order.id, "authorise");
        let purpose =
            Purpose { shop: order.shop.clone(), household: order.household.clone(), order: order.id.clone() };
        let asked = self.ports.payment.authorise(&key, &purpose, order.quote.total());
        Ok(match self.bounded(asked).await? {
            Authorisation::Authorised { reference } => Command::PaymentAuthorised { reference },
            Authorisation::Declined { reason } => Command::PaymentDeclined { reason },
        })
    }

    async fn bounded<T>(
        &self,
        call: impl Future<Output = Result<T, PaymentFault>> + Send,
    ) -> Result<T, DeskError> {
        match tokio::time::timeout(self.patience, call).await {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(fault)) => Err(DeskError::Payment(fault.to_string())),
            Err(_) => Err(DeskError::Payment("no answer in time".into())),
        }
    }

    /// Decides, applies and stores. When somebody else changed the order in between, the
    /// command is decided anew on what is there then.
    pub(super) async fn follow(&self, order: Order, command: Command) -> Result<Order, Stop> {
        self.follow_wish(order, command, None).await
    }

    /// The same, unless the shopper's `wish` was withdrawn: [`Refusal::Withdrawn`].
    pub(super) async fn follow_wish(
        &self,
        mut order: Order,
        command: Command,
        wish: Option<&IdempotencyKey>,
    ) -> Result<Order, Stop> {
        for _ in 0..ATTEMPTS {
            let at = self.now();
            let events = decide(Some(&order), command.clone(), at)?;
            if events.is_empty() {
                return Ok(order);
            }
            let next = events.iter().try_fold(order.clone(), |order, event| apply(Some(order), event, at));
            let next = next.ok_or(Refusal::Missing)?;
            let outcome = answers(&events).then(|| told(&next)).flatten();
            // Payment steps have keys: whatever is lost of them is asked for again.
            let recoverable = events.iter().all(Event::is_providers_answer);
            let outcome = outcome.as_ref();
            let change = Change { order: &next, events: &events, at, outcome, recoverable, wish };
            match self.ports.store.append(change).await {
                Ok(()) => return Ok(next),
                Err(StoreError::Conflict) => order = self.reload(&order).await?,
                Err(StoreError::Refused(refusal)) => return Err(refusal.into()),
                Err(error) => return Err(DeskError::from(error).into()),
            }
        }
        Err(DeskError::Store("the order is changed by too many at once".into()).into())
    }

    async fn reload(&self, order: &Order) -> Result<Order, DeskError> {
        let stored = self.ports.store.order(&order.shop, &order.id).await?;
        stored.ok_or_else(|| DeskError::Store("an order is gone".into()))
    }
}

/// Whether the provider's answer to the question for money is among the events.
fn answers(events: &[Event]) -> bool {
    events
        .iter()
        .any(|event| matches!(event, Event::PaymentAuthorised { .. } | Event::PaymentDeclined { .. }))
}
