//! Requests of a platform that a conversation has answered. One that comes again, after a retry or a replay, is no new
//! word of the shopper: a yes to what was read back before is none to what is read back now.
//!
//! The marks are saved with the conversation, so that they outlive the answers that are kept for quick retries, and are
//! known to every process that serves it.

use data_encoding::HEXLOWER;
use sha2::{Digest as _, Sha256};

use crate::{
    dialogue::State,
    turn::{Turn, decision},
};

/// The most marks of one conversation. Who speaks needs two seconds for a turn, and no platform's request is good for
/// longer than these many turns take.
const MOST: usize = 96;
/// The length of a mark, in characters of four bits.
const LENGTH: usize = 12;

/// Whether this request was answered before.
pub(super) fn is_answered(turn: &Turn, state: &State) -> bool {
    mark(turn).is_some_and(|mark| state.answered.contains(&mark))
}

/// The marks after an answer. After what another try may do better, the same request may come again.
pub(super) fn with(turn: &Turn, before: &[String], decision: &str) -> Vec<String> {
    let fresh = mark(turn).filter(|mark| !decision::PASSING.contains(&decision) && !before.contains(mark));
    let over = (before.len() + usize::from(fresh.is_some())).saturating_sub(MOST);
    before.iter().skip(over).cloned().chain(fresh).collect()
}

fn mark(turn: &Turn) -> Option<String> {
    let id = turn.request.as_deref().filter(|id| !id.is_empty())?;
    let hash = Sha256::new().chain_update(turn.channel).chain_update([0]).chain_update(id).finalize();
    Some(HEXLOWER.encode(&hash[..LENGTH / 2]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        commerce::{HouseholdId, SessionId, ShopId},
        turn::Input,
    };

    fn turn(request: Option<String>) -> Turn {
        Turn {
            shop: ShopId::new("household").unwrap(),
            household: HouseholdId::new("oak-street").unwrap(),
            session: SessionId::new("kitchen").unwrap(),
            locale: "en".into(),
            channel: "alexa",
            input: Input::Silence,
            request,
            stages: Vec::new(),
        }
    }

    #[test]
    fn a_conversation_knows_its_latest_requests_and_no_more_than_that() {
        let mut state = State::default();
        for n in 0..2 * MOST {
            let turn = turn(Some(n.to_string()));
            assert!(!is_answered(&turn, &state));
            state.answered = with(&turn, &state.answered, "confirming");
            assert!(is_answered(&turn, &state));
        }
        assert_eq!(state.answered.len(), MOST);
        assert!(!is_answered(&turn(Some("0".into())), &state), "the oldest made room");
        assert!(is_answered(&turn(Some(MOST.to_string())), &state));
    }

    #[test]
    fn what_failed_or_has_no_name_may_come_again() {
        for (request, decision) in [(Some("1"), decision::FAULT), (Some("1"), decision::IN_WORK), (None, "x")]
        {
            let turn = turn(request.map(str::to_owned));
            let state = State { answered: with(&turn, &[], decision), ..State::default() };
            assert!(!is_answered(&turn, &state), "{decision}");
        }
    }
}
