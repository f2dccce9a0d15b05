//! A household that begins one conversation after the other: so many are kept, and no more. The engine on both stores.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use sayso::{
    app::shops,
    assistant::{Assistant, MOST_OF_A_HOUSEHOLD, Sessions},
    commerce::{
        HouseholdId, IdempotencyKey, OrderDesk, SessionId, ShopId,
        desk::Ports,
        ports::{Clock as _, SessionStore as _, Store},
        system::{RandomIds, SystemClock},
    },
    dialogue::{
        State,
        underway::{Deed, Underway},
    },
    payment::{Decline, Ledger},
    skill::Skill,
    store::{MemoryStore, SqliteStore},
    turn::{Input, Turn},
};

struct Home {
    assistant: Assistant,
    store: Arc<dyn Store>,
    shop: ShopId,
    household: HouseholdId,
    folder: tempfile::TempDir,
}

fn named(name: &str) -> SessionId {
    SessionId::new(name).expect("an id")
}

impl Home {
    async fn with(store: impl AsyncFnOnce(&std::path::Path) -> Arc<dyn Store>) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let skill = Skill::bundled().expect("the sample shop");
        let store = store(folder.path()).await;
        let ledger =
            Ledger::open(&folder.path().join("ledger.db"), Decline::default()).await.expect("a ledger");
        let (clock, ids) = (Arc::new(SystemClock), Arc::new(RandomIds));
        let ports =
            Ports { store: store.clone(), payment: Arc::new(ledger), clock: clock.clone(), ids: ids.clone() };
        let desk = Arc::new(OrderDesk::new(ports, [shops::rules(&skill)]));
        shops::fill(&desk, &skill, clock.today(&skill.zone)).await.expect("a shop");
        let sessions = Sessions::new(store.clone());
        let assistant = Assistant::new([shops::shop(&skill).expect("a shop")], desk, sessions, clock, ids);
        let household = HouseholdId::new("oak-street").expect("an id");
        Self { assistant, store, shop: skill.id.clone(), household, folder }
    }

    /// A conversation that was saved so many minutes ago.
    async fn kept(&self, name: &str, state: &State, minutes: i64) {
        let at = Timestamp::now() - SignedDuration::from_mins(minutes);
        let payload = serde_json::to_string(state).expect("plain data");
        let saved = self.store.save(&self.shop, &self.household, &named(name), &payload, 0, at).await;
        saved.expect("an answer");
    }

    async fn says(&self, session: &str, words: &str) {
        let turn = Turn {
            shop: self.shop.clone(),
            household: self.household.clone(),
            session: named(session),
            locale: "en".into(),
            channel: "test",
            input: Input::Text(words.into()),
            request: None,
            stages: Vec::new(),
        };
        let reply = self.assistant.turn(turn).await;
        assert_ne!(reply.decision, "fault");
    }

    async fn has(&self, session: &str) -> bool {
        self.store.load(&self.shop, &self.household, &named(session)).await.expect("an answer").is_some()
    }

    async fn kept_in_all(&self) -> usize {
        self.store.crowd(&self.shop, &self.household, 0).await.expect("an answer").len()
    }

    /// As many conversations as are kept, of which the oldest has something underway.
    async fn fill(&self) {
        let key = IdempotencyKey::new("k1").expect("a key");
        let underway = Underway {
            at: Timestamp::now(),
            by: "another engine".into(),
            deed: Deed::Order(key),
            wish: None,
        };
        let busy = State { underway: Some(underway), ..State::default() };
        self.kept("busy", &busy, 600).await;
        for number in 1..MOST_OF_A_HOUSEHOLD {
            let minutes = 500 - i64::try_from(number).expect("a small number");
            self.kept(&format!("room-{number}"), &State::default(), minutes).await;
        }
    }
}

async fn of_too_many_the_longest_idle_goes(home: Home) {
    home.fill().await;
    let neighbour = HouseholdId::new("river-house").expect("an id");
    let saved = home.store.save(&home.shop, &neighbour, &named("old"), "{}", 0, Timestamp::UNIX_EPOCH).await;
    saved.expect("an answer");
    assert_eq!(home.kept_in_all().await, MOST_OF_A_HOUSEHOLD);
    home.says("kitchen", "add eggs to my cart").await;
    assert_eq!(home.kept_in_all().await, MOST_OF_A_HOUSEHOLD);
    assert!(home.has("kitchen").await && home.has("room-2").await);
    assert!(!home.has("room-1").await, "it was idle for longest");
    assert!(home.has("busy").await, "what is underway there is still to be looked after");
    let other = home.store.load(&home.shop, &neighbour, &named("old")).await.expect("an answer");
    assert!(other.is_some(), "of another household none is forgotten");
    // Who goes on with one begins none.
    home.says("room-2", "add bread to my cart").await;
    home.says("hall", "add bread to my cart").await;
    assert!(home.has("room-2").await && !home.has("room-3").await);
    drop(home.folder);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_household_has_so_many_conversations_in_the_database_and_the_longest_idle_one_makes_room() {
    let home = Home::with(async |folder| {
        let store = SqliteStore::open(&folder.join("sayso.db")).await.expect("a database");
        Arc::new(store) as Arc<dyn Store>
    });
    of_too_many_the_longest_idle_goes(home.await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_household_has_so_many_conversations_in_memory_and_the_longest_idle_one_makes_room() {
    let home = Home::with(async |_| Arc::new(MemoryStore::default()) as Arc<dyn Store>);
    of_too_many_the_longest_idle_goes(home.await).await;
}

#[tokio::test]
async fn a_conversation_that_went_on_is_not_forgotten_for_what_it_was() {
    let store = MemoryStore::default();
    let (shop, home) =
        (ShopId::new("harbor").expect("an id"), HouseholdId::new("oak-street").expect("an id"));
    for version in [0, 1] {
        let saved = store.save(&shop, &home, &named("kitchen"), "{}", version, Timestamp::now()).await;
        saved.expect("an answer");
    }
    assert!(!store.forget_at(&shop, &home, &named("kitchen"), 1).await.expect("an answer"));
    assert!(store.forget_at(&shop, &home, &named("kitchen"), 2).await.expect("an answer"));
}
