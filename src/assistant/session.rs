//! Conversations between two turns: loaded, saved, and never worked on twice at once.

use std::sync::Arc;

use jiff::Timestamp;
use tokio::sync::MutexGuard;

use super::Fault;
use crate::{
    commerce::{
        OrderNumber,
        ports::{SavedSession, SessionSaved, SessionStore, StoreError},
    },
    dialogue::{Focus, State, underway::Underway},
    stripes::Stripes,
    turn::Turn,
};

/// Locks that all conversations share.
const LOCKS: usize = 256;

/// The most conversations of a household that are kept: whoever begins one after the other fills no store.
pub const MOST_OF_A_HOUSEHOLD: usize = 200;

/// What somebody's words were said to: the question that was open, and the order that was placed last.
#[derive(Debug)]
pub(super) struct SaidTo(Focus, Option<OrderNumber>);

impl SaidTo {
    pub(super) fn of(state: &State) -> Self {
        Self(state.focus.clone(), state.placed)
    }

    /// Whether it is still so.
    pub(super) fn is_of(&self, state: &State) -> bool {
        self.0 == state.focus && self.1 == state.placed
    }
}

/// The conversations of all shops.
pub struct Sessions {
    store: Arc<dyn SessionStore>,
    locks: Stripes,
    boot: Option<String>,
}

impl Sessions {
    /// Conversations kept in that store.
    pub fn new(store: Arc<dyn SessionStore>) -> Self {
        Self { store, locks: Stripes::new(LOCKS), boot: None }
    }

    /// Conversations of this start of the machine. Questions of an earlier one are asked anew.
    #[must_use]
    pub fn of_boot(self, boot: Option<String>) -> Self {
        Self { boot, ..self }
    }

    /// Waits until no other turn of this conversation runs in this process. Between processes the version in the store
    /// decides. Where it had to wait, also what the words were said to.
    pub(super) async fn lock(&self, turn: &Turn) -> Result<(MutexGuard<'_, ()>, Option<SaidTo>), Fault> {
        let conversation = (&turn.shop, &turn.household, &turn.session);
        if let Some(free) = self.locks.try_lock(&conversation) {
            return Ok((free, None));
        }
        let (state, _) = self.load(turn).await?;
        Ok((self.locks.lock(&conversation).await, Some(SaidTo::of(&state))))
    }

    /// The conversation and its version, 0 for none; a new one when there is none, or when an older
    /// release wrote what this one cannot read.
    pub(super) async fn load(&self, turn: &Turn) -> Result<(State, u64), Fault> {
        match self.store.load(&turn.shop, &turn.household, &turn.session).await? {
            None => Ok((State::default(), 0)),
            Some(SavedSession { payload, version }) => {
                let mut state: State = serde_json::from_str(&payload).unwrap_or_else(|_| {
                    tracing::warn!(session = %turn.session, "an unreadable conversation starts anew");
                    State::default()
                });
                if state.boot != self.boot {
                    // As old as can be, and nobody is at it any more.
                    state.aged = true;
                    state.asked_at = state.asked_at.map(|_| Timestamp::UNIX_EPOCH);
                    if let Some(underway) = &mut state.underway {
                        underway.at = Timestamp::UNIX_EPOCH;
                    }
                }
                Ok((state, version))
            }
        }
    }

    /// Notes what is about to be carried out; the conversation's version with that, or `None` when another turn was
    /// faster.
    pub(super) async fn begin(
        &self,
        turn: &Turn,
        state: &State,
        version: u64,
        underway: Underway,
    ) -> Result<Option<u64>, Fault> {
        let now = underway.at;
        let state = State { boot: self.boot.clone(), underway: Some(underway), ..state.clone() };
        Ok(match self.put(turn, &state, version, now).await? {
            SessionSaved::Saved(version) => Some(version),
            SessionSaved::Conflict => None,
        })
    }

    async fn put(
        &self,
        turn: &Turn,
        state: &State,
        expected: u64,
        now: Timestamp,
    ) -> Result<SessionSaved, Fault> {
        let payload = serde_json::to_string(state).unwrap_or_default();
        Ok(self.store.save(&turn.shop, &turn.household, &turn.session, &payload, expected, now).await?)
    }

    /// Saves the conversation; `false` when another turn was faster.
    pub(super) async fn save(
        &self,
        turn: &Turn,
        state: &mut State,
        version: u64,
        now: Timestamp,
    ) -> Result<bool, Fault> {
        state.boot.clone_from(&self.boot);
        let saved = matches!(self.put(turn, state, version, now).await?, SessionSaved::Saved(_));
        if saved && version == 0 {
            self.make_room(turn).await;
        }
        Ok(saved)
    }

    /// Forgets the conversations of the household beyond the most that are kept, as [`Self::forget_crowd`]. What cannot be
    /// forgotten now is with the next one.
    async fn make_room(&self, turn: &Turn) {
        if let Err(error) = self.forget_crowd(turn).await {
            tracing::warn!(shop = %turn.shop, %error, "conversations of a household were not forgotten");
        }
    }

    /// Those that are idle for longest go first, and none in which something is underway: whoever finds that looks what
    /// became of it. The one that just began stays.
    async fn forget_crowd(&self, turn: &Turn) -> Result<(), StoreError> {
        let crowd = self.store.crowd(&turn.shop, &turn.household, MOST_OF_A_HOUSEHOLD).await?;
        let mut left = crowd.len();
        for session in crowd.iter().filter(|session| **session != turn.session) {
            if left <= MOST_OF_A_HOUSEHOLD {
                break;
            }
            let Some(saved) = self.store.load(&turn.shop, &turn.household, session).await? else { continue };
            let state: Option<State> = serde_json::from_str(&saved.payload).ok();
            let idle = state.is_none_or(|state| state.underway.is_none());
            if idle && self.store.forget_at(&turn.shop, &turn.household, session, saved.version).await? {
                left -= 1;
            }
        }
        Ok(())
    }
}
