//! Linking an account elsewhere to a household: an OAuth 2.0 authorization server for one skill.
//!
//! | file | what |
//! |---|---|
//! | `form` | `application/x-www-form-urlencoded`, in and out |
//! | `client` | who asks, and the proof of it |
//! | `authorize` | the request that a browser brings, and where it is sent back to |
//! | `token` | what a client asks of the token endpoint, and how it is refused |
//! | `page` | what the customer sees |
//! | `attempts` | how often a linking code may be tried |
//!
//! Rules: RFC 6749 and 7636 (S256 only), 7009, 8414, 9207, and the practice of RFC 9700.
//!
//! Invariants: nobody is sent to an address that is not written in the settings, letter by letter; what a
//! customer or a client typed is never in a page unescaped, and no secret is in a log.

mod attempts;
mod authorize;
mod client;
mod form;
mod page;
mod token;

pub use attempts::{Attempts, Place};
pub use authorize::{Answer, Authorization, SCOPE, Unfit};
pub use client::{Client, authenticate};
pub use form::Form;
pub use page::{Notice, policy, render, render_end};
pub use token::{Asked, TokenError};

use super::platform::worded;
use crate::turn::Speech;

/// How accounts are linked to the households of one skill.
#[derive(Debug, Clone)]
pub struct Linked {
    /// `https://host/link/skill`: the name of this authorization server.
    pub issuer: String,
    /// The shop's name in writing.
    pub title: String,
    /// Who may link accounts.
    pub clients: Vec<Client>,
    /// What is said to somebody whose account is not linked, by locale; never empty.
    pub unlinked: Vec<(String, Speech)>,
}

impl Linked {
    /// What is said to somebody of that locale whose account is not linked.
    pub fn unlinked(&self, locale: &str) -> Speech {
        worded(&self.unlinked, locale)
    }

    /// The scheme and host of the server, as a browser names it in `Origin`.
    pub fn origin(&self) -> &str {
        let after = self.issuer.find("://").map_or(0, |at| at + 3);
        let end = self.issuer[after..].find('/').map_or(self.issuer.len(), |at| after + at);
        &self.issuer[..end]
    }

    /// Whether browsers reach the server over TLS. Only a server of this machine's own does without.
    pub fn is_secure(&self) -> bool {
        self.issuer.starts_with("https://")
    }
}
