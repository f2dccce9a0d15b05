//! What is wished for, and whether it may happen.

use jiff::{SignedDuration, Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

use super::{Capture, Due, Event, Hold, Order, OrderState, Step, counts};
use crate::commerce::{HouseholdId, Money, OrderId, OrderNumber, Quantity, Quote, SessionId, ShopId, Sku};

/// An order that was confirmed, before anything else happened to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    /// For machines.
    pub id: OrderId,
    /// For people.
    pub number: OrderNumber,
    /// Whose shop.
    pub shop: ShopId,
    /// Who buys.
    pub household: HouseholdId,
    /// In which conversation.
    pub session: SessionId,
    /// What was read back.
    pub quote: Quote,
}

/// A wish about one order, or the answer of the payment provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// The shopper said yes to it.
    Place(Box<Draft>),
    /// The provider set the total aside.
    PaymentAuthorised {
        /// The provider's name for it.
        reference: String,
    },
    /// The provider refused.
    PaymentDeclined {
        /// The provider's word for why.
        reason: String,
    },
    /// It was paid by other means, before it came into this shop's books.
    PaidElsewhere,
    /// The shop's side: packed, shipped or delivered.
    Advance {
        /// The next state.
        to: OrderState,
        /// The day at the shop.
        today: Date,
    },
    /// Cancel it, at any time before it ships.
    Cancel,
    /// Cancel it without a question, soon after it was placed.
    Undo {
        /// How long that is possible.
        window: SignedDuration,
    },
    /// Take every piece of one product back.
    ReturnItem {
        /// Which.
        sku: Sku,
        /// How many days after the delivery that is possible.
        days: u16,
    },
    /// The provider did what was [due](Order::due).
    Settled(Due),
    /// The provider would not do what was due.
    Refused {
        /// What was due.
        step: Due,
        /// The provider's word for why.
        reason: String,
    },
}

/// Why a command cannot be followed. Nothing happened.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// There is such an order already.
    #[error("the order exists already")]
    Exists,
    /// There is no such order.
    #[error("there is no such order")]
    Missing,
    /// An order of nothing, or of more pieces of one product than any shop sells at once.
    #[error("an order has 1 to {} pieces of each of its products", Quantity::MOST)]
    Quantities,
    /// The order cannot step there from where it stands.
    #[error("an order that is {from} cannot be {to}")]
    Step {
        /// Where it stands.
        from: OrderState,
        /// Where it should go.
        to: OrderState,
    },
    /// The time in which that is possible is over.
    #[error("the time for that is over")]
    WindowClosed,
    /// The order has no such product, or it was sent back before.
    #[error("there is no such item to return")]
    NoSuchItem,
    /// The payment is settled in another way.
    #[error("the payment was settled otherwise")]
    PaymentSettled,
    /// Who wanted it does not want it any more.
    #[error("it was withdrawn")]
    Withdrawn,
    /// Nothing of that kind is owed to the provider.
    #[error("that payment step is not due")]
    NotDue,
}

/// The events that a command leads to at this moment. None at all, when what the command
/// says is known already: an answer of the provider may arrive twice.
///
/// # Errors
/// [`Refusal`] when it may not happen.
pub fn decide(order: Option<&Order>, command: Command, at: Timestamp) -> Result<Vec<Event>, Refusal> {
    let Some(order) = order else {
        return match command {
            Command::Place(draft) => place(draft),
            _ => Err(Refusal::Missing),
        };
    };
    match command {
        Command::Place(_) => Err(Refusal::Exists),
        Command::PaymentAuthorised { reference } => authorised(order, reference),
        Command::PaymentDeclined { reason } => declined(order, reason),
        Command::PaidElsewhere => {
            step(order, OrderState::Paid, Event::PaidElsewhere { amount: order.quote.total() })
        }
        Command::Advance { to, today } => advance(order, to, today),
        Command::Cancel => step(order, OrderState::Cancelled, Event::Cancelled),
        Command::Undo { window } => {
            let events = step(order, OrderState::Cancelled, Event::Cancelled)?;
            if at.duration_since(order.placed_at) > window { Err(Refusal::WindowClosed) } else { Ok(events) }
        }
        Command::ReturnItem { sku, days } => give_back(order, sku, days, at),
        Command::Settled(step) => settled(order, step),
        Command::Refused { step, reason } => {
            if order.due() == Some(step) && step != Due::Authorise {
                Ok(vec![Event::PaymentStepRefused { step, reason }])
            } else {
                Err(Refusal::NotDue)
            }
        }
    }
}

