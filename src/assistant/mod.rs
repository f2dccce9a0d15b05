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

mod act;
mod dialog;
mod gather;
mod session;
pub mod shop;
mod unfinished;

use std::{
    collections::HashMap,
    sync::Arc,
    time::{Duration, Instant},
};

pub use session::Sessions;
pub use shop::Shop;

use act::Done;
use session::SaidTo;

use crate::{
    commerce::{
        IdempotencyKey, OrderDesk, ShopId,
        desk::DeskError,
        order::Order,
        ports::{Clock, IdSource, StoreError},
    },
    dialogue::{self, Focus, Prompt, State, Step},
    turn::{Input, Interpreted, Reply, Speech, Turn},
    understanding::{Digits, Expect, Intent, IntentName, Source, Understood, holds_pin},
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
            return Reply::outside(id, turn.session, stages, words, "unknown-shop");
        };
        let worked = match self.alone(&shop, &turn, &mut stages).await {
            Ok(worked) => worked,
            Err(fault) => {
                tracing::error!(turn = %id, shop = %turn.shop, %fault, "a turn failed");
                let words = shop.say(&turn.locale, &[Prompt::new("sorry-not-done")]);
                return Reply::outside(id, turn.session, stages, words, "fault");
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
            let now = SaidTo::of(&state);
            let (understood, heard) = self.hear(shop, turn, &state);
            let overtaken = *said_to.get_or_insert_with(|| SaidTo::of(&state)) != now
                && !matches!(understood.intent.name, IntentName::Stop | IntentName::Cancel);
            clock.mark("understand");
            let Some(facts) = self.gather(shop, turn, &state, &understood.intent).await? else {
                return Ok(stranger(understood, heard, state));
            };
            clock.mark("facts");
            let step = match overtaken {
                true => dialogue::overtaken(&state, &facts),
                false => dialogue::step(&state, &understood.intent, &facts),
            };
            clock.mark("decide");
            let done = match self.unfinished(turn, &state, &understood.intent, &step, &facts).await {
                Some(told) => Some(Done { version, lasting: false, ..told }),
                None => self.carry_out(shop, turn, (&state, version), step, facts).await?,
            };
            let Some(mut done) = done else { continue };
            if done.lasting {
                clock.mark("order");
            }
            let saved = self.keep(turn, &state, &mut done).await?;
            clock.mark("save");
            if saved {
                let Done { step, order, .. } = done;
                return Ok(Worked { understood: without_pin(understood, &state), heard, step, order });
            }
        }
        Err(Fault::Contended)
    }

    /// What the words mean, and what was heard.
    fn hear(&self, shop: &Shop, turn: &Turn, state: &State) -> (Understood, Option<String>) {
        let today = self.clock.today(&shop.zone);
        let input = dialog::settled(&turn.input, state);
        let understood = understand(shop, &input, state.expect(), today);
        let heard = heard(&input, &understood.intent, state.expect());
        (understood, heard)
    }

    /// Saves the conversation after a step; `false` when another turn was faster and nothing lasting was done, so that
    /// it is worked out anew. What was done, or is known to have been done, is told also when that cannot be saved: the
    /// next turn finds it again.
    async fn keep(&self, turn: &Turn, before: &State, done: &mut Done) -> Result<bool, Fault> {
        let step = &mut done.step;
        step.state.asked_in = dialog::asked_in(&turn.input).filter(|_| step.listening);
        if turn.input.upset() {
            dialogue::offer_person(step);
        }
        let must = done.lasting || unfinished::DECISIONS.contains(&step.decision);
        let saved = self.sessions.save(turn, &mut step.state, done.version, self.clock.now()).await;
        let saved = match saved {
            Ok(false) if done.lasting => self.merge(turn, before, &step.state).await,
            saved => saved,
        };
        match saved {
            Err(fault) if must => {
                tracing::error!(shop = %turn.shop, session = %turn.session, %fault, "a conversation was not saved");
                Ok(true)
            }
            saved => saved,
        }
    }

    /// Notes what was done in a conversation that somebody else went on with meanwhile. A question that is not the one
    /// that was answered stays open: a yes to it is a yes to what was read there.
    async fn merge(&self, turn: &Turn, before: &State, after: &State) -> Result<bool, Fault> {
        for _ in 0..TRIES {
            let (newer, version) = self.sessions.load(turn).await?;
            let mut merged = match newer.focus == before.focus {
                true => after.clone(),
                false => State { placed: after.placed, order: after.order, underway: None, ..newer },
            };
            if merged.cart == before.cart {
                merged.cart = after.cart.clone();
            }
            if self.sessions.save(turn, &mut merged, version, self.clock.now()).await? {
                return Ok(true);
            }
        }
        Err(Fault::Contended)
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

/// Somebody whom the shop does not know: a plain answer, no conversation.
fn stranger(understood: Understood, heard: Option<String>, state: State) -> Worked {
    let step = Step {
        state,
        say: vec![Prompt::new("unknown-household")],
        reprompt: None,
        act: None,
        decision: "unknown-household",
        listening: false,
        ended: false,
        order: None,
    };
    Worked { understood, heard, step, order: None }
}

fn understand(shop: &Shop, input: &Input, expect: Expect, today: jiff::civil::Date) -> Understood {
    let sure = |name| Understood { intent: Intent::bare(name), confidence: 1.0 };
    match input {
        Input::Silence => sure(IntentName::Silence),
        Input::Unclear => Understood { intent: Intent::bare(IntentName::NotUnderstood), confidence: 0.0 },
        Input::Intent(intent) => platforms(shop, intent, 1.0),
        Input::InDialog(said) => platforms(shop, &said.intent, 1.0),
        Input::Interpreted(said) => interpreted(shop, said, expect, today),
        Input::Text(text) | Input::Heard { text, .. } if text.trim().is_empty() => sure(IntentName::Silence),
        Input::Text(text) | Input::Heard { text, .. } if text.len() > MAX_TEXT => {
            Understood { intent: Intent::bare(IntentName::NotUnderstood), confidence: 0.0 }
        }
        Input::Text(text) => shop.understander.understand(text, expect, today),
        Input::Heard { text, confidence } => {
            let understood = shop.understander.understand_from(Source::Heard, text, expect, today);
            Understood { confidence: understood.confidence * confidence, ..understood }
        }
    }
}

/// A platform's intent. One that the skill has no words for means nothing here, nor one with options that cannot
/// be read.
fn platforms(shop: &Shop, intent: &Intent, confidence: f32) -> Understood {
    match &intent.name {
        IntentName::Custom(name) if !shop.has_custom(name) => {
            Understood { intent: Intent::bare(IntentName::NotUnderstood), confidence: 0.0 }
        }
        _ => match shop.understander.with_options(intent) {
            Some(intent) => Understood { intent, confidence },
            None => Understood { intent: Intent::bare(IntentName::NotUnderstood), confidence: 0.0 },
        },
    }
}

/// The words as the engine understands them; where it does not, what the platform took them for. A yes
/// and a PIN are the shopper's own words or nothing.
fn interpreted(shop: &Shop, said: &Interpreted, expect: Expect, today: jiff::civil::Date) -> Understood {
    let words = match said.spoken {
        true => Input::Heard { text: said.words.clone(), confidence: 1.0 },
        false => Input::Text(said.words.clone()),
    };
    let own = understand(shop, &words, expect, today);
    let stands_in = |intent: &&Intent| !matches!(intent.name, IntentName::Yes | IntentName::Digits);
    // A platform knows nothing of options: its "latte" may leave the oat milk out, or whatever else was said.
    let whole = |intent: &&Intent| {
        !shop.understander.mentions_options(&said.words)
            && shop.understander.accounts_for(&said.words, intent, &said.placed)
    };
    let theirs = said.intent.as_ref().filter(|_| own.intent.name == IntentName::NotUnderstood);
    match theirs.filter(stands_in).filter(whole) {
        Some(intent) => platforms(shop, intent, said.confidence),
        None => own,
    }
}

/// What was heard, for the reply. Digits that are, or could be, a PIN are masked.
fn heard(input: &Input, intent: &Intent, expect: Expect) -> Option<String> {
    let text = input.words()?;
    let run = holds_pin(text);
    let lower = text.to_lowercase();
    let spoken_of = ["pin", "code", "secret", "password"].iter().any(|word| lower.contains(word));
    let harmless = matches!(
        intent.name,
        IntentName::Yes
            | IntentName::No
            | IntentName::Cancel
            | IntentName::Stop
            | IntentName::Help
            | IntentName::Repeat
    );
    let secret = match expect {
        // Whatever is said instead of a PIN may hold one.
        Expect::Pin => run || !harmless,
        Expect::Order => false,
        Expect::YesNo => run,
        _ => run && (spoken_of || intent.name == IntentName::Digits),
    };
    let cut: String = text.chars().take(MAX_TEXT).collect();
    Some(if secret { "••••".to_owned() } else { cut })
}

/// The understanding as it may leave the engine: without digits that were a PIN.
fn without_pin(mut understood: Understood, before: &State) -> Understood {
    let long = |digits: &Digits| digits.expose().len() >= 4;
    let pin_open = matches!(before.focus, Focus::AskPin(_));
    let order_open = matches!(before.focus, Focus::AskOrder(_));
    let slots = &mut understood.intent.slots;
    if understood.intent.name == IntentName::Digits
        && (pin_open || !order_open && slots.digits.as_ref().is_some_and(long))
    {
        slots.digits = None;
        slots.order = None;
        slots.quantity = None;
    }
    understood
}
