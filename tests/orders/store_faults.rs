//! A database that is locked or full: nothing was ordered, and everything works again afterwards.

use std::{path::Path, sync::Arc, time::Duration};

use rusqlite::Connection;
use sayso::{
    commerce::{
        desk::{DeskError, PlaceOutcome},
        ports::{OrderStore, SessionSaved, SessionStore, StoreError},
    },
    store::{SqliteOptions, SqliteStore},
};

use crate::support::shop::{TestShop, desk, household, purchase, shop};

/// The desk of that shop on a store that waits hardly at all for another process.
async fn impatient(corner: &TestShop) -> (sayso::commerce::OrderDesk, Arc<SqliteStore>) {
    let options = SqliteOptions { busy_timeout: Duration::from_millis(20) };
    let path = corner.folder.path().join("sayso.db");
    let store = Arc::new(SqliteStore::open_with(&path, options).await.expect("a store"));
    (desk(store.clone(), corner.ledger.clone(), corner.clock.clone()), store)
}

/// Another connection, which has the lock of the file.
fn locked(file: &Path, how: &str) -> Connection {
    let other = Connection::open(file).expect("a second connection");
    other.execute_batch(&format!("BEGIN {how}")).expect("the lock");
    other
}

#[tokio::test]
async fn while_the_database_is_locked_nothing_is_ordered() {
    let corner = TestShop::open().await;
    let (desk, _) = impatient(&corner).await;
    let other = locked(&corner.folder.path().join("sayso.db"), "EXCLUSIVE");
    let answer = desk.place(purchase("k1", &[("coffee", 2)])).await;
    assert!(matches!(answer, Err(DeskError::Store(_))), "{answer:?}");
    assert_eq!(corner.ledger.count().await, Ok(0));
    other.execute_batch("ROLLBACK").expect("no lock");
    assert_eq!((corner.orders().await.len(), corner.left("coffee").await), (0, 10));
    let again = desk.place(purchase("k1", &[("coffee", 2)])).await;
    assert!(matches!(again, Ok(PlaceOutcome::Placed(_))), "{again:?}");
}

#[tokio::test]
async fn a_conversation_waits_for_no_order_and_one_that_cannot_be_kept_is_an_error() {
    let corner = TestShop::open().await;
    let (_, store) = impatient(&corner).await;
    let session = sayso::commerce::SessionId::new("kitchen").expect("an id");
    let (shop, oak) = (shop(), household("oak-street"));
    let save = |version| store.save(&shop, &oak, &session, "{}", version, jiff::Timestamp::UNIX_EPOCH);
    let lock = |file: &str| locked(&corner.folder.path().join(file), "IMMEDIATE");
    let orders = lock("sayso.db");
    assert!(matches!(save(0).await, Ok(SessionSaved::Saved(1))));
    drop(orders);
    let conversations = lock("conversations.db");
    assert!(matches!(save(1).await, Err(StoreError::Fault(_))));
    drop(conversations);
    assert!(matches!(save(1).await, Ok(SessionSaved::Saved(2))), "nothing of the one that failed was kept");
}

#[tokio::test]
async fn a_desk_waits_for_another_process_that_writes_for_a_moment() {
    let corner = TestShop::open().await;
    let other = locked(&corner.folder.path().join("sayso.db"), "IMMEDIATE");
    let release = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(30));
        other.execute_batch("ROLLBACK").expect("no lock");
    });
    let answer = corner.desk.place(purchase("k1", &[("coffee", 2)])).await;
    release.join().expect("no panic");
    assert!(matches!(answer, Ok(PlaceOutcome::Placed(_))), "{answer:?}");
}

#[tokio::test]
async fn what_was_ordered_is_there_after_a_restart() {
    let corner = TestShop::open().await;
    let order = corner.placed("k1", &[("coffee", 2)]).await;
    let (desk, store) = impatient(&corner).await;
    let again = desk.place(purchase("k1", &[("coffee", 2)])).await.expect("an answer");
    assert_eq!(again, PlaceOutcome::Placed(order.clone()));
    assert_eq!(store.order(&shop(), &order.id).await.expect("an answer"), Some(order));
}

#[tokio::test]
async fn a_file_of_conversations_that_cannot_be_used_is_named_and_left_as_it_is() {
    let folder = tempfile::tempdir().expect("a folder");
    let (orders, file) = (folder.path().join("sayso.db"), folder.path().join("conversations.db"));
    SqliteStore::open(&orders).await.expect("a store").close().await;
    let newer = Connection::open(&file).expect("a file");
    newer.pragma_update(None, "user_version", 2).expect("a version");
    newer.close().expect("a file");
    let refused = SqliteStore::open(&orders).await.err().expect("of a newer Sayso").to_string();
    assert!(refused.contains("conversations.db") && refused.contains("version 2"), "{refused}");
    let text = "This is a letter, not a database. ".repeat(100);
    std::fs::write(&file, &text).expect("a file");
    let refused = SqliteStore::open(&orders).await.err().expect("no database").to_string();
    assert!(refused.contains("conversations.db"), "{refused}");
    assert_eq!(std::fs::read_to_string(&file).expect("the file"), text);
    std::fs::remove_file(&file).expect("moved away");
    assert!(SqliteStore::open(&orders).await.is_ok(), "nothing else depends on it");
}

#[tokio::test]
async fn a_file_that_is_no_database_is_refused_and_left_as_it_is() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("sayso.db");
    let text = "This is a letter, not a database. ".repeat(100);
    std::fs::write(&path, &text).expect("a file");
    assert!(SqliteStore::open(&path).await.is_err());
    assert_eq!(std::fs::read_to_string(&path).expect("the file"), text);
}
