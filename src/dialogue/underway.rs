//! What a conversation notes of something that is being carried out.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Act, Focus};
use crate::commerce::{IdempotencyKey, OrderNumber, Sku};

/// Something that is being carried out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Underway {
    /// Since when.
    pub at: Timestamp,
    /// By the engine of that name.
    pub by: String,
    /// What.
    pub deed: Deed,
    /// The key under which it can be withdrawn; a purchase has its own. Older releases wrote none.
    #[serde(default)]
    pub wish: Option<IdempotencyKey>,
}

/// What can be carried out, by what it changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Deed {
    /// The purchase with that key is ordered.
    Order(IdempotencyKey),
    /// That order is cancelled.
    Cancel(OrderNumber),
    /// A product is sent back.
    Return {
        /// The order.
        order: OrderNumber,
        /// The product.
        sku: Sku,
        /// Its title in the order.
        title: String,
    },
}

impl Act {
    /// What it changes.
    pub fn deed(&self) -> Deed {
        match self {
            Self::Place { draft, .. } => Deed::Order(draft.key.clone()),
            Self::Cancel(number) => Deed::Cancel(*number),
            Self::Return { order, sku, title } => {
                Deed::Return { order: *order, sku: sku.clone(), title: title.clone() }
            }
        }
    }
}

impl Focus {
    /// What a yes to it carries out in the end.
    pub fn deed(&self) -> Option<Deed> {
        match self {
            Self::Confirming(draft) | Self::AskPin(draft) => Some(Deed::Order(draft.key.clone())),
            Self::ConfirmCancel(number) => Some(Deed::Cancel(*number)),
            Self::ConfirmReturn { order, sku, title } => {
                Some(Deed::Return { order: *order, sku: sku.clone(), title: title.clone() })
            }
            _ => None,
        }
    }
}
