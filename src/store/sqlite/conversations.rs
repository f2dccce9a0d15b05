//! Conversations: saved at every turn, in a file of their own, without waiting for the disk. What was saved last may be
//! lost with the power; `State::boot` tells that one may be old.
//!
//! Whoever finds the file free writes on the spot. Where somebody is at it a thread writes: while it does, the next turns'
//! conversations queue up, and it takes all of them into one transaction, so that under load a save costs a fraction of
//! one. None waits for an order, which is written to another file and does wait for the disk. Between processes the version
//! of each conversation decides.

use std::{
    path::Path,
    sync::{
        Arc, Mutex, PoisonError,
        mpsc::{self, Sender},
    },
    thread::JoinHandle,
    time::Duration,
};

use async_trait::async_trait;
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension};
use tokio::sync::oneshot;

use super::{SqliteStore, corrupt, fault, micros, readers::Readers};
use crate::{
    commerce::{
        HouseholdId, SessionId, ShopId,
        ports::{SavedSession, SessionSaved, SessionStore, StoreError, within_bounds},
    },
    database::{Options, Unusable, connect, prepare},
};

mod writer;

use writer::{Change, File, Job, Place, Told, write_all};

/// Its tables.
const STEPS: [&str; 1] = [include_str!("../../../migrations/conversations/0001_sessions.sql")];

/// The file of conversations.
pub(super) struct Conversations {
    readers: Readers,
    file: Arc<File>,
    writer: Mutex<Option<(Sender<Told>, JoinHandle<()>)>>,
}

impl Conversations {
    /// Opens the file, or makes it. Fails when it is no database or comes from a newer version of Sayso.
    pub fn open(path: &Path, patience: Duration) -> Result<Self, StoreError> {
        let named = |error: Unusable| fault(format!("{}: {error}", path.display()));
        let writable = || writable(path, patience).map_err(|error| named(error.into()));
        let mut connection = writable()?;
        prepare(&mut connection, &STEPS).map_err(named)?;
        let checkpoints = writable()?;
        let file = Arc::new(File::new(path.to_owned(), patience, connection));
        let (sender, told) = mpsc::channel();
        let by_thread = file.clone();
        let writing = move || write_all(&by_thread, checkpoints, &told);
        let thread =
            std::thread::Builder::new().name("conversations".into()).spawn(writing).map_err(fault)?;
        let readers = Readers::new(path, patience, None);
        Ok(Self { readers, file, writer: Mutex::new(Some((sender, thread))) })
    }

    /// Closes the file, after what is being written.
    pub fn close(&self) {
        self.readers.close();
        let writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some((sender, thread)) = writer {
            drop(sender);
            if thread.join().is_err() {
                tracing::error!("the thread that keeps conversations panicked");
            }
        }
        self.file.close();
    }

    /// Whether they can be read, and somebody writes them.
    fn work(&self) -> bool {
        let writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        let writes = writer.as_ref().is_some_and(|(_, thread)| !thread.is_finished());
        let read = self
            .readers
            .read(|file| file.query_row("SELECT 1 FROM sessions LIMIT 1", [], |_| Ok(())).optional());
        writes && read.is_ok()
    }

    async fn change(&self, change: Change) -> Result<usize, StoreError> {
        if let Some(rows) = self.file.at_once(&change) {
            if self.file.is_due() {
                self.tell(Told::Checkpoint).ok();
            }
            return Ok(rows);
        }
        let (done, answer) = oneshot::channel();
        self.file.one_waits();
        if let Err(gone) = self.tell(Told::Write(Job { change, done })) {
            self.file.served(1);
            return Err(gone);
        }
        answer.await.map_err(|_| gone())?
    }

    fn tell(&self, what: Told) -> Result<(), StoreError> {
        let writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        let (sender, _) = writer.as_ref().ok_or_else(gone)?;
        sender.send(what).map_err(|_| gone())
    }
}

fn gone() -> StoreError {
    fault("conversations are not kept any more")
}

impl Drop for Conversations {
    fn drop(&mut self) {
        self.close();
    }
}

