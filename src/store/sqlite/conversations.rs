//! Conversations: saved at every turn, in a file of their own, without waiting for the disk.
//!
//! One thread writes. While it does, the next turns' conversations queue up, and it takes all of them into one
//! transaction: under load a save costs a fraction of one. None waits for an order, which is written to another file
//! and does wait for the disk. Between processes the version of each conversation decides.

use std::{
    path::Path,
    sync::{
        Mutex, PoisonError,
        mpsc::{self, Receiver, RecvTimeoutError, Sender},
    },
    thread::JoinHandle,
    time::Duration,
};

use async_trait::async_trait;
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, named_params, params};
use tokio::sync::oneshot;

use super::{
    SqliteStore, corrupt, micros,
    readers::{Readers, fault},
};
use crate::commerce::{
    HouseholdId, SessionId, ShopId,
    ports::{MAX_PAYLOAD, SavedSession, SessionSaved, SessionStore, StoreError},
};

const SCHEMA: &str = include_str!("../../../migrations/conversations/0001_sessions.sql");
/// The version of [`SCHEMA`], as the file carries it.
const VERSION: i64 = 1;
/// The most writes of one transaction, so that none waits long for the others.
const MOST_TOGETHER: usize = 128;
/// Transactions after which what was written is moved from the log into the file.
const PER_CHECKPOINT: u32 = 400;
/// After so long without a turn the log is moved too.
const QUIET: Duration = Duration::from_secs(20);

/// The file of conversations.
pub(super) struct Conversations {
    readers: Readers,
    writer: Mutex<Option<(Sender<Job>, JoinHandle<()>)>>,
}

/// A change, and who waits for how many rows it touched.
struct Job {
    change: Change,
    done: oneshot::Sender<Result<usize, StoreError>>,
}

/// Whose conversation, and which.
struct Place {
    shop: ShopId,
    household: HouseholdId,
    session: SessionId,
}

enum Change {
    /// `expected` is the version that is there, 0 for none.
    Save {
        place: Place,
        payload: String,
        expected: i64,
        at: i64,
    },
    Forget(Place),
    ForgetIdle {
        before: i64,
    },
}

impl Conversations {
    /// Opens the file, or makes it. Fails when it is no database or comes from a newer version of Sayso.
    pub fn open(path: &Path, patience: Duration) -> Result<Self, StoreError> {
        let mut connection = writable(path, patience).map_err(fault)?;
        prepare(&mut connection)?;
        let checkpoints = writable(path, patience).map_err(fault)?;
        let (sender, jobs) = mpsc::channel();
        let writing = move || write_all(connection, checkpoints, &jobs);
        let thread =
            std::thread::Builder::new().name("conversations".into()).spawn(writing).map_err(fault)?;
        Ok(Self { readers: Readers::new(path, patience), writer: Mutex::new(Some((sender, thread))) })
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
    }

    async fn change(&self, change: Change) -> Result<usize, StoreError> {
        let gone = || fault("conversations are not kept any more");
        let (done, answer) = oneshot::channel();
        {
            let writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
            let (sender, _) = writer.as_ref().ok_or_else(gone)?;
            sender.send(Job { change, done }).map_err(|_| gone())?;
        }
        answer.await.map_err(|_| gone())?
    }
}

impl Drop for Conversations {
    fn drop(&mut self) {
        self.close();
    }
}

fn writable(path: &Path, patience: Duration) -> rusqlite::Result<Connection> {
    let connection = Connection::open(path)?;
    connection.busy_timeout(patience)?;
    connection.pragma_update(None, "synchronous", "NORMAL")?;
    connection.pragma_update(None, "wal_autocheckpoint", super::LOG_PAGES_AT_MOST)?;
    Ok(connection)
}

