//! What every store has to do, whichever it is: one suite, run for each adapter.

mod orders;
mod rest;

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use sayso::{
    commerce::{
        HouseholdId, OrderId, OrderNumber, SessionId, ShopId, Sku,
        order::{Command, Draft, Event, Order, OrderState, Refusal, apply, counts, decide, replay},
        ports::{Change, NewHousehold, Reservation, Reserved, Store, StoreError},
    },
    store::{MemoryStore, SqliteStore},
};
use tempfile::TempDir;

use crate::support::shop::{day, household, key, quote, shop, sku, usd};

use orders::*;
use rest::*;

/// Every adapter has to be able to start empty.
macro_rules! suite {
    ($($rule:ident),* $(,)?) => {
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $rule() {
                let folder = tempfile::tempdir().expect("a folder");
                super::$rule(super::sqlite_store(&folder).await).await;
            })*
        }
        mod memory {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $rule() {
                super::$rule(std::sync::Arc::new(super::MemoryStore::default())).await;
            })*
        }
    };
}

suite!(
    an_order_is_stored_with_its_key_its_number_its_event_and_its_goods,
    a_key_that_is_known_changes_nothing,
    a_refused_order_in_a_batch_leaves_no_trace_beside_the_others,
    a_build_that_fails_stores_nothing_of_the_whole_batch,
    an_order_over_the_limit_is_refused_and_one_that_does_not_count_is_not,
    a_change_that_was_withdrawn_changes_nothing,
    a_change_is_stored_with_its_events_goods_and_outcome,
    a_change_of_an_old_version_is_a_conflict_and_changes_nothing,
    of_two_changes_at_once_one_wins,
    orders_with_something_due_are_found_across_shops,
    a_refusal_is_saved_for_its_key_once,
    the_log_goes_on_where_a_reader_stopped,
    stock_is_never_below_what_is_set_aside,
    what_a_shop_brought_along_is_noted_for_it_alone,
    orders_at_once_never_set_aside_more_than_there_is,
    tries_are_counted_before_they_are_looked_at,
    a_conversation_is_saved_version_by_version,
    a_conversation_has_a_largest_size,
    of_many_saves_at_once_each_is_kept_and_of_two_of_the_same_version_one,
    a_conversation_that_was_idle_for_too_long_is_forgotten,
);

async fn sqlite_store(folder: &TempDir) -> Arc<SqliteStore> {
    Arc::new(SqliteStore::open(&folder.path().join("sayso.db")).await.expect("a store"))
}

fn now() -> Timestamp {
    "2026-03-02T09:00:00Z".parse().expect("a moment")
}

/// A shop with ten coffees and one soap, and the household at Oak Street with a limit of 100.00.
async fn fill(store: &dyn Store, shop: &ShopId) {
    let new = NewHousehold {
        id: household("oak-street"),
        name: "Oak Street".into(),
        members: vec!["parent".into()],
        limit: usd(10_000),
    };
    assert!(store.add_household(shop, &new).await.expect("an answer"));
    assert!(!store.add_household(shop, &new).await.expect("an answer"), "once");
    store.sync_stock(shop, &[(sku("coffee"), 10), (sku("soap"), 1)]).await.expect("stock");
}

/// What is asked for in one reservation of these tests.
#[derive(Clone)]
struct Wish {
    shop: ShopId,
    household: HouseholdId,
    key: String,
    lines: Vec<(&'static str, u32)>,
    counts: bool,
    fails: bool,
}

fn wish(key: &str, lines: &[(&'static str, u32)]) -> Wish {
    let lines = lines.to_vec();
    Wish {
        shop: shop(),
        household: household("oak-street"),
        key: key.into(),
        lines,
        counts: true,
        fails: false,
    }
}

fn build(wish: &Wish, number: OrderNumber) -> Result<(Order, Vec<(Event, Timestamp)>), Refusal> {
    if wish.fails {
        return Err(Refusal::Quantities);
    }
    let draft = Box::new(Draft {
        id: OrderId::new(format!("order-{}", wish.key)).expect("an id"),
        number,
        shop: wish.shop.clone(),
        household: wish.household.clone(),
        session: SessionId::new("kitchen").expect("an id"),
        quote: quote(&wish.lines),
    });
    let events = decide(None, Command::Place(draft), now())?;
    let order = replay(events.iter().map(|event| (event, now())));
    Ok((order.expect("an order"), events.into_iter().map(|event| (event, now())).collect()))
}

async fn reserve(store: &dyn Store, wishes: &[Wish]) -> Result<Vec<Reserved>, StoreError> {
    let keys: Vec<_> = wishes.iter().map(|wish| key(&wish.key)).collect();
    let stocks: Vec<Vec<(Sku, u32)>> = wishes.iter().map(|wish| counts(&quote(&wish.lines))).collect();
    let builds: Vec<_> = wishes.iter().map(|wish| move |number| build(wish, number)).collect();
    let batch: Vec<Reservation<'_>> = (0..wishes.len())
        .map(|i| Reservation {
            shop: &wishes[i].shop,
            household: &wishes[i].household,
            key: &keys[i],
            fingerprint: "f",
            total: quote(&wishes[i].lines).total(),
            stock: &stocks[i],
            day: day("2026-03-02"),
            within_limit_since: wishes[i].counts.then(|| now() - SignedDuration::from_hours(24)),
            first_number: OrderNumber(7),
            build: &builds[i],
        })
        .collect();
    store.reserve(&batch).await
}

async fn reserved(store: &dyn Store, key: &str, lines: &[(&'static str, u32)]) -> Order {
    match reserve(store, &[wish(key, lines)]).await.expect("an answer").remove(0) {
        Reserved::New(order) => *order,
        other => panic!("not new: {other:?}"),
    }
}

async fn free(store: &dyn Store, name: &str) -> u32 {
    store.stock(&shop(), &[sku(name)]).await.expect("stock")[0]
}

fn next(order: &Order, command: Command) -> (Order, Vec<Event>) {
    let events = decide(Some(order), command, now()).expect("events");
    let after = events.iter().try_fold(order.clone(), |order, event| apply(Some(order), event, now()));
    (after.expect("an order"), events)
}

async fn follow(store: &dyn Store, order: &Order, command: Command) -> Result<Order, StoreError> {
    let (order, events) = next(order, command);
    store
        .append(Change {
            order: &order,
            events: &events,
            at: now(),
            outcome: None,
            recoverable: false,
            wish: None,
        })
        .await?;
    Ok(order)
}

fn authorised() -> Command {
    Command::PaymentAuthorised { reference: "r1".into() }
}

fn to(state: OrderState) -> Command {
    Command::Advance { to: state, today: day("2026-03-04") }
}
