//! Confirming a purchase.

use std::sync::Arc;

use sayso::commerce::{
    Line, Quote, ShopId,
    desk::{CancelOutcome, DeskError, PlaceOutcome},
    order::{OrderState, replay},
};

use crate::support::shop::{TestShop, day, household, now, price, purchase, shop, sku, terms, usd};

#[tokio::test]
async fn a_confirmed_order_is_paid_numbered_and_sets_its_goods_aside() {
    let corner = TestShop::open().await;
    let order = corner.placed("k1", &[("coffee", 2)]).await;
    assert_eq!(order.state, OrderState::Paid);
    assert_eq!(order.number.to_string(), "4201");
    assert_eq!(corner.left("coffee").await, 8);
    assert_eq!(corner.orders().await, std::slice::from_ref(&order));
    let bought = corner.desk.purchases(&shop(), &household("oak-street"), 10).await.expect("purchases");
    assert_eq!(bought.len(), 1);
    assert_eq!((&bought[0].sku, bought[0].order), (&sku("coffee"), order.number));
    let booked = corner.ledger.entries_of(&order.id).await.expect("the ledger");
    assert_eq!(booked.len(), 1);
    assert_eq!((booked[0].amount, booked[0].captured), (order.quote.total().minor(), 0));
}

#[tokio::test]
async fn the_same_key_gives_the_same_answer_and_orders_once() {
    let corner = TestShop::open().await;
    let first = corner.desk.place(purchase("k1", &[("coffee", 2)])).await.expect("an answer");
    let second = corner.desk.place(purchase("k1", &[("coffee", 2)])).await.expect("an answer");
    assert_eq!(first, second);
    assert_eq!(corner.orders().await.len(), 1);
    assert_eq!(corner.left("coffee").await, 8);
}

#[tokio::test]
async fn a_key_cannot_be_used_for_another_purchase() {
    let corner = TestShop::open().await;
    corner.placed("k1", &[("coffee", 2)]).await;
    let other = corner.desk.place(purchase("k1", &[("coffee", 3)])).await.expect("an answer");
    assert_eq!(other, PlaceOutcome::KeyReused);
    assert_eq!(corner.orders().await.len(), 1);
}

#[tokio::test]
async fn an_order_takes_its_place_in_the_log_with_all_its_events() {
    let corner = TestShop::open().await;
    let order = corner.placed("k1", &[("coffee", 2), ("soap", 1)]).await;
    let log = corner.store.events_after(&shop(), 0, 100).await.expect("the log");
    let names: Vec<&str> = log.iter().map(|recorded| recorded.event.name()).collect();
    assert_eq!(names, ["placed", "payment_authorised"]);
    assert_eq!(replay(log.iter().map(|recorded| (&recorded.event, recorded.at))), Some(order));
}

#[tokio::test]
async fn a_declined_payment_orders_nothing_and_is_said_again_for_the_same_key() {
    let corner = TestShop::open().await;
    let mut order = purchase("k1", &[("tv", 1)]);
    order.pin = Some(corner.proof("k1").await);
    let answers = [corner.desk.place(order.clone()).await, corner.desk.place(order).await];
    assert!(answers.iter().all(|answer| matches!(answer, Ok(PlaceOutcome::Declined))));
    assert_eq!(corner.left("tv").await, 5);
    assert_eq!(corner.orders().await[0].state, OrderState::Cancelled);
    assert_eq!(*corner.desk.purchases(&shop(), &household("oak-street"), 10).await.expect("purchases"), []);
    assert_eq!(corner.ledger.count().await, Ok(0));
}

#[tokio::test]
async fn an_order_of_more_than_there_is_sets_nothing_aside() {
    let corner = TestShop::open().await;
    let answer = corner.desk.place(purchase("k1", &[("coffee", 1), ("soap", 2)])).await.expect("an answer");
    assert_eq!(answer, PlaceOutcome::OutOfStock { sku: sku("soap"), left: 1 });
    assert_eq!((corner.left("coffee").await, corner.left("soap").await), (10, 1));
    assert_eq!(corner.orders().await, []);
    corner.desk.adjust_stock(&shop(), &sku("soap"), 5).await.expect("stock");
    let again = corner.desk.place(purchase("k1", &[("coffee", 1), ("soap", 2)])).await.expect("an answer");
    assert_eq!(again, answer, "the saved outcome");
    corner.placed("k2", &[("coffee", 1), ("soap", 2)]).await;
}

#[tokio::test]
async fn a_product_that_the_shop_does_not_stock_is_out_of_stock() {
    let corner = TestShop::open().await;
    let mut order = purchase("k1", &[("coffee", 1)]);
    let line = Line { sku: sku("ghost"), title: "Some ghost".into(), ..order.quote.lines()[0].clone() };
    order.current_prices.push(now("ghost", line.unit_price));
    order.quote = Quote::new(vec![line], &terms(), day("2026-03-02")).expect("a quote");
    let answer = corner.desk.place(order).await.expect("an answer");
    assert_eq!(answer, PlaceOutcome::OutOfStock { sku: sku("ghost"), left: 0 });
}

