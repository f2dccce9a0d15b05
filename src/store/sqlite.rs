//! SQLite: two files in write-ahead mode.
//!
//! There are three ways into the file of orders. What is about orders, money, stock and PINs is written
//! with `synchronous = FULL`: a commit is on the disk when it returns. What the payment provider answered is
//! written, and lists are read, with `synchronous = NORMAL`: nobody waits for the disk, and a loss of power may
//! cost the last of it. What every turn looks up is read in place (`readers`). SQLite has one writer at a time; the
//! writers of this process take turns at a gate instead of polling for the file's lock. Other processes are waited
//! for with SQLite's busy timeout. Conversations have a file of their own beside it (`conversations`).

mod conversations;
mod households;
mod identity;
mod links;
mod orders;
mod read;
mod readers;
mod recent;
mod seeds;
mod stock;
mod write;

use std::{
    path::Path,
    str::FromStr,
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

use futures_util::future::BoxFuture;
use jiff::Timestamp;
use sqlx::{
    Connection, Sqlite, SqliteConnection, SqlitePool, Transaction,
    migrate::Migrator,
    pool::PoolConnectionMetadata,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};
use tokio::sync::{Mutex, MutexGuard};

use crate::commerce::{Currency, Money, ports::StoreError};

static MIGRATIONS: Migrator = sqlx::migrate!("migrations/store");

/// How the file is opened.
#[derive(Debug, Clone)]
pub struct SqliteOptions {
    /// How long to wait for another process that is writing.
    pub busy_timeout: Duration,
    /// Readers of lists at the same time.
    pub readers: u32,
}

impl Default for SqliteOptions {
    fn default() -> Self {
        Self { busy_timeout: Duration::from_secs(5), readers: 4 }
    }
}

/// A store in two SQLite files. See the module's description.
pub struct SqliteStore {
    durable: SqlitePool,
    relaxed: SqlitePool,
    readers: readers::Readers,
    conversations: conversations::Conversations,
    recent: recent::Recent,
    files: [identity::Identity; 2],
    gate: Mutex<()>,
    writes: AtomicU32,
}

/// How many transactions are written before the log is moved into the file.
const WRITES_PER_CHECKPOINT: u32 = 100;

/// Pages in the log at which SQLite moves it by itself, should the above not come around to it:
/// 40 MB.
const LOG_PAGES_AT_MOST: &str = "10000";

/// What a reader keeps of the file at most, in KiB as SQLite writes it: 16 MiB. The stock of two hundred shops does
/// not fit into SQLite's own two; a small shop's whole file takes less.
const CACHE_KIB: &str = "-16384";

/// The file of conversations, beside that of orders.
const CONVERSATIONS: &str = "conversations.db";

impl SqliteStore {
    /// Opens the file of orders, and that of conversations in the same folder, or makes them, and brings their
    /// tables up to date.
    ///
    /// # Errors
    /// [`StoreError::Fault`] when the file cannot be opened, is no database, or comes from a
    /// newer version of Sayso.
    pub async fn open(path: &Path) -> Result<Self, StoreError> {
        Self::open_with(path, SqliteOptions::default()).await
    }

    /// Like [`SqliteStore::open`], with other options.
    ///
    /// # Errors
    /// As [`SqliteStore::open`].
    pub async fn open_with(path: &Path, options: SqliteOptions) -> Result<Self, StoreError> {
        let base = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .foreign_keys(true)
            .pragma("wal_autocheckpoint", LOG_PAGES_AT_MOST)
            .busy_timeout(options.busy_timeout);
        let durable = SqlitePoolOptions::new()
            .max_connections(1)
            .test_before_acquire(false)
            .after_release(unless_torn)
            .connect_with(base.clone().synchronous(SqliteSynchronous::Full))
            .await
            .map_err(fault)?;
        MIGRATIONS.run(&durable).await.map_err(fault)?;
        let relaxed = SqlitePoolOptions::new()
            .max_connections(options.readers.max(1))
            .test_before_acquire(false)
            .after_release(unless_torn)
            .connect_with(base.synchronous(SqliteSynchronous::Normal).pragma("cache_size", CACHE_KIB))
            .await
            .map_err(fault)?;
        let beside = path.with_file_name(CONVERSATIONS);
        Ok(Self {
            durable,
            relaxed,
            readers: readers::Readers::new(path, options.busy_timeout, Some(CACHE_KIB)),
            conversations: conversations::Conversations::open(&beside, options.busy_timeout)?,
            recent: recent::Recent::default(),
            files: [identity::Identity::of(path), identity::Identity::of(&beside)],
            gate: Mutex::new(()),
            writes: AtomicU32::new(0),
        })
    }

    /// Whether both files are still where they were opened. One that was deleted or replaced meanwhile is written to as
    /// before, and lost with this process.
    pub fn is_in_place(&self) -> bool {
        self.files.iter().all(identity::Identity::holds)
    }

    /// Closes the files, after what is being written.
    pub async fn close(&self) {
        self.conversations.close();
        self.readers.close();
        self.relaxed.close().await;
        self.durable.close().await;
    }

    /// A durable transaction that has the write lock from the start.
    async fn write(&self) -> Result<Writing<'_>, StoreError> {
        self.begin(&self.durable).await
    }

    async fn begin(&self, pool: &SqlitePool) -> Result<Writing<'_>, StoreError> {
        let turn = self.turn().await;
        let tx = pool.begin_with("BEGIN IMMEDIATE").await.map_err(fault)?;
        Ok(Writing { tx, _turn: turn })
    }

    /// This process's turn to write. Every so often what was written is moved from the log into
    /// the file itself, beside the writers: SQLite on its own would do it inside the commit
    /// that happens to fill the log, and let that one wait for the disk several times.
    async fn turn(&self) -> MutexGuard<'_, ()> {
        if self.writes.fetch_add(1, Ordering::Relaxed) % WRITES_PER_CHECKPOINT == WRITES_PER_CHECKPOINT - 1 {
            let pool = self.relaxed.clone();
            tokio::spawn(async move {
                if let Err(error) = sqlx::query("PRAGMA wal_checkpoint(PASSIVE)").execute(&pool).await {
                    tracing::debug!(%error, "a checkpoint was left for later");
                }
            });
        }
        self.gate.lock().await
    }
}

