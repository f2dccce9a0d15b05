//! The one door of the engine: [`Assistant::turn`].
//!
//! Audio, text and platform intents meet here; after this point the code is the same for all.
//!
//! Invariants:
//! - Two turns of one conversation never run at once.
//! - The order desk is told only what [`dialogue::step`] decided, and the conversation is saved before it, with a note
//!   of what is about to be done, and after it: a crash in between leaves the same question open with the same key,
//!   and the note tells to look what became of it.
//! - Words that were said to one question are no answer to another one, which was asked meanwhile.
//! - A platform's request that was answered before is answered with what was said last, and nothing is done.

mod act;
mod answered;
mod candidates;
mod dialog;
mod gather;
mod keep;
mod meaning;
mod session;
pub mod shop;
mod sizes;
mod unfinished;

use std::{
    collections::HashMap,
    sync::Arc,
    time::{Duration, Instant},
};

pub use session::{MOST_OF_A_HOUSEHOLD, Sessions};
pub use shop::Shop;

use act::{Done, Stands};
use meaning::{heard, understand, without_pin};
use session::SaidTo;

use crate::{
    commerce::{
        IdempotencyKey, OrderDesk, ShopId,
        desk::DeskError,
        order::Order,
        ports::{Clock, IdSource, StoreError},
    },
    dialogue::{self, Prompt, State, Step},
    turn::{Input, Reply, Speech, Turn, decision},
    understanding::{Expect, Intent, IntentName, Understood},
};

/// Turns that lost a race for their conversation are worked out anew this often.
const TRIES: u32 = 4;

/// Text that is longer is not looked at, in bytes.
pub const MAX_TEXT: usize = 500;

/// The engine: shops, the order desk, conversations.
pub struct Assistant {
    shops: HashMap<ShopId, Arc<Shop>>,
    desk: Arc<OrderDesk>,
    sessions: Sessions,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn IdSource>,
    /// Tells it from other engines on the same conversations.
    name: String,
}

