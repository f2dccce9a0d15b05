//! What can happen to an order after it was placed, and what becomes of its money and goods.

use jiff::SignedDuration;
use sayso::commerce::{
    IdempotencyKey, OrderNumber,
    desk::{AdvanceOutcome, CancelOutcome, ReturnOutcome},
    order::{Order, OrderState},
};

use crate::support::shop::{TestShop, day, household, shop, sku, usd};

async fn cancel(corner: &TestShop, number: OrderNumber) -> CancelOutcome {
    corner.desk.cancel(&shop(), &household("oak-street"), number).await.expect("an answer")
}

async fn advance(corner: &TestShop, order: &Order, states: &[OrderState]) {
    for state in states {
        let answer = corner.desk.advance(&shop(), order.number, *state).await.expect("an answer");
        assert!(matches!(answer, AdvanceOutcome::Advanced(_)), "{answer:?}");
    }
}

async fn give_back(corner: &TestShop, order: &Order, name: &str) -> ReturnOutcome {
    let (shop, home) = (shop(), household("oak-street"));
    corner.desk.return_item(&shop, &home, order.number, &sku(name)).await.expect("an answer")
}

const TO_THE_DOOR: [OrderState; 3] = [OrderState::Packed, OrderState::Shipped, OrderState::Delivered];

#[tokio::test]
async fn a_cancelled_order_gives_back_goods_and_money() {
    let corner = TestShop::open().await;
    let order = corner.placed("k1", &[("coffee", 2)]).await;
    let CancelOutcome::Cancelled { order, refund } = cancel(&corner, order.number).await else {
        panic!("not cancelled")
    };
    assert_eq!((order.state, refund), (OrderState::Cancelled, order.quote.total()));
    assert_eq!((order.due(), corner.left("coffee").await), (None, 10));
    let booked = &corner.ledger.entries_of(&order.id).await.expect("the ledger")[0];
    assert_eq!((booked.released, booked.captured), (true, 0));
    assert_eq!(cancel(&corner, order.number).await, CancelOutcome::TooLate(OrderState::Cancelled));
    assert_eq!(corner.left("coffee").await, 10, "once");
}

#[tokio::test]
async fn what_was_withdrawn_is_neither_cancelled_nor_taken_back_however_late_it_comes() {
    let corner = TestShop::open().await;
    let order = corner.placed("k1", &[("coffee", 2)]).await;
    let (shop, home) = (shop(), household("oak-street"));
    let wish = |name: &str| IdempotencyKey::new(name).expect("a key");
    let cancel = async |wish: &IdempotencyKey| {
        corner.desk.cancel_wished(&shop, &home, order.number, wish).await.expect("an answer")
    };
    assert!(corner.desk.withdraw(&shop, &home, &wish("left")).await.expect("kept"));
    assert_eq!(cancel(&wish("left")).await, None);
    assert_eq!(corner.desk.cancelled(&shop, &home, order.number).await.expect("an answer"), None);
    advance(&corner, &order, &TO_THE_DOOR).await;
    let take_back = async |wish: &IdempotencyKey| {
        let item = (order.number, &sku("coffee"));
        corner.desk.return_wished(&shop, &home, item, wish).await.expect("an answer")
    };
    assert_eq!(take_back(&wish("left")).await, None);
    assert!(matches!(take_back(&wish("wanted")).await, Some(ReturnOutcome::Accepted { .. })));
    let other = corner.placed("k2", &[("coffee", 1)]).await;
    let done = corner.desk.cancel_wished(&shop, &home, other.number, &wish("another")).await;
    assert!(matches!(done, Ok(Some(CancelOutcome::Cancelled { .. }))), "{done:?}");
}

#[tokio::test]
async fn an_order_that_left_the_house_cannot_be_cancelled() {
    let corner = TestShop::open().await;
    let order = corner.placed("k1", &[("coffee", 2)]).await;
    advance(&corner, &order, &TO_THE_DOOR[..2]).await;
    assert_eq!(cancel(&corner, order.number).await, CancelOutcome::TooLate(OrderState::Shipped));
    assert_eq!(cancel(&corner, OrderNumber(9999)).await, CancelOutcome::NotFound);
}

#[tokio::test]
async fn an_order_is_undone_within_its_window_and_only_cancelled_later() {
    let corner = TestShop::open().await;
    let (first, second) =
        (corner.placed("k1", &[("coffee", 1)]).await, corner.placed("k2", &[("coffee", 1)]).await);
    let home = household("oak-street");
    corner.clock.travel(SignedDuration::from_secs(120));
    let undone = corner.desk.undo(&shop(), &home, first.number).await.expect("an answer");
    assert!(matches!(undone, CancelOutcome::Cancelled { .. }));
    corner.clock.travel(SignedDuration::from_secs(1));
    let late = corner.desk.undo(&shop(), &home, second.number).await.expect("an answer");
    assert_eq!(late, CancelOutcome::TooLate(OrderState::Paid));
    assert!(matches!(cancel(&corner, second.number).await, CancelOutcome::Cancelled { .. }));
}

