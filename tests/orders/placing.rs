//! Confirming a purchase.

use sayso::commerce::{desk::PlaceOutcome, order::OrderState};

use crate::support::shop::{TestShop, household, purchase, shop, sku};

#[tokio::test]
async fn a_confirmed_order_is_paid_numbered_and_sets_its_goods_aside() {
    let corner = TestShop::open().await;
    let order = corner.placed("k1", &[("coffee", 2)]).await;
    assert_eq!(order.state, OrderState::Paid);
    assert_eq!(order.number.to_string(), "4201");
    assert_eq!(corner.left("coffee").await, 8);
    assert_eq!(corner.orders().await, [order.clone()]);
    let bought = corner.desk.purchases(&shop(), &household("harper"), 10).await.expect("purchases");
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
