//! A payment provider that fails, and what becomes of the orders.

use std::{sync::Arc, time::Duration};

use sayso::commerce::{
    desk::{AdvanceOutcome, CancelOutcome, PlaceOutcome, Recovered, ReturnOutcome},
    order::{Due, Order, OrderState},
    ports::Payment,
};

use crate::support::{
    shop::{TestShop, desk, household, purchase, shop, sku},
    unreliable::{Trouble, Unreliable},
};

/// A shop whose provider can be made to fail. Its patience is short, since a lost answer never comes, and longer than a
/// busy machine needs for one that does.
async fn shop_with_bad_line() -> (TestShop, Arc<Unreliable>) {
    let mut line = None;
    let mut corner = TestShop::with_payment(|ledger| {
        let bad = Arc::new(Unreliable::new(ledger));
        line = Some(bad.clone());
        bad as Arc<dyn Payment>
    })
    .await;
    let line = line.expect("the line");
    corner.desk = desk(corner.store.clone(), line.clone(), corner.clock.clone())
        .with_payment_patience(Duration::from_millis(600));
    (corner, line)
}

async fn pending(corner: &TestShop, key: &str) -> Order {
    match corner.desk.place(purchase(key, &[("coffee", 2)])).await {
        Ok(PlaceOutcome::Pending(order)) => order,
        other => panic!("not pending: {other:?}"),
    }
}

async fn authorisations(corner: &TestShop, order: &Order) -> usize {
    corner.ledger.entries_of(&order.id).await.expect("the ledger").len()
}

#[tokio::test]
async fn without_the_providers_answer_the_order_waits_and_the_same_key_settles_it() {
    for trouble in [Trouble::Unreachable, Trouble::AnswerLost, Trouble::Silent] {
        let (corner, line) = shop_with_bad_line().await;
        line.next(&[trouble]);
        let order = pending(&corner, "k1").await;
        assert_eq!((order.state, corner.left("coffee").await), (OrderState::Placed, 8));
        let answer = corner.desk.place(purchase("k1", &[("coffee", 2)])).await.expect("an answer");
        let PlaceOutcome::Placed(paid) = answer else { panic!("{trouble:?}: {answer:?}") };
        assert_eq!((paid.id.clone(), paid.state), (order.id, OrderState::Paid));
        assert_eq!(authorisations(&corner, &paid).await, 1, "{trouble:?}");
        assert_eq!(corner.left("coffee").await, 8);
    }
}

#[tokio::test]
async fn an_order_that_waits_is_no_purchase_yet() {
    let (corner, line) = shop_with_bad_line().await;
    line.next(&[Trouble::Unreachable]);
    pending(&corner, "k1").await;
    let bought = corner.desk.purchases(&shop(), &household("oak-street"), 10).await.expect("purchases");
    assert_eq!(*bought, []);
}

#[tokio::test]
async fn recovery_settles_what_waits_and_leaves_what_still_cannot_be() {
    let (corner, line) = shop_with_bad_line().await;
    line.next(&[Trouble::AnswerLost, Trouble::Unreachable]);
    let (first, second) = (pending(&corner, "k1").await, pending(&corner, "k2").await);
    line.next(&[Trouble::Unreachable]);
    assert_eq!(corner.desk.recover().await.expect("recovery"), Recovered { settled: 1, open: 1 });
    assert_eq!(corner.desk.recover().await.expect("recovery"), Recovered { settled: 1, open: 0 });
    assert_eq!(corner.desk.recover().await.expect("recovery"), Recovered::default());
    for (key, order) in [("k1", first), ("k2", second)] {
        assert_eq!(authorisations(&corner, &order).await, 1);
        let answer = corner.desk.place(purchase(key, &[("coffee", 2)])).await.expect("an answer");
        assert!(matches!(answer, PlaceOutcome::Placed(settled) if settled.id == order.id));
    }
}

#[tokio::test]
async fn recovery_that_learns_of_a_declined_payment_gives_the_goods_back() {
    let (corner, line) = shop_with_bad_line().await;
    let mut order = purchase("k1", &[("tv", 1)]);
    order.pin = Some(corner.proof("k1").await);
    line.next(&[Trouble::AnswerLost]);
    let waiting = corner.desk.place(order.clone()).await.expect("an answer");
    assert!(matches!(waiting, PlaceOutcome::Pending(_)));
    assert_eq!(corner.left("tv").await, 4);
    corner.desk.recover().await.expect("recovery");
    assert_eq!(corner.left("tv").await, 5);
    assert_eq!(corner.desk.place(order).await.expect("an answer"), PlaceOutcome::Declined);
}

#[tokio::test]
async fn an_order_that_waits_can_be_cancelled_and_its_money_is_set_free() {
    for trouble in [Trouble::Unreachable, Trouble::AnswerLost] {
        let (corner, line) = shop_with_bad_line().await;
        // The order, and the question that the cancellation asks once more, go unanswered.
        line.next(&[trouble, Trouble::Unreachable]);
        let order = pending(&corner, "k1").await;
        let cancelled = corner.desk.cancel(&shop(), &household("oak-street"), order.number).await;
        let Ok(CancelOutcome::Cancelled { order, refund }) = cancelled else { panic!("{cancelled:?}") };
        assert_eq!((refund.minor(), order.due()), (0, Some(Due::Authorise)));
        assert_eq!(corner.left("coffee").await, 10);
        corner.desk.recover().await.expect("recovery");
        let booked = corner.ledger.entries_of(&order.id).await.expect("the ledger");
        assert!(booked.iter().all(|entry| entry.released && entry.captured == 0));
        let answer = corner.desk.place(purchase("k1", &[("coffee", 2)])).await.expect("an answer");
        assert_eq!(answer, PlaceOutcome::Declined, "nothing was ordered");
    }
}

#[tokio::test]
async fn a_capture_release_or_refund_that_failed_is_made_up_for_once() {
    let (corner, line) = shop_with_bad_line().await;
    let home = household("oak-street");
    let sent = corner.placed("k1", &[("coffee", 2)]).await;
    let cancelled = corner.placed("k2", &[("coffee", 1)]).await;
    for state in [OrderState::Packed, OrderState::Shipped, OrderState::Delivered] {
        line.next(if state == OrderState::Packed { &[] } else { &[Trouble::AnswerLost] });
        let answer = corner.desk.advance(&shop(), sent.number, state).await.expect("an answer");
        assert!(matches!(answer, AdvanceOutcome::Advanced(_)), "the goods move all the same");
    }
    line.next(&[Trouble::AnswerLost]);
    corner.desk.cancel(&shop(), &home, cancelled.number).await.expect("an answer");
    line.next(&[Trouble::Unreachable]);
    let back = corner.desk.return_item(&shop(), &home, sent.number, &sku("coffee")).await;
    let Ok(ReturnOutcome::Accepted { refund, .. }) = back else { panic!("{back:?}") };
    assert_eq!(corner.desk.recover().await.expect("recovery"), Recovered { settled: 2, open: 0 });
    let booked = &corner.ledger.entries_of(&sent.id).await.expect("the ledger")[0];
    assert_eq!((booked.captured, booked.refunded), (sent.quote.total().minor(), refund.minor()));
    assert!(corner.ledger.entries_of(&cancelled.id).await.expect("the ledger")[0].released);
}
