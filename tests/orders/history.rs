//! What a shop brings along: opening stock, households, past orders.

use sayso::commerce::{
    Quantity,
    desk::{AdvanceOutcome, DeskError, PastLine, PastOrder, ReturnOutcome},
    order::{Capture, OrderState, replay},
};

use crate::support::shop::{TestShop, day, household, price, shop, sku, usd};

fn past(reference: &str, date: &str, lines: &[(&str, u32)]) -> PastOrder {
    let lines = lines.iter().map(|(name, count)| PastLine {
        sku: sku(name),
        title: format!("Some {name}"),
        quantity: Quantity::new(*count).expect("a quantity"),
        unit_price: price(name),
    });
    PastOrder {
        reference: reference.into(),
        household: household("oak-street"),
        date: day(date),
        lines: lines.collect(),
    }
}

/// The clock stands at 2026-03-02; an order takes two days to the door.
fn a_year() -> Vec<PastOrder> {
    vec![
        past("h3", "2026-03-01", &[("soap", 1)]),
        past("h1", "2025-11-05", &[("coffee", 2), ("towels", 1)]),
        past("h2", "2026-02-20", &[("coffee", 1)]),
    ]
}

#[tokio::test]
async fn past_orders_are_imported_once_in_the_order_of_their_days() {
    let corner = TestShop::open().await;
    assert_eq!(corner.desk.import(&shop(), &a_year()).await.expect("an import"), 3);
    assert_eq!(corner.desk.import(&shop(), &a_year()).await.expect("an import"), 0);
    let orders = corner.orders().await;
    let seen: Vec<_> = orders.iter().map(|order| (order.number.0, order.state)).collect();
    let delivered = OrderState::Delivered;
    assert_eq!(seen, [(4203, OrderState::Shipped), (4202, delivered), (4201, delivered)]);
    assert_eq!(orders[1].delivery, day("2026-02-22"));
}

#[tokio::test]
async fn past_orders_are_purchases_and_leave_stock_and_limit_alone() {
    let corner = TestShop::open().await;
    corner.desk.import(&shop(), &a_year()).await.expect("an import");
    let bought = corner.desk.purchases(&shop(), &household("oak-street"), 10).await.expect("purchases");
    let seen: Vec<_> = bought.iter().map(|p| (p.sku.as_str(), p.date, p.quantity.get())).collect();
    let (march, february, november) = (day("2026-03-01"), day("2026-02-20"), day("2025-11-05"));
    let expected =
        [("soap", march, 1), ("coffee", february, 1), ("coffee", november, 2), ("towels", november, 1)];
    assert_eq!(seen, expected);
    assert_eq!((corner.left("coffee").await, corner.left("soap").await), (10, 1));
    corner.desk.set_limit(&shop(), &household("oak-street"), usd(3_000)).await.expect("an answer");
    corner.placed("k1", &[("coffee", 1)]).await;
}

#[tokio::test]
async fn a_past_order_has_a_log_and_was_paid_elsewhere() {
    let corner = TestShop::open().await;
    corner.desk.import(&shop(), &[past("h2", "2026-02-20", &[("coffee", 1)])]).await.expect("an import");
    let log = corner.store.events_after(&shop(), 0, 100).await.expect("the log");
    let names: Vec<&str> = log.iter().map(|recorded| recorded.event.name()).collect();
    assert_eq!(names, ["placed", "paid_elsewhere", "packed", "shipped", "delivered"]);
    let order = corner.orders().await.remove(0);
    assert_eq!(order.funds.capture, Capture::Taken(order.quote.total()));
    assert_eq!(replay(log.iter().map(|recorded| (&recorded.event, recorded.at))), Some(order));
    assert_eq!(corner.ledger.count().await, Ok(0));
}

#[tokio::test]
async fn a_past_order_can_be_delivered_and_returned() {
    let corner = TestShop::open().await;
    corner.desk.import(&shop(), &a_year()).await.expect("an import");
    let number = corner.orders().await[0].number;
    let arrived = corner.desk.advance(&shop(), number, OrderState::Delivered).await.expect("an answer");
    assert!(matches!(arrived, AdvanceOutcome::Advanced(_)));
    let back = corner.desk.return_item(&shop(), &household("oak-street"), number, &sku("soap")).await;
    let Ok(ReturnOutcome::Accepted { order, .. }) = back else { panic!("{back:?}") };
    assert_eq!((order.state, order.due()), (OrderState::Returned, None));
}

#[tokio::test]
async fn an_import_with_a_mistake_imports_nothing() {
    let corner = TestShop::open().await;
    let mut stranger = a_year();
    stranger[1].household = household("stranger");
    for wrong in [stranger, vec![past("h1", "2026-01-01", &[("soap", 1)]), past("h2", "2026-01-02", &[])]] {
        assert!(matches!(corner.desk.import(&shop(), &wrong).await, Err(DeskError::Invalid(_))));
        assert_eq!(corner.orders().await, []);
    }
}

#[tokio::test]
async fn opening_stock_counts_for_new_products_only() {
    let corner = TestShop::open().await;
    corner.placed("k1", &[("coffee", 3)]).await;
    let opening = [(sku("coffee"), 50), (sku("tea"), 7)];
    assert_eq!(corner.desk.sync_stock(&shop(), &opening).await.expect("stock"), 1);
    assert_eq!((corner.left("coffee").await, corner.left("tea").await), (7, 7));
}
