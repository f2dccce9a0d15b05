//! What every store has to do, whichever it is: one suite, run for each adapter.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use sayso::{
    commerce::{
        HouseholdId, OrderId, OrderNumber, SessionId, ShopId, Sku,
        desk::PlaceOutcome,
        order::{Command, Draft, Event, Order, OrderState, Refusal, apply, counts, decide},
        ports::{
            Change, MAX_PAYLOAD, NewHousehold, Reservation, Reserved, SessionSaved, Store, StoreError, Try,
        },
    },
    store::{MemoryStore, SqliteStore},
};
use tempfile::TempDir;

use crate::support::shop::{day, household, key, quote, shop, sku, usd};

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
    a_change_is_stored_with_its_events_goods_and_outcome,
    a_change_of_an_old_version_is_a_conflict_and_changes_nothing,
    of_two_changes_at_once_one_wins,
    orders_with_something_due_are_found_across_shops,
    a_refusal_is_saved_for_its_key_once,
    the_log_goes_on_where_a_reader_stopped,
    stock_is_never_below_what_is_set_aside,
    orders_at_once_never_set_aside_more_than_there_is,
    tries_are_counted_before_they_are_looked_at,
    a_conversation_is_saved_version_by_version,
    a_conversation_has_a_largest_size,
);

async fn sqlite_store(folder: &TempDir) -> Arc<SqliteStore> {
    Arc::new(SqliteStore::open(&folder.path().join("sayso.db")).await.expect("a store"))
}

fn now() -> Timestamp {
    "2026-03-02T09:00:00Z".parse().expect("a moment")
}