#[tokio::test]
async fn the_money_is_taken_when_the_goods_are_shipped() {
    let corner = TestShop::open().await;
    let order = corner.placed("k1", &[("coffee", 2)]).await;
    advance(&corner, &order, &TO_THE_DOOR[..1]).await;
    assert_eq!(corner.ledger.entries_of(&order.id).await.expect("the ledger")[0].captured, 0);
    advance(&corner, &order, &TO_THE_DOOR[1..2]).await;
    let total = order.quote.total().minor();
    assert_eq!(corner.ledger.entries_of(&order.id).await.expect("the ledger")[0].captured, total);
    assert_eq!(corner.left("coffee").await, 8);
    let gone = corner.desk.adjust_stock(&shop(), &sku("coffee"), -8).await.expect("an answer");
    assert_eq!(gone, Some(0), "what was shipped is no longer in the house");
}

#[tokio::test]
async fn the_shop_cannot_skip_a_step() {
    let corner = TestShop::open().await;
    let order = corner.placed("k1", &[("coffee", 2)]).await;
    for state in [OrderState::Shipped, OrderState::Delivered, OrderState::Paid, OrderState::Returned] {
        let answer = corner.desk.advance(&shop(), order.number, state).await.expect("an answer");
        assert_eq!(answer, AdvanceOutcome::NotPossible(OrderState::Paid));
    }
    let unknown = corner.desk.advance(&shop(), OrderNumber(1), OrderState::Packed).await.expect("an answer");
    assert_eq!(unknown, AdvanceOutcome::NotFound);
}

#[tokio::test]
async fn a_delivered_order_knows_its_day() {
    let corner = TestShop::open().await;
    let order = corner.placed("k1", &[("coffee", 2)]).await;
    assert_eq!(order.delivery, day("2026-03-04"));
    corner.clock.travel(SignedDuration::from_hours(72));
    advance(&corner, &order, &TO_THE_DOOR).await;
    assert_eq!(corner.orders().await[0].delivery, day("2026-03-05"));
}

#[tokio::test]
async fn a_returned_item_is_refunded_once_and_no_longer_a_purchase() {
    let corner = TestShop::open().await;
    let order = corner.placed("k1", &[("coffee", 2), ("soap", 1)]).await;
    advance(&corner, &order, &TO_THE_DOOR).await;
    let ReturnOutcome::Accepted { order, refund } = give_back(&corner, &order, "coffee").await else {
        panic!("not accepted")
    };
    assert_eq!((order.state, refund, order.due()), (OrderState::Delivered, usd(2806), None));
    assert_eq!(order.returned, [sku("coffee")]);
    assert_eq!(corner.ledger.entries_of(&order.id).await.expect("the ledger")[0].refunded, 2806);
    let again = give_back(&corner, &order, "coffee").await;
    assert_eq!(again, ReturnOutcome::NotPossible(OrderState::Delivered));
    let kept = corner.desk.purchases(&shop(), &household("oak-street"), 10).await.expect("purchases");
    assert_eq!(kept.iter().map(|p| p.sku.as_str()).collect::<Vec<_>>(), ["soap"]);
    let ReturnOutcome::Accepted { order, .. } = give_back(&corner, &order, "soap").await else {
        panic!("not accepted")
    };
    assert_eq!(order.state, OrderState::Returned);
    let booked = &corner.ledger.entries_of(&order.id).await.expect("the ledger")[0];
    assert!(booked.refunded < booked.captured, "shipping stays with the shop");
}

#[tokio::test]
async fn an_item_cannot_be_returned_before_delivery_or_after_the_shops_days() {
    let corner = TestShop::open().await;
    let order = corner.placed("k1", &[("coffee", 2), ("soap", 1)]).await;
    let early = give_back(&corner, &order, "coffee").await;
    assert_eq!(early, ReturnOutcome::NotPossible(OrderState::Paid));
    advance(&corner, &order, &TO_THE_DOOR).await;
    assert_eq!(give_back(&corner, &order, "tv").await, ReturnOutcome::NotFound);
    corner.clock.travel(SignedDuration::from_hours(30 * 24));
    assert!(matches!(give_back(&corner, &order, "coffee").await, ReturnOutcome::Accepted { .. }));
    corner.clock.travel(SignedDuration::from_hours(1));
    let late = give_back(&corner, &order, "soap").await;
    assert_eq!(late, ReturnOutcome::NotPossible(OrderState::Delivered));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_a_cancellation_and_a_shipment_at_once_one_wins_and_the_books_agree() {
    for round in 0..20 {
        let corner = TestShop::open().await;
        let order = corner.placed("k1", &[("coffee", 2)]).await;
        advance(&corner, &order, &TO_THE_DOOR[..1]).await;
        let (shop, home) = (shop(), household("oak-street"));
        let (cancelled, shipped) = tokio::join!(
            corner.desk.cancel(&shop, &home, order.number),
            corner.desk.advance(&shop, order.number, OrderState::Shipped),
        );
        let cancelled = matches!(cancelled, Ok(CancelOutcome::Cancelled { .. }));
        let shipped = matches!(shipped, Ok(AdvanceOutcome::Advanced(_)));
        assert_ne!(cancelled, shipped, "round {round}");
        let booked = &corner.ledger.entries_of(&order.id).await.expect("the ledger")[0];
        assert_eq!((booked.released, booked.captured > 0), (cancelled, shipped));
        assert_eq!(corner.left("coffee").await, if cancelled { 10 } else { 8 });
    }
}
