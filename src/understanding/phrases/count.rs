//! A count with what is counted: "three packs of them".

use super::{pronoun, word};
use crate::{
    commerce::Quantity,
    understanding::words::{Token, bound, counted},
};

/// A count, with what was counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Count {
    /// 0 to [`Quantity::MAX`]; more than that counts as the maximum, which the shop's own limit refuses aloud.
    pub count: u32,
    /// How many are in one of them: "two six packs" → 6.
    pub pack_of: Option<u32>,
    /// What was counted, singular; "dozen" for single things by the dozen, of which the count is that of all.
    pub unit: Option<&'static str>,
}

/// "three", "two packs", "three of them", "two six packs".
pub fn quantity(tokens: &[Token], at: usize) -> Option<(Count, usize)> {
    if let Some((_, used)) = bound(tokens, at).filter(|(bound, _)| bound.allows_it()) {
        return quantity(tokens, at + used).map(|(count, more)| (count, used + more));
    }
    let counted = counted(tokens, at)?;
    let (count, mut used) = (counted.count.unwrap_or(1), counted.used);
    let (count, pack_of, unit) = match counted.unit {
        Some("dozen") => (count.saturating_mul(counted.pack_of.unwrap_or(1)), None, Some("dozen")),
        None if word(tokens, at + used - 1) == "dozen" => (count, None, Some("dozen")),
        unit => (count, counted.pack_of, unit),
    };
    if ["a", "an", "another"].contains(&word(tokens, at)) && used == 1 {
        return None;
    }
    if word(tokens, at + used) == "of" {
        used += 1;
    }
    let of = word(tokens, at + used - 1) == "of";
    if of && let Some(more) = pronoun(tokens, at + used) {
        used += more;
    } else if of {
        used -= 1;
    }
    Some((Count { count: count.min(Quantity::MAX), pack_of, unit }, used))
}
