//! Identifiers. Each is checked once, where it enters, and cannot be mixed up with another.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The longest identifier accepted from outside, in bytes.
pub const MAX_ID: usize = 64;

/// An identifier from outside was empty, too long or had a character outside `[A-Za-z0-9._:-]`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what} must be 1 to {MAX_ID} letters, digits, '.', '_', ':' or '-'")]
pub struct BadId {
    what: &'static str,
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $what:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// # Errors
            /// [`BadId`] when the text is not a well-formed identifier.
            pub fn new(text: impl Into<String>) -> Result<Self, BadId> {
                let text = text.into();
                let fine = (1..=MAX_ID).contains(&text.len())
                    && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"._:-".contains(&b));
                if fine { Ok(Self(text)) } else { Err(BadId { what: $what }) }
            }

            /// The identifier as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl TryFrom<String> for $name {
            type Error = BadId;
            fn try_from(text: String) -> Result<Self, BadId> {
                Self::new(text)
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> String {
                id.0
            }
        }
    };
}

id!(
    /// A shop, that is a skill: the name of its folder.
    ShopId,
    "a shop"
);
id!(
    /// A household: the customer of a shop.
    HouseholdId,
    "a household"
);
id!(
    /// A conversation. It goes on where it stopped, also after a restart.
    SessionId,
    "a session"
);
id!(
    /// An order, for machines. People use the [`OrderNumber`].
    OrderId,
    "an order"
);
id!(
    /// A product's `id` in the catalogue.
    Sku,
    "a product id"
);
id!(
    /// A group of options that can be chosen for a product: `milk`.
    GroupId,
    "an option group"
);
id!(
    /// One option of a group: `oat`.
    ValueId,
    "an option"
);
id!(
    /// One confirmation: the same key twice gives the saved outcome.
    IdempotencyKey,
    "an idempotency key"
);

id!(
    /// A platform that may link accounts to households of a shop: an OAuth client.
    ClientId,
    "a client"
);
id!(
    /// A link between an account elsewhere and a household.
    LinkId,
    "a link"
);

impl Sku {
    /// An id that was checked before.
    pub(super) fn known(text: &str) -> Self {
        Self(text.to_owned())
    }
}

/// The number that a shopper hears and says: four digits or more, counted up within a shop.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct OrderNumber(pub u32);

impl fmt::Display for OrderNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}", self.0)
    }
}