fn writable(path: &Path, patience: Duration) -> rusqlite::Result<Connection> {
    let connection = connect(path, &Options { patience, log_pages: super::LOG_PAGES_AT_MOST })?;
    connection.pragma_update(None, "synchronous", "NORMAL")?;
    connection.pragma_update(None, "cache_size", super::CACHE_KIB)?;
    Ok(connection)
}

impl SqliteStore {
    /// Whether conversations are kept at the moment.
    pub fn keeps_conversations(&self) -> bool {
        self.conversations.work()
    }
}

#[async_trait]
impl SessionStore for SqliteStore {
    async fn load(
        &self,
        shop: &ShopId,
        household: &HouseholdId,
        session: &SessionId,
    ) -> Result<Option<SavedSession>, StoreError> {
        let row: Option<(String, i64)> = self.conversations.readers.read(|connection| {
            connection
                .prepare_cached(
                    "SELECT payload, version FROM sessions WHERE shop = ? AND household = ? AND session = ?",
                )?
                .query_row([shop.as_str(), household.as_str(), session.as_str()], |row| {
                    Ok((row.get(0)?, row.get(1)?))
                })
                .optional()
        })?;
        let Some((payload, version)) = row else { return Ok(None) };
        Ok(Some(SavedSession { payload, version: u64::try_from(version).map_err(corrupt)? }))
    }

    async fn save(
        &self,
        shop: &ShopId,
        household: &HouseholdId,
        session: &SessionId,
        payload: &str,
        expected: u64,
        now: Timestamp,
    ) -> Result<SessionSaved, StoreError> {
        within_bounds(payload)?;
        let place = Place::of(shop, household, session);
        let (payload, version) = (payload.to_owned(), i64::try_from(expected).map_err(corrupt)?);
        let save = Change::Save { place, payload, expected: version, at: micros(now) };
        let saved = self.conversations.change(save).await? == 1;
        Ok(if saved { SessionSaved::Saved(expected + 1) } else { SessionSaved::Conflict })
    }

    async fn forget(
        &self,
        shop: &ShopId,
        household: &HouseholdId,
        session: &SessionId,
    ) -> Result<bool, StoreError> {
        let place = Place::of(shop, household, session);
        Ok(self.conversations.change(Change::Forget(place)).await? == 1)
    }

    async fn crowd(
        &self,
        shop: &ShopId,
        household: &HouseholdId,
        most: usize,
    ) -> Result<Vec<SessionId>, StoreError> {
        let names: Vec<String> = self.conversations.readers.read(|connection| {
            let whose = [shop.as_str(), household.as_str()];
            let there: i64 = connection
                .prepare_cached("SELECT COUNT(*) FROM sessions WHERE shop = ? AND household = ?")?
                .query_row(whose, |row| row.get(0))?;
            if usize::try_from(there).is_ok_and(|there| there <= most) {
                return Ok(Vec::new());
            }
            connection
                .prepare_cached(
                    "SELECT session FROM sessions WHERE shop = ? AND household = ? ORDER BY saved_at, rowid",
                )?
                .query_map(whose, |row| row.get(0))?
                .collect()
        })?;
        names.into_iter().map(|name| SessionId::new(name).map_err(corrupt)).collect()
    }

    async fn forget_at(
        &self,
        shop: &ShopId,
        household: &HouseholdId,
        session: &SessionId,
        version: u64,
    ) -> Result<bool, StoreError> {
        let version = i64::try_from(version).map_err(corrupt)?;
        let forget = Change::ForgetAt { place: Place::of(shop, household, session), version };
        Ok(self.conversations.change(forget).await? == 1)
    }

    async fn forget_idle(&self, before: Timestamp) -> Result<u64, StoreError> {
        let forgotten = self.conversations.change(Change::ForgetIdle { before: micros(before) }).await?;
        Ok(u64::try_from(forgotten).unwrap_or(u64::MAX))
    }
}

impl Place {
    fn of(shop: &ShopId, household: &HouseholdId, session: &SessionId) -> Self {
        Self { shop: shop.clone(), household: household.clone(), session: session.clone() }
    }
}
