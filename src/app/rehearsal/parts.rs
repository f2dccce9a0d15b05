//! What a rehearsal puts in the place of the world: a clock that is moved, a payment line that can be cut.

use std::{
    path::Path,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use anyhow::Result;
use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};

use crate::{
    app::shops,
    assistant::{Assistant, Sessions},
    commerce::{
        Money, OrderDesk,
        desk::Ports,
        ports::{Authorisation, Clock, Payment, PaymentFault, PaymentKey, Purpose, Settlement},
        system::RandomIds,
    },
    payment::{Decline, Ledger},
    skill::Skill,
    store::SqliteStore,
};

/// A clock that stands still until it is moved.
pub struct TravellingClock(Mutex<Timestamp>);

impl TravellingClock {
    /// A clock at that moment.
    pub fn at(moment: Timestamp) -> Self {
        Self(Mutex::new(moment))
    }

    /// Moves the clock on; at the end of time it stands still.
    pub fn travel(&self, by: SignedDuration) {
        let mut now = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *now = now.saturating_add(by).unwrap_or(*now);
    }
}

impl Clock for TravellingClock {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A shop that is open.
pub(super) struct Running {
    pub assistant: Assistant,
    pub store: Arc<SqliteStore>,
    ledger: Arc<Ledger>,
}

impl Running {
    /// Closes its files.
    pub async fn close(&self) {
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
        purpose: &Purpose,
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

/// Opens the shop in a folder. With `declined` every payment is refused.
pub(super) async fn start(
    skill: &Skill,
    folder: &Path,
    clock: &Arc<TravellingClock>,
    declined: bool,
    down: &Arc<AtomicBool>,
) -> Result<Running> {
    let store = Arc::new(SqliteStore::open(&folder.join("sayso.db")).await?);
    let above = declined.then(|| Money::new(0, skill.terms.currency));
    let ledger = Ledger::open(&folder.join("ledger.db"), Decline { above, exactly: vec![] }).await;
    let ledger = Arc::new(ledger?);
    let line = Line { ledger: ledger.clone(), down: down.clone() };
    let ids = Arc::new(RandomIds);
    let ports =
        Ports { store: store.clone(), payment: Arc::new(line), clock: clock.clone(), ids: ids.clone() };
    let desk = Arc::new(OrderDesk::new(ports, [shops::rules(skill)]));
    desk.recover().await?;
    shops::fill(&desk, skill, clock.today(&skill.zone)).await?;
    let parts = shops::shop(skill)?;
    let assistant = Assistant::new([parts], desk, Sessions::new(store.clone()), clock.clone(), ids);
    Ok(Running { assistant, store, ledger })
}
