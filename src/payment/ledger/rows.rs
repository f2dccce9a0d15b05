//! What the ledger writes: authorisations, changes to them, and what was answered to which key.

use sqlx::{SqliteConnection, query};

use super::fault;
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
    pub(super) async fn make(&self, db: &mut SqliteConnection) -> Result<Option<String>, PaymentFault> {
        if self.amount.is_some_and(|amount| amount.minor() <= 0) {
            return Ok(Some("invalid_amount".into()));
        }
        let done = query(self.sql)
            .bind(self.reference)
            .bind(self.amount.map(Money::minor))
            .bind(self.amount.map(|amount| amount.currency().code()))
            .execute(db)
            .await
            .map_err(fault)?;
        Ok((done.rows_affected() != 1).then(|| self.otherwise.to_owned()))
    }
}

/// Writes that an amount was set aside for an order.
pub(super) async fn set_aside(
    db: &mut SqliteConnection,
    reference: &str,
    purpose: &Purpose,
    amount: Money,
) -> Result<(), PaymentFault> {
    query(
        "INSERT INTO authorisations (reference, shop, household, order_id, amount, currency)
         VALUES (?, ?, ?, ?, ?, ?)",
    )
    .bind(reference)
    .bind(purpose.shop.as_str())
    .bind(purpose.household.as_str())
    .bind(purpose.order.as_str())
    .bind(amount.minor())
    .bind(amount.currency().code())
    .execute(db)
    .await
    .map_err(fault)?;
    Ok(())
}

/// Writes what was answered to a key, so that the same call again is answered the same.
pub(super) async fn remember(
    db: &mut SqliteConnection,
    key: &PaymentKey,
    request: &str,
    refusal: Option<&str>,
) -> Result<(), PaymentFault> {
    query("INSERT INTO calls (key, request, refusal) VALUES (?, ?, ?)")
        .bind(key.as_str())
        .bind(request)
        .bind(refusal)
        .execute(db)
        .await
        .map_err(fault)?;
    Ok(())
}
