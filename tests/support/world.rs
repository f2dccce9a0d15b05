//! A sample shop with everything behind it: real SQLite, the test ledger, a clock that travels.

use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use async_trait::async_trait;
use jiff::SignedDuration;
use sayso::{
    app::shops,
    assistant::{Assistant, Sessions},
    commerce::{
        Currency, HouseholdId, Money, OrderDesk, SessionId, Sku,
        desk::{AdvanceOutcome, Ports},
        order::{Hold, Order, OrderState},
        ports::{Authorisation, Clock as _, Payment, PaymentFault, PaymentKey, SessionStore, Settlement},
        system::RandomIds,
    },
    dialogue::State,
    payment::{Decline, Ledger},
    skill::Skill,
    store::SqliteStore,
    turn::{Input, Reply, Turn},
};
use tempfile::TempDir;
use tokio::sync::OnceCell;

use super::{Sample, clock::TravellingClock};

/// When every conversation begins: ten in the morning at the shop.
const MORNING: &str = "2026-11-23T15:00:00Z";

/// One household in front of a sample shop.
pub struct World {
    skill: Arc<Skill>,
    folder: TempDir,
    clock: Arc<TravellingClock>,
    running: Running,
    household: HouseholdId,
    before: usize,
    declined: bool,
    down: Arc<AtomicBool>,
}

struct Running {
    assistant: Assistant,
    store: Arc<SqliteStore>,
    ledger: Arc<Ledger>,
}

impl Running {
    /// Closes its files.
    async fn close(&self) {
        self.store.close().await;
        self.ledger.close().await;
    }
}

/// The ledger behind a line that can be cut.
struct Line {
    ledger: Arc<Ledger>,
    down: Arc<AtomicBool>,
}

#[async_trait]
impl Payment for Line {
    async fn authorise(
        &self,
        key: &PaymentKey,
        purpose: &sayso::commerce::ports::Purpose,
        amount: Money,
    ) -> Result<Authorisation, PaymentFault> {
        if self.down.load(Ordering::SeqCst) {
            return Err(PaymentFault("the line is cut".into()));
        }
        self.ledger.authorise(key, purpose, amount).await
    }

    async fn capture(
        &self,
        key: &PaymentKey,
        reference: &str,
        amount: Money,
    ) -> Result<Settlement, PaymentFault> {
        self.ledger.capture(key, reference, amount).await
    }

    async fn release(&self, key: &PaymentKey, reference: &str) -> Result<Settlement, PaymentFault> {
        self.ledger.release(key, reference).await
    }

    async fn refund(
        &self,
        key: &PaymentKey,
        reference: &str,
        amount: Money,
    ) -> Result<Settlement, PaymentFault> {
        self.ledger.refund(key, reference, amount).await
    }
}

impl World {
    /// The household `oak-street` on the 23rd of November 2026, ten in the morning at the shop.
    pub async fn new(shop: Sample) -> Self {
        let skill = Arc::new(shop.skill());
        let folder = tempfile::tempdir().expect("a folder");
        let clock = Arc::new(TravellingClock::at(MORNING));
        let down = Arc::new(AtomicBool::new(false));
        copy_filled(shop, &skill, folder.path()).await;
        let running = start(&skill, folder.path(), &clock, false, &down).await;
        let household = HouseholdId::new("oak-street").expect("an id");
        let mut world = Self { skill, folder, clock, running, household, before: 0, declined: false, down };
        world.before = world.all_orders().await.len();
        world
    }

    /// One turn in the conversation `kitchen`.
    pub async fn turn(&self, input: Input) -> Reply {
        self.turn_in("kitchen", input).await
    }

    /// One turn in a conversation of that name.
    pub async fn turn_in(&self, session: &str, input: Input) -> Reply {
        let turn = Turn {
            shop: self.skill.id.clone(),
            household: self.household.clone(),
            session: SessionId::new(session).expect("an id"),
            locale: "en".into(),
            channel: "test",
            input,
            stages: Vec::new(),
        };
        self.running.assistant.turn(turn).await
    }

    /// `given …` of the conversation files.
    pub async fn given(&mut self, what: &str) -> Result<(), String> {
        let words: Vec<&str> = what.split_whitespace().collect();
        match words.as_slice() {
            ["household", name] => {
                self.household = HouseholdId::new(*name).map_err(|e| e.to_string())?;
                self.before = self.all_orders().await.len();
            }
            ["limit", amount] => {
                let limit = Money::parse(amount, Currency::USD).map_err(|e| e.to_string())?;
                self.desk()
                    .set_limit(&self.skill.id, &self.household, limit)
                    .await
                    .map_err(|e| e.to_string())?;
            }
            ["no", "pin"] => self.forget_pin().await,
            ["stock", sku, count] => self.set_stock(sku, count).await?,
            ["declined"] => {
                self.declined = true;
                self.restart().await?;
            }
            ["payment", "down"] => self.down.store(true, Ordering::SeqCst),
            ["payment", "up"] => self.down.store(false, Ordering::SeqCst),
            _ => return Err(format!("`given {what}` is not known")),
        }
        Ok(())
    }

    async fn set_stock(&self, sku: &str, count: &str) -> Result<(), String> {
        let sku = Sku::new(sku).map_err(|e| e.to_string())?;
        let wanted: i32 = count.parse().map_err(|_| "a count is wanted".to_owned())?;
        let now =
            self.desk().stock(&self.skill.id, std::slice::from_ref(&sku)).await.map_err(|e| e.to_string())?;
        let now = i32::try_from(now[0]).map_err(|e| e.to_string())?;
        let set =
            self.desk().adjust_stock(&self.skill.id, &sku, wanted - now).await.map_err(|e| e.to_string())?;
        set.map(|_| ()).ok_or_else(|| "the stock could not be set".to_owned())
    }

