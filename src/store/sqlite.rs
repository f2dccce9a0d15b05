//! SQLite: two files in write-ahead mode.
//!
//! There are two ways into the file of orders. What is written goes through one connection (`crate::database`): what is
//! about orders, money, stock and PINs with `synchronous = FULL`, so that a commit is on the disk when it returns; what the
//! payment provider answered with `NORMAL`, so that nobody waits for the disk and a loss of power may cost the last of it.
//! What is looked up is read beside it (`readers`). SQLite has one writer at a time: those of this process wait for the
//! connection, other processes are waited for with SQLite's busy timeout. Conversations have a file of their own
//! (`conversations`).

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
    path::{Path, PathBuf},
    str::FromStr,
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

use jiff::Timestamp;
use rusqlite::{Connection, OpenFlags, Transaction};

use crate::{
    commerce::{Currency, Money, ports::StoreError},
    database::{self, Options, Synchronous, Writer},
};

/// The tables of the file of orders, step by step.
const STEPS: [&str; 7] = [
    include_str!("../../migrations/store/0001_orders.sql"),
    include_str!("../../migrations/store/0002_idle_sessions.sql"),
    include_str!("../../migrations/store/0003_links.sql"),
    include_str!("../../migrations/store/0004_line_options.sql"),
    include_str!("../../migrations/store/0005_seeds.sql"),
    include_str!("../../migrations/store/0006_changes.sql"),
    include_str!("../../migrations/store/0007_conversations.sql"),
];

/// How the file is opened.
#[derive(Debug, Clone)]
pub struct SqliteOptions {
    /// How long to wait for another process that is writing.
    pub busy_timeout: Duration,
}

impl Default for SqliteOptions {
    fn default() -> Self {
        Self { busy_timeout: Duration::from_secs(5) }
    }
}

/// A store in two SQLite files. See the module's description.
pub struct SqliteStore {
    path: PathBuf,
    writer: Writer,
    readers: readers::Readers,
    conversations: conversations::Conversations,
    recent: recent::Recent,
    files: [identity::Identity; 2],
    writes: AtomicU32,
}

/// How many transactions are written before the log is moved into the file.
const WRITES_PER_CHECKPOINT: u32 = 100;

/// Pages in the log at which SQLite moves it by itself, should the above not come around to it:
/// 40 MB.
const LOG_PAGES_AT_MOST: u32 = 10_000;

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
        let patience = options.busy_timeout;
        let named = |error| fault(format!("{}: {error}", path.display()));
        let writer = Writer::open(path, Options { patience, log_pages: LOG_PAGES_AT_MOST }, &STEPS);
        let beside = path.with_file_name(CONVERSATIONS);
        Ok(Self {
            path: path.to_owned(),
            writer: writer.map_err(named)?,
            readers: readers::Readers::new(path, patience, Some(CACHE_KIB)),
            conversations: conversations::Conversations::open(&beside, patience)?,
            recent: recent::Recent::default(),
            files: [identity::Identity::of(path), identity::Identity::of(&beside)],
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
        self.writer.close().await;
    }

    /// A durable transaction: what it changes is on the disk when this returns, or nothing of it is there.
    async fn write<T>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        self.write_with(Synchronous::Full, work).await
    }

    async fn write_with<T>(
        &self,
        sync: Synchronous,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        if self.writes.fetch_add(1, Ordering::Relaxed) % WRITES_PER_CHECKPOINT == WRITES_PER_CHECKPOINT - 1 {
            let path = self.path.clone();
            tokio::task::spawn_blocking(move || checkpoint(&path));
        }
        self.writer.write(sync, work).await
    }
}

/// Moves the log into the file, by a connection of its own, if the file is still there.
fn checkpoint(path: &Path) {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    match Connection::open_with_flags(path, flags) {
        Ok(file) => database::checkpoint(&file),
        Err(error) => tracing::debug!(%error, "the file was not opened for a checkpoint"),
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Fault(error.to_string())
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