/// A shop with ten coffees and one soap, and the Harpers with a limit of 100.00.
async fn fill(store: &dyn Store, shop: &ShopId) {
    let new = NewHousehold {
        id: household("harper"),
        name: "the Harpers".into(),
        members: vec!["Ada".into()],
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
    Wish { shop: shop(), household: household("harper"), key: key.into(), lines, counts: true, fails: false }
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
    let order = events.iter().fold(None, |order, event| apply(order, event, now()));
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
    let after = events.iter().fold(Some(order.clone()), |order, event| apply(order, event, now()));
    (after.expect("an order"), events)
}

async fn follow(store: &dyn Store, order: &Order, command: Command) -> Result<Order, StoreError> {
    let (order, events) = next(order, command);
    store
        .append(Change { order: &order, events: &events, at: now(), outcome: None, recoverable: false })
        .await?;
    Ok(order)
}

fn authorised() -> Command {
    Command::PaymentAuthorised { reference: "r1".into() }
}

fn to(state: OrderState) -> Command {
    Command::Advance { to: state, today: day("2026-03-04") }
}

async fn an_order_is_stored_with_its_key_its_number_its_event_and_its_goods(store: Arc<dyn Store>) {
    fill(&*store, &shop()).await;
    let order = reserved(&*store, "k1", &[("coffee", 2)]).await;
    assert_eq!((order.number, free(&*store, "coffee").await), (OrderNumber(7), 8));
    assert_eq!(store.order(&shop(), &order.id).await.expect("an answer"), Some(order.clone()));
    assert_eq!(store.order_numbered(&shop(), OrderNumber(7)).await.expect("an answer"), Some(order.clone()));
    let harper = household("harper");
    assert_eq!(store.orders(&shop(), Some(&harper), 9).await.expect("orders"), [order.clone()]);
    assert_eq!(store.orders(&shop(), Some(&harper), 0).await.expect("orders"), []);
    let known = store.confirmation(&shop(), &harper, &key("k1")).await.expect("an answer").expect("a key");
    assert_eq!((known.order, known.outcome), (Some(order.id.clone()), None));
    let log = store.events_after(&shop(), 0, 9).await.expect("the log");
    assert_eq!((log.len(), &log[0].order, log[0].at), (1, &order.id, now()));
    assert_eq!(reserved(&*store, "k2", &[("soap", 1)]).await.number, OrderNumber(8));
}

async fn a_key_that_is_known_changes_nothing(store: Arc<dyn Store>) {
    fill(&*store, &shop()).await;
    let order = reserved(&*store, "k1", &[("coffee", 2)]).await;
    let again = reserve(&*store, &[wish("k1", &[("coffee", 3)])]).await.expect("an answer").remove(0);
    assert!(matches!(again, Reserved::Known(known) if known.order == Some(order.id)));
    assert_eq!(free(&*store, "coffee").await, 8);
}

async fn a_refused_order_in_a_batch_leaves_no_trace_beside_the_others(store: Arc<dyn Store>) {
    fill(&*store, &shop()).await;
    let mut stranger = wish("k3", &[("coffee", 1)]);
    stranger.household = household("stranger");
    let batch = [
        wish("k1", &[("coffee", 1)]),
        wish("k2", &[("coffee", 1), ("soap", 2)]),
        stranger,
        wish("k4", &[("coffee", 1)]),
    ];
    let answers = reserve(&*store, &batch).await.expect("answers");
    assert!(matches!(answers[0], Reserved::New(_)));
    assert_eq!(answers[1], Reserved::OutOfStock { sku: sku("soap"), left: 1 });
    assert_eq!(answers[2], Reserved::UnknownHousehold);
    assert!(matches!(&answers[3], Reserved::New(order) if order.number == OrderNumber(8)));
    assert_eq!((free(&*store, "coffee").await, free(&*store, "soap").await), (8, 1));
    assert_eq!(store.confirmation(&shop(), &household("harper"), &key("k2")).await.expect("an answer"), None);
}

async fn a_build_that_fails_stores_nothing_of_the_whole_batch(store: Arc<dyn Store>) {
    fill(&*store, &shop()).await;
    let mut failing = wish("k2", &[("coffee", 1)]);
    failing.fails = true;
    let answer = reserve(&*store, &[wish("k1", &[("coffee", 1)]), failing]).await;
    assert!(matches!(answer, Err(StoreError::Refused(Refusal::Quantities))));
    assert_eq!(free(&*store, "coffee").await, 10);
    assert_eq!(store.orders(&shop(), None, 9).await.expect("orders"), []);
    assert_eq!(reserved(&*store, "k1", &[("coffee", 1)]).await.number, OrderNumber(7));
}

async fn an_order_over_the_limit_is_refused_and_one_that_does_not_count_is_not(store: Arc<dyn Store>) {
    fill(&*store, &shop()).await;
    let mut apart = wish("k1", &[("coffee", 4)]);
    apart.counts = false;
    let batch = [apart, wish("k2", &[("coffee", 4)]), wish("k3", &[("coffee", 4)])];
    let answers = reserve(&*store, &batch).await.expect("answers");
    assert!(matches!(answers[..2], [Reserved::New(_), Reserved::New(_)]));
    assert_eq!(answers[2], Reserved::OverLimit);
    assert!(store.set_limit(&shop(), &household("harper"), usd(20_000)).await.expect("an answer"));
    reserved(&*store, "k3", &[("coffee", 2)]).await;
}

async fn a_change_is_stored_with_its_events_goods_and_outcome(store: Arc<dyn Store>) {
    fill(&*store, &shop()).await;
    let harper = household("harper");
    let order = reserved(&*store, "k1", &[("coffee", 2)]).await;
    assert_eq!(store.purchases(&shop(), &harper, 9).await.expect("purchases"), []);
    let (order, events) = next(&order, authorised());
    let outcome = PlaceOutcome::Placed(order.clone());
    store
        .append(Change {
            order: &order,
            events: &events,
            at: now(),
            outcome: Some(&outcome),
            recoverable: true,
        })
        .await
        .expect("a change");
    let known = store.confirmation(&shop(), &harper, &key("k1")).await.expect("an answer").expect("a key");
    assert_eq!(known.outcome, Some(outcome));
    assert_eq!(store.purchases(&shop(), &harper, 9).await.expect("purchases").len(), 1);
    let order = follow(&*store, &order, to(OrderState::Packed)).await.expect("a change");
    let order = follow(&*store, &order, to(OrderState::Shipped)).await.expect("a change");
    assert_eq!(store.adjust_stock(&shop(), &sku("coffee"), 0).await.expect("an answer"), Some(8));
    assert_eq!(store.order(&shop(), &order.id).await.expect("an answer"), Some(order));
    let other = reserved(&*store, "k2", &[("coffee", 3)]).await;
    assert_eq!(free(&*store, "coffee").await, 5);
    follow(&*store, &other, Command::Cancel).await.expect("a change");
    assert_eq!(free(&*store, "coffee").await, 8);
    assert_eq!(store.purchases(&shop(), &harper, 9).await.expect("purchases").len(), 1);
}

async fn a_change_of_an_old_version_is_a_conflict_and_changes_nothing(store: Arc<dyn Store>) {
    fill(&*store, &shop()).await;
    let old = reserved(&*store, "k1", &[("coffee", 2)]).await;
    let paid = follow(&*store, &old, authorised()).await.expect("a change");
    let late = follow(&*store, &old, Command::Cancel).await;
    assert!(matches!(late, Err(StoreError::Conflict)), "{late:?}");
    assert_eq!(store.order(&shop(), &old.id).await.expect("an answer"), Some(paid));
    assert_eq!(free(&*store, "coffee").await, 8);
    assert_eq!(store.events_after(&shop(), 0, 9).await.expect("the log").len(), 2);
}

async fn of_two_changes_at_once_one_wins(store: Arc<dyn Store>) {
    fill(&*store, &shop()).await;
    let order = reserved(&*store, "k1", &[("coffee", 2)]).await;
    let tasks: Vec<_> = [authorised(), Command::Cancel]
        .into_iter()
        .map(|command| {
            let (store, order) = (store.clone(), order.clone());
            tokio::spawn(async move { follow(&*store, &order, command).await.is_ok() })
        })
        .collect();
    let mut won = 0;
    for task in tasks {
        won += u32::from(task.await.expect("no panic"));
    }
    assert_eq!(won, 1);
}

async fn orders_with_something_due_are_found_across_shops(store: Arc<dyn Store>) {
    let other = ShopId::new("elsewhere").expect("an id");
    fill(&*store, &shop()).await;
    fill(&*store, &other).await;
    let first = reserved(&*store, "k1", &[("coffee", 1)]).await;
    let mut elsewhere = wish("k2", &[("coffee", 1)]);
    elsewhere.shop = other;
    reserve(&*store, &[elsewhere]).await.expect("an answer");
    assert_eq!(store.orders_due(9).await.expect("orders").len(), 2);
    assert_eq!(store.orders_due(1).await.expect("orders").len(), 1);
    follow(&*store, &first, authorised()).await.expect("a change");
    let due = store.orders_due(9).await.expect("orders");
    assert_eq!(due.iter().map(|order| order.shop.as_str()).collect::<Vec<_>>(), ["elsewhere"]);
}

async fn a_refusal_is_saved_for_its_key_once(store: Arc<dyn Store>) {
    fill(&*store, &shop()).await;
    let (shop, harper, key) = (shop(), household("harper"), key("k1"));
    let save = |outcome| {
        let (store, shop, harper, key) = (store.clone(), shop.clone(), harper.clone(), key.clone());
        async move { store.save_refusal(&shop, &harper, &key, "f", &outcome).await.expect("an answer") }
    };
    assert!(save(PlaceOutcome::PriceChanged).await);
    assert!(!save(PlaceOutcome::Declined).await);
    let known = store.confirmation(&shop, &harper, &key).await.expect("an answer").expect("a key");
    assert_eq!((known.order, known.outcome), (None, Some(PlaceOutcome::PriceChanged)));
}

async fn the_log_goes_on_where_a_reader_stopped(store: Arc<dyn Store>) {
    fill(&*store, &shop()).await;
    let order = reserved(&*store, "k1", &[("coffee", 1)]).await;
    follow(&*store, &order, authorised()).await.expect("a change");
    let first = store.events_after(&shop(), 0, 1).await.expect("the log");
    let second = store.events_after(&shop(), first[0].position, 9).await.expect("the log");
    assert_eq!((first[0].event.name(), second[0].event.name()), ("placed", "payment_authorised"));
    assert_eq!(second.len(), 1);
    assert_eq!(store.events_after(&shop(), second[0].position, 9).await.expect("the log"), []);
}

async fn stock_is_never_below_what_is_set_aside(store: Arc<dyn Store>) {
    fill(&*store, &shop()).await;
    reserved(&*store, "k1", &[("coffee", 4)]).await;
    let coffee = sku("coffee");
    assert_eq!(store.adjust_stock(&shop(), &coffee, -7).await.expect("an answer"), None);
    assert_eq!(store.adjust_stock(&shop(), &coffee, -6).await.expect("an answer"), Some(0));
    assert_eq!(store.adjust_stock(&shop(), &sku("ghost"), 1).await.expect("an answer"), None);
    let asked = [sku("soap"), sku("ghost"), coffee.clone(), sku("soap")];
    assert_eq!(store.stock(&shop(), &asked).await.expect("stock"), [1, 0, 0, 1]);
    assert!(store.stock(&shop(), &[]).await.expect("stock").is_empty());
}

async fn orders_at_once_never_set_aside_more_than_there_is(store: Arc<dyn Store>) {
    fill(&*store, &shop()).await;
    let tasks: Vec<_> = (0..12)
        .map(|i| {
            let store = store.clone();
            let mut wish = wish(&format!("k{i}"), &[("coffee", 1)]);
            wish.counts = false;
            tokio::spawn(async move { reserve(&*store, &[wish]).await.expect("an answer").remove(0) })
        })
        .collect();
    let mut new = 0;
    for task in tasks {
        match task.await.expect("no panic") {
            Reserved::New(_) => new += 1,
            other => assert_eq!(other, Reserved::OutOfStock { sku: sku("coffee"), left: 0 }),
        }
    }
    assert_eq!((new, free(&*store, "coffee").await), (10, 0));
}

async fn tries_are_counted_before_they_are_looked_at(store: Arc<dyn Store>) {
    fill(&*store, &shop()).await;
    let (shop, harper) = (shop(), household("harper"));
    let until = now() + SignedDuration::from_mins(15);
    let begin = |at| {
        let (store, shop, harper) = (store.clone(), shop.clone(), harper.clone());
        async move {
            store.begin_try(&shop, &harper, 2, at, until).await.expect("an answer").expect("a household")
        }
    };
    assert_eq!(begin(now()).await, Try::NotSet);
    assert!(store.set_pin_hash(&shop, &harper, "#").await.expect("an answer"));
    assert_eq!(begin(now()).await, Try::Granted { hash: "#".into(), left: 1 });
    assert_eq!(begin(now()).await, Try::Granted { hash: "#".into(), left: 0 });
    assert_eq!(begin(now()).await, Try::Locked { until });
    let locked = |at| {
        let (store, shop, harper) = (store.clone(), shop.clone(), harper.clone());
        async move { store.household(&shop, &harper, at).await.expect("an answer").expect("one").locked_until }
    };
    assert_eq!((locked(now()).await, locked(until).await), (Some(until), None));
    assert_eq!(begin(until).await, Try::Granted { hash: "#".into(), left: 1 });
    store.clear_tries(&shop, &harper).await.expect("an answer");
    assert_eq!(begin(until).await, Try::Granted { hash: "#".into(), left: 1 });
    let stranger = store.begin_try(&shop, &household("stranger"), 2, now(), until).await;
    assert_eq!(stranger.expect("an answer"), None);
}

async fn a_conversation_is_saved_version_by_version(store: Arc<dyn Store>) {
    let (shop, harper, session) = (shop(), household("harper"), SessionId::new("kitchen").expect("an id"));
    assert_eq!(store.load(&shop, &harper, &session).await.expect("an answer"), None);
    let save = |payload: &'static str, expected| {
        let (store, shop, harper, session) = (store.clone(), shop.clone(), harper.clone(), session.clone());
        async move { store.save(&shop, &harper, &session, payload, expected).await.expect("an answer") }
    };
    assert_eq!(save("early", 3).await, SessionSaved::Conflict);
    assert_eq!(save("one", 0).await, SessionSaved::Saved(1));
    assert_eq!(save("again", 0).await, SessionSaved::Conflict);
    assert_eq!(save("two", 1).await, SessionSaved::Saved(2));
    assert_eq!(save("late", 1).await, SessionSaved::Conflict);
    let saved = store.load(&shop, &harper, &session).await.expect("an answer").expect("a conversation");
    assert_eq!((saved.payload.as_str(), saved.version), ("two", 2));
    let quinn = household("quinn");
    assert_eq!(store.load(&shop, &quinn, &session).await.expect("an answer"), None, "of another household");
    assert!(store.forget(&shop, &harper, &session).await.expect("an answer"));
    assert!(!store.forget(&shop, &harper, &session).await.expect("an answer"));
    assert_eq!(store.load(&shop, &harper, &session).await.expect("an answer"), None);
}

async fn a_conversation_has_a_largest_size(store: Arc<dyn Store>) {
    let (shop, harper, session) = (shop(), household("harper"), SessionId::new("kitchen").expect("an id"));
    let fits = "x".repeat(MAX_PAYLOAD);
    assert_eq!(
        store.save(&shop, &harper, &session, &fits, 0).await.expect("an answer"),
        SessionSaved::Saved(1)
    );
    let too_large = store.save(&shop, &harper, &session, &format!("{fits}x"), 1).await;
    assert!(matches!(too_large, Err(StoreError::TooLarge(size)) if size == MAX_PAYLOAD + 1));
}
