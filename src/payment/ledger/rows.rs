//! What the ledger writes: authorisations, changes to them, and what was answered to which key.

use rusqlite::{Connection, params};

use crate::commerce::{
    Money,
    ports::{PaymentFault, PaymentKey, Purpose},
};

/// One change to one authorisation. The condition is part of the statement.
pub(super) struct Step<'a> {
    pub(super) sql: &'static str,
    pub(super) reference: &'a str,
    pub(super) amount: Option<Money>,
    pub(super) otherwise: &'static str,
}

impl Step<'_> {
    /// `Some(reason)` when it cannot be made.
    pub(super) fn make(&self, db: &Connection) -> Result<Option<String>, PaymentFault> {
        if self.amount.is_some_and(|amount| amount.minor() <= 0) {
            return Ok(Some("invalid_amount".into()));
        }
        let mut statement = db.prepare_cached(self.sql)?;
        let changed = match self.amount {
            Some(amount) => {
                statement.execute(params![self.reference, amount.minor(), amount.currency().code()])?
            }
            None => statement.execute([self.reference])?,
        };
        Ok((changed != 1).then(|| self.otherwise.to_owned()))
    }
}

/// Writes that an amount was set aside for an order.
pub(super) fn set_aside(
    db: &Connection,
    reference: &str,
    purpose: &Purpose,
    amount: Money,
) -> Result<(), PaymentFault> {
    let (shop, household, order) =
        (purpose.shop.as_str(), purpose.household.as_str(), purpose.order.as_str());
    let (minor, currency) = (amount.minor(), amount.currency().code());
    db.prepare_cached(
        "INSERT INTO authorisations (reference, shop, household, order_id, amount, currency)
         VALUES (?, ?, ?, ?, ?, ?)",
    )?
    .execute(params![reference, shop, household, order, minor, currency])?;
    Ok(())
}

/// Writes what was answered to a key, so that the same call again is answered the same.
pub(super) fn remember(
    db: &Connection,
    key: &PaymentKey,
    request: &str,
    refusal: Option<&str>,
) -> Result<(), PaymentFault> {
    db.prepare_cached("INSERT INTO calls (key, request, refusal) VALUES (?, ?, ?)")?.execute(params![
        key.as_str(),
        request,
        refusal
    ])?;
    Ok(())
}
