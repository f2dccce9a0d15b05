//! What was begun and of which nobody heard the end: the process ended in the middle of it, or another one is at it at
//! this moment. Whoever speaks next is told what came of it, never "nothing was ordered" about an order.
//!
//! Invariants:
//! - It is looked for before anything else is done, a PIN included.
//! - What is underway is only left after its key was withdrawn: then nothing can be done under it any more, however late
//!   the one who was at it comes.

use jiff::{SignedDuration, Timestamp};

use super::{
    Assistant, Fault,
    act::{Done, Stands, changed, spoken_of},
};
use crate::{
    commerce::{
        IdempotencyKey,
        desk::{DeskError, PlaceOutcome},
        order::OrderState,
    },
    dialogue::{
        self, Act, Draft, Facts, Focus, Outcome, Prompt, State, Step,
        underway::{Deed, Underway},
    },
    turn::{Turn, decision},
    understanding::{Intent, IntentName},
};

/// What is done about something underway before a step is carried out.
enum Next<'a> {
    /// Nothing.
    GoOn,
    /// Another engine is at it, and the shopper is told so.
    Wait,
    /// Nothing may be done under this key any more.
    Withdraw(&'a IdempotencyKey),
}

/// For so long another process is taken to be at what is underway, while nobody wants to leave it.
const LONGEST: SignedDuration = SignedDuration::from_secs(20);

impl Assistant {
    /// Looks whether something was left unfinished, before a step is carried out; what is done instead of the step.
    /// `None` where nothing is, where it was withdrawn, and where this turn finishes it. A fault of the desk is no error
    /// here: the shopper hears that it is not known, and may stop all the same.
    pub(super) async fn unfinished(
        &self,
        turn: &Turn,
        state: &State,
        intent: &Intent,
        step: &mut Step,
        facts: &Facts,
    ) -> Option<Done> {
        if state.underway.is_none() && !state.aged {
            return None;
        }
        let deed = step.act.as_ref().map(Act::deed);
        let finishes = state.underway.as_ref().is_some_and(|underway| deed.as_ref() == Some(&underway.deed));
        match self.came_of(turn, state).await {
            Ok(Some(outcome)) => return Some(told(state, intent, &outcome, facts, finishes)),
            Ok(None) => {}
            Err(fault) => return Some(unsure(turn, state, intent, &fault)),
        }
        let underway = state.underway.as_ref()?;
        let about = |focus: &Focus| focus.deed().as_ref() == Some(&underway.deed);
        let (asked, stays) = (about(&state.focus), about(&step.state.focus) && deed.is_none());
        let key = match self.next(underway, finishes, asked, stays) {
            Next::GoOn => return None,
            Next::Wait => return Some(in_work(state, intent)),
            Next::Withdraw(key) => key,
        };
        match self.withdraw(turn, state, key).await {
            Ok(Some(outcome)) => return Some(told(state, intent, &outcome, facts, finishes)),
            Ok(None) => {}
            Err(fault) => return Some(unsure(turn, state, intent, &fault)),
        }
        if !asked && !finishes && underway.by != self.name {
            // Nobody heard what came of it, and no question asks for it again.
            step.say.insert(0, Prompt::new("fault"));
        }
        None
    }

