//! Orders, their keys, their log.

use std::sync::Arc;

use sayso::commerce::{
    OrderNumber, ShopId,
    desk::PlaceOutcome,
    order::{Command, OrderState, Refusal},
    ports::{Change, Reserved, Store, StoreError},
};

use super::{authorised, fill, follow, free, next, now, reserve, reserved, to, wish};
use crate::support::shop::{household, key, shop, sku, usd};

pub(super) async fn an_order_is_stored_with_its_key_its_number_its_event_and_its_goods(
    store: Arc<dyn Store>,
) {
    fill(&*store, &shop()).await;
    let order = reserved(&*store, "k1", &[("coffee", 2)]).await;
    assert_eq!((order.number, free(&*store, "coffee").await), (OrderNumber(7), 8));
    assert_eq!(store.order(&shop(), &order.id).await.expect("an answer"), Some(order.clone()));
    assert_eq!(store.order_numbered(&shop(), OrderNumber(7)).await.expect("an answer"), Some(order.clone()));
    let home = household("oak-street");
    assert_eq!(
        *store.orders(&shop(), Some(&home), 9).await.expect("orders"),
        std::slice::from_ref(&order)[..]
    );
    assert_eq!(*store.orders(&shop(), Some(&home), 0).await.expect("orders"), []);
    let known = store.confirmation(&shop(), &home, &key("k1")).await.expect("an answer").expect("a key");
    assert_eq!((known.order, known.outcome), (Some(order.id.clone()), None));
    let log = store.events_after(&shop(), 0, 9).await.expect("the log");
    assert_eq!((log.len(), &log[0].order, log[0].at), (1, &order.id, now()));
    assert_eq!(reserved(&*store, "k2", &[("soap", 1)]).await.number, OrderNumber(8));
}

pub(super) async fn a_key_that_is_known_changes_nothing(store: Arc<dyn Store>) {
    fill(&*store, &shop()).await;
    let order = reserved(&*store, "k1", &[("coffee", 2)]).await;
    let again = reserve(&*store, &[wish("k1", &[("coffee", 3)])]).await.expect("an answer").remove(0);
    assert!(matches!(again, Reserved::Known(known) if known.order == Some(order.id)));
    assert_eq!(free(&*store, "coffee").await, 8);
}

pub(super) async fn a_refused_order_in_a_batch_leaves_no_trace_beside_the_others(store: Arc<dyn Store>) {
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
    assert_eq!(
        store.confirmation(&shop(), &household("oak-street"), &key("k2")).await.expect("an answer"),
        None
    );
}

pub(super) async fn a_build_that_fails_stores_nothing_of_the_whole_batch(store: Arc<dyn Store>) {
    fill(&*store, &shop()).await;
    let mut failing = wish("k2", &[("coffee", 1)]);
    failing.fails = true;
    let answer = reserve(&*store, &[wish("k1", &[("coffee", 1)]), failing]).await;
    assert!(matches!(answer, Err(StoreError::Refused(Refusal::Quantities))));
    assert_eq!(free(&*store, "coffee").await, 10);
    assert_eq!(*store.orders(&shop(), None, 9).await.expect("orders"), []);
    assert_eq!(reserved(&*store, "k1", &[("coffee", 1)]).await.number, OrderNumber(7));
}

pub(super) async fn an_order_over_the_limit_is_refused_and_one_that_does_not_count_is_not(
    store: Arc<dyn Store>,
) {
    fill(&*store, &shop()).await;
    let mut apart = wish("k1", &[("coffee", 4)]);
    apart.counts = false;
    let batch = [apart, wish("k2", &[("coffee", 4)]), wish("k3", &[("coffee", 4)])];
    let answers = reserve(&*store, &batch).await.expect("answers");
    assert!(matches!(answers[..2], [Reserved::New(_), Reserved::New(_)]));
    assert_eq!(answers[2], Reserved::OverLimit);
    assert!(store.set_limit(&shop(), &household("oak-street"), usd(20_000)).await.expect("an answer"));
    reserved(&*store, "k3", &[("coffee", 2)]).await;
}

pub(super) async fn a_change_that_was_withdrawn_changes_nothing(store: Arc<dyn Store>) {
    fill(&*store, &shop()).await;
    let order = reserved(&*store, "k1", &[("coffee", 2)]).await;
    let (home, wish) = (household("oak-street"), key("wish"));
    let outcome = PlaceOutcome::KeyReused;
    assert!(store.save_refusal(&shop(), &home, &wish, "withdrawn", &outcome).await.expect("kept"));
    let (next, events) = next(&order, authorised());
    let (order_is, events, wish) = (&next, &events[..], Some(&wish));
    let change = Change { order: order_is, events, at: now(), outcome: None, recoverable: false, wish };
    let refused = store.append(change).await;
    assert!(matches!(refused, Err(StoreError::Refused(Refusal::Withdrawn))), "{refused:?}");
    assert_eq!(store.order(&shop(), &order.id).await.expect("an answer"), Some(order));
}

