//! A yes whose outcome was never told: its process ended in the middle of it, or another one is carrying it out at
//! this moment. Whoever says something else then hears what became of it, never "nothing was ordered" about an order.

use jiff::SignedDuration;

use super::{Assistant, Fault, act::spoken_of};
use crate::{
    commerce::{
        desk::PlaceOutcome,
        order::{Order, OrderState},
    },
    dialogue::{self, Act, Draft, Facts, Focus, Outcome, Prompt, State, Step, state::Begun},
    turn::Turn,
};

/// The decision of a turn that changes nothing, because another engine is at work.
pub(super) const IN_WORK: &str = "in-work";
/// After so long nobody is at it any more: the provider's patience and that of the stores end before.
const LONGEST: SignedDuration = SignedDuration::from_secs(20);

impl Assistant {
    /// What is said instead of `step`, and the order that it speaks of. `None` where nothing was left unfinished, and
    /// where the step finishes it: the same purchase under the same key has one outcome.
    pub(super) async fn unfinished(
        &self,
        turn: &Turn,
        state: &State,
        step: &Step,
        facts: &Facts,
    ) -> Result<Option<(Step, Option<Order>)>, Fault> {
        let Some(begun) = &state.begun else { return Ok(None) };
        if step.act.as_ref().is_some_and(|act| finishes(act, &state.focus)) {
            return Ok(None);
        }
        let Some(outcome) = self.came_of(turn, &state.focus).await? else {
            return Ok(self.at_it(begun).then(|| (in_work(state), None)));
        };
        let order = match &outcome {
            Outcome::Placed(_, PlaceOutcome::Placed(order) | PlaceOutcome::Pending(order)) => {
                Some(order.clone())
            }
            _ => None,
        };
        let mut told = dialogue::settle(state, &outcome, facts);
        told.say.insert(0, Prompt::new("done-before"));
        let order = spoken_of(&told, facts, order);
        Ok(Some((told, order)))
    }

    /// That this engine carries out the answer to the open question.
    pub(super) fn beginning(&self) -> Begun {
        Begun { at: self.clock.now(), by: self.name.clone() }
    }

    /// No two turns of a conversation run at once in one engine, so it is another one that may still be at it.
    fn at_it(&self, begun: &Begun) -> bool {
        begun.by != self.name && self.clock.now().duration_since(begun.at) < LONGEST
    }

    /// What came of the question's yes, if anything did.
    async fn came_of(&self, turn: &Turn, focus: &Focus) -> Result<Option<Outcome>, Fault> {
        let done = match focus {
            Focus::Confirming(draft) | Focus::AskPin(draft) => return self.ordered(turn, draft).await,
            Focus::ConfirmCancel(number) => {
                let order = self.desk.order(&turn.shop, &turn.household, *number).await?;
                order.is_some_and(|order| order.state == OrderState::Cancelled)
            }
            Focus::ConfirmReturn { order, sku, .. } => {
                let order = self.desk.order(&turn.shop, &turn.household, *order).await?;
                order.is_some_and(|order| order.returned.contains(sku))
            }
            _ => false,
        };
        Ok(done.then_some(Outcome::DoneBefore))
    }

    async fn ordered(&self, turn: &Turn, draft: &Draft) -> Result<Option<Outcome>, Fault> {
        let outcome = self.desk.outcome(&turn.shop, &turn.household, &draft.key).await?;
        let ordered = outcome.filter(|o| matches!(o, PlaceOutcome::Placed(_) | PlaceOutcome::Pending(_)));
        Ok(ordered.map(|outcome| Outcome::Placed(draft.clone(), outcome)))
    }
}

fn finishes(act: &Act, focus: &Focus) -> bool {
    match (act, focus) {
        (Act::Place { draft, .. }, Focus::Confirming(open) | Focus::AskPin(open)) => draft.key == open.key,
        (Act::Cancel(number), Focus::ConfirmCancel(open)) => number == open,
        (Act::Return { order, sku, .. }, Focus::ConfirmReturn { order: open, sku: item, .. }) => {
            (order, sku) == (open, item)
        }
        _ => false,
    }
}

/// The question stays as it is for the one who carries its answer out.
fn in_work(state: &State) -> Step {
    Step {
        state: state.clone(),
        say: vec![Prompt::new("still-at-it")],
        reprompt: None,
        act: None,
        decision: IN_WORK,
        listening: true,
        ended: false,
        order: None,
    }
}
