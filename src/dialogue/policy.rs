//! What the shop asks for before it acts. The order desk enforces the same rules again; here
//! they only decide which question comes next.

use jiff::{SignedDuration, Timestamp};

use crate::commerce::{Money, household::Household};

/// A question older than this is asked anew: a "yes" in another part of the day is no answer.
pub const STALE_AFTER: SignedDuration = SignedDuration::from_mins(10);

/// Turns in a row in which nothing was heard or understood, after which the conversation ends.
pub const MAX_MISSES: u8 = 3;

/// How many offers are read out at once; more is not remembered by ear.
pub const READ_AT_ONCE: usize = 3;

/// Whether a total needs the household's PIN.
pub fn needs_pin(total: Money, household: &Household) -> bool {
    total.currency() != household.limit.currency() || total.minor() > household.limit.minor()
}

/// Whether a question was asked too long ago for a yes to count.
pub fn is_stale(asked_at: Option<Timestamp>, now: Timestamp) -> bool {
    asked_at.is_none_or(|at| now.duration_since(at) > STALE_AFTER)
}
