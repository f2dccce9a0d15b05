//! Who writes conversations: whoever finds the file free, or a thread for all who did not, in one transaction.

use std::{
    path::PathBuf,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU32, AtomicUsize, Ordering},
        mpsc::{self, Receiver, RecvTimeoutError},
    },
    time::Duration,
};

use rusqlite::{Connection, ErrorCode, TransactionBehavior, named_params, params};
use tokio::sync::oneshot;

use super::{super::fault, writable};
use crate::{
    commerce::{HouseholdId, SessionId, ShopId, ports::StoreError},
    database::{checkpoint, renewed},
};

/// The most writes of one transaction, so that none waits long for the others.
const MOST_TOGETHER: usize = 128;
/// Transactions after which what was written is moved from the log into the file.
const PER_CHECKPOINT: u32 = 400;
/// After so long without a turn the log is moved too.
const QUIET: Duration = Duration::from_secs(20);

/// What the thread is told.
pub(super) enum Told {
    Write(Job),
    /// Enough was written to be moved into the file.
    Checkpoint,
}

/// A change, and who waits for how many rows it touched.
pub(super) struct Job {
    pub(super) change: Change,
    pub(super) done: oneshot::Sender<Result<usize, StoreError>>,
}

/// Whose conversation, and which.
pub(super) struct Place {
    pub(super) shop: ShopId,
    pub(super) household: HouseholdId,
    pub(super) session: SessionId,
}

pub(super) enum Change {
    /// `expected` is the version that is there, 0 for none.
    Save {
        place: Place,
        payload: String,
        expected: i64,
        at: i64,
    },
    Forget(Place),
    /// Only where it did not go on since that version.
    ForgetAt {
        place: Place,
        version: i64,
    },
    ForgetIdle {
        before: i64,
    },
}

/// The file of conversations as this process writes it: one at a time.
pub(super) struct File {
    path: PathBuf,
    patience: Duration,
    /// `None` once it is closed.
    connection: Mutex<Option<Connection>>,
    /// How many wait for the thread.
    waiting: AtomicUsize,
    /// Transactions since what they wrote was last moved into the file.
    since: AtomicU32,
}

impl File {
    /// An open file. `patience` is how long the thread waits for another process.
    pub fn new(path: PathBuf, patience: Duration, connection: Connection) -> Self {
        let connection = Mutex::new(Some(connection));
        Self { path, patience, connection, waiting: AtomicUsize::new(0), since: AtomicU32::new(0) }
    }

    /// Writes a change on the caller's thread, and says how many rows it touched: some microseconds, which is less than a
    /// thread needs to be woken. `None`, and nothing is written, where others or another process are at the file, or a
    /// fault is in the way: then it is for the thread.
    pub fn at_once(&self, change: &Change) -> Option<usize> {
        if self.waiting.load(Ordering::Acquire) > 0 {
            return None;
        }
        let mut open = self.connection.try_lock().ok()?;
        let connection = open.as_mut()?;
        connection.busy_timeout(Duration::ZERO).ok()?;
        let rows = write_changes(connection, &[change]).ok();
        renewed(connection, || writable(&self.path, self.patience));
        rows.map(|rows| rows[0])
    }

    /// One more waits for the thread: until it was served nobody else writes on the spot.
    pub fn one_waits(&self) {
        self.waiting.fetch_add(1, Ordering::AcqRel);
    }

    /// So many were served, or wait no more.
    pub fn served(&self, count: usize) {
        self.waiting.fetch_sub(count, Ordering::AcqRel);
    }

    /// Whether the transaction that was just written is the one after which the thread is told to move them.
    pub fn is_due(&self) -> bool {
        self.since.fetch_add(1, Ordering::Relaxed) + 1 == PER_CHECKPOINT
    }

    /// Closes the file.
    pub fn close(&self) {
        self.lock().take();
    }

    fn write(&self, jobs: Vec<Job>) {
        let count = jobs.len();
        match self.lock().as_mut() {
            Some(connection) => {
                connection.busy_timeout(self.patience).ok();
                write(connection, jobs);
                renewed(connection, || writable(&self.path, self.patience));
            }
            // Those who wait are told by the end of their channel.
            None => drop(jobs),
        }
        self.served(count);
    }

    fn lock(&self) -> MutexGuard<'_, Option<Connection>> {
        self.connection.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The thread: writes until nobody can ask any more.
pub(super) fn write_all(file: &File, checkpoints: Connection, told: &Receiver<Told>) {
    std::thread::scope(|scope| {
        let (due, dues) = mpsc::sync_channel::<()>(1);
        scope.spawn(move || {
            for () in dues {
                checkpoint(&checkpoints);
            }
        });
        loop {
            let mut move_now = false;
            match told.recv_timeout(QUIET) {
                Ok(Told::Checkpoint) => move_now = true,
                Ok(Told::Write(first)) => {
                    let mut jobs = vec![first];
                    for told in told.try_iter().take(MOST_TOGETHER - 1) {
                        match told {
                            Told::Write(job) => jobs.push(job),
                            Told::Checkpoint => move_now = true,
                        }
                    }
                    file.write(jobs);
                    move_now |= file.is_due();
                }
                Err(RecvTimeoutError::Timeout) => move_now = file.since.load(Ordering::Relaxed) > 0,
                Err(RecvTimeoutError::Disconnected) => break,
            }
            if move_now {
                file.since.store(0, Ordering::Relaxed);
                // One that is under way does for this one as well.
                due.try_send(()).ok();
            }
        }
    });
}

/// Writes the changes in one transaction, and tells those who wait. After a fault nothing of any is stored, and each
/// is tried by itself: what is wrong with one conversation is no other's trouble. For a file that is locked all wait once.
fn write(connection: &mut Connection, jobs: Vec<Job>) {
    let changes: Vec<&Change> = jobs.iter().map(|job| &job.change).collect();
    let written = write_changes(connection, &changes);
    let locked = |error: &rusqlite::Error| error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy);
    if jobs.len() > 1 && written.as_ref().is_err_and(|error| !locked(error)) {
        return jobs.into_iter().for_each(|job| write(connection, vec![job]));
    }
    for (number, job) in jobs.into_iter().enumerate() {
        let answer = match &written {
            Ok(rows) => Ok(rows[number]),
            Err(error) => Err(fault(error)),
        };
        // Whoever does not wait any more has no use for it.
        job.done.send(answer).ok();
    }
}

fn write_changes(connection: &mut Connection, changes: &[&Change]) -> rusqlite::Result<Vec<usize>> {
    let writing = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let rows = changes.iter().map(|one| change(&writing, one)).collect::<rusqlite::Result<_>>()?;
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
        Change::ForgetAt { place, version } => connection
            .prepare_cached(
                "DELETE FROM sessions WHERE shop = ? AND household = ? AND session = ? AND version = ?",
            )?
            .execute(params![place.shop.as_str(), place.household.as_str(), place.session.as_str(), version]),
        Change::ForgetIdle { before } => {
            connection.prepare_cached("DELETE FROM sessions WHERE saved_at < ?")?.execute([before])
        }
    }
}
