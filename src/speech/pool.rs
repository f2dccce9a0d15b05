//! One bounded pool of recognisers for all who listen at once: the model is loaded once, a few
//! utterances are computed at a time, a bounded number waits, and who could not be answered in
//! time is told so instead of getting a late answer. The rules are in [`queue`].

mod queue;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use metrics::{counter, gauge, histogram};
use tokio::{sync::oneshot, task::JoinHandle, time::timeout_at};

use self::queue::{Id, Queue, Request, Verdict};
use super::{Recognizer, SharedRecognizer};

/// Why an utterance was not heard.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// It could not be answered in time.
    #[error("too many are being heard; ask again in {} s", .after.as_secs())]
    Busy {
        /// When the same has a chance: whole seconds, at least one.
        after: Duration,
    },
    /// The recogniser panicked.
    #[error("the recogniser panicked")]
    Panicked,
}

/// Whether the time that an utterance took says how long the next will take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pace {
    /// The model ran.
    Computed,
    /// It did not have to, or did not come to its end.
    Skipped,
}

/// The pool.
pub struct Pool {
    recognizer: SharedRecognizer,
    shared: Mutex<Shared>,
}

struct Shared {
    queue: Queue,
    /// Who is to be told what came of waiting.
    waiting: HashMap<Id, oneshot::Sender<Verdict>>,
}

impl Pool {
    /// A pool over a loaded recogniser in which up to `bound` utterances wait.
    pub fn new(recognizer: SharedRecognizer, bound: usize) -> Arc<Self> {
        let queue = Queue::new(recognizer.at_once(), bound);
        let shared = Mutex::new(Shared { queue, waiting: HashMap::new() });
        Arc::new(Self { recognizer, shared })
    }

    /// The recogniser's model.
    pub fn model(&self) -> &str {
        self.recognizer.model()
    }

    /// The languages that it hears: ISO 639-1, `*` for many; empty when that is not known.
    pub fn languages(&self) -> Vec<String> {
        self.recognizer.languages()
    }

    /// Who made the weights of the recogniser's model.
    pub fn maker(&self) -> &'static str {
        self.recognizer.maker()
    }

    /// Does `work`, which hears `sound` of `owner`, on a blocking thread when its turn comes; an
    /// answer comes before `deadline`. What was begun then is finished, but nobody waits for it.
    ///
    /// # Errors
    /// [`Refused::Busy`] at once when it could not be in time, or later when that shows only then.
    pub async fn run<T: Send + 'static>(
        self: &Arc<Self>,
        owner: &str,
        sound: Duration,
        deadline: Instant,
        work: impl FnOnce(&dyn Recognizer) -> (T, Pace) + Send + 'static,
    ) -> Result<T, Refused> {
        let asked = Instant::now();
        let ticket = self.seat(owner, sound, deadline).await.inspect_err(|_| count("refused"))?;
        histogram!("sayso_stage_seconds", "stage" => "wait").record(asked.elapsed().as_secs_f64());
        match timeout_at(deadline.into(), compute(ticket, sound, work)).await {
            Ok(Ok(result)) => {
                count("heard");
                Ok(result)
            }
            Ok(Err(_)) => Err(Refused::Panicked),
            Err(_) => {
                count("late");
                Err(Refused::Busy { after: Duration::from_secs(1) })
            }
        }
    }

    /// Does `work`, on which nobody waits, at once or not at all: only while nobody waits for a seat, one stays
    /// free beside it where there are several, and it is expected to take no longer than `most`.
    pub async fn run_if_idle<T: Send + 'static>(
        self: &Arc<Self>,
        owner: &str,
        sound: Duration,
        most: Duration,
        work: impl FnOnce(&dyn Recognizer) -> (T, Pace) + Send + 'static,
    ) -> Option<T> {
        let ticket = {
            let mut shared = self.lock();
            if !shared.queue.idle(sound, most) {
                return None;
            }
            let now = Instant::now();
            let request = Request { owner: owner.to_owned(), sound, deadline: now + most };
            let (id, verdict, _) = shared.queue.ask(request, now);
            shared.show();
            let ticket = Ticket { pool: self.clone(), id };
            // A ticket that goes locks the pool.
            drop(shared);
            (verdict == Verdict::Seated).then_some(ticket)?
        };
        let done = compute(ticket, sound, work).await.ok()?;
        count("guessed");
        Some(done)
    }

    async fn seat(
        self: &Arc<Self>,
        owner: &str,
        sound: Duration,
        deadline: Instant,
    ) -> Result<Ticket, Refused> {
        let (ticket, turn) = {
            let mut shared = self.lock();
            let request = Request { owner: owner.to_owned(), sound, deadline };
            let (id, verdict, out) = shared.queue.ask(request, Instant::now());
            shared.tell(out.into_iter().map(|(id, after)| (id, Verdict::Refused(after))));
            let turn = match verdict {
                Verdict::Refused(after) => return Err(Refused::Busy { after }),
                Verdict::Seated => None,
                Verdict::Waiting => {
                    let (tell, turn) = oneshot::channel();
                    shared.waiting.insert(id, tell);
                    Some(turn)
                }
            };
            shared.show();
            (Ticket { pool: self.clone(), id }, turn)
        };
        let Some(turn) = turn else { return Ok(ticket) };
        match timeout_at(deadline.into(), turn).await {
            Ok(Ok(Verdict::Seated)) => Ok(ticket),
            Ok(Ok(Verdict::Refused(after))) => Err(Refused::Busy { after }),
            _ => Err(Refused::Busy { after: Duration::from_secs(1) }),
        }
    }

    /// A panic elsewhere leaves the queue as it was between two calls.
    fn lock(&self) -> MutexGuard<'_, Shared> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Work in a seat, on a blocking thread; its pace is remembered.
fn compute<T: Send + 'static>(
    ticket: Ticket,
    sound: Duration,
    work: impl FnOnce(&dyn Recognizer) -> (T, Pace) + Send + 'static,
) -> JoinHandle<T> {
    tokio::task::spawn_blocking(move || {
        let start = Instant::now();
        let (result, pace) = work(ticket.pool.recognizer.as_ref());
        if pace == Pace::Computed {
            ticket.pool.lock().queue.measured(sound, start.elapsed());
        }
        result
    })
}

impl Shared {
    fn tell(&mut self, verdicts: impl IntoIterator<Item = (Id, Verdict)>) {
        for (id, verdict) in verdicts {
            if let Some(tell) = self.waiting.remove(&id) {
                // Who hung up gives the seat back with the ticket.
                let _ = tell.send(verdict);
            }
        }
    }

    fn show(&self) {
        gauge!("sayso_hearings_at_work").set(self.queue.at_work() as f64);
        gauge!("sayso_hearings_waiting").set(self.queue.waiting() as f64);
    }
}

/// A place in the queue or a seat; it is given up when this is dropped.
struct Ticket {
    pool: Arc<Pool>,
    id: Id,
}

impl Drop for Ticket {
    fn drop(&mut self) {
        let mut shared = self.pool.lock();
        shared.waiting.remove(&self.id);
        let told = shared.queue.leave(self.id, Instant::now());
        shared.tell(told);
        shared.show();
    }
}

fn count(outcome: &'static str) {
    counter!("sayso_hearings_total", "outcome" => outcome).increment(1);
}