    /// The sample households come with a PIN; this one moves in without.
    async fn forget_pin(&mut self) {
        let new = sayso::commerce::ports::NewHousehold {
            id: HouseholdId::new("new-house").expect("an id"),
            name: "the new house".into(),
            members: Vec::new(),
            limit: Money::new(5_000, Currency::USD),
        };
        self.desk().add_household(&self.skill.id, &new).await.expect("a household");
        self.household = new.id;
        self.before = 0;
    }

    /// `wait 15 minutes`.
    pub fn wait(&self, what: &str) -> Result<(), String> {
        let (count, unit) = what.split_once(' ').ok_or("a time is wanted")?;
        let count: i64 = count.parse().map_err(|_| "a count is wanted".to_owned())?;
        let by = match unit.trim_end_matches('s') {
            "second" => SignedDuration::from_secs(count),
            "minute" => SignedDuration::from_mins(count),
            "hour" => SignedDuration::from_hours(count),
            "day" => SignedDuration::from_hours(24 * count),
            _ => return Err(format!("`{unit}` is no unit of time")),
        };
        self.clock.travel(by);
        Ok(())
    }

    /// The process ends without a word and starts anew on the same files.
    pub async fn restart(&mut self) -> Result<(), String> {
        self.running.close().await;
        self.running = start(&self.skill, self.folder.path(), &self.clock, self.declined, &self.down).await;
        Ok(())
    }

    /// `shop advances packed`.
    pub async fn shop_side(&self, what: &str) -> Result<(), String> {
        let state = what.strip_prefix("advances ").and_then(OrderState::from_name);
        let state = state.ok_or_else(|| format!("`shop {what}` is not known"))?;
        let placed = self.placed().await;
        let number = placed.first().ok_or("no order was placed")?.number;
        match self.desk().advance(&self.skill.id, number, state).await {
            Ok(AdvanceOutcome::Advanced(_)) => Ok(()),
            other => Err(format!("{other:?}")),
        }
    }

    /// The orders placed in this conversation that stand, or stood, newest first.
    pub async fn placed(&self) -> Vec<Order> {
        let all = self.all_orders().await;
        let new = all.len() - self.before;
        let declined = |o: &Order| matches!(o.funds.hold, Hold::Declined { .. });
        all.into_iter().take(new).filter(|o| !declined(o)).collect()
    }

    /// The cart as the conversation has it.
    pub async fn cart(&self) -> Vec<(Sku, u32)> {
        let session = SessionId::new("kitchen").expect("an id");
        let saved =
            self.running.store.load(&self.skill.id, &self.household, &session).await.expect("a store");
        let state: State =
            saved.map(|s| serde_json::from_str(&s.payload).expect("a state")).unwrap_or_default();
        state.cart.lines().iter().map(|l| (l.sku.clone(), l.quantity.get())).collect()
    }

    /// The order desk, for the shop's side.
    pub fn desk(&self) -> &OrderDesk {
        self.running.assistant.desk()
    }

    async fn all_orders(&self) -> Vec<Order> {
        self.desk().orders(&self.skill.id, &self.household, 1_000).await.expect("orders")
    }
}

/// Filling a sample shop takes a while (PINs are hashed, a year is imported), so it is done
/// once and its files are copied.
async fn copy_filled(shop: Sample, skill: &Skill, to: &Path) {
    static FILLED: [OnceCell<TempDir>; 2] = [const { OnceCell::const_new() }; 2];
    let filled = FILLED[shop as usize].get_or_init(|| async {
        let folder = tempfile::tempdir().expect("a folder");
        let clock = Arc::new(TravellingClock::at(MORNING));
        let running = start(skill, folder.path(), &clock, false, &Arc::default()).await;
        // Files that are still being closed cannot be copied in one piece.
        running.close().await;
        folder
    });
    for entry in std::fs::read_dir(filled.await.path()).expect("a folder") {
        let from = entry.expect("a file").path();
        std::fs::copy(&from, to.join(from.file_name().expect("a name"))).expect("a copy");
    }
}

async fn start(
    skill: &Skill,
    folder: &Path,
    clock: &Arc<TravellingClock>,
    declined: bool,
    down: &Arc<AtomicBool>,
) -> Running {
    let store = Arc::new(SqliteStore::open(&folder.join("sayso.db")).await.expect("a store"));
    let above = declined.then(|| Money::new(0, Currency::USD));
    let ledger = Ledger::open(&folder.join("ledger.db"), Decline { above, exactly: vec![] }).await;
    let ledger = Arc::new(ledger.expect("a ledger"));
    let line = Line { ledger: ledger.clone(), down: down.clone() };
    let ids = Arc::new(RandomIds);
    let ports =
        Ports { store: store.clone(), payment: Arc::new(line), clock: clock.clone(), ids: ids.clone() };
    let desk = Arc::new(OrderDesk::new(ports, [shops::rules(skill)]));
    desk.recover().await.expect("a recovery");
    shops::fill(&desk, skill, clock.today(&skill.zone)).await.expect("a filled shop");
    let parts = shops::shop(skill).expect("a shop");
    let assistant = Assistant::new([parts], desk, Sessions::new(store.clone()), clock.clone(), ids);
    Running { assistant, store, ledger }
}