pub(super) async fn a_change_is_stored_with_its_events_goods_and_outcome(store: Arc<dyn Store>) {
    fill(&*store, &shop()).await;
    let home = household("oak-street");
    let order = reserved(&*store, "k1", &[("coffee", 2)]).await;
    assert_eq!(*store.purchases(&shop(), &home, 9).await.expect("purchases"), []);
    let (order, events) = next(&order, authorised());
    let outcome = PlaceOutcome::Placed(order.clone());
    store
        .append(Change {
            order: &order,
            events: &events,
            at: now(),
            outcome: Some(&outcome),
            recoverable: true,
            wish: None,
        })
        .await
        .expect("a change");
    let known = store.confirmation(&shop(), &home, &key("k1")).await.expect("an answer").expect("a key");
    assert_eq!(known.outcome, Some(outcome));
    assert_eq!(store.purchases(&shop(), &home, 9).await.expect("purchases").len(), 1);
    let order = follow(&*store, &order, to(OrderState::Packed)).await.expect("a change");
    let order = follow(&*store, &order, to(OrderState::Shipped)).await.expect("a change");
    assert_eq!(store.adjust_stock(&shop(), &sku("coffee"), 0).await.expect("an answer"), Some(8));
    assert_eq!(store.order(&shop(), &order.id).await.expect("an answer"), Some(order));
    let other = reserved(&*store, "k2", &[("coffee", 3)]).await;
    assert_eq!(free(&*store, "coffee").await, 5);
    follow(&*store, &other, Command::Cancel).await.expect("a change");
    assert_eq!(free(&*store, "coffee").await, 8);
    assert_eq!(store.purchases(&shop(), &home, 9).await.expect("purchases").len(), 1);
}

pub(super) async fn a_change_of_an_old_version_is_a_conflict_and_changes_nothing(store: Arc<dyn Store>) {
    fill(&*store, &shop()).await;
    let old = reserved(&*store, "k1", &[("coffee", 2)]).await;
    let paid = follow(&*store, &old, authorised()).await.expect("a change");
    let late = follow(&*store, &old, Command::Cancel).await;
    assert!(matches!(late, Err(StoreError::Conflict)), "{late:?}");
    assert_eq!(store.order(&shop(), &old.id).await.expect("an answer"), Some(paid));
    assert_eq!(free(&*store, "coffee").await, 8);
    assert_eq!(store.events_after(&shop(), 0, 9).await.expect("the log").len(), 2);
}

pub(super) async fn of_two_changes_at_once_one_wins(store: Arc<dyn Store>) {
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

pub(super) async fn orders_with_something_due_are_found_across_shops(store: Arc<dyn Store>) {
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

pub(super) async fn a_refusal_is_saved_for_its_key_once(store: Arc<dyn Store>) {
    fill(&*store, &shop()).await;
    let (shop, home, key) = (shop(), household("oak-street"), key("k1"));
    let save = |outcome| {
        let (store, shop, home, key) = (store.clone(), shop.clone(), home.clone(), key.clone());
        async move { store.save_refusal(&shop, &home, &key, "f", &outcome).await.expect("an answer") }
    };
    assert!(save(PlaceOutcome::PriceChanged).await);
    assert!(!save(PlaceOutcome::Declined).await);
    let known = store.confirmation(&shop, &home, &key).await.expect("an answer").expect("a key");
    assert_eq!((known.order, known.outcome), (None, Some(PlaceOutcome::PriceChanged)));
}

pub(super) async fn the_log_goes_on_where_a_reader_stopped(store: Arc<dyn Store>) {
    fill(&*store, &shop()).await;
    let order = reserved(&*store, "k1", &[("coffee", 1)]).await;
    follow(&*store, &order, authorised()).await.expect("a change");
    let first = store.events_after(&shop(), 0, 1).await.expect("the log");
    let second = store.events_after(&shop(), first[0].position, 9).await.expect("the log");
    assert_eq!((first[0].event.name(), second[0].event.name()), ("placed", "payment_authorised"));
    assert_eq!(second.len(), 1);
    assert_eq!(store.events_after(&shop(), second[0].position, 9).await.expect("the log"), []);
}
