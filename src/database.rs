//! SQLite files that are written in place.
//!
//! A transaction is a dozen statements of some microseconds each, and one wait for the disk. To hand every statement to
//! a thread of the database and back costs more than all of them, and on a busy machine each of these hand-overs waits for
//! a processor. So a transaction runs on the thread that asks for it, whose other tasks go on elsewhere meanwhile.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior};
use tokio::{
    runtime::{Handle, RuntimeFlavor},
    sync::Mutex,
};

/// Statements that a connection keeps prepared: more than any file here has.
const STATEMENTS: usize = 64;

/// Whether a commit is on the disk when it returns, or may be lost with the power.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Synchronous {
    /// It is (`synchronous = FULL`).
    Full,
    /// It may be lost together with all that came after it (`synchronous = NORMAL`).
    Normal,
}

/// Why a file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum Unusable {
    /// SQLite refuses it.
    #[error(transparent)]
    Sqlite(#[from] rusqlite::Error),
    /// Another release made it.
    #[error("it is of version {0}, which a newer Sayso made")]
    Newer(u32),
}

/// How a file is opened.
#[derive(Debug, Clone)]
pub struct Options {
    /// How long to wait for another process that is writing.
    pub patience: Duration,
    /// Pages in the log at which SQLite moves it into the file inside a commit. A file whose owner moves it
    /// beside the writers has a high number here.
    pub log_pages: u32,
}

/// The one connection of this process that writes a file. Whoever writes waits for it here instead of polling for the
/// file's lock; other processes are waited for with SQLite's busy timeout.
pub struct Writer {
    place: Option<(PathBuf, Options)>,
    open: Mutex<Open>,
}

struct Open {
    connection: Connection,
    sync: Synchronous,
}

impl Writer {
    /// Opens a file in write-ahead mode, or makes it, and brings its tables up to date with these steps.
    ///
    /// # Errors
    /// [`Unusable`] when it cannot be opened, is no database, or comes from a newer version of Sayso.
    pub fn open(path: &Path, options: Options, steps: &[&str]) -> Result<Self, Unusable> {
        let mut connection = connect(path, &options)?;
        prepare(&mut connection, steps)?;
        Ok(Self::on(connection, Some((path.to_owned(), options))))
    }

    /// A database that is gone with this value.
    ///
    /// # Errors
    /// [`Unusable`] when SQLite is out of order.
    pub fn in_memory(steps: &[&str]) -> Result<Self, Unusable> {
        let mut connection = Connection::open_in_memory()?;
        migrate(&mut connection, steps)?;
        Ok(Self::on(connection, None))
    }

    fn on(connection: Connection, place: Option<(PathBuf, Options)>) -> Self {
        // As it was opened, or as SQLite begins.
        Self { place, open: Mutex::new(Open { connection, sync: Synchronous::Full }) }
    }

    /// A transaction that has the file's write lock from the start: committed if the work succeeds, otherwise nothing
    /// of it is there.
    ///
    /// # Errors
    /// Those of the work and of SQLite. A commit that failed may have happened all the same.
    pub async fn write<T, E: From<rusqlite::Error>>(
        &self,
        sync: Synchronous,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut open = self.open.lock().await;
        in_place(|| {
            let done = open.write(sync, work);
            if let Some((path, options)) = &self.place
                && renewed(&mut open.connection, || connect(path, options))
            {
                open.sync = Synchronous::Full;
            }
            done
        })
    }

    /// Reads by the connection that writes: for what is read seldom, and for what is in memory.
    ///
    /// # Errors
    /// Those of the work.
    pub async fn read<T>(
        &self,
        work: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> rusqlite::Result<T> {
        let open = self.open.lock().await;
        in_place(|| work(&open.connection))
    }

    /// Ends the use of the file, after what is being written: SQLite moves the log into it. Later work finds an empty
    /// database and fails.
    pub async fn close(&self) {
        let mut open = self.open.lock().await;
        if self.place.is_some()
            && let Ok(nothing) = Connection::open_in_memory()
        {
            in_place(|| *open = Open { connection: nothing, sync: Synchronous::Full });
        }
    }
}

impl Open {
    fn write<T, E: From<rusqlite::Error>>(
        &mut self,
        sync: Synchronous,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        if self.sync != sync {
            let word = if sync == Synchronous::Full { "FULL" } else { "NORMAL" };
            self.connection.pragma_update(None, "synchronous", word)?;
            self.sync = sync;
        }
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let done = work(&transaction)?;
        transaction.commit()?;
        Ok(done)
    }
}

/// A connection that writes, and waits for the disk until it is told otherwise.
///
/// # Errors
/// Those of SQLite.
pub fn connect(path: &Path, options: &Options) -> rusqlite::Result<Connection> {
    let connection = Connection::open(path)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    connection.busy_timeout(options.patience)?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "wal_autocheckpoint", options.log_pages)?;
    Ok(connection)
}

/// Puts a file into write-ahead mode, and its tables up to date.
///
/// # Errors
/// [`Unusable`] when it is no database, or comes from a newer version of Sayso.
pub fn prepare(connection: &mut Connection, steps: &[&str]) -> Result<(), Unusable> {
    connection.query_row("PRAGMA journal_mode = WAL", [], |_| Ok(()))?;
    migrate(connection, steps)
}

/// Whether a connection was replaced: on a full disk SQLite may not get out of a transaction, and a new one is in none.
pub fn renewed(connection: &mut Connection, again: impl FnOnce() -> rusqlite::Result<Connection>) -> bool {
    let new = if connection.is_autocommit() { None } else { again().ok() };
    new.map(|new| *connection = new).is_some()
}

/// Moves what was written from the log into the file itself, beside the writers: SQLite on its own would do it inside the
/// commit that happens to fill the log, and let that one wait for the disk several times.
pub fn checkpoint(connection: &Connection) {
    if let Err(error) = connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(())) {
        tracing::debug!(%error, "a checkpoint was left for later");
    }
}

/// Brings the tables of a file up to date, one step after the other; its `user_version` counts those that were made.
/// No step is made when one fails, or more were made than there are.
fn migrate(connection: &mut Connection, steps: &[&str]) -> Result<(), Unusable> {
    let changing = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let counted: u32 = changing.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    let made = if counted == 0 { counted_by_sqlx(&changing)? } else { counted };
    let to_come =
        usize::try_from(made).ok().and_then(|made| steps.get(made..)).ok_or(Unusable::Newer(made))?;
    for step in to_come {
        changing.execute_batch(step)?;
    }
    let all = u32::try_from(steps.len()).unwrap_or(u32::MAX);
    if counted != all {
        changing.pragma_update(None, "user_version", all)?;
    }
    Ok(changing.commit()?)
}

/// The steps that earlier releases made, which kept count in a table of sqlx's.
fn counted_by_sqlx(connection: &Connection) -> rusqlite::Result<u32> {
    let table = "SELECT 1 FROM sqlite_schema WHERE name = '_sqlx_migrations'";
    match connection.query_row(table, [], |_| Ok(())).optional()? {
        None => Ok(0),
        Some(()) => {
            connection.query_row("SELECT COUNT(*) FROM _sqlx_migrations WHERE success", [], |row| row.get(0))
        }
    }
}

/// Work that may wait for the disk or for another process. What else the thread has to do goes on elsewhere meanwhile,
/// where the runtime has other threads.
pub fn in_place<T>(work: impl FnOnce() -> T) -> T {
    match Handle::try_current() {
        Ok(handle) if handle.runtime_flavor() == RuntimeFlavor::MultiThread => {
            tokio::task::block_in_place(work)
        }
        _ => work(),
    }
}
