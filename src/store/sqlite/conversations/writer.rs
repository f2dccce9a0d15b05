//! The thread that writes conversations: all that wait, in one transaction.

use std::{
    sync::mpsc::{self, Receiver, RecvTimeoutError},
    time::Duration,
};

use rusqlite::{Connection, ErrorCode, TransactionBehavior, named_params, params};
use tokio::sync::oneshot;

use super::super::fault;
use crate::commerce::{HouseholdId, SessionId, ShopId, ports::StoreError};

/// The most writes of one transaction, so that none waits long for the others.
const MOST_TOGETHER: usize = 128;
/// Transactions after which what was written is moved from the log into the file.
const PER_CHECKPOINT: u32 = 400;
/// After so long without a turn the log is moved too.
const QUIET: Duration = Duration::from_secs(20);

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

/// The thread: writes until nobody can ask any more. `again` opens the file anew.
pub(super) fn write_all(
    mut connection: Connection,
    again: &impl Fn() -> rusqlite::Result<Connection>,
    checkpoints: Connection,
    jobs: &Receiver<Job>,
) {
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
                    let others = jobs.try_iter().take(MOST_TOGETHER - 1);
                    write(&mut connection, std::iter::once(first).chain(others).collect());
                    // On a full disk SQLite may not get out of a transaction; a new connection is in none.
                    if !connection.is_autocommit()
                        && let Ok(new) = again()
                    {
                        connection = new;
                    }
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

/// Writes the changes in one transaction, and tells those who wait. After a fault nothing of any is stored, and each
/// is tried by itself: what is wrong with one conversation is no other's trouble. For a file that is locked all wait once.
fn write(connection: &mut Connection, jobs: Vec<Job>) {
    let written = write_changes(connection, &jobs);
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

fn write_changes(connection: &mut Connection, jobs: &[Job]) -> rusqlite::Result<Vec<usize>> {
    let writing = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
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
