//! What a process that runs on does by the clock: orders that wait for the payment provider are
//! settled, and idle conversations are forgotten.

use std::{sync::Arc, time::Duration};

use jiff::SignedDuration;
use tokio::{
    task::JoinHandle,
    time::{Instant, Interval, MissedTickBehavior, interval_at, timeout},
};
use tokio_util::sync::CancellationToken;

use crate::commerce::{
    Linker, OrderDesk,
    ports::{Clock, SessionStore, StoreError},
};

/// The longest that one pass through the waiting orders may take. What is left is for the next.
const LONGEST_PASS: Duration = Duration::from_secs(60);

/// How often each thing is done.
#[derive(Debug, Clone, Copy)]
pub struct Rhythm {
    /// Orders that wait are settled.
    pub settle: Duration,
    /// Idle conversations are forgotten.
    pub forget: Duration,
}

impl Default for Rhythm {
    /// Every minute, every hour.
    fn default() -> Self {
        Self { settle: Duration::from_secs(60), forget: Duration::from_secs(3600) }
    }
}

/// What the upkeep works on.
#[derive(Clone)]
pub struct Upkeep {
    /// The desk whose orders may wait.
    pub desk: Arc<OrderDesk>,
    /// What links accounts; its codes and tokens have an end.
    pub linker: Arc<Linker>,
    /// Where conversations are kept.
    pub sessions: Arc<dyn SessionStore>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// How long an idle conversation is kept.
    pub keep: SignedDuration,
}

/// An upkeep at work. Dropped, it stops too, only without anybody waiting for it.
pub struct Running {
    stop: CancellationToken,
    task: JoinHandle<()>,
}

impl Running {
    /// Stops it and waits until it has. What it was doing is taken up again at the next start,
    /// as after a crash.
    pub async fn stop(mut self) {
        self.stop.cancel();
        if (&mut self.task).await.is_err() {
            tracing::error!("the upkeep panicked");
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

impl Upkeep {
    /// Works in this rhythm until it is stopped; the first time after one interval. One thing
    /// is done at a time, so no pass overlaps another.
    pub fn start(self, rhythm: Rhythm) -> Running {
        let stop = CancellationToken::new();
        let stopped = stop.clone();
        let task = tokio::spawn(async move {
            stopped.run_until_cancelled(self.run(rhythm)).await;
        });
        Running { stop, task }
    }

    async fn run(&self, rhythm: Rhythm) {
        let (mut settle, mut forget) = (ticks(rhythm.settle), ticks(rhythm.forget));
        loop {
            tokio::select! {
                _ = settle.tick() => self.settle().await,
                _ = forget.tick() => if let Err(error) = self.forget_idle().await {
                    tracing::warn!(%error, "idle conversations are still there");
                },
            }
        }
    }

    async fn settle(&self) {
        match timeout(LONGEST_PASS, self.desk.recover()).await {
            Ok(Ok(recovered)) if recovered.settled > 0 => {
                tracing::info!(settled = recovered.settled, "orders that waited are settled");
            }
            Ok(Ok(_)) => {}
            Ok(Err(error)) => tracing::warn!(%error, "open orders cannot be looked through"),
            Err(_) => tracing::warn!("not all open orders were looked through in time"),
        }
    }

    /// Forgets conversations that were idle for too long, and codes, tokens and links whose time is over;
    /// how many conversations.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn forget_idle(&self) -> Result<u64, StoreError> {
        self.linker.forget_expired().await?;
        let before = self.clock.now().saturating_sub(self.keep).unwrap_or(jiff::Timestamp::MIN);
        let forgotten = self.sessions.forget_idle(before).await?;
        if forgotten > 0 {
            tracing::info!(forgotten, "idle conversations are forgotten");
        }
        Ok(forgotten)
    }
}

/// After a pass that took long, the next one waits its whole interval.
fn ticks(every: Duration) -> Interval {
    let mut interval = interval_at(Instant::now() + every, every);
    interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
    interval
}
