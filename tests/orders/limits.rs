//! What a household may spend without its PIN, and the PIN.

use std::sync::Arc;

use jiff::SignedDuration;
use sayso::commerce::{
    desk::{DeskError, PinSet, PlaceOutcome},
    household::{PIN_LOCK_SECONDS, PinOutcome},
};

use crate::support::shop::{TestShop, household, key, purchase, shop, usd};

async fn say(corner: &TestShop, pin: &str) -> PinOutcome {
    corner.desk.try_pin(&shop(), &household("oak-street"), pin, &key("k1")).await.expect("an answer")
}

fn hours(count: i64) -> SignedDuration {
    SignedDuration::from_hours(count)
}

#[tokio::test]
async fn an_order_above_the_limit_needs_the_pin_and_its_key_stays_good() {
    let corner = TestShop::open().await;
    let mut order = purchase("k1", &[("coffee", 8)]);
    assert_eq!(corner.desk.place(order.clone()).await.expect("an answer"), PlaceOutcome::NeedsPin);
    assert_eq!(corner.orders().await, []);
    order.pin = Some(corner.proof("k1").await);
    assert!(matches!(corner.desk.place(order).await, Ok(PlaceOutcome::Placed(_))));
}

#[tokio::test]
async fn an_order_of_exactly_the_limit_needs_no_pin() {
    let corner = TestShop::open().await;
    let order = purchase("k1", &[("coffee", 3)]);
    let total = order.quote.total();
    corner
        .desk
        .set_limit(&shop(), &household("oak-street"), usd(total.minor() - 1))
        .await
        .expect("an answer");
    assert_eq!(corner.desk.place(order.clone()).await.expect("an answer"), PlaceOutcome::NeedsPin);
    corner.desk.set_limit(&shop(), &household("oak-street"), total).await.expect("an answer");
    assert!(matches!(corner.desk.place(order).await, Ok(PlaceOutcome::Placed(_))));
}

#[tokio::test]
async fn splitting_a_purchase_does_not_get_around_the_limit() {
    let corner = TestShop::open().await;
    corner.placed("k1", &[("coffee", 4)]).await;
    let second = purchase("k2", &[("coffee", 4)]);
    assert_eq!(corner.desk.place(second.clone()).await.expect("an answer"), PlaceOutcome::NeedsPin);
    corner.clock.travel(hours(23));
    assert_eq!(corner.desk.place(second.clone()).await.expect("an answer"), PlaceOutcome::NeedsPin);
    corner.clock.travel(hours(1));
    assert!(matches!(corner.desk.place(second).await, Ok(PlaceOutcome::Placed(_))));
}

#[tokio::test]
async fn orders_with_pin_and_cancelled_orders_leave_the_limit_as_it_was() {
    let corner = TestShop::open().await;
    let mut with_pin = purchase("k1", &[("coffee", 4)]);
    with_pin.pin = Some(corner.proof("k1").await);
    assert!(matches!(corner.desk.place(with_pin).await, Ok(PlaceOutcome::Placed(_))));
    let cancelled = corner.placed("k2", &[("towels", 4)]).await;
    corner.desk.cancel(&shop(), &household("oak-street"), cancelled.number).await.expect("an answer");
    corner.placed("k3", &[("towels", 4)]).await;
}

#[tokio::test]
async fn a_proof_is_good_for_its_own_confirmation_only() {
    let corner = TestShop::open().await;
    let proof = corner.proof("k1").await;
    let mut other_key = purchase("k2", &[("coffee", 8)]);
    other_key.pin = Some(proof.clone());
    assert_eq!(corner.desk.place(other_key).await.expect("an answer"), PlaceOutcome::NeedsPin);
    let mut other_household = purchase("k1", &[("coffee", 8)]);
    other_household.household = household("river-house");
    other_household.pin = Some(proof);
    assert_eq!(corner.desk.place(other_household).await.expect("an answer"), PlaceOutcome::NeedsPin);
}

