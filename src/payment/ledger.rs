//! The built-in test ledger: it behaves like a payment provider, but no money moves.
//!
//! It keeps its own SQLite file, apart from the orders, as a provider would. What was
//! authorised, captured, released and refunded is written before the answer is given and
//! survives the end of the process; it does not wait for the disk, because a provider's disk is
//! not ours to wait for. Every call happens once for its key. What it declines is a [rule](Decline).

mod rows;

use std::path::Path;

use async_trait::async_trait;
use sqlx::{
    Connection, Sqlite, SqlitePool, Transaction,
    migrate::Migrator,
    query_as, query_scalar,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

use rows::{Step, remember, set_aside};

use super::Decline;
use crate::commerce::{
    Money, OrderId,
    ports::{Authorisation, Payment, PaymentFault, PaymentKey, Purpose, Settlement},
};

static MIGRATIONS: Migrator = sqlx::migrate!("migrations/ledger");

/// What the ledger knows of one authorisation.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
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
    pool: SqlitePool,
    decline: Decline,
}

impl Ledger {
    /// Opens the ledger's file, or makes it.
    ///
    /// # Errors
    /// [`PaymentFault`] when it cannot be opened.
    pub async fn open(path: &Path, decline: Decline) -> Result<Self, PaymentFault> {
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Normal);
        // On a full disk SQLite rolls a transaction back by itself; sqlx still counts it as open
        // and would refuse every later one on that connection.
        let pool = SqlitePoolOptions::new().after_release(|connection, _| {
            let whole = !connection.is_in_transaction();
            Box::pin(async move { Ok(whole) })
        });
        Self::with(pool, options, decline).await
    }

    /// A ledger that is gone with the process.
    ///
    /// # Errors
    /// [`PaymentFault`] when SQLite is out of order.
    pub async fn in_memory(decline: Decline) -> Result<Self, PaymentFault> {
        Self::with(SqlitePoolOptions::new(), SqliteConnectOptions::new().in_memory(true), decline).await
    }

    async fn with(
        pool: SqlitePoolOptions,
        options: SqliteConnectOptions,
        decline: Decline,
    ) -> Result<Self, PaymentFault> {
        // One connection that is never closed: a database in memory lives as long as it does.
        let pool = pool
            .max_connections(1)
            .min_connections(1)
            .idle_timeout(None)
            .max_lifetime(None)
            .test_before_acquire(false)
            .connect_with(options)
            .await
            .map_err(fault)?;
        MIGRATIONS.run(&pool).await.map_err(|error| PaymentFault(error.to_string()))?;
        Ok(Self { pool, decline })
    }

    /// Every authorisation for an order: one at most, unless a key was made up twice.
    ///
    /// # Errors
    /// [`PaymentFault`] when the file cannot be read.
    pub async fn entries_of(&self, order: &OrderId) -> Result<Vec<LedgerEntry>, PaymentFault> {
        query_as(
            "SELECT reference, order_id, amount, captured, refunded, released FROM authorisations
             WHERE order_id = ? ORDER BY reference",
        )
        .bind(order.as_str())
        .fetch_all(&self.pool)
        .await
        .map_err(fault)
    }

    /// How many authorisations there are in all.
    ///
    /// # Errors
    /// [`PaymentFault`] when the file cannot be read.
    pub async fn count(&self) -> Result<i64, PaymentFault> {
        query_scalar("SELECT COUNT(*) FROM authorisations").fetch_one(&self.pool).await.map_err(fault)
    }

    /// Closes the file.
    pub async fn close(&self) {
        self.pool.close().await;
    }

    /// A transaction with what was answered to the key before, if it came before.
    async fn call(&self, key: &PaymentKey, request: &str) -> Result<Call, PaymentFault> {
        let mut tx = self.pool.begin_with("BEGIN IMMEDIATE").await.map_err(fault)?;
        let known: Option<(String, Option<String>)> =
            query_as("SELECT request, refusal FROM calls WHERE key = ?")
                .bind(key.as_str())
                .fetch_optional(&mut *tx)
                .await
                .map_err(fault)?;
        match known {
            None => Ok(Call::New(tx)),
            Some((asked, refusal)) if asked == request => Ok(Call::Known(refusal)),
            Some(_) => Err(PaymentFault("the key was used for another call".into())),
        }
    }

    /// Changes one authorisation, or refuses, and remembers which.
    async fn settle(
        &self,
        key: &PaymentKey,
        request: String,
        change: Step<'_>,
    ) -> Result<Settlement, PaymentFault> {
        let refusal = match self.call(key, &request).await? {
            Call::Known(refusal) => refusal,
            Call::New(mut tx) => {
                let refusal = change.make(&mut tx).await?;
                remember(&mut tx, key, &request, refusal.as_deref()).await?;
                tx.commit().await.map_err(fault)?;
                refusal
            }
        };
        Ok(refusal.map_or(Settlement::Done, |reason| Settlement::Refused { reason }))
    }
}

enum Call {
    New(Transaction<'static, Sqlite>),
    Known(Option<String>),
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
        let refusal = match self.call(key, &request).await? {
            Call::Known(refusal) => refusal,
            Call::New(mut tx) => {
                let invalid = (amount.minor() <= 0).then_some("invalid_amount");
                let refusal = invalid.or_else(|| self.decline.reason(amount));
                if refusal.is_none() {
                    set_aside(&mut tx, &reference, purpose, amount).await?;
                }
                remember(&mut tx, key, &request, refusal).await?;
                tx.commit().await.map_err(fault)?;
                refusal.map(str::to_owned)
            }
        };
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
        self.settle(key, format!("capture {amount} of {reference}"), step).await
    }

    async fn release(&self, key: &PaymentKey, reference: &str) -> Result<Settlement, PaymentFault> {
        let step = Step {
            sql: "UPDATE authorisations SET released = 1 WHERE reference = ?1 AND captured = 0 AND released = 0",
            reference,
            amount: None,
            otherwise: "not_releasable",
        };
        self.settle(key, format!("release {reference}"), step).await
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
        self.settle(key, format!("refund {amount} of {reference}"), step).await
    }
}

fn fault(error: sqlx::Error) -> PaymentFault {
    PaymentFault(error.to_string())
}
