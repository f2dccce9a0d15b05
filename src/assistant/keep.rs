//! A conversation after a step: saved, or worked out anew where another turn was faster.

use super::{
    Assistant, Fault, TRIES,
    act::{Done, Stands},
    answered, dialog,
};
use crate::{
    dialogue::{self, State, Step},
    turn::Turn,
};

impl Assistant {
    /// Saves the conversation after a step; `false` when another turn was faster and nothing lasting was done, so that
    /// it is worked out anew. What was done, or is known to have been done, is told also when that cannot be saved: the
    /// next turn finds it again.
    pub(super) async fn keep(
        &self,
        turn: &Turn,
        (before, version): (&State, u64),
        done: &mut Done,
    ) -> Result<bool, Fault> {
        let step = &mut done.step;
        let again = answered::is_answered(turn, before);
        step.state.asked_in = match again {
            true => before.asked_in.clone(),
            false => dialog::asked_in(&turn.input).filter(|_| step.listening),
        };
        step.state.answered = answered::with(turn, &before.answered, step.decision);
        if turn.input.upset() && !again {
            dialogue::offer_person(step);
        }
        let saved = self.sessions.save(turn, &mut step.state, version, self.clock.now()).await;
        let saved = match saved {
            Ok(false) if done.stands == Stands::Done => self.merge(turn, before, step).await,
            saved => saved,
        };
        match saved {
            Err(fault) if done.stands != Stands::Loosely => {
                tracing::error!(shop = %turn.shop, session = %turn.session, %fault, "a conversation was not saved");
                Ok(true)
            }
            saved => saved,
        }
    }

    /// Notes what was done in a conversation that somebody else went on with meanwhile. A question that is not the one
    /// that was answered stays open: a yes to it is a yes to what was read there.
    async fn merge(&self, turn: &Turn, before: &State, step: &Step) -> Result<bool, Fault> {
        let after = &step.state;
        for _ in 0..TRIES {
            let (newer, version) = self.sessions.load(turn).await?;
            let answered = answered::with(turn, &newer.answered, step.decision);
            let elsewhere = newer.underway.clone().filter(|underway| underway.by != self.name);
            let mut merged = match newer.focus == before.focus && elsewhere.is_none() {
                true => after.clone(),
                // Who is at it elsewhere may have said that it is not known yet: the note has it told there too.
                false => State {
                    placed: after.placed,
                    order: after.order,
                    underway: after.underway.clone().or(elsewhere),
                    ..newer
                },
            };
            merged.answered = answered;
            if merged.cart == before.cart {
                merged.cart = after.cart.clone();
            }
            if self.sessions.save(turn, &mut merged, version, self.clock.now()).await? {
                return Ok(true);
            }
        }
        Err(Fault::Contended)
    }
}