#[tokio::test]
async fn three_wrong_pins_lock_the_household_for_a_while_even_for_the_right_one() {
    let corner = TestShop::open().await;
    corner.set_pin("4711").await;
    assert_eq!(say(&corner, "0000").await, PinOutcome::Wrong { left: 2 });
    assert_eq!(say(&corner, "47").await, PinOutcome::Wrong { left: 1 });
    let PinOutcome::Locked { until } = say(&corner, "1234").await else { panic!("not locked") };
    assert_eq!(say(&corner, "4711").await, PinOutcome::Locked { until });
    let known = corner.desk.household(&shop(), &household("oak-street")).await.expect("an answer");
    assert_eq!(known.expect("a household").locked_until, Some(until));
    corner.clock.travel(SignedDuration::from_secs(PIN_LOCK_SECONDS));
    assert_eq!(say(&corner, "0000").await, PinOutcome::Wrong { left: 2 }, "counts from the start");
    assert!(matches!(say(&corner, "4711").await, PinOutcome::Right(_)));
}

#[tokio::test]
async fn the_right_pin_forgets_wrong_ones() {
    let corner = TestShop::open().await;
    corner.set_pin("4711").await;
    for _ in 0..3 {
        assert_eq!(say(&corner, "0000").await, PinOutcome::Wrong { left: 2 });
        assert_eq!(say(&corner, "0001").await, PinOutcome::Wrong { left: 1 });
        assert!(matches!(say(&corner, "4711").await, PinOutcome::Right(_)));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn guesses_at_the_same_time_are_no_more_than_three() {
    let corner = Arc::new(TestShop::open().await);
    corner.set_pin("4711").await;
    let tasks: Vec<_> = (0..12)
        .map(|guess| {
            let corner = corner.clone();
            tokio::spawn(async move { say(&corner, &format!("{guess:04}")).await })
        })
        .collect();
    let mut looked_at = 0;
    for task in tasks {
        match task.await.expect("no panic") {
            PinOutcome::Wrong { .. } => looked_at += 1,
            other => assert!(matches!(other, PinOutcome::Locked { .. }), "{other:?}"),
        }
    }
    assert_eq!(looked_at, 2, "the third wrong one is answered with the lock");
    assert!(matches!(say(&corner, "4711").await, PinOutcome::Locked { .. }));
}

#[tokio::test]
async fn a_household_without_pin_cannot_say_one() {
    let corner = TestShop::open().await;
    assert_eq!(say(&corner, "4711").await, PinOutcome::NotSet);
    let stranger = corner.desk.try_pin(&shop(), &household("stranger"), "4711", &key("k1")).await;
    assert!(matches!(stranger, Err(DeskError::Invalid(_))));
}

#[tokio::test]
async fn a_pin_is_four_to_eight_digits() {
    let corner = TestShop::open().await;
    for (pin, fits) in [
        ("123", false),
        ("1234", true),
        ("12345678", true),
        ("123456789", false),
        ("12a4", false),
        ("१२३४", false),
    ] {
        let set =
            corner.desk.set_pin(&shop(), &household("oak-street"), pin.into()).await.expect("an answer");
        assert_eq!(set, if fits { PinSet::Set } else { PinSet::Malformed }, "{pin}");
    }
    let stranger = corner.desk.set_pin(&shop(), &household("stranger"), "1234".into()).await;
    assert_eq!(stranger.expect("an answer"), PinSet::UnknownHousehold);
}

#[tokio::test]
async fn the_pin_is_nowhere_in_the_files_of_the_shop() {
    let corner = TestShop::open().await;
    corner.set_pin("90210773").await;
    assert!(matches!(say(&corner, "90210773").await, PinOutcome::Right(_)));
    assert_eq!(say(&corner, "90210774").await, PinOutcome::Wrong { left: 2 });
    for file in std::fs::read_dir(corner.folder.path()).expect("the folder") {
        let bytes = std::fs::read(file.expect("a file").path()).expect("its bytes");
        assert!(!bytes.windows(7).any(|window| window == b"9021077"));
    }
}

#[tokio::test]
async fn a_limit_is_in_the_shops_currency_and_not_below_zero() {
    let corner = TestShop::open().await;
    let negative = corner.desk.set_limit(&shop(), &household("oak-street"), usd(-1)).await;
    assert!(matches!(negative, Err(DeskError::Invalid(_))));
    let euros = sayso::commerce::Money::new(100, sayso::commerce::Currency::EUR);
    let foreign = corner.desk.set_limit(&shop(), &household("oak-street"), euros).await;
    assert!(matches!(foreign, Err(DeskError::Invalid(_))));
    assert!(!corner.desk.set_limit(&shop(), &household("stranger"), usd(100)).await.expect("an answer"));
}
