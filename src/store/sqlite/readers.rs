//! Reads on the caller's own thread.
//!
//! What a turn looks up is a few rows by their key: some microseconds, mostly from memory. Handing that to a thread of the
//! database and waiting for it costs more than the reading. What one household bought is some hundred rows, which are read
//! once and kept (`recent`). In write-ahead mode a reader waits for no writer, so the caller's thread is not held up. What
//! reads a whole shop may take longer (`read_long`).

use std::{
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
    time::Duration,
};

use rusqlite::{Connection, OpenFlags};

use crate::{commerce::ports::StoreError, database::in_place};

/// Connections that only read, as many as were ever needed at the same time.
pub(super) struct Readers {
    path: PathBuf,
    patience: Duration,
    cache: Option<&'static str>,
    idle: Mutex<Vec<Connection>>,
}

impl Readers {
    /// Readers of a file that exists and is in write-ahead mode. `patience` is how long they wait where SQLite
    /// wants the file for itself: after a crash, for a moment. `cache` is how much each keeps of the file, as SQLite
    /// writes it; few pages without.
    pub fn new(path: &Path, patience: Duration, cache: Option<&'static str>) -> Self {
        Self { path: path.to_owned(), patience, cache, idle: Mutex::default() }
    }

    /// What `work` reads. Each statement in it sees what is committed when it begins.
    pub fn read<T, E: Into<StoreError>>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, E>,
    ) -> Result<T, StoreError> {
        let idle = self.lock().pop();
        let connection = match idle {
            Some(connection) => connection,
            None => self.open()?,
        };
        let read = work(&connection).map_err(Into::into)?;
        self.lock().push(connection);
        Ok(read)
    }

    /// The same for what reads a whole shop: this thread's other tasks go on elsewhere meanwhile.
    pub fn read_long<T, E: Into<StoreError>>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, E>,
    ) -> Result<T, StoreError> {
        in_place(|| self.read(work))
    }

    /// Closes the connections that are idle.
    pub fn close(&self) {
        self.lock().clear();
    }

    fn open(&self) -> rusqlite::Result<Connection> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(&self.path, flags)?;
        connection.busy_timeout(self.patience)?;
        if let Some(size) = self.cache {
            connection.pragma_update(None, "cache_size", size)?;
        }
        Ok(connection)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Connection>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
