//! The built-in test ledger: it behaves like a payment provider, but no money moves.
//!
//! It keeps its own SQLite file, apart from the orders, as a provider would. What was
//! authorised, captured, released and refunded is written before the answer is given and
//! survives the end of the process; it does not wait for the disk, because a provider's disk is
//! not ours to wait for. Every call happens once for its key. What it declines is a [rule](Decline).

mod rows;

use std::{path::Path, time::Duration};

use async_trait::async_trait;
use rusqlite::{Connection, OptionalExtension};

use rows::{Step, remember, set_aside};

use super::Decline;
use crate::{
    commerce::{
        Money, OrderId,
        ports::{Authorisation, Payment, PaymentFault, PaymentKey, Purpose, Settlement},
    },
    database::{Options, Synchronous, Unusable, Writer},
};

/// Its tables.
const STEPS: [&str; 1] = [include_str!("../../migrations/ledger/0001_ledger.sql")];
/// How it is opened. SQLite moves the log into the file by itself.
const OPTIONS: Options = Options { patience: Duration::from_secs(5), log_pages: 1_000 };

/// What the ledger knows of one authorisation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedgerEntry {
    /// The ledger's name for it.
    pub reference: String,
    /// The order that it is for.
    pub order_id: String,
    /// What was set aside, in minor units.
    pub amount: i64,
    /// What was taken of it.
    pub captured: i64,
    /// What was given back of that.
    pub refunded: i64,
    /// Whether it was set free.
    pub released: bool,
}

/// See the module's description.
pub struct Ledger {
    file: Writer,
    decline: Decline,
}

impl Ledger {
    /// Opens the ledger's file, or makes it.
    ///
    /// # Errors
    /// [`PaymentFault`] when it cannot be opened.
    pub async fn open(path: &Path, decline: Decline) -> Result<Self, PaymentFault> {
        let file = Writer::open(path, OPTIONS, &STEPS).map_err(fault)?;
        Ok(Self { file, decline })
    }

    /// A ledger that is gone with the process.
    ///
    /// # Errors
    /// [`PaymentFault`] when SQLite is out of order.
    pub async fn in_memory(decline: Decline) -> Result<Self, PaymentFault> {
        Ok(Self { file: Writer::in_memory(&STEPS).map_err(fault)?, decline })
    }

    /// Every authorisation for an order: one at most, unless a key was made up twice.
    ///
    /// # Errors
    /// [`PaymentFault`] when the file cannot be read.
    pub async fn entries_of(&self, order: &OrderId) -> Result<Vec<LedgerEntry>, PaymentFault> {
        let sql = "SELECT reference, order_id, amount, captured, refunded, released FROM authorisations
                   WHERE order_id = ? ORDER BY reference";
        let entry = |row: &rusqlite::Row<'_>| {
            let (reference, order_id, amount) = (row.get(0)?, row.get(1)?, row.get(2)?);
            let (captured, refunded, released) = (row.get(3)?, row.get(4)?, row.get(5)?);
            Ok(LedgerEntry { reference, order_id, amount, captured, refunded, released })
        };
        let read = |db: &Connection| db.prepare_cached(sql)?.query_map([order.as_str()], entry)?.collect();
        Ok(self.file.read(read).await?)
    }

    /// How many authorisations there are in all.
    ///
    /// # Errors
    /// [`PaymentFault`] when the file cannot be read.
    pub async fn count(&self) -> Result<i64, PaymentFault> {
        let count = "SELECT COUNT(*) FROM authorisations";
        Ok(self.file.read(|db| db.query_row(count, [], |row| row.get(0))).await?)
    }

    /// Closes the file.
    pub async fn close(&self) {
        self.file.close().await;
    }

    /// One call: what was answered to its key before, or what `work` answers, which is remembered with what it did.
    async fn call(
        &self,
        key: &PaymentKey,
        request: &str,
        work: impl FnOnce(&Connection) -> Result<Option<String>, PaymentFault>,
    ) -> Result<Option<String>, PaymentFault> {
        self.file
            .write(Synchronous::Normal, |db| {
                let known: Option<(String, Option<String>)> = db
                    .prepare_cached("SELECT request, refusal FROM calls WHERE key = ?")?
                    .query_row([key.as_str()], |row| Ok((row.get(0)?, row.get(1)?)))
                    .optional()?;
                match known {
                    Some((asked, refusal)) if asked == request => Ok(refusal),
                    Some(_) => Err(PaymentFault("the key was used for another call".into())),
                    None => {
                        let refusal = work(db)?;
                        remember(db, key, request, refusal.as_deref())?;
                        Ok(refusal)
                    }
                }
            })
            .await
    }

    /// Changes one authorisation, or refuses.
    async fn settle(
        &self,
        key: &PaymentKey,
        request: &str,
        change: Step<'_>,
    ) -> Result<Settlement, PaymentFault> {
        let refusal = self.call(key, request, |db| change.make(db)).await?;
        Ok(refusal.map_or(Settlement::Done, |reason| Settlement::Refused { reason }))
    }
}

#[async_trait]
impl Payment for Ledger {
    async fn authorise(
        &self,
        key: &PaymentKey,
        purpose: &Purpose,
        amount: Money,
    ) -> Result<Authorisation, PaymentFault> {
        // The reference follows from the key, so that a repeated call gives the same one.
        let reference = format!("ledger:{}", key.as_str());
        let request = format!("authorise {} {} for {}", amount, amount.currency().code(), purpose.order);
        let authorise = |db: &Connection| {
            let invalid = (amount.minor() <= 0).then_some("invalid_amount");
            let refusal = invalid.or_else(|| self.decline.reason(amount));
            if refusal.is_none() {
                set_aside(db, &reference, purpose, amount)?;
            }
            Ok(refusal.map(str::to_owned))
        };
        let refusal = self.call(key, &request, authorise).await?;
        Ok(match refusal {
            None => Authorisation::Authorised { reference },
            Some(reason) => Authorisation::Declined { reason },
        })
    }

    async fn capture(
        &self,
        key: &PaymentKey,
        reference: &str,
        amount: Money,
    ) -> Result<Settlement, PaymentFault> {
        let step = Step {
            sql: "UPDATE authorisations SET captured = ?2
                  WHERE reference = ?1 AND captured = 0 AND released = 0 AND ?2 <= amount AND currency = ?3",
            reference,
            amount: Some(amount),
            otherwise: "not_capturable",
        };
        self.settle(key, &format!("capture {amount} of {reference}"), step).await
    }

    async fn release(&self, key: &PaymentKey, reference: &str) -> Result<Settlement, PaymentFault> {
        let step = Step {
            sql: "UPDATE authorisations SET released = 1 WHERE reference = ?1 AND captured = 0 AND released = 0",
            reference,
            amount: None,
            otherwise: "not_releasable",
        };
        self.settle(key, &format!("release {reference}"), step).await
    }

    async fn refund(
        &self,
        key: &PaymentKey,
        reference: &str,
        amount: Money,
    ) -> Result<Settlement, PaymentFault> {
        let step = Step {
            sql: "UPDATE authorisations SET refunded = refunded + ?2
                  WHERE reference = ?1 AND refunded + ?2 <= captured AND currency = ?3",
            reference,
            amount: Some(amount),
            otherwise: "not_refundable",
        };
        self.settle(key, &format!("refund {amount} of {reference}"), step).await
    }
}

fn fault(error: Unusable) -> PaymentFault {
    PaymentFault(error.to_string())
}

impl From<rusqlite::Error> for PaymentFault {
    fn from(error: rusqlite::Error) -> Self {
        Self(error.to_string())
    }
}