fn place(draft: Box<Draft>) -> Result<Vec<Event>, Refusal> {
    let counts = counts(&draft.quote);
    if counts.is_empty() || counts.iter().any(|(_, count)| *count > Quantity::MOST) {
        return Err(Refusal::Quantities);
    }
    Ok(vec![Event::Placed(draft)])
}

fn step(order: &Order, to: OrderState, event: Event) -> Result<Vec<Event>, Refusal> {
    if order.state.may_become(to) { Ok(vec![event]) } else { Err(Refusal::Step { from: order.state, to }) }
}

fn authorised(order: &Order, reference: String) -> Result<Vec<Event>, Refusal> {
    match &order.funds.hold {
        Hold::Unknown => Ok(vec![Event::PaymentAuthorised { reference }]),
        Hold::Authorised { reference: known } if *known == reference => Ok(Vec::new()),
        _ => Err(Refusal::PaymentSettled),
    }
}

fn declined(order: &Order, reason: String) -> Result<Vec<Event>, Refusal> {
    match (&order.funds.hold, order.state) {
        (Hold::Unknown, OrderState::Placed) => Ok(vec![Event::PaymentDeclined { reason }, Event::Cancelled]),
        (Hold::Unknown, _) => Ok(vec![Event::PaymentDeclined { reason }]),
        (Hold::Declined { .. }, _) => Ok(Vec::new()),
        _ => Err(Refusal::PaymentSettled),
    }
}

fn advance(order: &Order, to: OrderState, today: Date) -> Result<Vec<Event>, Refusal> {
    match to {
        OrderState::Packed => step(order, to, Event::Packed),
        OrderState::Shipped => step(order, to, Event::Shipped),
        OrderState::Delivered => step(order, to, Event::Delivered { on: today }),
        // Money, cancelling and returns have commands of their own.
        _ => Err(Refusal::Step { from: order.state, to }),
    }
}

fn give_back(order: &Order, sku: Sku, days: u16, at: Timestamp) -> Result<Vec<Event>, Refusal> {
    let refusal = Refusal::Step { from: order.state, to: OrderState::Returned };
    let (OrderState::Delivered, Some(delivered)) = (order.state, order.delivered_at) else {
        return Err(refusal);
    };
    if !order.keeps(&sku) {
        return Err(Refusal::NoSuchItem);
    }
    if at.duration_since(delivered) > SignedDuration::from_hours(24 * i64::from(days)) {
        return Err(Refusal::WindowClosed);
    }
    let refund = match order.funds.capture {
        // Money that was never taken cannot be given back.
        Capture::Refused => Money::zero(order.quote.total().currency()),
        _ => order.refund_for(&sku).ok_or(Refusal::NoSuchItem)?,
    };
    let last = counts(&order.quote).iter().all(|(each, _)| *each == sku || order.returned.contains(each));
    let mut events = vec![Event::ItemReturned { sku, refund }];
    if last {
        events.push(Event::Returned);
    }
    Ok(events)
}

fn settled(order: &Order, step: Due) -> Result<Vec<Event>, Refusal> {
    let funds = &order.funds;
    let known = match step {
        Due::Authorise => false,
        Due::Capture => matches!(funds.capture, Capture::Taken(_)),
        Due::Release => funds.release == Step::Done,
        Due::Refund(index) => funds.refunds.get(index).is_some_and(|refund| refund.step == Step::Done),
    };
    if known {
        return Ok(Vec::new());
    }
    if order.due() != Some(step) {
        return Err(Refusal::NotDue);
    }
    match step {
        Due::Authorise => Err(Refusal::NotDue),
        Due::Capture => Ok(vec![Event::PaymentCaptured { amount: order.quote.total() }]),
        Due::Release => Ok(vec![Event::PaymentReleased]),
        Due::Refund(index) => Ok(vec![Event::RefundSettled { index }]),
    }
}