#[tokio::test]
async fn a_price_that_is_not_the_one_read_back_orders_nothing() {
    let corner = TestShop::open().await;
    let mut dearer = purchase("k1", &[("coffee", 1), ("soap", 1)]);
    dearer.current_prices = vec![now("coffee", price("coffee")), now("soap", usd(351))];
    assert_eq!(corner.desk.place(dearer).await.expect("an answer"), PlaceOutcome::PriceChanged);
    let mut unknown = purchase("k2", &[("coffee", 1), ("soap", 1)]);
    unknown.current_prices.retain(|now| now.sku.as_str() == "coffee");
    assert_eq!(corner.desk.place(unknown).await.expect("an answer"), PlaceOutcome::PriceChanged);
    assert_eq!(corner.orders().await, []);
}

#[tokio::test]
async fn a_price_that_changes_later_does_not_change_a_saved_outcome() {
    let corner = TestShop::open().await;
    let order = corner.placed("k1", &[("coffee", 1)]).await;
    let mut again = purchase("k1", &[("coffee", 1)]);
    again.current_prices.clear();
    assert_eq!(corner.desk.place(again).await.expect("an answer"), PlaceOutcome::Placed(order));
}

#[tokio::test]
async fn an_order_of_nothing_or_by_nobody_is_a_mistake_of_the_caller() {
    let corner = TestShop::open().await;
    let nothing = corner.desk.place(purchase("k1", &[])).await;
    assert!(matches!(nothing, Err(DeskError::Invalid(_))), "{nothing:?}");
    let mut stranger = purchase("k2", &[("coffee", 1)]);
    stranger.household = household("stranger");
    assert!(matches!(corner.desk.place(stranger).await, Err(DeskError::Invalid(_))));
    assert_eq!(corner.desk.shop_orders(&shop(), 10).await.expect("orders"), []);
}

#[tokio::test]
async fn two_devices_cannot_both_buy_the_last_piece() {
    let corner = TestShop::open().await;
    let (kitchen, hall) = tokio::join!(
        corner.desk.place(purchase("kitchen", &[("soap", 1)])),
        corner.desk.place(purchase("hall", &[("soap", 1)])),
    );
    let answers = [kitchen.expect("an answer"), hall.expect("an answer")];
    let placed = answers.iter().filter(|answer| matches!(answer, PlaceOutcome::Placed(_))).count();
    let refused = PlaceOutcome::OutOfStock { sku: sku("soap"), left: 0 };
    assert_eq!((placed, answers.contains(&refused)), (1, true));
    assert_eq!(corner.left("soap").await, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_confirmation_from_many_devices_at_once_orders_once() {
    let corner = Arc::new(TestShop::open().await);
    let tasks: Vec<_> = (0..16)
        .map(|_| {
            let corner = corner.clone();
            tokio::spawn(async move { corner.desk.place(purchase("k1", &[("coffee", 2)])).await })
        })
        .collect();
    let mut answers = Vec::new();
    for task in tasks {
        answers.push(task.await.expect("no panic").expect("an answer"));
    }
    assert!(matches!(answers[0], PlaceOutcome::Placed(_)));
    assert!(answers.iter().all(|answer| *answer == answers[0]));
    assert_eq!((corner.orders().await.len(), corner.left("coffee").await), (1, 8));
    assert_eq!(corner.ledger.count().await, Ok(1));
}

#[tokio::test]
async fn order_numbers_count_up_without_gaps_for_what_was_refused() {
    let corner = TestShop::open().await;
    let first = corner.placed("k1", &[("coffee", 1)]).await;
    corner.desk.place(purchase("k2", &[("soap", 2)])).await.expect("an answer");
    let second = corner.placed("k3", &[("coffee", 1)]).await;
    assert_eq!((first.number.0, second.number.0), (4201, 4202));
    assert_eq!(corner.orders().await, [second, first], "newest first");
}

#[tokio::test]
async fn one_household_sees_nothing_of_another() {
    let corner = TestShop::open().await;
    let order = corner.placed("k1", &[("coffee", 1)]).await;
    let other_home = household("river-house");
    assert!(corner.desk.orders(&shop(), &other_home, 10).await.expect("orders").is_empty());
    assert_eq!(corner.desk.order(&shop(), &other_home, order.number).await.expect("an answer"), None);
    assert_eq!(*corner.desk.purchases(&shop(), &other_home, 10).await.expect("purchases"), []);
    let cancelled = corner.desk.cancel(&shop(), &other_home, order.number).await.expect("an answer");
    assert_eq!(cancelled, CancelOutcome::NotFound);
}

#[tokio::test]
async fn one_shop_sees_nothing_of_another() {
    let corner = TestShop::open().await;
    let order = corner.placed("k1", &[("coffee", 1)]).await;
    let other = ShopId::new("elsewhere").expect("an id");
    assert!(corner.desk.orders(&other, &household("oak-street"), 10).await.expect("orders").is_empty());
    assert_eq!(corner.desk.shop_order(&other, order.number).await.expect("an answer"), None);
    assert_eq!(corner.desk.stock(&other, &[sku("coffee")]).await.expect("stock"), [0]);
    assert_eq!(corner.desk.household(&other, &household("oak-street")).await.expect("an answer"), None);
    assert_eq!(corner.store.events_after(&other, 0, 10).await.expect("the log"), []);
}
