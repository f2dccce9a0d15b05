//! What a conversation remembers between two turns. It is saved with the session, so it is
//! plain data, bounded in every direction.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{
    Anew, Cart, CartBefore, Prompt,
    draft::{Draft, DraftLine, collect_lines},
    errand::{Errand, OrderErrand, Purpose},
    underway::Underway,
};
use crate::{
    commerce::{GroupId, OrderNumber, Sku},
    understanding::{Expect, Intent},
};

/// How many earlier questions "go back" can return to.
pub const MAX_BACK: usize = 8;

/// A conversation between two turns.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct State {
    /// What an answer is awaited to.
    pub focus: Focus,
    /// The cart.
    pub cart: Cart,
    /// The cart as it was before each of its last changes, the newest last: "undo that" takes them back. What was ordered is
    /// none of them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub carts: Vec<CartBefore>,
    /// What of the cart is not ordered with what is being read back of it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub apart: Vec<DraftLine>,
    /// Earlier questions, the newest last; at most [`MAX_BACK`].
    pub back: Vec<Focus>,
    /// Questions about placed orders that are asked when the open one is answered.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub later: Vec<Focus>,
    /// What was said last, for "say that again".
    pub last_said: Vec<Prompt>,
    /// Turns in a row in which nothing was heard or understood.
    pub misses: u8,
    /// What "it" is: the products spoken of last.
    pub products: Vec<Sku>,
    /// With what "it" is had: the lines that were read back, offered, or changed in the cart last.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub spoken: Vec<DraftLine>,
    /// What was taken out last, of the cart or of what is read back: it can be put back.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub taken_out: Vec<DraftLine>,
    /// What was asked about last while something else is open: "it" and "one" are that, and nothing of what is open.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub aside: Vec<DraftLine>,
    /// The change of a line that was made last, so that it can be made of another one too.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub changed: Option<Box<Intent>>,
    /// What "it" is among orders.
    pub order: Option<OrderNumber>,
    /// What the last words were about, so that "the one before", "cancel that" and "and last month" are of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub about: Option<About>,
    /// The order placed last in this conversation: what "undo" takes back.
    pub placed: Option<OrderNumber>,
    /// The order in whose place what is open is wanted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub anew: Option<Anew>,
    /// When the pending question was asked; an old one is asked anew before a yes counts.
    pub asked_at: Option<Timestamp>,
    /// The start of the machine in which this was saved, where the system tells it. What was saved last may be lost with the
    /// power, so that an older question comes back: a yes to it does not count at once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub boot: Option<String>,
    /// What is being carried out, or was when that was cut off.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub underway: Option<Underway>,
    /// Whether it was saved before another start of the machine, so that what was said last may be missing.
    #[serde(skip)]
    pub aged: bool,
    /// The dialog of a platform in which the last turn was held, if it was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub asked_in: Option<AskedIn>,
    /// Marks of the platform's requests that were answered last, the newest last.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub answered: Vec<String>,
}

/// What was told that can be asked about further.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum About {
    /// The order that is "it".
    Order,
    /// What orders came to.
    Spent,
}

/// A dialog of a platform, as it was when the last turn was answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AskedIn {
    /// The platform's name of the intent that it is about.
    pub about: String,
    /// Marks of what was filled, by the names of the places.
    pub filled: BTreeMap<String, String>,
}

/// The question that is open.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Focus {
    /// None.
    #[default]
    Idle,
    /// "What would you like to order?"
    AskProduct(Purpose),
    /// "How many?" of the first thing of the errand that still has no line.
    AskQuantity(Errand),
    /// "Which roast?" of the first thing of the errand that still has no line.
    AskOption {
        /// What the answer is for.
        errand: Errand,
        /// The group that something has to be chosen of.
        group: GroupId,
        /// The shop's question for it.
        question: String,
    },
    /// "Which one?" for the first wanted thing of the errand.
    Choosing {
        /// What the answer is for.
        errand: Errand,
        /// From which of the wanted thing's offers on they are read.
        from: usize,
    },
    /// "It is sold out. Shall I take this one instead?"
    Substitute {
        /// What the answer is for.
        errand: Errand,
        /// What is offered instead.
        sku: Sku,
    },
    /// "It costs so much. Shall I order it?" A yes leads to the read-back, never to an order.
    Offering(DraftLine),
    /// The read-back was spoken: a yes orders exactly this.
    Confirming(Draft),
    /// "Which latte?" of a change that could mean several lines of what was read back.
    WhichLine {
        /// What was read back.
        draft: Draft,
        /// Its lines that could be meant.
        lines: Vec<usize>,
        /// What was said of one of them.
        change: Box<Intent>,
        /// Whether nothing was read back: only the cart is changed.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        idle: bool,
    },
    /// "It would cost so much like that. Shall I do that?" A yes leads to the read-back of that, never to an order.
    WhatIf {
        /// What was read back.
        draft: Draft,
        /// What it would be.
        changed: Draft,
    },
    /// The yes was given, the total needs the PIN.
    AskPin(Draft),
    /// "Which order?"
    AskOrder(OrderErrand),
    /// "Shall I cancel order 4217?"
    ConfirmCancel(OrderNumber),
    /// "Shall I send the umbrella of order 4217 back?"
    ConfirmReturn {
        /// The order.
        order: OrderNumber,
        /// The product.
        sku: Sku,
        /// Its title in the order.
        title: String,
    },
    /// "Shall I empty the cart?"
    ConfirmClear,
}

