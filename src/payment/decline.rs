//! Which amounts the test ledger declines.

use crate::commerce::Money;

/// What the ledger declines.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Decline {
    /// Amounts above this one, of its currency.
    pub above: Option<Money>,
    /// Exactly these amounts.
    pub exactly: Vec<Money>,
}

impl Decline {
    /// The ledger's word for why an amount is declined, if it is.
    pub(super) fn reason(&self, amount: Money) -> Option<&'static str> {
        let above =
            self.above.is_some_and(|top| top.currency() == amount.currency() && amount.minor() > top.minor());
        if above {
            Some("insufficient_funds")
        } else if self.exactly.contains(&amount) {
            Some("do_not_honour")
        } else {
            None
        }
    }
}
