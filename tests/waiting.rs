//! What is said while a turn before it is still being worked out. The engine on real SQLite files; the test holds up the
//! saving of conversations.

use std::sync::Arc;

use async_trait::async_trait;
use jiff::Timestamp;
use sayso::{
    app::shops,
    assistant::{Assistant, Sessions},
    commerce::{
        HouseholdId, Money, OrderDesk, SessionId, ShopId,
        desk::Ports,
        ports::{Clock as _, SavedSession, SessionSaved, SessionStore, StoreError},
        system::{RandomIds, SystemClock},
    },
    payment::{Decline, Ledger},
    skill::Skill,
    store::SqliteStore,
    turn::{Input, Reply, Turn},
};
use tokio::sync::Semaphore;

/// Conversations that are saved when the test lets them be, and tell when they are loaded.
struct HeldUp {
    store: Arc<SqliteStore>,
    loaded: Semaphore,
    saves: Semaphore,
}

#[async_trait]
impl SessionStore for HeldUp {
    async fn load(
        &self,
        shop: &ShopId,
        household: &HouseholdId,
        session: &SessionId,
    ) -> Result<Option<SavedSession>, StoreError> {
        let loaded = self.store.load(shop, household, session).await;
        self.loaded.add_permits(1);
        loaded
    }

    async fn save(
        &self,
        shop: &ShopId,
        household: &HouseholdId,
        session: &SessionId,
        payload: &str,
        expected: u64,
        now: Timestamp,
    ) -> Result<SessionSaved, StoreError> {
        self.saves.acquire().await.expect("it is never closed").forget();
        self.store.save(shop, household, session, payload, expected, now).await
    }

    async fn forget(
        &self,
        shop: &ShopId,
        household: &HouseholdId,
        session: &SessionId,
    ) -> Result<bool, StoreError> {
        self.store.forget(shop, household, session).await
    }

    async fn crowd(
        &self,
        shop: &ShopId,
        household: &HouseholdId,
        most: usize,
    ) -> Result<Vec<SessionId>, StoreError> {
        self.store.crowd(shop, household, most).await
    }

    async fn forget_at(
        &self,
        shop: &ShopId,
        household: &HouseholdId,
        session: &SessionId,
        version: u64,
    ) -> Result<bool, StoreError> {
        self.store.forget_at(shop, household, session, version).await
    }

    async fn forget_idle(&self, before: Timestamp) -> Result<u64, StoreError> {
        self.store.forget_idle(before).await
    }
}

struct Kitchen {
    assistant: Arc<Assistant>,
    conversations: Arc<HeldUp>,
    desk: Arc<OrderDesk>,
    shop: ShopId,
    household: HouseholdId,
    _folder: tempfile::TempDir,
}

impl Kitchen {
    async fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let skill = Skill::bundled().unwrap();
        let store = Arc::new(SqliteStore::open(&folder.path().join("sayso.db")).await.unwrap());
        let ledger = Ledger::open(&folder.path().join("ledger.db"), Decline::default()).await.unwrap();
        let (clock, ids) = (Arc::new(SystemClock), Arc::new(RandomIds));
        let ports =
            Ports { store: store.clone(), payment: Arc::new(ledger), clock: clock.clone(), ids: ids.clone() };
        let desk = Arc::new(OrderDesk::new(ports, [shops::rules(&skill)]));
        shops::fill(&desk, &skill, clock.today(&skill.zone)).await.unwrap();
        let conversations = Arc::new(HeldUp { store, loaded: Semaphore::new(0), saves: Semaphore::new(0) });
        let sessions = Sessions::new(conversations.clone());
        let parts = shops::shop(&skill).unwrap();
        let assistant = Arc::new(Assistant::new([parts], desk.clone(), sessions, clock, ids));
        let (shop, household) = (skill.id.clone(), HouseholdId::new("oak-street").unwrap());
        let limit = Money::new(100_000, skill.terms.currency);
        desk.set_limit(&shop, &household, limit).await.unwrap();
        Self { assistant, conversations, desk, shop, household, _folder: folder }
    }

    /// Somebody says that; the answer comes later. Returns once the conversation was looked at.
    async fn say(&self, words: &str) -> tokio::task::JoinHandle<Reply> {
        let turn = Turn {
            shop: self.shop.clone(),
            household: self.household.clone(),
            session: SessionId::new("kitchen").unwrap(),
            locale: "en".into(),
            channel: "test",
            input: Input::Text(words.into()),
            request: None,
            stages: Vec::new(),
        };
        let assistant = self.assistant.clone();
        let answer = tokio::spawn(async move { assistant.turn(turn).await });
        self.conversations.loaded.acquire().await.unwrap().forget();
        answer
    }

    fn let_save(&self, times: usize) {
        self.conversations.saves.add_permits(times);
    }

    async fn orders(&self) -> usize {
        let orders = self.desk.orders(&self.shop, &self.household, 100).await.unwrap();
        orders.iter().filter(|order| order.session.as_str() == "kitchen").count()
    }
}

#[tokio::test]
async fn a_yes_that_waits_for_a_turn_before_it_is_none_to_what_that_turn_asks() {
    let kitchen = Kitchen::open().await;
    kitchen.let_save(1);
    kitchen.say("reorder paper towels").await.await.unwrap();
    let three = kitchen.say("make it three").await;
    // It looks at the conversation as it is while it waits for the one before it, whose change is not saved yet.
    let yes = kitchen.say("yes").await;
    assert!(!three.is_finished() && !yes.is_finished());
    kitchen.let_save(2);
    let (three, yes) = (three.await.unwrap(), yes.await.unwrap());
    assert_eq!(kitchen.orders().await, 0, "{three:?} {yes:?}");
    let words = yes.speech.to_text("en");
    assert!(words.contains("said in between") && yes.listening, "{words}");
    // An order is noted before it is placed, and told after it.
    kitchen.let_save(2);
    let placed = kitchen.say("yes").await.await.unwrap().order.expect("an order");
    let total = placed.quote.total().to_string();
    assert!(words.contains(total.trim_end_matches(" USD")), "{words} {total}");
}
