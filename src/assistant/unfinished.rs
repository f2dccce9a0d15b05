//! What was begun and of which nobody heard the end: the process ended in the middle of it, or another one is at it at
//! this moment. Whoever speaks next is told what came of it, never "nothing was ordered" about an order.
//!
//! Invariants:
//! - It is looked for before anything else is done, a PIN included.
//! - A purchase whose answer is underway is only left after its key was withdrawn: then nothing can be ordered under it
//!   any more, however late the one who was at it comes.

use jiff::SignedDuration;

use super::{Assistant, Fault, act::spoken_of};
use crate::{
    commerce::{
        desk::{CancelOutcome, PlaceOutcome, ReturnOutcome},
        order::{Order, OrderState},
    },
    dialogue::{
        self, Draft, Facts, Focus, Outcome, Prompt, State, Step,
        state::{Deed, Underway},
    },
    turn::Turn,
    understanding::{Intent, IntentName},
};

/// For so long another process is taken to be at a cancellation or a return, which nothing withdraws.
const LONGEST: SignedDuration = SignedDuration::from_secs(20);

/// The decision of a turn that tells what was done before.
pub(super) const TOLD: &str = "told-before";

/// What becomes of a turn that may have come upon something unfinished.
#[expect(clippy::large_enum_variant, reason = "made once a turn and moved at once")]
pub(super) enum Unfinished {
    /// Nothing is unfinished, or this turn finishes it: it does what it would do.
    Nothing,
    /// It is told what was done, and of which order.
    Told(Step, Option<Order>),
    /// The conversation stays as it is.
    Kept(Step),
}

impl Assistant {
    /// Looks whether something was left unfinished, before a step is carried out. A fault of the desk is no error
    /// here: the shopper hears that it is not known, and may stop all the same.
    pub(super) async fn unfinished(
        &self,
        turn: &Turn,
        state: &State,
        intent: &Intent,
        step: &Step,
        facts: &Facts,
    ) -> Unfinished {
        if state.underway.is_none() && !state.aged {
            return Unfinished::Nothing;
        }
        let finishes = state
            .underway
            .as_ref()
            .is_some_and(|u| step.act.as_ref().is_some_and(|act| u.deed == act.deed()));
        match self.came_of(turn, state).await {
            Ok(Some(outcome)) => return told(state, intent, &outcome, facts, finishes),
            Ok(None) if finishes => return Unfinished::Nothing,
            Ok(None) => {}
            Err(fault) => return unsure(turn, state, intent, &fault),
        }
        match &state.underway {
            Some(Underway { deed: Deed::Order(key), .. }) if !step.state.focus.has_key(key) => {
                match self.withdraw(turn, state).await {
                    Ok(Some(outcome)) => told(state, intent, &outcome, facts, false),
                    Ok(None) => Unfinished::Nothing,
                    Err(fault) => unsure(turn, state, intent, &fault),
                }
            }
            Some(underway) if !matches!(underway.deed, Deed::Order(_)) && self.is_at_it(underway) => {
                Unfinished::Kept(in_work(state, intent))
            }
            _ => Unfinished::Nothing,
        }
    }

    /// That this engine carries something out.
    pub(super) fn underway(&self, deed: Deed) -> Underway {
        Underway { at: self.clock.now(), by: self.name.clone(), deed }
    }

    /// No two turns of a conversation run at once in one engine, so it is another one that may be at it. A clock that
    /// was set back says nothing.
    fn is_at_it(&self, underway: &Underway) -> bool {
        let age = self.clock.now().duration_since(underway.at);
        underway.by != self.name && !age.is_negative() && age < LONGEST
    }

    /// What was done, if anything was. After another start of the machine any question of the conversation may have
    /// been answered later than it was saved.
    async fn came_of(&self, turn: &Turn, state: &State) -> Result<Option<Outcome>, Fault> {
        let (shop, household) = (&turn.shop, &turn.household);
        let back = state.back.iter().filter(|_| state.aged);
        for draft in std::iter::once(&state.focus).chain(back).filter_map(Focus::draft) {
            if let Some(outcome) = self.ordered(turn, draft).await? {
                return Ok(Some(outcome));
            }
        }
        Ok(match state.underway.as_ref().map(|underway| &underway.deed) {
            None | Some(Deed::Order(_)) => None,
            Some(Deed::Cancel(number)) => {
                self.desk.cancelled(shop, household, *number).await?.map(Outcome::Cancelled)
            }
            Some(Deed::Return { order, sku, title }) => {
                let done = self.desk.returned(shop, household, *order, sku).await?;
                done.map(|outcome| Outcome::Returned(title.clone(), outcome))
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
            OrderState::Cancelled => Outcome::TakenBack(draft, order.number),
            _ if pending => Outcome::Placed(draft, PlaceOutcome::Pending(order)),
            _ => Outcome::Placed(draft, PlaceOutcome::Placed(order)),
        }))
    }

    /// Sees to it that what is read back is not ordered any more under its key; what was ordered with it, if somebody
    /// was faster.
    async fn withdraw(&self, turn: &Turn, state: &State) -> Result<Option<Outcome>, Fault> {
        let Some(draft) = state.focus.draft() else { return Ok(None) };
        match self.desk.withdraw(&turn.shop, &turn.household, &draft.key).await? {
            true => Ok(None),
            false => self.ordered(turn, draft).await,
        }
    }
}

/// What was done, in the words that it would have had; first that it was done before, where something else was said.
fn told(state: &State, intent: &Intent, outcome: &Outcome, facts: &Facts, finishes: bool) -> Unfinished {
    use IntentName as I;
    let order = match outcome {
        Outcome::Placed(_, PlaceOutcome::Placed(order) | PlaceOutcome::Pending(order))
        | Outcome::Cancelled(CancelOutcome::Cancelled { order, .. })
        | Outcome::Returned(_, ReturnOutcome::Accepted { order, .. }) => Some(order.clone()),
        _ => None,
    };
    let mut step = dialogue::settle(state, outcome, facts);
    step.state.underway = None;
    step.decision = TOLD;
    if !finishes {
        step.say.insert(0, Prompt::new("done-before"));
    }
    match intent.name {
        I::Stop => end(&mut step),
        I::Yes | I::No | I::Cancel | I::Digits | I::Silence | I::NotUnderstood | I::Repeat | I::Thanks => {}
        _ => step.say.push(Prompt::new("say-the-rest-again")),
    }
    let order = spoken_of(&step, facts, order);
    Unfinished::Told(step, order)
}

fn unsure(turn: &Turn, state: &State, intent: &Intent, fault: &Fault) -> Unfinished {
    tracing::error!(shop = %turn.shop, session = %turn.session, %fault, "what was begun cannot be looked up");
    Unfinished::Kept(kept(state, intent, "sorry-unsure", "fault"))
}

fn in_work(state: &State, intent: &Intent) -> Step {
    let mut step = kept(state, intent, "still-at-it", "in-work");
    if step.ended {
        // Nobody is there to say it again.
        step.say.remove(0);
    }
    step
}

/// A turn that changes nothing.
fn kept(state: &State, intent: &Intent, words: &str, decision: &'static str) -> Step {
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
    if intent.name == IntentName::Stop {
        end(&mut step);
    }
    step
}

/// Who wants to stop may, whatever is unfinished.
fn end(step: &mut Step) {
    step.say.push(Prompt::new("goodbye"));
    (step.ended, step.listening, step.reprompt) = (true, false, None);
}
