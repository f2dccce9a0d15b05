//! Typed turns and confirmations through the engine and SQLite.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{Context, Result};
use sayso::{
    app::shops,
    assistant::{Assistant, Sessions},
    commerce::{
        HouseholdId, Money, OrderDesk, SessionId, ShopId,
        desk::Ports,
        ports::Clock as _,
        system::{RandomIds, SystemClock},
    },
    payment::{Decline, Ledger},
    store::SqliteStore,
    turn::{Input, Reply, Turn},
};

use crate::{
    catalogue,
    table::{Table, bar, ms, percentile},
};

/// One conversation: what is typed, turn by turn. The last one confirms.
const CONVERSATION: [&str; 9] = [
    "hello",
    "find me coffee under fifteen dollars",
    "the second one",
    "no",
    "where is my last order",
    "what is in my cart",
    "is milk in stock",
    "reorder paper towels",
    "yes",
];
/// Conversations that are measured.
const CONVERSATIONS: u64 = 300;
/// Conversations before, which are not.
const WARM: u64 = 20;

/// Adds the figures of typed turns.
pub async fn measure(table: &mut Table) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let skill = catalogue::large_shop()?;
    let store = Arc::new(SqliteStore::open(&folder.path().join("sayso.db")).await?);
    let ports = Ports {
        store: store.clone(),
        payment: Arc::new(Ledger::open(&folder.path().join("ledger.db"), Decline::default()).await?),
        clock: Arc::new(SystemClock),
        ids: Arc::new(RandomIds),
    };
    let desk = Arc::new(OrderDesk::new(ports, [shops::rules(&skill)]));
    shops::fill(&desk, &skill, SystemClock.today(&skill.zone)).await?;
    let household = skill.households.first().context("a sample household")?.id.clone();
    let (shop, limit) = (skill.id.clone(), Money::new(100_000_000, skill.terms.currency));
    desk.set_limit(&shop, &household, limit).await?;
    let parts = shops::shop(&skill)?;
    let assistant =
        Assistant::new([parts], desk, Sessions::new(store), Arc::new(SystemClock), Arc::new(RandomIds));
    let talk = Talk { assistant, shop, household };
    let (mut turns, mut confirmations) = (Vec::new(), Vec::new());
    let progress = bar("typed turns", CONVERSATIONS + WARM);
    for number in 0..CONVERSATIONS + WARM {
        let times = talk.once(number).await?;
        if number >= WARM {
            let (confirmation, others) = times.split_last().context("a conversation has turns")?;
            confirmations.push(*confirmation);
            turns.extend_from_slice(others);
        }
        progress.inc(1);
    }
    progress.finish_and_clear();
    let products = catalogue::PRODUCTS;
    table.add(&format!("typed turn, {products} products, p50"), ms(percentile(&mut turns, 0.5)), "≤ 1 ms");
    table.add(&format!("typed turn, {products} products, p99"), ms(percentile(&mut turns, 0.99)), "≤ 5 ms");
    table.add("durable confirmation, p50", ms(percentile(&mut confirmations, 0.5)), "");
    table.add("durable confirmation, p99", ms(percentile(&mut confirmations, 0.99)), "≤ 20 ms");
    table.add(
        "one synced write of 4 KiB to the same disk, p50",
        ms(synced_write(folder.path())?),
        "(for scale)",
    );
    Ok(())
}

struct Talk {
    assistant: Assistant,
    shop: ShopId,
    household: HouseholdId,
}

impl Talk {
    /// The whole conversation; the time of each turn.
    async fn once(&self, number: u64) -> Result<Vec<Duration>> {
        let session = SessionId::new(format!("bench-{number}"))?;
        let mut times = Vec::new();
        let mut last: Option<Reply> = None;
        for text in CONVERSATION {
            let turn = Turn {
                shop: self.shop.clone(),
                household: self.household.clone(),
                session: session.clone(),
                locale: "en".into(),
                channel: "bench",
                input: Input::Text(text.into()),
                request: None,
                stages: Vec::new(),
            };
            let start = Instant::now();
            last = Some(self.assistant.turn(turn).await);
            times.push(start.elapsed());
        }
        let placed = last.is_some_and(|reply| reply.order.is_some());
        anyhow::ensure!(placed, "the conversation did not end in an order, so its times mean nothing");
        Ok(times)
    }
}

/// What the disk itself takes for a durable write.
fn synced_write(folder: &std::path::Path) -> Result<Duration> {
    use std::io::Write;
    let mut file = std::fs::File::create(folder.join("synced"))?;
    let mut times = Vec::new();
    for _ in 0..200 {
        let start = Instant::now();
        file.write_all(&[7; 4096])?;
        file.sync_data()?;
        times.push(start.elapsed());
    }
    Ok(percentile(&mut times, 0.5))
}