/// A fault that ended a turn. The shopper hears that nothing was done.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Fault {
    #[error(transparent)]
    Desk(#[from] DeskError),
    #[error("the conversation could not be kept: {0}")]
    Session(#[from] StoreError),
    #[error("the conversation changed under {TRIES} tries")]
    Contended,
    #[error("an identifier was not well-formed")]
    Identifier,
}

/// What a turn came to, before it is put into words.
struct Worked {
    understood: Understood,
    heard: Option<String>,
    step: Step,
    order: Option<Order>,
}

impl Assistant {
    /// An engine for these shops.
    pub fn new(
        shops: impl IntoIterator<Item = Shop>,
        desk: Arc<OrderDesk>,
        sessions: Sessions,
        clock: Arc<dyn Clock>,
        ids: Arc<dyn IdSource>,
    ) -> Self {
        let shops = shops.into_iter().map(|shop| (shop.id.clone(), Arc::new(shop))).collect();
        let name = ids.fresh();
        Self { shops, desk, sessions, clock, ids, name }
    }

    /// The shops that it serves.
    pub fn shops(&self) -> impl Iterator<Item = &Arc<Shop>> {
        self.shops.values()
    }

    /// The shop with that id.
    pub fn shop(&self, id: &ShopId) -> Option<&Arc<Shop>> {
        self.shops.get(id)
    }

    /// The order desk, for the shop's side.
    pub fn desk(&self) -> &Arc<OrderDesk> {
        &self.desk
    }

    /// One turn of a conversation. Never fails: a fault is a spoken sentence, logged once here.
    pub async fn turn(&self, turn: Turn) -> Reply {
        let id = self.ids.fresh();
        let mut stages = turn.stages.clone();
        let started = Instant::now();
        let Some(shop) = self.shops.get(&turn.shop).cloned() else {
            let words = Speech::plain("I don't know this shop.");
            return Reply::outside(id, turn.session, stages, words, decision::UNKNOWN_SHOP);
        };
        let worked = match self.alone(&shop, &turn, &mut stages).await {
            Ok(worked) => worked,
            Err(fault) => {
                tracing::error!(turn = %id, shop = %turn.shop, %fault, "a turn failed");
                let words = shop.say(&turn.locale, &[Prompt::new("sorry-not-done")]);
                return Reply::outside(id, turn.session, stages, words, decision::FAULT);
            }
        };
        let phrasing = Instant::now();
        let speech = shop.say(&turn.locale, &worked.step.say);
        let reprompt = worked.step.reprompt.as_ref().map(|p| shop.say(&turn.locale, std::slice::from_ref(p)));
        stages.push(("phrase", phrasing.elapsed()));
        stages.push(("turn", started.elapsed()));
        tracing::debug!(turn = %id, shop = %turn.shop, decision = worked.step.decision, "turn");
        Reply {
            turn: id,
            session: turn.session,
            heard: worked.heard,
            confidence: worked.understood.confidence,
            intent: worked.understood.intent,
            decision: worked.step.decision,
            speech,
            reprompt,
            listening: worked.step.listening,
            awaits: dialog::awaited(&worked.step.state.focus),
            ended: worked.step.ended,
            order: worked.order,
            stages,
        }
    }

    /// What words that were heard mean to a shop, outside any conversation; nothing is done, and
    /// digits that could be a PIN are left out. `None` for a shop that it does not serve.
    pub fn understand(&self, shop: &ShopId, text: &str) -> Option<Understood> {
        let shop = self.shops.get(shop)?;
        let input = Input::Heard { text: text.to_owned(), confidence: 1.0 };
        let understood = understand(shop, &input, Expect::Anything, self.clock.today(&shop.zone));
        Some(without_pin(understood, &State::default()))
    }

    /// Works a turn out while no other of its conversation runs here.
    async fn alone(
        &self,
        shop: &Shop,
        turn: &Turn,
        stages: &mut Vec<(&'static str, Duration)>,
    ) -> Result<Worked, Fault> {
        let (_only_turn, said_to) = self.sessions.lock(turn).await?;
        self.work(shop, turn, said_to, stages).await
    }

    async fn work(
        &self,
        shop: &Shop,
        turn: &Turn,
        mut said_to: Option<SaidTo>,
        stages: &mut Vec<(&'static str, Duration)>,
    ) -> Result<Worked, Fault> {
        for _ in 0..TRIES {
            let mut clock = Stages::new(stages);
            let (state, version) = self.sessions.load(turn).await?;
            clock.mark("session");
            let (understood, heard) = self.hear(shop, turn, &state);
            let overtaken = !said_to.get_or_insert_with(|| SaidTo::of(&state)).is_of(&state)
                && !leaves(&understood.intent.name, &state);
            clock.mark("understand");
            let Some(facts) = self.gather(shop, turn, &state, &understood.intent).await? else {
                return Ok(stranger(understood, heard, state));
            };
            clock.mark("facts");
            let mut step = match overtaken {
                true => dialogue::overtaken(&state, &facts),
                false => dialogue::step(&state, &understood.intent, &facts),
            };
            clock.mark("decide");
            let done = match self.unfinished(turn, &state, &understood.intent, &mut step, &facts).await {
                Some(told) => Some((told, version)),
                None => self.carry_out(shop, turn, (&state, version), step, facts).await?,
            };
            let Some((mut done, version)) = done else { continue };
            if done.stands == Stands::Done {
                clock.mark("order");
            }
            let saved = self.keep(turn, (&state, version), &mut done).await?;
            clock.mark("save");
            if saved {
                let Done { step, order, .. } = done;
                return Ok(Worked { understood: without_pin(understood, &state), heard, step, order });
            }
        }
        Err(Fault::Contended)
    }

    /// What the words mean, and what was heard. A request that was answered before asks for its answer again.
    fn hear(&self, shop: &Shop, turn: &Turn, state: &State) -> (Understood, Option<String>) {
        if answered::is_answered(turn, state) {
            return (Understood { intent: Intent::bare(IntentName::Repeat), confidence: 1.0 }, None);
        }
        let today = self.clock.today(&shop.zone);
        let input = dialog::settled(&turn.input, state);
        let mut understood = understand(shop, &input, state.expect(), today);
        if dialogue::may_be_of_an_order(state, &understood.intent) {
            let change = understand(shop, &input, Expect::YesNo, today);
            if dialogue::may_change_an_order(state, &change.intent).is_some() {
                understood = change;
            }
        }
        let heard = heard(&input, &understood.intent, state.expect());
        (understood, heard)
    }

    fn fresh_key(&self) -> Result<IdempotencyKey, Fault> {
        IdempotencyKey::new(self.ids.fresh()).map_err(|_| Fault::Identifier)
    }
}

/// Times the stages of a turn one after the other.
struct Stages<'a> {
    list: &'a mut Vec<(&'static str, Duration)>,
    last: Instant,
}

impl<'a> Stages<'a> {
    fn new(list: &'a mut Vec<(&'static str, Duration)>) -> Self {
        Self { list, last: Instant::now() }
    }

    fn mark(&mut self, name: &'static str) {
        let now = Instant::now();
        self.list.push((name, now - self.last));
        self.last = now;
    }
}

/// Whether words leave what is open, whatever that is. A no to a read-back is also one to the same read anew: nothing
/// is ordered by it.
fn leaves(name: &IntentName, open: &State) -> bool {
    match name {
        IntentName::Stop | IntentName::Cancel => true,
        IntentName::No => open.focus.draft().is_some(),
        _ => false,
    }
}

/// Somebody whom the shop does not know: a plain answer, no conversation.
fn stranger(understood: Understood, heard: Option<String>, state: State) -> Worked {
    let step = Step {
        state,
        say: vec![Prompt::new("unknown-household")],
        reprompt: None,
        act: None,
        decision: decision::UNKNOWN_HOUSEHOLD,
        listening: false,
        ended: false,
        order: None,
    };
    Worked { understood, heard, step, order: None }
}
