//! What a process that runs on does by the clock.

use std::{sync::Arc, time::Duration};

use jiff::{SignedDuration, Timestamp};
use sayso::{
    app::upkeep::{Rhythm, Upkeep},
    commerce::{
        Linker, SessionId,
        desk::PlaceOutcome,
        linking::LinkPorts,
        order::OrderState,
        ports::{Clock, Payment, SessionStore},
    },
    store::MemoryStore,
};

use crate::support::{
    clock::{CountingIds, SeededEntropy},
    shop::{TestShop, desk, household, purchase, shop},
    unreliable::{Trouble, Unreliable},
};

const OFTEN: Duration = Duration::from_millis(2);
const NEVER: Duration = Duration::from_secs(365 * 24 * 3600);

/// A shop with one order that waits for its provider, which is in more trouble after that.
async fn shop_with_a_waiting_order(more: &[Trouble]) -> (TestShop, Arc<Unreliable>, Upkeep) {
    let mut line = None;
    let corner = TestShop::with_payment(|ledger| {
        let bad = Arc::new(Unreliable::new(ledger));
        line = Some(bad.clone());
        bad as Arc<dyn Payment>
    })
    .await;
    let line = line.expect("the line");
    // Nothing here waits for the provider's patience to end.
    let patient = desk(corner.store.clone(), line.clone(), corner.clock.clone()).with_payment_patience(NEVER);
    line.next(&[Trouble::Unreachable]);
    line.next(more);
    let placed = patient.place(purchase("k1", &[("coffee", 2)])).await.expect("an answer");
    assert!(matches!(placed, PlaceOutcome::Pending(_)), "{placed:?}");
    let sessions: Arc<dyn SessionStore> = corner.store.clone();
    let clock = corner.clock.clone();
    let linker = Arc::new(Linker::new(LinkPorts {
        store: Arc::new(MemoryStore::default()),
        clock: clock.clone(),
        entropy: Arc::new(SeededEntropy::new(1)),
        ids: Arc::new(CountingIds::default()),
    }));
    let upkeep =
        Upkeep { desk: Arc::new(patient), linker, sessions, clock, keep: SignedDuration::from_hours(24) };
    (corner, line, upkeep)
}

/// Waits until that is so, and fails when it never is.
async fn until(so: impl AsyncFn() -> bool) {
    let waiting = async {
        while !so().await {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), waiting).await.expect("it never was so");
}

#[tokio::test]
async fn an_order_that_waits_is_settled_once_the_provider_is_back() {
    let (corner, line, upkeep) = shop_with_a_waiting_order(&[Trouble::Unreachable; 3]).await;
    let running = upkeep.start(Rhythm { settle: OFTEN, forget: NEVER });
    until(async || corner.orders().await[0].state == OrderState::Paid).await;
    running.stop().await;
    assert_eq!(line.left(), 0, "it was tried until it went well");
    let order = corner.orders().await.remove(0);
    assert_eq!(corner.ledger.entries_of(&order.id).await.expect("the ledger").len(), 1);
}

#[tokio::test]
async fn a_shutdown_does_not_wait_for_a_provider_that_is_silent() {
    let (corner, line, upkeep) = shop_with_a_waiting_order(&[Trouble::Silent]).await;
    let running = upkeep.clone().start(Rhythm { settle: OFTEN, forget: NEVER });
    until(async || line.left() == 0).await;
    // The provider is being asked, and would be for a year.
    running.stop().await;
    assert_eq!(corner.orders().await[0].state, OrderState::Placed);
    upkeep.desk.recover().await.expect("the next start");
    let order = corner.orders().await.remove(0);
    assert_eq!(order.state, OrderState::Paid);
    assert_eq!(corner.ledger.entries_of(&order.id).await.expect("the ledger").len(), 1, "charged once");
}

#[tokio::test]
async fn conversations_that_were_idle_for_a_day_are_forgotten() {
    let (corner, _, upkeep) = shop_with_a_waiting_order(&[]).await;
    let (shop, home) = (shop(), household("oak-street"));
    let named = |name: &str| SessionId::new(name).expect("an id");
    let save = async |name: &str, at: Timestamp| {
        corner.store.save(&shop, &home, &named(name), "words", 0, at).await.expect("an answer");
    };
    save("kitchen", corner.clock.now()).await;
    corner.clock.travel(SignedDuration::from_hours(23));
    save("hall", corner.clock.now()).await;
    assert_eq!(upkeep.forget_idle().await.expect("an answer"), 0);
    corner.clock.travel(SignedDuration::from_hours(2));
    let running = upkeep.start(Rhythm { settle: NEVER, forget: OFTEN });
    let there =
        async |name: &str| corner.store.load(&shop, &home, &named(name)).await.expect("an answer").is_some();
    until(async || !there("kitchen").await).await;
    running.stop().await;
    assert!(there("hall").await, "it was used since");
}