/// Whether a connection that comes back may be used again. On a full disk SQLite rolls a transaction
/// back by itself; sqlx still counts it as open, and would refuse every later one.
fn unless_torn(
    connection: &mut SqliteConnection,
    _: PoolConnectionMetadata,
) -> BoxFuture<'_, Result<bool, sqlx::Error>> {
    let whole = !connection.is_in_transaction();
    Box::pin(async move { Ok(whole) })
}

/// A transaction and this process's turn to write; dropped without a commit it is rolled back.
struct Writing<'a> {
    tx: Transaction<'static, Sqlite>,
    _turn: MutexGuard<'a, ()>,
}

impl Writing<'_> {
    async fn commit(self) -> Result<(), StoreError> {
        self.tx.commit().await.map_err(fault)
    }
}

fn fault(error: impl std::fmt::Display) -> StoreError {
    StoreError::Fault(error.to_string())
}

fn corrupt(error: impl std::fmt::Display) -> StoreError {
    StoreError::Corrupt(error.to_string())
}

fn to_json(value: &impl serde::Serialize) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(corrupt)
}

fn micros(at: Timestamp) -> i64 {
    at.as_microsecond()
}

fn moment(micros: i64) -> Result<Timestamp, StoreError> {
    Timestamp::from_microsecond(micros).map_err(corrupt)
}

fn money(minor: i64, currency: &str) -> Result<Money, StoreError> {
    let currency = Currency::from_str(currency).map_err(|_| corrupt("unknown currency"))?;
    Ok(Money::new(minor, currency))
}

fn whole(number: i64) -> Result<u32, StoreError> {
    u32::try_from(number).map_err(corrupt)
}
