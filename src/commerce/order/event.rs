//! What happened to an order, and the state that follows from it.

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

use super::{Capture, Draft, Due, Funds, Hold, Order, OrderState, Refund, Step};
use crate::commerce::{Money, Sku};

/// A fact about one order. The log of them is the truth and the outbox; the stored state is
/// what [`apply`] makes of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// The shopper confirmed it.
    Placed(Box<Draft>),
    /// The total is set aside.
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
    PaidElsewhere {
        /// How much was paid.
        amount: Money,
    },
    /// It is packed.
    Packed,
    /// It is on its way.
    Shipped,
    /// It is at the door.
    Delivered {
        /// The day, at the shop.
        on: Date,
    },
    /// It is cancelled.
    Cancelled,
    /// The total was taken.
    PaymentCaptured {
        /// How much.
        amount: Money,
    },
    /// The money set aside is free again.
    PaymentReleased,
    /// A product came back, with all its pieces.
    ItemReturned {
        /// Which.
        sku: Sku,
        /// What is given back for it.
        refund: Money,
    },
    /// The last product came back.
    Returned,
    /// A refund reached the shopper.
    RefundSettled {
        /// Its index in [`Funds::refunds`].
        index: usize,
    },
    /// The provider refused a step after the authorisation; a person has to look at it.
    PaymentStepRefused {
        /// Which step.
        step: Due,
        /// The provider's word for why.
        reason: String,
    },
}

/// What an event does to the stock of the order's products.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StockMove {
    /// What was set aside for the order can be sold again.
    Release,
    /// What was set aside left the house.
    Ship,
}

impl Event {
    /// The name under which the log keeps it: `payment_authorised`.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Placed(_) => "placed",
            Self::PaymentAuthorised { .. } => "payment_authorised",
            Self::PaymentDeclined { .. } => "payment_declined",
            Self::PaidElsewhere { .. } => "paid_elsewhere",
            Self::Packed => "packed",
            Self::Shipped => "shipped",
            Self::Delivered { .. } => "delivered",
            Self::Cancelled => "cancelled",
            Self::PaymentCaptured { .. } => "payment_captured",
            Self::PaymentReleased => "payment_released",
            Self::ItemReturned { .. } => "item_returned",
            Self::Returned => "returned",
            Self::RefundSettled { .. } => "refund_settled",
            Self::PaymentStepRefused { .. } => "payment_step_refused",
        }
    }

    /// Whether it only repeats what the payment provider answered to a step with a key.
    /// Asked again, the provider answers the same.
    pub const fn is_providers_answer(&self) -> bool {
        matches!(
            self,
            Self::PaymentAuthorised { .. }
                | Self::PaymentDeclined { .. }
                | Self::PaymentCaptured { .. }
                | Self::PaymentReleased
                | Self::RefundSettled { .. }
                | Self::PaymentStepRefused { .. }
        )
    }

    /// What it does to the stock. Goods that come back do not return to the shelf by
    /// themselves: somebody has to look at them first.
    pub const fn stock_move(&self) -> Option<StockMove> {
        match self {
            Self::Cancelled => Some(StockMove::Release),
            Self::Shipped => Some(StockMove::Ship),
            _ => None,
        }
    }
}

/// The state after an event that happened `at` that moment. An event other than
/// [`Event::Placed`] needs an order; without one there is still none.
pub fn apply(order: Option<Order>, event: &Event, at: Timestamp) -> Option<Order> {
    match (order, event) {
        (_, Event::Placed(draft)) => Some(placed(draft, at)),
        (None, _) => None,
        (Some(mut order), event) => {
            order.version = order.version.saturating_add(1);
            change(&mut order, event, at);
            Some(order)
        }
    }
}

/// The state that a whole log of events makes.
pub fn replay<'a>(events: impl IntoIterator<Item = (&'a Event, Timestamp)>) -> Option<Order> {
    events.into_iter().fold(None, |order, (event, at)| apply(order, event, at))
}

fn placed(draft: &Draft, at: Timestamp) -> Order {
    Order {
        id: draft.id.clone(),
        number: draft.number,
        shop: draft.shop.clone(),
        household: draft.household.clone(),
        session: draft.session.clone(),
        state: OrderState::Placed,
        delivery: draft.quote.delivery(),
        quote: draft.quote.clone(),
        returned: Vec::new(),
        placed_at: at,
        changed_at: at,
        delivered_at: None,
        funds: Funds::default(),
        version: 1,
    }
}

fn change(order: &mut Order, event: &Event, at: Timestamp) {
    let enter = |order: &mut Order, state| {
        order.state = state;
        order.changed_at = at;
    };
    match event {
        Event::Placed(_) => {}
        Event::PaymentAuthorised { reference } => {
            order.funds.hold = Hold::Authorised { reference: reference.clone() };
            // The answer may come after the shopper cancelled: then only the money is noted.
            if order.state == OrderState::Placed {
                enter(order, OrderState::Paid);
            }
        }
        Event::PaymentDeclined { reason } => order.funds.hold = Hold::Declined { reason: reason.clone() },
        Event::PaidElsewhere { amount } => {
            order.funds.hold = Hold::Elsewhere;
            order.funds.capture = Capture::Taken(*amount);
            enter(order, OrderState::Paid);
        }
        Event::Packed => enter(order, OrderState::Packed),
        Event::Shipped => enter(order, OrderState::Shipped),
        Event::Delivered { on } => {
            order.delivery = *on;
            order.delivered_at = Some(at);
            enter(order, OrderState::Delivered);
        }
        Event::Cancelled => enter(order, OrderState::Cancelled),
        Event::Returned => enter(order, OrderState::Returned),
        Event::PaymentCaptured { amount } => order.funds.capture = Capture::Taken(*amount),
        Event::PaymentReleased => order.funds.release = Step::Done,
        Event::ItemReturned { sku, refund } => {
            order.returned.push(sku.clone());
            order.funds.refunds.push(Refund { sku: sku.clone(), amount: *refund, step: Step::Open });
            order.changed_at = at;
        }
        Event::RefundSettled { index } => mark(order, *index, Step::Done),
        Event::PaymentStepRefused { step, .. } => match step {
            Due::Authorise => {}
            Due::Capture => order.funds.capture = Capture::Refused,
            Due::Release => order.funds.release = Step::Refused,
            Due::Refund(index) => mark(order, *index, Step::Refused),
        },
    }
}

fn mark(order: &mut Order, index: usize, step: Step) {
    if let Some(refund) = order.funds.refunds.get_mut(index) {
        refund.step = step;
    }
}