    /// What becomes of that which is underway and of which nothing is known to be done: whether this step `finishes` it,
    /// whether the question for it was `asked`, and whether that question `stays` open.
    fn next<'a>(&self, underway: &'a Underway, finishes: bool, asked: bool, stays: bool) -> Next<'a> {
        let at_it = self.is_at_it(underway);
        let unless_somebody_is_at_it = if at_it { Next::Wait } else { Next::GoOn };
        match (&underway.deed, &underway.wish) {
            // Whoever carries it out as well has the same key.
            (Deed::Order(_), _) if finishes => Next::GoOn,
            (Deed::Order(_), _) if stays => unless_somebody_is_at_it,
            (Deed::Order(key), _) => Next::Withdraw(key),
            // The one who carries it out anew has a wish of its own: the one before must not come after a no to that.
            (_, Some(wish)) if finishes => Next::Withdraw(wish),
            (_, None) if finishes => Next::GoOn,
            // The question is not asked again of somebody who answered it; and what was undone without one is not left
            // by what else is said.
            _ if at_it && (stays || !asked) => Next::Wait,
            (_, Some(wish)) if !stays => Next::Withdraw(wish),
            _ => unless_somebody_is_at_it,
        }
    }

    /// That this engine carries something out. A purchase is withdrawn by its own key.
    pub(super) fn underway(&self, deed: Deed, wish: &IdempotencyKey) -> Underway {
        let wish = (!matches!(deed, Deed::Order(_))).then(|| wish.clone());
        Underway { at: self.clock.now(), by: self.name.clone(), deed, wish }
    }

    /// No two turns of a conversation run at once in one engine, so it is another one that may be at it. A clock that
    /// was set back says nothing.
    pub(super) fn is_at_it(&self, underway: &Underway) -> bool {
        let age = self.clock.now().duration_since(underway.at);
        underway.by != self.name && !age.is_negative() && age < LONGEST
    }

    /// What was done, if anything was. After another start of the machine any question of the conversation may have
    /// been answered later than it was saved.
    async fn came_of(&self, turn: &Turn, state: &State) -> Result<Option<Outcome>, Fault> {
        let back = state.back.iter().filter(|_| state.aged);
        for draft in std::iter::once(&state.focus).chain(back).filter_map(Focus::draft) {
            if let Some(outcome) = self.ordered(turn, draft).await? {
                return Ok(Some(outcome));
            }
        }
        let asked = state.focus.deed().filter(|_| state.aged);
        match state.underway.as_ref().map(|underway| underway.deed.clone()).or(asked) {
            None => Ok(None),
            Some(deed) => Ok(self.changed_by(turn, deed).await?),
        }
    }

    /// What a cancelling or a return came to, if it was done. What came of a purchase, its draft tells.
    pub(super) async fn changed_by(&self, turn: &Turn, deed: Deed) -> Result<Option<Outcome>, DeskError> {
        let (shop, household) = (&turn.shop, &turn.household);
        Ok(match deed {
            Deed::Order(_) => None,
            Deed::Cancel(number) => {
                self.desk.cancelled(shop, household, number).await?.map(Outcome::Cancelled)
            }
            Deed::Return { order, sku, title } => {
                let done = self.desk.returned(shop, household, order, &sku).await?;
                done.map(|outcome| Outcome::Returned(title, outcome))
            }
        })
    }

    /// The order of a draft as it is now.
    async fn ordered(&self, turn: &Turn, draft: &Draft) -> Result<Option<Outcome>, Fault> {
        let outcome = self.desk.outcome(&turn.shop, &turn.household, &draft.key).await?;
        let (order, pending) = match outcome {
            Some(PlaceOutcome::Placed(order)) => (order, false),
            Some(PlaceOutcome::Pending(order)) => (order, true),
            _ => return Ok(None),
        };
        let order = self.desk.order(&turn.shop, &turn.household, order.number).await?.unwrap_or(order);
        let draft = draft.clone();
        Ok(Some(match order.state {
            OrderState::Cancelled | OrderState::Shipped | OrderState::Delivered | OrderState::Returned => {
                Outcome::MovedOn(draft, order)
            }
            _ if pending => Outcome::Placed(draft, PlaceOutcome::Pending(order)),
            _ => Outcome::Placed(draft, PlaceOutcome::Placed(order)),
        }))
    }

    /// Sees to it that what is underway is not done any more under its key; what was done, if somebody was faster. Whether
    /// it was withdrawn before is all the same.
    async fn withdraw(
        &self,
        turn: &Turn,
        state: &State,
        key: &IdempotencyKey,
    ) -> Result<Option<Outcome>, Fault> {
        self.desk.withdraw(&turn.shop, &turn.household, key).await?;
        self.came_of(turn, state).await
    }
}

/// What was done, in the words that it would have had; first that it was done before, where something else was said.
fn told(state: &State, intent: &Intent, outcome: &Outcome, facts: &Facts, finishes: bool) -> Done {
    use IntentName as I;
    let mut step = dialogue::settle(state, outcome, facts);
    step.state.underway = None;
    step.decision = "told-before";
    // Digits may be a wrong PIN, which was not looked at.
    if !finishes || intent.name == I::Digits {
        step.say.insert(0, Prompt::new("done-before"));
    }
    match intent.name {
        I::Stop => end(&mut step),
        I::Yes | I::No | I::Cancel | I::Digits | I::Silence | I::NotUnderstood | I::Repeat | I::Thanks => {}
        _ if finishes && intent.slots.answered.is_none() => {}
        _ => step.say.push(Prompt::new("say-the-rest-again")),
    }
    let order = spoken_of(&step, facts, changed(outcome).cloned());
    Done { step, order, stands: Stands::Told }
}

fn unsure(turn: &Turn, state: &State, intent: &Intent, fault: &Fault) -> Done {
    tracing::error!(shop = %turn.shop, session = %turn.session, %fault, "what was begun cannot be looked up");
    put_off(state, intent, "sorry-unsure", decision::FAULT)
}

fn in_work(state: &State, intent: &Intent) -> Done {
    put_off(state, intent, "still-at-it", decision::IN_WORK)
}

/// What is unfinished stays so. Who wanted to leave it is not held to a yes that comes later: the question is then
/// asked anew.
fn put_off(state: &State, intent: &Intent, words: &str, decision: &'static str) -> Done {
    use IntentName as I;
    let mut step = Step {
        state: state.clone(),
        say: vec![Prompt::new(words)],
        reprompt: None,
        act: None,
        decision,
        listening: state.focus != Focus::Idle,
        ended: false,
        order: None,
    };
    if matches!(intent.name, I::Stop | I::No | I::Cancel) {
        step.state.asked_at = step.state.asked_at.map(|_| Timestamp::UNIX_EPOCH);
    }
    if intent.name == I::Stop {
        if decision == decision::IN_WORK {
            // Nobody is there to say it again.
            step.say.clear();
        }
        end(&mut step);
    }
    Done { step, order: None, stands: Stands::Told }
}

/// Who wants to stop may, whatever is unfinished.
fn end(step: &mut Step) {
    step.say.push(Prompt::new("goodbye"));
    (step.ended, step.listening, step.reprompt) = (true, false, None);
}
