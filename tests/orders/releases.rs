//! Files of other releases of Sayso: an older one's are taken over with all that is in them, a newer one's are refused.

use std::path::Path;

use rusqlite::Connection;
use sayso::{commerce::ports::HouseholdStore, store::SqliteStore};

use crate::support::shop::{household, shop};

/// The tables of the first releases, and the household that one of them kept.
const FIRST: [&str; 3] = [
    include_str!("../../migrations/store/0001_orders.sql"),
    include_str!("../../migrations/store/0002_idle_sessions.sql"),
    include_str!("../../migrations/store/0003_links.sql"),
];
/// How they counted these: sqlx's table, of which only this is looked at.
const COUNT: &str = "CREATE TABLE _sqlx_migrations (version BIGINT PRIMARY KEY, success BOOLEAN NOT NULL);
                     INSERT INTO _sqlx_migrations VALUES (1, TRUE), (2, TRUE), (3, TRUE);";

fn first_release(path: &Path) -> rusqlite::Result<()> {
    let file = Connection::open(path)?;
    FIRST.iter().try_for_each(|step| file.execute_batch(step))?;
    file.execute_batch(COUNT)?;
    let add = "INSERT INTO households (shop, household, name, members, limit_minor, currency)
               VALUES (?, 'oak-street', 'Oak Street', '[]', 5000, 'USD')";
    file.execute(add, [shop().as_str()])?;
    Ok(())
}

#[tokio::test]
async fn a_file_of_an_earlier_release_is_brought_up_to_date_with_what_is_in_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("sayso.db");
    first_release(&path).expect("a file of the first releases");
    for _ in 0..2 {
        let store = SqliteStore::open(&path).await.expect("a store");
        let now = jiff::Timestamp::UNIX_EPOCH;
        let oak = store.household(&shop(), &household("oak-street"), now).await.expect("an answer");
        assert_eq!(oak.map(|oak| oak.name).as_deref(), Some("Oak Street"));
        let orders = sayso::commerce::ports::OrderStore::orders;
        let oaks = orders(&store, &shop(), Some(&household("oak-street")), 10).await.expect("an answer");
        assert!(oaks.is_empty());
        store.close().await;
    }
}

#[tokio::test]
async fn a_file_of_a_newer_release_is_named_and_left_as_it_is() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("sayso.db");
    SqliteStore::open(&path).await.expect("a store").close().await;
    let file = Connection::open(&path).expect("a file");
    file.pragma_update(None, "user_version", 99).expect("a version");
    let refused = SqliteStore::open(&path).await.err().expect("of a newer Sayso").to_string();
    assert!(refused.contains("sayso.db") && refused.contains("version 99"), "{refused}");
    let left: u32 = file.query_row("PRAGMA user_version", [], |row| row.get(0)).expect("a version");
    assert_eq!(left, 99);
}
