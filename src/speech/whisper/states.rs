//! The states in which utterances are computed. Making one allocates the working memory of the
//! whole model, so that they are kept and lent; there are never more than a fixed number. With
//! the bundled model that takes 10 ms, and 16 MB are touched of what is reserved: giving them up
//! between utterances would save nothing, since the allocator keeps them.

use std::{
    ops::{Deref, DerefMut},
    sync::{Condvar, Mutex, PoisonError},
    time::Instant,
};

use whisper_rs::{WhisperContext, WhisperState};

use crate::speech::SpeechError;

/// A few states, each lent to one utterance at a time.
pub struct States {
    idle: Mutex<Idle>,
    returned: Condvar,
    most: usize,
}

struct Idle {
    states: Vec<WhisperState>,
    /// States that are idle or lent.
    made: usize,
}

/// A state on loan; it goes back when this is dropped.
pub struct Lent<'a> {
    owner: &'a States,
    state: Option<WhisperState>,
}

impl States {
    /// Up to `most` states, none of them made yet.
    pub fn new(most: usize) -> Self {
        Self { idle: Mutex::new(Idle { states: Vec::new(), made: 0 }), returned: Condvar::new(), most }
    }

    /// How many there are at most.
    pub fn most(&self) -> usize {
        self.most
    }

    /// Lends a state: an idle one, a new one, or, until the deadline, the next that comes back.
    pub fn take(&self, context: &WhisperContext, deadline: Instant) -> Result<Lent<'_>, SpeechError> {
        // A panic elsewhere leaves the list as it was between two utterances.
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            if let Some(state) = idle.states.pop() {
                return Ok(Lent { owner: self, state: Some(state) });
            }
            if idle.made < self.most {
                idle.made += 1;
                break;
            }
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(SpeechError::Recognition("too many utterances at once".to_owned()));
            }
            idle = self.returned.wait_timeout(idle, left).unwrap_or_else(PoisonError::into_inner).0;
        }
        drop(idle);
        let mut lent = Lent { owner: self, state: None };
        // Should this fail, dropping the empty loan makes room for another try.
        let made = context.create_state().map_err(|error| SpeechError::Recognition(error.to_string()))?;
        lent.state = Some(made);
        Ok(lent)
    }
}

impl Drop for Lent<'_> {
    fn drop(&mut self) {
        let mut idle = self.owner.idle.lock().unwrap_or_else(PoisonError::into_inner);
        match self.state.take() {
            Some(state) => idle.states.push(state),
            None => idle.made -= 1,
        }
        self.owner.returned.notify_one();
    }
}

impl Deref for Lent<'_> {
    type Target = WhisperState;

    fn deref(&self) -> &WhisperState {
        self.state.as_ref().expect("a loan that is handed out has a state")
    }
}

impl DerefMut for Lent<'_> {
    fn deref_mut(&mut self) -> &mut WhisperState {
        self.state.as_mut().expect("a loan that is handed out has a state")
    }
}