fn prepare(connection: &mut Connection) -> Result<(), StoreError> {
    let mode: String =
        connection.query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0)).map_err(fault)?;
    if mode != "wal" {
        return Err(fault("the file of conversations cannot be written ahead"));
    }
    let writing =
        connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate).map_err(fault)?;
    match writing.query_row("PRAGMA user_version", [], |row| row.get(0)).map_err(fault)? {
        VERSION => Ok(()),
        0 => {
            writing.execute_batch(SCHEMA).map_err(fault)?;
            writing.pragma_update(None, "user_version", VERSION).map_err(fault)?;
            writing.commit().map_err(fault)
        }
        newer => {
            Err(fault(format!("the file of conversations is of version {newer}, which is newer than this")))
        }
    }
}

/// The thread: writes until nobody can ask any more.
fn write_all(mut connection: Connection, checkpoints: Connection, jobs: &Receiver<Job>) {
    std::thread::scope(|scope| {
        let (due, dues) = mpsc::sync_channel::<()>(1);
        // Beside the writer: SQLite on its own would do it inside a commit, and let that one wait for the disk.
        scope.spawn(move || {
            for () in dues {
                checkpoint(&checkpoints);
            }
        });
        let mut since = 0;
        loop {
            match jobs.recv_timeout(QUIET) {
                Ok(first) => {
                    let together: Vec<_> =
                        std::iter::once(first).chain(jobs.try_iter().take(MOST_TOGETHER - 1)).collect();
                    write(&mut connection, together);
                    since += 1;
                }
                Err(RecvTimeoutError::Timeout) if since > 0 => since = PER_CHECKPOINT,
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => break,
            }
            if since >= PER_CHECKPOINT {
                // One that is under way does for this one as well.
                due.try_send(()).ok();
                since = 0;
            }
        }
    });
}

fn checkpoint(connection: &Connection) {
    if let Err(error) = connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(())) {
        tracing::debug!(%error, "a checkpoint was left for later");
    }
}

/// Writes the changes in one transaction, and tells those who wait. After a fault nothing of any is stored.
fn write(connection: &mut Connection, jobs: Vec<Job>) {
    let written = write_changes(connection, &jobs);
    for (number, job) in jobs.into_iter().enumerate() {
        let answer = match &written {
            Ok(rows) => Ok(rows[number]),
            Err(error) => Err(fault(error)),
        };
        // Whoever does not wait any more has no use for it.
        job.done.send(answer).ok();
    }
}

fn write_changes(connection: &mut Connection, jobs: &[Job]) -> rusqlite::Result<Vec<usize>> {
    let writing = connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    let rows = jobs.iter().map(|job| change(&writing, &job.change)).collect::<rusqlite::Result<_>>()?;
    writing.commit()?;
    Ok(rows)
}

fn change(connection: &Connection, change: &Change) -> rusqlite::Result<usize> {
    match change {
        Change::Save { place, payload, expected: 0, at } => connection
            .prepare_cached(
                "INSERT INTO sessions (shop, household, session, payload, version, saved_at)
                 VALUES (?, ?, ?, ?, 1, ?) ON CONFLICT DO NOTHING",
            )?
            .execute(params![place.shop.as_str(), place.household.as_str(), place.session.as_str(), payload, at]),
        Change::Save { place, payload, expected, at } => connection
            .prepare_cached(
                "UPDATE sessions SET payload = :payload, version = version + 1, saved_at = :at
                 WHERE shop = :shop AND household = :household AND session = :session AND version = :expected",
            )?
            .execute(named_params! {
                ":shop": place.shop.as_str(),
                ":household": place.household.as_str(),
                ":session": place.session.as_str(),
                ":payload": payload,
                ":expected": expected,
                ":at": at,
            }),
        Change::Forget(place) => connection
            .prepare_cached("DELETE FROM sessions WHERE shop = ? AND household = ? AND session = ?")?
            .execute([place.shop.as_str(), place.household.as_str(), place.session.as_str()]),
        Change::ForgetIdle { before } => {
            connection.prepare_cached("DELETE FROM sessions WHERE saved_at < ?")?.execute([before])
        }
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
        if payload.len() > MAX_PAYLOAD {
            return Err(StoreError::TooLarge(payload.len()));
        }
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