impl State {
    /// What kind of short answer is awaited.
    pub fn expect(&self) -> Expect {
        match self.focus {
            Focus::Idle => Expect::Anything,
            Focus::AskProduct(_) => Expect::Product,
            Focus::AskQuantity(_) => Expect::Quantity,
            Focus::Choosing { .. } | Focus::AskOption { .. } | Focus::WhichLine { .. } => Expect::Choice,
            Focus::AskPin(_) => Expect::Pin,
            Focus::AskOrder(_) => Expect::Order,
            Focus::Substitute { .. }
            | Focus::Offering(_)
            | Focus::Confirming(_)
            | Focus::WhatIf { .. }
            | Focus::ConfirmCancel(_)
            | Focus::ConfirmReturn { .. }
            | Focus::ConfirmClear => Expect::YesNo,
        }
    }

    /// Every product that the next step may have to speak of.
    pub fn skus(&self) -> Vec<Sku> {
        let mut skus: Vec<Sku> = self.cart.lines().iter().map(|l| l.sku.clone()).collect();
        skus.extend(self.products.iter().cloned());
        skus.extend(self.carts.iter().flat_map(|before| before.cart.lines()).map(|line| line.sku.clone()));
        skus.extend(self.taken_out.iter().map(|line| line.sku.clone()));
        skus.extend(self.aside.iter().map(|thing| thing.sku.clone()));
        for focus in std::iter::once(&self.focus).chain(self.back.last()).chain(&self.later) {
            focus.collect_skus(&mut skus);
        }
        let mut seen = std::collections::HashSet::new();
        skus.retain(|sku| seen.insert(sku.clone()));
        skus
    }
}

impl Focus {
    /// The purchase that is being read back, or whose PIN is awaited.
    pub fn draft(&self) -> Option<&Draft> {
        match self {
            Self::Confirming(draft)
            | Self::AskPin(draft)
            | Self::WhichLine { draft, .. }
            | Self::WhatIf { draft, .. } => Some(draft),
            _ => None,
        }
    }

    /// Whether it asks for a yes to a change of an order that is placed.
    pub(super) fn asks_of_an_order(&self) -> bool {
        matches!(self, Self::ConfirmCancel(_) | Self::ConfirmReturn { .. })
    }

    /// Whether it is about an order that is placed.
    pub(super) fn is_of_an_order(&self) -> bool {
        matches!(self, Self::ConfirmCancel(_) | Self::ConfirmReturn { .. } | Self::AskOrder(_))
    }

    /// What the answer to the question is for, where something is still to be settled.
    pub(super) fn errand(&self) -> Option<&Errand> {
        match self {
            Self::AskQuantity(errand)
            | Self::Choosing { errand, .. }
            | Self::AskOption { errand, .. }
            | Self::Substitute { errand, .. } => Some(errand),
            _ => None,
        }
    }

    fn collect_skus(&self, into: &mut Vec<Sku>) {
        match self {
            Self::AskQuantity(errand) | Self::Choosing { errand, .. } | Self::AskOption { errand, .. } => {
                errand.collect_skus(into)
            }
            Self::Substitute { errand, sku } => {
                errand.collect_skus(into);
                into.push(sku.clone());
            }
            Self::Offering(line) => collect_lines(std::slice::from_ref(line), into),
            Self::ConfirmReturn { sku, .. } => into.push(sku.clone()),
            Self::Confirming(draft) | Self::AskPin(draft) | Self::WhichLine { draft, .. } => {
                collect_lines(&draft.lines, into)
            }
            Self::WhatIf { draft, changed } => {
                collect_lines(&draft.lines, into);
                collect_lines(&changed.lines, into);
            }
            Self::Idle
            | Self::AskProduct(_)
            | Self::AskOrder(_)
            | Self::ConfirmCancel(_)
            | Self::ConfirmClear => {}
        }
    }
}
