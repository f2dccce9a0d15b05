//! Stock, PIN tries, conversations.

use std::sync::Arc;

use jiff::SignedDuration;
use sayso::commerce::{
    SessionId, ShopId,
    ports::{MAX_PAYLOAD, Reserved, SessionSaved, Store, StoreError, Try},
};

use super::{fill, free, now, reserve, reserved, wish};
use crate::support::shop::{household, shop, sku};

pub(super) async fn stock_is_never_below_what_is_set_aside(store: Arc<dyn Store>) {
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

pub(super) async fn what_a_shop_brought_along_is_noted_for_it_alone(store: Arc<dyn Store>) {
    let other = ShopId::new("other").expect("an id");
    assert_eq!(store.seeded(&shop()).await.expect("an answer"), None);
    for digest in ["one", "two"] {
        store.set_seeded(&shop(), digest).await.expect("it is noted");
        assert_eq!(store.seeded(&shop()).await.expect("an answer").as_deref(), Some(digest));
    }
    assert_eq!(store.seeded(&other).await.expect("an answer"), None);
}

pub(super) async fn orders_at_once_never_set_aside_more_than_there_is(store: Arc<dyn Store>) {
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

pub(super) async fn tries_are_counted_before_they_are_looked_at(store: Arc<dyn Store>) {
    fill(&*store, &shop()).await;
    let (shop, home) = (shop(), household("oak-street"));
    let until = now() + SignedDuration::from_mins(15);
    let begin = |at| {
        let (store, shop, home) = (store.clone(), shop.clone(), home.clone());
        async move { store.begin_try(&shop, &home, 2, at, until).await.expect("an answer").expect("a household") }
    };
    assert_eq!(begin(now()).await, Try::NotSet);
    assert!(store.set_pin_hash(&shop, &home, "#").await.expect("an answer"));
    assert_eq!(begin(now()).await, Try::Granted { hash: "#".into(), left: 1 });
    assert_eq!(begin(now()).await, Try::Granted { hash: "#".into(), left: 0 });
    assert_eq!(begin(now()).await, Try::Locked { until });
    let locked = |at| {
        let (store, shop, home) = (store.clone(), shop.clone(), home.clone());
        async move { store.household(&shop, &home, at).await.expect("an answer").expect("one").locked_until }
    };
    assert_eq!((locked(now()).await, locked(until).await), (Some(until), None));
    assert_eq!(begin(until).await, Try::Granted { hash: "#".into(), left: 1 });
    store.clear_tries(&shop, &home).await.expect("an answer");
    assert_eq!(begin(until).await, Try::Granted { hash: "#".into(), left: 1 });
    let stranger = store.begin_try(&shop, &household("stranger"), 2, now(), until).await;
    assert_eq!(stranger.expect("an answer"), None);
}

pub(super) async fn a_conversation_is_saved_version_by_version(store: Arc<dyn Store>) {
    let (shop, home, session) = (shop(), household("oak-street"), SessionId::new("kitchen").expect("an id"));
    assert_eq!(store.load(&shop, &home, &session).await.expect("an answer"), None);
    let save = |payload: &'static str, expected| {
        let (store, shop, home, session) = (store.clone(), shop.clone(), home.clone(), session.clone());
        async move { store.save(&shop, &home, &session, payload, expected, now()).await.expect("an answer") }
    };
    assert_eq!(save("early", 3).await, SessionSaved::Conflict);
    assert_eq!(save("one", 0).await, SessionSaved::Saved(1));
    assert_eq!(save("again", 0).await, SessionSaved::Conflict);
    assert_eq!(save("two", 1).await, SessionSaved::Saved(2));
    assert_eq!(save("late", 1).await, SessionSaved::Conflict);
    let saved = store.load(&shop, &home, &session).await.expect("an answer").expect("a conversation");
    assert_eq!((saved.payload.as_str(), saved.version), ("two", 2));
    let other_home = household("river-house");
    assert_eq!(
        store.load(&shop, &other_home, &session).await.expect("an answer"),
        None,
        "of another household"
    );
    assert!(store.forget(&shop, &home, &session).await.expect("an answer"));
    assert!(!store.forget(&shop, &home, &session).await.expect("an answer"));
    assert_eq!(store.load(&shop, &home, &session).await.expect("an answer"), None);
}

pub(super) async fn a_conversation_has_a_largest_size(store: Arc<dyn Store>) {
    let (shop, home, session) = (shop(), household("oak-street"), SessionId::new("kitchen").expect("an id"));
    let fits = "x".repeat(MAX_PAYLOAD);
    assert_eq!(
        store.save(&shop, &home, &session, &fits, 0, now()).await.expect("an answer"),
        SessionSaved::Saved(1)
    );
    let too_large = store.save(&shop, &home, &session, &format!("{fits}x"), 1, now()).await;
    assert!(matches!(too_large, Err(StoreError::TooLarge(size)) if size == MAX_PAYLOAD + 1));
}

pub(super) async fn a_conversation_that_was_idle_for_too_long_is_forgotten(store: Arc<dyn Store>) {
    let (shop, home) = (shop(), household("oak-street"));
    let named = |name: &str| SessionId::new(name).expect("an id");
    let later = now() + SignedDuration::from_hours(1);
    for (name, version, at) in [("hall", 0, now()), ("kitchen", 0, now()), ("kitchen", 1, later)] {
        let saved = store.save(&shop, &home, &named(name), "words", version, at).await;
        assert_eq!(saved.expect("an answer"), SessionSaved::Saved(version + 1));
    }
    assert_eq!(store.forget_idle(now()).await.expect("an answer"), 0, "not yet too long");
    assert_eq!(store.forget_idle(later).await.expect("an answer"), 1);
    assert_eq!(store.load(&shop, &home, &named("hall")).await.expect("an answer"), None);
    assert!(
        store.load(&shop, &home, &named("kitchen")).await.expect("an answer").is_some(),
        "it was used since"
    );
    let anew = store.save(&shop, &home, &named("hall"), "anew", 1, later).await;
    assert_eq!(anew.expect("an answer"), SessionSaved::Conflict, "a turn in flight starts over");
}

pub(super) async fn of_many_saves_at_once_each_is_kept_and_of_two_of_the_same_version_one(
    store: Arc<dyn Store>,
) {
    const MANY: usize = 300;
    let saves = (0..2 * MANY).map(|number| {
        let store = store.clone();
        tokio::spawn(async move {
            let session = SessionId::new(format!("kitchen-{}", number / 2)).expect("an id");
            store.save(&shop(), &household("oak-street"), &session, &number.to_string(), 0, now()).await
        })
    });
    let mut kept = Vec::new();
    for (number, save) in saves.collect::<Vec<_>>().into_iter().enumerate() {
        if save.await.expect("no panic").expect("an answer") == SessionSaved::Saved(1) {
            kept.push(number);
        }
    }
    assert_eq!(kept.iter().map(|number| number / 2).collect::<Vec<_>>(), (0..MANY).collect::<Vec<_>>());
    for number in kept {
        let session = SessionId::new(format!("kitchen-{}", number / 2)).expect("an id");
        let saved = store.load(&shop(), &household("oak-street"), &session).await.expect("an answer");
        assert_eq!(saved.expect("a conversation").payload, number.to_string());
    }
}
